//! Rule kinds: what a rule can check. A new kind is one file and one line here.

mod amounts;
mod cap;
mod credits_per_day;
mod credits_published;
mod date_in_cycle;
mod dates;
mod least;
mod monitored_cap;
mod monitored_route;
mod must;
mod remind;
mod required;
mod same;
mod values;

use super::{asked::Asked, facts::Facts, pack::MonitoredProject, params::Params};
use crate::model::Code;

/// What a rule found about a record.
pub struct Breach {
    /// The field it is about.
    pub about: Asked,
    /// What fills `{0}` … of the rule's words.
    pub args: Vec<String>,
    /// The lower value that a cap proposes.
    pub proposed: Option<String>,
    /// Whether it is not too late yet: a warning, whatever the rule's severity.
    pub is_pending: bool,
}

impl Breach {
    /// A breach that proposes nothing.
    pub fn new(about: Asked, args: Vec<String>) -> Breach {
        Breach { about, args, proposed: None, is_pending: false }
    }

    /// Proposes a lower value.
    pub fn proposing(mut self, value: String) -> Breach {
        self.proposed = Some(value);
        self
    }
}

/// A rule's check, with its parameters inside.
pub trait Check: std::fmt::Debug + Send + Sync {
    /// Looks at one record; `None` if nothing is wrong, or the record does not say enough.
    fn breach(&self, facts: &Facts<'_>) -> Option<Breach>;

    /// Sets of fields, each of which makes the rule judgeable; a table with none is told so. No set at all: every
    /// table can be judged.
    fn needs(&self) -> &[Vec<Asked>];

    /// Whether a record whose cells for these fields are blank is one that could not be judged.
    fn needs_values(&self) -> bool {
        true
    }

    /// The code of its findings.
    fn code(&self) -> &'static Code;
}

/// What a kind is built from: its parameters, and the pack's lists.
pub struct Parts<'a, 's> {
    /// The rule's parameters.
    pub params: &'a Params<'a, 's>,
    /// The pack's monitored projects.
    pub monitored: &'a [MonitoredProject],
}

type Build = fn(&Parts<'_, '_>) -> Option<Box<dyn Check>>;

/// All kinds by the name that packs use.
pub const KINDS: &[(&str, Build)] = &[
    ("allowed-values", values::allowed),
    ("amount-by-rank", amounts::build),
    ("at-least", least::build),
    ("cap", cap::build),
    ("credits-per-day", credits_per_day::build),
    ("credits-published", credits_published::build),
    ("date-in-cycle", date_in_cycle::build),
    ("date-order", dates::order),
    ("days-between", dates::between),
    ("deadline", dates::deadline),
    ("forbidden-values", values::forbidden),
    ("monitored-cap", monitored_cap::build),
    ("monitored-route", monitored_route::build),
    ("must", must::build),
    ("must-not-be", remind::must_not_be),
    ("name-unchanged", same::name_unchanged),
    ("reminder", remind::reminder),
    ("required-fields", required::build),
    ("same-value", same::build),
];
