//! A platform's template, filled: one sheet part streams, every other part is copied.
