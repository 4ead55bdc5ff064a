//! Validation: what Terraform refuses in a module, whether or not anything reads it.
//!
//! One walk goes over every expression of every module that a root module calls: once for a directory, however often it is called,
//! and side by side for several. It evaluates nothing, so it says only what holds whatever the values are. What an expression asks
//! of its values is found out where it is evaluated.
//!
//! Terraform evaluates lazily: an unknown function in a branch that is not taken is no error. So what only evaluation finds (functions,
//! outputs of modules) is looked at where it is evaluated in any case; references have to be right everywhere.

mod addresses;
mod argument_types;
mod backends;
mod blocks;
mod built_in;
mod conditions;
mod cycles;
mod lifecycle;
mod moves;
mod once;
mod own_blocks;
mod providers;
mod provisioners;
mod repetition;
mod requirements;
mod steps;
mod used_providers;
mod walk;

use std::path::{Path, PathBuf};

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::declare::{ModuleConfig, NamedDecl, ResourceDecl, string};
use super::downloads::{ModuleLookup, WantedModule};
use super::expand::Repeats;
use super::moves::Moves;
use super::project::Project;
use crate::address::Mode;
use crate::diagnostic::Diagnostic;
use crate::text::{FileId, Range, Span};
use crate::value::Str;
use cycles::Uses;
pub(super) use moves::MoveUnit;
use providers::{DeclaredProviders, GivenProviders};

/// A module directory, and what its calls lead to.
struct WalkedModule<'a> {
    config: &'a ModuleConfig,
    /// Whether a root module is in it.
    is_root: bool,
    /// For each call the module that it calls, if that is at hand.
    called: Vec<Option<usize>>,
    /// How each call is repeated.
    calls: Vec<Repeats>,
    /// How each resource is repeated.
    resources: Vec<Repeats>,
    /// Provider configurations by local name and alias.
    providers: FxHashMap<(Str, Option<Str>), usize>,
    /// What it says about configurations of providers.
    declared: DeclaredProviders,
    /// Data sources inside of `check` blocks, each with the file and header of its block.
    scoped: FxHashMap<usize, (FileId, Range)>,
    /// Variables that a call has to set.
    needed: Vec<&'a NamedDecl>,
}

impl<'a> WalkedModule<'a> {
    fn new(config: &'a ModuleConfig, is_root: bool) -> Self {
        let repeats = |count: bool, for_each: bool| match (count, for_each) {
            (true, _) => Repeats::Count,
            (false, true) => Repeats::ForEach,
            (false, false) => Repeats::No,
        };
        let of_call = |call: &NamedDecl| {
            repeats(call.attribute(config, "count").is_some(), call.attribute(config, "for_each").is_some())
        };
        let of_resource = |resource: &ResourceDecl| {
            let has = |name: &str| resource.attribute(config, name).is_some();
            repeats(has("count"), has("for_each"))
        };
        Self {
            config,
            is_root,
            called: vec![None; config.calls.len()],
            calls: config.calls.iter().map(of_call).collect(),
            resources: config.resources.iter().map(of_resource).collect(),
            providers: (0usize..)
                .zip(&config.providers)
                .map(|(index, own)| ((own.name.clone(), blocks::alias_of(config, own)), index))
                .collect(),
            declared: DeclaredProviders::of(config),
            scoped: scoped(config),
            needed: config
                .variables
                .iter()
                .filter(|variable| variable.attribute(config, "default").is_none())
                .collect(),
        }
    }
}

fn scoped(config: &ModuleConfig) -> FxHashMap<usize, (FileId, Range)> {
    let checks = config
        .trees
        .iter()
        .flat_map(|tree| tree.blocks_of(tree.root(), "check").map(move |check| (tree, check)));
    let sources = checks.flat_map(|(tree, check)| {
        let inner = tree.blocks_of(tree.body(check.body), "data");
        inner.filter_map(move |inner| {
            let label = |n: usize| tree.labels(inner).get(n).map(|label| tree.text(label.text));
            let index = config.resource(Mode::Data, label(0)?, label(1)?)?;
            // Another data source may have the same name, which is a problem of its own.
            let is_it = config.resources.get(index).is_some_and(|own| own.at.block.header == inner.header);
            is_it.then_some((index, (tree.file, check.header)))
        })
    });
    sources.collect()
}

/// What Terraform refuses in the modules that the root modules in these directories consist of.
#[must_use]
pub fn problems(project: &Project, roots: &[PathBuf]) -> Vec<Diagnostic> {
    let units = units(project, roots);
    let below = providers::configured_below(&units);
    let given = providers::given(&units);
    let walked: Vec<(Vec<Diagnostic>, Uses)> =
        units.par_iter().zip(&given).map(|(unit, given)| walk_unit(&units, unit, given, &below)).collect();
    let (mut problems, uses): (Vec<Vec<Diagnostic>>, Vec<Uses>) = walked.into_iter().unzip();
    let circles = (0..units.len()).into_par_iter().map(|unit| cycles::problems(&units, &uses, unit));
    problems.extend(circles.collect::<Vec<_>>());
    let mut problems: Vec<Diagnostic> = problems.into_iter().flatten().collect();
    problems.sort();
    problems.dedup();
    problems
}

fn walk_unit<'a>(
    units: &'a [WalkedModule<'a>],
    unit: &'a WalkedModule<'a>,
    given: &GivenProviders,
    below: &[Option<Span>],
) -> (Vec<Diagnostic>, Uses) {
    let (mut problems, uses) = blocks::walk(units, unit);
    problems.extend(once::problems(unit));
    // The state of what is called is kept by the caller.
    if unit.is_root {
        problems.extend(unit.config.trees.iter().flat_map(|tree| backends::problems(tree)));
    }
    problems.extend(moves::problems(units, unit));
    problems.extend(requirements::problems(unit));
    problems.extend(providers::problems(units, unit, given, below));
    for (call, called) in unit.config.calls.iter().zip(&unit.called) {
        if let Some(called) = called.and_then(|called| units.get(called)) {
            problems.extend(super::arguments::problems(unit.config, call, called.config, &called.needed));
        }
    }
    (problems, uses)
}

/// The `moved` and `removed` blocks of a root module and of the modules that it calls.
#[must_use]
pub fn moves(project: &Project, root: &Path) -> Moves {
    let roots = [root.to_owned()];
    let units = units(project, &roots);
    Moves { units: units.iter().map(moves::of_unit).collect() }
}

/// The modules, each once. Calls that a manifest resolves are resolved as on the first way that leads to their module.
fn units<'a>(project: &'a Project, roots: &'a [PathBuf]) -> Vec<WalkedModule<'a>> {
    let mut units: Vec<WalkedModule<'a>> = Vec::new();
    // Where each is in `units`, by where it is in memory: the project stays where it is.
    let mut known: FxHashMap<*const ModuleConfig, usize> = FxHashMap::default();
    // The root module and the keys of calls that lead to each.
    let mut ways: Vec<(&'a Path, String)> = Vec::new();
    for root in roots {
        let Some(config) = project.module(root) else { continue };
        let first = units.len();
        match known.get(&std::ptr::from_ref(&**config)) {
            Some(at) => {
                if let Some(unit) = units.get_mut(*at) {
                    unit.is_root = true;
                }
                continue;
            }
            None => {
                known.insert(&raw const **config, first);
                units.push(WalkedModule::new(config, true));
                ways.push((&config.dir, String::new()));
            }
        }
        let mut next = first;
        while let (Some(unit), Some((root, key))) = (units.get(next), ways.get(next)) {
            let (config, root, key) = (unit.config, *root, key.clone());
            for (at, call) in config.calls.iter().enumerate() {
                let Some((tree, source)) = call.attribute(config, "source") else { continue };
                let Some(source) = string(tree, source.value) else { continue };
                let key = if key.is_empty() { call.name.to_string() } else { format!("{key}.{}", call.name) };
                let version = call.attribute(config, "version");
                let version = version.and_then(|(tree, version)| string(tree, version.value));
                let wanted = WantedModule { source: &source, version: version.as_deref() };
                let ModuleLookup::At(dir) = project.resolve(root, &key, &config.dir, wanted) else {
                    continue;
                };
                let Some(called) = project.module(&dir) else { continue };
                let index = *known.entry(&raw const **called).or_insert_with(|| {
                    units.push(WalkedModule::new(called, false));
                    ways.push((root, key));
                    units.len() - 1
                });
                if let Some(place) = units.get_mut(next).and_then(|unit| unit.called.get_mut(at)) {
                    *place = Some(index);
                }
            }
            next += 1;
        }
    }
    units
}
