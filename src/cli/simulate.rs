//! `buttress simulate`

use clap::Args;

use super::input::InputArguments;
use super::{Answer, Process};
use crate::check::Session;
use crate::render::simulation::{SimulationFormat, simulation};
use crate::render::{Look, clean};

#[derive(Debug, Args)]
pub(super) struct SimulateArguments {
    #[command(flatten)]
    input: InputArguments,
    /// Format of the result
    #[arg(long, value_enum, default_value_t = SimulationFormat::Human)]
    format: SimulationFormat,
    /// Lose only this: `zone:NAME`, `region:NAME` or `node:ADDRESS` (repeatable; each is lost alone)
    #[arg(long, value_name = "FAILURE")]
    lose: Vec<String>,
}

pub(super) fn run(
    arguments: SimulateArguments,
    order: &super::input::Order,
    look: Look,
    process: &Process,
) -> Answer {
    let SimulateArguments { input, format, lose } = arguments;
    let report = Session::embedded().simulate(&input.settings(order, process), &lose);
    let code = if report.is_incomplete() || !report.not_found.is_empty() { 2 } else { 0 };
    let mut answer = Answer { stdout: simulation(&report, format, look), code, ..Answer::default() };
    if format != SimulationFormat::Human {
        for (id, near) in &report.not_found {
            let near = near.as_ref().map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
            answer.stderr.push_str(&format!("error: there is no zone, Region or node `{id}`{near}\n"));
        }
        answer.stderr = clean::output(answer.stderr, look);
    }
    answer
}
