//! What a reference in a module means: `var`, `local`, `module`, `count`, `each`, `path`, `terraform`, resources.

use std::sync::Arc;

use super::expand::{CallExpansion, Expansion, Repeats};
use super::instance::ResourceInstance;
use super::module::ModuleInstance;
use super::names;
use super::provider_functions;
use super::{Repetition, UNKNOWN_PART};
use crate::address::{CallName, InstanceKey, Mode};
use crate::estate::assumed_list;
use crate::estate::symbolic::symbolic;
use crate::eval::scope::{Reference, Resolved, Scope};
use crate::eval::{EvalResult, Host};
use crate::value::{
    AbsentKey, Cause, CauseKind, Entries, Kind, Number, Origin, Pieces, Step, Type, UnkeyedEntries, Unknown,
    Value,
};

/// The scope of expressions in a module's blocks.
pub(super) struct ModuleScope<'a, 'r> {
    pub(super) module: &'a ModuleInstance<'a>,
    pub(super) repetition: &'r Repetition,
}

impl Scope for ModuleScope<'_, '_> {
    fn resolve(&self, reference: &Reference<'_>) -> EvalResult<Resolved> {
        match reference.root {
            "var" => self.variable(reference),
            "local" => self.local(reference),
            "module" => self.module_output(reference),
            "data" => self.resource(reference, Mode::Data, 1),
            "ephemeral" => self
                .resource(reference, Mode::Ephemeral, 1)
                .map(|resolved| Resolved { value: resolved.value.ephemeral(), consumed: resolved.consumed }),
            "resource" => self.resource(reference, Mode::Managed, 1),
            "count" => {
                names::count(reference.attribute(0), self.repetition.index.is_some())?;
                let index = self.repetition.index.clone().unwrap_or(Value::NULL);
                Ok(Resolved { value: index, consumed: 1 })
            }
            "each" => {
                let attribute = reference.attribute(0);
                names::each(attribute, self.repetition.each.is_some())?;
                let each = self.repetition.each.clone();
                let part = |(key, value)| if attribute == Some("key") { key } else { value };
                Ok(Resolved { value: each.map_or(Value::NULL, part), consumed: 1 })
            }
            "path" => self.path(reference),
            "terraform" | "tofu" => self.terraform(reference),
            "self" => {
                let cause = Cause::new(CauseKind::DecidedByProvider, "self", None);
                Ok(Resolved { value: Value::unknown(cause), consumed: reference.steps.len() })
            }
            _ => self.resource(reference, Mode::Managed, 0),
        }
    }

    fn call(&self, name: &str, arguments: &[Value]) -> Option<EvalResult<Value>> {
        if name == UNKNOWN_PART {
            return Some(Ok(self.unknown_part(arguments)));
        }
        provider_functions::call(self.module, name, arguments)
    }

    fn host(&self) -> Host<'_> {
        self.module.evaluation.host()
    }
}

impl ModuleScope<'_, '_> {
    /// A part of a file that a tool writes, which is not known.
    fn unknown_part(&self, arguments: &[Value]) -> Value {
        let index = arguments.first().and_then(Value::as_number).and_then(Number::as_i64);
        let causes = self.module.evaluation.request.unknown_parts;
        let known = index.and_then(|index| causes.get(usize::try_from(index).ok()?)).cloned();
        Value::unknown(known.unwrap_or_else(|| Cause::new(CauseKind::UnknownFunction, UNKNOWN_PART, None)))
    }

    fn variable(&self, reference: &Reference<'_>) -> EvalResult<Resolved> {
        let name = reference.attribute(0).ok_or_else(|| names::nameless("var"))?;
        let config = self.module.config;
        match config.variable(name).and_then(|index| self.module.variable(index)) {
            Some(value) => Ok(Resolved { value, consumed: 1 }),
            // A file that a tool writes may declare it.
            None => match &config.unread_settings {
                Some(cause) => Ok(Resolved { value: Value::unknown(cause.clone()), consumed: 1 }),
                None => Err(names::no_variable(config, name)),
            },
        }
    }

    fn local(&self, reference: &Reference<'_>) -> EvalResult<Resolved> {
        let name = reference.attribute(0).ok_or_else(|| names::nameless("local"))?;
        let config = self.module.config;
        match config.local(name).and_then(|index| self.module.local(index)) {
            Some(value) => Ok(Resolved { value, consumed: 1 }),
            None => Err(names::no_local(config, name)),
        }
    }

    fn path(&self, reference: &Reference<'_>) -> EvalResult<Resolved> {
        let value = match reference.attribute(0) {
            Some("root") => ".".into(),
            Some("module") => self.module_path(),
            Some("cwd") => self.working_directory(),
            _ => return Err(names::no_path()),
        };
        Ok(Resolved { value, consumed: 1 })
    }

    /// Terraform runs in the directory of the root module: the name of that directory is known, its path on a machine is not.
    fn working_directory(&self) -> Value {
        let cause = Cause::new(CauseKind::OutsideConfiguration, "path.cwd", None);
        let mut unknown = Unknown::new(Type::String, cause);
        unknown.refinement.not_null = true;
        unknown.refinement.at_least = Some(1);
        if let Some(name) = self.module.evaluation.request.files.directory_name() {
            let mut pieces = Pieces::default();
            pieces.gap();
            pieces.text(&format!("/{name}"));
            unknown.refinement.pieces = Some(Arc::new(pieces));
        }
        unknown.into()
    }

    /// The module's directory relative to that of the root module, as in Terraform.
    fn module_path(&self) -> Value {
        let request = self.module.evaluation.request;
        request.project.path_from(request.home(), &self.module.dir).as_str().into()
    }

    fn terraform(&self, reference: &Reference<'_>) -> EvalResult<Resolved> {
        match reference.attribute(0) {
            Some("workspace") => {
                let value = match &self.module.evaluation.request.workspace {
                    Some(workspace) => workspace.clone().into(),
                    None => {
                        let cause = Cause::new(CauseKind::Workspace, "terraform.workspace", None);
                        Value::unknown_of(Type::String, cause)
                    }
                };
                Ok(Resolved { value, consumed: 1 })
            }
            Some("applying") => {
                let cause = Cause::new(CauseKind::OutsideConfiguration, "terraform.applying", None);
                // It is another one when the plan is applied.
                Ok(Resolved { value: Value::unknown_of(Type::Bool, cause).ephemeral(), consumed: 1 })
            }
            _ => Err(names::no_fact_of_terraform()),
        }
    }

    fn module_output(&self, reference: &Reference<'_>) -> EvalResult<Resolved> {
        let name = reference.attribute(0).ok_or_else(|| names::nameless("module"))?;
        let config = self.module.config;
        let index = config.call(name).ok_or_else(|| names::no_call(config, name))?;
        let Some(call) = self.module.call(index) else {
            return Ok(on_a_circle(&CallName(name).to_string(), reference));
        };
        if let Some(hole) = call.hole.as_ref().filter(|_| !is_described(call, reference)) {
            // `module.x` and `module.x[0]`: the rest is a path into an unknown value.
            let mut unknown = Unknown::new(Type::Dynamic, hole.cause.clone());
            unknown.origin = Some(Arc::new(Origin { symbol: hole.symbol, path: Vec::new() }));
            if let Some(assumed) = self.assumed_output(reference, name, &unknown) {
                return Ok(assumed);
            }
            if let Some(value) = described_outputs(call, reference, &hole.cause) {
                return Ok(Resolved { value, consumed: 1 });
            }
            return Ok(Resolved { value: unknown.into(), consumed: 1 });
        }
        match call.repeats {
            Repeats::No => match call.instances.first() {
                Some((_, instance)) => output_or_all(instance, reference, 1),
                None if call.uncertain.is_some() => Ok(Resolved { value: all_of_call(call), consumed: 1 }),
                // A call that is switched off is null.
                None => Ok(Resolved { value: Value::NULL, consumed: 1 }),
            },
            Repeats::Count if reference.attribute(1).is_some() => Err(names::keyless_call(name)),
            Repeats::Count | Repeats::ForEach => {
                if let Some(key) = reference.index(1) {
                    if let Some(instance) = call_instance(call, key) {
                        return output_or_all(instance, reference, 2);
                    }
                    if let Some(value) = uncertain_output(call, reference) {
                        return Ok(value);
                    }
                }
                Ok(Resolved { value: all_of_call(call), consumed: 1 })
            }
        }
    }

    /// What is assumed of an output of a module that is not there.
    fn assumed_output(&self, reference: &Reference<'_>, name: &str, hole: &Unknown) -> Option<Resolved> {
        let evaluation = self.module.evaluation;
        if !evaluation.assumes() {
            return None;
        }
        let key = reference.index(1).and_then(step_of);
        let (key, at) = match key {
            Some(Step::Index(index)) => (InstanceKey::Int(index), 2),
            Some(Step::Key(key)) => (InstanceKey::String(key), 2),
            None => (InstanceKey::None, 1),
        };
        let output = reference.attribute(at)?;
        let module = self.module.address.child(name, &key);
        let unknown = assumed_list::part_of(hole, Step::Key(output.into()));
        let value = evaluation.or_assumed(unknown, || ecow::eco_format!("{module}.{output}"));
        (!matches!(value.kind, Kind::Unknown(_))).then_some(Resolved { value, consumed: at + 1 })
    }

    /// A resource whose name is step `start` and whose type is the step before (the root if `start` is 0).
    fn resource(&self, reference: &Reference<'_>, mode: Mode, start: usize) -> EvalResult<Resolved> {
        let type_ = if start == 0 { Some(reference.root) } else { reference.attribute(start - 1) };
        let (Some(type_), Some(name)) = (type_, reference.attribute(start)) else {
            return Err(names::no_such_name(reference.root));
        };
        let config = self.module.config;
        let index = config.resource(mode, type_, name);
        let index = index.ok_or_else(|| names::no_resource(config, mode, type_, name))?;
        let Some(expansion) = self.module.resource(index) else {
            return Ok(on_a_circle(&format!("{type_}.{name}"), reference));
        };
        let next = start + 1;
        match expansion.repeats {
            Repeats::No => match expansion.instances.first() {
                Some(instance) => Ok(part_of(instance, None, reference, next)),
                None if expansion.uncertain.is_some() => {
                    Ok(Resolved { value: all_of_resource(expansion), consumed: next })
                }
                None => Ok(Resolved { value: Value::NULL, consumed: next }),
            },
            Repeats::Count | Repeats::ForEach => {
                if let Some(key) = reference.index(next)
                    && let Some(instance) = instance(expansion, key)
                {
                    return Ok(part_of(instance, Some(key), reference, next + 1));
                }
                if reference.attribute(next).is_some() {
                    let prefix = if mode == Mode::Managed { "" } else { reference.root };
                    let dot = if prefix.is_empty() { "" } else { "." };
                    let address = format!("{prefix}{dot}{type_}.{name}");
                    return Err(names::keyless(&address, expansion.repeats));
                }
                Ok(Resolved { value: all_of_resource(expansion), consumed: next })
            }
        }
    }
}

/// Whether the description of a module that is not there has the output that a reference asks for.
fn is_described(call: &CallExpansion<'_>, reference: &Reference<'_>) -> bool {
    let at = if call.repeats == Repeats::No { 1 } else { 2 };
    let is_certain = call.uncertain.is_none() || call.repeats != Repeats::No;
    let output = reference.attribute(at);
    is_certain
        && call.instances.first().is_some_and(|(_, instance)| {
            output.is_some_and(|output| instance.config.output(output).is_some())
        })
}

/// All outputs of a module that is not there, as far as they are described, where a reference asks for the whole of it.
fn described_outputs(
    call: &CallExpansion<'_>,
    reference: &Reference<'_>,
    cause: &Arc<Cause>,
) -> Option<Value> {
    let [(_, instance)] = call.instances.as_slice() else { return None };
    if reference.steps.len() > 1 || call.repeats != Repeats::No || call.uncertain.is_some() {
        return None;
    }
    let all = all_outputs(instance);
    let Kind::Object(told) = &all.kind else { return None };
    let absent = AbsentKey::MaybePresent(cause.clone());
    Some(Kind::Object(Arc::new(Entries { absent, ..Entries::clone(told) })).into())
}

/// What is asked for while it is being made. Validation reports the circle.
fn on_a_circle(what: &str, reference: &Reference<'_>) -> Resolved {
    let cause = Cause::new(CauseKind::Error, format!("{what} depends on itself"), None);
    Resolved { value: Value::unknown(cause), consumed: reference.steps.len() }
}

/// The instance with this key; in an uncertain expansion, the instance that stands for all.
fn instance<'a>(expansion: &Expansion<'a>, key: &Value) -> Option<&'a ResourceInstance<'a>> {
    let wanted = wanted_key(key, expansion.repeats)?;
    if expansion.are_told {
        // Which of them has this key is not known.
        return None;
    }
    if expansion.uncertain.is_some() {
        return expansion.instances.first().copied();
    }
    match &wanted {
        InstanceKey::Int(index) => expansion.instances.get(usize::try_from(*index).ok()?).copied(),
        wanted => {
            let index = expansion.by_key.get_or_init(|| {
                let keys = expansion.instances.iter().map(|instance| instance.repetition.key.clone());
                keys.zip(0..).collect()
            });
            index.get(wanted).and_then(|at| expansion.instances.get(*at)).copied()
        }
    }
}

fn call_instance<'a>(call: &CallExpansion<'a>, key: &Value) -> Option<&'a ModuleInstance<'a>> {
    let wanted = wanted_key(key, call.repeats)?;
    if call.uncertain.is_some() {
        return call.instances.first().map(|(_, instance)| *instance);
    }
    let index =
        call.by_key.get_or_init(|| call.instances.iter().map(|(key, _)| key.clone()).zip(0..).collect());
    index.get(&wanted).and_then(|at| call.instances.get(*at)).map(|(_, instance)| *instance)
}

fn wanted_key(key: &Value, repeats: Repeats) -> Option<InstanceKey> {
    match (&key.kind, repeats) {
        (Kind::Number(number), Repeats::Count) => {
            number.as_i64().and_then(|n| usize::try_from(n).ok()).map(InstanceKey::index)
        }
        (Kind::String(text), Repeats::Count) => Number::parse(text)
            .and_then(|number| number.as_i64())
            .and_then(|n| usize::try_from(n).ok())
            .map(InstanceKey::index),
        (Kind::String(name), Repeats::ForEach) => Some(InstanceKey::String(name.clone())),
        (Kind::Number(number), Repeats::ForEach) => Some(InstanceKey::String(ecow::eco_format!("{number}"))),
        _ => None,
    }
}

/// The instance, or only its attribute at step `at`: most references need one attribute, so the others are not evaluated.
fn part_of<'a>(
    instance: &'a ResourceInstance<'a>,
    key: Option<&Value>,
    reference: &Reference<'_>,
    at: usize,
) -> Resolved {
    let Some(name) = reference.attribute(at) else {
        return Resolved { value: instance.referred(), consumed: at };
    };
    let origin = || {
        let mut path = Vec::with_capacity(2);
        // The instance that stands for all has a different identity for each key.
        if instance.repetition.key == InstanceKey::Any {
            path.extend(key.and_then(step_of));
        }
        path.push(Step::Key(name.into()));
        Origin { symbol: instance.symbol, path }
    };
    let is_set = match instance.body.known() {
        Some(entries) => entries.get(name).is_some(),
        None => instance
            .declared
            .bodies(instance.module.config)
            .any(|(tree, body)| super::body::mentions(tree, tree.body(body), name)),
    };
    let set = if is_set { instance.entries() } else { None };
    let resolved = |value: Value| {
        let evaluation = instance.module.evaluation;
        let value = evaluation.or_assumed(value, || ecow::eco_format!("{}.{name}", instance.address));
        Resolved { value, consumed: at + 1 }
    };
    if let Some(answer) = instance.answer(name) {
        return resolved(symbolic(&answer, &origin()));
    }
    let value = match set.as_ref().and_then(|entries| entries.get(name)) {
        Some(value) if !value.is_null() && instance.is_answer(name, value) => symbolic(value, &origin()),
        _ => match instance.planned(name) {
            Some(value) => symbolic(&value, &origin()),
            None => {
                let mut unknown = Unknown::new(Type::Dynamic, instance.cause.clone());
                unknown.origin = Some(Arc::new(origin()));
                unknown.into()
            }
        },
    };
    resolved(value)
}

fn step_of(key: &Value) -> Option<Step> {
    match &key.kind {
        Kind::Number(number) => Step::index(number),
        Kind::String(text) => Some(Step::Key(text.clone())),
        _ => None,
    }
}

fn all_of_resource(expansion: &Expansion<'_>) -> Value {
    if expansion.are_told {
        let mut items = Vec::new();
        for instance in &expansion.instances {
            let is_one = instance.repetition.key != InstanceKey::Any;
            let key = instance.repetition.each.as_ref().filter(|_| is_one).map(|(key, _)| key.clone());
            items.extend(key.map(|key| (key, instance.referred())));
        }
        let cause = items.iter().find_map(|(key, _)| key.first_cause()).unwrap_or_else(Cause::provider);
        let more = expansion.uncertain.clone();
        let mut all = Value::from(Unknown::with_entries(UnkeyedEntries { items, more }, cause));
        for instance in &expansion.instances {
            all = all.referring_to(Arc::new(instance.origin()));
        }
        return all;
    }
    if let Some(cause) = &expansion.uncertain {
        // The one instance stands for all, so iterating over them refers to it.
        let unknown = Value::unknown(cause.clone());
        return match expansion.instances.first() {
            Some(instance) => unknown.referring_to(Arc::new(instance.origin())),
            None => unknown,
        };
    }
    match expansion.repeats {
        Repeats::ForEach => {
            let items = expansion.instances.iter().filter_map(|instance| match &instance.repetition.key {
                InstanceKey::String(name) => Some((name.clone(), instance.referred())),
                _ => None,
            });
            Value::object(items.collect())
        }
        Repeats::No | Repeats::Count => {
            Value::tuple(expansion.instances.iter().map(|instance| instance.referred()).collect())
        }
    }
}

fn output_or_all<'a>(
    instance: &'a ModuleInstance<'a>,
    reference: &Reference<'_>,
    at: usize,
) -> EvalResult<Resolved> {
    let Some(name) = reference.attribute(at) else {
        return Ok(Resolved { value: all_outputs(instance), consumed: at });
    };
    match instance.config.output(name).and_then(|index| instance.output(index)) {
        Some(value) => Ok(Resolved { value, consumed: at + 1 }),
        None => Err(names::no_output(instance.config, name)),
    }
}

fn all_outputs<'a>(instance: &'a ModuleInstance<'a>) -> Value {
    let outputs = (0usize..).zip(&instance.config.outputs);
    Value::object(
        outputs
            .filter_map(|(index, declared)| {
                instance.output(index).map(|value| (declared.name.clone(), value))
            })
            .collect(),
    )
}

fn all_of_call(call: &CallExpansion<'_>) -> Value {
    if let Some(cause) = &call.uncertain {
        return Value::unknown(cause.clone());
    }
    match call.repeats {
        Repeats::ForEach => {
            let items = call.instances.iter().filter_map(|(key, instance)| match key {
                InstanceKey::String(name) => Some((name.clone(), all_outputs(instance))),
                _ => None,
            });
            Value::object(items.collect())
        }
        Repeats::No | Repeats::Count => {
            Value::tuple(call.instances.iter().map(|(_, instance)| all_outputs(instance)).collect())
        }
    }
}

/// An output of a call whose instances are unknown, under a key that is unknown too.
fn uncertain_output(call: &CallExpansion<'_>, reference: &Reference<'_>) -> Option<Resolved> {
    let cause = call.uncertain.clone()?;
    let (_, instance) = call.instances.first()?;
    let name = reference.attribute(2)?;
    let value = instance.config.output(name).and_then(|index| instance.output(index))?;
    Some(Resolved { value: Value::unknown(cause).computed_from_all_of(&value), consumed: 3 })
}
