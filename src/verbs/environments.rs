//! Verbs about environments: which one this is, and what the same thing is in the others.

use crate::value::{Str, Value};

use super::{Argument, Returns, Verb, node, none, usage};

pub(super) const VERBS: &[Verb] = &[
    Verb {
        name: "environment",
        takes: &[],
        returns: Returns::Value,
        gives: "the environment of the root module: an object with `name` and `production`, which are null if it is not known, and `others`: how many other environments it can be compared with",
        call: |scope, _| Ok(scope.graph.environment(scope.root)),
    },
    Verb {
        name: "differing",
        takes: &[Argument::Node, Argument::Value],
        returns: Returns::Value,
        gives: "those of a list of attributes that may differ between the node and what it is in any other environment, lists by their length: ask for the `counterparts` of these only",
        call: |scope, arguments| {
            let [_, names] = arguments else { return Err(usage("differing")) };
            let names = names.as_sequence().ok_or_else(|| usage("differing"))?;
            let names = names.items.iter().map(|name| name.as_str().ok_or_else(|| usage("differing")));
            let names = names.collect::<Result<Vec<&str>, _>>()?;
            let paths: Vec<(Str, Vec<Str>)> =
                names.into_iter().map(|name| (name.into(), crate::decode::dotted(name))).collect();
            let Some(node) = node(arguments, "differing")? else { return Ok(none()) };
            let found = scope.graph.differing(node, &paths);
            Ok(Value::tuple(found.into_iter().map(|name| name.as_str().into()).collect()))
        },
    },
    Verb {
        name: "counterparts",
        takes: &[Argument::Node, Argument::Attribute],
        returns: Returns::Value,
        gives: "what an attribute of the node is in each other environment of the same root module, or of root modules of the same layout: objects with `environment`, `production`, `same_root`, `exists` (whether the node is there), `value` and `length` (of a list), and `own` and `own_length` for what it is here",
        call: |scope, arguments| {
            let [_, attribute] = arguments else { return Err(usage("counterparts")) };
            let attribute = attribute.as_str().ok_or_else(|| usage("counterparts"))?;
            match node(arguments, "counterparts")? {
                Some(node) => Ok(scope.graph.counterparts(node, &crate::decode::dotted(attribute))),
                None => Ok(none()),
            }
        },
    },
];
