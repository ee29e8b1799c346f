//! From the records of a member to what its projects add up.

use std::{
    collections::BTreeMap,
    hash::{Hash, Hasher},
};

use rustc_hash::FxHasher;

use super::{key, project::Project};
use crate::{
    model::{Batch, Kind, Value},
    text::evidence_name,
};

/// Fields that tell one person from others, by sets: the first that a record has decides.
const PERSON: &[&[&str]] =
    &[&["id_no"], &["ic_card_no"], &["person_no"], &["name", "mobile", "unit_name", "dept"]];

/// Fields of which one tells that a person of a sign-in list was there.
const PRESENCE: &[&str] = &["signed", "time_in", "minutes_online"];

/// Adds the records of one chunk.
pub fn see(projects: &mut BTreeMap<String, Project>, member: &str, batch: &Batch) {
    let Some(kind) = batch.kind.filter(|kind| {
        matches!(kind, Kind::Enrolment | Kind::Credit | Kind::Attendance | Kind::Project)
    }) else {
        return;
    };
    let by_path = evidence_name::project_in(member).unwrap_or_default();
    let folder = member.rsplit_once('/').map_or("", |(folder, _)| folder);
    let record = Record::new(batch);
    for at in 0..batch.heads.len() {
        let own = record.text(at, "project_code");
        let code = if own.is_empty() { by_path.as_str() } else { own };
        let project = projects.entry(key(code).to_owned()).or_default();
        if project.label.len() < code.len() {
            project.label = code.to_owned();
        }
        if project.name.is_empty() {
            project.name = record.text(at, "project_name").to_owned();
        }
        if !project.folders.contains(folder) {
            project.folders.insert(folder.to_owned());
        }
        project.day = project.day.max(record.day(at));
        add(project, kind, &record, at);
    }
}

fn add(project: &mut Project, kind: Kind, record: &Record<'_>, at: usize) {
    let is_held = record.batch.heads.get(at).is_some_and(|head| head.is_held);
    project.held += u64::from(is_held);
    match kind {
        Kind::Project => {}
        Kind::Attendance => {
            if PRESENCE.iter().any(|field| record.value(at, field).is_present()) {
                project.present.insert(record.person(at));
            }
        }
        _ => {
            let person = record.person(at);
            project.people.insert(person);
            let credits = record.value(at, "credits");
            if credits.is_present() && credits.number > 0 {
                project.credited.insert(person);
                project.most_credits = project.most_credits.max(credits.number);
            }
        }
    }
}

/// The records of a chunk, by field name; the slots are looked up once.
struct Record<'b> {
    batch: &'b Batch,
    slots: Vec<(&'static str, usize)>,
}

impl<'b> Record<'b> {
    fn new(batch: &'b Batch) -> Record<'b> {
        let slots = batch.slots.iter().enumerate();
        Record { batch, slots: slots.map(|(at, slot)| (slot.field.name, at)).collect() }
    }

    fn value(&self, record: usize, field: &str) -> Value {
        let slot = self.slots.iter().find(|(name, _)| *name == field);
        slot.map_or(Value::NOTHING, |(_, slot)| self.batch.value(record, *slot))
    }

    fn text(&self, record: usize, field: &str) -> &'b str {
        self.batch.text(&self.value(record, field))
    }

    fn day(&self, record: usize) -> Option<i32> {
        let days = ["training_date", "end_date", "start_date"];
        let present = |field| Some(self.value(record, field)).filter(Value::is_present);
        days.into_iter().find_map(present).map(|value| value.number)
    }

    fn person(&self, record: usize) -> u64 {
        let has_first =
            |set: &&&[&str]| set.first().is_some_and(|field| !self.text(record, field).is_empty());
        let mut hasher = FxHasher::default();
        match PERSON.iter().find(has_first) {
            Some(set) => set.iter().for_each(|field| self.text(record, field).hash(&mut hasher)),
            // Nobody at all: a row of its own.
            None => self.batch.heads.get(record).map(|head| head.row).hash(&mut hasher),
        }
        hasher.finish()
    }
}
