//! The review of a change in Markdown: its class with the reasons, and a picture of what changes.

use std::fmt::Write;

use rustc_hash::FxHashMap;

use crate::render::drawing::{quoted, shape_of};
use crate::render::markdown::{code, sentence};
use crate::render::path_of;
use crate::render::{counted, listed};
use crate::report::Report;
use crate::report::review::{DeltaMark, GraphDelta, Review, ReviewReason};

/// The most reasons and pictures that are told.
const MAX_REASONS: usize = 10;
const MAX_PICTURES: usize = 3;
/// The most root modules of a reason that are named.
const MAX_ROOTS: usize = 4;

/// Writes the review; nothing if the report has none.
pub(super) fn write(out: &mut String, report: &Report) {
    let Some(review) = report.change.as_ref().and_then(|change| change.review.as_ref()) else { return };
    class(out, review, report);
    let several = report.roots.len() > 1;
    for delta in review.deltas.iter().take(MAX_PICTURES) {
        let root = report.roots.get(delta.root).filter(|_| several);
        let root = root.map(|root| format!(" in {}", code(&path_of(&root.path))));
        let _ = writeln!(out, "**What changes{}**\n", root.unwrap_or_default());
        picture(out, delta);
    }
    if review.deltas.len() > MAX_PICTURES {
        let more = counted(review.deltas.len() - MAX_PICTURES, "root module", "root modules");
        let _ = writeln!(out, "{more} more change.\n");
    }
}

fn class(out: &mut String, review: &Review, report: &Report) {
    if review.reasons.is_empty() {
        out.push_str("**Review: routine.** No store, entry, zone or single point of failure is affected, and no error is new.\n\n");
        return;
    }
    out.push_str("**Review: needs an architect**\n\n");
    let reasons = told(review);
    for (text, roots) in reasons.iter().take(MAX_REASONS) {
        let _ = writeln!(out, "- {}{}", sentence(text), holds_in(roots, report));
    }
    if let Some(more) = reasons.len().checked_sub(MAX_REASONS).filter(|more| *more > 0) {
        let _ = writeln!(out, "- {} more", counted(more, "reason", "reasons"));
    }
    out.push('\n');
}

/// Each reason once, with the roots that have it, in the order of the review.
fn told(review: &Review) -> Vec<(&str, Vec<usize>)> {
    let mut told: Vec<(&str, Vec<usize>)> = Vec::new();
    let mut known: FxHashMap<&str, usize> = FxHashMap::default();
    for ReviewReason { text, root, .. } in &review.reasons {
        let at = *known.entry(text).or_insert(told.len());
        match told.get_mut(at) {
            Some((_, roots)) => roots.push(*root),
            None => told.push((text, vec![*root])),
        }
    }
    told
}

/// Where a reason holds, if several root modules have it: ` (in a/b and c/d, 5 times)`.
fn holds_in(roots: &[usize], report: &Report) -> String {
    if roots.len() < 2 {
        return String::new();
    }
    let mut names: Vec<String> = Vec::new();
    for root in roots.iter().filter_map(|root| report.roots.get(*root)) {
        let path = code(&path_of(&root.path));
        let environment = root.environment.as_deref().map(|name| format!(" for {}", code(name)));
        let name = path + &environment.unwrap_or_default();
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let times = if names.len() < roots.len() { format!(", {} times", roots.len()) } else { String::new() };
    let more = names.len().saturating_sub(MAX_ROOTS);
    names.truncate(MAX_ROOTS);
    names.extend((more > 0).then(|| format!("{more} more")));
    format!(" (in {}{times})", listed(names))
}

/// A flowchart. Marks are words as well as colours.
fn picture(out: &mut String, delta: &GraphDelta) {
    out.push_str("```mermaid\nflowchart LR\n");
    for (at, node) in delta.nodes.iter().enumerate() {
        let (open, close) = shape_of(node.role);
        let mark = match node.mark {
            DeltaMark::Same => String::new(),
            mark => format!(" ({})", mark.name()),
        };
        let class = match node.mark {
            DeltaMark::Same => String::new(),
            mark => format!(":::{}", mark.name()),
        };
        let _ = writeln!(out, "  n{at}{open}\"{}{mark}\"{close}{class}", quoted(&node.address));
    }
    for edge in &delta.edges {
        let (arrow, mark) = match edge.mark {
            DeltaMark::Removed => ("-.->", " removed"),
            DeltaMark::Added => ("==>", " added"),
            _ => ("-->", ""),
        };
        let _ = writeln!(out, "  n{} {arrow}|{}{mark}| n{}", edge.from, edge.kind, edge.to);
    }
    out.push_str("  classDef added stroke:#1e8449,stroke-width:3px\n");
    out.push_str("  classDef removed stroke:#c0392b,stroke-width:3px,stroke-dasharray:5\n");
    out.push_str("  classDef replaced stroke:#af601a,stroke-width:3px\n");
    out.push_str("  classDef changed stroke:#2471a3,stroke-width:3px\n```\n\n");
    if delta.left_out > 0 {
        let more = counted(delta.left_out, "resource is", "resources are");
        let _ = writeln!(out, "{more} not drawn.\n");
    }
}
