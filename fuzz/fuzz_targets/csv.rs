//! See `linli_fuzz::csv`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| linli_fuzz::csv(bytes));
