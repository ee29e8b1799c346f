//! rules: to come.
