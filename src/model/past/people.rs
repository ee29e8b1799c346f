//! People in little room: one text for all, one short row each, two sorted indexes. About 150 bytes a person.

use std::hash::Hasher;

use rustc_hash::FxHasher;

/// Texts kept of a person.
const FIELDS: usize = 8;
/// Longest text kept, in bytes: what is longer is no name and no department.
const LONGEST: usize = 300;

/// A person of a staff master; empty texts for what is not known. All canonical, as [`crate::text`] writes them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Person<'a> {
    /// Name.
    pub name: &'a str,
    /// Identity number.
    pub id_no: &'a str,
    /// Staff number.
    pub person_no: &'a str,
    /// Unit.
    pub unit: &'a str,
    /// Department.
    pub dept: &'a str,
    /// Title.
    pub title: &'a str,
    /// Sex.
    pub sex: &'a str,
    /// Mobile.
    pub mobile: &'a str,
}

impl<'a> Person<'a> {
    /// All texts, in a fixed order: for digests.
    pub fn texts(&self) -> [&'a str; FIELDS] {
        let Person { name, id_no, person_no, unit, dept, title, sex, mobile } = *self;
        [name, id_no, person_no, unit, dept, title, sex, mobile]
    }
}

#[derive(Clone, Copy, Debug)]
struct Row {
    start: u32,
    lengths: [u16; FIELDS],
}

/// People that can be found by identity number, by its first digits, and by name, without looking through all.
#[derive(Clone, Debug, Default)]
pub struct People {
    text: String,
    rows: Vec<Row>,
    /// First 17 digits of resident cards → row; sorted.
    by_digits: Vec<(u64, u32)>,
    /// Hash of the folded name → row; sorted.
    by_name: Vec<(u64, u32)>,
}

impl People {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether nobody is known.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Everybody, in the order of their documents.
    pub fn iter(&self) -> impl Iterator<Item = Person<'_>> {
        (0..self.rows.len()).filter_map(|at| self.person(at as u32))
    }

    /// Those with this resident card (18 characters).
    pub fn with_id<'a>(&'a self, id: &'a str) -> impl Iterator<Item = Person<'a>> {
        let digits = digits_of(id);
        let found = digits.map(|digits| self.between(digits, digits)).into_iter().flatten();
        found.filter(move |person| person.id_no == id)
    }

    /// Those whose resident card's first 17 digits, as a number, lie between two numbers, both included; by number.
    pub fn between(&self, from: u64, to: u64) -> impl Iterator<Item = Person<'_>> {
        let start = self.by_digits.partition_point(|(digits, _)| *digits < from);
        let found = self.by_digits.get(start..).unwrap_or_default().iter();
        let found = found.take_while(move |(digits, _)| *digits <= to);
        found.filter_map(|(_, row)| self.person(*row))
    }

    /// Those whose folded name (see [`crate::text::name::fold`]) has this one's hash: the same name, but for a chance
    /// of one in 2^64. In the order of their documents.
    pub fn named(&self, folded: &str) -> impl Iterator<Item = Person<'_>> {
        let hash = hash_of(folded);
        let start = self.by_name.partition_point(|(other, _)| *other < hash);
        let found = self.by_name.get(start..).unwrap_or_default().iter();
        let found = found.take_while(move |(other, _)| *other == hash);
        found.filter_map(|(_, row)| self.person(*row))
    }

    /// Bytes of memory.
    pub fn bytes(&self) -> usize {
        let indexes = self.by_digits.capacity() + self.by_name.capacity();
        self.text.capacity()
            + self.rows.capacity() * size_of::<Row>()
            + indexes * size_of::<(u64, u32)>()
    }

    fn person(&self, at: u32) -> Option<Person<'_>> {
        let row = self.rows.get(at as usize)?;
        let mut start = row.start as usize;
        let mut next = row.lengths.iter().map(|length| {
            let end = start + usize::from(*length);
            let text = self.text.get(start..end).unwrap_or_default();
            start = end;
            text
        });
        let mut text = || next.next().unwrap_or_default();
        Some(Person {
            name: text(),
            id_no: text(),
            person_no: text(),
            unit: text(),
            dept: text(),
            title: text(),
            sex: text(),
            mobile: text(),
        })
    }
}

/// Gathers people.
#[derive(Debug, Default)]
pub struct PeopleBuilder {
    people: People,
}

impl PeopleBuilder {
    /// Adds a person under the folded name. Beyond four thousand million bytes of text nobody is added.
    pub fn add(&mut self, person: &Person<'_>, folded: &str) {
        let people = &mut self.people;
        let (Ok(start), Ok(at)) =
            (u32::try_from(people.text.len()), u32::try_from(people.rows.len()))
        else {
            return;
        };
        let mut row = Row { start, lengths: [0; FIELDS] };
        for (length, text) in row.lengths.iter_mut().zip(person.texts()) {
            let kept = text.get(..text.floor_char_boundary(LONGEST)).unwrap_or_default();
            people.text.push_str(kept);
            *length = kept.len() as u16;
        }
        people.rows.push(row);
        if let Some(digits) = digits_of(person.id_no) {
            people.by_digits.push((digits, at));
        }
        if !folded.is_empty() {
            people.by_name.push((hash_of(folded), at));
        }
    }

    /// How many there are, to go back to.
    pub fn len(&self) -> usize {
        self.people.rows.len()
    }

    /// Whether there is nobody yet.
    pub fn is_empty(&self) -> bool {
        self.people.rows.is_empty()
    }

    /// Forgets everybody behind the first `count`.
    pub fn truncate(&mut self, count: usize) {
        let people = &mut self.people;
        if let Some(row) = people.rows.get(count) {
            people.text.truncate(row.start as usize);
        }
        people.rows.truncate(count);
        people.by_digits.retain(|(_, row)| (*row as usize) < count);
        people.by_name.retain(|(_, row)| (*row as usize) < count);
    }

    /// The people, ready to be looked up.
    pub fn finish(self) -> People {
        let mut people = self.people;
        people.by_digits.sort_unstable();
        people.by_name.sort_unstable();
        people.text.shrink_to_fit();
        people.rows.shrink_to_fit();
        people.by_digits.shrink_to_fit();
        people.by_name.shrink_to_fit();
        people
    }
}

/// The first 17 digits of a resident card's number; `None` for other texts.
fn digits_of(id: &str) -> Option<u64> {
    let (first, last) = id.as_bytes().split_first_chunk::<17>()?;
    if last.len() != 1 {
        return None;
    }
    first.iter().try_fold(0, |number, byte| {
        byte.is_ascii_digit().then(|| number * 10 + u64::from(byte - b'0'))
    })
}

fn hash_of(folded: &str) -> u64 {
    // Its key is fixed: the order of people of one name does not depend on it.
    let mut hasher = FxHasher::default();
    hasher.write(folded.as_bytes());
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person<'a>(name: &'a str, id_no: &'a str, dept: &'a str) -> Person<'a> {
        Person { name, id_no, dept, ..Person::default() }
    }

    fn people() -> People {
        let mut builder = PeopleBuilder::default();
        for (name, id, dept) in [
            ("陈安宁", "999900198001010028", "内科"),
            ("周文博", "999900198001010220", "外科"),
            ("陈安宁", "99990019800202001X", "儿科"),
            ("外国人", "E12345678", "外科"),
            ("没有号", "", "外科"),
        ] {
            builder.add(&person(name, id, dept), name);
        }
        builder.finish()
    }

    #[test]
    fn people_are_found_by_number_by_its_first_digits_and_by_name() {
        let people = people();
        assert_eq!(people.len(), 5);
        let depts = |found: Vec<Person<'_>>| -> Vec<String> {
            found.iter().map(|person| person.dept.to_owned()).collect()
        };
        for (id, found) in [
            ("999900198001010028", vec!["内科"]),
            ("99990019800202001X", vec!["儿科"]),
            ("999900198002020010", vec![]),
            ("E12345678", vec![]),
            ("", vec![]),
        ] {
            assert_eq!(depts(people.with_id(id).collect()), found, "{id}");
        }
        let first = 99_990_019_800_101_000;
        assert_eq!(depts(people.between(first, first + 99).collect()), ["内科", "外科"]);
        assert_eq!(depts(people.named("陈安宁").collect()), ["内科", "儿科"]);
        assert_eq!(people.named("陈安").count(), 0);
        assert_eq!(People::default().named("陈安宁").count(), 0);
    }

    #[test]
    fn a_hundred_thousand_people_take_less_than_forty_mebibytes() {
        let mut builder = PeopleBuilder::default();
        for number in 0..100_000u32 {
            let (id, mobile) = (format!("9999001980{number:08}"), format!("199{number:08}"));
            let person = Person {
                name: "阿卜杜拉·买买提",
                id_no: &id,
                person_no: &mobile[5..],
                unit: "示范市第一人民医院（东院区）",
                dept: "心血管内科二病区",
                title: "副主任医师",
                sex: "男",
                mobile: &mobile,
            };
            builder.add(&person, &id);
        }
        let people = builder.finish();
        assert!(people.bytes() < 40 << 20, "{}", people.bytes());
        assert_eq!(people.iter().nth(77).map(|person| person.mobile), Some("19900000077"));
    }

    #[test]
    fn a_second_attempt_begins_where_the_document_began() {
        let mut builder = PeopleBuilder::default();
        builder.add(&person("陈安宁", "999900198001010028", "内科"), "陈安宁");
        let before = builder.len();
        builder.add(&person("周文博", "999900198001010220", "外科"), "周文博");
        builder.truncate(before);
        builder.truncate(before);
        builder.add(&person("吴思远", "99990019800202001X", "儿科"), "吴思远");
        let people = builder.finish();
        let names: Vec<&str> = people.iter().map(|person| person.name).collect();
        assert_eq!(names, ["陈安宁", "吴思远"]);
        assert_eq!(people.with_id("999900198001010220").count(), 0);
        assert_eq!(people.named("吴思远").next().map(|person| person.dept), Some("儿科"));
    }

    #[test]
    fn an_endless_text_is_cut_between_characters() {
        let mut builder = PeopleBuilder::default();
        let long = "科".repeat(1_000);
        builder.add(&person("陈安宁", "", &long), "陈安宁");
        builder.add(&person("周文博", "", "外科"), "周文博");
        let people = builder.finish();
        assert_eq!(people.named("周文博").next().map(|person| person.dept), Some("外科"));
        assert_eq!(people.named("陈安宁").next().map(|person| person.dept.len()), Some(300));
    }
}
