//! Pictures as one JSON document.

use serde::Serialize;

use crate::render::path_of;
use crate::report::drawing::DrawingReport;

#[derive(Serialize)]
struct DrawingOut<'a> {
    version: u32,
    incomplete: bool,
    roots: Vec<DrawnRootOut<'a>>,
}

#[derive(Serialize)]
struct DrawnRootOut<'a> {
    path: String,
    input: &'static str,
    collapsed: bool,
    nodes: Vec<NodeOut<'a>>,
    edges: Vec<EdgeOut<'a>>,
}

#[derive(Serialize)]
struct NodeOut<'a> {
    address: &'a str,
    #[serde(rename = "type")]
    type_: &'a str,
    role: &'a str,
    zones: &'a [String],
    stands_for: usize,
    entry: bool,
    single_point: bool,
    findings: usize,
}

#[derive(Serialize)]
struct EdgeOut<'a> {
    from: &'a str,
    to: &'a str,
    kind: &'a str,
    view: &'a str,
    attribute: &'a str,
}

pub(super) fn render(report: &DrawingReport) -> String {
    let roots = report.report.roots.iter().zip(&report.roots);
    let out = DrawingOut {
        version: 1,
        incomplete: report.report.is_incomplete(),
        roots: roots
            .map(|(root, drawing)| {
                let name = |at: usize| drawing.nodes.get(at).map_or("", |node| node.name.as_str());
                DrawnRootOut {
                    path: path_of(&root.path),
                    input: root.input.name(),
                    collapsed: drawing.is_collapsed,
                    nodes: drawing
                        .nodes
                        .iter()
                        .map(|node| NodeOut {
                            address: &node.name,
                            type_: &node.type_,
                            role: node.role,
                            zones: &node.zones,
                            stands_for: node.stands_for,
                            entry: node.is_entry,
                            single_point: node.is_single_point,
                            findings: node.findings,
                        })
                        .collect(),
                    edges: drawing
                        .edges
                        .iter()
                        .map(|edge| EdgeOut {
                            from: name(edge.from),
                            to: name(edge.to),
                            kind: edge.kind,
                            view: &edge.view,
                            attribute: &edge.attribute,
                        })
                        .collect(),
                }
            })
            .collect(),
    };
    let mut text = serde_json::to_string_pretty(&out).unwrap_or_default();
    text.push('\n');
    text
}
