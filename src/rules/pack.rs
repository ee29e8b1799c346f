//! Packs: the rules of one jurisdiction or organisation, read from `mappings/packs/*.toml` into a checked plan.

mod layers;
mod rule;

use std::{path::PathBuf, sync::Arc};

use rustc_hash::FxHashMap;

pub use self::layers::{read, read_under};
pub(super) use self::rule::day;
use super::{activity::rule::ActivityRule, guard::Guard, kinds::Check};
use crate::model::{Clause, Kind, Lang, Severity};

/// A dated set of rules.
#[derive(Debug)]
pub struct Pack {
    /// Name with its year: `beijing-2022`.
    pub name: String,
    /// What it says of itself.
    pub head: Head,
    /// Its rules, in the order of the file.
    pub rules: Vec<Rule>,
    /// Its rules about whole activities, in the order of the file.
    pub activity: Vec<ActivityRule>,
    /// Rules that no program can judge, for people to look at.
    pub reminders: Vec<Reminder>,
    /// Rules of packs below that it changes or puts out of use: id, line of the file.
    pub overrides: Vec<(String, u32)>,
    /// Ids of all its rules, those that a nearer layer puts out of use included.
    pub ids: Vec<String>,
    /// How many packs are laid over it.
    pub laid_over: usize,
    /// SHA-256 of the file's text and of those laid over it.
    pub digest: String,
}

/// What a pack says of itself.
#[derive(Clone, Debug, Default)]
pub struct Head {
    /// What people call it: Chinese, English.
    pub label: [String; 2],
    /// The family whose version it is: `beijing`; empty if none.
    pub family: String,
    /// First and last day it is in force, as days from 0001-01-01 as day 1.
    pub in_force: (i32, i32),
    /// Whose rules they are.
    pub layer: Layer,
    /// Whether they hold.
    pub status: Status,
    /// Packs or families that it rests on: their rules judge as well.
    pub extends: Vec<String>,
    /// Who issued them.
    pub authority: String,
    /// Who compared them with the documents; empty: nobody.
    pub reviewed_by: String,
}

/// Whose rules a pack holds; a nearer layer rests on the wider ones.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Layer {
    /// 国家.
    Nation,
    /// 省级.
    Province,
    /// 市级.
    City,
    /// 本单位.
    #[default]
    Organisation,
}

/// Whether a pack holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Status {
    /// In force in its time.
    #[default]
    InForce,
    /// A draft: judges only where its own name is given.
    Draft,
    /// Replaced; judges what is of its time.
    Expired,
}

const LAYERS: &[(&str, Layer)] = &[
    ("nation", Layer::Nation),
    ("province", Layer::Province),
    ("city", Layer::City),
    ("organisation", Layer::Organisation),
];

const STATUSES: &[(&str, Status)] =
    &[("in force", Status::InForce), ("draft", Status::Draft), ("expired", Status::Expired)];

impl Layer {
    /// What people call it.
    pub fn label(self, lang: Lang) -> &'static str {
        match self {
            Layer::Nation => lang.pick("国家", "nation"),
            Layer::Province => lang.pick("省级", "province"),
            Layer::City => lang.pick("市级", "city"),
            Layer::Organisation => lang.pick("单位", "organisation"),
        }
    }
}

impl Status {
    /// The word of the files.
    pub fn name(self) -> &'static str {
        STATUSES.iter().find(|(_, status)| *status == self).map_or("", |(name, _)| name)
    }

    /// What people call it.
    pub fn label(self, lang: Lang) -> &'static str {
        match self {
            Status::InForce => lang.pick("现行", "in force"),
            Status::Draft => lang.pick("征求意见稿（默认不用）", "draft (off)"),
            Status::Expired => lang.pick("已废止", "expired"),
        }
    }
}

/// A rule that no program can judge: what a person looks at, and why the tables do not tell.
#[derive(Clone, Debug)]
pub struct Reminder {
    /// Rule id.
    pub id: String,
    /// Where it stands: Chinese, English.
    pub source: [String; 2],
    /// What to look at: Chinese, English.
    pub what: [String; 2],
    /// What the tables lack: Chinese, English.
    pub lacks: [String; 2],
}

/// A pack in use.
#[derive(Clone, Debug)]
pub struct PackUse {
    /// The pack.
    pub pack: Arc<Pack>,
    /// Whether its dated name was given, so that it judges every record whatever its date.
    pub is_pinned: bool,
}

/// One rule.
#[derive(Debug)]
pub struct Rule {
    /// Id, words and source, as findings carry them.
    pub clause: Arc<Clause>,
    /// Severity of its findings.
    pub severity: Severity,
    /// The mark of the regulations' table: E, C, W, D, I.
    pub mark: char,
    /// Name of its kind.
    pub kind: &'static str,
    /// Kinds of records that it judges; empty: all.
    pub entity: Vec<Kind>,
    /// Which of them.
    pub when: Guard,
    /// What it checks.
    pub check: Box<dyn Check>,
    /// Its parameters as the files write them, for showing.
    pub params: Vec<(String, String)>,
    /// Why it is not certain: Chinese, English.
    pub unverified: Option<[String; 2]>,
    /// Records that pass and fail, run by the tests.
    pub examples: Vec<Example>,
}

impl Rule {
    /// Whether it judges a kind of records.
    pub fn is_for(&self, kind: Kind) -> bool {
        self.entity.is_empty() || self.entity.contains(&kind)
    }
}

/// One example of a rule.
#[derive(Debug, PartialEq, Eq)]
pub struct Example {
    /// Field name → canonical text.
    pub record: Vec<(String, String)>,
    /// Whether the rule must find something.
    pub is_breach: bool,
    /// The lower value that it must propose; empty: not looked at.
    pub proposed: String,
    /// Today, for rules with a date that passes.
    pub as_of: Option<i32>,
}

/// A project on the list of monitored projects.
#[derive(Clone, Debug)]
pub struct MonitoredProject {
    /// Project number without its suffix: `2022-03-01-127`.
    pub code: String,
    /// Name.
    pub name: String,
    /// Days in halves.
    pub half_days: i32,
    /// Most credits, in halves.
    pub credits: i32,
}

/// Monitored projects by number.
#[derive(Debug, Default)]
pub struct Projects(FxHashMap<String, MonitoredProject>);

impl Projects {
    /// Indexes a list.
    pub fn new(list: &[MonitoredProject]) -> Projects {
        Projects(list.iter().map(|project| (project.code.clone(), project.clone())).collect())
    }

    /// Finds a project by its number, with or without the suffix `(国)`.
    pub fn find(&self, code: &str) -> Option<&MonitoredProject> {
        self.0.get(code.split('(').next().unwrap_or_default().trim_end())
    }
}

/// The text of a pack, and what it is called.
#[derive(Clone, Debug)]
pub struct PackText {
    /// Name with its year.
    pub name: String,
    /// Its file, for lints.
    pub path: PathBuf,
    /// The text.
    pub text: String,
}
