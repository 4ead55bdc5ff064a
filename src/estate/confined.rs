//! What file functions may read: the same as the [`Reader`] of the run.
//!
//! A linter runs on pull requests of strangers. They must not be able to get a file from outside the repository into a CI log.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use globset::{GlobBuilder, GlobMatcher};

use crate::budget::{Budget, Meter, Spent};
use crate::eval::{FileError, Files};
use crate::files::read::MAX_FILE_BYTES;
use crate::files::system::FileKind;
use crate::files::{Reader, Refusal};

/// The steps to resolve a path and to visit a directory entry: both take several system calls.
const PER_PATH: u64 = 20_000;
const PER_ENTRY: u64 = 2_000;

/// Why a directory walk ends early.
enum WalkEnd {
    Refused(Refusal),
    Spent(Spent),
}

impl From<Refusal> for WalkEnd {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<Spent> for WalkEnd {
    fn from(spent: Spent) -> Self {
        Self::Spent(spent)
    }
}

/// The files that the functions of one root module see.
#[derive(Debug)]
pub struct ConfinedFiles {
    /// The directory of the root module, at which relative paths start.
    root: PathBuf,
    reader: Reader,
}

impl ConfinedFiles {
    /// The files of a root module, limited to what the reader may read.
    #[must_use]
    pub fn new(root: &Path, reader: Reader) -> Self {
        Self { root: root.to_owned(), reader }
    }

    /// Adds the names of matching files in a directory and below it. Links to directories are not followed.
    fn matching(
        &self,
        dir: &Path,
        prefix: &str,
        matcher: &GlobMatcher,
        names: &mut Vec<String>,
        meter: &Meter,
    ) -> Result<(), WalkEnd> {
        meter.spend(Budget::Evaluation, PER_PATH)?;
        for entry in self.reader.entries(dir)? {
            meter.spend(Budget::Evaluation, PER_ENTRY)?;
            let path = dir.join(&entry.name);
            let name = format!("{prefix}{}", entry.name.to_string_lossy());
            let kind = match entry.kind {
                FileKind::Link if matcher.is_match(&name) => match self.reader.kind(&path) {
                    Ok(FileKind::Directory) | Err(Refusal::Missing { .. } | Refusal::Loop) => continue,
                    other => other?,
                },
                kind => kind,
            };
            match kind {
                FileKind::File if matcher.is_match(&name) => names.push(name),
                FileKind::Directory => match self.matching(&path, &format!("{name}/"), matcher, names, meter)
                {
                    // What is in there is not known, and Terraform would list it.
                    Err(WalkEnd::Refused(Refusal::Git)) if may_match_git_data(matcher, &name) => {
                        return Err(Refusal::Git.into());
                    }
                    // `.git` and directories that cannot be listed count as empty.
                    Err(WalkEnd::Refused(Refusal::Git | Refusal::System(_) | Refusal::Missing { .. })) => {}
                    other => other?,
                },
                FileKind::File | FileKind::Link | FileKind::Other(_) => {}
            }
        }
        Ok(())
    }
}

impl Files for ConfinedFiles {
    fn directory_name(&self) -> Option<String> {
        let absolute = self.reader.absolute(&self.root)?;
        Some(absolute.file_name()?.to_string_lossy().into_owned())
    }

    fn read(&self, path: &str, meter: &Meter) -> Result<Arc<[u8]>, FileError> {
        meter.spend(Budget::Evaluation, PER_PATH).map_err(FileError::Spent)?;
        let bytes = self.reader.bytes(&self.root.join(path), MAX_FILE_BYTES);
        let bytes: Arc<[u8]> = bytes.map(Arc::from).map_err(|refusal| error(path, &refusal))?;
        let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        meter.spend(Budget::Sources, length).map_err(FileError::Spent)?;
        meter.spend(Budget::Evaluation, length).map_err(FileError::Spent)?;
        Ok(bytes)
    }

    fn exists(&self, path: &str) -> Result<bool, FileError> {
        match self.reader.kind(&self.root.join(path)) {
            Ok(FileKind::File) => Ok(true),
            Ok(_) => Err(FileError::Unreadable(format!("`{path}` is not a regular file"))),
            Err(Refusal::Missing { .. }) => Ok(false),
            Err(refusal) => Err(error(path, &refusal)),
        }
    }

    fn glob(&self, base: &str, pattern: &str, meter: &Meter) -> Result<Vec<String>, FileError> {
        // As in Terraform, `*` stops at a separator and matches names that start with a dot.
        let matcher = GlobBuilder::new(pattern)
            .literal_separator(true)
            .build()
            .map_err(|error| FileError::Unreadable(error.to_string()))?
            .compile_matcher();
        let mut names = Vec::new();
        let top = self.root.join(base);
        match self.matching(&top, "", &matcher, &mut names, meter) {
            Ok(()) | Err(WalkEnd::Refused(Refusal::Missing { .. })) => {
                names.sort();
                Ok(names)
            }
            Err(WalkEnd::Refused(refusal)) => Err(error(base, &refusal)),
            Err(WalkEnd::Spent(spent)) => Err(FileError::Spent(spent)),
        }
    }
}

/// Whether a pattern matches what git usually keeps in its directory.
fn may_match_git_data(matcher: &GlobMatcher, directory: &str) -> bool {
    const USUAL: [&str; 11] = [
        "HEAD",
        "config",
        "description",
        "index",
        "packed-refs",
        "hooks/pre-commit.sample",
        "info/exclude",
        "logs/HEAD",
        "refs/heads/main",
        "objects/00/00",
        "objects/pack/pack-0.pack",
    ];
    USUAL.iter().any(|name| matcher.is_match(format!("{directory}/{name}")))
}

/// The error of a function for a path that it may not or cannot read.
fn error(path: &str, refusal: &Refusal) -> FileError {
    match refusal {
        Refusal::Missing { .. } => FileError::NotFound,
        Refusal::Outside | Refusal::Git | Refusal::TooLarge(_) => FileError::Confined(path.to_owned()),
        Refusal::Loop | Refusal::Directory | Refusal::Special(_) | Refusal::System(_) => {
            FileError::Unreadable(refusal.problem(Path::new(path)).message)
        }
    }
}
