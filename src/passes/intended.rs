//! What a config declares of entries that there are not.

use std::collections::BTreeSet;

use super::PassContext;
use crate::diagnostic::{Diagnostic, nearest};
use crate::report::{Entry, Report};
use crate::text::Span;

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
            let known: BTreeSet<&str> =
                roots().flat_map(|root| &root.entries).map(|entry| entry.as_str()).collect();
            let near = nearest(&intent.pattern, known.iter().copied());
            let help = match (near, known.is_empty()) {
                (Some(near), _) => format!("did you mean `{near}`?"),
                (None, true) => "no traffic enters anywhere in what was checked".to_owned(),
                (None, false) => "`buttress simulate` lists the entries".to_owned(),
            };
            let message =
                format!("no entry matches `{}`, so what is declared of it holds nowhere", intent.pattern);
            let problem =
                Diagnostic::warning("intent/unused", message).at(intent.span, "matches nothing").help(help);
            said.push(Entry::new(at, problem.as_finding()));
        }
    }
    report.diagnostics.extend(said);
}
