//! Problems of a run, in documents that are about something else.

use serde::Serialize;

use crate::report::Report;

/// What is wrong with the input, in a sentence each.
pub(super) fn lines(report: &Report) -> impl Iterator<Item = String> {
    report
        .problems()
        .map(|problem| format!("{}[{}]: {}", problem.severity.name(), problem.id, problem.message))
}

/// One problem.
#[derive(Serialize)]
pub(super) struct ProblemOut<'a> {
    id: &'a str,
    severity: &'static str,
    message: &'a str,
}

impl<'a> ProblemOut<'a> {
    /// All problems of a report, in its order.
    pub(super) fn all(report: &'a Report) -> Vec<Self> {
        let out = |problem: &'a crate::diagnostic::Diagnostic| Self {
            id: problem.id.as_str(),
            severity: problem.severity.name(),
            message: &problem.message,
        };
        report.problems().map(out).collect()
    }
}
