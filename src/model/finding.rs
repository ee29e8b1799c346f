//! A finding: something about a datum that its sender should know.

use std::sync::Arc;

use super::{Code, Lang, Severity, grid};

/// Where a finding points to within one document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Grid index in the document; [`Place::NOWHERE`] for the document as a whole.
    pub grid: u16,
    /// Row as the sender's program shows it, from 1; 0 for the whole grid.
    pub row: u32,
    /// Column from 0; [`grid::NO_COLUMN`] for the whole row.
    pub column: u16,
}

impl Place {
    /// The document as a whole.
    pub const NOWHERE: Place = Place { grid: u16::MAX, row: 0, column: grid::NO_COLUMN };

    /// A cell.
    pub fn cell(grid: u16, row: u32, column: u16) -> Place {
        Place { grid, row, column }
    }

    /// A whole row.
    pub fn row(grid: u16, row: u32) -> Place {
        Place { grid, row, column: grid::NO_COLUMN }
    }

    /// A whole grid.
    pub fn grid(grid: u16) -> Place {
        Place { grid, row: 0, column: grid::NO_COLUMN }
    }

    /// The address in A1 notation, if the place is a cell.
    pub fn a1(&self) -> Option<String> {
        (self.row > 0 && self.column != grid::NO_COLUMN).then(|| grid::a1(self.row, self.column))
    }
}

/// The legal source of a pack's finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clause {
    /// Pack name with its year.
    pub pack: String,
    /// Rule id as in the regulations' table, e.g. `BJ-DAY-01`.
    pub rule: String,
    /// Document number and article, as people cite it: Chinese, English.
    pub source: [String; 2],
    /// The pack's own words for this rule, instead of the code's: Chinese, English; may be empty.
    pub what: [String; 2],
    /// How to mend it: Chinese, English; may be empty.
    pub mend: [String; 2],
}

/// Why a person of the staff master may be the one meant; the strongest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Grounds {
    /// The same identity number (a name is in question, not a number).
    Id,
    /// The same name, and every digit that is left.
    NameAndDigits,
    /// The same name and department, and most of the digits.
    NameAndDept,
    /// The same name, and most of the digits.
    Name,
    /// At least the first 15 digits; the name differs.
    Digits,
}

impl Grounds {
    /// Stable name, for reports.
    pub fn name(self) -> &'static str {
        match self {
            Grounds::Id => "id",
            Grounds::NameAndDigits => "name-and-digits",
            Grounds::NameAndDept => "name-and-dept",
            Grounds::Name => "name",
            Grounds::Digits => "digits",
        }
    }

    /// The same for people.
    pub fn label(self, lang: Lang) -> &'static str {
        match self {
            Grounds::Id => lang.pick("身份证号相同", "same ID number"),
            Grounds::NameAndDigits => {
                lang.pick("姓名和剩下的数字都相符", "same name and remaining digits")
            }
            Grounds::NameAndDept => {
                lang.pick("姓名和科室相符，数字相近", "same name and department, digits alike")
            }
            Grounds::Name => lang.pick("姓名相符，数字相近", "same name, digits alike"),
            Grounds::Digits => {
                lang.pick("前15位相符，姓名不同", "same first 15 digits, another name")
            }
        }
    }
}

/// A person of the staff master who may be the one meant. Never applied by itself, and holds no more of the person
/// than people may see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// The characters of the number that are missing or written otherwise: position from 1, character. Of many
    /// missing ones only the last four.
    pub digits: Vec<(u8, char)>,
    /// Masked.
    pub name: String,
    /// Empty if not known.
    pub dept: String,
    /// Why this one.
    pub grounds: Grounds,
}

impl Candidate {
    /// `末三位 01X（张*，心内科）`; where no digits differ, `张*（心内科）`.
    pub fn tell(&self, lang: Lang) -> String {
        let (open, comma, close) = match lang {
            Lang::Zh => ("（", "，", "）"),
            Lang::En => (" (", ", ", ")"),
        };
        match (self.difference(lang), self.dept.is_empty()) {
            (digits, true) if digits.is_empty() => self.name.clone(),
            (digits, false) if digits.is_empty() => {
                format!("{}{open}{}{close}", self.name, self.dept)
            }
            (digits, true) => format!("{digits}{open}{}{close}", self.name),
            (digits, false) => format!("{digits}{open}{}{comma}{}{close}", self.name, self.dept),
        }
    }

    fn difference(&self, lang: Lang) -> String {
        const COUNTS: [&str; 5] = ["", "一", "两", "三", "四"];
        let tail = self.digits.iter().rev().zip((1..=18u8).rev());
        let is_tail = tail.clone().all(|((at, _), place)| *at == place);
        let shown: String = self.digits.iter().map(|(_, letter)| *letter).collect();
        match (self.digits.len(), is_tail, lang) {
            (0, ..) => String::new(),
            (count, true, Lang::Zh) => {
                format!("末{}位 {shown}", COUNTS.get(count).copied().unwrap_or("几"))
            }
            (_, true, Lang::En) => format!("ends in {shown}"),
            (_, false, Lang::Zh) => {
                let each = self.digits.iter().map(|(at, letter)| format!("第{at}位 {letter}"));
                each.collect::<Vec<_>>().join("、")
            }
            (_, false, Lang::En) => {
                let each = self.digits.iter().map(|(at, letter)| format!("{letter} at place {at}"));
                each.collect::<Vec<_>>().join(", ")
            }
        }
    }
}

/// Something about a datum, told to its sender.
#[derive(Clone, Debug)]
pub struct Finding {
    /// What kind.
    pub code: &'static Code,
    /// How much it matters here.
    pub severity: Severity,
    /// Where.
    pub place: Place,
    /// English name of the record field; empty if none.
    pub field: &'static str,
    /// Whether `value` (and any arg equal to it) is personal data, so that reports mask it.
    pub is_personal: bool,
    /// The raw text of the cell; empty if none.
    pub value: String,
    /// What fills `{0}`, `{1}` … of the texts. Never personal data in the clear.
    pub args: Vec<String>,
    /// The rule and its source, for findings of a pack.
    pub clause: Option<Arc<Clause>>,
    /// A lower value that a cap proposes.
    pub proposed: Option<String>,
    /// Further places (the cells an info finding counted, the other row of a repeat).
    pub also: Vec<Place>,
    /// Who of the staff master may be meant, the likeliest first; for a person to choose from.
    pub candidates: Vec<Candidate>,
}

impl Finding {
    /// A finding with the code's own severity and nothing else.
    pub fn new(code: &'static Code, place: Place) -> Finding {
        Finding {
            code,
            severity: code.severity,
            place,
            field: "",
            is_personal: false,
            value: String::new(),
            args: Vec::new(),
            clause: None,
            proposed: None,
            also: Vec::new(),
            candidates: Vec::new(),
        }
    }

    /// Adds what fills the next `{n}`.
    pub fn arg(mut self, arg: impl Into<String>) -> Finding {
        self.args.push(arg.into());
        self
    }

    /// Names the field and keeps the raw value.
    pub fn about(mut self, field: &'static super::Field, value: &str) -> Finding {
        self.field = field.name;
        self.is_personal = field.is_personal;
        self.value = value.to_owned();
        self
    }

    /// Changes the severity.
    pub fn with_severity(mut self, severity: Severity) -> Finding {
        self.severity = severity;
        self
    }

    /// What is wrong, one sentence, in a language.
    pub fn message(&self, lang: Lang) -> String {
        let own = self.clause.as_deref().map_or("", |clause| pick(&clause.what, lang));
        self.fill(if own.is_empty() { self.code.what(lang) } else { own })
    }

    /// How to mend it, in a language.
    pub fn hint(&self, lang: Lang) -> String {
        let own = self.clause.as_deref().map_or("", |clause| pick(&clause.mend, lang));
        self.fill(if own.is_empty() { self.code.mend(lang) } else { own })
    }

    /// The candidates, numbered, a line each: `候选 1：末三位 01X（张*，心内科）`.
    pub fn candidate_lines(&self, lang: Lang) -> Vec<String> {
        let numbered = self.candidates.iter().enumerate();
        let line = |(at, candidate): (usize, &Candidate)| {
            let (number, told) = (at + 1, candidate.tell(lang));
            match lang {
                Lang::Zh => format!("候选 {number}：{told}"),
                Lang::En => format!("Candidate {number}: {told}"),
            }
        };
        numbered.map(line).collect()
    }

    fn fill(&self, template: &str) -> String {
        let mut text = template.to_owned();
        for (at, arg) in self.args.iter().enumerate() {
            text = text.replace(&format!("{{{at}}}"), arg);
        }
        text
    }
}

fn pick(texts: &[String; 2], lang: Lang) -> &str {
    lang.pick(&texts[0], &texts[1])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_candidate_shows_what_is_missing_and_a_masked_name() {
        for (digits, dept, zh, en) in [
            (
                vec![(16, '0'), (17, '1'), (18, 'X')],
                "心内科",
                "末三位 01X（张*，心内科）",
                "ends in 01X (张*, 心内科)",
            ),
            (vec![(18, '4')], "", "末一位 4（张*）", "ends in 4 (张*)"),
            (
                vec![(8, '9'), (15, '3')],
                "",
                "第8位 9、第15位 3（张*）",
                "9 at place 8, 3 at place 15 (张*)",
            ),
            (vec![], "儿科", "张*（儿科）", "张* (儿科)"),
            (vec![], "", "张*", "张*"),
        ] {
            let (name, dept, grounds) = ("张*".to_owned(), dept.to_owned(), Grounds::Name);
            let candidate = Candidate { digits, name, dept, grounds };
            assert_eq!(candidate.tell(Lang::Zh), zh);
            assert_eq!(candidate.tell(Lang::En), en);
        }
    }
}
