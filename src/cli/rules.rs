//! `buttress rules` and `buttress explain`

use clap::Args;
use serde::Serialize;

use super::Answer;
use crate::check::Session;
use crate::diagnostic::nearest;
use crate::render::{Format, Look, page, rules_table};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// How to show the list
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

#[derive(Debug, Args)]
pub(super) struct ExplainArguments {
    /// The id of a rule, as findings show it
    #[arg(value_name = "RULE")]
    rule: String,
}

#[derive(Serialize)]
struct RuleOut<'a> {
    id: &'a str,
    summary: &'a str,
    principle: &'a str,
    severity: &'static str,
    environment: Option<&'a str>,
    since: &'a str,
    renamed_from: &'a [crate::value::Str],
    why: &'a str,
    fix: &'a str,
    references: &'a [crate::value::Str],
}

pub(super) fn list(arguments: &Arguments, look: Look) -> Answer {
    let session = Session::embedded();
    let set = session.rules();
    let stdout = match arguments.format {
        Format::Human => rules_table(set, look),
        Format::Json => {
            let rules: Vec<RuleOut<'_>> = set
                .rules
                .iter()
                .map(|rule| RuleOut {
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
    };
    Answer { stdout, ..Answer::default() }
}

pub(super) fn explain(arguments: &ExplainArguments, look: Look) -> Answer {
    let session = Session::embedded();
    let set = session.rules();
    let id = &arguments.rule;
    match (set.rule(id), set.renamed(id)) {
        (Some(rule), _) => Answer { stdout: page(rule, look), ..Answer::default() },
        (None, Some(rule)) => Answer {
            stdout: page(rule, look),
            stderr: format!("note: the rule `{id}` was renamed: it is `{}` now\n", rule.id),
            ..Answer::default()
        },
        (None, None) => {
            let hint = nearest(&arguments.rule, set.rules.iter().map(|rule| rule.id.as_str()));
            let hint = hint.map(|near| format!("\n  did you mean `{near}`?")).unwrap_or_default();
            Answer {
                stderr: format!(
                    "error: there is no rule `{}`{hint}\n  `buttress rules` lists them all\n",
                    arguments.rule
                ),
                code: 2,
                ..Answer::default()
            }
        }
    }
}
