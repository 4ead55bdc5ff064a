//! From a path in an instance's body back to the text that says it.

use crate::syntax::tree::{Body, BodyId, ExprId, ExprKind, Tree};
use crate::text::Range;
use crate::value::Step;

/// The range of the attribute or nested block at `path` below `body`: the longest part of the path that is written there.
/// Indices count the blocks of one type; blocks that a dynamic block makes are found in its `content`.
#[must_use]
pub fn locate(tree: &Tree, body: BodyId, path: &[Step]) -> Option<Range> {
    locate_in(tree, tree.body(body), path)
}

fn locate_in(tree: &Tree, body: &Body, path: &[Step]) -> Option<Range> {
    let (Step::Key(name), rest) = path.split_first()? else { return None };
    if let Some(attribute) = tree.attribute(body, name) {
        return Some(match locate_expr(tree, attribute.value, rest) {
            Some(inner) => inner,
            None => tree.attribute_range(attribute),
        });
    }
    let (index, rest) = match rest.split_first() {
        Some((Step::Index(index), rest)) => (usize::try_from(*index).ok()?, rest),
        _ => (0, rest),
    };
    let mut statics = tree.blocks(body).iter().filter(|block| tree.text(block.kind) == name.as_str());
    let mut dynamics = tree.blocks(body).iter().filter(|block| {
        tree.text(block.kind) == "dynamic"
            && tree.labels(block).first().is_some_and(|label| tree.text(label.text) == name.as_str())
    });
    let found = match (statics.nth(index), dynamics.next()) {
        (Some(block), _) => block,
        (None, Some(dynamic)) => {
            let content =
                tree.blocks(tree.body(dynamic.body)).iter().find(|block| tree.text(block.kind) == "content");
            let inner = content.and_then(|content| locate_in(tree, tree.body(content.body), rest));
            return Some(inner.unwrap_or(dynamic.header));
        }
        (None, None) => return None,
    };
    Some(locate_in(tree, tree.body(found.body), rest).unwrap_or(found.header))
}

/// Inside a literal object or tuple the path goes on; any other expression is the end of it.
fn locate_expr(tree: &Tree, expr: ExprId, path: &[Step]) -> Option<Range> {
    let (step, rest) = path.split_first()?;
    let (range, inner) = match (tree.expr(expr).kind, step) {
        (ExprKind::Parens(inner), _) => return locate_expr(tree, inner, path),
        (ExprKind::Object(items), Step::Key(key)) => {
            let item = tree.items(items).iter().rev().find(|item| match tree.expr(item.key).kind {
                ExprKind::String(text) => tree.text(text) == key.as_str(),
                _ => false,
            })?;
            (tree.expr(item.key).range.to(tree.expr(item.value).range), item.value)
        }
        (ExprKind::Tuple(items), Step::Index(index)) => {
            let item = *tree.exprs(items).get(usize::try_from(*index).ok()?)?;
            (tree.expr(item).range, item)
        }
        _ => return None,
    };
    Some(locate_expr(tree, inner, rest).unwrap_or(range))
}
