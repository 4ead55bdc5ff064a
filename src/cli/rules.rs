//! `buttress rules` and `buttress explain`

use clap::Args;

use super::Answer;
use crate::check::Session;
use crate::diagnostic::codes::CODES;
use crate::diagnostic::nearest;
use crate::render::Look;
use crate::render::tables::{ListFormat, code_page, page, rules};
use crate::rule::edition::Edition;

#[derive(Debug, Args)]
pub(super) struct RulesArguments {
    /// Format of the list
    #[arg(long, value_enum, default_value_t = ListFormat::Human)]
    format: ListFormat,
    /// List only rules of this edition and later ones: what raising the edition of a config brings
    #[arg(long, value_name = "EDITION", value_parser = edition)]
    since: Option<Edition>,
}

fn edition(text: &str) -> Result<Edition, String> {
    Edition::parse(text).ok_or_else(|| "an edition is a year and a number, such as 2027.1".to_owned())
}

#[derive(Debug, Args)]
pub(super) struct ExplainArguments {
    /// The id of a rule or the code of a problem, as findings and problems show it
    #[arg(value_name = "RULE")]
    rule: String,
}

pub(super) fn list(arguments: &RulesArguments, look: Look) -> Answer {
    let session = Session::embedded();
    Answer { stdout: rules(session.rules(), arguments.since, arguments.format, look), ..Answer::default() }
}

pub(super) fn explain(arguments: &ExplainArguments, look: Look) -> Answer {
    if let Some(code) = CODES.iter().find(|code| code.id == arguments.rule) {
        return Answer { stdout: code_page(code, look), ..Answer::default() };
    }
    let session = Session::embedded_with_examples();
    let set = session.rules();
    let id = &arguments.rule;
    match (set.rule(id), set.renamed(id)) {
        (Some(rule), _) => Answer { stdout: page(rule, look), ..Answer::default() },
        (None, Some(rule)) => Answer {
            stdout: page(rule, look),
            stderr: format!("note: the rule `{id}` has been renamed to `{}`\n", rule.id),
            ..Answer::default()
        },
        (None, None) => {
            let hint = nearest(&arguments.rule, set.rules.iter().map(|rule| rule.id.as_str()));
            let hint = hint.map(|near| format!("\n  did you mean `{near}`?")).unwrap_or_default();
            Answer {
                stderr: format!(
                    "error: there is no rule `{}`{hint}\n  `buttress rules` lists all rules\n",
                    arguments.rule
                ),
                code: 2,
                ..Answer::default()
            }
        }
    }
}
