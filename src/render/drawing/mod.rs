//! Formats of a picture of a graph: one file each. Zones are lanes; what has no zone, or several, stands outside of them.

mod dot;
mod json;
mod mermaid;
pub(super) mod svg;

pub(super) use mermaid::{quoted, shape_of};

use std::collections::BTreeMap;

use super::look::Look;
use super::{clean, counted, until_full};
use crate::report::drawing::{Drawing, DrawingReport, DrawnEdge, DrawnNode};
use crate::settings::Picture;

/// A format of a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum DrawingFormat {
    /// A Mermaid flowchart, which code hosts and wikis draw.
    Mermaid,
    /// The language of Graphviz.
    Dot,
    /// A picture that browsers and documents show: zones as lanes, tiers as rows.
    Svg,
    /// Nodes and edges as one JSON document, for tools.
    Json,
}

/// The picture in a format.
#[must_use]
pub fn drawing(report: &DrawingReport, format: DrawingFormat, look: Look) -> String {
    let text = match format {
        DrawingFormat::Mermaid => mermaid::render(report),
        DrawingFormat::Dot => dot::render(report),
        DrawingFormat::Svg => svg::render(report),
        DrawingFormat::Json => json::render(report),
    };
    clean::output(text, look)
}

/// Says so where no node is drawn, and which views would draw some; empty where something is, or was asked for by its address.
#[must_use]
pub fn nothing_drawn(report: &DrawingReport, picture: &Picture, look: Look) -> String {
    let is_drawn = report.landscapes.iter().any(|(_, drawing)| !drawing.nodes.is_empty());
    if is_drawn || report.landscapes.is_empty() || picture.focus.is_some() {
        return String::new();
    }
    let would = |(view, nodes): &(String, usize)| {
        format!("`--view {view}` would draw {}", counted(*nodes, "node", "nodes"))
    };
    let others: Vec<String> = report.other_views.iter().map(would).collect();
    let others = if others.is_empty() { String::new() } else { format!("; {}", others.join(", ")) };
    clean::output(format!("nothing to draw for {}{others}\n", picture.views.join(", ")), look)
}

/// Writes the edges of a drawing until the output is long enough; says how many are left out, without a dot.
fn edges_until_full(
    out: &mut String,
    drawing: &Drawing,
    mut one: impl FnMut(&mut String, usize, &DrawnEdge),
) -> Option<String> {
    let edges = drawing.edges.iter().enumerate();
    let left_out = drawing.left_out + until_full(out, edges, |out, (at, edge)| one(out, at, edge));
    let edges = counted(left_out, "edge is", "edges are");
    let limit = clean::MAX_OUTPUT_SHOWN;
    (left_out > 0)
        .then(|| format!("cut: {edges} not drawn: a picture ends after {limit}; `--format json` has more"))
}

/// The nodes of each zone, and at last, without a name, those of none or of several.
fn lanes(drawing: &Drawing) -> Vec<(Option<&str>, Vec<usize>)> {
    let mut zones: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    let mut others = Vec::new();
    for (at, node) in drawing.nodes.iter().enumerate() {
        match node.zones.as_slice() {
            [one] => zones.entry(one).or_default().push(at),
            _ => others.push(at),
        }
    }
    zones.into_iter().map(|(zone, nodes)| (Some(zone), nodes)).chain([(None, others)]).collect()
}

/// The words of a node: its name, how much it stands for or how many zones it spans, and the number of its findings.
fn words(node: &DrawnNode) -> String {
    let mut facts = Vec::new();
    if node.stands_for > 1 {
        facts.push(format!("{} resources", node.stands_for));
    } else if node.zones.len() > 1 {
        facts.push(format!("{} zones", node.zones.len() + node.further_zones));
    }
    if node.findings > 0 {
        facts.push(counted(node.findings, "finding", "findings"));
    }
    let name = clean::name(&node.name);
    if facts.is_empty() { name.into_owned() } else { format!("{name} ({})", facts.join(", ")) }
}
