//! A unit: a directory in which somebody runs Terragrunt, and what it gives to its module.

use std::path::PathBuf;
use std::sync::Arc;

use super::config::UnitConfig;
use super::files::UnitFiles;
use super::functions::UNIT_FILE;
use super::places::joined;
use super::reading::{ReadFor, Reading};
use super::scope::FileScope;
use super::stack::UnitPlace;
use crate::diagnostic::Diagnostic;
use crate::estate::configuration::project::Project;
use crate::estate::variables::InputVariables;
use crate::eval::scope::NoScope;
use crate::eval::{Host, interpreter};
use crate::files::Refusal;
use crate::files::path::clean;
use crate::value::{Cause, Value, convert};

/// The file in which a stack leaves its values for a unit.
const VALUES_FILE: &str = "terragrunt.values.hcl";

/// A unit of Terragrunt.
#[derive(Debug)]
pub struct TerragruntUnit {
    /// Its directory as the user would name it, which need not exist if a stack generates it.
    pub directory: PathBuf,
    /// The directory of its module; `None` if that is not at hand.
    pub module: Option<PathBuf>,
    /// Whether its module has to be fetched: it may be at hand all the same, as a copy.
    pub(super) is_remote: bool,
    /// Whether it is in or below a directory that the user named; others are read for their outputs.
    pub is_named: bool,
    /// Why parts of its generated files are not known.
    pub unknown_parts: Vec<Arc<Cause>>,
    pub(super) place: UnitPlace,
    pub(super) config: UnitConfig,
    /// The absolute path of its directory.
    pub(super) absolute: PathBuf,
    /// The absolute paths of the units whose outputs it reads.
    pub(super) needs: Vec<PathBuf>,
}

/// What reading a directory as a unit has found.
pub(super) struct ReadUnit {
    pub(super) config: UnitConfig,
    /// Whether it includes other files: a configuration that only others include does not.
    pub(super) includes: bool,
    pub(super) problems: Vec<Diagnostic>,
}

/// Reads the configuration of a unit.
pub(super) fn read(reading: &Reading<'_>, place: &UnitPlace) -> ReadUnit {
    let path = joined(&place.shown, UNIT_FILE);
    let values = place.values.clone().or_else(|| values_file(reading, place));
    let read_for = ReadFor { config: path.clone(), original: path.clone(), values, depth: 0 };
    let (config, includes) = match FileScope::open(reading, &place.places, &path, read_for, false) {
        Ok(scope) => {
            let mut config = scope.config();
            if let Some(added) = &place.added {
                super::read::add(&mut config, added);
            }
            (config, scope.blocks("include").next().is_some())
        }
        Err(error) => {
            let config = UnitConfig {
                open: error.limit.clone(),
                unread: error.limit.clone(),
                ..UnitConfig::default()
            };
            if error.limit.is_none() {
                reading.report(Diagnostic::error("terragrunt/include", error.message));
            }
            (config, true)
        }
    };
    ReadUnit { config, includes, problems: reading.take_problems() }
}

/// The values that a stack has left in the directory.
fn values_file(reading: &Reading<'_>, place: &UnitPlace) -> Option<Value> {
    let path = place.own.join(VALUES_FILE);
    if !reading.is_file(&path) {
        return None;
    }
    let tree = reading.tree(&path).ok()?.tree?;
    let files = crate::eval::NoFiles;
    let host =
        Host { files: &files, identities: &crate::value::equality::NoIdentities, meter: &reading.meter };
    let value = |expr| interpreter::evaluate(&tree, expr, &NoScope(host));
    let items = tree.attributes(tree.root()).iter();
    let items = items.filter_map(|own| Some((tree.text(own.name).into(), value(own.value).ok()?)));
    Some(Value::object(items.collect()))
}

impl TerragruntUnit {
    /// What functions in its module may read.
    #[must_use]
    pub fn files(&self, project: &Project) -> UnitFiles {
        let module = self.module.as_deref().unwrap_or(&self.directory);
        UnitFiles::new(&self.place.own, module, self.place.places.clone(), project.reader.clone())
    }

    /// The files of values that Terraform reads in its working directory, and those that Terragrunt names on the command line, weakest first.
    #[must_use]
    pub fn value_files(&self, project: &Project) -> Vec<PathBuf> {
        let module = self.module.iter().flat_map(|module| project.reader.automatic_values(module));
        let own = project.reader.automatic_values(&self.place.own);
        // What is in the unit's directory replaces what the module has under the same name.
        let is_replaced = |path: &PathBuf| own.iter().any(|other| other.file_name() == path.file_name());
        let mut files: Vec<PathBuf> = module.filter(|path| !is_replaced(path)).collect();
        files.extend(own.iter().filter(|path| !files.contains(path)).cloned().collect::<Vec<_>>());
        files.extend(self.named_files(project));
        files
    }

    /// The files of values that `extra_arguments` name. Whether an optional one is there decides whether it is read.
    fn named_files(&self, project: &Project) -> Vec<PathBuf> {
        let mut files = Vec::new();
        for arguments in self.config.arguments.iter().filter(|arguments| arguments.has_variables) {
            let listed =
                arguments.arguments.as_sequence().map(|list| list.items.as_slice()).unwrap_or_default();
            let written = listed.iter().filter_map(|own| own.as_str()?.strip_prefix("-var-file="));
            let named =
                arguments.files.iter().filter_map(|(file, required)| Some((file.as_str()?, *required)));
            for (file, required) in written.map(|file| (file, true)).chain(named) {
                let found = self.located(project, file);
                // What is there and may not be read is told when it is to be read.
                let is_missing = |path: &PathBuf| {
                    matches!(project.reader.kind(path), Err(Refusal::Missing { behind_link: false }))
                };
                files.extend(found.into_iter().filter(|path| required || !is_missing(path)));
            }
        }
        files
    }

    /// Where a path leads that is relative to the working directory.
    fn located(&self, project: &Project, file: &str) -> Option<PathBuf> {
        let places = &self.place.places;
        // What lies outside has no place in the repository; the reader refuses it.
        if file.starts_with('/') {
            return Some(places.real(&project.reader, file).unwrap_or_else(|| PathBuf::from(file)));
        }
        let Some(own) = places.real(&project.reader, &joined(&self.place.shown, file)) else {
            return Some(clean(&self.place.own.join(file)));
        };
        let module = self.module.as_ref().map(|module| module.join(file));
        match module {
            Some(module) if matches!(project.reader.kind(&own), Err(Refusal::Missing { .. })) => Some(module),
            _ => Some(own),
        }
    }

    /// Gives its inputs to the variables of its module. Terragrunt passes them through the environment: whatever else sets a variable
    /// wins.
    pub fn give(&self, given: &mut InputVariables) {
        for arguments in self.config.arguments.iter().filter(|arguments| arguments.has_variables) {
            let variables = arguments.environment.as_entries().map(|entries| entries.items.as_slice());
            for (name, value) in variables.unwrap_or_default() {
                // An environment variable is a text, whatever it was.
                let text = convert::to_string(value).ok();
                let text = text.as_ref().and_then(Value::as_str);
                if let (Some(name), Some(text)) = (name.strip_prefix("TF_VAR_"), text) {
                    given.set_default(name, text);
                }
            }
        }
        let already = given.names();
        for input in self.config.inputs.iter().filter(|input| !already.contains(&input.name)) {
            given.give(&input.name, input.value.clone(), input.place.clone());
        }
        if let Some(cause) = &self.config.open {
            given.leave_open(cause.clone());
        }
    }

    /// Gives the values that Terragrunt writes on the command line, behind all files.
    pub fn give_last(&self, given: &mut InputVariables) {
        for arguments in self.config.arguments.iter().filter(|arguments| arguments.has_variables) {
            let listed =
                arguments.arguments.as_sequence().map(|list| list.items.as_slice()).unwrap_or_default();
            let mut texts = listed.iter().filter_map(Value::as_str);
            while let Some(text) = texts.next() {
                let assigned = if text == "-var" { texts.next() } else { text.strip_prefix("-var=") };
                if let Some((name, value)) = assigned.and_then(|assigned| assigned.split_once('=')) {
                    given.set(name, value);
                }
            }
        }
    }

    /// Whether its root module can be put together.
    #[must_use]
    pub const fn is_root(&self) -> bool {
        self.module.is_some() || self.has_stand_in()
    }

    /// The name of the unit for a message.
    pub(super) fn shown(&self) -> String {
        self.directory.display().to_string()
    }
}
