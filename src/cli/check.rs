//! `buttress check`

use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};

use super::detail::DetailArguments;
use super::input::{InputArguments, Order};
use super::{Answer, Process};
use crate::check::Session;
use crate::diagnostic::Severity;
use crate::progress::Progress;
use crate::render::Look;
use crate::render::report::{Detail, Format, ReportPart, render_detail};
use crate::settings::{Date, Gates, Peer, Settings, Suppressing};

#[derive(Debug, Args)]
pub(super) struct CheckArguments {
    #[command(flatten)]
    input: InputArguments,
    /// Format of the result
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
    /// Exit with code 1 if a finding has at least this severity
    #[arg(long, value_enum, default_value_t = FailOn::Error, value_name = "LEVEL")]
    fail_on: FailOn,
    /// Report only findings that the plan introduces; list those it fixes, count those it leaves
    #[arg(long)]
    regressions: bool,
    /// Report only findings on resources that the plan changes and on their direct neighbours
    #[arg(long)]
    only_changed: bool,
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

/// The lowest severity that makes the exit code 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum FailOn {
    /// Errors.
    Error,
    /// Errors and warnings.
    Warning,
    /// Any finding.
    Advice,
    /// No finding.
    Never,
}

impl CheckArguments {
    /// The settings that these arguments ask for.
    fn settings(self, order: &Order, process: &Process) -> Settings {
        let gates = Gates { regressions: self.regressions, only_changed: self.only_changed };
        let today = self.today.or(process.today);
        let suppressing = Suppressing { off: self.no_ignore, today, honour: self.honour };
        Settings { gates, suppressing, ..self.input.settings(order, process) }
    }
}

pub(super) fn run(arguments: CheckArguments, order: &Order, look: Look, process: &Process) -> Answer {
    let format = arguments.format;
    let fail_on = match arguments.fail_on {
        FailOn::Error => Some(Severity::Error),
        FailOn::Warning => Some(Severity::Warning),
        FailOn::Advice => Some(Severity::Advice),
        FailOn::Never => None,
    };
    let detail = match arguments.detail.of(format) {
        Ok(detail) => detail,
        Err(refused) => return refused,
    };
    let detail = Detail { advice: detail.advice || arguments.fail_on == FailOn::Advice, ..detail };
    // Who wants no more than findings wants no progress.
    let is_quiet = detail.part == ReportPart::Findings;
    let progress = if is_quiet { Progress::default() } else { process.progress.clone() };
    let report = Session::embedded().watched(progress).check(&arguments.settings(order, process));
    Answer {
        stdout: render_detail(&report, format, look, detail),
        stderr: String::new(),
        code: report.exit_code(fail_on),
    }
}
