//! The kinds of blocks in a config, one file each. A new kind is a file here with its `BlockDoc`, a line in [`BLOCKS`], and a field of
//! [`Config`](super::Config).

mod assume;
mod environment;
mod general;
mod intent;
mod modules;
mod root;
mod rule;
mod suppress;

pub use environment::DeclaredEnvironment;
pub(super) use {
    assume::AssumeBlock,
    general::General,
    intent::{IntentBlock, TargetsBlock, TierBlock},
    modules::ModulesBlock,
    root::RootBlock,
    rule::{NewSeverity, RuleBlock},
    suppress::SuppressBlock,
};

use crate::decode::{OneOrMany, Section, Spanned};
use crate::diagnostic::Diagnostic;
use crate::settings::PathPatterns;
use crate::value::Str;

/// What the page about configs says of a kind of block. A test compares it with what is decoded.
#[derive(Clone, Copy, Debug)]
pub struct BlockDoc {
    /// How the block begins; empty for what stands outside of blocks.
    pub header: &'static str,
    /// What the block is for.
    pub meaning: &'static str,
    pub settings: &'static [SettingDoc],
}

/// What the page about configs says of one setting.
#[derive(Clone, Copy, Debug)]
pub struct SettingDoc {
    pub name: &'static str,
    /// What may be written.
    pub takes: &'static str,
    pub meaning: &'static str,
}

const fn setting(name: &'static str, takes: &'static str, meaning: &'static str) -> SettingDoc {
    SettingDoc { name, takes, meaning }
}

/// All kinds of blocks, in the order of the page.
pub const BLOCKS: &[BlockDoc] = &[
    general::DOC,
    rule::DOC,
    suppress::DOC,
    assume::DOC,
    root::DOC,
    environment::DOC,
    intent::DOC,
    intent::TIER,
    modules::DOC,
];

/// Reads patterns of paths: a list of them, or one.
fn paths(section: &mut Section<'_>, name: &'static str) -> Option<Spanned<PathPatterns>> {
    let written: Spanned<OneOrMany<Spanned<Str>>> = section.optional(name)?;
    let texts = &written.value.0;
    match PathPatterns::new(texts.iter().map(|text| text.value.to_string()).collect()) {
        Ok(value) => Some(Spanned { value, span: written.span }),
        Err((at, reason)) => {
            report_pattern(section, name, texts.get(at), &reason);
            None
        }
    }
}

fn report_pattern(section: &Section<'_>, name: &str, text: Option<&Spanned<Str>>, reason: &str) {
    let Some(text) = text else { return };
    let message = format!("`{}` in `{name}` is not a pattern of paths: {reason}", text.value);
    section.report(
        Diagnostic::error("decode/value", message)
            .at(text.span, "not a pattern")
            .help("patterns are relative to the directory of the config: `live/*/prod`, `**/examples`"),
    );
}

/// The label of a block as a pattern of paths.
fn path_label(section: &Section<'_>) -> Option<PathPatterns> {
    let label = section.label_spanned(0);
    if label.value.is_empty() {
        return None;
    }
    match PathPatterns::new(vec![label.value.to_string()]) {
        Ok(patterns) => Some(patterns),
        Err((_, reason)) => {
            report_pattern(section, "root", Some(&label), &reason);
            None
        }
    }
}
