//! Ways of edges: between two rows of boxes an edge bends, past a row it runs straight through a gap between the boxes.

use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::fmt::Write;

use super::layout::{Area, PictureLayout, TIER_NAMES};

/// Edges through one gap keep so many pixels apart, and as many from the boxes.
const APART: f64 = 4.0;
/// How far an edge goes aside to run straight through all rows between its ends.
const DETOUR: f64 = 240.0;
/// How far an edge between two boxes of one row swings below them. A curve reaches three quarters of that.
const SWING: f64 = 26.0;

/// Where an edge meets a box.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum BoxSide {
    Above,
    Below,
}

impl BoxSide {
    fn of(self, area: &Area) -> f64 {
        if self == Self::Above { area.y } else { area.bottom() }
    }
}

/// The rows of a picture, from the top.
pub(super) struct Ways {
    rows: Vec<BoxRow>,
    /// The places to the left of all boxes and to the right of them.
    bounds: [i64; 2],
}

/// Boxes that stand beside each other.
struct BoxRow {
    top: f64,
    bottom: f64,
    /// What the boxes cover: from and to, in places.
    covered: Vec<[i64; 2]>,
    /// The places at which edges run through already.
    taken: BTreeSet<i64>,
}

impl Ways {
    pub(super) fn around(layout: &PictureLayout<'_>) -> Self {
        let mut boxes: Vec<&Area> = layout.boxes.iter().collect();
        boxes.sort_by(|a, b| a.y.total_cmp(&b.y).then(a.x.total_cmp(&b.x)));
        let mut rows: Vec<BoxRow> = Vec::new();
        for area in boxes {
            let covered = [place(area.x - APART), place(area.x + area.width + APART)];
            match rows.last_mut() {
                Some(last) if area.y <= last.bottom => {
                    last.bottom = last.bottom.max(area.bottom());
                    last.covered.push(covered);
                }
                _ => rows.push(BoxRow {
                    top: area.y,
                    bottom: area.bottom(),
                    covered: vec![covered],
                    taken: BTreeSet::new(),
                }),
            }
        }
        Self { rows, bounds: [place(TIER_NAMES) + 1, place(layout.width) - 1] }
    }

    /// The sides on which an edge leaves one box and reaches another.
    pub(super) fn sides(&self, from: &Area, to: &Area) -> [BoxSide; 2] {
        match self.row(from).cmp(&self.row(to)) {
            Ordering::Less => [BoxSide::Below, BoxSide::Above],
            Ordering::Equal => [BoxSide::Below, BoxSide::Below],
            Ordering::Greater => [BoxSide::Above, BoxSide::Below],
        }
    }

    /// The path of an edge from one box to another, as SVG writes it. `x` has where it leaves and where it arrives.
    pub(super) fn between(&mut self, from: &Area, to: &Area, x: [f64; 2]) -> String {
        let (start, end) = (self.row(from), self.row(to));
        let [leaves, arrives] = self.sides(from, to);
        let mut path = format!("M{:.1} {:.1}", x[0], leaves.of(from));
        // A box may be lower than its row.
        let mut at = (x[0], self.border(start, leaves));
        line(&mut path, (x[0], leaves.of(from)), at);
        let reached = (x[1], self.border(end, arrives));
        if start == end {
            curve(&mut path, at, reached, [SWING, SWING]);
            line(&mut path, reached, (x[1], arrives.of(to)));
            return path;
        }
        let mut between: Vec<usize> = (start.min(end) + 1..start.max(end)).collect();
        if end < start {
            between.reverse();
        }
        let straight = self.straight(&between, x);
        for (index, row) in between.iter().enumerate() {
            #[expect(clippy::cast_precision_loss, reason = "a picture has few rows")]
            let part = (index + 1) as f64 / (between.len() + 1) as f64;
            let own = straight.unwrap_or_else(|| self.nearest(*row, x[0] + (x[1] - x[0]) * part));
            if let Some(row) = self.rows.get_mut(*row) {
                row.taken.insert(own);
            }
            let enters = (pixels(own), self.border(*row, arrives));
            let passes = (pixels(own), self.border(*row, leaves));
            bend(&mut path, at, enters);
            line(&mut path, enters, passes);
            at = passes;
        }
        bend(&mut path, at, reached);
        line(&mut path, reached, (x[1], arrives.of(to)));
        path
    }

    /// The row in which a box stands.
    fn row(&self, area: &Area) -> usize {
        self.rows.partition_point(|row| row.bottom < area.y)
    }

    /// The height of the upper or the lower border of a row.
    fn border(&self, row: usize, side: BoxSide) -> f64 {
        let of = |row: &BoxRow| if side == BoxSide::Above { row.top } else { row.bottom };
        self.rows.get(row).map_or(0.0, of)
    }

    /// The place at which an edge runs straight through all these rows, if that is not far aside.
    fn straight(&self, rows: &[usize], x: [f64; 2]) -> Option<i64> {
        let [from, to] = x.map(place);
        let (low, high) = (from.min(to), from.max(to));
        // Below where it starts or above where it ends, if possible; then between these; then beside them.
        let inside = (0..=(high - low) / 2).flat_map(|step| [low + step, high - step]);
        let beside = (1..=place(DETOUR)).flat_map(|step| [low - step, high + step]);
        let is_free = |at: i64| rows.iter().filter_map(|row| self.rows.get(*row)).all(|row| row.is_free(at));
        inside.chain(beside).find(|at| is_within(*at, self.bounds) && is_free(*at))
    }

    /// The place nearest to the wanted one that no box of a row covers. Where every place is taken, all are offered again.
    fn nearest(&mut self, row: usize, wanted: f64) -> i64 {
        let (wanted, bounds) = (place(wanted), self.bounds);
        let Some(row) = self.rows.get_mut(row) else { return wanted };
        let places = || {
            (0..=bounds[1])
                .flat_map(|step| [wanted - step, wanted + step])
                .filter(|at| is_within(*at, bounds))
        };
        if let Some(free) = places().find(|at| row.is_free(*at)) {
            return free;
        }
        row.taken.clear();
        places().find(|at| row.is_free(*at)).unwrap_or(bounds[1])
    }
}

impl BoxRow {
    fn is_free(&self, at: i64) -> bool {
        !self.taken.contains(&at) && !self.covered.iter().any(|[from, to]| *from < at && at < *to)
    }
}

/// The place of a position: places are [`APART`].
#[expect(clippy::cast_possible_truncation, reason = "a picture is not so wide")]
fn place(x: f64) -> i64 {
    (x / APART).round() as i64
}

const fn is_within(place: i64, [first, last]: [i64; 2]) -> bool {
    first <= place && place <= last
}

#[expect(clippy::cast_precision_loss, reason = "a picture is not so wide")]
fn pixels(place: i64) -> f64 {
    place as f64 * APART
}

fn line(path: &mut String, from: (f64, f64), to: (f64, f64)) {
    if (from.1 - to.1).abs() > 0.05 {
        let _ = write!(path, " L{:.1} {:.1}", to.0, to.1);
    }
}

/// A curve that leaves and arrives upright.
fn bend(path: &mut String, from: (f64, f64), to: (f64, f64)) {
    let bend = (to.1 - from.1) / 2.0;
    curve(path, from, to, [bend, -bend]);
}

fn curve(path: &mut String, from: (f64, f64), to: (f64, f64), bends: [f64; 2]) {
    let [out, back] = [from.1 + bends[0], to.1 + bends[1]];
    let _ = write!(path, " C{:.1} {out:.1} {:.1} {back:.1} {:.1} {:.1}", from.0, to.0, to.0, to.1);
}
