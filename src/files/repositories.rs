//! Finds the repository that contains a directory, and remembers it: every root module, policy and place asks for it.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use rustc_hash::FxHashMap;

use super::system::FileSystem;

/// The repositories of the directories that one run has asked for. Clones share what is known.
#[derive(Clone, Debug, Default)]
pub(super) struct Repositories(Arc<Mutex<FxHashMap<PathBuf, Option<PathBuf>>>>);

impl Repositories {
    /// The nearest directory at or above this one, which has no links in its path, with `.git` or `.hg` in it.
    pub(super) fn containing(&self, directory: &Path, system: &dyn FileSystem) -> Option<PathBuf> {
        // An answer is complete before it is stored, so a panic of another thread cannot have left half of one.
        let known = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
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
}
