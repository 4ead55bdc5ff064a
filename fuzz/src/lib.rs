//! What the targets in `fuzz_targets/` share: the laws in `laws/`.
//!
//! `tests/suite/fuzz.rs` holds every test run to them as well, with mutations of its own; `examples/fuzz_seeds.rs` writes what libFuzzer
//! starts from.

#[expect(dead_code, reason = "what the laws start from is written by an example of the package")]
mod laws;
#[expect(dead_code, reason = "shared with the tests")]
mod support;

/// Fails if the laws of a target do not hold for an input.
pub fn hold(target: &str, data: &[u8]) {
    (laws::target(target).law)(data);
}
