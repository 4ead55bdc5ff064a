//! GitLab code quality: a list of findings and problems at lines of files, which merge requests show.

use serde::Serialize;

use super::items::{Detail, Item, items};
use super::tools::{Fingerprints, own_label, place, root_path, short_enough};
use crate::diagnostic::{Diagnostic, Severity};
use crate::render::clean::{MAX_SENTENCE, shortened};
use crate::report::{Entry, Report};

#[derive(Serialize)]
struct Issue<'a> {
    description: String,
    check_name: &'a str,
    fingerprint: String,
    severity: &'static str,
    location: IssueLocation,
}

#[derive(Serialize)]
struct IssueLocation {
    path: String,
    lines: IssueLines,
}

#[derive(Serialize)]
struct IssueLines {
    begin: usize,
    end: usize,
}

pub(super) fn render(report: &Report) -> String {
    let all = items(report, Detail { advice: true, ..Detail::default() });
    short_enough(all.len(), |most| {
        let mut fingerprints = Fingerprints::default();
        let issues: Vec<Issue<'_>> =
            all.iter().take(most).map(|item| issue(item, report, &mut fingerprints)).collect();
        let mut text = serde_json::to_string_pretty(&issues).unwrap_or_default();
        text.push('\n');
        text
    })
}

fn issue<'a>(item: &Item<'a>, report: &Report, fingerprints: &mut Fingerprints) -> Issue<'a> {
    let (entry, diagnostic) = (item.entry, &item.entry.what);
    let message = shortened(&diagnostic.message, MAX_SENTENCE);
    let is_told = diagnostic.address.is_empty() || message.contains(diagnostic.address.as_str());
    let told = (!is_told).then(|| diagnostic.address.to_string());
    let more: Vec<String> = told.into_iter().chain(item.extent(report)).collect();
    Issue {
        description: match more.is_empty() {
            true => message.into_owned(),
            false => format!("{message} ({})", more.join(", ")),
        },
        check_name: &diagnostic.id,
        fingerprint: fingerprints.next(entry, report),
        severity: severity(item.severity(), diagnostic),
        location: location(entry, report),
    }
}

/// GitLab has five severities. What was not read is worse than anything that was found.
const fn severity(severity: Severity, diagnostic: &Diagnostic) -> &'static str {
    match (severity, diagnostic.is_finding()) {
        (Severity::Error, false) => "blocker",
        (Severity::Error, true) => "critical",
        (Severity::Warning, _) => "major",
        (Severity::Advice, _) => "minor",
    }
}

/// GitLab wants a path and a line of everything. What has none gets the first line of its plan or root module.
fn location(entry: &Entry<Diagnostic>, report: &Report) -> IssueLocation {
    let place = own_label(&entry.what, &report.sources).map(|label| place(&label.location, &report.sources));
    let lines = place.as_ref().and_then(|place| place.lines);
    let path = place.map(|place| place.file).or_else(|| root_path(entry, report)).unwrap_or_default();
    IssueLocation {
        path: if path.is_empty() { ".".to_owned() } else { path },
        lines: lines.map_or(IssueLines { begin: 1, end: 1 }, |lines| IssueLines {
            begin: lines.line,
            end: lines.end_line,
        }),
    }
}
