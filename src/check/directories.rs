//! Which of the directories with configuration are checked as root modules, and what the report says of all of them.

use std::path::{Path, PathBuf};

use rustc_hash::FxHashSet;

use super::roots::Job;
use crate::diagnostic::{Diagnostic, Severity};
use crate::estate::configuration::project::Project;
use crate::report::{Attention, ListedDirectory, ListedVariant, Report};
use crate::settings::Include;
use crate::terragrunt::Terragrunt;
use crate::units::{Unit, UnitKind};

/// The directories with configuration that a run found.
pub(super) struct Directories {
    units: Vec<(Unit, Attention, Vec<ListedVariant>)>,
    /// Those that are evaluated for what they tell about others; nothing is said of them themselves. Sorted.
    answering: Vec<PathBuf>,
    /// The directories of which nothing that is applied consists.
    others: FxHashSet<PathBuf>,
}

impl Directories {
    /// Decides which directories are checked: those that are applied, and of the others what is to be included. Modules that what is
    /// checked calls are checked as a part of it.
    pub(super) fn new(
        project: &Project,
        units: Vec<Unit>,
        terragrunt: &Terragrunt,
        include: Include,
        answering: Vec<PathBuf>,
    ) -> Self {
        let is_answering = |unit: &Unit| answering.binary_search(&unit.directory).is_ok();
        let is_root = |unit: &Unit| {
            unit.kind.is_unit() || unit.kind == UnitKind::Sample && include.samples && !is_answering(unit)
        };
        let mut reached = FxHashSet::default();
        for unit in units.iter().filter(|unit| is_root(unit)) {
            reach(project, module_of(terragrunt, unit), &mut reached);
        }
        let mut chosen = Vec::with_capacity(units.len());
        for unit in units {
            let attention = if is_root(&unit) {
                Attention::Checked
            } else if is_reached(project, &unit.directory, &reached) {
                Attention::ThroughCallers
            } else if unit.kind == UnitKind::Module && include.modules && !is_answering(&unit) {
                Attention::Checked
            } else {
                Attention::LeftOut
            };
            chosen.push((unit, attention, Vec::new()));
        }
        if include.modules {
            let modules = chosen.iter().filter(|(unit, attention, _)| {
                *attention == Attention::Checked && unit.kind == UnitKind::Module
            });
            let mut called = FxHashSet::default();
            for (unit, ..) in modules {
                let Some(config) = project.module(&unit.directory) else { continue };
                project.local_calls(config).iter().for_each(|dir| reach(project, dir, &mut called));
            }
            for (unit, attention, _) in &mut chosen {
                if unit.kind == UnitKind::Module && is_reached(project, &unit.directory, &called) {
                    *attention = Attention::ThroughCallers;
                }
            }
        }
        let mut used = FxHashSet::default();
        for (unit, ..) in chosen.iter().filter(|(unit, ..)| unit.kind.is_unit() && !is_answering(unit)) {
            reach(project, module_of(terragrunt, unit), &mut used);
            used.insert(unit.directory.clone());
        }
        // What only samples and the like consist of is applied by nobody, wherever it lies.
        let mut others = FxHashSet::default();
        for (unit, ..) in chosen.iter().filter(|(unit, ..)| !is_reached(project, &unit.directory, &used)) {
            reach(project, module_of(terragrunt, unit), &mut others);
            others.insert(unit.directory.clone());
        }
        others.retain(|dir| !is_reached(project, dir, &used));
        Self { units: chosen, others, answering }
    }

    /// Whether a directory is evaluated only for what it tells about others.
    pub(super) fn is_answering(&self, directory: &Path) -> bool {
        self.answering.binary_search_by(|own| own.as_path().cmp(directory)).is_ok()
    }

    /// The directories of which something is said.
    fn told(&self) -> impl Iterator<Item = &(Unit, Attention, Vec<ListedVariant>)> {
        self.units.iter().filter(|(unit, ..)| !self.is_answering(&unit.directory))
    }

    /// The directories that are checked as root modules, sorted.
    pub(super) fn roots(&self) -> Vec<PathBuf> {
        let checked = self.units.iter().filter(|(_, attention, _)| *attention == Attention::Checked);
        checked.map(|(unit, ..)| unit.directory.clone()).collect()
    }

    /// What a directory is taken for.
    pub(super) fn unit(&self, directory: &Path) -> Option<&Unit> {
        let at = self.units.binary_search_by(|(unit, ..)| unit.directory.as_path().cmp(directory)).ok()?;
        self.units.get(at).map(|(unit, ..)| unit)
    }

    /// What a reader should know of directories that are not checked. `is_all`: whether they are all that a run was asked to check.
    pub(super) fn problems(&self, is_all: bool) -> Vec<Diagnostic> {
        let left_out = self.told().filter(|(_, attention, _)| *attention == Attention::LeftOut);
        let mut problems: Vec<Diagnostic> = left_out.filter_map(|(unit, ..)| unit.problem.clone()).collect();
        let is_nothing = self.told().all(|(_, attention, _)| *attention != Attention::Checked);
        let mut told = self.told();
        if is_all
            && is_nothing
            && let Some((first, ..)) = told.next()
        {
            let others = match told.count() {
                0 => String::new(),
                1 => ", and so is one other directory".to_owned(),
                more => format!(", and so are {more} other directories"),
            };
            let message = format!(
                "nothing is checked, because nothing here is applied: `{}` is taken for a {}: {}{others}",
                first.directory.display(),
                first.kind.name(),
                first.reason
            );
            problems.push(Diagnostic::warning("input/not-applied", message).help(
                "`--include modules,samples` checks them all the same; `--show-roots` says what each directory is taken for",
            ));
        }
        problems
    }

    /// Notes the environment that a root module was evaluated for.
    pub(super) fn note(&mut self, job: &Job) {
        let at = self.units.binary_search_by(|(unit, ..)| unit.directory.cmp(&job.estate.root));
        if let Some((.., variants)) = at.ok().and_then(|at| self.units.get_mut(at)) {
            let environment = job.environment.as_ref();
            variants.push(ListedVariant {
                environment: environment.map(|own| own.name.clone()),
                is_production: environment.is_none_or(|own| own.is_production),
                is_told: environment.is_some_and(|own| own.is_told),
                workspace: job.workspace.as_ref().map(ToString::to_string),
                reason: environment.map(|own| own.reason.clone()).unwrap_or_default(),
            });
        }
    }

    /// Adds the directories to a report. An error in what nobody applies is only a warning: the check of everything else is complete.
    pub(super) fn tell(self, report: &mut Report) {
        let others = &self.others;
        for entry in &mut report.diagnostics {
            let problem = &mut entry.what;
            let is_error = !problem.is_finding() && problem.severity == Severity::Error;
            let file = problem.primary.as_ref().filter(|_| is_error).map(|label| label.location.file());
            let dir = file.and_then(|file| report.sources.path(file).parent());
            let here = Path::new(".");
            if dir.is_some_and(|dir| others.contains(if dir.as_os_str().is_empty() { here } else { dir })) {
                problem.severity = Severity::Warning;
            }
        }
        let Self { units, answering, .. } = self;
        let told = units.into_iter().filter(|(unit, ..)| answering.binary_search(&unit.directory).is_err());
        let listed = told.map(|(unit, attention, variants)| ListedDirectory {
            path: unit.directory,
            kind: unit.kind,
            reason: unit.reason,
            attention,
            variants,
        });
        report.directories = listed.collect();
    }
}

/// The directory of the configuration of a unit.
fn module_of<'a>(terragrunt: &'a Terragrunt, unit: &'a Unit) -> &'a Path {
    let module = terragrunt.unit(&unit.directory).and_then(|unit| unit.module.as_deref());
    module.unwrap_or(&unit.directory)
}

/// Adds a directory, and those that it calls by a path, directly or through others.
fn reach(project: &Project, dir: &Path, reached: &mut FxHashSet<PathBuf>) {
    let mut waiting = vec![dir.to_owned()];
    while let Some(dir) = waiting.pop() {
        let config = project.module(&dir);
        // A link may lead to it.
        let real = project.reader.locate(&dir).map(|(real, _)| real);
        if reached.insert(dir)
            && let Some(config) = config
        {
            reached.extend(real);
            waiting.extend(project.local_calls(config));
        }
    }
}

/// Whether a directory is among those that were reached, under its own name or by a link.
fn is_reached(project: &Project, dir: &Path, reached: &FxHashSet<PathBuf>) -> bool {
    reached.contains(dir) || project.reader.locate(dir).is_ok_and(|(real, _)| reached.contains(&real))
}
