//! Loading: reads and parses in parallel the files of all module directories that a set of root modules can reach.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};
use serde::Deserialize;

use super::declare::{ModuleConfig, string};
use crate::address::ModuleSource;
use crate::budget::{Account, Allowance, Budget, Met};
use crate::diagnostic::Diagnostic;
use crate::files::discover::Listing;
use crate::files::path::clean;
use crate::files::read::MAX_FILE_BYTES;
use crate::files::system::FileKind;
use crate::files::{Reader, Refusal};
use crate::syntax::tree::Tree;
use crate::syntax::{self, Parsed};
use crate::text::{FileId, Sources};
use crate::value::{Cause, CauseKind};

/// Loaded modules by directory, and where downloaded modules are.
#[derive(Debug, Default)]
pub struct Project {
    /// Decides what may be read.
    pub reader: Reader,
    /// All files that were read.
    pub sources: Sources,
    /// Problems of reading and parsing.
    pub problems: Vec<Diagnostic>,
    /// Directories with copies of modules, used where `terraform init` has not been run.
    module_dirs: Vec<PathBuf>,
    modules: FxHashMap<PathBuf, Arc<ModuleConfig>>,
    manifests: FxHashMap<PathBuf, FxHashMap<String, PathBuf>>,
    /// The number of files that could not be read at all.
    pub unread: usize,
    /// The size of plans and states, in bytes.
    pub plan_bytes: u64,
    /// The budgets for reading.
    pub allowance: Allowance,
    /// What reading has spent.
    pub account: Account,
}

/// How many files are read in parallel.
const FILES_AT_ONCE: usize = 1024;

/// The largest file that is read in parallel, in bytes; hand-written files are smaller.
const SMALL_FILE: u64 = 256 << 10;

/// `.terraform/modules/modules.json`, as written by `terraform init`.
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
    #[serde(rename = "Dir")]
    dir: String,
}

impl Project {
    /// Permits reading in directories that the user named, and in the repositories that contain them.
    pub fn permit(&mut self, directories: &[PathBuf]) {
        for directory in directories {
            if let Err(refusal) = self.reader.permit(directory) {
                self.problems.push(*refusal.problem(directory));
            }
        }
    }

    /// Adds directories that the user named as places with copies of modules.
    pub fn search(&mut self, directories: &[PathBuf]) {
        self.permit(directories);
        self.module_dirs.extend_from_slice(directories);
    }

    /// Loads root modules and all modules that they call directly or indirectly, where reading is permitted.
    pub fn load(&mut self, roots: &[PathBuf]) {
        let mut wanted: Vec<PathBuf> = roots.to_vec();
        for root in roots {
            wanted.extend(self.read_manifest(root));
        }
        let mut seen: FxHashSet<PathBuf> = self.modules.keys().cloned().collect();
        loop {
            wanted.retain(|dir| seen.insert(dir.clone()));
            if wanted.is_empty() {
                return;
            }
            wanted.sort();
            let loaded = self.load_directories(&wanted);
            wanted = loaded
                .iter()
                .filter_map(|dir| self.modules.get(dir))
                .flat_map(|config| self.called(config))
                .filter(|dir| self.reader.is_directory(dir))
                .collect();
        }
    }

    /// The size of all configuration and plans that were read, in bytes.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        let length = |text: &str| u64::try_from(text.len()).unwrap_or(u64::MAX);
        self.sources
            .iter()
            .fold(self.plan_bytes, |sum: u64, (_, file)| sum.saturating_add(length(&file.text)))
    }

    /// The loaded module of a directory.
    #[must_use]
    pub fn module(&self, dir: &Path) -> Option<&Arc<ModuleConfig>> {
        self.modules.get(dir)
    }

    /// Adds a module that was not read from a directory.
    pub fn insert(&mut self, dir: PathBuf, config: ModuleConfig) {
        self.modules.insert(dir, Arc::new(config));
    }

    /// The directory of a called module, if it exists: relative to the caller for a local path, otherwise where `terraform init` has
    /// put it. `key` is the path of call names, joined by dots.
    #[must_use]
    pub fn resolve(&self, root: &Path, key: &str, caller: &Path, source: &str) -> Option<PathBuf> {
        if is_local(source) {
            return Some(self.reader.beside(caller, source));
        }
        let downloaded = self.manifests.get(root).and_then(|manifest| manifest.get(key)).cloned();
        downloaded.or_else(|| self.mirrored(source))
    }

    /// Whether a directory may not be read, whatever it contains.
    #[must_use]
    pub fn is_refused(&self, dir: &Path) -> bool {
        self.reader.kind(dir).is_err_and(|refusal| refusal.is_by_rule())
    }

    /// The copy of a module in one of the directories that the user named.
    fn mirrored(&self, source: &str) -> Option<PathBuf> {
        self.module_dirs.iter().find_map(|top| {
            let mut candidates = mirror_paths(source).into_iter().map(|path| clean(&top.join(path)));
            candidates.find(|dir| self.reader.is_directory(dir))
        })
    }

    /// The directories that a module calls: by a local path, or by a source with a copy.
    fn called(&self, config: &ModuleConfig) -> Vec<PathBuf> {
        let mirrored =
            sources(config).filter(|source| !is_local(source)).filter_map(|source| self.mirrored(&source));
        self.local_calls(config).into_iter().chain(mirrored).collect()
    }

    /// Reads and parses a variable values file that Terraform loads by itself.
    pub fn read_values(&mut self, path: &Path) -> Option<Arc<Tree>> {
        let read = self.reader.text(path);
        if let Ok(text) = &read
            && !self.pay_for(text.len())
        {
            self.leave_out(path);
            return None;
        }
        self.take_values(path, read)
    }

    /// Reads and parses a variable values file that the user named.
    pub fn read_named_values(&mut self, path: &Path) -> Option<Arc<Tree>> {
        let read = self.reader.text_of_named(path);
        self.take_values(path, read)
    }

    fn take_values(&mut self, path: &Path, read: Result<Arc<str>, Box<Diagnostic>>) -> Option<Arc<Tree>> {
        let file = FileId(u32::try_from(self.sources.len()).unwrap_or(u32::MAX));
        self.take(path, read.map(|text| parse(file, path, text))).map(|(tree, _)| tree)
    }

    /// The directories in the module manifest of a root module.
    fn read_manifest(&mut self, root: &Path) -> Vec<PathBuf> {
        let path = root.join(".terraform/modules/modules.json");
        let text = match self.reader.kind(&path) {
            // If the root itself may not be read, neither may anything in it; that is reported once.
            Err(Refusal::Missing { behind_link: false }) => return Vec::new(),
            Err(refusal) if refusal.is_by_rule() && self.is_refused(root) => return Vec::new(),
            Ok(_) | Err(_) => self.reader.text(&path),
        };
        let manifest = text.and_then(|text| {
            serde_json::from_str::<Manifest>(&text).map_err(|error| {
                let message = format!("`{}` is not a module manifest: {error}", path.display());
                let help = "run `terraform init -backend=false` again";
                Box::new(Diagnostic::error("config/manifest", message).help(help))
            })
        });
        let entries = match manifest {
            Ok(manifest) => manifest.modules.into_iter().filter(|entry| !entry.key.is_empty()),
            Err(problem) => {
                self.problems.push(*problem);
                return Vec::new();
            }
        };
        let mut dirs: FxHashMap<String, PathBuf> = FxHashMap::default();
        let mut all = Vec::new();
        for entry in entries {
            let dir = clean(&root.join(&entry.dir));
            match self.reader.kind(&dir) {
                Ok(FileKind::Directory) => all.push(dir.clone()),
                // A call by local path is reported at the call.
                Err(refusal) if refusal.is_by_rule() => {
                    if !entry.source.as_deref().is_some_and(is_local) {
                        self.problems.push(outside(&path, &entry.key, &dir));
                    }
                }
                Ok(_) | Err(_) => continue,
            }
            dirs.insert(entry.key, dir);
        }
        all.sort();
        self.manifests.insert(root.to_owned(), dirs);
        all
    }

    fn load_directories(&mut self, dirs: &[PathBuf]) -> Vec<PathBuf> {
        let listings: Vec<Listing> = dirs.par_iter().map(|dir| self.reader.list(dir)).collect();
        let paths: Vec<PathBuf> = listings
            .iter()
            .flat_map(|listing| listing.files.iter().chain(&listing.overrides))
            .cloned()
            .collect();
        let mut trees = self.read_all(&paths).into_iter();
        let mut paths = paths.iter();
        for (dir, listing) in dirs.iter().zip(listings) {
            self.problems.extend(listing.problems);
            let mut incomplete = None;
            let mut take = |count: usize| -> Vec<Arc<Tree>> {
                let own = trees.by_ref().take(count).zip(paths.by_ref());
                own.filter_map(|(read, path)| {
                    if read.as_ref().is_none_or(|(_, whole)| !whole) {
                        let shown = path.to_string_lossy();
                        incomplete
                            .get_or_insert_with(|| Cause::new(CauseKind::FileNotRead, shown.as_ref(), None));
                    }
                    read.map(|(tree, _)| tree)
                })
                .collect()
            };
            let own = take(listing.files.len());
            let overriding = take(listing.overrides.len());
            let overrides = overriding.len();
            let all = own.into_iter().chain(overriding).collect();
            let (mut config, problems) = ModuleConfig::new(dir.clone(), all, overrides);
            config.incomplete = incomplete;
            config.files = listing.names.iter().map(|name| name.as_str().into()).collect();
            self.problems.extend(problems);
            self.modules.insert(dir.clone(), Arc::new(config));
        }
        dirs.to_vec()
    }

    /// Reads and parses files. Returns for each file that could be read its tree, and whether all of it was understood.
    fn read_all(&mut self, paths: &[PathBuf]) -> Vec<Option<(Arc<Tree>, bool)>> {
        paths.chunks(FILES_AT_ONCE).flat_map(|some| self.read_some(some)).collect()
    }

    /// Reads and parses files as far as the budgets allow. Small files are read in parallel; large ones in sequence, because each
    /// decides whether there is budget for the next.
    fn read_some(&mut self, paths: &[PathBuf]) -> Vec<Option<(Arc<Tree>, bool)>> {
        let first = u32::try_from(self.sources.len()).unwrap_or(u32::MAX);
        let file = |index: usize| FileId(first.saturating_add(u32::try_from(index).unwrap_or(u32::MAX)));
        let reader = &self.reader;
        let read = |(index, path): (usize, &PathBuf)| match reader.text_up_to(path, SMALL_FILE) {
            Ok(Some(text)) => Some(Ok(parse(file(index), path, text))),
            Ok(None) => None,
            Err(problem) => Some(Err(problem)),
        };
        // With fewer files, starting threads costs more than it saves.
        let results: Vec<_> = if paths.len() < 8 {
            paths.iter().enumerate().map(read).collect()
        } else {
            paths.par_iter().enumerate().map(read).collect()
        };
        let mut taken = Vec::with_capacity(paths.len());
        for (index, (path, result)) in paths.iter().zip(results).enumerate() {
            let result = match result {
                Some(Ok(parsed)) if self.pay_for(parsed.tree.source.len()) => Some(Ok(parsed)),
                Some(Ok(_)) => None,
                Some(Err(problem)) => Some(Err(problem)),
                None => self.read_large(path).map(|read| read.map(|text| parse(file(index), path, text))),
            };
            taken.push(match result {
                Some(result) => self.take(path, result),
                None => {
                    self.leave_out(path);
                    None
                }
            });
        }
        taken
    }

    /// Reads a large file, if the budget allows.
    fn read_large(&mut self, path: &Path) -> Option<Result<Arc<str>, Box<Diagnostic>>> {
        let allowed = self.allowance.of(Budget::Sources);
        let left = allowed.saturating_sub(self.account.spent(Budget::Sources));
        match self.reader.text_up_to(path, left.min(MAX_FILE_BYTES)) {
            Ok(Some(text)) => self.pay_for(text.len()).then_some(Ok(text)),
            Ok(None) if left >= MAX_FILE_BYTES => Some(self.reader.text(path)),
            Ok(None) => {
                self.meet(Budget::Sources, left);
                None
            }
            Err(problem) => Some(Err(problem)),
        }
    }

    /// Whether the budgets allow a file of so many bytes.
    fn pay_for(&mut self, bytes: usize) -> bool {
        for (budget, amount) in
            [(Budget::Files, 1), (Budget::Sources, u64::try_from(bytes).unwrap_or(u64::MAX))]
        {
            if self.account.spent(budget).saturating_add(amount) > self.allowance.of(budget) {
                self.meet(budget, amount);
                return false;
            }
            self.account.pay(budget, amount);
        }
        true
    }

    fn meet(&mut self, budget: Budget, amount: u64) {
        if self.account.met.iter().all(|met| met.budget != budget) {
            self.account.met.push(Met { budget, amount, place: None });
        }
    }

    /// Counts a file that is not read.
    fn leave_out(&mut self, path: &Path) {
        self.sources.add(path.to_owned(), Arc::from(""));
        self.unread += 1;
    }

    /// Keeps the tree of a file and its problems, or the problem of reading it.
    fn take(&mut self, path: &Path, read: Result<Parsed, Box<Diagnostic>>) -> Option<(Arc<Tree>, bool)> {
        match read {
            Ok(Parsed { tree, problems }) => {
                self.sources.add(path.to_owned(), tree.source.clone());
                let is_whole = problems.is_empty();
                self.problems.extend(problems);
                Some((Arc::new(tree), is_whole))
            }
            Err(problem) => {
                self.sources.add(path.to_owned(), Arc::from(""));
                self.problems.push(*problem);
                self.unread += 1;
                None
            }
        }
    }

    /// The directories that a module calls by a local path.
    fn local_calls(&self, config: &ModuleConfig) -> Vec<PathBuf> {
        sources(config)
            .filter(|source| is_local(source))
            .map(|source| self.reader.beside(&config.dir, source.as_str()))
            .collect()
    }
}

fn outside(manifest: &Path, key: &str, dir: &Path) -> Diagnostic {
    let message = format!(
        "`{}` says that module `{key}` is in `{}`, which lies outside the repository and is not read",
        manifest.display(),
        dir.display()
    );
    Diagnostic::error("source/outside", message)
        .help("run `terraform init -backend=false` again, or name the directory with `--module-dir`")
}

fn parse(file: FileId, path: &Path, text: Arc<str>) -> Parsed {
    let name = path.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
    if name.ends_with(".tfvars.json") {
        syntax::parse_json_values(file, text)
    } else if name.ends_with(".json") {
        syntax::parse_json(file, text)
    } else {
        syntax::parse_hcl(file, text)
    }
}

/// Whether the source of a module is a local path.
fn is_local(source: &str) -> bool {
    ModuleSource::of(source) == ModuleSource::Local
}

/// The constant sources of a module's calls.
fn sources(config: &ModuleConfig) -> impl Iterator<Item = crate::value::Str> {
    config.calls.iter().filter_map(|call| {
        let (tree, attribute) = call.attribute(config, "source")?;
        string(tree, attribute.value)
    })
}

/// Where a copy of a module may be below a directory of copies, most specific first: for `namespace/name/provider//sub` and
/// `git::https://host/owner/repository.git//sub?ref=v1` the whole path, the path without the host, and the repository alone.
fn mirror_paths(source: &str) -> Vec<PathBuf> {
    let source = source.split('?').next().unwrap_or(source);
    let source = source.split_once("::").map_or(source, |(_, rest)| rest);
    let source = source.split_once("://").map_or(source, |(_, rest)| rest);
    let source = source.strip_prefix("git@").unwrap_or(source);
    let (package, sub) = source.split_once("//").unwrap_or((source, ""));
    let package = package.strip_suffix(".git").unwrap_or(package).replace(':', "/");
    let parts: Vec<&str> = package.split('/').filter(|part| !part.is_empty() && *part != "..").collect();
    let sub: PathBuf = sub.split('/').filter(|part| !part.is_empty() && *part != "..").collect();
    let mut paths: Vec<PathBuf> = (0..parts.len()).map(|skip| parts.iter().skip(skip).collect()).collect();
    // The repository of a registry module is named after its provider: terraform-aws-vpc for namespace/vpc/aws.
    if let [.., namespace, name, provider] = parts.as_slice() {
        let repository = format!("terraform-{provider}-{name}");
        paths.push([*namespace, repository.as_str()].iter().collect());
        paths.push(PathBuf::from(repository));
    }
    // The last part of a registry source is the provider, which is not the name of a module.
    paths.retain(|path| path.components().count() > 1 || path.to_string_lossy().contains('-'));
    paths.into_iter().map(|path| path.join(&sub)).collect()
}

/// The root modules among `dirs`: those that no other loaded module calls by a local path, even through a link.
#[must_use]
pub fn roots(project: &Project, dirs: &[PathBuf]) -> Vec<PathBuf> {
    let real = |dir: &PathBuf| project.reader.locate(dir).map_or_else(|_| dir.clone(), |(real, _)| real);
    let called: FxHashSet<PathBuf> = dirs
        .iter()
        .filter_map(|dir| project.module(dir))
        .flat_map(|config| project.local_calls(config))
        .map(|dir| real(&dir))
        .collect();
    let roots: Vec<PathBuf> = dirs.iter().filter(|dir| !called.contains(&real(dir))).cloned().collect();
    // Modules that only call each other have no root; they are checked all the same.
    if roots.is_empty() { dirs.to_vec() } else { roots }
}
