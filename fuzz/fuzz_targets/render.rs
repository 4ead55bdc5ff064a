//! Any texts in a report.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| buttress_fuzz::hold("render", data));
