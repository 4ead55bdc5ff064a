//! Environments that nobody has to name: a root module shows them itself.

use std::path::Path;

use crate::diagnostic::Diagnostic;
use crate::environment::{self, Environment, Recognised};
use crate::estate::configuration::project::Project;
use crate::estate::configuration::workspaces;
use crate::estate::variables::ValuesFile;
use crate::settings::ValueSources;
use crate::value::Str;

/// The most environments of one root module that are found.
const MAX_FOUND: usize = 32;

/// An environment that a root module shows.
#[derive(Clone)]
pub(super) struct FoundEnvironment {
    /// Its name; `None` for all workspaces that are not known.
    pub(super) name: Option<Str>,
    /// Files of values, the last of which wins.
    pub(super) values: Vec<ValuesFile>,
    /// The value of `terraform.workspace`.
    pub(super) workspace: Option<Str>,
    /// How it is known, as the end of a sentence.
    pub(super) reason: String,
}

impl FoundEnvironment {
    /// The environment. Where its name says nothing of production, what else is known of the root module does; `by_others` is that.
    pub(super) fn environment(&self, by_others: Option<Recognised>) -> Option<Environment> {
        let Some(name) = &self.name else {
            return by_others.map(|known| Environment::new(&known.name, None, known.reason));
        };
        Some(Environment::new(name, None, self.reason.clone()).or_by(by_others))
    }
}

/// The environments that a root module shows. `automatic` are the files of values that Terraform loads by itself.
pub(super) fn environments(
    project: &Project,
    root: &Path,
    automatic: &[ValuesFile],
    values: &ValueSources,
    problems: &mut Vec<Diagnostic>,
) -> Vec<FoundEnvironment> {
    let mut found = by_workspace(project, root, automatic, values);
    // Who says which environment it is by a value wants no other.
    let said = values.assigned.iter().rev().find(|assigned| environment::is_named_by(&assigned.name));
    if let Some(said) = said {
        found.retain(|own| own.name.as_ref().is_some_and(|name| environment::are_same(name, &said.text)));
    }
    let all = found.len();
    if all > MAX_FOUND {
        // Production matters most.
        found.sort_by_key(|own| {
            own.name.as_ref().is_none_or(|name| !Environment::new(name, None, "").is_production)
        });
        found.truncate(MAX_FOUND);
        found.sort_by(|a, b| a.name.cmp(&b.name));
        let message = format!(
            "`{}` has {all} environments, more than the {MAX_FOUND} that are checked; the others are left out",
            root.display()
        );
        problems.push(Diagnostic::error("limit/environments", message).help(
            "name those that matter: `--environment NAME=FILE`, or an `environment` block in the config",
        ));
    }
    found
}

/// The workspaces that the configuration names, and all others if there may be any.
fn by_workspace(
    project: &Project,
    root: &Path,
    automatic: &[ValuesFile],
    values: &ValueSources,
) -> Vec<FoundEnvironment> {
    if values.workspace.is_some() {
        return Vec::new();
    }
    let named = workspaces::named(project, root, automatic);
    if named.names.is_empty() {
        return Vec::new();
    }
    let one = |name: Str| FoundEnvironment {
        reason: format!("`{name}` is a workspace that the configuration names"),
        workspace: Some(name.clone()),
        name: Some(name),
        values: Vec::new(),
    };
    let others = named.may_be_others.then(|| FoundEnvironment {
        name: None,
        values: Vec::new(),
        workspace: None,
        reason: "other workspaces than those that the configuration names".to_owned(),
    });
    named.names.into_iter().map(one).chain(others).collect()
}
