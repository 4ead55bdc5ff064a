//! Pictures: the graph of every landscape, as far as a view shows it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::sync::Arc;

use super::landscape::{Judging, shown};
use super::of_each_landscape;
use super::roots::Job;
use crate::address::{Address, CallName, ModuleAddress};
use crate::analysis::failure::Simulation;
use crate::diagnostic::{Diagnostic, Severity, nearest};
use crate::graph::{Graph, NodeKind};
use crate::model::EdgeKind;
use crate::report::ShownNode;
use crate::report::drawing::{Drawing, DrawingReport, DrawnEdge, DrawnNode};
use crate::rule::RuleSet;
use crate::rule::run::{RootQuestion, run_in};
use crate::settings::{Picture, Settings};
use crate::value::{NodeId, Str};
use crate::verbs::VerbContext;

/// More nodes than this are drawn as groups: nobody reads a picture of so many.
const MAX_DRAWN: usize = 60;

/// Draws everything that the settings name.
pub(super) fn draw(settings: &Settings, rules: &Arc<RuleSet>, picture: &Picture) -> DrawingReport {
    let ask = |root, job: &Job, judging: &Judging<'_>, share| {
        let (rules, environment) = (&job.rules, job.environment_for_rules());
        let verdicts =
            run_in(&judging.now, &RootQuestion { root, rules, files: &*job.files, environment }, share);
        (verdicts.findings, verdicts.account)
    };
    let look = |judging: &Judging<'_>| {
        let known = |_: &String| judging.now.graph.nodes().flat_map(|(id, _)| names(judging.now.graph, id));
        let drawing = of_landscape(&judging.now.context, picture);
        let views = if drawing.nodes.is_empty() { nodes_of_views(judging.now.graph) } else { Vec::new() };
        Some((drawing, picture.focus.iter().flat_map(known).collect::<Vec<_>>(), views))
    };
    let (report, (findings, drawn)) = of_each_landscape(settings, rules, ask, look);
    let of_roots = findings.iter().enumerate();
    let of_roots = of_roots.flat_map(|(root, findings)| findings.iter().map(move |finding| (root, finding)));
    let counts = counted(of_roots);
    let mut out = DrawingReport { report, ..DrawingReport::default() };
    let mut addresses: BTreeSet<String> = BTreeSet::new();
    let mut others: BTreeMap<String, usize> = BTreeMap::new();
    for (landscape, (mut drawing, known, views)) in drawn {
        addresses.extend(known);
        for (view, nodes) in views.into_iter().filter(|(view, _)| !picture.shows(view)) {
            *others.entry(view).or_default() += nodes;
        }
        drawing.count_findings(&counts);
        out.landscapes.push((landscape, drawing));
    }
    if out.landscapes.iter().all(|(_, drawing)| drawing.nodes.is_empty()) {
        out.other_views = others.into_iter().filter(|(_, nodes)| *nodes > 0).collect();
        out.other_views.sort_by(|(a, more_a), (b, more_b)| more_b.cmp(more_a).then(a.cmp(b)));
    }
    // Where others have what is asked for, an empty picture tells nothing.
    if picture.focus.is_some() && out.landscapes.iter().any(|(_, drawing)| !drawing.nodes.is_empty()) {
        out.landscapes.retain(|(_, drawing)| !drawing.nodes.is_empty());
    }
    let is_found = |focus: &&String| addresses.iter().any(|address| is_meant(address, focus));
    if let Some(focus) = picture.focus.as_ref().filter(|focus| !is_found(focus)) {
        // Whoever leaves out the module means what is in it.
        let inner = format!(".{focus}");
        let inner = addresses.iter().find(|address| !focus.is_empty() && address.ends_with(&inner));
        let near = inner.map(String::as_str).or_else(|| nearest(focus, addresses.iter().map(String::as_str)));
        out.not_found = Some((focus.clone(), near.map(str::to_owned)));
    }
    out
}

/// By what a node can be asked for: what it is called in the landscape, and its address.
fn names(graph: &Graph<'_>, id: NodeId) -> [String; 2] {
    let ShownNode { name, address, .. } = shown(graph, id);
    [name.to_string(), address.to_string()]
}

/// Whether a name is what somebody asks for: the address itself, one of its instances, or something in a module.
fn is_meant(name: &str, asked: &str) -> bool {
    let is_module = || ModuleAddress::parse(asked).is_some_and(|module| !module.is_root());
    name.strip_prefix(asked).is_some_and(|rest| match rest.chars().next() {
        None | Some('[') => !asked.is_empty(),
        Some('.') => is_module(),
        Some(_) => false,
    })
}

/// An edge that a view shows, between nodes.
struct Shown {
    from: NodeId,
    to: NodeId,
    kind: EdgeKind,
    view: Str,
    attribute: String,
}

/// How many errors and warnings are about each address of each root module.
pub(super) fn counted<'f>(
    findings: impl IntoIterator<Item = (usize, &'f Diagnostic)>,
) -> BTreeMap<(usize, &'f str), usize> {
    let mut counts: BTreeMap<(usize, &str), usize> = BTreeMap::new();
    for (root, finding) in findings.into_iter().filter(|(_, finding)| finding.severity <= Severity::Warning) {
        *counts.entry((root, finding.address.as_str())).or_default() += 1;
    }
    counts
}

/// The most zones of a node that are named.
const MAX_ZONES: usize = 64;

/// The most bytes that edges take in a document, and what each takes beside names.
const MAX_EDGE_BYTES: usize = 48 << 20;
const BYTES_PER_EDGE: usize = 160;

/// The picture of a landscape. The findings at its nodes are not counted yet.
pub(super) fn of_landscape(context: &VerbContext<'_>, picture: &Picture) -> Drawing {
    let graph = context.graph;
    let table = context.standings();
    let zones = table.zone_names();
    let simulation = Simulation::run(graph, &table, None);
    let single: BTreeSet<NodeId> = simulation.single_points().into_iter().map(|(node, _)| node).collect();
    let entries: BTreeSet<NodeId> = simulation.entries.iter().copied().collect();
    let edges = edges(graph, picture);
    let mut ids: BTreeSet<NodeId> = edges.iter().flat_map(|edge| [edge.from, edge.to]).collect();
    // What traffic enters through and what takes it down is shown although nothing leads there.
    ids.extend(simulation.entries.iter().copied());
    ids.extend(single.iter().copied());
    if let Some(focus) = &picture.focus {
        let is_start = |id: &NodeId| names(graph, *id).iter().any(|name| is_meant(name, focus));
        let start: Vec<NodeId> = graph.nodes().map(|(id, _)| id).filter(is_start).collect();
        let is_drawn = start.iter().any(|id| ids.contains(id));
        let around = around(&start, &edges);
        ids.retain(|id| around.contains(id));
        // What no edge leads to is drawn if there is nothing else.
        let of_resource =
            |id: &NodeId| graph.node(*id).is_some_and(|node| matches!(node.kind, NodeKind::Resource(_)));
        ids.extend(start.into_iter().filter(|id| !is_drawn && of_resource(id)));
    }
    let node = |id: NodeId| {
        let node = graph.node(id)?;
        let standing = table.of(id)?;
        let ShownNode { root, address, name } = shown(graph, id);
        // A zone that the provider chooses is no place to draw something in.
        let is_place = |at: &usize| table.zones.get(*at).is_some_and(|zone| !zone.is_chosen);
        let own_zones = || standing.zones.iter().copied().filter(is_place);
        Some(DrawnNode {
            name: name.to_string(),
            root,
            place: graph.graph_root(id).map(|root| root.name.into()).unwrap_or_default(),
            address: address.clone(),
            label: label(&Address::read(&node.address)),
            type_: node.type_.clone(),
            role: graph.model.of(&node.type_).map(|model| model.role).unwrap_or_default().name(),
            zones: own_zones().take(MAX_ZONES).filter_map(|at| zones.get(at).cloned()).collect(),
            further_zones: own_zones().count().saturating_sub(MAX_ZONES),
            stands_for: 1,
            members: vec![(root, address)],
            is_entry: entries.contains(&id),
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

/// How many nodes each view of the model draws.
fn nodes_of_views(graph: &Graph<'_>) -> Vec<(String, usize)> {
    let nodes = |(view, _): &(Str, Vec<EdgeKind>)| {
        let picture = Picture { views: vec![view.to_string()], ..Picture::default() };
        let edges = edges(graph, &picture);
        let ends: BTreeSet<NodeId> = edges.iter().flat_map(|edge| [edge.from, edge.to]).collect();
        (view.to_string(), ends.len())
    };
    graph.model.views.iter().map(nodes).collect()
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
fn around(start: &[NodeId], edges: &[Shown]) -> BTreeSet<NodeId> {
    let mut all: BTreeSet<NodeId> = BTreeSet::new();
    for forwards in [true, false] {
        let mut steps: BTreeMap<NodeId, Vec<NodeId>> = BTreeMap::new();
        for edge in edges {
            let (from, to) = if forwards { (edge.from, edge.to) } else { (edge.to, edge.from) };
            steps.entry(from).or_default().push(to);
        }
        let mut next: Vec<NodeId> = start.to_vec();
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
    let nodes: Vec<DrawnNode> = nodes.iter().map(|(_, node)| node.clone()).collect();
    // What an edge takes in a document: what it is called by, and the words around.
    let name = |at: usize| nodes.get(at).map_or(0, |node| node.name.len());
    let mut left = MAX_EDGE_BYTES;
    let mut fits = |edge: &DrawnEdge| {
        let bytes = BYTES_PER_EDGE + name(edge.from) + name(edge.to) + edge.attribute.len();
        left.checked_sub(bytes).map(|rest| left = rest).is_some()
    };
    let all = drawn.len();
    let shown = drawn.iter().take_while(|edge| fits(edge)).count();
    drawn.truncate(shown);
    Drawing { nodes, edges: drawn, is_collapsed: false, left_out: all - shown }
}

/// Nodes by their outermost module, those of the root module by their type; if these are too many, by their root modules.
fn collapsed(nodes: &[(NodeId, DrawnNode)], edges: &[Shown]) -> Drawing {
    let module_of = |node: &DrawnNode| {
        let address = Address::read(&node.address);
        let own = match address.module().calls().next() {
            Some((call, _)) => CallName(call).to_string(),
            None => node.type_.to_string(),
        };
        if node.place.is_empty() { own } else { format!("{}:{own}", node.place) }
    };
    let drawing = grouped(nodes, edges, module_of);
    let is_one = nodes.iter().all(|(_, node)| node.place.is_empty());
    if is_one || drawing.nodes.len() <= MAX_DRAWN {
        return drawing;
    }
    grouped(nodes, edges, |node| node.place.to_string())
}

/// What a group of nodes does is what the first of these roles does that one of its nodes has: a module of a service has
/// load balancing, permissions and logs of its own.
const GROUP_ROLES: [&str; 9] =
    ["compute", "entry", "ingress", "datastore", "cache", "queue", "stream", "topic", "bus"];

fn rank(role: &str) -> usize {
    GROUP_ROLES.iter().position(|known| *known == role).unwrap_or(GROUP_ROLES.len())
}

fn grouped(
    nodes: &[(NodeId, DrawnNode)],
    edges: &[Shown],
    group_of: impl Fn(&DrawnNode) -> String,
) -> Drawing {
    let mut groups: BTreeMap<String, DrawnNode> = BTreeMap::new();
    let mut group: BTreeMap<NodeId, String> = BTreeMap::new();
    for (id, node) in nodes {
        let name = group_of(node);
        let own = groups.entry(name.clone()).or_insert_with(|| DrawnNode {
            name: name.clone(),
            root: node.root,
            role: node.role,
            ..DrawnNode::default()
        });
        if rank(node.role) < rank(own.role) {
            own.role = node.role;
        }
        own.stands_for += 1;
        own.is_entry |= node.is_entry;
        own.is_single_point |= node.is_single_point;
        own.members.extend(node.members.iter().cloned());
        for zone in &node.zones {
            if let Err(at) = own.zones.binary_search(zone) {
                match own.zones.len() < MAX_ZONES {
                    true => own.zones.insert(at, zone.clone()),
                    false => own.further_zones += 1,
                }
            }
        }
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
    let (nodes, edges) = (groups.into_values().collect(), drawn.into_iter().collect());
    Drawing { nodes, edges, is_collapsed: true, left_out: 0 }
}
