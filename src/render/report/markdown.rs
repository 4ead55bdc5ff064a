//! Markdown: the numbers, a table and the findings, for a comment on a pull request.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::items::{Detail, Item, told};
use super::text::{notes, place};
use super::{review, summary};
use crate::diagnostic::codes;
use crate::render::counted;
use crate::render::look::Look;
use crate::render::markdown::{cell, code, sentence};
use crate::report::Report;

/// A comment on GitHub has at most 65,536 characters; the end needs some of them.
const MAX_COMMENT: usize = 60_000;
/// The most rows of the table, and causes of unknown verdicts.
const MAX_ROWS: usize = 50;
const MAX_CAUSES: usize = 5;
/// By this line a program finds its comment again, and edits it.
const MARK: &str = "<!-- buttress check -->";

pub(super) fn render(report: &Report, detail: Detail) -> String {
    let look = Look { colour: false, width: usize::MAX };
    let mut out = format!("{MARK}\n### Architecture check\n\n");
    if report.is_incomplete() {
        let _ = writeln!(out, "**{}**\n", summary::INCOMPLETE);
    }
    summary::numbers(&mut out, report, look, detail);
    out.push('\n');
    review::write(&mut out, report);
    let entries = told(report, detail);
    table(&mut out, &entries, report);
    for (n, entry) in entries.iter().enumerate() {
        let text = one(entry, report);
        if out.len() + text.len() > MAX_COMMENT {
            let more = counted(entries.len() - n, "finding or problem", "findings and problems");
            let _ = writeln!(out, "- {more} more: there is no room for them in a comment");
            break;
        }
        out.push_str(&text);
    }
    if !entries.is_empty() {
        out.push('\n');
    }
    fixed(&mut out, report);
    causes(&mut out, report);
    out
}

/// A row for each rule and code: how often it occurs, worst first.
fn table(out: &mut String, entries: &[Item<'_>], report: &Report) {
    if entries.is_empty() {
        return;
    }
    let mut rows = BTreeMap::new();
    for item in entries {
        *rows.entry((item.severity(), &item.entry.what.id)).or_insert(0usize) += item.len();
    }
    out.push_str("| severity | rule | what | places |\n| --- | --- | --- | ---: |\n");
    for ((severity, id), n) in rows.iter().take(MAX_ROWS) {
        let summary = report.rule(id).map_or_else(|| codes::meaning(id), |rule| rule.summary.as_str());
        let summary = sentence(summary).replace('|', "\\|");
        let _ = writeln!(out, "| {} | {} | {summary} | {n} |", severity.name(), cell(id));
    }
    if rows.len() > MAX_ROWS {
        let _ = writeln!(out, "| | | {} more | |", rows.len() - MAX_ROWS);
    }
    out.push('\n');
}

/// A finding or problem as an item of a list.
fn one(item: &Item<'_>, report: &Report) -> String {
    let diagnostic = &item.entry.what;
    let mut out = String::new();
    let (severity, id) = (item.severity().name(), code(&diagnostic.id));
    let _ = write!(out, "- **{severity}** {id}: {}", sentence(&diagnostic.message));
    if let Some(label) = &diagnostic.primary {
        let _ = write!(out, " ({})", code(&place(&label.location, &report.sources)));
    }
    out.push('\n');
    let is_told = diagnostic.address.is_empty() || diagnostic.message.contains(diagnostic.address.as_str());
    if !is_told {
        let _ = writeln!(out, "  - resource: {}", code(&diagnostic.address));
    }
    for (word, text) in notes(item, report).into_iter().filter(|(word, _)| *word != "at") {
        let shown = match word {
            // Numbers, names of environments, and messages.
            "in" | "needed by" | "also" => sentence(&text),
            _ => text.split(" → ").map(code).collect::<Vec<_>>().join(" → "),
        };
        let _ = writeln!(out, "  - {word}: {shown}");
    }
    if let Some(help) = report.help(diagnostic) {
        let help: Vec<&str> = help.split_whitespace().collect();
        let _ = writeln!(out, "  - help: {}", sentence(&help.join(" ")));
    }
    out
}

/// What the change mends, if that was asked for.
fn fixed(out: &mut String, report: &Report) {
    let Some(change) = &report.change else { return };
    for fixed in change.fixed.iter().take(MAX_ROWS) {
        let _ = writeln!(out, "- fixed: {} at {}", code(&fixed.rule), code(&fixed.address));
    }
    if change.fixed.len() > MAX_ROWS {
        let _ = writeln!(out, "- fixed: {} more", change.fixed.len() - MAX_ROWS);
    }
    if !change.fixed.is_empty() {
        out.push('\n');
    }
}

/// What would decide the unknown verdicts, the most useful first.
fn causes(out: &mut String, report: &Report) {
    let all = report.undecided();
    for one in all.iter().take(MAX_CAUSES) {
        let _ = writeln!(
            out,
            "- unknown: {}: {}",
            sentence(&summary::answer(one, report)),
            summary::decides(one)
        );
    }
    if all.len() > MAX_CAUSES {
        let more = counted(all.len() - MAX_CAUSES, "cause", "causes");
        let _ = writeln!(out, "- unknown: {more} more");
    }
}
