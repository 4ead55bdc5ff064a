//! Settings: what one run is asked to do, resolved once before it starts.
//!
//! The command line is one source of settings, a config is another. [`Settings`] is what the command line asks for; what a config adds
//! differs by root module, and is resolved into [`RootSettings`]. This module knows neither how settings were given nor what a check
//! does with them.

mod date;
mod paths;
mod peer;
mod root;
mod workspace;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use crate::files::FileMemory;
use crate::files::part::RunPart;
use crate::files::system::FileSystem;
use crate::programs::ModuleProgram;
pub use date::Date;
pub use paths::PathPatterns;
pub use peer::Peer;
pub use root::{FailOn, RootSettings, SettingOrigin, SeverityByPath, ShownSetting};
pub use workspace::{AskedEnvironment, workspace_name};

/// What a run is asked to do. The default is to check the working directory without any gate.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// Directories, plan files, or `-` for a plan on standard input; the working directory if there are none.
    pub paths: Vec<PathBuf>,
    /// The sources of values for root variables.
    pub values: ValueSources,
    /// Directories with copies of modules, used where `terraform init` has not been run.
    pub module_dirs: Vec<PathBuf>,
    /// Where `terraform init` puts what it fetches, if `TF_DATA_DIR` says so.
    pub data_dir: Option<PathBuf>,
    /// Whether modules that are not there are fetched first.
    pub fetching: Fetching,
    /// The root module that the plans were made from.
    pub source: Option<PathBuf>,
    /// Which findings of a plan are reported.
    pub gates: Gates,
    /// Whether the report is to say what a change means for a review: only some formats show it.
    pub review: bool,
    /// How suppressions are treated.
    pub suppressing: Suppressing,
    /// The revision of a git repository with which directories are compared.
    pub since: Option<String>,
    /// The file with the findings that are accepted.
    pub baseline: Option<BaselineOption>,
    /// What becomes of unknown verdicts.
    pub unknown: UnknownPolicy,
    /// Which configs hold.
    pub config: ConfigSource,
    /// What the arguments say of things that a config may say, too.
    pub asked: Asked,
    /// What is checked although nobody applies it.
    pub include: Include,
    /// Check only the root modules that these files belong to: absolute paths without links.
    pub concerning: Option<Vec<PathBuf>>,
    /// A place in a text whose value is to be told: an absolute path without links, and an offset.
    pub pointed_at: Option<(PathBuf, u32)>,
    /// A directory that is looked at without those in it, unless something names them: an absolute path without links.
    pub flat: Option<PathBuf>,
    /// Texts that an editor has not saved yet, by absolute path without links. They count instead of the files.
    pub unsaved: BTreeMap<PathBuf, Arc<[u8]>>,
    /// What earlier runs have read, if runs are to share it.
    pub memory: Option<Arc<FileMemory>>,
    /// Whether the report is to have what an audit shows beside findings: pictures, simulations and coverage.
    pub audit: bool,
    /// Whether every root module is judged as if it were the only one.
    pub no_join: bool,
    /// Which findings are to be fixed, if any.
    pub fixing: Option<Fixing>,
    /// The part of the root modules that is judged; all of them if there is none.
    pub part: Option<RunPart>,
    /// The parts of a run that a merge has to do without.
    pub absent: Option<AbsentParts>,
    /// What everything is read from, if that is not the disk.
    pub system: Option<Arc<dyn FileSystem>>,
}

/// Which findings are to be fixed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Fixing {
    /// Whether the fixes are going to be made; otherwise they are only shown.
    pub applies: bool,
    /// Those that only a change fixes which replaces a resource or loses data.
    pub unsafe_ones: bool,
    /// Those that are advice.
    pub advice: bool,
}

/// Whether modules that are not there are fetched before a check.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Fetching {
    /// Nothing is fetched.
    #[default]
    Never,
    /// By this program of the user's; by the first that is there if none is named. In each directory it may take this long.
    With(Option<ModuleProgram>, Duration),
}

/// What is checked although nobody applies it. It is checked as it stands, and decides nothing about the exit code.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Include {
    /// Modules that nothing in the repository calls.
    pub modules: bool,
    /// Examples, tests and wrappers.
    pub samples: bool,
}

/// A baseline, and what to do with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BaselineOption {
    pub file: PathBuf,
    /// Whether what this run finds is to be accepted from now on.
    pub write: bool,
}

/// What becomes of unknown verdicts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum UnknownPolicy {
    /// They are reported, and do not fail the run.
    #[default]
    Report,
    /// They are reported, and fail the run as findings do.
    Fail,
    /// They are counted and not reported.
    Ignore,
}

/// Which configs hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum ConfigSource {
    /// The nearest one at or above each root module, up to the top of its repository.
    #[default]
    Nearest,
    /// This file, for everything.
    File(PathBuf),
    /// None.
    Nowhere,
}

/// What the arguments say of things that a config may say, too: arguments win.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// Run only these rules: ids, patterns of ids, principles.
    pub select: Vec<String>,
    /// Do not run these rules.
    pub ignore: Vec<String>,
    /// Directories with rules of the user's own.
    pub rule_dirs: Vec<PathBuf>,
    /// From which severity on findings make the exit code 1.
    pub fail_on: Option<FailOn>,
    /// The day of the run. Suppressions end by it, and rules about dates judge by it; without it none ends, and each rule judges by the day of its
    /// facts.
    pub today: Option<Date>,
}

impl Asked {
    /// Whether the user chose some of the rules.
    #[must_use]
    pub fn chooses_rules(&self) -> bool {
        !self.select.is_empty() || !self.ignore.is_empty()
    }
}

/// The sources of values for root variables, weakest first: the environment of the process, the files that Terraform loads by itself,
/// `files` (each preceded by the values of `assigned` that come before it), those of one of `environments`, the rest of `assigned`.
#[derive(Clone, Debug, Default)]
pub struct ValueSources {
    /// The name and value of each `TF_VAR_name` in the environment of the process, if they are to be used.
    pub process: Vec<(String, String)>,
    /// Files for every root module; the last file that sets a variable wins.
    pub files: Vec<PathBuf>,
    /// Environments: every root module is checked once for each.
    pub environments: Vec<AskedEnvironment>,
    /// The value of `terraform.workspace`, where an environment does not say another.
    pub workspace: Option<String>,
    /// The values that the user assigns, in order.
    pub assigned: Vec<Assigned>,
}

/// A value that the user assigns to a variable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assigned {
    pub name: String,
    /// The value as typed.
    pub text: String,
    /// How many of the files precede it: what comes later wins.
    pub after: usize,
}

/// Gates on a change: which findings of a plan are reported. Both may be closed at once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Gates {
    /// Report only findings that the change introduces; count the others.
    pub regressions: bool,
    /// Report only findings on resources that the plan changes, and on their neighbours.
    pub only_changed: bool,
}

impl Gates {
    /// Whether any gate is closed.
    #[must_use]
    pub const fn any(self) -> bool {
        self.regressions || self.only_changed
    }
}

/// How suppressions are treated.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Suppressing {
    /// Report everything, whatever people suppress.
    pub off: bool,
    /// The tools whose comments count for the rules that name their checks.
    pub honour: Vec<Peer>,
}

/// What a picture of a graph is to show.
#[derive(Clone, Debug, Default)]
pub struct Picture {
    /// Names of the model's views.
    pub views: Vec<String>,
    /// Only what leads to this address, and what it leads to.
    pub focus: Option<String>,
    /// Every node, however many there are.
    pub whole: bool,
}

impl Picture {
    /// Requests, events and data: what a picture shows if nothing is said.
    #[must_use]
    pub fn standard() -> Self {
        let views = ["request", "event", "data"].map(str::to_owned).to_vec();
        Self { views, ..Self::default() }
    }

    /// Whether a view is shown.
    #[must_use]
    pub fn shows(&self, view: &str) -> bool {
        self.views.iter().any(|own| own == view)
    }
}

/// Parts of a run of which nothing is known.
#[derive(Clone, Debug)]
pub struct AbsentParts {
    /// Which they are: `2/3, 3/3`.
    pub numbers: String,
    /// The root modules of the other parts, where they are in the repository: these are judged.
    pub roots: BTreeSet<String>,
}
