//! Finds files of values in and around a root module that Terraform reads only if somebody names them.

use std::path::{Path, PathBuf};

use super::discover::is_configuration;
use super::path::clean;
use super::reader::Reader;
use super::system::{DirectoryEntry, FileKind};

/// How many levels of directories below a directory are looked into.
const MAX_DEPTH: usize = 3;
/// The most directories that are looked into for one root module.
const MAX_DIRECTORIES: usize = 500;
/// How many directories above a root module are looked into.
const LEVELS_ABOVE: usize = 3;
/// Directories that hold values of several environments, where they do not lie in the root module.
const CONTAINERS: [&str; 14] = [
    "env",
    "envs",
    "environment",
    "environments",
    "vars",
    "var-files",
    "var_files",
    "varfiles",
    "tfvars",
    "values",
    "variables",
    "config",
    "configs",
    "workspaces",
];
/// Directories whose values are for trials.
const TRIALS: [&str; 4] = ["examples", "tests", "fixtures", "testdata"];

impl Reader {
    /// The files of values in a directory, and in directories below it that hold no configuration; sorted. Those that Terraform loads
    /// by itself in the directory are left out.
    #[must_use]
    pub fn values_below(&self, dir: &Path) -> Vec<PathBuf> {
        let automatic = self.automatic_values(dir);
        let (mut found, _) = self.look_for_values(dir);
        found.retain(|path| !automatic.contains(path));
        found
    }

    /// The files of values in a directory that holds nothing else: no configuration, in it or below it.
    #[must_use]
    pub fn values_in(&self, dir: &Path) -> Vec<PathBuf> {
        let (found, has_modules) = self.look_for_values(dir);
        if has_modules { Vec::new() } else { found }
    }

    /// Files of values in and below a directory, sorted, and whether there is configuration as well.
    fn look_for_values(&self, dir: &Path) -> (Vec<PathBuf>, bool) {
        let mut found = Vec::new();
        let mut has_modules = false;
        let mut waiting = vec![(dir.to_owned(), 0)];
        let mut looked = 0;
        while let Some((at, depth)) = waiting.pop() {
            looked += 1;
            let entries = self.entries(&at).unwrap_or_default();
            let is_file = |entry: &&DirectoryEntry| entry.kind != FileKind::Directory;
            let is_module =
                entries.iter().filter(is_file).any(|entry| is_configuration(Path::new(&entry.name)));
            has_modules |= is_module;
            if looked > MAX_DIRECTORIES || (depth > 0 && is_module) {
                continue;
            }
            for entry in entries {
                let name = entry.name.to_string_lossy();
                if entry.kind == FileKind::Directory {
                    let is_left_out = name.starts_with('.') || TRIALS.contains(&&*name);
                    if !is_left_out && depth < MAX_DEPTH {
                        waiting.push((at.join(&entry.name), depth + 1));
                    }
                } else if is_values(&name) {
                    found.push(at.join(&entry.name));
                }
            }
        }
        found.sort();
        (found, has_modules)
    }

    /// Directories near a root module that may hold values for it: in those above it, nearest first.
    #[must_use]
    pub fn values_around(&self, root: &Path) -> Vec<PathBuf> {
        let levels = self.place(root).components().count().min(LEVELS_ABOVE);
        let mut found = Vec::new();
        let mut above = root.to_owned();
        for _ in 0..levels {
            let inside = above.clone();
            above = clean(&above.join(".."));
            let dirs = CONTAINERS.iter().map(|name| clean(&above.join(name)));
            found.extend(dirs.filter(|dir| *dir != inside && self.is_directory(dir)));
        }
        found
    }
}

/// Whether a file of this name holds values of variables.
#[must_use]
pub fn is_values(name: &str) -> bool {
    name.ends_with(".tfvars") || name.ends_with(".tfvars.json")
}

/// Whether a path is named like a file of values.
#[must_use]
pub fn is_values_file(path: &Path) -> bool {
    path.file_name().and_then(|name| name.to_str()).is_some_and(is_values)
}

/// The directory in and below which a file of values may be for root modules, if it lies in one for several environments.
#[must_use]
pub fn around(path: &Path) -> Option<&Path> {
    let is_values = path.file_name().is_some_and(|name| is_values(&name.to_string_lossy()));
    let is_container =
        |dir: &&Path| dir.file_name().is_some_and(|name| CONTAINERS.iter().any(|own| name == *own));
    path.ancestors().skip(1).filter(|_| is_values).find(is_container)?.parent()
}
