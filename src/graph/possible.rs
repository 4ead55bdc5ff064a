//! Edges that may exist in addition; of most of them only one end is known.

use std::collections::BTreeMap;
use std::sync::Arc;

use petgraph::Direction;
use rustc_hash::{FxHashMap, FxHashSet};

use super::Graph;
use crate::model::EdgeKind;
use crate::value::{Cause, NodeId, Str};

/// Edges with one unknown end: the reason why a node may have more edges of a kind than the graph shows.
#[derive(Debug, Default)]
pub(super) struct PossibleEdges<'m> {
    pub(super) outgoing: OpenEnds<'m>,
    pub(super) incoming: OpenEnds<'m>,
}

impl<'m> PossibleEdges<'m> {
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
    by_opener: BTreeMap<(usize, Confines), OpenEnd<'m>>,
}

/// The place and the account in which an edge stays, as far as it does.
pub(super) type Confines = (Option<Str>, Option<Str>);

/// Who leaves edges open.
#[derive(Clone, Debug)]
pub(super) struct Opener {
    /// The node; none if it is the graph itself.
    pub(super) node: Option<NodeId>,
    /// Where its root module stands among the members.
    pub(super) member: usize,
    pub(super) reach: OpenReach,
    pub(super) confines: Confines,
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

    /// The further edges of a kind that a node of this type may have. It belongs to `member`, to which others are joined as
    /// `is_joined` says; what leaves an edge open reaches the node as `is_near` says.
    pub(super) fn ends<'a>(
        &'a self,
        node: NodeId,
        type_: &'a str,
        kind: EdgeKind,
        member: usize,
        (is_joined, is_near): (&'a dyn Fn(usize) -> bool, &'a dyn Fn(NodeId) -> bool),
    ) -> impl Iterator<Item = &'a OpenEnd<'m>> + 'a {
        let of_type = self.of.get(&kind).into_iter().flatten();
        let of_type = of_type.filter(move |open| open.types.has(type_)).filter_map(move |open| {
            let reaches = |at: usize| match open.reach {
                OpenReach::Joined => is_joined(at),
                OpenReach::Own => false,
                OpenReach::Cut => true,
            };
            let near = |end: &&OpenEnd<'m>| end.by.is_none_or(is_near);
            let from = (member, Confines::default());
            let own = open.by_opener.range(from..).take_while(|((at, _), _)| *at == member);
            let others = open.by_opener.iter().filter(|((at, _), _)| *at != member && reaches(*at));
            own.chain(others).map(|(_, end)| end).find(near)
        });
        self.at.get(&(node, kind)).into_iter().flatten().chain(of_type)
    }
}

impl<'m> Graph<'m> {
    /// The causes why a node may have more edges of a kind, to or from nodes of a wanted type. What something in another root module
    /// leaves open names that candidate.
    pub(super) fn open_causes(
        &self,
        direction: Direction,
        id: NodeId,
        kind: EdgeKind,
        wanted: &dyn Fn(&str) -> bool,
    ) -> Vec<Arc<Cause>> {
        let ends = self.open_types(direction, id, kind).into_iter();
        ends.filter(|(others, _)| others.any(wanted)).map(|(_, cause)| cause).collect()
    }

    /// Why a node may have more edges of a kind, in a direction: what the other end may be, and the cause.
    pub(crate) fn open_types(
        &self,
        direction: Direction,
        id: NodeId,
        kind: EdgeKind,
    ) -> Vec<(Types<'m>, Arc<Cause>)> {
        let Some(node) = self.node(id) else { return Vec::new() };
        let ends = match direction {
            Direction::Outgoing => &self.possible.outgoing,
            Direction::Incoming => &self.possible.incoming,
        };
        let is_joined = |other: usize| self.members.are_joined(node.member, other);
        let is_near = |by: NodeId| !self.is_out_of_reach(by, id, kind);
        let ends = ends.ends(id, &node.type_, kind, node.member, (&is_joined, &is_near));
        let cause = |open: &OpenEnd<'_>| match open.by.filter(|by| self.member_at(*by) != Some(node.member)) {
            Some(by) => self.candidate(by, &open.cause),
            None => open.cause.clone(),
        };
        ends.map(|open| (open.others.clone(), cause(open))).collect()
    }

    /// The further edges of a kind that a node may have.
    pub(super) fn open_ends<'a>(
        &'a self,
        ends: &'a OpenEnds<'a>,
        id: NodeId,
        kind: EdgeKind,
        near: (&'a dyn Fn(usize) -> bool, &'a dyn Fn(NodeId) -> bool),
    ) -> impl Iterator<Item = &'a OpenEnd<'a>> + 'a {
        let node = self.node(id);
        node.into_iter().flat_map(move |node| ends.ends(id, &node.type_, kind, node.member, near))
    }
}
