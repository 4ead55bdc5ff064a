//! Reading files: the only place that does.
//!
//! A file is read whole, as UTF-8. What is not UTF-8 is refused: replacing bytes would change values. Plans are also read in other
//! encodings, see [`decode`](mod@super::decode).

use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::Path;
use std::sync::Arc;

use super::decode::not_utf8;
use crate::problem::Problem;

/// Larger files are refused. The largest hand-written Terraform files have less than 1 MB.
pub const MAX_FILE_BYTES: u64 = 64 << 20;

/// Larger plans and states are refused. A machine writes them, a few kilobytes for each resource, and they come in one file however
/// many there are.
pub const MAX_PLAN_BYTES: u64 = 3 << 30;

/// Reads a text file, without a byte order mark.
///
/// # Errors
///
/// A missing, unreadable, too large or not UTF-8 file, as a problem that names the path: there is no place in a text.
pub fn read_text(path: &Path) -> Result<Arc<str>, Box<Problem>> {
    read_bytes(path).and_then(|bytes| decode(path, &bytes))
}

/// Reads a file as bytes.
///
/// # Errors
/// If it is not a regular file that can be read, or larger than [`MAX_FILE_BYTES`].
pub fn read_bytes(path: &Path) -> Result<Vec<u8>, Box<Problem>> {
    read_at_most(path, MAX_FILE_BYTES)
}

/// Reads the bytes of a plan or state.
///
/// # Errors
/// If it cannot be read or is larger than [`MAX_PLAN_BYTES`].
pub fn read_plan(path: &Path) -> Result<Vec<u8>, Box<Problem>> {
    read_at_most(path, MAX_PLAN_BYTES)
}

fn read_at_most(path: &Path, limit: u64) -> Result<Vec<u8>, Box<Problem>> {
    let shown = path.display();
    let unreadable = |error| unreadable(path, &error);
    let file = File::open(path).map_err(unreadable)?;
    let metadata = file.metadata().map_err(unreadable)?;
    if metadata.is_dir() {
        return Err(directory(path));
    }
    // The size may lie (devices, growing files), so the reader is bounded, too.
    let mut bytes = Vec::with_capacity(metadata.len().min(limit) as usize + 1);
    file.take(limit + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 > limit {
        let message = format!("`{shown}` has more than {} MiB", limit >> 20);
        return Err(problem("source/too-large", message, "split it, or exclude it from the check"));
    }
    Ok(bytes)
}

/// Takes bytes as UTF-8, without a byte order mark; `path` is for the message.
fn decode(path: &Path, bytes: &[u8]) -> Result<Arc<str>, Box<Problem>> {
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        let message = format!("`{}` is UTF-16, not UTF-8", path.display());
        return Err(problem("source/not-utf8", message, "save it as UTF-8"));
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(text.strip_prefix('\u{feff}').unwrap_or(text).into()),
        Err(error) => Err(not_utf8(path, bytes, error)),
    }
}

fn unreadable(path: &Path, error: &std::io::Error) -> Box<Problem> {
    let shown = path.display();
    match error.kind() {
        ErrorKind::NotFound => {
            let help = "check the path; it is relative to the working directory";
            problem("source/missing", format!("there is no file `{shown}`"), help)
        }
        ErrorKind::PermissionDenied => {
            let help = "give read permission to the user who runs the check";
            problem("source/permission", format!("`{shown}` may not be read"), help)
        }
        ErrorKind::IsADirectory => directory(path),
        _ => Box::new(Problem::error("source/unreadable", format!("`{shown}` cannot be read: {error}"))),
    }
}

/// Reads a text file that need not be there; `None` also for one that is no text.
#[must_use]
pub fn read_if_there(path: &Path) -> Option<Arc<str>> {
    if path.is_file() { read_text(path).ok() } else { None }
}

/// Reads standard input to its end.
///
/// # Errors
/// If it cannot be read.
pub fn read_standard_input() -> Result<Vec<u8>, Box<Problem>> {
    let mut bytes = Vec::new();
    let read = std::io::stdin().lock().read_to_end(&mut bytes);
    read.map_err(|error| unreadable(Path::new("<stdin>"), &error))?;
    Ok(bytes)
}

/// The path with links followed, if there is anything.
#[must_use]
pub fn canonical(path: &Path) -> Option<std::path::PathBuf> {
    path.canonicalize().ok()
}

fn directory(path: &Path) -> Box<Problem> {
    let message = format!("`{}` is a directory, not a file", path.display());
    problem("source/directory", message, "name the files in it")
}

fn problem(code: &'static str, message: String, help: &str) -> Box<Problem> {
    Box::new(Problem::error(code, message).help(help))
}
