//! What fails a check, and what is accepted.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::diagnostic::Severity;
use crate::report::Threshold;
use crate::settings::{BaselineOption, Gates, Settings, UnknownPolicy};

#[derive(Debug, Args)]
pub(super) struct GateArguments {
    /// Exit with code 1 if a finding has at least this severity
    #[arg(long, value_enum, default_value_t = FailOn::Error, value_name = "LEVEL")]
    fail_on: FailOn,
    /// Exit with code 1 if there are more findings than this, whatever their severity: instances of one count once
    #[arg(long, value_name = "N")]
    max_findings: Option<usize>,
    /// What becomes of verdicts that are unknown
    #[arg(long, value_enum, default_value_t = UnknownChoice::Report, value_name = "POLICY")]
    unknown: UnknownChoice,
    /// Report only findings that are not in this file
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,
    /// Write everything that is found to this file: from now on it is accepted with `--baseline`
    #[arg(long, value_name = "FILE", conflicts_with_all = ["baseline", "regressions", "only_changed"])]
    write_baseline: Option<PathBuf>,
    /// Report only findings that the plan introduces; list those it fixes, count those it leaves
    #[arg(long)]
    regressions: bool,
    /// Report only findings on resources that the plan changes and on their direct neighbours
    #[arg(long)]
    only_changed: bool,
}

/// The lowest severity that makes the exit code 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
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

/// What becomes of unknown verdicts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum UnknownChoice {
    /// Reported, without effect on the exit code.
    Report,
    /// Reported; they fail the run if a finding of their rule would.
    Fail,
    /// Counted only.
    Ignore,
}

impl GateArguments {
    /// What fails the run.
    pub(super) fn threshold(&self) -> Threshold {
        let fail_on = match self.fail_on {
            FailOn::Error => Some(Severity::Error),
            FailOn::Warning => Some(Severity::Warning),
            FailOn::Advice => Some(Severity::Advice),
            FailOn::Never => None,
        };
        Threshold { fail_on, unknown: self.unknown == UnknownChoice::Fail, max_findings: self.max_findings }
    }

    /// Adds to the settings what these arguments ask for.
    pub(super) fn settings(self, settings: Settings) -> Settings {
        let read = self.baseline.map(|file| BaselineOption { file, write: false });
        let written = self.write_baseline.map(|file| BaselineOption { file, write: true });
        Settings {
            gates: Gates { regressions: self.regressions, only_changed: self.only_changed },
            baseline: written.or(read),
            unknown: match self.unknown {
                UnknownChoice::Report => UnknownPolicy::Report,
                UnknownChoice::Fail => UnknownPolicy::Fail,
                UnknownChoice::Ignore => UnknownPolicy::Ignore,
            },
            ..settings
        }
    }
}
