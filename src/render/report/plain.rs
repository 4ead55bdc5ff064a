//! Plain output: every diagnostic in sentences, as miette narrates it for screen readers and braille displays.

use std::fmt::Write;

use miette::NarratableReportHandler;

use super::frames::MAX_LINES;
use super::text::{self, notes};
use super::view::{Layout, View};
use crate::diagnostic::Diagnostic;
use crate::render::look::Look;
use crate::report::{Entry, Report};

pub(super) fn render(report: &Report, look: Look) -> String {
    let look = Look { colour: false, ..look };
    text::render(report, look, |entry| narrate(entry, report))
}

fn narrate(entry: &Entry<Diagnostic>, report: &Report) -> String {
    let view = View::new(entry, report, Layout::Apart);
    let handler = NarratableReportHandler::new().with_context_lines(MAX_LINES);
    let mut told = String::new();
    if handler.render_report(&mut told, &view).is_err() {
        told = format!("{view}\n    Diagnostic severity: {}\n", entry.what.severity.name());
    }
    for (word, text) in notes(entry, report) {
        let _ = writeln!(told, "diagnostic {word}: {text}");
    }
    told.lines().map(|line| line.trim_end().to_owned() + "\n").collect()
}
