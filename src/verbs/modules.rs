//! Verbs about modules, module calls and provider requirements.

use std::sync::Arc;

use globset::Glob;

use super::scope::GraphScope;
use super::{Argument, Returns, Verb, nodes, none, usage};
use crate::eval::{EvalError, EvalResult};
use crate::graph::NodeKind;
use crate::value::{Kind, Sequence, Type, Value};

pub(super) const VERBS: &[Verb] = &[
    Verb {
        name: "module_calls",
        takes: &[],
        returns: Returns::Value,
        gives: "`module` blocks: `self.source`, `self.version`, and `self.source_kind`: `local`, `registry`, `git`, `mercurial`, `archive`, `other`",
        call: |scope, _| Ok(nodes(scope, scope.graph.of_kind(NodeKind::Call, scope.root))),
    },
    Verb {
        name: "modules",
        takes: &[],
        returns: Returns::Value,
        gives: "module directories: `self.path`, `self.kind` (`root` or `child`), `self.required_version`, `self.backend` (type or null), `self.resources`, `self.providers`, `self.calls` (how many), `self.run_by` (what runs Terraform there, such as `Terragrunt`, or null), `self.variables`, `self.outputs` (lists of nodes with `name`, `type`, `description`, `sensitive`, `has_default`, and in the root module `given`: whether anything gives a value)",
        call: |scope, _| Ok(nodes(scope, scope.graph.of_kind(NodeKind::Module, scope.root))),
    },
    Verb {
        name: "has_configuration",
        takes: &[],
        returns: Returns::Value,
        gives: "whether the configuration of the root module is there; false for a plan alone",
        call: |scope, _| {
            Ok(scope.graph.estate_of_root(scope.root).is_some_and(|estate| estate.has_files).into())
        },
    },
    Verb {
        name: "providers_required",
        takes: &[],
        returns: Returns::Value,
        gives: "provider requirements: `self.name`, `self.source`, `self.version` (the constraint or null), `self.module`, `self.kind` (`root` or `child`)",
        call: |scope, _| Ok(nodes(scope, scope.graph.of_kind(NodeKind::Requirement, scope.root))),
    },
    Verb {
        name: "files",
        takes: &[Argument::Node, Argument::Glob],
        returns: Returns::Value,
        gives: "files in the directory of a module node, paths relative to it",
        call: files,
    },
];

fn files(_: &GraphScope<'_>, arguments: &[Value]) -> EvalResult<Value> {
    let [module, pattern] = arguments else { return Err(usage("files")) };
    let pattern = pattern.as_str().ok_or_else(|| usage("files"))?;
    let matcher = Glob::new(pattern)
        .map_err(|error| Box::new(EvalError::new(format!("`{pattern}` is not a glob: {error}"))))?
        .compile_matcher();
    let names = module.as_entries().and_then(|entries| entries.get("files")).and_then(Value::as_sequence);
    let Some(names) = names else { return Ok(none()) };
    let is_match = |name: &&Value| name.as_str().is_some_and(|name| matcher.is_match(name));
    let items = names.items.iter().filter(is_match).cloned().collect();
    Ok(Kind::List(Arc::new(Sequence { element: Type::String, items, more: names.more.clone(), most: None }))
        .into())
}
