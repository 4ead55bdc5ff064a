//! Terragrunt: finds the units of a repository, reads what they give to their modules, and puts their root modules together.
//!
//! A unit is a directory with `terragrunt.hcl`, or one that a stack would generate. Its module lies elsewhere, its inputs come from files
//! that it includes, and some of its files exist only once Terragrunt has run. After [`Terragrunt::find`] the project has a root module for
//! every unit whose module is at hand, under the unit's directory; [`Terragrunt::prepare`] gives a unit the outputs of those it depends
//! on. Nothing is executed: what would take a program, a service or the environment of a process is unknown.

mod config;
mod dependency;
mod expose;
mod files;
mod find;
mod functions;
mod generate;
mod include;
mod merge;
mod module;
mod order;
mod places;
mod read;
mod reading;
mod scope;
mod source;
mod stack;
mod stand_in;
mod unit;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::budget::Account;
use crate::diagnostic::Diagnostic;
use crate::estate::configuration::project::Project;
use crate::estate::{Estate, outputs};
use crate::text::Span;
use crate::value::{Cause, CauseKind, Value};
pub use files::UnitFiles;
use reading::{KnownOutputs, Reading, Trees};
pub use unit::TerragruntUnit;

/// The units of a run.
#[derive(Debug, Default)]
pub struct Terragrunt {
    /// The units, sorted by directory.
    pub units: Vec<TerragruntUnit>,
    /// Directories that only make sense as part of units: the units, their modules, and what stacks copy. Absolute, sorted.
    parts: Vec<PathBuf>,
    /// The units that wait for a module.
    pub missing: Vec<WaitingUnit>,
    /// What is wrong with the files of Terragrunt.
    pub problems: Vec<Diagnostic>,
    /// What reading them has spent.
    pub account: Account,
    /// Names and values of variables of the process.
    environment: Vec<(String, String)>,
    trees: Trees,
    outputs: KnownOutputs,
}

/// A unit whose own module has to be fetched first.
#[derive(Clone, Debug)]
pub struct WaitingUnit {
    /// The source, as a `module` block would write it.
    pub source: String,
    /// The version that it asks a registry for.
    pub version: Option<String>,
    pub directory: PathBuf,
    /// The place of its source.
    pub span: Option<Span>,
}

impl Terragrunt {
    /// Whether a directory is a unit, the module of one, or a part of a stack: nobody applies it by itself.
    #[must_use]
    pub fn takes(&self, project: &Project, directory: &Path) -> bool {
        let real = project.reader.locate(directory).map(|(real, _)| real);
        real.is_ok_and(|real| self.parts.binary_search(&real).is_ok())
    }

    /// The unit whose directory this is.
    #[must_use]
    pub fn unit(&self, directory: &Path) -> Option<&TerragruntUnit> {
        let at = self.units.binary_search_by(|unit| unit.directory.as_path().cmp(directory)).ok()?;
        self.units.get(at)
    }

    /// Indices of the units in groups: a unit comes in a later group than those that it depends on.
    #[must_use]
    pub fn groups(&self) -> Vec<Vec<usize>> {
        order::groups(&self.units).0
    }

    /// Reads the inputs of a unit again, now that the outputs of those that it depends on are known.
    pub fn prepare(&mut self, index: usize, project: &mut Project) {
        let Self { units, problems, environment, trees, outputs, account, .. } = self;
        let Some(unit) = units.get_mut(index).filter(|unit| !unit.needs.is_empty()) else { return };
        let reading = Reading::new(project, environment, trees, outputs, account);
        let read = unit::read(&reading, &unit.place);
        account.add(&reading.meter.account());
        unit.config.inputs = read.config.inputs;
        unit.config.open = read.config.open;
        problems.extend(read.problems);
    }

    /// Takes the outputs of a unit, which others may read. Where it was evaluated for several environments, they are not known.
    pub fn learn<'a>(&mut self, index: usize, estates: impl IntoIterator<Item = &'a Estate>) {
        let Some(unit) = self.units.get(index) else { return };
        let mut own = estates.into_iter().filter(|estate| estate.root == unit.directory);
        let value = match (own.next(), own.next()) {
            (Some(estate), None) => outputs::value(&unit.shown(), estate),
            (Some(_), Some(_)) => {
                let subject = format!("the environment of `{}`", unit.shown());
                Value::unknown(Cause::new(CauseKind::OutsideConfiguration, subject, None))
            }
            (None, _) => return,
        };
        self.outputs.insert(unit.absolute.clone(), value);
    }

    /// Notes that the outputs of a unit cannot be known.
    fn give_up(&mut self, unit: PathBuf, kind: CauseKind, subject: String) {
        let cause: Arc<Cause> = Cause::new(kind, subject, None);
        self.outputs.insert(unit, Value::unknown(cause));
    }

    /// What is wrong with the files of Terragrunt, each thing once.
    pub fn take_problems(&mut self) -> Vec<Diagnostic> {
        let mut problems = std::mem::take(&mut self.problems);
        problems.sort();
        problems.dedup();
        problems
    }
}
