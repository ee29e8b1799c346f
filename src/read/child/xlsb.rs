//! `.xlsb` through calamine's streaming cells reader.

use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use calamine::{DataRef, Reader, SheetType, SheetVisible, Xlsb, XlsbError};

use crate::model::codes::reading;
use crate::model::{CellKind, GridInfo, NumberFormat, Visibility};

use super::numbers::push_number;
use super::outbox::Outbox;
use super::trouble::Trouble;

/// Reads a workbook.
pub fn read(path: &Path, outbox: &mut Outbox<'_>) -> Result<(), Trouble> {
    let mut book = Xlsb::new(BufReader::new(File::open(path)?)).map_err(trouble)?;
    let is_1904 = book.has_1904_epoch();
    for sheet in book.sheets_metadata().to_vec() {
        if sheet.typ != SheetType::WorkSheet {
            continue;
        }
        let visibility = match sheet.visible {
            SheetVisible::Visible => Visibility::Visible,
            SheetVisible::Hidden => Visibility::Hidden,
            SheetVisible::VeryHidden => Visibility::VeryHidden,
        };
        let grid = GridInfo { name: sheet.name.clone(), visibility, is_1904, ..Default::default() };
        outbox.begin_grid(grid)?;
        match rows(&mut book, &sheet.name, outbox) {
            Err(Trouble::Sheet(_)) => {
                outbox.note(&reading::SHEET_UNREADABLE, false, &[&sheet.name])?;
            }
            done => done?,
        }
    }
    Ok(())
}

fn rows(
    book: &mut Xlsb<BufReader<File>>,
    name: &str,
    outbox: &mut Outbox<'_>,
) -> Result<(), Trouble> {
    let broken = |error: XlsbError| Trouble::Sheet(error.to_string());
    let mut cells = book.worksheet_cells_reader(name).map_err(broken)?;
    let mut row = 0;
    while let Some(cell) = cells.next_cell().map_err(broken)? {
        let (above, column) = cell.get_position();
        let number = above.saturating_add(1);
        if number != row {
            if !outbox.begin_row(number, false)? {
                return Err(Trouble::Sheet("order".into()));
            }
            row = number;
        }
        put(outbox, column as u16, cell.get_value());
    }
    Ok(())
}

fn put(outbox: &mut Outbox<'_>, column: u16, value: &DataRef<'_>) {
    let start = outbox.text().len();
    let (kind, format) = match value {
        DataRef::Int(number) => {
            outbox.text().push_str(&number.to_string());
            (CellKind::Number, NumberFormat::General)
        }
        DataRef::Float(number) => (push_kind(outbox, *number), NumberFormat::General),
        DataRef::DateTime(moment) => {
            let serial = moment.as_f64();
            let format = match serial {
                _ if moment.is_duration() => NumberFormat::Time,
                _ if serial.fract() == 0.0 => NumberFormat::Date,
                _ if serial < 1.0 => NumberFormat::Time,
                _ => NumberFormat::DateTime,
            };
            (push_kind(outbox, serial), format)
        }
        DataRef::String(text) => {
            outbox.text().push_str(text);
            (CellKind::Text, NumberFormat::General)
        }
        DataRef::SharedString(text) => {
            outbox.text().push_str(text);
            (CellKind::Text, NumberFormat::General)
        }
        DataRef::Bool(is) => {
            outbox.text().push_str(if *is { "true" } else { "false" });
            (CellKind::Bool, NumberFormat::General)
        }
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => {
            outbox.text().push_str(text);
            (CellKind::IsoDate, NumberFormat::General)
        }
        DataRef::Error(error) => {
            outbox.text().push_str(&error.to_string());
            (CellKind::Error, NumberFormat::General)
        }
        DataRef::Empty => return,
    };
    outbox.close_cell(start, column, kind, format);
}

fn push_kind(outbox: &mut Outbox<'_>, number: f64) -> CellKind {
    if push_number(outbox.text(), number) {
        CellKind::Number
    } else {
        outbox.text().push_str("#NUM!");
        CellKind::Error
    }
}

fn trouble(error: XlsbError) -> Trouble {
    match error {
        XlsbError::Password => Trouble::encrypted(),
        _ => Trouble::broken("xl/workbook.bin"),
    }
}
