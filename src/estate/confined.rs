//! What file functions may read: what the [`Reader`] of the run may.
//!
//! A linter runs on pull requests of strangers; what it reads must not be able to reach a CI log from outside.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use globset::{GlobBuilder, GlobMatcher};

use crate::budget::{Budget, Meter, Spent};
use crate::eval::{FileError, Files};
use crate::files::read::MAX_FILE_BYTES;
use crate::files::system::FileKind;
use crate::files::{Reader, Refusal};

/// What it costs to follow a path, and to look at an entry of a directory: the system is asked several times.
const PER_PATH: u64 = 20_000;
const PER_ENTRY: u64 = 2_000;

/// Why a walk ends.
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

/// Files as the functions of one root module see them.
#[derive(Debug)]
pub struct ConfinedFiles {
    /// The directory of the root module: relative paths start here.
    root: PathBuf,
    reader: Reader,
}

impl ConfinedFiles {
    /// Files for a root module, as far as the reader may read them.
    #[must_use]
    pub fn new(root: &Path, reader: Reader) -> Self {
        Self { root: root.to_owned(), reader }
    }

    /// Adds the names of files in a directory and below that match. Links to directories are not followed.
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
                    // `.git`, and what may not be listed, has no files for anybody.
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
        // `*` stops at a separator and matches names that start with a dot, as Terraform's does.
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

/// What a function says of a path that it may not read, or cannot.
fn error(path: &str, refusal: &Refusal) -> FileError {
    match refusal {
        Refusal::Missing { .. } => FileError::NotFound,
        Refusal::Outside | Refusal::Git | Refusal::TooLarge(_) => FileError::Confined(path.to_owned()),
        Refusal::Loop | Refusal::Directory | Refusal::Special(_) | Refusal::System(_) => {
            FileError::Unreadable(refusal.problem(Path::new(path)).message)
        }
    }
}
