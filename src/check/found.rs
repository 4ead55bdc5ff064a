//! Environments that nobody has to name: a root module shows them itself.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::layouts;
use super::variants::ValuesFiles;
use crate::diagnostic::{Diagnostic, nearest};
use crate::environment::{self, Environment, Recognised};
use crate::estate::configuration::project::Project;
use crate::estate::configuration::workspaces::{self, NamedWorkspaces};
use crate::estate::variables::ValuesFile;
use crate::settings::ValueSources;
use crate::value::Str;

/// The most environments of one root module that are found.
const MAX_FOUND: usize = 32;
const HELP: &str =
    "name those that matter: `--environment NAME=FILE`, or an `environment` block in the config";

/// An environment that a root module shows.
#[derive(Clone)]
pub(super) struct FoundEnvironment {
    /// Its name; `None` for all workspaces that are not known, and for the only one if its name says nothing of an environment.
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
            return by_others.map(Environment::recognised);
        };
        Some(Environment::new(name, None, self.reason.clone()).or_by(by_others))
    }
}

/// The environments that a root module shows: in files of values, and in workspaces. `automatic` are the files of values that Terraform
/// loads by itself, and `named_by` those of them that name an environment.
pub(super) fn environments(
    project: &mut Project,
    files: &mut ValuesFiles,
    root: &Path,
    (automatic, named_by): (&[ValuesFile], &[PathBuf]),
    values: &ValueSources,
    problems: &mut Vec<Diagnostic>,
) -> Vec<FoundEnvironment> {
    let mut named = workspaces::named(project, root, automatic);
    if let Some(workspace) = &values.workspace {
        problems.extend(no_such_workspace(workspace, &named, root));
        named = NamedWorkspaces::default();
    }
    // Who names files of values wants no others.
    let (mut by_files, unread) =
        if values.files.is_empty() { layouts::environments(project, files, root) } else { (Vec::new(), 0) };
    if unread > 0 {
        let message = format!("`{}` has {unread} files of values more than are looked at", root.display());
        problems.push(Diagnostic::error("limit/environments", message).help(HELP));
    }
    by_files.extend(without_options(&by_files, automatic, named_by));
    let mut found = joined(by_files, named);
    // Who says which environment it is, by a value, a file or the workspace, wants no other.
    let assigned = values.assigned.iter().rev().find(|own| environment::is_named_by(&own.name));
    let by_file = || values.files.iter().rev().find_map(|path| environment::stem(path));
    let said = assigned.map(|own| own.text.clone()).or_else(by_file);
    for said in [said.as_deref(), values.workspace.as_deref()].into_iter().flatten() {
        let has_name = |own: &FoundEnvironment| own.name.as_deref() == Some(said);
        // One of that name is meant, and not another copy of it.
        let is_exact = found.iter().any(has_name);
        let is_said = |own: &FoundEnvironment| match is_exact {
            true => has_name(own),
            false => own.name.as_ref().is_some_and(|name| environment::are_beside(name, said)),
        };
        if assigned.is_some() || found.iter().any(is_said) {
            found.retain(is_said);
        }
    }
    limited(found, root, problems)
}

/// The environment of `terraform apply` without an option: what Terraform loads by itself is one where it sets what the files of another
/// environment set, and is not that environment.
fn without_options(
    found: &[FoundEnvironment],
    automatic: &[ValuesFile],
    named_by: &[PathBuf],
) -> Option<FoundEnvironment> {
    let own = set_by(automatic);
    let is_beside = |other: &FoundEnvironment| layouts::are_alternatives(&own, &set_by(&other.values));
    found.iter().find(|other| is_beside(other))?;
    let by_variable = || automatic.iter().rev().find_map(named_in);
    let name = named_by.first().and_then(|file| environment::stem(file)).or_else(by_variable);
    let is_named_so = |other: &FoundEnvironment| {
        name.as_deref()
            .zip(other.name.as_deref())
            .is_some_and(|(own, other)| environment::are_beside(own, other))
    };
    (!found.iter().any(is_named_so)).then(|| FoundEnvironment {
        name: name.map(Str::from),
        values: Vec::new(),
        workspace: None,
        reason: "Terraform loads its files of values by itself".to_owned(),
    })
}

/// The variables that files set.
fn set_by(files: &[ValuesFile]) -> BTreeSet<Str> {
    files.iter().flat_map(ValuesFile::names).map(Str::from).collect()
}

/// The name that a file of values gives to the environment.
fn named_in(file: &ValuesFile) -> Option<String> {
    let names = file.names().filter(|name| environment::is_named_by(name));
    let texts = names.filter_map(|name| file.text(name));
    texts.filter(|text| environment::recognised(text).is_some()).map(str::to_owned).next()
}

/// The problem of a workspace for which the configuration has no value: Terraform stops there.
fn no_such_workspace(workspace: &str, named: &NamedWorkspaces, root: &Path) -> Option<Diagnostic> {
    let NamedWorkspaces { names, may_be_others } = named;
    if *may_be_others || names.is_empty() || names.iter().any(|name| name == workspace) {
        return None;
    }
    let message = format!("`{}` has no value for the workspace `{workspace}`", root.display());
    let help = nearest(workspace, names.iter().map(Str::as_str)).map_or_else(
        || {
            let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
            format!("its workspaces are {}", names.join(", "))
        },
        |near| format!("did you mean `{near}`?"),
    );
    Some(Diagnostic::error("environment/unknown", message).help(help))
}

/// Leaves out environments that are too many, production last.
fn limited(
    mut found: Vec<FoundEnvironment>,
    root: &Path,
    problems: &mut Vec<Diagnostic>,
) -> Vec<FoundEnvironment> {
    let all = found.len();
    if all > MAX_FOUND {
        let is_production = |name: &Str| Environment::new(name, None, "").is_production;
        found.sort_by_key(|own| !own.name.as_ref().is_none_or(&is_production));
        found.truncate(MAX_FOUND);
        found.sort_by(|a, b| a.name.cmp(&b.name));
        let message = format!(
            "`{}` has {all} environments, more than the {MAX_FOUND} that are checked; the others are left out",
            root.display()
        );
        problems.push(Diagnostic::error("limit/environments", message).help(HELP));
    }
    found
}

/// Gives environments of files the workspaces of their names, and adds workspaces that have no files.
fn joined(mut found: Vec<FoundEnvironment>, named: NamedWorkspaces) -> Vec<FoundEnvironment> {
    let NamedWorkspaces { names, may_be_others } = named;
    let has_files = !found.is_empty();
    let mut taken = vec![false; names.len()];
    for own in &mut found {
        let name = own.name.clone().unwrap_or_default();
        let exact = names.iter().position(|workspace| *workspace == name);
        let same = || {
            let mut same =
                names.iter().enumerate().filter(|(_, workspace)| environment::are_beside(workspace, &name));
            match (same.next(), same.next()) {
                (Some((at, _)), None) => Some(at),
                _ => None,
            }
        };
        if let Some(at) = exact.or_else(same) {
            own.workspace = names.get(at).cloned();
            if let Some(taken) = taken.get_mut(at) {
                *taken = true;
            }
        }
    }
    let others = may_be_others && !names.is_empty() && !has_files;
    // The only workspace that there is tells no environment by a name that says nothing.
    let is_one_of_several = may_be_others || names.len() > 1;
    for (name, _) in names.into_iter().zip(taken).filter(|(_, taken)| !taken) {
        found.push(FoundEnvironment {
            reason: format!("`{name}` is a workspace that the configuration names"),
            workspace: Some(name.clone()),
            name: Some(name).filter(|name| is_one_of_several || environment::recognised(name).is_some()),
            values: Vec::new(),
        });
    }
    if others {
        found.push(FoundEnvironment {
            name: None,
            values: Vec::new(),
            workspace: None,
            reason: "other workspaces than those that the configuration names".to_owned(),
        });
    }
    found
}
