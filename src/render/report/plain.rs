//! Plain output: every diagnostic in sentences, as miette narrates it for screen readers and braille displays.

use std::fmt::Write;

use miette::NarratableReportHandler;

use super::frames::MAX_LINES;
use super::items::{Detail, Item, ReportPart, told};
use super::summary;
use super::text::{instances, most_of, notes};
use super::view::{Layout, View};
use crate::render::look::Look;
use crate::report::Report;

pub(super) fn render(report: &Report, look: Look, detail: Detail) -> String {
    let look = Look { colour: false, ..look };
    let mut out = String::new();
    if detail.part != ReportPart::Summary {
        most_of(&mut out, &told(report, detail), |out, item| {
            out.push_str(&narrate(item, report, detail));
            out.push('\n');
        });
    }
    summary::write(&mut out, report, look, detail);
    out
}

fn narrate(item: &Item<'_>, report: &Report, detail: Detail) -> String {
    let entry = item.entry;
    let view = View::new(entry, report, Layout::Apart);
    let handler = NarratableReportHandler::new().with_context_lines(MAX_LINES);
    let mut told = String::new();
    if handler.render_report(&mut told, &view).is_err() {
        told = format!("{view}\n    Diagnostic severity: {}\n", entry.what.severity.name());
    }
    for (word, text) in notes(item, report) {
        let _ = writeln!(told, "diagnostic {word}: {text}");
    }
    if detail.all && item.len() > 1 {
        for instance in instances(item, report) {
            let _ = writeln!(told, "instance: {instance}");
        }
    }
    told.lines().map(|line| line.trim_end().to_owned() + "\n").collect()
}
