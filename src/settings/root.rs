//! Settings of one root module or plan: what arguments, a config and defaults say of it, resolved.

use std::path::PathBuf;

use super::{PathPatterns, Peer};
use crate::diagnostic::Severity;
use crate::text::Span;

/// The severity from which findings make the exit code 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FailOn {
    /// Errors.
    #[default]
    Error,
    /// Errors and warnings.
    Warning,
    /// Any finding.
    Advice,
    /// No finding.
    Never,
}

impl FailOn {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Error, Self::Warning, Self::Advice, Self::Never];

    /// The word in options and configs.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Advice => "advice",
            Self::Never => "never",
        }
    }

    /// Whether a finding of this severity makes the exit code 1.
    #[must_use]
    pub fn includes(self, severity: Severity) -> bool {
        let limit = match self {
            Self::Error => Severity::Error,
            Self::Warning => Severity::Warning,
            Self::Advice => Severity::Advice,
            Self::Never => return false,
        };
        severity <= limit
    }
}

/// Where a setting comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SettingOrigin {
    /// An option of the command line.
    Argument(&'static str),
    /// A place in a config.
    Config(Span),
    /// Nobody has said anything.
    Default,
}

/// A setting as it is shown: its name, its value, and where that comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShownSetting {
    pub name: String,
    pub value: String,
    pub origin: SettingOrigin,
}

/// What holds for one root module or plan.
#[derive(Clone, Debug)]
pub struct RootSettings {
    /// From which severity on findings make the exit code 1.
    pub fail_on: FailOn,
    /// Whether advice is shown and not only counted.
    pub shows_advice: bool,
    /// Severities that hold for some paths; a later one wins.
    pub by_path: Vec<SeverityByPath>,
    /// Whether it is one architecture with the other root modules.
    pub joins: bool,
    /// The tools whose comments count, besides those that the arguments name.
    pub honour: Vec<Peer>,
}

impl Default for RootSettings {
    fn default() -> Self {
        Self {
            fail_on: FailOn::default(),
            shows_advice: false,
            by_path: Vec::new(),
            joins: true,
            honour: Vec::new(),
        }
    }
}

/// A severity of some rules for what stands in some files.
#[derive(Clone, Debug)]
pub struct SeverityByPath {
    /// The ids of the rules, sorted.
    pub rules: Vec<String>,
    /// The directory at which the patterns start, absolute and without links.
    pub base: PathBuf,
    /// Patterns of paths in it.
    pub paths: PathPatterns,
    /// `None` if the rules are off there.
    pub severity: Option<Severity>,
}

impl SeverityByPath {
    /// Whether a finding or unknown verdict of a rule is meant, at this absolute path without links.
    #[must_use]
    pub fn holds_for(&self, rule: &str, path: &std::path::Path) -> bool {
        self.rules.binary_search_by(|own| own.as_str().cmp(rule)).is_ok()
            && path.strip_prefix(&self.base).is_ok_and(|place| self.paths.contain(place))
    }
}
