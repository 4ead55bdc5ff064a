//! `buttress merge`

use std::path::{Path, PathBuf};

use clap::Args;

use super::check::date;
use super::detail::DetailArguments;
use super::gates::LimitArguments;
use super::outputs::{OutputArguments, told};
use super::{Answer, Process};
use crate::check::Session;
use crate::diagnostic::Diagnostic;
use crate::facts::{self, FactsFile};
use crate::files::Reader;
use crate::files::read::MAX_PLAN_BYTES;
use crate::render::Look;
use crate::render::report::{Detail, Format};
use crate::settings::{Asked, Date, Settings};

/// Join the parts of a run that `check --export-facts` has left
///
/// The findings are those of one run over everything.
#[derive(Debug, Args)]
pub(super) struct MergeArguments {
    /// The facts of all parts. Those of several repositories with a name for each: `network=network.json`
    #[arg(value_name = "[NAME=]FILE", required = true)]
    files: Vec<PathBuf>,
    #[command(flatten)]
    outputs: OutputArguments,
    #[command(flatten)]
    limits: LimitArguments,
    /// The day by which suppressions end, and by which rules about dates judge; the day of the clock in UTC if it is not given
    #[arg(long, value_name = "DATE", value_parser = date)]
    today: Option<Date>,
    #[command(flatten)]
    detail: DetailArguments,
}

pub(super) fn run(arguments: MergeArguments, look: Look, coloured: bool, process: &Process) -> Answer {
    let MergeArguments { files, outputs, limits, today, detail } = arguments;
    let outputs = match outputs.planned(None) {
        Ok(outputs) => outputs,
        Err(refused) => return refused,
    };
    let detail = match detail.of(outputs.printed()) {
        Ok(detail) => detail,
        Err(refused) => return refused,
    };
    let session = Session::embedded().watched(process.progress.clone());
    let (texts, unread) = read(&files);
    let merged = match facts::merged(&texts, &session.rules().digest(), unread) {
        Ok(merged) => merged,
        Err(problems) => {
            let stderr = problems.iter().map(told).collect();
            return Answer { stderr, code: 2, ..Answer::default() };
        }
    };
    let settings = limits.settings(Settings {
        asked: Asked { today: today.or(process.today), ..merged.settings.asked.clone() },
        audit: outputs.has(Format::Html),
        ..merged.settings.clone()
    });
    let mut report = session.merge(&settings, &merged.incomplete, merged.problems);
    report.hold_to(limits.threshold());
    let advice = detail.advice || report.roots.iter().any(|root| root.shows_advice);
    let mut answer = outputs.answer(&report, look, coloured, Detail { advice, ..detail });
    answer.code = answer.code.max(report.exit_code(limits.threshold()));
    answer
}

/// The texts of the files, and what is wrong with those that cannot be read.
fn read(files: &[PathBuf]) -> (Vec<FactsFile>, Vec<Diagnostic>) {
    let reader = Reader::default();
    let (mut texts, mut problems) = (Vec::with_capacity(files.len()), Vec::new());
    for file in files {
        let (repository, path) = named(file);
        match reader.bytes_of_named(&path, MAX_PLAN_BYTES) {
            // What is not UTF-8 is no JSON either, and is refused as such.
            Ok(bytes) => {
                let text = String::from_utf8_lossy(&bytes).into_owned();
                texts.push(FactsFile { repository, path, text });
            }
            Err(refusal) => problems.push(*refusal.problem(&path)),
        }
    }
    (texts, problems)
}

/// `NAME=FILE` with the name of a repository, which is one of a directory. In any other path `=` is a character.
fn named(file: &Path) -> (Option<String>, PathBuf) {
    let is_name = |name: &str| {
        let is_plain = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
        name.chars().all(is_plain) && name.chars().any(char::is_alphanumeric)
    };
    match file.to_str().and_then(|text| text.split_once('=')) {
        Some((name, path)) if is_name(name) && !path.is_empty() => (Some(name.to_owned()), path.into()),
        _ => (None, file.to_owned()),
    }
}
