//! Formats of a report by practices: one file each, and the words that they share.

mod human;
mod json;
mod markdown;

use super::clean;
use super::counted;
use super::look::Look;
use crate::diagnostic::Severity;
use crate::report::practices::{JudgedPractice, PracticeReport, PracticeRule, PracticeState};

/// A format of a report by practices.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum PracticeFormat {
    /// A list for people.
    Human,
    /// Tables for a document or a pull request.
    Markdown,
    /// One versioned JSON document, for tools.
    Json,
}

/// The report in a format.
#[must_use]
pub fn practices(report: &PracticeReport, format: PracticeFormat, all: bool, look: Look) -> String {
    let text = match format {
        PracticeFormat::Human => human::render(report, all, look),
        PracticeFormat::Markdown => markdown::render(report),
        PracticeFormat::Json => json::render(report),
    };
    clean::output(text, look)
}

/// The numbers of a group: `3 broken, 2 undecided, 5 met`.
fn numbers(count: impl Fn(PracticeState) -> usize) -> String {
    let states = PracticeState::ALL.into_iter().map(|state| (count(state), state.name()));
    let parts: Vec<String> = states.filter(|(n, _)| *n > 0).map(|(n, name)| format!("{n} {name}")).collect();
    parts.join(", ")
}

/// What a rule says: `rds-single-az (2 errors)`.
fn of_rule(rule: &PracticeRule) -> String {
    let words = [("error", "errors"), ("warning", "warnings"), ("advice", "advice")];
    let causes = Severity::ALL.into_iter().zip(words);
    let mut parts: Vec<String> = causes
        .filter(|(severity, _)| rule.counts.of(*severity) > 0)
        .map(|(severity, (one, many))| counted(rule.counts.of(severity), one, many))
        .collect();
    if rule.counts.unknown > 0 {
        parts.push(format!("{} unknown", rule.counts.unknown));
    }
    if rule.set_aside > 0 {
        parts.push(format!("{} set aside", rule.set_aside));
    }
    if rule.counts.passed > 0 {
        parts.push(format!("{} passed", rule.counts.passed));
    }
    if !rule.is_asked {
        parts.push("not asked".to_owned());
    }
    let id = clean::name(&rule.id);
    if parts.is_empty() { id.into_owned() } else { format!("{id} ({})", parts.join(", ")) }
}

/// The rules that decide the state of a practice.
fn deciding(practice: &JudgedPractice) -> Vec<&PracticeRule> {
    let decides = |rule: &&PracticeRule| match practice.state {
        PracticeState::Broken => rule.counts.findings > 0,
        PracticeState::Undecided => rule.counts.unknown > 0 || rule.set_aside > 0 || !rule.is_asked,
        PracticeState::Met => rule.counts.passed > 0,
        PracticeState::NothingToJudge | PracticeState::NotCovered => false,
    };
    practice.rules.iter().filter(decides).collect()
}
