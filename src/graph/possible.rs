//! Edges that may exist in addition; of most of them only one end is known.

use std::collections::BTreeMap;
use std::sync::Arc;

use petgraph::Direction;
use rustc_hash::{FxHashMap, FxHashSet};

use super::apart::OwnedPlace;
use super::{Graph, Node};
use crate::model::{EdgeKind, NamePlace};
use crate::value::{Cause, NodeId, Str};

/// Edges with one unknown end: the reason why a node may have more edges of a kind than the graph shows.
#[derive(Debug, Default)]
pub(super) struct PossibleEdges<'m> {
    pub(super) outgoing: OpenEnds<'m>,
    pub(super) incoming: OpenEnds<'m>,
}

impl<'m> PossibleEdges<'m> {
    pub(super) fn at(&self, direction: Direction) -> &OpenEnds<'m> {
        match direction {
            Direction::Outgoing => &self.outgoing,
            Direction::Incoming => &self.incoming,
        }
    }

    pub(super) fn of(&mut self, direction: Direction) -> &mut OpenEnds<'m> {
        match direction {
            Direction::Outgoing => &mut self.outgoing,
            Direction::Incoming => &mut self.incoming,
        }
    }
}

/// The types that a node may have at an end that is not known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Types<'m> {
    /// Any type.
    Any,
    /// This type.
    One(Str),
    /// One of the types that the model says.
    Of(&'m FxHashSet<Str>),
}

impl<'m> Types<'m> {
    /// The types of a set, which stands for any type if it is empty.
    pub(super) fn of(set: &'m FxHashSet<Str>) -> Self {
        if set.is_empty() { Self::Any } else { Self::Of(set) }
    }

    /// Whether a type is among them.
    #[must_use]
    pub fn has(&self, type_: &str) -> bool {
        match self {
            Self::Any => true,
            Self::One(own) => own == type_,
            Self::Of(set) => set.contains(type_),
        }
    }

    /// Whether one of them is wanted.
    fn any(&self, wanted: &dyn Fn(&str) -> bool) -> bool {
        match self {
            Self::Any => true,
            Self::One(own) => wanted(own),
            Self::Of(set) => set.iter().any(|own| wanted(own)),
        }
    }
}

/// The known ends in one direction.
#[derive(Debug, Default)]
pub(super) struct OpenEnds<'m> {
    /// At single nodes.
    at: FxHashMap<(NodeId, EdgeKind), Vec<OpenEnd<'m>>>,
    /// At all nodes of some types.
    of: FxHashMap<EdgeKind, Vec<OpenTypes<'m>>>,
}

/// What is said of an edge with one unknown end.
#[derive(Debug)]
pub(super) struct OpenEnd<'m> {
    /// What the unknown end may be.
    pub(super) others: Types<'m>,
    /// Why it is not known.
    pub(super) cause: Arc<Cause>,
    /// The node whose values leave it open.
    pub(super) by: Option<NodeId>,
}

/// All nodes of some types may have more edges. One end for each root module and, if that counts, each place in it is enough: it names
/// what its own readers look at.
#[derive(Debug)]
struct OpenTypes<'m> {
    types: Types<'m>,
    others: Types<'m>,
    reach: OpenReach,
    by_opener: BTreeMap<(usize, OwnedPlace), OpenEnd<'m>>,
}

/// Who leaves edges open.
#[derive(Clone, Debug)]
pub(super) struct Opener {
    /// The node; none if it is the graph itself.
    pub(super) node: Option<NodeId>,
    /// Where its root module stands among the members.
    pub(super) member: usize,
    pub(super) reach: OpenReach,
    /// The place and the account in which the edges stay, as far as they do.
    pub(super) confines: OwnedPlace,
}

/// How far an open end reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum OpenReach {
    /// To every root module that is joined.
    Joined,
    /// It stays in its own root module.
    Own,
    /// To every root module: the budget for edges is spent.
    Cut,
}

impl<'m> OpenEnds<'m> {
    /// A node may have more edges, to or from nodes of these types.
    pub(super) fn open(
        &mut self,
        node: NodeId,
        kind: EdgeKind,
        others: Types<'m>,
        (by, cause): (NodeId, &Arc<Cause>),
    ) {
        let known = self.at.entry((node, kind)).or_default();
        if !known.iter().any(|own| own.others == others) {
            known.push(OpenEnd { others, cause: cause.clone(), by: Some(by) });
        }
    }

    /// All nodes of some types may have more edges, to or from nodes of these types.
    pub(super) fn open_all(
        &mut self,
        types: Types<'m>,
        kind: EdgeKind,
        others: Types<'m>,
        Opener { node: by, member, reach, confines }: Opener,
        cause: &Arc<Cause>,
    ) {
        let known = self.of.entry(kind).or_default();
        let same =
            known.iter_mut().find(|open| open.types == types && open.others == others && open.reach == reach);
        let end = || OpenEnd { others: others.clone(), cause: cause.clone(), by };
        match same {
            Some(open) => drop(open.by_opener.entry((member, confines)).or_insert_with(end)),
            None => {
                let by_opener = BTreeMap::from([((member, confines), end())]);
                known.push(OpenTypes { types, others, reach, by_opener });
            }
        }
    }
}

impl<'m> OpenTypes<'m> {
    /// The end that reaches a node of a member: the first that no place or account keeps away from the node, its own member's before
    /// those of members that are joined.
    fn end_at(
        &self,
        member: usize,
        place: NamePlace<'_>,
        is_joined: impl Fn(usize) -> bool,
    ) -> Option<&OpenEnd<'m>> {
        let reaches = |at: usize| match self.reach {
            OpenReach::Joined => is_joined(at),
            OpenReach::Own => false,
            OpenReach::Cut => true,
        };
        let from = (member, OwnedPlace::default());
        let own = self.by_opener.range(from..).take_while(|((at, _), _)| *at == member);
        let others = self.by_opener.iter().filter(|((at, _), _)| *at != member && reaches(*at));
        let mut all = own.chain(others);
        all.find(|((_, confines), _)| !confines.get().are_apart(place)).map(|(_, end)| end)
    }
}

/// Nodes at which an edge with an open end may end and that a walk has not reached, by the kind of the edge. A walk begins with none and
/// hands them on from step to step.
#[derive(Debug, Default)]
pub struct OpenTargets {
    pub(super) of: FxHashMap<EdgeKind, Vec<NodeId>>,
}

impl<'m> Graph<'m> {
    /// The nodes that may have more edges of a kind, in a direction, in their order; some of them only if another root module is joined.
    pub(super) fn with_open_end(&self, direction: Direction, kind: EdgeKind) -> Vec<NodeId> {
        let ends = self.possible.at(direction);
        let of_types = ends.of.get(&kind).map_or(&[][..], Vec::as_slice);
        let is_open = |(id, node): &(NodeId, &Node)| {
            ends.at.contains_key(&(*id, kind)) || of_types.iter().any(|open| open.types.has(&node.type_))
        };
        self.nodes().filter(is_open).map(|(id, _)| id).collect()
    }

    /// The causes why a node may have more edges of a kind, to or from nodes of a wanted type. What something in another root module
    /// leaves open names that candidate.
    pub(super) fn open_causes(
        &self,
        direction: Direction,
        id: NodeId,
        kind: EdgeKind,
        wanted: &dyn Fn(&str) -> bool,
    ) -> Vec<Arc<Cause>> {
        let ends = self.told_ends(direction, id, kind, |others| others.any(wanted));
        ends.map(|(_, cause)| cause).collect()
    }

    /// Why a node may have more edges of a kind, in a direction: what the other end may be, and the cause.
    pub(crate) fn open_types(
        &self,
        direction: Direction,
        id: NodeId,
        kind: EdgeKind,
    ) -> Vec<(Types<'m>, Arc<Cause>)> {
        let ends = self.told_ends(direction, id, kind, |_| true);
        ends.map(|(open, cause)| (open.others.clone(), cause)).collect()
    }

    /// The further edges of a kind that a node may have, where what the other end may be passes a test: each with its cause.
    fn told_ends(
        &self,
        direction: Direction,
        id: NodeId,
        kind: EdgeKind,
        passes: impl Fn(&Types<'m>) -> bool,
    ) -> impl Iterator<Item = (&OpenEnd<'m>, Arc<Cause>)> {
        let ends = self.possible.at(direction);
        let member = self.node(id).map(|node| node.member);
        let ends = self.open_ends(ends, id, kind, member.unwrap_or_default());
        ends.filter(move |open| passes(&open.others)).map(move |open| {
            let cause = match open.by.filter(|by| self.member_at(*by) != member) {
                Some(by) => self.candidate(by, &open.cause),
                None => open.cause.clone(),
            };
            (open, cause)
        })
    }

    /// The further edges of a kind that a node may have. What another root module leaves open counts if that one is joined to this
    /// `member`.
    pub(super) fn open_ends<'g>(
        &'g self,
        ends: &'g OpenEnds<'m>,
        id: NodeId,
        kind: EdgeKind,
        member: usize,
    ) -> impl Iterator<Item = &'g OpenEnd<'m>> {
        let place = self.whereabouts(id);
        let is_joined = move |other: usize| self.members.are_joined(member, other);
        self.node(id).into_iter().flat_map(move |node| {
            let all = ends.of.get(&kind).into_iter().flatten().filter(|open| open.types.has(&node.type_));
            let of_type = all.filter_map(move |open| open.end_at(node.member, place, is_joined));
            ends.at.get(&(id, kind)).into_iter().flatten().chain(of_type)
        })
    }
}
