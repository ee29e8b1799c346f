//! What every floor talks about: grids, records, findings, dictionaries. Knows no file format and no rule.

pub mod batch;
pub mod code;
pub mod codes;
pub mod dictionary;
pub mod evidence;
pub mod field;
pub mod fields;
pub mod finding;
pub mod grid;
pub mod lang;
pub mod past;

pub use batch::{Batch, RecordHead, Slot, Standing, TextIn, Value};
pub use code::{Code, Severity};
pub use dictionary::{Dictionary, Entry};
pub use evidence::{Evidence, EvidenceKind, KindBy, KnownEvidence, Look, PictureHash, SignedBy};
pub use field::{Field, FieldType, Kind};
pub use finding::{Candidate, Clause, Finding, Grounds, Place};
pub use grid::{Cell, CellKind, Chunk, GridInfo, NumberFormat, Range, Row, Visibility};
pub use lang::Lang;
pub use past::Past;
