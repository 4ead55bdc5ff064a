//! The way back: which blocks declare an instance, and where a value of it was decided.
//!
//! `multi_az = var.multi_az` in a module says where a value is used. To change it one has to edit the argument of the call, the local
//! value, the line of the values file or the default of the variable. This module follows references from the attribute to that
//! place, through any number of modules. It follows plain references only (`var.a.b`, `local.c[0]`, `each.value.d`,
//! `module.m.output`): any other expression is itself the place that decides.

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::assumptions::{AssumedValues, Assumption};
use super::configuration::declare::ModuleConfig;
pub use super::decided_by::DecidedBy;
use super::locate::{LocatedAttribute, locate};
use super::passed::{self, ModuleValues};
pub(super) use super::position::{Position, Repeated};
use super::variables::InputVariables;
use super::{BlockSource, ModuleCall, ModuleMeaning};
use crate::address::{InstanceKey, ModuleAddress};
use crate::budget::Meter;
use crate::syntax::tree::{ExprId, Tree};
use crate::text::{FileId, Range, Span};
use crate::value::{Step, Value};

/// The most references that are followed: a cycle of them has no end.
const MAX_STEPS: usize = 64;

/// The blocks that declare a resource, and the module instance that contains them.
#[derive(Clone, Debug)]
pub struct Declaration {
    pub block: BlockSource,
    /// Blocks of override files for the same resource, in order: the last one that sets an argument wins.
    pub overrides: Vec<BlockSource>,
    /// The index of the module instance in [`Scopes`].
    pub scope: usize,
    /// The description that it stands in, if the module is not there: then the header is that of the call.
    pub meaning: Option<Arc<ModuleMeaning>>,
}

/// The module instance of values that a file outside of the configuration gives: what they refer to is not in it.
const NOWHERE: usize = usize::MAX;

/// What the way back needs of a module instance.
#[derive(Debug)]
pub(super) struct DeclaredModule {
    pub(super) config: Arc<ModuleConfig>,
    pub(super) call: Option<CallSite>,
    pub(super) values: ModuleValues,
}

/// The call that made a module instance.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CallSite {
    /// The index of the calling module instance.
    pub scope: usize,
    /// The index of the call in the caller's configuration.
    pub call: usize,
    /// The key of the called instance.
    pub key: InstanceKey,
}

/// All module instances of an estate, and the places that give the root variables their values.
#[derive(Debug, Default)]
pub struct Scopes {
    pub(super) scopes: Vec<DeclaredModule>,
    pub(super) called: FxHashMap<CallSite, usize>,
    given: InputVariables,
    /// The files of descriptions of modules that are not there: nobody can change them.
    descriptions: FxHashSet<FileId>,
    /// The assumptions that answered unknowns.
    assumed: AssumedValues,
}

/// The place of an instance's attribute, and the place that decides its value if that is another one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Provenance {
    /// The place of the attribute or nested block.
    pub at: Span,
    /// The deciding place, and its kind.
    pub decided: Option<(Span, DecidedBy)>,
}

/// A variable or local value of a module instance.
#[derive(Clone, Debug)]
pub struct NamedValue {
    pub value: Value,
    /// Where it is declared.
    pub place: Option<Span>,
    /// The place that decides its value, and its kind; `None` if no file does.
    pub decided: Option<(Span, DecidedBy)>,
}

/// Where a reference leads: the next expression, the place whose value it is, and the kind of that place.
pub(super) type Next<'s> = (Position<'s>, Span, DecidedBy);

impl Scopes {
    /// Without any module instances yet.
    #[must_use]
    pub fn new(given: InputVariables) -> Self {
        Self { given, ..Self::default() }
    }

    /// Keeps the assumptions that answered unknowns.
    pub(super) fn rest_on(&mut self, assumed: Vec<Assumption>) {
        self.assumed = AssumedValues::new(assumed);
    }

    /// Adds a module instance and returns its index.
    pub fn add(&mut self, config: Arc<ModuleConfig>, call: Option<CallSite>) -> usize {
        let index = self.scopes.len();
        if let Some(call) = &call {
            self.called.insert(call.clone(), index);
        }
        self.scopes.push(DeclaredModule { config, call, values: ModuleValues::default() });
        index
    }

    /// Adds an instance of a module that is not there, by its description, and returns its index.
    pub(super) fn add_description(&mut self, config: Arc<ModuleConfig>, call: Option<CallSite>) -> usize {
        self.descriptions.extend(config.trees.iter().map(|tree| tree.file));
        self.add(config, call)
    }

    /// Keeps the values that a module instance has computed: they tell which of several parts of an expression its value comes from.
    pub(super) fn keep(&mut self, scope: usize, values: ModuleValues) {
        if let Some(module) = self.scopes.get_mut(scope) {
            module.values = values;
        }
    }

    /// The places where an attribute or nested block of an instance is set and decided. `None` if none of its blocks sets it.
    #[must_use]
    pub fn find(&self, declaration: &Declaration, key: &InstanceKey, path: &[Step]) -> Option<Provenance> {
        let (block, found) = declaration.blocks().rev().find_map(|block| {
            locate(&block.tree, block.body, path).map(|found: LocatedAttribute| (block, found))
        })?;
        let at = block.tree.span(found.range);
        let decided = found.value.and_then(|(expr, rest)| {
            let for_each = declaration.attribute("for_each");
            let start =
                Position::new(declaration.scope, &block.tree, expr, rest, Some(Repeated { key, for_each }));
            let decided = self.decided(self.in_dynamics(start, &block.tree, &found.iterators));
            // The argument of the call decides what a description says, or the call as it stands.
            match declaration.meaning {
                Some(_) => decided.or_else(|| self.argument_in(declaration.scope, &block.tree, expr)),
                None => decided,
            }
        });
        if declaration.meaning.is_none() {
            return Some(Provenance { at, decided });
        }
        let at = decided.map_or(declaration.block.header, |(span, _)| span);
        Some(Provenance { at, decided: None })
    }

    /// The first argument of the call of a described module that an expression of the description uses, through its local values.
    fn argument_in(&self, scope: usize, tree: &Tree, expr: ExprId) -> Option<(Span, DecidedBy)> {
        let described = self.scopes.get(scope)?;
        let site = described.call.as_ref()?;
        let caller = &*self.scopes.get(site.scope)?.config;
        let call = caller.calls.get(site.call)?;
        let mut left = vec![expr];
        let mut seen = FxHashSet::default();
        while let Some(expr) = left.pop() {
            let mut inner = Vec::new();
            for (root, name) in names_in(tree, expr) {
                if root == "var" {
                    if let Some((tree, attribute)) = call.attribute(caller, name) {
                        return Some((tree.span(tree.attribute_range(&attribute)), DecidedBy::Argument));
                    }
                } else if root == "local"
                    && let Some(local) = described.config.local(name).filter(|local| seen.insert(*local))
                {
                    inner.extend(described.config.locals.get(local).map(|local| local.value));
                }
            }
            left.extend(inner.into_iter().rev());
        }
        None
    }

    /// The places where an argument of a module call is set and decided.
    #[must_use]
    pub fn find_argument(&self, call: &ModuleCall, path: &[Step]) -> Option<Provenance> {
        let mut calls: Vec<(&str, InstanceKey)> = call.address.calls().collect();
        calls.pop()?;
        let scope = self.called_by(calls)?;
        let block = call.block.clone()?;
        let declaration = Declaration { block, overrides: Vec::new(), scope, meaning: None };
        self.find(&declaration, &InstanceKey::None, path)
    }

    /// The place that decides the value of a variable of the root module; `None` if no file does.
    #[must_use]
    pub fn find_variable(&self, name: &str) -> Option<(Span, DecidedBy)> {
        let root = self.root()?;
        let (next, place, by) = self.variable(self.scopes.get(root)?, root, name, Vec::new())?;
        Some(self.decided(next).unwrap_or((place, by)))
    }

    /// A variable or local value of a module instance (`kind` is `var` or `local`): its value as far as it was evaluated, where it is
    /// declared, and the place that decides. `module` is the address of the instance; empty for the root module.
    #[must_use]
    pub fn named_value(&self, module: &ModuleAddress, kind: &str, name: &str) -> Option<NamedValue> {
        let scope = self.called_by(module.calls())?;
        let DeclaredModule { config, values, .. } = self.scopes.get(scope)?;
        if kind == "local" {
            let index = config.local(name)?;
            let local = config.locals.get(index)?;
            let tree = config.trees.get(local.tree)?;
            let place = tree.span(tree.expr(local.value).range);
            let decided = self.way(scope, tree, local.value, &InstanceKey::None, None).pop();
            let decided = Some(decided.unwrap_or((place, DecidedBy::Local)));
            let value = values.locals.get(index)?.clone()?;
            return Some(NamedValue { value, place: Some(tree.span(local.range)), decided });
        }
        let index = config.variable(name)?;
        let place = config.variables.get(index)?.span(config);
        let value = values.variables.get(index)?.clone()?;
        Some(NamedValue { value, place, decided: self.way_of_variable(scope, name).pop() })
    }

    /// The index of the module instance to which these calls lead, from the root module on.
    fn called_by<'c>(&self, calls: impl IntoIterator<Item = (&'c str, InstanceKey)>) -> Option<usize> {
        calls.into_iter().try_fold(self.root()?, |scope, (name, key)| {
            let call = self.scopes.get(scope)?.config.call(name)?;
            self.called.get(&CallSite { scope, call, key }).copied()
        })
    }

    /// The index of the root module.
    pub(super) fn root(&self) -> Option<usize> {
        self.scopes.iter().position(|scope| scope.call.is_none())
    }

    /// The places that decide the value of an expression of a module instance, each the reason for the one before it.
    #[must_use]
    pub fn way(
        &self,
        scope: usize,
        tree: &Tree,
        expr: ExprId,
        key: &InstanceKey,
        for_each: Option<(&Tree, ExprId)>,
    ) -> Vec<(Span, DecidedBy)> {
        let repeated = Some(Repeated { key, for_each });
        self.way_from(Position::new(scope, tree, expr, Vec::new(), repeated)).unwrap_or_default()
    }

    /// The places that decide the value of a variable of a module instance.
    #[must_use]
    pub fn way_of_variable(&self, scope: usize, name: &str) -> Vec<(Span, DecidedBy)> {
        let module = self.scopes.get(scope);
        let Some((next, place, by)) =
            module.and_then(|module| self.variable(module, scope, name, Vec::new()))
        else {
            return Vec::new();
        };
        let further = self.way_from(next).unwrap_or_default();
        std::iter::once((place, by)).chain(further).collect()
    }

    /// Follows references to the last place that certainly decides and that somebody can change.
    pub(super) fn decided(&self, first: Position<'_>) -> Option<(Span, DecidedBy)> {
        let mut way = self.way_from(first)?;
        way.retain(|(span, _)| !self.descriptions.contains(&span.file));
        way.pop()
    }

    /// Follows references, and gives every place that certainly decides. `None` if there are too many: a circle has no end.
    pub(super) fn way_from(&self, first: Position<'_>) -> Option<Vec<(Span, DecidedBy)>> {
        let meter = Meter::of_question(passed::MAX_COST);
        let mut decided = Vec::new();
        let mut current = first;
        // The place whose expression is followed, and whether that went on to a part of it.
        let mut whole = (current.tree.span(current.tree.expr(current.expr).range), DecidedBy::Part);
        let mut is_part = false;
        for _ in 0..MAX_STEPS {
            if !current.descend() {
                // The part is not set there: a default of its type, or the provider, decides.
                return Some(decided);
            }
            // Names that the expression itself gives hide others.
            if let Some(part) = self.handed_on(&current, &meter) {
                (current, is_part) = (part, true);
                continue;
            }
            let Some((next, place, by)) = self.next(&current) else { break };
            let place = next.part().map(|range| next.tree.span(range)).or_else(|| {
                // `for_each = var.x` only says where the element comes from.
                (by != DecidedBy::Element).then_some(place)
            });
            decided.extend(place.map(|place| (place, by)));
            whole = (next.tree.span(next.tree.expr(next.expr).range), by);
            (current, is_part) = (next, false);
        }
        if self.next(&current).is_some() {
            return None;
        }
        if is_part {
            let place = current.tree.span(current.place());
            match decided.last_mut() {
                Some((last, by)) if *by == whole.1 && is_below(current.tree, *last, place) => *last = place,
                Some((_, by)) if *by == whole.1 => {}
                _ if whole.1 == DecidedBy::Element || is_below(current.tree, whole.0, place) => {
                    decided.push((place, whole.1));
                }
                _ => {}
            }
        }
        Some(decided)
    }

    /// Where a plain reference leads.
    pub(super) fn next<'s>(&'s self, from: &Position<'s>) -> Option<Next<'s>> {
        let (root, mut steps) = from.reference()?;
        let scope = self.scopes.get(from.scope)?;
        let config = &*scope.config;
        // Addresses of assumptions are those that the root module uses.
        if scope.call.is_none()
            && !self.assumed.is_empty()
            && let Some(assumed) = self.assumption(root, &steps, from.scope)
        {
            return Some(assumed);
        }
        let first = match steps.first() {
            Some(Step::Key(name)) => name.clone(),
            _ => return None,
        };
        match root {
            "var" => {
                steps.remove(0);
                self.variable(scope, from.scope, &first, steps)
            }
            "local" => {
                steps.remove(0);
                let local = config.locals.get(config.local(&first)?)?;
                let tree = config.trees.get(local.tree)?;
                let next = Position::new(from.scope, tree, local.value, steps, None);
                Some((next, tree.span(local.range), DecidedBy::Local))
            }
            "each" if first.as_str() == "value" => {
                steps.remove(0);
                let repeated = from.repeated?;
                let (tree, expr) = repeated.for_each?;
                let InstanceKey::String(key) = repeated.key else { return None };
                let mut path = vec![Step::Key(key.as_str().into())];
                path.extend(steps);
                let next = Position::new(from.scope, tree, expr, path, None);
                Some((next, tree.span(tree.expr(expr).range), DecidedBy::Element))
            }
            "module" => self.output(config, from.scope, &first, steps),
            _ => None,
        }
    }

    /// The assumption that answered what a reference leads to.
    fn assumption<'s>(&'s self, root: &str, steps: &[Step], scope: usize) -> Option<Next<'s>> {
        let mut address = String::from(root);
        for step in steps {
            match step {
                Step::Key(name) => {
                    address.push('.');
                    address.push_str(name);
                }
                Step::Index(index) => {
                    address.push('[');
                    address.push_str(&index.to_string());
                    address.push(']');
                }
            }
            if let Some((_, assumption)) = self.assumed.of(&address) {
                let (tree, expr) = &assumption.written;
                let next = Position::new(scope, tree, *expr, Vec::new(), None);
                let place = tree.span(tree.expr(*expr).range);
                return Some((next, place, DecidedBy::Assumption));
            }
        }
        None
    }

    fn variable<'s>(
        &'s self,
        scope: &'s DeclaredModule,
        index: usize,
        name: &str,
        path: Vec<Step>,
    ) -> Option<Next<'s>> {
        let declared = scope.config.variables.get(scope.config.variable(name)?)?;
        // A finding would quote the line of a sensitive variable.
        if declared.is_true(&scope.config, "sensitive") {
            return None;
        }
        match &scope.call {
            Some(site) => {
                let caller = &*self.scopes.get(site.scope)?.config;
                let call = caller.calls.get(site.call)?;
                if let Some((tree, attribute)) = call.attribute(caller, name) {
                    let for_each = call
                        .attribute(caller, "for_each")
                        .map(|(tree, attribute)| (&**tree, attribute.value));
                    let next = Position::new(
                        site.scope,
                        tree,
                        attribute.value,
                        path,
                        Some(Repeated { key: &site.key, for_each }),
                    );
                    return Some((next, tree.span(tree.attribute_range(&attribute)), DecidedBy::Argument));
                }
            }
            None => {
                if let Some((tree, attribute, by)) = self.given.place(name) {
                    let next = Position::new(NOWHERE, tree, attribute.value, path, None);
                    return Some((next, tree.span(tree.attribute_range(attribute)), by));
                }
            }
        }
        let (tree, attribute) = declared.attribute(&scope.config, "default")?;
        let is_given = scope.call.is_none() && self.given.get(name).is_some();
        if is_given && !self.given.is_default(name, tree, attribute.value) {
            return None;
        }
        let next = Position::new(index, tree, attribute.value, path, None);
        Some((next, tree.span(tree.attribute_range(&attribute)), DecidedBy::Default))
    }

    /// Follows `module.name.output` and `module.name[key].output`.
    fn output<'s>(
        &'s self,
        config: &'s ModuleConfig,
        scope: usize,
        name: &str,
        steps: Vec<Step>,
    ) -> Option<Next<'s>> {
        let call = config.call(name)?;
        let repeats = config.calls.get(call).is_some_and(|declared| {
            ["count", "for_each"].iter().any(|name| declared.attribute(config, name).is_some())
        });
        let mut steps = steps.into_iter().skip(1);
        let key = match (repeats, if repeats { steps.next() } else { None }) {
            (false, _) => InstanceKey::None,
            (true, Some(Step::Index(index))) => InstanceKey::Int(index),
            (true, Some(Step::Key(key))) => InstanceKey::String(key.as_str().into()),
            (true, None) => return None,
        };
        let Some(Step::Key(output)) = steps.next() else { return None };
        let child = *self.called.get(&CallSite { scope, call, key })?;
        let config = &*self.scopes.get(child)?.config;
        let declared = config.outputs.get(config.output(&output)?)?;
        let (tree, attribute) = declared.attribute(config, "value")?;
        let next = Position::new(child, tree, attribute.value, steps.collect(), None);
        Some((next, tree.span(tree.attribute_range(&attribute)), DecidedBy::Output))
    }
}

/// Whether a place starts on a later line than another one before it in the file.
fn is_below(tree: &Tree, first: Span, place: Span) -> bool {
    let between = Range::new(first.range.start, place.range.start.max(first.range.start));
    first.file == place.file && tree.slice(between).contains('\n')
}

/// The variables and local values that an expression of a description names, in the order of the text.
fn names_in(tree: &Tree, expr: ExprId) -> impl Iterator<Item = (&str, &str)> {
    let text = tree.slice(tree.expr(expr).range);
    let words = text.split(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-' | '.')));
    words.filter_map(|word| {
        let (root, rest) = word.split_once('.')?;
        let name = rest.split('.').next()?;
        ["var", "local"].contains(&root).then_some((root, name))
    })
}

impl Declaration {
    /// Its own block, followed by those of override files.
    pub fn blocks(&self) -> impl DoubleEndedIterator<Item = &BlockSource> {
        std::iter::once(&self.block).chain(&self.overrides)
    }

    pub(super) fn attribute(&self, name: &str) -> Option<(&Tree, ExprId)> {
        self.blocks().rev().find_map(|block| {
            let attribute = block.tree.attribute(block.tree.body(block.body), name)?;
            Some((&*block.tree, attribute.value))
        })
    }
}
