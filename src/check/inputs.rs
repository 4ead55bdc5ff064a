//! Finds and reads what the settings name. Nothing is evaluated here.

use std::ffi::OsStr;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustc_hash::FxHashSet;

use super::answering::AnsweringRoots;
use super::since::Compared;
use super::touched::{ChangedFiles, NotLookedAt, TouchedDirectories, concerned, touched};
use crate::budget::{Account, Allowance, Meter};
use crate::config::Configs;
use crate::diagnostic::Diagnostic;
use crate::estate::configuration::STACKS;
use crate::estate::configuration::project::Project;
use crate::estate::variables::InputVariables;
use crate::eval::{Host, NoFiles};
use crate::files::discover::is_configuration;
use crate::files::path::{clean, directory_of};
use crate::files::system::{FileKind, FileSystem};
use crate::files::{Disk, Overlay, Reader, Refusal, Remembered, reader};
use crate::rule::RuleSet;
use crate::settings::Settings;
use crate::stacks::{Stack, Stacks};
use crate::terragrunt::{Terragrunt, TerragruntUnit};
use crate::units::callers::Callers;
use crate::units::{self, Unit, UnitKind};
use crate::value::Time;
use crate::value::equality::NoIdentities;

/// Everything that a run reads.
pub(super) struct Inputs {
    /// The files of configuration that were read.
    pub(super) project: Project,
    /// The directories that the user named.
    pub(super) directories: Vec<PathBuf>,
    /// What each directory with configuration in and below these is taken for.
    pub(super) units: Vec<Unit>,
    /// The units of Terragrunt in and below these directories; those whose modules are at hand are among the roots.
    pub(super) terragrunt: Terragrunt,
    /// The stacks in and below these directories.
    pub(super) stacks: Stacks,
    /// The plans, which have not been read yet, each with the directory whose config holds for it.
    pub(super) plans: Vec<(PathBuf, PathBuf)>,
    /// The root module that the plans were made from, with the values of its variables.
    pub(super) source: Option<(PathBuf, InputVariables)>,
    /// What the project says of how it is to be checked.
    pub(super) configs: Configs,
    /// The rules, those of the project's own among them.
    pub(super) set: Arc<RuleSet>,
    /// The directories that a change touches, if only these were loaded.
    pub(super) touched: Option<Vec<PathBuf>>,
    /// The others.
    pub(super) not_looked_at: NotLookedAt,
    /// Directories that were loaded for what they tell about these: nothing is said of them themselves. Sorted.
    pub(super) answering: Vec<PathBuf>,
    /// How many files of the project are no input: configs, rule files, and files of the revision that is compared with.
    pub(super) other_files: usize,
    /// The files that were read only for what they tell about others, by their places among all: nothing is said of them.
    pub(super) quiet: Vec<Range<usize>>,
    /// Whether these are the inputs from before a change or from after it.
    pub(super) time: Time,
    /// What the directories are compared with.
    pub(super) since: Option<Compared>,
    /// What reading and evaluation have spent.
    pub(super) account: Account,
    /// What is wrong with the inputs.
    pub(super) problems: Vec<Diagnostic>,
}

impl Inputs {
    pub(super) fn read(settings: &Settings, rules: &Arc<RuleSet>) -> Self {
        Self::read_from(&disk(settings), settings, rules, &[])
    }

    /// The same from a [`disk`]; directories that a change is known to affect are looked at as those that it touches.
    pub(super) fn read_from(
        disk: &Arc<dyn FileSystem>,
        settings: &Settings,
        rules: &Arc<RuleSet>,
        affected: &[PathBuf],
    ) -> Self {
        let mut problems = Vec::new();
        // Rule files come first in the table of files, so that spans into them stay valid in the report.
        let mut project = Project::default();
        project.reader = Reader::new(overlaid(disk, settings));
        project.sources = rules.sources.clone();
        project.search(&settings.module_dirs);
        if let Some(directory) = &settings.data_dir {
            project.keep_data_in(directory);
        }
        let (directories, plans) = sort_paths(settings, &project.reader, &mut problems);
        let mut found = FoundDirectories::below(&mut project, &directories, &mut problems);
        let of_plans: Vec<PathBuf> = plans
            .iter()
            .map(|plan| {
                settings.source.as_ref().map_or_else(|| beside_plan(plan, &project.reader), |dir| clean(dir))
            })
            .collect();
        let looked_at = found.configuration.iter().chain(&found.units).chain(&found.stacks).chain(&of_plans);
        let (configs, set) = read_configs(settings, rules, looked_at, &mut project, &mut problems);
        project.rule_bytes = project.bytes();
        let other_files = project.sources.len();
        found.leave_out_excluded(&directories, &configs, settings, &project.reader, &mut problems);
        let since =
            Compared::open(settings, (&project, disk), (&directories, affected), &plans, &mut problems);
        let FoundUnits { units, terragrunt, stacks, touched, answering, quiet } =
            find_units(&mut project, &found, &configs, settings, since.as_ref(), &mut problems);
        let not_looked_at = match &touched {
            Some(touched) => NotLookedAt::new(found.configuration, touched),
            None => NotLookedAt::default(),
        };
        let plans: Vec<(PathBuf, PathBuf)> = plans.into_iter().zip(of_plans).collect();
        let source = settings.source.as_deref().and_then(|dir| {
            // A plan that is not there is told already.
            if plans.is_empty() && !directories.is_empty() {
                problems.push(without_plan(dir));
            }
            load_source(dir, &settings.values.files, &mut project, &mut problems)
        });
        let account = std::mem::take(&mut project.account);
        Self {
            account,
            project,
            directories,
            units,
            terragrunt,
            stacks,
            plans,
            source,
            configs,
            set,
            touched,
            not_looked_at,
            answering,
            other_files,
            quiet: vec![quiet],
            time: Time::After,
            since,
            problems,
        }
    }
}

impl Inputs {
    /// Whether the file at a place among all is input of which something is said.
    pub(super) fn is_told(&self, at: usize) -> bool {
        at >= self.other_files && !self.quiet.iter().any(|files| files.contains(&at))
    }
}

/// What is read from, without unsaved texts.
pub(super) fn disk(settings: &Settings) -> Arc<dyn FileSystem> {
    let system = settings.system.clone().unwrap_or_else(|| Arc::new(Disk));
    Arc::new(match &settings.memory {
        Some(memory) => Remembered::new(system, memory.clone()),
        // Most files are the same before and after.
        None if settings.since.is_some() => Remembered::within_run(system).with_files(),
        None => Remembered::within_run(system),
    })
}

/// The same with unsaved texts.
fn overlaid(disk: &Arc<dyn FileSystem>, settings: &Settings) -> Arc<dyn FileSystem> {
    if settings.unsaved.is_empty() && settings.flat.is_none() {
        return disk.clone();
    }
    let unsaved = Overlay::with(disk.clone(), settings.unsaved.clone());
    Arc::new(unsaved.flattened(settings.flat.clone()))
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
            Ok(_) if is_configuration(path) => directories.push(clean(directory_of(path))),
            Ok(_) => plans.push(tidied(path, reader)),
            Err(Refusal::Missing { .. }) => problems.push(no_such_input(path)),
            Err(refusal) => problems.push(*refusal.problem(path)),
        }
    }
    (directories, plans)
}

/// The path without `..`, unless a link on it makes that another file.
fn tidied(path: &Path, reader: &Reader) -> PathBuf {
    let tidy = clean(path);
    let is_same = reader.locate_named(&tidy).is_some_and(|real| reader.locate_named(path) == Some(real));
    if is_same { tidy } else { path.to_owned() }
}

fn no_such_input(path: &Path) -> Diagnostic {
    Diagnostic::error("input/missing", format!("`{}` does not exist", path.display()))
        .help("name a directory with Terraform files, a plan as JSON, or `-` for a plan on standard input")
}

/// The directory whose config holds for a plan: where it lies, if that is in a repository, else the working directory. Other users may
/// write to directories for temporary files.
fn beside_plan(plan: &Path, reader: &Reader) -> PathBuf {
    let here = PathBuf::from(".");
    if plan.as_os_str() == "-" || reader::is_stream(plan) {
        return here;
    }
    let beside = clean(directory_of(plan));
    if reader.repository_of(&beside).is_some() { beside } else { here }
}

/// Reads the configs that hold in these directories, and the rules that they and the user add.
pub(super) fn read_configs<'a>(
    settings: &Settings,
    rules: &Arc<RuleSet>,
    directories: impl Iterator<Item = &'a PathBuf>,
    project: &mut Project,
    problems: &mut Vec<Diagnostic>,
) -> (Configs, Arc<RuleSet>) {
    let Project { reader, sources, .. } = project;
    let mut configs = Configs::new(&settings.config, reader, sources);
    for directory in directories {
        if !reader.is_directory(directory) {
            // It holds a plan: what is wrong with it is said when the plan is read.
            let _permitted = reader.permit(directory);
        }
        configs.find(directory, reader, sources);
    }
    let own = configs.read_rules(&settings.asked.rule_dirs, reader, sources);
    let set = if own.is_empty() { rules.clone() } else { Arc::new(rules.with_own(own)) };
    problems.append(&mut configs.problems);
    problems.extend(set.problems.iter().cloned());
    problems.extend(configs.verify(&settings.asked, &set));
    (configs, set)
}

/// Directories in and below those that the user named, sorted.
pub(super) struct FoundDirectories {
    /// With configuration.
    pub(super) configuration: Vec<PathBuf>,
    /// With units of Terragrunt.
    pub(super) units: Vec<PathBuf>,
    /// With stacks.
    pub(super) stacks: Vec<PathBuf>,
}

impl FoundDirectories {
    pub(super) fn below(project: &mut Project, named: &[PathBuf], problems: &mut Vec<Diagnostic>) -> Self {
        let mut found = Self { configuration: Vec::new(), units: Vec::new(), stacks: Vec::new() };
        project.permit(named);
        // What may not be read has been told.
        for top in named.iter().filter(|top| project.reader.is_directory(top)) {
            let is_source = |name: &OsStr| is_configuration(Path::new(name));
            let kinds: [&dyn Fn(&OsStr) -> bool; 3] = [&is_source, &Terragrunt::is_file, &Stacks::is_file];
            let ([dirs, units, stacks], mut troubles) = project.reader.directories_of(top, kinds);
            problems.append(&mut troubles);
            if dirs.is_empty() && units.is_empty() && stacks.is_empty() {
                problems.push(
                    Diagnostic::error(
                        "input/empty",
                        format!("there are no Terraform files in or below `{}`", top.display()),
                    )
                    .help("Terraform files end in `.tf`, `.tofu`, `.tf.json` or `.tofu.json`"),
                );
            }
            found.configuration.extend(dirs.iter().map(|dir| clean(dir)));
            found.units.extend(units.iter().map(|dir| clean(dir)));
            found.stacks.extend(stacks.iter().map(|dir| clean(dir)));
        }
        for dirs in [&mut found.configuration, &mut found.units, &mut found.stacks] {
            dirs.sort();
            dirs.dedup();
        }
        found
    }

    /// Leaves out what configs exclude; what the user named stays.
    pub(super) fn leave_out_excluded(
        &mut self,
        named: &[PathBuf],
        configs: &Configs,
        settings: &Settings,
        reader: &Reader,
        problems: &mut Vec<Diagnostic>,
    ) {
        let is_empty =
            |own: &Self| own.configuration.is_empty() && own.units.is_empty() && own.stacks.is_empty();
        let had_any = !is_empty(self);
        let is_excluded = |dir: &Path| configs.policy(&settings.asked, dir, reader).is_excluded();
        // Who names a directory that is excluded means what lies in it.
        let meant: Vec<&Path> = named.iter().map(PathBuf::as_path).filter(|own| is_excluded(own)).collect();
        for dirs in [&mut self.configuration, &mut self.units, &mut self.stacks] {
            dirs.retain(|dir| {
                named.contains(dir) || meant.iter().any(|own| lies_in(dir, own)) || !is_excluded(dir)
            });
        }
        if had_any && is_empty(self) {
            problems.push(
                Diagnostic::error("input/excluded", "configs exclude every directory with Terraform files")
                    .help("name a directory on the command line to check it all the same"),
            );
        }
    }
}

/// Whether a directory that was found below another one lies in it. Both are clean.
fn lies_in(dir: &Path, outer: &Path) -> bool {
    if outer == Path::new(".") { dir.is_relative() && !dir.starts_with("..") } else { dir.starts_with(outer) }
}

/// What there is to check in some directories.
pub(super) struct FoundUnits {
    /// What each directory with configuration is taken for.
    pub(super) units: Vec<Unit>,
    pub(super) terragrunt: Terragrunt,
    pub(super) stacks: Stacks,
    /// See [`Inputs::touched`].
    pub(super) touched: Option<Vec<PathBuf>>,
    /// See [`Inputs::answering`].
    pub(super) answering: Vec<PathBuf>,
    /// The files that were read for these alone, by their places among all.
    pub(super) quiet: Range<usize>,
}

/// Loads the directories with configuration, as far as a change touches them, and tells what each is taken for: as the config says, or by
/// evidence. A unit of Terragrunt is a root module, and its module is none.
pub(super) fn find_units(
    project: &mut Project,
    found: &FoundDirectories,
    configs: &Configs,
    settings: &Settings,
    since: Option<&Compared>,
    problems: &mut Vec<Diagnostic>,
) -> FoundUnits {
    // A unit of Terragrunt or a stack may depend on any file, so then everything is looked at.
    let has_others = !found.units.is_empty() || !found.stacks.is_empty();
    let since = since.filter(|_| !has_others);
    let wanted = AnsweringRoots::of(settings);
    let touched = since.map(|since| {
        let changed =
            ChangedFiles { paths: &since.changed, earlier: &|| since.earlier(), affected: &since.affected };
        touched(changed, &project.reader, &found.configuration, settings, wanted)
    });
    let touched = match (&settings.concerning, touched) {
        (Some(files), None) if !has_others => {
            Some(concerned(files, &project.reader, &found.configuration, settings))
        }
        (_, touched) => touched,
    };
    let (touched, answering) = match touched {
        Some(TouchedDirectories { touched, answering }) => (Some(touched), answering),
        None => (None, Vec::new()),
    };
    project.load(touched.as_ref().unwrap_or(&found.configuration));
    let ((), quiet) = quietly(project, |project| project.load(&answering));
    let mut all: Vec<PathBuf> =
        touched.as_ref().unwrap_or(&found.configuration).iter().chain(&answering).cloned().collect();
    all.sort();
    let own: Vec<PathBuf> = all.iter().filter(|dir| !project.is_copy(dir, &all)).cloned().collect();
    let mut terragrunt = Terragrunt::find(project, &found.units, &environment(settings));
    let mut stacks = Stacks::find(project, &found.stacks);
    let with_stacks: Vec<PathBuf> = own.iter().chain(&found.units).chain(&found.stacks).cloned().collect();
    let callers = Callers::of(project, &with_stacks);
    let mut all = units::of(project, &own, &callers, &|name| is_given(settings, name));
    for unit in all.iter_mut().filter(|unit| unit.kind.is_unit() || unit.kind == UnitKind::Fragment) {
        if terragrunt.takes(project, &unit.directory) {
            unit.kind = UnitKind::Module;
            "a unit of Terragrunt applies it".clone_into(&mut unit.reason);
            unit.problem = None;
        }
    }
    let is_root = |unit: &&TerragruntUnit| unit.is_root() && unit.is_named;
    all.retain(|own| terragrunt.unit(&own.directory).filter(is_root).is_none());
    for unit in terragrunt.units.iter().filter(is_root) {
        all.push(Unit {
            directory: unit.directory.clone(),
            kind: UnitKind::Applied,
            reason: "it is a unit of Terragrunt".to_owned(),
            run_by: Some("Terragrunt"),
            problem: None,
        });
    }
    all.retain(|own| stacks.of(&own.directory).is_none());
    all.extend(stacks.all.iter().map(unit_of_stack));
    for unit in &mut all {
        if let Some((kind, reason)) = units::in_stack(project, &unit.directory, &callers) {
            (unit.kind, unit.reason, unit.problem) = (kind, reason, None);
        }
    }
    let listed: FxHashSet<&Path> = all.iter().map(|unit| unit.directory.as_path()).collect();
    let copied = found.units.iter().filter(|dir| !listed.contains(dir.as_path())).filter_map(|dir| {
        let (kind, reason) = units::in_stack(project, dir, &callers)?;
        Some(Unit { directory: dir.clone(), kind, reason, run_by: None, problem: None })
    });
    let copied: Vec<Unit> = copied.collect();
    all.extend(copied);
    for unit in &mut all {
        if let Some(kind) = configs.policy(&settings.asked, &unit.directory, &project.reader).kind() {
            unit.kind = kind;
            "the config says so".clone_into(&mut unit.reason);
            unit.problem = None;
        }
    }
    all.sort_by(|a, b| a.directory.cmp(&b.directory));
    problems.append(&mut terragrunt.problems);
    problems.append(&mut stacks.problems);
    FoundUnits { units: all, terragrunt, stacks, touched, answering, quiet }
}

/// Reads what nothing is said of, and tells which files were read for that.
pub(super) fn quietly<T>(project: &mut Project, read: impl FnOnce(&mut Project) -> T) -> (T, Range<usize>) {
    let (problems, unread, files) = (project.problems.len(), project.unread, project.sources.len());
    let done = read(project);
    project.problems.truncate(problems);
    project.unread = unread;
    (done, files..project.sources.len())
}

/// A stack as a unit: its deployments apply it.
fn unit_of_stack(stack: &Stack) -> Unit {
    let (kind, reason) = match stack.deployments.len() {
        0 => (UnitKind::Applicable, "it is a stack without deployments".to_owned()),
        1 => (UnitKind::Applied, "it is a stack with one deployment".to_owned()),
        more => (UnitKind::Applied, format!("it is a stack with {more} deployments")),
    };
    Unit { directory: stack.directory.clone(), kind, reason, run_by: Some(STACKS), problem: None }
}

/// Whether the user gives a variable a value. Files may set any.
fn is_given(settings: &Settings, name: &str) -> bool {
    let values = &settings.values;
    !values.files.is_empty()
        || values.environments.iter().any(|environment| !environment.files.is_empty())
        || values.assigned.iter().any(|assigned| assigned.name == name)
        || values.process.iter().any(|(own, _)| own == name)
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
    let kind = project.reader.kind_of_named(&dir);
    if let Err(refusal @ (Refusal::Outside | Refusal::Git)) = &kind {
        problems.push(*refusal.problem(&dir));
        return None;
    }
    if !matches!(kind, Ok(FileKind::Directory)) {
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
