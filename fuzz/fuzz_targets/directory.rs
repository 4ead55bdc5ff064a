//! Any files as a repository that the program checks.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| buttress_fuzz::hold("directory", data));
