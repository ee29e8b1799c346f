//! Rules about a whole activity, as packs write them: `[[activity]]` with a kind, its parameters, words and examples.

use std::{collections::BTreeMap, sync::Arc};

use super::project::Case;
use crate::{
    model::{Clause, Code, EvidenceKind, Finding, Lang, Place, Severity, codes::evidence},
    rules::facts::halves,
    spec::Table,
};

/// One rule about an activity.
#[derive(Debug)]
pub struct ActivityRule {
    /// Id, words and source, as findings carry them.
    pub clause: Arc<Clause>,
    /// Severity of its findings.
    pub severity: Severity,
    /// What it checks.
    pub check: ActivityCheck,
    /// Activities that pass and fail, run by the tests.
    pub examples: Vec<ActivityExample>,
}

/// What a rule about an activity checks.
#[derive(Clone, Debug, PartialEq)]
pub enum ActivityCheck {
    /// One of these kinds of evidence is there, if any record has this many credits (in halves).
    Evidence {
        /// Kinds of which one is enough.
        kinds: Vec<EvidenceKind>,
        /// Asked only from this many credits on, and up to that many, in halves.
        credits: (i32, i32),
    },
    /// There are pages of sign-in sheets enough for the roster.
    Pages {
        /// Lines of a page.
        rows_per_page: u32,
    },
    /// Somebody counted the signatures.
    SignedCount,
    /// As many signed as are credited.
    SignedEqualsCredited,
}

/// One example of a rule.
#[derive(Clone, Debug)]
pub struct ActivityExample {
    /// The activity.
    pub case: Case,
    /// Whether the rule must find something.
    pub is_breach: bool,
}

type Build = fn(&Table<'_>) -> Option<ActivityCheck>;

/// All kinds by the name that packs use.
pub const KINDS: &[(&str, Build)] = &[
    ("evidence-required", evidence_required),
    ("pages-for-roster", pages_for_roster),
    ("signed-count", |_| Some(ActivityCheck::SignedCount)),
    ("signed-equals-credited", |_| Some(ActivityCheck::SignedEqualsCredited)),
];

fn evidence_required(table: &Table<'_>) -> Option<ActivityCheck> {
    let mut kinds = Vec::new();
    for word in table.strings("evidence") {
        match EvidenceKind::find(&word) {
            Some(kind) => kinds.push(kind),
            None => table.unknown("evidence", &word, EvidenceKind::ALL.map(EvidenceKind::name)),
        }
    }
    if kinds.is_empty() {
        table.lint("evidence", "缺少 evidence（材料类别）", "evidence is missing");
        return None;
    }
    let bound = |key, default| table.number(key).map_or(default, |number| (number * 2.0) as i32);
    let credits = (bound("min_credits", 0), bound("max_credits", i32::MAX));
    Some(ActivityCheck::Evidence { kinds, credits })
}

fn pages_for_roster(table: &Table<'_>) -> Option<ActivityCheck> {
    let rows = table.integer("rows_per_page").and_then(|rows| u32::try_from(rows).ok());
    let Some(rows_per_page) = rows.filter(|rows| *rows > 0) else {
        let zh = "缺少 rows_per_page（签到表每页几人）";
        table.lint("rows_per_page", zh, "rows_per_page is missing");
        return None;
    };
    Some(ActivityCheck::Pages { rows_per_page })
}

impl ActivityCheck {
    /// Looks at one activity: the code and what fills its words. An activity without a roster is not judged.
    pub fn breach(&self, case: &Case) -> Option<(&'static Code, Vec<String>)> {
        if case.people == 0 {
            return None;
        }
        match self {
            ActivityCheck::Evidence { kinds, credits } => missing(case, kinds, *credits),
            ActivityCheck::Pages { rows_per_page } => few_pages(case, *rows_per_page),
            ActivityCheck::SignedCount => case.signed.is_none().then(|| {
                let args = vec![case.label.clone(), case.credited.max(case.people).to_string()];
                (&evidence::SIGNED_COUNT_MISSING, args)
            }),
            ActivityCheck::SignedEqualsCredited => {
                let signed = case.signed.filter(|signed| *signed != case.credited)?;
                // A roster without credits says nothing about who is credited.
                (case.credited > 0).then(|| {
                    let difference = signed.abs_diff(case.credited);
                    let numbers = [signed, case.credited, difference].map(|n| n.to_string());
                    let args = std::iter::once(case.label.clone()).chain(numbers).collect();
                    (&evidence::SIGNED_COUNT_DIFFERS, args)
                })
            }
        }
    }
}

fn missing(
    case: &Case,
    kinds: &[EvidenceKind],
    credits: (i32, i32),
) -> Option<(&'static Code, Vec<String>)> {
    let is_asked = (credits.0..=credits.1).contains(&case.most_credits);
    if !is_asked || kinds.iter().any(|kind| case.has(*kind)) {
        return None;
    }
    let words = |lang: Lang, between: &str| {
        kinds.iter().map(|kind| kind.label(lang)).collect::<Vec<_>>().join(between)
    };
    let (zh, en) = (words(Lang::Zh, "或"), words(Lang::En, " or "));
    Some((&evidence::EVIDENCE_MISSING, vec![case.label.clone(), zh, en, halves(case.most_credits)]))
}

fn few_pages(case: &Case, rows_per_page: u32) -> Option<(&'static Code, Vec<String>)> {
    // No sheet at all is another rule's; sheets whose pages nobody counted may be enough.
    let pages = (*case.pages.get(&EvidenceKind::SignIn)?)?;
    let needed = case.people.div_ceil(rows_per_page);
    (pages < needed).then(|| {
        let numbers = [pages, case.people, needed, rows_per_page].map(|n| n.to_string());
        let args = std::iter::once(case.label.clone()).chain(numbers).collect();
        (&evidence::SIGN_IN_PAGES_FEW, args)
    })
}

impl ActivityRule {
    /// Judges one activity.
    pub fn judge(&self, case: &Case) -> Option<Finding> {
        let (code, args) = self.check.breach(case)?;
        let mut finding = Finding::new(code, Place::NOWHERE).with_severity(self.severity);
        finding.args = args;
        finding.clause = Some(Arc::clone(&self.clause));
        Some(finding)
    }

    /// Runs one example.
    ///
    /// # Errors
    /// What differs from what the example says.
    pub fn run(&self, example: &ActivityExample) -> Result<(), String> {
        match (self.check.breach(&example.case), example.is_breach) {
            (None, true) => Err("no breach was found".to_owned()),
            (Some((_, args)), false) => Err(format!("an unexpected breach: {}", args.join(", "))),
            _ => Ok(()),
        }
    }
}

/// Reads an example: `activity = { people = "35", credits = "4", signed = "30", "sign-in" = "2" }`; the keys beside
/// `people`, `credited`, `credits` and `signed` are kinds of evidence with their pages.
pub fn example(table: Table<'_>) -> Option<ActivityExample> {
    let mut case = Case { label: "2022-03-01-127".to_owned(), ..Case::default() };
    let mut credited = None;
    for (key, text) in table.pairs("activity") {
        let number = text.parse::<f64>().ok().filter(|number| *number >= 0.0);
        let Some(number) = number else {
            table.lint("activity", format!("“{key}”应为数字"), format!("{key} must be a number"));
            continue;
        };
        match (key.as_str(), EvidenceKind::find(&key)) {
            ("people", _) => case.people = number as u32,
            ("credited", _) => credited = Some(number as u32),
            ("credits", _) => case.most_credits = (number * 2.0) as i32,
            ("signed", _) => case.signed = Some(number as u32),
            (_, Some(kind)) => case.pages.extend(BTreeMap::from([(kind, Some(number as u32))])),
            _ => {
                let known = ["people", "credited", "credits", "signed"];
                let kinds = EvidenceKind::ALL.map(EvidenceKind::name);
                table.unknown("activity", &key, known.into_iter().chain(kinds));
            }
        }
    }
    case.credited = credited.unwrap_or(if case.most_credits > 0 { case.people } else { 0 });
    let is_breach = table.boolean("breach");
    if is_breach.is_none() {
        table.lint("breach", "缺少 breach = true 或 false", "breach = true or false is missing");
    }
    table.close();
    Some(ActivityExample { case, is_breach: is_breach? })
}
