//! Private-use characters of old GBK fonts and what they stand for.
