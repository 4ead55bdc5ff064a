//! Verbs about edges and references.

use super::scope::GraphScope;
use super::{Argument, Returns, Verb, first, looked_at, node, nodes, none, strings, usage};
use crate::analysis::reach::reach;
use crate::diagnostic::nearest;
use crate::eval::{EvalError, EvalResult};
use crate::model::EdgeKind;
use crate::value::{Known, NodeId, Origin, Step, Type, Value};

pub(super) const VERBS: &[Verb] = &[
    Verb {
        name: "refs",
        takes: &[Argument::Value, Argument::Types],
        returns: Returns::Nodes,
        gives: "the nodes that a value refers to, directly or through locals, modules and functions",
        call: |scope, arguments| {
            let (value, types) = first(arguments, "refs")?;
            let seeker = scope.graph.seeker_in(scope.root);
            Ok(nodes(scope, scope.graph.refs(seeker, value, &strings(types)?)))
        },
    },
    Verb {
        name: "attribute",
        takes: &[Argument::Value],
        returns: Returns::Value,
        gives: "the name of the attribute that a value not yet known is, such as `\"arn\"`, and `\"\"` where it is made of attributes in another way; null for any other value",
        call: |scope, arguments| {
            let (value, _) = first(arguments, "attribute")?;
            let Some(unknown) = value.as_unknown() else { return Ok(Value::NULL) };
            let is_of_node = |origin: &Origin| scope.graph.node_of(origin).is_some();
            let origin = unknown.origin.as_deref().filter(|origin| is_of_node(origin));
            if let Some([Step::Key(name)] | [Step::Index(_), Step::Key(name)]) =
                origin.map(|origin| origin.path.as_slice())
            {
                return Ok(name.clone().into());
            }
            let mut is_made_of_some = false;
            value.each_reference(&mut |origin| is_made_of_some |= is_of_node(origin));
            Ok(if is_made_of_some { "".into() } else { Value::NULL })
        },
    },
    Verb {
        name: "made_of",
        takes: &[Argument::Value],
        returns: Returns::Value,
        gives: "the names of the attributes of resources that a value refers to, such as `[\"arn\"]`, each once; a plan tells these as well where it does not tell what becomes of them",
        call: |scope, arguments| {
            let (value, _) = first(arguments, "made_of")?;
            let mut names = Vec::new();
            value.each_reference(&mut |origin| {
                if let Some(name) = origin.path.iter().find_map(Step::key)
                    && scope.graph.node_of(origin).is_some()
                    && !names.contains(name)
                {
                    names.push(name.clone());
                }
            });
            Ok(Value::tuple(names.into_iter().map(Value::from).collect()))
        },
    },
    Verb {
        name: "is_attribute",
        takes: &[Argument::Value],
        returns: Returns::Value,
        gives: "whether a value not yet known is the attribute itself that `attribute(value)` tells, and not made of it; unknown in a plan alone, which tells only what a value refers to",
        call: |scope, arguments| {
            let (value, _) = first(arguments, "is_attribute")?;
            let Some(unknown) = value.as_unknown() else { return Ok(false.into()) };
            let node = unknown.origin.as_deref().and_then(|origin| scope.graph.node_of(origin));
            let Some(root) = node.and_then(|node| scope.graph.graph_root(node)) else {
                return Ok(false.into());
            };
            Ok(match root.estate.has_files {
                true => true.into(),
                false => Value::unknown_of(Type::Bool, unknown.cause.clone()),
            })
        },
    },
    Verb {
        name: "names",
        takes: &[Argument::Value, Argument::Node],
        returns: Returns::Value,
        gives: "whether a value names the node: by a reference, its name in an ARN or URL, or a pattern with `*`",
        call: |scope, arguments| {
            let [value, other] = arguments else { return Err(usage("names")) };
            let Some(id) = other.as_node() else {
                let cause = other.as_unknown().map(|unknown| unknown.cause.clone());
                return Ok(cause.map_or(false.into(), |cause| Value::unknown_of(Type::Bool, cause)));
            };
            Ok(match scope.graph.names(value, id) {
                Known::Yes(names) => names.into(),
                Known::No(cause) => Value::unknown_of(Type::Bool, cause),
            })
        },
    },
    Verb {
        name: "linked",
        takes: &[Argument::Node, Argument::Kind, Argument::Types],
        returns: Returns::Nodes,
        gives: "the nodes to which `node` has an edge of this kind",
        call: |scope, arguments| {
            let Some((node, kind, types)) = neighbours(arguments, "linked")? else { return Ok(none()) };
            looked_at(scope, scope.graph.linked(node, kind, &types))
        },
    },
    Verb {
        name: "referrers",
        takes: &[Argument::Node, Argument::Kind, Argument::Types],
        returns: Returns::Nodes,
        gives: "the nodes that have an edge of this kind to `node`; the kind `\"refers\"` is any reference",
        call: |scope, arguments| {
            let Some((node, kind, types)) = neighbours(arguments, "referrers")? else { return Ok(none()) };
            looked_at(scope, scope.graph.referrers(node, kind, &types))
        },
    },
    Verb {
        name: "reachable",
        takes: &[Argument::Node, Argument::Kinds, Argument::Types],
        returns: Returns::Nodes,
        gives: "the nodes that are reachable along edges of these kinds, in any number of steps, without `node` itself",
        call: reachable,
    },
];

fn edge_kind(name: &str) -> EvalResult<EdgeKind> {
    EdgeKind::from_name(name).ok_or_else(|| {
        let hint = nearest(name, EdgeKind::ALL.iter().map(|kind| kind.name()));
        let hint = hint.map(|near| format!("; did you mean \"{near}\"?")).unwrap_or_default();
        EvalError::wrong(format!("there is no kind of edge \"{name}\"{hint}"))
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

fn reachable(scope: &GraphScope<'_>, arguments: &[Value]) -> EvalResult<Value> {
    let (_, rest) = first(arguments, "reachable")?;
    let (kinds, types) = first(rest, "reachable")?;
    let kinds = kinds.as_sequence().ok_or_else(|| usage("reachable"))?;
    let kinds: Vec<EdgeKind> =
        strings(&kinds.items)?.into_iter().map(edge_kind).collect::<EvalResult<_>>()?;
    match node(arguments, "reachable")? {
        Some(node) => looked_at(scope, reach(scope.graph, node, &kinds).found(scope.graph, &strings(types)?)),
        None => Ok(none()),
    }
}
