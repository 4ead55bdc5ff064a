//! The directories with configuration that a run found, and what became of each.

use std::path::PathBuf;

use crate::estate::UnitKind;

/// Whether a directory was looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Attention {
    /// It was checked as a root module.
    Checked,
    /// It was checked as a part of root modules that call it.
    ThroughCallers,
    /// It was not checked.
    LeftOut,
}

impl Attention {
    /// The word in output.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Checked => "yes",
            Self::ThroughCallers => "through-callers",
            Self::LeftOut => "no",
        }
    }
}

/// A root module in one environment.
#[derive(Clone, Debug)]
pub struct ListedVariant {
    /// The environment, if it is known.
    pub environment: Option<String>,
    /// Whether it is taken for production. What is of no known environment is.
    pub is_production: bool,
    /// Whether somebody, or a name, tells whether it is.
    pub is_told: bool,
    /// The value of `terraform.workspace`, if it is known.
    pub workspace: Option<String>,
    /// How the environment is known, as the end of a sentence; empty if it is not.
    pub reason: String,
}

/// A directory with configuration.
#[derive(Clone, Debug)]
pub struct ListedDirectory {
    pub path: PathBuf,
    /// What it is taken for.
    pub kind: UnitKind,
    /// Why, as the end of a sentence.
    pub reason: String,
    pub attention: Attention,
    /// What it was checked as, once for each environment.
    pub variants: Vec<ListedVariant>,
}
