//! The fields of each record kind, one table per kind. Mapping, lint, inference, docs, JSON schema and masking read these.
//!
//! Names and labels follow the regulations' terms; a field that several kinds share is declared once.

mod activity;
mod duty;

use self::{activity::*, duty::*};
use super::field::{Field, FieldType, FieldType::*, Kind};

const fn field(
    name: &'static str,
    label: &'static str,
    kind: FieldType,
    unit: &'static str,
    is_personal: bool,
    synonyms: &'static [&'static str],
) -> Field {
    Field { name, label, kind, unit, synonyms, is_personal }
}

// People.
static NAME: Field =
    field("name", "姓名", Name, "", true, &["学员姓名", "名字", "人员姓名", "参会人员", "name"]);
static SEX: Field = field("sex", "性别", Choice, "", false, &["sex"]);
static ID_TYPE: Field = field("id_type", "证件类型", Choice, "", false, &["证件类别", "证件种类"]);
static ID_NO: Field = field(
    "id_no",
    "身份证号",
    IdNumber,
    "",
    true,
    &["身份证号码", "身份证", "证件号码", "证件号", "公民身份号码", "居民身份证号", "id", "id_no"],
);
static BIRTHDAY: Field =
    field("birthday", "出生日期", Date, "", true, &["出生年月日", "生日", "出生年月"]);
static ETHNICITY: Field = field("ethnicity", "民族", Text, "", false, &[]);
static IC_CARD: Field = field(
    "ic_card_no",
    "IC卡编号",
    IcCard,
    "",
    true,
    &["IC卡号", "卡号", "继教卡号", "医通卡号", "学员编号", "系统编号", "ic_card_no"],
);
static PERSON_NO: Field = field(
    "person_no",
    "工号",
    Code,
    "",
    true,
    &["人员编号", "职工号", "员工号", "职工编号", "person_no"],
);
static UNIT: Field = field(
    "unit_name",
    "工作单位",
    Text,
    "",
    false,
    &["单位", "所在单位", "医院名称", "单位名称", "医院", "工作单位名称", "unit_name"],
);
static UNIT_NO: Field = field("unit_no", "单位编号", Code, "", false, &["单位代码"]);
static UNIT_LEVEL: Field =
    field("unit_level", "单位级别", Text, "", false, &["医院级别", "医院等级"]);
static DEPT: Field =
    field("dept", "科室", Text, "", false, &["部门", "所在科室", "科室名称", "所在部门", "dept"]);
static TITLE: Field = field(
    "title",
    "职称",
    Choice,
    "",
    false,
    &["技术职称", "专业技术职称", "技术职务", "职称名称", "专业技术职务", "title"],
);
static TITLE_LEVEL: Field =
    field("title_level", "职称级别", Choice, "", false, &["级别", "职称等级", "title_level"]);
static DUTY: Field = field("duty", "职务", Text, "", false, &["行政职务"]);
static SPECIALTY: Field =
    field("specialty", "专业", Choice, "", false, &["所学专业", "从事专业", "执业专业"]);
static POST_KIND: Field = field("post_kind", "岗位", Text, "", false, &["岗位类别", "岗位类型"]);
static EDUCATION: Field =
    field("education", "学历", Choice, "", false, &["文化程度", "最高学历", "education"]);
static DEGREE: Field = field("degree", "学位", Text, "", false, &["最高学位"]);
static MOBILE: Field = field(
    "mobile",
    "手机号",
    Phone,
    "",
    true,
    &["手机", "手机号码", "联系电话", "电话", "联系方式", "移动电话", "mobile"],
);
static EMAIL: Field =
    field("email", "电子邮箱", Email, "", true, &["邮箱", "E-mail", "email", "电子邮件"]);
static ADDRESS: Field = field("address", "通讯地址", Text, "", true, &["地址", "联系地址"]);
static ZIP: Field = field("zip", "邮编", Code, "", false, &["邮政编码"]);
static PROVINCE: Field = field("province", "所在省", Text, "", false, &["省份", "所在省市", "省"]);
static CITY: Field = field("city", "所在市", Text, "", false, &["城市", "市"]);
static STATUS: Field = field("status", "人员状态", Text, "", false, &["在职状态"]);

// Projects and what is earned in them.
static PROJECT_CODE: Field = field(
    "project_code",
    "项目编号",
    ProjectCode,
    "",
    false,
    &["项目编码", "编号", "项目号", "继教项目编号", "project_code"],
);
static PROJECT_NAME: Field = field(
    "project_name",
    "项目名称",
    Text,
    "",
    false,
    &["继教项目名称", "培训项目", "活动名称", "project_name"],
);
static PROJECT_LEVEL: Field = field("project_level", "项目级别", Text, "", false, &["项目类别"]);
static HOST_UNIT: Field =
    field("host_unit", "主办单位", Text, "", false, &["申办单位", "举办单位", "承办单位"]);
static LEADER: Field = field("leader", "项目负责人", Name, "", true, &["负责人"]);
static LEADER_TEL: Field = field("leader_tel", "负责人电话", Phone, "", true, &[]);
static SESSION: Field =
    field("session", "期数", Integer, "期", false, &["期次", "班次", "项目期数", "session"]);
static START_DATE: Field = field(
    "start_date",
    "开始日期",
    Date,
    "",
    false,
    &["起始日期", "开始时间", "举办开始日期", "start_date"],
);
static END_DATE: Field = field(
    "end_date",
    "结束日期",
    Date,
    "",
    false,
    &["截止日期", "结束时间", "举办结束日期", "end_date"],
);
static TRAINING_DATE: Field = field(
    "training_date",
    "培训日期",
    Date,
    "",
    false,
    &["日期", "举办日期", "培训时间", "授分日期", "活动日期", "举办时间", "training_date"],
);
static DAYS: Field =
    field("days", "天数", Halves, "天", false, &["举办天数", "培训天数", "实际天数", "days"]);
static HOURS: Field =
    field("hours", "学时", Halves, "学时", false, &["课时", "总学时", "学时数", "hours"]);
static INFECTIOUS_HOURS: Field =
    field("infectious_hours", "传染病学时", Halves, "学时", false, &["传染病课时"]);
static PLACE: Field = field("place", "举办地点", Text, "", false, &["地点", "培训地点"]);
static MODE: Field = field("mode", "举办方式", Text, "", false, &["培训方式", "活动形式"]);
static CREDITS: Field = field(
    "credits",
    "学分",
    Halves,
    "学分",
    false,
    &["授予学分", "所获学分", "获得学分", "学分数", "拟授学分", "credits"],
);
static CREDITS_PUBLISHED: Field =
    field("credits_published", "公布学分", Halves, "学分", false, &["授予学员学分"]);
static CREDIT_CLASS: Field = field(
    "credit_class",
    "学分类别",
    Choice,
    "",
    false,
    &["学分类型", "类别", "学分级别", "credit_class"],
);
static CREDIT_ROUTE: Field =
    field("credit_route", "录入途径", Choice, "", false, &["授分途径", "录入类别", "credit_route"]);
static SUBJECT2: Field =
    field("subject2", "二级学科", Choice, "", false, &["学科", "所属学科", "subject2"]);
static SUBJECT3: Field = field("subject3", "三级学科", Choice, "", false, &["subject3"]);
static CERT_NO: Field = field("cert_no", "证书编号", Code, "", false, &["证书号", "cert_no"]);
static PLANNED: Field = field("planned_n", "拟招生人数", Integer, "人", false, &["招生人数"]);
static AUDIENCE: Field = field("audience", "教学对象", Text, "", false, &[]);
static REMARK: Field = field("remark", "备注", Text, "", false, &["说明", "附注", "remark"]);
static SERIAL: Field = field("serial", "序号", Integer, "", false, &["编号", "No", "No."]);

// Attendance.
static TOPIC: Field =
    field("topic", "课题名称", Text, "", false, &["课题", "课程名称", "内容", "授课内容"]);
static TIME_IN: Field =
    field("time_in", "签到时间", DateTime, "", false, &["进入时间", "刷卡时间", "签到", "time_in"]);
static TIME_OUT: Field =
    field("time_out", "签退时间", DateTime, "", false, &["退出时间", "签退", "time_out"]);
static MINUTES_ONLINE: Field =
    field("minutes_online", "在线时长", Integer, "分钟", false, &["观看时长", "学习时长"]);
static SIGNED: Field = field("signed", "签名", Text, "", true, &["签字", "本人签名", "签到签名"]);
static SOURCE: Field = field("source", "来源", Text, "", false, &["签到方式"]);
static UPLOAD_TIME: Field = field("upload_time", "上传时间", DateTime, "", false, &[]);

// Evidence and receipts.
static FILE_HASH: Field = field("file_hash", "文件摘要", Code, "", false, &[]);
static EVIDENCE_KIND: Field = field("evidence_kind", "材料类别", Text, "", false, &[]);
static PAGES: Field = field("pages", "页数", Integer, "页", false, &[]);
static OUTCOME: Field =
    field("outcome", "结果", Text, "", false, &["处理结果", "导入结果", "状态"]);
static REASON: Field =
    field("reason", "原因", Text, "", false, &["失败原因", "错误信息", "不通过原因"]);

/// 人员.
pub static PERSON: &[&Field] = &[
    &NAME,
    &SEX,
    &ID_TYPE,
    &ID_NO,
    &BIRTHDAY,
    &ETHNICITY,
    &IC_CARD,
    &PERSON_NO,
    &UNIT,
    &UNIT_NO,
    &UNIT_LEVEL,
    &DEPT,
    &TITLE,
    &TITLE_LEVEL,
    &DUTY,
    &SPECIALTY,
    &POST_KIND,
    &EDUCATION,
    &DEGREE,
    &MOBILE,
    &EMAIL,
    &ADDRESS,
    &ZIP,
    &PROVINCE,
    &CITY,
    &STATUS,
    &REMARK,
    &SERIAL,
];

/// 项目.
pub static PROJECT: &[&Field] = &[
    &PROJECT_CODE,
    &PROJECT_NAME,
    &PROJECT_LEVEL,
    &HOST_UNIT,
    &LEADER,
    &LEADER_TEL,
    &SESSION,
    &START_DATE,
    &END_DATE,
    &DAYS,
    &PLACE,
    &MODE,
    &CREDITS_PUBLISHED,
    &SUBJECT2,
    &SUBJECT3,
    &PLANNED,
    &AUDIENCE,
    &TOPIC,
    &HOURS,
    &APPROVED_NAME,
    &APPROVED_HOST,
    &APPROVED_START,
    &NOTICE_DATE,
    &REPORT_DATE,
    &CHANGE_DATE,
    &GRANT_DATE,
    &FILING_DATE,
    &REVIEW_STATE,
    &TEACHER_TITLE_LEVEL,
    &COURSE_KIND,
    &FEE,
    &CONTACT,
    &CONTACT_TEL,
    &CREDITED_PEOPLE,
    &SIGNED_PEOPLE,
    &FULL_PEOPLE,
    &OWN_PEOPLE,
    &FILED,
    &HOST_KIND,
    &MATERIAL,
    &EXAM,
    &REMARK,
    &SERIAL,
];

/// 学员通讯录条目.
pub static ENROLMENT: &[&Field] = &[
    &NAME,
    &SEX,
    &ID_TYPE,
    &ID_NO,
    &BIRTHDAY,
    &ETHNICITY,
    &IC_CARD,
    &PERSON_NO,
    &UNIT,
    &UNIT_NO,
    &UNIT_LEVEL,
    &DEPT,
    &TITLE,
    &TITLE_LEVEL,
    &DUTY,
    &SPECIALTY,
    &POST_KIND,
    &EDUCATION,
    &DEGREE,
    &MOBILE,
    &EMAIL,
    &ADDRESS,
    &ZIP,
    &PROVINCE,
    &CITY,
    &PROJECT_CODE,
    &PROJECT_NAME,
    &HOST_UNIT,
    &SESSION,
    &START_DATE,
    &END_DATE,
    &TRAINING_DATE,
    &DAYS,
    &HOURS,
    &INFECTIOUS_HOURS,
    &CREDITS,
    &CREDITS_PUBLISHED,
    &CREDIT_CLASS,
    &CREDIT_ROUTE,
    &SUBJECT2,
    &SUBJECT3,
    &CERT_NO,
    &REMARK,
    &SERIAL,
];

/// 签到/刷卡.
pub static ATTENDANCE: &[&Field] = &[
    &NAME,
    &SEX,
    &ID_TYPE,
    &ID_NO,
    &IC_CARD,
    &PERSON_NO,
    &UNIT,
    &DEPT,
    &TITLE,
    &MOBILE,
    &PROJECT_CODE,
    &PROJECT_NAME,
    &TOPIC,
    &TRAINING_DATE,
    &TIME_IN,
    &TIME_OUT,
    &MINUTES_ONLINE,
    &SOURCE,
    &SIGNED,
    &UPLOAD_TIME,
    &CREDITS,
    &PLACE,
    &DAYS,
    &HOURS,
    &MEDIA_MINUTES,
    &CLASS_START,
    &CLASS_END,
    &REGISTERED,
    &HOST_UNIT,
    &PROJECT_LEVEL,
    &MODE,
    &GRANT_DATE,
    &REMARK,
    &SERIAL,
];

/// 学分.
pub static CREDIT: &[&Field] = &[
    &NAME,
    &ID_TYPE,
    &ID_NO,
    &IC_CARD,
    &PERSON_NO,
    &UNIT,
    &DEPT,
    &TITLE,
    &TITLE_LEVEL,
    &SPECIALTY,
    &PROJECT_CODE,
    &PROJECT_NAME,
    &PROJECT_LEVEL,
    &HOST_UNIT,
    &SESSION,
    &START_DATE,
    &END_DATE,
    &TRAINING_DATE,
    &DAYS,
    &HOURS,
    &INFECTIOUS_HOURS,
    &CREDITS,
    &CREDITS_PUBLISHED,
    &CREDIT_CLASS,
    &CREDIT_ROUTE,
    &SUBJECT2,
    &SUBJECT3,
    &CERT_NO,
    &MODE,
    &CONTENT,
    &MONTHS,
    &CHARACTERS,
    &COURSES_PASSED,
    &STUDY_MODE,
    &INSTITUTION,
    &INSTITUTION_LEVEL,
    &AID_PLACE,
    &STAGE,
    &PAPER_TITLE,
    &PAPER_LANGUAGE,
    &JOURNAL,
    &JOURNAL_KIND,
    &JOURNAL_NO,
    &VOLUME,
    &PUBLISH_DATE,
    &AUTHOR_RANK,
    &AWARD_LEVEL,
    &SPEAKER,
    &MATERIAL,
    &CERT_KIND,
    &CERT_MEDIUM,
    &SEALED,
    &CERT_STATE,
    &CERT_CREDITS,
    &ISSUED_ON,
    &VERIFIED,
    &ENTRY_UNIT,
    &HOST_KIND,
    &EXAM,
    &FILED,
    &REMARK,
    &SERIAL,
];

/// 证明材料.
pub static EVIDENCE: &[&Field] =
    &[&PROJECT_CODE, &PROJECT_NAME, &NAME, &ID_NO, &FILE_HASH, &EVIDENCE_KIND, &PAGES, &REMARK];

/// 回执.
pub static RECEIPT: &[&Field] = &[
    &NAME,
    &ID_NO,
    &IC_CARD,
    &PROJECT_CODE,
    &PROJECT_NAME,
    &CREDITS,
    &OUTCOME,
    &REASON,
    &REMARK,
    &SERIAL,
];

/// The fields of a kind.
pub fn of(kind: Kind) -> &'static [&'static Field] {
    match kind {
        Kind::Person => PERSON,
        Kind::Project => PROJECT,
        Kind::Enrolment => ENROLMENT,
        Kind::Attendance => ATTENDANCE,
        Kind::Credit => CREDIT,
        Kind::Evidence => EVIDENCE,
        Kind::Receipt => RECEIPT,
    }
}

/// Finds a field of a kind by its English name.
pub fn find(kind: Kind, name: &str) -> Option<&'static Field> {
    of(kind).iter().find(|field| field.name == name).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_kind_names_a_field_twice() {
        for kind in Kind::ALL {
            let mut names: Vec<_> = of(kind).iter().map(|field| field.name).collect();
            names.sort_unstable();
            let before = names.len();
            names.dedup();
            assert_eq!(names.len(), before, "{}", kind.name());
        }
    }
}
