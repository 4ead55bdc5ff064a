//! Where nodes stand, in how many copies, and what brings them back: the table that failures are simulated over.
//!
//! Zones are symbolic: `names[0]` and `names[1]` of one data source are two zones although neither has a name yet.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::graph::Graph;
use crate::model::Recovery;
use crate::value::equality::{Truth, equal};
use crate::value::{Cause, CauseKind, Known, NodeId, Origin, Step, Str, Value};

/// How one node stands.
#[derive(Clone, Debug)]
pub struct Standing {
    /// The zones in which it stands, each once, as indexes into [`Zones`]; none if it does not depend on a zone.
    pub zones: Vec<usize>,
    /// Why it may stand in further zones, or why its zones are not known at all.
    pub open: Option<Arc<Cause>>,
    /// How many copies of it there are.
    pub copies: Copies,
    /// How many copies must be left for it to work.
    pub quorum: u64,
    /// What brings it back.
    pub recovery: Known<Recovery>,
    /// Whether it can be lost by itself: a machine or a database can, a subnet or a role cannot.
    pub can_be_lost: bool,
    /// The node of which it is one copy: that one loses a copy with it.
    pub copy_of: Option<NodeId>,
    /// Whether traffic enters here.
    pub entry: Known<bool>,
    /// So many zones more are assumed, in which no failure is played.
    pub added_zones: usize,
    /// The Region in which it stands, as an index into [`Table::regions`]; none if it stands in none or in all.
    pub region: Option<usize>,
}

impl Standing {
    /// Whether the provider alone chooses where it stands: it puts copies that take over from each other into different zones.
    #[must_use]
    pub fn is_spread_by_provider(&self) -> bool {
        let is_chosen = |cause: &Arc<Cause>| cause.root().kind == CauseKind::DecidedByProvider;
        self.zones.is_empty() && self.open.as_ref().is_some_and(is_chosen)
    }

    /// The standing of a node that no failure of a zone touches.
    #[must_use]
    pub const fn everywhere() -> Self {
        Self {
            zones: Vec::new(),
            open: None,
            copies: Copies { least: 1, most: Some(1), cause: None },
            quorum: 1,
            recovery: Known::Yes(Recovery::Regional),
            can_be_lost: false,
            copy_of: None,
            entry: Known::Yes(false),
            added_zones: 0,
            region: None,
        }
    }
}

/// A number of copies, as far as it is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Copies {
    /// Fewest.
    pub least: u64,
    /// Most; none if there is no known end.
    pub most: Option<u64>,
    /// Why both are not the same.
    pub cause: Option<Arc<Cause>>,
}

/// All zones that nodes stand in; or all Regions.
#[derive(Clone, Debug, Default)]
pub struct Zones {
    zones: Vec<Zone>,
    by_key: FxHashMap<ZoneKey, usize>,
}

/// One zone.
#[derive(Clone, Debug)]
pub struct Zone {
    /// Its name, or how it is referred to; a number where the name is secret.
    pub name: Str,
    /// The zone as a value.
    value: Value,
    /// The provider chooses it: it is one of the others, or one more.
    pub is_chosen: bool,
    /// It stands for any zone that something may stand in, where none is known.
    pub is_any: bool,
    /// The Region that it is in, where that is known.
    region: Option<usize>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum ZoneKey {
    Name(Str),
    Origin(Arc<Origin>),
    Cause(Arc<Cause>),
}

impl Zones {
    /// The index of a zone in a Region, which is added if it is new. `symbol` gives the address of what an origin names.
    pub fn index(
        &mut self,
        zone: &Value,
        region: Option<usize>,
        symbol: impl Fn(&Origin) -> Option<Str>,
    ) -> usize {
        let known = self.zones.len();
        let index = self.add(zone, false, symbol);
        if let Some(zone) = self.zones.get_mut(index) {
            // One name may stand for zones of several Regions: then it tells of none.
            zone.region = if index == known || zone.region == region { region } else { None };
        }
        index
    }

    /// The index of a Region, which is added if it is new. Those that are not known for the same reason are one.
    pub fn region(&mut self, region: &Value, symbol: impl Fn(&Origin) -> Option<Str>) -> usize {
        self.add(region, true, symbol)
    }

    fn add(&mut self, zone: &Value, is_one_by_cause: bool, symbol: impl Fn(&Origin) -> Option<Str>) -> usize {
        let origin = zone.as_unknown().and_then(|unknown| unknown.origin.clone());
        let key = match (zone.as_str(), origin) {
            (Some(name), _) => Some(ZoneKey::Name(name.into())),
            (None, Some(origin)) => Some(ZoneKey::Origin(origin)),
            (None, None) if is_one_by_cause => {
                zone.as_unknown().map(|unknown| ZoneKey::Cause(unknown.cause.clone()))
            }
            (None, None) => None,
        };
        if let Some(known) = key.as_ref().and_then(|key| self.by_key.get(key)) {
            return *known;
        }
        let index = self.zones.len();
        let cause = zone.as_unknown().map(|unknown| &unknown.cause);
        let (name, is_chosen) = match &key {
            Some(ZoneKey::Name(_)) if zone.is_secret() => {
                let others = self.zones.iter().filter(|other| other.value.is_secret()).count();
                (format!("sensitive-{}", others + 1).into(), false)
            }
            Some(ZoneKey::Name(name)) => (name.clone(), false),
            Some(ZoneKey::Origin(origin)) => {
                let chosen = cause.is_some_and(|cause| cause.root().kind == CauseKind::DecidedByProvider);
                (name_of(origin, symbol(origin).unwrap_or_default()), chosen)
            }
            Some(ZoneKey::Cause(_)) | None => {
                (cause.map(|cause| cause.root().subject.clone()).unwrap_or_default(), true)
            }
        };
        self.zones.push(Zone { name, value: zone.clone(), is_chosen, is_any: false, region: None });
        if let Some(key) = key {
            self.by_key.insert(key, index);
        }
        index
    }

    /// A zone.
    #[must_use]
    pub fn get(&self, index: usize) -> Option<&Zone> {
        self.zones.get(index)
    }

    /// All zones with their indexes.
    pub fn iter(&self) -> impl Iterator<Item = (usize, &Zone)> {
        self.zones.iter().enumerate()
    }

    /// For each zone whether it is the one that is lost; `regions` tells for each Region whether it is the one of that zone.
    fn lost_with(&self, lost: usize, graph: &Graph<'_>, regions: &[Truth]) -> Vec<Truth> {
        let Some(zone) = self.zones.get(lost) else { return Vec::new() };
        let same = |(index, other): (usize, &Zone)| {
            if index == lost {
                return Truth::Yes;
            }
            match other.region.and_then(|region| regions.get(region)) {
                Some(Truth::No) => Truth::No,
                // What is not known is where the others are.
                _ if zone.is_any => Truth::Unknown(other.value.first_cause().unwrap_or_else(Cause::provider)),
                _ => equal(&zone.value, &other.value, graph),
            }
        };
        self.iter().map(same).collect()
    }
}

/// The address of what the origin names, with the path into it.
fn name_of(origin: &Origin, symbol: Str) -> Str {
    let mut name = symbol;
    for step in &origin.path {
        match step {
            Step::Key(key) => {
                name.push('.');
                name.push_str(key);
            }
            other => name.push_str(&other.to_string()),
        }
    }
    name
}

/// How all nodes of a graph stand, by the index of their ids.
#[derive(Clone, Debug, Default)]
pub struct Table {
    /// One for each node.
    pub standings: Vec<Standing>,
    /// The zones that they name.
    pub zones: Zones,
    /// The Regions that they stand in.
    pub regions: Zones,
}

/// How any zone is called where none is known.
const ANY: &str = "any";

/// More zones are called in full: what tells them apart takes comparing each with all others.
const MAX_SHORTENED: usize = 256;

/// How some nodes of a table stood before they were looked at again.
#[derive(Debug)]
pub struct EarlierStandings {
    /// Each node once.
    pub standings: Vec<(NodeId, Standing)>,
    /// The zones of the table.
    pub zones: Zones,
    /// The Regions of the table.
    pub regions: Zones,
}

impl Table {
    /// Makes the table what it was before some nodes were looked at again.
    pub fn restore(&mut self, earlier: EarlierStandings) {
        for (id, standing) in earlier.standings {
            if let Some(slot) = self.standings.get_mut(id.index()) {
                *slot = standing;
            }
        }
        (self.zones, self.regions) = (earlier.zones, earlier.regions);
    }

    /// A table of these standings.
    #[must_use]
    pub fn new(standings: Vec<Standing>, zones: Zones, regions: Zones) -> Self {
        Self { standings, zones, regions }
    }

    /// Adds a zone of which nothing is known if no zone has a name and something stands in one all the same: without it, no loss of a zone
    /// would be played through.
    pub fn add_any_zone(&mut self) {
        let is_named = self.zones.iter().any(|(_, zone)| !zone.is_chosen);
        let unplaced = self.standings.iter().find_map(|standing| self.why_open(standing));
        if let (false, Some(cause)) = (is_named, unplaced) {
            let value = Value::unknown(cause.clone());
            let zone = Zone { name: ANY.into(), value, is_chosen: false, is_any: true, region: None };
            self.zones.zones.push(zone);
        }
    }

    /// Why it is not known in which zones a node stands; none where it is known, or where no zone matters.
    #[must_use]
    pub fn why_unplaced(&self, id: NodeId) -> Option<&Arc<Cause>> {
        self.of(id).and_then(|standing| self.why_open(standing))
    }

    fn why_open<'s>(&'s self, standing: &'s Standing) -> Option<&'s Arc<Cause>> {
        let zones = standing.zones.iter().filter_map(|zone| self.zones.get(*zone));
        let chosen = zones.filter(|zone| zone.is_chosen).find_map(|zone| zone.value.as_unknown());
        standing.open.as_ref().or(chosen.map(|unknown| &unknown.cause))
    }

    /// For each zone whether it is the one that is lost.
    #[must_use]
    pub fn zones_lost_with(&self, lost: usize, graph: &Graph<'_>) -> Vec<Truth> {
        let region = self.zones.get(lost).and_then(|zone| zone.region);
        let regions = region.map(|region| self.regions_lost_with(region, graph)).unwrap_or_default();
        self.zones.lost_with(lost, graph, &regions)
    }

    /// For each Region whether it is the one that is lost.
    #[must_use]
    pub fn regions_lost_with(&self, lost: usize, graph: &Graph<'_>) -> Vec<Truth> {
        self.regions.lost_with(lost, graph, &[])
    }

    /// How zones are called: by as much of the end of how they are referred to as tells them apart, or by the start and the end alone.
    #[must_use]
    pub fn zone_names(&self) -> Vec<String> {
        if self.zones.zones.len() > MAX_SHORTENED {
            return self.zones.iter().map(|(_, zone)| zone.name.to_string()).collect();
        }
        let zones = || self.zones.iter().map(|(_, zone)| zone.name.as_str());
        let is_alone = |end: &str| {
            let has = |name: &str| {
                name.strip_suffix(end).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
            };
            zones().filter(|name| has(name)).count() == 1
        };
        // A name may stand after that of a root module.
        let placed = |name: &str| {
            let (place, rest) = name.split_once(':').filter(|(place, _)| !place.contains(['[', '"']))?;
            let end = rest.rsplit('.').next().unwrap_or(rest);
            Some((end.to_owned(), format!("{place}:{end}")))
        };
        let by_ends = |name: &str| {
            let (first, rest) = name.strip_prefix("module.").unwrap_or(name).split_once('.')?;
            Some(format!("{first}.{}", rest.rsplit('.').next()?))
        };
        let short = |name: &str| {
            if let Some((end, outer)) = placed(name) {
                let is_one = || zones().filter_map(placed).filter(|(_, other)| *other == outer).count() == 1;
                return match is_alone(&end) {
                    true => end,
                    false if is_one() => outer,
                    false => name.to_owned(),
                };
            }
            let ends = name.rmatch_indices('.').filter_map(|(at, _)| name.get(at + 1..));
            let end = ends.chain([name]).find(|end| is_alone(end)).unwrap_or(name);
            // Zones of two calls of one module differ at the start.
            let outer = by_ends(name).filter(|outer| {
                outer.len() < end.len()
                    && zones().filter_map(by_ends).filter(|other| other == outer).count() == 1
                    && !zones().any(|other| other.ends_with(outer.as_str()))
            });
            outer.unwrap_or_else(|| end.to_owned())
        };
        zones().map(short).collect()
    }

    /// How a node stands.
    #[must_use]
    pub fn of(&self, id: NodeId) -> Option<&Standing> {
        self.standings.get(id.index())
    }
}
