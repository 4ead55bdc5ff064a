//! All tests in one binary: one module per layer, each with one `check` helper and data files.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::print_stdout,
    reason = "a test that cannot go on fails, and says what it counted"
)]

mod action;
mod address;
mod cli;
mod docs;
mod files;
mod findings;
mod functions;
mod gates;
mod joined;
mod language;
mod laws;
mod oracle;
mod output;
mod plan;
mod rules;
mod shapes;
mod stacks;
mod syntax;
mod tidy;

#[path = "../support/mod.rs"]
mod support;
