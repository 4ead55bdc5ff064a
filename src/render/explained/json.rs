//! An explanation as one JSON document.

use serde::Serialize;

use super::taken_for;
use crate::analysis::coverage::Signal;
use crate::render::path_of;
use crate::render::problems::ProblemOut;
use crate::render::report::place;
use crate::report::explained::{ExplainReport, ExplainedEdges, ExplainedNode, ExplainedUnknown};

/// Raised when a field changes its meaning or is removed; new fields do not raise it.
const VERSION: u32 = 1;

#[derive(Serialize)]
struct ExplainOut<'a> {
    version: u32,
    asked: &'a str,
    /// What the argument was taken for.
    taken_for: &'static str,
    nodes: Vec<ExplainedNodeOut<'a>>,
    further: Vec<FurtherNodeOut<'a>>,
    variables: Vec<VariableOut<'a>>,
    unknowns: Vec<ExplainedUnknownOut<'a>>,
    incomplete: bool,
    problems: Vec<ProblemOut<'a>>,
}

#[derive(Serialize)]
struct ExplainedNodeOut<'a> {
    root: String,
    environment: Option<&'a str>,
    address: &'a str,
    kind: &'static str,
    role: Option<&'static str>,
    place: Option<String>,
    calls: Vec<PlacedOut<'a>>,
    uncertain: Option<&'a str>,
    values: Vec<ValueOut<'a>>,
    further_values: usize,
    edges_out: EdgesOut<'a>,
    edges_in: EdgesOut<'a>,
    standing: Option<StandingOut<'a>>,
    signals: Vec<SignalOut<'a>>,
    verdicts: Vec<VerdictOut<'a>>,
}

#[derive(Serialize)]
struct PlacedOut<'a> {
    address: &'a str,
    place: String,
}

#[derive(Serialize)]
struct ValueOut<'a> {
    path: &'a str,
    value: &'a str,
    state: &'static str,
    cause: Option<&'a str>,
    place: Option<String>,
    decided_by: Option<&'static str>,
    decided_at: Option<String>,
}

#[derive(Serialize)]
struct EdgesOut<'a> {
    edges: Vec<ExplainedEdgeOut<'a>>,
    perhaps_more: Vec<OpenOut<'a>>,
}

#[derive(Serialize)]
struct ExplainedEdgeOut<'a> {
    kind: &'static str,
    address: &'a str,
    certain: bool,
    attribute: &'a str,
    cause: Option<&'a str>,
}

/// Why there may be more edges. No kind means any.
#[derive(Serialize)]
struct OpenOut<'a> {
    kinds: &'a [&'static str],
    cause: &'a str,
}

#[derive(Serialize)]
struct StandingOut<'a> {
    zones: &'a [String],
    perhaps_more_zones: Option<&'a str>,
    copies_at_least: u64,
    copies_at_most: Option<u64>,
    copies_cause: Option<&'a str>,
    /// Null if it is not known.
    recovery: Option<&'static str>,
    /// Null if it is not known.
    entry: Option<bool>,
}

#[derive(Serialize)]
struct SignalOut<'a> {
    signal: &'static str,
    state: &'static str,
    by: Vec<&'a str>,
    reason: Option<&'a str>,
}

#[derive(Serialize)]
struct VerdictOut<'a> {
    rule: &'a str,
    verdict: &'static str,
    severity: &'static str,
    text: &'a str,
    place: Option<String>,
    set_aside: Option<&'a str>,
}

#[derive(Serialize)]
struct FurtherNodeOut<'a> {
    root: String,
    address: &'a str,
    fail: usize,
    unknown: usize,
    pass: usize,
}

#[derive(Serialize)]
struct VariableOut<'a> {
    root: String,
    address: &'a str,
    value: &'a str,
    cause: Option<&'a str>,
    place: Option<String>,
    decided_by: Option<&'static str>,
    decided_at: Option<String>,
}

#[derive(Serialize)]
struct ExplainedUnknownOut<'a> {
    name: &'a str,
    passed_on: bool,
    text: &'a str,
    places: Vec<String>,
    #[serde(rename = "type")]
    type_: Option<&'a str>,
    count: usize,
    verdicts: Vec<UndecidedRuleOut<'a>>,
    decided_by: Vec<UnknownRemedyOut<'a>>,
}

#[derive(Serialize)]
struct UndecidedRuleOut<'a> {
    rule: &'a str,
    addresses: Vec<RootedOut<'a>>,
}

#[derive(Serialize)]
struct RootedOut<'a> {
    root: String,
    address: &'a str,
}

#[derive(Serialize)]
struct UnknownRemedyOut<'a> {
    what: &'static str,
    text: &'a str,
}

pub(super) fn render(report: &ExplainReport) -> String {
    let path =
        |index: usize| report.report.roots.get(index).map(|root| path_of(&root.path)).unwrap_or_default();
    let sources = &report.report.sources;
    let found = || report.roots.iter().enumerate();
    let out = ExplainOut {
        version: VERSION,
        asked: &report.asked,
        taken_for: taken_for(report),
        nodes: found()
            .flat_map(|(index, root)| root.nodes.iter().map(move |one| (index, one)))
            .map(|(index, one)| node(one, index, report))
            .collect(),
        further: found()
            .flat_map(|(index, root)| root.further.iter().map(move |one| (index, one)))
            .map(|(index, node)| FurtherNodeOut {
                root: path(index),
                address: &node.address,
                fail: node.failed,
                unknown: node.unknown,
                pass: node.passed,
            })
            .collect(),
        variables: (report.variables.iter())
            .map(|variable| VariableOut {
                root: path(variable.root),
                address: &variable.address,
                value: &variable.shown,
                cause: variable.cause.as_deref(),
                place: variable.place.map(|at| place(&at.into(), sources)),
                decided_by: variable.decided.map(|(_, what)| what),
                decided_at: variable.decided.map(|(at, _)| place(&at.into(), sources)),
            })
            .collect(),
        unknowns: report.unknowns.iter().map(|one| unknown(one, report)).collect(),
        incomplete: report.report.is_incomplete(),
        problems: ProblemOut::all(&report.report),
    };
    let mut text = serde_json::to_string_pretty(&out).unwrap_or_default();
    text.push('\n');
    text
}

fn node<'a>(node: &'a ExplainedNode, index: usize, report: &'a ExplainReport) -> ExplainedNodeOut<'a> {
    let sources = &report.report.sources;
    let root = report.report.roots.get(index);
    ExplainedNodeOut {
        root: root.map(|root| path_of(&root.path)).unwrap_or_default(),
        environment: root.and_then(|root| root.environment.as_deref()),
        address: &node.address,
        kind: node.kind,
        role: node.role,
        place: node.place.as_ref().map(|at| place(at, sources)),
        calls: (node.calls.iter())
            .map(|(address, at)| PlacedOut { address, place: place(at, sources) })
            .collect(),
        uncertain: node.uncertain.as_deref(),
        values: (node.values.iter())
            .map(|value| ValueOut {
                path: &value.path,
                value: &value.shown,
                state: value.state.name(),
                cause: value.cause.as_deref(),
                place: value.at.as_ref().map(|at| place(at, sources)),
                decided_by: value.decided.map(|(_, what)| what),
                decided_at: value.decided.map(|(at, _)| place(&at.into(), sources)),
            })
            .collect(),
        further_values: node.further_values,
        edges_out: edges(&node.outgoing),
        edges_in: edges(&node.incoming),
        standing: node.standing.as_ref().map(|standing| StandingOut {
            zones: &standing.zones,
            perhaps_more_zones: standing.open.as_deref(),
            copies_at_least: standing.least,
            copies_at_most: standing.most,
            copies_cause: standing.copies_cause.as_deref(),
            recovery: standing.recovery.as_ref().ok().copied(),
            entry: standing.entry.as_ref().ok().copied(),
        }),
        signals: (node.signals.iter())
            .flat_map(|cells| Signal::ALL.iter().zip(cells))
            .map(|(signal, cell)| SignalOut {
                signal: signal.name(),
                state: cell.state.name(),
                by: cell.by.iter().map(|address| address.as_str()).collect(),
                reason: Some(cell.reason.as_str()).filter(|reason| !reason.is_empty()),
            })
            .collect(),
        verdicts: (node.verdicts.iter())
            .map(|verdict| VerdictOut {
                rule: &verdict.rule,
                verdict: verdict.kind.name(),
                severity: verdict.severity.name(),
                text: &verdict.text,
                place: verdict.place.as_ref().map(|at| place(at, sources)),
                set_aside: verdict.set_aside.as_deref(),
            })
            .collect(),
    }
}

fn edges(edges: &ExplainedEdges) -> EdgesOut<'_> {
    EdgesOut {
        edges: (edges.edges.iter())
            .map(|edge| ExplainedEdgeOut {
                kind: edge.kind,
                address: &edge.other,
                certain: edge.possible.is_none(),
                attribute: &edge.attribute,
                cause: edge.possible.as_deref(),
            })
            .collect(),
        perhaps_more: edges.open.iter().map(|(cause, kinds)| OpenOut { kinds, cause }).collect(),
    }
}

fn unknown<'a>(unknown: &'a ExplainedUnknown, report: &'a ExplainReport) -> ExplainedUnknownOut<'a> {
    let path =
        |index: usize| report.report.roots.get(index).map(|root| path_of(&root.path)).unwrap_or_default();
    let sources = &report.report.sources;
    ExplainedUnknownOut {
        name: &unknown.name,
        passed_on: unknown.passed_on,
        text: &unknown.text,
        places: unknown.places.iter().map(|at| place(&(*at).into(), sources)).collect(),
        type_: unknown.type_.as_deref(),
        count: unknown.count(),
        verdicts: (unknown.verdicts.iter())
            .map(|rule| UndecidedRuleOut {
                rule: &rule.rule,
                addresses: (rule.nodes.iter())
                    .map(|(root, address)| RootedOut { root: path(*root), address })
                    .collect(),
            })
            .collect(),
        decided_by: (unknown.remedies.iter())
            .map(|remedy| UnknownRemedyOut { what: remedy.what, text: &remedy.text })
            .collect(),
    }
}
