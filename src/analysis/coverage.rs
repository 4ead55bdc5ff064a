//! What tells how a node fares: its logs, metrics, traces and alarms.

use crate::value::{NodeId, Str};

/// Something that tells how a node fares.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Signal {
    Logs,
    Metrics,
    Traces,
    Alarms,
}

impl Signal {
    /// All signals, in the order of columns.
    pub const ALL: [Self; 4] = [Self::Logs, Self::Metrics, Self::Traces, Self::Alarms];

    /// The word for it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Logs => "logs",
            Self::Metrics => "metrics",
            Self::Traces => "traces",
            Self::Alarms => "alarms",
        }
    }

    /// The definition in the model that says of a node whether it has the signal.
    #[must_use]
    pub const fn definition(self) -> &'static str {
        match self {
            Self::Logs => "signal_logs",
            Self::Metrics => "signal_metrics",
            Self::Traces => "signal_traces",
            Self::Alarms => "signal_alarms",
        }
    }
}

/// Whether a node has a signal.
#[derive(Clone, Debug)]
pub enum Covered {
    /// These nodes give the signal; without any, the node does so itself.
    By(Vec<NodeId>),
    /// The signal could be there and is not, for this reason.
    Missing(Str),
    /// Nothing of this type has the signal, for this reason.
    NotApplicable(Str),
    /// Unknown, for this reason.
    Unknown(Str),
    /// The model does not say.
    NotDescribed,
}

/// What tells how one node fares.
#[derive(Clone, Debug)]
pub struct NodeCoverage {
    pub node: NodeId,
    /// One for each of [`Signal::ALL`].
    pub signals: [Covered; 4],
}
