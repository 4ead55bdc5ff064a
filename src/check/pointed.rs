//! Tells the value of what somebody points at in a text, in every root module that it belongs to.

use std::sync::Arc;

use super::of_each_root;
use crate::budget::Account;
use crate::report::pointed::PointedReport;
use crate::rule::RuleSet;
use crate::settings::Settings;

/// The values of what the settings point at.
pub(super) fn pointed(settings: &Settings, rules: &Arc<RuleSet>) -> PointedReport {
    let (report, roots) =
        of_each_root(settings, rules, |job, _, _| (job.estate.pointed.clone(), Account::default()));
    PointedReport { report, roots }
}
