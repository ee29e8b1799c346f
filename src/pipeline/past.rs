//! Loads what judging must know from elsewhere: documents handed in beside the one in hand, and accepted repairs.
//!
//! Such a document goes the ordinary way, through the ordinary mappings, up to the judged records. What is wrong in it
//! is counted and stops nothing.

use std::{
    collections::HashSet,
    path::{Path, PathBuf},
    sync::Arc,
};

use sha2::{Digest, Sha256};

use super::{ConvertError, Request, Wants, Witness, convert_before, report::FindingCounts};
use crate::{
    config::{Catalogue, ConfigError, repairs::Accepted},
    ledger::seal::LookupKey,
    mapping::plan::InputMapping,
    model::{
        Batch, Finding, Kind, Lang, Past, Severity,
        past::{Hasher, PeopleBuilder, Person, Repair, Repairs},
    },
    text::{digest::hex, name},
};

/// Kinds of records that a document handed in may hold.
const KINDS: [Kind; 1] = [Kind::Person];

/// Why a document handed in gives nothing.
#[derive(Debug, thiserror::Error)]
pub enum PastError {
    /// It cannot be read, or a mapping is wrong.
    #[error("cannot use {path}")]
    Convert {
        /// The document.
        path: PathBuf,
        /// Why.
        source: Box<ConvertError>,
    },
    /// No mapping of people fits it.
    #[error("{path} is no list of people: {why}")]
    NoTable {
        /// The document.
        path: PathBuf,
        /// The finding that says what it lacks, in the language asked for.
        why: String,
    },
}

/// What came of one document that was handed in.
#[derive(Clone, Debug)]
pub struct Told {
    /// Its name.
    pub name: String,
    /// People taken from it.
    pub people: u64,
    /// What is wrong with it.
    pub findings: FindingCounts,
}

/// A past, and what came of its documents.
#[derive(Clone, Debug, Default)]
pub struct Loaded {
    /// The past.
    pub past: Past,
    /// The documents, in the order in which they were named.
    pub documents: Vec<Told>,
}

/// Hashing of accepted repairs, under the home's look-up key.
pub fn hasher(lookup: LookupKey) -> Hasher {
    Arc::new(move |parts| lookup.hash(parts))
}

/// Reads documents and takes the accepted repairs. Without documents the past is empty: a repair needs the person.
///
/// # Errors
/// A document cannot be read, or holds no table that any mapping of people fits.
pub fn load(
    catalogue: &Catalogue,
    documents: &[PathBuf],
    repairs: Option<(Vec<Accepted>, Hasher)>,
    lang: Lang,
) -> Result<Loaded, PastError> {
    if documents.is_empty() {
        return Ok(Loaded::default());
    }
    let mut collector = Collector::default();
    let mut told = Vec::new();
    for path in documents {
        told.push(read(catalogue, path, &mut collector, lang)?);
    }
    let people = collector.people.finish();
    let mut sha = Sha256::new();
    sha.update((people.len() as u64).to_le_bytes());
    for text in people.iter().flat_map(|person| person.texts()) {
        sha.update((text.len() as u64).to_le_bytes());
        sha.update(text);
    }
    let repairs = repairs.map(|(accepted, hasher)| {
        for one in &accepted {
            sha.update(one.cell);
            sha.update(one.id);
            sha.update(format!("{}\n{}\n", one.by, one.at));
        }
        let repair = |one: Accepted| Repair { cell: one.cell, id: one.id, by: one.by, at: one.at };
        Repairs::new(accepted.into_iter().map(repair).collect(), hasher)
    });
    let digest = Some(hex(&sha.finalize()));
    let past = Past::new(people, repairs.unwrap_or_default(), digest);
    Ok(Loaded { past, documents: told })
}

fn read(
    catalogue: &Catalogue,
    path: &Path,
    collector: &mut Collector,
    lang: Lang,
) -> Result<Told, PastError> {
    let failed = |source| PastError::Convert { path: path.to_owned(), source: Box::new(source) };
    let inputs = catalogue.inputs().map_err(|lints| failed(ConfigError::Lints(lints).into()))?;
    let among = inputs.iter().filter(|input| KINDS.contains(&input.kind));
    let request = Request {
        among: among.map(|input| input.name.clone()).collect(),
        wants: Wants::Judgement,
        lang,
        ..Request::default()
    };
    let report = convert_before(collector, catalogue, path, "", &request).map_err(failed)?;
    let people = (collector.people.len() - collector.before) as u64;
    collector.before = collector.people.len();
    if report.tables.is_empty() {
        let worst = report.codes.values().max_by_key(|told| told.severity);
        let why = worst.map_or_else(String::new, |told| told.message.clone());
        return Err(PastError::NoTable { path: path.to_owned(), why });
    }
    Ok(Told { name: report.name, people, findings: report.findings })
}

/// Keeps the people of the documents that pass by.
#[derive(Default)]
struct Collector {
    people: PeopleBuilder,
    /// People of the documents before this one: a second attempt at a document begins anew.
    before: usize,
}

const FIELDS: [&str; 8] =
    ["name", "id_no", "person_no", "unit_name", "dept", "title", "sex", "mobile"];
/// Fields that an error must not be about, if a person's number is to be believed.
const BELIEVED: [&str; 4] = ["name", "id_no", "sex", "birthday"];

impl Witness for Collector {
    fn begin(&mut self, _: Option<&str>) -> Result<(), ConvertError> {
        self.people.truncate(self.before);
        Ok(())
    }

    fn see(
        &mut self,
        _: &Arc<InputMapping>,
        batch: &mut Batch,
        findings: &mut Vec<Finding>,
    ) -> Result<(), ConvertError> {
        let slots = FIELDS.map(|field| batch.slot_of(field));
        let errors = findings.iter().filter(|finding| {
            finding.severity == Severity::Error && BELIEVED.contains(&finding.field)
        });
        let doubted: HashSet<u32> = errors.map(|finding| finding.place.row).collect();
        for (record, head) in batch.heads.iter().enumerate() {
            let texts = slots.map(|slot| {
                let text = slot.map(|slot| batch.text(&batch.value(record, slot)));
                text.unwrap_or_default()
            });
            let [name, id_no, person_no, unit, dept, title, sex, mobile] = texts;
            let id_no = if doubted.contains(&head.row) { "" } else { id_no };
            if !name.is_empty() {
                let person = Person { name, id_no, person_no, unit, dept, title, sex, mobile };
                self.people.add(&person, &name::fold(name));
            }
        }
        Ok(())
    }

    fn keep(&mut self, _: &Batch, _: &[Finding]) -> Result<(), ConvertError> {
        Ok(())
    }

    fn end(&mut self) -> Result<Vec<Finding>, ConvertError> {
        Ok(Vec::new())
    }
}
