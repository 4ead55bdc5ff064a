//! Fixes: the changes of files as unified diffs, and what became of the findings that are to be fixed.

use std::fmt::Write;

use rustc_hash::FxHashSet;
use similar::TextDiff;

use super::look::Look;
use super::report::concise_line;
use super::{clean, counted, path_of};
use crate::diagnostic::{Diagnostic, Severity};
use crate::report::fixes::{ChangedFile, FixSummary};
use crate::report::{Entry, Report};

/// No more refused fixes are listed.
const MAX_LISTED: usize = 20;

/// The changes of all files, as `patch` and `git apply -p0` take them.
#[must_use]
pub fn diff(summary: &FixSummary, look: Look) -> String {
    let mut out = String::new();
    for ChangedFile { path, before, after, .. } in &summary.files {
        let path = path_of(path);
        let diff = TextDiff::from_lines(&**before, after.as_str());
        let mut unified = diff.unified_diff();
        let text = unified.context_radius(3).header(&path, &path).to_string();
        for line in text.split_inclusive('\n') {
            let end = line.trim_end_matches(['\r', '\n']).len();
            let (line, line_break) = line.split_at_checked(end).unwrap_or((line, ""));
            let shown = look.changed(line);
            out.push_str(&clean::output(shown, look));
            // A patch has the line breaks of its file.
            out.push_str(line_break);
        }
    }
    out
}

/// What makes a run incomplete, a line each with what to do about it.
#[must_use]
pub fn problems(report: &Report, look: Look) -> String {
    let mut out = String::new();
    let is_error =
        |entry: &&Entry<Diagnostic>| !entry.what.is_finding() && entry.what.severity == Severity::Error;
    for entry in report.diagnostics.iter().filter(is_error) {
        let help = entry.what.help.as_deref().map(|help| format!(": {}", clean::line(help)));
        let _ = writeln!(out, "{}{}", concise_line(entry, report, look), help.unwrap_or_default());
    }
    clean::output(out, look)
}

/// What became of the findings, for people. `done` says whether the files are going to be written.
#[must_use]
pub fn summary(summary: &FixSummary, done: bool, look: Look) -> String {
    let mut out = String::new();
    let findings = counted(summary.fixed.len(), "finding", "findings");
    let files = counted(summary.files.len(), "file", "files");
    let _ = match (summary.fixed.is_empty(), done) {
        (true, _) => writeln!(out, "no finding is fixed"),
        (false, true) => writeln!(out, "fixed: {findings} in {files}"),
        (false, false) => writeln!(out, "{findings} would be fixed in {files}"),
    };
    // A root module that is checked for several environments says the same for each of them.
    let told = summary.refused.iter().map(|fix| {
        let (address, reason) = (clean::name(&fix.address), clean::line(&fix.reason));
        format!("not fixed: {} of {address}: {reason}", fix.rule)
    });
    let mut known = FxHashSet::default();
    let refused: Vec<String> = told.filter(|told| known.insert(told.clone())).collect();
    for told in refused.iter().take(MAX_LISTED) {
        let _ = writeln!(out, "{told}");
    }
    if let Some(more) = refused.len().checked_sub(MAX_LISTED).filter(|more| *more > 0) {
        let _ = writeln!(out, "not fixed: {more} more; `--format json` lists them");
    }
    if summary.unsafe_ones > 0 {
        let findings = counted(summary.unsafe_ones, "finding has", "findings have");
        let _ = writeln!(
            out,
            "{findings} a fix that replaces a resource or loses data: `--unsafe-fixes` makes it"
        );
    }
    if summary.advice > 0 {
        let findings = counted(summary.advice, "finding that is", "findings that are");
        let _ = writeln!(out, "{findings} advice could be fixed: add `--advice`");
    }
    clean::output(out, look)
}
