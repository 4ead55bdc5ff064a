//! Verbs about what a plan does to a node.

use super::{Argument, Returns, Verb, node, usage};
use crate::value::{Type, Value};

pub(super) const VERBS: &[Verb] = &[
    Verb {
        name: "before",
        takes: &[Argument::Node],
        returns: Returns::SameNode,
        gives: "the node as it was before the plan, with its earlier zones, copies and edges; null if the plan creates it",
        call: |scope, arguments| match node(arguments, "before")? {
            Some(node) => Ok(scope.graph.before_of(node)),
            None => Ok(Value::NULL),
        },
    },
    Verb {
        name: "after",
        takes: &[Argument::Node],
        returns: Returns::SameNode,
        gives: "the node after the plan that a node of before becomes; null if the plan destroys it",
        call: |scope, arguments| match node(arguments, "after")? {
            Some(node) => Ok(scope.graph.becomes(node)),
            None => Ok(Value::NULL),
        },
    },
    Verb {
        name: "changed",
        takes: &[Argument::Node, Argument::Attribute],
        returns: Returns::Value,
        gives: "whether the plan gives an attribute (`\"multi_az\"`, `\"scaling.min\"`) of an existing node another value",
        call: |scope, arguments| {
            let [_, attribute] = arguments else { return Err(usage("changed")) };
            let attribute = attribute.as_str().ok_or_else(|| usage("changed"))?;
            match node(arguments, "changed")? {
                Some(node) => Ok(scope.graph.changed(node, &crate::decode::dotted(attribute))),
                None => Ok(false.into()),
            }
        },
    },
    Verb {
        name: "action",
        takes: &[Argument::Node],
        returns: Returns::Value,
        gives: "what the plan does to the node: `\"create\"`, `\"update\"`, `\"replace\"`, `\"delete\"`, `\"forget\"`, `\"read\"` or `\"no-op\"`",
        call: |scope, arguments| match node(arguments, "action")? {
            Some(node) => Ok(scope.graph.action(node)),
            None => Ok(Value::NULL),
        },
    },
    Verb {
        name: "replaced_for",
        takes: &[Argument::Node],
        returns: Returns::Value,
        gives: "the attributes that force the replacement of the node, as far as the plan says: a list of dotted paths",
        call: |scope, arguments| {
            let names = node(arguments, "replaced_for")?.map(|node| scope.graph.replaced_for(node));
            let names = names.unwrap_or_default().into_iter().map(Value::from).collect();
            Ok(Value::list(Type::String, names))
        },
    },
];
