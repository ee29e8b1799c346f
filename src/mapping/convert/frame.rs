//! Which document column fills which slot of which person's record.

use std::sync::Arc;

use crate::{
    mapping::{layout::Found, plan::InputMapping},
    model::{FieldType, Slot, grid::NO_COLUMN},
};

/// No slot.
pub(super) const NO_SLOT: u16 = u16::MAX;

/// Where the cells of one document column go.
#[derive(Clone, Copy)]
pub(super) struct Aim {
    pub slot: u16,
    pub block: u16,
}

const NOWHERE: Aim = Aim { slot: NO_SLOT, block: u16::MAX };

/// The slots of a table, and the way from columns to slots and back.
pub(super) struct Frame {
    /// Mapped columns in the order of the mapping, with those that only have a default.
    pub slots: Arc<Vec<Slot>>,
    /// Per slot, its column in the mapping.
    pub indexes: Vec<usize>,
    /// Per slot, the type of its field: at hand, so that the hot path follows no pointers for it.
    pub kinds: Vec<FieldType>,
    aims: Vec<Aim>,
    /// Per block and slot the document's column.
    columns: Vec<Vec<u16>>,
}

impl Frame {
    pub(super) fn new(mapping: &InputMapping, found: &Found) -> Frame {
        let is_found = |index: usize| {
            found.blocks.iter().any(|block| block.columns.iter().any(|column| column.1 == index))
        };
        let used = mapping.columns.iter().enumerate();
        let indexes: Vec<usize> = used
            .filter(|(index, column)| is_found(*index) || column.default.is_some())
            .map(|(index, _)| index)
            .collect();
        let mut frame = Frame {
            slots: Arc::default(),
            kinds: Vec::new(),
            aims: Vec::new(),
            columns: vec![vec![NO_COLUMN; indexes.len()]; found.blocks.len().max(1)],
            indexes,
        };
        for (block, columns) in found.blocks.iter().enumerate() {
            for (column, index, _) in &columns.columns {
                frame.aim(block, *column, *index);
            }
        }
        let slots = frame.indexes.iter().enumerate().filter_map(|(slot, index)| {
            let column = mapping.columns.get(*index)?;
            let dictionary = column.dictionary.clone();
            Some(Slot { field: column.field, dictionary, column: frame.column(0, slot) })
        });
        frame.slots = Arc::new(slots.collect());
        frame.kinds = frame.slots.iter().map(|slot| slot.field.kind).collect();
        frame
    }

    fn aim(&mut self, block: usize, column: u16, index: usize) {
        let Some(slot) = self.indexes.iter().position(|known| *known == index) else { return };
        if self.aims.len() <= usize::from(column) {
            self.aims.resize(usize::from(column) + 1, NOWHERE);
        }
        if let Some(aim) = self.aims.get_mut(usize::from(column)) {
            *aim = Aim { slot: slot as u16, block: block as u16 };
        }
        if let Some(own) = self.columns.get_mut(block).and_then(|columns| columns.get_mut(slot)) {
            *own = column;
        }
    }

    /// Where a column's cells go; slot [`NO_SLOT`] for columns that are not mapped.
    pub(super) fn aim_of(&self, column: u16) -> Aim {
        self.aims.get(usize::from(column)).copied().unwrap_or(NOWHERE)
    }

    /// The document's column of a slot; [`NO_COLUMN`] if the document has none.
    pub(super) fn column(&self, block: usize, slot: usize) -> u16 {
        let columns = self.columns.get(block);
        columns.and_then(|columns| columns.get(slot)).copied().unwrap_or(NO_COLUMN)
    }

    pub(super) fn blocks(&self) -> usize {
        self.columns.len()
    }

    /// The slot of a field, by its English name.
    pub(super) fn slot_of(&self, field: &str) -> Option<usize> {
        self.slots.iter().position(|slot| slot.field.name == field)
    }
}
