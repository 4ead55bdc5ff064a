//! Configs that name what is not there: environments, root modules, files and directories.

use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::PassContext;
use crate::config::{ClaimedName, ConfigClaim};
use crate::diagnostic::Diagnostic;
use crate::report::{Entry, Report};
use crate::settings::PathPatterns;
use crate::text::Span;

/// What becomes of a name in all root modules.
struct ClaimOutcome<'a> {
    claim: &'a ConfigClaim,
    /// The first root module that the config is for.
    root: usize,
    is_met: bool,
}

pub(super) fn run(context: &PassContext<'_>, report: &mut Report) {
    if report.is_incomplete() {
        return;
    }
    let mut outcomes: BTreeMap<(Span, &str), ClaimOutcome<'_>> = BTreeMap::new();
    for (root, facts) in context.roots.iter().enumerate() {
        // Of a part of the project nobody knows what the rest has.
        if facts.claims.is_empty() || !context.looks_at_all_of(&facts.reach) {
            continue;
        }
        for claim in &facts.claims {
            let (name, is_met) = match &claim.named {
                ClaimedName::Environment(name, is_met) => (name.as_str(), *is_met),
                ClaimedName::Roots(name, is_met) => (name.as_str(), *is_met),
                ClaimedName::Paths(name, _) => (name.as_str(), false),
            };
            let outcome = outcomes.entry((claim.span, name));
            outcome.or_insert(ClaimOutcome { claim, root, is_met: false }).is_met |= is_met;
        }
    }
    let known = OnceCell::new();
    let mut said = Vec::new();
    for ClaimOutcome { claim, root, is_met } in outcomes.into_values() {
        let ConfigClaim { span, by, named } = claim;
        let (message, help) = match named {
            _ if is_met => continue,
            ClaimedName::Environment(name, _) => (
                format!("{by} is for the environment `{name}`, and no root module is of it"),
                "correct the name, or remove it; `buttress check --show-roots` tells the environments",
            ),
            ClaimedName::Roots(pattern, _) => (
                format!("{by} has the root modules `{pattern}`, and there are none"),
                "correct the pattern, or remove it; `buttress check --show-roots` lists the root modules",
            ),
            ClaimedName::Paths(pattern, base) => {
                let known = known.get_or_init(|| paths(context, report));
                if matches(pattern, base, known, context) {
                    continue;
                }
                (
                    format!("{by} names `{pattern}`, and nothing that is read matches it"),
                    "correct the pattern, or remove it; patterns start at the directory of the config",
                )
            }
        };
        let problem = Diagnostic::warning("settings/unmatched", message).at(*span, "written here").help(help);
        said.push(Entry::new(root, problem.as_finding()));
    }
    report.diagnostics.extend(said);
}

/// All files that were read and all directories that were looked at, absolute and without links.
fn paths(context: &PassContext<'_>, report: &Report) -> Vec<PathBuf> {
    let files = report.sources.iter().map(|(_, file)| file.path.as_path());
    let directories = report.directories.iter().map(|own| own.path.as_path());
    let all = files.chain(directories).chain(report.roots.iter().map(|root| root.path.as_path()));
    all.filter_map(|path| context.reader.real_or_absolute(path)).collect()
}

/// Whether a pattern matches something, or names something that is there and was not read.
fn matches(pattern: &str, base: &Path, known: &[PathBuf], context: &PassContext<'_>) -> bool {
    let Ok(patterns) = PathPatterns::new(vec![pattern.to_owned()]) else { return true };
    let is_in = |path: &PathBuf| path.strip_prefix(base).is_ok_and(|path| patterns.contain(path));
    known.iter().any(is_in) || context.reader.kind_of_named(&base.join(pattern)).is_ok()
}
