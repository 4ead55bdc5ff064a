//! Pictures as Mermaid flowcharts.

use std::fmt::Write;

use super::{edges_until_full, lanes, words};
use crate::render::{clean, landscape_title, plain_words};
use crate::report::drawing::{Drawing, DrawingReport, DrawnNode};

pub(super) fn render(report: &DrawingReport) -> String {
    let mut out = String::new();
    let is_one = report.landscapes.len() == 1;
    for (at, (landscape, drawing)) in report.landscapes.iter().enumerate() {
        if at > 0 {
            out.push('\n');
        }
        if !is_one || landscape.roots.len() > 1 {
            let title = landscape_title(landscape, is_one, &report.report, str::to_owned, plain_words);
            let _ = writeln!(out, "%% {}", clean::line(&title));
        }
        one(&mut out, drawing);
    }
    out
}

fn one(out: &mut String, drawing: &Drawing) {
    out.push_str("flowchart LR\n");
    for (lane, (zone, nodes)) in lanes(drawing).into_iter().enumerate() {
        if let Some(zone) = zone {
            let _ = writeln!(out, "  subgraph z{lane}[\"zone {}\"]", quoted(zone));
        }
        for at in nodes {
            let Some(node) = drawing.nodes.get(at) else { continue };
            let (open, close) = shape_of(node.role);
            let indent = if zone.is_some() { "    " } else { "  " };
            let _ = writeln!(out, "{indent}n{at}{open}\"{}\"{close}{}", quoted(&words(node)), class(node));
        }
        if zone.is_some() {
            out.push_str("  end\n");
        }
    }
    let cut = edges_until_full(out, drawing, |out, _, edge| {
        let arrow = match edge.view.as_str() {
            "request" => "-->",
            "event" => "-.->",
            "data" => "==>",
            _ => "---",
        };
        let _ = writeln!(out, "  n{} {arrow}|{}| n{}", edge.from, edge.kind, edge.to);
    });
    if let Some(cut) = cut {
        let _ = writeln!(out, "  %% {cut}");
    }
    out.push_str("  classDef single stroke:#c0392b,stroke-width:3px\n");
    out.push_str("  classDef entry stroke:#2471a3,stroke-width:3px\n");
}

/// A store is a cylinder, a queue has open ends, an entry is round.
pub(in crate::render) fn shape_of(role: &str) -> (&'static str, &'static str) {
    match role {
        "datastore" | "cache" => ("[(", ")]"),
        "queue" | "stream" | "topic" | "bus" => ("[[", "]]"),
        "entry" | "dns" => ("([", "])"),
        _ => ("[", "]"),
    }
}

fn class(node: &DrawnNode) -> &'static str {
    match (node.is_single_point, node.is_entry) {
        (true, _) => ":::single",
        (false, true) => ":::entry",
        (false, false) => "",
    }
}

/// A text between quotes, in which nothing is markup.
pub(in crate::render) fn quoted(text: &str) -> String {
    let mut out = String::new();
    for character in clean::line(text).chars() {
        match character {
            '"' => out.push_str("#quot;"),
            '#' => out.push_str("#35;"),
            '<' => out.push_str("#lt;"),
            '>' => out.push_str("#gt;"),
            '&' => out.push_str("#amp;"),
            '`' => out.push_str("#96;"),
            other => out.push(other),
        }
    }
    out
}
