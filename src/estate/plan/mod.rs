//! From plan JSON to estate: what `terraform show -json tfplan` writes.
//!
//! A plan has the values that Terraform worked out and, apart from them, which of them are unknown and what names stand in
//! which expression. Put together they are the same [`Estate`] as the configuration gives: what nobody set is absent, what
//! is unknown has an origin, and what is known remembers what it was computed from.
//!
//! What a plan does not show stays unknown: locals, dynamic blocks, the files of modules.

pub(super) mod address;
mod assign;
mod blocks;
mod body;
mod choice;
mod detect;
mod facts;
mod format;
mod marks;
mod names;
mod references;
mod target;
mod world;

use std::collections::BTreeMap;
use std::path::Path;

use rustc_hash::{FxHashMap, FxHashSet};
use serde::Deserialize;
use serde_json::Value as Json;
use serde_json::value::RawValue;

use super::{Estate, Input, Instance, Mode, Written};
use crate::problem::Problem;
use crate::source::FileId;
use crate::value::{Entries, Str, Value};
pub use detect::{Detected, detect};
use format::{Plan, Resource, StateModule};
use world::{Changed, Read, World, mode};

/// Reads a plan. `file` names the text in spans, `path` is how it is shown.
#[must_use]
pub fn estate(file: FileId, path: &Path, text: &str) -> Estate {
    let mut estate = Estate { root: path.to_owned(), input: Input::Plan, ..Estate::default() };
    let input = Text { file, path: path.to_string_lossy().into_owned(), text };
    match input.plan() {
        Ok(plan) => fill(&mut estate, &input, &plan),
        Err(problem) => estate.problems.push(problem),
    }
    estate.problems.sort();
    estate
}

/// The text of a plan and its name.
struct Text<'t> {
    file: FileId,
    path: String,
    text: &'t str,
}

impl<'t> Text<'t> {
    fn plan(&self) -> Result<Plan<'t>, Problem> {
        #[derive(Deserialize)]
        struct Version {
            format_version: Option<Json>,
        }
        if let Some(problem) = detect::refuse(&self.path, self.text) {
            return Err(problem);
        }
        let broken =
            |error: serde_json::Error| detect::broken(&self.path, &error, (error.line(), error.column()));
        let version = serde_json::from_str::<Version>(self.text).map_err(broken)?.format_version;
        let version = version.as_ref().and_then(Json::as_str).unwrap_or_default();
        // Version 0 is what Terraform 0.12 to 1.0 wrote: the same in everything that is read here.
        if !matches!(version.split('.').next(), Some("0" | "1")) {
            return Err(Problem::error(
                "plan/version",
                format!("`{}` has the plan format {version:?}; 0.x and 1.x are known here", self.path),
            )
            .help("use a newer release of buttress, or an older one of Terraform"));
        }
        serde_json::from_str(self.text).map_err(broken)
    }

    /// Where a part of the text starts.
    fn offset(&self, part: &RawValue) -> usize {
        (part.get().as_ptr() as usize).saturating_sub(self.text.as_ptr() as usize)
    }

    /// Line and column, from 1, of a place that the parser gives within a part of the text.
    fn position(&self, part: &RawValue, error: &serde_json::Error) -> (usize, usize) {
        let before = self.text.get(..self.offset(part)).unwrap_or_default();
        let column = match (error.line(), before.rfind('\n')) {
            (0 | 1, Some(newline)) => before.len() - newline - 1 + error.column(),
            (0 | 1, None) => before.len() + error.column(),
            _ => error.column(),
        };
        (before.matches('\n').count() + error.line().max(1), column)
    }

    /// Reads the resources of a module instance and of those in it.
    fn resources(
        &self,
        module: &StateModule<'t>,
        pointer: &str,
        wanted: &dyn Fn(&Resource) -> bool,
        read: &mut Vec<Read>,
        problems: &mut Vec<Problem>,
    ) {
        for (index, raw) in module.resources.iter().enumerate() {
            match serde_json::from_str::<Resource>(raw.get()) {
                Ok(resource) if wanted(&resource) => {
                    let pointer = format!("{pointer}/resources/{index}");
                    read.push(Read { resource, module: module.address.clone(), pointer });
                }
                Ok(_) => {}
                Err(error) => problems.push(detect::broken(&self.path, &error, self.position(raw, &error))),
            }
        }
        for (index, child) in module.child_modules.iter().enumerate() {
            self.resources(child, &format!("{pointer}/child_modules/{index}"), wanted, read, problems);
        }
    }
}

fn fill<'t>(estate: &mut Estate, input: &Text<'t>, plan: &Plan<'t>) {
    report(estate, &input.path, plan);
    let config = plan.configuration.as_ref().map(|configuration| &configuration.root_module);
    let read = read_all(estate, input, plan);
    let changes: FxHashMap<&str, Changed<'_>> = plan
        .resource_changes
        .iter()
        .filter(|change| change.deposed.is_none())
        .filter_map(|change| {
            let marks = change.change.as_ref()?;
            let changed = Changed {
                after_unknown: marks.after_unknown.as_object(),
                after_sensitive: Some(&marks.after_sensitive),
            };
            Some((change.address.as_str(), changed))
        })
        .collect();
    let variables: BTreeMap<&str, &Json> = plan
        .variables
        .iter()
        .filter_map(|(name, given)| Some((name.as_str(), given.value.as_ref()?)))
        .collect();
    let world = World::new(&read, config, &changes, variables);
    for (at, instance) in world.instances.iter().enumerate() {
        let resource = &instance.read.resource;
        let body = world.body(at).unwrap_or_else(|| std::sync::Arc::new(empty()));
        estate.instances.push(Instance {
            subject: instance.subject,
            address: resource.address.as_str().into(),
            mode: instance.mode,
            type_: resource.type_.as_str().into(),
            module: world
                .modules
                .get(instance.module)
                .map(|module| module.address.clone())
                .unwrap_or_default(),
            body,
            uncertain: None,
            source: None,
            written: Some(Written { file: input.file, pointer: instance.read.pointer.as_str().into() }),
        });
    }
    estate.instances.sort_by(|a, b| crate::address::natural(&a.address, &b.address));
    estate.subjects = world.subjects();
    estate.calls = facts::calls(&world);
    let none = BTreeMap::new();
    let providers = plan.configuration.as_ref().map_or(&none, |configuration| &configuration.provider_config);
    estate.modules = facts::modules(&world, &estate.root, providers);
    estate.variables = given_variables(plan);
}

fn empty() -> Entries {
    Entries { element: crate::value::Type::Dynamic, items: Vec::new(), rest: crate::value::Rest::Unset }
}

/// What makes a plan less than it should be.
fn report(estate: &mut Estate, path: &str, plan: &Plan<'_>) {
    if plan.planned_values.is_none() {
        estate.problems.push(
            Problem::error(
                "plan/no-values",
                format!("`{path}` has no `planned_values`: it does not say what will exist"),
            )
            .help("keep the whole output of `terraform show -json tfplan`"),
        );
    }
    if plan.configuration.is_none() {
        estate.problems.push(
            Problem::error(
                "plan/no-configuration",
                format!("`{path}` has no `configuration`: it does not say what refers to what"),
            )
            .help("keep the whole output of `terraform show -json tfplan`"),
        );
    }
    if plan.errored == Some(true) {
        estate.problems.push(
            Problem::error(
                "plan/errored",
                format!("`{path}` is the plan of a run that failed: resources may be missing"),
            )
            .help("plan again without errors"),
        );
    } else if plan.complete == Some(false) {
        estate.problems.push(
            Problem::warning(
                "plan/partial",
                format!("`{path}` is a partial plan: what it leaves out looks as if it were not there"),
            )
            .help("plan without `-target` and without deferred changes"),
        );
    }
}

/// Everything that will exist: planned resources, and data sources that were read while planning.
fn read_all<'t>(estate: &mut Estate, input: &Text<'t>, plan: &Plan<'t>) -> Vec<Read> {
    let mut read = Vec::new();
    let planned = plan.planned_values.as_ref().and_then(|values| values.root_module.as_ref());
    if let Some(root) = planned {
        input.resources(root, "/planned_values/root_module", &|_| true, &mut read, &mut estate.problems);
    }
    let known: FxHashSet<String> = read.iter().map(|read| read.resource.address.clone()).collect();
    let prior = plan.prior_state.as_ref().and_then(|state| state.values.as_ref());
    if let Some(root) = prior.and_then(|values| values.root_module.as_ref()) {
        let wanted =
            |resource: &Resource| mode(&resource.mode) == Mode::Data && !known.contains(&resource.address);
        input.resources(root, "/prior_state/values/root_module", &wanted, &mut read, &mut estate.problems);
    }
    read
}

fn given_variables(plan: &Plan<'_>) -> Vec<(Str, Value)> {
    let declared = plan.configuration.as_ref().map(|configuration| &configuration.root_module.variables);
    plan.variables
        .iter()
        .filter_map(|(name, given)| {
            let value = plain(given.value.as_ref()?);
            let declared = declared.and_then(|declared| declared.get(name));
            let is_secret = declared.is_some_and(|declared| declared.sensitive == Some(true));
            Some((Str::from(name.as_str()), if is_secret { value.sensitive() } else { value }))
        })
        .collect()
}

/// A JSON value as an expression would give it.
fn plain(json: &Json) -> Value {
    match json {
        Json::Array(items) => Value::tuple(items.iter().map(plain).collect()),
        Json::Object(items) => {
            Value::object(items.iter().map(|(key, value)| (Str::from(key.as_str()), plain(value))).collect())
        }
        _ => body::primitive(json),
    }
}
