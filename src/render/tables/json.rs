//! The list of rules as JSON. The structs here are the contract (`docs/output.md`).

use serde::Serialize;

use crate::diagnostic::codes::Code;
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
    notice: &'a str,
    prove: &'a str,
    fixable: bool,
    references: &'a [Str],
}

#[derive(Serialize)]
struct CodeRow<'a> {
    code: &'a str,
    meaning: &'a str,
    severity: &'static str,
}

impl<'a> RuleRow<'a> {
    fn of(rule: &'a Rule) -> Self {
        Self {
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
            notice: rule.notice.trim(),
            prove: rule.prove.trim(),
            fixable: rule.is_fixable(),
            references: &rule.references,
        }
    }
}

pub(super) fn render(rules: &[&Rule]) -> String {
    document(&rules.iter().map(|rule| RuleRow::of(rule)).collect::<Vec<_>>())
}

/// One rule as JSON, for `buttress explain`.
#[must_use]
pub fn rule_json(rule: &Rule) -> String {
    document(&Explained { taken_for: "rule", what: RuleRow::of(rule) })
}

/// One code of problems as JSON, for `buttress explain`.
#[must_use]
pub fn code_json(code: &Code) -> String {
    let what = CodeRow { code: code.id, meaning: code.meaning, severity: code.severity.name() };
    document(&Explained { taken_for: "code", what })
}

/// What the argument of `buttress explain` was taken for.
#[derive(Serialize)]
struct Explained<T> {
    taken_for: &'static str,
    #[serde(flatten)]
    what: T,
}

fn document(rows: &impl Serialize) -> String {
    let mut text = serde_json::to_string_pretty(rows).unwrap_or_default();
    text.push('\n');
    text
}
