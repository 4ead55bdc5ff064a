//! The simulation of one landscape as a part of an HTML page: entries as rows, losses as columns, then what would help.

use super::doubts::sentences;
use super::targets::because;
use super::{cell, changes, columns, remedied, rows, untried, why};
use crate::render::clean;
use crate::render::counted;
use crate::render::markup::{badge, code, more, name, sentence, table};
use crate::report::simulation::{Achievable, LandscapeSimulation, OutcomeRow};
use crate::text::Sources;

/// Things whose loss is a column of its own; zones and Regions always are.
const MAX_NODES: usize = 12;
/// Rows of a table.
const MAX_ROWS: usize = 200;
/// Sets of losses that are listed.
const MAX_GROUPS: usize = 50;

pub(in crate::render) fn part(root: &LandscapeSimulation, sources: &Sources) -> String {
    let mut out = String::new();
    if root.entries.is_empty() {
        out.push_str("<p>No entry was found, so there is no traffic to follow.</p>\n");
    } else {
        entries(&mut out, root, sources);
    }
    for doubt in sentences(root, code, sentence) {
        out.push_str(&format!("<p>{doubt}</p>\n"));
    }
    targets(&mut out, root, sources);
    single_points(&mut out, root, sources);
    groups(&mut out, root);
    if let Some(untried) = untried(root) {
        out.push_str(&format!("<p class=\"soft\">{}.</p>\n", sentence(&untried)));
    }
    out
}

fn entries(out: &mut String, root: &LandscapeSimulation, sources: &Sources) {
    let all = columns(root);
    let places = all.iter().filter(|at| root.failures.get(**at).is_some_and(|lost| lost.is_place())).count();
    let shown: Vec<usize> = all.iter().copied().take(places + MAX_NODES).collect();
    let id = |at: usize| root.failures.get(at).map_or("", |lost| lost.id.as_str());
    let heads: Vec<String> = (1..)
        .zip(&shown)
        .map(|(n, at)| match n <= places {
            true => clean::name(id(*at)).replacen(':', " ", 1),
            false => format!("[{}]", n - places),
        })
        .collect();
    let heads: Vec<&str> = ["entry"].into_iter().chain(heads.iter().map(String::as_str)).collect();
    let rows = rows(root);
    let of = |entry: usize| root.entries.get(entry).map_or_else(String::new, |node| code(&node.name));
    out.push_str(&table(
        &heads,
        rows.iter().take(MAX_ROWS).map(|(entry, _)| {
            let cells = shown.iter().map(|at| outcome(root.outcome(*entry, *at)));
            [of(*entry)].into_iter().chain(cells).collect()
        }),
    ));
    let nodes =
        (1..).zip(shown.iter().skip(places)).map(|(n, at)| format!("<li>[{n}] {}</li>", code(id(*at))));
    let nodes: String = nodes.collect();
    if !nodes.is_empty() {
        out.push_str(&format!("<ul class=\"soft\">{nodes}</ul>\n"));
    }
    let (losses, entries) = (all.len() - shown.len(), rows.len().saturating_sub(MAX_ROWS));
    if losses > 0 || entries > 0 {
        out.push_str(&format!(
            "<p class=\"soft\">Not shown: {} and {}. <code>buttress simulate --format json</code> lists them all.</p>\n",
            counted(losses, "loss that does less", "losses that do less"),
            counted(entries, "entry", "entries")
        ));
    }
    let told = rows.iter().take(MAX_ROWS).flat_map(|(entry, told)| told.iter().map(move |row| (entry, *row)));
    let worst = told.map(|(entry, worst)| {
        let remedy = root.remedy(*entry, worst.failure).map(|remedy| {
            let changes = changes(&remedy.edit, "", sources, code);
            format!("no worse than {} with {changes}", remedy.edit.outcome.name())
        });
        let remedy = remedy.unwrap_or_else(|| "none is known".to_owned());
        vec![of(*entry), why(root, worst, name, sentence).unwrap_or_default(), remedy]
    });
    let worst: Vec<Vec<String>> = worst.collect();
    if !worst.is_empty() {
        out.push_str("<h3>At worst</h3>\n");
        out.push_str(&table(&["entry", "what happens", "smallest change"], worst));
    }
}

/// What a config declares of entries, and what becomes of it.
fn targets(out: &mut String, root: &LandscapeSimulation, sources: &Sources) {
    if root.targets.is_empty() {
        return;
    }
    out.push_str("<h3>Declared</h3>\n");
    let rows = root.targets.iter().take(MAX_ROWS).map(|row| {
        // The colours of outcomes.
        let class = match row.is {
            Achievable::Yes => "survives",
            Achievable::No => "down",
            Achievable::Unknown => "unknown",
        };
        let why = because(row, sources, name, sentence, code).unwrap_or_default();
        vec![code(&row.entry.name), code(&row.target), badge(class, row.is.name()), why]
    });
    out.push_str(&table(&["entry", "target", "is", "because"], rows));
    out.push_str(&more(root.targets.len(), MAX_ROWS));
}

fn outcome(row: Option<&OutcomeRow>) -> String {
    badge(row.map_or("survives", OutcomeRow::word), &cell(row))
}

fn single_points(out: &mut String, root: &LandscapeSimulation, sources: &Sources) {
    if root.single_points.is_empty() {
        return;
    }
    out.push_str("<h3>Single points of failure</h3>\n");
    out.push_str(&table(
        &["without", "go down", "on the way", "smallest change"],
        root.single_points.iter().take(MAX_ROWS).map(|point| {
            let path: Vec<String> = point.path.iter().map(|address| name(address)).collect();
            let edit = point.edit.as_ref().map(|edit| {
                format!("{}: {}", changes(edit, &point.node.name, sources, code), remedied(edit.outcome))
            });
            vec![
                code(&point.node.name),
                counted(point.entries.len(), "entry", "entries"),
                path.join(" → "),
                edit.unwrap_or_else(|| "none is known".to_owned()),
            ]
        }),
    ));
    out.push_str(&more(root.single_points.len(), MAX_ROWS));
}

fn groups(out: &mut String, root: &LandscapeSimulation) {
    let several = root.risk_groups.iter().filter(|group| group.lost.len() > 1);
    let rows: Vec<Vec<String>> = several
        .map(|group| {
            let lost = group.lost.iter().filter_map(|at| root.failures.get(*at));
            let lost: Vec<String> = lost.map(|lost| code(&lost.id)).collect();
            let entry = root.entries.get(group.entry).map_or_else(String::new, |entry| code(&entry.name));
            vec![lost.join(" and "), entry]
        })
        .collect();
    if rows.is_empty() {
        return;
    }
    let all = rows.len();
    out.push_str("<h3>Losses that together take an entry down</h3>\n");
    out.push_str(&table(&["without", "goes down"], rows.into_iter().take(MAX_GROUPS)));
    out.push_str(&more(all, MAX_GROUPS));
    if root.is_cut {
        out.push_str("<p class=\"soft\">Not every set was tried.</p>\n");
    }
}
