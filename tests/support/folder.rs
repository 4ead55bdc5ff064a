//! A folder that a test makes for itself.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};

/// A folder of temporary files, taken away at the end.
pub(crate) struct Folder(PathBuf);

impl Folder {
    /// An empty folder. Its name begins with these words; no two have the same.
    pub(crate) fn new(name: &str) -> Self {
        static NUMBER: AtomicUsize = AtomicUsize::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        // Links in the path would be followed by whoever reads it, and paths would differ.
        let top = std::env::temp_dir().canonicalize().unwrap();
        let folder = Self(top.join(format!("buttress-{name}-{}-{number}", std::process::id())));
        fs::create_dir_all(&folder.0).unwrap();
        folder
    }

    /// The same with a file in it, in place of one that is there.
    pub(crate) fn file(self, path: &str, text: &str) -> Self {
        self.write(path, text);
        self
    }

    /// Writes a file and the folders around it.
    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// As `write`, for paths that the file system may refuse. Returns whether the file is there.
    pub(crate) fn try_write(&self, path: &str, text: &str) -> bool {
        let path = self.path(path);
        let above = path.parent().map(fs::create_dir_all);
        above.is_some_and(|made| made.is_ok()) && fs::write(path, text).is_ok()
    }

    /// Runs git in the folder, as somebody who can commit.
    pub(crate) fn git(&self, arguments: &[&str]) {
        let own = ["-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false"];
        let output = Command::new("git").arg("-C").arg(&self.0).args(own).args(arguments).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "git {arguments:?}: {said}");
    }

    /// Makes a git repository of the folder.
    pub(crate) fn begin_history(&self) {
        self.git(&["init", "--quiet", "--initial-branch=main"]);
    }

    /// Commits what is there, even if nothing has changed.
    pub(crate) fn commit(&self) {
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--allow-empty", "-m", "change"]);
    }

    /// The folder.
    pub(crate) fn top(&self) -> &Path {
        &self.0
    }

    /// A path in the folder.
    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.0.join(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // Left behind, it does no harm.
        let _removed = fs::remove_dir_all(&self.0);
    }
}
