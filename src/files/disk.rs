//! The disk: the only code of the crate that opens files.
//!
//! A path can change between a check and the opening. So a file is opened without following a link and without waiting, and the open
//! file is then compared with what is at the path.
#![expect(clippy::disallowed_methods, clippy::disallowed_types, reason = "this is where files are read")]

use std::fs::{File, FileType, Metadata, OpenOptions};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use super::system::{DirectoryEntry, FileKind, FileStamp, FileSystem};

/// The file system of the machine.
#[derive(Clone, Copy, Debug, Default)]
pub struct Disk;

impl FileSystem for Disk {
    fn working_directory(&self) -> io::Result<PathBuf> {
        std::env::current_dir()
    }

    fn kind(&self, path: &Path) -> io::Result<FileKind> {
        path.symlink_metadata().map(|metadata| kind_of(metadata.file_type()))
    }

    fn link(&self, path: &Path) -> io::Result<PathBuf> {
        path.read_link()
    }

    fn entries(&self, path: &Path) -> io::Result<Vec<DirectoryEntry>> {
        let entry = |entry: std::fs::DirEntry| {
            entry
                .file_type()
                .map(|file_type| DirectoryEntry { name: entry.file_name(), kind: kind_of(file_type) })
        };
        path.read_dir()?.map(|read| read.and_then(entry)).collect()
    }

    fn read(&self, path: &Path, limit: u64) -> io::Result<Vec<u8>> {
        let file = open(path)?;
        let metadata = file.metadata()?;
        if !metadata.is_file() {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is not a regular file"));
        }
        if !is_still_there(path, &file, &metadata)? {
            return Err(io::Error::other("it was moved or replaced while it was read"));
        }
        // The reported size may be wrong, so reading is bounded too.
        let mut bytes =
            Vec::with_capacity(usize::try_from(metadata.len().min(limit)).unwrap_or_default() + 1);
        file.take(limit).read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    fn stamp(&self, path: &Path) -> Option<FileStamp> {
        let stamp = stamp_of(&path.symlink_metadata().ok()?)?;
        let now = SystemTime::now().duration_since(UNIX_EPOCH).ok()?;
        let now = i128::try_from(now.as_nanos()).ok()?;
        let (contents, other) = stamp.changed;
        (contents.max(other) + SETTLED < now).then_some(stamp)
    }
}

/// How long ago the last change must be, in nanoseconds: the clocks of some file systems count in steps of two seconds.
const SETTLED: i128 = 2_500_000_000;

#[cfg(unix)]
fn stamp_of(metadata: &Metadata) -> Option<FileStamp> {
    use std::os::unix::fs::MetadataExt;
    let at = |seconds: i64, nanoseconds: i64| i128::from(seconds) * 1_000_000_000 + i128::from(nanoseconds);
    Some(FileStamp {
        identity: (metadata.dev(), metadata.ino()),
        length: metadata.len(),
        changed: (at(metadata.mtime(), metadata.mtime_nsec()), at(metadata.ctime(), metadata.ctime_nsec())),
    })
}

#[cfg(not(unix))]
fn stamp_of(metadata: &Metadata) -> Option<FileStamp> {
    let modified = metadata.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
    let modified = i128::try_from(modified.as_nanos()).ok()?;
    Some(FileStamp { identity: (0, 0), length: metadata.len(), changed: (modified, modified) })
}

/// Reads a pipe or terminal that the user named, up to its end or `limit` bytes.
///
/// # Errors
/// If it cannot be opened or read.
pub(super) fn read_stream(path: &Path, limit: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(limit).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Opens a file for reading. A named pipe is opened without waiting for a writer.
fn open(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::custom_flags(
        &mut options,
        libc::O_NOFOLLOW | libc::O_NONBLOCK | libc::O_NOCTTY,
    );
    options.open(path)
}

/// Whether the open file is still the one at the path, and no directory of the path has become a link.
#[cfg(unix)]
fn is_still_there(path: &Path, file: &File, opened: &Metadata) -> io::Result<bool> {
    use std::os::unix::fs::MetadataExt;
    // The system knows under which path it has found the file: one question where the path would have to be followed again.
    if opened_at(file).is_some_and(|opened| opened == path) {
        return Ok(true);
    }
    let there = path.symlink_metadata()?;
    let is_same = (there.dev(), there.ino()) == (opened.dev(), opened.ino());
    Ok(is_same && is_same_path(&path.canonicalize()?, path))
}

/// The path of an open file without links, where the system tells it.
#[cfg(target_os = "linux")]
fn opened_at(file: &File) -> Option<PathBuf> {
    use std::os::fd::AsRawFd;
    Path::new("/proc/self/fd").join(file.as_raw_fd().to_string()).read_link().ok()
}

#[cfg(all(unix, not(target_os = "linux")))]
const fn opened_at(_: &File) -> Option<PathBuf> {
    None
}

/// Whether two paths are equal; where the file system may ignore case, case is ignored.
#[cfg(unix)]
fn is_same_path(a: &Path, b: &Path) -> bool {
    a == b || (!cfg!(target_os = "linux") && a.as_os_str().eq_ignore_ascii_case(b.as_os_str()))
}

/// Whether the open file is still the one at the path, as far as the system can say.
#[cfg(not(unix))]
fn is_still_there(path: &Path, _: &File, opened: &Metadata) -> io::Result<bool> {
    let there = path.symlink_metadata()?;
    Ok(there.is_file() && there.len() == opened.len())
}

#[cfg(unix)]
fn kind_of(file_type: FileType) -> FileKind {
    use std::os::unix::fs::FileTypeExt;
    if file_type.is_file() {
        FileKind::File
    } else if file_type.is_dir() {
        FileKind::Directory
    } else if file_type.is_symlink() {
        FileKind::Link
    } else if file_type.is_fifo() {
        FileKind::Other("a named pipe")
    } else if file_type.is_socket() {
        FileKind::Other("a socket")
    } else {
        FileKind::Other("a device")
    }
}

#[cfg(not(unix))]
fn kind_of(file_type: FileType) -> FileKind {
    if file_type.is_file() {
        FileKind::File
    } else if file_type.is_dir() {
        FileKind::Directory
    } else if file_type.is_symlink() {
        FileKind::Link
    } else {
        FileKind::Other("not a regular file")
    }
}
