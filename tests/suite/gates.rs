//! Gates on a change: what a plan introduces, fixes and leaves, and what it has to do with.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use buttress::check::{Options, check};
use buttress::rule::RuleSet;

fn fixture(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(path)
}

/// What a run with these options says, a line each.
fn said(plan: &str, options: Options) -> String {
    let report = check(&Options { paths: vec![fixture(plan)], ..options }, RuleSet::embedded());
    let mut text = String::new();
    for problem in &report.problems {
        let _ = writeln!(text, "{}", problem.code);
    }
    for entry in &report.findings {
        let _ = writeln!(text, "{} {}", entry.what.rule.id, entry.what.address);
    }
    for entry in &report.undecided {
        let _ = writeln!(text, "unknown {} {}: {}", entry.what.rule.id, entry.what.address, entry.what.cause);
    }
    for entry in report.change.iter().flat_map(|change| &change.fixed) {
        let _ = writeln!(text, "fixed {} {}", entry.what.rule, entry.what.address);
    }
    if let Some(change) = &report.change {
        let _ = writeln!(text, "left {}", change.left);
    }
    if let Some(touched) = report.counts.touched {
        let _ = writeln!(text, "changes {touched} of {}", report.counts.resources);
    }
    text
}

fn regressions(plan: &str) -> String {
    said(plan, Options { regressions: true, ..Options::default() })
}

fn only_changed(plan: &str) -> String {
    said(plan, Options { only_changed: true, ..Options::default() })
}
