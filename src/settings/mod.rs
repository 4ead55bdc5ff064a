//! Settings: what one run is asked to do, resolved once before it starts.
//!
//! The command line is one source of them; a config file is the next. Whatever reads settings does not know where they came
//! from. Knows neither how they were typed nor what a check does with them.

use std::path::PathBuf;

/// Everything that a run is asked to do. The default is: check the working directory, gate nothing.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// Directories, plan files, or `-` for a plan on standard input; the working directory if there are none.
    pub paths: Vec<PathBuf>,
    /// Where values of root variables come from.
    pub values: ValueSources,
    /// Directories with copies of modules, searched where `terraform init` has not been run.
    pub module_dirs: Vec<PathBuf>,
    /// Where `terraform init` puts what it fetches, if `TF_DATA_DIR` says so.
    pub data_dir: Option<PathBuf>,
    /// The root module that the plans were made from.
    pub source: Option<PathBuf>,
    /// Which findings of a plan are reported.
    pub gates: Gates,
}

/// Where values of root variables come from, weakest first: the environment of the process, the files that Terraform
/// reads by itself, `files` with what of `assigned` comes before each, a file of `environments`, the rest of `assigned`.
#[derive(Clone, Debug, Default)]
pub struct ValueSources {
    /// Name and text of each `TF_VAR_name` in the environment of the process, if it is to count.
    pub process: Vec<(String, String)>,
    /// Files for every root module; of several values for one variable the last file's wins.
    pub files: Vec<PathBuf>,
    /// Files of which each stands for an environment: every root module is checked once for each.
    pub environments: Vec<PathBuf>,
    /// Each value that the user assigns, in order.
    pub assigned: Vec<Assigned>,
}

/// A value that the user assigns to a variable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assigned {
    /// The variable.
    pub name: String,
    /// The value as typed.
    pub text: String,
    /// How many of the files come before it: later ones count more.
    pub after: usize,
}

/// Gates on a change: which findings of a plan are reported. Both may be closed at once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Gates {
    /// Only findings that the plan introduces; the rest is counted.
    pub regressions: bool,
    /// Only findings about resources that the plan changes, and their neighbours.
    pub only_changed: bool,
}

impl Gates {
    /// Whether any gate is closed.
    #[must_use]
    pub const fn any(self) -> bool {
        self.regressions || self.only_changed
    }
}
