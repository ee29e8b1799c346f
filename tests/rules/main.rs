//! The shipped rule packs: their examples, samples that fire every rule through the shipped inputs, the conflicts of the
//! regulations, and the table of where every rule is.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may panic")]

mod conflicts;
mod fires;
mod packs;
mod table;
mod verbs;
