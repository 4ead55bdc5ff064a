//! The page of a rule in the terminal: `buttress explain`.

use std::fmt::Write;

use crate::diagnostic::codes::{Code, STAGES};
use crate::render::look::Look;
use crate::rule::{Example, Expected, Reads, Rule};
use crate::value::{Kind, Value};

/// What there is to say of a code of problems, for `buttress explain`.
#[must_use]
pub fn code_page(code: &Code, look: Look) -> String {
    let about = STAGES.iter().find(|(stage, _)| code.id.split('/').next() == Some(stage));
    let about = about.map_or("", |(_, about)| about);
    let meaning = look.bold(code.meaning.trim_end_matches('.'));
    format!(
        "{} {}: {meaning}\n\nabout      {about}\nseverity   {}\n",
        look.faint("code"),
        look.toned(code.severity, code.id),
        code.severity.name()
    )
}

/// A rule's page, for `buttress explain`.
#[must_use]
pub fn page(rule: &Rule, look: Look) -> String {
    let mut out = String::new();
    let kind = look.faint("rule");
    let _ = writeln!(out, "{kind} {}: {}\n", look.toned(rule.severity, &rule.id), look.bold(&rule.summary));
    let _ = writeln!(out, "principle  {}", rule.principle);
    let _ = writeln!(out, "severity   {}", severity(rule));
    match rule.reads {
        Reads::Any => {}
        Reads::Configuration => {
            let _ = writeln!(out, "reads      configuration only; plans do not show these facts");
        }
        Reads::Plan => {
            let _ = writeln!(out, "reads      plans only; configuration does not show the earlier state");
        }
    }
    if let Some(since) = rule.since {
        let _ = writeln!(out, "since      {since}");
    }
    if !rule.renamed_from.is_empty() {
        let _ = writeln!(out, "formerly   {}", rule.renamed_from.join(", "));
    }
    if let Some(yields) = &rule.yields {
        let rules: Vec<&str> = yields.rules.iter().map(|rule| rule.value.as_str()).collect();
        let _ = writeln!(out, "{}", look.wrapped(&rules.join(", "), "yields to  ", "           "));
    }
    let mut section = |title: &str, text: &str| {
        let _ = writeln!(out, "\n{}\n\n{}", look.bold(title), text.trim_end());
    };
    section("Why", &look.flowed(&rule.why, "  "));
    section("How to fix it", &look.flowed(&fix(rule), "  "));
    for (title, text) in [("How you notice it", &rule.notice), ("How to prove it", &rule.prove)] {
        if !text.is_empty() {
            section(title, &look.flowed(text, "  "));
        }
    }
    if !rule.parameters.is_empty() {
        let lines: Vec<String> = rule
            .parameters
            .iter()
            .map(|parameter| {
                let name = format!("{} = {}", parameter.name, shown_value(&parameter.default));
                look.wrapped(&format!("{name}   {}", parameter.doc), "  ", "      ")
            })
            .collect();
        section("Parameters", &lines.join("\n"));
    }
    for expected in [Expected::Fails, Expected::Passes, Expected::Unknown] {
        for example in rule.examples.iter().filter(|example| example.expected == expected) {
            let code: Vec<String> = example_text(example)
                .lines()
                .map(|line| if line.is_empty() { String::new() } else { format!("  {line}") })
                .collect();
            section(&format!("{}: {}", expectation(expected), example.title), &code.join("\n"));
        }
    }
    if !rule.references.is_empty() {
        let lines: Vec<String> =
            rule.references.iter().map(|reference| look.wrapped(reference, "  ", "    ")).collect();
        section("Further reading", &lines.join("\n"));
    }
    out
}

/// How to fix what a rule finds, with what `buttress check --fix` does about it.
#[must_use]
pub fn fix(rule: &Rule) -> String {
    if !rule.is_fixable() {
        return rule.fix.to_string();
    }
    let edits = rule.defects.iter().flat_map(|defect| defect.edits(rule));
    let mut paths: Vec<String> = edits.map(|edit| format!("`{}`", edit.path.join("."))).collect();
    paths.sort();
    paths.dedup();
    let paths = paths.join(", ");
    format!(
        "{}\n\nFixable: `buttress check --fix --select {}` sets {paths}, where the value is decided.",
        rule.fix.trim_end(),
        rule.id
    )
}

/// The severity of a rule, and its severity in other environments.
#[must_use]
pub fn severity(rule: &Rule) -> String {
    match &rule.environment {
        Some(environment) => {
            format!(
                "{}; advice in an environment that is known not to be {environment}",
                rule.severity.name()
            )
        }
        None => rule.severity.name().to_owned(),
    }
}

/// The expected verdict of an example, as a title.
#[must_use]
pub const fn expectation(expected: Expected) -> &'static str {
    match expected {
        Expected::Fails => "Fails",
        Expected::Passes => "Passes",
        Expected::Unknown => "Unknown",
    }
}

/// The Terraform of an example.
#[must_use]
pub fn example_text(example: &Example) -> String {
    undented(example.tree.slice(example.tree.body(example.body).range))
}

/// A plain value as it is written in HCL.
#[must_use]
pub fn shown_value(value: &Value) -> String {
    match &value.kind {
        Kind::Number(number) => number.to_string(),
        Kind::Bool(value) => value.to_string(),
        Kind::String(text) => format!("\"{text}\""),
        Kind::Null(_) => "null".to_owned(),
        _ => {
            let parts: Vec<String> = value.parts().map(shown_value).collect();
            format!("[{}]", parts.join(", "))
        }
    }
}

/// A text without the indentation that all its lines share, and without empty lines around it.
fn undented(text: &str) -> String {
    let indent = text
        .lines()
        .filter(|line| !line.trim().is_empty())
        .map(|line| line.len() - line.trim_start().len())
        .min()
        .unwrap_or(0);
    let lines: Vec<&str> =
        text.lines().map(|line| line.get(indent..).unwrap_or_default().trim_end()).collect();
    lines.join("\n").trim_matches('\n').to_owned()
}
