//! Any text as a file of JSON syntax.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| buttress_fuzz::hold("json_syntax", data));
