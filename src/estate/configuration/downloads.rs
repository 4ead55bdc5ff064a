//! Where copies of modules lie: where `terraform init` has put them, and in directories that the user named.
//!
//! A copy counts only for the source and version that it was fetched for. What `terraform init` would fetch anew is not at hand.

use std::path::{Path, PathBuf};

use rustc_hash::FxHashMap;
use serde::Deserialize;

use crate::address::{ModulePackage, ModuleSource, version};
use crate::diagnostic::{Diagnostic, shown_path};
use crate::files::path::clean;
use crate::files::system::FileKind;
use crate::files::{Reader, Refusal};

/// Where Terraform keeps its data if it is not told otherwise.
const DATA_DIRECTORY: &str = ".terraform";

/// Copies of modules, by where they are noted.
#[derive(Debug, Default)]
pub(super) struct Downloads {
    /// Where Terraform keeps its data, if `TF_DATA_DIR` says so.
    data_directory: Option<PathBuf>,
    /// Directories that the user named.
    directories: Vec<PathBuf>,
    /// What `terraform init` noted in directories that the user named.
    named: Vec<ModuleCopy>,
    /// What it noted for a root module, by the path of call names, joined by dots.
    roots: FxHashMap<PathBuf, FxHashMap<String, ModuleCopy>>,
}

/// A module that `terraform init` fetched.
#[derive(Clone, Debug)]
struct ModuleCopy {
    source: Option<String>,
    version: Option<String>,
    directory: PathBuf,
}

/// What a call asks for.
#[derive(Clone, Copy, Debug)]
pub(super) struct WantedModule<'a> {
    pub(super) source: &'a str,
    /// The constraint, if it is known.
    pub(super) version: Option<&'a str>,
}

/// Whether there is a copy for a call.
#[derive(Debug)]
pub(super) enum ModuleLookup {
    /// In this directory.
    At(PathBuf),
    /// There is none.
    Nowhere,
    /// There is one, which was fetched for another source or version.
    Stale(String),
}

/// `modules.json`, as `terraform init` writes it.
#[derive(Deserialize)]
struct Manifest {
    #[serde(rename = "Modules")]
    modules: Vec<ManifestEntry>,
}

#[derive(Deserialize)]
struct ManifestEntry {
    #[serde(rename = "Key")]
    key: String,
    #[serde(rename = "Source")]
    source: Option<String>,
    #[serde(rename = "Version")]
    version: Option<String>,
    #[serde(rename = "Dir")]
    dir: String,
}

impl Downloads {
    /// Takes what `TF_DATA_DIR` says.
    pub(super) fn keep_data_in(&mut self, directory: &Path) {
        self.data_directory = Some(directory.to_owned());
    }

    /// Searches a directory that the user named: one with copies by their names, or one that `terraform init` filled.
    pub(super) fn search(&mut self, directory: &Path, reader: &Reader, problems: &mut Vec<Diagnostic>) {
        let directory = clean(directory);
        let manifest = directory.join("modules.json");
        if matches!(reader.kind(&manifest), Err(Refusal::Missing { behind_link: false })) {
            self.directories.push(directory);
            return;
        }
        let entries = entries(&manifest, reader, problems);
        self.named.extend(entries.into_iter().map(|entry| ModuleCopy {
            directory: clean(&directory.join(below_modules(&entry.dir))),
            source: entry.source,
            version: entry.version,
        }));
        self.directories.push(directory);
    }

    /// Reads what `terraform init` noted for a root module; gives the directories that are there.
    pub(super) fn read(
        &mut self,
        root: &Path,
        reader: &Reader,
        problems: &mut Vec<Diagnostic>,
    ) -> Vec<PathBuf> {
        let path = self.data_of(root).join("modules/modules.json");
        match reader.kind(&path) {
            // Before the root itself is refused, so is what lies in it.
            Err(Refusal::Missing { behind_link: false }) => return Vec::new(),
            Err(refusal)
                if refusal.is_by_rule() && reader.kind(root).is_err_and(|root| root.is_by_rule()) =>
            {
                return Vec::new();
            }
            Ok(_) | Err(_) => {}
        }
        let mut copies: FxHashMap<String, ModuleCopy> = FxHashMap::default();
        let mut all = Vec::new();
        for entry in entries(&path, reader, problems) {
            let directory = clean(&root.join(&entry.dir));
            match reader.kind(&directory) {
                Ok(FileKind::Directory) => all.push(directory.clone()),
                // A call by a path is refused at its place.
                Err(refusal) if refusal.is_by_rule() => {
                    if !entry.source.as_deref().is_some_and(is_local) {
                        problems.push(outside(&path, &entry.key, &directory));
                    }
                }
                Ok(_) | Err(_) => continue,
            }
            copies.insert(entry.key, ModuleCopy { source: entry.source, version: entry.version, directory });
        }
        all.sort();
        self.roots.insert(root.to_owned(), copies);
        all
    }

    /// The copy for a call in the tree of a root module. `key` is the path of call names, joined by dots.
    pub(super) fn find(
        &self,
        root: &Path,
        key: &str,
        wanted: WantedModule<'_>,
        reader: &Reader,
    ) -> ModuleLookup {
        let noted = self.roots.get(root).and_then(|copies| copies.get(key));
        let difference = noted.map(|copy| (copy, copy.difference(wanted)));
        match (difference, self.find_named(wanted, reader)) {
            (Some((copy, None)), _) => ModuleLookup::At(copy.directory.clone()),
            (_, Some(directory)) => ModuleLookup::At(directory),
            (Some((_, Some(difference))), None) => ModuleLookup::Stale(difference),
            (None, None) => ModuleLookup::Nowhere,
        }
    }

    /// The copy in one of the directories that the user named.
    pub(super) fn find_named(&self, wanted: WantedModule<'_>, reader: &Reader) -> Option<PathBuf> {
        let package = ModulePackage::of(wanted.source)?;
        let noted = self.named.iter().find(|copy| {
            copy.source.as_deref().and_then(ModulePackage::of).as_ref() == Some(&package)
                && copy.difference(wanted).is_none()
                && reader.is_directory(&copy.directory)
        });
        if let Some(copy) = noted {
            return Some(copy.directory.clone());
        }
        let places = package.places();
        let mut candidates = self
            .directories
            .iter()
            .flat_map(|top| places.iter().map(|place| clean(&top.join(place.iter().collect::<PathBuf>()))));
        candidates.find(|directory| reader.is_directory(directory))
    }

    /// Whether a directory holds what `terraform init` fetches for a root module.
    pub(super) fn is_data_of(&self, root: &Path, directory: &Path) -> bool {
        directory.starts_with(clean(&self.data_of(root)))
            || directory.components().any(|part| part.as_os_str() == DATA_DIRECTORY)
    }

    /// Whether a directory holds copies, and nothing that anybody applies.
    pub(super) fn is_copy(&self, directory: &Path, roots: &[PathBuf]) -> bool {
        let in_data = |data: &PathBuf| {
            directory.starts_with(data)
                || data.is_relative()
                    && directory.ancestors().any(|above| {
                        above.ends_with(data) && roots.iter().any(|root| above == clean(&root.join(data)))
                    })
        };
        self.data_directory.as_ref().is_some_and(in_data)
            || self.directories.iter().any(|top| top.as_os_str() != "." && directory.starts_with(top))
    }

    fn data_of(&self, root: &Path) -> PathBuf {
        root.join(self.data_directory.as_deref().unwrap_or(Path::new(DATA_DIRECTORY)))
    }
}

impl ModuleCopy {
    /// In what it differs from what a call asks for.
    fn difference(&self, wanted: WantedModule<'_>) -> Option<String> {
        if let Some(noted) = &self.source
            && let (Some(own), Some(other)) = (ModulePackage::of(noted), ModulePackage::of(wanted.source))
            && own != other
        {
            return Some(format!("from `{noted}`, but the call names `{}`", wanted.source));
        }
        let (own, constraint) = (self.version.as_deref()?, wanted.version?);
        let is_refused = version::allows(constraint, own).is_ok_and(|allowed| !allowed);
        is_refused.then(|| format!("in version {own}, but the call requires `{constraint}`"))
    }
}

/// What a manifest notes, but for the root module itself.
fn entries(path: &Path, reader: &Reader, problems: &mut Vec<Diagnostic>) -> Vec<ManifestEntry> {
    let manifest = reader.text(path).and_then(|text| {
        serde_json::from_str::<Manifest>(&text).map_err(|error| {
            let message = format!("`{}` is not a module manifest: {error}", shown_path(path));
            let help = "run `terraform get` again";
            Box::new(Diagnostic::error("config/manifest", message).help(help))
        })
    });
    match manifest {
        Ok(manifest) => manifest.modules.into_iter().filter(|entry| !entry.key.is_empty()).collect(),
        Err(problem) => {
            problems.push(*problem);
            Vec::new()
        }
    }
}

/// The part of a noted directory behind the directory that the manifest lies in: `q/sub` of `.terraform/modules/q/sub`.
fn below_modules(directory: &str) -> PathBuf {
    let path = clean(Path::new(directory));
    let mut parts = path.components();
    match parts.by_ref().position(|part| part.as_os_str() == "modules") {
        Some(_) => parts.as_path().to_owned(),
        None => path,
    }
}

fn outside(manifest: &Path, key: &str, dir: &Path) -> Diagnostic {
    let message = format!(
        "`{}` places module `{key}` in `{}`, which is outside the repository and is not read",
        shown_path(manifest),
        shown_path(dir)
    );
    Diagnostic::error("source/outside", message)
        .help("run `terraform get` again, or pass the directory with `--module-dir`")
}

/// Whether the source of a module is a path.
pub(super) fn is_local(source: &str) -> bool {
    ModuleSource::of(source) == ModuleSource::Local
}
