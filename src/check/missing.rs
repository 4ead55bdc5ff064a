//! Gathers the modules that are not there: the calls of all root modules and the units of Terragrunt, by what they ask for.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use super::roots::Job;
use crate::address::{ModuleAddress, ModulePackage, from_innermost_call};
use crate::estate::MissingCall;
use crate::report::MissingModule;
use crate::stacks::Stacks;
use crate::terragrunt::{Terragrunt, TerragruntUnit};
use crate::text::Span;

/// What tells one module from another: sources that are spelt differently may name one package.
type ModuleKey = (Option<ModulePackage>, String, Option<String>);

/// What is known of a module while it is gathered.
#[derive(Default)]
struct Gathered {
    module: MissingModule,
    calls: BTreeSet<Span>,
    homes: BTreeSet<PathBuf>,
    /// The instances of each call: a root module may have been evaluated several times.
    instances: BTreeMap<(PathBuf, ModuleAddress), usize>,
}

/// The modules that are not there, sorted by source and version.
pub(super) fn modules(jobs: &[Job], (terragrunt, stacks): (&Terragrunt, &Stacks)) -> Vec<MissingModule> {
    let mut all: BTreeMap<ModuleKey, Gathered> = BTreeMap::new();
    for job in jobs {
        // A call without instances leaves nothing unknown.
        for call in job.estate.missing.iter().filter(|call| !call.is_stale && call.instances > 0) {
            let (source, version) = (call.source.as_str(), call.version.as_deref());
            let gathered = all.entry(key(source, version)).or_insert_with(|| named(source, version));
            if stands_in(call, terragrunt) {
                gathered.module.is_described |= call.meaning.is_some();
                continue;
            }
            gathered.add(call, job);
            if stacks.of(&call.home).is_none() {
                gathered.homes.insert(call.home.clone());
            }
        }
    }
    for unit in &terragrunt.missing {
        let (source, version) = (unit.source.as_str(), unit.version.as_deref());
        let gathered = all.entry(key(source, version)).or_insert_with(|| named(source, version));
        let is_judged = terragrunt.unit(&unit.directory).is_some_and(TerragruntUnit::has_stand_in);
        let module = &mut gathered.module;
        let units = if is_judged { &mut module.units } else { &mut module.unchecked };
        units.push((unit.directory.clone(), unit.span));
    }
    let mut modules: Vec<MissingModule> = all.into_values().map(Gathered::finish).collect();
    modules.sort_by(|a, b| (&a.source, &a.version).cmp(&(&b.source, &b.version)));
    modules
}

/// Whether a call stands in for the module of a unit of Terragrunt: nobody but Terragrunt fetches it.
fn stands_in(call: &MissingCall, terragrunt: &Terragrunt) -> bool {
    terragrunt.unit(&call.home).is_some_and(TerragruntUnit::has_stand_in)
}

/// The directories in which fetching modules would help, sorted. Where a stack keeps its modules only the stack knows.
pub(super) fn homes(jobs: &[Job], (terragrunt, stacks): (&Terragrunt, &Stacks)) -> Vec<PathBuf> {
    let calls = jobs.iter().flat_map(|job| &job.estate.missing).filter(|call| !stands_in(call, terragrunt));
    let calls = calls.filter(|call| stacks.of(&call.home).is_none());
    calls.map(|call| call.home.clone()).collect::<BTreeSet<PathBuf>>().into_iter().collect()
}

fn key(source: &str, version: Option<&str>) -> ModuleKey {
    let package = ModulePackage::of(source);
    let text = if package.is_some() { String::new() } else { source.to_owned() };
    let version = version.map(|version| version.split_whitespace().collect::<String>());
    (package, text, version)
}

fn named(source: &str, version: Option<&str>) -> Gathered {
    let (source, version) = (source.to_owned(), version.map(|version| version.trim().to_owned()));
    Gathered { module: MissingModule { source, version, ..MissingModule::default() }, ..Gathered::default() }
}

impl Gathered {
    fn add(&mut self, call: &MissingCall, job: &Job) {
        self.calls.extend(call.span);
        // Which instance of its caller makes the call does not matter: the block is meant.
        let address = call.address.text();
        let name = from_innermost_call(address);
        name.clone_into(&mut self.module.address);
        self.module.is_described |= call.meaning.is_some();
        self.module.is_planned |= job.estate.input != crate::estate::Input::Configuration;
        let instances = self.instances.entry((job.estate.root.clone(), call.address.clone())).or_default();
        *instances = call.instances.max(*instances);
    }

    fn finish(self) -> MissingModule {
        let mut roots: Vec<PathBuf> = self.instances.keys().map(|(root, _)| root.clone()).collect();
        roots.dedup();
        let sorted = |mut units: Vec<(PathBuf, Option<Span>)>| {
            units.sort();
            units.dedup();
            units
        };
        MissingModule {
            calls: self.calls.into_iter().collect(),
            instances: self.instances.values().sum(),
            roots,
            homes: self.homes.into_iter().collect(),
            units: sorted(self.module.units),
            unchecked: sorted(self.module.unchecked),
            ..self.module
        }
    }
}
