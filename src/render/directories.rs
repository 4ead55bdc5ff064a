//! The directories with configuration, what each is taken for, and why: for people and as JSON.

use std::borrow::Cow;
use std::fmt::Write;

use serde::Serialize;

use super::clean::{self, MAX_SENTENCE, shortened};
use super::look::Look;
use super::{counted, path_of, problems};
use crate::estate::UnitKind;
use crate::report::{Attention, ListedDirectory, ListedVariant, Report};

/// Raised when a field changes its meaning or is removed; new fields do not raise it.
const VERSION: u32 = 1;

/// A directory in JSON. This is a part of the contract (`docs/output.md`).
#[derive(Serialize)]
pub(super) struct DirectoryOut<'a> {
    path: String,
    kind: &'static str,
    reason: String,
    checked: &'static str,
    environments: Vec<Option<&'a str>>,
    variants: Vec<VariantOut<'a>>,
}

/// A root module in one environment.
#[derive(Serialize)]
struct VariantOut<'a> {
    environment: Option<&'a str>,
    production: bool,
    told: bool,
    workspace: Option<&'a str>,
    reason: Option<Cow<'a, str>>,
}

#[derive(Serialize)]
struct DirectoriesDocument<'a> {
    version: u32,
    directories: Vec<DirectoryOut<'a>>,
    problems: Vec<String>,
}

impl<'a> DirectoryOut<'a> {
    /// All directories of a report.
    pub(super) fn all(report: &'a Report) -> Vec<Self> {
        report.directories.iter().map(Self::of).collect()
    }

    fn of(directory: &'a ListedDirectory) -> Self {
        Self {
            path: path_of(&directory.path),
            kind: directory.kind.name(),
            reason: shortened(&directory.reason, MAX_SENTENCE).into_owned(),
            checked: directory.attention.name(),
            environments: directory.variants.iter().map(|own| own.environment.as_deref()).collect(),
            variants: directory.variants.iter().map(VariantOut::of).collect(),
        }
    }
}

impl<'a> VariantOut<'a> {
    fn of(variant: &'a ListedVariant) -> Self {
        Self {
            environment: variant.environment.as_deref(),
            production: variant.is_production,
            told: variant.is_told,
            workspace: variant.workspace.as_deref(),
            reason: (!variant.reason.is_empty()).then(|| shortened(&variant.reason, MAX_SENTENCE)),
        }
    }
}

/// The list of directories.
#[must_use]
pub fn render(report: &Report, is_json: bool, look: Look) -> String {
    if is_json {
        let document = DirectoriesDocument {
            version: VERSION,
            directories: DirectoryOut::all(report),
            problems: problems::lines(report).collect(),
        };
        let mut text = serde_json::to_string_pretty(&document).unwrap_or_default();
        text.push('\n');
        return clean::output(text, look);
    }
    let mut out = String::new();
    for directory in &report.directories {
        let kind = format!("{:10}", directory.kind.name());
        let kind = if directory.kind.is_unit() { look.bold(&kind) } else { look.faint(&kind) };
        let _ =
            writeln!(out, "{kind}  {}{}", clean::name(&path_of(&directory.path)), environments(directory));
        let _ = writeln!(
            out,
            "{}",
            look.wrapped(&clean::line(&reason(directory)), "            ", "            ")
        );
        for text in directory.variants.iter().filter_map(|own| variant(own, directory.variants.len())) {
            let _ = writeln!(out, "{}", look.wrapped(&clean::line(&text), "            ", "              "));
        }
    }
    for problem in problems::lines(report) {
        let _ = writeln!(out, "\n{}", look.wrapped(&clean::line(&problem), "", ""));
    }
    let _ = writeln!(out, "\n{}", counts(&report.directories));
    clean::output(out, look)
}

fn environments(directory: &ListedDirectory) -> String {
    let names = directory.variants.iter().filter_map(|own| own.environment.as_deref());
    let known: Vec<_> = names.map(clean::name).collect();
    if known.is_empty() { String::new() } else { format!(" ({})", known.join(", ")) }
}

/// What is known of the environment: `prod (production): "prod.tfvars" has its values`. `all` is how many variants there are.
fn variant(variant: &ListedVariant, all: usize) -> Option<String> {
    let Some(name) = &variant.environment else {
        return (all > 1)
            .then(|| "other workspaces: none is known, so what depends on them is unknown".to_owned());
    };
    let production = match (variant.is_production, variant.is_told) {
        (true, true) => "production",
        (true, false) => "taken for production",
        (false, _) => "not production",
    };
    let reason = if variant.reason.is_empty() { String::new() } else { format!(": {}", variant.reason) };
    let workspace = match &variant.workspace {
        Some(workspace) if workspace != name => format!(", workspace `{workspace}`"),
        _ => String::new(),
    };
    Some(format!("{name} ({production}{workspace}){reason}"))
}

fn reason(directory: &ListedDirectory) -> String {
    let attention = match directory.attention {
        Attention::ThroughCallers => "; checked as a part of what calls it",
        Attention::LeftOut => "; not checked",
        Attention::Checked => "",
    };
    format!("{}{attention}", directory.reason)
}

/// How many directories there are of each kind.
fn counts(directories: &[ListedDirectory]) -> String {
    let parts = UnitKind::ALL.into_iter().filter_map(|kind| {
        let count = directories.iter().filter(|directory| directory.kind == kind).count();
        (count > 0).then(|| named(count, kind))
    });
    let parts: Vec<String> = parts.collect();
    if parts.is_empty() { "no directory with Terraform files".to_owned() } else { parts.join(" · ") }
}

/// A number of directories of one kind.
pub(super) fn named(count: usize, kind: UnitKind) -> String {
    match kind {
        UnitKind::Applied | UnitKind::Applicable => format!("{count} {}", kind.name()),
        UnitKind::Module => counted(count, "module", "modules"),
        UnitKind::Sample => counted(count, "sample", "samples"),
        UnitKind::Fragment => counted(count, "fragment", "fragments"),
    }
}
