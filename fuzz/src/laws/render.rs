//! Formats: whatever stands in a report, it is printed as text.

use std::path::PathBuf;
use std::sync::Arc;

use buttress::diagnostic::Diagnostic;
use buttress::render::Look;
use buttress::render::clean::{is_harmful, line, output};
use buttress::render::report::{Format, render as printed};
use buttress::report::{Entry, Report};
use buttress::text::{Range, Span};
use clap::ValueEnum;
use serde_json::Value;

use super::text;
use crate::support::harm::{harm, uncoloured, without_annotations};

/// Separates the texts of an input.
pub(super) const PART: &str = "\u{1e}";

const PLAIN: Look = Look { colour: false, width: 100 };
const NARROW: Look = Look { colour: false, width: 20 };
const COLOURED: Look = Look { colour: true, width: 100 };

pub(super) fn render(data: &[u8]) {
    // The first bytes say where the marks are.
    let (head, rest) = data.split_at(data.len().min(8));
    let text = text(rest);
    let mut parts = text.split(PART);
    let mut part = || parts.next().unwrap_or_default();
    let mut report = Report::default();
    let file = report.sources.add(PathBuf::from(part()), Arc::from(part()));
    let length = report.sources.get(file).map_or(0, |source| source.text.len());
    let mut problem = Diagnostic::error("input/missing", part()).help(part());
    problem.address = part().into();
    for (n, mark) in head.chunks_exact(2).enumerate() {
        let start = usize::from(mark[0]) * (length / 200 + 1);
        let (Ok(start), extent) = (u32::try_from(start), u32::from(mark[1])) else { continue };
        let span = Span { file, range: Range::new(start, start + extent) };
        problem = if n == 0 { problem.at(span, part()) } else { problem.label(span, part()) };
    }
    report.diagnostics.push(Entry::of_run(problem));
    report.sort();
    for format in Format::value_variants() {
        let plain = printed(&report, *format, PLAIN);
        let looked_at = match format {
            Format::Github => without_annotations(&plain, 1),
            _ => plain.clone(),
        };
        assert_eq!(harm(&looked_at), None, "as {format:?}: {plain}");
        assert_eq!(printed(&report, *format, PLAIN), plain, "as {format:?}");
        assert_eq!(uncoloured(&printed(&report, *format, COLOURED)), plain, "as {format:?}");
        let _narrow = printed(&report, *format, NARROW);
        match format {
            Format::Json | Format::Sarif | Format::Gitlab => {
                let _document: Value = serde_json::from_str(&plain).expect("a JSON document");
            }
            Format::Ndjson => {
                for line in plain.lines() {
                    let _object: Value = serde_json::from_str(line).expect("a JSON object");
                }
            }
            _ => {}
        }
    }
    let once = output(text.clone(), PLAIN);
    assert_eq!(harm(&once.replace("PLANTED", "planted")), None);
    assert_eq!(output(once.clone(), PLAIN), once);
    assert!(!line(&text).contains(is_harmful));
}
