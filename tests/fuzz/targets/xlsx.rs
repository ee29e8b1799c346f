#![no_main]
use cmegate::read::Container;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| cmegate_fuzz::read_as(bytes, Container::Xlsx));
