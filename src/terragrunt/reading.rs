//! What all files of Terragrunt that are read in one run share: their trees, their problems, and the budget.

use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::places::RepositoryPlaces;
use crate::budget::{Account, Allowance, Budget, Meter, Spent};
use crate::diagnostic::Diagnostic;
use crate::estate::configuration::project::Project;
use crate::estate::variables::ValuesFile;
use crate::files::system::FileKind;
use crate::files::{Reader, Refusal};
use crate::value::Value;

/// The deepest chain of files that read each other.
pub(super) const MAX_DEPTH: usize = 32;

/// The steps to read one more file of Terragrunt: it takes several system calls.
const PER_FILE: u64 = 50_000;

/// The steps to take up a file again.
const PER_KNOWN_FILE: u64 = 10_000;

/// What one file of Terragrunt is read for.
#[derive(Clone, Debug)]
pub(super) struct ReadFor {
    /// The configuration that functions speak of, as Terragrunt sees it.
    pub(super) config: String,
    /// The configuration of the unit that is read.
    pub(super) original: String,
    /// What a stack gives to the unit; `None` if no stack does.
    pub(super) values: Option<Value>,
    /// How many files have been read on the way to this one.
    pub(super) depth: usize,
}

/// The outputs of units that are known, by the absolute path of the unit's directory.
pub(super) type KnownOutputs = FxHashMap<PathBuf, Value>;

/// The state of a run.
pub(super) struct Reading<'p> {
    pub(super) project: RefCell<&'p mut Project>,
    pub(super) reader: Reader,
    /// Names and values of the variables of the process that are to be used.
    pub(super) environment: &'p [(String, String)],
    pub(super) meter: Meter,
    trees: &'p RefCell<FxHashMap<PathBuf, ValuesFile>>,
    problems: RefCell<Vec<Diagnostic>>,
    /// Files that other files include.
    pub(super) included: RefCell<FxHashSet<PathBuf>>,
    pub(super) outputs: &'p KnownOutputs,
    /// Files that lie in no directory above a unit, by the message about it.
    pub(super) not_found: RefCell<FxHashMap<String, String>>,
}

/// The trees of files that were read before.
pub(super) type Trees = RefCell<FxHashMap<PathBuf, ValuesFile>>;

impl<'p> Reading<'p> {
    pub(super) fn new(
        project: &'p mut Project,
        environment: &'p [(String, String)],
        trees: &'p Trees,
        outputs: &'p KnownOutputs,
        spent: &Account,
    ) -> Self {
        // All files of Terragrunt share one allowance, however often they are read.
        let meter = Meter::new(Allowance::of_run(project.bytes()).less(spent));
        Self {
            reader: project.reader.clone(),
            project: RefCell::new(project),
            environment,
            meter,
            trees,
            problems: RefCell::default(),
            included: RefCell::default(),
            outputs,
            not_found: RefCell::default(),
        }
    }

    /// The tree of a file; nothing in it if it could not be read. The project reports why.
    pub(super) fn tree(&self, path: &Path) -> Result<ValuesFile, Spent> {
        if let Some(known) = self.trees.borrow().get(path) {
            self.meter.spend(Budget::Evaluation, PER_KNOWN_FILE)?;
            return Ok(known.clone());
        }
        self.meter.spend(Budget::Evaluation, PER_FILE)?;
        let file = self.project.borrow_mut().read_values(path);
        self.trees.borrow_mut().insert(path.to_owned(), file.clone());
        Ok(file)
    }

    pub(super) fn is_file(&self, path: &Path) -> bool {
        matches!(self.reader.kind(path), Ok(FileKind::File))
    }

    /// Whether a directory has a file of Terragrunt that can be read. What is called like one and cannot be read is told.
    pub(super) fn has(&self, directory: &Path, name: &str) -> bool {
        let path = directory.join(name);
        match self.reader.kind(&path).and_then(Refusal::unless_file) {
            Ok(()) => true,
            Err(Refusal::Missing { behind_link: false }) => false,
            Err(refusal) => {
                self.report(*refusal.problem(&path));
                false
            }
        }
    }

    pub(super) fn places(&self, directory: &Path) -> Option<Arc<RepositoryPlaces>> {
        RepositoryPlaces::around(&self.reader, directory).map(Arc::new)
    }

    /// Reports a problem. A configuration that is read for several units has its problems once.
    pub(super) fn report(&self, problem: Diagnostic) {
        self.problems.borrow_mut().push(problem);
    }

    /// Takes the problems that were reported since the last call.
    pub(super) fn take_problems(&self) -> Vec<Diagnostic> {
        std::mem::take(&mut self.problems.borrow_mut())
    }
}
