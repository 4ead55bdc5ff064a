//! What a change means for a review: what it does to the graph, and whether an architect should look at it, with the reasons.

use std::collections::BTreeSet;

use super::Report;
use crate::diagnostic::Severity;
use crate::value::Str;

/// The review of a change.
#[derive(Debug, Default)]
pub struct Review {
    /// Why an architect should look at it, by kind; none if the change is routine.
    pub reasons: Vec<ReviewReason>,
    /// What the change does to the graph of each root that it changes.
    pub deltas: Vec<GraphDelta>,
}

/// One reason for an architect to look at a change.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ReviewReason {
    pub kind: ReasonKind,
    /// The index of its root.
    pub root: usize,
    pub address: Str,
    /// What is the case, in a sentence.
    pub text: String,
}

/// The kinds of reasons, in the order in which they are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ReasonKind {
    /// A store, queue or stream is destroyed or left to itself.
    StoreDestroyed,
    /// A store, queue or stream is destroyed and made anew.
    StoreReplaced,
    /// A store changes in place.
    StoreChanged,
    /// Traffic enters where it did not.
    EntryAdded,
    /// Traffic no longer enters where it did.
    EntryRemoved,
    /// The loss of one thing takes an entry down that survived it, or was not there.
    SinglePointAdded,
    /// Something stands in fewer zones.
    ZonesLost,
    /// A finding that is an error is new.
    ErrorIntroduced,
    /// A verdict about something that changes is unknown, and would be an error.
    Undecided,
}

impl ReasonKind {
    /// The name in output.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::StoreDestroyed => "store-destroyed",
            Self::StoreReplaced => "store-replaced",
            Self::StoreChanged => "store-changed",
            Self::EntryAdded => "entry-added",
            Self::EntryRemoved => "entry-removed",
            Self::SinglePointAdded => "single-point-added",
            Self::ZonesLost => "zones-lost",
            Self::ErrorIntroduced => "error-introduced",
            Self::Undecided => "undecided",
        }
    }
}

/// What a change does to the graph of one root: what changes, and what is one step around it.
#[derive(Debug, Default)]
pub struct GraphDelta {
    /// The index of the root.
    pub root: usize,
    pub nodes: Vec<DeltaNode>,
    /// Edges between these, by from and to.
    pub edges: Vec<DeltaEdge>,
    /// How many more nodes there are.
    pub left_out: usize,
    /// Whether single points before and after were compared: in a graph that is too large they are not.
    pub is_simulated: bool,
}

/// A node of a delta.
#[derive(Debug, PartialEq, Eq)]
pub struct DeltaNode {
    /// The address after the change; of what goes, before it.
    pub address: Str,
    /// What it does; the role of the model.
    pub role: &'static str,
    pub mark: DeltaMark,
}

/// What becomes of a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DeltaMark {
    Removed,
    Replaced,
    Added,
    Changed,
    /// It stays as it is, beside something that changes.
    Same,
}

impl DeltaMark {
    /// The name in output.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Removed => "removed",
            Self::Replaced => "replaced",
            Self::Added => "added",
            Self::Changed => "changed",
            Self::Same => "same",
        }
    }
}

/// An edge of a delta, between indexes of its nodes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct DeltaEdge {
    pub from: usize,
    pub to: usize,
    pub kind: &'static str,
    /// The view that it belongs to.
    pub view: Str,
    pub mark: DeltaMark,
}

impl Review {
    /// The class, in output.
    #[must_use]
    pub const fn class(&self) -> &'static str {
        if self.reasons.is_empty() { "routine" } else { "architect" }
    }

    /// Adds the reasons that the verdicts give: new errors, and what would be one about something that changes, and is unknown.
    pub fn judge(&mut self, report: &Report) {
        let new = report.findings().filter(|entry| entry.what.severity == Severity::Error);
        for entry in new {
            let finding = &entry.what;
            self.reasons.push(ReviewReason {
                kind: ReasonKind::ErrorIntroduced,
                root: entry.root.unwrap_or_default(),
                address: finding.address.clone(),
                text: format!("new error `{}`: {}", finding.id, finding.message),
            });
        }
        let changed: BTreeSet<(usize, &Str)> = (self.deltas.iter())
            .flat_map(|delta| delta.nodes.iter().map(move |node| (delta.root, node)))
            .filter(|(_, node)| node.mark != DeltaMark::Same)
            .map(|(root, node)| (root, &node.address))
            .collect();
        let mut undecided = Vec::new();
        for entry in report.unknown_verdicts() {
            let Some(root) = entry.root.filter(|root| changed.contains(&(*root, &entry.what.address))) else {
                continue;
            };
            let environment = report.roots.get(root).and_then(|root| root.environment_for_rules.as_deref());
            let is_error = |id: &&Str| {
                report.rule(id).is_some_and(|rule| rule.severity_in(environment) == Severity::Error)
            };
            for rule in entry.what.rules().filter(is_error) {
                undecided.push(ReviewReason {
                    kind: ReasonKind::Undecided,
                    root,
                    address: entry.what.address.clone(),
                    text: format!(
                        "`{rule}` is unknown about `{}`: {}",
                        entry.what.address,
                        entry.what.cause.root()
                    ),
                });
            }
        }
        self.reasons.append(&mut undecided);
        self.reasons.sort();
        self.reasons.dedup();
    }
}
