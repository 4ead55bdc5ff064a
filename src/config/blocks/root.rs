//! `root` blocks: what some directories are.

use super::{BlockDoc, path_label, setting};
use crate::decode::{Choice, Section, Spanned};
use crate::estate::UnitKind;
use crate::settings::PathPatterns;
use crate::text::Span;
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

impl Choice for UnitKind {
    const WHAT: &'static str = "kind of directory";

    fn all() -> &'static [Self] {
        &Self::ALL
    }

    fn word(self) -> &'static str {
        self.name()
    }
}

/// What a config says of some directories.
#[derive(Debug)]
pub(in crate::config) struct RootBlock {
    pub(in crate::config) paths: PathPatterns,
    pub(in crate::config) kind: Option<Spanned<UnitKind>>,
    pub(in crate::config) environment: Option<Spanned<Str>>,
    pub(in crate::config) span: Span,
}

impl RootBlock {
    pub(in crate::config) fn read_all(file: &mut Section<'_>) -> Vec<Self> {
        let blocks = file.blocks("root", "a `root` block", &["a pattern of paths"]);
        Section::sound(blocks, Self::read)
    }

    fn read(mut section: Section<'_>) -> Option<Self> {
        let (kind, environment) = (section.optional("kind"), section.optional("environment"));
        let (paths, span) = (path_label(&section), section.span());
        // One with a mistake has been told of.
        let body = section.body_id().map(|body| section.tree.body(body));
        let is_written = |name| body.is_some_and(|body| section.tree.attribute(body, name).is_some());
        if !is_written("kind") && !is_written("environment") {
            section.mistake("decode/missing", span, "a `root` block needs `kind` or `environment`");
        }
        section.finish();
        Some(Self { paths: paths?, kind, environment, span })
    }
}
