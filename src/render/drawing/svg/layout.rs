//! Where the boxes of a picture stand: zones are lanes, tiers are rows.

use std::collections::BTreeMap;

use crate::report::drawing::{Drawing, DrawnNode};

pub(super) const BOX_WIDTH: f64 = 196.0;
pub(super) const BOX_HEIGHT: f64 = 44.0;
/// A box that spans zones has one line of text.
const SPAN_HEIGHT: f64 = 32.0;
const GAP: f64 = 22.0;
/// Between the rows of a tier, where edges pass.
const ROW_GAP: f64 = 28.0;
const LANE_PADDING: f64 = 16.0;
pub(super) const LANE_HEADER: f64 = 30.0;
/// Left of the lanes stand the names of the tiers.
pub(super) const TIER_NAMES: f64 = 92.0;
/// A lane is at most so many boxes wide.
const MAX_COLUMNS: usize = 4;
/// How often boxes are moved towards what they are connected to.
const SWEEPS: usize = 8;

/// A tier of an architecture: what the roles of its nodes have in common.
pub(super) const TIERS: [(&str, &[&str]); 7] = [
    ("entry", &["entry", "dns"]),
    ("ingress", &["ingress"]),
    ("compute", &["compute"]),
    ("messages", &["queue", "topic", "stream", "bus"]),
    ("data", &["cache", "datastore"]),
    ("network", &["network"]),
    ("support", &["observer", "identity"]),
];

/// A rectangle, in pixels.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Area {
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) width: f64,
    pub(super) height: f64,
}

impl Area {
    pub(super) fn middle(&self) -> f64 {
        self.x + self.width / 2.0
    }

    pub(super) fn bottom(&self) -> f64 {
        self.y + self.height
    }
}

/// A laid out picture.
#[derive(Debug, Default)]
pub(super) struct PictureLayout<'a> {
    pub(super) width: f64,
    pub(super) height: f64,
    /// The area of each node.
    pub(super) boxes: Vec<Area>,
    /// The zones, each with its lane.
    pub(super) lanes: Vec<(&'a str, Area)>,
    /// The names of tiers, each with its row.
    pub(super) tiers: Vec<(&'static str, Area)>,
}

/// The lanes that a node covers: the first and the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct LaneSpan {
    first: usize,
    last: usize,
}

impl LaneSpan {
    const fn overlaps(self, other: Self) -> bool {
        self.first <= other.last && other.first <= self.last
    }
}

/// Lays a picture out.
pub(super) fn layout(drawing: &Drawing) -> PictureLayout<'_> {
    let zones = zones(drawing);
    let spans: Vec<LaneSpan> = drawing.nodes.iter().map(|node| span(node, &zones)).collect();
    let neighbours = neighbours(drawing);
    let tier_of = tiers(drawing, &neighbours);
    // What stands in no zone has the last lane.
    let lanes = zones.len() + 1;
    let mut cells: BTreeMap<(usize, usize), Vec<usize>> = BTreeMap::new();
    let mut wide: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (at, (span, tier)) in spans.iter().zip(&tier_of).enumerate() {
        match span.first == span.last {
            true => cells.entry((*tier, span.first)).or_default().push(at),
            false => wide.entry(*tier).or_default().push(at),
        }
    }
    let columns: Vec<usize> = (0..lanes)
        .map(|lane| {
            let most = cells.iter().filter(|((_, own), _)| *own == lane).map(|(_, nodes)| nodes.len()).max();
            columns_for(most.unwrap_or(0))
        })
        .collect();
    let mut result =
        PictureLayout { boxes: vec![Area::default(); drawing.nodes.len()], ..PictureLayout::default() };
    let mut lane_areas: Vec<Area> = Vec::with_capacity(lanes);
    let mut x = TIER_NAMES;
    for count in &columns {
        #[expect(clippy::cast_precision_loss, reason = "a lane has few columns")]
        let width = *count as f64 * (BOX_WIDTH + GAP) - GAP + 2.0 * LANE_PADDING;
        lane_areas.push(Area { x, y: 0.0, width, height: 0.0 });
        x += width + GAP;
    }
    result.width = x;
    for sweep in 0..SWEEPS {
        if sweep > 0 {
            for nodes in cells.values_mut().chain(wide.values_mut()) {
                towards_neighbours(nodes, &neighbours, &result.boxes);
            }
        }
        place(&mut result, &cells, &wide, &spans, &columns, &lane_areas);
    }
    result.lanes = zones
        .into_iter()
        .zip(&lane_areas)
        .map(|(zone, area)| (zone, Area { height: result.height, ..*area }))
        .collect();
    result
}

/// The names of all zones, in order.
fn zones(drawing: &Drawing) -> Vec<&str> {
    let mut zones: Vec<&str> =
        drawing.nodes.iter().flat_map(|node| node.zones.iter().map(String::as_str)).collect();
    zones.sort_unstable();
    zones.dedup();
    zones
}

fn span(node: &DrawnNode, zones: &[&str]) -> LaneSpan {
    let lanes = node.zones.iter().filter_map(|zone| zones.iter().position(|known| known == zone));
    let (first, last) = (lanes.clone().min(), lanes.max());
    let outside = zones.len();
    LaneSpan { first: first.unwrap_or(outside), last: last.unwrap_or(outside) }
}

/// The tier of each node. What has a role of no other tier stands where most of what it connects does: a subscription with its topic.
fn tiers(drawing: &Drawing, neighbours: &[Vec<usize>]) -> Vec<usize> {
    let last = TIERS.len() - 1;
    let own: Vec<Option<usize>> = drawing.nodes.iter().map(own_tier).collect();
    let decide = |(at, tier): (usize, &Option<usize>)| {
        tier.unwrap_or_else(|| {
            let mut counts = [0_usize; TIERS.len()];
            for other in neighbours.get(at).into_iter().flatten().filter_map(|at| own.get(*at).copied()?) {
                if let Some(count) = counts.get_mut(other) {
                    *count += 1;
                }
            }
            // The upper one of two that are as many.
            let most = counts.iter().enumerate().rev().max_by_key(|(_, count)| **count);
            most.filter(|(_, count)| **count > 0).map_or(last, |(tier, _)| tier)
        })
    };
    own.iter().enumerate().map(decide).collect()
}

/// The tier that a node has by itself.
fn own_tier(node: &DrawnNode) -> Option<usize> {
    if node.is_entry && node.role != "ingress" {
        return Some(0);
    }
    TIERS.iter().position(|(_, roles)| roles.contains(&node.role))
}

/// How many boxes stand beside each other where a tier has so many of them.
const fn columns_for(nodes: usize) -> usize {
    match nodes {
        0..=2 => 1,
        3..=6 => 2,
        7..=15 => 3,
        _ => MAX_COLUMNS,
    }
}

fn neighbours(drawing: &Drawing) -> Vec<Vec<usize>> {
    let mut neighbours = vec![Vec::new(); drawing.nodes.len()];
    for edge in &drawing.edges {
        for (one, other) in [(edge.from, edge.to), (edge.to, edge.from)] {
            if let Some(own) = neighbours.get_mut(one) {
                own.push(other);
            }
        }
    }
    neighbours
}

/// Sorts the nodes of a cell by the middle of what they are connected to; what is connected to nothing keeps its place.
fn towards_neighbours(nodes: &mut [usize], neighbours: &[Vec<usize>], boxes: &[Area]) {
    let wish = |at: usize| {
        let all = neighbours.get(at).map_or(&[][..], Vec::as_slice);
        let middles = all.iter().filter_map(|other| boxes.get(*other)).map(Area::middle);
        #[expect(clippy::cast_precision_loss, reason = "a node has few neighbours")]
        let count = all.len() as f64;
        if all.is_empty() { boxes.get(at).map_or(0.0, Area::middle) } else { middles.sum::<f64>() / count }
    };
    nodes.sort_by(|a, b| wish(*a).total_cmp(&wish(*b)).then(a.cmp(b)));
}

/// Gives every node its area, tier by tier: first what spans zones, then what stands in one of them.
fn place(
    result: &mut PictureLayout<'_>,
    cells: &BTreeMap<(usize, usize), Vec<usize>>,
    wide: &BTreeMap<usize, Vec<usize>>,
    spans: &[LaneSpan],
    columns: &[usize],
    lanes: &[Area],
) {
    let mut y = LANE_HEADER + LANE_PADDING;
    result.tiers.clear();
    for (tier, (name, _)) in TIERS.iter().enumerate() {
        let top = y;
        // What spans different lanes stands beside each other.
        let mut rows: Vec<Vec<LaneSpan>> = Vec::new();
        for at in wide.get(&tier).into_iter().flatten() {
            let Some(span) = spans.get(*at) else { continue };
            let (Some(first), Some(last)) = (lanes.get(span.first), lanes.get(span.last)) else { continue };
            let x = first.x + LANE_PADDING;
            let width = last.x + last.width - LANE_PADDING - x;
            let row = match rows.iter_mut().position(|row| row.iter().all(|other| !other.overlaps(*span))) {
                Some(row) => row,
                None => {
                    rows.push(Vec::new());
                    rows.len() - 1
                }
            };
            if let Some(row) = rows.get_mut(row) {
                row.push(*span);
            }
            set(&mut result.boxes, *at, Area { x, y: top + height_of(row), width, height: SPAN_HEIGHT });
        }
        let spanning = top + height_of(rows.len());
        let mut bottom = spanning;
        for ((_, lane), nodes) in cells.range((tier, 0)..(tier + 1, 0)) {
            let (Some(area), Some(columns)) = (lanes.get(*lane), columns.get(*lane)) else { continue };
            // Nothing spans the last lane.
            let start = if lane + 1 == lanes.len() { top } else { spanning };
            for (index, at) in nodes.iter().enumerate() {
                #[expect(clippy::cast_precision_loss, reason = "a cell has few boxes")]
                let column = (index % columns) as f64;
                let x = area.x + LANE_PADDING + column * (BOX_WIDTH + GAP);
                let own = start + height_of(index / columns);
                set(&mut result.boxes, *at, Area { x, y: own, width: BOX_WIDTH, height: BOX_HEIGHT });
                bottom = bottom.max(own + BOX_HEIGHT + ROW_GAP);
            }
        }
        if bottom > top {
            let area = Area { x: 0.0, y: top, width: TIER_NAMES, height: bottom - top - ROW_GAP };
            result.tiers.push((name, area));
            y = bottom + GAP;
        }
    }
    result.height = y;
}

/// The height of so many rows. Rows of all lanes are level, so that edges pass between them.
#[expect(clippy::cast_precision_loss, reason = "a tier has few rows")]
fn height_of(rows: usize) -> f64 {
    rows as f64 * (BOX_HEIGHT + ROW_GAP)
}

fn set(boxes: &mut [Area], at: usize, area: Area) {
    if let Some(own) = boxes.get_mut(at) {
        *own = area;
    }
}
