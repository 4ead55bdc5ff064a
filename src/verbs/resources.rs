//! Verbs that list resources.

use std::sync::Arc;

use super::context::ListKey;
use super::scope::{GraphScope, Purpose};
use super::{Argument, Returns, Verb, nodes, strings, usage};
use crate::estate::Mode;
use crate::eval::EvalResult;
use crate::graph::{Found, Graph, NodeKind};
use crate::value::{Cause, Str, Value};

pub(super) const VERBS: &[Verb] = &[
    Verb {
        name: "resources",
        takes: &[Argument::SomeTypes],
        returns: Returns::Nodes,
        gives: "the managed resource instances of any of these types, sets or roles",
        call: |scope, arguments| resources(scope, arguments, Mode::Managed),
    },
    Verb {
        name: "all_resources",
        takes: &[],
        returns: Returns::Nodes,
        gives: "all managed resource instances of the root module, of any type",
        call: |scope, _| Ok(nodes(scope, scope.graph.of_kind(NodeKind::Resource(Mode::Managed), scope.root))),
    },
    Verb {
        name: "data_sources",
        takes: &[Argument::SomeTypes],
        returns: Returns::DataSources,
        gives: "the data sources of any of these types, sets or roles",
        call: |scope, arguments| resources(scope, arguments, Mode::Data),
    },
    Verb {
        name: "destroyed",
        takes: &[Argument::SomeTypes],
        returns: Returns::Nodes,
        gives: "the managed resource instances of any of these types, sets or roles that the plan destroys for good, as they were before",
        call: |scope, arguments| {
            if arguments.is_empty() {
                return Err(usage("destroyed"));
            }
            let types = strings(arguments)?;
            let key = ListKey::Destroyed(scope.root, types.join(" "));
            Ok(scope.context.listed(key, || nodes(scope, scope.graph.destroyed(&types, scope.root))))
        },
    },
];

impl GraphScope<'_> {
    /// Whether the root module has no resource of these types, sets and roles, and cannot have one that is not known.
    #[must_use]
    pub fn lacks_all(&self, names: &[Str]) -> bool {
        let types: Vec<&str> = names.iter().map(Str::as_str).collect();
        let found = self.own_resources(Mode::Managed, &types);
        found.nodes.is_empty() && found.more.is_none() && self.unread_of(&types).is_none()
    }

    /// The resources of the root module, as far as they were read.
    fn own_resources(&self, mode: Mode, types: &[&str]) -> Found {
        self.graph.resources(mode, types, true, Some(self.root))
    }
}

/// The resources of all root modules. `unread` is why the one that asks may have more.
pub(super) fn resources_of_all(
    graph: &Graph<'_>,
    mode: Mode,
    types: &[&str],
    unread: Option<Arc<Cause>>,
) -> Found {
    let found = graph.resources(mode, types, false, None);
    let elsewhere = graph.elsewhere().cloned();
    Found { more: found.more.into_iter().chain(unread).chain(elsewhere).min(), ..found }
}

fn resources(scope: &GraphScope<'_>, arguments: &[Value], mode: Mode) -> EvalResult<Value> {
    let types = strings(arguments)?;
    if types.is_empty() {
        return Err(usage("resources"));
    }
    let unread = scope.unread_of(&types);
    // A rule looks at the resources of its own root module; a condition sees all.
    if scope.purpose == Purpose::Subjects {
        let found = scope.own_resources(mode, &types);
        return Ok(nodes(scope, Found { more: found.more.into_iter().chain(unread).min(), ..found }));
    }
    let key = ListKey::Resources(scope.graph.time, mode, types.join(" "), unread.is_some());
    Ok(scope.context.listed(key, || nodes(scope, resources_of_all(scope.graph, mode, &types, unread))))
}
