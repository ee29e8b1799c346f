//! cmegate (继教数据网关): continuing medical education spreadsheets in, each platform's file out.
//!
//! The journey of one document, in the order of the floors it climbs:
//! [`read`] turns bytes into grids of cells, [`mapping`] turns grids into records, [`rules`] judges
//! them, [`mod@write`] makes the platform's file and the sender's annotated workbook. [`config`] loads
//! the files people write, [`pipeline::convert`] runs the journey, [`cli`] is its face.
//! Below them: [`model`] (what everybody talks about), [`text`] (values), [`spec`] (TOML with places).

#![forbid(unsafe_code)]

pub mod cli;
pub mod clock;
pub mod config;
pub mod disk;
pub mod exchange;
pub mod ledger;
pub mod mapping;
pub mod model;
pub mod pipeline;
pub mod read;
pub mod rules;
pub mod spec;
pub mod text;
pub mod watch;
pub mod web;
pub mod write;
