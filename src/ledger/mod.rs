//! The ledger: what arrived, what became of it, who works on it. The only queue, and the only memory.

pub mod seal;
pub mod spool;
mod types;

pub use types::*;
