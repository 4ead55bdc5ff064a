//! Formats: a report as text. One file per format, one match over all of them.
//!
//! Renderers see findings, reports and source text; they know nothing of HCL and of what rules ask.

pub mod clean;
mod human;
mod json;
mod look;
mod page;
mod snippet;
mod window;

pub use look::Look;
pub use page::{example_text, expectation, page, rules_table, severity, shown_value};

use crate::report::Report;

/// A format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// Annotated source, for people.
    Human,
    /// One versioned JSON document, for tools.
    Json,
}

/// The report in a format.
#[must_use]
pub fn render(report: &Report, format: Format, look: Look) -> String {
    let text = match format {
        Format::Human => human::render(report, look),
        Format::Json => json::render(report),
    };
    clean::output(text, look)
}
