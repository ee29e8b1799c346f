//! One worksheet part, in two passes: what must be known before its rows, then the rows.

use crate::model::{CellKind, GridInfo, NumberFormat, Range};

use super::super::numbers::{packed, push_number};
use super::super::outbox::{Outbox, error_name};
use super::super::trouble::Trouble;
use super::book::{Book, SheetEntry};
use super::records::{Records, float, long, short, wide};
use super::{Package, Part, part};

const LAST_ROW: u32 = (1 << 20) - 1;
const LAST_COLUMN: u32 = (1 << 14) - 1;

/// Reads a sheet into the outbox. [`Trouble::Sheet`] comes before anything of it was sent.
pub fn read(
    package: &mut Package,
    book: &Book,
    entry: &SheetEntry,
    outbox: &mut Outbox<'_>,
) -> Result<(), Trouble> {
    let mut grid = GridInfo {
        name: entry.name.clone(),
        visibility: entry.visibility,
        is_1904: book.is_1904,
        ..Default::default()
    };
    survey(open(package, entry)?, &mut grid)?;
    outbox.begin_grid(grid)?;
    let mut records = Records::new(open(package, entry)?);
    let mut cells = Cells { book, column: None, outbox };
    while let Some(kind) = records.next().map_err(broken)? {
        match kind {
            0x0000 => cells.begin_row(&records.body).ok_or_else(disordered)?,
            0x0001..=0x0012 | 0x003E => cells.put(kind, &records.body).ok_or_else(disordered)?,
            0x0092 => break,
            _ => {}
        }
    }
    Ok(())
}

fn open<'a>(package: &'a mut Package, entry: &SheetEntry) -> Result<Part<'a>, Trouble> {
    part(package, &entry.part)?.ok_or_else(|| Trouble::Sheet(entry.part.clone()))
}

fn broken(error: std::io::Error) -> Trouble {
    Trouble::Sheet(error.to_string())
}

fn disordered() -> Trouble {
    Trouble::Sheet("records".into())
}

/// The first pass: merges, hidden columns, and whether cells are whole and in order.
fn survey(part: Part<'_>, grid: &mut GridInfo) -> Result<(), Trouble> {
    let mut records = Records::new(part);
    let (mut row, mut column) = (None, None);
    while let Some(kind) = records.next().map_err(broken)? {
        let body = &records.body;
        match kind {
            0x0000 => {
                let next = long(body, 0).filter(|next| *next <= LAST_ROW && row < Some(*next));
                row = Some(next.ok_or_else(disordered)?);
                column = None;
            }
            0x0001..=0x0012 | 0x003E => {
                let next = column_of(kind, body, column);
                let next = next.filter(|next| *next <= LAST_COLUMN && column < Some(*next));
                column = Some(next.ok_or_else(disordered)?);
            }
            0x003C if short(body, 16).is_some_and(|flags| flags & 1 == 1) => {
                if let (Some(first), Some(last)) = (long(body, 0), long(body, 4)) {
                    let (first, last) = (first.min(LAST_COLUMN), last.min(LAST_COLUMN));
                    grid.hidden_columns.push((first as u16, last.max(first) as u16));
                }
            }
            0x00B0 => grid.merges.extend(merge(body)),
            _ => {}
        }
    }
    Ok(())
}

fn merge(body: &[u8]) -> Option<Range> {
    let (top, bottom) = (long(body, 0)?, long(body, 4)?);
    let (left, right) = (long(body, 8)?, long(body, 12)?);
    let is_sound = top <= bottom && bottom <= LAST_ROW && left <= right && right <= LAST_COLUMN;
    let (left, right) = (left as u16, right as u16);
    is_sound.then_some(Range { top: top + 1, bottom: bottom + 1, left, right })
}

/// Short cells ([MS-XLSB] 2.4.754 and its neighbours) leave their column out: one after the last.
fn is_short(kind: u16) -> bool {
    (0x000C..=0x0012).contains(&kind)
}

fn column_of(kind: u16, body: &[u8], last: Option<u32>) -> Option<u32> {
    if is_short(kind) { Some(last.map_or(0, |last| last + 1)) } else { long(body, 0) }
}

/// Writes cells out, row by row.
struct Cells<'a, 'o> {
    book: &'a Book,
    column: Option<u32>,
    outbox: &'a mut Outbox<'o>,
}

impl Cells<'_, '_> {
    fn begin_row(&mut self, body: &[u8]) -> Option<()> {
        self.column = None;
        // Bit 4 of the twelfth byte: height zero ([MS-XLSB] 2.4.751).
        let is_hidden = body.get(11).is_some_and(|flags| flags & 0x10 != 0);
        let number = long(body, 0)?.checked_add(1)?;
        self.outbox.begin_row(number, is_hidden).ok().filter(|is_next| *is_next).map(drop)
    }

    fn put(&mut self, kind: u16, body: &[u8]) -> Option<()> {
        let column = column_of(kind, body, self.column)?;
        self.column = Some(column);
        let head = if is_short(kind) { 0 } else { 4 };
        let style = long(body, head)? & 0x00FF_FFFF;
        let class = self.book.formats.get(style as usize).copied().unwrap_or_default();
        let start = self.outbox.text().len();
        let kind = self.write(kind, body, head + 4)?;
        let keeps = kind == CellKind::Number || class == NumberFormat::Text;
        let format = if keeps { class } else { NumberFormat::General };
        self.outbox.close_cell(start, column as u16, kind, format);
        Some(())
    }

    /// Appends the text of a cell whose value begins at `at`, and says what it is.
    fn write(&mut self, kind: u16, body: &[u8], at: usize) -> Option<CellKind> {
        let text = self.outbox.text();
        let number = match kind {
            0x0002 | 0x000D => packed(long(body, at)?),
            0x0005 | 0x0009 | 0x0010 => float(body, at)?,
            0x0003 | 0x000B | 0x000E => {
                text.push_str(error_name(*body.get(at)?));
                return Some(CellKind::Error);
            }
            0x0004 | 0x000A | 0x000F => {
                text.push_str(if *body.get(at)? == 0 { "false" } else { "true" });
                return Some(CellKind::Bool);
            }
            0x0006 | 0x0008 | 0x0011 => return wide(body, at, text).map(|_| CellKind::Text),
            0x003E => return wide(body, at + 1, text).map(|_| CellKind::Text),
            0x0007 | 0x0012 => match self.book.string(long(body, at)?) {
                Some(shared) => {
                    text.push_str(shared);
                    return Some(CellKind::Text);
                }
                None => {
                    text.push_str("#N/A");
                    return Some(CellKind::Error);
                }
            },
            _ => return Some(CellKind::Text),
        };
        if push_number(text, number) {
            return Some(CellKind::Number);
        }
        text.push_str("#NUM!");
        Some(CellKind::Error)
    }
}
