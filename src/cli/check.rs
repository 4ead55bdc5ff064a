//! `buttress check`

use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};

use super::detail::DetailArguments;
use super::gates::GateArguments;
use super::input::{InputArguments, Order};
use super::{Answer, Process, WrittenFile};
use crate::check::Session;
use crate::diagnostic::Severity;
use crate::progress::Progress;
use crate::render::Look;
use crate::render::report::{Detail, Format, ReportPart, render_detail};
use crate::settings::{Date, Peer, Settings, Suppressing};

#[derive(Debug, Args)]
pub(super) struct CheckArguments {
    #[command(flatten)]
    input: InputArguments,
    /// Format of the result
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
    #[command(flatten)]
    gates: GateArguments,
    /// Report everything, also what is suppressed
    #[arg(long)]
    no_ignore: bool,
    /// Let comments for another tool count for the rules that name its checks (repeatable)
    #[arg(long, value_name = "TOOL", value_parser = peer())]
    honour: Vec<Peer>,
    /// The day by which suppressions end; the day of the clock in UTC if it is not given
    #[arg(long, value_name = "DATE", value_parser = date)]
    today: Option<Date>,
    #[command(flatten)]
    detail: DetailArguments,
}

/// The name of a tool.
fn peer() -> impl TypedValueParser<Value = Peer> {
    PossibleValuesParser::new(Peer::ALL.map(Peer::name))
        .try_map(|name| Peer::from_name(&name).ok_or("unknown"))
}

/// `2027-01-31`
fn date(text: &str) -> Result<Date, String> {
    Date::parse(text).ok_or_else(|| "write it as year-month-day: 2027-01-31".to_owned())
}

pub(super) fn run(arguments: CheckArguments, order: &Order, look: Look, process: &Process) -> Answer {
    let CheckArguments { input, format, gates, no_ignore, today, honour, detail } = arguments;
    let threshold = gates.threshold();
    let detail = match detail.of(format) {
        Ok(detail) => detail,
        Err(refused) => return refused,
    };
    let advice = detail.advice || threshold.fail_on == Some(Severity::Advice);
    let detail = Detail { advice, ..detail };
    // Who wants no more than findings wants no progress.
    let is_quiet = detail.part == ReportPart::Findings;
    let progress = if is_quiet { Progress::default() } else { process.progress.clone() };
    let suppressing = Suppressing { off: no_ignore, today: today.or(process.today), honour };
    let settings = gates.settings(Settings { suppressing, ..input.settings(order, process) });
    let mut report = Session::embedded().watched(progress).check(&settings);
    let text = report.baseline.as_mut().and_then(|baseline| baseline.text.take());
    let baseline = settings.baseline.zip(text).map(|(option, text)| WrittenFile { path: option.file, text });
    Answer {
        stdout: render_detail(&report, format, look, detail),
        files: baseline.into_iter().collect(),
        code: report.exit_code(threshold),
        ..Answer::default()
    }
}
