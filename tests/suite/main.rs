//! All tests in one binary: one module per layer, each with one `check` helper and data files.

#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod files;
mod syntax;
