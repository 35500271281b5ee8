//! See `linli_fuzz::picture`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| linli_fuzz::picture(bytes));
