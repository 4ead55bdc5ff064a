//! `buttress check`

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};

use super::detail::DetailArguments;
use super::fixing::{self, FixArguments};
use super::gates::GateArguments;
use super::input::{InputArguments, Order};
use super::outputs::{OutputArguments, told};
use super::{Answer, Process, WrittenFile};
use crate::check::Session;
use crate::facts::{self, PartSummary};
use crate::files::discover::is_configuration;
use crate::files::part::RunPart;
use crate::files::recorded::Recorder;
use crate::files::system::FileKind;
use crate::files::{Disk, Reader};
use crate::programs::ModuleProgram;
use crate::progress::Progress;
use crate::render::report::{Detail, Format, ReportPart};
use crate::render::tables::{configs, configs_json};
use crate::render::{Look, directories};
use crate::report::Report;
use crate::settings::{Date, Fetching, Peer, Settings, Suppressing};

#[derive(Debug, Args)]
pub(super) struct CheckArguments {
    #[command(flatten)]
    input: InputArguments,
    #[command(flatten)]
    outputs: OutputArguments,
    #[command(flatten)]
    gates: GateArguments,
    /// Judge only this part of the root modules: `2/5` is the second of five. All of them are read, and every root module is in one
    /// part. What root modules of other parts decide stays unknown
    #[arg(long, value_name = "I/N", value_parser = RunPart::parse, conflicts_with_all = ["since", "regressions", "only_changed", "source", "write_baseline"])]
    partition: Option<RunPart>,
    /// Write what `merge` needs of this part of a run to a file: the configuration that was read, without secrets
    #[arg(long, value_name = "FILE", conflicts_with_all = ["show_roots", "show_config", "write_baseline"])]
    export_facts: Option<PathBuf>,
    /// First fetch modules that are not there: runs `terraform get` (or `tofu get`, if that is what you have or name) in each root
    /// module that lacks some, with your environment; it is shown before it runs, and writes `.terraform/modules` there
    #[arg(long, value_name = "PROGRAM", num_args = 0..=1, require_equals = true, value_parser = program())]
    get: Option<Option<ModuleProgram>>,
    /// How long `--get` may take in one directory before it is stopped, in seconds
    #[arg(long, value_name = "SECONDS", requires = "get", default_value_t = 300, value_parser = clap::value_parser!(u64).range(1..))]
    get_timeout: u64,
    /// Report everything, also what is suppressed
    #[arg(long)]
    no_ignore: bool,
    /// Let comments for another tool count for the rules that name its checks (repeatable, or with commas)
    #[arg(long, value_name = "TOOL", value_delimiter = ',', value_parser = peer())]
    honour: Vec<Peer>,
    /// The day by which suppressions end, and by which rules about dates judge; the day of the clock in UTC if it is not given
    #[arg(long, value_name = "DATE", value_parser = date)]
    today: Option<Date>,
    /// Check nothing: list each directory with configuration, what it is taken for, and why
    #[arg(long, conflicts_with = "output")]
    show_roots: bool,
    #[command(flatten)]
    detail: DetailArguments,
    #[command(flatten)]
    fix: FixArguments,
    /// Show every setting with its value and where it comes from, and check nothing
    #[arg(long, conflicts_with = "output")]
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
pub(super) fn date(text: &str) -> Result<Date, String> {
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
        partition,
        export_facts,
        get,
        get_timeout,
        no_ignore,
        today,
        honour,
        show_roots,
        detail,
        fix,
        show_config,
    } = arguments;
    let threshold = gates.limits.threshold();
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
    let suppressing = Suppressing { off: no_ignore, honour };
    let fixing = fix.fixing(detail.advice);
    let mut asked = input.settings(order, process);
    asked.asked.today = today.or(asked.asked.today);
    let mut settings = gates.settings(Settings {
        suppressing,
        audit: outputs.has(Format::Html),
        fixing,
        fetching: get
            .map_or(Fetching::Never, |program| Fetching::With(program, Duration::from_secs(get_timeout))),
        review: outputs.show_review(),
        part: partition,
        ..asked
    });
    let is_part = partition.is_some() || export_facts.is_some();
    let is_plan = |path: &PathBuf| {
        let is_file = Reader::default().kind_of_named(path).is_ok_and(|kind| kind == FileKind::File);
        path.as_os_str() == "-" || is_file && !is_configuration(path)
    };
    let has_plans = settings.paths.iter().any(is_plan);
    if let Some(refused) = is_part.then(|| facts::refused(&settings, has_plans)).flatten() {
        return Answer { stderr: told(&refused), code: 2, ..Answer::default() };
    }
    let export = export_facts.map(|file| FactsExport::new(file, &mut settings));
    let session = Session::embedded().watched(progress).telling(process.tell);
    let listing = if show_roots { Some("--show-roots") } else { show_config.then_some("--show-config") };
    if let Some(refused) = listing.and_then(|option| outputs.refused_by(option)) {
        return refused;
    }
    let is_json = outputs.format == Format::Json;
    if show_roots {
        let report = session.directories(&settings);
        let stdout = directories::render(&report, is_json, look);
        return Answer { stdout, code: if report.is_incomplete() { 2 } else { 0 }, ..Answer::default() };
    }
    if show_config {
        let shown = session.show_config(&settings);
        let code = if shown.report.is_incomplete() { 2 } else { 0 };
        let stdout = if is_json { configs_json(&shown, look) } else { configs(&shown, look) };
        return Answer { stdout, code, ..Answer::default() };
    }
    let mut report = session.check(&settings);
    report.hold_to(threshold);
    let advice = detail.advice || report.roots.iter().any(|root| root.shows_advice);
    let detail = Detail { advice, ..detail };
    let text = report.baseline.as_mut().and_then(|baseline| baseline.text.take());
    let baseline =
        settings.baseline.clone().zip(text).map(|(option, text)| WrittenFile { path: option.file, text });
    let diff = fixing::diff(&report, settings.fixing, &outputs, look);
    let mut answer = outputs.answer(&report, look, coloured, detail);
    answer.stderr.push_str(&fixing::summary(&report, settings.fixing, diff.is_some(), look));
    answer.stdout = diff.unwrap_or(answer.stdout);
    answer.files.extend(baseline);
    let code = fixing::code(&report, settings.fixing).unwrap_or_else(|| report.exit_code(threshold));
    answer.code = answer.code.max(code);
    answer.files.extend(export.map(|export| export.written(&settings, &session, &report)));
    answer.edits = fixing::files(&mut report, settings.fixing);
    answer
}

/// The facts of a run on their way to a file.
struct FactsExport {
    file: PathBuf,
    recorder: Arc<Recorder>,
    /// The working directory and the repository around it.
    here: PathBuf,
    top: PathBuf,
}

impl FactsExport {
    /// Has everything recorded that a run with these settings reads.
    fn new(file: PathBuf, settings: &mut Settings) -> Self {
        let mut reader = Reader::default();
        let here = PathBuf::from(".");
        // Who may not read the working directory names everything by absolute paths.
        let _permitted = reader.permit(&here);
        let top = reader.repository_of(&here);
        let here = reader.real_or_absolute(&here).unwrap_or(here);
        let top = top.unwrap_or_else(|| here.clone());
        let part = settings.part.unwrap_or(RunPart::WHOLE);
        let recorder = Arc::new(Recorder::new(Arc::new(Disk), top.clone(), part));
        settings.system = Some(recorder.clone());
        Self { file, recorder, here, top }
    }

    fn written(self, settings: &Settings, session: &Session, report: &Report) -> WrittenFile {
        let mut roots: Vec<String> = report.roots.iter().map(|root| root.place.clone()).collect();
        roots.dedup();
        let summary = PartSummary {
            part: settings.part.unwrap_or(RunPart::WHOLE),
            rules: session.rules().digest(),
            is_incomplete: report.is_incomplete(),
            unknown: report.unknown.len(),
            roots,
        };
        let recording = self.recorder.recording();
        WrittenFile {
            path: self.file,
            text: facts::written(recording, settings, (&self.here, &self.top), &summary),
        }
    }
}
