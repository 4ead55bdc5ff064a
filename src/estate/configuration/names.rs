//! What is wrong with references: the same words whether a reference is met while evaluating or while validating.

use super::declare::ModuleConfig;
use super::expand::Repeats;
use crate::address::{CallName, Mode};
use crate::diagnostic::{Diagnostic, nearest};
use crate::eval::{EvalError, Fault};
use crate::syntax::tree::Tree;
use crate::text::Range;

/// The problem that an expression without a value is. `is_refused` says that it has none whatever the inputs are.
pub(super) fn problem(tree: &Tree, range: Range, error: &EvalError, is_refused: bool) -> Diagnostic {
    let span = tree.span(error.range.unwrap_or(range));
    let problem = match error.fault {
        Fault::Reference => Diagnostic::error("eval/reference", error.message.clone()),
        Fault::Function => Diagnostic::error("eval/function", error.message.clone()),
        Fault::Value if is_refused => Diagnostic::error("eval/refused", error.message.clone())
            .help("Terraform refuses this expression whatever the input variables are"),
        Fault::Value | Fault::File => Diagnostic::warning("eval/value", error.message.clone()),
    };
    problem.at(span, "in this expression")
}

fn undeclared<'n>(what: &str, name: &str, names: impl Iterator<Item = &'n str>) -> Box<EvalError> {
    let hint = nearest(name, names).map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
    EvalError::wrong(format!("{what} `{name}` is not declared in this module{hint}"))
}

pub(super) fn no_variable(config: &ModuleConfig, name: &str) -> Box<EvalError> {
    undeclared("the variable", name, config.variables.iter().map(|known| known.name.as_str()))
}

pub(super) fn no_local(config: &ModuleConfig, name: &str) -> Box<EvalError> {
    undeclared("the local value", name, config.locals.iter().map(|known| known.name.as_str()))
}

pub(super) fn no_call(config: &ModuleConfig, name: &str) -> Box<EvalError> {
    undeclared("the module", name, config.calls.iter().map(|known| known.name.as_str()))
}

pub(super) fn no_resource(config: &ModuleConfig, mode: Mode, type_: &str, name: &str) -> Box<EvalError> {
    let same_type = config
        .resources
        .iter()
        .filter(|known| known.mode == mode && known.type_ == type_)
        .map(|known| known.name.as_str());
    let what = if mode == Mode::Data { "the data source" } else { "the resource" };
    let hint = nearest(name, same_type).map(|near| format!("; did you mean `{type_}.{near}`?"));
    EvalError::wrong(format!(
        "{what} `{type_}.{name}` is not declared in this module{}",
        hint.unwrap_or_default()
    ))
}

/// An output that the module of a call does not have. Terraform finds that out while it evaluates, so `try` catches it.
pub(super) fn no_output(called: &ModuleConfig, name: &str) -> Box<EvalError> {
    let names = called.outputs.iter().map(|known| known.name.as_str());
    let hint = nearest(name, names).map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
    EvalError::of(Fault::Reference, format!("the module has no output `{name}`{hint}"))
}

pub(super) fn no_such_name(root: &str) -> Box<EvalError> {
    const ROOTS: [&str; 8] = ["var", "local", "module", "data", "count", "each", "path", "terraform"];
    let hint = nearest(root, ROOTS).map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
    EvalError::wrong(format!(
        "`{root}` is not a known name: a reference starts with `var.`, `local.`, `module.` or a resource type{hint}"
    ))
}

/// `var`, `local` or `module` alone.
pub(super) fn nameless(root: &str) -> Box<EvalError> {
    let what = match root {
        "var" => "a variable",
        "local" => "a local value",
        _ => "a module call",
    };
    EvalError::wrong(format!("`{root}` must be followed by the name of {what}"))
}

/// `count` and what stands behind it.
pub(super) fn count(attribute: Option<&str>, has_count: bool) -> Result<(), Box<EvalError>> {
    match attribute {
        _ if !has_count => Err(EvalError::wrong("`count.index` is available only in a block with `count`")),
        Some("index") => Ok(()),
        _ => Err(EvalError::wrong("the only attribute of `count` is `index`")),
    }
}

/// `each` and what stands behind it.
pub(super) fn each(attribute: Option<&str>, has_for_each: bool) -> Result<(), Box<EvalError>> {
    match attribute {
        _ if !has_for_each => Err(EvalError::wrong("`each` is available only in a block with `for_each`")),
        Some("key" | "value") => Ok(()),
        _ => Err(EvalError::wrong("the attributes of `each` are `key` and `value`")),
    }
}

pub(super) fn no_path() -> Box<EvalError> {
    EvalError::wrong("the attributes of `path` are `module`, `root` and `cwd`")
}

pub(super) fn no_fact_of_terraform() -> Box<EvalError> {
    EvalError::wrong("the only attribute of `terraform` is `workspace`")
}

/// An attribute of a resource of which there are several instances, without a key.
pub(super) fn keyless(address: &str, repeats: Repeats) -> Box<EvalError> {
    let (word, key) = if repeats == Repeats::Count { ("count", "0") } else { ("for_each", "\"key\"") };
    EvalError::wrong(format!(
        "`{address}` has `{word}`: write `{address}[{key}]` for one instance, or `[*]` or a `for` expression for all of them"
    ))
}

/// An output of a module of which there are several instances, without a key. Terraform finds that out while it evaluates.
pub(super) fn keyless_call(name: &str) -> Box<EvalError> {
    EvalError::of(
        Fault::Reference,
        format!(
            "`{call}` has `count`: write `{call}[0]` for one instance, or `[*]` or a `for` expression for all of them",
            call = CallName(name),
        ),
    )
}
