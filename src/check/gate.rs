//! Gates on a change: of everything that rules say, what a plan has to answer for.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::address::Address;
use crate::finding::{Finding, Spot, UnknownVerdict};
use crate::graph::Graph;
use crate::rule::run::Outcome;
use crate::rule::{Reads, Rule};
use crate::value::{Cause, CauseKind, Str};

/// What a change does to defects.
#[derive(Debug, Default)]
pub(super) struct Balance {
    /// Defects of before that are certainly gone from what stays, by rule and address of then.
    pub(super) fixed: Vec<(Str, Str)>,
    /// How many were there before and still are.
    pub(super) left: usize,
}

/// Rule and address.
type Key = (Str, Str);

/// Takes out of an outcome what was so before as well, and what cannot be compared. What is certain now and was not known before
/// stays open: the change may have introduced it.
pub(super) fn introduced(outcome: &mut Outcome, before: Outcome, graph: &Graph<'_>) -> Balance {
    let key = |rule: &Arc<Rule>, address: &Str| -> Key { (rule.id.clone(), address.clone()) };
    let key_now = |rule: &Arc<Rule>, before: &Str| -> Key { (rule.id.clone(), graph.address_now(before)) };
    let failed: BTreeSet<Key> = before.findings.iter().map(|it| key_now(&it.rule, &it.address)).collect();
    let open: BTreeSet<Key> = before.unknown.iter().map(|it| key_now(&it.rule, &it.address)).collect();
    // Files tell nothing of what was there before.
    outcome.findings.retain(|finding| finding.rule.reads != Reads::Source);
    outcome.unknown.retain(|undecided| undecided.rule.reads != Reads::Source);
    // What a rule says of a change is about the change.
    let was = |rule: &Arc<Rule>, address: &Str, keys: &BTreeSet<Key>| {
        rule.reads != Reads::Plan && keys.contains(&key(rule, address))
    };
    let mut balance = Balance::default();
    // Defects of which it is not certain that they are gone.
    let still: BTreeSet<Key> = (outcome.findings.iter().map(|it| key(&it.rule, &it.address)))
        .chain(outcome.unknown.iter().map(|it| key(&it.rule, &it.address)))
        .collect();
    outcome.unknown.retain(|it| !was(&it.rule, &it.address, &failed) && !was(&it.rule, &it.address, &open));
    let mut kept = Vec::new();
    for finding in std::mem::take(&mut outcome.findings) {
        if was(&finding.rule, &finding.address, &failed) {
            balance.left += 1;
        } else if was(&finding.rule, &finding.address, &open) {
            outcome.unknown.push(not_known_before(finding));
        } else {
            kept.push(finding);
        }
    }
    outcome.findings = kept;
    balance.fixed = before
        .findings
        .into_iter()
        .filter(|finding| !still.contains(&key_now(&finding.rule, &finding.address)))
        // What is destroyed is not mended.
        .filter(|finding| !graph.is_gone(&finding.address))
        .map(|finding| (finding.rule.id.clone(), finding.address))
        .collect();
    balance
}

/// A defect of which it is not known whether it was there before.
fn not_known_before(finding: Finding<Spot>) -> UnknownVerdict<Spot> {
    let cause = Cause::new(CauseKind::BeforeNotKnown, finding.address.clone(), None);
    UnknownVerdict { rule: finding.rule, address: finding.address, cause, span: finding.span }
}

/// Takes out of an outcome what is not about anything that the plan touches. Gives how many resources it touches.
pub(super) fn only_touched(outcome: &mut Outcome, graph: &Graph<'_>) -> usize {
    let touched = graph.touched();
    // A module is touched with anything in it.
    let modules: BTreeSet<Str> = (touched.changed.iter())
        .flat_map(|address| address.module().ancestors())
        .map(|module| module.text().clone())
        .collect();
    let changed: BTreeSet<&Str> = touched.changed.iter().map(Address::text).collect();
    let is_touched = |address: &Str| {
        changed.contains(address) || touched.around.contains(address) || modules.contains(address)
    };
    outcome.findings.retain(|finding| {
        let shown = finding.path.iter().chain(finding.labels.iter().map(|label| &label.address));
        is_touched(&finding.address) || shown.into_iter().any(|address| changed.contains(address))
    });
    outcome.unknown.retain(|undecided: &UnknownVerdict<Spot>| is_touched(&undecided.address));
    touched.changed.len()
}
