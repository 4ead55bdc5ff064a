//! Pictures in the language of Graphviz.

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
        let title = landscape_title(landscape, is_one, &report.report, str::to_owned, plain_words);
        let _ = writeln!(out, "digraph {} {{", quoted(&title));
        out.push_str("  rankdir = LR;\n  node [shape = box, fontname = \"sans-serif\"];\n");
        one(&mut out, drawing);
        out.push_str("}\n");
    }
    out
}

fn one(out: &mut String, drawing: &Drawing) {
    for (lane, (zone, nodes)) in lanes(drawing).into_iter().enumerate() {
        if let Some(zone) = zone {
            let _ = writeln!(out, "  subgraph cluster_{lane} {{");
            let _ = writeln!(out, "    label = {};", quoted(&format!("zone {zone}")));
        }
        for at in nodes {
            let Some(node) = drawing.nodes.get(at) else { continue };
            let indent = if zone.is_some() { "    " } else { "  " };
            let _ = writeln!(out, "{indent}n{at} [label = {}{}];", quoted(&words(node)), style(node));
        }
        if zone.is_some() {
            out.push_str("  }\n");
        }
    }
    let cut = edges_until_full(out, drawing, |out, _, edge| {
        let style = match edge.view.as_str() {
            "request" => "solid",
            "event" => "dashed",
            "data" => "bold",
            _ => "dotted",
        };
        let _ =
            writeln!(out, "  n{} -> n{} [label = \"{}\", style = {style}];", edge.from, edge.to, edge.kind);
    });
    if let Some(cut) = cut {
        let _ = writeln!(out, "  // {cut}");
    }
}

fn style(node: &DrawnNode) -> String {
    let mut text = match node.role {
        "datastore" | "cache" => ", shape = cylinder".to_owned(),
        "queue" | "stream" | "topic" | "bus" => ", shape = cds".to_owned(),
        "entry" | "dns" => ", shape = oval".to_owned(),
        _ => String::new(),
    };
    if node.is_single_point {
        text.push_str(", color = \"#c0392b\", penwidth = 3");
    } else if node.is_entry {
        text.push_str(", color = \"#2471a3\", penwidth = 3");
    }
    text
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", clean::line(text).replace('\\', "\\\\").replace('"', "\\\""))
}
