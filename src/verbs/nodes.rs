//! Verbs about what a node is.

use super::scope::GraphScope;
use super::{Argument, Returns, Verb, first, looked_at, node, none, strings};
use crate::estate::BlockSource;
use crate::eval::EvalResult;
use crate::graph::Node;
use crate::model::Role;
use crate::value::Value;

pub(super) const VERBS: &[Verb] = &[
    Verb {
        name: "is",
        takes: &[Argument::Node, Argument::SomeTypes],
        returns: Returns::Value,
        gives: "whether the node is of one of these types, sets or roles",
        call: |scope, arguments| {
            let (_, types) = first(arguments, "is")?;
            match node(arguments, "is")? {
                Some(node) => Ok(scope.graph.is(node, &strings(types)?).into()),
                None => Ok(false.into()),
            }
        },
    },
    Verb {
        name: "address",
        takes: &[Argument::Node],
        returns: Returns::Value,
        gives: "its address",
        call: |scope, arguments| about(scope, arguments, "address", |node| node.address.clone().into()),
    },
    Verb {
        name: "type",
        takes: &[Argument::Node],
        returns: Returns::Value,
        gives: "its resource type",
        call: |scope, arguments| about(scope, arguments, "type", |node| node.type_.clone().into()),
    },
    Verb {
        name: "role",
        takes: &[Argument::Node],
        returns: Returns::Value,
        gives: "its role",
        call: |scope, arguments| {
            about(scope, arguments, "role", |node| {
                scope.graph.model.of(&node.type_).map_or(Role::Other, |model| model.role).name().into()
            })
        },
    },
    Verb {
        name: "ignored_changes",
        takes: &[Argument::Node],
        returns: Returns::Value,
        gives: "the arguments whose changes Terraform leaves alone (`lifecycle { ignore_changes = … }`); `all` stands for every one",
        call: |scope, arguments| {
            let node = node(arguments, "ignored_changes")?;
            let declaration = node.and_then(|id| scope.graph.instance(id)?.declaration.clone());
            let names = declaration.and_then(|declaration| {
                // The last block that says it counts.
                let mut blocks =
                    declaration.overrides.iter().rev().chain(std::iter::once(&declaration.block));
                blocks.find_map(BlockSource::ignored_changes)
            });
            Ok(Value::tuple(names.into_iter().flatten().map(Value::from).collect()))
        },
    },
    Verb {
        name: "siblings",
        takes: &[Argument::Node],
        returns: Returns::SameNode,
        gives: "the instances of the node's block (`count`, `for_each`, also those of enclosing modules), including `node` itself",
        call: |scope, arguments| match node(arguments, "siblings")? {
            Some(node) => looked_at(scope, scope.graph.siblings(node)),
            None => Ok(none()),
        },
    },
];

fn about(
    scope: &GraphScope<'_>,
    arguments: &[Value],
    name: &str,
    what: impl Fn(&Node) -> Value,
) -> EvalResult<Value> {
    let node = node(arguments, name)?.and_then(|node| scope.graph.node(node));
    Ok(node.map_or(Value::NULL, what))
}
