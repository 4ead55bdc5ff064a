//! The port through which everything is read. It does not know what may be read: [`Reader`](super::reader::Reader) decides that.

use std::ffi::OsString;
use std::fmt::Debug;
use std::io;
use std::path::{Path, PathBuf};

/// What is at a path, without following a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// A regular file.
    File,
    /// A directory.
    Directory,
    /// A symbolic link.
    Link,
    /// Anything else, with its name: `a named pipe`.
    Other(&'static str),
}

/// An entry of a directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DirectoryEntry {
    /// The name, without its directory.
    pub name: OsString,
    pub kind: FileKind,
}

/// What a file or directory looks like from outside: another one has other contents, or may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileStamp {
    /// The device and the number of the file on it, where there are such numbers.
    pub identity: (u64, u64),
    /// Of a directory it says nothing about the entries.
    pub length: u64,
    /// When the contents changed, and, where that is known, when anything else did: nanoseconds since the epoch.
    pub changed: (i128, i128),
}

/// A tree of directories and files. Paths are absolute, and only their last component may be a link: the caller has followed the
/// others.
pub trait FileSystem: Debug + Send + Sync {
    /// The directory that relative paths start from, absolute and without links.
    ///
    /// # Errors
    /// If it no longer exists.
    fn working_directory(&self) -> io::Result<PathBuf>;

    /// What is at a path.
    ///
    /// # Errors
    /// If nothing is there, or the system denies access.
    fn kind(&self, path: &Path) -> io::Result<FileKind>;

    /// The target of a link, as it is stored.
    ///
    /// # Errors
    /// If the path is not a link.
    fn link(&self, path: &Path) -> io::Result<PathBuf>;

    /// The entries of a directory, in no particular order.
    ///
    /// # Errors
    /// If the path is not a directory, or the system denies access.
    fn entries(&self, path: &Path) -> io::Result<Vec<DirectoryEntry>>;

    /// The first `limit` bytes of a regular file. Never waits for anything but the disk.
    ///
    /// # Errors
    /// If it is not a regular file, may not be read, or is no longer where it was when its path was followed.
    fn read(&self, path: &Path, limit: u64) -> io::Result<Vec<u8>>;

    /// What tells whether the contents at a path have changed since they were read; `None` if nothing does, or if they changed so recently
    /// that another change might not show.
    fn stamp(&self, _path: &Path) -> Option<FileStamp> {
        None
    }

    /// Tells that every part of a run reads what was read so far, and only this part what follows.
    fn begin_own(&self, _foreign: &[PathBuf]) {}
}
