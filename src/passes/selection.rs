//! Which rules a suppression means.

use std::collections::BTreeSet;
use std::sync::Arc;

use globset::Glob;

use crate::diagnostic::{Diagnostic, nearest};
use crate::rule::Rule;
use crate::settings::Peer;
use crate::suppression::{EVERY_CHECK, Selector};
use crate::value::Str;

/// The word for all rules: nobody writes it by mistake.
const ALL: &str = "all-rules";

/// The rules that a selector means.
pub(super) struct Chosen {
    pub(super) selector: Selector,
    /// The ids; empty if the selector means nothing.
    pub(super) rules: BTreeSet<Str>,
}

/// The rules that name a check of a tool; all that name any, for what stands for every check.
pub(super) fn of_check(selector: &Selector, peer: Peer, rules: &[Arc<Rule>]) -> Chosen {
    let names = |rule: &&Arc<Rule>| {
        let begins = peer.references();
        let references = rule
            .references
            .iter()
            .filter_map(|text| begins.iter().find_map(|begin| text.strip_prefix(*begin)));
        let mut checks = references.flat_map(|checks| checks.split(',').map(str::trim));
        checks.any(|check| selector.text == EVERY_CHECK || is_check(check, &selector.text))
    };
    let rules = rules.iter().filter(names).map(|rule| rule.id.clone()).collect();
    Chosen { selector: selector.clone(), rules }
}

/// Whether an id in a comment is that of a check as references write it: without the prefix of the vendor's database, in any case,
/// and of a UUID the start.
fn is_check(check: &str, written: &str) -> bool {
    let written = written.to_ascii_lowercase();
    let written = written.strip_prefix("avd-").unwrap_or(&written);
    let check = check.to_ascii_lowercase();
    written == check
        || written.split_once('-').is_some_and(|(start, rest)| start == check && rest.len() == 27)
}

/// The rules that a selector means: an id, a former id, a pattern of ids, a principle or all; and what is wrong with it. To look for what
/// was meant takes long, so only `suggests` asks for it.
pub(super) fn choose(
    selector: &Selector,
    rules: &[Arc<Rule>],
    suggests: bool,
) -> (Chosen, Option<Diagnostic>) {
    let text = selector.text.as_str();
    let ids = |fits: &dyn Fn(&Rule) -> bool| -> BTreeSet<Str> {
        rules.iter().filter(|rule| fits(rule)).map(|rule| rule.id.clone()).collect()
    };
    let chosen = |rules: BTreeSet<Str>| Chosen { selector: selector.clone(), rules };
    let wrong = |problem: Diagnostic, help: String| {
        let problem = problem.at(selector.span, "suppresses nothing");
        (chosen(BTreeSet::new()), Some(problem.help(help).as_finding()))
    };
    if text == ALL {
        return (chosen(ids(&|_| true)), None);
    }
    if text.contains('*') && !text.contains(char::is_alphanumeric) {
        let message = format!("`{text}` would suppress every rule, also those to come");
        let help = format!(
            "name rules, a pattern such as `rds-*` or a principle; `{ALL}` is for all that is meant so"
        );
        return wrong(Diagnostic::warning("suppression/malformed", message), help);
    }
    let pattern = Some(text).filter(|text| text.contains('*')).and_then(|text| Glob::new(text).ok());
    if let Some(pattern) = pattern.map(|pattern| pattern.compile_matcher()) {
        let meant = ids(&|rule| pattern.is_match(rule.id.as_str()));
        if !meant.is_empty() {
            return (chosen(meant), None);
        }
        let help = "`buttress rules` lists all rules".to_owned();
        let message = format!("no rule fits `{text}`");
        return wrong(Diagnostic::warning("suppression/unknown-rule", message), help);
    }
    let meant = ids(&|rule| rule.id == text || rule.principle == text);
    if !meant.is_empty() {
        return (chosen(meant), None);
    }
    let renamed = rules.iter().find(|rule| rule.renamed_from.iter().any(|former| former == text));
    if let Some(rule) = renamed {
        let note = Diagnostic::advice("suppression/renamed", format!("`{text}` is now called `{}`", rule.id));
        let note = note.at(selector.span, "counts as before").help(format!("write `{}`", rule.id));
        return (chosen(BTreeSet::from([rule.id.clone()])), Some(note.as_finding()));
    }
    let names = rules.iter().flat_map(|rule| [rule.id.as_str(), rule.principle.as_str()]);
    let near = suggests.then(|| nearest(text, names)).flatten();
    let help = match near {
        Some(near) => format!("did you mean `{near}`?"),
        None => "`buttress rules` lists all rules; a reason is written as `reason=\"…\"`".to_owned(),
    };
    let message = format!("there is no rule `{text}`");
    wrong(Diagnostic::warning("suppression/unknown-rule", message), help)
}
