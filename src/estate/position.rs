//! A position on the way back: an expression of a module instance, and the part of its value that is asked for.

use std::sync::Arc;

use super::locate;
use super::passed::BoundName;
use crate::address::InstanceKey;
use crate::syntax::tree::{ExprId, ExprKind, List, ObjectItem, Tree};
use crate::text::Range;
use crate::value::Step;

/// An expression, its module instance and repetition, and the rest of the path into its value.
#[derive(Clone)]
pub(super) struct Position<'s> {
    pub(super) scope: usize,
    pub(super) tree: &'s Tree,
    pub(super) expr: ExprId,
    pub(super) path: Vec<Step>,
    pub(super) repeated: Option<Repeated<'s>>,
    /// The names that `for` expressions around it give to elements.
    pub(super) bound: Option<Arc<BoundName<'s>>>,
}

/// The meaning of `each` and `count` around an expression.
#[derive(Clone, Copy)]
pub(super) struct Repeated<'s> {
    pub(super) key: &'s InstanceKey,
    pub(super) for_each: Option<(&'s Tree, ExprId)>,
}

impl<'s> Position<'s> {
    /// An expression of a block that is repeated or not.
    pub(super) const fn new(
        scope: usize,
        tree: &'s Tree,
        expr: ExprId,
        path: Vec<Step>,
        repeated: Option<Repeated<'s>>,
    ) -> Self {
        Self { scope, tree, expr, path, repeated, bound: None }
    }

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
                    match (locate::element(self.tree, kind, &step), kind) {
                        (Some((_, inner)), _) => self.expr = inner,
                        (None, ExprKind::Object(items)) if self.has_computed_keys(items) => {
                            self.path.insert(0, step);
                            return true;
                        }
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

    fn has_computed_keys(&self, items: List<ObjectItem>) -> bool {
        let is_literal = |item: &ObjectItem| matches!(self.tree.expr(item.key).kind, ExprKind::String(_));
        !self.tree.items(items).iter().all(is_literal)
    }

    /// The range of what it leads to: of an item of a literal object or tuple, or of the expression.
    pub(super) fn place(&self) -> Range {
        self.part().unwrap_or_else(|| self.tree.expr(self.expr).range)
    }

    /// The range of the item of a literal object or tuple that the path leads to.
    pub(super) fn part(&self) -> Option<Range> {
        locate::locate_expr(self.tree, self.expr, &self.path)
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
