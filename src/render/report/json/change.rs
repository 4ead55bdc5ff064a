//! What a change does to findings, as JSON.

use serde::Serialize;

use super::root_path;
use crate::report::Report;

#[derive(Serialize)]
pub(super) struct ChangeOut<'a> {
    /// Only with `--since`.
    #[serde(skip_serializing_if = "Option::is_none")]
    since: Option<&'a str>,
    introduced: usize,
    fixed: Vec<FixedOut<'a>>,
    left: usize,
}

#[derive(Serialize)]
struct FixedOut<'a> {
    rule: &'a str,
    address: &'a str,
    root: String,
}

impl<'a> ChangeOut<'a> {
    /// `None` if nothing is compared.
    pub(super) fn of(report: &'a Report, introduced: usize) -> Option<Self> {
        let change = report.change.as_ref()?;
        let fixed = change.fixed.iter().map(|fixed| FixedOut {
            rule: &fixed.rule,
            address: &fixed.address,
            root: root_path(report, Some(fixed.root)),
        });
        let since = change.since.as_deref();
        Some(Self { since, introduced, fixed: fixed.collect(), left: change.left })
    }
}
