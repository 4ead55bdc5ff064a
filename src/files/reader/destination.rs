//! Where files that the user names may be written.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::{Author, FileKind, Reader, Refusal, in_git};

/// What a link is called where only a regular file will do.
const LINK: &str = "a link";

impl Reader {
    /// Where a file that the user named may be written: its path without links. There may be a regular file or nothing. As for reading,
    /// a link inside a repository must not lead out of it, and `.git` is left alone.
    ///
    /// # Errors
    /// See [`Refusal`].
    pub fn destination(&self, path: &Path) -> Result<PathBuf, Refusal> {
        let name = path.file_name().ok_or(Refusal::Directory)?;
        let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
        let followed = self.follow(parent.unwrap_or(Path::new(".")), Author::User)?;
        let leaves =
            |link: &PathBuf| self.repository(link).is_some_and(|top| !followed.path.starts_with(top));
        if followed.links.iter().any(leaves) {
            return Err(Refusal::Outside);
        }
        let target = followed.path.join(name);
        if in_git(&target) || self.is_never(&target) {
            return Err(Refusal::Git);
        }
        match self.system.kind(&target) {
            Ok(FileKind::File) => Ok(target),
            Ok(FileKind::Directory) => Err(Refusal::Directory),
            Ok(FileKind::Link) => Err(Refusal::Special(LINK)),
            Ok(FileKind::Other(what)) => Err(Refusal::Special(what)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(target),
            Err(error) => Err(error.into()),
        }
    }

    /// Where an output that the user named is written: as [`Self::destination`], but through a link too, if each link on the way and the
    /// regular file at its end lie in one repository. Its owner may keep reports elsewhere in it; a link that leads out of a repository, or
    /// that lies in none, may be a stranger's.
    ///
    /// # Errors
    /// See [`Refusal`].
    pub fn output_destination(&self, path: &Path) -> Result<PathBuf, Refusal> {
        let strict = self.destination(path);
        let is_link = matches!(&strict, Err(Refusal::Special(what)) if *what == LINK);
        let Some(followed) = is_link.then(|| self.follow(path, Author::User).ok()).flatten() else {
            return strict;
        };
        let top = self.repository(&followed.path).filter(|top| followed.path.starts_with(top));
        let is_in =
            |link: &PathBuf| top.as_ref().is_some_and(|top| self.repository(link).as_ref() == Some(top));
        if !followed.links.iter().all(is_in) {
            return Err(Refusal::Outside);
        }
        let git = top.as_ref().and_then(|top| self.git_directory(top));
        if in_git(&followed.path) || git.is_some_and(|git| followed.path.starts_with(git)) {
            return Err(Refusal::Git);
        }
        match followed.kind {
            FileKind::File => Ok(followed.path),
            FileKind::Directory => Err(Refusal::Directory),
            FileKind::Link | FileKind::Other(_) => strict,
        }
    }
}
