//! Passes: they decide what becomes of the entries of a report once every rule has run.
//!
//! A pass removes nothing. It sets entries aside with a [`Status`](crate::report::Status) that says why; formats and counts read the
//! status. Passes run in the order of `PASSES`, and the first reason for an entry stays. A new pass is a file here and a line in that
//! list.

mod declared;
mod introduced;
mod selection;
mod suppressed;
mod touched;

use crate::graph::Graph;
use crate::graph::history::Touched;
use crate::report::Report;
use crate::rule::run::Verdicts;
use crate::settings::Settings;
use crate::suppression::Suppressions;
pub use declared::DeclaredPlaces;
pub use introduced::Before;

/// A pass over the entries of a report. It does nothing unless the settings ask for it.
type Pass = fn(&PassContext<'_>, &mut Report);

/// All passes, in the order in which they run.
const PASSES: [Pass; 3] = [suppressed::run, introduced::run, touched::run];

/// What passes may look at besides the report.
#[derive(Debug)]
pub struct PassContext<'a> {
    /// The settings of the run.
    pub settings: &'a Settings,
    /// What people suppress; empty if it is not to count.
    pub suppressions: &'a Suppressions,
    /// Facts about each root, by its index in [`Report::roots`].
    pub roots: &'a [RootFacts],
}

/// Facts about a root that passes need, taken from its graph while that exists.
#[derive(Debug, Default)]
pub struct RootFacts {
    /// The outcome of the rules before the change; `None` without a change, or if no pass needs it.
    pub before: Option<Before>,
    /// What the change touches; `None` without a change, or if no pass needs it.
    pub touched: Option<Touched>,
    /// Where its nodes are declared; `None` if nothing is suppressed.
    pub declared: Option<DeclaredPlaces>,
}

impl RootFacts {
    /// Takes from the graph of a root what the passes need. `before` runs the rules over the graph of before the change.
    pub fn of(graph: &Graph<'_>, settings: &Settings, before: impl FnOnce(&Graph<'_>) -> Verdicts) -> Self {
        let gates = settings.gates;
        let was = graph.before.filter(|_| gates.regressions);
        Self {
            before: was.map(|was| Before::new(before(was), graph)),
            touched: (gates.only_changed && graph.estate.is_of_change()).then(|| graph.touched()),
            declared: None,
        }
    }
}

/// Runs all passes over a report.
pub fn run(context: &PassContext<'_>, report: &mut Report) {
    for pass in PASSES {
        pass(context, report);
    }
}
