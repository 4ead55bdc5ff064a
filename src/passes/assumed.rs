//! Assumptions: finds those that a known value contradicts, and those that are of no use.

use rustc_hash::FxHashMap;

use super::PassContext;
use crate::diagnostic::Diagnostic;
use crate::estate::{Assumption, AssumptionUse};
use crate::report::{Entry, Report};
use crate::text::Span;

/// What became of an assumption in all root modules.
struct AssumptionOutcome<'a> {
    assumption: &'a Assumption,
    /// The first root that it is for.
    root: usize,
    all: AssumptionUse,
    /// Whether it is for any root module of the run.
    is_for_some: bool,
    /// Whether everything was looked at that the config is for.
    is_whole: bool,
}

pub(super) fn run(context: &PassContext<'_>, report: &mut Report) {
    let mut outcomes: Vec<AssumptionOutcome<'_>> = Vec::new();
    let mut known: FxHashMap<Span, usize> = FxHashMap::default();
    for (root, facts) in context.roots.iter().enumerate() {
        let here = facts.assumptions.all().iter().enumerate().map(|(index, one)| (Some(index), one));
        let elsewhere = facts.assumptions.elsewhere().iter().map(|one| (None, one));
        for (index, assumption) in here.chain(elsewhere) {
            let used = facts.assumed.iter().find(|(at, _)| Some(*at) == index);
            let used = used.map(|(_, used)| *used).unwrap_or_default();
            let at = *known.entry(assumption.span).or_insert_with(|| {
                outcomes.push(AssumptionOutcome {
                    assumption,
                    root,
                    all: AssumptionUse::default(),
                    is_for_some: false,
                    is_whole: context.looks_at_all_of(&facts.reach),
                });
                outcomes.len() - 1
            });
            if let Some(outcome) = outcomes.get_mut(at) {
                if index.is_some() && !outcome.is_for_some {
                    (outcome.is_for_some, outcome.root) = (true, root);
                }
                outcome.all.is_used |= used.is_used;
                outcome.all.is_known |= used.is_known;
                outcome.all.is_contradicted |= used.is_contradicted;
                outcome.all.is_never_null |= used.is_never_null;
            }
        }
    }
    let is_complete = !report.is_incomplete();
    let said = outcomes.iter().filter_map(|outcome| {
        let diagnostic = diagnostic(outcome, is_complete)?;
        Some(Entry::new(outcome.root, diagnostic.at(outcome.assumption.span, "assumed here").as_finding()))
    });
    report.diagnostics.extend(said);
}

fn diagnostic(outcome: &AssumptionOutcome<'_>, is_complete: bool) -> Option<Diagnostic> {
    let AssumptionOutcome { assumption, all, is_for_some, is_whole, .. } = outcome;
    let address = &assumption.address;
    if all.is_never_null {
        let message = format!("`{address}` is never null, as its declaration says, and is assumed to be");
        return Some(
            Diagnostic::warning("assumption/contradicted", message)
                .help("the assumption answers nothing: give another value, or remove `nullable = false`"),
        );
    }
    if all.is_contradicted {
        let message = format!("`{address}` is known, and not as it is assumed to be");
        return Some(
            Diagnostic::warning("assumption/contradicted", message)
                .help("the known value counts: remove the assumption, or correct what sets the value"),
        );
    }
    if all.is_used || !is_complete {
        return None;
    }
    let message = if all.is_known {
        format!("`{address}` is known without this assumption")
    } else if *is_whole && *is_for_some {
        format!("nothing asks for `{address}`")
    } else if *is_whole {
        let message = format!("`{address}` is assumed of root modules that there are not");
        return Some(Diagnostic::warning("assumption/unused", message).help("correct `roots`, or remove it"));
    } else {
        return None;
    };
    Some(Diagnostic::warning("assumption/unused", message).help(
        "remove it; an address is a variable, a local value, an attribute of a resource or data source, or an output of a module: \
         `var.zones`, `data.TYPE.NAME.ids`, `module.network.private_subnets`",
    ))
}
