//! The frames between the reading child and its parent: fixed little-endian layout, length first,
//! and nothing believed on arrival. Knows no file format.
//!
//! A frame is `length: u32` (of what follows), `tag: u8`, body. Texts are `length: u32` and UTF-8.

mod arrive;
mod send;

pub use arrive::Frame;
pub use send::FrameWriter;

use crate::model::Place;

/// The largest frame either side accepts.
pub const FRAME_LIMIT: usize = 64 << 20;

const GREETING: &[u8] = b"cmegate-rows-1";
const CELL_BYTES: usize = 12;
const ROW_BYTES: usize = 13;

/// What a frame carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Tag {
    /// The first frame of all: which layout follows.
    Greeting = 1,
    /// A `GridInfo`; its rows follow.
    Grid = 2,
    /// A `Chunk` of the grid named last.
    Rows = 3,
    /// A [`Remark`] that does not end the reading.
    Note = 4,
    /// A [`Remark`] that does; the last frame.
    Refusal = 5,
    /// Everything was said; the last frame.
    End = 6,
    /// Bytes of a document that was decrypted.
    Bytes = 7,
    /// A [`crate::model::Look`], or that there is none; the next document's.
    Look = 8,
}

/// A finding on its way to the parent, named by its code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remark {
    /// Name of a reading code.
    pub code: String,
    /// Where.
    pub place: Place,
    /// What fills `{0}`, `{1}` …
    pub args: Vec<String>,
}

impl Remark {
    /// A remark about the whole document.
    pub fn new(code: &crate::model::Code, args: &[&str]) -> Remark {
        let args = args.iter().map(|arg| (*arg).to_owned()).collect();
        Remark { code: code.name.to_owned(), place: Place::NOWHERE, args }
    }
}

/// A frame whose content breaks the layout.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("malformed frame from the reader")]
pub struct Malformed;

#[cfg(test)]
mod tests;
