//! `buttress check`

use std::path::PathBuf;

use clap::Args;

use super::Answer;
use crate::check::{Options, check};
use crate::render::{Format, Look, render};
use crate::rule::{Level, RuleSet};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Directories with Terraform files, plans as JSON, or `-` for a plan on standard input
    #[arg(value_name = "PATH", default_value = ".")]
    paths: Vec<PathBuf>,
    /// How to show the result
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
    /// Exit with 1 if a finding is at least this bad
    #[arg(long, value_enum, default_value_t = FailOn::Error, value_name = "LEVEL")]
    fail_on: FailOn,
    /// A file of variable values for every root module; may be given several times, the last one wins
    #[arg(long, value_name = "FILE")]
    var_file: Vec<PathBuf>,
}

/// The least level that makes the exit code 1.
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

pub(super) fn run(arguments: Arguments, look: Look) -> Answer {
    let options = Options { paths: arguments.paths, var_files: arguments.var_file };
    let report = check(&options, RuleSet::embedded());
    let fail_on = match arguments.fail_on {
        FailOn::Error => Some(Level::Error),
        FailOn::Warning => Some(Level::Warning),
        FailOn::Advice => Some(Level::Advice),
        FailOn::Never => None,
    };
    Answer {
        stdout: render(&report, arguments.format, look),
        stderr: String::new(),
        code: report.exit_code(fail_on),
    }
}
