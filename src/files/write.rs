//! Writing: the only code of the crate that changes a file. The program writes what the user names on the command line, and
//! with `--fix` and `init --convert` files of the project that still are what was read; nothing that an input names.
//!
//! The text goes into a new file beside the old one, which then takes its place: whoever reads sees the old text or the new one, and
//! a link that a stranger has left at the path is not followed.
#![expect(clippy::disallowed_methods, clippy::disallowed_types, reason = "this is where files are written")]

use std::ffi::OsString;
use std::fmt::Display;
use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::reader::{Reader, Refusal};
use crate::diagnostic::{Diagnostic, shown_path};

/// Whether a path names what swallows everything, or a stream that this process got from whoever started it: `>(command)` in a shell.
/// The path itself says so, so no file in a repository can be one.
#[must_use]
pub fn is_stream(path: &Path) -> bool {
    cfg!(unix) && (path == Path::new("/dev/null") || stream_number(path).is_some())
}

/// Whether a path names standard output.
#[must_use]
pub fn is_standard_output(path: &Path) -> bool {
    cfg!(unix) && stream_number(path) == Some(1)
}

fn stream_number(path: &Path) -> Option<u32> {
    match path.to_str()? {
        "/dev/stdout" => Some(1),
        "/dev/stderr" => Some(2),
        name => name.strip_prefix("/dev/fd/").or_else(|| name.strip_prefix("/proc/self/fd/"))?.parse().ok(),
    }
}

/// Writes to a stream behind what is in it.
fn append(path: &Path, text: &str) -> io::Result<()> {
    OpenOptions::new().append(true).open(path)?.write_all(text.as_bytes())
}

/// Writes a text to a file that the user named, in place of what is there.
///
/// # Errors
/// If its directory does not exist or may not be written, or something other than a regular file is there.
pub fn replace(path: &Path, text: &str) -> Result<(), Box<Diagnostic>> {
    if is_stream(path) {
        return append(path, text).map_err(|error| failed(path, &error));
    }
    match Reader::default().destination(path) {
        Ok(target) => put(&target, text).map_err(|error| failed(path, &error)),
        Err(Refusal::Missing { .. }) => Err(failed(path, &"its directory does not exist")),
        Err(refusal) => Err(refusal.problem(path)),
    }
}

/// A file whose text becomes another one, unless it has changed since it was read.
#[derive(Debug, PartialEq, Eq)]
pub struct Replacement {
    /// The path as it is shown.
    pub path: PathBuf,
    /// The absolute path without links.
    pub real: PathBuf,
    /// The text that was read, without a byte order mark.
    pub before: Arc<str>,
    pub after: String,
}

/// Edits files. If one of them is not what was read, none is written.
pub fn edit<'e>(edits: &'e [Replacement]) -> Vec<(&'e Path, Result<(), Box<Diagnostic>>)> {
    let checked: Vec<_> = edits.iter().map(|edit| (edit, checked(edit))).collect();
    if checked.iter().any(|(_, checked)| checked.is_err()) {
        let failed = checked.into_iter().filter_map(|(edit, checked)| Some((edit, checked.err()?)));
        return failed.map(|(edit, problem)| (edit.path.as_path(), Err(problem))).collect();
    }
    let write = |(edit, checked): (&'e Replacement, Result<Checked, Box<Diagnostic>>)| {
        let written = checked.and_then(|Checked { target, mark }| {
            put(&target, &format!("{mark}{}", edit.after)).map_err(|error| failed(&edit.path, &error))
        });
        (edit.path.as_path(), written)
    };
    checked.into_iter().map(write).collect()
}

/// A file that is what was read.
struct Checked {
    target: PathBuf,
    /// Its byte order mark, if it has one.
    mark: &'static str,
}

fn checked(edit: &Replacement) -> Result<Checked, Box<Diagnostic>> {
    const MARK: &str = "\u{feff}";
    let target = Reader::default().destination(&edit.real);
    let target = target.map_err(|refusal| refusal.problem(&edit.path))?;
    let bytes = std::fs::read(&target).map_err(|error| failed(&edit.path, &error))?;
    let (mark, text) = match bytes.strip_prefix(MARK.as_bytes()) {
        Some(text) => (MARK, text),
        None => ("", bytes.as_slice()),
    };
    if text == edit.before.as_bytes() {
        return Ok(Checked { target, mark });
    }
    let message = format!("`{}` is not the text that was read: nothing is written", shown_path(&edit.path));
    let help =
        "somebody has changed it meanwhile, or it holds bytes that are not UTF-8: run the command again";
    Err(Box::new(Diagnostic::error("output/changed", message).help(help)))
}

fn failed(path: &Path, why: &dyn Display) -> Box<Diagnostic> {
    let message = format!("`{}` cannot be written: {why}", shown_path(path));
    let help = "check that its directory exists and may be written";
    Box::new(Diagnostic::error("output/write", message).help(help))
}

/// Writes beside the target, then renames. The permissions stay.
fn put(target: &Path, text: &str) -> io::Result<()> {
    let mut name = OsString::from(".");
    name.push(target.file_name().unwrap_or_default());
    name.push(format!(".{}.new", std::process::id()));
    let beside = target.with_file_name(name);
    // Fails if something is there already, a link included.
    let mut file = OpenOptions::new().write(true).create_new(true).open(&beside)?;
    let permissions = std::fs::metadata(target).map(|known| known.permissions());
    let permitted = permissions.map_or(Ok(()), |permissions| file.set_permissions(permissions));
    let written = permitted.and_then(|()| file.write_all(text.as_bytes())).and_then(|()| file.sync_all());
    drop(file);
    let done = written.and_then(|()| std::fs::rename(&beside, target));
    if done.is_err() {
        // What failed matters more than what is left behind.
        let _ = std::fs::remove_file(&beside);
    }
    done
}
