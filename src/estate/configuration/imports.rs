//! `import` blocks of a root module: whether there can be something to import at all.

use super::Repetition;
use super::certain::is_certain;
use super::module::ModuleInstance;
use super::references::ModuleScope;
use crate::address::{InstanceKey, Mode};
use crate::diagnostic::Diagnostic;
use crate::eval::access::elements;
use crate::eval::interpreter;
use crate::syntax::tree::{Attribute, Body, ExprKind, Tree};
use crate::value::{Kind, Known, Type, Value, convert};

/// Reports what Terraform refuses to repeat an `import` block over, or to look for.
pub(super) fn check<'a>(module: &'a ModuleInstance<'a>) {
    if module.caller.is_some() || module.evaluation.request.planned.is_some() {
        return;
    }
    for tree in &module.config.trees {
        for block in tree.blocks_of(tree.root(), "import") {
            of_body(module, tree, tree.body(block.body));
        }
    }
}

fn of_body<'a>(module: &'a ModuleInstance<'a>, tree: &Tree, body: &Body) {
    if let Some(for_each) = tree.attribute(body, "for_each") {
        let value = module.value(tree, for_each.value, &Repetition::SINGLE);
        let is_wrong = match &value.kind {
            Kind::Bool(_) | Kind::Number(_) | Kind::String(_) => true,
            Kind::Unknown(unknown) => {
                matches!(unknown.type_, Type::Bool | Type::Number | Type::String)
            }
            _ => value.is_ephemeral(),
        };
        if is_wrong {
            let why = "`for_each` of an `import` block must be a map, a set, a list or an object, and not ephemeral";
            refuse(module, tree, for_each, why, value.is_ephemeral());
        } else {
            keys(module, tree, body, for_each, &value);
        }
    } else if let Some(id) = tree.attribute(body, "id") {
        let value = module.value(tree, id.value, &Repetition::SINGLE);
        if is_no_id(&value) {
            refuse(module, tree, id, "the `id` of an `import` block must be a text that is not empty", false);
        }
    }
}

fn is_no_id(value: &Value) -> bool {
    match convert::convert(value, &Type::String) {
        Ok(text) => text.is_null() || text.as_str().is_some_and(str::is_empty),
        Err(_) => true,
    }
}

/// Whether each key of the address is one that `count` or `for_each` of its resource can make.
fn keys<'a>(module: &'a ModuleInstance<'a>, tree: &Tree, body: &Body, for_each: &Attribute, value: &Value) {
    let Some(to) = tree.attribute(body, "to") else { return };
    let ExprKind::Index { base, key } = tree.expr(to.value).kind else { return };
    let ExprKind::Attribute { base, name } = tree.expr(base).kind else { return };
    let ExprKind::Variable(type_) = tree.expr(base).kind else { return };
    let config = module.config;
    let index = config.resource(Mode::Managed, tree.text(type_), tree.text(name));
    let Some(declared) = index.and_then(|index| config.resources.get(index)) else { return };
    let wants_text = match (declared.attribute(config, "for_each"), declared.attribute(config, "count")) {
        (Some(_), None) => true,
        (None, Some(_)) => false,
        _ => return,
    };
    let Some(Known::Yes(all)) = elements(value) else { return };
    let fits = |(each, own): (Value, Value)| {
        let repetition = Repetition { key: InstanceKey::None, index: None, each: Some((each, own)) };
        let key = interpreter::evaluate(tree, key, &ModuleScope { module, repetition: &repetition });
        key.is_ok_and(|key| match key.kind {
            Kind::Unknown(_) => true,
            Kind::String(_) => wants_text,
            Kind::Number(_) => !wants_text,
            _ => false,
        })
    };
    if !all.items.into_iter().all(fits) {
        let (word, wanted) = if wants_text { ("for_each", "texts") } else { ("count", "numbers") };
        let why = format!(
            "the keys of this `import` block are not those of a resource with `{word}`, which are {wanted}"
        );
        refuse(module, tree, for_each, &why, false);
    }
}

/// `always` says that no input makes it right.
fn refuse<'a>(
    module: &'a ModuleInstance<'a>,
    tree: &Tree,
    attribute: &Attribute,
    message: &str,
    always: bool,
) {
    if !always && !is_certain(module, tree, attribute.value) {
        return;
    }
    let place = tree.span(tree.expr(attribute.value).range);
    module.evaluation.report(Diagnostic::error("config/import", message).at(place, "not possible here"));
}
