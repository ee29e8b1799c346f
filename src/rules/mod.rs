//! Rules: dated packs of one jurisdiction or organisation judge records. Knows no file format and no mapping.
//!
//! A rule is data (`mappings/packs/*.toml`); code knows only rule *kinds*, one file each in `kinds/`,
//! and names no jurisdiction.

pub mod activity;
mod asked;
pub mod changes;
mod example;
mod expression;
mod facts;
mod guard;
pub mod identity;
mod judge;
mod kinds;
pub mod pack;
mod params;

pub use activity::Activity;
pub use example::run_all as run_examples;
pub use facts::day_text;
pub use judge::Judge;
pub use kinds::KINDS;
pub use pack::{Layer, Pack, PackText, PackUse, Reminder, Rule, Status};
