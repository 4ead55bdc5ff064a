//! All tests in one binary: one module per layer, each with one `check` helper and data files.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::print_stdout,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "a test that cannot go on fails, says what it counted, and makes the files that it needs"
)]

mod action;
mod address;
mod affected;
mod assumptions;
mod baseline;
mod broken_rules;
mod clean;
mod cli;
mod config;
#[cfg(unix)]
mod confinement;
mod connections;
mod coverage;
mod data_sources;
mod diagnostics;
mod docs;
mod environments;
mod estate;
mod facts;
mod failure;
mod files;
mod findings;
mod fixes;
mod formats;
mod functions;
mod fuzz;
mod gates;
mod holes;
mod html;
mod init;
mod inputs;
mod joined;
mod landscape;
mod language;
mod laws;
mod lengths;
mod losses;
mod lsp;
mod meanings;
mod modules;
mod named;
mod new_user;
mod notices;
mod one_report;
mod oracle;
mod output;
mod packages;
mod pictures;
mod plan;
mod problems;
mod program;
mod provenance;
mod reach;
mod remembered;
mod rules;
mod schemas;
mod screen;
mod secrets;
mod shapes;
mod shell;
mod since;
mod stacks;
mod suppressions;
mod syntax;
mod systems;
mod terragrunt;
mod texts;
mod three_ways;
mod tidy;
mod told;
mod totality;
mod unapplied;
mod units;
mod values;
mod yielding;

#[path = "../../benches/support/organisation.rs"]
mod organisation;
#[path = "../support/mod.rs"]
mod support;
