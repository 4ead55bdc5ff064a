//! Human output: a heading, annotated source and what to do for every finding; then a summary that is honest about what was
//! not looked at.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::clean::{self, MAX_OUTPUT};
use super::look::{Look, Tone};
use super::snippet::{self, Mark, Marks, shown};
use crate::diagnostic::{Diagnostic, Label, Severity};
use crate::finding::Finding;
use crate::report::{Entry, Report};
use crate::text::{Sources, Span};

pub(super) fn render(report: &Report, look: Look) -> String {
    let mut out = String::new();
    let mut left_out = 0;
    for one in &report.problems {
        match out.len() < MAX_OUTPUT {
            true => problem(&mut out, one, &report.sources, look),
            false => left_out += 1,
        }
    }
    for entry in &report.findings {
        match out.len() < MAX_OUTPUT {
            true => finding(&mut out, entry, report, look),
            false => left_out += 1,
        }
    }
    if left_out > 0 {
        let more = counted(left_out, "finding or problem is", "findings and problems are");
        let word = look.toned(Tone::Warning, "cut");
        let limit = MAX_OUTPUT >> 20;
        let _ = writeln!(
            out,
            "{word}: {more} not shown: this format ends after {limit} MiB; `--format json` holds more\n"
        );
    }
    tail(&mut out, report, look);
    out
}

/// `error[rule-id]: message`
fn heading(out: &mut String, tone: Tone, code: &str, message: &str, look: Look) {
    let title = look.toned(tone, &format!("{}[{code}]", tone.word()));
    let _ = writeln!(out, "{}", look.wrapped(&format!("{title}: {}", clean::line(message)), "", "  "));
}

/// `  help: text`
fn note(out: &mut String, word: &str, text: &str, look: Look) {
    let first = format!("  {} ", look.bold(&format!("{word}:")));
    let rest = " ".repeat(word.len() + 4);
    let _ = writeln!(out, "{}", look.wrapped(&clean::line(text.trim()), &first, &rest));
}

fn finding(out: &mut String, entry: &Entry<Finding>, report: &Report, look: Look) {
    let finding = &entry.what;
    let tone = Tone::of(finding.severity);
    heading(out, tone, &finding.rule.id, &finding.message, look);
    let said = finding.message.contains(finding.address.as_str());
    let primary = finding.span.map(|span| Mark { span, text: (!said).then(|| finding.address.to_string()) });
    if primary.is_none() {
        let at = if said { String::new() } else { format!("{} in ", clean::name(&finding.address)) };
        let root = report.roots.get(entry.root).map(|root| shown(&root.path)).unwrap_or_default();
        let _ = writeln!(out, "   {}", look.faint(&format!("╶─[{at}{root}]")));
    }
    let others = finding
        .labels
        .iter()
        .map(|place| Mark { span: place.span, text: Some(place.text.clone()) })
        .collect();
    snippet::draw(out, Marks { primary, others }, tone, &report.sources, look);
    if let Some(root) = other_root(entry, report) {
        note(out, "root", &root, look);
    }
    let environments = report.environments(entry);
    if !environments.is_empty() {
        note(out, "in", &environments.join(", "), look);
    }
    if !finding.path.is_empty() {
        let path: Vec<&str> = finding.path.iter().map(|address| address.as_str()).collect();
        note(out, "path", &path.join(" → "), look);
    }
    let fix: Vec<&str> = finding.rule.fix.split_whitespace().collect();
    note(out, "help", &fix.join(" "), look);
    out.push('\n');
}

/// The root module of a finding, where there are several and the place does not tell which.
fn other_root(entry: &Entry<Finding>, report: &Report) -> Option<String> {
    let root = report.roots.get(entry.root)?;
    let file = report.sources.get(entry.what.span?.file)?;
    (report.roots.len() > 1 && file.path.parent() != Some(&root.path)).then(|| shown(&root.path))
}

fn problem(out: &mut String, problem: &Diagnostic, sources: &Sources, look: Look) {
    let tone = Tone::of(problem.severity);
    heading(out, tone, &problem.id, &problem.message, look);
    let mark = |label: &Label| {
        let text = (!label.text.is_empty()).then(|| label.text.clone());
        label.span().map(|span| Mark { span, text })
    };
    let primary = problem.primary.as_ref().and_then(mark);
    let others = problem.related.iter().filter_map(mark).collect();
    snippet::draw(out, Marks { primary, others }, tone, sources, look);
    if let Some(help) = &problem.help {
        note(out, "help", help, look);
    }
    out.push('\n');
}

pub(super) fn counted(n: usize, one: &str, many: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { many })
}

/// Mended defects that are named one by one.
const MAX_FIXED: usize = 1000;

/// The last lines: what could not be known and why, whether all was read, and the numbers.
fn tail(out: &mut String, report: &Report, look: Look) {
    let before = out.len();
    causes(out, report, look);
    if report.is_incomplete() {
        let text = "not everything could be read; what could be was checked";
        let _ = writeln!(out, "{}: {text}", look.toned(Tone::Error, "incomplete"));
    }
    if let Some(change) = &report.change {
        for entry in change.fixed.iter().take(MAX_FIXED) {
            let word = look.toned(Tone::Advice, "fixed");
            let _ = writeln!(out, "{word}: {} at `{}`", entry.what.rule, clean::name(&entry.what.address));
        }
        if change.fixed.len() > MAX_FIXED {
            let more = change.fixed.len() - MAX_FIXED;
            let _ = writeln!(
                out,
                "{}: {more} more; `--format json` lists them all",
                look.toned(Tone::Advice, "fixed")
            );
        }
    }
    if !report.findings.is_empty() {
        let text = "`buttress explain RULE` tells why a rule matters and shows what passes";
        let _ = writeln!(out, "{}", look.faint(text));
    }
    if out.len() > before {
        out.push('\n');
    }
    summary(out, report, look);
}

/// Why verdicts are unknown, the most frequent cause first.
fn causes(out: &mut String, report: &Report, look: Look) {
    const SHOWN: usize = 5;
    let mut causes: BTreeMap<String, (usize, Option<Span>)> = BTreeMap::new();
    for entry in &report.unknown {
        // What a reader has to look at is where the chain begins; JSON tells all of it.
        let cause = entry.what.cause.root();
        causes.entry(cause.to_string()).or_insert((0, cause.span)).0 += 1;
    }
    let mut causes: Vec<_> = causes.into_iter().collect();
    causes.sort_by(|a, b| b.1.0.cmp(&a.1.0).then_with(|| a.0.cmp(&b.0)));
    let word = look.bold("unknown");
    for (cause, (n, span)) in causes.iter().take(SHOWN) {
        let place = span
            .and_then(|span| report.sources.get(span.file).map(|file| (file, span)))
            .map(|(file, span)| format!(" ({}:{})", shown(&file.path), file.line_column(span.range.start).0))
            .unwrap_or_default();
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

fn summary(out: &mut String, report: &Report, look: Look) {
    let counts = &report.counts;
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
        match report.count(level) {
            0 => {}
            n => levels.push(look.toned(Tone::of(level), &counted(n, one, many))),
        }
    }
    if let Some(change) = &report.change {
        let _ = writeln!(
            out,
            "the change introduces {}, fixes {} and leaves {}",
            look.bold(&counted(report.findings.len(), "finding", "findings")),
            change.fixed.len(),
            change.left
        );
    }
    let levels = if levels.is_empty() { String::new() } else { format!(" ({})", levels.join(", ")) };
    let _ = writeln!(
        out,
        "{files} · {} · {}{levels} · {}",
        match counts.touched {
            Some(touched) => {
                format!("{}, {touched} changed", counted(counts.resources, "resource", "resources"))
            }
            None => counted(counts.resources, "resource", "resources"),
        },
        look.bold(&counted(report.findings.len(), "finding", "findings")),
        counted(report.unknown.len(), "verdict unknown", "verdicts unknown"),
    );
}
