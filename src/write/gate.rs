//! What a target takes: every record passes here before a formatter sees it. Formatters may then rely on
//! required values being there, numbers being numbers and dates being whole.

use std::sync::Arc;

use crate::model::{
    Batch, FieldType, Finding, Place, RecordHead, Slot, Value, codes::output, grid::NO_COLUMN,
};

use super::{
    dates::date_parts,
    plan::{ColumnSource, ColumnStyle, Target, TargetColumn},
};

/// Most UTF-16 units that a workbook's cell holds (ECMA-376 leaves it open; Excel refuses the file).
pub(super) const CELL_UNITS: u32 = 32_767;

/// A target's column bound to the slots of a table.
#[derive(Debug, Default)]
pub(super) struct Bound {
    /// The slot whose values it shows; `None` for counters, constants and fields nobody provides.
    pub(super) slot: Option<usize>,
    /// How the target spells each entry of the slot's dictionary; empty if it shows the text.
    pub(super) words: Vec<String>,
}

impl Bound {
    fn new(source: &ColumnSource, slots: &[Slot]) -> Bound {
        let ColumnSource::Field { field, spelling } = source else { return Bound::default() };
        let slot = slots.iter().position(|slot| slot.field.name == field.name);
        let dictionary = slot
            .and_then(|at| slots.get(at))
            .filter(|slot| slot.field.kind == FieldType::Choice)
            .and_then(|slot| slot.dictionary.as_ref());
        let set = spelling.as_deref().unwrap_or_default();
        let words = dictionary.map_or_else(Vec::new, |dictionary| {
            dictionary.entries.iter().map(|entry| entry.spelling(set).to_owned()).collect()
        });
        Bound { slot, words }
    }

    /// What the column shows of a value.
    pub(super) fn shown<'a>(&'a self, batch: &'a Batch, value: &Value) -> &'a str {
        match usize::try_from(value.number).ok().and_then(|at| self.words.get(at)) {
            Some(word) => word,
            None => batch.text(value),
        }
    }
}

/// One thing that a record must give.
#[derive(Debug)]
struct Check {
    /// The column of the target, for `bound`; `None` for a field no column shows.
    column: Option<usize>,
    slot: Option<usize>,
    heading: String,
    is_required: bool,
    max_chars: Option<u32>,
    shape: Shape,
    /// Whether the sender has a column for it; if not, one finding tells it for the whole table.
    has_source: bool,
    was_told: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    Text,
    Number,
    DateText,
    DateNumber,
}

enum Fault {
    Missing,
    TooLong { most: u32, chars: usize },
    NotNumber,
    NotDate,
}

/// The checks of one target, bound to the table at hand.
#[derive(Debug)]
pub(super) struct Gate {
    target: Arc<Target>,
    most_units: Option<u32>,
    slots: Option<Arc<Vec<Slot>>>,
    checks: Vec<Check>,
    /// One per target column.
    pub(super) bound: Vec<Bound>,
}

impl Gate {
    /// A gate for a target; `most_units` is what the container's cells hold, if they are bounded.
    pub(super) fn new(target: &Arc<Target>, most_units: Option<u32>) -> Gate {
        Gate {
            target: Arc::clone(target),
            most_units,
            slots: None,
            checks: Vec::new(),
            bound: Vec::new(),
        }
    }

    /// Binds to the batch's slots unless they are bound already; `true` if formatters must bind anew.
    pub(super) fn bind(&mut self, batch: &Batch) -> bool {
        if self.slots.as_ref().is_some_and(|slots| Arc::ptr_eq(slots, &batch.slots)) {
            return false;
        }
        let slots = Arc::clone(&batch.slots);
        self.bound =
            self.target.columns.iter().map(|column| Bound::new(&column.source, &slots)).collect();
        let columns = self.target.columns.iter().enumerate();
        self.checks = columns
            .filter(|(_, column)| matches!(column.source, ColumnSource::Field { .. }))
            .map(|(at, column)| self.check_of(at, column, &slots))
            .filter(Check::is_needed)
            .chain(self.target.requires.iter().map(|field| {
                let slot = slots.iter().position(|slot| slot.field.name == field.name);
                Check::required(field.label, slot, &slots)
            }))
            .collect();
        self.slots = Some(slots);
        true
    }

    fn check_of(&self, at: usize, column: &TargetColumn, slots: &[Slot]) -> Check {
        let slot = self.bound.get(at).and_then(|bound| bound.slot);
        let shape = match column.style {
            ColumnStyle::Text => Shape::Text,
            ColumnStyle::Number => Shape::Number,
            ColumnStyle::DateText(_) => Shape::DateText,
            ColumnStyle::DateNumber => Shape::DateNumber,
        };
        Check {
            column: Some(at),
            is_required: column.is_required,
            max_chars: column.max_chars.or(self.most_units),
            shape,
            ..Check::required(&column.heading, slot, slots)
        }
    }

    /// Whether the target takes a record; tells why not.
    pub(super) fn admits(
        &mut self,
        batch: &Batch,
        record: usize,
        findings: &mut Vec<Finding>,
    ) -> bool {
        let values = batch.values_of(record);
        let mut is_admitted = true;
        for check in &mut self.checks {
            let bound = check.column.and_then(|at| self.bound.get(at));
            let value = check.slot.and_then(|slot| values.get(slot)).unwrap_or(&Value::NOTHING);
            if let Some(fault) = check.fault(batch, value, bound, self.most_units) {
                is_admitted = false;
                let head = batch.heads.get(record).copied().unwrap_or_default();
                findings.extend(check.tell(&self.target, batch, head, value, &fault));
            }
        }
        is_admitted
    }
}

impl Check {
    fn required(heading: &str, slot: Option<usize>, slots: &[Slot]) -> Check {
        let source = slot.and_then(|slot| slots.get(slot));
        Check {
            column: None,
            slot,
            heading: heading.to_owned(),
            is_required: true,
            max_chars: None,
            shape: Shape::Text,
            has_source: source.is_some_and(|slot| slot.column != NO_COLUMN),
            was_told: false,
        }
    }

    fn is_needed(&self) -> bool {
        self.is_required || self.max_chars.is_some() || self.shape != Shape::Text
    }

    fn fault(
        &self,
        batch: &Batch,
        value: &Value,
        bound: Option<&Bound>,
        units: Option<u32>,
    ) -> Option<Fault> {
        if !value.is_present() {
            return self.is_required.then_some(Fault::Missing);
        }
        let text = bound.map_or_else(|| batch.text(value), |bound| bound.shown(batch, value));
        if text.is_empty() {
            return self.is_required.then_some(Fault::Missing);
        }
        match self.shape {
            Shape::Number if !is_number(text) => return Some(Fault::NotNumber),
            Shape::DateText if date_parts(text).is_none() => return Some(Fault::NotDate),
            Shape::DateNumber if value.number <= 0 || date_parts(text).is_none() => {
                return Some(Fault::NotDate);
            }
            _ => {}
        }
        // A text has at least as many bytes as characters, so almost every text ends here.
        let most = self.max_chars.filter(|most| text.len() > *most as usize)?;
        let chars = text.chars().count();
        let is_over = chars > most as usize
            || units.is_some_and(|units| text.encode_utf16().count() > units as usize);
        is_over.then_some(Fault::TooLong { most, chars })
    }

    /// Makes the finding; nothing if the table's one finding was made before.
    fn tell(
        &mut self,
        target: &Target,
        batch: &Batch,
        head: RecordHead,
        value: &Value,
        fault: &Fault,
    ) -> Option<Finding> {
        let slot = self.slot.and_then(|slot| batch.slots.get(slot));
        let column = match (value.column, slot) {
            (NO_COLUMN, Some(slot)) => slot.column,
            (column, _) => column,
        };
        let place = Place { grid: batch.grid, row: head.row, column };
        let [zh, en] = &target.label;
        let finding = match fault {
            Fault::Missing if self.has_source => {
                let finding = Finding::new(&output::TARGET_VALUE_MISSING, place);
                finding.arg(zh).arg(&self.heading).arg(en)
            }
            Fault::Missing => {
                if std::mem::replace(&mut self.was_told, true) {
                    return None;
                }
                let place = Place::grid(batch.grid);
                let finding = Finding::new(&output::TARGET_COLUMN_MISSING, place);
                finding.arg(zh).arg(&self.heading).arg(en)
            }
            Fault::TooLong { most, chars } => Finding::new(&output::TOO_LONG, place)
                .arg(&self.heading)
                .arg(most.to_string())
                .arg(chars.to_string()),
            Fault::NotNumber => Finding::new(&output::TARGET_NUMBER, place).arg(&self.heading),
            Fault::NotDate => Finding::new(&output::TARGET_DATE, place).arg(&self.heading),
        };
        Some(match slot {
            Some(slot) => finding.about(slot.field, batch.text(value)),
            None => finding,
        })
    }
}

/// Whether a text is a plain decimal number that a double holds exactly as written (15 digits).
pub(super) fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, rest) = digits.split_once('.').unwrap_or((digits, "0"));
    let is_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    digits.bytes().filter(u8::is_ascii_digit).count() <= 15 && is_digits(whole) && is_digits(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_plain_and_short_enough_for_a_double() {
        for (text, is) in [
            ("2.5", true),
            ("-3", true),
            ("012", true),
            ("123456789012345", true),
            ("110101199003079978", false),
            ("2.", false),
            (".5", false),
            ("1e5", false),
            ("", false),
            ("2分", false),
        ] {
            assert_eq!(is_number(text), is, "{text}");
        }
    }
}
