//! A report by practices for people: of each group the numbers, and what is broken, undecided and met.

use std::fmt::Write;

use super::{deciding, numbers, of_rule};
use crate::diagnostic::Severity;
use crate::render::look::Look;
use crate::render::{clean, counted};
use crate::report::practices::{JudgedPractice, PracticeReport, PracticeState};

/// The most rules of a practice that are listed without `--all`.
const MAX_RULES: usize = 5;

pub(super) fn render(report: &PracticeReport, all: bool, look: Look) -> String {
    let mut out = String::new();
    for group in &report.groups {
        let title = if group.title.is_empty() { report.framework.list } else { group.title };
        let _ = writeln!(out, "{}: {}", look.bold(title), numbers(|state| group.count(state)));
        let told = |state: &PracticeState| all || *state < PracticeState::NothingToJudge;
        for state in PracticeState::ALL.into_iter().filter(told) {
            for practice in group.practices.iter().filter(|practice| practice.state == state) {
                one(&mut out, practice, all, look);
            }
        }
        out.push('\n');
    }
    if report.report.is_incomplete() {
        let text = "not everything could be read; everything else was judged";
        let _ = writeln!(out, "{}: {text}", look.toned(Severity::Error, "incomplete"));
        for problem in report.report.problems().filter(|problem| problem.severity == Severity::Error) {
            let line = format!("error[{}]: {}", clean::name(&problem.id), clean::line(&problem.message));
            let _ = writeln!(out, "{}", look.wrapped(&line, "  ", "    "));
        }
        out.push('\n');
    }
    let practices: usize = report.groups.iter().map(|group| group.practices.len()).sum();
    let last = format!(
        "{} in {}: {}",
        counted(practices, "practice", "practices"),
        counted(report.report.roots.len(), "root module or plan", "root modules and plans"),
        numbers(|state| report.count(state))
    );
    let _ = writeln!(out, "{}", look.wrapped(&last, "", "  "));
    out
}

fn one(out: &mut String, practice: &JudgedPractice, all: bool, look: Look) {
    let word = format!("{:16}", practice.state.name());
    let line = look.wrapped(
        &format!("{} {}", practice.id, practice.title),
        &format!("  {word}  "),
        "                    ",
    );
    let toned = match (practice.state, practice.severity()) {
        (PracticeState::Broken, Some(severity)) => look.toned(severity, &word),
        (PracticeState::Undecided, _) => look.bold(&word),
        _ => word.clone(),
    };
    let _ = writeln!(out, "{}", line.replacen(&word, &toned, 1));
    let rules = deciding(practice);
    let most = if all { usize::MAX } else { MAX_RULES };
    let mut told: Vec<String> = rules.iter().take(most).map(|rule| of_rule(rule)).collect();
    if rules.len() > most {
        told.push(format!("{} more", rules.len() - most));
    }
    let text = match practice.state {
        PracticeState::Met => counted(practice.counts().passed, "verdict passed", "verdicts passed"),
        PracticeState::NotCovered => practice.not_covered.to_owned(),
        _ => told.join(", "),
    };
    if !text.is_empty() {
        let _ = writeln!(
            out,
            "{}",
            look.faint(&look.wrapped(&text, "                    ", "                    "))
        );
    }
}
