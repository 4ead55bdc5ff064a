//! Formats of a report: one file per format, and one match over all of them.

mod baseline;
mod concise;
mod frames;
mod github;
mod gitlab;
mod html;
mod human;
mod items;
mod json;
mod junit;
mod markdown;
mod ndjson;
mod plain;
mod review;
mod sarif;
mod statistics;
mod summary;
pub(super) mod text;
mod tools;
mod view;
mod window;

use super::clean;
use super::look::Look;
use crate::report::Report;
pub use items::{Detail, ReportPart, extent};

/// A format of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// Annotated source, for people.
    Human,
    /// Sentences without drawings, for screen readers.
    Plain,
    /// One line for each finding and problem, for editors and `grep`.
    Concise,
    /// One versioned JSON document, for tools.
    Json,
    /// The same objects, one per line.
    Ndjson,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// JUnit XML, for reports of tests.
    Junit,
    /// Annotations of GitHub Actions.
    Github,
    /// Code quality of GitLab.
    Gitlab,
    /// Markdown, for a comment on a pull request.
    Markdown,
    /// A page for an audit, in one file: findings to filter, a picture, simulation and coverage.
    Html,
}

pub(super) use concise::line as concise_line;
pub(super) use text::place;

impl Format {
    /// Whether the format tells what a change means for a review.
    #[must_use]
    pub const fn shows_review(self) -> bool {
        matches!(self, Self::Json | Self::Ndjson | Self::Markdown)
    }

    /// Whether the format can show a part of a report by itself.
    #[must_use]
    pub const fn has_part(self, part: ReportPart) -> bool {
        match part {
            ReportPart::Everything => true,
            ReportPart::Findings => matches!(self, Self::Human | Self::Plain | Self::Concise),
            ReportPart::Summary => matches!(self, Self::Human | Self::Plain),
            ReportPart::Statistics => matches!(self, Self::Human | Self::Plain | Self::Concise | Self::Json),
        }
    }
}

/// The report in a format, with as much detail as is shown if nothing is said.
#[must_use]
pub fn render(report: &Report, format: Format, look: Look) -> String {
    render_detail(report, format, look, Detail::default())
}

/// The report in a format, with more or less detail.
#[must_use]
pub fn render_detail(report: &Report, format: Format, look: Look, detail: Detail) -> String {
    let text = match format {
        Format::Human | Format::Plain | Format::Concise if detail.part == ReportPart::Statistics => {
            let look = if format == Format::Plain { Look { colour: false, ..look } } else { look };
            statistics::text(report, look)
        }
        Format::Json if detail.part == ReportPart::Statistics => statistics::json(report),
        Format::Human => human::render(report, look, detail),
        Format::Plain => plain::render(report, look, detail),
        Format::Concise => concise::render(report, look, detail),
        Format::Json => json::render(report),
        Format::Ndjson => ndjson::render(report),
        Format::Sarif => sarif::render(report),
        Format::Junit => junit::render(report),
        // Its commands are meant; what is not a command it cleans itself.
        Format::Github => return github::render(report, detail),
        Format::Gitlab => gitlab::render(report),
        Format::Markdown => markdown::render(report, detail),
        Format::Html => html::render(report),
    };
    clean::output(text, look)
}
