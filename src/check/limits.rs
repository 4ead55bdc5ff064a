//! Reports spent budgets: one problem per budget, at the place that has spent most.

use crate::budget::{Account, Budget, Met};
use crate::diagnostic::Diagnostic;

/// The problems of a run with this account.
pub(super) fn problems(account: &Account) -> Vec<Diagnostic> {
    let mut budgets: Vec<Budget> = account.met.iter().map(|met| met.budget).collect();
    budgets.sort();
    budgets.dedup();
    budgets.into_iter().filter_map(|budget| problem(account, budget)).collect()
}

fn problem(account: &Account, budget: Budget) -> Option<Diagnostic> {
    let all = || account.met.iter().filter(|met| met.budget == budget);
    // If several places have spent the same, take the first one.
    let most: &Met = all().max_by_key(|met| (met.amount, std::cmp::Reverse(met.place)))?;
    let row = budget.row();
    let (what, rest) = match budget {
        Budget::Evaluation => {
            ("evaluating it takes too many steps", "everything that was not evaluated is unknown")
        }
        Budget::Values => ("its values take too much memory", "everything that was not evaluated is unknown"),
        Budget::Instances => ("it has too many instances", "what is left out may exist"),
        Budget::Edges => ("its graph has too many edges", "further references are unknown"),
        Budget::Rules => ("a rule takes too many steps", "its remaining verdicts are unknown"),
        Budget::Verdicts => ("there are too many findings", "further findings are left out"),
        Budget::Files => ("there are too many files", "further files are not read"),
        Budget::Sources => ("there is too much text to read", "further files are not read"),
    };
    let message = format!("{what}: the run has spent its budget `{}`, and {rest}", row.name);
    let problem = Diagnostic::error(row.code, message).help(
        "make this smaller, or check parts of the repository separately; docs/security.md lists the budgets",
    );
    Some(match (most.place, &most.address) {
        (Some(place), _) => problem.at(place, "most of it was spent here"),
        (None, Some(address)) => Diagnostic { address: address.clone(), ..problem },
        (None, None) => problem,
    })
}
