//! Where the values of a node lead: any reference, and what links of the model make of a reference or a literal name.

use std::sync::Arc;

use petgraph::Direction;

use super::build::Fact;
use super::landscape::Seeker;
use super::paths::{Taken, each_value_at};
use super::possible::Types;
use super::texts::{Called, inner};
use super::{Edge, Graph, Node, NodeKind};
use crate::estate::Mode;
use crate::eval::functions::document_of;
use crate::model::{EdgeKind, Link};
use crate::value::{AbsentKey, Cause, CauseKind, Entries, Kind, NodeId, Origin, Step, Str, Unknown, Value};

impl<'a> Graph<'a> {
    /// The edges that the values of a node make, and what is unknown about them.
    pub(super) fn connected(&self, id: NodeId) -> Vec<Fact<'a>> {
        let mut facts = Vec::new();
        let Some(node) = self.nodes.get(id.index()) else { return facts };
        let NodeKind::Resource(_) = node.kind else { return facts };
        let Some(entries) = node.value.as_entries() else { return facts };
        // What the description of a module does not say may refer to anything.
        facts
            .extend(entries.open().map(|cause| Fact::Hidden(node.member, node.type_.clone(), cause.clone())));
        let hidden = entries.items.iter().find_map(|(key, value)| super::hidden::reference(key, value));
        facts.extend(hidden.map(|cause| Fact::Hidden(node.member, node.type_.clone(), cause)));
        for (key, value) in &entries.items {
            let edge =
                |is_written| Edge { is_written, ..Edge::new(EdgeKind::Refers, vec![Step::Key(key.clone())]) };
            value.each_reference(&mut |origin| {
                if let Some(target) = self.node_of(origin)
                    && target != id
                {
                    facts.push(Fact::Edge(id, target, edge(false)));
                }
            });
            each_text(value, &mut |text| {
                let whole = self.called(self.seeker(id), text, &|_| true);
                let parts = inner(self.model, text).map(|part| self.called(self.seeker(id), part, &|_| true));
                for called in std::iter::once(whole).chain(parts) {
                    for target in called.nodes.into_iter().filter(|target| *target != id) {
                        facts.push(Fact::Edge(id, target, edge(true)));
                    }
                    for (target, cause) in called.maybe.into_iter().filter(|(target, _)| *target != id) {
                        let (to, from) = (Direction::Outgoing, Direction::Incoming);
                        facts.push(self.maybe(id, (id, to), target, EdgeKind::Refers, &cause));
                        facts.push(self.maybe(id, (target, from), id, EdgeKind::Refers, &cause));
                    }
                }
            });
        }
        facts.extend(self.written_in_parts(id, entries));
        for link in self.model.links.get(&node.type_).into_iter().flatten() {
            each_value_at(&node.value, &link.path, &mut |taken, value| {
                self.follow(id, link, taken, value, &mut facts);
            });
        }
        facts
    }

    /// The edges of texts of which only parts are known, where those tell what is named.
    fn written_in_parts(&self, id: NodeId, entries: &Entries) -> Vec<Fact<'a>> {
        let mut facts = Vec::new();
        for (key, value) in &entries.items {
            each_partial(value, 0, &mut |unknown| {
                let called = self.called_by_parts(self.seeker(id), unknown, &|_| true).unwrap_or_default();
                for target in called.nodes.into_iter().filter(|target| *target != id) {
                    let edge = Edge::new(EdgeKind::Refers, vec![Step::Key(key.clone())]);
                    facts.push(Fact::Edge(id, target, Edge { is_written: true, ..edge }));
                }
            });
        }
        facts
    }

    /// The edges of a link for one value at its path, and what is unknown about them.
    fn follow(
        &self,
        id: NodeId,
        link: &'a Link,
        taken: &Taken<'_>,
        value: &Value,
        facts: &mut Vec<Fact<'a>>,
    ) {
        let leaves = self.leaves(id, link, value);
        for target in leaves.targets {
            if target != id {
                let edge = Edge { is_written: true, ..Edge::new(link.means, taken.path()) };
                let (from, to) = if link.reverse { (target, id) } else { (id, target) };
                facts.push(Fact::Edge(from, to, edge));
            }
        }
        let (near, far) = if link.reverse {
            (Direction::Incoming, Direction::Outgoing)
        } else {
            (Direction::Outgoing, Direction::Incoming)
        };
        if let Some(cause) = leaves.unknown {
            let (own, others) = (self.types_of(id), Types::of(&link.to));
            facts.push(Fact::Open {
                direction: near,
                node: id,
                kind: link.means,
                others: others.clone(),
                by: id,
                cause: cause.clone(),
            });
            let (types, others) = (others, own);
            facts.push(Fact::OpenAll { direction: far, types, kind: link.means, others, by: id, cause });
            return;
        }
        let is_outside = leaves.is_outside && leaves.maybe.is_empty();
        for (target, cause) in leaves.maybe.into_iter().filter(|(target, _)| *target != id) {
            facts.push(self.maybe(id, (id, near), target, link.means, &cause));
            facts.push(self.maybe(id, (target, far), id, link.means, &cause));
        }
        if is_outside {
            // A literal that matches no node: its target exists, but outside of this configuration.
            let address = self.nodes.get(id.index()).map(|node| node.address.clone()).unwrap_or_default();
            let name: Vec<&str> = link.path.iter().map(Str::as_str).collect();
            let subject = ecow::eco_format!("the target of {address}.{}", name.join("."));
            let cause = Cause::new(CauseKind::OutsideConfiguration, subject, None);
            let others = Types::of(&link.to);
            facts.push(Fact::Open { direction: near, node: id, kind: link.means, others, by: id, cause });
        }
    }

    /// The values of `by` may make an edge at a node, in a direction, to or from another one.
    fn maybe(
        &self,
        by: NodeId,
        (node, direction): (NodeId, Direction),
        other: NodeId,
        kind: EdgeKind,
        cause: &Arc<Cause>,
    ) -> Fact<'a> {
        let (others, cause) = (self.types_of(other), cause.clone());
        Fact::Open { direction, node, kind, others, by, cause }
    }

    /// The type of a node, as the only one that an end may have.
    pub(super) fn types_of(&self, id: NodeId) -> Types<'a> {
        self.nodes.get(id.index()).map_or(Types::Any, |node| Types::One(node.type_.clone()))
    }

    /// Where the value at the path of a link leads.
    pub(super) fn leaves(&self, id: NodeId, link: &Link, value: &Value) -> Leaves {
        let mut found = Leaves::default();
        LinkReader { graph: self, id, link }.read(value, Below::Path, &mut found);
        found
    }
}

/// Calls `visit` with every known text in a value, including those in partly unknown documents.
pub(super) fn each_text(value: &Value, visit: &mut dyn FnMut(&str)) {
    text_within(value, 0, visit);
}

fn text_within(value: &Value, documents: usize, visit: &mut dyn FnMut(&str)) {
    match &value.kind {
        Kind::String(text) => visit(text),
        Kind::Unknown(unknown) => {
            if documents < MAX_DOCUMENTS
                && let Some(document) = document_of(unknown)
            {
                text_within(&document, documents + 1, visit);
            }
        }
        _ => value.parts().for_each(|part| text_within(part, documents, visit)),
    }
}

/// Calls `visit` with every text in a value of which only parts are known.
fn each_partial(value: &Value, documents: usize, visit: &mut dyn FnMut(&Unknown)) {
    match &value.kind {
        Kind::Unknown(unknown) => match document_of(unknown) {
            Some(document) if documents < MAX_DOCUMENTS => each_partial(&document, documents + 1, visit),
            _ if unknown.refinement.pieces.is_some() => visit(unknown),
            _ => {}
        },
        _ => value.parts().for_each(|part| each_partial(part, documents, visit)),
    }
}

/// The deepest nesting of documents that is searched: each may contain the next one many times.
const MAX_DOCUMENTS: usize = 3;

/// Where the values at the path of a link lead.
#[derive(Default)]
pub(super) struct Leaves {
    pub(super) targets: Vec<NodeId>,
    /// Set if a value is unknown and may lead to any node of the link's types: the cause.
    pub(super) unknown: Option<Arc<Cause>>,
    /// Nodes that a text may name, each with the cause why that is unknown.
    pub(super) maybe: Vec<(NodeId, Arc<Cause>)>,
    /// Set if a literal names nothing in this configuration.
    pub(super) is_outside: bool,
}

impl Leaves {
    /// Adds what a text refers to. Returns whether it refers to anything.
    fn take(&mut self, called: Called) -> bool {
        let is_something = !called.is_nothing();
        self.targets.extend(called.nodes);
        self.maybe.extend(called.maybe);
        is_something
    }
}

/// Why it is not known whose attribute a data source tells, where it may be that of several resources of other root modules.
fn unsettled(node: &Node, origin: &Origin) -> Option<Arc<Cause>> {
    let (NodeKind::Resource(Mode::Data), [Step::Key(name), ..]) = (node.kind, origin.path.as_slice()) else {
        return None;
    };
    let told = node.value.as_entries()?.get(name)?;
    // What is computed from attributes of resources says what it is.
    let is_computed = told.marks().is_some_and(|marks| !marks.references.is_empty());
    match &told.kind {
        Kind::Unknown(unknown) if unknown.origin.is_none() && !is_computed => Some(unknown.cause.clone()),
        _ => None,
    }
}

/// The position of a leaf.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Below {
    /// At the path of the link, or in a list there.
    Path,
    /// At the top of so many nested documents, or in a list there.
    Document(usize),
    /// In a map at the path, inside so many nested documents.
    Entry(usize),
    /// The same, under a key that says that a name of a target stands there.
    Named(usize),
}

impl Below {
    const fn documents(self) -> usize {
        match self {
            Self::Path => 0,
            Self::Document(documents) | Self::Entry(documents) | Self::Named(documents) => documents,
        }
    }
}

/// Reads the values at the path of a link.
struct LinkReader<'g> {
    graph: &'g Graph<'g>,
    id: NodeId,
    link: &'g Link,
}

impl LinkReader<'_> {
    fn read(&self, value: &Value, below: Below, found: &mut Leaves) {
        match &value.kind {
            Kind::Null(_) => {}
            Kind::List(sequence) | Kind::Set(sequence) | Kind::Tuple(sequence) => {
                if let Some(cause) = &sequence.more {
                    found.unknown.get_or_insert_with(|| cause.clone());
                }
                for item in &sequence.items {
                    self.read(item, below, found);
                }
            }
            Kind::Map(entries) | Kind::Object(entries)
                if !matches!(entries.absent, AbsentKey::Symbolic(_)) =>
            {
                self.entries(entries, below, found);
            }
            _ => self.leaf(value, below, found),
        }
    }

    fn entries(&self, entries: &Entries, below: Below, found: &mut Leaves) {
        // What stands under other keys is something else, whether it is known or not.
        let is_meant = |key: &Str| !matches!(below, Below::Document(_)) || self.link.within.contains(key);
        let documents = below.documents();
        if let AbsentKey::MaybePresent(cause) = &entries.absent {
            found.unknown.get_or_insert_with(|| cause.clone());
        }
        for (key, item) in entries.items.iter().filter(|(key, _)| is_meant(key)) {
            // A pattern may also match the key, as in a document.
            if let (Some(text), Some(_)) = (item.as_str(), &self.link.part) {
                found.take(self.named_in(&format!("\"{key}\":\"{text}\"")));
            }
            let says_name = self.link.keys.as_ref().is_some_and(|keys| keys.matches(key));
            let below = if says_name { Below::Named(documents) } else { Below::Entry(documents) };
            self.read(item, below, found);
        }
    }

    fn leaf(&self, value: &Value, below: Below, found: &mut Leaves) {
        let graph = self.graph;
        // Where not all of a document counts, nor do all references in it.
        let document = value.as_unknown().and_then(|unknown| document_of(unknown));
        if let Some(document) = &document
            && below.documents() == 0
            && !self.link.within.is_empty()
        {
            self.read(document, Below::Document(1), found);
            return;
        }
        let mut managed = false;
        let (mut unsettled_by, mut leads_elsewhere) = (None, false);
        let before = found.targets.len();
        value.each_reference(&mut |origin| {
            if let Some(target) = graph.node_of(origin)
                && let Some(node) = graph.nodes.get(target.index())
            {
                managed |= node.kind == NodeKind::Resource(Mode::Managed);
                unsettled_by = unsettled_by.take().or_else(|| unsettled(node, origin));
                if self.is_target(&node.type_) {
                    match graph.refers_elsewhere(self.id, (target, origin), self.link.means) {
                        true => leads_elsewhere = true,
                        false => found.targets.push(target),
                    }
                }
            }
        });
        let refers = found.targets.len() > before;
        if leads_elsewhere && !refers {
            // The name of a resource in another place: what has it in this one is not known here, unless a text says it.
            found.is_outside |= below == Below::Path;
            if value.as_str().is_none() {
                return;
            }
        }
        match &value.kind {
            Kind::Unknown(unknown) => match &document {
                Some(document) if below.documents() < MAX_DOCUMENTS => {
                    self.read(document, Below::Entry(below.documents() + 1), found);
                }
                // What a data source reads may be any of several resources.
                _ if unsettled_by.is_some() => found.unknown = found.unknown.take().or(unsettled_by),
                // The identity of a managed resource of another type is certainly not a target. A value that may be null was
                // selected, perhaps from candidates that are not shown.
                _ if refers || (managed && (unknown.origin.is_some() || unknown.refinement.not_null)) => {}
                _ => match self.called_by_parts(unknown) {
                    Some(called) => {
                        found.is_outside |= !found.take(called) && below == Below::Path && !managed;
                    }
                    None => {
                        found.unknown.get_or_insert_with(|| unknown.cause.clone());
                    }
                },
            },
            Kind::String(text) if !text.is_empty() => {
                let mut is_something = refers;
                for part in inner(graph.model, text) {
                    is_something |= found.take(self.called_by(part));
                }
                // A text that as a whole refers to a target is its identity.
                if !refers {
                    is_something |= found.take(self.called(text, below));
                }
                // A text in a map may be anything; at the path itself it is meant as a target.
                found.is_outside |= below == Below::Path && !is_something && !managed;
            }
            _ => {}
        }
    }

    /// The targets that a text of which only parts are known identifies; `None` if it may be any.
    fn called_by_parts(&self, unknown: &Unknown) -> Option<Called> {
        let is_target = |type_: &str| self.is_target(type_);
        let called = self.graph.called_by_parts(self.seeker(), unknown, &is_target);
        called.or_else(|| {
            let by = (self.link.by.as_ref()?, self.link.part.as_ref());
            self.graph.named_by_parts(self.seeker(), by, unknown, &is_target).map(|called| self.same(called))
        })
    }

    fn seeker(&self) -> Seeker {
        Seeker { kind: Some(self.link.means), ..self.graph.seeker(self.id) }
    }

    fn is_target(&self, type_: &str) -> bool {
        self.link.to.is_empty() || self.link.to.contains(type_)
    }

    /// The targets that a text identifies by an identity or a text form.
    fn called_by(&self, text: &str) -> Called {
        self.graph.called(self.seeker(), text, &|type_| self.is_target(type_))
    }

    /// What a whole text refers to.
    fn called(&self, text: &str, below: Below) -> Called {
        let called = self.called_by(text);
        if !called.is_nothing() {
            return called;
        }
        if self.link.by.is_some() {
            return self.named_in(text);
        }
        if self.link.to.is_empty() {
            return Called::default();
        }
        match below {
            Below::Path => self.same(self.graph.bearing(self.seeker(), text, &|type_| self.is_target(type_))),
            Below::Named(_) => self.perhaps_named(text),
            // A text in a map may be anything.
            Below::Document(_) | Below::Entry(_) => Called::default(),
        }
    }

    /// The one resource that has this name, if it is a target. Its key says that the text is a name: that is weak evidence, so the text
    /// may also name something outside of this configuration.
    fn perhaps_named(&self, text: &str) -> Called {
        let bearers = self.graph.bearing(self.seeker(), text, &|_| true);
        let [only] = bearers.nodes.as_slice() else { return Called::default() };
        let Some(node) = self.graph.node(*only).filter(|node| self.is_target(&node.type_)) else {
            return Called::default();
        };
        let subject = ecow::eco_format!("whether \"{text}\" means {}", node.address);
        let cause = Cause::new(CauseKind::OutsideConfiguration, subject, None);
        Called { nodes: Vec::new(), maybe: vec![(*only, cause)] }
    }

    /// The targets whose attribute `by` is part of the text.
    fn named_in(&self, text: &str) -> Called {
        let Some(by) = &self.link.by else { return Called::default() };
        let find =
            |part: &str| self.same(self.graph.named(self.seeker(), by, part, &|type_| self.is_target(type_)));
        match &self.link.part {
            None => find(text),
            Some(pattern) => {
                let mut all = Called::default();
                for taken in pattern.taken(text) {
                    all.add(find(taken));
                    all.add(self.called_by(taken));
                }
                all
            }
        }
    }

    /// Of several targets with one name, the only one that equals this resource in the attributes of `same`; all if there is none
    /// or more.
    fn same(&self, called: Called) -> Called {
        let all: Vec<NodeId> =
            (called.nodes.iter().copied()).chain(called.maybe.iter().map(|(id, _)| *id)).collect();
        if all.len() < 2 || self.link.same.is_empty() {
            return called;
        }
        let attribute = |id: NodeId, name: &Str| {
            self.graph.node(id).and_then(|node| node.value.as_entries()?.get(name)?.as_str().map(Str::from))
        };
        let agrees = |id: &NodeId| {
            self.link.same.iter().all(|name| match (attribute(self.id, name), attribute(*id, name)) {
                (Some(own), Some(other)) => own == other,
                _ => true,
            })
        };
        match all.iter().copied().filter(agrees).collect::<Vec<_>>().as_slice() {
            [only] => Called { nodes: vec![*only], maybe: Vec::new() },
            _ => called,
        }
    }
}
