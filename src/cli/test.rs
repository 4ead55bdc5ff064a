//! `buttress test`

use std::path::PathBuf;

use clap::Args;

use super::Answer;
use crate::check::Session;
use crate::render::Look;
use crate::render::tables::tested;

#[derive(Debug, Args)]
pub(super) struct TestArguments {
    /// Directories with rules of your own, or files with some
    #[arg(value_name = "PATH", required = true)]
    paths: Vec<PathBuf>,
}

pub(super) fn run(arguments: &TestArguments, look: Look) -> Answer {
    let report = Session::embedded().test(&arguments.paths);
    Answer { stdout: tested(&report, look), code: report.exit_code(), ..Answer::default() }
}
