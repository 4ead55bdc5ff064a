//! What stands outside of blocks.

use super::{BlockDoc, paths, setting};
use crate::decode::{Choice, OneOrMany, Section, Spanned};
use crate::rule::edition::Edition;
use crate::settings::{FailOn, PathPatterns, Peer};
use crate::value::Str;

pub(super) const DOC: BlockDoc = BlockDoc {
    header: "",
    meaning: "What holds for everything that the config is for.",
    settings: &[
        setting(
            "edition",
            "an edition, `\"2027.1\"`",
            "Run no rule that is newer: an upgrade of buttress then brings fixes and no new findings. Without it all rules run.",
        ),
        setting(
            "select",
            "a list of [rules](#naming-rules)",
            "Run only these rules. `--select` replaces it, and `ignore` with it.",
        ),
        setting(
            "ignore",
            "a list of [rules](#naming-rules)",
            "Do not run these rules. `--ignore` adds to it.",
        ),
        setting(
            "fail_on",
            "`\"error\"`, `\"warning\"`, `\"advice\"`, `\"never\"`",
            "From which severity on a finding makes the exit code 1; `error` without it. `--fail-on` wins.",
        ),
        setting(
            "advice",
            "`true` or `false`",
            "Show advice, and do not only count it; `false` without it. `--advice` shows it, too.",
        ),
        setting(
            "join",
            "`true` or `false`",
            "Judge the root modules together with those that they are [one architecture](repositories.md#one-architecture) with; `true` without it. `--no-join` judges every root module alone.",
        ),
        setting(
            "exclude",
            "[patterns](#patterns-of-paths)",
            "Look for no root modules in these directories. Directories that are named on the command line are checked all the same, and so are modules that a root module calls.",
        ),
        setting(
            "honour",
            "a list of tools: `\"checkov\"`, `\"kics\"`, `\"tfsec\"`, `\"trivy\"`",
            "Comments for these tools count for the rules that name their checks: see [suppressions](suppressions.md#comments-for-other-tools). `--honour` adds to it.",
        ),
        setting(
            "rules",
            "a list of directories",
            "Rules of your own, beside those of buttress. `--rules` adds to it.",
        ),
    ],
};

/// What stands outside of blocks.
#[derive(Debug, Default)]
pub(in crate::config) struct General {
    pub(in crate::config) edition: Option<Spanned<Edition>>,
    pub(in crate::config) select: Option<Spanned<Vec<Spanned<Str>>>>,
    pub(in crate::config) ignore: Option<Spanned<Vec<Spanned<Str>>>>,
    pub(in crate::config) fail_on: Option<Spanned<FailOn>>,
    pub(in crate::config) advice: Option<Spanned<bool>>,
    pub(in crate::config) join: Option<Spanned<bool>>,
    pub(in crate::config) exclude: Option<Spanned<PathPatterns>>,
    /// The tools whose comments count.
    pub(in crate::config) honour: Vec<Spanned<Peer>>,
    /// Directories with rules, relative to that of the config.
    pub(in crate::config) rules: Vec<Spanned<Str>>,
}

impl General {
    pub(in crate::config) fn read(section: &mut Section<'_>) -> Self {
        let rules: Option<OneOrMany<Spanned<Str>>> = section.optional("rules");
        let honour: Option<OneOrMany<Spanned<Peer>>> = section.optional("honour");
        Self {
            edition: section.optional("edition"),
            select: section.optional("select"),
            ignore: section.optional("ignore"),
            fail_on: section.optional("fail_on"),
            advice: section.optional("advice"),
            join: section.optional("join"),
            exclude: paths(section, "exclude"),
            honour: honour.map(|OneOrMany(tools)| tools).unwrap_or_default(),
            rules: rules.map(|OneOrMany(rules)| rules).unwrap_or_default(),
        }
    }
}

impl Choice for FailOn {
    const WHAT: &'static str = "limit";

    fn all() -> &'static [Self] {
        &Self::ALL
    }

    fn word(self) -> &'static str {
        self.name()
    }
}
