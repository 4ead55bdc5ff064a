//! Compares a run with the run after some edits: an edit is good if it changes what it is meant to change and nothing else.

use std::collections::BTreeSet;

use super::{Examined, RootKey};
use crate::value::Str;

/// An argument of an instance in a root module.
pub(super) type ChangedArgument = (RootKey, Str, Str);

/// A finding: its root module, rule, defect and address.
pub(super) type FindingKey = (RootKey, Str, Str, Str);

/// Why the run after some edits is not what it should be, in a sentence without a final dot. `allowed` are the arguments that may change,
/// `gone` the findings that must be gone.
pub(super) fn objection(
    before: &Examined,
    after: &Examined,
    allowed: &BTreeSet<ChangedArgument>,
    gone: &BTreeSet<FindingKey>,
) -> Option<String> {
    changed(before, after, allowed)
        .or_else(|| problem(before, after))
        .or_else(|| left(after, gone))
        .or_else(|| brought(before, after))
}

/// Something else that changes.
fn changed(before: &Examined, after: &Examined, allowed: &BTreeSet<ChangedArgument>) -> Option<String> {
    let (old, new) = (before.values(), after.values());
    if old.keys().ne(new.keys()) {
        return Some("other root modules would be found".to_owned());
    }
    for (root, old) in &old {
        let Some(new) = new.get(root) else { continue };
        for (address, arguments) in *old {
            let Some(others) = new.get(address) else {
                return Some(format!("`{address}` would be gone{}", in_environment(root)));
            };
            let names: BTreeSet<&Str> = arguments.keys().chain(others.keys()).collect();
            for name in names.into_iter().filter(|name| arguments.get(*name) != others.get(*name)) {
                if !allowed.contains(&(root.clone(), address.clone(), name.clone())) {
                    let environment = in_environment(root);
                    return Some(format!("its place also decides `{address}.{name}`{environment}"));
                }
            }
        }
        if let Some(address) = new.keys().find(|address| !old.contains_key(*address)) {
            return Some(format!("it would bring `{address}`{}", in_environment(root)));
        }
    }
    None
}

fn in_environment((place, environment, _): &RootKey) -> String {
    match environment {
        Some(environment) => format!(" in `{environment}`"),
        None if place.is_empty() || place == "." => String::new(),
        None => format!(" in `{place}`"),
    }
}

/// A problem that the input had not.
fn problem(before: &Examined, after: &Examined) -> Option<String> {
    let known: BTreeSet<(&str, &str, &str)> = before.problems().collect();
    let (_, _, message) = after.problems().find(|problem| !known.contains(problem))?;
    Some(format!("there would be a problem: {message}"))
}

/// A finding that stays, or that becomes an open question.
fn left(after: &Examined, gone: &BTreeSet<FindingKey>) -> Option<String> {
    let (findings, unknown) = (after.findings(), after.unknown());
    let is_left = |key: &&FindingKey| {
        let (root, rule, _, address) = key;
        let mut same_rule = findings.iter().map(|(root, rule, _, address)| (root, rule, address));
        same_rule.any(|found| found == (root, rule, address))
            || unknown.contains(&(root.clone(), rule.clone(), address.clone()))
    };
    gone.iter().find(is_left).map(|_| "the finding would stay".to_owned())
}

/// A finding or an open question that was not there before.
fn brought(before: &Examined, after: &Examined) -> Option<String> {
    let known = before.findings();
    if let Some((_, rule, _, address)) = after.findings().iter().find(|key| !known.contains(*key)) {
        return Some(format!("`{address}` would fail `{rule}`"));
    }
    let known = before.unknown();
    let unknown = after.unknown();
    let (_, rule, address) = unknown.iter().find(|key| !known.contains(*key))?;
    Some(format!("`{rule}` would be unknown for `{address}`"))
}
