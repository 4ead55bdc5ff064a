//! Coverage as Markdown: a table of each landscape for a document or a pull request.

use std::fmt::Write;

use super::{Reasons, lines};
use crate::analysis::coverage::Signal;
use crate::render::landscape_title;
use crate::render::markdown::{cell, code, sentence};
use crate::report::coverage::{CoverageReport, LandscapeCoverage};

/// Lines that are shown of one landscape.
const MAX_LINES: usize = 200;

pub(super) fn render(coverage: &CoverageReport) -> String {
    let mut out = String::new();
    let is_one = coverage.landscapes.len() == 1;
    for (landscape, root) in &coverage.landscapes {
        let title = landscape_title(landscape, is_one, &coverage.report, code, sentence);
        let _ = writeln!(out, "### Signals of {title}\n");
        one(&mut out, root);
    }
    for problem in coverage.report.problems() {
        let _ = writeln!(out, "- {} {}", code(&problem.id), sentence(&problem.message));
    }
    out
}

fn one(out: &mut String, root: &LandscapeCoverage) {
    if root.rows.is_empty() {
        out.push_str("No resource carries requests, work or data.\n\n");
        return;
    }
    out.push_str("| resource |");
    for signal in Signal::ALL {
        let (have, of) = root.share(signal);
        let _ = write!(out, " {} ({have} of {of}) |", signal.name());
    }
    out.push_str("\n| --- | --- | --- | --- | --- |\n");
    let lines = lines(root);
    let mut reasons = Reasons::default();
    for line in lines.iter().take(MAX_LINES) {
        let more = if line.more > 0 { format!(" and {} more", line.more) } else { String::new() };
        let _ = write!(out, "| {}{more} |", cell(&line.first.node.name));
        for signal in &line.first.cells {
            let _ = write!(out, " {} |", reasons.cell(signal).replace('[', "\\["));
        }
        out.push('\n');
    }
    out.push('\n');
    if lines.len() > MAX_LINES {
        let _ = writeln!(out, "{} more resources are left out.\n", lines.len() - MAX_LINES);
    }
    for (number, reason) in reasons.0.iter().enumerate() {
        let _ = writeln!(out, "- \\[{}] {}", number + 1, sentence(reason));
    }
    out.push('\n');
}
