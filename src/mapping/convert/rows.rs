//! Telling records from the rest of a table: repeated headings, subtotals, samples, sections, footers.
//!
//! A row is judged by marks and by what is filled in, never by a person's name. When in doubt it is a
//! record: a record that is none makes a finding, a person taken for a footer would be lost.

use std::sync::Arc;

use super::{
    frame::{Frame, NO_SLOT},
    headings::{Again, Headings},
};
use crate::{
    mapping::{
        layout::Found,
        plan::{InputMapping, RowMarks, normalise_heading},
    },
    model::{Cell, Chunk, GridInfo, Range, Row},
};

/// What a row is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RowKind {
    Record,
    /// Nothing but white space, dashes, a serial number, or notes beside the table.
    Blank,
    Footer,
    /// Below a footer, but filled in like a record.
    AfterFooter,
    Subtotal,
    Sample,
    /// Names a section of the table: a merged cell, or words in the place of the serial number.
    Section,
    /// Headings, title or page number of a printed page.
    Heading,
    /// Headings in another order than before.
    Moved,
}

/// What is known of a table's rows that are not records.
pub(super) struct RowSense {
    marks: RowMarks,
    /// Characters with which the first cell of a row that is no record may begin, by their low 12 bits.
    suspects: Vec<bool>,
    headings: Vec<Vec<(u16, String)>>,
    known: Headings,
    /// Row of the last headings in another order, until the first ones come again; 0 if none.
    moved_at: u32,
    /// The headings that moved there.
    moved: Vec<String>,
    titles: Vec<String>,
    /// Columns that only number the rows.
    serials: Vec<u16>,
    keys: Vec<Vec<u16>>,
    /// Wide merged cells below the headings, sorted by top.
    wide: Vec<Range>,
    /// A row with at most so many mapped cells may be no record.
    few: usize,
    in_footer: bool,
    squeezed: String,
}

/// The cells of a row that are not blank.
struct Words<'c> {
    row: u32,
    first: &'c str,
    first_column: u16,
    count: usize,
    /// How many lie in mapped columns that are not serial numbers.
    filled: usize,
}

impl RowSense {
    pub(super) fn new(
        mapping: &Arc<InputMapping>,
        found: &Found,
        frame: &Frame,
        info: &GridInfo,
    ) -> RowSense {
        let serial_slot = frame.slot_of("serial");
        let numbers = |heading: &str| {
            matches!(normalise_heading(heading).as_str(), "序号" | "no" | "no." | "行号")
        };
        let mut serials: Vec<u16> = (0..frame.blocks())
            .filter_map(|block| serial_slot.map(|slot| frame.column(block, slot)))
            .collect();
        serials.extend(
            found.unmapped.iter().filter(|column| numbers(&column.1)).map(|column| column.0),
        );
        let mapped = found.blocks.first().map_or(0, |block| block.columns.len());
        let is_key = |slot: &usize| {
            let index = frame.indexes.get(*slot);
            index.and_then(|index| mapping.columns.get(*index)).is_some_and(|column| column.is_key)
        };
        let slots: Vec<usize> = (0..frame.slots.len()).filter(is_key).collect();
        let keys = (0..frame.blocks())
            .map(|block| slots.iter().map(|slot| frame.column(block, *slot)).collect())
            .collect();
        let is_wide = |range: &&Range| {
            range.top >= found.first_row && usize::from(range.right - range.left) * 2 + 2 > mapped
        };
        let mut sense = RowSense {
            marks: mapping.rows.clone(),
            suspects: vec![false; 4096],
            headings: found.heading_texts.clone(),
            known: Headings::new(mapping, found),
            moved_at: 0,
            moved: Vec::new(),
            titles: found.title.clone(),
            serials,
            keys,
            wide: info.merges.iter().filter(is_wide).copied().collect(),
            few: mapped.div_ceil(2).max(1),
            in_footer: false,
            squeezed: String::new(),
        };
        sense.learn();
        sense
    }

    fn learn(&mut self) {
        let marks = [&self.marks.footers, &self.marks.subtotals, &self.marks.samples];
        let words = marks.into_iter().flatten().chain(&self.titles);
        let headings = self.headings.iter().flatten().map(|(_, text)| text);
        let mut first: Vec<char> =
            words.chain(headings).filter_map(|text| text.chars().next()).collect();
        first.extend(self.known.first_letters());
        // Latin headings are compared in lower case.
        first.extend(self.known.first_letters().map(|letter| letter.to_ascii_uppercase()));
        first.extend(
            " \t\r\n\u{a0}\u{3000}\u{200b}\u{feff}'*-—－=＝_＿·.…~～/、([{（【〔［《“\"第共"
                .chars(),
        );
        for letter in first {
            if let Some(suspect) = self.suspects.get_mut(letter as usize & 4095) {
                *suspect = true;
            }
        }
    }

    /// Says what a row is. Rows must come in order.
    pub(super) fn sort(&mut self, chunk: &Chunk, row: &Row, frame: &Frame) -> RowKind {
        let cells = chunk.cells_of(row);
        if cells.len() > self.few && !self.in_footer && !self.is_suspect(chunk, cells) {
            return RowKind::Record;
        }
        let Some(words) = self.words(chunk, row, frame) else { return RowKind::Blank };
        if let Some(kind) = self.sort_again(chunk, row, cells) {
            self.in_footer = false;
            return kind;
        }
        if self.is_heading(chunk, cells, &words) {
            self.in_footer = false;
            return RowKind::Heading;
        }
        if self.in_footer {
            let is_like_a_record = words.filled > self.few || self.has_keys(chunk, row);
            return if is_like_a_record { RowKind::AfterFooter } else { RowKind::Footer };
        }
        self.squeeze(words.first);
        if self.marks.samples.iter().any(|mark| is_sample(&self.squeezed, mark)) {
            return RowKind::Sample;
        }
        if words.filled <= self.few {
            self.sort_sparse(&words, chunk, cells)
        } else {
            RowKind::Record
        }
    }

    /// The headings that moved, if the last row sorted began another order of columns. A further row of
    /// the same headings begins nothing.
    pub(super) fn take_moved(&mut self) -> Option<String> {
        let moved = std::mem::take(&mut self.moved);
        (!moved.is_empty()).then(|| moved.join("、"))
    }

    /// Whether the columns are in another order than the first headings say.
    pub(super) fn is_moved(&self) -> bool {
        self.moved_at > 0
    }

    /// Looks whether a row is headings: in another order, or the first ones again.
    fn sort_again(&mut self, chunk: &Chunk, row: &Row, cells: &[Cell]) -> Option<RowKind> {
        let height = self.headings.len() as u32;
        let is_next = self.moved_at > 0 && row.number <= self.moved_at + height;
        if !self.is_suspect(chunk, cells) {
            return None;
        }
        match self.known.again(chunk, cells) {
            Again::No => None,
            // A lower row of headings whose upper row moved does not put things right.
            Again::Same => {
                if !is_next {
                    self.moved_at = 0;
                }
                Some(RowKind::Heading)
            }
            Again::Moved(moved) => {
                if !is_next {
                    self.moved = moved;
                    self.moved_at = row.number;
                }
                Some(RowKind::Moved)
            }
        }
    }

    fn sort_sparse(&mut self, words: &Words, chunk: &Chunk, cells: &[Cell]) -> RowKind {
        let text = self.squeezed.as_str();
        if self.marks.subtotals.iter().any(|mark| is_subtotal(text, mark)) {
            return RowKind::Subtotal;
        }
        if self.marks.footers.iter().any(|mark| is_footer(text, mark)) {
            self.in_footer = true;
            return RowKind::Footer;
        }
        if words.count == 1 && is_page_number(text) {
            return RowKind::Heading;
        }
        let is_section = words.count == 1
            && text.chars().any(char::is_alphabetic)
            && (self.serials.contains(&words.first_column) || self.is_wide(words));
        if is_section {
            return RowKind::Section;
        }
        let is_line = || cells.iter().all(|cell| chunk.text_of(cell).chars().all(is_line_mark));
        if words.filled == 0 || is_line() { RowKind::Blank } else { RowKind::Record }
    }

    fn is_suspect(&self, chunk: &Chunk, cells: &[Cell]) -> bool {
        let first = cells.first().and_then(|cell| chunk.text_of(cell).chars().next());
        let suspect = first.map(|letter| self.suspects.get(letter as usize & 4095).copied());
        suspect.flatten().unwrap_or(true)
    }

    fn words<'c>(&self, chunk: &'c Chunk, row: &Row, frame: &Frame) -> Option<Words<'c>> {
        let mut words: Option<Words> = None;
        for cell in chunk.cells_of(row) {
            let text = chunk.text_of(cell).trim_matches(is_white);
            if text.is_empty() {
                continue;
            }
            let words = words.get_or_insert(Words {
                row: row.number,
                first: text,
                first_column: cell.column,
                count: 0,
                filled: 0,
            });
            words.count += 1;
            let is_filled =
                frame.aim_of(cell.column).slot != NO_SLOT && !self.serials.contains(&cell.column);
            words.filled += usize::from(is_filled);
        }
        words
    }

    /// Whether most of a row's texts stand in the headings above the same columns, or all in the title.
    fn is_heading(&self, chunk: &Chunk, cells: &[Cell], words: &Words) -> bool {
        if !self.is_suspect(chunk, cells) {
            return false;
        }
        let text = |cell: &Cell| chunk.text_of(cell).trim_matches(is_white);
        let is_same = |heading: &[(u16, String)], cell: &Cell| {
            let at = heading.binary_search_by_key(&cell.column, |known| known.0);
            at.ok().and_then(|at| heading.get(at)).is_some_and(|known| known.1 == text(cell))
        };
        let is_repeated = |heading: &Vec<(u16, String)>| {
            let same = cells.iter().filter(|cell| is_same(heading, cell)).count();
            same * 10 >= words.count * 6 && same * 2 >= heading.len()
        };
        let is_title = |cell: &Cell| {
            let text = text(cell);
            text.is_empty() || self.titles.iter().any(|title| title == text)
        };
        self.headings.iter().any(is_repeated)
            || words.filled <= self.few && cells.iter().all(is_title)
    }

    fn has_keys(&self, chunk: &Chunk, row: &Row) -> bool {
        let is_filled = |column: &u16| {
            chunk.cell_at(row, *column).is_some_and(|cell| !chunk.text_of(cell).trim().is_empty())
        };
        self.keys.iter().any(|keys| keys.len() > 1 && keys.iter().all(is_filled))
    }

    fn is_wide(&self, words: &Words) -> bool {
        let before = self.wide.partition_point(|range| range.top <= words.row);
        let near = self.wide.get(before.saturating_sub(8)..before).unwrap_or_default();
        near.iter().any(|range| range.bottom >= words.row && range.left == words.first_column)
    }

    /// Keeps the first cell without spaces and opening brackets.
    fn squeeze(&mut self, text: &str) {
        let is_open = |letter: char| is_white(letter) || "*([{（【〔［《“\"".contains(letter);
        let text = text.trim_start_matches(is_open);
        self.squeezed.clear();
        self.squeezed.extend(text.chars().filter(|letter| !is_white(*letter)));
    }
}

fn is_white(letter: char) -> bool {
    letter.is_whitespace() || matches!(letter, '\u{200B}' | '\u{FEFF}' | '\'')
}

fn is_line_mark(letter: char) -> bool {
    is_white(letter) || "-—－=＝_＿*·.…~～/、".contains(letter)
}

/// Text that begins with the mark; a mark of one letter must be followed by a sign or nothing. Or text
/// with the mark before a colon or closing bracket: `单位（盖章）：`.
fn is_footer(text: &str, mark: &str) -> bool {
    let Some((before, after)) = text.split_once(mark) else { return false };
    let next = after.chars().next();
    let is_apart = next.is_none_or(|letter| !letter.is_alphabetic());
    let is_closed = next.is_none_or(|letter| ":：)）】".contains(letter));
    if before.is_empty() { is_apart || mark.chars().count() > 1 } else { is_closed }
}

/// `小计`, `合计：12人`, `心内科小计`.
fn is_subtotal(text: &str, mark: &str) -> bool {
    let Some((before, after)) = text.split_once(mark) else { return false };
    let rest = after.trim_matches(|letter: char| {
        letter.is_numeric() || ":：()（）,，.、人行名分元个份次合共学分学时".contains(letter)
    });
    rest.is_empty() || before.is_empty() && after.starts_with([':', '：', '(', '（'])
}

/// The mark alone, numbered or followed by a sign (`示例1`, `例：`, `示例行`), or in brackets behind
/// something else: `张三（示例）`. A hospital called 示例医院 is none.
fn is_sample(text: &str, mark: &str) -> bool {
    if let Some(after) = text.strip_prefix(mark) {
        let rest = after.trim_start_matches(|letter: char| letter.is_numeric());
        let next = rest.chars().next();
        return next.is_none_or(|letter| !letter.is_alphabetic()) || ["行", "数据"].contains(&rest);
    }
    let Some((before, after)) = text.split_once(mark) else { return false };
    before.ends_with(['(', '（', '【', '[']) && after.starts_with([')', '）', '】', ']'])
}

/// `第2页`, `第 2 页 共 5 页`, `共5页`.
fn is_page_number(text: &str) -> bool {
    text.contains('页')
        && text.starts_with(['第', '共', '-', '—'])
        && text.chars().all(|letter| letter.is_numeric() || "第共页,，/、-—".contains(letter))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_told_from_names() {
        type Case<'a> = (fn(&str, &str) -> bool, &'a str, &'a str, bool);
        let cases: &[Case] = &[
            (is_footer, "填表人：张三", "填表人", true),
            (is_footer, "填表人张三", "填表人", true),
            (is_footer, "单位（盖章）：", "盖章", true),
            (is_footer, "注：以上属实", "注", true),
            (is_footer, "注册护士", "注", false),
            (is_footer, "单位盖章处理", "盖章", false),
            (is_subtotal, "合计：12人", "合计", true),
            (is_subtotal, "心内科小计", "小计", true),
            (is_subtotal, "合计划", "合计", false),
            (is_sample, "示例", "示例", true),
            (is_sample, "示例1", "示例", true),
            (is_sample, "例：张三", "例", true),
            (is_sample, "张三（示例）", "示例", true),
            (is_sample, "示例医院", "示例", false),
            (is_sample, "张示例", "示例", false),
        ];
        for (judge, text, mark, expected) in cases {
            assert_eq!(judge(text, mark), *expected, "{text}");
        }
        assert!(is_page_number("第2页共5页") && !is_page_number("第二页张三"));
    }
}
