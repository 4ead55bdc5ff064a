//! A plan together with the configuration that it was made from: instances and values from the plan, places and origins from the
//! configuration.

use std::path::Path;

use rustc_hash::{FxHashMap, FxHashSet};

use super::assumptions::AssumedValues;
use super::configuration::planned::PlanLookup;
use super::configuration::project::Project;
use super::configuration::{self, Request};
use super::variables::InputVariables;
use super::{Estate, Instance, ModuleCall, ProviderFacts};
use crate::address::{Address, ModuleAddress};
use crate::budget::Allowance;
use crate::diagnostic::Diagnostic;
use crate::eval::Files;
use crate::value::SymbolId;

/// The configuration that a plan was made from.
pub struct PlanSource<'a> {
    /// The loaded modules.
    pub project: &'a Project,
    /// The root module's directory, a key of the project.
    pub root: &'a Path,
    /// The values in its variable values files.
    pub values: &'a InputVariables,
    /// What file functions may read.
    pub files: &'a dyn Files,
    /// Facts from model files about values that providers return.
    pub facts: &'a ProviderFacts,
    /// What is assumed of values that are not known.
    pub assumptions: Option<&'a AssumedValues>,
}

/// Evaluates the configuration with the plan's values. The instances are those of the plan.
#[must_use]
pub fn joined(plan: Estate, source: &PlanSource<'_>) -> Estate {
    let own = configuration::estate(Request {
        given: InputVariables::of_plan(&plan.variables, source.values),
        planned: Some(&PlanLookup::new(&plan)),
        number: plan.number,
        time: plan.time,
        allowance: Allowance::of_run(source.project.bytes()),
        assumptions: source.assumptions,
        ..Request::new(source.project, source.root, source.files, source.facts)
    });
    let holes: Vec<ModuleAddress> =
        own.calls.iter().filter(|call| call.hole.is_some()).map(|call| call.address.clone()).collect();
    let in_hole = |module: &ModuleAddress| holes.iter().any(|hole| module.is_within(hole));

    let mut configured: FxHashMap<SymbolId, Instance> =
        own.instances.into_iter().map(|instance| (instance.symbol, instance)).collect();
    let mut strangers: Vec<Address> = Vec::new();
    let mut instances = Vec::with_capacity(plan.instances.len());
    for planned in plan.instances {
        match configured.remove(&planned.symbol) {
            Some(own) => instances.push(Instance {
                address: planned.address,
                written: planned.written,
                uncertain: planned.uncertain,
                ..own
            }),
            None => {
                if !in_hole(&planned.address.module()) {
                    strangers.push(planned.address.clone());
                }
                instances.push(planned);
            }
        }
    }
    let mut problems = plan.problems;
    problems.extend(own.problems);
    // Configuration that could not be read has a problem of its own.
    if own.incomplete.is_none() {
        problems.extend(differs(source.root, &strangers));
    }
    problems.sort();
    let mut modules = own.modules;
    modules.extend(plan.modules.into_iter().filter(|module| in_hole(&module.address)));
    Estate {
        pointed: own.pointed,
        root: plan.root,
        number: plan.number,
        instances,
        calls: calls(own.calls, plan.calls),
        modules,
        symbols: own.symbols,
        variables: plan.variables,
        given: own.given,
        given_open: own.given_open,
        outputs: own.outputs,
        more_outputs: own.more_outputs,
        state: own.state,
        incomplete: plan.incomplete,
        problems,
        missing: own.missing,
        input: plan.input,
        kind: plan.kind,
        has_files: true,
        changes: plan.changes,
        before: plan.before,
        time: plan.time,
        account: own.account,
        scopes: own.scopes,
        told: own.told,
        assumed: own.assumed,
    }
}

/// The calls of the configuration, with their places, and those that only the plan shows. A plan is made with all modules loaded, so
/// no call hides its module.
fn calls(own: Vec<ModuleCall>, planned: Vec<ModuleCall>) -> Vec<ModuleCall> {
    let mut calls: Vec<ModuleCall> = own
        .into_iter()
        // A call that stands for many is left out: the plan shows which instances there are.
        .filter(|call| !call.address.stands_for_many())
        .map(|call| ModuleCall { hole: None, failed: None, ..call })
        .collect();
    let known: FxHashSet<ModuleAddress> = calls.iter().map(|call| call.address.clone()).collect();
    calls.extend(planned.into_iter().filter(|call| !known.contains(&call.address)));
    calls.sort_by(|a, b| a.address.cmp(&b.address));
    calls
}

fn differs(root: &Path, strangers: &[Address]) -> Option<Diagnostic> {
    let first = strangers.first()?;
    let root = root.display();
    let message = match strangers.len() {
        1 => format!("`{first}` of the plan is not declared in `{root}`"),
        count => {
            format!("{count} instances of the plan are not declared in `{root}`, the first is `{first}`")
        }
    };
    Some(Diagnostic::warning("plan/source-differs", message).help(
        "is this the configuration that the plan was made from, at the same commit? Instances that it does not declare are checked without lines",
    ))
}
