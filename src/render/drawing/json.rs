//! Pictures as one JSON document.

use serde::Serialize;

use crate::render::landscapes::{LandscapeOut, NamedRootOut};
use crate::report::drawing::DrawingReport;

#[derive(Serialize)]
struct DrawingOut<'a> {
    version: u32,
    incomplete: bool,
    roots: Vec<NamedRootOut>,
    landscapes: Vec<DrawnLandscapeOut<'a>>,
}

#[derive(Serialize)]
struct DrawnLandscapeOut<'a> {
    #[serde(flatten)]
    landscape: LandscapeOut<'a>,
    collapsed: bool,
    nodes: Vec<NodeOut<'a>>,
    edges: Vec<EdgeOut<'a>>,
    edges_left_out: usize,
}

#[derive(Serialize)]
struct NodeOut<'a> {
    name: &'a str,
    root: usize,
    /// If it stands for one.
    address: Option<&'a str>,
    #[serde(rename = "type")]
    type_: &'a str,
    role: &'a str,
    zones: &'a [String],
    further_zones: usize,
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
    let landscapes = report.landscapes.iter();
    let out = DrawingOut {
        version: 1,
        incomplete: report.report.is_incomplete(),
        roots: NamedRootOut::all(&report.report),
        landscapes: landscapes
            .map(|(landscape, drawing)| {
                let name = |at: usize| drawing.nodes.get(at).map_or("", |node| node.name.as_str());
                DrawnLandscapeOut {
                    landscape: landscape.into(),
                    collapsed: drawing.is_collapsed,
                    nodes: drawing
                        .nodes
                        .iter()
                        .map(|node| NodeOut {
                            name: &node.name,
                            root: node.root,
                            address: Some(node.address.as_str()).filter(|address| !address.is_empty()),
                            type_: &node.type_,
                            role: node.role,
                            zones: &node.zones,
                            further_zones: node.further_zones,
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
                    edges_left_out: drawing.left_out,
                }
            })
            .collect(),
    };
    let mut text = serde_json::to_string_pretty(&out).unwrap_or_default();
    text.push('\n');
    text
}
