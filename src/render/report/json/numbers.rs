//! The numbers of the run, as JSON.

use serde::Serialize;

use super::{Lists, is_zero};
use crate::diagnostic::Severity;
use crate::report::{Report, Status};

/// The counts.
#[derive(Serialize)]
pub(in crate::render::report) struct Summary {
    files: usize,
    files_read: usize,
    resources: usize,
    /// Only with `--only-changed`.
    #[serde(skip_serializing_if = "Option::is_none")]
    changed: Option<usize>,
    rules: usize,
    /// Causes of findings.
    groups: usize,
    errors: usize,
    warnings: usize,
    advice: usize,
    /// Entries of the list: one can stand for several rules.
    unknown: usize,
    /// Verdicts, as people are told.
    unknown_verdicts: usize,
    passed: usize,
    skipped: usize,
    /// Left out if zero.
    #[serde(skip_serializing_if = "is_zero")]
    set_aside: usize,
    /// Findings and unknown verdicts. Left out if zero.
    #[serde(skip_serializing_if = "is_zero")]
    suppressed: usize,
    /// Unknown verdicts that are not listed, with `--unknown ignore`; left out if zero.
    #[serde(skip_serializing_if = "is_zero")]
    ignored_unknown: usize,
}

/// The counts of the run.
pub(in crate::render::report) fn summary(report: &Report, lists: &Lists<'_>) -> Summary {
    Summary {
        files: report.counts.files,
        files_read: report.counts.files_read,
        resources: report.counts.resources,
        changed: report.counts.touched,
        rules: report.counts.rules,
        groups: lists.groups.len(),
        errors: report.count(Severity::Error),
        warnings: report.count(Severity::Warning),
        advice: report.count(Severity::Advice),
        unknown: lists.unknown.len(),
        unknown_verdicts: lists.unknown.iter().map(|entry| entry.what.rules().count()).sum(),
        passed: report.counts.passed,
        skipped: report.counts.skipped,
        set_aside: lists.set_aside.len(),
        suppressed: report.suppressed(),
        ignored_unknown: report.unknown.iter().filter(|entry| entry.status == Status::Ignored).count(),
    }
}
