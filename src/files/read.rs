//! Reads files as texts and problems.
//!
//! A file is read whole, as UTF-8. What is not UTF-8 is refused, but in comments: replacing bytes would change values. Plans are also read in other
//! encodings, see [`decode`](mod@super::decode).

use std::io::{ErrorKind, Read};
use std::path::Path;
use std::sync::Arc;

use super::decode::not_utf8;
use super::reader::{Reader, Refusal};
use crate::diagnostic::{Diagnostic, shown_path};

/// The largest file that is read, in bytes. The largest hand-written Terraform files have less than 1 MB.
pub const MAX_FILE_BYTES: u64 = 64 << 20;

/// The largest plan or state that is read, in bytes. They are generated, take a few kilobytes per resource, and are one file for any
/// number of resources.
pub const MAX_PLAN_BYTES: u64 = 3 << 30;

impl Reader {
    /// Reads a text file, without a byte order mark.
    ///
    /// # Errors
    ///
    /// If the file is missing, unreadable, too large, not UTF-8, or may not be read. The problem names the path, since there is
    /// no place in a text.
    pub fn text(&self, path: &Path) -> Result<Arc<str>, Box<Diagnostic>> {
        let bytes = self.bytes(path, MAX_FILE_BYTES);
        bytes.map_err(|refusal| refusal.problem(path)).and_then(|bytes| decode(path, &bytes))
    }

    /// As [`text`](Self::text); `None` if the file has more than `limit` bytes.
    ///
    /// # Errors
    /// As [`text`](Self::text).
    pub fn text_up_to(&self, path: &Path, limit: u64) -> Result<Option<Arc<str>>, Box<Diagnostic>> {
        match self.bytes(path, limit) {
            Ok(bytes) => decode(path, &bytes).map(Some),
            Err(Refusal::TooLarge(_)) => Ok(None),
            Err(refusal) => Err(refusal.problem(path)),
        }
    }

    /// Reads a text file that the user named, without a byte order mark.
    ///
    /// # Errors
    /// As [`text`](Self::text).
    pub fn text_of_named(&self, path: &Path) -> Result<Arc<str>, Box<Diagnostic>> {
        let bytes = self.bytes_of_named(path, MAX_FILE_BYTES);
        bytes.map_err(|refusal| refusal.problem(path)).and_then(|bytes| decode(path, &bytes))
    }

    /// Reads a text file in which bytes may stand that are not UTF-8: each run of them becomes one replacement character. Gives where
    /// these are as well. `is_named` if the user named the file.
    ///
    /// # Errors
    /// As [`text`](Self::text), but for bytes that are not UTF-8.
    pub fn text_with_gaps(
        &self,
        path: &Path,
        is_named: bool,
    ) -> Result<(Arc<str>, Vec<usize>), Box<Diagnostic>> {
        let bytes = if is_named {
            self.bytes_of_named(path, MAX_FILE_BYTES)
        } else {
            self.bytes(path, MAX_FILE_BYTES)
        };
        let bytes = bytes.map_err(|refusal| refusal.problem(path))?;
        refuse_other_encodings(path, &bytes)?;
        let mut text = String::with_capacity(bytes.len());
        let mut gaps = Vec::new();
        for chunk in bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes).utf8_chunks() {
            text.push_str(chunk.valid());
            if !chunk.invalid().is_empty() {
                gaps.push(text.len());
                text.push(char::REPLACEMENT_CHARACTER);
            }
        }
        Ok((text.into(), gaps))
    }

    /// Reads the bytes of a plan or state that the user named.
    ///
    /// # Errors
    /// If it cannot be read or is larger than [`MAX_PLAN_BYTES`].
    pub fn plan(&self, path: &Path) -> Result<Vec<u8>, Box<Diagnostic>> {
        self.bytes_of_named(path, MAX_PLAN_BYTES).map_err(|refusal| refusal.problem(path))
    }
}

/// Decodes bytes as UTF-8, without a byte order mark. `path` is for the message.
fn decode(path: &Path, bytes: &[u8]) -> Result<Arc<str>, Box<Diagnostic>> {
    refuse_other_encodings(path, bytes)?;
    match std::str::from_utf8(bytes) {
        // Terraform refuses a mark in its JSON syntax, so the parser is told of it.
        Ok(text) if is_json_syntax(path) => Ok(text.into()),
        Ok(text) => Ok(text.strip_prefix('\u{feff}').unwrap_or(text).into()),
        Err(error) => Err(not_utf8(path, bytes, error)),
    }
}

/// Whether a file is configuration or values in JSON syntax, by its name.
fn is_json_syntax(path: &Path) -> bool {
    let name = path.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
    [".tf.json", ".tofu.json", ".tfvars.json"].iter().any(|end| name.ends_with(end))
}

/// How files begin that are encrypted in a repository, and what encrypts them.
const ENCRYPTED: [(&[u8], &str); 4] = [
    (b"\0GITCRYPT\0", "git-crypt"),
    (b"$ANSIBLE_VAULT;", "Ansible Vault"),
    (b"age-encryption.org/v1", "age"),
    (b"-----BEGIN AGE ENCRYPTED FILE-----", "age"),
];

fn refuse_other_encodings(path: &Path, bytes: &[u8]) -> Result<(), Box<Diagnostic>> {
    if let Some((_, by)) = ENCRYPTED.iter().find(|(start, _)| bytes.starts_with(start)) {
        let message = format!("`{}` is encrypted with {by}: its contents are unknown", shown_path(path));
        let help = "decrypt it for the check; otherwise verdicts that depend on it stay unknown";
        return Err(Box::new(Diagnostic::warning("source/encrypted", message).help(help)));
    }
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        let message = format!("`{}` is UTF-16, not UTF-8", shown_path(path));
        return Err(problem("source/not-utf8", message, "save it as UTF-8"));
    }
    Ok(())
}

impl Refusal {
    /// The problem to report for a path that was refused.
    #[must_use]
    pub fn problem(&self, path: &Path) -> Box<Diagnostic> {
        let shown = shown_path(path);
        match self {
            Self::Missing { behind_link: false } => {
                let help = "check the path; it is relative to the working directory";
                problem("source/missing", format!("the file `{shown}` does not exist"), help)
            }
            Self::Missing { behind_link: true } => {
                let help = "remove the link, or check out its target: Terraform fails on it too";
                problem("source/missing", format!("`{shown}` is a link to a file that does not exist"), help)
            }
            Self::Outside => {
                let message = format!("`{shown}` leads outside the repository and is not read");
                let help = "copy the target into the repository, or name its directory on the command line";
                problem("source/outside", message, help)
            }
            Self::Git => {
                let message = format!("`{shown}` leads into `.git`, which buttress never reads");
                let help = "Git keeps credentials there: move the file to another directory";
                problem("source/git", message, help)
            }
            Self::Loop => {
                let help = "remove one of the links";
                problem("source/loop", format!("the links of `{shown}` form a loop"), help)
            }
            Self::Directory => {
                let message = format!("`{shown}` is a directory, not a file");
                problem("source/directory", message, "name the files in it")
            }
            Self::Special(what) => {
                let help = match what.contains("link") {
                    true => "name the file that the link leads to",
                    false => "only regular files are read; name a plan on standard input `-`",
                };
                problem("source/special", format!("`{shown}` is {what} and is not read"), help)
            }
            Self::TooLarge(limit) => {
                let message = format!("`{shown}` has more than {} MiB", limit >> 20);
                problem("source/too-large", message, "split it, or exclude it from the check")
            }
            Self::System(error) if error.kind() == ErrorKind::PermissionDenied => {
                let help = "give read permission to the user who runs the check";
                problem("source/permission", format!("permission to read `{shown}` is denied"), help)
            }
            Self::System(error) => {
                let message = format!("`{shown}` cannot be read: {error}");
                Box::new(Diagnostic::error("source/unreadable", message))
            }
        }
    }
}

/// Reads standard input to its end.
///
/// # Errors
/// If it cannot be read.
pub fn read_standard_input() -> Result<Vec<u8>, Box<Diagnostic>> {
    let mut bytes = Vec::new();
    let read = std::io::stdin().lock().read_to_end(&mut bytes);
    read.map_err(|error| Refusal::System(error).problem(Path::new("<stdin>")))?;
    Ok(bytes)
}

fn problem(code: &'static str, message: String, help: &str) -> Box<Diagnostic> {
    Box::new(Diagnostic::error(code, message).help(help))
}
