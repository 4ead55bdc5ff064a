//! `buttress report`

use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};

use super::input::{InputArguments, Order};
use super::{Answer, Process};
use crate::check::Session;
use crate::render::Look;
use crate::render::practices::{PracticeFormat, practices};
use crate::report::practices::PracticeReport;
use crate::rule::framework::Framework;

/// Report by the practices of a framework: met, broken, undecided
///
/// A practice is broken if a rule that speaks of it has a finding. It is met if every rule that
/// speaks of it was asked, nothing is unknown, and at least one resource passed. It is undecided
/// if a verdict is unknown, a rule was not asked (some need a plan), or a finding is accepted.
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub(super) struct ReportArguments {
    #[command(flatten)]
    input: InputArguments,
    /// The list of practices
    #[arg(long, value_parser = framework())]
    framework: Framework,
    /// Format of the report
    #[arg(long, value_enum, default_value_t = PracticeFormat::Human)]
    format: PracticeFormat,
    /// List every practice and every rule behind it
    #[arg(long)]
    all: bool,
}

/// The name of a framework.
fn framework() -> impl TypedValueParser<Value = Framework> {
    let names: Vec<&'static str> = Framework::all().iter().map(|framework| framework.id).collect();
    PossibleValuesParser::new(names)
        .try_map(|name| Framework::all().into_iter().find(|framework| framework.id == name).ok_or("unknown"))
}

pub(super) fn run(arguments: ReportArguments, order: &Order, look: Look, process: &Process) -> Answer {
    let ReportArguments { input, framework, format, all } = arguments;
    let settings = input.settings(order, process);
    let report = Session::embedded().watched(process.progress.clone()).check(&settings);
    let report = PracticeReport::new(report, framework);
    let code = if report.report.is_incomplete() { 2 } else { 0 };
    Answer { stdout: practices(&report, format, all, look), code, ..Answer::default() }
}
