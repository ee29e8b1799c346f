//! Deflate: blocks compressed in parallel and joined.
