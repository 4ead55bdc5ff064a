//! Finds the units of a run, and puts their root modules into the project.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use rustc_hash::FxHashSet;

use super::functions::UNIT_FILE;
use super::reading::Reading;
use super::source::{SourceTarget, is_remote, registry, target};
use super::stack::{STACK_FILE, StackExpansion, UnitPlace};
use super::unit::{ReadUnit, TerragruntUnit};
use super::{Terragrunt, WaitingUnit, module, order, unit};
use crate::diagnostic::Diagnostic;
use crate::estate::configuration::project::Project;
use crate::text::Span;
use crate::value::CauseKind;

/// The file of a unit in JSON syntax, which is not read.
const JSON_UNIT_FILE: &str = "terragrunt.hcl.json";

impl Terragrunt {
    /// Whether a file of this name makes its directory one of Terragrunt.
    #[must_use]
    pub fn is_file(name: &OsStr) -> bool {
        [UNIT_FILE, STACK_FILE, JSON_UNIT_FILE].iter().any(|own| name == OsStr::new(own))
    }

    /// Reads the units in directories that have files of Terragrunt, and those that they depend on. `environment` has the variables of
    /// the process that are to be used.
    #[must_use]
    pub fn find(project: &mut Project, directories: &[PathBuf], environment: &[(String, String)]) -> Self {
        let mut found = Self { environment: environment.to_vec(), ..Self::default() };
        if directories.is_empty() {
            return found;
        }
        let mut missing = Vec::new();
        found.read(project, directories, &mut missing);
        for unit in &mut found.units {
            locate_module(project, unit, &mut missing, &mut found.problems);
        }
        let modules: Vec<PathBuf> = found.units.iter().filter_map(|unit| unit.module.clone()).collect();
        let own: Vec<PathBuf> = found.units.iter().map(|unit| unit.place.own.clone()).collect();
        project.load(&[modules.as_slice(), own.as_slice()].concat());
        let real = |path: &PathBuf| project.reader.locate(path).ok().map(|(real, _)| real);
        found.parts.extend(modules.iter().filter_map(real));
        found.parts.extend(found.units.iter().map(|unit| unit.absolute.clone()));
        found.parts.sort();
        found.parts.dedup();
        for unit in &mut found.units {
            module::adopt(project, unit);
        }
        found.missing = missing;
        found.circles();
        found.unavailable();
        found
    }

    /// Reads all units: those of the directories, those of stacks, and those that they depend on.
    fn read(&mut self, project: &mut Project, directories: &[PathBuf], missing: &mut Vec<WaitingUnit>) {
        let Self { trees, outputs, environment, account, .. } = self;
        let reading = Reading::new(project, environment, trees, outputs, account);
        let mut stacks = StackExpansion::default();
        for directory in directories.iter().filter(|directory| reading.has(directory, STACK_FILE)) {
            stacks.add(&reading, directory);
        }
        let with_units: Vec<&PathBuf> =
            directories.iter().filter(|directory| reading.has(directory, UNIT_FILE)).collect();
        let mut problems = reading.take_problems();
        let is_json = |directory: &&PathBuf| {
            reading.is_file(&directory.join(JSON_UNIT_FILE)) && !with_units.contains(directory)
        };
        problems.extend(directories.iter().filter(is_json).map(|directory| not_read(directory)));
        let StackExpansion { units: generated, templates, remote } = stacks;
        let is_template =
            |path: &Path| reading.reader.locate(path).is_ok_and(|(real, _)| templates.contains(&real));
        for (source, directory, span) in remote {
            missing.push(waiting(&source, directory, span));
        }
        let mut places: Vec<UnitPlace> = Vec::new();
        for own in with_units.iter().copied().filter(|directory| !is_template(directory)) {
            let Some(around) = reading.places(own) else { continue };
            let Some(shown) = around.shown(&reading.reader, own) else { continue };
            places.push(UnitPlace::by_itself(shown, own.clone(), around));
        }
        places.extend(generated.into_iter().filter(|(top, _)| !is_template(top)).map(|(_, place)| place));
        let mut known: FxHashSet<PathBuf> = FxHashSet::default();
        let mut read: Vec<(TerragruntUnit, bool, Vec<Diagnostic>)> = Vec::new();
        let mut is_named = true;
        while !places.is_empty() {
            let mut next = Vec::new();
            for place in std::mem::take(&mut places) {
                let Some(absolute) = place.places.absolute(&place.shown) else { continue };
                if !known.insert(absolute.clone()) {
                    continue;
                }
                let ReadUnit { config, includes, problems } = unit::read(&reading, &place);
                let Some(unit) = made(&reading, place, absolute, config, is_named) else { continue };
                next.extend(needed(&reading, &unit));
                read.push((unit, includes, problems));
            }
            places = next;
            is_named = false;
        }
        let included = reading.included.borrow().clone();
        self.account.add(&reading.meter.account());
        drop(reading);
        for (unit, includes, own) in read {
            let is_unit = unit.place.made_by.is_some()
                || unit.config.source.is_some()
                || !project.reader.list(&unit.place.own).files.is_empty();
            let is_included = included.contains(&unit.absolute.join(UNIT_FILE));
            if (is_unit || includes) && !is_included {
                problems.extend(own);
            }
            if is_unit && !is_included && !unit.config.is_skipped {
                problems.extend(dangling(project, &unit));
                self.units.push(unit);
            }
        }
        self.units.sort_by(|a, b| a.directory.cmp(&b.directory));
        self.parts.extend(templates);
        self.problems.extend(problems);
    }

    /// Reports units that depend on each other in a circle.
    fn circles(&mut self) {
        let (_, circles) = order::groups(&self.units);
        for (absolute, shown) in circles
            .iter()
            .filter_map(|at| self.units.get(*at))
            .map(|unit| (unit.absolute.clone(), unit.shown()))
            .collect::<Vec<_>>()
        {
            self.give_up(absolute, CauseKind::Error, format!("the unit `{shown}` depends on itself"));
        }
        for unit in circles.iter().filter_map(|index| self.units.get(*index)) {
            let on_circle = |path: &PathBuf| {
                circles.iter().any(|at| self.units.get(*at).is_some_and(|unit| unit.absolute == *path))
            };
            let Some(block) = unit.config.dependencies.iter().find(|block| {
                let directory =
                    block.directory.as_ref().ok().and_then(|path| unit.place.places.absolute(path));
                directory.is_some_and(|path| on_circle(&path))
            }) else {
                continue;
            };
            let message =
                format!("the unit `{}` depends on itself, directly or through others", unit.shown());
            let problem =
                Diagnostic::error("terragrunt/cycle", message).at(block.span, "through this dependency");
            self.problems
                .push(problem.help("Terragrunt cannot order these units: remove one of the dependencies"));
        }
    }

    /// Notes which outputs cannot be known.
    fn unavailable(&mut self) {
        let missing = self.units.iter().filter(|unit| unit.module.is_none());
        let known: Vec<(PathBuf, String)> = missing
            .map(|unit| (unit.absolute.clone(), format!("the module of `{}`", unit.shown())))
            .collect();
        for (absolute, subject) in known {
            self.give_up(absolute, CauseKind::ModuleNotLoaded, subject);
        }
    }
}

/// A unit from what was read of it; `None` if it has no name.
fn made(
    reading: &Reading<'_>,
    place: UnitPlace,
    absolute: PathBuf,
    config: super::config::UnitConfig,
    is_named: bool,
) -> Option<TerragruntUnit> {
    let directory = if place.made_by.is_some() {
        place.places.to_be(&reading.reader, &place.shown)?
    } else {
        place.own.clone()
    };
    let needs = config.dependencies.iter().filter(|block| !block.is_mocked);
    let needs = needs.filter_map(|block| place.places.absolute(block.directory.as_ref().ok()?)).collect();
    Some(TerragruntUnit {
        directory,
        module: None,
        is_remote: false,
        is_named,
        unknown_parts: Vec::new(),
        place,
        config,
        absolute,
        needs,
    })
}

/// The units that a unit depends on, where they are directories of the user.
fn needed(reading: &Reading<'_>, unit: &TerragruntUnit) -> Vec<UnitPlace> {
    let places = &unit.place.places;
    let of = |shown: &String| {
        let own = places.to_be(&reading.reader, shown)?;
        let place = UnitPlace::by_itself(shown.clone(), own, places.clone());
        reading.is_file(&place.own.join(UNIT_FILE)).then_some(place)
    };
    let blocks = unit.config.dependencies.iter().filter(|block| !block.is_mocked);
    blocks.filter_map(|block| block.directory.as_ref().ok()).filter_map(of).collect()
}

/// Dependencies on directories of the repository that are no units.
fn dangling(project: &Project, unit: &TerragruntUnit) -> Vec<Diagnostic> {
    let places = &unit.place.places;
    let mut problems = Vec::new();
    for block in unit.config.dependencies.iter().filter(|block| !block.is_mocked) {
        let Ok(directory) = &block.directory else { continue };
        let real = places.to_be(&project.reader, directory);
        let Some(real) = real.filter(|real| !project.is_refused(real)) else {
            let message =
                format!("`dependency \"{}\"` leads outside of the repository and is not read", block.name);
            let problem = Diagnostic::error("source/outside", message).at(block.span, "this dependency");
            problems.push(problem.help("check the directory that holds both units"));
            continue;
        };
        let is_generated = real.iter().any(|part| part == ".terragrunt-stack");
        if is_generated || project.reader.is_directory(&real) {
            continue;
        }
        let message =
            format!("`dependency \"{}\"` leads to `{}`, which does not exist", block.name, real.display());
        let problem = Diagnostic::error("terragrunt/dependency", message).at(block.span, "this dependency");
        problems.push(problem.help("correct `config_path`; it starts at the directory of the unit"));
    }
    problems
}

/// Finds the module of a unit.
fn locate_module(
    project: &Project,
    unit: &mut TerragruntUnit,
    missing: &mut Vec<WaitingUnit>,
    problems: &mut Vec<Diagnostic>,
) {
    let Some(source) = &unit.config.source else {
        unit.module = Some(unit.place.own.clone());
        return;
    };
    let shown = unit.shown();
    let Some(written) = source.value.as_str() else {
        let why = source
            .value
            .first_cause()
            .map_or_else(|| "it is not a text".to_owned(), |cause| cause.to_string());
        let message = format!("the module of the unit `{shown}` is not known: {why}");
        let problem = Diagnostic::warning("terragrunt/source", message).at(source.span, "its source");
        problems.push(problem.help("the unit is not checked, and its outputs are unknown"));
        return;
    };
    match target(project, &unit.place.places, &unit.place.shown, written) {
        SourceTarget::Directory(directory, _) if project.reader.is_directory(&directory) => {
            unit.module = Some(directory);
            unit.is_remote = is_remote(written);
        }
        SourceTarget::Directory(directory, _) if !project.is_refused(&directory) => {
            let message =
                format!("the module `{}` of the unit `{shown}` does not exist", directory.display());
            let problem =
                Diagnostic::error("terragrunt/module-missing", message).at(source.span, "its source");
            problems.push(problem.help("correct the path; it starts at the directory of the unit"));
        }
        SourceTarget::Directory(..) | SourceTarget::Outside => {
            let message =
                format!("the source of the unit `{shown}` leads outside the repository and is not read");
            let problem = Diagnostic::error("source/outside", message).at(source.span, "its source");
            problems.push(
                problem
                    .help("name the directory with `--module-dir`, or move the module into the repository"),
            );
        }
        SourceTarget::Remote => {
            missing.push(waiting(written, unit.directory.clone(), source.span));
            unit.is_remote = true;
        }
    }
}

fn waiting(source: &str, directory: PathBuf, span: Span) -> WaitingUnit {
    let (source, version) = registry(source);
    WaitingUnit { source, version, directory, span: Some(span) }
}

/// A unit whose file is in JSON syntax.
fn not_read(directory: &Path) -> Diagnostic {
    let path = directory.join(JSON_UNIT_FILE);
    let message = format!("`{}` is not read, so its unit is not checked", path.display());
    Diagnostic::warning("terragrunt/json", message).help("write it in native syntax, as `terragrunt.hcl`")
}
