//! The signals of one landscape as a part of an HTML page.

use super::{Reasons, lines};
use crate::analysis::coverage::Signal;
use crate::render::markup::{badge, code, more, sentence, table};
use crate::report::coverage::LandscapeCoverage;

/// Lines that are shown of one landscape.
const MAX_LINES: usize = 300;

pub(in crate::render) fn part(root: &LandscapeCoverage) -> String {
    if root.rows.is_empty() {
        return "<p>No resource carries requests, work or data.</p>\n".to_owned();
    }
    let shares: Vec<String> = Signal::ALL
        .into_iter()
        .map(|signal| {
            let (have, of) = root.share(signal);
            format!("{} ({have} of {of})", signal.name())
        })
        .collect();
    let heads: Vec<&str> = ["resource"].into_iter().chain(shares.iter().map(String::as_str)).collect();
    let lines = lines(root);
    let mut reasons = Reasons::default();
    let rows = lines.iter().take(MAX_LINES).map(|line| {
        let more = if line.more > 0 { format!(" and {} more", line.more) } else { String::new() };
        let first = format!("{}{more}", code(&line.first.node.name));
        let cells = line.first.cells.iter().map(|cell| badge(cell.state.name(), &reasons.cell(cell)));
        [first].into_iter().chain(cells).collect()
    });
    let mut out = table(&heads, rows);
    out.push_str(&more(lines.len(), MAX_LINES));
    if !reasons.0.is_empty() {
        let items = reasons
            .0
            .iter()
            .enumerate()
            .map(|(n, reason)| format!("<li>[{}] {}</li>", n + 1, sentence(reason)));
        out.push_str(&format!("<ul class=\"soft\">{}</ul>\n", items.collect::<String>()));
    }
    out
}
