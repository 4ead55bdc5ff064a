//! The way back: which blocks made an instance, and where a value of it was decided.
//!
//! `multi_az = var.multi_az` in a module says where a value is used. Who wants to change it must go to the argument of the call, the
//! local value, the line of the values file or the default of the variable. This module follows references from the attribute to
//! that place, over any number of modules. It follows plain references only (`var.a.b`, `local.c[0]`, `each.value.d`,
//! `module.m.output`): an expression that computes its value is where the value is decided.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::BlockSource;
use super::configuration::declare::ModuleConfig;
use super::locate::{LocatedAttribute, locate};
use super::variables::InputVariables;
use crate::address::InstanceKey;
use crate::syntax::tree::{ExprId, ExprKind, Tree};
use crate::text::Span;
use crate::value::Step;

/// References are followed no further than this: a circle of them has no end.
const MAX_STEPS: usize = 64;

/// The blocks that declare a resource, and the module instance that they stand in.
#[derive(Clone, Debug)]
pub struct Declaration {
    /// The block.
    pub block: BlockSource,
    /// Blocks of override files for the same resource, in order: the last one that sets an argument counts.
    pub overrides: Vec<BlockSource>,
    /// Index of the module instance in [`Scopes`].
    pub scope: usize,
}

/// A module instance, as far as the way back needs it.
#[derive(Debug)]
struct DeclaredModule {
    config: Arc<ModuleConfig>,
    call: Option<CallSite>,
}

/// The call that made a module instance.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CallSite {
    /// Index of the module instance that calls.
    pub scope: usize,
    /// Index of the call in its configuration.
    pub call: usize,
    /// The key of the called instance.
    pub key: InstanceKey,
}

/// All module instances of an estate, and where the variables of the root got their values.
#[derive(Debug, Default)]
pub struct Scopes {
    scopes: Vec<DeclaredModule>,
    called: FxHashMap<CallSite, usize>,
    given: InputVariables,
}

/// What decided a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DecidedBy {
    /// An entry of `locals`.
    Local,
    /// An argument of a module call.
    Argument,
    /// A line of a file of variable values.
    Values,
    /// The default of a variable.
    Default,
    /// An output of a called module.
    Output,
    /// An element of `for_each`.
    Element,
}

/// Where an attribute of an instance is written, and where its value was decided if that is elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Provenance {
    /// The attribute or nested block.
    pub at: Span,
    /// The place that decides, and what it is.
    pub decided: Option<(Span, DecidedBy)>,
}

/// An expression with the rest of a path into its value, where it stands, and what repeats there.
struct Position<'s> {
    scope: usize,
    tree: &'s Tree,
    expr: ExprId,
    path: Vec<Step>,
    repeated: Option<Repeated<'s>>,
}

/// What `each` and `count` mean around an expression.
#[derive(Clone, Copy)]
struct Repeated<'s> {
    key: &'s InstanceKey,
    for_each: Option<(&'s Tree, ExprId)>,
}

/// What a reference leads to: another expression, and the place that it is the value of.
type Next<'s> = (Position<'s>, Span, DecidedBy);

impl Scopes {
    /// No module instances yet.
    #[must_use]
    pub fn new(given: InputVariables) -> Self {
        Self { given, ..Self::default() }
    }

    /// Adds a module instance; gives its index.
    pub fn add(&mut self, config: Arc<ModuleConfig>, call: Option<CallSite>) -> usize {
        let index = self.scopes.len();
        if let Some(call) = &call {
            self.called.insert(call.clone(), index);
        }
        self.scopes.push(DeclaredModule { config, call });
        index
    }

    /// Where an attribute or nested block of an instance is written and decided. `None` if none of its blocks has it.
    #[must_use]
    pub fn find(&self, declaration: &Declaration, key: &InstanceKey, path: &[Step]) -> Option<Provenance> {
        let (block, found) = declaration.blocks().rev().find_map(|block| {
            locate(&block.tree, block.body, path).map(|found: LocatedAttribute| (block, found))
        })?;
        let at = block.tree.span(found.range);
        let decided = found.value.and_then(|(expr, rest)| {
            let for_each = declaration.attribute("for_each");
            self.decided(Position {
                scope: declaration.scope,
                tree: &block.tree,
                expr,
                path: rest,
                repeated: Some(Repeated { key, for_each }),
            })
        });
        Some(Provenance { at, decided })
    }

    /// Follows references to the last place that is sure to decide.
    fn decided(&self, first: Position<'_>) -> Option<(Span, DecidedBy)> {
        let mut decided = None;
        let mut current = first;
        for _ in 0..MAX_STEPS {
            if !current.descend() {
                // The part is not written there: a default of its type, or of the provider, decides.
                return decided;
            }
            let Some((next, place, by)) = self.next(&current) else { return decided };
            match (next.part(), by) {
                (Some(range), _) => decided = Some((next.tree.span(range), by)),
                // `for_each = var.x` only says where the element is from.
                (None, DecidedBy::Element) => {}
                (None, _) => decided = Some((place, by)),
            }
            current = next;
        }
        None
    }

    /// What a plain reference leads to.
    fn next<'s>(&'s self, from: &Position<'s>) -> Option<Next<'s>> {
        let (root, mut steps) = from.reference()?;
        let scope = self.scopes.get(from.scope)?;
        let config = &*scope.config;
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

    fn variable<'s>(
        &'s self,
        scope: &'s DeclaredModule,
        index: usize,
        name: &str,
        path: Vec<Step>,
    ) -> Option<Next<'s>> {
        let declared = scope.config.variables.get(scope.config.variable(name)?)?;
        // The line would be quoted.
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
                if let Some((tree, attribute)) = self.given.place(name) {
                    let next = Position { scope: index, tree, expr: attribute.value, path, repeated: None };
                    return Some((next, tree.span(tree.attribute_range(attribute)), DecidedBy::Values));
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

    /// `module.name.output` and `module.name[key].output`.
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

impl Declaration {
    /// The block, then those of override files.
    fn blocks(&self) -> impl DoubleEndedIterator<Item = &BlockSource> {
        std::iter::once(&self.block).chain(&self.overrides)
    }

    fn attribute(&self, name: &str) -> Option<(&Tree, ExprId)> {
        self.blocks().rev().find_map(|block| {
            let attribute = block.tree.attribute(block.tree.body(block.body), name)?;
            Some((&*block.tree, attribute.value))
        })
    }
}

impl<'s> Position<'s> {
    /// Goes into literal objects and tuples as far as the path leads. False if the path leads to what is not written there.
    fn descend(&mut self) -> bool {
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
                        // What the expression computes is not looked into.
                        (None, _) => {
                            self.path.insert(0, step);
                            return true;
                        }
                    }
                }
            }
        }
    }

    /// The item of a literal object or tuple that the path leads to.
    fn part(&self) -> Option<crate::text::Range> {
        super::locate::locate_expr(self.tree, self.expr, &self.path)
    }

    /// The name that a plain reference starts with, and all steps after it, those of the path too.
    fn reference(&self) -> Option<(&'s str, Vec<Step>)> {
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

    /// A key that is written as it is, or is the one of the instance: `each.key`, `count.index`.
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
