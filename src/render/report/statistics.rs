//! Statistics: how often each rule gave each verdict.

use std::cmp::Reverse;
use std::fmt::Write;

use serde::Serialize;

use super::items::Detail;
use super::summary;
use crate::diagnostic::Severity;
use crate::render::look::Look;
use crate::report::{Report, VerdictCounts};
use crate::rule::Rule;

/// A rule with its numbers.
#[derive(Serialize)]
struct RuleStatistics<'a> {
    rule: &'a str,
    severity: &'static str,
    principle: &'a str,
    summary: &'a str,
    /// Causes of findings.
    groups: usize,
    findings: usize,
    unknown: usize,
    passed: usize,
    skipped: usize,
}

/// The rules that have something to say, and their numbers: the worst severity first, then most causes.
fn rows(report: &Report) -> Vec<(Severity, &Rule, VerdictCounts)> {
    let counts = report.by_rule();
    let mut rows: Vec<(Severity, &Rule, VerdictCounts)> = counts
        .into_iter()
        .filter(|(_, counts)| counts.findings > 0 || counts.unknown > 0)
        .filter_map(|(id, counts)| {
            let rule = report.rule(&id)?;
            let worst = Severity::ALL.into_iter().find(|severity| counts.of(*severity) > 0);
            Some((worst.unwrap_or(rule.severity), rule, counts))
        })
        .collect();
    // The rows were in the order of ids, which decides among equals.
    rows.sort_by_key(|(severity, _, counts)| {
        (counts.findings == 0, *severity, Reverse(groups(counts)), Reverse(counts.findings))
    });
    rows
}

fn groups(counts: &VerdictCounts) -> usize {
    counts.causes.iter().sum()
}

/// A table for people.
pub(super) fn text(report: &Report, look: Look) -> String {
    let mut out = String::new();
    let rows = rows(report);
    let names: Vec<String> =
        rows.iter().map(|(severity, rule, _)| format!("{}[{}]", severity.name(), rule.id)).collect();
    let width = names.iter().map(String::len).max().unwrap_or_default();
    if !rows.is_empty() {
        let _ = writeln!(out, "{}", look.bold("findings  instances  unknown  rule"));
    }
    for ((severity, rule, counts), name) in rows.iter().zip(&names) {
        let numbers = format!("{:8}  {:9}  {:7}", groups(counts), counts.findings, counts.unknown);
        let room = look.width.saturating_sub(numbers.len() + width + 4);
        let summary: String = match rule.summary.chars().count() > room {
            true => rule.summary.chars().take(room.saturating_sub(1)).chain(['…']).collect(),
            false => rule.summary.to_string(),
        };
        let blanks = " ".repeat(width.saturating_sub(name.len()));
        let line = format!("{numbers}  {}{blanks}  {summary}", look.toned(*severity, name));
        let _ = writeln!(out, "{}", line.trim_end());
    }
    if !rows.is_empty() {
        out.push('\n');
    }
    // Advice has rows here.
    summary::numbers(&mut out, report, look, Detail { advice: true, ..Detail::default() });
    out
}

/// A list for tools.
pub(super) fn json(report: &Report) -> String {
    let rows = rows(report);
    let rows: Vec<RuleStatistics<'_>> = rows
        .iter()
        .map(|(severity, rule, counts)| RuleStatistics {
            rule: &rule.id,
            severity: severity.name(),
            principle: &rule.principle,
            summary: &rule.summary,
            groups: groups(counts),
            findings: counts.findings,
            unknown: counts.unknown,
            passed: counts.passed,
            skipped: counts.skipped,
        })
        .collect();
    let mut text = serde_json::to_string_pretty(&rows).unwrap_or_default();
    text.push('\n');
    text
}
