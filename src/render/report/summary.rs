//! The end of output for people: causes of unknown verdicts, whether the run is complete, and the numbers.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::items::Detail;
use super::text::place;
use crate::diagnostic::Severity;
use crate::render::look::Look;
use crate::render::{clean, counted};
use crate::report::{FindingGroup, Report};
use crate::text::Span;

/// The most fixed findings that are listed.
const MAX_FIXED: usize = 1000;
/// What formats of few lines say of a run that is incomplete.
pub(super) const INCOMPLETE: &str = "incomplete: not everything could be read; everything else was checked";

/// Writes the last lines: causes of unknown verdicts, whether the run is complete, and the numbers.
pub(super) fn write(out: &mut String, report: &Report, look: Look, detail: Detail) {
    let before = out.len();
    causes(out, report, look);
    if report.is_incomplete() {
        let text = "not everything could be read; everything else was checked";
        let _ = writeln!(out, "{}: {text}", look.toned(Severity::Error, "incomplete"));
    }
    if let Some(change) = &report.change {
        for fixed in change.fixed.iter().take(MAX_FIXED) {
            let word = look.toned(Severity::Advice, "fixed");
            let _ = writeln!(out, "{word}: {} at `{}`", fixed.rule, clean::name(&fixed.address));
        }
        if change.fixed.len() > MAX_FIXED {
            let more = change.fixed.len() - MAX_FIXED;
            let _ = writeln!(
                out,
                "{}: {more} more; `--format json` lists them all",
                look.toned(Severity::Advice, "fixed")
            );
        }
    }
    if report.findings().next().is_some() {
        let text = "`buttress explain RULE` shows why a rule matters and what passes";
        let _ = writeln!(out, "{}", look.faint(text));
    }
    if out.len() > before {
        out.push('\n');
    }
    numbers(out, report, look, detail);
}

/// Writes the causes of unknown verdicts, the most frequent one first.
fn causes(out: &mut String, report: &Report, look: Look) {
    const SHOWN: usize = 5;
    let mut causes: BTreeMap<String, (usize, Option<Span>)> = BTreeMap::new();
    for entry in report.unknown_verdicts() {
        // The start of the chain is what a reader has to look at; JSON has the whole chain.
        let cause = entry.what.cause.root();
        causes.entry(cause.to_string()).or_insert((0, cause.span)).0 += 1;
    }
    let mut causes: Vec<_> = causes.into_iter().collect();
    causes.sort_by(|a, b| b.1.0.cmp(&a.1.0).then_with(|| a.0.cmp(&b.0)));
    let word = look.bold("unknown");
    for (cause, (n, span)) in causes.iter().take(SHOWN) {
        let place =
            span.map(|span| format!(" ({})", place(&span.into(), &report.sources))).unwrap_or_default();
        let _ = writeln!(
            out,
            "{}",
            look.wrapped(&format!("{word}: {n} × {}{place}", clean::line(cause)), "", "         ")
        );
    }
    if causes.len() > SHOWN {
        let more = counted(causes.len() - SHOWN, "cause", "causes");
        let _ = writeln!(out, "{word}: {more} more; `--format json` lists them all");
    }
}

/// Writes the numbers of the run on a line; what a change does to findings is on a line before.
pub(super) fn numbers(out: &mut String, report: &Report, look: Look, detail: Detail) {
    let counts = &report.counts;
    let groups = report.groups();
    let is_shown = |group: &&FindingGroup<'_>| detail.advice || group.severity() < Severity::Advice;
    let shown: Vec<&FindingGroup<'_>> = groups.iter().filter(is_shown).collect();
    let instances: usize = shown.iter().map(|group| group.size()).sum();
    let files = if counts.files_read == counts.files {
        format!("{} read", counted(counts.files, "file", "files"))
    } else {
        format!("{} of {} read", counts.files_read, counted(counts.files, "file", "files"))
    };
    let mut levels = Vec::new();
    for (level, one, many) in [
        (Severity::Error, "error", "errors"),
        (Severity::Warning, "warning", "warnings"),
        (Severity::Advice, "advice", "advice"),
    ] {
        match shown.iter().filter(|group| group.severity() == level).count() {
            0 => {}
            n => levels.push(look.toned(level, &counted(n, one, many))),
        }
    }
    if let Some(change) = &report.change {
        let _ = writeln!(
            out,
            "the change introduces {}, fixes {} and leaves {}",
            look.bold(&counted(groups.len(), "finding", "findings")),
            change.fixed.len(),
            change.left
        );
    }
    let suppressed = match report.suppressed() {
        0 => String::new(),
        n => format!(" · {n} suppressed"),
    };
    let levels = if levels.is_empty() { String::new() } else { format!(" ({})", levels.join(", ")) };
    let instances = match instances == shown.len() {
        true => String::new(),
        false => format!(" in {instances} instances"),
    };
    let advice = match groups.len() - shown.len() {
        0 => String::new(),
        n => format!(" · {n} advice not shown"),
    };
    let _ = writeln!(
        out,
        "{files} · {} · {}{levels}{instances}{advice} · {}{suppressed}",
        match counts.touched {
            Some(touched) => {
                format!("{}, {touched} changed", counted(counts.resources, "resource", "resources"))
            }
            None => counted(counts.resources, "resource", "resources"),
        },
        look.bold(&counted(shown.len(), "finding", "findings")),
        counted(report.unknown_verdicts().count(), "verdict unknown", "verdicts unknown"),
    );
}
