//! What the original holds: its texts, the columns that they stand in, the days that it names.

use std::path::Path;

use rustc_hash::{FxHashMap, FxHashSet};

use super::{
    harmless::Harmless,
    needles::Needles,
    swap::{self, Cutter, Piece},
};
use crate::{
    config::Catalogue,
    model::{
        Cell, CellKind, Chunk, FieldType, GridInfo, NumberFormat, fields, grid::column_number,
    },
    pipeline::{ConvertError, DocumentReport, report::TableReport},
    read::{self, Grids, ReadError, ReadOptions},
    text::{plain, pua},
};

/// Longer texts are blanked letter by letter: 32,767 characters are the most that a sheet holds.
pub const LONGEST: usize = 200_000;

/// What a column says of the texts in it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Role {
    /// Nothing that matters here.
    #[default]
    Other,
    /// Names.
    Name,
    /// Identity numbers.
    Id,
    /// Phone numbers.
    Phone,
    /// Dates.
    Date,
    /// Numbers that the container shows as days.
    Day,
    /// Credits, hours, counts: short numbers stay.
    Count,
    /// Project numbers.
    Project,
}

impl Role {
    fn of(field: FieldType) -> Role {
        match field {
            FieldType::Name => Role::Name,
            FieldType::IdNumber => Role::Id,
            FieldType::Phone => Role::Phone,
            FieldType::Date | FieldType::DateTime => Role::Date,
            FieldType::Halves | FieldType::Integer => Role::Count,
            FieldType::ProjectCode => Role::Project,
            _ => Role::Other,
        }
    }
}

/// The texts of one document.
pub struct Survey {
    harmless: Harmless,
    roles: FxHashMap<String, Role>,
    /// By the bits of the number.
    number_roles: FxHashMap<u64, Role>,
    names: FxHashSet<String>,
    texts: FxHashSet<String>,
    days: FxHashSet<i32>,
    /// Texts that are days and nothing else: another day may become one of them.
    dates: FxHashSet<String>,
}

impl Survey {
    /// Nothing is known yet but what is harmless.
    pub fn new(harmless: Harmless) -> Survey {
        Survey {
            harmless,
            roles: FxHashMap::default(),
            number_roles: FxHashMap::default(),
            names: FxHashSet::default(),
            texts: FxHashSet::default(),
            days: FxHashSet::default(),
            dates: FxHashSet::default(),
        }
    }

    /// Reads the document as far as it can be read; `report` names its columns.
    ///
    /// # Errors
    /// The world is at fault.
    pub fn read(
        &mut self,
        catalogue: &Catalogue,
        document: &Path,
        report: &DocumentReport,
    ) -> Result<(), ConvertError> {
        let mut opened = match read::open(document, &ReadOptions::default()) {
            Ok(opened) => opened,
            Err(ReadError::Refused(_)) => return Ok(()),
            Err(error) => return Err(ConvertError::Read(error)),
        };
        match self.read_grids(catalogue, &mut *opened.grids, report) {
            // What breaks off here is seen again where the copy is made.
            Err(ConvertError::Read(ReadError::Refused(_))) => Ok(()),
            other => other,
        }
    }

    fn read_grids(
        &mut self,
        catalogue: &Catalogue,
        grids: &mut dyn Grids,
        report: &DocumentReport,
    ) -> Result<(), ConvertError> {
        let mut chunk = Chunk::default();
        while let Some(info) = grids.next_grid().map_err(ConvertError::Read)? {
            self.see(&info.name);
            let table = report.tables.iter().find(|table| table.sheet == info.name);
            let columns = table.map(|table| columns(catalogue, table)).unwrap_or_default();
            let first_row = table.map_or(u32::MAX, |table| table.first_row);
            while grids.read_rows(&mut chunk).map_err(ConvertError::Read)? {
                for row in &chunk.rows {
                    for cell in chunk.cells_of(row) {
                        let role = columns.get(&cell.column).copied().unwrap_or_default();
                        let role = if row.number >= first_row { role } else { Role::Other };
                        self.take(&info, cell, chunk.text_of(cell), role);
                    }
                }
            }
        }
        Ok(())
    }

    fn take(&mut self, info: &GridInfo, cell: &Cell, text: &str, role: Role) {
        self.see(text);
        if text.len() > LONGEST {
            return;
        }
        if cell.kind == CellKind::Number {
            let is_day = matches!(cell.format, NumberFormat::Date | NumberFormat::DateTime);
            let role = if is_day { Role::Day } else { role };
            let Ok(number) = text.parse::<f64>() else { return };
            if matches!(role, Role::Day | Role::Date)
                && let Some(day) = swap::day_of_serial(number, info.is_1904)
            {
                self.days.insert(day);
                self.dates.insert(text.to_owned());
            }
            let known = self.number_roles.entry(number.to_bits()).or_default();
            if *known == Role::Other {
                *known = role;
            }
            return;
        }
        if role == Role::Name {
            let is_inner = |letter: &char| plain::is_han(*letter);
            let name: String = text.chars().filter(is_inner).collect();
            if name.chars().count() > 1 && !self.harmless.is_layout(&name) {
                self.names.insert(name);
            }
        }
        let known = self.roles.entry(key_of(text)).or_default();
        if *known == Role::Other || role == Role::Name {
            *known = role;
        }
    }

    /// Notes a text that the original holds.
    pub fn see(&mut self, text: &str) {
        // No sheet has cells this long; the beginning of what says it has suffices to recognise it.
        let text = text.get(..text.floor_char_boundary(LONGEST)).unwrap_or(text);
        if text.chars().nth(1).is_none() || self.texts.contains(text) {
            return;
        }
        if let Some(day) = swap::day_of(text) {
            self.days.insert(day);
            self.dates.insert(text.to_owned());
        }
        self.texts.insert(text.to_owned());
    }

    /// What must be replaced of a text.
    pub fn cut(&self, text: &str) -> Vec<Piece> {
        let role = self.roles.get(&key_of(text)).copied().unwrap_or_default();
        self.cut_as(text, role)
    }

    /// What must be replaced of a text that stands in a column of a role.
    pub fn cut_as(&self, text: &str, role: Role) -> Vec<Piece> {
        let is_name = |run: &str| self.names.contains(run);
        Cutter { harmless: &self.harmless, is_name: &is_name, role }.cut(text)
    }

    /// What the columns say of a number.
    pub fn role_of_number(&self, text: &str) -> Role {
        let number = text.parse::<f64>().unwrap_or(f64::NAN);
        let role = self.number_roles.get(&number.to_bits()).copied().unwrap_or_default();
        let digits = text.bytes().filter(u8::is_ascii_digit).count();
        if role == Role::Count && digits > 5 && number >= 1000.0 { Role::Other } else { role }
    }

    /// Whether the original holds a text, or a word that says nothing about anybody reads like it.
    pub fn holds(&self, text: &str) -> bool {
        self.texts.contains(text) || self.harmless.is_word(text) && text.chars().nth(1).is_some()
    }

    /// The days that the document names.
    pub fn days(&self) -> &FxHashSet<i32> {
        &self.days
    }

    /// Texts that are days and nothing else.
    pub fn dates(&self) -> impl Iterator<Item = &str> {
        self.dates.iter().map(String::as_str)
    }

    /// What may not occur in the copy: every text of which anything must be replaced. What also occurs within the
    /// words that stay is not looked for.
    pub fn needles(&self) -> Needles {
        let mut needles = Needles::default();
        let mut kept: FxHashSet<String> = FxHashSet::default();
        for text in &self.texts {
            let pieces = match text.parse::<f64>() {
                Ok(_) if is_short(text) || self.role_of_number(text) == Role::Count => Vec::new(),
                Ok(_) if !self.roles.contains_key(text) => {
                    self.cut_as(text, self.role_of_number(text))
                }
                _ => self.cut(text),
            };
            if pieces.is_empty() {
                kept.insert(text.clone());
                continue;
            }
            needles.add(text);
            let mut letters: Vec<char> = text.chars().collect();
            for at in pieces.iter().flat_map(|piece| &piece.places) {
                if let Some(letter) = letters.get_mut(*at) {
                    *letter = '\n';
                }
            }
            let rest: String = letters.into_iter().collect();
            kept.extend(rest.split('\n').filter(|part| !part.is_empty()).map(str::to_owned));
        }
        kept.iter().for_each(|text| needles.forgive_within(text));
        needles
    }
}

/// Whether a number has at most three digits before zeros behind its point.
fn is_short(number: &str) -> bool {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    whole.trim_start_matches('-').len() < 4 && fraction.bytes().all(|byte| byte == b'0')
}

/// What the columns of a table hold, by their number.
fn columns(catalogue: &Catalogue, table: &TableReport) -> FxHashMap<u16, Role> {
    let Ok(mapping) = catalogue.input(&table.input) else { return FxHashMap::default() };
    let role = |field: &str| fields::find(mapping.kind, field).map(|field| Role::of(field.kind));
    let named = table.columns.iter();
    named.filter_map(|named| Some((column_number(&named.column)?, role(named.field)?))).collect()
}

/// A text as the readers hand it over: without NULs, with known private-use characters repaired.
fn key_of(text: &str) -> String {
    let mut key: String = text.chars().filter(|letter| *letter != '\0').collect();
    pua::repair_in(&mut key, 0);
    key
}
