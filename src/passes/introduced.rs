//! `--regressions` and `--since`: sets aside findings that existed before the change, and findings that cannot be compared.

use std::collections::BTreeSet;

use rustc_hash::FxHashMap;

use super::PassContext;
use crate::graph::Graph;
use crate::report::{ChangeSummary, Entry, Fixed, Report, Status};
use crate::rule::Reads;
use crate::rule::run::Verdicts;
use crate::rule::verdict::UnknownVerdict;
use crate::value::{Cause, CauseKind, Str};

/// A rule, and the address that a node has after the change.
type Key = (Str, Str);

/// The outcome of the rules for a root as it was before the change.
#[derive(Debug, Default)]
pub struct Before {
    /// Findings.
    failed: Vec<Failed>,
    /// Unknown verdicts.
    unknown: BTreeSet<Key>,
    /// Whether the files of before were at hand, for the rules that ask for them.
    has_files: bool,
}

/// A finding from before the change.
#[derive(Debug)]
struct Failed {
    key: Key,
    /// The address before the change.
    address: Str,
    /// Whether the plan destroys the instance: that does not count as a fix.
    is_gone: bool,
}

impl Before {
    /// Takes the outcome of the rules for the graph before `graph`. Rules about a change are skipped there.
    pub(super) fn new(outcome: Verdicts, graph: &Graph<'_>, root: usize) -> Self {
        let failed = outcome.findings.into_iter().map(|finding| {
            let address = finding.address;
            let (key, is_gone) =
                ((finding.id, graph.address_now(root, &address)), graph.is_gone(root, &address));
            Failed { key, address, is_gone }
        });
        let unknown = outcome
            .unknown
            .iter()
            .flat_map(|it| it.rules().map(|rule| (rule.clone(), graph.address_now(root, &it.address))));
        let before = graph.before.and_then(|before| before.estate_of_root(root));
        let has_files = before.is_some_and(|estate| estate.has_files);
        Self { failed: failed.collect(), unknown: unknown.collect(), has_files }
    }
}

pub(super) fn run(context: &PassContext<'_>, report: &mut Report) {
    let reads: FxHashMap<Str, Reads> =
        report.rules.iter().map(|rule| (rule.id.clone(), rule.reads)).collect();
    for (root, facts) in context.roots.iter().enumerate() {
        if let Some(before) = &facts.before {
            compare(root, before, &reads, report);
        }
    }
}

/// Compares a root with its earlier state. A finding whose earlier verdict was unknown becomes unknown: the change may have
/// introduced it.
fn compare(root: usize, before: &Before, reads: &FxHashMap<Str, Reads>, report: &mut Report) {
    let failed: BTreeSet<&Key> = before.failed.iter().map(|failed| &failed.key).collect();
    let reads = |rule: &Str| match reads.get(rule).copied().unwrap_or_default() {
        Reads::Configuration if before.has_files => Reads::Any,
        reads => reads,
    };
    // Earlier findings that are not certainly gone.
    let mut still: BTreeSet<Key> = BTreeSet::new();
    let mut not_comparable = Vec::new();
    let mut left = 0;
    let of_root = report.diagnostics.iter_mut().filter(|entry| entry.root == Some(root));
    for entry in of_root.filter(|entry| entry.what.is_finding()) {
        let finding = &entry.what;
        let key = (finding.id.clone(), finding.address.clone());
        let status = match reads(&key.0) {
            // The files of before are not available.
            Reads::Configuration => Status::NotComparable,
            // Such a rule is about the change itself.
            Reads::Plan => Status::Reported,
            Reads::Any if failed.contains(&key) => Status::NotIntroduced,
            Reads::Any if before.unknown.contains(&key) => {
                not_comparable.push(UnknownVerdict {
                    rule: key.0.clone(),
                    further_rules: Vec::new(),
                    address: key.1.clone(),
                    cause: Cause::new(CauseKind::BeforeNotKnown, key.1.clone(), None),
                    location: finding.primary.as_ref().map(|label| label.location.clone()),
                });
                Status::NotComparable
            }
            Reads::Any => Status::Reported,
        };
        left += usize::from(entry.is_reported() && status == Status::NotIntroduced);
        entry.set_aside(status);
        still.insert(key);
    }
    for entry in report.unknown.iter_mut().filter(|entry| entry.root == Some(root)) {
        let address = entry.what.address.clone();
        still.extend(entry.what.rules().map(|rule| (rule.clone(), address.clone())));
        if !entry.what.keep_rules(|rule| reads(rule) != Reads::Configuration) {
            entry.set_aside(Status::NotComparable);
            continue;
        }
        let is_new = |rule: &Str| {
            let key = (rule.clone(), address.clone());
            reads(rule) == Reads::Plan || !(failed.contains(&key) || before.unknown.contains(&key))
        };
        if !entry.what.keep_rules(is_new) {
            entry.set_aside(Status::NotIntroduced);
        }
    }
    report.unknown.extend(not_comparable.into_iter().map(|verdict| Entry::new(root, verdict)));
    let change = report.change.get_or_insert_with(ChangeSummary::default);
    change.left += left;
    let fixed = before.failed.iter().filter(|failed| !failed.is_gone && !still.contains(&failed.key));
    change.fixed.extend(fixed.map(|failed| Fixed {
        root,
        rule: failed.key.0.clone(),
        address: failed.address.clone(),
    }));
}
