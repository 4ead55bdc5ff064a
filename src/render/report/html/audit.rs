//! The picture, the simulation and the coverage of every landscape.

use crate::render::coverage::html as coverage_html;
use crate::render::drawing::svg;
use crate::render::markup::name;
use crate::render::simulation::html as simulation_html;
use crate::render::{counted, landscape_title, plain_words};
use crate::report::{LandscapeAudit, Report};

/// The most landscapes that are shown, and how many of them are unfolded from the start.
const MAX_LANDSCAPES: usize = 40;
const UNFOLDED: usize = 3;

pub(super) fn pictures(report: &Report) -> String {
    let parts = of_each(report, "graph", |audit, title| {
        let words = match audit.drawing.is_collapsed {
            true => {
                "<p class=\"soft\">There are too many resources for a picture: each box stands for a module or a type.</p>\n"
            }
            false => "",
        };
        format!("{words}<div class=\"picture\">{}</div>\n", svg::inline(&audit.drawing, title))
    });
    if parts.is_empty() { parts } else { format!("<div class=\"picture\">{}</div>\n{parts}", svg::key()) }
}

pub(super) fn simulations(report: &Report) -> String {
    of_each(report, "simulate", |audit, _| simulation_html::part(&audit.simulation, &report.sources))
}

pub(super) fn coverage(report: &Report) -> String {
    of_each(report, "coverage", |audit, _| coverage_html::part(&audit.coverage))
}

/// A part for each landscape; of several, each unfolds. `command` shows those that are left out.
fn of_each(report: &Report, command: &str, part: impl Fn(&LandscapeAudit, &str) -> String) -> String {
    let all = &report.audits;
    let mut out = String::new();
    for (n, (landscape, audit)) in all.iter().enumerate().take(MAX_LANDSCAPES) {
        let title = landscape_title(landscape, false, report, str::to_owned, plain_words);
        let text = part(audit, &title);
        if all.len() == 1 {
            return text;
        }
        let open = if n < UNFOLDED { " open" } else { "" };
        out.push_str(&format!(
            "<details{open}><summary><strong>{}</strong></summary>\n{text}</details>\n",
            name(&title)
        ));
    }
    if all.len() > MAX_LANDSCAPES {
        let more = counted(all.len() - MAX_LANDSCAPES, "landscape is", "landscapes are");
        out.push_str(&format!(
            "<p class=\"soft\">{more} not shown: <code>buttress {command}</code> shows the landscape of the directories that it is given.</p>\n"
        ));
    }
    out
}
