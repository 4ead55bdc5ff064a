//! Passes: they decide what becomes of the entries of a report once every rule has run.
//!
//! A pass removes nothing. It sets entries aside with a [`Status`](crate::report::Status) that says why; formats and counts read the
//! status. Passes run in the order of `PASSES`, and the first reason for an entry stays. A new pass is a file here, its `mod`, and a
//! line in that list.

mod assumed;
mod baseline;
mod by_path;
mod claimed;
mod declared;
mod intended;
mod introduced;
mod selection;
mod suppressed;
mod touched;
mod unknown;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::config::{ConfigClaim, DeclaredIntent};
use crate::estate::configuration::moves::Moves;
use crate::estate::{AssumedValues, AssumptionUse, Estate};
use crate::files::Reader;
use crate::graph::Graph;
use crate::graph::history::Touched;
use crate::report::Report;
use crate::rule::run::Verdicts;
use crate::rule::{Rule, rule_of};
use crate::settings::{Peer, RootSettings, Settings};
use crate::suppression::{Selector, Suppression, Suppressions};
use crate::value::Str;
pub use baseline::BaselineInput;
pub use declared::DeclaredPlaces;
pub use introduced::Before;

/// A pass over the entries of a report. It does nothing unless the settings ask for it.
type Pass = fn(&PassContext<'_>, &mut Report);

/// All passes, in the order in which they run.
const PASSES: &[Pass] = &[
    by_path::run,
    suppressed::run,
    assumed::run,
    claimed::run,
    intended::run,
    unknown::run,
    introduced::run,
    touched::run,
    baseline::run,
];

/// What passes may look at besides the report.
#[derive(Debug)]
pub struct PassContext<'a> {
    /// The settings of the run.
    pub settings: &'a Settings,
    /// What people suppress; empty if it is not to count.
    pub suppressions: &'a Suppressions,
    /// Tells where files really are.
    pub reader: &'a Reader,
    /// The directories that the user named, absolute and without links.
    pub directories: &'a [PathBuf],
    /// Facts about each root, by its index in [`Report::roots`].
    pub roots: &'a [RootFacts],
    /// The baseline, if there is one.
    pub baseline: Option<&'a BaselineInput>,
}

impl PassContext<'_> {
    /// Whether everything below a directory was looked at: all its root modules, in all their environments.
    fn looks_at_all_of(&self, directory: &Path) -> bool {
        self.settings.since.is_none()
            && !self.is_of_chosen_environments()
            && self.directories.iter().any(|named| directory.starts_with(named))
    }

    /// Whether the user chose some of the environments.
    fn is_of_chosen_environments(&self) -> bool {
        let values = &self.settings.values;
        values.workspace.is_some()
            || values.environments.iter().any(|environment| environment.selected().is_some())
    }
}

/// The earlier addresses of instances, by the present ones.
pub type EarlierAddresses = FxHashMap<Str, Vec<Str>>;

/// The earlier addresses of the instances of an estate: what `moved` blocks and plans say. What is at an address now was not moved from it.
#[must_use]
pub fn earlier_addresses(estate: &Estate, moves: Option<&Moves>) -> EarlierAddresses {
    let here: FxHashSet<&str> = estate.instances.iter().map(|instance| instance.address.as_str()).collect();
    let mut all = EarlierAddresses::default();
    for instance in &estate.instances {
        let moved = moves.map(|moves| moves.earlier(&instance.address)).unwrap_or_default();
        let earlier = moved.iter().filter(|earlier| !here.contains(earlier.as_str()));
        let earlier: Vec<Str> = earlier.map(|earlier| earlier.text().clone()).collect();
        if !earlier.is_empty() {
            all.insert(instance.address.text().clone(), earlier);
        }
    }
    for change in &estate.changes {
        let previous = change.previous_address.as_ref().filter(|previous| !here.contains(previous.as_str()));
        if let Some(previous) = previous {
            all.entry(change.address.text().clone()).or_default().push(previous.text().clone());
        }
    }
    all
}

/// Facts about a root that passes need, taken from its graph while that exists.
#[derive(Debug, Default)]
pub struct RootFacts {
    /// What arguments and the config say of the root.
    pub settings: RootSettings,
    /// The outcome of the rules before the change; `None` without a change, or if no pass needs it.
    pub before: Option<Before>,
    /// What the change touches; `None` without a change, or if no pass needs it.
    pub touched: Option<Touched>,
    /// The suppressions of its config.
    pub suppressions: Vec<Suppression>,
    /// What is assumed of it.
    pub assumptions: AssumedValues,
    /// What its config declares of entries.
    pub intents: Vec<DeclaredIntent>,
    /// The addresses of its entries; empty if nothing is declared.
    pub entries: Vec<Str>,
    /// The resources that something is declared of although they are no entries, with what they do.
    pub no_entries: Vec<(Str, &'static str)>,
    /// What its config names.
    pub claims: Vec<ConfigClaim>,
    /// What became of the assumptions.
    pub assumed: Vec<(usize, AssumptionUse)>,
    /// The directory with everything that its config is for, absolute and without links.
    pub reach: PathBuf,
    /// Where its nodes are declared; `None` if nothing is suppressed.
    pub declared: Option<DeclaredPlaces>,
    /// The earlier addresses of its instances, by the present ones; empty without a baseline.
    pub earlier: EarlierAddresses,
    /// The rules that did not run on this root; empty without a baseline.
    pub not_asked: BTreeSet<Str>,
}

impl RootFacts {
    /// Takes from the graph what the passes need of one root. `ran` are the rules that run on it, and `before` runs them over the graph
    /// of before the change.
    pub fn of(
        graph: &Graph<'_>,
        root: usize,
        rules: &[Arc<Rule>],
        ran: &[Arc<Rule>],
        settings: &Settings,
        before: impl FnOnce(&Graph<'_>) -> Verdicts,
    ) -> Self {
        let gates = settings.gates;
        let Some(estate) = graph.estate_of_root(root) else { return Self::default() };
        let has_before = |before: &&Graph<'_>| before.estate_of_root(root).is_some();
        let was = graph.before.filter(|_| gates.regressions).filter(has_before);
        let rules = rules.iter().filter(|_| settings.baseline.is_some());
        Self {
            before: was.map(|was| Before::new(before(was), graph, root)),
            touched: (gates.only_changed && estate.is_of_change()).then(|| graph.touched(root)),
            not_asked: rules
                .filter(|rule| !rule.is_asked_of(estate) || rule_of(ran, &rule.id).is_none())
                .map(|rule| rule.id.clone())
                .collect(),
            ..Self::default()
        }
    }
}

/// The rules that a comment for another tool is about.
#[must_use]
pub fn rules_of_check(selector: &Selector, peer: Peer, rules: &[Arc<Rule>]) -> BTreeSet<Str> {
    selection::of_check(selector, peer, rules).rules
}

/// Runs all passes over a report.
pub fn run(context: &PassContext<'_>, report: &mut Report) {
    for pass in PASSES {
        pass(context, report);
    }
}
