//! Reading files: the only place that does.
//!
//! A file is read whole, as UTF-8. What is not UTF-8 is refused: replacing bytes would change values.

use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::Path;
use std::sync::Arc;

use crate::problem::Problem;

/// Larger files are refused. The largest hand-written Terraform files have less than 1 MB.
pub const MAX_FILE_BYTES: u64 = 64 << 20;

/// Reads a text file, without a byte order mark.
pub fn read_text(path: &Path) -> Result<Arc<str>, Problem> {
    let shown = path.display();
    let io = |error: &std::io::Error| unreadable(path, error);
    let mut file = File::open(path).map_err(|error| io(&error))?;
    let metadata = file.metadata().map_err(|error| io(&error))?;
    if metadata.is_dir() {
        return Err(Problem::error("source/directory", format!("`{shown}` is a directory, not a file"))
            .help("name the files in it"));
    }
    // The size may lie (devices, growing files), so the reader is bounded, too.
    let mut bytes = Vec::with_capacity(metadata.len().min(MAX_FILE_BYTES) as usize + 1);
    file.by_ref().take(MAX_FILE_BYTES + 1).read_to_end(&mut bytes).map_err(|error| io(&error))?;
    if bytes.len() as u64 > MAX_FILE_BYTES {
        let megabytes = MAX_FILE_BYTES >> 20;
        return Err(Problem::error("source/too-large", format!("`{shown}` has more than {megabytes} MiB"))
            .help("split it, or exclude it from the check"));
    }
    decode(path, &bytes)
}

/// Takes bytes as UTF-8, without a byte order mark; `path` is for messages.
pub fn decode(path: &Path, bytes: &[u8]) -> Result<Arc<str>, Problem> {
    let shown = path.display();
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return Err(Problem::error("source/not-utf8", format!("`{shown}` is UTF-16, not UTF-8"))
            .help("save it as UTF-8"));
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(text.strip_prefix('\u{feff}').unwrap_or(text).into()),
        Err(error) => {
            let offset = error.valid_up_to();
            let line = bytes.iter().take(offset).filter(|&&byte| byte == b'\n').count() + 1;
            let byte = bytes.get(offset).copied().unwrap_or_default();
            let message = format!(
                "`{shown}` is not UTF-8: byte {offset} (0x{byte:02x}, in line {line}) begins no character"
            );
            Err(Problem::error("source/not-utf8", message)
                .help("save it as UTF-8; nothing in it has been checked"))
        }
    }
}

fn unreadable(path: &Path, error: &std::io::Error) -> Problem {
    let shown = path.display();
    match error.kind() {
        ErrorKind::NotFound => Problem::error("source/missing", format!("there is no file `{shown}`"))
            .help("check the path; it is relative to the working directory"),
        ErrorKind::PermissionDenied => {
            Problem::error("source/permission", format!("`{shown}` may not be read"))
                .help("give read permission to the user who runs the check")
        }
        ErrorKind::IsADirectory => {
            Problem::error("source/directory", format!("`{shown}` is a directory, not a file"))
                .help("name the files in it")
        }
        _ => Problem::error("source/unreadable", format!("`{shown}` cannot be read: {error}")),
    }
}

/// Reads a text file that need not be there; `None` also for one that is no text.
#[must_use]
pub fn read_if_there(path: &Path) -> Option<Arc<str>> {
    if path.is_file() { read_text(path).ok() } else { None }
}

/// Reads a file as bytes.
///
/// # Errors
/// If it is not a regular file that can be read, or larger than [`MAX_FILE_BYTES`].
pub fn read_bytes(path: &Path) -> Result<Arc<[u8]>, Problem> {
    let shown = path.display();
    if !path.is_file() {
        return Err(Problem::error("source/not-a-file", format!("`{shown}` is not a regular file")));
    }
    let mut bytes = Vec::new();
    let mut file = File::open(path).map_err(|error| unreadable(path, &error))?;
    file.by_ref()
        .take(MAX_FILE_BYTES + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| unreadable(path, &error))?;
    if bytes.len() as u64 > MAX_FILE_BYTES {
        let megabytes = MAX_FILE_BYTES >> 20;
        return Err(Problem::error("source/too-large", format!("`{shown}` has more than {megabytes} MiB")));
    }
    Ok(bytes.into())
}

/// Reads standard input to its end.
///
/// # Errors
/// If it cannot be read or is no text.
pub fn read_standard_input() -> Result<Arc<str>, Problem> {
    let path = Path::new("<stdin>");
    let mut bytes = Vec::new();
    std::io::stdin().lock().read_to_end(&mut bytes).map_err(|error| unreadable(path, &error))?;
    decode(path, &bytes)
}

/// The path with links followed, if there is anything.
#[must_use]
pub fn canonical(path: &Path) -> Option<std::path::PathBuf> {
    path.canonicalize().ok()
}
