//! Finds the repository that contains a directory, and remembers it: every root module, policy and place asks for it.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use rustc_hash::FxHashMap;

use super::system::{FileKind, FileSystem};

/// The repositories of the directories that one run has asked for. Clones share what is known.
#[derive(Clone, Debug, Default)]
pub(super) struct Repositories {
    containing: Arc<Mutex<FxHashMap<PathBuf, Option<PathBuf>>>>,
    /// Whether each directory is the data of a repository.
    data: Arc<Mutex<FxHashMap<PathBuf, bool>>>,
}

impl Repositories {
    /// The nearest directory at or above this one, which has no links in its path, with `.git` or `.hg` in it.
    pub(super) fn containing(&self, directory: &Path, system: &dyn FileSystem) -> Option<PathBuf> {
        // An answer is complete before it is stored, so a panic of another thread cannot have left half of one.
        let known = || self.containing.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = known().get(directory) {
            return found.clone();
        }
        let has = |name: &str| system.kind(&directory.join(name)).is_ok();
        let found = match has(".git") || has(".hg") {
            true => Some(directory.to_owned()),
            false => directory.parent().and_then(|above| self.containing(above, system)),
        };
        known().insert(directory.to_owned(), found.clone());
        found
    }

    /// Whether a directory, which has no links in its path, is the data of a Git repository under any name: `HEAD`, `objects` and `refs`
    /// lie in it, and no work tree around them.
    pub(super) fn is_data(&self, directory: &Path, system: &dyn FileSystem) -> bool {
        let known = || self.data.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = known().get(directory) {
            return *found;
        }
        let is = |name: &str, kind: FileKind| system.kind(&directory.join(name)).is_ok_and(|own| own == kind);
        let found = is("HEAD", FileKind::File)
            && is("objects", FileKind::Directory)
            && is("refs", FileKind::Directory);
        known().insert(directory.to_owned(), found);
        found
    }
}
