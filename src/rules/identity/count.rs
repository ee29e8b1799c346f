//! Counting what became of the identity numbers of each column.

use super::{Slots, text_of};
use crate::{
    model::{Batch, Cell, CellKind, Finding, Place, TextIn, codes::value as codes},
    text::{
        Raw,
        id::{self, Class},
    },
};

const CLASSES: usize = Class::ALL.len();
/// Characters of a resident card's number.
const WHOLE: u32 = 18;

/// All columns of a table that hold identity numbers; people side by side have one each.
#[derive(Debug, Default)]
pub(super) struct Counts {
    columns: Vec<Column>,
}

#[derive(Debug)]
struct Column {
    column: u16,
    classes: [u64; CLASSES],
    /// The first cell that is not text and right.
    first: Option<Place>,
    /// Number cells.
    numbers: u64,
    /// Text cells with 18 right characters, and those of them that end in X.
    texts: u64,
    texts_with_x: u64,
}

impl Counts {
    /// Counts the cells of a batch.
    pub(super) fn add(&mut self, batch: &Batch, slots: &Slots) {
        let mut rows = batch.chunk.rows.iter();
        let mut row = rows.next();
        for (record, head) in batch.heads.iter().enumerate() {
            let value = batch.value(record, slots.id_no);
            if value.text_in == TextIn::Nothing {
                continue;
            }
            while row.is_some_and(|row| row.number < head.row) {
                row = rows.next();
            }
            let Some(cell) = row.and_then(|row| batch.chunk.cell_at(row, value.column)) else {
                continue;
            };
            let column = self.column(value.column);
            let is_text = cell.kind == CellKind::Text;
            if is_text && value.text_in == TextIn::Chunk && value.end - value.start == WHOLE {
                column.texts += 1;
                column.texts_with_x += u64::from(batch.text(&value).ends_with('X'));
                if !is_other(batch, slots, record) {
                    column.classes[Class::TextRight as usize] += 1;
                    continue;
                }
            }
            let place = Place::cell(batch.grid, head.row, value.column);
            column.numbers += u64::from(cell.kind == CellKind::Number);
            column.add(class(batch, slots, record, cell), place);
        }
    }

    fn column(&mut self, column: u16) -> &mut Column {
        let at = self.columns.iter().position(|known| known.column == column);
        let at = at.unwrap_or_else(|| {
            self.columns.push(Column::new(column));
            self.columns.len() - 1
        });
        &mut self.columns[at]
    }

    /// What is worth telling of each column.
    pub(super) fn findings(self) -> Vec<Finding> {
        self.columns.iter().flat_map(Column::findings).collect()
    }
}

impl Column {
    fn new(column: u16) -> Column {
        Column { column, classes: [0; CLASSES], first: None, numbers: 0, texts: 0, texts_with_x: 0 }
    }

    fn add(&mut self, class: Option<Class>, place: Place) {
        let Some(class) = class else { return };
        if let Some(count) = self.classes.get_mut(class as usize) {
            *count += 1;
        }
        if class != Class::TextRight {
            self.first.get_or_insert(place);
        }
    }

    fn findings(&self) -> Vec<Finding> {
        let Some(first) = self.first else { return Vec::new() };
        let counted = || Class::ALL.iter().zip(self.classes).filter(|(_, count)| *count > 0);
        let zh = counted().map(|(class, count)| format!("{} {count}", class.label()[0]));
        let en = counted().map(|(class, count)| format!("{} {count}", class.label()[1]));
        let mut told = Finding::new(&codes::ID_CLASSES, first)
            .arg(zh.collect::<Vec<_>>().join("；"))
            .arg(en.collect::<Vec<_>>().join("; "));
        told.field = "id_no";
        let mut findings = vec![told];
        if self.numbers > 1 && self.texts > 0 && self.texts == self.texts_with_x {
            let hint = Finding::new(&codes::ID_COLUMN_NUMBERS, first);
            let mut hint = hint.arg(self.texts.to_string()).arg(self.numbers.to_string());
            hint.field = "id_no";
            findings.push(hint);
        }
        findings
    }
}

/// Whether the record's document is another than the resident card.
fn is_other(batch: &Batch, slots: &Slots, record: usize) -> bool {
    let id_type = text_of(batch, record, slots.id_type);
    !id_type.is_empty() && !id::is_resident_card(id_type)
}

fn class(batch: &Batch, slots: &Slots, record: usize, cell: &Cell) -> Option<Class> {
    if is_other(batch, slots, record) {
        return Some(Class::Other);
    }
    let raw = Raw { kind: cell.kind, ..Raw::text(batch.chunk.text_of(cell)) };
    let class = Class::of(&raw);
    // Cleaning steps of the mapping, or a mark that stands for the cell above, made a number of it.
    let is_made = batch.value(record, slots.id_no).is_present()
        && matches!(class, Some(Class::Strange | Class::Length));
    if is_made { Some(Class::TextRight) } else { class }
}
