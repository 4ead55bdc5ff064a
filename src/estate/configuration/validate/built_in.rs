//! The resource types and data sources of the provider that is a part of Terraform: their arguments and attributes.

use super::argument_types::{ArgumentType, of_other_type};
use super::backends;
use super::own_blocks::hinted;
use super::provisioners::lacking;
use crate::address::Mode;
use crate::diagnostic::{Diagnostic, nearest};
use crate::eval::{EvalError, Fault};
use crate::syntax::tree::{Block, Body, ExprKind, Tree};

/// A type of the provider.
struct BuiltInType {
    mode: Mode,
    name: &'static str,
    arguments: &'static [(&'static str, ArgumentType)],
    needs: Option<&'static str>,
    /// What can be read besides the arguments.
    computed: &'static [&'static str],
}

const TYPES: [BuiltInType; 2] = [
    BuiltInType {
        mode: Mode::Managed,
        name: "terraform_data",
        arguments: &[("input", ArgumentType::Any), ("triggers_replace", ArgumentType::Any)],
        needs: None,
        computed: &["id", "output"],
    },
    BuiltInType {
        mode: Mode::Data,
        name: "terraform_remote_state",
        arguments: &[
            ("backend", ArgumentType::Text),
            ("config", ArgumentType::Map),
            ("defaults", ArgumentType::Map),
            ("workspace", ArgumentType::Text),
        ],
        needs: Some("backend"),
        computed: &["outputs"],
    },
];

/// What begins the names of types of the provider.
const PREFIX: &str = "terraform_";

/// Arguments and blocks that every resource may have.
const META: [&str; 9] = [
    "count",
    "for_each",
    "provider",
    "depends_on",
    "lifecycle",
    "provisioner",
    "connection",
    // OpenTofu evaluates these before anything else.
    "enabled",
    "//",
];

fn type_of(mode: Mode, name: &str) -> Option<&'static BuiltInType> {
    TYPES.iter().find(|own| own.mode == mode && own.name == name)
}

impl BuiltInType {
    fn argument(&self, name: &str) -> Option<ArgumentType> {
        self.arguments.iter().find(|(own, _)| *own == name).map(|(_, type_)| *type_)
    }

    fn names(&self) -> Vec<&'static str> {
        self.arguments.iter().map(|(name, _)| *name).chain(self.computed.iter().copied()).collect()
    }
}

/// What is wrong with the block of a resource, data source or ephemeral resource if it is one of Terraform's own. In an override file it
/// changes only what it says.
pub(super) fn problems(tree: &Tree, block: &Block, mode: Mode, is_override: bool) -> Vec<Diagnostic> {
    let name = tree.labels(block).first().map(|label| tree.text(label.text)).unwrap_or_default();
    let body = tree.body(block.body);
    // What names its provider may be a type of another one.
    if !name.starts_with(PREFIX) || tree.attribute(body, "provider").is_some() {
        return Vec::new();
    }
    let Some(own) = type_of(mode, name) else {
        let problem =
            Diagnostic::error("config/unknown-block", format!("Terraform has no `{name}` of this kind"))
                .at(tree.span(block.header), "not a type");
        let names: Vec<&str> = TYPES.iter().filter(|own| own.mode == mode).map(|own| own.name).collect();
        return vec![hinted(problem, name, &names)];
    };
    let mut problems = Vec::new();
    for attribute in tree.attributes(body) {
        let argument = tree.text(attribute.name);
        match own.argument(argument) {
            Some(type_) => problems.extend(of_other_type(tree, attribute, type_)),
            None if META.contains(&argument) => {}
            None => {
                let message = match own.computed.contains(&argument) {
                    true => format!("`{argument}` of `{name}` can be read, and not set"),
                    false => format!("`{name}` has no argument `{argument}`"),
                };
                let problem = Diagnostic::error("config/unknown-argument", message)
                    .at(tree.span(attribute.name_range), "not an argument");
                let arguments: Vec<&str> = own.arguments.iter().map(|(name, _)| *name).collect();
                problems.push(hinted(problem, argument, &arguments));
            }
        }
    }
    for inner in tree.blocks(body) {
        let kind = tree.text(inner.kind);
        if META.contains(&kind) {
            continue;
        }
        let problem = Diagnostic::error("config/unknown-block", format!("`{name}` has no block `{kind}`"))
            .at(tree.span(inner.kind_range), "not a block type");
        problems.push(match own.argument(kind) {
            Some(_) => problem.help(format!("write it as an argument: `{kind} = {{ … }}`")),
            None => problem,
        });
    }
    if let Some(needed) = own.needs.filter(|needed| !is_override && tree.attribute(body, needed).is_none()) {
        problems.push(lacking(name, needed, tree.span(block.header)));
    }
    problems.extend(no_backend(tree, block));
    for lifecycle in tree.blocks_of(body, "lifecycle") {
        problems.extend(ignored(tree, own, tree.body(lifecycle.body)));
    }
    problems
}

/// Attributes in `ignore_changes` that the type does not have.
fn ignored(tree: &Tree, own: &BuiltInType, lifecycle: &Body) -> Vec<Diagnostic> {
    let Some(attribute) = tree.attribute(lifecycle, "ignore_changes") else { return Vec::new() };
    let ExprKind::Tuple(items) = tree.expr(attribute.value).kind else { return Vec::new() };
    let named = tree.exprs(items).iter().filter_map(|item| match tree.expr(*item).kind {
        ExprKind::Variable(name) | ExprKind::String(name) => Some((*item, tree.text(name))),
        _ => None,
    });
    let unknown = named.filter_map(|(item, name)| Some((item, no_attribute(own.mode, own.name, name)?)));
    unknown
        .map(|(item, error)| {
            Diagnostic::error("config/reference", error.message)
                .at(tree.span(tree.expr(item).range), "no attribute")
        })
        .collect()
}

/// A data source that reads a state from a backend that Terraform does not have.
fn no_backend(tree: &Tree, block: &Block) -> Option<Diagnostic> {
    let attribute = tree.attribute(tree.body(block.body), "backend")?;
    let ExprKind::String(name) = tree.expr(attribute.value).kind else { return None };
    backends::unknown(tree.text(name), tree.span(tree.expr(attribute.value).range))
}

/// What is wrong with reading an attribute of one of Terraform's own types.
pub(super) fn no_attribute(mode: Mode, type_: &str, attribute: &str) -> Option<Box<EvalError>> {
    let own = type_of(mode, type_)?;
    let names = own.names();
    if names.contains(&attribute) {
        return None;
    }
    let near = nearest(attribute, names.iter().copied());
    let hint = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
    Some(EvalError::of(Fault::Reference, format!("`{type_}` has no attribute `{attribute}`{hint}")))
}
