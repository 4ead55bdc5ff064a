//! Pictures as SVG: zones as lanes, tiers as rows. Needs no script, no font file and nothing from a network.

mod layout;
mod ways;

use std::collections::BTreeMap;
use std::fmt::Write;

use layout::{Area, LANE_HEADER, PictureLayout, layout};
use ways::{BoxSide, Ways};

use super::edges_until_full;
use crate::render::{clean, counted, landscape_title, plain_words};
use crate::report::drawing::{Drawing, DrawingReport, DrawnNode};

/// The height of a landscape's title.
const TITLE: f64 = 34.0;
/// The height of the legend.
const LEGEND: f64 = 64.0;
/// The least width: the legend needs it.
const MIN_WIDTH: f64 = 1040.0;
/// The width of a picture in a page, if there is nothing to draw.
const EMPTY_WIDTH: f64 = 420.0;
/// Characters that fit into a box of the smallest width.
const LABEL: usize = 28;
/// The width of a character of a label, in pixels.
const CHARACTER: f64 = 6.6;
/// The width of a character of a title, in pixels.
const TITLE_CHARACTER: f64 = 9.0;

/// What the edges of a view look like.
struct EdgeLook {
    view: &'static str,
    /// The class in [`STYLE`].
    class: &'static str,
    /// The colour of the arrowhead; that of the line is in [`STYLE`].
    colour: &'static str,
    /// What the legend says.
    words: &'static str,
}

const SUPPORT: EdgeLook =
    EdgeLook { view: "support", class: "support", colour: "#7d8b99", words: "stands in, leaves through" };

/// What edges look like, in the order of the legend. Those of any other view look like [`SUPPORT`].
const LOOKS: [EdgeLook; 5] = [
    EdgeLook { view: "request", class: "request", colour: "#1f5fa8", words: "waits for an answer" },
    EdgeLook { view: "event", class: "event", colour: "#b4690e", words: "sends and goes on" },
    EdgeLook { view: "data", class: "of-data", colour: "#1d7a46", words: "copies or keeps data" },
    SUPPORT,
    EdgeLook { view: "evidence", class: "evidence", colour: "#7a3fa0", words: "watches, logs, records" },
];

const STYLE: &str = "
  text { font: 11px ui-sans-serif, system-ui, sans-serif; fill: #1c2733; }
  .title { font-size: 15px; font-weight: 600; }
  .small { font-size: 9.5px; fill: #5b6b7a; }
  .tier { font-size: 11px; fill: #5b6b7a; font-weight: 600; }
  .zone { fill: #f3f6fa; stroke: #c9d4e0; stroke-dasharray: 5 4; }
  .zone-name { font-weight: 600; fill: #3d5166; }
  .box { fill: #ffffff; stroke: #8496a9; }
  .compute { fill: #fff4e5; } .data { fill: #e8f1fd; } .messages { fill: #f6ecfb; } .ingress { fill: #e9f7ef; }
  .entry { stroke: #1f5fa8; stroke-width: 2.5; }
  .single { stroke: #c0271f; stroke-width: 2.5; }
  .mark { fill: #c0271f; } .mark-text { fill: #ffffff; font-size: 9px; font-weight: 700; text-anchor: middle; }
  .edge { fill: none; stroke-width: 1.3; }
  .request { stroke: #1f5fa8; } .event { stroke: #b4690e; stroke-dasharray: 6 4; }
  .evidence { stroke: #7a3fa0; stroke-dasharray: 1 3; }
  .of-data { stroke: #1d7a46; stroke-width: 2; } .support { stroke: #7d8b99; stroke-dasharray: 2 3; }
";

pub(super) fn render(report: &DrawingReport) -> String {
    let laid: Vec<PictureLayout<'_>> = report.landscapes.iter().map(|(_, drawing)| layout(drawing)).collect();
    let width = laid.iter().map(|layout| layout.width).fold(MIN_WIDTH, f64::max);
    let height = laid.iter().map(|layout| layout.height + TITLE).sum::<f64>() + LEGEND;
    let mut out = String::new();
    let _ = writeln!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" role=\"img\">"
    );
    let _ = writeln!(out, "<style>{STYLE}</style>");
    arrowheads(&mut out);
    let _ = writeln!(out, "<rect width=\"{width}\" height=\"{height}\" fill=\"#ffffff\"/>");
    let mut y = 0.0;
    let is_one = report.landscapes.len() == 1;
    for ((landscape, drawing), layout) in report.landscapes.iter().zip(&laid) {
        let title = landscape_title(landscape, is_one, &report.report, str::to_owned, plain_words);
        let _ = writeln!(out, "<g transform=\"translate(0 {y})\">");
        let _ = writeln!(
            out,
            "<text class=\"title\" x=\"16\" y=\"24\">{}</text>",
            begun(&title, characters(width, TITLE_CHARACTER))
        );
        let _ = writeln!(out, "<g transform=\"translate(0 {TITLE})\">");
        one(&mut out, drawing, layout);
        out.push_str("</g>\n</g>\n");
        y += layout.height + TITLE;
    }
    legend(&mut out, y);
    out.push_str("</svg>\n");
    out
}

/// The picture of one landscape, as a part of a page that has its own style and shows [`key`] before.
pub(in crate::render) fn inline(drawing: &Drawing, title: &str) -> String {
    let layout = layout(drawing);
    let (width, height) = (layout.width.max(EMPTY_WIDTH), layout.height);
    let mut out = format!(
        "<svg viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" role=\"img\">\n<title>{}</title>\n",
        escaped(title)
    );
    one(&mut out, drawing, &layout);
    out.push_str("</svg>\n");
    out
}

/// The legend of the pictures on a page, with the arrowheads that they use.
pub(in crate::render) fn key() -> String {
    let mut out = format!(
        "<svg viewBox=\"0 0 {MIN_WIDTH} {LEGEND}\" width=\"{MIN_WIDTH}\" height=\"{LEGEND}\" role=\"img\">\n<title>Legend</title>\n"
    );
    arrowheads(&mut out);
    legend(&mut out, 0.0);
    out.push_str("</svg>\n");
    out
}

/// Defines the ends of edges. The dot at the start tells where an edge begins from where it comes out from behind a box.
fn arrowheads(out: &mut String) {
    out.push_str("<defs>\n");
    for EdgeLook { class, colour, .. } in LOOKS {
        let _ = writeln!(
            out,
            "<marker id=\"to-{class}\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"7\" markerHeight=\"7\" \
             orient=\"auto-start-reverse\"><path d=\"M0 0 L8 4 L0 8 z\" fill=\"{colour}\"/></marker>\n\
             <marker id=\"from-{class}\" viewBox=\"0 0 8 8\" refX=\"4\" refY=\"4\" markerWidth=\"6\" markerHeight=\"6\">\
             <circle cx=\"4\" cy=\"4\" r=\"4\" fill=\"{colour}\"/></marker>"
        );
    }
    out.push_str("</defs>\n");
}

fn one(out: &mut String, drawing: &Drawing, layout: &PictureLayout<'_>) {
    if drawing.nodes.is_empty() {
        out.push_str("<text x=\"16\" y=\"20\">Nothing to draw: no edge of these views was found.</text>\n");
        return;
    }
    for (zone, area) in &layout.lanes {
        let _ = writeln!(
            out,
            "<rect class=\"zone\" x=\"{}\" y=\"4\" width=\"{}\" height=\"{}\" rx=\"8\"/><text class=\"zone-name\" x=\"{}\" y=\"{}\">zone {}</text>",
            area.x,
            area.width,
            area.height - 8.0,
            area.x + 12.0,
            LANE_HEADER - 8.0,
            escaped(zone)
        );
    }
    for (name, area) in &layout.tiers {
        let _ = writeln!(out, "<text class=\"tier\" x=\"16\" y=\"{}\">{name}</text>", area.y + 20.0);
    }
    edges(out, drawing, layout);
    for (node, area) in drawing.nodes.iter().zip(&layout.boxes) {
        draw(out, node, *area);
    }
}

/// An end of an edge at a side of a box.
struct EdgeEnd {
    edge: usize,
    /// 0 where the edge leaves, 1 where it arrives.
    end: usize,
    /// The middle of the box at the other end.
    towards: f64,
}

/// Where edges meet boxes, for each edge: each has its own place on a side of a box, in the order of where it leads.
fn ports(drawing: &Drawing, layout: &PictureLayout<'_>, ways: &Ways) -> Vec<[f64; 2]> {
    let area = |at: usize| layout.boxes.get(at).copied().unwrap_or_default();
    let mut ports: Vec<[f64; 2]> = vec![[0.0; 2]; drawing.edges.len()];
    let mut met: BTreeMap<(usize, BoxSide), Vec<EdgeEnd>> = BTreeMap::new();
    for (at, edge) in drawing.edges.iter().enumerate() {
        let [leaves, arrives] = ways.sides(&area(edge.from), &area(edge.to));
        met.entry((edge.from, leaves)).or_default().push(EdgeEnd {
            edge: at,
            end: 0,
            towards: area(edge.to).middle(),
        });
        met.entry((edge.to, arrives)).or_default().push(EdgeEnd {
            edge: at,
            end: 1,
            towards: area(edge.from).middle(),
        });
    }
    for ((node, _), mut ends) in met {
        ends.sort_by(|a, b| a.towards.total_cmp(&b.towards).then((a.edge, a.end).cmp(&(b.edge, b.end))));
        let area = area(node);
        #[expect(clippy::cast_precision_loss, reason = "a node has few edges")]
        let step = area.width / (ends.len() as f64 + 1.0);
        let mut x = area.x;
        for EdgeEnd { edge, end, .. } in ends {
            x += step;
            if let Some(port) = ports.get_mut(edge).and_then(|ends| ends.get_mut(end)) {
                *port = x;
            }
        }
    }
    ports
}

/// Draws the edges.
fn edges(out: &mut String, drawing: &Drawing, layout: &PictureLayout<'_>) {
    let area = |at: usize| layout.boxes.get(at).copied().unwrap_or_default();
    let mut ways = Ways::around(layout);
    let ports = ports(drawing, layout, &ways);
    let cut = edges_until_full(out, drawing, |out, at, edge| {
        let x = ports.get(at).copied().unwrap_or_default();
        let way = ways.between(&area(edge.from), &area(edge.to), x);
        let class = class_of(&edge.view);
        let attribute =
            if edge.attribute.is_empty() { String::new() } else { format!(" by {}", edge.attribute) };
        let name = |at: usize| drawing.nodes.get(at).map_or("", |node| node.name.as_str());
        let title = format!("{} {} {}{attribute}", name(edge.from), edge.kind, name(edge.to));
        let _ = writeln!(
            out,
            "<path class=\"edge {class}\" marker-start=\"url(#from-{class})\" marker-end=\"url(#to-{class})\" d=\"{way}\"><title>{}</title></path>",
            escaped(&title)
        );
    });
    if let Some(cut) = cut {
        let _ = writeln!(out, "<text class=\"small\" x=\"16\" y=\"12\">{}</text>", escaped(&cut));
    }
}

fn draw(out: &mut String, node: &DrawnNode, area: Area) {
    let fill = match node.role {
        "compute" => " compute",
        "datastore" | "cache" => " data",
        "queue" | "topic" | "stream" | "bus" => " messages",
        "entry" | "ingress" | "dns" => " ingress",
        _ => "",
    };
    let border = match (node.is_single_point, node.is_entry) {
        (true, _) => " single",
        (false, true) => " entry",
        _ => "",
    };
    let _ = writeln!(out, "<g><title>{}</title>", escaped(&node.name));
    let _ = writeln!(
        out,
        "<rect class=\"box{fill}{border}\" x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{:.1}\" rx=\"5\"/>",
        area.x, area.y, area.width, area.height
    );
    let (name, below) = label(node);
    let most = characters(area.width, CHARACTER);
    if area.height < layout::BOX_HEIGHT {
        let text = format!("{name} · {below}");
        let _ = writeln!(
            out,
            "<text x=\"{:.1}\" y=\"{:.1}\">{}</text>",
            area.x + 8.0,
            area.y + 20.0,
            fitted(&text, most)
        );
    } else {
        let _ = writeln!(
            out,
            "<text x=\"{:.1}\" y=\"{:.1}\">{}</text>",
            area.x + 8.0,
            area.y + 18.0,
            fitted(name, most)
        );
        let _ = writeln!(
            out,
            "<text class=\"small\" x=\"{:.1}\" y=\"{:.1}\">{}</text>",
            area.x + 8.0,
            area.y + 33.0,
            fitted(&below, most + 4)
        );
    }
    if node.findings > 0 {
        let (x, y) = (area.x + area.width - 4.0, area.y + 2.0);
        let _ = writeln!(
            out,
            "<circle class=\"mark\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"8\"/><text class=\"mark-text\" x=\"{x:.1}\" y=\"{:.1}\">{}</text>",
            y + 3.0,
            node.findings.min(99)
        );
    }
    out.push_str("</g>\n");
}

/// The name of a node, and below it its root module, if there are several, and its type; or how much it stands for.
fn label(node: &DrawnNode) -> (&str, String) {
    match (node.type_.as_str(), node.place.as_str()) {
        ("", _) => (&node.name, counted(node.stands_for, "resource", "resources")),
        (type_, "") => (&node.label, type_.to_owned()),
        (type_, place) => (&node.label, format!("{place} · {type_}")),
    }
}

fn legend(out: &mut String, y: f64) {
    let _ = writeln!(out, "<g transform=\"translate(16 {:.1})\">", y + 20.0);
    let mut x = 0.0;
    for EdgeLook { class, words, .. } in LOOKS {
        let _ = writeln!(
            out,
            "<path class=\"edge {class}\" marker-start=\"url(#from-{class})\" marker-end=\"url(#to-{class})\" d=\"M{x} 0 L{} 0\"/><text x=\"{}\" y=\"4\">{words}</text>",
            x + 34.0,
            x + 42.0
        );
        x += 200.0;
    }
    let _ = writeln!(
        out,
        "<rect class=\"box entry\" x=\"0\" y=\"16\" width=\"30\" height=\"14\" rx=\"3\"/><text x=\"42\" y=\"27\">traffic enters here</text>\n\
         <rect class=\"box single\" x=\"200\" y=\"16\" width=\"30\" height=\"14\" rx=\"3\"/><text x=\"242\" y=\"27\">single point of failure</text>\n\
         <circle class=\"mark\" cx=\"435\" cy=\"23\" r=\"8\"/><text class=\"mark-text\" x=\"435\" y=\"26\">n</text><text x=\"452\" y=\"27\">findings</text>\n</g>"
    );
}

fn class_of(view: &str) -> &'static str {
    LOOKS.iter().find(|look| look.view == view).unwrap_or(&SUPPORT).class
}

/// How many characters fit into a width.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a width is small and positive")]
fn characters(width: f64, character: f64) -> usize {
    (((width - 16.0) / character) as usize).max(LABEL)
}

/// A text that fits into so many characters. Of a long one the start is shown.
fn begun(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return escaped(text);
    }
    let start: String = text.chars().take(most.saturating_sub(1)).collect();
    escaped(&format!("{start}…"))
}

/// A text that fits into so many characters. Of a long one the end is shown: it tells names apart.
fn fitted(text: &str, most: usize) -> String {
    let length = text.chars().count();
    if length <= most {
        return escaped(text);
    }
    let end: String = text.chars().skip(length + 1 - most).collect();
    escaped(&format!("…{end}"))
}

/// Text in XML.
fn escaped(text: &str) -> String {
    clean::line(text).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
