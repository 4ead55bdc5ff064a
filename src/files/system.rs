//! The port through which everything is read. Knows nothing of what may be read: [`Reader`](super::reader::Reader) decides that.

use std::ffi::OsString;
use std::fmt::Debug;
use std::io;
use std::path::{Path, PathBuf};

/// What lies at a path, a link not followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// A regular file.
    File,
    /// A directory.
    Directory,
    /// A symbolic link.
    Link,
    /// Anything else, with what it is called: `a named pipe`.
    Other(&'static str),
}

/// One name of a directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DirectoryEntry {
    /// The name, without its directory.
    pub name: OsString,
    /// What it is.
    pub kind: FileKind,
}

/// A tree of directories and files. Paths are absolute, and no part of one but the last is a link: whoever asks has followed the links.
pub trait FileSystem: Debug + Send + Sync {
    /// The directory that relative paths start from, absolute and without links.
    ///
    /// # Errors
    /// If there is none any more.
    fn working_directory(&self) -> io::Result<PathBuf>;

    /// What lies at a path.
    ///
    /// # Errors
    /// If there is nothing, or it may not be looked at.
    fn kind(&self, path: &Path) -> io::Result<FileKind>;

    /// Where a link leads, as it is written.
    ///
    /// # Errors
    /// If there is no link.
    fn link(&self, path: &Path) -> io::Result<PathBuf>;

    /// The names in a directory, in no order.
    ///
    /// # Errors
    /// If it is no directory, or may not be listed.
    fn entries(&self, path: &Path) -> io::Result<Vec<DirectoryEntry>>;

    /// The first `limit` bytes of a regular file. Never waits for anything but the disk.
    ///
    /// # Errors
    /// If it is no regular file, may not be read, or is no longer where it was when its path was followed.
    fn read(&self, path: &Path, limit: u64) -> io::Result<Vec<u8>>;
}
