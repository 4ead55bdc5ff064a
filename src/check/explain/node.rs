//! What there is to say of one node: its values, edges, zones, copies and signals, and what rules say of it.

use petgraph::Direction;

use super::values;
use crate::address::{Address, ModuleAddress};
use crate::analysis::standing::Table;
use crate::check::coverage::cell_of;
use crate::diagnostic::Location;
use crate::estate::{Estate, Mode};
use crate::graph::{Graph, Node, NodeKind};
use crate::model::EdgeKind;
use crate::report::explained::{
    ExplainedEdge, ExplainedEdges, ExplainedNode, ExplainedStanding, ExplainedVerdict, VerdictKind,
};
use crate::rule::asked::NodeVerdict;
use crate::rule::decided;
use crate::rule::verdict::Verdict;
use crate::value::{Known, NodeId, Str};
use crate::verbs::VerbContext;

/// What all nodes of a root are explained from.
pub(super) struct RootView<'a> {
    pub(super) graph: &'a Graph<'a>,
    /// The index of the root module.
    pub(super) root: usize,
    pub(super) estate: &'a Estate,
    pub(super) context: &'a VerbContext<'a>,
    pub(super) table: &'a Table,
    /// The names of the zones, by their indexes in the table.
    pub(super) zones: &'a [String],
}

impl RootView<'_> {
    /// Explains a node.
    pub(super) fn node(&self, id: NodeId, node: &Node, verdicts: &[NodeVerdict]) -> ExplainedNode {
        let call = self.estate.calls.iter().find(|call| call.address.as_str() == node.address);
        let (values, further_values) = match (node.kind, call) {
            (NodeKind::Call, Some(call)) => values::of_call(self.estate, call),
            _ => values::of_node(self.graph, self.estate, id, node),
        };
        let is_managed = node.kind == NodeKind::Resource(Mode::Managed);
        let model = self.graph.model.of(&node.type_);
        let signals = self
            .context
            .covered(id)
            .map(|covered| covered.signals.each_ref().map(|signal| cell_of(signal, |id| self.address(id))));
        let mut verdicts: Vec<ExplainedVerdict> = verdicts.iter().map(explained).collect();
        // How severe a finding would be matters only where there may be one.
        let severity = |verdict: &ExplainedVerdict| match verdict.kind {
            VerdictKind::Fail | VerdictKind::Unknown => Some(verdict.severity),
            VerdictKind::Pass | VerdictKind::Skip => None,
        };
        verdicts.sort_by(|a, b| (a.kind, severity(a), &a.rule).cmp(&(b.kind, severity(b), &b.rule)));
        ExplainedNode {
            address: node.address.clone(),
            kind: match node.kind {
                NodeKind::Resource(Mode::Managed) => "resource",
                NodeKind::Resource(Mode::Data) => "data source",
                NodeKind::Resource(Mode::Ephemeral) => "ephemeral resource",
                _ => "module call",
            },
            role: model.map(|model| model.role.name()).filter(|_| is_managed),
            place: decided(self.graph, id, node, &[]),
            calls: self.calls(node),
            uncertain: node.uncertain.as_ref().map(ToString::to_string),
            values,
            further_values,
            outgoing: self.edges(id, Direction::Outgoing),
            incoming: self.edges(id, Direction::Incoming),
            standing: if is_managed { self.standing(id) } else { None },
            signals,
            verdicts,
        }
    }

    /// The address of a node; of one in another root module with the name of that.
    fn address(&self, id: NodeId) -> Str {
        let address = self.graph.node(id).map(|node| node.address.clone()).unwrap_or_default();
        match self.graph.graph_root(id).filter(|other| other.index != self.root) {
            Some(other) => ecow::eco_format!("{address} of {}", other.name),
            None => address,
        }
    }

    /// The calls that lead to a node, outermost first.
    fn calls(&self, node: &Node) -> Vec<(Str, Location)> {
        let module = match node.kind {
            NodeKind::Resource(_) => Address::read(&node.address).module(),
            _ => ModuleAddress::parse(&node.address).unwrap_or_default(),
        };
        let around = module.ancestors().into_iter().rev();
        let found = around.filter(|around| around.as_str() != node.address).filter_map(|address| {
            let call = self.estate.calls.iter().find(|call| call.address == address)?;
            Some((address.text().clone(), Location::Source(call.block.as_ref()?.header)))
        });
        found.collect()
    }

    fn edges(&self, id: NodeId, direction: Direction) -> ExplainedEdges {
        let mut found = ExplainedEdges::default();
        for (from, to, edge) in self.graph.edges_of_all() {
            let (own, other) = match direction {
                Direction::Outgoing => (from, to),
                Direction::Incoming => (to, from),
            };
            if own != id {
                continue;
            }
            let mut attribute = String::new();
            edge.path.iter().for_each(|step| attribute.push_str(&step.to_string()));
            let uncertain = |id| self.graph.node(id).and_then(|node| node.uncertain.as_ref());
            found.edges.push(ExplainedEdge {
                kind: edge.kind.name(),
                other: self.address(other),
                attribute: attribute.trim_start_matches('.').to_owned(),
                possible: uncertain(from).or_else(|| uncertain(to)).map(ToString::to_string),
            });
        }
        for (kind, other, cause) in self.graph.possible_edges(id, direction) {
            let (kind, other) = (kind.name(), self.address(other));
            if !found.edges.iter().any(|edge| edge.kind == kind && edge.other == other) {
                let possible = Some(cause.to_string());
                found.edges.push(ExplainedEdge { kind, other, attribute: String::new(), possible });
            }
        }
        found.edges.sort_by(|a, b| {
            (a.possible.is_some(), a.kind, &a.other).cmp(&(b.possible.is_some(), b.kind, &b.other))
        });
        found.open = self.open(id, direction);
        found
    }

    /// Why there may be further edges: each cause with the kinds of edges.
    fn open(&self, id: NodeId, direction: Direction) -> Vec<(String, Vec<&'static str>)> {
        let mut causes: Vec<(String, Vec<&'static str>)> = Vec::new();
        for kind in EdgeKind::ALL {
            let more = match direction {
                Direction::Outgoing => self.graph.linked(id, *kind, &[]).more,
                Direction::Incoming => self.graph.referrers(id, *kind, &[]).more,
            };
            let Some(cause) = more.map(|cause| cause.to_string()) else { continue };
            match causes.iter_mut().find(|(known, _)| *known == cause) {
                Some((_, kinds)) => kinds.push(kind.name()),
                None => causes.push((cause, vec![kind.name()])),
            }
        }
        for (_, kinds) in causes.iter_mut().filter(|(_, kinds)| kinds.len() == EdgeKind::ALL.len()) {
            kinds.clear();
        }
        causes
    }

    fn standing(&self, id: NodeId) -> Option<ExplainedStanding> {
        let standing = self.table.of(id)?;
        let name = |at: &usize| {
            let zone = self.table.zones.get(*at)?;
            let name = self.zones.get(*at)?;
            Some(if zone.is_chosen { format!("{name} (the provider chooses it)") } else { name.clone() })
        };
        Some(ExplainedStanding {
            zones: standing.zones.iter().filter_map(name).collect(),
            open: standing.open.as_ref().map(ToString::to_string),
            least: standing.copies.least,
            most: standing.copies.most,
            copies_cause: standing.copies.cause.as_ref().map(ToString::to_string),
            recovery: match &standing.recovery {
                Known::Yes(recovery) => Ok(recovery.name()),
                Known::No(cause) => Err(cause.to_string()),
            },
            entry: match &standing.entry {
                Known::Yes(is_entry) => Ok(*is_entry),
                Known::No(cause) => Err(cause.to_string()),
            },
        })
    }
}

fn explained(verdict: &NodeVerdict) -> ExplainedVerdict {
    let (kind, text, place) = match &verdict.verdict {
        Verdict::Fail(finding) => {
            let place = finding.primary.as_ref().map(|label| label.location.clone());
            (VerdictKind::Fail, finding.message.clone(), place)
        }
        Verdict::Unknown(unknown) => {
            (VerdictKind::Unknown, unknown.cause.to_string(), unknown.cause.root().span.map(Location::Source))
        }
        Verdict::Pass => (VerdictKind::Pass, String::new(), None),
        Verdict::Skip => (VerdictKind::Skip, verdict.skipped_for.clone().unwrap_or_default(), None),
    };
    let (rule, severity) = (verdict.rule.id.clone(), verdict.severity);
    ExplainedVerdict { rule, severity, kind, text, place, set_aside: None }
}
