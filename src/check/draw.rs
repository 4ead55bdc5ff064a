//! Pictures: the graph of every root, as far as a view shows it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::sync::Arc;

use super::of_each_root;
use super::roots::Job;
use crate::address::Address;
use crate::analysis::failure::Simulation;
use crate::budget::{Account, Allowance};
use crate::diagnostic::{Diagnostic, Severity, nearest};
use crate::eval::Files;
use crate::graph::Graph;
use crate::model::EdgeKind;
use crate::report::drawing::{Drawing, DrawingReport, DrawnEdge, DrawnNode};
use crate::rule::RuleSet;
use crate::rule::run::run_within;
use crate::settings::{Picture, Settings};
use crate::value::{NodeId, Str};
use crate::verbs::VerbContext;

/// More nodes than this are drawn as groups: nobody reads a picture of so many.
const MAX_DRAWN: usize = 60;

/// Draws everything that the settings name.
pub(super) fn draw(settings: &Settings, rules: &Arc<RuleSet>, picture: &Picture) -> DrawingReport {
    let (report, drawn) = of_each_root(settings, rules, |job, set, share| root(job, set, picture, share));
    let mut out = DrawingReport { report, ..DrawingReport::default() };
    let mut addresses: BTreeSet<String> = BTreeSet::new();
    for (drawing, known) in drawn {
        addresses.extend(known);
        out.roots.push(drawing);
    }
    if let Some(focus) = picture.focus.as_ref().filter(|focus| !addresses.contains(*focus)) {
        let near = nearest(focus, addresses.iter().map(String::as_str)).map(str::to_owned);
        out.not_found = Some((focus.clone(), near));
    }
    out
}

/// An edge that a view shows, between nodes.
struct Shown {
    from: NodeId,
    to: NodeId,
    kind: EdgeKind,
    view: Str,
    attribute: String,
}

fn root(
    job: &Job,
    set: &RuleSet,
    picture: &Picture,
    allowance: Allowance,
) -> ((Drawing, Vec<String>), Account) {
    let files: &dyn Files = &*job.files;
    let build = |estate| Graph::build_within(estate, &set.model, files, allowance);
    // Rules about a change ask what was there before.
    let before = job.estate.before.as_deref().map(build);
    let graph = build(&job.estate).after(before.as_ref());
    let verdicts = run_within(&job.rules, &graph, files, job.environment_for_rules(), allowance);
    let mut drawing = of_graph(&graph, &VerbContext::new(&graph, files), picture);
    drawing.count_findings(&counted(&verdicts.findings));
    let known = picture
        .focus
        .as_ref()
        .map_or_else(Vec::new, |_| graph.nodes().map(|(_, node)| node.address.to_string()).collect());
    let mut account = graph.account().clone();
    account.add(&verdicts.account);
    ((drawing, known), account)
}

/// How many errors and warnings are about each address.
pub(super) fn counted<'f>(findings: impl IntoIterator<Item = &'f Diagnostic>) -> BTreeMap<&'f str, usize> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for finding in findings.into_iter().filter(|finding| finding.severity <= Severity::Warning) {
        *counts.entry(finding.address.as_str()).or_default() += 1;
    }
    counts
}

/// The picture of a graph. The findings at its nodes are not counted yet.
pub(super) fn of_graph(graph: &Graph<'_>, context: &VerbContext<'_>, picture: &Picture) -> Drawing {
    let table = context.standings();
    let zones = table.zone_names();
    let simulation = Simulation::run(graph, &table, None);
    let single: BTreeSet<NodeId> = simulation.single_points().into_iter().map(|(node, _)| node).collect();
    let edges = edges(graph, picture);
    let mut ids: BTreeSet<NodeId> = edges.iter().flat_map(|edge| [edge.from, edge.to]).collect();
    // What traffic enters through and what takes it down is shown although nothing leads there.
    ids.extend(simulation.entries.iter().copied());
    ids.extend(single.iter().copied());
    if let Some(focus) = &picture.focus {
        let start = graph.nodes().find(|(_, node)| node.address == focus.as_str()).map(|(id, _)| id);
        let around = around(start, &edges);
        ids.retain(|id| around.contains(id));
        ids.extend(start);
    }
    let node = |id: NodeId| {
        let node = graph.node(id)?;
        let standing = table.of(id)?;
        Some(DrawnNode {
            name: node.address.to_string(),
            label: label(&Address::read(&node.address)),
            type_: node.type_.clone(),
            role: graph.model.of(&node.type_).map(|model| model.role).unwrap_or_default().name(),
            zones: (standing.zones.iter().copied())
                // A zone that the provider chooses is no place to draw something in.
                .filter(|at| table.zones.get(*at).is_some_and(|zone| !zone.is_chosen))
                .filter_map(|at| zones.get(at).cloned())
                .collect(),
            stands_for: 1,
            addresses: vec![node.address.clone()],
            is_entry: simulation.entries.contains(&id),
            is_single_point: single.contains(&id),
            findings: 0,
        })
    };
    let nodes: Vec<(NodeId, DrawnNode)> = ids.iter().filter_map(|id| Some((*id, node(*id)?))).collect();
    match nodes.len() > MAX_DRAWN && !picture.whole {
        true => collapsed(&nodes, &edges),
        false => plain(&nodes, &edges),
    }
}

/// The names of the module calls and of the resource, without its type.
fn label(address: &Address) -> String {
    let mut label = String::new();
    for (call, key) in address.module().calls() {
        let _ = write!(label, "{call}{key}.");
    }
    let _ = write!(label, "{}{}", address.name(), address.key());
    label
}

/// The edges that the views of a picture show.
fn edges(graph: &Graph<'_>, picture: &Picture) -> Vec<Shown> {
    let views: Vec<&(Str, Vec<EdgeKind>)> =
        graph.model.views.iter().filter(|(name, _)| picture.shows(name)).collect();
    let mut shown: Vec<Shown> = Vec::new();
    for (from, to, edge) in graph.edges_of_all() {
        let view = views.iter().find(|(_, kinds)| kinds.contains(&edge.kind));
        if let Some((view, _)) = view {
            let mut attribute = String::new();
            for step in &edge.path {
                attribute.push_str(&step.to_string());
            }
            let attribute = attribute.trim_start_matches('.').to_owned();
            shown.push(Shown { from, to, kind: edge.kind, view: view.clone(), attribute });
        }
    }
    shown
}

/// Everything that leads to a node, and everything that it leads to.
fn around(start: Option<NodeId>, edges: &[Shown]) -> BTreeSet<NodeId> {
    let mut all: BTreeSet<NodeId> = BTreeSet::new();
    for forwards in [true, false] {
        let mut steps: BTreeMap<NodeId, Vec<NodeId>> = BTreeMap::new();
        for edge in edges {
            let (from, to) = if forwards { (edge.from, edge.to) } else { (edge.to, edge.from) };
            steps.entry(from).or_default().push(to);
        }
        let mut next: Vec<NodeId> = start.into_iter().collect();
        let mut seen: BTreeSet<NodeId> = next.iter().copied().collect();
        while let Some(at) = next.pop() {
            for to in steps.get(&at).into_iter().flatten() {
                if seen.insert(*to) {
                    next.push(*to);
                }
            }
        }
        all.extend(seen);
    }
    all
}

fn plain(nodes: &[(NodeId, DrawnNode)], edges: &[Shown]) -> Drawing {
    let index: BTreeMap<NodeId, usize> = nodes.iter().enumerate().map(|(at, (id, _))| (*id, at)).collect();
    let mut drawn: Vec<DrawnEdge> = edges
        .iter()
        .filter_map(|edge| {
            Some(DrawnEdge {
                from: *index.get(&edge.from)?,
                to: *index.get(&edge.to)?,
                kind: edge.kind.name(),
                view: edge.view.clone(),
                attribute: edge.attribute.clone(),
            })
        })
        .collect();
    drawn.sort();
    Drawing { nodes: nodes.iter().map(|(_, node)| node.clone()).collect(), edges: drawn, is_collapsed: false }
}

/// Nodes by their outermost module, those of the root module by their type.
fn collapsed(nodes: &[(NodeId, DrawnNode)], edges: &[Shown]) -> Drawing {
    let group_of = |node: &DrawnNode| {
        let address = Address::read(&node.name);
        match address.module().calls().next() {
            Some((call, _)) => format!("module.{call}"),
            None => node.type_.to_string(),
        }
    };
    let mut groups: BTreeMap<String, DrawnNode> = BTreeMap::new();
    let mut group: BTreeMap<NodeId, String> = BTreeMap::new();
    for (id, node) in nodes {
        let name = group_of(node);
        let own = groups.entry(name.clone()).or_insert_with(|| DrawnNode {
            name: name.clone(),
            role: node.role,
            ..DrawnNode::default()
        });
        own.stands_for += 1;
        own.is_entry |= node.is_entry;
        own.is_single_point |= node.is_single_point;
        own.addresses.extend(node.addresses.iter().cloned());
        own.zones.extend(node.zones.iter().cloned());
        own.zones.sort();
        own.zones.dedup();
        group.insert(*id, name);
    }
    let index: BTreeMap<&str, usize> =
        groups.keys().enumerate().map(|(at, name)| (name.as_str(), at)).collect();
    let at = |id: NodeId| group.get(&id).and_then(|name| index.get(name.as_str())).copied();
    let drawn: BTreeSet<DrawnEdge> = edges
        .iter()
        .filter_map(|edge| {
            let (from, to) = (at(edge.from)?, at(edge.to)?);
            let (kind, view) = (edge.kind.name(), edge.view.clone());
            (from != to).then(|| DrawnEdge { from, to, kind, view, attribute: String::new() })
        })
        .collect();
    Drawing { nodes: groups.into_values().collect(), edges: drawn.into_iter().collect(), is_collapsed: true }
}
