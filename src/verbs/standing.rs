//! The table of how nodes stand, from what the model says of their types: what failures are simulated over.

use super::placement::MAX_ZONES;
use super::scope::{GraphScope, MAX_QUESTION};
use super::{VerbContext, placement};
use crate::analysis::standing::{Copies, EarlierStandings, Standing, Table, Zones};
use crate::budget::Meter;
use crate::estate::Mode;
use crate::graph::NodeKind;
use crate::model::{Expression, Recovery, Role};
use crate::value::{Cause, CauseKind, Kind, Known, NodeId, Number, Origin, Str, Value};

/// The definition in the model that says what brings a node back after a loss.
const RECOVERY: &str = "recovery";
/// The definition in the model that says how many copies must be left.
const QUORUM: &str = "quorum";
/// The definition in the model that says in which Region a node stands.
const REGION: &str = "region";
/// The definition in the model that is false of what is lost with its zones only.
const FALLS_ALONE: &str = "falls_alone";
/// The definition in the model that names the node of which a node is one copy.
const COPY_OF: &str = "copy_of";

impl VerbContext<'_> {
    /// How every node of the graph stands.
    #[must_use]
    pub fn standings(&self) -> Table {
        let (mut zones, mut regions) = (Zones::default(), Zones::default());
        let nodes = self.graph.nodes();
        let standings = nodes.map(|(id, _)| self.standing(id, &mut zones, &mut regions)).collect();
        Table::new(standings, zones, regions)
    }

    /// Looks at these nodes again. Gives how they stood before, for [`Table::restore`].
    #[must_use]
    pub fn stand_again(&self, table: &mut Table, nodes: &[NodeId]) -> EarlierStandings {
        let (zones, regions) = (table.zones.clone(), table.regions.clone());
        let mut standings = Vec::with_capacity(nodes.len());
        for id in nodes {
            let standing = self.standing(*id, &mut table.zones, &mut table.regions);
            if let Some(slot) = table.standings.get_mut(id.index()) {
                standings.push((*id, std::mem::replace(slot, standing)));
            }
        }
        EarlierStandings { standings, zones, regions }
    }

    fn standing(&self, id: NodeId, zones: &mut Zones, regions: &mut Zones) -> Standing {
        let Some(node) = self.graph.node(id) else { return Standing::everywhere() };
        let model = self.graph.model.of(&node.type_);
        let (NodeKind::Resource(Mode::Managed), Some(model)) = (node.kind, model) else {
            return Standing::everywhere();
        };
        let mut standing = Standing::everywhere();
        standing.entry = self.entry(id);
        if is_lost_with_region(model.role) {
            let region = self.asked(id, REGION);
            standing.region = (!region.is_null()).then(|| regions.region(&region, |own| self.symbol(own)));
        }
        let recovery = self.asked(id, RECOVERY);
        let is_placed = model.zones.is_some() || keeps_something(model.role);
        if !is_placed || self.word(&recovery) == Some(Recovery::Regional) && model.zones.is_none() {
            return standing;
        }
        match self.zones(id, 0) {
            Ok(value) => self.place(&value, &mut standing, zones),
            Err(error) => standing.open = Some(Cause::new(CauseKind::Error, error.message, None)),
        }
        standing.added_zones = self.assumed_place(id).map_or(0, |place| place.others);
        let is_nowhere = standing.zones.is_empty() && standing.open.is_none();
        let is_said = !recovery.is_null() && self.word(&recovery) != Some(Recovery::Regional);
        if is_nowhere && is_said && lies_in_zones(model.role) {
            let subject = ecow::eco_format!("the zones of {}", node.address);
            standing.open = Some(Cause::new(CauseKind::DecidedByProvider, subject, None));
        }
        let is_regional = is_nowhere && standing.open.is_none();
        standing.recovery = match (&recovery.kind, self.word(&recovery)) {
            (_, Some(word)) => Known::Yes(word),
            (Kind::Unknown(unknown), None) => Known::No(unknown.cause.clone()),
            // What the model says nothing of stays lost, unless no zone takes it along.
            (_, None) if is_regional => Known::Yes(Recovery::Regional),
            (_, None) => Known::Yes(Recovery::None),
        };
        standing.copies = copies(&self.copies(id, 0).unwrap_or(Value::NULL));
        standing.quorum = whole(&self.asked(id, QUORUM)).unwrap_or(1);
        standing.can_be_lost = !matches!(standing.recovery, Known::Yes(Recovery::Regional))
            && !matches!(self.asked(id, FALLS_ALONE).kind, Kind::Bool(false));
        standing.copy_of = self.asked(id, COPY_OF).as_sequence().and_then(|all| all.items.first()?.as_node());
        standing
    }

    /// The zones of a node, as far as they are known.
    fn place(&self, value: &Value, standing: &mut Standing, zones: &mut Zones) {
        match &value.kind {
            Kind::Tuple(sequence) => {
                let items = sequence.items.iter().take(MAX_ZONES);
                let region = standing.region;
                standing.zones =
                    items.map(|zone| zones.index(zone, region, |own| self.symbol(own))).collect();
                standing.open.clone_from(&sequence.more);
            }
            Kind::Unknown(unknown) => standing.open = Some(unknown.cause.clone()),
            _ => {}
        }
    }

    /// What an origin names is called.
    fn symbol(&self, origin: &Origin) -> Option<Str> {
        let named = self.graph.node_of(origin).map(|node| self.graph.name_of(node));
        named.or_else(|| self.graph.symbol(origin.symbol).map(|symbol| symbol.address.clone()))
    }

    /// Whether traffic enters at a node.
    #[must_use]
    pub fn entry(&self, id: NodeId) -> Known<bool> {
        let expression =
            self.graph.node(id).and_then(|node| self.graph.model.of(&node.type_)?.entry.as_ref());
        let Some(expression) = expression else { return Known::Yes(false) };
        let meter = Meter::of_question(MAX_QUESTION);
        GraphScope::for_model(self, self.graph, id, &meter).holds(expression)
    }

    /// What a definition of the model says of a node; null where it says nothing.
    pub(super) fn asked(&self, id: NodeId, name: &str) -> Value {
        let node = self.graph.node(id);
        let answer = node.and_then(|node| self.graph.model.definitions.get(name)?.of(&node.type_));
        answer.map_or(Value::NULL, |answer| self.answer(id, &answer.is))
    }

    /// The node by which traffic for this one enters, where that is another one.
    #[must_use]
    pub fn entered_by(&self, id: NodeId) -> Option<NodeId> {
        self.asked(id, "entered_by").as_node()
    }

    /// The value of an expression of the model about a node.
    #[must_use]
    pub fn answer(&self, id: NodeId, expression: &Expression) -> Value {
        let meter = Meter::of_question(MAX_QUESTION);
        let value = GraphScope::for_model(self, self.graph, id, &meter).at_depth(1).evaluate(expression);
        placement::or_unknown(value)
            .unwrap_or_else(|error| Value::unknown(Cause::new(CauseKind::Error, error.message, None)))
    }

    fn word(&self, value: &Value) -> Option<Recovery> {
        value.as_str().and_then(Recovery::from_name)
    }
}

/// Whether a node of this role does something that stops with its Region.
const fn is_lost_with_region(role: Role) -> bool {
    !matches!(role, Role::Observer | Role::Identity | Role::Other)
}

/// Whether what a node of this role holds lies in zones: where none is told, the provider chooses them.
const fn lies_in_zones(role: Role) -> bool {
    keeps_something(role) || matches!(role, Role::Queue | Role::Stream)
}

/// Whether a node of this role stands somewhere, although the model does not say where.
const fn keeps_something(role: Role) -> bool {
    matches!(role, Role::Datastore | Role::Cache)
}

pub(super) fn whole(value: &Value) -> Option<u64> {
    match &value.kind {
        Kind::Number(Number::Int(number)) => u64::try_from(*number).ok(),
        _ => None,
    }
}

fn copies(value: &Value) -> Copies {
    let known = |n: u64| Copies { least: n.max(1), most: Some(n.max(1)), cause: None };
    match &value.kind {
        Kind::Unknown(unknown) => Copies { least: 1, most: None, cause: Some(unknown.cause.clone()) },
        _ => whole(value).map_or_else(
            || Copies {
                least: 1,
                most: None,
                cause: Some(Cause::new(CauseKind::OutsideConfiguration, "the number of copies", None)),
            },
            known,
        ),
    }
}
