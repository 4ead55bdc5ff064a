//! Variants: every root module once for each of its environments, with the values of that.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::config::{Configs, DeclaredEnvironment, Policy};
use crate::diagnostic::Diagnostic;
use crate::environment::Environment;
use crate::estate::configuration::JoinedAnswers;
use crate::estate::configuration::project::Project;
use crate::estate::variables::ValuesFile;
use crate::files::path::clean;
use crate::settings::Settings;
use crate::terragrunt::{Terragrunt, TerragruntUnit};
use crate::value::Str;

/// A root module with the values of one environment.
pub(super) struct Variant<'a> {
    /// [`Estate::number`](crate::estate::Estate::number)
    pub(super) number: u32,
    pub(super) root: &'a Path,
    /// Which of the variants of its root module it is.
    pub(super) ordinal: usize,
    /// What other root modules tell of its data sources.
    pub(super) joined: Option<Arc<JoinedAnswers>>,
    pub(super) values: Vec<ValuesFile>,
    /// For each value that the user assigns, how many of `values` come before it.
    pub(super) before: Vec<usize>,
    /// How many of `values` are read without being named by the user.
    pub(super) own: usize,
    pub(super) environment: Named<'a>,
    /// The unit of Terragrunt that it is, if it is one.
    pub(super) unit: Option<&'a TerragruntUnit>,
}

/// Who says which environment a variant is for.
#[derive(Clone)]
pub(super) enum Named<'a> {
    /// Nobody: names tell.
    Nowhere,
    /// The user, who named the file of values that stands for it.
    ByFile(&'a Path),
    /// The config.
    Declared(Box<DeclaredEnvironment>),
}

impl Variant<'_> {
    /// The value of `terraform.workspace`, if it is known.
    pub(super) fn workspace(&self) -> Option<Str> {
        match &self.environment {
            Named::Declared(declared) => declared.workspace.clone(),
            Named::Nowhere | Named::ByFile(_) => None,
        }
    }
}

/// Reads the variable values files of every root and environment: those that Terraform loads by itself, then those of an environment of
/// the config, then those that the user names, then that of an environment that the user names.
pub(super) fn read<'a>(
    project: &mut Project,
    roots: &'a [PathBuf],
    terragrunt: &'a Terragrunt,
    settings: &'a Settings,
    configs: &Configs,
    problems: &mut Vec<Diagnostic>,
) -> Vec<Variant<'a>> {
    let values = &settings.values;
    let mut named = |path: &PathBuf| project.read_named_values(path);
    let for_all: Vec<ValuesFile> = values.files.iter().map(&mut named).collect();
    let by_file: Vec<(Named<'_>, ValuesFile)> =
        values.environments.iter().map(|path| (Named::ByFile(path.as_path()), named(path))).collect();
    let mut declared_files = FxHashMap::default();
    let mut variants = Vec::new();
    for root in roots {
        let start = variants.len();
        let unit = terragrunt.unit(root);
        let paths =
            unit.map_or_else(|| project.reader.automatic_values(root), |unit| unit.value_files(project));
        let automatic: Vec<_> = paths.iter().map(|path| project.read_values(path)).collect();
        let mut add = |environment: Named<'a>, first: &[ValuesFile], last: Option<&ValuesFile>| {
            let all: Vec<_> = automatic.iter().chain(first).chain(&for_all).chain(last).cloned().collect();
            let before = values.assigned.iter().map(|assigned| {
                if assigned.after >= for_all.len() {
                    return all.len();
                }
                automatic.len() + first.len() + assigned.after
            });
            let before = before.collect();
            let own = automatic.len() + first.len();
            let ordinal = variants.len().saturating_sub(start);
            let joined = None;
            variants.push(Variant {
                number: 0,
                root,
                ordinal,
                joined,
                values: all,
                own,
                before,
                environment,
                unit,
            });
        };
        if !by_file.is_empty() {
            by_file.iter().for_each(|(environment, file)| add(environment.clone(), &[], Some(file)));
            continue;
        }
        let policy = configs.policy(&settings.asked, root, &project.reader);
        let declared = policy.environments();
        if declared.is_empty() {
            add(Named::Nowhere, &[], None);
        }
        for environment in declared {
            let paths = files_of(&environment, root, &policy, project, problems);
            let files = paths.into_iter().map(|path| {
                let file = declared_files.entry(path.clone());
                file.or_insert_with(|| project.read_values(&path)).clone()
            });
            let files: Vec<ValuesFile> = files.collect();
            add(Named::Declared(Box::new(environment)), &files, None);
        }
    }
    variants
}

/// Where the files of values of an environment are for a root module. One that is nowhere is reported.
fn files_of(
    environment: &DeclaredEnvironment,
    root: &Path,
    policy: &Policy<'_>,
    project: &Project,
    problems: &mut Vec<Diagnostic>,
) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for file in &environment.var_files {
        let places: Vec<PathBuf> =
            policy.places_of_values(root, &file.value).iter().map(|place| clean(place)).collect();
        match places.iter().find(|place| project.reader.kind(place).is_ok()) {
            Some(place) => files.push(place.clone()),
            None => {
                let mut refusals =
                    places.iter().filter_map(|place| Some((project.reader.kind(place).err()?, place)));
                let by_rule = refusals.find(|(refusal, _)| refusal.is_by_rule());
                let problem = by_rule.map_or_else(
                    || {
                        let message = format!(
                            "the environment `{}` has no file `{}` for `{}`",
                            environment.name,
                            file.value,
                            root.display()
                        );
                        Diagnostic::error("settings/var-file", message)
                            .help("it is looked for in the root module, then beside the config; `roots` says which root modules an environment has")
                    },
                    |(refusal, place)| *refusal.problem(place),
                );
                problems.push(problem.at(file.span, "named here"));
            }
        }
    }
    files
}

/// The environment that names tell, as the config declares it; if the config declares one for the root module and no other, that one.
pub(super) fn known(policy: &Policy<'_>, found: Option<String>) -> Option<Environment> {
    let declared = policy.environments();
    let environment = |declared: &DeclaredEnvironment| Environment::new(&declared.name, declared.production);
    if let [only] = declared.as_slice() {
        return Some(environment(only));
    }
    let found = found?;
    let same = declared.iter().map(environment).find(|declared| declared.is(&found));
    Some(same.unwrap_or_else(|| Environment::new(&found, None)))
}
