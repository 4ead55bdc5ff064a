//! Simulations as one JSON document. Entries, failures, roots and landscapes are named where they are used, so that a line stands alone.

use serde::Serialize;

use crate::render::landscapes::{LandscapeOut, NamedRootOut, NodeNameOut};
use crate::render::problems::ProblemOut;
use crate::render::report::text::place;
use crate::report::ShownNode;
use crate::report::simulation::{
    Achievable, EditedNode, LandscapeSimulation, OutcomeRow, SimulationReport, SmallestEdit,
};
use crate::text::Sources;

/// Outcomes of a landscape in which entries survive are listed up to so many pairs of entry and failure.
const MAX_SURVIVING: usize = 20_000;

#[derive(Serialize)]
struct SimulationOut<'a> {
    version: u32,
    roots: Vec<NamedRootOut>,
    landscapes: Vec<SimulatedLandscapeOut<'a>>,
    entries: Vec<EntryOut<'a>>,
    possible_entries: Vec<DoubtOut<'a>>,
    /// What stands in zones that are not known.
    unplaced: Vec<DoubtOut<'a>>,
    failures: Vec<FailureOut<'a>>,
    outcomes: Vec<OutcomeOut<'a>>,
    /// Pairs that are not among the outcomes survive.
    surviving_left_out: bool,
    single_points: Vec<SinglePointOut<'a>>,
    remedies: Vec<RemedyOut<'a>>,
    risk_groups: Vec<RiskGroupOut<'a>>,
    /// What the config declares of entries.
    targets: Vec<TargetOut<'a>>,
    /// Not every set of failures was tried, or not all of the input was read.
    incomplete: bool,
    problems: Vec<ProblemOut<'a>>,
}

#[derive(Serialize)]
struct SimulatedLandscapeOut<'a> {
    #[serde(flatten)]
    landscape: LandscapeOut<'a>,
    all_groups_tried: bool,
    /// Losses that were not played through.
    untried: usize,
}

#[derive(Serialize)]
struct EntryOut<'a> {
    landscape: usize,
    #[serde(flatten)]
    node: NodeNameOut<'a>,
}

/// A node of which something is not known, with the cause.
#[derive(Serialize)]
struct DoubtOut<'a> {
    landscape: usize,
    #[serde(flatten)]
    node: NodeNameOut<'a>,
    cause: &'a str,
}

#[derive(Serialize)]
struct FailureOut<'a> {
    landscape: usize,
    /// If it is a node.
    root: Option<usize>,
    id: &'a str,
    kind: &'static str,
}

#[derive(Serialize)]
struct OutcomeOut<'a> {
    landscape: usize,
    /// That of the entry.
    root: usize,
    entry: &'a str,
    failure: &'a str,
    outcome: &'static str,
    left: Option<u64>,
    of: Option<u64>,
    path: Vec<&'a str>,
    /// Where the outcome is unknown: what is certain, and the worst that it may be.
    certain: Option<&'static str>,
    worst: Option<&'static str>,
    cause: Option<&'a str>,
}

#[derive(Serialize)]
struct SinglePointOut<'a> {
    landscape: usize,
    #[serde(flatten)]
    node: NodeNameOut<'a>,
    entries: Vec<&'a str>,
    path: Vec<&'a str>,
    edit: Option<EditOut<'a>>,
}

/// What makes a loss do less: the changes, which are made together, and the worst that then happens.
#[derive(Serialize)]
struct EditOut<'a> {
    changes: Vec<EditedNodeOut<'a>>,
    outcome: &'static str,
}

#[derive(Serialize)]
struct EditedNodeOut<'a> {
    #[serde(flatten)]
    node: NodeNameOut<'a>,
    /// `attribute = value`, or what is added, in words.
    change: &'a str,
    /// Where the value is decided today, or the block beside which something is added.
    place: Option<String>,
}

#[derive(Serialize)]
struct RemedyOut<'a> {
    landscape: usize,
    /// That of the entry.
    root: usize,
    entry: &'a str,
    failure: &'a str,
    #[serde(flatten)]
    edit: EditOut<'a>,
}

#[derive(Serialize)]
struct TargetOut<'a> {
    landscape: usize,
    /// That of the entry.
    root: usize,
    entry: &'a str,
    target: &'a str,
    /// `achievable`, `not achievable` or `unknown`
    is: &'static str,
    /// What happens with the losses that decide; null where the target is achievable.
    reason: Option<&'a str>,
    lost: Vec<&'a str>,
    path: Vec<&'a str>,
    /// Where what decides is declared.
    place: Option<String>,
    cause: Option<&'a str>,
    edit: Option<EditOut<'a>>,
}

#[derive(Serialize)]
struct RiskGroupOut<'a> {
    landscape: usize,
    /// That of the entry.
    root: usize,
    entry: &'a str,
    lost: Vec<&'a str>,
    outcome: &'static str,
    path: Vec<&'a str>,
}

pub(super) fn render(simulation: &SimulationReport) -> String {
    let report = &simulation.report;
    let mut out = SimulationOut {
        version: 1,
        roots: NamedRootOut::all(report),
        landscapes: simulation
            .landscapes
            .iter()
            .map(|(landscape, own)| SimulatedLandscapeOut {
                landscape: landscape.into(),
                all_groups_tried: !own.is_cut,
                untried: own.untried,
            })
            .collect(),
        entries: Vec::new(),
        possible_entries: Vec::new(),
        unplaced: Vec::new(),
        failures: Vec::new(),
        outcomes: Vec::new(),
        surviving_left_out: false,
        single_points: Vec::new(),
        remedies: Vec::new(),
        risk_groups: Vec::new(),
        targets: Vec::new(),
        incomplete: simulation.is_incomplete(),
        problems: ProblemOut::all(report),
    };
    for (index, (_, own)) in simulation.landscapes.iter().enumerate() {
        add(&mut out, index, own, &report.sources);
    }
    let mut text = serde_json::to_string_pretty(&out).unwrap_or_default();
    text.push('\n');
    text
}

fn edit_out<'a>(edit: &'a SmallestEdit, sources: &Sources) -> EditOut<'a> {
    let change = |change: &'a EditedNode| EditedNodeOut {
        node: (&change.node).into(),
        change: &change.text,
        place: change.place.as_ref().map(|location| place(location, sources)),
    };
    EditOut { changes: edit.changes.iter().map(change).collect(), outcome: edit.outcome.name() }
}

fn add<'a>(out: &mut SimulationOut<'a>, landscape: usize, own: &'a LandscapeSimulation, sources: &Sources) {
    let entry = |at: usize| own.entries.get(at).map_or("", |entry| entry.name.as_str());
    let root = |at: usize| own.entries.get(at).map_or(0, |entry| entry.root);
    let failure = |at: usize| own.failures.get(at).map_or("", |lost| lost.id.as_str());
    let way = |path: &'a [crate::value::Str]| path.iter().map(|address| address.as_str()).collect::<Vec<_>>();
    out.entries.extend(own.entries.iter().map(|node| EntryOut { landscape, node: node.into() }));
    let doubt = |(node, cause): &'a (ShownNode, String)| DoubtOut { landscape, node: node.into(), cause };
    out.possible_entries.extend(own.possible_entries.iter().map(doubt));
    out.unplaced.extend(own.unplaced.iter().map(doubt));
    out.failures.extend(own.failures.iter().map(|lost| FailureOut {
        landscape,
        root: lost.root,
        id: &lost.id,
        kind: lost.kind.name(),
    }));
    let is_short = own.entries.len().saturating_mul(own.failures.len()) <= MAX_SURVIVING;
    out.surviving_left_out |= !is_short;
    let outcome = |at: usize, lost: usize, row: Option<&'a OutcomeRow>| {
        let unknown =
            |name: fn(&OutcomeRow) -> &'static str| row.filter(|row| row.worst > row.certain).map(name);
        OutcomeOut {
            landscape,
            root: root(at),
            entry: entry(at),
            failure: failure(lost),
            outcome: row.map_or("survives", OutcomeRow::word),
            left: row.and_then(|row| row.left).map(|(left, _)| left),
            of: row.and_then(|row| row.left).map(|(_, of)| of),
            path: row.map(|row| way(&row.path)).unwrap_or_default(),
            certain: unknown(|row| row.certain.name()),
            worst: unknown(|row| row.worst.name()),
            cause: row.and_then(|row| row.cause.as_deref()),
        }
    };
    if is_short {
        let pairs = (0..own.entries.len()).flat_map(|at| (0..own.failures.len()).map(move |lost| (at, lost)));
        out.outcomes.extend(pairs.map(|(at, lost)| outcome(at, lost, own.outcome(at, lost))));
    } else {
        let mut rows: Vec<&OutcomeRow> = own.outcomes.iter().collect();
        rows.sort_by_key(|row| (row.entry, row.failure));
        out.outcomes.extend(rows.into_iter().map(|row| outcome(row.entry, row.failure, Some(row))));
    }
    out.single_points.extend(own.single_points.iter().map(|point| SinglePointOut {
        landscape,
        node: (&point.node).into(),
        entries: point.entries.iter().map(|at| entry(*at)).collect(),
        path: way(&point.path),
        edit: point.edit.as_ref().map(|edit| edit_out(edit, sources)),
    }));
    out.remedies.extend(own.remedies.iter().map(|remedy| RemedyOut {
        landscape,
        root: root(remedy.entry),
        entry: entry(remedy.entry),
        failure: failure(remedy.failure),
        edit: edit_out(&remedy.edit, sources),
    }));
    out.targets.extend(own.targets.iter().map(|row| TargetOut {
        landscape,
        root: row.entry.root,
        entry: &row.entry.name,
        target: &row.target,
        is: row.is.name(),
        reason: (row.is == Achievable::No).then_some(row.reason.as_str()),
        lost: row.lost.iter().map(String::as_str).collect(),
        path: way(&row.path),
        place: row.place.as_ref().map(|location| place(location, sources)),
        cause: row.cause.as_deref(),
        edit: row.edit.as_ref().map(|edit| edit_out(edit, sources)),
    }));
    out.risk_groups.extend(own.risk_groups.iter().map(|group| RiskGroupOut {
        landscape,
        root: root(group.entry),
        entry: entry(group.entry),
        lost: group.lost.iter().map(|at| failure(*at)).collect(),
        outcome: "down",
        path: way(&group.path),
    }));
}
