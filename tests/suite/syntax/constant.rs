//! Evaluates templates of constants: enough to compare what the parser makes of heredocs, escapes and strip markers with
//! Terraform's values.

use buttress::syntax::tree::{ExprId, ExprKind, TemplatePart, Tree, UnaryOperator};
use serde_json::Value;

/// The variables of the `for` directives around.
type Scope<'t> = Vec<(&'t str, Value)>;

/// The value of an expression, if it consists of what this evaluator knows.
pub(crate) fn evaluate(tree: &Tree, id: ExprId) -> Option<Value> {
    expr(tree, id, &mut Vec::new())
}

fn expr<'t>(tree: &'t Tree, id: ExprId, scope: &mut Scope<'t>) -> Option<Value> {
    let value = match tree.expr(id).kind {
        ExprKind::Null => Value::Null,
        ExprKind::Bool(value) => value.into(),
        ExprKind::Number(text) => Value::Number(serde_json::from_str(tree.text(text)).ok()?),
        ExprKind::String(text) => tree.text(text).into(),
        ExprKind::Wrapped(inner) | ExprKind::Parens(inner) => expr(tree, inner, scope)?,
        ExprKind::Template(list) => {
            let mut out = String::new();
            parts(tree, tree.parts(list), scope, &mut out)?;
            out.into()
        }
        ExprKind::Variable(name) => {
            let name = tree.text(name);
            scope.iter().rev().find(|(variable, _)| *variable == name).map(|(_, value)| value.clone())?
        }
        ExprKind::Tuple(list) => {
            tree.exprs(list).iter().map(|&id| expr(tree, id, scope)).collect::<Option<Vec<_>>>()?.into()
        }
        ExprKind::Object(list) => {
            let mut object = serde_json::Map::new();
            for item in tree.items(list) {
                let Value::String(key) = expr(tree, item.key, scope)? else { return None };
                object.insert(key, expr(tree, item.value, scope)?);
            }
            object.into()
        }
        // JSON has negative numbers, the language a sign before a number.
        ExprKind::Unary { operator: UnaryOperator::Negate, operand } => {
            let Value::Number(number) = expr(tree, operand, scope)? else { return None };
            Value::Number(serde_json::from_str(&format!("-{number}")).ok()?)
        }
        _ => return None,
    };
    Some(value)
}

fn parts<'t>(tree: &'t Tree, list: &[TemplatePart], scope: &mut Scope<'t>, out: &mut String) -> Option<()> {
    for part in list {
        match *part {
            TemplatePart::Literal(text) => out.push_str(tree.text(text)),
            TemplatePart::Interpolation(id) => match expr(tree, id, scope)? {
                Value::String(text) => out.push_str(&text),
                value @ (Value::Number(_) | Value::Bool(_)) => out.push_str(&value.to_string()),
                _ => return None,
            },
            TemplatePart::If { condition, yes, no } => {
                let Value::Bool(condition) = expr(tree, condition, scope)? else { return None };
                parts(tree, tree.parts(if condition { yes } else { no }), scope, out)?;
            }
            TemplatePart::For(id) => {
                let for_expr = tree.for_expr(id)?;
                let Value::Array(elements) = expr(tree, for_expr.collection, scope)? else { return None };
                let ExprKind::Template(body) = tree.expr(for_expr.value).kind else { return None };
                if for_expr.key_variable.is_some() {
                    return None;
                }
                for element in elements {
                    scope.push((tree.text(for_expr.value_variable), element));
                    parts(tree, tree.parts(body), scope, out)?;
                    scope.pop();
                }
            }
        }
    }
    Some(())
}
