//! A report by practices as one JSON document. The structs here are the contract (`docs/output.md`).

use serde::Serialize;

use crate::diagnostic::Severity;
use crate::render::path_of;
use crate::render::problems::ProblemOut;
use crate::report::practices::{JudgedPractice, PracticeReport, PracticeRule, PracticeState};

/// Raised when a field changes its meaning or is removed; new fields do not raise it.
const VERSION: u32 = 1;

#[derive(Serialize)]
struct PracticesOut<'a> {
    version: u32,
    framework: &'a str,
    roots: Vec<String>,
    summary: PracticeSummaryOut,
    practices: Vec<PracticeOut<'a>>,
    incomplete: bool,
    problems: Vec<ProblemOut<'a>>,
}

#[derive(Serialize)]
struct PracticeSummaryOut {
    broken: usize,
    undecided: usize,
    met: usize,
    nothing_to_judge: usize,
    not_covered: usize,
}

#[derive(Serialize)]
struct PracticeOut<'a> {
    id: &'a str,
    title: &'a str,
    group: Option<&'a str>,
    state: &'static str,
    /// Why no rule speaks of it.
    reason: Option<&'a str>,
    rules: Vec<PracticeRuleOut<'a>>,
}

#[derive(Serialize)]
struct PracticeRuleOut<'a> {
    rule: &'a str,
    asked: bool,
    errors: usize,
    warnings: usize,
    advice: usize,
    unknown: usize,
    passed: usize,
    skipped: usize,
    set_aside: usize,
}

pub(super) fn render(report: &PracticeReport) -> String {
    let practices = report.groups.iter().flat_map(|group| {
        let title = Some(group.title).filter(|title| !title.is_empty());
        group.practices.iter().map(move |practice| one(practice, title))
    });
    let out = PracticesOut {
        version: VERSION,
        framework: report.framework.id,
        roots: report.report.roots.iter().map(|root| path_of(&root.path)).collect(),
        summary: PracticeSummaryOut {
            broken: report.count(PracticeState::Broken),
            undecided: report.count(PracticeState::Undecided),
            met: report.count(PracticeState::Met),
            nothing_to_judge: report.count(PracticeState::NothingToJudge),
            not_covered: report.count(PracticeState::NotCovered),
        },
        practices: practices.collect(),
        incomplete: report.report.is_incomplete(),
        problems: ProblemOut::all(&report.report),
    };
    let mut text = serde_json::to_string_pretty(&out).unwrap_or_default();
    text.push('\n');
    text
}

fn one<'a>(practice: &'a JudgedPractice, group: Option<&'a str>) -> PracticeOut<'a> {
    PracticeOut {
        id: practice.id,
        title: practice.title,
        group,
        state: practice.state.name(),
        reason: Some(practice.not_covered).filter(|reason| !reason.is_empty()),
        rules: practice.rules.iter().map(rule).collect(),
    }
}

fn rule(rule: &PracticeRule) -> PracticeRuleOut<'_> {
    PracticeRuleOut {
        rule: &rule.id,
        asked: rule.is_asked,
        errors: rule.counts.of(Severity::Error),
        warnings: rule.counts.of(Severity::Warning),
        advice: rule.counts.of(Severity::Advice),
        unknown: rule.counts.unknown,
        passed: rule.counts.passed,
        skipped: rule.counts.skipped,
        set_aside: rule.set_aside,
    }
}
