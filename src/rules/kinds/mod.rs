//! Rule kinds: what a rule can check. A new kind is one file and one line here.

mod credits_per_day;
mod credits_published;
mod date_in_cycle;
mod monitored_cap;
mod monitored_route;

use super::{
    facts::{Asked, Facts},
    pack::MonitoredProject,
};
use crate::{model::Code, spec::Table};

/// What a rule found about a record.
pub struct Breach {
    /// The field it is about.
    pub about: Asked,
    /// What fills `{0}` … of the rule's words.
    pub args: Vec<String>,
    /// The lower value that a cap proposes.
    pub proposed: Option<String>,
}

/// A rule's check, with its parameters inside.
pub trait Check: std::fmt::Debug + Send + Sync {
    /// Looks at one record; `None` if nothing is wrong, or the record does not say enough.
    fn breach(&self, facts: &Facts<'_>) -> Option<Breach>;

    /// Sets of fields, each of which makes the rule judgeable; a table with none is told so.
    fn needs(&self) -> &'static [&'static [Asked]];

    /// The code of its findings.
    fn code(&self) -> &'static Code;
}

/// What a kind is built from: its table in the pack, and the pack's lists.
pub struct Parts<'a, 's> {
    /// The rule's table, for its parameters.
    pub table: &'a Table<'s>,
    /// The pack's monitored projects.
    pub monitored: &'a [MonitoredProject],
}

type Build = fn(&Parts<'_, '_>) -> Option<Box<dyn Check>>;

/// All kinds by the name that packs use.
pub const KINDS: &[(&str, Build)] = &[
    ("credits-per-day", credits_per_day::build),
    ("credits-published", credits_published::build),
    ("date-in-cycle", date_in_cycle::build),
    ("monitored-cap", monitored_cap::build),
    ("monitored-route", monitored_route::build),
];
