//! Writing: the only code of the crate that changes a file. The program writes what the user names on the command line, and
//! nothing that an input names.
//!
//! The text goes into a new file beside the old one, which then takes its place: whoever reads sees the old text or the new one, and
//! a link that a stranger has left at the path is not followed.
#![expect(clippy::disallowed_methods, clippy::disallowed_types, reason = "this is where files are written")]

use std::ffi::OsString;
use std::fmt::Display;
use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::Path;

use super::reader::{Reader, Refusal};
use crate::diagnostic::Diagnostic;

/// Writes a text to a file that the user named, in place of what is there.
///
/// # Errors
/// If its directory does not exist or may not be written, or something other than a regular file is there.
pub fn replace(path: &Path, text: &str) -> Result<(), Box<Diagnostic>> {
    let failed = |why: &dyn Display| {
        let message = format!("`{}` cannot be written: {why}", path.display());
        let help = "check that its directory exists and may be written";
        Box::new(Diagnostic::error("output/write", message).help(help))
    };
    match Reader::default().destination(path) {
        Ok(target) => put(&target, text).map_err(|error| failed(&error)),
        Err(Refusal::Missing { .. }) => Err(failed(&"its directory does not exist")),
        Err(refusal) => Err(refusal.problem(path)),
    }
}

/// Writes beside the target, then renames.
fn put(target: &Path, text: &str) -> io::Result<()> {
    let mut name = OsString::from(".");
    name.push(target.file_name().unwrap_or_default());
    name.push(format!(".{}.new", std::process::id()));
    let beside = target.with_file_name(name);
    // Fails if something is there already, a link included.
    let mut file = OpenOptions::new().write(true).create_new(true).open(&beside)?;
    let written = file.write_all(text.as_bytes()).and_then(|()| file.sync_all());
    drop(file);
    let done = written.and_then(|()| std::fs::rename(&beside, target));
    if done.is_err() {
        // What failed matters more than what is left behind.
        let _ = std::fs::remove_file(&beside);
    }
    done
}
