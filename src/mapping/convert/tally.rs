//! Things counted aloud instead of told one by one: silent mends per column and kind, hidden rows,
//! rows that are no records. Three places of each are kept.

use crate::{
    model::{Code, Finding, Lang, Place, Slot, codes::value},
    text::Mends,
};

/// How many places a count names.
const PLACES: usize = 3;
/// How many kinds of mends there can be.
const KINDS: usize = 32;

/// How often something was seen, and where first.
#[derive(Clone, Debug, Default)]
pub(super) struct Count {
    pub times: u64,
    places: Vec<Place>,
}

impl Count {
    pub(super) fn add(&mut self, place: Place) {
        self.times += 1;
        if self.places.len() < PLACES {
            self.places.push(place);
        }
    }

    /// The finding that tells the count: at the first place, the others in `also`; `{0}` is the count.
    pub(super) fn finding(&self, code: &'static Code) -> Option<Finding> {
        let (first, others) = self.places.split_first()?;
        let mut finding = Finding::new(code, *first).arg(self.times.to_string());
        finding.also = others.to_vec();
        Some(finding)
    }

    /// Row of the first place; 0 if there is none.
    pub(super) fn first_row(&self) -> u32 {
        self.places.first().map_or(0, |place| place.row)
    }
}

/// Silent mends, per slot and kind.
#[derive(Default)]
pub(super) struct Tally {
    counts: Vec<(Mends, Count)>,
    /// Ditto marks, per slot.
    dittos: Vec<Count>,
}

impl Tally {
    pub(super) fn new(slots: usize) -> Tally {
        Tally {
            counts: vec![Default::default(); slots * KINDS],
            dittos: vec![Count::default(); slots],
        }
    }

    /// Counts the mends of one value.
    pub(super) fn add(&mut self, slot: usize, mends: Mends, place: Place) {
        for mend in mends.iter() {
            if let Some((kind, count)) = self.counts.get_mut(slot * KINDS + mend.index()) {
                *kind = mend;
                count.add(place);
            }
        }
    }

    /// Counts a ditto mark that was filled in.
    pub(super) fn add_ditto(&mut self, slot: usize, place: Place) {
        if let Some(count) = self.dittos.get_mut(slot) {
            count.add(place);
        }
    }

    /// One info finding per column and kind of mend, in the order of the slots.
    pub(super) fn findings(&self, slots: &[Slot]) -> Vec<Finding> {
        let counts = self.counts.iter().enumerate();
        let findings = counts.filter_map(|(at, (mend, count))| {
            let slot = slots.get(at / KINDS)?;
            let mut finding = count.finding(&value::VALUES_MENDED)?;
            finding.args.insert(0, mend.label(Lang::Zh).to_owned());
            finding.field = slot.field.name;
            Some(finding)
        });
        let dittos = self.dittos.iter().zip(slots).filter_map(|(count, slot)| {
            let mut finding = count.finding(&value::DITTO_FILLED)?;
            finding.field = slot.field.name;
            Some(finding)
        });
        findings.chain(dittos).collect()
    }
}
