//! Environments in files of values: `prod.tfvars` beside `dev.tfvars`, `env/prod.tfvars`, `vars/prod/*.tfvars`,
//! `env/prod/terraform.tfvars`.
//!
//! Files are one environment if they set different variables in a directory of its name, and several if they set the same. What sets
//! variables that the root module does not declare is for something else.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::found::FoundEnvironment;
use super::variants::ValuesFiles;
use crate::environment::{recognised, stem};
use crate::estate::configuration::declare::ModuleConfig;
use crate::estate::configuration::project::Project;
use crate::estate::variables::ValuesFile;
use crate::value::Str;

/// The most files of values that are read to find the environments of one root module.
pub(super) const MAX_FILES: usize = 256;
/// Names of files that hold what environments have in common.
const COMMON: [&str; 8] = ["common", "global", "globals", "shared", "base", "default", "defaults", "all"];
/// Words in names of files that stand for no environment.
const NO_VALUES: [&str; 6] = ["example", "sample", "template", "backend", "tmpl", "dist"];

/// A file of values that may be for a root module.
struct ValuesCandidate {
    path: PathBuf,
    file: ValuesFile,
    /// The variables that it sets.
    sets: BTreeSet<Str>,
    /// What tells it from others: its own name, or that of its directory.
    name: String,
    /// Whether the name is one of an environment.
    is_recognised: bool,
    /// The directory in which it, or its directory, stands beside others.
    beside: PathBuf,
    /// Whether its directory has the name.
    is_by_directory: bool,
}

/// The environments that files of values show, and how many files were too many to look at.
pub(super) fn environments(
    project: &mut Project,
    files: &mut ValuesFiles,
    root: &Path,
) -> (Vec<FoundEnvironment>, usize) {
    let Some(config) = project.module(root).cloned() else { return (Vec::new(), 0) };
    let mut left_out = 0;
    // What has values of its own does not need those of a directory elsewhere.
    let has_own = !project.reader.automatic_values(root).is_empty();
    let around = if has_own { Vec::new() } else { project.reader.values_around(root) };
    for (at, base) in std::iter::once(root.to_owned()).chain(around).enumerate() {
        let is_own = at == 0;
        let reader = &project.reader;
        let mut paths = if is_own { reader.values_below(&base) } else { reader.values_in(&base) };
        left_out += paths.len().saturating_sub(MAX_FILES);
        paths.truncate(MAX_FILES);
        let mut candidates = Vec::new();
        for path in paths {
            let Some(candidate) = candidate(project, files, &base, path) else { continue };
            if fits(&candidate, &config, is_own) && !is_of_other_root(&candidate, project, root, is_own) {
                candidates.push(candidate);
            }
        }
        // What lies elsewhere is shown with the directory that holds it.
        let top = if is_own { base.as_path() } else { base.parent().unwrap_or(&base) };
        let found = grouped(candidates, top);
        if !found.is_empty() {
            return (found, left_out);
        }
    }
    (Vec::new(), left_out)
}

fn candidate(
    project: &mut Project,
    files: &mut ValuesFiles,
    base: &Path,
    path: PathBuf,
) -> Option<ValuesCandidate> {
    let stem = stem(&path)?;
    let lower = stem.to_lowercase();
    if lower.split(|c: char| !c.is_alphanumeric()).any(|word| NO_VALUES.contains(&word)) {
        return None;
    }
    let dir = path.parent()?.to_owned();
    let below: Vec<String> = dir
        .strip_prefix(base)
        .ok()
        .into_iter()
        .flat_map(Path::iter)
        .map(|part| part.to_string_lossy().into_owned())
        .collect();
    let by_directory = || {
        let at = below.iter().rposition(|part| recognised(part).is_some())?;
        let above = below.get(..at)?.iter().fold(base.to_owned(), |dir, part| dir.join(part));
        Some((below.get(at)?.clone(), above))
    };
    let (name, beside, is_recognised, is_by_directory) = if recognised(&stem).is_some() {
        (without_kind(&stem).to_owned(), dir, true, false)
    } else if let Some((name, above)) = by_directory() {
        (name, above, true, true)
    } else if stem == "terraform" {
        (below.last()?.clone(), dir.parent()?.to_owned(), false, true)
    } else {
        (stem, dir, false, false)
    };
    let file = files.of_project(&path, project);
    let sets = file.names().map(Str::from).collect();
    Some(ValuesCandidate { path, file, sets, name, is_recognised, beside, is_by_directory })
}

/// The name of an environment without a word beside it that says only what the file is: `prod` of `env.prod` and of `prod-vars`.
fn without_kind(stem: &str) -> &str {
    const KINDS: [&str; 8] =
        ["env", "environment", "var", "vars", "variables", "values", "tfvars", "terraform"];
    let is_kind = |word: &str| KINDS.contains(&word.to_lowercase().as_str());
    let ends = [
        stem.split_once(['.', '-', '_']).filter(|(first, _)| is_kind(first)).map(|(_, rest)| rest),
        stem.rsplit_once(['.', '-', '_']).filter(|(_, last)| is_kind(last)).map(|(rest, _)| rest),
    ];
    ends.into_iter().flatten().find(|rest| recognised(rest).is_some()).unwrap_or(stem)
}

/// Whether a file can be for a root module: of its own most variables are declared, of one elsewhere all.
fn fits(candidate: &ValuesCandidate, config: &ModuleConfig, is_own: bool) -> bool {
    if config.incomplete.is_some() || candidate.file.unread.is_some() {
        return is_own && candidate.is_recognised;
    }
    let declared = candidate.sets.iter().filter(|name| config.variable(name).is_some()).count();
    declared > 0
        && if is_own { declared * 2 > candidate.sets.len() } else { declared == candidate.sets.len() }
}

/// Whether a file is called after another root module: `env/prod/network.tfvars`.
fn is_of_other_root(candidate: &ValuesCandidate, project: &Project, root: &Path, is_own: bool) -> bool {
    let Some(stem) = stem(&candidate.path).filter(|_| !is_own) else { return false };
    let own = project.reader.place(root);
    let is_called = |dir: &Path| dir.file_name().is_some_and(|name| name.to_string_lossy() == stem);
    let beside = crate::files::path::clean(&root.join("..").join(&stem));
    !is_called(&own) && project.module(&beside).is_some()
}

/// Puts files together that are one environment.
fn grouped(candidates: Vec<ValuesCandidate>, base: &Path) -> Vec<FoundEnvironment> {
    let is_common =
        |own: &ValuesCandidate| !own.is_recognised && COMMON.contains(&own.name.to_lowercase().as_str());
    let (common, own): (Vec<_>, Vec<_>) = candidates.into_iter().partition(is_common);
    let mut groups: BTreeMap<(String, PathBuf), Vec<ValuesCandidate>> = BTreeMap::new();
    for one in own {
        groups.entry((one.name.clone(), one.beside.clone())).or_default().push(one);
    }
    let sets = |group: &[ValuesCandidate]| -> BTreeSet<Str> {
        group.iter().flat_map(|own| own.sets.iter().cloned()).collect()
    };
    let all: Vec<(PathBuf, BTreeSet<Str>)> =
        groups.iter().map(|((_, beside), group)| (beside.clone(), sets(group))).collect();
    // A name that says nothing is one of an environment if what stands beside it sets the same.
    let is_alternative = |beside: &Path, own: &BTreeSet<Str>| {
        let alike =
            |(place, other): &&(PathBuf, BTreeSet<Str>)| place == beside && are_alternatives(own, other);
        // One of them is itself.
        all.iter().filter(alike).count() > 1
    };
    let mut found = Vec::new();
    for ((name, beside), group) in groups {
        let is_recognised = group.iter().any(|own| own.is_recognised);
        if !is_recognised && !is_alternative(&beside, &sets(&group)) {
            continue;
        }
        let mut seen: BTreeSet<&Str> = BTreeSet::new();
        let is_one = group.iter().all(|own| own.sets.iter().all(|name| seen.insert(name)));
        let shared = |first: &ValuesCandidate| -> Vec<ValuesFile> {
            common.iter().filter(|own| is_around(own, first)).map(|own| own.file.clone()).collect()
        };
        if is_one {
            let Some(first) = group.first() else { continue };
            let values = shared(first).into_iter().chain(group.iter().map(|own| own.file.clone())).collect();
            let paths: Vec<&Path> = group.iter().map(|own| own.path.as_path()).collect();
            found.push(environment(name, values, &reason(&paths, base)));
        } else {
            for own in &group {
                let part = stem(&own.path).unwrap_or_default();
                let name = if own.is_by_directory { format!("{name}/{part}") } else { name.clone() };
                let values = shared(own).into_iter().chain([own.file.clone()]).collect();
                found.push(environment(name, values, &reason(&[&own.path], base)));
            }
        }
    }
    found.sort_by(|a, b| a.name.cmp(&b.name));
    found
}

/// Whether two sets of variables are mostly the same, so that who has values for one of them takes no values of the other.
pub(super) fn are_alternatives(one: &BTreeSet<Str>, other: &BTreeSet<Str>) -> bool {
    one.intersection(other).count() * 2 >= one.len().max(other.len())
}

/// Whether what environments have in common stands beside a file or above it.
fn is_around(common: &ValuesCandidate, own: &ValuesCandidate) -> bool {
    common.path.parent().is_some_and(|dir| own.path.starts_with(dir))
}

fn environment(name: String, values: Vec<ValuesFile>, reason: &str) -> FoundEnvironment {
    FoundEnvironment { name: Some(name.as_str().into()), values, workspace: None, reason: reason.to_owned() }
}

fn reason(paths: &[&Path], base: &Path) -> String {
    let shown = |path: &Path| path.strip_prefix(base).unwrap_or(path).to_string_lossy().replace('\\', "/");
    match paths {
        [one] => format!("`{}` has its values", shown(one)),
        [first, rest @ ..] => format!("`{}` and {} more have its values", shown(first), rest.len()),
        [] => String::new(),
    }
}
