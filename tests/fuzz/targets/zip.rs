#![no_main]
use cmegate::read::package::PackageFormat;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| cmegate_fuzz::unpack(bytes, PackageFormat::Zip));
