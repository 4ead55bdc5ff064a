//! The list of rules for people.

use std::fmt::Write;

use crate::render::counted;
use crate::render::look::Look;
use crate::rule::RuleSet;

/// The table of `buttress rules`, by principle.
pub(super) fn render(set: &RuleSet, look: Look) -> String {
    let mut out = String::new();
    let width = set.rules.iter().map(|rule| rule.id.len()).max().unwrap_or(0);
    for principle in &set.principles {
        let _ = writeln!(out, "{}: {}", look.bold(&principle.title), principle.question);
        for rule in set.rules.iter().filter(|rule| rule.principle == principle.id) {
            let severity = look.toned(rule.severity, &format!("{:7}", rule.severity.name()));
            let _ = writeln!(out, "  {:width$}  {severity}  {}", rule.id, rule.summary);
        }
        out.push('\n');
    }
    let _ =
        writeln!(out, "{}; `buttress explain RULE` shows a rule", counted(set.rules.len(), "rule", "rules"));
    out
}
