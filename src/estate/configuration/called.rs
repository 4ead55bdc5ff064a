//! Modules that calls lead to: those that are loaded, those that are not, and descriptions that stand in for these.

use std::cell::OnceCell;
use std::path::Path;
use std::sync::Arc;

use super::Repetition;
use super::expand::{CallExpansion, Repetitions, weight, within_budget};
use super::find::Missing;
use super::module::{Caller, ModuleInstance};
use crate::address::InstanceKey;
use crate::diagnostic::Diagnostic;
use crate::estate::configuration::declare::{BlockRef, ModuleConfig};
use crate::estate::{MissingCall, ModuleMeaning, Symbol, SymbolKind};
use crate::syntax::tree::{BodyId, Tree};
use crate::value::{Cause, Str, SymbolId};

/// A call of a module that is not loaded.
pub(super) struct UnloadedModule<'a> {
    /// The symbol in the origins of its outputs.
    pub(super) symbol: SymbolId,
    pub(super) cause: Arc<Cause>,
    /// The repetitions that `count` or `for_each` give.
    pub(super) repetitions: Vec<Arc<Repetition>>,
    /// What it stands for all the same.
    pub(super) meaning: Option<&'a Arc<ModuleMeaning>>,
}

/// A call whose module is not there: a gap, or what the model says that it stands for.
pub(super) fn unloaded<'a>(
    module: &'a ModuleInstance<'a>,
    index: usize,
    missing: Missing,
    repetitions: Repetitions,
    manifest_key: String,
) -> CallExpansion<'a> {
    let evaluation = module.evaluation;
    let declared = module.config.calls.get(index);
    let span = declared.and_then(|declared| declared.span(module.config));
    let name = declared.map(|declared| declared.name.as_str()).unwrap_or_default();
    let address = module.address.child(name, &InstanceKey::None);
    let fetched = missing.fetched().map(|(fetched, is_stale)| (fetched.clone(), is_stale));
    let cause = missing.report(module, address.as_str(), span);
    let symbol = evaluation.add_symbol(Symbol {
        address: address.text().clone(),
        type_: Str::new(),
        kind: SymbolKind::UnloadedModule,
        is_narrowed: false,
    });
    let facts = evaluation.request.facts;
    // A plan shows what is in the module.
    let meaning = fetched.as_ref().filter(|_| evaluation.request.planned.is_none());
    let meaning =
        meaning.and_then(|(fetched, _)| facts.meaning_of(&fetched.source, fetched.version.as_deref()));
    let weight = meaning.map_or(1, |meaning| weight(&meaning.config));
    let repetitions = within_budget(module, repetitions, weight, span);
    if let Some((fetched, is_stale)) = fetched {
        evaluation.missing.borrow_mut().push(MissingCall {
            source: fetched.source,
            version: fetched.version,
            address: address.clone(),
            span,
            home: evaluation.request.home().to_owned(),
            instances: repetitions.all.len(),
            is_stale,
            meaning: meaning.cloned(),
        });
    }
    let described = Some(cause.clone());
    let instances = meaning.map_or_else(Vec::new, |meaning| {
        let (config, dir) = (&*meaning.config, Arc::from(module.dir.as_ref()));
        CalledModule { module, index, config, dir, manifest_key, described }.instances(&repetitions)
    });
    CallExpansion {
        repeats: repetitions.repeats,
        instances,
        uncertain: repetitions.uncertain,
        by_key: OnceCell::new(),
        hole: Some(UnloadedModule { symbol, cause, repetitions: repetitions.all, meaning }),
    }
}

/// The module of a call, and what its instances have in common.
pub(super) struct CalledModule<'a> {
    pub(super) module: &'a ModuleInstance<'a>,
    /// The index of the call.
    pub(super) index: usize,
    pub(super) config: &'a ModuleConfig,
    pub(super) dir: Arc<Path>,
    pub(super) manifest_key: String,
    /// See [`ModuleInstance::described`].
    pub(super) described: Option<Arc<Cause>>,
}

impl<'a> CalledModule<'a> {
    pub(super) fn instances(&self, repetitions: &Repetitions) -> Vec<(InstanceKey, &'a ModuleInstance<'a>)> {
        let module = self.module;
        let name = module.config.calls.get(self.index).map(|call| call.name.as_str()).unwrap_or_default();
        let instance = |repetition: &Arc<Repetition>| {
            let key = repetition.key.clone();
            let caller = Caller {
                module,
                call: self.index,
                repetition: repetition.clone(),
                uncertain: repetitions.uncertain.clone(),
            };
            let instance = ModuleInstance::new(
                module.evaluation,
                self.config,
                self.dir.clone(),
                module.address.child(name, &key),
                self.manifest_key.clone(),
                Some(caller),
                self.described.clone(),
            );
            (key, instance)
        };
        repetitions.all.iter().map(instance).collect()
    }
}

impl ModuleConfig {
    /// Reads the declarations in a body of a tree: a description of a module.
    #[must_use]
    pub fn described(tree: &Arc<Tree>, body: BodyId) -> (Self, Vec<Diagnostic>) {
        let mut config = Self::default();
        config.trees.push(tree.clone());
        config.first_override = 1;
        let mut problems = Vec::new();
        for block in tree.blocks(tree.body(body)) {
            config.declare(tree, BlockRef { tree: 0, block: *block }, &mut problems);
        }
        (config, problems)
    }
}
