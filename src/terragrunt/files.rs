//! What functions may read: in files of Terragrunt, and in the module of a unit.

use std::path::Path;
use std::sync::Arc;

use super::places::{RepositoryPlaces, joined};
use crate::budget::Meter;
use crate::estate::confined::ConfinedFiles;
use crate::eval::{FileError, Files};
use crate::files::Reader;

/// The files that functions in one file of Terragrunt see: relative paths start at the directory of that file.
#[derive(Debug)]
pub(super) struct FilesBeside {
    directory: String,
    places: Arc<RepositoryPlaces>,
    reader: Reader,
    files: ConfinedFiles,
}

impl FilesBeside {
    pub(super) fn new(directory: &str, places: Arc<RepositoryPlaces>, reader: Reader) -> Self {
        let files = ConfinedFiles::new(Path::new(""), reader.clone());
        Self { directory: directory.to_owned(), places, reader, files }
    }

    fn real(&self, path: &str) -> Result<String, FileError> {
        let real = self.places.real(&self.reader, &joined(&self.directory, path));
        let confined = || FileError::Confined(path.to_owned());
        real.map(|real| real.to_string_lossy().into_owned()).ok_or_else(confined)
    }
}

impl Files for FilesBeside {
    fn read(&self, path: &str, meter: &Meter) -> Result<Arc<[u8]>, FileError> {
        self.files.read(&self.real(path)?, meter)
    }

    fn exists(&self, path: &str) -> Result<bool, FileError> {
        self.files.exists(&self.real(path)?)
    }

    fn glob(&self, base: &str, pattern: &str, meter: &Meter) -> Result<Vec<String>, FileError> {
        self.files.glob(&self.real(base)?, pattern, meter)
    }
}

/// The files that functions in the module of a unit see. Terragrunt copies the module and then the unit's own files into one directory;
/// absolute paths are those that Terragrunt's functions gave.
#[derive(Debug)]
pub struct UnitFiles {
    unit: ConfinedFiles,
    module: ConfinedFiles,
    /// The name of the working directory, unless Terragrunt makes one.
    name: Option<String>,
    absolute: FilesBeside,
}

impl UnitFiles {
    pub(super) fn new(unit: &Path, module: &Path, places: Arc<RepositoryPlaces>, reader: Reader) -> Self {
        let own = ConfinedFiles::new(unit, reader.clone());
        let name = if unit == module { own.directory_name() } else { None };
        Self {
            unit: own,
            name,
            module: ConfinedFiles::new(module, reader.clone()),
            absolute: FilesBeside::new("/", places, reader),
        }
    }
}

impl Files for UnitFiles {
    fn directory_name(&self) -> Option<String> {
        self.name.clone()
    }

    fn read(&self, path: &str, meter: &Meter) -> Result<Arc<[u8]>, FileError> {
        if path.starts_with('/') {
            return self.absolute.read(path, meter);
        }
        if is_above(path) {
            return self.module.read(path, meter);
        }
        match self.unit.read(path, meter) {
            Err(FileError::NotFound) => self.module.read(path, meter),
            found => found,
        }
    }

    fn exists(&self, path: &str) -> Result<bool, FileError> {
        if path.starts_with('/') {
            return self.absolute.exists(path);
        }
        if is_above(path) {
            return self.module.exists(path);
        }
        match self.unit.exists(path) {
            Ok(false) => self.module.exists(path),
            found => found,
        }
    }

    fn glob(&self, base: &str, pattern: &str, meter: &Meter) -> Result<Vec<String>, FileError> {
        if base.starts_with('/') {
            return self.absolute.glob(base, pattern, meter);
        }
        let mut names = self.module.glob(base, pattern, meter)?;
        if is_above(base) {
            return Ok(names);
        }
        names.extend(self.unit.glob(base, pattern, meter).unwrap_or_default());
        names.sort();
        names.dedup();
        Ok(names)
    }
}

/// Whether a path leaves the working directory: only the module has something there.
fn is_above(path: &str) -> bool {
    path.starts_with("..")
}
