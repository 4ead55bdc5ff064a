//! Finds and reads what the settings name. Nothing is evaluated here.

use std::path::{Path, PathBuf};

use crate::budget::{Account, Allowance, Meter};
use crate::diagnostic::Diagnostic;
use crate::estate::configuration::project::{self, Project};
use crate::estate::variables::InputVariables;
use crate::eval::{Host, NoFiles};
use crate::files::discover::is_configuration;
use crate::files::path::clean;
use crate::files::system::FileKind;
use crate::files::{Reader, Refusal, reader};
use crate::rule::RuleSet;
use crate::settings::Settings;
use crate::terragrunt::Terragrunt;
use crate::value::equality::NoIdentities;

/// Everything that a run reads.
pub(super) struct Inputs {
    /// The files of configuration that were read.
    pub(super) project: Project,
    /// The directories that the user named.
    pub(super) directories: Vec<PathBuf>,
    /// The root modules in and below these directories.
    pub(super) roots: Vec<PathBuf>,
    /// The units of Terragrunt in and below these directories; those whose modules are at hand are among the roots.
    pub(super) terragrunt: Terragrunt,
    /// The plans, which have not been read yet.
    pub(super) plans: Vec<PathBuf>,
    /// The root module that the plans were made from, with the values of its variables.
    pub(super) source: Option<(PathBuf, InputVariables)>,
    /// How many files of the project are rule files.
    pub(super) rule_files: usize,
    /// What reading and evaluation have spent.
    pub(super) account: Account,
    /// What is wrong with the inputs.
    pub(super) problems: Vec<Diagnostic>,
}

impl Inputs {
    pub(super) fn read(settings: &Settings, set: &RuleSet) -> Self {
        let mut problems = set.problems.clone();
        // Rule files come first in the table of files, so that spans into them stay valid in the report.
        let mut project = Project::default();
        project.sources = set.sources.clone();
        project.rule_bytes = project.bytes();
        project.search(&settings.module_dirs);
        if let Some(directory) = &settings.data_dir {
            project.keep_data_in(directory);
        }
        let rule_files = project.sources.len();
        let (directories, plans) = sort_paths(settings, &project.reader, &mut problems);
        let (roots, terragrunt) = find_roots(&mut project, &directories, settings, &mut problems);
        let source = settings.source.as_deref().and_then(|dir| {
            if plans.is_empty() {
                problems.push(without_plan(dir));
            }
            load_source(dir, &settings.values.files, &mut project, &mut problems)
        });
        let account = std::mem::take(&mut project.account);
        Self { account, project, directories, roots, terragrunt, plans, source, rule_files, problems }
    }
}

/// Splits the paths into directories and plans (`-` is a plan on standard input).
fn sort_paths(
    settings: &Settings,
    reader: &Reader,
    problems: &mut Vec<Diagnostic>,
) -> (Vec<PathBuf>, Vec<PathBuf>) {
    let mut directories = Vec::new();
    let mut plans = Vec::new();
    let here = [PathBuf::from(".")];
    let paths = if settings.paths.is_empty() { here.as_slice() } else { &settings.paths };
    for path in paths {
        if path.as_os_str() == "-" || reader::is_stream(path) {
            plans.push(path.clone());
            continue;
        }
        match reader.kind_of_named(path) {
            Ok(FileKind::Directory) => directories.push(clean(path)),
            // Hooks and editors name files. Terraform reads directories, so the directory of the file is meant.
            Ok(_) if is_configuration(path) => {
                let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty());
                directories.push(clean(directory.unwrap_or(Path::new("."))));
            }
            Ok(_) => plans.push(path.clone()),
            Err(Refusal::Missing { .. }) => problems.push(no_such_input(path)),
            Err(refusal) => problems.push(*refusal.problem(path)),
        }
    }
    (directories, plans)
}

fn no_such_input(path: &Path) -> Diagnostic {
    Diagnostic::error("input/missing", format!("`{}` does not exist", path.display()))
        .help("name a directory with Terraform files, a plan as JSON, or `-` for a plan on standard input")
}

/// Loads all directories with configuration below the given ones, and returns the root modules among them. A unit of Terragrunt is a root
/// module, and its module is none.
fn find_roots(
    project: &mut Project,
    directories: &[PathBuf],
    settings: &Settings,
    problems: &mut Vec<Diagnostic>,
) -> (Vec<PathBuf>, Terragrunt) {
    let mut found: Vec<PathBuf> = Vec::new();
    let mut with_units: Vec<PathBuf> = Vec::new();
    project.permit(directories);
    for top in directories {
        let (dirs, mut troubles) = project.reader.directories(top);
        let units = project.reader.directories_with(top, &Terragrunt::FILES);
        problems.append(&mut troubles);
        if dirs.is_empty() && units.is_empty() {
            problems.push(
                Diagnostic::error(
                    "input/empty",
                    format!("there are no Terraform files in or below `{}`", top.display()),
                )
                .help("Terraform files end in `.tf`, `.tofu`, `.tf.json` or `.tofu.json`"),
            );
        }
        found.extend(dirs.iter().map(|dir| clean(dir)));
        with_units.extend(units.iter().map(|dir| clean(dir)));
    }
    for dirs in [&mut found, &mut with_units] {
        dirs.sort();
        dirs.dedup();
    }
    project.load(&found);
    let mut roots = project::roots(project, &found);
    let mut terragrunt = Terragrunt::find(project, &with_units, &environment(settings));
    roots.retain(|root| !terragrunt.takes(project, root));
    let units = terragrunt.units.iter().filter(|unit| unit.module.is_some() && unit.is_named);
    roots.extend(units.map(|unit| unit.directory.clone()));
    roots.sort();
    problems.append(&mut terragrunt.problems);
    (roots, terragrunt)
}

/// The variables of the process that functions of Terragrunt may read: those that the user has asked for.
fn environment(settings: &Settings) -> Vec<(String, String)> {
    let named = settings.values.process.iter();
    named.map(|(name, value)| (format!("TF_VAR_{name}"), value.clone())).collect()
}

fn without_plan(dir: &Path) -> Diagnostic {
    let message =
        format!("`--source {}` names the configuration of a plan, but no plan is given", dir.display());
    Diagnostic::error("input/no-plan", message).help("give the plan as well, or check the directory itself")
}

/// Loads the root module that the plans were made from.
fn load_source(
    dir: &Path,
    values: &[PathBuf],
    project: &mut Project,
    problems: &mut Vec<Diagnostic>,
) -> Option<(PathBuf, InputVariables)> {
    let dir = clean(dir);
    if !matches!(project.reader.kind_of_named(&dir), Ok(FileKind::Directory)) {
        let message = format!("the directory `{}` does not exist", dir.display());
        problems.push(
            Diagnostic::error("input/missing", message)
                .help("`--source` takes the root module that the plan was made from"),
        );
        return None;
    }
    project.permit(std::slice::from_ref(&dir));
    project.load(std::slice::from_ref(&dir));
    if project.module(&dir).is_none_or(|module| module.trees.is_empty()) {
        let message = format!("there are no Terraform files in `{}`", dir.display());
        problems.push(
            Diagnostic::error("input/empty", message)
                .help("`--source` takes the root module that the plan was made from"),
        );
        return None;
    }
    let automatic = project.reader.automatic_values(&dir);
    let files: Vec<_> = automatic.iter().chain(values).map(|path| project.read_values(path)).collect();
    let meter = Meter::new(Allowance::of_run(project.bytes()));
    let host = Host { files: &NoFiles, identities: &NoIdentities, meter: &meter };
    let (given, wrong) = InputVariables::from_files(&files, host);
    problems.extend(wrong);
    Some((dir, given))
}
