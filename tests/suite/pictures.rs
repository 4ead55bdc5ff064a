//! Pictures as SVG: no edge runs behind a box, and boxes do not touch each other.

use buttress::cli::{Process, Terminal, run};
use buttress::render::Look;
use buttress::render::drawing::{DrawingFormat, drawing};
use buttress::report::ShownLandscape;
use buttress::report::drawing::{Drawing, DrawingReport, DrawnEdge, DrawnNode};
use proptest::prelude::*;
use regex::Regex;

use crate::support::entries;

const LOOK: Look = Look { colour: false, width: 100 };

type Point = [f64; 2];

/// A box of a picture: what it stands for, and its corners.
#[derive(Debug)]
struct Shown {
    name: String,
    from: Point,
    to: Point,
}

fn numbers(text: &str) -> Vec<f64> {
    text.split(|c: char| c.is_ascii_uppercase() || c == ' ')
        .filter_map(|number| number.parse().ok())
        .collect()
}

fn boxes(picture: &str) -> Vec<Shown> {
    let pattern = Regex::new(
        "<title>([^<]*)</title>\n<rect class=\"box[^\"]*\" x=\"([^\"]*)\" y=\"([^\"]*)\" width=\"([^\"]*)\" height=\"([^\"]*)\"",
    );
    let shown = |found: regex::Captures<'_>| {
        let [x, y, width, height] = [2, 3, 4, 5].map(|at| found[at].parse::<f64>().unwrap());
        Shown { name: found[1].to_owned(), from: [x, y], to: [x + width, y + height] }
    };
    pattern.unwrap().captures_iter(picture).map(shown).collect()
}

/// Every edge: what it says, and points along it close to each other.
fn edges(picture: &str) -> Vec<(String, Vec<Point>)> {
    let pattern =
        Regex::new("<path class=\"edge [^\"]*\"[^>]* d=\"([^\"]*)\"><title>([^<]*)</title>").unwrap();
    let step = Regex::new("([MLC])([^MLC]*)").unwrap();
    let one = |found: regex::Captures<'_>| {
        let mut points: Vec<Point> = Vec::new();
        for part in step.captures_iter(&found[1]) {
            match (&part[1], numbers(&part[2]).as_slice()) {
                ("M", &[x, y]) => points.push([x, y]),
                ("L", &[x, y]) => along(&mut points, |[x0, y0], t| [x0 + (x - x0) * t, y0 + (y - y0) * t]),
                ("C", &[x1, y1, x2, y2, x, y]) => along(&mut points, |from, t| {
                    let part = |at: usize| {
                        let [a, b, c, d] = [from[at], [x1, y1][at], [x2, y2][at], [x, y][at]];
                        let u = 1.0 - t;
                        a * u * u * u + 3.0 * b * u * u * t + 3.0 * c * u * t * t + d * t * t * t
                    };
                    [part(0), part(1)]
                }),
                other => panic!("{other:?}"),
            }
        }
        (found[2].to_owned(), points)
    };
    pattern.captures_iter(picture).map(one).collect()
}

fn along(points: &mut Vec<Point>, at: impl Fn(Point, f64) -> Point) {
    let from = *points.last().unwrap();
    points.extend((1..=200).map(|part| at(from, f64::from(part) / 200.0)));
}

/// The number of edges, if none of them runs behind a box and no boxes touch.
fn expect_free_ways(picture: &str) -> usize {
    let (boxes, edges) = (boxes(picture), edges(picture));
    for (at, one) in boxes.iter().enumerate() {
        for other in &boxes[..at] {
            let touches = |side: usize| one.from[side] < other.to[side] && other.from[side] < one.to[side];
            assert!(!(touches(0) && touches(1)), "{one:?} and {other:?}");
        }
    }
    for (title, points) in &edges {
        for area in &boxes {
            // An edge begins and ends at a border, which is a line of some width.
            let is_in = |side: usize, at: f64| area.from[side] + 0.2 < at && at < area.to[side] - 0.2;
            let behind = points.iter().find(|point| is_in(0, point[0]) && is_in(1, point[1]));
            assert_eq!(behind, None, "{title} runs behind {}", area.name);
        }
    }
    edges.len()
}

#[test]
fn no_edge_of_an_estate_runs_behind_a_box() {
    let mut edges = 0;
    for stack in entries("stacks") {
        let path = stack.display().to_string();
        for views in [vec![], vec!["--view", "support", "--view", "evidence", "--view", "event"]] {
            let arguments = [vec!["buttress", "graph", "--format", "svg", &path], views].concat();
            let terminal = Terminal { colour: false, width: 100 };
            let answer = run(arguments.into_iter().map(Into::into), &Process::default(), terminal);
            assert_eq!(answer.code, 0, "{}", answer.stderr);
            edges += expect_free_ways(&answer.stdout);
        }
    }
    assert!(edges > 500, "{edges}");
}

const ROLES: [&str; 12] = [
    "entry",
    "dns",
    "ingress",
    "compute",
    "queue",
    "topic",
    "cache",
    "datastore",
    "network",
    "observer",
    "identity",
    "other",
];

fn node() -> impl Strategy<Value = DrawnNode> {
    let zones = proptest::collection::btree_set(0..4_usize, 0..4);
    (proptest::sample::select(&ROLES[..]), zones, any::<bool>()).prop_map(|(role, zones, is_entry)| {
        DrawnNode {
            role,
            type_: "type".into(),
            zones: zones.into_iter().map(|zone| format!("zone-{zone}")).collect(),
            stands_for: 1,
            is_entry,
            ..DrawnNode::default()
        }
    })
}

fn picture() -> impl Strategy<Value = Drawing> {
    proptest::collection::vec(node(), 1..40).prop_flat_map(|mut nodes| {
        for (at, node) in nodes.iter_mut().enumerate() {
            node.name = format!("n{at}");
            node.label.clone_from(&node.name);
        }
        let count = nodes.len();
        let edge = (0..count, 0..count).prop_map(|(from, to)| DrawnEdge {
            from,
            to,
            kind: "invokes",
            view: "request".into(),
            attribute: String::new(),
        });
        (Just(nodes), proptest::collection::vec(edge, 0..80)).prop_map(|(nodes, edges)| Drawing {
            nodes,
            edges,
            ..Drawing::default()
        })
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn no_edge_of_any_drawing_runs_behind_a_box(one in picture()) {
        let edges = one.edges.len();
        let report =
            DrawingReport { landscapes: vec![(ShownLandscape::default(), one)], ..DrawingReport::default() };
        prop_assert_eq!(expect_free_ways(&drawing(&report, DrawingFormat::Svg, LOOK)), edges);
    }
}
