//! Variants: every root module once for each of its environments, with the values of that.
//!
//! What the user asks for goes before what the config declares, and that before what the root module shows by itself.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::directories::Directories;
use super::found::{self, FoundEnvironment};
use crate::config::{Configs, DeclaredEnvironment, Policy};
use crate::diagnostic::Diagnostic;
use crate::environment::{self, Environment, Recognised};
use crate::estate::configuration::JoinedAnswers;
use crate::estate::configuration::project::Project;
use crate::estate::variables::ValuesFile;
use crate::files::path::clean;
use crate::settings::{AskedEnvironment, Settings};
use crate::stacks::{Stack, StackDeployment, Stacks};
use crate::terragrunt::{Terragrunt, TerragruntUnit};
use crate::value::{Cause, Str, Value};

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
    /// The files that Terraform reads by itself and that name the environment.
    pub(super) named_by: Vec<PathBuf>,
    pub(super) named: Named<'a>,
    /// The value of `terraform.workspace`, if it is known.
    pub(super) workspace: Option<Str>,
    /// The unit of Terragrunt that it is, if it is one.
    pub(super) unit: Option<&'a TerragruntUnit>,
    /// The causes of unknown parts of stacks.
    pub(super) stack_gaps: &'a [Arc<Cause>],
    /// The deployment of a stack that it is, if it is one.
    pub(super) deployment: Option<&'a StackDeployment>,
}

/// Who says which environment a variant is for.
#[derive(Clone)]
pub(super) enum Named<'a> {
    /// Nobody: names tell.
    Nowhere,
    /// The user, by an option.
    Asked(&'a AskedEnvironment),
    /// The config.
    Declared(Box<DeclaredEnvironment>),
    /// The root module itself.
    Found(Box<FoundEnvironment>),
}

/// What an environment adds to a root module.
struct Addition<'a> {
    named: Named<'a>,
    /// Files of values that come before those that the user names for everything.
    first: Vec<ValuesFile>,
    /// Files of values that come after them.
    last: Vec<ValuesFile>,
    workspace: Option<Str>,
    deployment: Option<&'a StackDeployment>,
}

impl Addition<'_> {
    const NOTHING: Self = Self {
        named: Named::Nowhere,
        first: Vec::new(),
        last: Vec::new(),
        workspace: None,
        deployment: None,
    };
}

impl Variant<'_> {
    /// The environment. `place` tells where a path is in its repository; `variables` have been given a value.
    pub(super) fn environment(
        &self,
        policy: &Policy<'_>,
        settings: &Settings,
        place: &dyn Fn(&Path) -> PathBuf,
        variables: &[(Str, Value)],
    ) -> Option<Environment> {
        let by_names = |files: &[PathBuf], workspace: Option<&str>| {
            environment::of(&place(self.root), files, workspace, variables)
        };
        match &self.named {
            Named::Nowhere => {
                let files = match settings.values.files.as_slice() {
                    [] => self.named_by.as_slice(),
                    named => named,
                };
                known(policy, by_names(files, self.workspace.as_deref()))
            }
            Named::Asked(asked @ AskedEnvironment { name: Some(name), .. }) => {
                let declared =
                    policy.environments().into_iter().find(|declared| declared.name == name.as_str());
                let is_production = declared.and_then(|declared| declared.production);
                let others = by_names(&asked.files, self.workspace.as_deref());
                let own = Environment::new(name, is_production, "`--environment` names it").or_by(others);
                Some(own.unless_named(is_production.is_some(), &asked.files, asked.workspace.as_deref()))
            }
            Named::Asked(asked) => {
                let by_file =
                    asked.files.first().and_then(|file| environment::of_file(file, &place(file), variables));
                known(policy, by_file)
            }
            Named::Declared(declared) => {
                let others = by_names(&settings.values.files, self.workspace.as_deref());
                let files: Vec<PathBuf> =
                    declared.var_files.iter().map(|file| file.value.as_str().into()).collect();
                let workspace = declared.workspace.as_deref();
                let is_said = declared.production.is_some();
                Some(of_config(declared).or_by(others).unless_named(is_said, &files, workspace))
            }
            Named::Found(found) => {
                let others = by_names(&settings.values.files, None);
                found.environment(others).map(|environment| said_by_config(policy, environment))
            }
        }
    }

    /// Whether somebody has written the name of the environment.
    pub(super) const fn is_named(&self) -> bool {
        matches!(self.named, Named::Asked(_) | Named::Declared(_))
    }
}

/// Reads the variable values files of every root and environment: those that Terraform loads by itself, then those of an environment of
/// the config or one that is found, then those that the user names, then those of an environment that the user names. What is in `files`
/// is not read again.
pub(super) fn read<'a>(
    project: &mut Project,
    files: &mut ValuesFiles,
    roots: &'a [PathBuf],
    (directories, terragrunt, stacks): (&Directories, &'a Terragrunt, &'a Stacks),
    settings: &'a Settings,
    configs: &Configs,
    problems: &mut Vec<Diagnostic>,
) -> Vec<Variant<'a>> {
    let values = &settings.values;
    let for_all: Vec<ValuesFile> = values.files.iter().map(|path| files.of_user(path, project)).collect();
    let mut variants = Vec::new();
    for root in roots {
        let start = variants.len();
        let unit = terragrunt.unit(root);
        let paths =
            unit.map_or_else(|| project.reader.automatic_values(root), |unit| unit.value_files(project));
        let automatic: Vec<_> = paths.iter().map(|path| files.of_project(path, project)).collect();
        let named_by = naming(&paths);
        let policy = configs.policy(&settings.asked, root, &project.reader);
        // The deployments of a stack are all its environments.
        let mut additions: Vec<Addition<'a>> = stacks.of(root).map(deployed).unwrap_or_default();
        if additions.is_empty() {
            additions = asked(values.environments.iter(), root, project, files);
        }
        if additions.is_empty() {
            additions = declared(&policy, root, project, files, problems);
        }
        let runs_itself =
            directories.unit(root).is_some_and(|unit| unit.kind.is_unit() && unit.run_by.is_none());
        if additions.is_empty() && unit.is_none() && runs_itself {
            let found = found::environments(project, files, root, (&automatic, &named_by), values, problems);
            additions.extend(found.into_iter().map(|found| Addition {
                first: found.values.clone(),
                workspace: found.workspace.clone(),
                named: Named::Found(Box::new(found)),
                ..Addition::NOTHING
            }));
        }
        if let Some(workspace) = &values.workspace {
            // Who names a workspace wants no other.
            additions.retain(|own| own.workspace.as_ref().is_none_or(|own| own == workspace.as_str()));
        }
        if additions.is_empty() {
            additions.push(Addition::NOTHING);
        }
        for Addition { named, first, last, workspace, deployment } in additions {
            let own = automatic.len() + first.len();
            let all: Vec<_> = automatic.iter().chain(&first).chain(&for_all).chain(&last).cloned().collect();
            let before = values.assigned.iter().map(|assigned| match assigned.after >= for_all.len() {
                true => all.len(),
                false => own + assigned.after,
            });
            let before = before.collect();
            let workspace = workspace.or_else(|| values.workspace.as_deref().map(Str::from));
            let ordinal = variants.len().saturating_sub(start);
            variants.push(Variant {
                number: 0,
                root,
                ordinal,
                joined: None,
                values: all,
                before,
                own,
                named_by: named_by.clone(),
                named,
                workspace,
                unit,
                stack_gaps: &stacks.gaps,
                deployment,
            });
        }
    }
    variants
}

/// Of files that Terraform reads by itself, those that name an environment; none where they name several, as all of them hold.
fn naming(files: &[PathBuf]) -> Vec<PathBuf> {
    let name = |path: &PathBuf| environment::recognised(&environment::stem(path)?);
    let named = files.iter().filter_map(|path| Some((name(path)?, PathBuf::from(path.file_name()?))));
    let (names, files): (BTreeSet<String>, Vec<PathBuf>) = named.unzip();
    if names.len() == 1 { files } else { Vec::new() }
}

/// Files of values, each read once in a run.
#[derive(Default)]
pub(super) struct ValuesFiles {
    /// Those that the user named. What is wrong with them is told differently.
    of_user: FxHashMap<PathBuf, ValuesFile>,
    of_project: FxHashMap<PathBuf, ValuesFile>,
}

impl ValuesFiles {
    fn of_user(&mut self, path: &Path, project: &mut Project) -> ValuesFile {
        let file = self.of_user.entry(path.to_owned());
        file.or_insert_with(|| project.read_named_values(path)).clone()
    }

    pub(super) fn of_project(&mut self, path: &Path, project: &mut Project) -> ValuesFile {
        let file = self.of_project.entry(path.to_owned());
        file.or_insert_with(|| project.read_values(path)).clone()
    }
}

/// The deployments of a stack as environments.
fn deployed(stack: &Stack) -> Vec<Addition<'_>> {
    let found = |deployment: &StackDeployment| FoundEnvironment {
        name: Some(deployment.name.clone()),
        values: Vec::new(),
        workspace: None,
        reason: format!("`{}` is a deployment of the stack", deployment.name),
    };
    let addition = |deployment| Addition {
        named: Named::Found(Box::new(found(deployment))),
        deployment: Some(deployment),
        ..Addition::NOTHING
    };
    stack.deployments.iter().map(addition).collect()
}

/// The environments that the user asks for. A file is where its path leads, or else in the root module.
fn asked<'a>(
    environments: impl Iterator<Item = &'a AskedEnvironment>,
    root: &Path,
    project: &mut Project,
    files: &mut ValuesFiles,
) -> Vec<Addition<'a>> {
    let own = environments.filter(|environment| environment.selected().is_none());
    let addition = |environment: &'a AskedEnvironment| {
        let paths = environment.files.iter().map(|path| {
            let inside = root.join(path);
            let is_there = |path: &Path| project.reader.kind_of_named(path).is_ok();
            // One that is in neither place is reported where something like it is.
            let is_meant = || is_there(&inside) || project.nearest_file(&inside).is_some();
            if is_there(path) || !is_meant() { path.clone() } else { inside }
        });
        let paths: Vec<PathBuf> = paths.collect();
        Addition {
            named: Named::Asked(environment),
            first: Vec::new(),
            last: paths.iter().map(|path| files.of_user(path, project)).collect(),
            workspace: environment.workspace.as_deref().map(Str::from),
            deployment: None,
        }
    };
    own.map(addition).collect()
}

/// The environments that the config declares.
fn declared<'a>(
    policy: &Policy<'_>,
    root: &Path,
    project: &mut Project,
    files: &mut ValuesFiles,
    problems: &mut Vec<Diagnostic>,
) -> Vec<Addition<'a>> {
    let mut additions = Vec::new();
    for environment in policy.environments() {
        let paths = files_of(&environment, root, policy, project, problems);
        additions.push(Addition {
            first: paths.iter().map(|path| files.of_project(path, project)).collect(),
            last: Vec::new(),
            workspace: environment.workspace.clone(),
            deployment: None,
            named: Named::Declared(Box::new(environment)),
        });
    }
    additions
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
                        let near = places.iter().find_map(|place| project.nearest_file(place));
                        let help = near.map_or_else(
                            || "it is looked for in the root module, then beside the config; `roots` says which root modules an environment has".to_owned(),
                            |near| format!("did you mean `{}`?", near.display()),
                        );
                        Diagnostic::error("settings/var-file", message).help(help)
                    },
                    |(refusal, place)| *refusal.problem(place),
                );
                problems.push(problem.at(file.span, "named here"));
            }
        }
    }
    files
}

/// An environment as the config declares it.
fn of_config(declared: &DeclaredEnvironment) -> Environment {
    Environment::new(&declared.name, declared.production, "the config says so")
}

/// An environment with what the config says of one of that name.
fn said_by_config(policy: &Policy<'_>, environment: Environment) -> Environment {
    let declared = policy.environments();
    let same = declared.iter().map(of_config).find(|declared| declared.is(&environment.full_name));
    same.unwrap_or(environment)
}

/// The environment that names tell, as the config declares it; if the config declares one for the root module and no other, that one.
pub(super) fn known(policy: &Policy<'_>, found: Option<Recognised>) -> Option<Environment> {
    if let [only] = policy.environments().as_slice() {
        return Some(of_config(only).or_by(found));
    }
    let found = found?;
    Some(said_by_config(policy, Environment::recognised(found)))
}
