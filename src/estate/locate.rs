//! Maps a path in the body of an instance to the source text that sets it.

use crate::syntax::tree::{Block, Body, BodyId, ExprId, ExprKind, Text, Tree};
use crate::text::Range;
use crate::value::Step;

/// A located attribute or nested block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LocatedAttribute {
    /// The range of the attribute or nested block: of the longest part of the path that is set there.
    pub range: Range,
    /// The expression of the attribute, and the rest of the path into its value.
    pub value: Option<(ExprId, Vec<Step>)>,
    /// The `dynamic` blocks around it that each make all blocks of their type, outermost first: the name of the iterator, and the
    /// collection.
    pub iterators: Vec<(Text, ExprId)>,
}

impl LocatedAttribute {
    const fn block(range: Range) -> Self {
        Self { range, value: None, iterators: Vec::new() }
    }
}

/// Locates the attribute or nested block at `path` below `body`.
/// Indices count the blocks of one type; a block that a dynamic block makes is located in its `content`.
#[must_use]
pub fn locate(tree: &Tree, body: BodyId, path: &[Step]) -> Option<LocatedAttribute> {
    locate_in(tree, tree.body(body), path)
}

fn locate_in(tree: &Tree, body: &Body, path: &[Step]) -> Option<LocatedAttribute> {
    let (Step::Key(name), rest) = path.split_first()? else { return None };
    if let Some(attribute) = tree.attribute(body, name) {
        let range = locate_expr(tree, attribute.value, rest);
        return Some(LocatedAttribute {
            range: range.unwrap_or_else(|| tree.attribute_range(attribute)),
            value: Some((attribute.value, rest.to_vec())),
            iterators: Vec::new(),
        });
    }
    let (index, rest) = match rest.split_first() {
        Some((Step::Index(index), rest)) => (usize::try_from(*index).ok()?, rest),
        _ => (0, rest),
    };
    let mut statics = tree.blocks_of(body, name.as_str());
    let mut dynamics = tree.blocks(body).iter().filter(|block| {
        tree.text(block.kind) == "dynamic"
            && tree.labels(block).first().is_some_and(|label| tree.text(label.text) == name.as_str())
    });
    let found = match (statics.nth(index), dynamics.next()) {
        (Some(block), _) => block,
        (None, Some(dynamic)) => {
            let content = tree.blocks_of(tree.body(dynamic.body), "content").next();
            let inner = content.and_then(|content| locate_in(tree, tree.body(content.body), rest));
            let is_only = statics.next().is_none() && dynamics.next().is_none();
            let iterator = iterator(tree, dynamic).filter(|_| is_only && index == 0);
            let inner = inner.map(|mut inner| {
                match iterator {
                    Some(iterator) => inner.iterators.insert(0, iterator),
                    // What an inner block iterates over may need the iterator around it.
                    None => inner.iterators.clear(),
                }
                inner
            });
            return Some(inner.unwrap_or_else(|| LocatedAttribute::block(dynamic.header)));
        }
        (None, None) => return None,
    };
    Some(
        locate_in(tree, tree.body(found.body), rest).unwrap_or_else(|| LocatedAttribute::block(found.header)),
    )
}

/// The name of the iterator of a `dynamic` block, and the collection that it goes through.
fn iterator(tree: &Tree, dynamic: &Block) -> Option<(Text, ExprId)> {
    let body = tree.body(dynamic.body);
    let own = tree.attribute(body, "iterator").map(|attribute| match tree.expr(attribute.value).kind {
        ExprKind::Variable(name) | ExprKind::String(name) => Some(name),
        _ => None,
    });
    let name = own.unwrap_or_else(|| tree.labels(dynamic).first().map(|label| label.text))?;
    Some((name, tree.attribute(body, "for_each")?.value))
}

/// Follows the path into literal objects and tuples; it ends at any other expression.
pub(super) fn locate_expr(tree: &Tree, expr: ExprId, path: &[Step]) -> Option<Range> {
    let (step, rest) = path.split_first()?;
    let kind = tree.expr(expr).kind;
    if let ExprKind::Parens(inner) = kind {
        return locate_expr(tree, inner, path);
    }
    let (range, inner) = element(tree, kind, step)?;
    Some(locate_expr(tree, inner, rest).unwrap_or(range))
}

/// The range and the value of an element of a literal object (`key = value`) or tuple.
pub(super) fn element(tree: &Tree, kind: ExprKind, step: &Step) -> Option<(Range, ExprId)> {
    match (kind, step) {
        (ExprKind::Object(items), Step::Key(key)) => {
            let item = tree.items(items).iter().rev().find(|item| match tree.expr(item.key).kind {
                ExprKind::String(text) => tree.text(text) == key.as_str(),
                _ => false,
            })?;
            Some((tree.expr(item.key).range.to(tree.expr(item.value).range), item.value))
        }
        (ExprKind::Tuple(items), Step::Index(index)) => {
            let item = *tree.exprs(items).get(usize::try_from(*index).ok()?)?;
            Some((tree.expr(item).range, item))
        }
        // The key of an element of a set is the element.
        (ExprKind::Tuple(items), Step::Key(key)) => {
            let is_it = |item: &&ExprId| match tree.expr(**item).kind {
                ExprKind::String(text) => tree.text(text) == key.as_str(),
                _ => false,
            };
            tree.exprs(items).iter().find(is_it).map(|item| (tree.expr(*item).range, *item))
        }
        _ => None,
    }
}
