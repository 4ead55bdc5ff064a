//! Sensitive and ephemeral values in places where Terraform refuses them.

use super::certain::is_evaluated;
use super::instance::ResourceInstance;
use super::module::ModuleInstance;
use crate::address::Mode;
use crate::diagnostic::Diagnostic;
use crate::estate::configuration::declare::{ModuleConfig, NamedDecl};
use crate::estate::locate::locate;
use crate::syntax::tree::{Attribute, Tree};
use crate::value::convert::ConvertError;
use crate::value::{Entries, Step, Str, Value};

/// Reports an output that would publish a sensitive value of the root module, or keep an ephemeral one.
pub(super) fn check_output<'a>(module: &'a ModuleInstance<'a>, declared: &NamedDecl, value: &Value) {
    if !is_evaluated(module) {
        return;
    }
    let Some((tree, attribute)) = declared.attribute(module.config, "value") else { return };
    let says = |name: &str| declared.attribute(module.config, name).is_some();
    if module.caller.is_none()
        && let Some((tree, says)) = declared.attribute(module.config, "ephemeral")
        && declared.is_true(module.config, "ephemeral")
    {
        let message = format!("the output `{}` of a root module is ephemeral", declared.name);
        refuse(module, tree, &says, message, "outputs of a root module are kept in its state: leave it out");
    } else if value.has_ephemeral_part() && !says("ephemeral") {
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
        || !is_evaluated(module)
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

/// Reports ephemeral values that a resource or data source would keep. Providers call arguments that they do not keep `…_wo`.
pub(super) fn check_body(instance: &ResourceInstance<'_>, body: &Entries) {
    let module = instance.module;
    if instance.declared.mode == Mode::Ephemeral || instance.uncertain.is_some() || !is_evaluated(module) {
        return;
    }
    for (name, value) in &body.items {
        let Some(path) = kept(name, value) else { continue };
        let bodies: Vec<_> = instance.declared.bodies(module.config).collect();
        let place = bodies.iter().rev().find_map(|(tree, body)| {
            let found = locate(tree, *body, &path)?;
            Some(tree.span(found.range))
        });
        let Some(place) = place else { continue };
        let last = path.iter().rev().find_map(Step::key);
        let message = format!("the argument `{}` has a value that is ephemeral", last.unwrap_or(name));
        let help = "Terraform refuses that, as the argument is kept in its state: give it to an argument that only is written, such as one that ends with `_wo`";
        module
            .evaluation
            .report(Diagnostic::error("eval/secret", message).at(place, "refused here").help(help));
    }
}

/// The path to the first ephemeral value that is kept.
fn kept(name: &Str, value: &Value) -> Option<Vec<Step>> {
    if name.ends_with("_wo") {
        return None;
    }
    if value.is_ephemeral() {
        return Some(vec![Step::Key(name.clone())]);
    }
    let below = |step: Step, inner: Vec<Step>| {
        let own = [Step::Key(name.clone()), step];
        own.into_iter().chain(inner.into_iter().skip(1)).collect()
    };
    match (value.as_entries(), value.as_sequence()) {
        (Some(entries), _) => entries.items.iter().find_map(|(key, value)| {
            let inner = kept(key, value)?;
            Some(below(Step::Key(key.clone()), inner))
        }),
        (_, Some(items)) => (0u64..).zip(&items.items).find_map(|(index, value)| {
            let inner = kept(name, value)?;
            Some(below(Step::Index(index), inner))
        }),
        _ => None,
    }
}

fn refuse(module: &ModuleInstance<'_>, tree: &Tree, attribute: &Attribute, message: String, help: &str) {
    let place = tree.span(tree.expr(attribute.value).range);
    module.evaluation.report(Diagnostic::error("eval/secret", message).at(place, "refused here").help(help));
}

/// Says that a value of a variable does not fit its type. The reason names keys of the value, so that of a secret is not told.
pub(super) fn misfit(
    config: &ModuleConfig,
    declared: &NamedDecl,
    (what, value): (&str, &Value),
    error: &ConvertError,
) -> String {
    let is_declared = ["sensitive", "ephemeral"].iter().any(|name| declared.is_true(config, name));
    let name = &declared.name;
    match is_declared || value.has_secret_part() {
        true => format!(
            "the {what} of var.{name} does not fit its type; the reason is not shown because it is sensitive"
        ),
        false => format!("the {what} of var.{name} does not fit its type: {error}"),
    }
}
