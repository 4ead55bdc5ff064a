//! Checks that a module call passes the arguments that its module requires, and no others.

use rustc_hash::FxHashSet;

use super::module::ModuleInstance;
use crate::address::CallName;
use crate::diagnostic::{Diagnostic, nearest};
use crate::estate::configuration::declare::{ModuleConfig, NamedDecl};
use crate::syntax::tree::{Attribute, Tree};
use crate::text::Span;

/// Arguments of a call that Terraform itself interprets.
const META_ARGUMENTS: [&str; 6] = ["source", "version", "count", "for_each", "depends_on", "providers"];

/// No more arguments than these are said to be missing in one call: a module may have many variables, and many calls.
const MAX_MISSING: usize = 16;

/// Arguments that are missing among those that the module needs, and those that the module does not declare. The call is evaluated all the same: what is missing is
/// unknown, and nothing in the module asks for what it does not declare.
pub(super) fn problems(
    config: &ModuleConfig,
    call: &NamedDecl,
    called: &ModuleConfig,
    needed: &[&NamedDecl],
) -> Vec<Diagnostic> {
    let name = &call.name;
    let mut problems = Vec::new();
    let written: FxHashSet<&str> = std::iter::once(&call.at)
        .chain(&call.overrides)
        .filter_map(|at| Some((config.tree(*at)?, at.block.body)))
        .flat_map(|(tree, body)| tree.attributes(tree.body(body)).iter().map(|own| tree.text(own.name)))
        .collect();
    let missing = needed.iter().filter(|variable| !written.contains(variable.name.as_str()));
    for variable in missing.take(MAX_MISSING) {
        let message =
            format!("the call of `{}` does not set the argument `{}`", CallName(name), variable.name);
        let mut problem = Diagnostic::error("config/missing-argument", message)
            .help(format!("add `{} = …` to the call, or a `default` to the variable", variable.name));
        if let Some(span) = call.span(config) {
            problem = problem.at(span, "this call");
        }
        if let Some(span) = variable.span(called) {
            problem = problem.label(span, "the module requires it");
        }
        problems.push(problem);
    }
    // The declaration may be in a file that could not be read.
    if called.incomplete.is_some() {
        return problems;
    }
    for at in std::iter::once(&call.at).chain(&call.overrides) {
        let Some(tree) = config.tree(*at) else { continue };
        for attribute in tree.attributes(tree.body(at.block.body)) {
            let argument = tree.text(attribute.name);
            if !META_ARGUMENTS.contains(&argument) && called.variable(argument).is_none() {
                problems.push(unsupported(name, argument, tree.span(attribute.name_range), called));
            }
        }
    }
    problems
}

fn unsupported(call: &str, argument: &str, span: Span, called: &ModuleConfig) -> Diagnostic {
    let declared = || called.variables.iter().map(|variable| variable.name.as_str());
    let help = match nearest(argument, declared().chain(META_ARGUMENTS)) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("declare `variable \"{argument}\"` in the module, or remove the argument"),
    };
    Diagnostic::error(
        "config/unsupported-argument",
        format!("the module of `{}` has no variable `{argument}`", CallName(call)),
    )
    .at(span, "the module has no such variable")
    .help(help)
}

/// Reports a block that has both `count` and `for_each`.
pub(super) fn both_repetitions(
    module: &ModuleInstance<'_>,
    address: &str,
    count: (&Tree, &Attribute),
    for_each: (&Tree, &Attribute),
) {
    let span = |(tree, attribute): (&Tree, &Attribute)| tree.span(tree.attribute_range(attribute));
    module.evaluation.report(
        Diagnostic::error("config/repetition", format!("{address} has both `count` and `for_each`"))
            .at(span(for_each), "this one is ignored here")
            .label(span(count), "this one is used here")
            .help("Terraform accepts only one of them: keep `for_each` if instances have names"),
    );
}
