//! What was read before, for programs that check the same files again and again: an editor, or a run that tries edits.
//!
//! Two things are kept apart. A [`FileMemory`] outlives runs: of what it holds only what is certain to be unchanged is used, so nobody
//! has to say that files have changed. A [`Remembered`] is the file system of one run: what it was told once, it says until the run ends.
//! Every run asks many times what is at a path, and one that compares two states reads most files for both.

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use rustc_hash::FxHashMap;

use super::system::{DirectoryEntry, FileKind, FileStamp, FileSystem};

/// The largest file that is kept, in bytes, and how many bytes of files are kept in all.
const MAX_FILE: usize = 1 << 20;
const MAX_ALL: usize = 256 << 20;

/// The most directories and files that are kept.
const MAX_KEPT: usize = 200_000;

/// Something by its path, with what it looked like from outside when it was read.
type ByPath<T> = FxHashMap<OsString, (FileStamp, T)>;

/// The contents of directories and files, with what they looked like from outside.
#[derive(Debug, Default)]
pub struct FileMemory {
    directories: RwLock<ByPath<Arc<[DirectoryEntry]>>>,
    files: RwLock<KeptFiles>,
}

#[derive(Debug, Default)]
struct KeptFiles {
    by_path: ByPath<Arc<[u8]>>,
    bytes: usize,
}

/// The files that one run has read, whole ones only.
#[derive(Debug, Default)]
struct FilesOfRun {
    by_path: FxHashMap<OsString, Arc<[u8]>>,
    bytes: usize,
}

/// A file system of one run, which remembers.
#[derive(Debug)]
pub struct Remembered {
    below: Arc<dyn FileSystem>,
    /// What outlives the run.
    memory: Option<Arc<FileMemory>>,
    /// The files that this run has read, if it reads them again.
    read: Option<RwLock<FilesOfRun>>,
    /// The directories that this run has listed, sorted by name.
    listed: RwLock<FxHashMap<OsString, Arc<[DirectoryEntry]>>>,
    /// What this run has asked about single paths.
    kinds: RwLock<FxHashMap<OsString, Option<FileKind>>>,
}

/// What is behind a lock. A thread that panicked while it held the lock has left whole entries.
fn read<T>(lock: &RwLock<T>) -> std::sync::RwLockReadGuard<'_, T> {
    lock.read().unwrap_or_else(PoisonError::into_inner)
}

fn write<T>(lock: &RwLock<T>) -> std::sync::RwLockWriteGuard<'_, T> {
    lock.write().unwrap_or_else(PoisonError::into_inner)
}

impl Remembered {
    /// The file system of a run that begins now.
    #[must_use]
    pub fn new(below: Arc<dyn FileSystem>, memory: Arc<FileMemory>) -> Self {
        Self { memory: Some(memory), ..Self::within_run(below) }
    }

    /// The file system of a run after which nothing is remembered.
    #[must_use]
    pub fn within_run(below: Arc<dyn FileSystem>) -> Self {
        Self { below, memory: None, read: None, listed: RwLock::default(), kinds: RwLock::default() }
    }

    /// The same, for a run that reads files more than once.
    #[must_use]
    pub fn with_files(self) -> Self {
        Self { read: Some(RwLock::default()), ..self }
    }

    /// What is at a path, if this run has listed the directory that it is in. That nothing is there is certain only where a name in
    /// other letters is another file.
    fn listed_kind(&self, path: &Path) -> Option<Option<FileKind>> {
        let (above, name) = (path.parent()?, path.file_name()?);
        let listed = read(&self.listed);
        let entries = listed.get(above.as_os_str())?;
        let found = entries.binary_search_by(|entry| entry.name.as_os_str().cmp(name));
        match found.ok().and_then(|at| entries.get(at)) {
            Some(entry) => Some(Some(entry.kind)),
            None => cfg!(target_os = "linux").then_some(None),
        }
    }
}

impl FileSystem for Remembered {
    fn working_directory(&self) -> io::Result<PathBuf> {
        self.below.working_directory()
    }

    fn kind(&self, path: &Path) -> io::Result<FileKind> {
        let known = self.listed_kind(path);
        let known = known.or_else(|| read(&self.kinds).get(path.as_os_str()).copied());
        if let Some(known) = known {
            return known.ok_or_else(|| io::ErrorKind::NotFound.into());
        }
        let kind = self.below.kind(path);
        let seen = match &kind {
            Ok(kind) => Some(*kind),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(_) => return kind,
        };
        write(&self.kinds).insert(path.as_os_str().to_owned(), seen);
        kind
    }

    fn link(&self, path: &Path) -> io::Result<PathBuf> {
        self.below.link(path)
    }

    fn entries(&self, path: &Path) -> io::Result<Vec<DirectoryEntry>> {
        let key = path.as_os_str();
        if let Some(entries) = read(&self.listed).get(key) {
            return Ok(entries.to_vec());
        }
        let entries = match &self.memory {
            Some(memory) => memory.entries(path, &*self.below)?,
            None => sorted(self.below.entries(path)?),
        };
        write(&self.listed).insert(key.to_owned(), entries.clone());
        Ok(entries.to_vec())
    }

    fn read(&self, path: &Path, limit: u64) -> io::Result<Vec<u8>> {
        let key = path.as_os_str();
        if let Some(files) = &self.read
            && let Some(bytes) = read(files).by_path.get(key)
        {
            return Ok(beginning(bytes, limit));
        }
        let bytes = match &self.memory {
            Some(memory) => memory.read(path, limit, &*self.below)?,
            None => self.below.read(path, limit)?,
        };
        if let Some(files) = self.read.as_ref().filter(|_| is_kept(&bytes, limit)) {
            let mut files = write(files);
            if files.bytes + bytes.len() <= MAX_ALL {
                files.bytes += bytes.len();
                files.by_path.insert(key.to_owned(), bytes.as_slice().into());
            }
        }
        Ok(bytes)
    }

    fn stamp(&self, path: &Path) -> Option<FileStamp> {
        self.below.stamp(path)
    }

    fn begin_own(&self, foreign: &[PathBuf]) {
        self.below.begin_own(foreign);
    }
}

/// Whether what was read is a whole file that is not too large to keep.
fn is_kept(bytes: &[u8], limit: u64) -> bool {
    (bytes.len() as u64) < limit && bytes.len() <= MAX_FILE
}

fn beginning(bytes: &[u8], limit: u64) -> Vec<u8> {
    let length = usize::try_from(limit).unwrap_or(usize::MAX).min(bytes.len());
    bytes.get(..length).unwrap_or_default().to_vec()
}

fn sorted(mut entries: Vec<DirectoryEntry>) -> Arc<[DirectoryEntry]> {
    entries.sort_by(|a, b| a.name.cmp(&b.name));
    entries.into()
}

impl FileMemory {
    fn entries(&self, path: &Path, below: &dyn FileSystem) -> io::Result<Arc<[DirectoryEntry]>> {
        let key = path.as_os_str();
        let stamp = below.stamp(path);
        let kept = read(&self.directories).get(key).filter(|(kept, _)| Some(kept) == stamp.as_ref()).cloned();
        if let Some((_, entries)) = kept {
            return Ok(entries);
        }
        let entries = sorted(below.entries(path)?);
        let mut kept = write(&self.directories);
        if kept.len() >= MAX_KEPT {
            kept.clear();
        }
        match stamp {
            Some(stamp) => drop(kept.insert(key.to_owned(), (stamp, entries.clone()))),
            None => drop(kept.remove(key)),
        }
        Ok(entries)
    }

    fn read(&self, path: &Path, limit: u64, below: &dyn FileSystem) -> io::Result<Vec<u8>> {
        let key = path.as_os_str();
        let stamp = below.stamp(path);
        let kept =
            read(&self.files).by_path.get(key).filter(|(kept, _)| Some(kept) == stamp.as_ref()).cloned();
        if let Some((_, bytes)) = kept {
            return Ok(beginning(&bytes, limit));
        }
        let bytes = below.read(path, limit)?;
        let mut kept = write(&self.files);
        if let Some((_, old)) = kept.by_path.remove(key) {
            kept.bytes -= old.len();
        }
        if let Some(stamp) = stamp.filter(|_| is_kept(&bytes, limit)) {
            if kept.bytes + bytes.len() > MAX_ALL || kept.by_path.len() >= MAX_KEPT {
                *kept = KeptFiles::default();
            }
            kept.bytes += bytes.len();
            kept.by_path.insert(key.to_owned(), (stamp, bytes.as_slice().into()));
        }
        Ok(bytes)
    }
}
