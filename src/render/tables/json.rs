//! The list of rules as JSON. The structs here are the contract (`docs/output.md`).

use serde::Serialize;

use crate::rule::Rule;
use crate::value::Str;

#[derive(Serialize)]
struct RuleRow<'a> {
    id: &'a str,
    summary: &'a str,
    principle: &'a str,
    severity: &'static str,
    environment: Option<&'a str>,
    scope: &'static str,
    since: Option<String>,
    renamed_from: &'a [Str],
    why: &'a str,
    fix: &'a str,
    references: &'a [Str],
}

pub(super) fn render(rules: &[&Rule]) -> String {
    let rules: Vec<RuleRow<'_>> = rules
        .iter()
        .map(|rule| RuleRow {
            id: &rule.id,
            summary: &rule.summary,
            principle: &rule.principle,
            severity: rule.severity.name(),
            environment: rule.environment.as_deref(),
            scope: rule.scope.name(),
            since: rule.since.map(|since| since.to_string()),
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
