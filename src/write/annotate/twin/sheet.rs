//! One sheet of a twin: rows as readers hand them over, marked as they are written.

use crate::model::{
    Cell, CellKind, Chunk, GridInfo, NumberFormat, Range, Row, Severity,
    grid::{NO_COLUMN, a1},
};
use crate::write::annotate::{
    AnnotateError, Annotations, MAX_CELL_UNITS,
    parts::rels::DECLARATION,
    sheet::survey::targets,
    sheet::{Columns, KeptRows, Target},
    shortened,
    styles::Styles,
    twin::TwinRows,
    xml::escape::{escape_text, half_widths},
    xml::window::Sink,
};

/// Format of texts (see the styles of a twin).
const TEXT: u32 = 1;
/// Spreadsheet programs take no rows and columns beyond these.
const MAX_ROWS: u32 = 1_048_576;
const MAX_COLUMNS: u16 = 16_384;

/// What a sheet is made from.
pub(in crate::write::annotate) struct SheetFacts<'a> {
    /// Its number among the grids.
    pub grid: u16,
    /// What is known of it.
    pub info: &'a GridInfo,
    /// What to mark.
    pub annotations: &'a Annotations<'a>,
}

/// What a written sheet amounts to.
#[derive(Debug, Default)]
pub(in crate::write::annotate) struct Written {
    /// The cells that were marked.
    pub noted: Vec<Target>,
    /// Widths of the columns.
    pub columns: Columns,
    /// Whether rows were left out.
    pub is_short: bool,
}

/// Writes a sheet.
pub(in crate::write::annotate) fn write_sheet(
    rows: &mut dyn TwinRows,
    facts: &SheetFacts<'_>,
    styles: &mut Styles,
    sink: &mut Sink<'_>,
) -> Result<Written, AnnotateError> {
    let (first, marks) = facts.annotations.of_grid(facts.grid);
    let targets = targets(marks, first, &facts.info.merges);
    let limit = u64::from(facts.annotations.max_full_rows);
    let count = rows.row_count();
    let is_long = count.is_some_and(|count| count > limit);
    let mut handed = 0;
    let mut chunk = Chunk::default();
    let mut has_more = rows.next_rows(&mut chunk).map_err(AnnotateError::Rows)?;
    let mut sheet = Sheet {
        targets: &targets,
        kept: facts.annotations.kept_rows(facts.grid),
        room: if is_long && !targets.is_empty() { 0 } else { limit },
        styles,
        written: Written::default(),
        next: 0,
        out: Vec::new(),
    };
    sheet.begin(&chunk, facts.info);
    while has_more {
        handed += chunk.rows.len() as u64;
        for row in &chunk.rows {
            sheet.row(&chunk, row);
            if sheet.out.len() > 1 << 16 {
                sink(&sheet.out)?;
                sheet.out.clear();
            }
        }
        has_more = rows.next_rows(&mut chunk).map_err(AnnotateError::Rows)?;
    }
    sheet.add_rows_before(u32::MAX);
    sheet.finish(&facts.info.merges);
    sink(&sheet.out)?;
    let mut written = sheet.written;
    // Who hands the rows over may have left some out already.
    written.is_short |= is_long || count.is_some_and(|count| count > handed);
    Ok(written)
}

struct Sheet<'a> {
    targets: &'a [Target],
    kept: KeptRows,
    /// How many more unmarked rows may be written.
    room: u64,
    styles: &'a mut Styles,
    written: Written,
    next: usize,
    out: Vec<u8>,
}

impl Sheet<'_> {
    fn push(&mut self, text: &str) {
        self.out.extend_from_slice(text.as_bytes());
    }

    /// The head of the part; columns are as wide as the first rows want.
    fn begin(&mut self, chunk: &Chunk, info: &GridInfo) {
        let mut widths: Vec<u32> = Vec::new();
        // A row of one cell is a title, which may run over its neighbours.
        let is_table = |row: &&Row| row.end - row.first > 1;
        for row in chunk.rows.iter().take(200).filter(is_table) {
            for cell in chunk.cells_of(row).iter().filter(|cell| cell.column < 1024) {
                let at = usize::from(cell.column);
                widths.resize(widths.len().max(at + 1), 8);
                let width = match (cell.kind, cell.format) {
                    (CellKind::Number, NumberFormat::Date | NumberFormat::Time) => 12,
                    (CellKind::Number, NumberFormat::DateTime) => 20,
                    _ => half_widths(chunk.text_of(cell), 40) + 2,
                };
                if let Some(widest) = widths.get_mut(at) {
                    *widest = (*widest).max(width).min(36);
                }
            }
        }
        let is_hidden = |column: u16| {
            info.hidden_columns.iter().any(|(first, last)| (*first..=*last).contains(&column))
        };
        let mut columns = String::new();
        for (column, width) in widths.iter().enumerate() {
            let hidden = if is_hidden(column as u16) { " hidden=\"1\"" } else { "" };
            let at = column + 1;
            columns += &format!(
                "<col min=\"{at}\" max=\"{at}\" width=\"{width}\" customWidth=\"1\"{hidden}/>"
            );
        }
        self.written.columns = Columns::of_widths(&widths);
        let columns = if columns.is_empty() { columns } else { format!("<cols>{columns}</cols>") };
        let space = crate::write::annotate::parts::book::TRANSITIONAL.main;
        self.push(&format!(
            "{DECLARATION}<worksheet xmlns=\"{space}\"><sheetViews><sheetView workbookViewId=\"0\"/>\
             </sheetViews><sheetFormatPr defaultRowHeight=\"15\"/>{columns}<sheetData>"
        ));
    }

    fn row(&mut self, chunk: &Chunk, row: &Row) {
        if row.number == 0 || row.number > MAX_ROWS {
            return;
        }
        self.add_rows_before(row.number);
        let mine = self.take_targets(row.number);
        if mine.is_empty() && !self.kept.has(row.number) {
            if self.room == 0 {
                self.written.is_short = true;
                return;
            }
            self.room -= 1;
        }
        let cells = chunk.cells_of(row);
        let mine = placed(mine, cells.first().map_or(0, |cell| cell.column));
        let hidden = if row.is_hidden { " hidden=\"1\"" } else { "" };
        self.push(&format!("<row r=\"{}\"{hidden}>", row.number));
        let mut waiting = mine.iter().peekable();
        for cell in cells.iter().filter(|cell| cell.column < MAX_COLUMNS) {
            while let Some(target) = waiting.next_if(|target| target.column < cell.column) {
                self.blank(row.number, target);
            }
            let target = waiting.next_if(|target| target.column == cell.column);
            self.cell(row.number, cell, chunk.text_of(cell), target.map(|target| target.severity));
        }
        for target in waiting {
            self.blank(row.number, target);
        }
        self.push("</row>");
        self.written.noted.extend(mine);
    }

    fn take_targets(&mut self, row: u32) -> Vec<Target> {
        let rest = self.targets.get(self.next..).unwrap_or_default();
        let mine: Vec<Target> =
            rest.iter().take_while(|target| target.row == row).cloned().collect();
        self.next += mine.len();
        mine
    }

    fn add_rows_before(&mut self, limit: u32) {
        while let Some(row) =
            self.targets.get(self.next).map(|one| one.row).filter(|row| *row < limit)
        {
            let mine = placed(self.take_targets(row), 0);
            self.push(&format!("<row r=\"{row}\">"));
            mine.iter().for_each(|target| self.blank(row, target));
            self.push("</row>");
            self.written.noted.extend(mine);
        }
    }

    /// A cell that the document does not have. It is a text cell: what people type there is mostly an
    /// ID number, of which a number cell would keep 15 digits.
    fn blank(&mut self, row: u32, target: &Target) {
        let format = self.styles.tint(TEXT, target.severity, false);
        self.push(&format!("<c r=\"{}\" s=\"{format}\"/>", a1(row, target.column)));
    }

    fn cell(&mut self, row: u32, cell: &Cell, text: &str, severity: Option<Severity>) {
        let place = a1(row, cell.column);
        let (kind, own) = shape(cell, text);
        let format = severity.map_or(own, |severity| self.styles.tint(own, severity, false));
        let head = format!("<c r=\"{place}\" s=\"{format}\"");
        match kind {
            Shape::Number => self.push(&format!("{head}><v>{text}</v></c>")),
            Shape::Bool(value) => {
                self.push(&format!("{head} t=\"b\"><v>{}</v></c>", u8::from(value)))
            }
            Shape::Blank => self.push(&format!("{head}/>")),
            Shape::Text => {
                self.push(&format!("{head} t=\"inlineStr\"><is><t xml:space=\"preserve\">"));
                escape_text(shortened(text, MAX_CELL_UNITS), &mut self.out);
                self.push("</t></is></c>");
            }
        }
    }

    fn finish(&mut self, merges: &[Range]) {
        self.push("</sheetData>");
        let is_sound = |one: &&Range| {
            (one.top, one.left) != (one.bottom, one.right)
                && one.bottom <= MAX_ROWS
                && one.right < MAX_COLUMNS
                && one.top > 0
        };
        let all: Vec<&Range> = merges.iter().filter(is_sound).collect();
        if !all.is_empty() {
            self.push(&format!("<mergeCells count=\"{}\">", all.len()));
            for one in all {
                let (first, last) = (a1(one.top, one.left), a1(one.bottom, one.right));
                self.push(&format!("<mergeCell ref=\"{first}:{last}\"/>"));
            }
            self.push("</mergeCells>");
        }
        if !self.written.noted.is_empty() {
            let space = crate::write::annotate::parts::book::TRANSITIONAL.rels;
            self.push(&format!("<legacyDrawing xmlns:r=\"{space}\" r:id=\"rId2\"/>"));
        }
        self.push("</worksheet>");
    }
}

/// The targets with a whole row resolved to a column, in rising order, one per column.
fn placed(targets: Vec<Target>, first: u16) -> Vec<Target> {
    let mut found = targets;
    for target in &mut found {
        if target.column == NO_COLUMN {
            target.column = first;
        }
    }
    crate::write::annotate::sheet::survey::joined(found)
}

/// How a cell is written.
#[derive(Debug, PartialEq)]
enum Shape {
    Number,
    Bool(bool),
    Blank,
    Text,
}

/// The shape and format of a cell. What spreadsheet programs would change (more than 15 digits, leading
/// zeros) becomes a text.
fn shape(cell: &Cell, text: &str) -> (Shape, u32) {
    let format = match cell.format {
        NumberFormat::General => 0,
        NumberFormat::Text => TEXT,
        NumberFormat::Date => 2,
        NumberFormat::DateTime => 3,
        NumberFormat::Time => 4,
    };
    match cell.kind {
        CellKind::Number if is_exact_number(text) => (Shape::Number, format),
        CellKind::Number => (Shape::Text, TEXT),
        CellKind::Bool if matches!(text, "true" | "TRUE" | "1") => (Shape::Bool(true), format),
        CellKind::Bool if matches!(text, "false" | "FALSE" | "0") => (Shape::Bool(false), format),
        CellKind::Uncalculated => (Shape::Blank, format),
        _ if text.bytes().filter(u8::is_ascii_digit).count() >= 9 => (Shape::Text, TEXT),
        _ if text.starts_with('0') => (Shape::Text, TEXT),
        _ => (Shape::Text, format),
    }
}

/// Whether a spreadsheet program keeps a number's every digit.
fn is_exact_number(text: &str) -> bool {
    let (mantissa, _) = text.split_once(['e', 'E']).unwrap_or((text, ""));
    let mantissa = mantissa.strip_prefix('-').unwrap_or(mantissa);
    let digits = mantissa.bytes().filter(u8::is_ascii_digit);
    let significant = digits.skip_while(|digit| *digit == b'0').count();
    let is_padded = mantissa.len() > 1 && mantissa.starts_with('0') && !mantissa.starts_with("0.");
    let is_plain = mantissa.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    // Programs themselves write 17 digits of a fraction; those are no ID numbers.
    let most = if mantissa.contains('.') { 17 } else { 15 };
    is_plain && !is_padded && significant <= most && text.parse::<f64>().is_ok_and(f64::is_finite)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_stay_numbers_unless_a_digit_would_be_lost() {
        for (text, expected) in [
            ("1", true),
            ("-2.5", true),
            ("0.1", true),
            ("0", true),
            ("45000.123456789012", true),
            ("123456789012345", true),
            ("1234567890123456", false),
            ("110101199003070000", false),
            ("007", false),
            ("+5", false),
            ("inf", false),
            ("1.1010119900307E+17", true),
            ("", false),
        ] {
            assert_eq!(is_exact_number(text), expected, "{text}");
        }
    }
}
