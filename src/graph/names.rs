//! Nodes by what they are called: for links whose targets stand in values as literal names.

use std::sync::{Arc, OnceLock};

use rustc_hash::{FxHashMap, FxHashSet};

use super::{Graph, NodeKind};
use crate::estate::Mode;
use crate::model::{Link, Model};
use crate::value::{Cause, Kind, NodeId, Str, Unknown};

/// Nodes by the literal value of an attribute, each attribute's made when first asked for.
pub(super) struct NameIndex {
    by: FxHashMap<Str, OnceLock<Names>>,
}

/// Nodes by the value of one attribute.
#[derive(Default)]
struct Names {
    known: FxHashMap<Str, Vec<NodeId>>,
    /// Those whose value is not known, with what it starts with.
    unknown: Vec<(NodeId, Arc<Unknown>)>,
}

impl Names {
    fn of(graph: &Graph<'_>, attribute: &str) -> Self {
        let mut names = Self::default();
        for (id, node) in graph.nodes() {
            if node.kind != NodeKind::Resource(Mode::Managed) {
                continue;
            }
            let name = node.value.as_entries().and_then(|entries| entries.get(attribute));
            match name.map(|value| &value.kind) {
                Some(Kind::String(name)) => names.known.entry(name.clone()).or_default().push(id),
                Some(Kind::Unknown(unknown)) => names.unknown.push((id, unknown.clone())),
                _ => {}
            }
        }
        names
    }
}

impl NameIndex {
    /// An index by all attributes that links name.
    pub(super) fn of(model: &Model) -> Self {
        let mut by = FxHashMap::default();
        #[expect(clippy::iter_over_hash_type, reason = "it goes from one map into another")]
        for links in model.links.values() {
            by.extend(links.iter().filter_map(|link| Some((link.by.clone()?, OnceLock::new()))));
        }
        Self { by }
    }

    /// The targets of a link that have this name, and those that may have it, with the cause.
    pub(super) fn find(
        &self,
        graph: &Graph<'_>,
        link: &Link,
        attribute: &Str,
        text: &str,
    ) -> (Vec<NodeId>, Vec<(NodeId, Arc<Cause>)>) {
        let Some(names) = self.by.get(attribute) else { return Default::default() };
        let names = names.get_or_init(|| Names::of(graph, attribute));
        let found = names.known.get(text).into_iter().flatten().copied();
        let unique: FxHashSet<NodeId> = found.filter(|id| graph.is_target(*id, link)).collect();
        let mut unique: Vec<NodeId> = unique.into_iter().collect();
        unique.sort();
        let may_be = names.unknown.iter().filter(|(id, unknown)| {
            text.starts_with(unknown.refinement.prefix.as_str()) && graph.is_target(*id, link)
        });
        (unique, may_be.map(|(id, unknown)| (*id, unknown.cause.clone())).collect())
    }
}
