//! How much of a report is shown.

use clap::{Args, ValueEnum};

use super::Answer;
use crate::render::report::{Detail, Format, ReportPart};

#[derive(Debug, Args)]
pub(super) struct DetailArguments {
    /// Show every finding in full, with all its instances
    #[arg(long)]
    all: bool,
    /// Show advice too, which is only counted otherwise; `--fail-on advice` implies it
    #[arg(long)]
    advice: bool,
    /// Show the summary only: a verdict for each principle, the three worst findings, and the numbers
    #[arg(long, group = "part")]
    summary: bool,
    /// Show findings and problems only
    #[arg(long, short, group = "part")]
    quiet: bool,
    /// Show how often each rule gave each verdict, instead of findings
    #[arg(long, group = "part")]
    statistics: bool,
}

impl DetailArguments {
    /// How much of the report these arguments ask for.
    ///
    /// # Errors
    ///
    /// The answer, if one of the formats cannot show that part.
    pub(super) fn of(&self, mut formats: impl Iterator<Item = Format>) -> Result<Detail, Answer> {
        let part = match self {
            Self { summary: true, .. } => ReportPart::Summary,
            Self { quiet: true, .. } => ReportPart::Findings,
            Self { statistics: true, .. } => ReportPart::Statistics,
            _ => ReportPart::Everything,
        };
        match formats.find(|format| !format.has_part(part)) {
            None => Ok(Detail { all: self.all, advice: self.advice, part }),
            Some(format) => Err(refused(format, part)),
        }
    }
}

/// The answer if a format cannot show a part of a report.
fn refused(format: Format, part: ReportPart) -> Answer {
    let option = match part {
        ReportPart::Summary => "--summary",
        ReportPart::Statistics => "--statistics",
        ReportPart::Findings | ReportPart::Everything => "--quiet",
    };
    let name = |format: &Format| format.to_possible_value().map(|value| format!("`{}`", value.get_name()));
    let others = Format::value_variants().iter().filter(|format| format.has_part(part)).filter_map(name);
    let own = name(&format).unwrap_or_default();
    let stderr = format!(
        "error: `{option}` does not go with the format {own}: formats with it are {}\n",
        others.collect::<Vec<_>>().join(", ")
    );
    Answer { stderr, code: 2, ..Answer::default() }
}
