//! Texts over a file system: unsaved texts of an editor, or texts that a tool generates.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::system::{DirectoryEntry, FileKind, FileSystem};

/// A file system in which some files have other contents, or exist in addition.
#[derive(Clone, Debug)]
pub struct Overlay {
    below: Arc<dyn FileSystem>,
    /// Contents by absolute path without links.
    files: BTreeMap<PathBuf, Arc<[u8]>>,
    /// A directory whose list shows no directories.
    flat: Option<PathBuf>,
}

impl Overlay {
    /// An overlay without any files.
    #[must_use]
    pub fn new(below: Arc<dyn FileSystem>) -> Self {
        Self::with(below, BTreeMap::new())
    }

    /// An overlay with files, by absolute path without links.
    #[must_use]
    pub fn with(below: Arc<dyn FileSystem>, files: BTreeMap<PathBuf, Arc<[u8]>>) -> Self {
        Self { below, files, flat: None }
    }

    /// The same, but a list of what is in this directory shows no directories. Who knows their names can read in them.
    #[must_use]
    pub fn flattened(self, directory: Option<PathBuf>) -> Self {
        Self { flat: directory, ..self }
    }

    /// Puts a file at an absolute path without links, in place of what is there.
    pub fn set(&mut self, path: PathBuf, contents: impl Into<Arc<[u8]>>) {
        self.files.insert(path, contents.into());
    }

    /// Removes a file from the overlay, so that the file system below is seen again.
    pub fn unset(&mut self, path: &Path) {
        self.files.remove(path);
    }

    /// The files of the overlay at or below a path.
    fn below(&self, path: &Path) -> impl Iterator<Item = &Path> {
        let start = path.to_owned();
        self.files
            .range(start.clone()..)
            .map(|(path, _)| path.as_path())
            .take_while(move |path| path.starts_with(&start))
    }
}

impl FileSystem for Overlay {
    fn working_directory(&self) -> io::Result<PathBuf> {
        self.below.working_directory()
    }

    fn kind(&self, path: &Path) -> io::Result<FileKind> {
        match self.below(path).next() {
            Some(file) if file == path => Ok(FileKind::File),
            Some(_) => Ok(FileKind::Directory),
            None => self.below.kind(path),
        }
    }

    fn link(&self, path: &Path) -> io::Result<PathBuf> {
        self.below.link(path)
    }

    fn entries(&self, path: &Path) -> io::Result<Vec<DirectoryEntry>> {
        let mut own: Vec<DirectoryEntry> = Vec::new();
        for file in self.below(path) {
            let mut rest = file.strip_prefix(path).map(Path::components).into_iter().flatten();
            let Some(name) = rest.next() else { continue };
            let name = name.as_os_str().to_owned();
            let kind = if rest.next().is_some() { FileKind::Directory } else { FileKind::File };
            if own.last().is_none_or(|last| last.name != name) {
                own.push(DirectoryEntry { name, kind });
            }
        }
        let mut entries = match self.below.entries(path) {
            Ok(entries) => entries,
            Err(_) if !own.is_empty() => Vec::new(),
            Err(error) => return Err(error),
        };
        entries.retain(|entry| own.iter().all(|new| new.name != entry.name));
        entries.extend(own);
        if self.flat.as_deref() == Some(path) {
            entries.retain(|entry| entry.kind != FileKind::Directory);
        }
        Ok(entries)
    }

    fn read(&self, path: &Path, limit: u64) -> io::Result<Vec<u8>> {
        match self.files.get(path) {
            Some(contents) => {
                let length = usize::try_from(limit).unwrap_or(usize::MAX).min(contents.len());
                Ok(contents.get(..length).unwrap_or_default().to_vec())
            }
            None => self.below.read(path, limit),
        }
    }
}
