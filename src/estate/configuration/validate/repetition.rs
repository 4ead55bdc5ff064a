//! `count` and `for_each` that no value can make right.

use crate::budget::{Allowance, Meter};
use crate::diagnostic::Diagnostic;
use crate::estate::configuration::expand;
use crate::eval::scope::NoScope;
use crate::eval::{Host, NoFiles, interpreter};
use crate::syntax::tree::{Attribute, ExprId, ExprKind, Tree};
use crate::value::equality::NoIdentities;

/// What a constant `count` or `for_each` may cost.
const STEPS: u64 = 10_000;

/// What is wrong with a `count` or `for_each` that refers to nothing.
pub(super) fn problem(tree: &Tree, is_count: bool, attribute: &Attribute) -> Option<Diagnostic> {
    let refused = |why: &str| Some(expand::refused(tree, attribute, why));
    if !is_count && is_written_list(tree, attribute.value) {
        return refused(expand::NOT_A_LIST);
    }
    let meter = Meter::new(Allowance::of_run(0).with(crate::budget::Budget::Evaluation, STEPS));
    let scope = NoScope(Host { files: &NoFiles, identities: &NoIdentities, meter: &meter });
    let value = interpreter::evaluate(tree, attribute.value, &scope).ok()?;
    expand::why_refused(&value, is_count).and_then(|why| refused(&why))
}

/// `[…]` and `[for …]`, whatever is in it.
fn is_written_list(tree: &Tree, expr: ExprId) -> bool {
    match tree.expr(expr).kind {
        ExprKind::Tuple(_) => true,
        ExprKind::For(id) => tree.for_expr(id).is_some_and(|for_expr| for_expr.key.is_none()),
        ExprKind::Parens(inner) => is_written_list(tree, inner),
        _ => false,
    }
}
