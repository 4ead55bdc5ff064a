//! Who is affected by the loss of whom: the edges of a graph as the model's `loss` blocks read them.

use std::cell::OnceCell;
use std::rc::Rc;
use std::sync::Arc;

use petgraph::Direction;
use petgraph::algo::kosaraju_scc;
use petgraph::graph::{DiGraph, NodeIndex};
use rustc_hash::{FxHashMap, FxHashSet};

use super::Failure;
use crate::analysis::standing::Table;
use crate::graph::{Graph, Types};
use crate::model::{EdgeKind, Loss, LossEffect};
use crate::value::equality::Truth;
use crate::value::{Cause, NodeId, Str};

/// A graph with who is affected by the loss of whom, over a table of how its nodes stand.
pub struct Dependencies<'a> {
    pub(super) graph: &'a Graph<'a>,
    pub(super) table: &'a Table,
    pub(super) losses: &'a [Loss],
    network: Rc<NeedNetwork<'a>>,
    /// Where nodes stand.
    places: NodesByPlace,
    /// For each zone, which zones of the table are lost with it; computed when it is asked for.
    zones_lost: Vec<OnceCell<Vec<Truth>>>,
    /// The same for Regions.
    regions_lost: Vec<OnceCell<Vec<Truth>>>,
}

/// What needs what, however nodes stand.
#[derive(Debug)]
struct NeedNetwork<'a> {
    /// What a node is affected by: index of the loss, kind of edge, and the other node. By the index of the node's id.
    needs: Vec<Vec<Need<'a>>>,
    /// The nodes that a node affects, by the index of its id.
    affects: Vec<Vec<NodeId>>,
    /// The nodes that tell what another one is.
    descriptions: FxHashSet<NodeId>,
    /// Nodes that affect each other in a circle are one component; what affects others comes before them.
    components: Vec<Vec<NodeId>>,
    /// The index of the component of each node, by the index of its id.
    component: Vec<usize>,
    /// What something that affects a component may need besides, by its index.
    open: Vec<OpenNeeds<'a>>,
    /// Which edges may lead to nodes although none is known; computed when it is asked for.
    may_be_needed: OnceCell<OpenStarts>,
}

/// Along which kinds of edges nodes may be needed although no edge is known.
#[derive(Debug, Default)]
struct OpenStarts {
    /// Types with the kinds that go together, each once. The first is empty.
    sets: Vec<(Str, Vec<EdgeKind>)>,
    /// The index of the set of each node, by the index of its id.
    of: Vec<usize>,
}

/// What something may need that is not known: the kind of edge, the types to which it may lead, and the cause.
pub(super) type OpenNeeds<'a> = Rc<[(EdgeKind, Types<'a>, Arc<Cause>)]>;

/// The needs of both, each with the least cause.
fn both<'a>(a: OpenNeeds<'a>, b: &OpenNeeds<'a>) -> OpenNeeds<'a> {
    if b.is_empty() || Rc::ptr_eq(&a, b) {
        return a;
    }
    if a.is_empty() {
        return b.clone();
    }
    let mut all = a.to_vec();
    let mut is_same = true;
    for (kind, types, cause) in b.iter() {
        match all.iter_mut().find(|(own, of, _)| (*own, of) == (*kind, types)) {
            Some((_, _, least)) if cause < least => *least = cause.clone(),
            Some(_) => continue,
            None => all.push((*kind, types.clone(), cause.clone())),
        }
        is_same = false;
    }
    if is_same { a } else { all.into() }
}

/// One thing that a node is affected by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Need<'a> {
    pub(super) loss: usize,
    pub(super) kind: EdgeKind,
    pub(super) of: NodeId,
    /// The resources that lead there, of which each does by itself; none where it is needed without any.
    pub(super) joined_by: &'a [NodeId],
}

impl Need<'_> {
    /// What it takes: what leads there, and what is needed.
    pub(super) fn nodes(&self) -> impl Iterator<Item = NodeId> {
        self.joined_by.iter().copied().chain([self.of])
    }
}

impl<'a> NeedNetwork<'a> {
    /// For each component what something that affects it may need besides.
    fn open_components(&self, graph: &'a Graph<'a>, losses: &[Loss]) -> Vec<OpenNeeds<'a>> {
        let mut by_type: FxHashMap<&str, Vec<EdgeKind>> = FxHashMap::default();
        let mut own = |node: &NodeId| -> OpenNeeds<'a> {
            let Some(type_) = graph.node(*node).map(|node| node.type_.as_str()) else { return Rc::default() };
            let kinds = by_type.entry(type_).or_insert_with(|| outward_kinds(losses, Some(type_)));
            let mut all = OpenNeeds::default();
            for kind in kinds.iter() {
                for (types, cause) in graph.open_types(Direction::Outgoing, *node, *kind) {
                    all = both(all, &Rc::from([(*kind, types, cause)]));
                }
            }
            all
        };
        let mut open: Vec<OpenNeeds<'a>> = Vec::with_capacity(self.components.len());
        for nodes in &self.components {
            let mut all = nodes.iter().map(&mut own).fold(Rc::default(), |all, own| both(all, &own));
            let needed = nodes.iter().filter_map(|node| self.needs.get(node.index())).flatten();
            for of in needed.filter_map(|need| open.get(self.component.get(need.of.index()).copied()?)) {
                all = both(all, of);
            }
            open.push(all);
        }
        open
    }
}

/// The kinds of edges along which a node, of a type or of any, is affected by where they lead, other than copy by copy. One that is not known matters only where
/// the loss of its target is certain to matter, and where it is not a spare.
fn outward_kinds(losses: &[Loss], of: Option<&str>) -> Vec<EdgeKind> {
    let leaves_open = |loss: &&Loss| {
        of.is_none_or(|type_| loss.is_of(type_))
            && !loss.reverse
            && !matches!(
                loss.effect,
                LossEffect::PerCopy | LossEffect::May | LossEffect::StandsIn | LossEffect::ToStart
            )
    };
    let losses = losses.iter().filter(leaves_open);
    let mut kinds: Vec<EdgeKind> = losses.flat_map(|loss| loss.kinds.iter().copied()).collect();
    kinds.sort_unstable();
    kinds.dedup();
    kinds
}

/// The nodes by where they stand.
#[derive(Debug, Default)]
struct NodesByPlace {
    by_zone: Vec<Vec<NodeId>>,
    by_region: Vec<Vec<NodeId>>,
    /// Those that may stand in further zones.
    anywhere: Vec<NodeId>,
}

impl NodesByPlace {
    /// Those of these nodes, in their order.
    fn of(nodes: impl IntoIterator<Item = NodeId>, table: &Table) -> Self {
        let mut places = Self {
            by_zone: table.zones.iter().map(|_| Vec::new()).collect(),
            by_region: table.regions.iter().map(|_| Vec::new()).collect(),
            anywhere: Vec::new(),
        };
        for id in nodes {
            let Some(standing) = table.of(id) else { continue };
            for zone in &standing.zones {
                if let Some(nodes) = places.by_zone.get_mut(*zone) {
                    nodes.push(id);
                }
            }
            if let Some(nodes) = standing.region.and_then(|region| places.by_region.get_mut(region)) {
                nodes.push(id);
            }
            if standing.open.is_some() {
                places.anywhere.push(id);
            }
        }
        places
    }
}

/// What an entry may be affected by.
#[derive(Debug)]
pub(super) struct Cone<'a> {
    pub(super) entry: NodeId,
    /// What something in it may need besides.
    pub(super) open: OpenNeeds<'a>,
    nodes: OnceCell<FxHashSet<NodeId>>,
}

/// What each node is affected by, and which nodes it affects, by the indexes of their ids and in their order.
pub(super) fn needs_and_affects<'a>(graph: &'a Graph<'_>) -> (Vec<Vec<Need<'a>>>, Vec<Vec<NodeId>>) {
    let losses: &[Loss] = &graph.model.losses;
    let mut needs: Vec<Vec<Need<'a>>> = graph.nodes().map(|_| Vec::new()).collect();
    let mut affects: Vec<Vec<NodeId>> = needs.iter().map(|_| Vec::new()).collect();
    for (from, to, edge) in graph.edges_of_all() {
        for (index, loss) in losses.iter().enumerate() {
            if !loss.kinds.contains(&edge.kind) {
                continue;
            }
            let (affected, of) = if loss.reverse { (to, from) } else { (from, to) };
            if !graph.node(affected).is_some_and(|node| loss.is_of(&node.type_)) {
                continue;
            }
            let need = Need { loss: index, kind: edge.kind, of, joined_by: &edge.joined_by };
            for of in need.nodes() {
                if let Some(affects) = affects.get_mut(of.index()) {
                    affects.push(affected);
                }
            }
            if let Some(needs) = needs.get_mut(affected.index()) {
                needs.push(need);
            }
        }
    }
    needs.iter_mut().for_each(|needs| needs.sort_unstable());
    affects.iter_mut().for_each(|affects| {
        affects.sort_unstable();
        affects.dedup();
    });
    (needs, affects)
}

/// Whether what is needed tells what the node is, and is not needed itself.
fn is_description(losses: &[Loss], need: &Need<'_>) -> bool {
    losses.get(need.loss).is_some_and(|loss| loss.effect == LossEffect::DescribedBy)
}

impl<'a> Dependencies<'a> {
    /// The network of a graph.
    #[must_use]
    pub fn of(graph: &'a Graph<'a>, table: &'a Table) -> Self {
        let losses: &'a [Loss] = &graph.model.losses;
        let (needs, affects) = needs_and_affects(graph);
        let components = components(graph, &needs);
        let mut component = vec![0; needs.len()];
        for (at, node) in
            components.iter().enumerate().flat_map(|(at, all)| all.iter().map(move |id| (at, id)))
        {
            if let Some(own) = component.get_mut(node.index()) {
                *own = at;
            }
        }
        let is_description = |need: &&Need<'_>| is_description(losses, need);
        let descriptions = needs.iter().flatten().filter(is_description).map(|need| need.of).collect();
        let network = NeedNetwork {
            open: Vec::new(),
            descriptions,
            needs,
            affects,
            components,
            component,
            may_be_needed: OnceCell::new(),
        };
        let open = network.open_components(graph, losses);
        let all = graph.nodes().map(|(id, _)| id);
        Self::over(graph, table, all, Rc::new(NeedNetwork { open, ..network }))
    }

    fn over(
        graph: &'a Graph<'a>,
        table: &'a Table,
        nodes: impl IntoIterator<Item = NodeId>,
        network: Rc<NeedNetwork<'a>>,
    ) -> Self {
        Self {
            graph,
            table,
            losses: &graph.model.losses,
            network,
            places: NodesByPlace::of(nodes, table),
            zones_lost: table.zones.iter().map(|_| OnceCell::new()).collect(),
            regions_lost: table.regions.iter().map(|_| OnceCell::new()).collect(),
        }
    }

    /// The same network where nodes stand otherwise, for trials that look at these nodes only.
    #[must_use]
    pub fn with<'b>(&self, table: &'b Table, nodes: &[NodeId]) -> Dependencies<'b>
    where
        'a: 'b,
    {
        Dependencies::over(self.graph, table, nodes.iter().copied(), self.network.clone())
    }

    pub(super) fn needs(&self, node: NodeId) -> &[Need<'a>] {
        self.network.needs.get(node.index()).map_or(&[], Vec::as_slice)
    }

    /// What a node needs, by the kind of need: each with what losing it does.
    pub(super) fn needs_by_loss(&self, node: NodeId) -> impl Iterator<Item = (&'a Loss, &[Need<'a>])> {
        let kinds = self.needs(node).chunk_by(|a, b| (a.loss, a.kind) == (b.loss, b.kind));
        kinds.filter_map(|needs| Some((self.losses.get(needs.first()?.loss)?, needs)))
    }

    /// Whether one of several such needs is enough.
    pub(super) fn does_one_do(&self, need: &Need<'_>) -> bool {
        self.losses.get(need.loss).is_some_and(|loss| loss.effect.does_one_do())
    }

    /// Whether what is needed tells what the node is, and is not needed itself.
    pub(super) fn is_description(&self, need: &Need<'_>) -> bool {
        is_description(self.losses, need)
    }

    /// Whether a node tells what another one is.
    pub(super) fn describes(&self, node: NodeId) -> bool {
        self.network.descriptions.contains(&node)
    }

    pub(super) fn affects(&self, node: NodeId) -> &[NodeId] {
        self.network.affects.get(node.index()).map_or(&[], Vec::as_slice)
    }

    /// Why what a node needs along such edges may not be all that there is.
    pub(super) fn open_needs(&self, node: NodeId, needs: &[Need<'_>]) -> Option<Arc<Cause>> {
        let need = needs.first()?;
        let is_reverse = self.losses.get(need.loss).is_none_or(|loss| loss.reverse);
        if is_reverse { None } else { self.graph.open_end(node, need.kind) }
    }

    /// The components, those that affect others before them.
    pub(super) fn components(&self) -> &[Vec<NodeId>] {
        &self.network.components
    }

    /// The place of a node's component in the order in which effects spread.
    pub(super) fn rank(&self, node: NodeId) -> usize {
        self.network.component.get(node.index()).copied().unwrap_or_default()
    }

    /// Everything that a node may be affected by, itself too.
    pub(super) fn cone(&self, entry: NodeId) -> Cone<'a> {
        let open = self.network.open.get(self.rank(entry)).cloned().unwrap_or_default();
        Cone { entry, open, nodes: OnceCell::new() }
    }

    /// The nodes of a cone.
    pub(super) fn nodes<'c>(&self, cone: &'c Cone<'_>) -> &'c FxHashSet<NodeId> {
        cone.nodes.get_or_init(|| self.needed_by([cone.entry]))
    }

    /// Everything that these nodes may be affected by, themselves too.
    pub(super) fn needed_by(&self, nodes: impl IntoIterator<Item = NodeId>) -> FxHashSet<NodeId> {
        let mut next: Vec<NodeId> = nodes.into_iter().collect();
        let mut all: FxHashSet<NodeId> = next.iter().copied().collect();
        while let Some(at) = next.pop() {
            next.extend(self.needs(at).iter().flat_map(Need::nodes).filter(|of| all.insert(*of)));
        }
        all
    }

    /// For each zone of the table whether it is lost with this one.
    pub(super) fn zones_lost(&self, zone: usize) -> &[Truth] {
        let lost = self.zones_lost.get(zone);
        lost.map_or(&[], |lost| lost.get_or_init(|| self.table.zones_lost_with(zone, self.graph)))
    }

    /// For each Region of the table whether it is lost with this one.
    pub(super) fn regions_lost(&self, region: usize) -> &[Truth] {
        let lost = self.regions_lost.get(region);
        lost.map_or(&[], |lost| lost.get_or_init(|| self.table.regions_lost_with(region, self.graph)))
    }

    /// Nodes that may lose something themselves, some of them more than once.
    pub(super) fn touched_by(&self, lost: Failure) -> impl Iterator<Item = NodeId> {
        let (places, same, anywhere): (&[Vec<NodeId>], &[Truth], &[NodeId]) = match lost {
            Failure::Zone(zone) => (&self.places.by_zone, self.zones_lost(zone), &self.places.anywhere),
            Failure::Region(region) => (&self.places.by_region, self.regions_lost(region), &[]),
            Failure::Node(_) => (&[], &[], &[]),
        };
        let touched = places.iter().zip(same).filter(|(_, same)| !matches!(same, Truth::No));
        let node = match lost {
            Failure::Node(node) => Some(node),
            Failure::Zone(_) | Failure::Region(_) => None,
        };
        let copied = node.and_then(|node| self.table.of(node)?.copy_of);
        touched.flat_map(|(nodes, _)| nodes).chain(anywhere).copied().chain(node).chain(copied)
    }

    fn open_starts(&self) -> &OpenStarts {
        self.network.may_be_needed.get_or_init(|| {
            let kinds = outward_kinds(self.losses, None);
            let mut sets = vec![<(Str, Vec<EdgeKind>)>::default()];
            let mut known: FxHashMap<(Str, Vec<EdgeKind>), usize> = FxHashMap::default();
            let of = self.graph.nodes().map(|(id, node)| {
                let is_open = |kind: &EdgeKind| self.graph.open_start(id, *kind).is_some();
                let open: Vec<EdgeKind> = kinds.iter().copied().filter(is_open).collect();
                if open.is_empty() {
                    return 0;
                }
                *known.entry((node.type_.clone(), open)).or_insert_with_key(|set| {
                    sets.push(set.clone());
                    sets.len() - 1
                })
            });
            OpenStarts { of: of.collect(), sets }
        })
    }

    /// The kinds of edges that may lead to a node although none is known, by the index of their set; none if there are no such kinds.
    pub(super) fn may_be_needed(&self, node: NodeId) -> Option<usize> {
        self.open_starts().of.get(node.index()).copied().filter(|set| *set > 0)
    }

    /// Why something in a cone may need what edges of one of these kinds lead to.
    pub(super) fn may_need<'c>(&self, cone: &'c Cone<'_>, set: usize) -> Option<&'c Arc<Cause>> {
        let (type_, kinds) = self.open_starts().sets.get(set)?;
        let leads_there =
            |(kind, types, _): &&(EdgeKind, Types<'_>, _)| kinds.contains(kind) && types.has(type_);
        cone.open.iter().filter(leads_there).map(|(_, _, cause)| cause).min()
    }
}

/// Nodes that need each other in a circle, each with the others; what is needed comes first.
fn components(graph: &Graph<'_>, needs: &[Vec<Need<'_>>]) -> Vec<Vec<NodeId>> {
    let mut network: DiGraph<NodeId, ()> = DiGraph::new();
    graph.nodes().for_each(|(id, _)| {
        network.add_node(id);
    });
    for (at, need) in
        needs.iter().enumerate().flat_map(|(at, needs)| needs.iter().map(move |need| (at, need)))
    {
        need.nodes().for_each(|of| {
            network.add_edge(NodeIndex::new(at), NodeIndex::new(of.index()), ());
        });
    }
    let mut components: Vec<Vec<NodeId>> = kosaraju_scc(&network)
        .into_iter()
        .map(|all| all.into_iter().filter_map(|at| network.node_weight(at).copied()).collect())
        .collect();
    components.iter_mut().for_each(|nodes| nodes.sort_unstable());
    components
}
