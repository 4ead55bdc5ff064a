//! `root` blocks: what some directories are.

use super::{BlockDoc, path_label, setting};
use crate::decode::{Choice, Section, Spanned};
use crate::settings::PathPatterns;
use crate::value::Str;

pub(super) const DOC: BlockDoc = BlockDoc {
    header: "root \"PATTERN\"",
    meaning: "What the directories are that a [pattern](#patterns-of-paths) matches, where buttress would take them for something else. Of several blocks that match, the last one wins.",
    settings: &[
        setting(
            "kind",
            "`\"applied\"`, `\"applicable\"`, `\"module\"`, `\"sample\"`, `\"fragment\"`",
            "`applied` and `applicable` directories are checked as root modules, even if another module calls them. A `module`, a `sample` and a `fragment` are none.",
        ),
        setting("environment", "a name", "The environment that the root module is for."),
    ],
};

/// What a directory with Terraform is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RootKind {
    /// Somebody runs Terraform in it.
    Applied,
    /// Somebody could run Terraform in it.
    Applicable,
    /// Others call it.
    Module,
    /// It shows how something is used.
    Sample,
    /// It is copied or linked beside other files.
    Fragment,
}

impl RootKind {
    /// All kinds.
    pub const ALL: [Self; 5] = [Self::Applied, Self::Applicable, Self::Module, Self::Sample, Self::Fragment];

    /// Whether it is checked as a root module.
    #[must_use]
    pub const fn is_checked(self) -> bool {
        matches!(self, Self::Applied | Self::Applicable)
    }
}

impl Choice for RootKind {
    const WHAT: &'static str = "kind of directory";

    fn all() -> &'static [Self] {
        &Self::ALL
    }

    fn word(self) -> &'static str {
        match self {
            Self::Applied => "applied",
            Self::Applicable => "applicable",
            Self::Module => "module",
            Self::Sample => "sample",
            Self::Fragment => "fragment",
        }
    }
}

/// What a config says of some directories.
#[derive(Debug)]
pub(in crate::config) struct RootBlock {
    pub(in crate::config) paths: PathPatterns,
    pub(in crate::config) kind: Option<Spanned<RootKind>>,
    pub(in crate::config) environment: Option<Spanned<Str>>,
}

impl RootBlock {
    pub(in crate::config) fn read_all(file: &mut Section<'_>) -> Vec<Self> {
        let blocks = file.blocks("root", "a `root` block", &["a pattern of paths"]);
        blocks.into_iter().filter_map(Self::read).collect()
    }

    fn read(mut section: Section<'_>) -> Option<Self> {
        let (kind, environment) = (section.optional("kind"), section.optional("environment"));
        let (paths, span) = (path_label(&section), section.span());
        if kind.is_none() && environment.is_none() {
            section.mistake("decode/missing", span, "a `root` block needs `kind` or `environment`");
        }
        section.finish();
        Some(Self { paths: paths?, kind, environment })
    }
}
