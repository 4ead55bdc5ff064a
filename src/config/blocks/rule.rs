//! `rule` blocks: severities and parameters.

use super::{BlockDoc, paths, setting};
use crate::decode::{Choice, NamedValues, OneOrMany, Section, Spanned};
use crate::diagnostic::{Diagnostic, Severity};
use crate::settings::PathPatterns;
use crate::value::{Str, Value};

pub(super) const DOC: BlockDoc = BlockDoc {
    header: "rule \"RULE\"",
    meaning: "What holds for a rule, or for all rules that a [pattern or principle](#naming-rules) names. Of several blocks that say the same of a rule, the last one wins.",
    settings: &[
        setting(
            "severity",
            "`\"error\"`, `\"warning\"`, `\"advice\"`, `\"off\"`",
            "The severity of findings. It stays advice outside of production where the rule says so, unless the block names environments.",
        ),
        setting(
            "parameters",
            "an object, `{ minimum_days = 14 }`",
            "Values of the rule's parameters, which are on its page.",
        ),
        setting(
            "paths",
            "[patterns](#patterns-of-paths)",
            "The severity holds only for findings at places in these files and directories.",
        ),
        setting(
            "environments",
            "a list of names",
            "The block holds only for root modules of these environments. `production` stands for every name of production.",
        ),
    ],
};

/// The severity that a block sets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::config) enum NewSeverity {
    Is(Severity),
    Off,
}

impl Choice for NewSeverity {
    const WHAT: &'static str = "severity";

    fn all() -> &'static [Self] {
        &[Self::Is(Severity::Error), Self::Is(Severity::Warning), Self::Is(Severity::Advice), Self::Off]
    }

    fn word(self) -> &'static str {
        match self {
            Self::Is(severity) => severity.name(),
            Self::Off => "off",
        }
    }
}

/// What a config says of some rules.
#[derive(Debug)]
pub(in crate::config) struct RuleBlock {
    /// The rules.
    pub(in crate::config) rule: Spanned<Str>,
    pub(in crate::config) severity: Option<Spanned<NewSeverity>>,
    pub(in crate::config) parameters: Vec<(Spanned<Str>, Spanned<Value>)>,
    /// Where the severity holds; everywhere without patterns.
    pub(in crate::config) paths: PathPatterns,
    /// The environments that the block is for; all if there are none.
    pub(in crate::config) environments: Vec<Str>,
}

impl RuleBlock {
    pub(in crate::config) fn read_all(file: &mut Section<'_>) -> Vec<Self> {
        let blocks = file.blocks("rule", "a `rule` block of a config", &["the id of a rule, or a pattern"]);
        Section::sound(blocks, |block| Some(Self::read(block)))
    }

    fn read(mut section: Section<'_>) -> Self {
        let severity = section.optional("severity");
        let parameters: Option<Spanned<NamedValues<Value>>> = section.optional("parameters");
        let paths = paths(&mut section, "paths");
        let environments: Option<OneOrMany<Str>> = section.optional("environments");
        if let (Some(parameters), Some(_)) = (&parameters, &paths) {
            let problem = Diagnostic::error("settings/parameters", "parameters do not depend on paths")
                .at(parameters.span, "hold for a root module as a whole")
                .help(
                    "set them in a block without `paths`, or in a config in the directory of the root module",
                );
            section.report(problem);
        }
        let block = Self {
            rule: section.label_spanned(0),
            severity,
            parameters: parameters.map(|parameters| parameters.value.0).unwrap_or_default(),
            paths: paths.map(|paths| paths.value).unwrap_or_default(),
            environments: environments.map(|OneOrMany(names)| names).unwrap_or_default(),
        };
        section.finish();
        block
    }
}
