//! Formats of a report: one file per format, and one match over all of them.

mod frames;
mod human;
mod json;
mod plain;
mod summary;
mod text;
mod view;
mod window;

use super::clean;
use super::look::Look;
use crate::report::Report;

/// A format of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// Annotated source, for people.
    Human,
    /// The same in sentences without drawings, for screen readers.
    Plain,
    /// One versioned JSON document, for tools.
    Json,
}

/// The report in a format.
#[must_use]
pub fn render(report: &Report, format: Format, look: Look) -> String {
    let text = match format {
        Format::Human => human::render(report, look),
        Format::Plain => plain::render(report, look),
        Format::Json => json::render(report),
    };
    clean::output(text, look)
}
