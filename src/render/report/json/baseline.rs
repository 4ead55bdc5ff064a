//! What the baseline accepts, as JSON.

use serde::Serialize;

use super::is_zero;
use crate::report::{BaselineSummary, FixedAccepted};

#[derive(Serialize)]
pub(super) struct BaselineOut<'a> {
    accepted: usize,
    /// Left out if zero.
    #[serde(skip_serializing_if = "is_zero")]
    accepted_unknown: usize,
    fixed: Vec<FixedAcceptedOut<'a>>,
}

#[derive(Serialize)]
struct FixedAcceptedOut<'a> {
    rule: &'a str,
    address: &'a str,
    root: &'a str,
    count: usize,
}

impl<'a> BaselineOut<'a> {
    pub(super) fn of(baseline: &'a BaselineSummary) -> Self {
        let fixed = |fixed: &'a FixedAccepted| FixedAcceptedOut {
            rule: &fixed.rule,
            address: &fixed.address,
            root: &fixed.root,
            count: fixed.count,
        };
        Self {
            accepted: baseline.accepted,
            accepted_unknown: baseline.accepted_unknown,
            fixed: baseline.fixed.iter().map(fixed).collect(),
        }
    }
}
