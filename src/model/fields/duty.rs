//! Fields of what a host must do, of teachers, and of online courses.

use super::field;
use crate::model::field::{
    Field,
    FieldType::{Choice, Date, DateTime, Integer, Name, Phone, Text},
};

// When the duties of a project were done.
pub(super) static APPROVED_NAME: Field =
    field("approved_name", "批准名称", Text, "", false, &["批复名称", "公布名称"]);
pub(super) static APPROVED_HOST: Field =
    field("approved_host", "批准主办单位", Text, "", false, &["批复单位"]);
pub(super) static APPROVED_START: Field =
    field("approved_start", "批准开始日期", Date, "", false, &["备案开始日期", "公布开始日期"]);
pub(super) static NOTICE_DATE: Field = field(
    "notice_date",
    "通知上报日期",
    Date,
    "",
    false,
    &["会前材料上报日期", "通知日程上报日期"],
);
pub(super) static REPORT_DATE: Field = field(
    "report_date",
    "执行情况上报日期",
    Date,
    "",
    false,
    &["总结上报日期", "执行报告日期", "会后材料上报日期"],
);
pub(super) static CHANGE_DATE: Field =
    field("change_date", "变更上报日期", Date, "", false, &["变更日期"]);
pub(super) static GRANT_DATE: Field =
    field("grant_date", "学分授予日期", Date, "", false, &["授予日期", "刷卡授分日期"]);
pub(super) static FILING_DATE: Field =
    field("filing_date", "备案日期", Date, "", false, &["备案时间"]);
pub(super) static REVIEW_STATE: Field =
    field("review_state", "执行情况审核", Choice, "", false, &["审核状态", "执行报告状态"]);
pub(super) static TEACHER_TITLE_LEVEL: Field = field(
    "teacher_level",
    "授课教师职称级别",
    Choice,
    "",
    false,
    &["教师职称级别", "讲者职称级别"],
);
pub(super) static COURSE_KIND: Field =
    field("course_kind", "授课类型", Choice, "", false, &["课程类型", "授课形式"]);
pub(super) static FEE: Field = field("fee", "是否收费", Choice, "", false, &["收费"]);
pub(super) static CONTACT: Field = field("contact", "联系人", Name, "", true, &["项目联系人"]);
pub(super) static CONTACT_TEL: Field = field("contact_tel", "联系人电话", Phone, "", true, &[]);
pub(super) static MEDIA_MINUTES: Field =
    field("media_minutes", "课件时长", Integer, "分钟", false, &["视频时长", "课件分钟"]);
pub(super) static CLASS_START: Field =
    field("class_start", "上课时间", DateTime, "", false, &["课程开始时间", "授课开始时间"]);
pub(super) static CLASS_END: Field =
    field("class_end", "下课时间", DateTime, "", false, &["课程结束时间", "授课结束时间"]);
