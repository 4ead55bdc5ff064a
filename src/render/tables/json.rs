//! The list of rules as JSON. The structs here are the contract (`docs/output.md`).

use serde::Serialize;

use crate::rule::RuleSet;
use crate::value::Str;

#[derive(Serialize)]
struct RuleRow<'a> {
    id: &'a str,
    summary: &'a str,
    principle: &'a str,
    severity: &'static str,
    environment: Option<&'a str>,
    since: &'a str,
    renamed_from: &'a [Str],
    why: &'a str,
    fix: &'a str,
    references: &'a [Str],
}

pub(super) fn render(set: &RuleSet) -> String {
    let rules: Vec<RuleRow<'_>> = set
        .rules
        .iter()
        .map(|rule| RuleRow {
            id: &rule.id,
            summary: &rule.summary,
            principle: &rule.principle,
            severity: rule.severity.name(),
            environment: rule.environment.as_deref(),
            since: &rule.since,
            renamed_from: &rule.renamed_from,
            why: rule.why.trim(),
            fix: rule.fix.trim(),
            references: &rule.references,
        })
        .collect();
    let mut text = serde_json::to_string_pretty(&rules).unwrap_or_default();
    text.push('\n');
    text
}
