//! What fails a check, and what is accepted.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use crate::report::Threshold;
use crate::settings::{Asked, BaselineOption, FailOn, Gates, Settings, UnknownPolicy};

#[derive(Debug, Args)]
pub(super) struct GateArguments {
    #[command(flatten)]
    pub(super) limits: LimitArguments,
    /// Report only findings that are not in this file
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,
    /// Write everything that is found to this file: from now on it is accepted with `--baseline`
    #[arg(long, value_name = "FILE", conflicts_with_all = ["baseline", "since", "regressions", "only_changed"])]
    write_baseline: Option<PathBuf>,
    /// Report only findings that are new since this revision of the git repository; list those that are fixed, count those that are
    /// left. Only root modules that the change touches, or affects through what others tell, are checked
    #[arg(long, value_name = "REV")]
    since: Option<String>,
    /// Report only findings that the plan introduces; list those it fixes, count those it leaves
    #[arg(long)]
    regressions: bool,
    /// Report only findings on resources that the change touches and on their direct neighbours
    #[arg(long)]
    only_changed: bool,
}

/// How many findings, and which, fail a run.
#[derive(Debug, Args)]
pub(super) struct LimitArguments {
    /// Exit with code 1 if a finding has at least this severity [default: `error`, or what the config says]
    #[arg(long, value_enum, value_name = "LEVEL")]
    fail_on: Option<Limit>,
    /// Exit with code 1 if there are more findings than this, whatever their severity: instances of one count once
    #[arg(long, value_name = "N")]
    max_findings: Option<usize>,
    /// What becomes of verdicts that are unknown
    #[arg(long, value_enum, default_value_t = UnknownChoice::Report, value_name = "POLICY")]
    unknown: UnknownChoice,
}

/// The lowest severity that makes the exit code 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Limit {
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

impl LimitArguments {
    /// What fails the run.
    pub(super) fn threshold(&self) -> Threshold {
        Threshold {
            fail_on: self.fail_on(),
            unknown: self.unknown == UnknownChoice::Fail,
            max_findings: self.max_findings,
        }
    }

    /// The same settings with these limits.
    pub(super) fn settings(&self, settings: Settings) -> Settings {
        Settings {
            asked: Asked { fail_on: self.fail_on(), ..settings.asked },
            unknown: match self.unknown {
                UnknownChoice::Report => UnknownPolicy::Report,
                UnknownChoice::Fail => UnknownPolicy::Fail,
                UnknownChoice::Ignore => UnknownPolicy::Ignore,
            },
            ..settings
        }
    }

    fn fail_on(&self) -> Option<FailOn> {
        Some(match self.fail_on? {
            Limit::Error => FailOn::Error,
            Limit::Warning => FailOn::Warning,
            Limit::Advice => FailOn::Advice,
            Limit::Never => FailOn::Never,
        })
    }
}

impl GateArguments {
    /// The file that becomes the new baseline.
    pub(super) fn written_baseline(&self) -> Option<&Path> {
        self.write_baseline.as_deref()
    }

    /// Adds to the settings what these arguments ask for.
    pub(super) fn settings(self, settings: Settings) -> Settings {
        let read = self.baseline.map(|file| BaselineOption { file, write: false });
        let written = self.write_baseline.map(|file| BaselineOption { file, write: true });
        Settings {
            gates: Gates {
                regressions: self.regressions || self.since.is_some(),
                only_changed: self.only_changed,
            },
            since: self.since,
            baseline: written.or(read),
            ..self.limits.settings(settings)
        }
    }
}
