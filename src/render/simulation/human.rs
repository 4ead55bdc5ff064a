//! Simulations for people: a table of each landscape, the worst first, and the way that decides under each entry.

use std::collections::BTreeSet;
use std::fmt::Write;

use super::doubts::sentences;
use super::targets::because;
use super::{cell, changes, columns, most_of, remedied, rows, untried, why};
use crate::analysis::failure::Outcome;
use crate::diagnostic::Severity;
use crate::render::look::Look;
use crate::render::report::{Format, render as render_report};
use crate::render::{clean, counted, landscape_title, plain_words};
use crate::report::ShownNode;
use crate::report::simulation::{Achievable, LandscapeSimulation, LostKind, OutcomeRow, SimulationReport};
use crate::text::Sources;

/// Groups that are listed one by one.
const MAX_GROUPS: usize = 20;
/// Zones and Regions whose loss is shown as a column of its own.
const MAX_PLACES: usize = 48;
/// Other things whose loss is.
const MAX_NODES: usize = 24;
/// An address in the first column is no wider.
const MAX_ENTRY: usize = 44;
/// Nor is one after the place of its root module.
const MAX_PLACED: usize = 64;

pub(super) fn render(simulation: &SimulationReport, look: Look) -> String {
    let mut out = String::new();
    let is_one = simulation.landscapes.len() == 1;
    for (landscape, root) in &simulation.landscapes {
        let name = |path: &str| clean::name(path).into_owned();
        let title = landscape_title(landscape, is_one, &simulation.report, name, plain_words);
        let title = if landscape.roots.len() > 1 { look.wrapped(&title, "", "  ") } else { title };
        let _ = writeln!(out, "{}", look.bold(&title));
        one(&mut out, root, &simulation.report.sources, look);
        out.push('\n');
    }
    for (id, near) in &simulation.not_found {
        let word = look.toned(Severity::Error, "error");
        let near = near.as_ref().map(|near| format!("; did you mean `{}`?", clean::name(near)));
        let _ = writeln!(
            out,
            "{word}: there is no zone, Region or node `{}`{}",
            clean::name(id),
            near.unwrap_or_default()
        );
    }
    if simulation.report.diagnostics.is_empty() {
        let _ = writeln!(out, "{}", look.wrapped(&summary(simulation), "", "  "));
        return out;
    }
    let _ = writeln!(out, "{}\n", look.wrapped(&summary(simulation), "", "  "));
    out.push_str(&render_report(&simulation.report, Format::Human, look));
    out
}

fn summary(simulation: &SimulationReport) -> String {
    let landscapes = || simulation.landscapes.iter().map(|(_, root)| root);
    let entries: usize = landscapes().map(|root| root.entries.len()).sum();
    let count = |kind: LostKind| {
        let lost = landscapes().flat_map(|root| &root.failures);
        lost.filter(|lost| lost.kind == kind).count()
    };
    let zones = match landscapes().flat_map(|root| &root.failures).any(|lost| lost.is_any) {
        true => "no zone that is known".to_owned(),
        false => counted(count(LostKind::Zone), "zone", "zones"),
    };
    let down_with_zone: usize = landscapes()
        .map(|root| {
            let is_zone = |row: &&OutcomeRow| {
                root.failures.get(row.failure).is_some_and(|lost| lost.kind == LostKind::Zone)
            };
            let down = root.outcomes.iter().filter(|row| row.certain == Outcome::Down).filter(is_zone);
            down.map(|row| row.entry).collect::<BTreeSet<usize>>().len()
        })
        .sum();
    let points: usize = landscapes().map(|root| root.single_points.len()).sum();
    let regions = match count(LostKind::Region) {
        0 => String::new(),
        several => format!("{}, ", counted(several, "Region", "Regions")),
    };
    format!(
        "{}, {zones}, {regions}{} that can be lost; {} with a zone; {}",
        counted(entries, "entry", "entries"),
        counted(count(LostKind::Node), "thing", "things"),
        counted(down_with_zone, "entry goes down", "entries go down"),
        counted(points, "single point of failure", "single points of failure"),
    )
}

/// What a config declares of entries, and what becomes of it.
fn declared(out: &mut String, root: &LandscapeSimulation, sources: &Sources, look: Look) {
    if root.targets.is_empty() {
        return;
    }
    let _ = writeln!(out, "\n  {}", look.bold("declared"));
    let width = root.targets.iter().map(|row| row.target.chars().count()).max().unwrap_or_default();
    let mut last = "";
    for row in &root.targets {
        if row.entry.name != last {
            let _ = writeln!(out, "  {}", clean::name(&row.entry.name));
            last = &row.entry.name;
        }
        let word = match row.is {
            Achievable::Yes => row.is.name().to_owned(),
            Achievable::No => look.toned(Severity::Error, row.is.name()),
            Achievable::Unknown => look.faint(row.is.name()),
        };
        let _ = writeln!(out, "    {:width$}  {word}", row.target);
        let name = |text: &str| clean::name(text).into_owned();
        if let Some(why) = because(row, sources, name, plain_words, ticked) {
            let _ = writeln!(out, "{}", look.faint(&look.wrapped(&why, "      ", "        ")));
        }
    }
}

fn one(out: &mut String, root: &LandscapeSimulation, sources: &Sources, look: Look) {
    if root.entries.is_empty() {
        let _ = writeln!(out, "  no entry was found, so there is no traffic to follow");
    } else {
        table(out, root, sources, look);
    }
    let name = |text: &str| clean::name(text).into_owned();
    for sentence in sentences(root, name, plain_words) {
        let _ = writeln!(out, "{}", look.wrapped(&sentence, "  ", "    "));
    }
    declared(out, root, sources, look);
    if !root.single_points.is_empty() {
        let _ = writeln!(out, "\n  {}", look.bold("single points of failure"));
        let words = ("single point of failure is", "single points of failure are");
        most_of(out, &root.single_points, words, |out, point| {
            let entries = counted(point.entries.len(), "entry", "entries");
            let path: Vec<_> = point.path.iter().map(|address| clean::name(address)).collect();
            let address = look.toned(Severity::Error, &clean::name(&point.node.name));
            let text = format!("takes {entries} down: {}", path.join(" → "));
            let _ = writeln!(out, "  {address}\n{}", look.wrapped(&text, "    ", "      "));
            if let Some(edit) = &point.edit {
                let text = format!(
                    "with {}, {}",
                    changes(edit, &point.node.name, sources, ticked),
                    remedied(edit.outcome)
                );
                let _ = writeln!(out, "{}", look.wrapped(&text, "    ", "      "));
            }
        });
    }
    groups(out, root, look);
    if let Some(untried) = untried(root) {
        let _ = writeln!(out, "\n{}", look.wrapped(&untried, "  ", "    "));
    }
}

fn groups(out: &mut String, root: &LandscapeSimulation, look: Look) {
    // What takes down several entries is told once.
    let mut several: Vec<(&[usize], usize)> = Vec::new();
    for group in root.risk_groups.iter().filter(|group| group.lost.len() > 1) {
        // The groups of one set stand together.
        match several.last_mut() {
            Some((lost, entries)) if *lost == group.lost => *entries += 1,
            _ => several.push((&group.lost, 1)),
        }
    }
    if !several.is_empty() {
        let _ = writeln!(out, "\n  {}", look.bold("losses that together take an entry down"));
    }
    for (lost, entries) in several.iter().take(MAX_GROUPS) {
        let lost: Vec<_> = lost
            .iter()
            .filter_map(|failure| root.failures.get(*failure))
            .map(|lost| clean::name(&lost.id))
            .collect();
        let entries = counted(*entries, "entry", "entries");
        let _ = writeln!(out, "{}", look.wrapped(&format!("{} ({entries})", lost.join(" + ")), "  ", "    "));
    }
    if several.len() > MAX_GROUPS {
        let _ = writeln!(out, "  {} more; `--format json` lists them all", several.len() - MAX_GROUPS);
    }
    if root.is_cut {
        let _ = writeln!(out, "  the limits MAX_CUTS and MAX_GROUPS were reached: there are further sets");
    }
}

fn table(out: &mut String, root: &LandscapeSimulation, sources: &Sources, look: Look) {
    let all = columns(root);
    let rows = rows(root);
    let is_place = |at: &&usize| root.failures.get(**at).is_some_and(|lost| lost.is_place());
    let places = all.iter().filter(is_place).count();
    let zones = places.min(MAX_PLACES);
    let nodes = || all.iter().copied().skip(places).take(MAX_NODES);
    let shown: Vec<usize> = all.iter().copied().take(zones).chain(nodes()).collect();
    let number = |column: usize| column + 1 - zones.min(column + 1);
    let headers: Vec<String> = shown
        .iter()
        .enumerate()
        .map(|(column, failure)| match root.failures.get(*failure) {
            Some(lost) if lost.is_place() => clean::name(&lost.id).into_owned(),
            _ => format!("[{}]", number(column)),
        })
        .collect();
    let names: Vec<String> = root.entries.iter().map(entry_name).collect();
    let first = names.iter().map(|name| name.chars().count()).max().unwrap_or(0).max("entry".len());
    let widths: Vec<usize> = shown
        .iter()
        .zip(&headers)
        .map(|(failure, header)| {
            let cells = rows.iter().map(|(entry, _)| cell(root.outcome(*entry, *failure)).chars().count());
            cells.chain([header.chars().count()]).max().unwrap_or(0)
        })
        .collect();
    for (index, block) in blocks(&widths, look.width.saturating_sub(first + 2)).into_iter().enumerate() {
        let line: String = block
            .clone()
            .filter_map(|at| Some(format!("  {:w$}", headers.get(at)?, w = widths.get(at)?)))
            .collect();
        let _ = writeln!(out, "  {}", look.faint(format!("{:first$}{line}", "entry").trim_end()));
        most_of(out, &rows, ("entry is", "entries are"), |out, (entry, told)| {
            let mut line = String::new();
            for at in block.clone() {
                let (Some(failure), Some(width)) = (shown.get(at), widths.get(at)) else { continue };
                let row = root.outcome(*entry, *failure);
                let text = format!("{:width$}", cell(row));
                line.push_str("  ");
                line.push_str(&painted(row, &text, look));
            }
            let name = names.get(*entry).map_or("", String::as_str);
            let _ = writeln!(out, "  {name:first$}{}", line.trim_end());
            let name = |text: &str| clean::name(text).into_owned();
            for worst in told.iter().filter(|_| index == 0) {
                if let Some(why) = why(root, worst, name, plain_words) {
                    let _ = writeln!(out, "{}", look.faint(&look.wrapped(&why, "    ", "      ")));
                }
                if let Some(remedy) = root.remedy(*entry, worst.failure) {
                    let edit = &remedy.edit;
                    let text = format!(
                        "no worse than {} with {}",
                        edit.outcome.name(),
                        changes(edit, "", sources, ticked)
                    );
                    let _ = writeln!(out, "{}", look.faint(&look.wrapped(&text, "    ", "      ")));
                }
            }
        });
        if out.len() >= clean::MAX_OUTPUT {
            break;
        }
    }
    for (number, failure) in nodes().enumerate() {
        let id = root.failures.get(failure).map_or("", |lost| lost.id.as_str());
        let _ = writeln!(out, "  {}", look.faint(&format!("[{}] {}", number + 1, clean::name(id))));
    }
    if all.len() > shown.len() {
        let _ = writeln!(out, "  {} more losses; `--format json` lists them all", all.len() - shown.len());
    }
}

/// The name of an entry in the first column. One after the place of its root module is told from others by both ends.
fn entry_name(entry: &ShownNode) -> String {
    let name = clean::name(&entry.name);
    let (length, most) =
        (name.chars().count(), if entry.name == entry.address { MAX_ENTRY } else { MAX_PLACED });
    if entry.name == entry.address || length <= most {
        return name.chars().take(most).collect();
    }
    let (start, end) = (most / 2, most - most / 2 - 1);
    name.chars().take(start).chain(['…']).chain(name.chars().skip(length - end)).collect()
}

/// What stands in a file, for people.
fn ticked(text: &str) -> String {
    format!("`{}`", clean::name(text))
}

/// Columns that stand beside each other within a width.
fn blocks(widths: &[usize], width: usize) -> Vec<std::ops::Range<usize>> {
    let mut blocks = Vec::new();
    let (mut start, mut used) = (0, 0);
    for (at, own) in widths.iter().enumerate() {
        if at > start && used + own + 2 > width {
            blocks.push(start..at);
            (start, used) = (at, 0);
        }
        used += own + 2;
    }
    blocks.push(start..widths.len());
    blocks
}

fn painted(row: Option<&OutcomeRow>, text: &str, look: Look) -> String {
    match row.map(|row| (row.certain, row.worst > row.certain)) {
        None | Some((Outcome::Survives, false)) => text.to_owned(),
        Some((_, true)) => look.faint(text),
        Some((Outcome::Down, _)) => look.toned(Severity::Error, text),
        Some((Outcome::Interrupted, _)) => look.toned(Severity::Warning, text),
        Some((Outcome::Degraded | Outcome::Deferred, _)) => look.toned(Severity::Advice, text),
    }
}
