//! Formats of coverage: one file each.

pub(super) mod html;
mod human;
mod json;
mod markdown;

use super::clean;
use super::look::Look;
use crate::report::coverage::{CoverageCell, CoverageReport, CoverageRow, CoverageState, LandscapeCoverage};

/// A format of coverage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum CoverageFormat {
    /// A table for people: resources as rows, signals as columns.
    Human,
    /// One versioned JSON document, for tools.
    Json,
    /// A table for a document or a pull request.
    Markdown,
}

/// The coverage in a format.
#[must_use]
pub fn coverage(report: &CoverageReport, format: CoverageFormat, look: Look) -> String {
    let text = match format {
        CoverageFormat::Human => human::render(report, look),
        CoverageFormat::Json => json::render(report),
        CoverageFormat::Markdown => markdown::render(report),
    };
    clean::output(text, look)
}

/// Instances of one declaration whose cells are the same: one line of a table.
struct TableLine<'a> {
    first: &'a CoverageRow,
    /// How many more instances there are.
    more: usize,
}

/// The lines of a table, those with most gaps first.
fn lines(root: &LandscapeCoverage) -> Vec<TableLine<'_>> {
    let mut lines: Vec<TableLine<'_>> = Vec::new();
    for row in &root.rows {
        let same = lines.iter_mut().rev().take(MAX_VARIANTS).find(|line| {
            let (first, root) = (line.first, row.node.root);
            first.node.root == root && first.declaration == row.declaration && first.cells == row.cells
        });
        match same {
            Some(line) => line.more += 1,
            None => lines.push(TableLine { first: row, more: 0 }),
        }
    }
    // Equal lines stay in the order of addresses.
    lines.sort_by_key(|line| std::cmp::Reverse(line.first.gaps()));
    lines
}

/// Instances of one declaration stand together, and few of them differ.
const MAX_VARIANTS: usize = 8;

/// The reasons of empty cells, each told once, in the order of the table.
#[derive(Default)]
struct Reasons<'a>(Vec<&'a str>);

impl<'a> Reasons<'a> {
    /// What stands in a cell: `yes`, `yes (2)`, `missing [1]`, `unknown [2]`, `– [3]`.
    fn cell(&mut self, cell: &'a CoverageCell) -> String {
        let word = match (cell.state, cell.by.len()) {
            (CoverageState::Covered, 0 | 1) => return "yes".to_owned(),
            (CoverageState::Covered, n) => return format!("yes ({n})"),
            (CoverageState::Missing, _) => "missing",
            (CoverageState::Unknown, _) => "unknown",
            (CoverageState::NotDescribed, _) => "?",
            (CoverageState::NotApplicable, _) => "–",
        };
        let at = self.0.iter().position(|reason| *reason == cell.reason).unwrap_or_else(|| {
            self.0.push(&cell.reason);
            self.0.len() - 1
        });
        format!("{word} [{}]", at + 1)
    }
}
