//! `buttress check`

use std::path::PathBuf;

use clap::{ArgMatches, Args};

use super::Answer;
use crate::check::Session;
use crate::diagnostic::Severity;
use crate::render::Look;
use crate::render::report::{Format, render};
use crate::settings::{Assigned, Gates, Settings, ValueSources};

#[derive(Debug, Args)]
pub(super) struct CheckArguments {
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
    /// A value of a variable; may be given several times, and of several values and files the last one wins
    #[arg(long, value_name = "NAME=VALUE", value_parser = assignment)]
    var: Vec<(String, String)>,
    /// A file of variable values that stands for an environment: every root module is checked once for each, and findings say
    /// in which environments they hold
    #[arg(long, value_name = "FILE")]
    env_file: Vec<PathBuf>,
    /// Also take values from `TF_VAR_name` in the environment of the process, as Terraform does
    #[arg(long)]
    env_vars: bool,
    /// Report only what a plan introduces; what was so before is counted, and what the plan mends is named
    #[arg(long)]
    regressions: bool,
    /// Report only what is about resources that a plan changes, or that are connected to one
    #[arg(long)]
    only_changed: bool,
    /// A directory with copies of modules, searched where `terraform init` has not been run
    #[arg(long, value_name = "DIR")]
    module_dir: Vec<PathBuf>,
    /// The root module that the plans were made of, at the same commit: findings then have its lines, and origins are exact
    #[arg(long, value_name = "DIR")]
    source: Option<PathBuf>,
}

/// `name=value`
fn assignment(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.trim().is_empty() => Ok((name.trim().to_owned(), value.to_owned())),
        _ => Err("write it as name=value".to_owned()),
    }
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

impl CheckArguments {
    /// The settings for these arguments. `process` are the `TF_VAR_*` variables of the process.
    fn settings(self, order: &Order, process: &[(String, String)]) -> Settings {
        Settings {
            paths: self.paths,
            values: ValueSources {
                process: if self.env_vars { process.to_vec() } else { Vec::new() },
                files: self.var_file,
                environments: self.env_file,
                assigned: self
                    .var
                    .into_iter()
                    .zip(order.after.iter().copied().chain(std::iter::repeat(usize::MAX)))
                    .map(|((name, text), after)| Assigned { name, text, after })
                    .collect(),
            },
            module_dirs: self.module_dir,
            source: self.source,
            gates: Gates { regressions: self.regressions, only_changed: self.only_changed },
        }
    }
}

/// The order of `--var` and `--var-file` on the command line.
#[derive(Debug, Default)]
pub(super) struct Order {
    /// For each `--var`, how many `--var-file` precede it.
    after: Vec<usize>,
}

impl Order {
    /// Reads the order from the matches of `check`.
    pub(super) fn of(matches: &ArgMatches) -> Self {
        let places = |name: &str| matches.indices_of(name).into_iter().flatten().collect::<Vec<usize>>();
        let files = places("var_file");
        let before = |place: usize| files.iter().filter(|file| **file < place).count();
        Self { after: places("var").into_iter().map(before).collect() }
    }
}

pub(super) fn run(
    arguments: CheckArguments,
    order: &Order,
    look: Look,
    process: &[(String, String)],
) -> Answer {
    let format = arguments.format;
    let fail_on = match arguments.fail_on {
        FailOn::Error => Some(Severity::Error),
        FailOn::Warning => Some(Severity::Warning),
        FailOn::Advice => Some(Severity::Advice),
        FailOn::Never => None,
    };
    let report = Session::embedded().check(&arguments.settings(order, process));
    Answer { stdout: render(&report, format, look), stderr: String::new(), code: report.exit_code(fail_on) }
}
