//! Which nodes are too far apart for one to mean the other: at another place or in another account, as far as the model tells where a
//! resource is.

use rustc_hash::FxHashSet;

use super::landscape::Seeker;
use super::possible::{OpenReach, Opener};
use super::{Graph, Node};
use crate::model::{EdgeKind, NamePlace};
use crate::value::{NodeId, Origin, Step, Str};

/// A [`NamePlace`] that is kept.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct OwnedPlace {
    place: Option<Str>,
    account: Option<Str>,
}

impl OwnedPlace {
    fn of(NamePlace { place, account }: NamePlace<'_>) -> Self {
        Self { place: place.map(Str::from), account: account.map(Str::from) }
    }

    pub(super) fn get(&self) -> NamePlace<'_> {
        NamePlace { place: self.place.as_deref(), account: self.account.as_deref() }
    }
}

/// Where the nodes of a graph are.
#[derive(Default)]
pub(super) struct GraphPlaces {
    /// In the order of the nodes.
    of: Vec<OwnedPlace>,
    /// All places and accounts that names of the graph are names of.
    places: FxHashSet<Str>,
    accounts: FxHashSet<Str>,
}

impl Graph<'_> {
    /// Where a node is.
    pub(super) fn whereabouts(&self, id: NodeId) -> NamePlace<'_> {
        let own = self.at(id.time()).and_then(|graph| graph.places().of.get(id.index()));
        own.map_or_else(NamePlace::default, OwnedPlace::get)
    }

    fn places(&self) -> &GraphPlaces {
        self.members.places.get_or_init(|| {
            let mut all = GraphPlaces::default();
            for (id, _) in self.nodes() {
                let own = self.instance(id).map_or_else(NamePlace::default, |own| {
                    self.model.whereabouts(&own.type_, &own.body, &own.provider)
                });
                let own = OwnedPlace::of(own);
                all.places.extend(own.place.clone());
                all.accounts.extend(own.account.clone());
                all.of.push(own);
            }
            all
        })
    }

    /// Whether a text cannot mean a node, because names there are names of another place or account. An identifier spells both; a bare
    /// name means those of the node that says it.
    pub(super) fn is_elsewhere(&self, seeker: Seeker, text: &str, other: NodeId) -> bool {
        let theirs = self.whereabouts(other);
        if theirs == NamePlace::default() {
            return false;
        }
        let own = seeker.holder.map_or_else(NamePlace::default, |holder| self.whereabouts(holder));
        if !text.contains([':', '/']) {
            return own.are_apart(theirs);
        }
        // An identifier of another account can be meant, one of another place cannot.
        let stays = |(holder, kind)| self.stays(holder, kind);
        let has_kind_that_stays = seeker.holder.zip(seeker.kind).is_some_and(stays);
        if has_kind_that_stays && (NamePlace { account: None, ..own }).are_apart(theirs) {
            return true;
        }
        // It may leave the place out; what it spells instead is the place of some other resource.
        let parts: Vec<&str> = text.split([':', '/', '.']).collect();
        let spells_another = |known: Option<&str>, all: &FxHashSet<Str>| {
            known.is_some_and(|known| !parts.contains(&known) && parts.iter().any(|part| all.contains(*part)))
        };
        let GraphPlaces { places, accounts, .. } = self.places();
        spells_another(theirs.place, places) || spells_another(theirs.account, accounts)
    }

    /// A node whose values leave edges of a kind open.
    pub(super) fn opener(&self, id: NodeId, kind: EdgeKind, reach: OpenReach) -> Opener {
        let own = if self.stays(id, kind) { self.whereabouts(id) } else { NamePlace::default() };
        let member = self.member_at(id).unwrap_or_default();
        Opener { node: Some(id), member, reach, confines: OwnedPlace::of(own) }
    }

    fn stays(&self, id: NodeId, kind: EdgeKind) -> bool {
        self.nodes.get(id.index()).is_some_and(|own| self.model.stays(&own.type_, kind))
    }

    /// Whether an edge of this kind that a node makes by a name cannot reach the other one, because it stays where the node is.
    pub(super) fn is_out_of_reach(&self, node: NodeId, other: NodeId, kind: EdgeKind) -> bool {
        self.stays(node, kind) && self.whereabouts(node).are_apart(self.whereabouts(other))
    }

    /// Whether a reference of a node cannot make an edge of this kind. What stays in one place leads to no other; a name is also a name in
    /// one account.
    pub(super) fn refers_elsewhere(
        &self,
        node: NodeId,
        (target, origin): (NodeId, &Origin),
        kind: EdgeKind,
    ) -> bool {
        if !self.stays(node, kind) {
            return false;
        }
        let (own, mut theirs) = (self.whereabouts(node), self.whereabouts(target));
        let is_identity = |target: &Node| match origin.path.as_slice() {
            [Step::Key(name)] => self.model.facts.identifies(&target.type_, name),
            _ => false,
        };
        if self.nodes.get(target.index()).is_some_and(is_identity) {
            theirs.account = None;
        }
        own.are_apart(theirs)
    }
}
