//! Any bytes as a state in JSON.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| buttress_fuzz::hold("state", data));
