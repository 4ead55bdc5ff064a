//! Coverage for people: a table of each landscape, the resources with most gaps first, and a reason for every empty cell.

use std::fmt::Write;

use super::{Reasons, lines};
use crate::analysis::coverage::Signal;
use crate::diagnostic::Severity;
use crate::render::look::Look;
use crate::render::report::{Format, render as render_report};
use crate::render::{clean, counted, landscape_title, plain_words};
use crate::report::coverage::{CoverageReport, CoverageState, LandscapeCoverage};

/// An address in the first column is no wider, and is not cut to less.
const MAX_ADDRESS: usize = 52;
const MIN_ADDRESS: usize = 24;
/// Lines that are shown of one landscape.
const MAX_LINES: usize = 200;

pub(super) fn render(coverage: &CoverageReport, look: Look) -> String {
    let mut out = String::new();
    let is_one = coverage.landscapes.len() == 1;
    for (landscape, root) in &coverage.landscapes {
        let name = |path: &str| clean::name(path).into_owned();
        let title = landscape_title(landscape, is_one, &coverage.report, name, plain_words);
        let title = if landscape.roots.len() > 1 { look.wrapped(&title, "", "  ") } else { title };
        let _ = writeln!(out, "{}", look.bold(&title));
        one(&mut out, root, look);
        out.push('\n');
    }
    if !coverage.report.diagnostics.is_empty() {
        out.push_str(&render_report(&coverage.report, Format::Human, look));
    }
    out
}

fn one(out: &mut String, root: &LandscapeCoverage, look: Look) {
    if root.rows.is_empty() {
        let _ = writeln!(out, "  no resource carries requests, work or data");
        return;
    }
    let lines = lines(root);
    let mut reasons = Reasons::default();
    let cells: Vec<[String; 4]> = lines
        .iter()
        .take(MAX_LINES)
        .map(|line| line.first.cells.each_ref().map(|cell| reasons.cell(cell)))
        .collect();
    let width =
        |texts: &mut dyn Iterator<Item = &str>| texts.map(|text| text.chars().count()).max().unwrap_or(0);
    let widths = Signal::ALL.map(|signal| {
        let cells = cells.iter().filter_map(|cells| cells.get(signal as usize).map(String::as_str));
        width(&mut cells.chain([signal.name()]))
    });
    // The cells say what it is about, and are short: addresses get the rest of the line.
    let rest = look.width.saturating_sub(widths.iter().map(|width| width + 2).sum::<usize>() + 2);
    let most = rest.clamp(MIN_ADDRESS, MAX_ADDRESS);
    let shown: Vec<(String, [String; 4], [CoverageState; 4])> = lines
        .iter()
        .zip(cells)
        .map(|(line, cells)| {
            let more = if line.more > 0 { format!(" +{}", line.more) } else { String::new() };
            let name = ended(&clean::name(&line.first.node.name), most.saturating_sub(more.len()));
            (format!("{name}{more}"), cells, line.first.cells.each_ref().map(|cell| cell.state))
        })
        .collect();
    let first = width(&mut shown.iter().map(|(name, ..)| name.as_str()).chain(["resource"]));
    let header: String =
        Signal::ALL.iter().zip(widths).map(|(signal, w)| format!("  {:w$}", signal.name())).collect();
    let _ = writeln!(out, "  {}", look.faint(format!("{:first$}{header}", "resource").trim_end()));
    for (name, cells, states) in &shown {
        let mut line = String::new();
        for ((cell, width), state) in cells.iter().zip(widths).zip(states) {
            line.push_str("  ");
            line.push_str(&painted(*state, &format!("{cell:width$}"), look));
        }
        let _ = writeln!(out, "  {name:first$}{}", line.trim_end());
    }
    if lines.len() > shown.len() {
        let _ =
            writeln!(out, "  {} more resources; `--format json` lists them all", lines.len() - shown.len());
    }
    for (number, reason) in reasons.0.iter().enumerate() {
        let text = look.wrapped(&clean::line(reason), &format!("  [{}] ", number + 1), "      ");
        let _ = writeln!(out, "{}", look.faint(&text));
    }
    let shares = Signal::ALL.map(|signal| {
        let (have, of) = root.share(signal);
        format!("{} {have} of {of}", signal.name())
    });
    let _ = writeln!(out, "  {}: {}", counted(root.rows.len(), "resource", "resources"), shares.join(", "));
}

fn painted(state: CoverageState, text: &str, look: Look) -> String {
    match state {
        CoverageState::Missing => look.toned(Severity::Warning, text),
        CoverageState::Unknown | CoverageState::NotDescribed | CoverageState::NotApplicable => {
            look.faint(text)
        }
        CoverageState::Covered => text.to_owned(),
    }
}

/// The end of an address that is too long: its name is what tells it from others.
fn ended(address: &str, most: usize) -> String {
    let length = address.chars().count();
    if length <= most {
        return address.to_owned();
    }
    let end: String = address.chars().skip(length + 1 - most).collect();
    format!("…{end}")
}
