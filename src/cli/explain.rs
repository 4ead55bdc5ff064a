//! `buttress explain`: a rule, a code of problems, an address, or an unknown. Which one it is follows from how the argument is written.

use clap::Args;

use super::input::{InputArguments, Order};
use super::{Answer, Process};
use crate::check::Session;
use crate::diagnostic::codes::{CODES, Code};
use crate::diagnostic::nearest;
use crate::render::Look;
use crate::render::explained::{ExplainFormat, errors, explained};
use crate::render::tables::{code_json, code_page, page, rule_json};
use crate::rule::{Rule, RuleSet};

/// Explain a rule, a code of problems, an address or an unknown
///
/// What the argument is taken for follows from how it is written, and the first line of the
/// answer says it:
///
/// - a rule: letters, digits and hyphens, such as `rds-single-az`
/// - a code of problems: with a slash, such as `config/module-missing`
/// - an address: `module.shop["eu"]`, `TYPE.NAME`, or a pattern such as `module.*.TYPE.*`
/// - an unknown, as the summary of a check shows it: `var.multi_az`, `data.TYPE.NAME.ids`,
///   a module that is not downloaded, an environment variable
///
/// What is both an address and an unknown is explained as both. Paths and values of variables
/// are for addresses and unknowns.
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub(super) struct ExplainArguments {
    /// A rule, a code of problems, an address or an unknown
    #[arg(value_name = "WHAT")]
    what: String,
    #[command(flatten)]
    input: InputArguments,
    /// Format of the explanation
    #[arg(long, value_enum, default_value_t = ExplainFormat::Human)]
    format: ExplainFormat,
    /// Tell everything that has the address in full, and leave nothing out of lists
    #[arg(long)]
    all: bool,
}

/// The most errors of a run that are listed where nothing was found.
const MAX_ERRORS: usize = 5;

pub(super) fn run(arguments: ExplainArguments, order: &Order, look: Look, process: &Process) -> Answer {
    let ExplainArguments { what, input, format, all } = arguments;
    let look = if format == ExplainFormat::Human { look } else { Look { colour: false, ..look } };
    if let Some(code) = CODES.iter().find(|code| code.id == what) {
        return Answer { stdout: of_code(code, format, look), ..Answer::default() };
    }
    let embedded = Session::embedded_with_examples();
    if let Some(answer) = of_rule(&what, embedded.rules(), format, look) {
        return answer;
    }
    let settings = input.settings(order, process);
    if is_rule_id(&what) {
        // It may be a rule of the user's own.
        let set = embedded.rules_of(&settings);
        return of_rule(&what, &set, format, look).unwrap_or_else(|| no_rule(&what, &set));
    }
    if is_code(&what) {
        let near = nearest(&what, CODES.iter().map(|code| code.id));
        let message = format!("there is no code of problems `{what}`");
        return missing(&message, near, "docs/problems.md lists all codes");
    }
    let session = Session::embedded().watched(process.progress.clone());
    let report = session.explain(&settings, &what, all);
    if report.is_empty() {
        let mut answer = missing(
            &format!("nothing has the address `{what}`, and no unknown has this name"),
            report.near.as_deref(),
            "`buttress check --summary --all` lists the unknowns, `buttress graph --format json --all` the addresses",
        );
        let unread = errors(&report, MAX_ERRORS, Look { colour: false, ..look });
        if !unread.is_empty() {
            answer.stderr.push_str(&format!("\nnot everything could be read\n{unread}"));
        }
        return answer;
    }
    let code = if report.report.is_incomplete() { 2 } else { 0 };
    Answer { stdout: explained(&report, format, all, look), code, ..Answer::default() }
}

/// Whether a text is written as the ids of rules are.
fn is_rule_id(text: &str) -> bool {
    text.contains('-') && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
}

/// Whether a text is written as codes of problems are.
fn is_code(text: &str) -> bool {
    text.split_once('/')
        .is_some_and(|(stage, _)| CODES.iter().any(|code| code.id.starts_with(&format!("{stage}/"))))
}

fn of_code(code: &Code, format: ExplainFormat, look: Look) -> String {
    if format == ExplainFormat::Json { code_json(code) } else { code_page(code, look) }
}

/// The page of the rule with this id, or with this former id.
fn of_rule(id: &str, set: &RuleSet, format: ExplainFormat, look: Look) -> Option<Answer> {
    let shown = |rule: &Rule| match format {
        ExplainFormat::Json => rule_json(rule),
        ExplainFormat::Human | ExplainFormat::Plain => page(rule, look),
    };
    if let Some(rule) = set.rule(id) {
        return Some(Answer { stdout: shown(rule), ..Answer::default() });
    }
    let rule = set.renamed(id)?;
    let stderr = format!("note: the rule `{id}` has been renamed to `{}`\n", rule.id);
    Some(Answer { stdout: shown(rule), stderr, ..Answer::default() })
}

fn no_rule(id: &str, set: &RuleSet) -> Answer {
    let near = nearest(id, set.rules.iter().map(|rule| rule.id.as_str()));
    missing(&format!("there is no rule `{id}`"), near, "`buttress rules` lists all rules")
}

/// The answer if there is nothing of this name.
fn missing(what: &str, near: Option<&str>, next: &str) -> Answer {
    let hint = near.map(|near| format!("\n  did you mean `{near}`?")).unwrap_or_default();
    Answer { stderr: format!("error: {what}{hint}\n  {next}\n"), code: 2, ..Answer::default() }
}
