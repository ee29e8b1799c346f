//! Text into rows and cells. Cells lie where the text lies; only fields with doubled or half quotes are copied.

use super::marks::Marks;
use super::quoted::{self, Quoted};
use crate::model::codes::reading;
use crate::model::grid::NO_COLUMN;
use crate::model::{Cell, CellKind, Chunk, Code, Finding, NumberFormat, Place, Row};
use crate::read::guard;

/// Columns of a sheet in Excel and WPS.
pub(super) const MAX_COLUMNS: u16 = 16_384;

/// Most guarded cells whose places are told.
const TOLD_GUARDS: usize = 100;

/// A cell whose start has this bit lies in [`Scanner::side`] until the chunk is closed.
const IN_SIDE: u32 = 1 << 31;

/// What goes on from chunk to chunk of a document.
pub(super) struct Scanner {
    delimiter: [u8; 4],
    delimiter_length: usize,
    /// Width of the table; cells beyond are findings.
    expected: u16,
    /// Rows passed so far.
    line: u32,
    /// Field counts of the rows that are not blank, if somebody wants them.
    pub widths: Option<Vec<u16>>,
    /// What was noticed.
    pub findings: Vec<Finding>,
    /// How many cells guarded their digits, and where the first of them stand.
    pub guarded: u64,
    pub guarded_at: Vec<Place>,
    /// Indices of this chunk's rows with bytes that would not decode.
    broken_rows: Vec<usize>,
    /// Texts of this chunk's fields that had to be copied.
    side: String,
}

impl Scanner {
    /// Begins before the first row; with an expected width of [`NO_COLUMN`] no row is ragged.
    pub(super) fn new(delimiter: char, expected: u16) -> Scanner {
        let mut bytes = [0; 4];
        let delimiter_length = delimiter.encode_utf8(&mut bytes).len();
        Scanner {
            delimiter: bytes,
            delimiter_length,
            expected,
            line: 0,
            widths: None,
            findings: Vec::new(),
            guarded: 0,
            guarded_at: Vec::new(),
            broken_rows: Vec::new(),
            side: String::new(),
        }
    }

    /// Reads rows of `chunk.text` until it ends or the chunk has cells enough, and tells where the next row
    /// begins. A last row without line end counts if `is_at_end`. `broken` holds the rising positions of bytes
    /// that would not decode.
    pub(super) fn scan(&mut self, chunk: &mut Chunk, broken: &[u32], is_at_end: bool) -> usize {
        let Chunk { text, cells, rows } = chunk;
        let bytes = text.as_bytes();
        let [lead, ..] = self.delimiter;
        let mut pass = Pass {
            marks: Marks::new(bytes, lead),
            is_wide: self.delimiter_length > 1,
            findings_before: self.findings.len(),
            guarded_before: self.guarded,
            scanner: self,
            text,
            bytes,
            cells,
            rows,
            broken,
            is_at_end,
            start: 0,
            field: 0,
            column: 0,
            first_cell: 0,
            side_before: 0,
        };
        pass.run()
    }

    /// Puts copied texts behind the chunk's own, after the caller has cut off what was not read.
    pub(super) fn close_chunk(&mut self, chunk: &mut Chunk) {
        if !self.side.is_empty() {
            let base = chunk.text.len() as u32;
            chunk.text.push_str(&self.side);
            self.side.clear();
            for cell in chunk.cells.iter_mut().filter(|cell| cell.start & IN_SIDE != 0) {
                cell.start = (cell.start & !IN_SIDE) + base;
                cell.end += base;
            }
        }
        for row in
            std::mem::take(&mut self.broken_rows).into_iter().filter_map(|at| chunk.rows.get(at))
        {
            for cell in chunk.cells_of(row) {
                let value = chunk.text_of(cell);
                if value.contains('\u{fffd}') {
                    self.findings.push(undecodable(row.number, cell.column, value));
                }
            }
        }
    }
}

/// Nobody knows yet what the cell is, so its value counts as personal.
fn undecodable(row: u32, column: u16, value: &str) -> Finding {
    let mut finding = Finding::new(&reading::UNDECODABLE, Place::cell(0, row, column));
    finding.is_personal = true;
    finding.value = value.to_owned();
    finding
}

/// One walk over the text of a chunk.
struct Pass<'a> {
    scanner: &'a mut Scanner,
    text: &'a str,
    bytes: &'a [u8],
    cells: &'a mut Vec<Cell>,
    rows: &'a mut Vec<Row>,
    marks: Marks<'a>,
    broken: &'a [u32],
    is_at_end: bool,
    /// Whether the delimiter has several bytes, so that its first one must be checked.
    is_wide: bool,
    /// Where the row began, and what there was before it.
    start: usize,
    first_cell: usize,
    findings_before: usize,
    guarded_before: u64,
    side_before: usize,
    /// Where the field began.
    field: usize,
    column: u16,
}

impl Pass<'_> {
    fn run(&mut self) -> usize {
        while let Some(at) = self.next_mark() {
            let Some(at) = self.end_field(at) else { return self.cut_row() };
            match self.bytes.get(at) {
                Some(b'\n') => self.end_row(at, at + 1),
                Some(b'\r') => match self.bytes.get(at + 1) {
                    Some(b'\n') => {
                        self.marks.next();
                        self.end_row(at, at + 2);
                    }
                    None if !self.is_at_end => return self.cut_row(),
                    _ => self.end_row(at, at + 1),
                },
                Some(_) => {
                    self.column = self.column.saturating_add(1);
                    self.field = at + self.scanner.delimiter_length;
                    continue;
                }
                None => self.end_row(at, at),
            }
            if self.cells.len() >= 1 << 16 || self.rows.len() >= 1 << 14 {
                return self.start;
            }
        }
        self.last_row()
    }

    /// The next delimiter or line end.
    #[inline(always)]
    fn next_mark(&mut self) -> Option<usize> {
        loop {
            let at = self.marks.next()?;
            if !self.is_wide || self.is_mark(at) {
                return Some(at);
            }
        }
    }

    #[inline(never)]
    fn is_mark(&self, at: usize) -> bool {
        let delimiter = self.scanner.delimiter.get(..self.scanner.delimiter_length);
        match self.bytes.get(at..) {
            Some([b'\n' | b'\r', ..]) => true,
            Some(rest) => delimiter.is_some_and(|delimiter| rest.starts_with(delimiter)),
            None => false,
        }
    }

    /// Makes a cell of the field that a mark seems to end; tells where it really ends, `None` if beyond the text.
    #[inline(always)]
    fn end_field(&mut self, at: usize) -> Option<usize> {
        if at > self.field {
            match self.bytes.get(self.field) {
                Some(b'"') => return self.end_quoted(at),
                Some(b'=' | b'\'' | b'`') => self.end_guarded(at),
                _ => self.push(self.field, at),
            }
        }
        Some(at)
    }

    #[inline(always)]
    fn push(&mut self, start: usize, end: usize) {
        if self.column < MAX_COLUMNS && start < end {
            self.cells.push(Cell {
                start: start as u32,
                end: end as u32,
                column: self.column,
                kind: CellKind::Text,
                format: NumberFormat::General,
            });
        }
    }

    #[inline(never)]
    fn end_guarded(&mut self, at: usize) {
        let field = self.text.get(self.field..at).unwrap_or_default();
        let Some((inner, is_doubled)) = guard::bare(field) else {
            return self.push(self.field, at);
        };
        self.note_guard();
        if is_doubled {
            let start = self.scanner.side.len();
            quoted::undouble(inner, &mut self.scanner.side);
            self.push_side(start);
        } else {
            self.push_within(self.field, inner, field);
        }
    }

    /// Makes a cell of a part of the text that begins at `start`.
    fn push_within(&mut self, start: usize, inner: &str, whole: &str) {
        let skipped = whole.find(inner).unwrap_or_default();
        self.push(start + skipped, start + skipped + inner.len());
    }

    #[cold]
    fn note_guard(&mut self) {
        self.scanner.guarded += 1;
        if self.scanner.guarded_at.len() < TOLD_GUARDS {
            let row = self.scanner.line.saturating_add(1);
            self.scanner.guarded_at.push(Place::cell(0, row, self.column));
        }
    }

    #[inline(never)]
    fn end_quoted(&mut self, at: usize) -> Option<usize> {
        let [lead, ..] = self.scanner.delimiter;
        let (end, has_doubled) = match quoted::close(self.bytes, self.field, lead, self.is_at_end) {
            Quoted::Closed { end, has_doubled } => (end, has_doubled),
            Quoted::Unclosed => {
                self.find(&reading::QUOTE_UNCLOSED, self.column, &[]);
                self.push(self.field, at);
                return Some(at);
            }
            Quoted::Cut => return None,
        };
        self.marks.seek(end);
        let at = match self.next_mark() {
            Some(at) => at,
            None if self.is_at_end => self.bytes.len(),
            None => return None,
        };
        let inner = self.text.get(self.field + 1..end - 1).unwrap_or_default();
        let tail = self.text.get(end..at).unwrap_or_default();
        if has_doubled || !tail.trim_ascii().is_empty() {
            self.copy_quoted(inner, tail);
        } else {
            let shown = guard::bare(inner);
            if shown.is_some() {
                self.note_guard();
            }
            let (shown, _) = shown.unwrap_or((inner, false));
            self.push_within(self.field + 1, shown, inner);
        }
        Some(at)
    }

    fn copy_quoted(&mut self, inner: &str, tail: &str) {
        let mut value = String::with_capacity(inner.len() + tail.len());
        quoted::undouble(inner, &mut value);
        if !tail.trim_ascii().is_empty() {
            value.push_str(tail);
        }
        let start = self.scanner.side.len();
        let (shown, is_doubled) = match guard::bare(&value) {
            Some(shown) => {
                self.note_guard();
                shown
            }
            None => (value.as_str(), false),
        };
        if is_doubled {
            quoted::undouble(shown, &mut self.scanner.side);
        } else {
            self.scanner.side.push_str(shown);
        }
        self.push_side(start);
    }

    fn push_side(&mut self, start: usize) {
        let end = self.scanner.side.len();
        let cells = self.cells.len();
        self.push(start, end);
        if let Some(cell) = self.cells.get_mut(cells) {
            cell.start |= IN_SIDE;
        }
    }

    /// Ends the row; `at` is its line end, `next` the start of the next row.
    fn end_row(&mut self, at: usize, next: usize) {
        self.scanner.line = self.scanner.line.saturating_add(1);
        let (first, end) = (self.first_cell as u32, self.cells.len() as u32);
        if let Some(last) = self.cells.get(self.first_cell..).and_then(|cells| cells.last()) {
            let last = last.column;
            self.rows.push(Row { number: self.scanner.line, first, end, is_hidden: false });
            if last >= self.scanner.expected {
                let found = u32::from(last) + 1;
                self.find_row(&reading::RAGGED_ROW, &[found, u32::from(self.scanner.expected)]);
            }
            if let Some(widths) = &mut self.scanner.widths {
                widths.push(self.column.saturating_add(1));
            }
        }
        if self.column >= MAX_COLUMNS {
            self.find_row(&reading::TOO_MANY_COLUMNS, &[u32::from(MAX_COLUMNS)]);
        }
        if self.broken.first().is_some_and(|broken| (*broken as usize) < at) {
            self.skip_broken(at);
        }
        self.begin_row(next);
    }

    #[inline(never)]
    fn skip_broken(&mut self, at: usize) {
        let passed = self.broken.partition_point(|broken| (*broken as usize) < at);
        self.broken = self.broken.get(passed..).unwrap_or_default();
        if self.cells.len() > self.first_cell {
            self.scanner.broken_rows.push(self.rows.len() - 1);
        }
    }

    fn begin_row(&mut self, start: usize) {
        self.start = start;
        self.field = start;
        self.column = 0;
        self.first_cell = self.cells.len();
        self.findings_before = self.scanner.findings.len();
        self.guarded_before = self.scanner.guarded;
        self.side_before = self.scanner.side.len();
    }

    /// The text ends within a row: ends it at the end of the document, else gives it back.
    fn last_row(&mut self) -> usize {
        let end = self.bytes.len();
        if !self.is_at_end {
            return self.cut_row();
        }
        if self.start < end {
            // The mark that a closing quote found was the end itself.
            let Some(at) = self.end_field(end) else { return end };
            self.end_row(at, end);
        }
        end
    }

    /// Forgets the row, which goes on in text that is not here yet.
    fn cut_row(&mut self) -> usize {
        self.cells.truncate(self.first_cell);
        self.scanner.findings.truncate(self.findings_before);
        self.scanner.guarded = self.guarded_before;
        // Places are told of the first cells only: as many as were counted, up to the limit.
        self.scanner.guarded_at.truncate(self.guarded_before.min(TOLD_GUARDS as u64) as usize);
        self.scanner.side.truncate(self.side_before);
        self.start
    }

    fn find_row(&mut self, code: &'static Code, args: &[u32]) {
        self.find(code, NO_COLUMN, args);
    }

    #[cold]
    fn find(&mut self, code: &'static Code, column: u16, args: &[u32]) {
        // Within a row the count stands before it, at its end it includes it.
        let is_ended = column == NO_COLUMN;
        let row = self.scanner.line.saturating_add(u32::from(!is_ended));
        let finding = Finding::new(code, Place::cell(0, row, column));
        let finding = args.iter().fold(finding, |finding, arg| finding.arg(arg.to_string()));
        self.scanner.findings.push(finding);
    }
}
