//! The root module of a unit: the files of its module, those of its own directory, and those that Terragrunt writes.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::generate::{self, GeneratedFile};
use super::stand_in;
use super::unit::TerragruntUnit;
use crate::estate::configuration::declare::ModuleConfig;
use crate::estate::configuration::project::Project;
use crate::files::discover::{is_configuration, is_override};
use crate::syntax::tree::Tree;
use crate::value::Cause;

/// Puts the root module of a unit into the project, under the directory of the unit.
pub(super) fn adopt(project: &mut Project, unit: &mut TerragruntUnit) {
    if !unit.is_root() {
        return;
    }
    let module = unit.module.clone().unwrap_or_else(|| unit.place.own.clone());
    let generated = generate::files(&unit.config, &mut unit.unknown_parts);
    let mut parts = RootFiles::default();
    parts.take(project, &module);
    if unit.place.own != module {
        parts.take(project, &unit.place.own);
    }
    if unit.has_stand_in() {
        stand_in::files(&unit.config).into_iter().for_each(|file| parts.add(file));
    }
    for file in generated {
        parts.add(file);
    }
    let RootFiles { mut files, incomplete, mut names } = parts;
    files.sort_by(|a, b| (is_override(&a.name), &a.name).cmp(&(is_override(&b.name), &b.name)));
    let overrides = files.iter().filter(|file| is_override(&file.name)).count();
    let trees = files.into_iter().map(|file| file.tree).collect();
    let (mut config, problems) = ModuleConfig::new(module, trees, overrides);
    config.incomplete = incomplete;
    // A module that is not there may say where its state is, and which Terraform it needs.
    let unread = unit.config.unread.clone();
    config.unread_settings = unread.or_else(|| unit.has_stand_in().then(|| unit.module_not_there()));
    names.sort();
    names.dedup();
    config.files = names;
    // What is wrong with the module alone has been said when it was loaded.
    let new: Vec<_> = problems.into_iter().filter(|problem| !project.problems.contains(problem)).collect();
    project.problems.extend(new);
    project.adopt(unit.directory.clone(), config);
}

/// One file of a root module.
struct RootFile {
    name: String,
    tree: Arc<Tree>,
}

/// The files of a root module, as they are put together.
#[derive(Default)]
struct RootFiles {
    files: Vec<RootFile>,
    incomplete: Option<Arc<Cause>>,
    /// The names of all files, whatever they hold.
    names: Vec<crate::value::Str>,
}

impl RootFiles {
    /// Adds the files of a directory; they replace files of the same name.
    fn take(&mut self, project: &Project, directory: &Path) {
        let Some(config) = project.module(directory) else { return };
        for tree in &config.trees {
            let path: &Path = project.sources.path(tree.file);
            let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            self.files.retain(|file| file.name != name);
            self.files.push(RootFile { name, tree: tree.clone() });
        }
        self.names.extend(config.files.iter().cloned());
        if self.incomplete.is_none() {
            self.incomplete.clone_from(&config.incomplete);
        }
    }

    /// Adds a file that Terragrunt writes.
    fn add(&mut self, file: GeneratedFile) {
        // Terraform reads the working directory only, and nothing but files of configuration is of interest here.
        if file.name.contains('/') || !is_configuration(&PathBuf::from(&file.name)) {
            return;
        }
        let is_there = self.files.iter().any(|own| own.name == file.name);
        if is_there && file.keeps_existing {
            return;
        }
        self.files.retain(|own| own.name != file.name);
        match file.tree {
            Ok(tree) => self.files.push(RootFile { name: file.name, tree }),
            Err(cause) => self.incomplete = Some(cause),
        }
    }
}
