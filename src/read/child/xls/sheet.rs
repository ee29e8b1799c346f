//! One worksheet of a BIFF stream, in two passes: what must be known before its rows, then the rows.

use crate::model::{CellKind, GridInfo, NumberFormat, Range};

use super::super::numbers::push_number;
use super::super::outbox::{Outbox, error_name};
use super::super::trouble::Trouble;
use super::cells::{Cells, Found, Seen, Told};
use super::globals::{Globals, SheetEntry};
use super::records::{Record, Records};
use super::strings::Cursor;

/// What is known after the first pass.
#[derive(Default)]
struct Survey {
    merges: Vec<Range>,
    hidden_rows: Vec<u16>,
    hidden_columns: Vec<(u16, u16)>,
    last: Option<u32>,
    is_unordered: bool,
}

/// Reads a sheet into the outbox. [`Trouble::Sheet`] comes before anything of it was sent.
pub fn read(
    stream: &[u8],
    globals: &Globals,
    entry: &SheetEntry,
    outbox: &mut Outbox<'_>,
) -> Result<(), Trouble> {
    let mut survey = survey(Cells::new(stream, globals, entry.at))?;
    outbox.begin_grid(GridInfo {
        name: entry.name.clone(),
        index: 0,
        visibility: entry.visibility,
        merges: std::mem::take(&mut survey.merges),
        hidden_columns: std::mem::take(&mut survey.hidden_columns),
        is_1904: globals.is_1904,
    })?;
    let mut rows = Rows { stream, globals, hidden: &survey.hidden_rows, row: None, outbox };
    let cells = Cells::new(stream, globals, entry.at).filter_map(|seen| match seen {
        Seen::Cell(found) => Some(found),
        Seen::Other(_) => None,
    });
    if !survey.is_unordered {
        return cells.into_iter().try_for_each(|found| rows.put(found));
    }
    let mut sorted: Vec<Found> = cells.collect();
    sorted.sort_by_key(|found| found.place);
    // Of two records for one cell the later one counts.
    for (at, found) in sorted.iter().enumerate() {
        if sorted.get(at + 1).is_none_or(|next| next.place != found.place) {
            rows.put(*found)?;
        }
    }
    Ok(())
}

fn survey(mut cells: Cells<'_>) -> Result<Survey, Trouble> {
    let mut survey = Survey::default();
    for seen in cells.by_ref() {
        match seen {
            Seen::Cell(found) => {
                survey.is_unordered |= survey.last.is_some_and(|last| last >= found.place);
                survey.last = Some(found.place);
            }
            Seen::Other(record) => survey.note(&record),
        }
    }
    if cells.is_broken() {
        return Err(Trouble::Sheet("records".into()));
    }
    survey.hidden_rows.sort_unstable();
    Ok(survey)
}

impl Survey {
    /// Takes what a record says of rows, columns and merges; a record too short says nothing.
    fn note(&mut self, record: &Record<'_>) {
        match record.kind {
            // ROW: bit 5 of the options hides it ([MS-XLS] 2.4.221).
            0x0208 if record.short(12).is_some_and(|options| options & 0x20 != 0) => {
                self.hidden_rows.extend(record.short(0));
            }
            // COLINFO: bit 0 of the options ([MS-XLS] 2.4.53).
            0x007D if record.short(8).is_some_and(|options| options & 1 != 0) => {
                if let (Some(first), Some(last)) = (record.short(0), record.short(2)) {
                    self.hidden_columns.push((first, last.max(first)));
                }
            }
            0x00E5 => {
                let ranges = record.body.get(2..).unwrap_or_default().chunks_exact(8);
                self.merges.extend(ranges.filter_map(merge));
            }
            _ => {}
        }
    }
}

fn merge(bytes: &[u8]) -> Option<Range> {
    let number = |at: usize| bytes.get(at..)?.first_chunk().map(|two| u16::from_le_bytes(*two));
    let (top, bottom, left, right) = (number(0)?, number(2)?, number(4)?, number(6)?);
    let range = Range { top: u32::from(top) + 1, bottom: u32::from(bottom) + 1, left, right };
    (top <= bottom && left <= right).then_some(range)
}

/// Writes cells out, row by row.
struct Rows<'a, 'o> {
    stream: &'a [u8],
    globals: &'a Globals,
    hidden: &'a [u16],
    row: Option<u16>,
    outbox: &'a mut Outbox<'o>,
}

impl Rows<'_, '_> {
    fn put(&mut self, found: Found) -> Result<(), Trouble> {
        let (row, column) = ((found.place >> 16) as u16, found.place as u16);
        if self.row != Some(row) {
            let is_hidden = self.hidden.binary_search(&row).is_ok();
            self.outbox.begin_row(u32::from(row) + 1, is_hidden)?;
            self.row = Some(row);
        }
        let start = self.outbox.text().len();
        let kind = self.write(found.told);
        let format = if kind == CellKind::Number || found.format == NumberFormat::Text {
            found.format
        } else {
            NumberFormat::General
        };
        self.outbox.close_cell(start, column, kind, format);
        Ok(())
    }

    /// Appends the cell's text and says what it is.
    fn write(&mut self, told: Told) -> CellKind {
        let text = self.outbox.text();
        match told {
            Told::Number(number) if push_number(text, number) => return CellKind::Number,
            Told::Number(_) => text.push_str("#NUM!"),
            Told::Bool(is) => {
                text.push_str(if is { "true" } else { "false" });
                return CellKind::Bool;
            }
            Told::Shared(index) => match self.globals.strings.get(index) {
                Some(shared) => {
                    text.push_str(shared);
                    return CellKind::Text;
                }
                None => text.push_str("#N/A"),
            },
            Told::Text(at, skip) => {
                let parts = Records::parts(self.stream, at as usize);
                // A text that breaks off keeps what is there.
                let _ = inline(self.globals, parts, usize::from(skip), text);
                return CellKind::Text;
            }
            Told::Error(code) => text.push_str(error_name(code)),
            Told::Uncalculated => return CellKind::Uncalculated,
        }
        CellKind::Error
    }
}

fn inline(globals: &Globals, parts: Vec<&[u8]>, skip: usize, text: &mut String) -> Option<()> {
    let mut cursor = Cursor::new(parts);
    cursor.skip(skip)?;
    let count = match globals.version {
        8 => return cursor.unicode(text),
        2 => usize::from(cursor.byte()?),
        _ => usize::from(cursor.short()?),
    };
    cursor.legacy(count, globals.encoding, text);
    Some(())
}
