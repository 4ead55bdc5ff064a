//! Any text as a file of native syntax, an expression and a template.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| buttress_fuzz::hold("native_syntax", data));
