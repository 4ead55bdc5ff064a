//! Verbs that list resources.

use super::context::ListKey;
use super::scope::{GraphScope, Purpose};
use super::{Argument, Returns, Verb, nodes, strings, usage};
use crate::estate::Mode;
use crate::eval::EvalResult;
use crate::graph::{Found, NodeKind};
use crate::value::{Str, Value};

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
        let found = self.graph.resources(Mode::Managed, &types, true, Some(self.root));
        found.nodes.is_empty() && found.more.is_none() && self.unread_of(&types).is_none()
    }
}

fn resources(scope: &GraphScope<'_>, arguments: &[Value], mode: Mode) -> EvalResult<Value> {
    let types = strings(arguments)?;
    if types.is_empty() {
        return Err(usage("resources"));
    }
    let unread = scope.unread_of(&types);
    // A rule looks at the resources of its own root module; a condition sees all.
    let (is_subject, is_open) = (scope.purpose == Purpose::Subjects, unread.is_some());
    let find = || {
        let found = scope.graph.resources(mode, &types, is_subject, is_subject.then_some(scope.root));
        let elsewhere = scope.graph.elsewhere().filter(|_| !is_subject).cloned();
        Found { more: found.more.into_iter().chain(unread).chain(elsewhere).min(), ..found }
    };
    if is_subject {
        return Ok(nodes(scope, find()));
    }
    let key = ListKey::Resources(scope.graph.time, mode, types.join(" "), is_open);
    Ok(scope.context.listed(key, || nodes(scope, find())))
}
