//! Any bytes as a plan in JSON.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| buttress_fuzz::hold("plan", data));
