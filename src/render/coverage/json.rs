//! Coverage as one JSON document.

use serde::Serialize;

use crate::analysis::coverage::Signal;
use crate::render::path_of;
use crate::render::problems::ProblemOut;
use crate::report::coverage::{CoverageCell, CoverageReport};

#[derive(Serialize)]
struct CoverageOut<'a> {
    version: u32,
    roots: Vec<CoveredRootOut>,
    resources: Vec<CoveredResourceOut<'a>>,
    /// Not all of the input was read.
    incomplete: bool,
    problems: Vec<ProblemOut<'a>>,
}

#[derive(Serialize)]
struct CoveredRootOut {
    path: String,
    input: &'static str,
    environment: Option<String>,
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
    root: usize,
    address: &'a str,
    logs: CellOut<'a>,
    metrics: CellOut<'a>,
    traces: CellOut<'a>,
    alarms: CellOut<'a>,
}

#[derive(Serialize)]
struct CellOut<'a> {
    state: &'static str,
    /// Addresses of what gives the signal; empty if the resource does so itself.
    by: Vec<&'a str>,
    /// Why the cell is empty.
    reason: Option<&'a str>,
}

pub(super) fn render(coverage: &CoverageReport) -> String {
    let report = &coverage.report;
    let roots = report.roots.iter().zip(&coverage.roots).map(|(root, own)| CoveredRootOut {
        path: path_of(&root.path),
        input: root.input.name(),
        environment: root.environment.clone(),
        totals: Signal::ALL
            .into_iter()
            .map(|signal| {
                let (covered, of) = own.share(signal);
                SignalTotalOut { signal: signal.name(), covered, of }
            })
            .collect(),
    });
    let rows =
        coverage.roots.iter().enumerate().flat_map(|(at, root)| root.rows.iter().map(move |row| (at, row)));
    let out = CoverageOut {
        version: 1,
        roots: roots.collect(),
        resources: rows
            .map(|(root, row)| {
                let [logs, metrics, traces, alarms] = row.cells.each_ref().map(cell);
                CoveredResourceOut { root, address: &row.address, logs, metrics, traces, alarms }
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
