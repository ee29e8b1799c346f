//! Tests of the whole: the architecture, and the built program as people use it.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod cases;
mod cli;
mod corpus;
mod faults;
mod floors;
mod gateway;
mod identity;
mod independent;
mod judging;
mod operating;
mod packages;
mod repro;
mod samples;
mod sandbox;
mod shapes;
mod verify;
