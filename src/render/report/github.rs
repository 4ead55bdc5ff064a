//! Commands to GitHub Actions: annotations at the lines of a change, then what has no room among them, then the numbers.
//!
//! The only output that contains commands on purpose, so [`clean::output`] is not its last step: every line that is no command goes
//! through it, and a command is put together from words of ours and values that have become harmless.

use std::fmt::Write;

use super::concise;
use super::items::{Detail, Item, items};
use super::summary;
use super::tools::{self, own_label};
use crate::diagnostic::Severity;
use crate::render::clean::{self, MAX_OUTPUT};
use crate::render::counted;
use crate::render::look::Look;
use crate::report::Report;

/// The most annotations of a kind that GitHub shows of one step.
const MAX_OF_KIND: usize = 10;

pub(super) fn render(report: &Report, detail: Detail) -> String {
    let look = Look { colour: false, width: usize::MAX };
    let mut out = String::new();
    let mut rest = Vec::new();
    let all = items(report, detail);
    for severity in Severity::ALL {
        for (n, item) in all.iter().filter(|item| item.severity() == severity).enumerate() {
            if n < MAX_OF_KIND {
                annotation(&mut out, item, report);
            } else {
                rest.push(item);
            }
        }
    }
    let mut text = String::new();
    if !rest.is_empty() {
        let more = counted(rest.len(), "finding or problem is", "findings and problems are");
        let _ = writeln!(text, "{more} not annotated: GitHub shows {MAX_OF_KIND} annotations of a kind");
    }
    for (n, item) in rest.iter().enumerate() {
        if text.len() >= MAX_OUTPUT {
            let _ = writeln!(text, "{} more not shown", rest.len() - n);
            break;
        }
        let extent = item.extent(report).map(|extent| format!(" ({extent})")).unwrap_or_default();
        let _ = writeln!(text, "{}{extent}", concise::line(item.entry, report, look));
    }
    if report.is_incomplete() {
        let _ = writeln!(text, "{}", summary::INCOMPLETE);
    }
    summary::numbers(&mut text, report, look, detail);
    out.push_str(&clean::output(text, look));
    out
}

/// `::error file=…,line=…,endLine=…,col=…,endColumn=…,title=…::message`
fn annotation(out: &mut String, item: &Item<'_>, report: &Report) {
    let diagnostic = &item.entry.what;
    let kind = match diagnostic.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Advice => "notice",
    };
    let _ = write!(out, "::{kind} ");
    if let Some(label) = own_label(diagnostic, &report.sources) {
        let place = tools::place(&label.location, &report.sources);
        // What stands on standard input is no file that could be annotated.
        if !place.file.starts_with('<') {
            let _ = write!(out, "file={},", property(&place.file));
        }
        if let Some(lines) = place.lines {
            let _ = write!(out, "line={},endLine={},", lines.line, lines.end_line);
            // GitHub refuses columns of different lines.
            if lines.line == lines.end_line {
                let _ = write!(out, "col={},endColumn={},", lines.column, lines.end_column);
            }
        }
    }
    let _ = write!(out, "title={}", property(&diagnostic.id));
    let mut lines = vec![clean::line(&diagnostic.message)];
    let is_told = diagnostic.address.is_empty() || diagnostic.message.contains(diagnostic.address.as_str());
    if !is_told {
        lines.push(clean::line(&diagnostic.address));
    }
    lines.extend(item.extent(report).map(|extent| format!("in {extent}").into()));
    lines.extend(report.help(diagnostic).map(clean::line));
    let _ = writeln!(out, "::{}", message(&lines.join("\n")));
}

/// A text as the message of a command.
fn message(text: &str) -> String {
    let look = Look { colour: false, width: usize::MAX };
    clean::output(text.to_owned(), look).replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// A text as a property of a command.
fn property(text: &str) -> String {
    message(&clean::line(text)).replace(':', "%3A").replace(',', "%2C")
}
