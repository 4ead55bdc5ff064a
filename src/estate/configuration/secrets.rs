//! Sensitive and ephemeral values in places where Terraform refuses them.

use super::module::ModuleInstance;
use crate::diagnostic::Diagnostic;
use crate::estate::configuration::declare::NamedDecl;
use crate::syntax::tree::{Attribute, Tree};
use crate::value::Value;

/// Reports an output that would publish a sensitive value of the root module, or keep an ephemeral one.
pub(super) fn check_output<'a>(module: &'a ModuleInstance<'a>, declared: &NamedDecl, value: &Value) {
    if !is_certain(module) {
        return;
    }
    let Some((tree, attribute)) = declared.attribute(module.config, "value") else { return };
    let says = |name: &str| declared.attribute(module.config, name).is_some();
    if value.has_ephemeral_part() && !says("ephemeral") {
        let message = format!("the output `{}` has a value that is ephemeral", declared.name);
        let help = if module.caller.is_none() {
            "outputs of a root module are kept in its state: leave it out"
        } else {
            "Terraform refuses that: add `ephemeral = true` to the output"
        };
        refuse(module, tree, &attribute, message, help);
    } else if module.caller.is_none() && value.has_sensitive_part() && !says("sensitive") {
        let message = format!("the output `{}` has a value that is sensitive", declared.name);
        refuse(
            module,
            tree,
            &attribute,
            message,
            "Terraform refuses that: add `sensitive = true` to the output",
        );
    }
}

/// Reports an ephemeral value that a call gives to a variable that is not for one.
pub(super) fn check_variable<'a>(module: &'a ModuleInstance<'a>, declared: &NamedDecl, value: &Value) {
    let Some(caller) = &module.caller else { return };
    if !value.has_ephemeral_part()
        || !is_certain(module)
        || declared.attribute(module.config, "ephemeral").is_some()
    {
        return;
    }
    let config = caller.module.config;
    let call = config.calls.get(caller.call);
    let Some((tree, attribute)) = call.and_then(|call| call.attribute(config, &declared.name)) else {
        return;
    };
    let message = format!("the variable `{}` is given a value that is ephemeral", declared.name);
    refuse(
        module,
        tree,
        &attribute,
        message,
        "Terraform refuses that: add `ephemeral = true` to the variable",
    );
}

/// Whether Terraform evaluates the module, and nobody has planned it with success.
fn is_certain(module: &ModuleInstance<'_>) -> bool {
    module.uncertain.is_none() && module.described.is_none() && module.evaluation.request.planned.is_none()
}

fn refuse(module: &ModuleInstance<'_>, tree: &Tree, attribute: &Attribute, message: String, help: &str) {
    let place = tree.span(tree.expr(attribute.value).range);
    module.evaluation.report(Diagnostic::error("eval/secret", message).at(place, "refused here").help(help));
}
