//! Coverage as one JSON document.

use serde::Serialize;

use crate::analysis::coverage::Signal;
use crate::render::landscapes::{LandscapeOut, NamedRootOut, NodeNameOut};
use crate::render::problems::ProblemOut;
use crate::report::coverage::{CoverageCell, CoverageReport};

#[derive(Serialize)]
struct CoverageOut<'a> {
    version: u32,
    roots: Vec<NamedRootOut>,
    landscapes: Vec<CoveredLandscapeOut<'a>>,
    resources: Vec<CoveredResourceOut<'a>>,
    /// Not all of the input was read.
    incomplete: bool,
    problems: Vec<ProblemOut<'a>>,
}

#[derive(Serialize)]
struct CoveredLandscapeOut<'a> {
    #[serde(flatten)]
    landscape: LandscapeOut<'a>,
    totals: Vec<SignalTotalOut>,
}

/// How many resources have a signal, of how many that could have it.
#[derive(Serialize)]
struct SignalTotalOut {
    signal: &'static str,
    covered: usize,
    of: usize,
}

#[derive(Serialize)]
struct CoveredResourceOut<'a> {
    landscape: usize,
    #[serde(flatten)]
    node: NodeNameOut<'a>,
    logs: CellOut<'a>,
    metrics: CellOut<'a>,
    traces: CellOut<'a>,
    alarms: CellOut<'a>,
}

#[derive(Serialize)]
struct CellOut<'a> {
    state: &'static str,
    /// What gives the signal; empty if the resource does so itself.
    by: Vec<&'a str>,
    /// Why the cell is empty.
    reason: Option<&'a str>,
}

pub(super) fn render(coverage: &CoverageReport) -> String {
    let report = &coverage.report;
    let landscapes = coverage.landscapes.iter().map(|(landscape, own)| CoveredLandscapeOut {
        landscape: landscape.into(),
        totals: Signal::ALL
            .into_iter()
            .map(|signal| {
                let (covered, of) = own.share(signal);
                SignalTotalOut { signal: signal.name(), covered, of }
            })
            .collect(),
    });
    let rows =
        (0..).zip(&coverage.landscapes).flat_map(|(at, (_, own))| own.rows.iter().map(move |row| (at, row)));
    let out = CoverageOut {
        version: 1,
        roots: NamedRootOut::all(report),
        landscapes: landscapes.collect(),
        resources: rows
            .map(|(landscape, row)| {
                let [logs, metrics, traces, alarms] = row.cells.each_ref().map(cell);
                CoveredResourceOut { landscape, node: (&row.node).into(), logs, metrics, traces, alarms }
            })
            .collect(),
        incomplete: report.is_incomplete(),
        problems: ProblemOut::all(report),
    };
    let mut text = serde_json::to_string_pretty(&out).unwrap_or_default();
    text.push('\n');
    text
}

fn cell(cell: &CoverageCell) -> CellOut<'_> {
    CellOut {
        state: cell.state.name(),
        by: cell.by.iter().map(|address| address.as_str()).collect(),
        reason: Some(cell.reason.as_str()).filter(|reason| !reason.is_empty()),
    }
}
