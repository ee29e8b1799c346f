//! Values of SpreadsheetML 2003 as cells.

use crate::model::{CellKind, NumberFormat};

use super::walk::{DataType, Placed};

/// What a cell holds, given its number format; `scratch` takes texts that are not there as they are.
pub fn shown<'t>(
    cell: &Placed<'t>,
    format: NumberFormat,
    is_1904: bool,
    scratch: &'t mut String,
) -> (CellKind, NumberFormat, &'t str) {
    let text_format = if format == NumberFormat::Text { format } else { NumberFormat::General };
    let value = cell.value;
    let trimmed = value.trim_matches([' ', '\t', '\r', '\n']);
    match cell.data_type {
        _ if cell.is_uncalculated => (CellKind::Uncalculated, format, ""),
        DataType::Number if trimmed.parse::<f64>().is_ok_and(f64::is_finite) => {
            (CellKind::Number, format, trimmed)
        }
        DataType::Bool if !trimmed.is_empty() => {
            let is_true = trimmed == "1" || trimmed.eq_ignore_ascii_case("true");
            (CellKind::Bool, NumberFormat::General, if is_true { "true" } else { "false" })
        }
        DataType::Error if !trimmed.is_empty() => (CellKind::Error, NumberFormat::General, trimmed),
        DataType::Moment if !trimmed.is_empty() => moment(trimmed, format, is_1904, scratch),
        // Line ends at the edges come from indented XML.
        _ if trimmed.len() < value.len() && value.contains('\n') => {
            (CellKind::Text, text_format, trimmed)
        }
        _ => (CellKind::Text, text_format, value),
    }
}

/// A date without its empty time, or the time of day of a date that stands for none.
fn moment<'t>(
    text: &'t str,
    format: NumberFormat,
    is_1904: bool,
    scratch: &'t mut String,
) -> (CellKind, NumberFormat, &'t str) {
    let text = text.strip_suffix(".000").unwrap_or(text);
    let Some((date, time)) = text.split_once('T') else {
        return (CellKind::IsoDate, NumberFormat::General, text);
    };
    let is_none = matches!(date, "1899-12-30" | "1899-12-31") || (is_1904 && date == "1904-01-01");
    if is_none && let Some(day) = part_of_day(time) {
        scratch.clear();
        scratch.push_str(&format!("{day}"));
        let format = if format == NumberFormat::DateTime { format } else { NumberFormat::Time };
        return (CellKind::Number, format, scratch);
    }
    let is_day = time == "00:00:00" && format != NumberFormat::DateTime;
    (CellKind::IsoDate, NumberFormat::General, if is_day { date } else { text })
}

/// `08:30:00` as a part of a day.
fn part_of_day(time: &str) -> Option<f64> {
    let mut parts =
        time.split(':').map(|part| part.parse::<f64>().ok().filter(|part| *part >= 0.0));
    let (hours, minutes, seconds) = (parts.next()??, parts.next()??, parts.next()??);
    let day = (hours * 3600.0 + minutes * 60.0 + seconds) / 86_400.0;
    (day < 1.0 && parts.next().is_none()).then_some(day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_become_cells_of_their_kind() {
        use CellKind::{Bool, Error, IsoDate, Number, Text};
        use NumberFormat::{Date, DateTime, General, Time};
        for (data_type, value, format, expected) in [
            (DataType::Text, "0012", NumberFormat::Text, (Text, NumberFormat::Text, "0012")),
            (DataType::Text, " a ", Date, (Text, General, " a ")),
            (DataType::Text, "\n  a\n", General, (Text, General, "a")),
            (DataType::Number, " 44625 ", Date, (Number, Date, "44625")),
            (DataType::Number, "many", General, (Text, General, "many")),
            (DataType::Bool, "1", General, (Bool, General, "true")),
            (DataType::Bool, "0", General, (Bool, General, "false")),
            (DataType::Error, "#N/A", General, (Error, General, "#N/A")),
            (DataType::Moment, "2022-03-05T00:00:00.000", Date, (IsoDate, General, "2022-03-05")),
            (
                DataType::Moment,
                "2022-03-05T00:00:00.000",
                DateTime,
                (IsoDate, General, "2022-03-05T00:00:00"),
            ),
            (
                DataType::Moment,
                "2022-03-05T08:30:00.000",
                Date,
                (IsoDate, General, "2022-03-05T08:30:00"),
            ),
            (DataType::Moment, "1899-12-31T12:00:00.000", Time, (Number, Time, "0.5")),
        ] {
            let cell = Placed {
                row: 1,
                column: 0,
                more: (0, 0),
                is_row_hidden: false,
                styles: ["", ""],
                data_type,
                value,
                is_uncalculated: false,
            };
            assert_eq!(shown(&cell, format, false, &mut String::new()), expected, "{value:?}");
        }
    }
}
