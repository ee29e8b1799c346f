//! 7z and rar archives, unpacked by a child process that may die.
//!
//! Their decoders ask for as much memory and time as the archive says. So the same program runs a second time under
//! a hidden verb ([`serve`]), under limits of its own, tells what is in the archive and then streams every member over
//! a pipe ([`wire`]); nothing is written to disk. Names, limits and everything else are judged by the parent.

mod child;
mod parent;
mod rar;
mod seven;
mod wire;

pub use child::{VERB, serve};
pub(super) use parent::{Order, Unpacked, open};
