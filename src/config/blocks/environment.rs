//! `environment` blocks: which root modules are for which environment, and with which values.

use super::{BlockDoc, paths, setting};
use crate::decode::{OneOrMany, Section, Spanned};
use crate::diagnostic::Diagnostic;
use crate::settings::{PathPatterns, workspace_name};
use crate::text::Span;
use crate::value::Str;

pub(super) const DOC: BlockDoc = BlockDoc {
    header: "environment \"NAME\"",
    meaning: "An environment. A root module is checked once for every environment that it belongs to. `--env-file` on the command line takes the place of these blocks.",
    settings: &[
        setting(
            "roots",
            "[patterns](#patterns-of-paths)",
            "The root modules of the environment; all that the config is for without it.",
        ),
        setting(
            "var_files",
            "a list of files",
            "Files with the values of variables, as for `--var-file`: relative to the root module, or else to the directory of the config.",
        ),
        setting("workspace", "a name", "The value of `terraform.workspace`."),
        setting(
            "production",
            "`true` or `false`",
            "Whether it is production. Without it the name tells: `prod`, `production`, `prd` and `live` are, `dev`, `staging`, `test` and many others are not. What tells nothing counts as production, and a warning says so.",
        ),
    ],
};

/// An environment as a config declares it.
#[derive(Clone, Debug)]
pub struct DeclaredEnvironment {
    pub name: Str,
    /// The root modules in it; `None` for all.
    pub roots: Option<PathPatterns>,
    /// Files of values, relative to the root module or to the directory of the config.
    pub var_files: Vec<Spanned<Str>>,
    /// The value of `terraform.workspace`.
    pub workspace: Option<Str>,
    /// Whether it is production; the name tells if nothing is said.
    pub production: Option<bool>,
    pub span: Span,
}

impl DeclaredEnvironment {
    pub(in crate::config) fn read_all(file: &mut Section<'_>) -> Vec<Self> {
        let blocks = file.blocks("environment", "an environment", &["its name"]);
        let names: Vec<Spanned<Str>> = blocks.iter().map(|block| block.label_spanned(0)).collect();
        file.check_unique(&names, "environment");
        let mut sound = Section::sound(blocks, |block| Some(Self::read(block))).into_iter().peekable();
        // The name of one with a mistake is known, but it covers nothing.
        let covers_nothing =
            |name: &Spanned<Str>| Self { roots: Some(PathPatterns::default()), ..Self::named(name) };
        let read = |name: &Spanned<Str>| {
            sound.next_if(|own| own.name == name.value).unwrap_or_else(|| covers_nothing(name))
        };
        names.iter().map(read).collect()
    }

    /// An environment of which only the name is known.
    pub(in crate::config) fn named(name: &Spanned<Str>) -> Self {
        Self {
            name: name.value.clone(),
            roots: None,
            var_files: Vec::new(),
            workspace: None,
            production: None,
            span: name.span,
        }
    }

    fn read(mut section: Section<'_>) -> Self {
        let files: Option<OneOrMany<Spanned<Str>>> = section.optional("var_files");
        let environment = Self {
            name: section.label(0),
            roots: paths(&mut section, "roots").map(|roots| roots.value),
            var_files: files.map(|OneOrMany(files)| files).unwrap_or_default(),
            workspace: workspace(&mut section),
            production: section.optional("production"),
            span: section.span(),
        };
        section.finish();
        environment
    }
}

/// The workspace, if its name is one that Terraform allows.
fn workspace(section: &mut Section<'_>) -> Option<Str> {
    let written: Spanned<Str> = section.optional("workspace")?;
    match workspace_name(&written.value) {
        Ok(_) => Some(written.value),
        Err(wrong) => {
            section.report(Diagnostic::error("decode/value", wrong).at(written.span, "no workspace"));
            None
        }
    }
}
