//! What Terraform reads of a resource before it evaluates anything: `lifecycle` and the arguments that are constants of a type.

use super::blocks::provider_name;
use crate::diagnostic::Diagnostic;
use crate::syntax::tree::{Attribute, Body, ExprId, ExprKind, Tree};

/// What begins a reference to something else than a managed resource.
const NO_TRIGGERS: [&str; 8] = ["var", "local", "data", "module", "path", "terraform", "self", "ephemeral"];

/// Arguments that are true or false.
const SWITCHES: [&str; 6] =
    ["sensitive", "nullable", "ephemeral", "create_before_destroy", "prevent_destroy", "destroy"];

/// What is wrong with the arguments of a `lifecycle` block.
pub(super) fn problems(tree: &Tree, body: &Body) -> Vec<Diagnostic> {
    let mut problems = Vec::new();
    if let Some(attribute) = tree.attribute(body, "ignore_changes") {
        ignored(tree, attribute, &mut problems);
    }
    if let Some(attribute) = tree.attribute(body, "replace_triggered_by") {
        triggers(tree, attribute, &mut problems);
    }
    problems
}

fn wrong(tree: &Tree, expr: ExprId, message: String, help: &str) -> Diagnostic {
    let place = tree.span(tree.expr(expr).range);
    Diagnostic::error("config/reference", message).at(place, "not possible here").help(help)
}

/// `ignore_changes` names attributes of its own resource.
fn ignored(tree: &Tree, attribute: &Attribute, problems: &mut Vec<Diagnostic>) {
    const HELP: &str = "write the names of attributes in a list, such as `[tags]`, or `all`";
    let items = match tree.expr(attribute.value).kind {
        ExprKind::Tuple(items) => tree.exprs(items),
        ExprKind::Variable(word) if tree.text(word) == "all" => return,
        ExprKind::String(word) if tree.text(word) == "all" && tree.is_json() => return,
        ExprKind::Invalid => return,
        _ => {
            let message = "`ignore_changes` is neither a list of attributes nor `all`".to_owned();
            return problems.push(wrong(tree, attribute.value, message, HELP));
        }
    };
    for item in items {
        let is_name = match tree.expr(*item).kind {
            ExprKind::String(name) => tree.text(name) != "*",
            ExprKind::Invalid => true,
            _ => is_static(tree, *item, &|_| false),
        };
        if !is_name {
            let message = "`ignore_changes` takes names of attributes only".to_owned();
            problems.push(wrong(tree, *item, message, HELP));
        }
    }
}

/// Only a change of a managed resource replaces another one.
fn triggers(tree: &Tree, attribute: &Attribute, problems: &mut Vec<Diagnostic>) {
    const HELP: &str = "name resources or their attributes in a list, such as `[terraform_data.version]`";
    let items = match tree.expr(attribute.value).kind {
        ExprKind::Tuple(items) => tree.exprs(items),
        ExprKind::Invalid => return,
        _ => {
            let message = "`replace_triggered_by` is not a list of references".to_owned();
            return problems.push(wrong(tree, attribute.value, message, HELP));
        }
    };
    for item in items {
        let is_key = |key: ExprId| {
            matches!(
                provider_name(tree, key),
                Some(("count", Some("index")) | ("each", Some("key" | "value")))
            )
        };
        let is_written = match tree.expr(*item).kind {
            ExprKind::String(_) => tree.is_json(),
            ExprKind::Invalid => true,
            _ => is_static(tree, *item, &is_key),
        };
        if !is_written {
            let message = "`replace_triggered_by` takes references only".to_owned();
            problems.push(wrong(tree, *item, message, HELP));
            continue;
        }
        let Some(name) = first_name(tree, *item).filter(|name| NO_TRIGGERS.contains(name)) else { continue };
        let message = format!("`replace_triggered_by` names resources, and `{name}` is none");
        let help = "a `terraform_data` resource with it as `input` is replaced when it changes";
        problems.push(wrong(tree, *item, message, help));
    }
}

/// Whether an expression is a name and what stands behind it, with keys that are constants or are allowed by `is_key`.
fn is_static(tree: &Tree, expr: ExprId, is_key: &dyn Fn(ExprId) -> bool) -> bool {
    match tree.expr(expr).kind {
        ExprKind::Variable(_) => true,
        ExprKind::Attribute { base, .. } => is_static(tree, base, is_key),
        ExprKind::Index { base, key } => {
            let is_constant = matches!(tree.expr(key).kind, ExprKind::String(_) | ExprKind::Number(_));
            (is_constant || is_key(key)) && is_static(tree, base, is_key)
        }
        ExprKind::Wrapped(inner) => is_static(tree, inner, is_key),
        _ => false,
    }
}

/// The name with which a reference begins.
fn first_name(tree: &Tree, expr: ExprId) -> Option<&str> {
    match tree.expr(expr).kind {
        ExprKind::Variable(name) => Some(tree.text(name)),
        ExprKind::Attribute { base, .. } | ExprKind::Index { base, .. } => first_name(tree, base),
        _ => None,
    }
}

/// What is wrong with the type of a constant that Terraform reads as a text, or as true or false.
pub(super) fn not_of_type(tree: &Tree, attribute: &Attribute) -> Option<Diagnostic> {
    let name = tree.text(attribute.name);
    let value = tree.expr(attribute.value).kind;
    let is_switch = SWITCHES.contains(&name);
    let wanted = match value {
        ExprKind::Null | ExprKind::Tuple(_) | ExprKind::Object(_) if name == "description" => "a text",
        ExprKind::Number(_) | ExprKind::Null | ExprKind::Tuple(_) | ExprKind::Object(_) if is_switch => {
            "true or false"
        }
        ExprKind::String(_) if is_switch && tree.switch(attribute.value).is_none() => "true or false",
        _ => return None,
    };
    let place = tree.span(tree.expr(attribute.value).range);
    let problem = Diagnostic::error("config/constant", format!("`{name}` must be {wanted}"));
    Some(problem.at(place, "of another type").help(format!("write {wanted}")))
}
