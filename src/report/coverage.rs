//! Which signals every node has: everything that the formats of coverage show.

use crate::analysis::coverage::Signal;
use crate::value::Str;

use super::{Report, ShownLandscape, ShownNode};

/// The coverage of all landscapes.
#[derive(Debug, Default)]
pub struct CoverageReport {
    /// What was read, and the problems of it; no rule has run.
    pub report: Report,
    /// One for each landscape.
    pub landscapes: Vec<(ShownLandscape, LandscapeCoverage)>,
}

/// The coverage of one landscape.
#[derive(Debug, Default)]
pub struct LandscapeCoverage {
    /// By root module, and within one by address.
    pub rows: Vec<CoverageRow>,
}

/// The signals of one resource.
#[derive(Clone, Debug)]
pub struct CoverageRow {
    pub node: ShownNode,
    /// The address without instance keys, equal for all instances of one declaration of a root module.
    pub declaration: Str,
    /// One for each of [`Signal::ALL`].
    pub cells: [CoverageCell; 4],
}

/// What is known about one signal of one resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CoverageCell {
    pub state: CoverageState,
    /// What gives the signal; empty if the resource does so itself.
    pub by: Vec<Str>,
    /// Why the cell is empty.
    pub reason: String,
}

/// The state of a signal, the worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CoverageState {
    /// It could be there and is not.
    Missing,
    /// It is unknown.
    Unknown,
    /// The model does not describe it.
    NotDescribed,
    /// Nothing of this type has it.
    NotApplicable,
    /// It is there.
    Covered,
}

impl CoverageState {
    /// The word for it, in JSON.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Unknown => "unknown",
            Self::NotDescribed => "not-described",
            Self::NotApplicable => "not-applicable",
            Self::Covered => "covered",
        }
    }
}

impl CoverageRow {
    /// How many signals are missing, and how many are unknown.
    #[must_use]
    pub fn gaps(&self) -> (usize, usize) {
        let count = |state| self.cells.iter().filter(|cell| cell.state == state).count();
        (count(CoverageState::Missing), count(CoverageState::Unknown))
    }
}

impl LandscapeCoverage {
    /// How many resources have the signal, of how many that could have it; unknown ones could.
    #[must_use]
    pub fn share(&self, signal: Signal) -> (usize, usize) {
        let cells = self.rows.iter().filter_map(|row| row.cells.get(signal as usize));
        cells.fold((0, 0), |(have, of), cell| match cell.state {
            CoverageState::Covered => (have + 1, of + 1),
            CoverageState::Missing | CoverageState::Unknown => (have, of + 1),
            CoverageState::NotDescribed | CoverageState::NotApplicable => (have, of),
        })
    }
}
