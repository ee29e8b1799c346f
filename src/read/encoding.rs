//! The encoding of a text document, and its decoding into UTF-8 as a stream.
