//! Simulations as Markdown: a table of each landscape for a document or a pull request.

use std::fmt::Write;

use super::doubts::sentences;
use super::targets::because;
use super::{cell, changes, columns, most_of, remedied, rows, untried, why};
use crate::render::landscape_title;
use crate::render::markdown::{cell as code_cell, code, sentence};
use crate::report::simulation::{Achievable, LandscapeSimulation, SimulationReport};
use crate::text::Sources;

/// Things whose loss has a column.
const MAX_COLUMNS: usize = 12;

pub(super) fn render(simulation: &SimulationReport) -> String {
    let mut out = String::new();
    let is_one = simulation.landscapes.len() == 1;
    for (landscape, root) in &simulation.landscapes {
        let title = landscape_title(landscape, is_one, &simulation.report, code, sentence);
        let _ = writeln!(out, "### What survives in {title}\n");
        one(&mut out, root, &simulation.report.sources);
    }
    for problem in simulation.report.problems() {
        let _ = writeln!(out, "- {} {}", code(&problem.id), sentence(&problem.message));
    }
    out
}

fn one(out: &mut String, root: &LandscapeSimulation, sources: &Sources) {
    if root.entries.is_empty() {
        out.push_str("No entry was found, so there is no traffic to follow.\n\n");
    } else {
        table(out, root, sources);
    }
    let doubts = sentences(root, code, sentence);
    if !doubts.is_empty() {
        out.push_str("Not known:\n\n");
        for doubt in doubts {
            let _ = writeln!(out, "- {doubt}");
        }
        out.push('\n');
    }
    declared(out, root, sources);
    single_points(out, root, sources);
    if let Some(untried) = untried(root) {
        let _ = writeln!(out, "{}.\n", sentence(&untried));
    }
}

fn table(out: &mut String, root: &LandscapeSimulation, sources: &Sources) {
    let all = columns(root);
    let shown: Vec<usize> = all.iter().copied().take(MAX_COLUMNS).collect();
    out.push_str("| entry |");
    for failure in &shown {
        let id = root.failures.get(*failure).map_or("", |lost| lost.id.as_str());
        let _ = write!(out, " {} |", code_cell(id));
    }
    out.push_str("\n| --- |");
    out.push_str(&" --- |".repeat(shown.len()));
    out.push('\n');
    let rows = rows(root);
    most_of(out, &rows, ("entry is", "entries are"), |out, (entry, _)| {
        let name = root.entries.get(*entry).map_or("", |entry| entry.name.as_str());
        let _ = write!(out, "| {} |", code_cell(name));
        for failure in &shown {
            let row = root.outcome(*entry, *failure);
            let text = cell(row);
            let is_bad = row.is_some_and(|row| row.certain >= crate::analysis::failure::Outcome::Interrupted);
            let _ = if is_bad { write!(out, " **{text}** |") } else { write!(out, " {text} |") };
        }
        out.push('\n');
    });
    out.push('\n');
    if all.len() > shown.len() {
        let _ = writeln!(out, "{} more losses have an effect.\n", all.len() - shown.len());
    }
    let told = rows.iter().flat_map(|(entry, told)| told.iter().map(|row| (*entry, *row)));
    most_of(out, told, ("outcome is", "outcomes are"), |out, (entry, worst)| {
        if let Some(why) = why(root, worst, code, sentence) {
            let name = root.entries.get(entry).map_or("", |entry| entry.name.as_str());
            let remedy = root.remedy(entry, worst.failure).map(|remedy| &remedy.edit);
            let remedy = remedy.map(|edit| {
                format!("; no worse than {} with {}", edit.outcome.name(), changes(edit, "", sources, code))
            });
            let _ = writeln!(out, "- {}: {why}{}", code(name), remedy.unwrap_or_default());
        }
    });
    out.push('\n');
}

fn declared(out: &mut String, root: &LandscapeSimulation, sources: &Sources) {
    if !root.targets.is_empty() {
        out.push_str("Declared:\n\n");
        for row in &root.targets {
            let why =
                because(row, sources, code, sentence, code).map(|why| format!(", {why}")).unwrap_or_default();
            let is = if row.is == Achievable::No { "**not achievable**" } else { row.is.name() };
            let _ = writeln!(out, "- {} {}: {is}{why}", code(&row.entry.name), code(&row.target));
        }
        out.push('\n');
    }
}

fn single_points(out: &mut String, root: &LandscapeSimulation, sources: &Sources) {
    if !root.single_points.is_empty() {
        out.push_str("Single points of failure:\n\n");
        let words = ("single point of failure is", "single points of failure are");
        most_of(out, &root.single_points, words, |out, point| {
            let path: Vec<String> = point.path.iter().map(|address| code(address)).collect();
            let remedy = point.edit.as_ref().map(|edit| {
                format!(
                    "; with {}, {}",
                    changes(edit, &point.node.name, sources, code),
                    remedied(edit.outcome)
                )
            });
            let _ = writeln!(out, "- {}{}", path.join(" → "), remedy.unwrap_or_default());
        });
        out.push('\n');
    }
}
