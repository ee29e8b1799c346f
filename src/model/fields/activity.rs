//! Fields of credits outside projects, and of certificates.

use super::field;
use crate::model::field::{
    Field,
    FieldType::{Choice, Code, Date, Halves, Integer, Text},
};

// What credits outside projects say of themselves, and certificates.
pub(super) static CONTENT: Field =
    field("content", "活动内容", Text, "", false, &["活动内容与形式", "学习内容"]);
pub(super) static MONTHS: Field =
    field("months", "月数", Halves, "月", false, &["累计月数", "时长(月)"]);
pub(super) static CHARACTERS: Field =
    field("characters", "字数", Integer, "字", false, &["笔记字数", "自学字数"]);
pub(super) static COURSES_PASSED: Field =
    field("courses_passed", "合格门数", Integer, "门", false, &["课程门数", "考试合格门数"]);
pub(super) static STUDY_MODE: Field =
    field("study_mode", "学习方式", Choice, "", false, &["脱产方式", "脱产/半脱产"]);
pub(super) static INSTITUTION: Field = field(
    "institution",
    "接收单位",
    Text,
    "",
    false,
    &["进修单位", "培训单位", "援助单位", "培训基地", "就读学校"],
);
pub(super) static INSTITUTION_LEVEL: Field = field(
    "institution_level",
    "接收单位级别",
    Choice,
    "",
    false,
    &["进修单位级别", "援助单位级别"],
);
pub(super) static AID_PLACE: Field =
    field("aid_place", "援助地点", Choice, "", false, &["援助地区", "派往地区"]);
pub(super) static STAGE: Field =
    field("stage", "培训阶段", Choice, "", false, &["住培阶段", "规培阶段"]);
pub(super) static PAPER_TITLE: Field = field(
    "paper_title",
    "论文题目",
    Text,
    "",
    false,
    &["文章全称", "论文名称", "文章题目", "题目名称"],
);
pub(super) static PAPER_LANGUAGE: Field =
    field("paper_language", "论文语种", Choice, "", false, &["语种", "文章语种"]);
pub(super) static JOURNAL: Field =
    field("journal", "期刊名称", Text, "", false, &["刊物名称", "杂志名称"]);
pub(super) static JOURNAL_KIND: Field =
    field("journal_kind", "刊物类型", Text, "", false, &["期刊级别", "期刊类型"]);
pub(super) static JOURNAL_NO: Field =
    field("journal_no", "期刊号", Code, "", false, &["刊号", "ISSN", "CN刊号"]);
pub(super) static VOLUME: Field =
    field("volume", "卷期", Text, "", false, &["年卷期", "年、卷、期"]);
pub(super) static PUBLISH_DATE: Field =
    field("publish_date", "发表时间", Date, "", false, &["发表日期", "刊出时间"]);
pub(super) static AUTHOR_RANK: Field = field(
    "author_rank",
    "作者排序",
    Integer,
    "",
    false,
    &["第几作者", "作者/通讯作者排序", "作者位次", "排名"],
);
pub(super) static AWARD_LEVEL: Field =
    field("award_level", "立项级别", Choice, "", false, &["课题级别", "奖励级别"]);
pub(super) static SPEAKER: Field =
    field("speaker", "授课角色", Choice, "", false, &["主讲/听讲", "角色"]);
pub(super) static MATERIAL: Field =
    field("material", "证明材料", Text, "", false, &["支撑材料", "附件", "提交材料", "材料清单"]);
pub(super) static CERT_KIND: Field =
    field("cert_kind", "证书种类", Choice, "", false, &["证书类别", "证书类型"]);
pub(super) static CERT_MEDIUM: Field =
    field("cert_medium", "证书介质", Choice, "", false, &["证书形式", "电子/纸质"]);
pub(super) static SEALED: Field =
    field("sealed", "主办单位盖章", Choice, "", false, &["是否盖章", "盖章"]);
pub(super) static CERT_STATE: Field =
    field("cert_state", "证书情况", Choice, "", false, &["证书状态", "证书完整性"]);
pub(super) static CERT_CREDITS: Field =
    field("cert_credits", "证书学分", Halves, "学分", false, &["证书上的学分", "证书所载学分"]);
pub(super) static ISSUED_ON: Field =
    field("issued_on", "发证日期", Date, "", false, &["证书日期", "发证时间"]);
pub(super) static VERIFIED: Field =
    field("verified", "核验结果", Choice, "", false, &["网上核验", "查验结果", "验证结果"]);
pub(super) static ENTRY_UNIT: Field =
    field("entry_unit", "录入单位", Text, "", false, &["填报单位", "授分单位"]);
pub(super) static HOST_KIND: Field =
    field("host_kind", "主办单位性质", Choice, "", false, &["举办单位性质", "单位性质"]);
pub(super) static EXAM: Field =
    field("exam", "考核结果", Choice, "", false, &["考试结果", "考核情况"]);
pub(super) static REGISTERED: Field =
    field("registered", "平台登记", Choice, "", false, &["是否在平台注册", "小程序注册"]);
pub(super) static FILED: Field =
    field("filed", "备案情况", Choice, "", false, &["是否备案", "备案状态"]);
pub(super) static CREDITED_PEOPLE: Field = field(
    "credited_n",
    "授分人数",
    Integer,
    "人",
    false,
    &["授予学分人数", "发证人数", "证书份数"],
);
pub(super) static SIGNED_PEOPLE: Field =
    field("signed_n", "签到人数", Integer, "人", false, &["签到表人数", "实到人数"]);
pub(super) static FULL_PEOPLE: Field =
    field("full_n", "全程参会人数", Integer, "人", false, &["全程参加人数"]);
pub(super) static OWN_PEOPLE: Field =
    field("own_n", "本单位授分人数", Integer, "人", false, &["本单位人数"]);
