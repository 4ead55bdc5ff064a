//! What a config declares of entries: which entries it is for, what becomes of it, and the smallest change that keeps it.

use std::collections::BTreeMap;

use rustc_hash::FxHashSet;

use super::edits::Edits;
use super::roots::Job;
use crate::analysis::failure::{Dependencies, IsMet, Outcome, TargetKind, TargetVerdict, Targets};
use crate::config::DeclaredIntent;
use crate::diagnostic::{Diagnostic, Label};
use crate::eval::Files;
use crate::graph::{Node, NodeKind};
use crate::model::Role;
use crate::report::simulation::SmallestEdit;
use crate::rule::rule_of;
use crate::value::{Known, NodeId, Str};
use crate::verbs::VerbContext;

/// The entries of root modules that something is declared of, with what is. Of several declarations the last one wins, target by target.
pub(super) fn intended<'j>(
    context: &VerbContext<'_>,
    roots: impl Iterator<Item = (usize, &'j Job)>,
) -> Vec<(NodeId, Targets)> {
    let mut all = Vec::new();
    for (root, job) in roots.filter(|(_, job)| !job.intents.is_empty()) {
        for (entry, addresses) in entries_of(context, root) {
            let targets = declared(&job.intents, &addresses);
            if targets != Targets::default() {
                all.push((entry, targets));
            }
        }
    }
    all
}

fn declared(intents: &[DeclaredIntent], addresses: &[Str]) -> Targets {
    let mut targets = Targets::default();
    let is_for = |intent: &&DeclaredIntent| addresses.iter().any(|address| intent.is_for(address));
    for intent in intents.iter().filter(is_for) {
        targets.zones = intent.zones.or(targets.zones);
        targets.rto = intent.rto.or(targets.rto);
        targets.rpo = intent.rpo.or(targets.rpo);
    }
    targets
}

/// The entries of a root module, and what may be one, with the addresses by which they are meant: their own, and those of what is entered by them.
fn entries_of(context: &VerbContext<'_>, root: usize) -> BTreeMap<NodeId, Vec<Str>> {
    let is_entry = |id: NodeId| !matches!(context.entry(id), Known::Yes(false));
    let mut entries: BTreeMap<NodeId, Vec<Str>> = BTreeMap::new();
    for (id, node) in context.graph.nodes_of_root(root) {
        let entry = if is_entry(id) { Some(id) } else { context.entered_by(id).filter(|by| is_entry(*by)) };
        if let Some(entry) = entry {
            entries.entry(entry).or_default().push(node.address.clone());
        }
    }
    entries
}

/// The addresses of all entries of a root module, where something is declared of any.
pub(super) fn entries(context: &VerbContext<'_>, root: usize, intents: &[DeclaredIntent]) -> Vec<Str> {
    if intents.is_empty() {
        return Vec::new();
    }
    entries_of(context, root).into_values().flatten().collect()
}

/// The resources of a root module that something is declared of although no traffic enters there, with what they do.
pub(super) fn no_entries(
    context: &VerbContext<'_>,
    root: usize,
    intents: &[DeclaredIntent],
    entries: &[Str],
) -> Vec<(Str, &'static str)> {
    if intents.is_empty() {
        return Vec::new();
    }
    let entries: FxHashSet<&Str> = entries.iter().collect();
    let is_meant = |node: &Node| {
        matches!(node.kind, NodeKind::Resource(_))
            && !entries.contains(&node.address)
            && intents.iter().any(|intent| intent.is_for(&node.address))
    };
    let role =
        |node: &Node| context.graph.model.of(&node.type_).map_or(Role::Other, |model| model.role).name();
    let nodes = context.graph.nodes_of_root(root).map(|(_, node)| node);
    nodes.filter(|node| is_meant(node)).map(|node| (node.address.clone(), role(node))).collect()
}

/// The fewest changes after which the loss that decides does less.
pub(super) fn edit(entry: NodeId, verdict: &TargetVerdict, edits: &mut Edits<'_>) -> Option<SmallestEdit> {
    let (IsMet::No, [lost]) = (&verdict.met, verdict.lost.as_slice()) else { return None };
    let before = match (verdict.kind, verdict.takes) {
        (TargetKind::Rto, Some(_)) => Outcome::Interrupted,
        _ => Outcome::Down,
    };
    edits.of_entry(entry, *lost, before)
}

/// The places of the changes that help, as labels.
fn labels(edit: &SmallestEdit) -> impl Iterator<Item = Label> {
    let outcome = edit.outcome.name();
    edit.changes.iter().filter_map(move |change| {
        let text = match change.is_attribute {
            true => format!("no worse than {outcome} with `{}`", change.text),
            false => format!("no worse than {outcome} with {}", change.text),
        };
        Some(Label { address: change.node.address.clone(), ..Label::new(change.place.clone()?, text) })
    })
}

/// Adds to findings of rules that say so the change that helps.
pub(super) fn show_edits(
    findings: &mut [Diagnostic],
    (root, job): (usize, &Job),
    context: &VerbContext<'_>,
    files: &dyn Files,
) {
    let shows = |finding: &Diagnostic| rule_of(&job.rules, &finding.id).is_some_and(|rule| rule.shows_edit);
    if context.is_nothing_intended() || !findings.iter().any(shows) {
        return;
    }
    let table = context.table();
    let network = Dependencies::of(context.graph, table);
    let mut edits = Edits::new(context.graph, files, context, table, &network);
    for finding in findings.iter_mut().filter(|finding| shows(finding)) {
        let mut nodes = context.graph.nodes_of_root(root);
        let Some((entry, _)) = nodes.find(|(_, node)| node.address == finding.address) else { continue };
        let verdicts = context.judged(entry);
        let mut helping: Vec<Label> = Vec::new();
        for missed in verdicts.iter().filter(|verdict| matches!(verdict.met, IsMet::No)) {
            let Some(edit) = edit(entry, missed, &mut edits) else { continue };
            // One change may help several targets.
            for label in labels(&edit) {
                if !helping.contains(&label) {
                    helping.push(label);
                }
            }
        }
        finding.related.extend(helping);
    }
}
