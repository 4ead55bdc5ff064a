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

/// A directory with configuration.
#[derive(Clone, Debug)]
pub struct ListedDirectory {
    pub path: PathBuf,
    /// What it is taken for.
    pub kind: UnitKind,
    /// Why, as the end of a sentence.
    pub reason: String,
    pub attention: Attention,
    /// The environments for which it was checked, in the order of its variants; `None` if its environment is not known.
    pub environments: Vec<Option<String>>,
}
