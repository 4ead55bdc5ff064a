//! Concise output: a line for each cause of findings and each problem, as compilers write it, then the numbers.

use std::fmt::Write;

use super::items::{Detail, ReportPart, items};
use super::text::{most_of, shown};
use super::{summary, tools};
use crate::diagnostic::Diagnostic;
use crate::render::clean;
use crate::render::look::Look;
use crate::report::{Entry, Report};

pub(super) fn render(report: &Report, look: Look, detail: Detail) -> String {
    let mut out = String::new();
    most_of(&mut out, &items(report, detail), |out, item| match &item.group {
        Some(group) if detail.all => group.entries().for_each(|entry| {
            let _ = writeln!(out, "{}", line(entry, report, look));
        }),
        _ => {
            let extent = item.extent(report).map(|extent| format!(" ({extent})")).unwrap_or_default();
            let _ = writeln!(out, "{}{extent}", line(item.entry, report, look));
        }
    });
    if detail.part != ReportPart::Findings {
        if report.is_incomplete() {
            let _ = writeln!(out, "{}", summary::INCOMPLETE);
        }
        // A line is a line, for `grep` and `tail`.
        summary::numbers(&mut out, report, Look { width: usize::MAX, ..look }, detail);
    }
    out
}

/// `path:line:column: severity[id] message`; without line and column for a plan, and with the root module for what has no place.
pub(in crate::render) fn line(entry: &Entry<Diagnostic>, report: &Report, look: Look) -> String {
    let diagnostic = &entry.what;
    let place = match &diagnostic.primary {
        Some(label) => {
            let place = tools::place(&label.location, &report.sources);
            let file = clean::name(&place.file).into_owned();
            match place.lines {
                Some(lines) => format!("{file}:{}:{}: ", lines.line, lines.column),
                None => format!("{file}: "),
            }
        }
        None => report.root(entry).map(|root| shown(&root.path) + ": ").unwrap_or_default(),
    };
    let severity = look.toned(diagnostic.severity, diagnostic.severity.name());
    format!("{place}{severity}[{}] {}", clean::name(&diagnostic.id), clean::line(&diagnostic.message))
}
