//! The `modules` block: whose modules are trusted.

use super::{BlockDoc, setting};
use crate::decode::{Section, Spanned};
use crate::value::Str;

pub(super) const DOC: BlockDoc = BlockDoc {
    header: "modules",
    meaning: "Modules that others publish.",
    settings: &[setting(
        "trusted",
        "a list of sources, `[\"terraform-aws-modules/*\"]`",
        "Modules whose author you trust not to move a release: rules about pinned modules pass over them. `*` stands for any characters but `/` and `**` for any, and protocols, users, `.git` and `?ref=` do not matter.",
    )],
};

/// What a config says of modules.
#[derive(Debug, Default)]
pub(in crate::config) struct ModulesBlock {
    pub(in crate::config) trusted: Option<Spanned<Vec<Spanned<Str>>>>,
}

impl ModulesBlock {
    pub(in crate::config) fn read(file: &mut Section<'_>) -> Self {
        let Some(mut section) = file.block("modules", "`modules`") else { return Self::default() };
        let block = Self { trusted: section.optional("trusted") };
        section.finish();
        block
    }
}
