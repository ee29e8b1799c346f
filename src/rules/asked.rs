//! The fields that rules may ask for: every field of every record kind, numbered once, so that a rule knows a column by
//! its number and no name is looked up per row.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use crate::model::{Field, FieldType, Kind, fields};

/// A field that a rule asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Asked(u16);

struct Known {
    fields: Vec<&'static Field>,
    numbers: FxHashMap<&'static str, u16>,
}

static KNOWN: LazyLock<Known> = LazyLock::new(|| {
    let mut known = Known { fields: Vec::new(), numbers: FxHashMap::default() };
    for field in Kind::ALL.into_iter().flat_map(fields::of) {
        known.numbers.entry(field.name).or_insert_with(|| {
            known.fields.push(field);
            (known.fields.len() - 1) as u16
        });
    }
    known
});

/// The fields that code itself asks for, beside those that packs name.
pub struct Usual {
    /// Credits in halves.
    pub credits: Asked,
    /// Days in halves.
    pub days: Asked,
    /// Months in halves.
    pub months: Asked,
    /// First day.
    pub start: Asked,
    /// Last day.
    pub end: Asked,
    /// Published credits in halves.
    pub published: Asked,
    /// Project number.
    pub project_code: Asked,
    /// Entry route, a dictionary label.
    pub route: Asked,
    /// Day of training.
    pub training: Asked,
    /// When somebody came; dates an attendance.
    pub time_in: Asked,
    /// When a paper appeared.
    pub published_on: Asked,
}

/// See [`Usual`].
pub static USUAL: LazyLock<Usual> = LazyLock::new(|| {
    // Names that the tables of `model::fields` have; a test looks them all up.
    let known = |name| Asked::find(name).unwrap_or(Asked(u16::MAX));
    Usual {
        credits: known("credits"),
        days: known("days"),
        months: known("months"),
        start: known("start_date"),
        end: known("end_date"),
        published: known("credits_published"),
        project_code: known("project_code"),
        route: known("credit_route"),
        training: known("training_date"),
        time_in: known("time_in"),
        published_on: known("publish_date"),
    }
});

impl Asked {
    /// The field of a name, in whatever kind of record.
    pub fn find(name: &str) -> Option<Asked> {
        KNOWN.numbers.get(name).copied().map(Asked)
    }

    /// How many there are.
    pub fn count() -> usize {
        KNOWN.fields.len()
    }

    /// All of them.
    pub fn all() -> impl Iterator<Item = Asked> {
        (0..KNOWN.fields.len() as u16).map(Asked)
    }

    /// Its number, from 0.
    pub fn index(self) -> usize {
        usize::from(self.0)
    }

    fn field(self) -> Option<&'static Field> {
        KNOWN.fields.get(self.index()).copied()
    }

    /// English name.
    pub fn name(self) -> &'static str {
        self.field().map_or("", |field| field.name)
    }

    /// Chinese label.
    pub fn label(self) -> &'static str {
        self.field().map_or("", |field| field.label)
    }

    /// Type of its values.
    pub fn kind(self) -> FieldType {
        self.field().map_or(FieldType::Text, |field| field.kind)
    }

    /// Whether it is personal data.
    pub fn is_personal(self) -> bool {
        self.field().is_some_and(|field| field.is_personal)
    }

    /// Whether records of a kind have it.
    pub fn is_of(self, kind: Kind) -> bool {
        fields::find(kind, self.name()).is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fields_that_code_asks_for_are_there() {
        let usual = &*USUAL;
        let all = [
            usual.credits,
            usual.days,
            usual.months,
            usual.start,
            usual.end,
            usual.published,
            usual.project_code,
            usual.route,
            usual.training,
            usual.time_in,
            usual.published_on,
        ];
        for asked in all {
            assert_ne!(asked.name(), "");
        }
        assert!(all.iter().all(|asked| Asked::find(asked.name()) == Some(*asked)));
    }
}
