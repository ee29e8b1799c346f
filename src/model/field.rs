//! Fields of the canonical records: name, label, type, synonyms, and whether it is personal data.

/// Kinds of records.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// 人员.
    Person,
    /// 项目.
    Project,
    /// 学员通讯录条目: person × project × session, with credits.
    Enrolment,
    /// 签到/刷卡.
    Attendance,
    /// 学分.
    Credit,
    /// 证明材料.
    Evidence,
    /// 回执.
    Receipt,
}

impl Kind {
    /// All kinds.
    pub const ALL: [Kind; 7] = [
        Kind::Person,
        Kind::Project,
        Kind::Enrolment,
        Kind::Attendance,
        Kind::Credit,
        Kind::Evidence,
        Kind::Receipt,
    ];

    /// English name as in reports and mapping files.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Person => "person",
            Kind::Project => "project",
            Kind::Enrolment => "enrolment",
            Kind::Attendance => "attendance",
            Kind::Credit => "credit",
            Kind::Evidence => "evidence",
            Kind::Receipt => "receipt",
        }
    }

    /// Chinese name.
    pub fn label(self) -> &'static str {
        match self {
            Kind::Person => "人员",
            Kind::Project => "项目",
            Kind::Enrolment => "学员通讯录条目",
            Kind::Attendance => "签到/刷卡",
            Kind::Credit => "学分",
            Kind::Evidence => "证明材料",
            Kind::Receipt => "回执",
        }
    }

    /// Finds a kind by its English name.
    pub fn find(name: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// Type of a field: decides how its text is read and what [`super::Value::number`] means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldType {
    /// Any text, trimmed.
    Text,
    /// A person's name.
    Name,
    /// An identity document number; checked as GB 11643 where the id type is the resident card.
    IdNumber,
    /// A phone number, mobile or land line.
    Phone,
    /// A civil date in Asia/Shanghai.
    Date,
    /// A date with a time of day.
    DateTime,
    /// Credits, hours or days in halves.
    Halves,
    /// A whole number.
    Integer,
    /// A value of a dictionary.
    Choice,
    /// A project number.
    ProjectCode,
    /// A code that keeps its leading zeros.
    Code,
    /// A nine-digit IC card number.
    IcCard,
    /// An e-mail address.
    Email,
    /// Yes or no.
    Flag,
}

/// One field of a record kind.
#[derive(Debug, PartialEq, Eq)]
pub struct Field {
    /// English name, snake_case.
    pub name: &'static str,
    /// Chinese label.
    pub label: &'static str,
    /// Type.
    pub kind: FieldType,
    /// Unit of the number, e.g. `学分`; empty if none.
    pub unit: &'static str,
    /// Headings that usually mean this field, besides the label.
    pub synonyms: &'static [&'static str],
    /// Personal data: masked wherever people look.
    pub is_personal: bool,
}
