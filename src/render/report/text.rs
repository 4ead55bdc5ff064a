//! What the formats for people share: which diagnostics they show, the notes below each one, and where output ends.

use std::fmt::Write;

use super::summary;
use crate::diagnostic::{Diagnostic, Label, Location};
use crate::render::clean::{self, MAX_OUTPUT};
use crate::render::look::Look;
use crate::render::{counted, path_of};
use crate::report::{Entry, Report};
use crate::text::Sources;

/// The most places that are shown for a diagnostic; the others are only counted.
pub(super) const MAX_MARKS: usize = 20;

/// All reported diagnostics, each written by `one`, then the summary.
pub(super) fn render(report: &Report, look: Look, one: impl Fn(&Entry<Diagnostic>) -> String) -> String {
    let mut out = String::new();
    most_of(&mut out, report, |out, entry| {
        out.push_str(&one(entry));
        out.push('\n');
    });
    summary::write(&mut out, report, look);
    out
}

/// All reported diagnostics, each written by `one`, until the output is long enough.
pub(super) fn most_of(out: &mut String, report: &Report, one: impl Fn(&mut String, &Entry<Diagnostic>)) {
    let mut left_out = 0;
    for entry in report.diagnostics.iter().filter(|entry| entry.is_reported()) {
        if out.len() < MAX_OUTPUT {
            one(out, entry);
        } else {
            left_out += 1;
        }
    }
    if left_out > 0 {
        let more = counted(left_out, "finding or problem is", "findings and problems are");
        let limit = MAX_OUTPUT >> 20;
        let text =
            format!("cut: {more} not shown: this format ends after {limit} MiB; `--format json` has more");
        let _ = writeln!(out, "{text}\n");
    }
}

/// A path for people, on one line.
pub(super) fn shown(path: &std::path::Path) -> String {
    clean::name(&path_of(path)).into_owned()
}

/// A place for people: `file:line`, or the plan and the pointer into it.
pub(in crate::render) fn place(location: &Location, sources: &Sources) -> String {
    let path = shown(sources.path(location.file()));
    match location {
        Location::Source(span) => match sources.get(span.file) {
            Some(file) => format!("{path}:{}", file.line_column(span.range.start).0),
            None => path,
        },
        Location::Plan { pointer, .. } => format!("{path} {}", clean::name(pointer)),
    }
}

/// The notes below a diagnostic: a keyword and a text each.
pub(super) fn notes(entry: &Entry<Diagnostic>, report: &Report) -> Vec<(&'static str, String)> {
    let diagnostic = &entry.what;
    let mut notes = Vec::new();
    let mut note = |word, text: String| notes.push((word, clean::line(&text).into_owned()));
    if diagnostic.primary.is_none() && !diagnostic.address.is_empty() {
        note("at", diagnostic.address.to_string());
    }
    if diagnostic.related.len() > MAX_MARKS {
        note("more", format!("{} more places are not shown", diagnostic.related.len() - MAX_MARKS));
    }
    if !diagnostic.path.is_empty() {
        note("path", diagnostic.path.join(" → "));
    }
    if !diagnostic.calls.is_empty() {
        let calls = diagnostic.calls.iter().map(|call: &Label| place(&call.location, &report.sources));
        note("called", calls.collect::<Vec<_>>().join(" → "));
    }
    if let Some(root) = other_root(entry, report) {
        note("root", root);
    }
    let environments = report.environments(entry);
    if !environments.is_empty() {
        note("in", environments.join(", "));
    }
    notes
}

/// The root module of a finding, if there are several and the place does not show which.
fn other_root(entry: &Entry<Diagnostic>, report: &Report) -> Option<String> {
    let root = report.root(entry)?;
    let file = entry.what.primary.as_ref().and_then(|label| report.sources.get(label.location.file()));
    let is_told = file.is_some_and(|file| file.path.parent() == Some(&root.path) || file.path == root.path);
    (report.roots.len() > 1 && !is_told).then(|| shown(&root.path))
}
