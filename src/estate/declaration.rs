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
use super::variables::InputVariables;
use super::{BlockSource, ModuleCall, ModuleMeaning};
use crate::address::InstanceKey;
use crate::syntax::tree::{ExprId, ExprKind, Tree};
use crate::text::Span;
use crate::value::Step;

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
    called: FxHashMap<CallSite, usize>,
    given: InputVariables,
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

/// An expression, its module instance and repetition, and the rest of the path into its value.
pub(super) struct Position<'s> {
    pub(super) scope: usize,
    pub(super) tree: &'s Tree,
    pub(super) expr: ExprId,
    pub(super) path: Vec<Step>,
    pub(super) repeated: Option<Repeated<'s>>,
}

/// The meaning of `each` and `count` around an expression.
#[derive(Clone, Copy)]
pub(super) struct Repeated<'s> {
    pub(super) key: &'s InstanceKey,
    pub(super) for_each: Option<(&'s Tree, ExprId)>,
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
        self.scopes.push(DeclaredModule { config, call });
        index
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
            let decided = self.decided(Position {
                scope: declaration.scope,
                tree: &block.tree,
                expr,
                path: rest,
                repeated: Some(Repeated { key, for_each }),
            });
            // Nobody can change a description: the argument of the call decides, or the call as it stands.
            let Some(meaning) = &declaration.meaning else { return decided };
            let is_own = |(span, _): &(Span, DecidedBy)| {
                meaning.config.trees.iter().all(|tree| tree.file != span.file)
            };
            decided.filter(is_own).or_else(|| self.argument_in(declaration.scope, &block.tree, expr))
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
        let calls: Vec<(&str, InstanceKey)> = call.address.calls().collect();
        let (_, outer) = calls.split_last()?;
        let mut scope = self.root()?;
        for (name, key) in outer {
            let call = self.scopes.get(scope)?.config.call(name)?;
            scope = *self.called.get(&CallSite { scope, call, key: key.clone() })?;
        }
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
        self.way_from(Position { scope, tree, expr, path: Vec::new(), repeated }).unwrap_or_default()
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

    /// Follows references to the last place that certainly decides.
    pub(super) fn decided(&self, first: Position<'_>) -> Option<(Span, DecidedBy)> {
        self.way_from(first)?.pop()
    }

    /// Follows references, and gives every place that certainly decides. `None` if there are too many: a circle has no end.
    fn way_from(&self, first: Position<'_>) -> Option<Vec<(Span, DecidedBy)>> {
        let mut decided = Vec::new();
        let mut current = first;
        for _ in 0..MAX_STEPS {
            if !current.descend() {
                // The part is not set there: a default of its type, or the provider, decides.
                return Some(decided);
            }
            let Some((next, place, by)) = self.next(&current) else { return Some(decided) };
            match (next.part(), by) {
                (Some(range), _) => decided.push((next.tree.span(range), by)),
                // `for_each = var.x` only says where the element comes from.
                (None, DecidedBy::Element) => {}
                (None, _) => decided.push((place, by)),
            }
            current = next;
        }
        None
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
                let next =
                    Position { scope: from.scope, tree, expr: local.value, path: steps, repeated: None };
                Some((next, tree.span(local.range), DecidedBy::Local))
            }
            "each" if first.as_str() == "value" => {
                steps.remove(0);
                let repeated = from.repeated?;
                let (tree, expr) = repeated.for_each?;
                let InstanceKey::String(key) = repeated.key else { return None };
                let mut path = vec![Step::Key(key.as_str().into())];
                path.extend(steps);
                let next = Position { scope: from.scope, tree, expr, path, repeated: None };
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
                let next = Position { scope, tree, expr: *expr, path: Vec::new(), repeated: None };
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
                    let next = Position {
                        scope: site.scope,
                        tree,
                        expr: attribute.value,
                        path,
                        repeated: Some(Repeated { key: &site.key, for_each }),
                    };
                    return Some((next, tree.span(tree.attribute_range(&attribute)), DecidedBy::Argument));
                }
            }
            None => {
                if let Some((tree, attribute, by)) = self.given.place(name) {
                    let next = Position { scope: NOWHERE, tree, expr: attribute.value, path, repeated: None };
                    return Some((next, tree.span(tree.attribute_range(attribute)), by));
                }
            }
        }
        let (tree, attribute) = declared.attribute(&scope.config, "default")?;
        let is_given = scope.call.is_none() && self.given.get(name).is_some();
        if is_given && !self.given.is_default(name, tree, attribute.value) {
            return None;
        }
        let next = Position { scope: index, tree, expr: attribute.value, path, repeated: None };
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
        let next =
            Position { scope: child, tree, expr: attribute.value, path: steps.collect(), repeated: None };
        Some((next, tree.span(tree.attribute_range(&attribute)), DecidedBy::Output))
    }
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

impl<'s> Position<'s> {
    /// Follows the path into literal objects and tuples. False if the path leads to a part that is not set there.
    pub(super) fn descend(&mut self) -> bool {
        loop {
            match self.tree.expr(self.expr).kind {
                ExprKind::Parens(inner) | ExprKind::Wrapped(inner) => self.expr = inner,
                kind => {
                    if self.path.is_empty() {
                        return true;
                    }
                    let step = self.path.remove(0);
                    match (super::locate::element(self.tree, kind, &step), kind) {
                        (Some((_, inner)), _) => self.expr = inner,
                        (None, ExprKind::Object(_) | ExprKind::Tuple(_)) => return false,
                        // The result of a computation is not looked into.
                        (None, _) => {
                            self.path.insert(0, step);
                            return true;
                        }
                    }
                }
            }
        }
    }

    /// The range of the item of a literal object or tuple that the path leads to.
    fn part(&self) -> Option<crate::text::Range> {
        super::locate::locate_expr(self.tree, self.expr, &self.path)
    }

    /// The root name of a plain reference, and all steps after it, including those of the path.
    pub(super) fn reference(&self) -> Option<(&'s str, Vec<Step>)> {
        let tree: &'s Tree = self.tree;
        let mut steps: Vec<Step> = self.path.iter().rev().cloned().collect();
        let mut expr = self.expr;
        loop {
            match tree.expr(expr).kind {
                ExprKind::Parens(inner) | ExprKind::Wrapped(inner) => expr = inner,
                ExprKind::Attribute { base, name } => {
                    steps.push(Step::Key(tree.text(name).into()));
                    expr = base;
                }
                ExprKind::Index { base, key } => {
                    steps.push(self.key(key)?);
                    expr = base;
                }
                ExprKind::Variable(name) => {
                    steps.reverse();
                    return Some((tree.text(name), steps));
                }
                _ => return None,
            }
        }
    }

    /// A literal key, or the key of the instance: `each.key`, `count.index`.
    fn key(&self, expr: ExprId) -> Option<Step> {
        let tree = self.tree;
        match tree.expr(expr).kind {
            ExprKind::String(text) => Some(Step::Key(tree.text(text).into())),
            ExprKind::Number(text) => tree.text(text).parse().ok().map(Step::Index),
            ExprKind::Parens(inner) => self.key(inner),
            ExprKind::Attribute { base, name } => {
                let ExprKind::Variable(root) = tree.expr(base).kind else { return None };
                match (tree.text(root), tree.text(name), self.repeated?.key) {
                    ("each", "key", InstanceKey::String(key)) => Some(Step::Key(key.as_str().into())),
                    ("count", "index", InstanceKey::Int(index)) => Some(Step::Index(*index)),
                    _ => None,
                }
            }
            _ => None,
        }
    }
}
