//! Where files that the user names may be written.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::{Author, FileKind, Reader, Refusal, in_git};
use crate::files::path::directory_of;

impl Reader {
    /// Where a file that the user named may be written: its path without links. There may be a regular file or nothing. As for reading,
    /// a link inside a repository must not lead out of it, and `.git` is left alone.
    ///
    /// # Errors
    /// See [`Refusal`].
    pub fn destination(&self, path: &Path) -> Result<PathBuf, Refusal> {
        let name = path.file_name().ok_or(Refusal::Directory)?;
        let followed = self.follow(directory_of(path), Author::User)?;
        if self.lead_out(&followed.links, &followed.path) {
            return Err(Refusal::Outside);
        }
        let target = followed.path.join(name);
        if in_git(&target) || self.is_never(&target) {
            return Err(Refusal::Git);
        }
        match self.system.kind(&target) {
            Ok(FileKind::File) => Ok(target),
            Ok(FileKind::Directory) => Err(Refusal::Directory),
            Ok(FileKind::Link) => Err(Refusal::Special("a link")),
            Ok(FileKind::Other(what)) => Err(Refusal::Special(what)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(target),
            Err(error) => Err(error.into()),
        }
    }
}
