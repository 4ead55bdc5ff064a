//! Formats of a simulation of failures: one file each.

mod doubts;
pub(super) mod html;
mod human;
mod json;
mod markdown;
mod targets;

use super::look::Look;
use super::report::text::place;
use super::{clean, counted, cut, until_full};
use crate::analysis::failure::{MAX_OUTCOMES, Outcome};
use crate::report::simulation::{
    EditedNode, LandscapeSimulation, OutcomeRow, SimulationReport, SmallestEdit,
};
use crate::text::Sources;

/// A format of a simulation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum SimulationFormat {
    /// A table for people: entries as rows, failures as columns.
    Human,
    /// One versioned JSON document, for tools.
    Json,
    /// A table for a document or a pull request.
    Markdown,
}

/// The simulation in a format.
#[must_use]
pub fn simulation(report: &SimulationReport, format: SimulationFormat, look: Look) -> String {
    let text = match format {
        SimulationFormat::Human => human::render(report, look),
        SimulationFormat::Json => json::render(report),
        SimulationFormat::Markdown => markdown::render(report),
    };
    clean::output(text, look)
}

/// Writes items until the output is long enough, and then how many more there are of what these words name.
fn most_of<T>(
    out: &mut String,
    items: impl IntoIterator<Item = T>,
    words: (&str, &str),
    one: impl FnMut(&mut String, T),
) {
    let left_out = until_full(out, items, one);
    if let Some(cut) = cut(left_out, words.0, words.1) {
        out.push_str(&format!("\n  {cut}\n"));
    }
}

/// What is said where not everything was lost in turn, without a dot.
fn untried(root: &LandscapeSimulation) -> Option<String> {
    let losses = counted(root.untried, "further loss was", "further losses were");
    (root.untried > 0)
        .then(|| format!("{losses} not played through: the limit of {MAX_OUTCOMES} outcomes was reached"))
}

/// The failures that touch some entry or that somebody asked for, zones and Regions first, then what takes down most.
fn columns(root: &LandscapeSimulation) -> Vec<usize> {
    // The worst that each failure brings about, and to how many entries.
    let mut touched = vec![(None, 0_usize); root.failures.len()];
    for row in &root.outcomes {
        if let Some((worst, count)) = touched.get_mut(row.failure) {
            *worst = (*worst).max(Some(row.badness()));
            *count += 1;
        }
    }
    let badness = |failure: &usize| touched.get(*failure).copied().unwrap_or_default();
    let is_place = |failure: &usize| root.failures.get(*failure).is_some_and(|lost| lost.is_place());
    let (places, mut nodes): (Vec<usize>, Vec<usize>) = (0..root.failures.len())
        .filter(|failure| root.is_asked || is_place(failure) || badness(failure).1 > 0)
        .partition(is_place);
    nodes.sort_by(|a, b| badness(b).cmp(&badness(a)).then(a.cmp(b)));
    places.into_iter().chain(nodes).collect()
}

/// The entries, the one that fares worst first, each with what is told of it: the worst that certainly happens to it, and the worst that
/// may, the worse of the two first.
fn rows(root: &LandscapeSimulation) -> Vec<(usize, Vec<&OutcomeRow>)> {
    let mut rows: Vec<(usize, Option<&OutcomeRow>)> = (0..).zip(root.worst_of_each()).collect();
    let badness = |row: &Option<&OutcomeRow>| row.map(OutcomeRow::badness);
    rows.sort_by(|(a, worst_a), (b, worst_b)| badness(worst_b).cmp(&badness(worst_a)).then(a.cmp(b)));
    let unknown = root.worst_unknown_of_each();
    let mut all = Vec::new();
    for (entry, worst) in rows {
        let certain = worst.filter(|row| row.worst == row.certain);
        let mut told: Vec<&OutcomeRow> = certain.into_iter().collect();
        told.extend(unknown.get(entry).copied().flatten());
        told.sort_by_key(|row| std::cmp::Reverse((row.worst, row.certain)));
        all.push((entry, told));
    }
    all
}

/// What stands in a cell: `down`, `degraded 1/2`, `unknown (down)`.
fn cell(row: Option<&OutcomeRow>) -> String {
    let Some(row) = row else { return "survives".to_owned() };
    match row.left {
        _ if row.worst > row.certain => format!("unknown ({})", row.worst.name()),
        Some((left, of)) => format!("{} {left}/{of}", row.word()),
        None => row.word().to_owned(),
    }
}

/// The changes of an edit, each with where it is made, and of what unless that is clear. `code` writes what stands in a file.
fn changes(edit: &SmallestEdit, of: &str, sources: &Sources, code: fn(&str) -> String) -> String {
    let change = |change: &EditedNode| {
        let text =
            if change.is_attribute { code(&change.text) } else { clean::line(&change.text).into_owned() };
        let place = change.place.as_ref().map(|location| code(&place(location, sources)));
        let address = (change.node.name != of).then(|| code(&change.node.name));
        let both: Vec<String> = address.into_iter().chain(place).collect();
        if both.is_empty() { text } else { format!("{text} ({})", both.join(", ")) }
    };
    edit.changes.iter().map(change).collect::<Vec<_>>().join(" and ")
}

/// What an edit makes of a single point of failure.
fn remedied(outcome: Outcome) -> String {
    match outcome {
        Outcome::Survives => "its loss does nothing".to_owned(),
        other => format!("its loss makes entries no worse than {}", other.name()),
    }
}

/// Why an entry fares as it does at worst, in a sentence without a dot. `name` writes an address, `words` a text.
fn why(
    root: &LandscapeSimulation,
    row: &OutcomeRow,
    name: fn(&str) -> String,
    words: fn(&str) -> String,
) -> Option<String> {
    let lost = root.failures.get(row.failure)?;
    let path: Vec<String> = row.path.iter().map(|address| name(address)).collect();
    let outcome = match row.worst > row.certain {
        true => format!("may be {}", row.worst.name()),
        false => row.word().to_owned(),
    };
    let mut text = format!("{outcome} without {}", name(&lost.id));
    if path.len() > 1 {
        text.push_str(": ");
        text.push_str(&path.join(" → "));
    }
    if let Some(cause) = &row.cause {
        text.push_str("; ");
        text.push_str(&words(cause));
    }
    Some(text)
}
