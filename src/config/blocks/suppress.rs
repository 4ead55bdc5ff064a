//! `suppress` blocks: findings that people accept.

use super::{BlockDoc, paths, setting};
use crate::address::Glob;
use crate::decode::{Choice, OneOrMany, Section, Spanned};
use crate::diagnostic::Diagnostic;
use crate::settings::{Date, PathPatterns, Peer};
use crate::text::Span;
use crate::value::Str;

pub(super) const DOC: BlockDoc = BlockDoc {
    header: "suppress",
    meaning: "Accept findings: those that fit everything the block says. See [suppressions](suppressions.md#in-the-config).",
    settings: &[
        setting(
            "rules",
            "a list of [rules](#naming-rules)",
            "The rules. `*` alone is refused; `all-rules` stands for all.",
        ),
        setting(
            "address",
            "a pattern of addresses, or a list of them",
            "What the findings are about: `module.legacy.**`, `TYPE.web[\"blue-*\"]`. Without a key every instance is meant; a module alone means the module and nothing in it.",
        ),
        setting(
            "paths",
            "[patterns](#patterns-of-paths)",
            "The files and directories that the findings point at.",
        ),
        setting(
            "environments",
            "a list of names",
            "The block holds only for root modules of these environments.",
        ),
        setting(
            "reason",
            "a text",
            "Why the findings are accepted. Without a reason the block does not count.",
        ),
        setting("owner", "a text", "Who answers for it."),
        setting("until", "a date, `\"2027-01-31\"`", "The last day on which it counts."),
    ],
};

/// A suppression of a config.
#[derive(Debug)]
pub(in crate::config) struct SuppressBlock {
    pub(in crate::config) rules: Vec<Spanned<Str>>,
    /// What findings are about; anything if there are none.
    pub(in crate::config) addresses: Vec<Glob>,
    /// The same as they are written.
    pub(in crate::config) written: Vec<Str>,
    /// Where findings point; anywhere without patterns.
    pub(in crate::config) paths: PathPatterns,
    /// The environments that the block is for; all if there are none.
    pub(in crate::config) environments: Vec<Str>,
    pub(in crate::config) reason: Str,
    pub(in crate::config) owner: Option<Str>,
    pub(in crate::config) until: Option<Date>,
    pub(in crate::config) span: Span,
}

impl SuppressBlock {
    pub(in crate::config) fn read_all(file: &mut Section<'_>) -> Vec<Self> {
        let blocks = file.blocks("suppress", "a `suppress` block", &[]);
        Section::sound(blocks, Self::read)
    }

    fn read(mut section: Section<'_>) -> Option<Self> {
        let rules: Option<OneOrMany<Spanned<Str>>> = section.required("rules");
        let written: Option<OneOrMany<Spanned<Str>>> = section.optional("address");
        let written = written.map(|OneOrMany(patterns)| patterns).unwrap_or_default();
        let addresses: Vec<Glob> =
            written.iter().filter_map(|text| pattern(&section, "address", text)).collect();
        let paths = paths(&mut section, "paths").map(|paths| paths.value).unwrap_or_default();
        let environments: Option<OneOrMany<Str>> = section.optional("environments");
        let reason: Option<Str> = section.optional("reason");
        let owner = section.optional("owner");
        let until: Option<Spanned<Str>> = section.optional("until");
        let until = until.and_then(|until| date(&section, &until));
        let span = section.span();
        section.finish();
        let OneOrMany(rules) = rules?;
        Some(Self {
            rules,
            addresses,
            written: written.into_iter().map(|text| text.value).collect(),
            paths,
            environments: environments.map(|OneOrMany(names)| names).unwrap_or_default(),
            reason: reason.map(|reason| reason.trim().into()).unwrap_or_default(),
            owner,
            until,
            span,
        })
    }
}

/// A pattern of addresses.
pub(super) fn pattern(section: &Section<'_>, name: &str, text: &Spanned<Str>) -> Option<Glob> {
    let parsed = Glob::parse(&text.value);
    if let Err(error) = &parsed {
        let message = format!("`{}` in `{name}` is not a pattern of addresses: {error}", text.value);
        section.report(
            Diagnostic::error("decode/value", message)
                .at(text.span, "not a pattern")
                .help("write addresses as Terraform does, with `*` in names and keys and `**` for modules: `module.*.db.main[\"a\"]`, `module.legacy.**`"),
        );
    }
    parsed.ok()
}

fn date(section: &Section<'_>, text: &Spanned<Str>) -> Option<Date> {
    let date = Date::parse(&text.value);
    if date.is_none() {
        let message = format!("`{}` is not a date", text.value);
        section.report(
            Diagnostic::error("decode/value", message)
                .at(text.span, "not a date")
                .help("write year-month-day: `until = \"2027-01-31\"`"),
        );
    }
    date
}

impl Choice for Peer {
    const WHAT: &'static str = "tool";

    fn all() -> &'static [Self] {
        &Self::ALL
    }

    fn word(self) -> &'static str {
        self.name()
    }
}
