//! Recognises the environment of a root module by names.
//!
//! Read from the values that `environment`, `env` or `stage` are given, from the names of files of values, and from the path in the
//! repository: the first of these that says anything. What nothing classifies counts as production. A default is no evidence:
//! whoever applies the root module for production gives another value.

mod names;

use std::path::{Path, PathBuf};

pub use names::{EnvironmentKey, NAMED_PRODUCTION, part_naming, words};
use names::{classify, environment_in};

use crate::value::{Str, Value};

const VARIABLES: [&str; 4] = ["environment", "env", "stage", "environment_name"];

/// The environment that a root module is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Environment {
    /// The name, as it is shown.
    pub name: String,
    /// The name with what tells one copy of it from another, where the name that is shown leaves that out.
    pub full_name: String,
    /// What tells it from others.
    pub key: EnvironmentKey,
    /// Whether it is production.
    pub is_production: bool,
    /// Whether its name, or somebody, tells that. Otherwise other names do, and if there are none it is taken for production.
    pub is_told: bool,
    /// How it is known, as the end of a sentence: `it lies in "live/prod"`.
    pub reason: String,
}

/// An environment as names tell it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recognised {
    /// The name.
    pub name: String,
    /// [`Environment::full_name`]
    pub full_name: String,
    /// How it is known, as the end of a sentence.
    pub reason: String,
}

impl Environment {
    /// An environment; its name tells whether it is production, unless somebody has said it.
    #[must_use]
    pub fn new(name: &str, is_production: Option<bool>, reason: impl Into<String>) -> Self {
        let told = is_production.or_else(|| classify(name).map(|known| known == NAMED_PRODUCTION));
        Self {
            name: name.to_owned(),
            full_name: name.to_owned(),
            key: EnvironmentKey::of(name),
            is_production: told.unwrap_or(true),
            is_told: told.is_some(),
            reason: reason.into(),
        }
    }

    /// An environment that names tell.
    #[must_use]
    pub fn recognised(found: Recognised) -> Self {
        let key = EnvironmentKey::of(&found.full_name);
        Self { full_name: found.full_name, key, ..Self::new(&found.name, None, found.reason) }
    }

    /// The same; where its name says nothing of production, what else is known of the root module does.
    #[must_use]
    pub fn or_by(self, others: Option<Recognised>) -> Self {
        match others {
            Some(others) if !self.is_told => Self {
                is_production: names_production(&others.name),
                reason: format!("{}, and {}", self.reason, others.reason),
                ..self
            },
            _ => self,
        }
    }

    /// The same; where its name, but nobody, says that it is not production and its files or its workspace say that they are, it counts as
    /// production.
    #[must_use]
    pub fn unless_named(self, is_said: bool, files: &[PathBuf], workspace: Option<&str>) -> Self {
        let production = of(Path::new(""), files, workspace, &[]).filter(|own| names_production(&own.name));
        match production {
            Some(others) if !is_said && self.is_told && !self.is_production => {
                Self { is_production: true, is_told: false, reason: others.reason, ..self }
            }
            _ => self,
        }
    }

    /// Whether its name says that it is not production, although it is taken for that.
    #[must_use]
    pub fn is_contradicted(&self) -> bool {
        self.is_production && !self.is_told && classify(&self.name).is_some()
    }

    /// The name by which rules know it.
    #[must_use]
    pub fn for_rules(&self) -> &str {
        match (self.is_production, names_production(&self.name)) {
            (true, _) => NAMED_PRODUCTION,
            (false, true) => "non-production",
            (false, false) => &self.name,
        }
    }

    /// Whether a name means it. `production` means any production, and one that is called nothing but production has all its names.
    #[must_use]
    pub fn is(&self, name: &str) -> bool {
        let is_copy = || are_beside(&self.full_name, name) && names_production(name);
        let is_any = name == NAMED_PRODUCTION || self.name == NAMED_PRODUCTION && is_copy();
        self.name == name || self.full_name == name || self.is_production && is_any
    }
}

fn names_production(name: &str) -> bool {
    classify(name).is_some_and(|known| known == NAMED_PRODUCTION)
}

/// Whether two names mean the same environment, or one a part of the other: `prod` and `production`, `prod` and `prod-eu`.
#[must_use]
pub fn are_beside(one: &str, other: &str) -> bool {
    EnvironmentKey::of(one).is_beside(&EnvironmentKey::of(other))
}

/// What a name says of an environment, if it says anything.
#[must_use]
pub fn recognised(name: &str) -> Option<String> {
    classify(name)
}

/// The environment of a root module, if anything tells it. `place` is where it is in its repository, and `variables` are those that were
/// given a value.
#[must_use]
pub fn of(
    place: &Path,
    var_files: &[PathBuf],
    workspace: Option<&str>,
    variables: &[(Str, Value)],
) -> Option<Recognised> {
    let by_file = || var_files.iter().rev().find_map(|path| of_file_name(path));
    let by_workspace = || {
        let workspace = workspace?;
        told_by(workspace, || format!("`{workspace}` is its workspace"))
    };
    by_variable(variables).or_else(by_file).or_else(by_workspace).or_else(|| of_path(place))
}

/// The environment that a file of values stands for, which the user named as one: by what it sets, by its name, by its place, and if
/// none of these is known as an environment by its name as it is, or by that of its directory where Terraform fixes the name.
#[must_use]
pub fn of_file(file: &Path, place: &Path, variables: &[(Str, Value)]) -> Option<Recognised> {
    let above = || place.parent().and_then(of_path);
    let by_name = || {
        let stem = stem(file)?;
        let directory = || file.parent()?.file_name().map(|name| name.to_string_lossy().into_owned());
        let name = (if stem == "terraform" { directory() } else { None }).unwrap_or(stem);
        Some(Recognised { full_name: name.clone(), name, reason: named_by(file) })
    };
    of_file_name(file).or_else(|| by_variable(variables)).or_else(above).or_else(by_name)
}

/// The environment that the value of a variable names.
#[must_use]
pub fn by_variable(variables: &[(Str, Value)]) -> Option<Recognised> {
    VARIABLES.iter().find_map(|name| {
        let (_, value) = variables.iter().find(|(own, _)| own == name)?;
        let value = value.as_str()?;
        told_by(value, || format!("`{name}` is given `{value}`"))
    })
}

/// Whether a variable of this name names the environment.
#[must_use]
pub fn is_named_by(variable: &str) -> bool {
    VARIABLES.contains(&variable)
}

/// The environment in a name that says other things, too. `reason` tells how it is known.
fn told_by(name: &str, reason: impl FnOnce() -> String) -> Option<Recognised> {
    let (name, full_name) = environment_in(name)?;
    Some(Recognised { name, full_name, reason: reason() })
}

fn of_file_name(path: &Path) -> Option<Recognised> {
    told_by(&stem(path)?, || named_by(path))
}

fn named_by(file: &Path) -> String {
    format!("`{}` has its values", file.display())
}

/// `prod` of `prod.tfvars`, `prod.auto.tfvars` and `prod.tfvars.json`.
#[must_use]
pub fn stem(path: &Path) -> Option<String> {
    let name = path.file_name()?.to_string_lossy().into_owned();
    let name = [".json", ".tfvars", ".auto"]
        .iter()
        .fold(name.as_str(), |name, end| name.strip_suffix(end).unwrap_or(name));
    Some(name.to_owned())
}

/// What a directory of the path says: see [`part_naming`].
fn of_path(path: &Path) -> Option<Recognised> {
    let parts: Vec<_> = path.iter().map(|part| part.to_string_lossy()).collect();
    let part = parts.get(part_naming(parts.iter().map(AsRef::as_ref))?)?;
    told_by(part, || format!("it lies in `{part}`"))
}
