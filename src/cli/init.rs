//! `buttress init`

use std::path::{Path, PathBuf};

use clap::Args;

use super::{Answer, Process, WrittenFile, outputs};
use crate::check::{Initialised, Session};
use crate::diagnostic::{Diagnostic, Severity};
use crate::files::system::FileKind;
use crate::files::write::Replacement;
use crate::files::{Reader, Refusal};
use crate::render::{Look, proposal};

/// The name of a config.
const NAME: &str = "buttress.hcl";

#[derive(Debug, Args)]
pub(super) struct InitArguments {
    /// The directory that the config is for: what is in and below it is looked at. `-` looks at the working directory and prints
    #[arg(value_name = "DIR", default_value = ".")]
    directory: PathBuf,
    /// Print the config and write nothing
    #[arg(long)]
    stdout: bool,
    /// Make comments for checkov, KICS, tfsec and trivy comments for buttress, with their reasons, where a rule is about their check
    #[arg(long, conflicts_with = "stdout")]
    convert: bool,
}

pub(super) fn run(arguments: &InitArguments, look: Look, process: &Process) -> Answer {
    let is_stream = arguments.directory == Path::new("-");
    let directory = if is_stream { Path::new(".") } else { &arguments.directory };
    let prints = arguments.stdout || is_stream;
    let file = if directory == Path::new(".") { PathBuf::from(NAME) } else { directory.join(NAME) };
    let reader = Reader::default();
    let is_there = !matches!(reader.kind_of_named(&file), Err(Refusal::Missing { behind_link: false }));
    match reader.kind_of_named(directory) {
        Ok(FileKind::Directory) => {}
        Err(refusal) if refusal.is_by_rule() => return refused(&refusal.problem(directory)),
        _ => {
            let message = format!("there is no directory `{}`", directory.display());
            let help = "name the directory that the config is for; without one it is the working directory";
            return refused(&Diagnostic::error("input/missing", message).help(help));
        }
    }
    if is_there && !prints && !arguments.convert {
        let message = format!("`{}` is there already and is not overwritten", file.display());
        let problem = Diagnostic::error("output/exists", message).help(
            "edit it: `buttress check --show-config` tells what holds; `buttress init --stdout` prints what would be written",
        );
        return refused(&problem);
    }
    let session = Session::embedded().watched(process.progress.clone());
    let Initialised { report, proposal, files } = session.init(directory, arguments.convert);
    let text = proposal::config(&proposal);
    let mut answer = Answer { code: if report.is_incomplete() { 2 } else { 0 }, ..Answer::default() };
    for problem in report.problems().filter(|problem| problem.severity == Severity::Error) {
        answer.stderr.push_str(&outputs::told(problem));
    }
    if prints {
        answer.stdout = text;
        return answer;
    }
    answer.stdout = proposal::told(&proposal, arguments.convert, look);
    answer.edits = files
        .into_iter()
        .map(|file| Replacement { path: file.path, real: file.real, before: file.before, after: file.after })
        .collect();
    if !is_there {
        answer.files.push(WrittenFile { path: file, text });
    }
    answer
}

fn refused(problem: &Diagnostic) -> Answer {
    Answer { stderr: outputs::told(problem), code: 2, ..Answer::default() }
}
