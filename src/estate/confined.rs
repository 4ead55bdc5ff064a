//! What file functions may read: the repository of the root module, never through a link that leaves it.
//!
//! A linter runs on pull requests of strangers; what it reads must not be able to reach a CI log from outside.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use globset::GlobBuilder;

use crate::eval::{FileError, Files};
use crate::files::read;

/// Files inside one directory.
#[derive(Debug)]
pub struct ConfinedFiles {
    /// The directory of the root module: relative paths start here.
    root: PathBuf,
    /// Nothing outside of it is read; canonical.
    boundary: Option<PathBuf>,
}

impl ConfinedFiles {
    /// Files for a root module: inside the repository that holds it, or inside its own directory where there is none.
    #[must_use]
    pub fn new(root: &Path) -> Self {
        let canonical = read::canonical(root);
        let boundary = canonical
            .as_deref()
            .and_then(|dir| dir.ancestors().find(|dir| dir.join(".git").exists()))
            .map(Path::to_owned)
            .or(canonical);
        Self { root: root.to_owned(), boundary }
    }

    /// The file behind a path, if it may be read.
    fn allowed(&self, path: &str) -> Result<PathBuf, FileError> {
        let joined = self.root.join(path);
        let Some(canonical) = read::canonical(&joined) else {
            // What is outside is not even looked at, so that nothing is told about it.
            let lexical = super::configuration::clean(&joined);
            let inside = !Path::new(path).is_absolute() && !lexical.starts_with("..");
            return Err(if inside { FileError::NotFound } else { FileError::Confined(path.to_owned()) });
        };
        match &self.boundary {
            Some(boundary) if canonical.starts_with(boundary) => Ok(canonical),
            _ => Err(FileError::Confined(path.to_owned())),
        }
    }
}

impl Files for ConfinedFiles {
    fn read(&self, path: &str) -> Result<Arc<[u8]>, FileError> {
        let path = self.allowed(path)?;
        read::read_bytes(&path).map(Arc::from).map_err(|problem| FileError::Unreadable(problem.message))
    }

    fn exists(&self, path: &str) -> Result<bool, FileError> {
        match self.allowed(path) {
            Ok(path) if path.is_file() => Ok(true),
            Ok(path) => Err(FileError::Unreadable(format!("`{}` is not a regular file", path.display()))),
            Err(FileError::NotFound) => Ok(false),
            Err(error) => Err(error),
        }
    }

    fn glob(&self, base: &str, pattern: &str) -> Result<Vec<String>, FileError> {
        let base = match self.allowed(base) {
            Ok(base) => base,
            Err(FileError::NotFound) => return Ok(Vec::new()),
            Err(error) => return Err(error),
        };
        // `*` stops at a separator and matches names that start with a dot, as Terraform's does.
        let matcher = GlobBuilder::new(pattern)
            .literal_separator(true)
            .build()
            .map_err(|error| FileError::Unreadable(error.to_string()))?
            .compile_matcher();
        let mut names = Vec::new();
        for entry in walkdir::WalkDir::new(&base).min_depth(1).into_iter().flatten() {
            if entry.file_type().is_file()
                && let Ok(relative) = entry.path().strip_prefix(&base)
            {
                let name = relative.to_string_lossy().replace('\\', "/");
                if matcher.is_match(&name) {
                    names.push(name);
                }
            }
        }
        names.sort();
        Ok(names)
    }
}
