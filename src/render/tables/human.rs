//! The list of rules for people.

use std::fmt::Write;

use crate::render::counted;
use crate::render::look::Look;
use crate::rule::{Rule, RuleSet};

/// The width of the column of severities.
const SEVERITY: usize = 7;
/// What a rule finds stands beside its id if there is so much room, otherwise below it, indented.
const NARROWEST: usize = 40;
const BELOW: usize = 6;

/// The table of `buttress rules`, by principle.
pub(super) fn render(set: &RuleSet, rules: &[&Rule], look: Look) -> String {
    let mut out = String::new();
    for principle in &set.principles {
        let own: Vec<&&Rule> = rules.iter().filter(|rule| rule.principle == principle.id).collect();
        if own.is_empty() {
            continue;
        }
        let _ = writeln!(out, "{}: {}", look.bold(&principle.title), principle.question);
        let width = own.iter().map(|rule| rule.id.len()).max().unwrap_or(0);
        let summary_at = width + SEVERITY + 6;
        let is_beside = look.width >= summary_at + NARROWEST;
        for rule in own {
            let severity = look.toned(rule.severity, &format!("{:SEVERITY$}", rule.severity.name()));
            let fixable = if rule.is_fixable() { " (fixable)" } else { "" };
            let indent = " ".repeat(if is_beside { summary_at } else { BELOW });
            let summary = look.wrapped(&format!("{}{fixable}", rule.summary), &indent, &indent);
            let _ = match is_beside {
                true => writeln!(out, "  {:width$}  {severity}  {}", rule.id, summary.trim_start()),
                false => writeln!(out, "  {:width$}  {}\n{summary}", rule.id, severity.trim_end()),
            };
        }
        out.push('\n');
    }
    let _ = writeln!(out, "{}; `buttress explain RULE` shows a rule", counted(rules.len(), "rule", "rules"));
    out
}
