//! Evaluates everything: walks the module tree and assembles the estate.

use std::collections::BTreeMap;
use std::sync::Arc;

use rustc_hash::FxHashSet;

use super::called::UnloadedModule;
use super::instance::ResourceInstance;
use super::module::ModuleInstance;
use super::{Evaluation, Repetition, body};
use crate::address::{InstanceKey, Mode, ModuleAddress};
use crate::estate::configuration::STACKS;
use crate::estate::configuration::declare::{BlockRef, ModuleConfig, NamedDecl};
use crate::estate::declaration::{CallSite, Declaration, Scopes};
use crate::estate::{
    BlockSource, DeclaredName, Estate, Input, Instance, Module, ModuleCall, ModuleMeaning, StatePlace,
};
use crate::syntax::tree::{ExprKind, Tree};
use crate::text::{FileId, Span};
use crate::value::{CauseKind, Entries, Str, Value};

pub(super) fn collect<'a>(evaluation: &'a Evaluation<'a>) -> Estate {
    let mut estate = Estate {
        root: evaluation.request.root.to_owned(),
        number: evaluation.request.number,
        input: Input::Configuration,
        time: evaluation.request.time,
        has_files: true,
        scopes: Scopes::new(evaluation.request.given.clone()),
        ..Estate::default()
    };
    if let Some(config) = evaluation.request.project.module(evaluation.request.root) {
        let root = ModuleInstance::new(
            evaluation,
            config,
            evaluation.request.home().into(),
            ModuleAddress::ROOT,
            String::new(),
            None,
            None,
        );
        let mut described = Vec::new();
        collect_module(root, None, None, &mut estate, &mut described);
        super::providers::add_implied(&mut estate, &described);
        estate.state = config.backend.clone().map(|(backend, _)| {
            let settings = config
                .backend_body
                .as_ref()
                .map(|(tree, body)| body::arguments(root, tree, tree.body(*body), &Repetition::SINGLE));
            StatePlace { backend, settings: settings.unwrap_or_else(|| Entries::of_block(Vec::new())) }
        });
        evaluate_unread(evaluation, &mut estate);
        estate.variables = (0usize..)
            .zip(&config.variables)
            .filter_map(|(index, declared)| root.variable(index).map(|value| (declared.name.clone(), value)))
            .collect();
        estate.variables.sort_by(|a, b| a.0.cmp(&b.0));
        estate.outputs = (0usize..)
            .zip(&config.outputs)
            .filter_map(|(index, declared)| root.output(index).map(|value| (declared.name.clone(), value)))
            .collect();
    }
    estate.instances.extend(evaluation.assumed.lists.take().instances);
    estate.assumed = evaluation.assumed.uses.take().into_iter().collect();
    estate.assumed.sort_by_key(|(index, _)| *index);
    if let Some(assumptions) = evaluation.request.assumptions {
        let used = estate.assumed.iter().filter(|(_, noted)| noted.is_used);
        let used = used.filter_map(|(index, _)| assumptions.all().get(*index));
        estate.scopes.rest_on(used.cloned().collect());
    }
    if let Some(place) = evaluation.request.pointed_at {
        let modules = evaluation.holding.take();
        estate.pointed = super::pointed::values(evaluation, place, &modules, &estate.scopes);
    }
    estate.instances.sort_by(|a, b| a.address.cmp(&b.address));
    estate.calls.sort_by(|a, b| a.address.cmp(&b.address));
    if estate.incomplete.is_none() {
        estate.incomplete = evaluation.incomplete.take();
    }
    estate.account = evaluation.meter.account();
    estate.symbols = evaluation.symbols.take();
    estate.missing = evaluation.missing.take();
    estate.missing.sort_by(|a, b| a.address.cmp(&b.address));
    estate.problems = evaluation.problems.take();
    // What does not fit a description is unknown; the module itself would tell what is wrong.
    let files: FxHashSet<FileId> = estate
        .calls
        .iter()
        .filter_map(|call| call.meaning.as_ref())
        .flat_map(|meaning| meaning.config.trees.iter().map(|tree| tree.file))
        .collect();
    estate.problems.retain(|problem| problem.span().is_none_or(|span| !files.contains(&span.file)));
    estate.problems.sort();
    estate.problems.dedup();
    estate
}

fn collect_module<'a>(
    module: &'a ModuleInstance<'a>,
    site: Option<CallSite>,
    meaning: Option<&Arc<ModuleMeaning>>,
    estate: &mut Estate,
    described: &mut Vec<&'a ModuleConfig>,
) {
    if let Some(meaning) = meaning {
        let scope = estate.scopes.add_description(meaning.config.clone(), site);
        let header = module
            .caller
            .as_ref()
            .and_then(|caller| caller.module.config.calls.get(caller.call)?.span(caller.module.config));
        collect_resources(module, scope, header.map(|header| (meaning, header)), estate);
        return;
    }
    let known = described.iter().position(|known| std::ptr::eq(*known, module.config));
    match known.and_then(|known| estate.modules.get_mut(known)) {
        // Which call stands first in a text says nothing, so the address does not depend on it.
        Some(known) if module.address < known.address => known.address = module.address.clone(),
        Some(_) => {}
        None => {
            described.push(module.config);
            if estate.incomplete.is_none() {
                estate.incomplete.clone_from(&module.config.incomplete);
            }
            estate.modules.push(describe(module));
        }
    }
    let is_full = || module.evaluation.incomplete.borrow().is_some();
    let request = module.evaluation.request;
    let directory = if module.caller.is_none() { request.root } else { &*module.dir };
    let Some(config) = request.project.module(directory) else { return };
    let scope = estate.scopes.add(config.clone(), site);
    if let Some(place) = request.pointed_at
        && (module.caller.is_none() || config.trees.iter().any(|tree| tree.file == place.file))
    {
        module.evaluation.holding.borrow_mut().push((module, scope));
    }
    collect_resources(module, scope, None, estate);
    for (index, declared) in module.config.calls.iter().enumerate() {
        if is_full() {
            return;
        }
        let Some(call) = module.call(index) else { continue };
        estate.calls.push(describe_call(module, declared, call.hole.as_ref()));
        for (key, instance) in &call.instances {
            let site = CallSite { scope, call: index, key: key.clone() };
            let meaning = call.hole.as_ref().and_then(|hole| hole.meaning);
            collect_module(instance, Some(site), meaning, estate, described);
        }
    }
    for index in 0..module.config.locals.len() {
        module.local(index);
    }
    for (index, declared) in module.config.outputs.iter().enumerate() {
        if let Some(value) = module.output(index) {
            super::secrets::check_output(module, declared, &value);
        }
    }
    super::conditions::check(module);
    super::imports::check(module);
    module.evaluation.collected.borrow_mut().push((module, scope, known.is_none()));
    evaluate_providers(module, estate);
}

/// Evaluates the provider configurations of a module that one which is not loaded may use. What uses another one has evaluated it, and
/// Terraform leaves out those that nothing uses before it evaluates anything.
fn evaluate_providers<'a>(module: &'a ModuleInstance<'a>, estate: &Estate) {
    let providers = &module.config.providers;
    if providers.is_empty() || estate.calls.iter().all(|call| call.hole.is_none()) {
        return;
    }
    for provider in providers {
        // OpenTofu repeats providers.
        if let Some((tree, body)) = provider.body(module.config)
            && tree.attribute(body, "for_each").is_none()
        {
            body::arguments(module, tree, body, &Repetition::SINGLE);
        }
    }
}

/// Evaluates the variables that nothing reads: Terraform does so all the same, and what is wrong with them concerns the reader. Then keeps
/// the values of all modules for the way back.
fn evaluate_unread<'a>(evaluation: &'a Evaluation<'a>, estate: &mut Estate) {
    let collected = evaluation.collected.take();
    evaluation.assumed.is_unread.set(true);
    for (module, _, is_first) in &collected {
        if *is_first {
            (0..module.config.variables.len()).for_each(|index| drop(module.variable(index)));
        } else {
            // What no call sets has the same value every time.
            module.set_variables().for_each(|index| drop(module.variable(index)));
        }
    }
    evaluation.assumed.is_unread.set(false);
    for (module, scope, _) in collected {
        estate.scopes.keep(scope, module.computed());
    }
}

/// Adds the resources of a module; of a described one with the place of its call.
fn collect_resources<'a>(
    module: &'a ModuleInstance<'a>,
    scope: usize,
    meaning: Option<(&Arc<ModuleMeaning>, Span)>,
    estate: &mut Estate,
) {
    for index in 0..module.config.resources.len() {
        if module.evaluation.incomplete.borrow().is_some() {
            return;
        }
        if let Some(expansion) = module.resource(index) {
            let declaration =
                expansion.instances.first().and_then(|first| declaration(first, scope, meaning));
            for instance in &expansion.instances {
                estate.instances.extend(finish(instance, declaration.as_ref()));
            }
        }
    }
}

fn block_source(config: &ModuleConfig, at: BlockRef) -> Option<BlockSource> {
    let tree = config.tree(at)?;
    Some(BlockSource { tree: tree.clone(), body: at.block.body, header: tree.span(at.block.header) })
}

/// The blocks that declare all instances of a resource.
fn declaration(
    instance: &ResourceInstance<'_>,
    scope: usize,
    meaning: Option<(&Arc<ModuleMeaning>, Span)>,
) -> Option<Arc<Declaration>> {
    let block = |at: &BlockRef| block_source(instance.module.config, *at);
    let overrides = instance.declared.overrides.iter().filter_map(block).collect();
    let mut own = block(&instance.declared.at)?;
    if let Some((_, header)) = meaning {
        own.header = header;
    }
    let meaning = meaning.map(|(meaning, _)| meaning.clone());
    Some(Arc::new(Declaration { block: own, overrides, scope, meaning }))
}

fn finish<'a>(
    instance: &'a ResourceInstance<'a>,
    declaration: Option<&Arc<Declaration>>,
) -> Option<Instance> {
    let mut body = instance.entries()?;
    let declared = instance.declared;
    super::secrets::check_body(instance, &body);
    // Rules see what the provider adds as if it were written.
    let added = match declared.mode {
        Mode::Managed => instance.answers().filter(|added| !added.is_empty()),
        // What another root module tells leads to its nodes.
        Mode::Data => instance.joined().cloned(),
        Mode::Ephemeral => None,
    };
    if let Some(added) = added {
        let items = Entries::of_block(body.items.iter().chain(added.iter()).cloned().collect());
        body = Arc::new(Entries { absent: body.absent.clone(), ..(*items).clone() });
    }
    Some(Instance {
        symbol: instance.symbol,
        address: instance.address.clone(),
        mode: declared.mode,
        type_: declared.type_.clone(),
        body,
        uncertain: instance.uncertain.clone(),
        declaration: declaration.cloned(),
        written: None,
        provider: instance.provider().unwrap_or(Value::NULL),
    })
}

fn describe_call<'a>(
    module: &'a ModuleInstance<'a>,
    declared: &NamedDecl,
    hole: Option<&UnloadedModule<'_>>,
) -> ModuleCall {
    let told = |name: &str| -> Value {
        let Some((tree, attribute)) = declared.attribute(module.config, name) else { return Value::NULL };
        match crate::estate::configuration::declare::string(tree, attribute.value) {
            Some(written) => written.into(),
            None => module.value(tree, attribute.value, &Repetition::SINGLE),
        }
    };
    let block = block_source(module.config, declared.at);
    // Arguments of a loaded module are the values of its variables; the call itself matters only for an unloaded module.
    let arguments = match (hole, declared.body(module.config)) {
        (Some(hole), Some((tree, body))) => {
            let each =
                hole.repetitions.iter().map(|repetition| body::arguments(module, tree, body, repetition));
            together(each.collect())
        }
        _ => Entries::of_block(Vec::new()),
    };
    ModuleCall {
        hole: hole.map(|hole| hole.symbol),
        failed: hole.map(|hole| hole.cause.clone()).filter(|cause| cause.kind != CauseKind::ModuleNotLoaded),
        meaning: hole.and_then(|hole| hole.meaning).cloned(),
        address: module.address.child(&declared.name, &InstanceKey::None),
        source: told("source"),
        version: told("version"),
        arguments,
        block,
    }
}

/// The arguments of all instances of a call: plain values for one instance, lists for several.
fn together(mut instances: Vec<Arc<Entries>>) -> Arc<Entries> {
    if instances.len() == 1
        && let Some(only) = instances.pop()
    {
        return only;
    }
    let mut all: BTreeMap<Str, Vec<Value>> = BTreeMap::new();
    for (name, value) in instances.iter().flat_map(|arguments| &arguments.items) {
        all.entry(name.clone()).or_default().push(value.clone());
    }
    Entries::of_block(all.into_iter().map(|(name, values)| (name, Value::tuple(values))).collect())
}

fn or_null(text: Option<&Str>) -> Value {
    text.map_or(Value::NULL, |text| text.clone().into())
}

fn describe(module: &ModuleInstance<'_>) -> Module {
    let config = module.config;
    let kind = if module.caller.is_none() { "root" } else { "child" };
    let request = module.evaluation.request;
    // Rules look at the place of a root module, which may be put together from files that lie elsewhere.
    let dir = if module.caller.is_none() { request.root } else { &*module.dir };
    let path = request.project.path_from(request.base, dir);
    // A setting that no file declares may be in a file that could not be read.
    let unread = config.incomplete.as_ref().or(config.unread_settings.as_ref());
    let declared = |setting: Option<&(Str, Span)>| match (setting, unread) {
        (Some((text, _)), _) => text.clone().into(),
        (None, Some(cause)) => Value::unknown(cause.clone()),
        (None, None) => Value::NULL,
    };
    let run_by = match config.is_stack {
        // One that another stack embeds too.
        true => Some(STACKS),
        false => module.evaluation.request.run_by.filter(|_| module.caller.is_none()),
    };
    let facts = Entries::of_block(vec![
        ("path".into(), path.as_str().into()),
        ("kind".into(), kind.into()),
        ("required_version".into(), declared(config.required_version.as_ref())),
        ("backend".into(), declared(config.backend.as_ref())),
        (
            "resources".into(),
            crate::value::count(
                config.resources.iter().filter(|resource| resource.mode == Mode::Managed).count(),
            ),
        ),
        ("providers".into(), crate::value::count(config.providers.len())),
        ("files".into(), Value::tuple(config.files.iter().map(|name| name.clone().into()).collect())),
        ("calls".into(), crate::value::count(config.calls.len())),
        ("run_by".into(), run_by.map_or(Value::NULL, Value::from)),
    ]);
    let first_block = || {
        config
            .trees
            .iter()
            .find_map(|tree| tree.blocks(tree.root()).first().map(|block| tree.span(block.header)))
    };
    let required: Vec<_> = config
        .required_providers
        .iter()
        .map(|requirement| {
            let facts = Entries::of_block(vec![
                ("name".into(), requirement.name.clone().into()),
                ("source".into(), or_null(requirement.source.as_ref())),
                ("version".into(), or_null(requirement.version.as_ref())),
                ("module".into(), path.as_str().into()),
                ("kind".into(), kind.into()),
            ]);
            (facts, requirement.span)
        })
        .collect();
    Module {
        address: module.address.clone(),
        dir: dir.to_path_buf(),
        files: config.trees.iter().map(|tree| tree.file).collect(),
        facts,
        span: config.terraform.or_else(first_block),
        requirements: required,
        variables: declarations(config, &config.variables),
        outputs: declarations(config, &config.outputs),
    }
}

/// `variable` and `output` blocks as rules see them.
fn declarations(config: &ModuleConfig, all: &[NamedDecl]) -> Vec<DeclaredName> {
    let declaration = |declared: &NamedDecl| {
        let text = |name: &str| {
            declared.attribute(config, name).map_or(Value::NULL, |(tree, attribute)| {
                constant(tree, attribute.value)
                    .unwrap_or_else(|| tree.slice(tree.expr(attribute.value).range).into())
            })
        };
        let facts = Entries::of_block(vec![
            ("name".into(), declared.name.clone().into()),
            ("type".into(), text("type")),
            ("description".into(), text("description")),
            ("sensitive".into(), text("sensitive")),
            ("has_default".into(), declared.attribute(config, "default").is_some().into()),
        ]);
        DeclaredName { name: declared.name.clone(), facts, block: block_source(config, declared.at) }
    };
    all.iter().map(declaration).collect()
}

fn constant(tree: &Tree, expr: crate::syntax::tree::ExprId) -> Option<Value> {
    match tree.expr(expr).kind {
        ExprKind::String(text) => Some(tree.text(text).into()),
        ExprKind::Bool(value) => Some(value.into()),
        _ => None,
    }
}
