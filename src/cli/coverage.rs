//! `buttress coverage`

use clap::Args;

use super::input::{InputArguments, Order};
use super::{Answer, Process};
use crate::check::Session;
use crate::render::Look;
use crate::render::coverage::{CoverageFormat, coverage};

#[derive(Debug, Args)]
pub(super) struct CoverageArguments {
    #[command(flatten)]
    input: InputArguments,
    /// Output format
    #[arg(long, value_enum, default_value_t = CoverageFormat::Human)]
    format: CoverageFormat,
}

pub(super) fn run(arguments: CoverageArguments, order: &Order, look: Look, process: &Process) -> Answer {
    let CoverageArguments { input, format } = arguments;
    let report = Session::embedded().coverage(&input.settings(order, process));
    let code = if report.report.is_incomplete() { 2 } else { 0 };
    Answer { stdout: coverage(&report, format, look), code, ..Answer::default() }
}
