//! Who of the staff master a damaged number may belong to.

use super::{Change, MOST, Slots, record_of, text_of};
use crate::{
    model::{
        Batch, Candidate, FieldType, Finding, Grounds, Past, codes::value as codes, past::Person,
    },
    text::{
        id::{self, Likeness},
        mask, name,
    },
};

/// Digits that a spreadsheet leaves of a number; so many tell a birthday and a place.
const LEFT: usize = 15;

/// A person of the staff master who may be meant, with the whole number: for those who must compare, never for people
/// to look at.
#[derive(Clone, Debug)]
pub struct Proposal {
    /// What people may see.
    pub candidate: Candidate,
    /// The number.
    pub id_no: String,
}

/// What a damaged cell and its row say.
struct Damaged<'a> {
    /// As [`id::bare`] writes it.
    number: String,
    folded: String,
    dept: &'a str,
    is_male: Option<bool>,
    birthday: Option<i32>,
}

impl Damaged<'_> {
    fn of<'a>(batch: &'a Batch, slots: &Slots, record: usize, finding: &Finding) -> Damaged<'a> {
        let sex = text_of(batch, record, slots.sex);
        let birthday = slots.birthday.map(|slot| batch.value(record, slot));
        Damaged {
            number: id::bare(&finding.value),
            folded: name::fold(text_of(batch, record, slots.name)),
            dept: text_of(batch, record, slots.dept),
            is_male: match sex.chars().next() {
                Some('男') => Some(true),
                Some('女') => Some(false),
                _ => None,
            },
            birthday: birthday.filter(|day| day.is_present()).map(|day| day.number),
        }
    }

    /// Whether sex and birthday of the row are those in a number.
    fn agrees(&self, id_no: &str) -> bool {
        let is_sex = self.is_male.is_none() || self.is_male == id::is_male(id_no);
        is_sex && (self.birthday.is_none() || self.birthday == id::birthday_of(id_no))
    }
}

impl Damaged<'_> {
    /// Whether the row's department is that of a likelier person than the one who was chosen: two people of one name.
    fn points_elsewhere(&self, chosen: &Proposal, likeliest: Option<&Proposal>) -> bool {
        let is_here = |proposal: &Proposal| proposal.candidate.dept == self.dept;
        !self.dept.is_empty() && !is_here(chosen) && likeliest.is_some_and(is_here)
    }
}

/// What a person may be ranked by: grounds, slips, another department.
type Rank = (Grounds, usize, bool);

/// Everybody whom the damaged number of a finding may belong to, the likeliest first, people of one number once; and
/// the name beside it.
pub fn proposals(past: &Past, batch: &Batch, finding: &Finding) -> (String, Vec<Proposal>) {
    let slots = Slots::of(batch);
    let found = slots.and_then(|slots| Some((slots, record_of(batch, slots.id_no, finding)?)));
    let Some((slots, record)) = found else { return Default::default() };
    let name = text_of(batch, record, slots.name).to_owned();
    (name, ranked(past, &Damaged::of(batch, &slots, record, finding)))
}

/// What is to become of a finding about a damaged number.
pub(super) fn change(
    past: &Past,
    batch: &Batch,
    slots: &Slots,
    record: usize,
    finding: &Finding,
) -> Option<Change> {
    let damaged = Damaged::of(batch, slots, record, finding);
    let mut ranked = ranked(past, &damaged);
    let accepted = past.repairs.accepted(&finding.value, &damaged.folded);
    if let Some(repair) = accepted
        && let Some(chosen) =
            ranked.iter().find(|proposal| past.repairs.is_chosen(repair, &proposal.id_no))
        && damaged.agrees(&chosen.id_no)
        && !damaged.points_elsewhere(chosen, ranked.first())
    {
        let mut told = Finding::new(&codes::ID_REPAIRED, finding.place);
        told.field = finding.field;
        told.is_personal = finding.is_personal;
        told.value.clone_from(&finding.value);
        let told = told.arg(&repair.by).arg(&repair.at);
        let (slot, text) = (slots.id_no, chosen.id_no.clone());
        return Some(Change::Replace { slot, text, finding: Box::new(told) });
    }
    ranked.truncate(MOST);
    let candidates = ranked.into_iter().map(|proposal| proposal.candidate);
    let candidates: Vec<Candidate> = candidates.collect();
    (!candidates.is_empty()).then_some(Change::Propose(candidates))
}

fn ranked(past: &Past, damaged: &Damaged<'_>) -> Vec<Proposal> {
    let people = &past.people;
    let near = id::span(&damaged.number).map(|(from, to)| people.between(from, to));
    // Without a name there is nobody of the same name.
    let named = Some(&damaged.folded).filter(|folded| !folded.is_empty());
    let named = named.map(|folded| people.named(folded));
    let all = named.into_iter().flatten().chain(near.into_iter().flatten());
    let mut found: Vec<(Rank, Person<'_>)> =
        all.filter_map(|person| Some((rank(damaged, &person)?, person))).collect();
    found.sort_by(|(rank, person), (other, another)| {
        rank.cmp(other).then_with(|| person.id_no.cmp(another.id_no))
    });
    let mut proposals: Vec<Proposal> = Vec::new();
    for ((grounds, _, _), person) in found {
        if proposals.iter().any(|known| known.id_no == person.id_no) {
            continue;
        }
        let candidate = Candidate {
            digits: id::difference(&damaged.number, person.id_no),
            name: mask::mask(FieldType::Name, person.name),
            dept: person.dept.to_owned(),
            grounds,
        };
        proposals.push(Proposal { candidate, id_no: person.id_no.to_owned() });
    }
    proposals
}

/// How likely a person is; `None` if the digits or the sex speak against it.
fn rank(damaged: &Damaged<'_>, person: &Person<'_>) -> Option<Rank> {
    let Likeness { known, slips } = id::likeness(&damaged.number, person.id_no)?;
    let is_named = !damaged.folded.is_empty() && name::fold(person.name) == damaged.folded;
    let is_dept = !damaged.dept.is_empty() && person.dept == damaged.dept;
    let is_whole = known >= LEFT && slips == 0;
    let grounds = match (is_named, is_dept) {
        (true, _) if is_whole => Grounds::NameAndDigits,
        (true, true) => Grounds::NameAndDept,
        (true, false) => Grounds::Name,
        (false, _) if known >= LEFT => Grounds::Digits,
        (false, _) => return None,
    };
    let is_sex = damaged.is_male.is_none() || damaged.is_male == id::is_male(person.id_no);
    (is_sex || grounds == Grounds::NameAndDigits).then_some((grounds, slips, !is_dept))
}
