//! Directories that have been followed to the end: most paths lie in one that is known already.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::{PoisonError, RwLock};

use rustc_hash::FxHashMap;

/// Directories without links, by the paths under which files name them. A clone knows none: it may be permitted other things.
#[derive(Debug, Default)]
pub(super) struct FollowedDirectories(RwLock<FxHashMap<OsString, PathBuf>>);

impl Clone for FollowedDirectories {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl FollowedDirectories {
    /// Notes that a path leads to a directory, and that no part of it is a link.
    pub(super) fn note(&self, path: &Path, real: &Path) {
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        known.insert(path.as_os_str().to_owned(), real.to_owned());
    }

    /// Where a path leads to, if that is known.
    pub(super) fn real(&self, path: &Path) -> Option<PathBuf> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).get(path.as_os_str()).cloned()
    }
}
