//! What earlier runs have read: used again while it is certain to be unchanged, and never instead of what is there.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use buttress::files::system::{DirectoryEntry, FileKind, FileStamp, FileSystem};
use buttress::files::{Disk, FileMemory, Remembered};
use proptest::prelude::*;

use crate::support::folder::Folder;

/// The files of one directory `/top`, each with the number of its last change, and how often they were read.
#[derive(Debug, Default)]
struct Counting {
    files: Mutex<BTreeMap<String, (u64, Vec<u8>)>>,
    changes: AtomicUsize,
    /// Files and lists that were read.
    reads: AtomicUsize,
    /// Whether nothing tells what has changed.
    is_blind: bool,
}

impl Counting {
    fn change(&self, name: &str, contents: Option<&[u8]>) {
        let number = self.changes.fetch_add(1, Ordering::Relaxed) as u64 + 1;
        let mut files = self.files.lock().unwrap();
        match contents {
            Some(contents) => drop(files.insert(name.to_owned(), (number, contents.to_vec()))),
            None => drop(files.remove(name)),
        }
    }

    fn name(path: &Path) -> String {
        path.file_name().unwrap().to_str().unwrap().to_owned()
    }
}

impl FileSystem for Counting {
    fn working_directory(&self) -> io::Result<PathBuf> {
        Ok(PathBuf::from("/top"))
    }

    fn kind(&self, path: &Path) -> io::Result<FileKind> {
        match self.files.lock().unwrap().contains_key(&Self::name(path)) {
            _ if path == Path::new("/top") => Ok(FileKind::Directory),
            true => Ok(FileKind::File),
            false => Err(io::ErrorKind::NotFound.into()),
        }
    }

    fn link(&self, _path: &Path) -> io::Result<PathBuf> {
        Err(io::ErrorKind::InvalidInput.into())
    }

    fn entries(&self, _path: &Path) -> io::Result<Vec<DirectoryEntry>> {
        self.reads.fetch_add(1, Ordering::Relaxed);
        let files = self.files.lock().unwrap();
        // In no particular order.
        let names = files.keys().rev().map(|name| DirectoryEntry { name: name.into(), kind: FileKind::File });
        Ok(names.collect())
    }

    fn read(&self, path: &Path, limit: u64) -> io::Result<Vec<u8>> {
        self.reads.fetch_add(1, Ordering::Relaxed);
        let files = self.files.lock().unwrap();
        let (_, contents) = files.get(&Self::name(path)).ok_or(io::ErrorKind::NotFound)?;
        Ok(contents.iter().copied().take(usize::try_from(limit).unwrap()).collect())
    }

    fn stamp(&self, path: &Path) -> Option<FileStamp> {
        let files = self.files.lock().unwrap();
        let changed = match path == Path::new("/top") {
            true => self.changes.load(Ordering::Relaxed) as u64,
            false => files.get(&Self::name(path))?.0,
        };
        let stamp = FileStamp { identity: (0, 0), length: 0, changed: (changed.into(), 0) };
        (!self.is_blind).then_some(stamp)
    }
}

/// Everything that a run sees: names, kinds and contents.
fn seen(system: &dyn FileSystem) -> Vec<(String, String, Vec<u8>)> {
    let mut entries = system.entries(Path::new("/top")).unwrap();
    entries.sort_by(|a, b| a.name.cmp(&b.name));
    let one = |entry: DirectoryEntry| {
        let name = entry.name.to_str().unwrap().to_owned();
        let path = Path::new("/top").join(&name);
        let kind = format!("{:?}", system.kind(&path).unwrap());
        (name, kind, system.read(&path, 99).unwrap())
    };
    entries.into_iter().map(one).collect()
}

#[test]
fn what_is_unchanged_is_read_once() {
    let system = Arc::new(Counting::default());
    system.change("a", Some(b"one"));
    system.change("b", Some(b"two"));
    let memory = Arc::new(FileMemory::default());
    let run = || Remembered::new(system.clone(), memory.clone());
    let first = seen(&run());
    let reads = system.reads.load(Ordering::Relaxed);
    assert_eq!(seen(&run()), first);
    assert_eq!(system.reads.load(Ordering::Relaxed), reads, "nothing is read anew");
    system.change("b", Some(b"three"));
    assert_eq!(seen(&run())[1].2, b"three");
    assert_eq!(system.reads.load(Ordering::Relaxed), reads + 2, "the list and the file that have changed");
    assert_eq!(run().read(Path::new("/top/b"), 2).unwrap(), b"th", "no more than is asked for");
}

#[test]
fn what_nothing_tells_of_is_read_each_time() {
    let system = Arc::new(Counting { is_blind: true, ..Counting::default() });
    system.change("a", Some(b"one"));
    let memory = Arc::new(FileMemory::default());
    for contents in [b"two", b"six"] {
        system.change("a", Some(contents));
        assert_eq!(seen(&Remembered::new(system.clone(), memory.clone()))[0].2, contents);
    }
}

/// One run sees one state, whether anything tells of changes or not.
#[test]
fn a_run_asks_once() {
    let system = Arc::new(Counting { is_blind: true, ..Counting::default() });
    system.change("a", Some(b"one"));
    let run = Remembered::within_run(system.clone()).with_files();
    let first = seen(&run);
    let reads = system.reads.load(Ordering::Relaxed);
    system.change("a", Some(b"two"));
    system.change("b", Some(b"new"));
    assert_eq!(seen(&run), first);
    assert_eq!(system.reads.load(Ordering::Relaxed), reads);
    assert_eq!(run.read(Path::new("/top/a"), 2).unwrap(), b"on", "no more than is asked for");
    assert_ne!(seen(&Remembered::within_run(system)), first);
}

/// On the disk a file can change twice within one step of its clock, to as many bytes as before.
#[test]
fn a_change_right_after_reading_is_seen() {
    let folder = Folder::new("remembered");
    let path = folder.path("a.tf");
    let memory = Arc::new(FileMemory::default());
    for n in 0..200 {
        let contents = format!("{n:04}");
        fs::write(&path, &contents).unwrap();
        let run = Remembered::new(Arc::new(Disk), memory.clone());
        assert_eq!(run.entries(folder.top()).unwrap().len(), 1);
        assert_eq!(run.read(&path, 99).unwrap(), contents.as_bytes());
    }
    fs::remove_file(&path).unwrap();
    let run = Remembered::new(Arc::new(Disk), memory);
    assert!(run.entries(folder.top()).unwrap().is_empty());
    assert!(run.read(&path, 99).is_err() && run.kind(&path).is_err());
}

proptest! {
    #[test]
    fn every_run_sees_what_is_there(
        changes in prop::collection::vec(("[a-c]", prop::option::of("[x-z]{0,3}"), any::<bool>()), 1..20),
    ) {
        let system = Arc::new(Counting::default());
        let memory = Arc::new(FileMemory::default());
        for (name, contents, runs) in changes {
            system.change(&name, contents.as_ref().map(String::as_bytes));
            if runs {
                let run = Remembered::new(system.clone(), memory.clone());
                prop_assert_eq!(seen(&run), seen(&*system));
                let missing = run.kind(Path::new("/top/none")).unwrap_err();
                prop_assert_eq!(missing.kind(), io::ErrorKind::NotFound);
            }
        }
    }
}
