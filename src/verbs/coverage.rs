//! The signals of nodes, from what the model says of their types.

use std::sync::Arc;

use super::VerbContext;
use crate::analysis::coverage::{Covered, NodeCoverage, Signal};
use crate::estate::Mode;
use crate::graph::NodeKind;
use crate::model::Role;
use crate::value::{Cause, Kind, NodeId, Str, Value};

/// In the value of a definition: the signal could be there and is not, for this reason.
const MISSING: &str = "missing";
/// In the value of a definition: nothing of this type has the signal, for this reason.
const NONE: &str = "none";
/// In the value of a definition: nobody can say, for this reason.
const UNKNOWN: &str = "unknown";
/// The reason where a definition gives none.
const NOTHING: &str = "nothing gives it";

impl VerbContext<'_> {
    /// The signals of every node that carries requests, work or data, and of every other node for which the model describes some.
    #[must_use]
    pub fn coverage(&self) -> Vec<NodeCoverage> {
        self.graph.nodes().filter_map(|(id, _)| self.covered(id)).collect()
    }

    /// The signals of a node; `None` if nothing is to be expected of it.
    #[must_use]
    pub fn covered(&self, id: NodeId) -> Option<NodeCoverage> {
        let node = self.graph.node(id)?;
        let NodeKind::Resource(Mode::Managed) = node.kind else { return None };
        let role = self.graph.model.of(&node.type_).map(|model| model.role).unwrap_or_default();
        let signals = Signal::ALL.map(|signal| read(id, &self.asked(id, signal.definition())));
        let is_described = signals.iter().any(|signal| !matches!(signal, Covered::NotDescribed));
        (carries(role) || is_described).then_some(NodeCoverage { node: id, signals })
    }
}

/// Whether requests, work or data pass through nodes of this role.
const fn carries(role: Role) -> bool {
    match role {
        Role::Entry
        | Role::Ingress
        | Role::Compute
        | Role::Datastore
        | Role::Cache
        | Role::Queue
        | Role::Topic
        | Role::Stream
        | Role::Bus => true,
        Role::Dns | Role::Network | Role::Identity | Role::Observer | Role::Other => false,
    }
}

/// What a reason makes of a cell.
type CellOfReason = fn(Str) -> Covered;

fn read(id: NodeId, value: &Value) -> Covered {
    match &value.kind {
        Kind::Unknown(unknown) => open(&unknown.cause),
        Kind::Bool(true) => Covered::By(Vec::new()),
        Kind::Bool(false) => Covered::Missing(NOTHING.into()),
        Kind::Tuple(nodes) | Kind::List(nodes) | Kind::Set(nodes) => {
            // A node that names itself gives the signal by itself.
            let found: Vec<NodeId> = nodes.items.iter().filter_map(Value::as_node).collect();
            let others = found.iter().copied().filter(|node| *node != id).collect();
            match &nodes.more {
                Some(cause) if found.is_empty() => open(cause),
                None if found.is_empty() => Covered::Missing(NOTHING.into()),
                _ => Covered::By(others),
            }
        }
        Kind::Object(entries) | Kind::Map(entries) => {
            let forms: [(&str, CellOfReason); 3] =
                [(MISSING, Covered::Missing), (NONE, Covered::NotApplicable), (UNKNOWN, Covered::Unknown)];
            let found = forms.into_iter().find_map(|(key, form)| Some((form, entries.get(key)?)));
            match found {
                Some((form, value)) => match &value.kind {
                    Kind::String(text) if !value.is_secret() => form(text.clone()),
                    Kind::Unknown(unknown) => open(&unknown.cause),
                    _ => Covered::NotDescribed,
                },
                None => Covered::NotDescribed,
            }
        }
        Kind::Null(_) | Kind::Number(_) | Kind::String(_) => Covered::NotDescribed,
    }
}

fn open(cause: &Arc<Cause>) -> Covered {
    Covered::Unknown(ecow::eco_format!("{}", cause.root()))
}
