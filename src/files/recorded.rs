//! What a run has read, kept so that another run reads the same, wherever that is.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use super::part::RunPart;
use super::system::{DirectoryEntry, FileKind, FileSystem};

/// What a run has learnt of a tree of directories and files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recording {
    /// The directories that were listed.
    pub directories: BTreeMap<PathBuf, Vec<DirectoryEntry>>,
    /// What is at paths that were looked at.
    pub kinds: BTreeMap<PathBuf, FileKind>,
    /// The targets of links.
    pub links: BTreeMap<PathBuf, PathBuf>,
    /// The files that were read.
    pub files: BTreeMap<PathBuf, RecordedFile>,
    /// What the system did not allow.
    pub refused: BTreeMap<PathBuf, ErrorKind>,
    /// The files that were read and that another part keeps: they tell what is secret.
    pub others: BTreeMap<PathBuf, Vec<u8>>,
}

/// A file that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordedFile {
    pub bytes: Vec<u8>,
    /// Whether these are all of its bytes.
    pub is_whole: bool,
}

impl Recording {
    /// Adds what another part of the run has learnt.
    pub fn add(&mut self, other: Self) {
        self.directories.extend(other.directories);
        self.kinds.extend(other.kinds);
        self.links.extend(other.links);
        self.refused.extend(other.refused);
        for (path, file) in other.files {
            self.add_file(path, file);
        }
    }

    fn add_file(&mut self, path: PathBuf, file: RecordedFile) {
        let known = self.files.get(&path);
        if known.is_none_or(|known| !known.is_whole && known.bytes.len() <= file.bytes.len()) {
            self.files.insert(path, file);
        }
    }

    /// Lets the links that lead below a directory lead below another one.
    pub fn move_targets(&mut self, from: &Path, to: &Path) {
        for target in self.links.values_mut() {
            if let Ok(place) = target.strip_prefix(from) {
                *target = to.join(place);
            }
        }
    }

    /// The same with other paths.
    #[must_use]
    pub fn moved(self, to: &dyn Fn(&Path) -> PathBuf) -> Self {
        Self {
            directories: self.directories.into_iter().map(|(path, own)| (to(&path), own)).collect(),
            kinds: self.kinds.into_iter().map(|(path, own)| (to(&path), own)).collect(),
            links: self.links.into_iter().map(|(path, own)| (to(&path), own)).collect(),
            files: self.files.into_iter().map(|(path, own)| (to(&path), own)).collect(),
            refused: self.refused.into_iter().map(|(path, own)| (to(&path), own)).collect(),
            others: self.others.into_iter().map(|(path, own)| (to(&path), own)).collect(),
        }
    }
}

/// A file system that notes what is read from it.
#[derive(Debug)]
pub struct Recorder {
    below: Arc<dyn FileSystem>,
    /// The directory that paths are seen from when it is decided who keeps them: absolute and without links.
    base: PathBuf,
    part: RunPart,
    /// Whether what is read now is read by this part of the run only.
    is_own: AtomicBool,
    known: Mutex<Recording>,
}

impl Recorder {
    /// A recorder for a part of a run. It keeps what its own root modules need, and a share of the texts of others.
    #[must_use]
    pub fn new(below: Arc<dyn FileSystem>, base: PathBuf, part: RunPart) -> Self {
        Self { below, base, part, is_own: AtomicBool::new(false), known: Mutex::default() }
    }

    /// What was read so far.
    #[must_use]
    pub fn recording(&self) -> Recording {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Whether this part certainly keeps the text of a file that it reads now. What lists and links say it keeps of all.
    fn keeps(&self, path: &Path) -> bool {
        let place = path.strip_prefix(&self.base).unwrap_or(path);
        self.is_own.load(Ordering::Relaxed) || self.part.keeps(place)
    }

    fn note<T>(&self, path: &Path, found: &io::Result<T>, note: impl FnOnce(&mut Recording, &T)) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        match found {
            Ok(found) => note(&mut known, found),
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {}
            Err(error) => {
                known.refused.insert(path.to_owned(), error.kind());
            }
        }
    }
}

impl FileSystem for Recorder {
    fn working_directory(&self) -> io::Result<PathBuf> {
        self.below.working_directory()
    }

    fn kind(&self, path: &Path) -> io::Result<FileKind> {
        let kind = self.below.kind(path);
        self.note(path, &kind, |known, kind| {
            known.kinds.insert(path.to_owned(), *kind);
        });
        kind
    }

    fn link(&self, path: &Path) -> io::Result<PathBuf> {
        let target = self.below.link(path);
        self.note(path, &target, |known, target| {
            known.links.insert(path.to_owned(), target.clone());
        });
        target
    }

    fn entries(&self, path: &Path) -> io::Result<Vec<DirectoryEntry>> {
        let entries = self.below.entries(path);
        self.note(path, &entries, |known, entries| {
            let mut entries = entries.clone();
            entries.sort_by(|a, b| a.name.cmp(&b.name));
            known.directories.insert(path.to_owned(), entries);
        });
        entries
    }

    fn read(&self, path: &Path, limit: u64) -> io::Result<Vec<u8>> {
        let bytes = self.below.read(path, limit);
        let is_kept = self.keeps(path);
        self.note(path, &bytes, |known, bytes| {
            let is_whole = u64::try_from(bytes.len()).is_ok_and(|length| length < limit);
            // What is not whole cannot be kept later on.
            if is_kept || !is_whole {
                known.add_file(path.to_owned(), RecordedFile { bytes: bytes.clone(), is_whole });
            } else {
                known.others.insert(path.to_owned(), bytes.clone());
            }
        });
        bytes
    }

    fn begin_own(&self, foreign: &[PathBuf]) {
        self.is_own.store(true, Ordering::Relaxed);
        let foreign: BTreeSet<&Path> = foreign.iter().map(PathBuf::as_path).collect();
        let is_foreign = |path: &Path| path.parent().is_some_and(|dir| foreign.contains(dir));
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let (others, needed) =
            std::mem::take(&mut known.others).into_iter().partition(|(path, _)| is_foreign(path));
        known.others = others;
        let needed: BTreeMap<PathBuf, Vec<u8>> = needed;
        for (path, bytes) in needed {
            known.add_file(path, RecordedFile { bytes, is_whole: true });
        }
    }
}

/// A file system that knows what was recorded, and nothing else.
#[derive(Debug)]
pub struct Replay {
    here: PathBuf,
    recording: Recording,
    /// The directories around what was recorded.
    around: BTreeSet<PathBuf>,
}

impl Replay {
    /// A file system of a recording. Relative paths start `here`.
    #[must_use]
    pub fn new(here: PathBuf, recording: Recording) -> Self {
        let Recording { directories, kinds, links, files, refused, .. } = &recording;
        let paths = directories.keys().chain(kinds.keys()).chain(links.keys()).chain(files.keys());
        let paths = paths.chain(refused.keys()).map(PathBuf::as_path);
        let around = paths.flat_map(|path| path.ancestors().skip(1)).chain(here.ancestors());
        let around = around.map(Path::to_owned).collect();
        Self { here, recording, around }
    }

    fn absent(&self, path: &Path) -> io::Error {
        match self.recording.refused.get(path) {
            Some(kind) => (*kind).into(),
            None => ErrorKind::NotFound.into(),
        }
    }

    /// What the list of its directory says of a path.
    fn listed(&self, path: &Path) -> Option<FileKind> {
        let entries = self.recording.directories.get(path.parent()?)?;
        let at = entries
            .binary_search_by(|entry| entry.name.as_os_str().cmp(path.file_name().unwrap_or_default()));
        at.ok().and_then(|at| entries.get(at)).map(|entry| entry.kind)
    }
}

impl FileSystem for Replay {
    fn working_directory(&self) -> io::Result<PathBuf> {
        Ok(self.here.clone())
    }

    fn kind(&self, path: &Path) -> io::Result<FileKind> {
        let Recording { directories, kinds, links, files, .. } = &self.recording;
        if let Some(kind) = kinds.get(path) {
            return Ok(*kind);
        }
        let is_directory = || directories.contains_key(path) || self.around.contains(path);
        match () {
            () if links.contains_key(path) => Ok(FileKind::Link),
            () if files.contains_key(path) => Ok(FileKind::File),
            () if is_directory() => Ok(FileKind::Directory),
            () => self.listed(path).ok_or_else(|| self.absent(path)),
        }
    }

    fn link(&self, path: &Path) -> io::Result<PathBuf> {
        self.recording.links.get(path).cloned().ok_or_else(|| self.absent(path))
    }

    fn entries(&self, path: &Path) -> io::Result<Vec<DirectoryEntry>> {
        self.recording.directories.get(path).cloned().ok_or_else(|| self.absent(path))
    }

    fn read(&self, path: &Path, limit: u64) -> io::Result<Vec<u8>> {
        let Some(file) = self.recording.files.get(path) else {
            let is_known = !self.recording.refused.contains_key(path) && self.kind(path).is_ok();
            return Err(if is_known { not_kept() } else { self.absent(path) });
        };
        let most = usize::try_from(limit).unwrap_or(usize::MAX);
        if !file.is_whole && file.bytes.len() < most {
            return Err(not_kept());
        }
        Ok(file.bytes.get(..most).unwrap_or(&file.bytes).to_vec())
    }
}

/// The error of a file that is there, and was not read when the facts were written.
fn not_kept() -> io::Error {
    io::Error::other("the facts do not hold its contents")
}
