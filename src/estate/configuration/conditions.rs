//! Conditions of `validation`, `precondition`, `postcondition` and `assert` blocks: whether each can hold at all.
//!
//! A condition is reported if no input can make it right: it is neither true nor false, has no value, or never holds. One that does
//! not hold because of an input is for Terraform to say, which knows all inputs.

use super::Repetition;
use super::certain::{is_certain, is_evaluated};
use super::module::ModuleInstance;
use super::references::ModuleScope;
use crate::diagnostic::Diagnostic;
use crate::eval::functions::{self, Gives};
use crate::eval::interpreter;
use crate::syntax::tree::{BinaryOperator, Body, ExprId, ExprKind, Tree, UnaryOperator};
use crate::value::{Kind, Type, Value, convert};

/// Reports the conditions of a module that Terraform refuses whatever the inputs are.
pub(super) fn check<'a>(module: &'a ModuleInstance<'a>) {
    if !is_evaluated(module) {
        return;
    }
    let config = module.config;
    for declared in config.variables.iter().chain(&config.outputs) {
        for at in std::iter::once(&declared.at).chain(&declared.overrides) {
            if let Some(tree) = config.tree(*at) {
                of_body(module, tree, tree.body(at.block.body), &Repetition::SINGLE);
            }
        }
    }
    for tree in &config.trees {
        for block in tree.blocks_of(tree.root(), "check") {
            of_body(module, tree, tree.body(block.body), &Repetition::SINGLE);
        }
    }
    for (index, declared) in config.resources.iter().enumerate() {
        let bodies: Vec<_> = declared.bodies(config).collect();
        if bodies.iter().all(|(tree, body)| lifecycles(tree, tree.body(*body)).next().is_none()) {
            continue;
        }
        let Some(expansion) = module.resource(index).filter(|all| all.uncertain.is_none()) else { continue };
        for instance in &expansion.instances {
            for (tree, body) in &bodies {
                for lifecycle in lifecycles(tree, tree.body(*body)) {
                    of_body(module, tree, lifecycle, &instance.repetition);
                }
            }
        }
    }
}

fn lifecycles<'t>(tree: &'t Tree, body: &'t Body) -> impl Iterator<Item = &'t Body> {
    tree.blocks_of(body, "lifecycle").map(|block| tree.body(block.body))
}

/// The conditions of the blocks in a body.
fn of_body<'a>(module: &'a ModuleInstance<'a>, tree: &Tree, body: &Body, repetition: &Repetition) {
    for block in tree.blocks(body) {
        let kind = tree.text(block.kind);
        if matches!(kind, "validation" | "precondition" | "postcondition" | "assert")
            && let Some(condition) = tree.attribute(tree.body(block.body), "condition")
        {
            condition_of(module, tree, condition.value, kind, repetition);
        }
    }
}

fn condition_of<'a>(
    module: &'a ModuleInstance<'a>,
    tree: &Tree,
    condition: ExprId,
    kind: &str,
    repetition: &Repetition,
) {
    let is_fixed = || is_certain(module, tree, condition);
    let value = match interpreter::evaluate(tree, condition, &ModuleScope { module, repetition }) {
        Ok(value) => value,
        Err(error) => {
            if error.limit.is_none() && (error.static_error || is_fixed()) {
                module.failed(tree, condition, &error, None);
            }
            return;
        }
    };
    let what = match (&value.kind, convert::convert(&value, &Type::Bool)) {
        (Kind::Null(_), _) => is_fixed().then(|| "null".to_owned()),
        (Kind::Unknown(_), Ok(_)) => None,
        (_, Err(_)) if is_never_bool(tree, condition) || is_fixed() => Some(with_article(&value)),
        // An assertion of a check that does not hold is a warning of Terraform.
        (Kind::Bool(false), Ok(_)) if kind != "assert" && is_fixed() => {
            let message = format!("the condition of this `{kind}` block never holds");
            let help = "Terraform refuses the configuration whatever its inputs are: mend what the condition asks about";
            return report(module, tree, condition, message, help);
        }
        _ => None,
    };
    if let Some(what) = what {
        let message = format!("the condition of a `{kind}` block is {what}");
        report(module, tree, condition, message, "a condition is true or false");
    }
}

fn report(module: &ModuleInstance<'_>, tree: &Tree, condition: ExprId, message: String, help: &str) {
    let place = tree.span(tree.expr(condition).range);
    let problem = Diagnostic::error("config/condition", message).at(place, "not possible here");
    module.evaluation.report(problem.help(help));
}

/// What a value is, without the value itself.
fn with_article(value: &Value) -> String {
    match value.type_of() {
        Type::Number => "a number".to_owned(),
        Type::String => "a text".to_owned(),
        other => format!("of the type {other}"),
    }
}

/// Whether an expression gives something else than true or false whatever it refers to.
fn is_never_bool(tree: &Tree, expr: ExprId) -> bool {
    match tree.expr(expr).kind {
        ExprKind::Parens(inner) | ExprKind::Wrapped(inner) => is_never_bool(tree, inner),
        ExprKind::Call(call) => functions::find(tree.text(tree.call(call).name))
            .is_some_and(|function| !matches!(function.gives, Gives::Any | Gives::Bool | Gives::String)),
        ExprKind::Unary { operator, .. } => operator == UnaryOperator::Negate,
        ExprKind::Binary { operator, .. } => {
            use BinaryOperator::{Add, Divide, Multiply, Remainder, Subtract};
            matches!(operator, Add | Subtract | Multiply | Divide | Remainder)
        }
        _ => false,
    }
}
