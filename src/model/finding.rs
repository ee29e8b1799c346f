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
