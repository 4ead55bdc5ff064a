//! Where things are, as Terragrunt sees them.
//!
//! Terragrunt's functions give absolute paths. Those of a machine would make the same repository give different values elsewhere, so a
//! path here starts at the directory that holds the repository: `/shop/live/prod` for `live/prod` of a repository in a directory `shop`.

use std::path::{Path, PathBuf};

use crate::files::Reader;
use crate::files::path::{clean, seen_from};

/// Translates between paths as Terragrunt sees them and paths as the user named them.
#[derive(Clone, Debug)]
pub(super) struct RepositoryPlaces {
    /// The directory beyond which nothing is read, absolute.
    top: PathBuf,
    /// The same as Terragrunt sees it: `/shop`.
    shown_top: String,
    /// The repository as Terragrunt sees it, if there is one.
    repository: Option<String>,
    /// A directory as the user named it: other paths are named alike.
    near: PathBuf,
    /// The same as Terragrunt sees it.
    shown_near: String,
    /// Directories that a stack would generate, with the directories that they would be copies of.
    copies: Vec<(String, String)>,
}

impl RepositoryPlaces {
    /// The places around a directory; `None` if it may not be read.
    pub(super) fn around(reader: &Reader, near: &Path) -> Option<Self> {
        let absolute = reader.locate(near).ok()?.0;
        let top = reader.permitted_around(&absolute)?.to_owned();
        let name = top.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
        let shown_top = format!("/{name}");
        let shown = |path: &Path| {
            path.strip_prefix(&top).ok().map(|rest| text(&clean(&Path::new(&shown_top).join(rest))))
        };
        let shown_near = shown(&absolute)?;
        let repository = reader.repository_of(near).and_then(|path| shown(&path));
        Some(Self { shown_near, repository, near: near.to_owned(), copies: Vec::new(), shown_top, top })
    }

    /// A path of the user as Terragrunt sees it; `None` if it lies outside of what may be read.
    pub(super) fn shown(&self, reader: &Reader, path: &Path) -> Option<String> {
        let absolute = reader.absolute(path)?;
        let rest = absolute.strip_prefix(&self.top).ok()?;
        Some(text(&clean(&Path::new(&self.shown_top).join(rest))))
    }

    /// The same places with a directory that would be a copy of another one.
    pub(super) fn with_copy(&self, copy: &str, of: &str) -> Self {
        let mut places = self.clone();
        places.copies.push((copy.to_owned(), of.to_owned()));
        places
    }

    /// A path that Terragrunt sees, named as the user would; `None` if it lies outside of what may be read. What is in a copy is read
    /// where it is copied from.
    pub(super) fn real(&self, reader: &Reader, path: &str) -> Option<PathBuf> {
        let mut path = clean(Path::new(path));
        for (copy, of) in self.copies.iter().rev() {
            if let Ok(rest) = path.strip_prefix(copy) {
                path = clean(&Path::new(of).join(rest));
            }
        }
        self.named(reader, &path)
    }

    /// As [`real`](Self::real), for a directory that need not exist: it is named as it would be if it did.
    pub(super) fn to_be(&self, reader: &Reader, path: &str) -> Option<PathBuf> {
        self.named(reader, &clean(Path::new(path)))
    }

    fn named(&self, reader: &Reader, path: &Path) -> Option<PathBuf> {
        if !path.starts_with(&self.shown_top) {
            return None;
        }
        Some(reader.beside(&self.near, &seen_from(Path::new(&self.shown_near), path)))
    }

    /// The absolute path of a path that Terragrunt sees, which tells two paths apart.
    pub(super) fn absolute(&self, path: &str) -> Option<PathBuf> {
        let path = clean(Path::new(path));
        path.strip_prefix(&self.shown_top).ok().map(|rest| clean(&self.top.join(rest)))
    }

    /// The directory of the repository, or the outermost one that may be read.
    pub(super) fn repository(&self) -> &str {
        self.repository.as_deref().unwrap_or(&self.shown_top)
    }

    /// Whether a path may have anything above it that is read.
    pub(super) fn is_top(&self, path: &str) -> bool {
        path == self.shown_top
    }
}

fn text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

/// A path below a directory, unless it is absolute.
pub(super) fn joined(directory: &str, path: &str) -> String {
    text(&clean(&Path::new(directory).join(path)))
}

/// The directory of a path.
pub(super) fn directory(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(directory, _)| directory)
}

/// The last name of a path.
pub(super) fn name(path: &str) -> &str {
    path.rsplit_once('/').map_or(path, |(_, name)| name)
}

/// A path as seen from a directory; `.` for the directory itself.
pub(super) fn relative(from: &str, path: &str) -> String {
    seen_from(Path::new(from), Path::new(path))
}
