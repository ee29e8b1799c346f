#![no_main]
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| cmegate_fuzz::read_fixed(bytes));
