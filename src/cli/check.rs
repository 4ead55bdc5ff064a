//! `buttress check`

use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};

use super::detail::DetailArguments;
use super::fixing::{self, FixArguments};
use super::gates::GateArguments;
use super::input::{InputArguments, Order};
use super::outputs::OutputArguments;
use super::{Answer, Process, WrittenFile};
use crate::check::Session;
use crate::programs::ModuleProgram;
use crate::progress::Progress;
use crate::render::report::{Detail, Format, ReportPart};
use crate::render::tables::configs;
use crate::render::{Look, directories};
use crate::settings::{Date, Fetching, Peer, Settings, Suppressing};

#[derive(Debug, Args)]
pub(super) struct CheckArguments {
    #[command(flatten)]
    input: InputArguments,
    #[command(flatten)]
    outputs: OutputArguments,
    #[command(flatten)]
    gates: GateArguments,
    /// First fetch modules that are not there: runs `terraform get` (or `tofu get`, if that is what you have or name) in each root
    /// module that lacks some, with your environment; it is shown before it runs, and writes `.terraform/modules` there
    #[arg(long, value_name = "PROGRAM", num_args = 0..=1, require_equals = true, value_parser = program())]
    get: Option<Option<ModuleProgram>>,
    /// Report everything, also what is suppressed
    #[arg(long)]
    no_ignore: bool,
    /// Let comments for another tool count for the rules that name its checks (repeatable)
    #[arg(long, value_name = "TOOL", value_parser = peer())]
    honour: Vec<Peer>,
    /// The day by which suppressions end; the day of the clock in UTC if it is not given
    #[arg(long, value_name = "DATE", value_parser = date)]
    today: Option<Date>,
    /// Check nothing: list each directory with configuration, what it is taken for, and why
    #[arg(long)]
    show_roots: bool,
    #[command(flatten)]
    detail: DetailArguments,
    #[command(flatten)]
    fix: FixArguments,
    /// Show every setting with its value and where it comes from, and check nothing
    #[arg(long)]
    show_config: bool,
}

/// The name of a program that fetches modules.
fn program() -> impl TypedValueParser<Value = ModuleProgram> {
    PossibleValuesParser::new(ModuleProgram::ALL.map(ModuleProgram::name)).try_map(|name| {
        ModuleProgram::ALL.into_iter().find(|program| program.name() == name).ok_or("unknown")
    })
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

/// `coloured`: whether text for people is coloured in files too.
pub(super) fn run(
    arguments: CheckArguments,
    order: &Order,
    look: Look,
    coloured: bool,
    process: &Process,
) -> Answer {
    let CheckArguments {
        input,
        outputs,
        gates,
        get,
        no_ignore,
        today,
        honour,
        show_roots,
        detail,
        fix,
        show_config,
    } = arguments;
    let threshold = gates.threshold();
    let outputs = match outputs.planned(gates.written_baseline()) {
        Ok(outputs) => outputs,
        Err(refused) => return refused,
    };
    let detail = match detail.of(outputs.printed()) {
        Ok(detail) => detail,
        Err(refused) => return refused,
    };
    // Who wants no more than findings wants no progress.
    let is_quiet = detail.part == ReportPart::Findings;
    let progress = if is_quiet { Progress::default() } else { process.progress.clone() };
    let suppressing = Suppressing { off: no_ignore, today: today.or(process.today), honour };
    let fixing = fix.fixing(detail.advice);
    let settings = gates.settings(Settings {
        suppressing,
        audit: outputs.has(Format::Html),
        fixing,
        fetching: get.map_or(Fetching::Never, Fetching::With),
        review: outputs.show_review(),
        ..input.settings(order, process)
    });
    let session = Session::embedded().watched(progress).telling(process.tell);
    if show_roots {
        let report = session.directories(&settings);
        let stdout = directories::render(&report, outputs.format == Format::Json, look);
        return Answer { stdout, code: if report.is_incomplete() { 2 } else { 0 }, ..Answer::default() };
    }
    if show_config {
        let shown = session.show_config(&settings);
        let code = if shown.report.is_incomplete() { 2 } else { 0 };
        return Answer { stdout: configs(&shown, look), code, ..Answer::default() };
    }
    let mut report = session.check(&settings);
    report.hold_to(threshold);
    let advice = detail.advice || report.roots.iter().any(|root| root.shows_advice);
    let detail = Detail { advice, ..detail };
    let text = report.baseline.as_mut().and_then(|baseline| baseline.text.take());
    let baseline = settings.baseline.zip(text).map(|(option, text)| WrittenFile { path: option.file, text });
    let diff = fixing::diff(&report, settings.fixing, &outputs, look);
    let mut answer = outputs.answer(&report, look, coloured, detail);
    answer.stderr.push_str(&fixing::summary(&report, settings.fixing, diff.is_some(), look));
    answer.stdout = diff.unwrap_or(answer.stdout);
    answer.files.extend(baseline);
    let code = fixing::code(&report, settings.fixing).unwrap_or_else(|| report.exit_code(threshold));
    answer.code = answer.code.max(code);
    answer.edits = fixing::files(&mut report, settings.fixing);
    answer
}
