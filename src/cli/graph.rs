//! `buttress graph`

use clap::Args;

use super::input::{InputArguments, Order};
use super::{Answer, Process};
use crate::check::Session;
use crate::render::drawing::{DrawingFormat, drawing, nothing_drawn};
use crate::render::report::{Format, render};
use crate::render::{Look, clean};
use crate::settings::Picture;

#[derive(Debug, Args)]
pub(super) struct GraphArguments {
    #[command(flatten)]
    input: InputArguments,
    /// Format of the drawing
    #[arg(long, value_enum, default_value_t = DrawingFormat::Mermaid)]
    format: DrawingFormat,
    /// Part of the graph to show (repeatable); by default requests, events and data
    #[arg(long, value_enum, value_name = "VIEW")]
    view: Vec<GraphView>,
    /// Show only nodes from which this address is reachable or that are reachable from it; a module stands for all that is in it
    #[arg(long, value_name = "ADDRESS")]
    focus: Option<String>,
    /// Draw every node; by default, more than 60 nodes are drawn as modules and types
    #[arg(long)]
    all: bool,
}

/// A part of the graph.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum GraphView {
    /// Calls that wait for an answer.
    Request,
    /// Work that is sent without waiting.
    Event,
    /// Replicas, backups and mounts.
    Data,
    /// Subnets, routes and clusters.
    Support,
    /// What watches, logs and records what.
    Evidence,
    /// Calls that security groups and roles let through, of which nothing says that they are made.
    Possible,
}

impl GraphView {
    const fn name(self) -> &'static str {
        match self {
            Self::Request => "request",
            Self::Event => "event",
            Self::Data => "data",
            Self::Support => "support",
            Self::Evidence => "evidence",
            Self::Possible => "possible",
        }
    }
}

pub(super) fn run(arguments: GraphArguments, order: &Order, look: Look, process: &Process) -> Answer {
    let GraphArguments { input, format, view, focus, all } = arguments;
    let standard = Picture::standard();
    let asked: Vec<String> = view.into_iter().map(|view| view.name().to_owned()).collect();
    let picture = Picture { views: if asked.is_empty() { standard.views } else { asked }, focus, whole: all };
    let report = Session::embedded().draw(&input.settings(order, process), &picture);
    let code = if report.report.is_incomplete() || report.not_found.is_some() { 2 } else { 0 };
    let mut stderr = match report.report.diagnostics.is_empty() {
        true => String::new(),
        false => render(&report.report, Format::Human, look),
    };
    if let Some((address, near)) = &report.not_found {
        let near = near.as_ref().map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
        stderr.push_str(&clean::output(format!("error: there is no node `{address}`{near}\n"), look));
    }
    stderr.push_str(&nothing_drawn(&report, &picture, look));
    Answer { stdout: drawing(&report, format, look), stderr, code, ..Answer::default() }
}
