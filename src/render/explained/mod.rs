//! Formats of an explanation: one file each, and the words that they share.

mod human;
mod json;
mod plain;

use std::fmt::Write;

use super::look::Look;
use super::report::place;
use super::{clean, path_of};
use crate::diagnostic::{Location, Severity};
use crate::report::Root;
use crate::report::coverage::{CoverageCell, CoverageState};
use crate::report::explained::{ExplainReport, ExplainedStanding, ExplainedValue, ValueState};
use crate::text::Sources;

/// A format of an explanation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum ExplainFormat {
    /// Columns for people.
    Human,
    /// One sentence on a line, for screen readers.
    Plain,
    /// One versioned JSON document, for tools.
    Json,
}

/// The explanation in a format.
#[must_use]
pub fn explained(report: &ExplainReport, format: ExplainFormat, all: bool, look: Look) -> String {
    let text = match format {
        ExplainFormat::Human => human::render(report, all, look),
        ExplainFormat::Plain => plain::render(report),
        ExplainFormat::Json => json::render(report),
    };
    clean::output(text, look)
}

/// The first errors of the run, a line each: what could not be read cannot be explained.
#[must_use]
pub fn errors(report: &ExplainReport, most: usize, look: Look) -> String {
    let all: Vec<_> =
        report.report.problems().filter(|problem| problem.severity == Severity::Error).collect();
    let mut text = String::new();
    for problem in all.iter().take(most) {
        let line = format!("error[{}]: {}", clean::name(&problem.id), clean::line(&problem.message));
        let _ = writeln!(text, "{}", look.wrapped(&line, "  ", "    "));
    }
    if all.len() > most {
        let _ = writeln!(text, "  {} more; `buttress check` tells where they are", all.len() - most);
    }
    text
}

/// What the argument was taken for.
fn taken_for(report: &ExplainReport) -> &'static str {
    let is_unknown = !report.unknowns.is_empty();
    match (report.is_address(), is_unknown, report.asked.contains('*')) {
        (true, _, true) => "pattern of addresses",
        (true, true, false) => "address, and an unknown",
        (true, false, false) => "address",
        (false, true, _) => "unknown",
        (false, false, _) if report.asked.starts_with("local.") || report.asked.contains(".local.") => {
            "local value"
        }
        (false, false, _) => "variable",
    }
}

/// A place as people see it below the path of a root module: what is in that directory is named without it.
fn near_place(location: &Location, root: &Root, sources: &Sources) -> String {
    let place = place(location, sources);
    let path = path_of(&root.path);
    let near = place.strip_prefix(path.trim_start_matches("./")).and_then(|rest| rest.strip_prefix('/'));
    near.map(str::to_owned).unwrap_or(place)
}

/// Where a value comes from, and why it is not known: `local value at main.tf:3, used at main.tf:12`.
fn provenance(value: &ExplainedValue, root: &Root, sources: &Sources) -> String {
    let at = value.at.as_ref().map(|at| near_place(at, root, sources));
    let decided = value.decided.map(|(span, what)| (near_place(&span.into(), root, sources), what));
    let mut parts = Vec::new();
    match (decided, at) {
        (Some((place, what)), Some(at)) if place != at => {
            parts.push(format!("{what} at {place}, used at {at}"));
        }
        (Some((place, what)), _) => parts.push(format!("{what} at {place}")),
        (None, Some(at)) => parts.push(at),
        (None, None) => {}
    }
    match (&value.cause, value.state) {
        (Some(cause), ValueState::Unknown | ValueState::Secret) => {
            parts.push(clean::line(cause).into_owned())
        }
        (Some(cause), _) => parts.push(format!("in part: {}", clean::line(cause))),
        (None, _) => {}
    }
    parts.join("; ")
}

/// `2`, `1 to 4`, `at least 1`
fn copies(standing: &ExplainedStanding) -> String {
    match standing.most {
        Some(most) if most == standing.least => most.to_string(),
        Some(most) => format!("{} to {most}", standing.least),
        None => format!("at least {}", standing.least),
    }
}

/// The facts about where a node stands: a word and what there is to say.
fn standing_facts(standing: &ExplainedStanding) -> Vec<(&'static str, String)> {
    let cause = |text: &Option<String>| text.as_ref().map(|cause| format!(": {}", clean::line(cause)));
    let zones = match (standing.zones.is_empty(), &standing.open) {
        (true, None) => "depends on none".to_owned(),
        (true, Some(cause)) => format!("not known: {}", clean::line(cause)),
        (false, open) => {
            let names: Vec<_> = standing.zones.iter().map(|zone| clean::name(zone)).collect();
            let more = open.as_ref().map(|cause| format!("; perhaps more: {}", clean::line(cause)));
            names.join(", ") + &more.unwrap_or_default()
        }
    };
    let recovery = match &standing.recovery {
        Ok(word) => (*word).to_owned(),
        Err(cause) => format!("not known: {}", clean::line(cause)),
    };
    let mut facts = vec![
        ("zones", zones),
        ("copies", copies(standing) + &cause(&standing.copies_cause).unwrap_or_default()),
        ("recovery", recovery),
    ];
    match &standing.entry {
        Ok(true) => facts.push(("entry", "traffic enters here".to_owned())),
        Ok(false) => {}
        Err(cause) => facts.push(("entry", format!("not known: {}", clean::line(cause)))),
    }
    facts
}

/// What there is to say of a signal.
fn signal(cell: &CoverageCell) -> String {
    match (cell.state, cell.by.as_slice()) {
        (CoverageState::Covered, []) => "yes".to_owned(),
        (CoverageState::Covered, by) => {
            let by: Vec<_> = by.iter().map(|address| clean::name(address)).collect();
            format!("yes: {}", by.join(", "))
        }
        (state, _) => format!("{}: {}", state.name().replace('-', " "), clean::line(&cell.reason)),
    }
}
