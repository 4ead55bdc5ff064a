//! Fixing what is found.

use clap::Args;

use super::outputs::Outputs;
use crate::files::write::Replacement;
use crate::render::report::Format;
use crate::render::{Look, fixes};
use crate::report::Report;
use crate::settings::Fixing;

#[derive(Debug, Args)]
pub(super) struct FixArguments {
    /// Fix findings whose rule says how, where the value is decided, and report what is left
    #[arg(long)]
    fix: bool,
    /// Show what `--fix` would change as a unified diff, and write nothing: exit with code 1 if there is a change. With the formats
    /// `json`, `ndjson` and `sarif` the findings carry their edits instead
    #[arg(long, conflicts_with_all = ["write_baseline"])]
    diff: bool,
    /// Also make fixes that replace a resource or lose data
    #[arg(long)]
    unsafe_fixes: bool,
}

impl FixArguments {
    /// Which findings are to be fixed; `advice` if those that are advice are shown.
    pub(super) fn fixing(&self, advice: bool) -> Option<Fixing> {
        let Self { fix, diff, unsafe_fixes } = *self;
        (fix || diff).then_some(Fixing { applies: !diff, unsafe_ones: unsafe_fixes, advice })
    }
}

/// Whether a format carries edits.
const fn carries_edits(format: Format) -> bool {
    matches!(format, Format::Json | Format::Ndjson | Format::Sarif)
}

/// The text instead of a report, if a diff is shown.
pub(super) fn diff(report: &Report, fixing: Option<Fixing>, outputs: &Outputs, look: Look) -> Option<String> {
    let summary = report.fixes.as_ref()?;
    fixing.filter(|fixing| !fixing.applies && !outputs.on_stream().is_some_and(carries_edits))?;
    Some(fixes::diff(summary, look))
}

/// What became of the findings, for standard error. `is_diff`: a diff stands in place of the report, so what makes the run incomplete is
/// told here.
pub(super) fn summary(report: &Report, fixing: Option<Fixing>, is_diff: bool, look: Look) -> String {
    let Some((summary, fixing)) = report.fixes.as_ref().zip(fixing) else { return String::new() };
    let problems = if is_diff { fixes::problems(report, look) } else { String::new() };
    problems + &fixes::summary(summary, fixing.applies, look)
}

/// The files that are to be written.
pub(super) fn files(report: &mut Report, fixing: Option<Fixing>) -> Vec<Replacement> {
    let summary = report.fixes.as_mut().filter(|_| fixing.is_some_and(|fixing| fixing.applies));
    let files = summary.map(|summary| std::mem::take(&mut summary.files)).unwrap_or_default();
    let edited = files.into_iter().map(|file| Replacement {
        path: file.path,
        real: file.real,
        before: file.before,
        after: file.after,
    });
    edited.collect()
}

/// The exit code of a run that shows a diff: whether there is something to change.
pub(super) fn code(report: &Report, fixing: Option<Fixing>) -> Option<u8> {
    let summary = report.fixes.as_ref()?;
    fixing.filter(|fixing| !fixing.applies)?;
    Some(match (report.is_incomplete(), summary.files.is_empty()) {
        (true, _) => 2,
        (false, empty) => u8::from(!empty),
    })
}
