//! Cuts a text into what must be replaced and what may stay. Draws nothing.

use super::{
    dates::{self, Written},
    ids,
    letters::SURNAMES,
};
use crate::{
    pipeline::repro::{harmless::Harmless, survey::Role},
    text::plain,
};

/// What a piece is replaced by.
#[derive(Clone, Debug)]
pub enum Kind {
    /// Another person's name.
    Name,
    /// Other words of the same script.
    Words,
    /// Other digits; so many of the first ones stay.
    Digits(usize),
    /// Another person's identity number.
    Id,
    /// The day so many weeks off.
    Date(Box<Written>),
    /// The year so many years off.
    Year,
    /// A serial day whose format was lost.
    Serial,
    /// Another running number of the same project year and subject.
    Project,
}

/// A piece and the places of its characters; spaces may lie between them.
#[derive(Clone, Debug)]
pub struct Piece {
    /// What becomes of it.
    pub kind: Kind,
    /// Rising indexes of characters.
    pub places: Vec<usize>,
}

/// Endings by which units and departments are known, the longer ones first.
static ENDINGS: &[&str] = &[
    "社区卫生服务中心",
    "社区卫生服务站",
    "疾病预防控制中心",
    "妇幼保健院",
    "卫生监督所",
    "卫生服务中心",
    "卫生服务站",
    "急救中心",
    "有限公司",
    "分公司",
    "护理部",
    "医务处",
    "医务科",
    "研究所",
    "研究院",
    "附属医院",
    "人民医院",
    "中医医院",
    "中医院",
    "医学院",
    "卫生院",
    "卫生室",
    "门诊部",
    "保健院",
    "保健所",
    "委员会",
    "医院",
    "大学",
    "学院",
    "中心",
    "公司",
    "诊所",
    "病区",
    "病房",
    "学会",
    "协会",
    "分院",
    "院区",
    "科室",
    "门诊",
    "科",
    "室",
    "院",
    "处",
    "部",
    "局",
    "委",
    "站",
    "所",
    "组",
    "班",
    "省",
    "市",
    "区",
    "县",
    "镇",
    "乡",
    "街道",
    "路",
    "号",
];

/// Signs between the parts of a project number, besides every kind of dash.
const DASHES: [char; 2] = ['-', '~'];

/// What decides how a text is cut.
pub struct Cutter<'a> {
    pub harmless: &'a Harmless,
    /// Names that stand in a column of names.
    pub is_name: &'a dyn Fn(&str) -> bool,
    pub role: Role,
}

/// A text while it is being cut.
struct Text {
    letters: Vec<char>,
    /// The same in half-width characters.
    narrow: Vec<char>,
    pieces: Vec<Piece>,
}

impl Cutter<'_> {
    /// Cuts a text; no piece: all of it may stay.
    pub fn cut(&self, text: &str) -> Vec<Piece> {
        if self.stays(text) {
            return Vec::new();
        }
        let letters: Vec<char> = text.chars().collect();
        let narrow = letters.iter().map(|letter| plain::half(*letter)).collect();
        let mut text = Text { letters, narrow, pieces: Vec::new() };
        if let Some(places) = text.whole_id(self.role) {
            text.pieces.push(Piece { kind: Kind::Id, places });
            return text.pieces;
        }
        if let Some((kept, places)) = text.whole_mobile() {
            text.pieces.push(Piece { kind: Kind::Digits(kept), places });
            return text.pieces;
        }
        self.segments(&mut text);
        text.pieces
    }

    /// Whether the whole cell says nothing about anybody.
    fn stays(&self, text: &str) -> bool {
        let bare = text.trim_matches(|c| plain::is_space(c) || plain::is_invisible(c));
        let is_error = bare.starts_with('#')
            && bare
                .bytes()
                .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b"#/!?".contains(&b));
        let digits = bare.chars().filter(|c| plain::half(*c).is_ascii_digit()).count();
        let is_count =
            self.role == Role::Count && digits < 6 && bare.chars().all(|c| !c.is_alphabetic());
        bare.is_empty() || (is_error && digits < 6) || is_count || self.is_harmless(bare)
    }

    fn is_harmless(&self, word: &str) -> bool {
        let letters: Vec<char> = word.chars().collect();
        if dates::find(&letters, 0).is_some() {
            return false;
        }
        match self.role {
            Role::Name => {
                self.harmless.is_layout(word)
                    || word.chars().all(|c| c.is_ascii_digit()) && letters.len() < 4
            }
            _ => self.harmless.is_word(word),
        }
    }

    /// Words between signs are judged as a whole before they are cut further.
    fn segments(&self, text: &mut Text) {
        let mut at = 0;
        while at < text.letters.len() {
            let is_in = |letter: &char| letter.is_alphanumeric() || plain::is_private(*letter);
            let rest = text.letters.get(at..).unwrap_or_default();
            let count = rest.iter().take_while(|letter| is_in(letter)).count();
            let word: String = rest.iter().take(count).collect();
            if count > 1 && self.is_harmless(&word) && !word.bytes().all(|b| b.is_ascii_digit()) {
                at += count;
                continue;
            }
            let till = at + count.max(1);
            while at < till {
                at = self.next(text, at).max(at + 1);
            }
        }
        if self.role == Role::Name {
            text.join_names();
        }
    }

    /// Takes the piece that begins at a place; gives the place behind it.
    fn next(&self, text: &mut Text, at: usize) -> usize {
        let Some(letter) = text.narrow.get(at).copied() else { return at };
        if letter.is_ascii_digit() {
            return self.number(text, at);
        }
        if let Some(date) = dates::find(&text.narrow, at) {
            return text.push_date(date, at);
        }
        if plain::is_han(letter) {
            let till = text.run(at, plain::is_han);
            self.words(text, at, till);
            return till;
        }
        if letter.is_alphabetic() {
            let is_other = |letter: char| letter.is_alphabetic() && !plain::is_han(letter);
            let till = text.run(at, is_other);
            let word: String = text.narrow.get(at..till).unwrap_or_default().iter().collect();
            if (till - at > 1 || !letter.is_ascii()) && !self.harmless.is_word(&word) {
                text.push(Kind::Words, at..till);
            }
            return till;
        }
        at + 1
    }

    /// A run of Chinese characters.
    fn words(&self, text: &mut Text, at: usize, till: usize) {
        let run: String = text.letters.get(at..till).unwrap_or_default().iter().collect();
        if self.is_harmless(&run) && !(self.is_name)(&run) {
            return;
        }
        if self.role == Role::Name || (self.is_name)(&run) || text.is_name_alone(at, till) {
            return text.push(Kind::Name, at..till);
        }
        if let Some(mark) = self.harmless.mark(&run) {
            let behind = at + mark.chars().count();
            if behind < till {
                self.words(text, behind, till);
            }
            return;
        }
        let ending = ENDINGS.iter().find_map(|ending| run.strip_suffix(ending));
        match ending.filter(|name| !name.is_empty()) {
            Some(name) => text.push(Kind::Words, at..at + name.chars().count()),
            None => text.push(Kind::Words, at..till),
        }
    }

    /// A run of digits, with what makes it a date, a project number or an identity number.
    fn number(&self, text: &mut Text, at: usize) -> usize {
        let till = text.run(at, |letter| letter.is_ascii_digit());
        let length = till - at;
        if let Some((running, behind)) = text.project(at, till, self.role) {
            text.push(Kind::Year, at..at + 4);
            text.push(Kind::Project, running);
            return behind;
        }
        if let Some(date) = dates::find(&text.narrow, at) {
            return text.push_date(date, at);
        }
        if let Some(end) = text.id(at, till) {
            text.push(Kind::Id, at..end);
            return end;
        }
        // A clock behind a day: `20220305083000`.
        if length == 14
            && let Some(date) = dates::find(text.narrow.get(..at + 8).unwrap_or_default(), at)
        {
            text.push_date(date, at);
            return till;
        }
        if let Some((year, behind)) = text.short_date(at, till) {
            text.push(Kind::Year, year);
            return behind;
        }
        if self.role == Role::Date && length == 5 {
            text.push(Kind::Serial, at..till);
        } else if self.role == Role::Date && length == 6 && text.is_year(at, at + 4, self.role) {
            text.push(Kind::Year, at..at + 4);
        } else if text.is_year(at, till, self.role) {
            text.push(Kind::Year, at..till);
        } else if length > 3 && !(self.role == Role::Count && length < 6) {
            text.push(Kind::Digits(text.kept(at, till, self.role)), at..till);
        }
        till
    }
}

impl Text {
    fn push(&mut self, kind: Kind, places: std::ops::Range<usize>) {
        self.pieces.push(Piece { kind, places: places.collect() });
    }

    fn push_date(&mut self, date: Written, at: usize) -> usize {
        let till = date.till;
        self.push(Kind::Date(Box::new(date)), at..till);
        till
    }

    fn run(&self, at: usize, is_in: impl Fn(char) -> bool) -> usize {
        let rest = self.narrow.get(at..).unwrap_or_default();
        at + rest.iter().take_while(|letter| is_in(**letter)).count()
    }

    fn written(&self, at: usize, till: usize) -> String {
        self.narrow.get(at..till).unwrap_or_default().iter().collect()
    }

    fn has_digit(&self, at: usize) -> bool {
        self.narrow.get(at).is_some_and(char::is_ascii_digit)
    }

    /// Two to four characters that begin with a surname, and nothing else in the cell.
    fn is_name_alone(&self, at: usize, till: usize) -> bool {
        let is_blank = |letter: &char| !letter.is_alphanumeric();
        (2..=3).contains(&(till - at))
            && self.letters.get(..at).is_some_and(|before| before.iter().all(is_blank))
            && self.letters.get(till..).is_some_and(|behind| behind.iter().all(is_blank))
            && self.letters.get(at).is_some_and(|letter| SURNAMES.contains(*letter))
            && !self
                .letters
                .get(till - 1)
                .is_some_and(|letter| "科室院处部局委站所组班".contains(*letter))
    }

    /// One name with spaces, dots or marks of lost characters within is one name.
    fn join_names(&mut self) {
        let letters = &self.letters;
        let mut joined: Vec<Piece> = Vec::new();
        for piece in self.pieces.drain(..) {
            let from = piece.places.first().copied().unwrap_or(0);
            if let (Kind::Name, Some(last)) = (&piece.kind, joined.last_mut())
                && matches!(last.kind, Kind::Name)
            {
                let behind = last.places.last().map_or(0, |place| place + 1);
                let between = letters.get(behind..from).unwrap_or_default();
                let is_gap =
                    |letter: &char| plain::is_space(*letter) || plain::is_invisible(*letter);
                if between.iter().all(is_gap) {
                    last.places.extend(piece.places);
                    continue;
                }
            }
            joined.push(piece);
        }
        self.pieces = joined;
    }

    /// The places of an identity number that fills the cell, however it is spaced and labelled.
    fn whole_id(&self, role: Role) -> Option<Vec<usize>> {
        let mut places = Vec::new();
        let mut look_alikes = 0;
        for (at, letter) in self.narrow.iter().enumerate() {
            match *letter {
                '0'..='9' => places.push(at),
                letter if is_x(letter) && places.len() == 17 => places.push(at),
                'O' | 'o' | 'О' | 'о' | 'l' | 'I' | '|' | '〇' if !places.is_empty() => {
                    look_alikes += 1;
                    places.push(at);
                }
                letter if plain::is_dash(letter) || plain::is_space(letter) => {}
                letter if plain::is_invisible(letter) || "'‘’`".contains(letter) => {}
                letter
                    if places.is_empty() && (plain::is_han(letter) || ":.=ID".contains(letter)) => {
                }
                _ => return None,
            }
        }
        if look_alikes > 0 && (role != Role::Id || look_alikes > 8) {
            return None;
        }
        match places.len() {
            18 => Some(places),
            15 if ids::is_old(
                &places.iter().filter_map(|at| self.narrow.get(*at)).collect::<String>(),
            ) =>
            {
                Some(places)
            }
            _ => None,
        }
    }

    /// The places of a mobile number that fills the cell, and how many of its first digits stay.
    fn whole_mobile(&self) -> Option<(usize, Vec<usize>)> {
        let is_dress = |letter: char| {
            plain::is_dash(letter)
                || plain::is_space(letter)
                || plain::is_invisible(letter)
                || "'+".contains(letter)
        };
        let is_known = |letter: &char| letter.is_ascii_digit() || is_dress(*letter);
        if !self.narrow.iter().all(is_known) {
            return None;
        }
        let digits = self.narrow.iter().enumerate().filter(|(_, letter)| letter.is_ascii_digit());
        let (places, digits): (Vec<usize>, String) = digits.unzip();
        match digits.as_bytes() {
            [b'1', b'3'..=b'9', ..] if digits.len() == 11 => Some((2, places)),
            [b'8', b'6', b'1', b'3'..=b'9', ..] if digits.len() == 13 => Some((4, places)),
            _ => None,
        }
    }

    /// The end of an identity number within a text.
    fn id(&self, at: usize, till: usize) -> Option<usize> {
        match till - at {
            18 => Some(till),
            17 if self.narrow.get(till).copied().is_some_and(is_x) => Some(till + 1),
            15 if ids::is_old(&self.written(at, till)) => Some(till),
            _ => None,
        }
    }

    /// The running number of a project number that begins here, and the place behind it.
    fn project(
        &self,
        at: usize,
        till: usize,
        role: Role,
    ) -> Option<(std::ops::Range<usize>, usize)> {
        if role == Role::Project
            && matches!(till - at, 11 | 12)
            && self.written(at, till).starts_with("20")
        {
            return Some((at + 8..till, till));
        }
        let is_dash = |at: usize| {
            self.narrow
                .get(at)
                .is_some_and(|letter| plain::is_dash(*letter) || DASHES.contains(letter))
        };
        if till - at != 4 {
            return None;
        }
        let mut end = till;
        for _ in 0..2 {
            let from = if is_dash(end) { end + 1 } else { return None };
            end = self.run(from, |letter| letter.is_ascii_digit());
            if end - from != 2 {
                return None;
            }
        }
        let from = if is_dash(end) { end + 1 } else { return None };
        end = self.run(from, |letter| letter.is_ascii_digit());
        matches!(end - from, 3 | 4).then_some((from..end, end))
    }

    /// Four digits that name a year.
    fn is_year(&self, at: usize, till: usize, role: Role) -> bool {
        let is_year =
            till - at == 4 && (1900..2100).contains(&self.written(at, till).parse().unwrap_or(0));
        let signs = |at: Option<usize>| {
            let letter = at.and_then(|at| self.narrow.get(at));
            letter.is_some_and(|letter| plain::is_dash(*letter) || "/.年学".contains(*letter))
        };
        let before = signs(at.checked_sub(1)) && at > 1 && self.has_digit(at - 2);
        let is_marked = role == Role::Date || signs(Some(till)) || before;
        is_year && is_marked
    }

    /// The year of `01-02-13`, and the place behind it.
    fn short_date(&self, at: usize, till: usize) -> Option<(std::ops::Range<usize>, usize)> {
        let mut parts = Vec::from_iter(std::iter::once(at..till));
        while let Some(sign) = parts.last().map(|part| part.end).filter(|_| parts.len() < 4) {
            let is_sign =
                self.narrow.get(sign).is_some_and(|c| plain::is_dash(*c) || "/.".contains(*c));
            let end = self.run(sign + 1, |letter| letter.is_ascii_digit());
            if !is_sign || end == sign + 1 {
                break;
            }
            parts.push(sign + 1..end);
        }
        let is_inner = at > 1
            && !self.narrow.get(at - 1).is_some_and(|c| plain::is_space(*c) || plain::is_han(*c));
        if parts.len() != 3 || is_inner || parts.iter().any(|part| part.len() > 2) {
            return None;
        }
        let behind = parts.last()?.end;
        let is_first = self.written(at, till).parse::<u32>().unwrap_or(0) > 31;
        let year = if is_first { parts.into_iter().next() } else { parts.into_iter().next_back() };
        year.filter(|year| year.len() == 2).map(|year| (year, behind))
    }

    /// How many digits of a number stay because they say what it is: `13…` of a mobile, the area's first of a land line.
    fn kept(&self, at: usize, till: usize, role: Role) -> usize {
        let digits = self.written(at, till);
        match digits.as_bytes() {
            [b'1', b'3'..=b'9', ..] if digits.len() == 11 => 2,
            [b'8', b'6', b'1', b'3'..=b'9', ..] if digits.len() == 13 => 4,
            [b'0', b'1', b'0', ..] | [b'0', b'2', ..] if (10..=12).contains(&digits.len()) => 3,
            [b'0', b'3'..=b'9', ..] if (10..=12).contains(&digits.len()) => 2,
            [b'0', b'3'..=b'9', _, _] if role == Role::Phone => 2,
            [b'1', b'9', ..] | [b'2', b'0', ..] if digits.len() == 5 => 2,
            _ => 0,
        }
    }
}

/// `X` and the characters that people type for it.
pub fn is_x(letter: char) -> bool {
    "XxХхΧχ×╳✕✖⨯Ⅹⅹ".contains(letter)
}
