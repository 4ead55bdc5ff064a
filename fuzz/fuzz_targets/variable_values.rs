//! Any text as a file of variable values, native and JSON.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| buttress_fuzz::hold("variable_values", data));
