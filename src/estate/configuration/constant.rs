//! Texts that follow from what one directory writes out: where a module comes from has to be known before anything is evaluated. OpenTofu
//! lets `source` refer to local values and to variables.

use super::declare::ModuleConfig;
use crate::syntax::tree::{ExprId, ExprKind, TemplatePart, Tree};
use crate::value::Str;

/// The most names that one text leads through.
const MAX_STEPS: usize = 16;

/// The longest text that counts, in bytes.
const MAX_TEXT: usize = 4096;

/// The text of an expression that leads to literals through local values and defaults of variables only.
#[must_use]
pub fn constant(config: &ModuleConfig, tree: &Tree, expr: ExprId) -> Option<Str> {
    let mut text = String::new();
    let mut steps = MAX_STEPS;
    add(config, tree, expr, &mut text, &mut steps)?;
    Some(text.into())
}

fn add(config: &ModuleConfig, tree: &Tree, expr: ExprId, text: &mut String, steps: &mut usize) -> Option<()> {
    match tree.expr(expr).kind {
        ExprKind::String(own) => text.push_str(tree.text(own)),
        ExprKind::Parens(inner) | ExprKind::Wrapped(inner) => add(config, tree, inner, text, steps)?,
        ExprKind::Template(parts) => {
            for part in tree.parts(parts) {
                match part {
                    TemplatePart::Literal(own) => text.push_str(tree.text(*own)),
                    TemplatePart::Interpolation(inner) => add(config, tree, *inner, text, steps)?,
                    _ => return None,
                }
            }
        }
        ExprKind::Attribute { base, name } => {
            let ExprKind::Variable(base) = tree.expr(base).kind else { return None };
            *steps = steps.checked_sub(1)?;
            let (tree, value) = decided(config, tree.text(base), tree.text(name))?;
            add(config, tree, value, text, steps)?;
        }
        _ => return None,
    }
    (text.len() <= MAX_TEXT).then_some(())
}

/// The expression behind `local.name`, or the default of `var.name`.
fn decided<'a>(config: &'a ModuleConfig, base: &str, name: &str) -> Option<(&'a Tree, ExprId)> {
    match base {
        "local" => {
            let local = config.locals.get(config.local(name)?)?;
            Some((config.trees.get(local.tree)?, local.value))
        }
        "var" => {
            let variable = config.variables.get(config.variable(name)?)?;
            let (tree, default) = variable.attribute(config, "default")?;
            Some((tree, default.value))
        }
        _ => None,
    }
}
