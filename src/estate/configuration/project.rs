//! Loading: reads and parses in parallel the files of all module directories that a set of root modules can reach.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::constant::constant;
use super::declare::ModuleConfig;
use super::downloads::{Downloads, ModuleLookup, WantedModule, is_local};
use crate::budget::{Account, Allowance, Budget, Met};
use crate::diagnostic::{Diagnostic, nearest, shown_path};
use crate::estate::variables::ValuesFile;
use crate::files::Reader;
use crate::files::discover::Listing;
use crate::files::path::{directory_of, seen_from};
use crate::files::read::MAX_FILE_BYTES;
use crate::files::system::FileKind;
use crate::syntax::tree::Tree;
use crate::syntax::{self, Parsed};
use crate::text::{FileId, Sources};
use crate::value::{Cause, CauseKind, Str};

/// Loaded modules by directory, and where downloaded modules are.
#[derive(Debug, Default)]
pub struct Project {
    /// Decides what may be read.
    pub reader: Reader,
    /// All files that were read.
    pub sources: Sources,
    /// Problems of reading and parsing.
    pub problems: Vec<Diagnostic>,
    /// Where copies of modules lie.
    downloads: Downloads,
    modules: FxHashMap<PathBuf, Arc<ModuleConfig>>,
    /// The number of files that could not be read at all.
    pub unread: usize,
    /// The size of plans and states, in bytes.
    pub plan_bytes: u64,
    /// The size of the rule files among the sources, in bytes. They are not input, so they add to no budget.
    pub rule_bytes: u64,
    /// The budgets for reading.
    pub allowance: Allowance,
    /// What reading has spent.
    pub account: Account,
}

/// How many files are read in parallel.
const FILES_AT_ONCE: usize = 1024;

/// The largest file that is read in parallel, in bytes; hand-written files are smaller.
const SMALL_FILE: u64 = 256 << 10;

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
        for directory in directories {
            match self.reader.permit(directory) {
                Ok(()) => self.downloads.search(directory, &self.reader, &mut self.problems),
                Err(refusal) => self.problems.push(*refusal.problem(directory)),
            }
        }
    }

    /// Looks for what `terraform init` fetches where `TF_DATA_DIR` says that it is.
    pub fn keep_data_in(&mut self, directory: &Path) {
        // Before the first `terraform init` there is nothing.
        if directory.is_absolute() && matches!(self.reader.kind_of_named(directory), Ok(FileKind::Directory))
        {
            self.permit(&[directory.to_owned()]);
        }
        self.downloads.keep_data_in(directory);
    }

    /// Loads root modules and all modules that they call directly or indirectly, where reading is permitted.
    pub fn load(&mut self, roots: &[PathBuf]) {
        let mut wanted: Vec<PathBuf> = roots.to_vec();
        for root in roots {
            wanted.extend(self.downloads.read(root, &self.reader, &mut self.problems));
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
            .saturating_sub(self.rule_bytes)
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

    /// Adds the root module that another tool puts together, and loads what it calls.
    pub fn adopt(&mut self, dir: PathBuf, config: ModuleConfig) {
        let called = self.called(&config);
        let wanted: Vec<PathBuf> = called.into_iter().filter(|dir| self.reader.is_directory(dir)).collect();
        self.insert(dir, config);
        self.load(&wanted);
    }

    /// The copy of a module in one of the directories that the user named.
    #[must_use]
    pub fn copy_of(&self, source: &str, version: Option<&str>) -> Option<PathBuf> {
        self.downloads.find_named(WantedModule { source, version }, &self.reader)
    }

    /// The directory of a called module, if it is at hand: next to the caller for a local path, else where
    /// `terraform init` or the user has put it. `key` is the path of call names, joined by dots.
    pub(super) fn resolve(
        &self,
        root: &Path,
        key: &str,
        caller: &Path,
        wanted: WantedModule<'_>,
    ) -> ModuleLookup {
        if is_local(wanted.source) {
            return ModuleLookup::At(self.beside(caller, wanted.source));
        }
        self.downloads.find(root, key, wanted, &self.reader)
    }

    /// Whether a directory holds copies of modules, and nothing that anybody applies.
    #[must_use]
    pub fn is_copy(&self, dir: &Path, roots: &[PathBuf]) -> bool {
        self.downloads.is_copy(dir, roots)
    }

    /// Whether a directory would hold what `terraform init` fetches for a root module.
    pub(super) fn is_data_of(&self, root: &Path, dir: &Path) -> bool {
        self.downloads.is_data_of(root, dir)
    }

    /// The path of a module's directory as seen from the root module, as Terraform writes it.
    #[must_use]
    pub fn path_from(&self, root: &Path, dir: &Path) -> String {
        match (self.reader.absolute(root), self.reader.absolute(dir)) {
            (Some(root), Some(dir)) => seen_from(&root, &dir),
            _ => seen_from(root, dir),
        }
    }

    /// The directory that a local path leads to. Terraform takes `\\` for `/` everywhere.
    fn beside(&self, caller: &Path, source: &str) -> PathBuf {
        self.reader.beside(caller, &source.replace('\\', "/"))
    }

    /// Whether a directory may not be read, whatever it contains.
    #[must_use]
    pub fn is_refused(&self, dir: &Path) -> bool {
        self.reader.kind(dir).is_err_and(|refusal| refusal.is_by_rule())
    }

    /// Directories that a module calls: by a local path, or by a source of which the user named a copy.
    fn called(&self, config: &ModuleConfig) -> Vec<PathBuf> {
        let copies = calls(config).filter_map(|(source, version)| {
            self.downloads
                .find_named(WantedModule { source: &source, version: version.as_deref() }, &self.reader)
        });
        self.local_calls(config).into_iter().chain(copies).collect()
    }

    /// Reads and parses a variable values file that Terraform loads by itself.
    pub fn read_values(&mut self, path: &Path) -> ValuesFile {
        let read = self.reader.text(path);
        if let Ok(text) = &read
            && !self.pay_for(text.len())
        {
            self.leave_out(path);
            return ValuesFile { tree: None, unread: Some(not_read(path)) };
        }
        self.take_values(path, read, false)
    }

    /// Reads and parses a variable values file that the user named.
    pub fn read_named_values(&mut self, path: &Path) -> ValuesFile {
        let read = self.reader.text_of_named(path).map_err(|problem| self.suggesting(path, problem));
        self.take_values(path, read, true)
    }

    /// The problem of a file that is not there, with the name of one beside it that may be meant.
    fn suggesting(&self, path: &Path, problem: Box<Diagnostic>) -> Box<Diagnostic> {
        let near = (problem.id == "source/missing").then(|| self.nearest_file(path)).flatten();
        match near {
            Some(near) => Box::new(problem.help(format!("did you mean `{}`?", shown_path(&near)))),
            None => problem,
        }
    }

    /// The file beside a path that is called almost the same.
    #[must_use]
    pub fn nearest_file(&self, path: &Path) -> Option<PathBuf> {
        let name = path.file_name()?.to_string_lossy();
        let entries = self.reader.entries(directory_of(path)).unwrap_or_default();
        let names: Vec<String> =
            entries.iter().map(|entry| entry.name.to_string_lossy().into_owned()).collect();
        Some(path.with_file_name(nearest(&name, names.iter().map(String::as_str))?))
    }

    fn take_values(
        &mut self,
        path: &Path,
        read: Result<Arc<str>, Box<Diagnostic>>,
        is_named: bool,
    ) -> ValuesFile {
        let file = FileId(u32::try_from(self.sources.len()).unwrap_or(u32::MAX));
        let parsed = match read {
            Ok(text) => Ok(parse(file, path, text)),
            Err(problem) => forgiving(&self.reader, file, path, problem, is_named),
        };
        let taken = self.take(path, parsed);
        let is_whole = taken.as_ref().is_some_and(|(_, whole)| *whole);
        ValuesFile { tree: taken.map(|(tree, _)| tree), unread: (!is_whole).then(|| not_read(path)) }
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
                        incomplete.get_or_insert_with(|| not_read(path));
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
            Err(problem) => Some(forgiving(reader, file(index), path, problem, false)),
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
            self.account.met.push(Met { budget, amount, place: None, address: None });
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
    #[must_use]
    pub fn local_calls(&self, config: &ModuleConfig) -> Vec<PathBuf> {
        calls(config)
            .filter(|(source, _)| is_local(source))
            .map(|(source, _)| self.beside(&config.dir, &source))
            .collect()
    }
}

fn not_read(path: &Path) -> Arc<Cause> {
    Cause::new(CauseKind::FileNotRead, shown_path(path).as_str(), None)
}

/// Parses a file that is not UTF-8: Terraform looks at the encoding of what it takes for words and values, and a comment is neither.
fn forgiving(
    reader: &Reader,
    file: FileId,
    path: &Path,
    problem: Box<Diagnostic>,
    is_named: bool,
) -> Result<Parsed, Box<Diagnostic>> {
    if problem.id != "source/not-utf8" {
        return Err(problem);
    }
    let Ok((text, gaps)) = reader.text_with_gaps(path, is_named) else { return Err(problem) };
    let parsed = parse(file, path, text);
    let comments = parsed.tree.comments();
    let in_comment = |gap: &usize| {
        let next = comments.partition_point(|comment| comment.range.end as usize <= *gap);
        comments.get(next).is_some_and(|comment| comment.range.start as usize <= *gap)
    };
    if gaps.iter().all(in_comment) { Ok(parsed) } else { Err(problem) }
}

fn parse(file: FileId, path: &Path, text: Arc<str>) -> Parsed {
    let name = path.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
    syntax::parse_named(file, &name, text)
}

/// The constant sources of a module's calls, each with the version that it asks for.
fn calls(config: &ModuleConfig) -> impl Iterator<Item = (Str, Option<Str>)> {
    config.calls.iter().filter_map(|call| {
        let written = |name: &str| {
            let (tree, attribute) = call.attribute(config, name)?;
            constant(config, tree, attribute.value)
        };
        Some((written("source")?, written("version")))
    })
}
