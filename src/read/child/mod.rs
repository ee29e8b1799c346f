//! `.xls`, `.xlsb`, OpenDocument (packed or flat) and what is encrypted, read by a child process that may die.
//!
//! Their containers are old, their readers can be made to loop or to ask for any amount of memory.
//! So the same program runs a second time under a hidden verb ([`serve`]), under limits of its own,
//! and hands rows back over a pipe in frames ([`frame`]) that the parent ([`open`]) checks.
//! Whatever the child does, the parent ends with rows or with one finding.

pub mod frame;

mod limits;
mod locked;
pub(in crate::read) mod look;
mod numbers;
mod ods;
mod outbox;
mod parent;
mod serve;
mod trouble;
mod xls;
mod xlsb;

pub use locked::decrypt;
pub(in crate::read) use parent::ChildGrids;
pub use parent::{ReaderProgram, open, open_with};
pub use serve::{VERB, serve};
