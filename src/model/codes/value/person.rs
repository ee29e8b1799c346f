//! Codes of what names a person: identity numbers, names, phones, cards, e-mail.

use crate::model::{Code, Severity};

/// The ID number has characters other than digits and a final X.
pub static ID_FORMAT: Code = Code {
    name: "id-format",
    severity: Severity::Error,
    what: [
        "身份证号里有数字和末位X以外的字符。",
        "The ID number has characters other than digits and a final X.",
    ],
    why: [
        "打了星号或混入字母的号码无法核对，学分会记不到本人名下。",
        "A starred or mixed number cannot be checked, and the credits would not reach the person.",
    ],
    mend: [
        "请填写完整的18位身份证号；如果是护照等其他证件，请在“证件类型”列注明。",
        "Enter all 18 characters; for a passport or another document, say so in the column 证件类型.",
    ],
};

/// An ID number has 18 characters; this one has ….
pub static ID_LENGTH: Code = Code {
    name: "id-length",
    severity: Severity::Error,
    what: ["身份证号应为18位，这里是{0}位。", "An ID number has 18 characters; this one has {0}."],
    why: [
        "少一位或多一位都对不上人，平台不接收。",
        "With a character too few or too many it matches nobody, and the platform refuses it.",
    ],
    mend: [
        "请对照身份证原件补全号码，并先把该列设为文本格式。",
        "Compare with the card and complete the number; set the column to text format first.",
    ],
};

/// Characters 7 to 14 of the ID number are no real birthday.
pub static ID_BIRTHDAY: Code = Code {
    name: "id-birthday",
    severity: Severity::Error,
    what: [
        "身份证号第7至14位不是真实的出生日期。",
        "Characters 7 to 14 of the ID number are no real birthday.",
    ],
    why: [
        "号码一定有误，学分会记不到本人名下。",
        "The number must be wrong, and the credits would not reach the person.",
    ],
    mend: ["请对照身份证原件改正号码。", "Correct the number from the card."],
};

/// The check digit of the ID number is wrong: at least one digit is mistyped.
pub static ID_CHECKSUM: Code = Code {
    name: "id-checksum",
    severity: Severity::Error,
    what: [
        "身份证号的校验位不对，号码里至少有一位写错。",
        "The check digit of the ID number is wrong: at least one digit is mistyped.",
    ],
    why: [
        "错号可能恰好是别人的号，学分会记错人。",
        "A wrong number may be someone else's, who would then get the credits.",
    ],
    mend: [
        "请对照身份证原件逐位核对后改正。",
        "Compare with the card digit by digit and correct it.",
    ],
};

/// The last three digits of the ID number became 000, because Excel took it for a number.
pub static ID_TRUNCATED: Code = Code {
    name: "id-truncated",
    severity: Severity::Error,
    what: [
        "身份证号的末三位变成了000，是Excel把它当成数字造成的。",
        "The last three digits of the ID number became 000, because Excel took it for a number.",
    ],
    why: [
        "Excel只保留15位数字，后三位已经丢失，无法还原。",
        "Excel keeps 15 digits; the last three are lost and cannot be computed.",
    ],
    mend: [
        "请先把该列设为文本格式，再重新录入完整的身份证号。",
        "Set the column to text format, then type the whole number again.",
    ],
};

/// The ID number became scientific notation (with E+17).
pub static ID_SCIENTIFIC: Code = Code {
    name: "id-scientific",
    severity: Severity::Error,
    what: [
        "身份证号变成了科学计数法（带E+17）。",
        "The ID number became scientific notation (with E+17).",
    ],
    why: [
        "大部分数字已经丢失，看不出是谁的号码。",
        "Most digits are lost; nobody can tell whose number it was.",
    ],
    mend: [
        "请先把该列设为文本格式，再重新录入；从Excel导出时不要经过CSV再打开。",
        "Set the column to text format and type the number again; do not open a CSV export in Excel and save it.",
    ],
};

/// The end of the ID number was rounded by software.
pub static ID_ROUNDED: Code = Code {
    name: "id-rounded",
    severity: Severity::Error,
    what: ["身份证号的末尾被软件四舍五入了。", "The end of the ID number was rounded by software."],
    why: [
        "号码按数字保存时精度不够，末两三位已不是原来的数字。",
        "Stored as a number it lost precision; its last digits are no longer the real ones.",
    ],
    mend: [
        "请先把该列设为文本格式，再重新录入完整的身份证号。",
        "Set the column to text format, then type the whole number again.",
    ],
};

/// The ID number is stored as a number; its last digits may have been rounded.
pub static ID_MAYBE_ROUNDED: Code = Code {
    name: "id-maybe-rounded",
    severity: Severity::Warning,
    what: [
        "身份证号是按数字保存的，末几位可能被软件改过。",
        "The ID number is stored as a number; its last digits may have been rounded.",
    ],
    why: ["校验位虽然对得上，但也可能是巧合。", "The check digit agrees, but that may be chance."],
    mend: [
        "请对照身份证原件核对末三位，并把该列设为文本格式。",
        "Compare the last three characters with the card and set the column to text format.",
    ],
};

/// This is an old ID number of 15 digits; it was widened to 18.
pub static ID_WIDENED: Code = Code {
    name: "id-widened",
    severity: Severity::Warning,
    what: [
        "这是15位旧身份证号，已按规则升为18位。",
        "This is an old ID number of 15 digits; it was widened to 18.",
    ],
    why: [
        "如果它其实是少打了三位的新号码，升位后就不是本人的号。",
        "If it is a new number with three digits missing, the widened number is not the person's.",
    ],
    mend: ["请对照身份证原件，改填18位号码。", "Enter the number of 18 characters from the card."],
};

/// The document number does not have the shape of its type.
pub static ID_OTHER_FORMAT: Code = Code {
    name: "id-other-format",
    severity: Severity::Error,
    what: [
        "证件号码不符合所填证件类型的格式。",
        "The document number does not have the shape of its type.",
    ],
    why: [
        "平台按证件类型核对号码，对不上就不接收。",
        "The platform checks the number by its type and refuses it.",
    ],
    mend: [
        "请核对“证件类型”和号码，两者都以证件原件为准。",
        "Check both the type and the number against the document.",
    ],
};

/// The name has a mark, brackets or pinyin in place of a rare character.
pub static NAME_PLACEHOLDER: Code = Code {
    name: "name-placeholder",
    severity: Severity::Warning,
    what: [
        "姓名里有代替生僻字的符号、括号或拼音。",
        "The name has a mark, brackets or pinyin in place of a rare character.",
    ],
    why: [
        "与证件上的姓名不一致，证书可能打不出来或打错。",
        "It differs from the ID card, and the certificate may be refused or misprinted.",
    ],
    mend: [
        "请按身份证填写原字；打不出来时，从人事系统中复制。",
        "Enter the character as on the ID card, or copy it from the personnel system.",
    ],
};

/// One cell seems to hold the names of several people.
pub static NAME_SEVERAL: Code = Code {
    name: "name-several",
    severity: Severity::Warning,
    what: [
        "一个单元格里好像写了几个人的姓名。",
        "One cell seems to hold the names of several people.",
    ],
    why: [
        "一行只能记一个人的学分，其余的人会漏掉。",
        "A row gives credits to one person; the others would get none.",
    ],
    mend: ["请把每个人分到单独的一行。", "Give each person a row."],
};

/// The name does not look like one: it has digits, a single character or is too long.
pub static NAME_ODD: Code = Code {
    name: "name-odd",
    severity: Severity::Warning,
    what: [
        "姓名看起来不像人名：有数字、只有一个字或太长。",
        "The name does not look like one: it has digits, a single character or is too long.",
    ],
    why: [
        "可能是填错了列，证书会打错。",
        "A column may be mixed up, and the certificate would be wrong.",
    ],
    mend: [
        "请核对该单元格，按身份证填写姓名。",
        "Check the cell and enter the name as on the ID card.",
    ],
};

/// The phone number is wrong: mobiles have 11 digits and begin with 1, land lines need their area code.
pub static PHONE_FORMAT: Code = Code {
    name: "phone-format",
    severity: Severity::Error,
    what: [
        "电话号码不对：手机应为1开头的11位，座机要带区号。",
        "The phone number is wrong: mobiles have 11 digits and begin with 1, land lines need their area code.",
    ],
    why: [
        "平台不接收，也联系不到本人。",
        "The platform refuses it, and nobody can call the person.",
    ],
    mend: ["请向本人核对后改正。", "Ask the person and correct it."],
};

/// The cell holds several phone numbers; only the first mobile was taken.
pub static PHONE_SEVERAL: Code = Code {
    name: "phone-several",
    severity: Severity::Warning,
    what: [
        "一个单元格里有几个电话号码，只采用了第一个手机号。",
        "The cell holds several phone numbers; only the first mobile was taken.",
    ],
    why: [
        "平台只收一个号码，采用的可能不是常用的那个。",
        "The platform takes one number, and this may not be the one in use.",
    ],
    mend: ["请只保留一个手机号。", "Keep one mobile number."],
};

/// An IC card number has nine digits.
pub static IC_CARD_FORMAT: Code = Code {
    name: "ic-card-format",
    severity: Severity::Error,
    what: ["IC卡编号应为9位数字。", "An IC card number has nine digits."],
    why: ["编号不对，学分记不到卡上。", "With a wrong number the credits do not reach the card."],
    mend: [
        "请对照IC卡改正，并把该列设为文本格式。",
        "Correct it from the card and set the column to text format.",
    ],
};

/// The IC card number has fewer than nine digits; zeros in front may be lost.
pub static IC_CARD_ZERO: Code = Code {
    name: "ic-card-zero",
    severity: Severity::Warning,
    what: [
        "IC卡编号不足9位，可能丢了开头的0。",
        "The IC card number has fewer than nine digits; zeros in front may be lost.",
    ],
    why: [
        "少了开头的0，平台查不到这张卡。",
        "Without its zeros the platform does not find the card.",
    ],
    mend: [
        "请把该列设为文本格式，补上开头的0。",
        "Set the column to text format and add the zeros.",
    ],
};

/// The e-mail address has the wrong shape.
pub static EMAIL_FORMAT: Code = Code {
    name: "email-format",
    severity: Severity::Error,
    what: ["电子邮箱的格式不对。", "The e-mail address has the wrong shape."],
    why: [
        "邮件会退回，平台也可能不接收。",
        "Mail would come back, and the platform may refuse it.",
    ],
    mend: [
        "请核对是否缺少@或域名，一格只填一个邮箱。",
        "Check the @ and the domain; enter one address per cell.",
    ],
};
