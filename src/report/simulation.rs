//! What a simulation of failures came to, by what nodes are called: everything that its formats show.

use crate::analysis::failure::Outcome;
use crate::diagnostic::Location;
use crate::value::Str;

use super::{Report, ShownLandscape, ShownNode};

/// The simulations of all landscapes.
#[derive(Debug, Default)]
pub struct SimulationReport {
    /// What was read, and the problems of it; no rule has run.
    pub report: Report,
    /// One for each landscape.
    pub landscapes: Vec<(ShownLandscape, LandscapeSimulation)>,
    /// Failures that were asked for and that no landscape has, each with the nearest that there is.
    pub not_found: Vec<(String, Option<String>)>,
}

impl SimulationReport {
    /// Whether not all of the input was read, or not everything was lost in turn.
    #[must_use]
    pub fn is_incomplete(&self) -> bool {
        self.report.is_incomplete() || self.landscapes.iter().any(|(_, own)| own.untried > 0)
    }
}

/// The simulation of one landscape. A path names the nodes on it as they are called in the landscape.
#[derive(Debug, Default)]
pub struct LandscapeSimulation {
    /// Where traffic enters.
    pub entries: Vec<ShownNode>,
    /// What may be an entry, and why that is not known.
    pub possible_entries: Vec<(ShownNode, String)>,
    /// What stands in zones that are not known, or not all of them, and why.
    pub unplaced: Vec<(ShownNode, String)>,
    /// What was lost in turn.
    pub failures: Vec<LostThing>,
    /// What it did, by failure and then by entry; an entry survives every failure that is not here with it.
    pub outcomes: Vec<OutcomeRow>,
    /// Nodes whose loss alone takes entries down, with indexes of the entries and the way from the first entry.
    pub single_points: Vec<SinglePoint>,
    /// What makes the worst outcomes better, by entry and then by failure: for the loss that is worst for an entry, and for every zone
    /// that takes it down.
    pub remedies: Vec<Remedy>,
    /// The smallest sets of failures that take an entry down.
    pub risk_groups: Vec<GroupRow>,
    /// What is declared of entries, and what becomes of it.
    pub targets: Vec<TargetRow>,
    /// Not all sets were tried.
    pub is_cut: bool,
    /// How many further losses were not played through.
    pub untried: usize,
    /// Only what somebody asked for was lost.
    pub is_asked: bool,
}

/// What became of a target that a config declares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Achievable {
    Yes,
    No,
    Unknown,
}

impl Achievable {
    /// The words in every format.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Yes => "achievable",
            Self::No => "not achievable",
            Self::Unknown => "unknown",
        }
    }
}

/// A target that a config declares of an entry.
#[derive(Clone, Debug)]
pub struct TargetRow {
    /// The entry.
    pub entry: ShownNode,
    /// The target, as it is written: `zones = 2`.
    pub target: String,
    pub is: Achievable,
    /// What happens with the losses that decide.
    pub reason: String,
    /// The ids of the losses that decide.
    pub lost: Vec<String>,
    /// From the entry to what decides.
    pub path: Vec<Str>,
    /// Where what decides is declared.
    pub place: Option<Location>,
    /// Why it is unknown.
    pub cause: Option<String>,
    /// The change after which the loss does less.
    pub edit: Option<SmallestEdit>,
}

/// What kind of thing is lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LostKind {
    Zone,
    Region,
    Node,
}

impl LostKind {
    /// Its name in every format, and at the start of ids.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Zone => "zone",
            Self::Region => "region",
            Self::Node => "node",
        }
    }
}

/// A zone, a Region or a node that was lost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LostThing {
    /// `zone:eu-west-1a`, `zone:names[0]`, `region:eu-west-1`, `node:` and what the node is called
    pub id: String,
    /// What it is.
    pub kind: LostKind,
    /// If it is a node, the index of its root module or plan in [`Report::roots`].
    pub root: Option<usize>,
    /// Whether it stands for any zone, since none is known.
    pub is_any: bool,
}

impl LostThing {
    /// Whether it is a place in which things stand.
    #[must_use]
    pub fn is_place(&self) -> bool {
        self.kind != LostKind::Node
    }
}

/// What one failure does to one entry.
#[derive(Clone, Debug)]
pub struct OutcomeRow {
    /// Index into [`LandscapeSimulation::entries`].
    pub entry: usize,
    /// Index into [`LandscapeSimulation::failures`].
    pub failure: usize,
    /// What is certain.
    pub certain: Outcome,
    /// The worst that is possible.
    pub worst: Outcome,
    /// Copies that are left, of how many.
    pub left: Option<(u64, u64)>,
    /// From the entry to what was lost.
    pub path: Vec<Str>,
    /// Why it may be worse than what is certain.
    pub cause: Option<String>,
}

impl OutcomeRow {
    /// The word for it: `unknown` where it may be worse than what is certain.
    #[must_use]
    pub fn word(&self) -> &'static str {
        if self.worst > self.certain { "unknown" } else { self.certain.name() }
    }

    /// How bad it is, for order: what is certain before what is possible.
    #[must_use]
    pub fn badness(&self) -> (Outcome, Outcome) {
        (self.certain, self.worst)
    }
}

/// A node whose loss alone takes entries down.
#[derive(Clone, Debug)]
pub struct SinglePoint {
    /// The node.
    pub node: ShownNode,
    /// Indexes into [`LandscapeSimulation::entries`].
    pub entries: Vec<usize>,
    /// From the first of these to the node.
    pub path: Vec<Str>,
    /// The change after which none of the entries goes down, as far as the model knows one.
    pub edit: Option<SmallestEdit>,
}

/// What makes a loss do less: mostly one change, and what happens after it.
#[derive(Clone, Debug)]
pub struct SmallestEdit {
    /// The changes, which are made together.
    pub changes: Vec<EditedNode>,
    /// The worst that then happens to an entry.
    pub outcome: Outcome,
}

/// A change of one node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EditedNode {
    /// The node.
    pub node: ShownNode,
    /// The attribute and its new value as written in Terraform; or what is added, in words.
    pub text: String,
    /// Whether it is an attribute that changes.
    pub is_attribute: bool,
    /// Where the value is decided today; where something is added, the block that it is added to.
    pub place: Option<Location>,
}

/// What makes the loss of something do less to an entry.
#[derive(Clone, Debug)]
pub struct Remedy {
    /// Index into [`LandscapeSimulation::entries`].
    pub entry: usize,
    /// Index into [`LandscapeSimulation::failures`].
    pub failure: usize,
    /// The changes, and the outcome.
    pub edit: SmallestEdit,
}

/// A smallest set of failures that takes an entry down.
#[derive(Clone, Debug)]
pub struct GroupRow {
    /// Index into [`LandscapeSimulation::entries`].
    pub entry: usize,
    /// Indexes into [`LandscapeSimulation::failures`].
    pub lost: Vec<usize>,
    /// From the entry to what was lost last.
    pub path: Vec<Str>,
}

impl LandscapeSimulation {
    /// What a failure does to an entry; none if the entry survives it.
    #[must_use]
    pub fn outcome(&self, entry: usize, failure: usize) -> Option<&OutcomeRow> {
        let at = self.outcomes.binary_search_by_key(&(failure, entry), |row| (row.failure, row.entry));
        at.ok().and_then(|at| self.outcomes.get(at))
    }

    /// What makes the worst outcome of an entry better.
    #[must_use]
    pub fn remedy(&self, entry: usize, failure: usize) -> Option<&Remedy> {
        let at = self.remedies.binary_search_by_key(&(entry, failure), |row| (row.entry, row.failure));
        at.ok().and_then(|at| self.remedies.get(at))
    }

    /// The worst that happens to each entry, and the first failure that brings it about.
    #[must_use]
    pub fn worst_of_each(&self) -> Vec<Option<&OutcomeRow>> {
        self.most_of_each(self.outcomes.iter(), OutcomeRow::badness)
    }

    /// The worst that may happen to each entry where that is not known, and the first failure that may bring it about.
    #[must_use]
    pub fn worst_unknown_of_each(&self) -> Vec<Option<&OutcomeRow>> {
        let unknown = self.outcomes.iter().filter(|row| row.worst > row.certain);
        self.most_of_each(unknown, |row| (row.worst, row.certain))
    }

    fn most_of_each<'r>(
        &self,
        rows: impl Iterator<Item = &'r OutcomeRow>,
        badness: fn(&OutcomeRow) -> (Outcome, Outcome),
    ) -> Vec<Option<&'r OutcomeRow>> {
        let mut most: Vec<Option<&OutcomeRow>> = vec![None; self.entries.len()];
        for row in rows {
            if let Some(slot) = most.get_mut(row.entry)
                && slot.is_none_or(|known| badness(known) < badness(row))
            {
                *slot = Some(row);
            }
        }
        most
    }
}
