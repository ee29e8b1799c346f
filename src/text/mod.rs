//! Values: pure functions from what people type to what a record holds. Never loses anything silently.

pub mod pua;
