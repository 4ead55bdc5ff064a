//! A report by practices as Markdown: a table of each group.

use std::fmt::Write;

use super::{deciding, numbers, of_rule};
use crate::render::markdown::sentence;
use crate::report::practices::{JudgedPractice, PracticeReport, PracticeState};

/// The most rules of a practice that are listed.
const MAX_RULES: usize = 8;

pub(super) fn render(report: &PracticeReport) -> String {
    let mut out = format!("# {}\n\n{}\n", report.framework.list, numbers(|state| report.count(state)));
    if report.report.is_incomplete() {
        out.push_str("\n**incomplete: not everything could be read; everything else was judged**\n");
    }
    for group in &report.groups {
        let title = if group.title.is_empty() { "Practices" } else { group.title };
        let _ = writeln!(out, "\n## {title}\n\n{}\n", numbers(|state| group.count(state)));
        out.push_str("| practice | | state | by |\n| --- | --- | --- | --- |\n");
        for state in PracticeState::ALL {
            for practice in group.practices.iter().filter(|practice| practice.state == state) {
                let _ = writeln!(
                    out,
                    "| {} | {} | {} | {} |",
                    practice.id,
                    cell(practice.title),
                    state.name(),
                    cell(&reason(practice))
                );
            }
        }
    }
    out
}

fn reason(practice: &JudgedPractice) -> String {
    if practice.state == PracticeState::NotCovered {
        return practice.not_covered.to_owned();
    }
    let rules = deciding(practice);
    let mut told: Vec<String> = rules.iter().take(MAX_RULES).map(|rule| of_rule(rule)).collect();
    if rules.len() > MAX_RULES {
        told.push(format!("{} more", rules.len() - MAX_RULES));
    }
    told.join(", ")
}

fn cell(text: &str) -> String {
    sentence(text).replace('|', "\\|")
}
