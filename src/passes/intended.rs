//! What a config declares of entries that there are not.

use std::collections::BTreeSet;

use super::PassContext;
use crate::config::DeclaredIntent;
use crate::diagnostic::{Diagnostic, nearest};
use crate::report::{Entry, Report};
use crate::text::Span;

/// So many entries are listed where one is asked for that there is not.
const MAX_LISTED: usize = 6;

pub(super) fn run(context: &PassContext<'_>, report: &mut Report) {
    // An entry may be in a file that could not be read.
    if report.is_incomplete() {
        return;
    }
    let roots = || context.roots.iter();
    let used: BTreeSet<Span> = roots()
        .flat_map(|root| root.intents.iter().map(move |intent| (root, intent)))
        .filter(|(root, intent)| root.entries.iter().any(|entry| intent.is_for(entry)))
        .map(|(_, intent)| intent.span)
        .collect();
    let mut told: BTreeSet<Span> = BTreeSet::new();
    let mut said = Vec::new();
    for (at, root) in roots().enumerate() {
        for intent in &root.intents {
            let is_whole = context.looks_at_all_of(&root.reach);
            if used.contains(&intent.span) || !is_whole || !told.insert(intent.span) {
                continue;
            }
            let meant = || roots().filter(|root| root.intents.iter().any(|own| own.span == intent.span));
            let known: BTreeSet<&str> =
                meant().flat_map(|root| &root.entries).map(|entry| entry.as_str()).collect();
            let no_entry: BTreeSet<(&str, &str)> = meant()
                .flat_map(|root| &root.no_entries)
                .filter(|(address, _)| intent.is_for(address))
                .map(|(address, role)| (address.as_str(), *role))
                .collect();
            let label = if no_entry.is_empty() { "matches nothing" } else { "matches no entry" };
            let near = nearest(&intent.pattern, known.iter().copied()).filter(|_| no_entry.is_empty());
            let help = near.map_or_else(|| listed(&known), |near| format!("did you mean `{near}`?"));
            let message = message(intent, &no_entry);
            let problem = Diagnostic::warning("intent/unused", message).at(intent.span, label).help(help);
            said.push(Entry::new(at, problem.as_finding()));
        }
    }
    report.diagnostics.extend(said);
}

/// What is wrong: there is nothing that it means, or what it means is no entry.
fn message(intent: &DeclaredIntent, no_entry: &BTreeSet<(&str, &str)>) -> String {
    let mut all = no_entry.iter();
    match (all.next(), all.count()) {
        (None, _) => {
            format!("no entry matches `{}`, so what is declared of it holds nowhere", intent.pattern)
        }
        (Some((address, role)), 0) => format!(
            "`{address}` has the role `{role}`, and no traffic enters there, so what is declared of it holds nowhere"
        ),
        (Some(_), others) => format!(
            "no traffic enters at any of the {} resources that `{}` matches, so what is declared of them holds nowhere",
            others + 1,
            intent.pattern
        ),
    }
}

/// The entries that there are.
fn listed(known: &BTreeSet<&str>) -> String {
    let shown: Vec<String> = known.iter().take(MAX_LISTED).map(|entry| format!("`{entry}`")).collect();
    match (shown.as_slice(), known.len().saturating_sub(MAX_LISTED)) {
        ([], _) => "no traffic enters anywhere in what was checked".to_owned(),
        ([only], 0) => format!("the only entry is {only}"),
        (_, 0) => format!("the entries are {}", shown.join(", ")),
        (_, more) => {
            format!("the entries are {}, and {more} more, which `buttress simulate` lists", shown.join(", "))
        }
    }
}
