//! Passes: what becomes of the entries of a report once every rule has run.
//!
//! A pass removes nothing. It sets entries aside with a [`Status`](crate::report::Status) that says why, and formats and counts
//! read the status. Passes run in the order of `PASSES`; of several reasons the first one counts. A new pass is a file here and a line in
//! that list.

mod introduced;
mod touched;

use crate::graph::Graph;
use crate::graph::history::Touched;
use crate::report::Report;
use crate::rule::run::Outcome;
use crate::settings::Settings;
pub use introduced::Before;

/// One pass over the entries of a report. It does nothing where the settings do not ask for it.
type Pass = fn(&PassContext<'_>, &mut Report);

/// All passes, in the order in which they run.
const PASSES: [Pass; 2] = [introduced::run, touched::run];

/// What passes may look at, beside the report itself.
#[derive(Debug)]
pub struct PassContext<'a> {
    /// What the run was asked to do.
    pub settings: &'a Settings,
    /// What is known of each root, by its index in [`Report::roots`].
    pub roots: &'a [RootFacts],
}

/// What passes have to know of a root, taken from its graph while that is there.
#[derive(Debug, Default)]
pub struct RootFacts {
    /// What the rules say of the root before the change; none where there is no change, or nobody asks.
    pub before: Option<Before>,
    /// What the change touches; none where there is no change, or nobody asks.
    pub touched: Option<Touched>,
}

impl RootFacts {
    /// Takes from the graph of a root what the passes will ask for. `before` runs the rules over what was there before.
    pub fn of(graph: &Graph<'_>, settings: &Settings, before: impl FnOnce(&Graph<'_>) -> Outcome) -> Self {
        let gates = settings.gates;
        let was = graph.before.filter(|_| gates.regressions);
        Self {
            before: was.map(|was| Before::new(before(was), graph)),
            touched: (gates.only_changed && graph.estate.is_of_change()).then(|| graph.touched()),
        }
    }
}

/// Runs all passes over a report.
pub fn run(context: &PassContext<'_>, report: &mut Report) {
    for pass in PASSES {
        pass(context, report);
    }
}
