//! Which directories a change touches, or an editor looks at, found without parsing the others: a directory with such a file in it, and
//! whoever calls it. With them come those that may tell something about them.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use memchr::memmem::Finder;
use rayon::prelude::*;

use super::answering::{AnsweringRoots, EarlierTexts, answering};
use crate::files::discover::is_configuration;
use crate::files::system::FileKind;
use crate::files::{Reader, values};
use crate::settings::Settings;

/// A directory as far as its texts tell.
pub(super) struct Scanned {
    /// Its real path.
    pub(super) real: PathBuf,
    /// Real paths of the directories that it may call.
    pub(super) calls: BTreeSet<PathBuf>,
    /// The texts in it that may call something by name, if that is asked for.
    pub(super) texts: Vec<(PathBuf, Arc<str>)>,
    /// Real paths of the files elsewhere that its links lead to.
    links: Vec<PathBuf>,
    /// Whether a text in it names a changed file.
    names_changed: bool,
}

/// The directories that a run passes over, because no file that it is about counts in them.
#[derive(Debug, Default)]
pub(super) struct NotLookedAt {
    /// All directories with configuration, if some are passed over.
    found: Vec<PathBuf>,
    directories: BTreeSet<PathBuf>,
    /// What has been found out about files.
    known: RefCell<BTreeMap<PathBuf, Option<PathBuf>>>,
}

impl NotLookedAt {
    /// Those of all that were found which are not among those that are looked at.
    pub(super) fn new(found: Vec<PathBuf>, looked_at: &[PathBuf]) -> Self {
        let looked_at: BTreeSet<&PathBuf> = looked_at.iter().collect();
        let directories = found.iter().filter(|dir| !looked_at.contains(dir)).cloned().collect();
        Self { found, directories, known: RefCell::default() }
    }

    /// A directory that is passed over although a file, named by its absolute path without links, counts in it.
    pub(super) fn user_of(&self, file: &Path, reader: &Reader, settings: &Settings) -> Option<PathBuf> {
        if self.directories.is_empty() {
            return None;
        }
        if let Some(known) = self.known.borrow().get(file) {
            return known.clone();
        }
        let users =
            touched(files_now(&[file.to_owned()]), reader, &self.found, settings, AnsweringRoots::None)
                .touched;
        let user = users.into_iter().find(|dir| self.directories.contains(dir));
        self.known.borrow_mut().insert(file.to_owned(), user.clone());
        user
    }
}

/// The directories that a change has to do with.
pub(super) struct TouchedDirectories {
    /// Those whose root modules may depend on what has changed.
    pub(super) touched: Vec<PathBuf>,
    /// Others, which may tell something about these.
    pub(super) answering: Vec<PathBuf>,
}

/// Files that have changed.
#[derive(Clone, Copy)]
pub(super) struct ChangedFiles<'a> {
    /// Absolute paths without links.
    pub(super) paths: &'a [PathBuf],
    /// Reads the texts that they had, as far as they may call something by name.
    pub(super) earlier: EarlierTexts<'a>,
    /// Directories that they are known to affect, as they are found.
    pub(super) affected: &'a [PathBuf],
}

/// The directories among `found` that files which have `changed` have to do with. Others that may tell something about these are looked
/// for as `wanted`.
pub(super) fn touched(
    changed: ChangedFiles<'_>,
    reader: &Reader,
    found: &[PathBuf],
    settings: &Settings,
    wanted: AnsweringRoots,
) -> TouchedDirectories {
    let all = |touched: Vec<PathBuf>| TouchedDirectories { touched, answering: Vec::new() };
    let ChangedFiles { paths, earlier, affected } = changed;
    let changed: BTreeSet<&Path> = paths.iter().map(PathBuf::as_path).collect();
    if changed.is_empty() {
        return all(Vec::new());
    }
    let of_environments = settings.values.environments.iter().flat_map(|own| &own.files);
    let named = settings.values.files.iter().chain(of_environments);
    let real = |path: &PathBuf| reader.locate_named(path);
    let is_for_all = named.filter_map(real).any(|path| changed.contains(path.as_path()))
        || settings
            .module_dirs
            .iter()
            .filter_map(real)
            .any(|dir| changed.iter().any(|path| path.starts_with(&dir)));
    if is_for_all {
        return all(found.to_vec());
    }
    let names: Vec<Finder<'_>> = changed
        .iter()
        .filter(|path| !is_configuration(path))
        .filter_map(|path| Some(Finder::new(path.file_name()?.as_encoded_bytes())))
        .collect();
    let scanned: Vec<Scanned> =
        found.par_iter().map(|dir| scan(reader, dir, &names, wanted == AnsweringRoots::All)).collect();
    let all: BTreeSet<&Path> = scanned.iter().map(|dir| dir.real.as_path()).collect();
    // A file that is no configuration belongs to the nearest directory that has some.
    let mut touched: BTreeSet<&Path> = changed
        .iter()
        .filter_map(|path| path.ancestors().skip(1).find_map(|dir| all.get(dir).copied()))
        .collect();
    // Values may lie beside the root modules that they are for: `env/prod.tfvars` for `infra`.
    for above in changed.iter().filter_map(|path| values::around(path)) {
        touched.extend(all.iter().filter(|dir| dir.starts_with(above)));
    }
    for dir in &scanned {
        if dir.names_changed || dir.links.iter().any(|target| changed.contains(target.as_path())) {
            touched.insert(&dir.real);
        }
    }
    let mut callers: BTreeMap<&Path, Vec<&Path>> = BTreeMap::new();
    for dir in &scanned {
        for called in &dir.calls {
            callers.entry(called).or_default().push(&dir.real);
        }
    }
    // What is called and gone touches its callers too.
    let configuration = changed.iter().filter(|path| is_configuration(path));
    let gone: BTreeSet<&Path> =
        configuration.filter_map(|path| path.parent()).filter(|dir| !all.contains(dir)).collect();
    let mut waiting: Vec<&Path> = touched.iter().copied().chain(gone.iter().copied()).collect();
    while let Some(dir) = waiting.pop() {
        for caller in callers.get(dir).into_iter().flatten() {
            if touched.insert(caller) {
                waiting.push(caller);
            }
        }
    }
    let is_touched = |dir: &Scanned| touched.contains(dir.real.as_path());
    let touched =
        found.iter().zip(&scanned).filter(|(dir, scanned)| is_touched(scanned) || affected.contains(dir));
    let touched: Vec<PathBuf> = touched.map(|(dir, _)| dir.clone()).collect();
    let answering = match wanted {
        _ if touched.is_empty() && gone.is_empty() => Vec::new(),
        AnsweringRoots::None => Vec::new(),
        wanted => answering(reader, found, &scanned, (&touched, &gone, earlier), wanted),
    };
    TouchedDirectories { touched, answering }
}

/// The directories among `found` that somebody who looks at `files` is concerned with. A config and a file of values may hold for any
/// directory around them, so they concern all of those.
pub(super) fn concerned(
    files: &[PathBuf],
    reader: &Reader,
    found: &[PathBuf],
    settings: &Settings,
) -> TouchedDirectories {
    let TouchedDirectories { touched: mut all, mut answering } =
        touched(files_now(files), reader, found, settings, AnsweringRoots::of(settings));
    let reals: Vec<PathBuf> =
        found.iter().map(|dir| reader.locate(dir).map_or_else(|_| dir.clone(), |(real, _)| real)).collect();
    for file in files.iter().filter(|file| !is_configuration(file)) {
        let is_below = |top: &Path| reals.iter().any(|dir| dir.starts_with(top));
        let Some(top) = file.ancestors().skip(1).find(|top| is_below(top)) else { continue };
        all.extend(
            found.iter().zip(&reals).filter(|(_, real)| real.starts_with(top)).map(|(dir, _)| dir.clone()),
        );
    }
    all.sort();
    all.dedup();
    answering.retain(|dir| all.binary_search(dir).is_err());
    TouchedDirectories { touched: all, answering }
}

/// Files of which no earlier state is compared.
const fn files_now(paths: &[PathBuf]) -> ChangedFiles<'_> {
    ChangedFiles { paths, earlier: &Vec::new, affected: &[] }
}

fn scan(reader: &Reader, dir: &Path, names: &[Finder<'_>], joins: bool) -> Scanned {
    let real = reader.locate(dir).map_or_else(|_| dir.to_owned(), |(real, _)| real);
    let (calls, links, texts) = (BTreeSet::new(), Vec::new(), Vec::new());
    let mut scanned = Scanned { real, calls, texts, links, names_changed: false };
    let mut sources: BTreeSet<String> = BTreeSet::new();
    for entry in reader.entries(dir).unwrap_or_default() {
        let path = dir.join(&entry.name);
        if entry.kind == FileKind::Link {
            scanned.links.extend(reader.locate(&path).ok().map(|(target, _)| target));
        }
        let is_values = values::is_values_file(&path);
        // Of values nothing but their words is asked, and of words nothing without joins.
        if entry.kind == FileKind::Directory || !(is_values && joins || is_configuration(&path)) {
            continue;
        }
        let Ok(text) = reader.text(&path) else { continue };
        if joins {
            scanned.texts.push((path, text.clone()));
        }
        if is_values {
            continue;
        }
        scanned.names_changed |= names.iter().any(|name| name.find(text.as_bytes()).is_some());
        local_sources(&text, &mut sources);
    }
    for source in sources {
        let called = reader.beside(dir, &source.replace('\\', "/"));
        let real = reader.locate(&called).ok().map(|(real, _)| real);
        scanned.calls.extend(real.or_else(|| reader.absolute(&called)));
    }
    scanned
}

/// Texts that may be local sources of module calls: in quotes after the word `source`, and beginning with a dot. Some are none, such as
/// those in comments; none is missing.
fn local_sources(text: &str, sources: &mut BTreeSet<String>) {
    for (at, word) in text.match_indices("source") {
        let rest = text.get(at + word.len()..).unwrap_or_default();
        let rest = rest.strip_prefix('"').unwrap_or(rest).trim_start();
        let Some(rest) = rest.strip_prefix(['=', ':']) else { continue };
        let Some(rest) = rest.trim_start().strip_prefix('"') else { continue };
        if let Some((source, _)) = rest.split_once('"')
            && source.starts_with('.')
        {
            sources.insert(source.to_owned());
        }
    }
}
