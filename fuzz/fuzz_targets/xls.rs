//! See `linli_fuzz::xls`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| linli_fuzz::xls(bytes));
