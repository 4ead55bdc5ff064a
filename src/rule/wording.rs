//! What a rule says to its readers: its id, its summary, the practices that it cites, and the titles of its examples.

use super::framework::{Framework, PRACTICES};
use super::{Example, Rule};
use crate::decode::{Mistakes, suggest};
use crate::diagnostic::Diagnostic;

/// Reports words that nobody can write or find again.
pub(super) fn check(rule: &Rule, mistakes: &Mistakes) {
    let wrong = |message: String| Diagnostic::error("decode/value", message).at(rule.span, "this rule");
    if !is_id(&rule.id) {
        let problem = wrong(format!("`{}` cannot be the id of a rule", rule.id));
        mistakes.push(problem.help(
            "an id is of small letters and digits in words with one hyphen between them, such as `acme-queue-without-owner`",
        ));
    }
    for (name, text) in [("summary", &rule.summary), ("why", &rule.why), ("fix", &rule.fix)] {
        if text.trim().is_empty() {
            mistakes.push(wrong(format!("the `{name}` of the rule `{}` says nothing", rule.id)));
        }
    }
    for framework in Framework::all() {
        if framework.cited_by(rule).next().is_none() {
            continue;
        }
        let practices: Vec<&str> = framework.practices(PRACTICES).map(|practice| practice.id).collect();
        for cited in framework.cited_by(rule).filter(|cited| !practices.contains(cited)) {
            let message =
                format!("`{cited}` is not among the practices of {} that reports list", framework.list);
            let problem =
                Diagnostic::warning("rule/practice", message).at(rule.span, "no report counts this rule");
            mistakes.push(suggest(problem, cited, practices.iter().copied()));
        }
    }
    for (number, example) in rule.examples.iter().enumerate() {
        let is_same = |other: &&Example| other.expected == example.expected && other.title == example.title;
        if let Some(first) = rule.examples.iter().take(number).find(is_same) {
            let message = format!("two examples have the title `{}`", example.title);
            let problem =
                Diagnostic::error("decode/duplicate", message).at(example.span, "declared again here");
            mistakes.push(problem.label(first.span, "first declared here"));
        }
    }
}

/// Whether a text can be written in a comment, an option and the name of a file alike.
fn is_id(text: &str) -> bool {
    let is_word =
        |word: &str| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    text.split('-').all(is_word)
}
