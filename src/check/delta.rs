//! What a change does to the graph of a root, and the facts for which an architect should look at it.

use std::collections::{BTreeMap, BTreeSet};

use super::roots::Job;
use crate::analysis::failure::{Failure, Simulation};
use crate::analysis::standing::Table;
use crate::budget::{Account, Allowance};
use crate::estate::{Action, Change, Mode};
use crate::eval::Files;
use crate::graph::{Graph, NodeKind};
use crate::model::{EdgeKind, Model, Role};
use crate::report::review::{DeltaEdge, DeltaMark, DeltaNode, GraphDelta, ReasonKind, ReviewReason};
use crate::value::equality::{NoIdentities, Truth, equal};
use crate::value::{Known, NodeId, Str, Value};
use crate::verbs::VerbContext;

/// The most nodes of a delta: nobody reads a picture of more.
const MAX_DRAWN: usize = 40;
/// In a graph of more nodes single points are not looked for twice.
const MAX_SIMULATED: usize = 2_000;
/// The views whose edges a delta shows.
const VIEWS: [&str; 3] = ["request", "event", "data"];
/// Arguments that say nothing of how something works.
const LABELS: [&str; 3] = ["tags", "tags_all", "labels"];

/// What the change of a root comes to.
#[derive(Debug, Default)]
pub(super) struct RootChange {
    pub(super) delta: GraphDelta,
    pub(super) reasons: Vec<ReviewReason>,
}

/// An edge by the addresses of its ends, what it means, and its view.
type EdgeKey = (Str, Str, &'static str, Str);

/// What one side of a change is: its graph, and where its nodes stand.
struct Side<'a> {
    graph: &'a Graph<'a>,
    table: Table,
    /// The nodes by the address that they have after the change.
    nodes: BTreeMap<Str, NodeId>,
    /// Addresses, as they are after the change, of where traffic certainly enters.
    entries: BTreeSet<Str>,
}

/// What a change does to a root, looked at by itself; `None` if nothing changes.
pub(super) fn of(job: &Job, model: &Model, allowance: Allowance) -> (Option<RootChange>, Account) {
    let changes: Vec<&Change> = job
        .estate
        .changes
        .iter()
        .filter(|change| change.address.mode() == Mode::Managed)
        .filter(|change| !matches!(change.action, Action::NoOp | Action::Read))
        .collect();
    let Some(earlier) = job.estate.before.as_deref().filter(|_| !changes.is_empty()) else {
        return (None, Account::default());
    };
    let files: &dyn Files = &*job.files;
    let files_before: &dyn Files = job.files_before.as_deref().map_or(files, |files| files);
    let before = Graph::build_within(earlier, model, files_before, allowance);
    let graph = Graph::build_within(&job.estate, model, files, allowance).after(Some(&before));
    let root = graph.roots().next().map(|root| root.index).unwrap_or_default();
    let was = Side::new(&before, files_before, |address| graph.address_now(root, address));
    let is = Side::new(&graph, files, Str::clone);
    let mut change = RootChange { delta: delta(&changes, &was, &is), reasons: Vec::new() };
    stores(&changes, &was, &is, &mut change.reasons);
    entries(&was, &is, &mut change.reasons);
    zones(&was, &is, &mut change.reasons);
    change.delta.is_simulated = was.nodes.len().max(is.nodes.len()) <= MAX_SIMULATED;
    if change.delta.is_simulated {
        single_points(&was, &is, &mut change.reasons);
    }
    let mut account = before.account().clone();
    account.add(graph.account());
    (Some(change), account)
}

impl<'a> Side<'a> {
    fn new(graph: &'a Graph<'a>, files: &dyn Files, now: impl Fn(&Str) -> Str) -> Self {
        let table = VerbContext::new(graph, files).standings();
        let is_resource = |kind: NodeKind| matches!(kind, NodeKind::Resource(_));
        let nodes: BTreeMap<Str, NodeId> = graph
            .nodes()
            .filter(|(_, node)| is_resource(node.kind))
            .map(|(id, node)| (now(&node.address), id))
            .collect();
        let is_entry =
            |id: NodeId| table.of(id).is_some_and(|standing| matches!(standing.entry, Known::Yes(true)));
        let entries = nodes.iter().filter(|(_, id)| is_entry(**id)).map(|(address, _)| address.clone());
        let entries = entries.collect();
        Self { graph, table, nodes, entries }
    }

    fn role(&self, address: &Str) -> Option<Role> {
        let node = self.graph.node(*self.nodes.get(address)?)?;
        Some(self.graph.model.of(&node.type_)?.role)
    }

    /// The edges of the views, by the addresses of their ends.
    fn edges(&self) -> BTreeSet<EdgeKey> {
        let addresses: BTreeMap<NodeId, &Str> =
            self.nodes.iter().map(|(address, id)| (*id, address)).collect();
        let views: Vec<&(Str, Vec<EdgeKind>)> =
            self.graph.model.views.iter().filter(|(name, _)| VIEWS.contains(&name.as_str())).collect();
        let all = self.graph.edges_of_all().filter_map(|(from, to, edge)| {
            let (view, _) = views.iter().find(|(_, kinds)| kinds.contains(&edge.kind))?;
            let (from, to) = (*addresses.get(&from)?, *addresses.get(&to)?);
            Some((from.clone(), to.clone(), edge.kind.name(), view.clone()))
        });
        all.collect()
    }
}

/// What changes, and what is one step around it.
fn delta(changes: &[&Change], was: &Side<'_>, is: &Side<'_>) -> GraphDelta {
    let mut marks: BTreeMap<Str, DeltaMark> = BTreeMap::new();
    for change in changes {
        let mark = match change.action {
            Action::Create => DeltaMark::Added,
            Action::Delete | Action::Forget => DeltaMark::Removed,
            Action::Replace { .. } => DeltaMark::Replaced,
            Action::Update | Action::NoOp | Action::Read => DeltaMark::Changed,
        };
        marks.insert(change.address.text().clone(), mark);
    }
    let (before, after) = (was.edges(), is.edges());
    let mut around: BTreeSet<Str> = BTreeSet::new();
    for (from, to, ..) in before.iter().chain(&after) {
        for (own, other) in [(from, to), (to, from)] {
            if marks.contains_key(own) && !marks.contains_key(other) {
                around.insert(other.clone());
            }
        }
    }
    let mut all: Vec<(DeltaMark, Str)> = marks.into_iter().map(|(address, mark)| (mark, address)).collect();
    all.sort();
    all.extend(around.into_iter().map(|address| (DeltaMark::Same, address)));
    let left_out = all.len().saturating_sub(MAX_DRAWN);
    all.truncate(MAX_DRAWN);
    let index: BTreeMap<Str, usize> =
        all.iter().enumerate().map(|(at, (_, address))| (address.clone(), at)).collect();
    let mark_of = |at: usize| all.get(at).map_or(DeltaMark::Same, |(mark, _)| *mark);
    let mut edges: Vec<DeltaEdge> = Vec::new();
    for key in before.union(&after) {
        let (from, to, kind, view) = key;
        let (Some(from), Some(to)) = (index.get(from), index.get(to)) else { continue };
        // Edges between what stays tell nothing of the change.
        if mark_of(*from) == DeltaMark::Same && mark_of(*to) == DeltaMark::Same {
            continue;
        }
        let mark = match (before.contains(key), after.contains(key)) {
            (true, false) => DeltaMark::Removed,
            (false, true) => DeltaMark::Added,
            _ => DeltaMark::Same,
        };
        edges.push(DeltaEdge { from: *from, to: *to, kind, view: view.clone(), mark });
    }
    edges.sort();
    let role = |address: &Str| is.role(address).or_else(|| was.role(address)).unwrap_or_default().name();
    let nodes = all.into_iter().map(|(mark, address)| DeltaNode { role: role(&address), address, mark });
    GraphDelta { nodes: nodes.collect(), edges, left_out, ..GraphDelta::default() }
}

fn reason(kind: ReasonKind, address: &Str, text: String) -> ReviewReason {
    ReviewReason { kind, root: 0, address: address.clone(), text }
}

/// Stores that change, are replaced or go, and queues and streams that are replaced or go with what waits in them.
fn stores(changes: &[&Change], was: &Side<'_>, is: &Side<'_>, reasons: &mut Vec<ReviewReason>) {
    for change in changes {
        let address = change.address.text();
        let what = match is.role(address).or_else(|| was.role(address)) {
            Some(Role::Datastore) => "store",
            Some(Role::Queue) => "queue",
            Some(Role::Stream) => "stream",
            _ => continue,
        };
        let (kind, becomes) = match change.action {
            Action::Delete => (ReasonKind::StoreDestroyed, "is destroyed".to_owned()),
            Action::Forget => (ReasonKind::StoreDestroyed, "is no longer managed".to_owned()),
            Action::Replace { .. } => (ReasonKind::StoreReplaced, "is destroyed and made anew".to_owned()),
            Action::Update if what == "store" => {
                let names = changed_arguments(address, was, is);
                let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
                if names.is_empty() {
                    continue;
                }
                (ReasonKind::StoreChanged, format!("changes: {}", names.join(", ")))
            }
            Action::Update | Action::Create | Action::NoOp | Action::Read => continue,
        };
        reasons.push(reason(kind, address, format!("the {what} `{address}` {becomes}")));
    }
}

/// The arguments of a node that certainly change, but for those that only label it.
fn changed_arguments(address: &Str, was: &Side<'_>, is: &Side<'_>) -> Vec<Str> {
    let value = |side: &Side<'_>| -> Option<Value> {
        Some(side.graph.node(*side.nodes.get(address)?)?.value.clone())
    };
    let (Some(before), Some(after)) = (value(was), value(is)) else { return Vec::new() };
    let (Some(before), Some(after)) = (before.as_entries(), after.as_entries()) else { return Vec::new() };
    let names: BTreeSet<&Str> = before.items.iter().chain(&after.items).map(|(name, _)| name).collect();
    let differs = |name: &&&Str| match (before.get(name), after.get(name)) {
        (Some(before), Some(after)) => matches!(equal(before, after, &NoIdentities), Truth::No),
        (Some(one), None) | (None, Some(one)) => !one.is_null(),
        (None, None) => false,
    };
    let all = names.iter().filter(|name| !LABELS.contains(&name.as_str())).filter(differs);
    all.map(|name| (*name).clone()).collect()
}

/// Where traffic enters now and did not before, and the other way round.
fn entries(was: &Side<'_>, is: &Side<'_>, reasons: &mut Vec<ReviewReason>) {
    for address in is.entries.difference(&was.entries) {
        let text = format!("traffic enters at `{address}`, which it did not before");
        reasons.push(reason(ReasonKind::EntryAdded, address, text));
    }
    for address in was.entries.difference(&is.entries) {
        let text = format!("traffic no longer enters at `{address}`");
        reasons.push(reason(ReasonKind::EntryRemoved, address, text));
    }
}

/// What certainly stands in fewer zones than before.
fn zones(was: &Side<'_>, is: &Side<'_>, reasons: &mut Vec<ReviewReason>) {
    for (address, id) in &is.nodes {
        let before = was.nodes.get(address).and_then(|id| was.table.of(*id));
        let (Some(before), Some(after)) = (before, is.table.of(*id)) else { continue };
        let (had, has) = (before.zones.len(), after.zones.len());
        // Of what can be lost: a subnet group of fewer zones shows in what stands in it.
        if after.can_be_lost && after.open.is_none() && has > 0 && has < had {
            let text = format!("`{address}` stands in {has} instead of {had} zones");
            reasons.push(reason(ReasonKind::ZonesLost, address, text));
        }
    }
}

/// What takes an entry down alone, and did not before.
fn single_points(was: &Side<'_>, is: &Side<'_>, reasons: &mut Vec<ReviewReason>) {
    let points = |side: &Side<'_>| -> BTreeSet<Str> {
        let can_be_lost = |id: &NodeId| side.table.of(*id).is_some_and(|standing| standing.can_be_lost);
        let asked: Vec<Failure> =
            side.nodes.values().filter(|id| can_be_lost(id)).map(|id| Failure::Node(*id)).collect();
        let simulation = Simulation::run(side.graph, &side.table, Some(&asked));
        let found: BTreeSet<NodeId> = simulation.single_points().into_iter().map(|(id, _)| id).collect();
        side.nodes.iter().filter(|(_, id)| found.contains(id)).map(|(address, _)| address.clone()).collect()
    };
    let (before, after) = (points(was), points(is));
    for address in after.difference(&before) {
        let text = format!("the loss of `{address}` alone takes an entry down, which it did not before");
        reasons.push(reason(ReasonKind::SinglePointAdded, address, text));
    }
}
