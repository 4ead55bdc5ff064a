//! Verbs: the functions that rule and model files have beyond Terraform's. One table, from which the guide's is made.

use std::sync::{Arc, LazyLock};

use globset::Glob;
use rustc_hash::FxHashMap;

use super::scope::{GraphScope, Purpose};
pub use super::signature::{Argument, Returns};
use super::{Found, ListKey, NodeKind, version};
use crate::budget::Budget;
use crate::diagnostic::nearest;
use crate::estate::Mode;
use crate::eval::{EvalError, EvalResult};
use crate::model::{EdgeKind, Role};
use crate::value::{Kind, NodeId, Sequence, Type, Value};

/// One verb.
pub struct Verb {
    /// Its name.
    pub name: &'static str,
    /// What it takes, in order.
    pub takes: &'static [Argument],
    /// What comes of it, as far as attributes are read from it.
    pub returns: Returns,
    /// What it gives, one line.
    pub gives: &'static str,
    /// Runs it.
    pub call: fn(&GraphScope<'_>, &[Value]) -> EvalResult<Value>,
}

/// All verbs, in the order of the guide.
pub const VERBS: &[Verb] = &[
    Verb {
        name: "resources",
        takes: &[Argument::SomeTypes],
        returns: Returns::Nodes,
        gives: "the managed resource instances of any of these types, sets or roles",
        call: |scope, arguments| resources(scope, arguments, Mode::Managed),
    },
    Verb {
        name: "data_sources",
        takes: &[Argument::SomeTypes],
        returns: Returns::DataSources,
        gives: "the same for data sources",
        call: |scope, arguments| resources(scope, arguments, Mode::Data),
    },
    Verb {
        name: "refs",
        takes: &[Argument::Value, Argument::Types],
        returns: Returns::Nodes,
        gives: "the nodes that a value refers to, directly or through locals, modules and functions",
        call: |scope, arguments| {
            let (value, types) = first(arguments, "refs")?;
            Ok(nodes(scope, scope.graph.refs(value, &strings(types)?)))
        },
    },
    Verb {
        name: "linked",
        takes: &[Argument::Node, Argument::Kind, Argument::Types],
        returns: Returns::Nodes,
        gives: "the nodes to which `node` has an edge of that kind",
        call: |scope, arguments| {
            let Some((node, kind, types)) = neighbours(arguments, "linked")? else { return Ok(none()) };
            looked_at(scope, scope.graph.linked(node, kind, &types))
        },
    },
    Verb {
        name: "referrers",
        takes: &[Argument::Node, Argument::Kind, Argument::Types],
        returns: Returns::Nodes,
        gives: "the nodes that have an edge of that kind to `node`; kind `\"refers\"` is any reference",
        call: |scope, arguments| {
            let Some((node, kind, types)) = neighbours(arguments, "referrers")? else { return Ok(none()) };
            looked_at(scope, scope.graph.referrers(node, kind, &types))
        },
    },
    Verb {
        name: "reachable",
        takes: &[Argument::Node, Argument::Kinds, Argument::Types],
        returns: Returns::Nodes,
        gives: "the nodes that edges of these kinds lead to, over any number of steps, without `node` itself",
        call: reachable,
    },
    Verb {
        name: "zones",
        takes: &[Argument::Node],
        returns: Returns::Value,
        gives: "where a node stands: a list of zones as the model gives it, each once; zones are symbolic (`names[0]` and `names[1]` are two)",
        call: |scope, arguments| match node(arguments, "zones")? {
            Some(node) => scope.graph.zones(node, scope.files, scope.depth),
            None => Ok(none()),
        },
    },
    Verb {
        name: "copies",
        takes: &[Argument::Node],
        returns: Returns::Value,
        gives: "how many of it there are, as the model gives it",
        call: |scope, arguments| match node(arguments, "copies")? {
            Some(node) => scope.graph.copies(node, scope.files, scope.depth),
            None => Ok(Value::NULL),
        },
    },
    Verb {
        name: "before",
        takes: &[Argument::Node],
        returns: Returns::SameNode,
        gives: "the node as it was before the plan, with the zones, copies and edges of then; null if the plan creates it",
        call: |scope, arguments| match node(arguments, "before")? {
            Some(node) => Ok(scope.graph.before(node)),
            None => Ok(Value::NULL),
        },
    },
    Verb {
        name: "after",
        takes: &[Argument::Node],
        returns: Returns::SameNode,
        gives: "what becomes of a node of before: the node after the plan; null if the plan destroys it",
        call: |scope, arguments| match node(arguments, "after")? {
            Some(node) => Ok(scope.graph.becomes(node)),
            None => Ok(Value::NULL),
        },
    },
    Verb {
        name: "changed",
        takes: &[Argument::Node, Argument::Attribute],
        returns: Returns::Value,
        gives: "whether the plan gives an attribute (`\"multi_az\"`, `\"scaling.min\"`) of something that is there another value",
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
        gives: "the attributes for which the plan replaces the node, as far as it says: a list of dotted paths",
        call: |scope, arguments| {
            let names = node(arguments, "replaced_for")?.map(|node| scope.graph.replaced_for(node));
            let names = names.unwrap_or_default().into_iter().map(Value::from).collect();
            Ok(Value::list(Type::String, names))
        },
    },
    Verb {
        name: "destroyed",
        takes: &[Argument::SomeTypes],
        returns: Returns::Nodes,
        gives: "the managed resource instances of any of these types, sets or roles that the plan destroys for good, as they were",
        call: |scope, arguments| {
            if arguments.is_empty() {
                return Err(usage("destroyed"));
            }
            let types = strings(arguments)?;
            let key = ListKey::Destroyed(types.join(" "));
            Ok(listed(scope, key, || scope.graph.destroyed(&types)))
        },
    },
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
        name: "module_calls",
        takes: &[],
        returns: Returns::Value,
        gives: "`module` blocks: `self.source`, `self.version`, and `self.source_kind`: `local`, `registry`, `git`, `archive`, `other`",
        call: |scope, _| Ok(nodes(scope, scope.graph.of_kind(NodeKind::Call))),
    },
    Verb {
        name: "modules",
        takes: &[],
        returns: Returns::Value,
        gives: "module directories: `self.path`, `self.kind` (`root` or `child`), `self.required_version`, `self.backend` (type or null), `self.resources`, `self.providers`, `self.calls` (how many), `self.variables`, `self.outputs` (lists of objects with `name`, `type`, `description`, `sensitive`, `has_default`)",
        call: |scope, _| Ok(nodes(scope, scope.graph.of_kind(NodeKind::Module))),
    },
    Verb {
        name: "providers_required",
        takes: &[],
        returns: Returns::Value,
        gives: "provider requirements: `self.name`, `self.source`, `self.version` (the constraint or null), `self.module`, `self.kind` (`root` or `child`)",
        call: |scope, _| Ok(nodes(scope, scope.graph.of_kind(NodeKind::Requirement))),
    },
    Verb {
        name: "files",
        takes: &[Argument::Node, Argument::Glob],
        returns: Returns::Value,
        gives: "files in the directory of a module node, paths relative to it",
        call: files,
    },
    Verb {
        name: "default",
        takes: &[Argument::Values],
        returns: Returns::Value,
        gives: "the first value that is not null, as it is (Terraform's function would convert all to one type)",
        call: |_, arguments| {
            let mut left = arguments.iter().filter(|value| !value.is_null());
            let Some(value) = left.next() else { return Ok(Value::NULL) };
            Ok(match &value.kind {
                // It may be null: then one of the others counts, if there is any.
                Kind::Unknown(unknown) if !unknown.refinement.not_null && left.next().is_some() => {
                    Value::unknown(unknown.cause.clone()).computed_from(value)
                }
                _ => value.clone(),
            })
        },
    },
    Verb {
        name: "version_allows",
        takes: &[Argument::Constraint, Argument::Version],
        returns: Returns::Value,
        gives: "whether a version constraint admits a version; null admits any",
        call: |_, arguments| {
            let [constraint, version] = arguments else { return Err(usage("version_allows")) };
            match (&constraint.kind, &version.kind) {
                // No constraint admits any version.
                (Kind::Null(_), _) => Ok(true.into()),
                (Kind::String(constraint), Kind::String(version)) => version::allows(constraint, version)
                    .map(Value::from)
                    .map_err(|error| Box::new(EvalError::new(error))),
                (Kind::Unknown(unknown), _) | (_, Kind::Unknown(unknown)) => {
                    Ok(Value::unknown_of(Type::Bool, unknown.cause.clone()))
                }
                _ => Err(usage("version_allows")),
            }
        },
    },
];

/// The verb of that name.
#[must_use]
pub fn find(name: &str) -> Option<&'static Verb> {
    static BY_NAME: LazyLock<FxHashMap<&'static str, &'static Verb>> =
        LazyLock::new(|| VERBS.iter().map(|verb| (verb.name, verb)).collect());
    BY_NAME.get(name).copied()
}

fn usage(name: &str) -> Box<EvalError> {
    let arguments = find(name).map_or_else(String::new, Verb::arguments);
    Box::new(EvalError {
        message: format!("it is called as `{name}({arguments})`"),
        range: None,
        static_error: true,
        limit: None,
    })
}

fn none() -> Value {
    Value::tuple(Vec::new())
}

fn first<'v>(arguments: &'v [Value], name: &str) -> EvalResult<(&'v Value, &'v [Value])> {
    arguments.split_first().ok_or_else(|| usage(name))
}

/// The node that is the first argument; null stands for no node.
fn node(arguments: &[Value], name: &str) -> EvalResult<Option<NodeId>> {
    let (value, _) = first(arguments, name)?;
    if value.is_null() {
        return Ok(None);
    }
    match value.as_node() {
        Some(node) => Ok(Some(node)),
        None => Err(Box::new(EvalError {
            message: format!(
                "`{name}` takes a node, such as `self` or an element of `linked(…)`, not a {}",
                value.type_of()
            ),
            range: None,
            static_error: true,
            limit: None,
        })),
    }
}

fn strings(values: &[Value]) -> EvalResult<Vec<&str>> {
    values
        .iter()
        .map(|value| {
            value.as_str().ok_or_else(|| {
                Box::new(EvalError {
                    message: "types, sets, roles and kinds of edges are written as strings".to_owned(),
                    range: None,
                    static_error: true,
                    limit: None,
                })
            })
        })
        .collect()
}

fn edge_kind(name: &str) -> EvalResult<EdgeKind> {
    EdgeKind::from_name(name).ok_or_else(|| {
        let hint = nearest(name, EdgeKind::ALL.iter().map(|kind| kind.name()));
        let hint = hint.map(|near| format!("; did you mean \"{near}\"?")).unwrap_or_default();
        Box::new(EvalError {
            message: format!("there is no kind of edge \"{name}\"{hint}"),
            range: None,
            static_error: true,
            limit: None,
        })
    })
}

type Neighbours<'v> = (NodeId, EdgeKind, Vec<&'v str>);

fn neighbours<'v>(arguments: &'v [Value], name: &str) -> EvalResult<Option<Neighbours<'v>>> {
    let (_, rest) = first(arguments, name)?;
    let rest = strings(rest)?;
    let (kind, types) = rest.split_first().ok_or_else(|| usage(name))?;
    let kind = edge_kind(kind)?;
    Ok(node(arguments, name)?.map(|node| (node, kind, types.to_vec())))
}

/// Nodes as a list value, open where there may be more.
fn nodes(scope: &GraphScope<'_>, found: Found) -> Value {
    let items =
        found.nodes.iter().filter_map(|id| scope.graph.node(*id)).map(|node| node.value.clone()).collect();
    Kind::Tuple(Arc::new(Sequence { element: Type::Dynamic, items, more: found.more })).into()
}

/// Nodes as a list value, after paying for the search.
fn looked_at(scope: &GraphScope<'_>, found: Found) -> EvalResult<Value> {
    const STEPS: u64 = 8;
    let edges = u64::try_from(found.looked_at).unwrap_or(u64::MAX);
    scope.meter.spend(Budget::Evaluation, edges.saturating_mul(STEPS))?;
    Ok(nodes(scope, found))
}

fn resources(scope: &GraphScope<'_>, arguments: &[Value], mode: Mode) -> EvalResult<Value> {
    let types = strings(arguments)?;
    if types.is_empty() {
        return Err(usage("resources"));
    }
    let key = ListKey::Resources(mode, types.join(" "), scope.purpose);
    Ok(listed(scope, key, || scope.graph.resources(mode, &types, scope.purpose == Purpose::Subjects)))
}

/// A list of resources that was asked for before, or is found now.
fn listed(scope: &GraphScope<'_>, key: ListKey, find: impl FnOnce() -> Found) -> Value {
    // A thread that panicked cannot have left half a list: the value is made before it is stored.
    let lists = || scope.graph.lists.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    if let Some(known) = lists().get(&key) {
        return known.clone();
    }
    let list = nodes(scope, find());
    lists().insert(key, list.clone());
    list
}

fn reachable(scope: &GraphScope<'_>, arguments: &[Value]) -> EvalResult<Value> {
    let (_, rest) = first(arguments, "reachable")?;
    let (kinds, types) = first(rest, "reachable")?;
    let kinds = kinds.as_sequence().ok_or_else(|| usage("reachable"))?;
    let kinds: Vec<EdgeKind> =
        strings(&kinds.items)?.into_iter().map(edge_kind).collect::<EvalResult<_>>()?;
    match node(arguments, "reachable")? {
        Some(node) => looked_at(scope, scope.graph.reachable(node, &kinds, &strings(types)?)),
        None => Ok(none()),
    }
}

fn about(
    scope: &GraphScope<'_>,
    arguments: &[Value],
    name: &str,
    what: impl Fn(&super::Node) -> Value,
) -> EvalResult<Value> {
    let node = node(arguments, name)?.and_then(|node| scope.graph.node(node));
    Ok(node.map_or(Value::NULL, what))
}

fn files(_: &GraphScope<'_>, arguments: &[Value]) -> EvalResult<Value> {
    let [module, pattern] = arguments else { return Err(usage("files")) };
    let pattern = pattern.as_str().ok_or_else(|| usage("files"))?;
    let matcher = Glob::new(pattern)
        .map_err(|error| Box::new(EvalError::new(format!("`{pattern}` is not a glob: {error}"))))?
        .compile_matcher();
    let names = module.as_entries().and_then(|entries| entries.get("files")).and_then(Value::as_sequence);
    let items = names
        .map(|names| {
            names
                .items
                .iter()
                .filter(|name| name.as_str().is_some_and(|name| matcher.is_match(name)))
                .cloned()
                .collect()
        })
        .unwrap_or_default();
    Ok(Value::list(Type::String, items))
}
