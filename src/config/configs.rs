//! Finds and reads configs: the nearest one above each root module.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::Config;
use super::own_rules::RuleOwners;
use crate::decode::Mistakes;
use crate::diagnostic::Diagnostic;
use crate::files::path::{clean, directory_of};
use crate::files::{Reader, Refusal};
use crate::settings::ConfigSource;
use crate::syntax::{self, Parsed};
use crate::text::Sources;

/// The name of a config.
pub const FILE_NAME: &str = "buttress.hcl";

/// The configs of a run.
#[derive(Debug, Default)]
pub struct Configs {
    pub(super) all: Vec<Config>,
    /// For each directory that was asked for, the index of its config.
    nearest: BTreeMap<PathBuf, Option<usize>>,
    /// The only one that holds, if the user named it.
    pub(super) named: Option<usize>,
    /// Whether none is looked for.
    is_off: bool,
    /// Whose the rules in each file are.
    pub(super) owners: RuleOwners,
    /// What is wrong with the configs.
    pub problems: Vec<Diagnostic>,
}

impl Configs {
    /// No config yet, or the one that the user names. It may lie anywhere; what it names may be read.
    #[must_use]
    pub fn new(source: &ConfigSource, reader: &mut Reader, sources: &mut Sources) -> Self {
        let mut configs = Self::default();
        match source {
            ConfigSource::Nearest => {}
            ConfigSource::Nowhere => configs.is_off = true,
            ConfigSource::File(path) => {
                configs.is_off = true;
                match reader.text_of_named(path) {
                    Ok(text) => {
                        let directory = clean(directory_of(path));
                        let repository = reader.repository_of(&directory);
                        // Its own directory, for its rules and files of values.
                        configs.problems.extend(
                            reader.permit(&directory).err().map(|refusal| *refusal.problem(&directory)),
                        );
                        let base = reader.locate(&directory).ok().map(|(real, _)| real);
                        configs.named = Some(configs.take(
                            path.clone(),
                            base.filter(|_| repository.is_some()),
                            text,
                            sources,
                        ));
                    }
                    Err(problem) => configs.problems.push(*problem),
                }
            }
        }
        configs
    }

    /// Looks for the config of a directory: at it and upwards, to the top of its repository or of what may be read.
    pub fn find(&mut self, directory: &Path, reader: &Reader, sources: &mut Sources) {
        if self.is_off || self.nearest.contains_key(directory) {
            return;
        }
        let mut passed = Vec::new();
        let mut found = None;
        for above in reader.upwards(directory) {
            if let Some(known) = self.nearest.get(&above) {
                found = *known;
                break;
            }
            found = self.read(&above, reader, sources);
            passed.push(above);
            if found.is_some() {
                break;
            }
        }
        passed.push(directory.to_owned());
        self.nearest.extend(passed.into_iter().map(|passed| (passed, found)));
    }

    /// The config that holds in a directory that was looked at.
    #[must_use]
    pub fn of(&self, directory: &Path) -> Option<&Config> {
        self.all.get(self.index(directory)?)
    }

    /// The index in [`all`](Self::all) of the config that holds in a directory that was looked at.
    pub(super) fn index(&self, directory: &Path) -> Option<usize> {
        self.named.or_else(|| self.nearest.get(directory).copied().flatten())
    }

    /// All configs that were read, in the order of reading.
    pub fn all(&self) -> impl Iterator<Item = &Config> {
        self.all.iter()
    }

    /// Reads the config in a directory, if there is one.
    fn read(&mut self, directory: &Path, reader: &Reader, sources: &mut Sources) -> Option<usize> {
        let path = clean(&directory.join(FILE_NAME));
        match reader.kind(&path) {
            Err(Refusal::Missing { behind_link: false }) => return None,
            Err(refusal) => {
                self.problems.push(*refusal.problem(&path));
                return None;
            }
            Ok(_) => {}
        }
        match reader.text(&path) {
            Ok(text) => {
                let base = reader.locate(directory).ok().map(|(real, _)| real);
                Some(self.take(path, base, text, sources))
            }
            Err(problem) => {
                self.problems.push(*problem);
                None
            }
        }
    }

    fn take(&mut self, path: PathBuf, base: Option<PathBuf>, text: Arc<str>, sources: &mut Sources) -> usize {
        let file = sources.add(path.clone(), text.clone());
        let Parsed { tree, problems } = syntax::parse_hcl(file, text);
        self.problems.extend(problems);
        let mistakes = Mistakes::default();
        self.all.push(Config::read(&Arc::new(tree), path, base, &mistakes));
        self.problems.extend(mistakes.into_problems());
        self.all.len() - 1
    }
}
