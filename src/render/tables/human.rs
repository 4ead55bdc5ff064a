//! The list of rules for people.

use std::fmt::Write;

use crate::render::counted;
use crate::render::look::Look;
use crate::rule::{Rule, RuleSet};

/// The table of `buttress rules`, by principle.
pub(super) fn render(set: &RuleSet, rules: &[&Rule], look: Look) -> String {
    let mut out = String::new();
    let width = rules.iter().map(|rule| rule.id.len()).max().unwrap_or(0);
    for principle in &set.principles {
        let own: Vec<&&Rule> = rules.iter().filter(|rule| rule.principle == principle.id).collect();
        if own.is_empty() {
            continue;
        }
        let _ = writeln!(out, "{}: {}", look.bold(&principle.title), principle.question);
        for rule in own {
            let severity = look.toned(rule.severity, &format!("{:7}", rule.severity.name()));
            let fixable = if rule.is_fixable() { " (fixable)" } else { "" };
            let _ = writeln!(out, "  {:width$}  {severity}  {}{fixable}", rule.id, rule.summary);
        }
        out.push('\n');
    }
    let _ = writeln!(out, "{}; `buttress explain RULE` shows a rule", counted(rules.len(), "rule", "rules"));
    out
}
