//! Finds nodes by the texts that name them: by a name, or by an identifier or URL that contains a name.
//!
//! A text refers to a resource if it is one of its identities, or has a text form that the model declares for its type. Whatever a
//! form leaves open (a region, an account) may be anything.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

use rustc_hash::FxHashMap;

use super::landscape::Seeker;
use super::parts::is_hole;
use super::paths::each_value_at;
use super::{Graph, Node, NodeKind};
use crate::estate::Mode;
use crate::model::{FormCharacter, Model, NAME_GAP};
use crate::value::{Cause, CauseKind, Kind, Known, NodeId, Origin, Piece, Step, Str, Unknown, Value};

/// Longer texts are no names; names inside of them still count.
pub(super) const MAX_NAME: usize = 2048;

/// Nodes by the literal values of attributes, each index made when first asked for.
pub(super) struct NameIndex {
    /// By the value of one attribute, whatever the type.
    pub(super) by: FxHashMap<Str, OnceLock<NodesByText>>,
    /// By every attribute that names a resource of its type.
    bearers: OnceLock<NodesByText>,
}

/// Nodes by the value of an attribute, or of several.
#[derive(Default)]
pub(super) struct NodesByText {
    pub(super) known: FxHashMap<Str, Vec<NodeId>>,
    /// Those whose value is not known, with what it starts with, by type: whether a type is wanted is asked once.
    pub(super) unknown: BTreeMap<Str, Vec<(NodeId, Arc<Unknown>)>>,
}

impl NodesByText {
    /// An index by the attributes that `names` gives for a type.
    pub(super) fn of<'n, Names: IntoIterator<Item = &'n Str>>(
        graph: &Graph<'_>,
        names: impl Fn(&str) -> Names,
    ) -> Self {
        let mut index = Self::default();
        for (id, node) in graph.nodes() {
            if node.kind != NodeKind::Resource(Mode::Managed) {
                continue;
            }
            for attribute in names(&node.type_) {
                let path: Vec<Str> = attribute.split('.').map(Str::from).collect();
                each_value_at(&node.value, &path, &mut |_, name| match &name.kind {
                    Kind::String(name) => {
                        let bearers = index.known.entry(name.clone()).or_default();
                        if bearers.last() != Some(&id) {
                            bearers.push(id);
                        }
                    }
                    Kind::Unknown(unknown) => {
                        index.unknown.entry(node.type_.clone()).or_default().push((id, unknown.clone()));
                    }
                    _ => {}
                });
            }
        }
        index
    }

    /// The nodes of the wanted types that certainly have this text.
    fn certain(&self, graph: &Graph<'_>, text: &str, wanted: Wanted<'_>) -> Vec<NodeId> {
        let is_wanted = |id: &NodeId| graph.node(*id).is_some_and(|node| wanted(&node.type_));
        let known = self.known.get(text).map_or(&[][..], Vec::as_slice);
        known.iter().copied().filter(is_wanted).collect()
    }

    /// The nodes of the wanted types that have this text, and those that may have it.
    fn find(&self, graph: &Graph<'_>, text: &str, wanted: Wanted<'_>) -> Called {
        let unknown = self.unknown.iter().filter(|(type_, _)| wanted(type_)).flat_map(|(_, nodes)| nodes);
        let may_be = unknown.filter(|(_, unknown)| text.starts_with(unknown.refinement.prefix.as_str()));
        Called {
            nodes: self.certain(graph, text, wanted),
            maybe: may_be.map(|(id, unknown)| (*id, unknown.cause.clone())).collect(),
        }
    }
}

/// The nodes that a text refers to.
#[derive(Debug, Default)]
pub(super) struct Called {
    /// Nodes that it certainly refers to.
    pub(super) nodes: Vec<NodeId>,
    /// Nodes that it may refer to: their names are unknown, or several have the name.
    pub(super) maybe: Vec<(NodeId, Arc<Cause>)>,
}

impl Called {
    pub(super) fn is_nothing(&self) -> bool {
        self.nodes.is_empty() && self.maybe.is_empty()
    }

    pub(super) fn add(&mut self, other: Self) {
        let is_new = |id: &NodeId, known: &[NodeId]| !known.contains(id);
        for id in other.nodes {
            if is_new(&id, &self.nodes) {
                self.nodes.push(id);
            }
        }
        self.maybe.extend(other.maybe);
    }
}

/// Whether a type is wanted.
pub(super) type Wanted<'a> = &'a dyn Fn(&str) -> bool;

impl NameIndex {
    /// An empty index for every attribute that the model names.
    pub(super) fn of(model: &Model) -> Self {
        let mut by = FxHashMap::default();
        let links = model.links.values().flatten().filter_map(|link| link.by.clone());
        let texts = model.texts.iter().map(|text| text.name.clone());
        let identities = model.facts.unique.iter().cloned();
        for attribute in links.chain(texts).chain(identities) {
            by.insert(attribute, OnceLock::new());
        }
        Self { by, bearers: OnceLock::new() }
    }

    /// The nodes of wanted types whose attribute has the value that a text names, and those whose attribute may have it.
    pub(super) fn find(
        &self,
        graph: &Graph<'_>,
        seeker: Seeker,
        (attribute, name, text): (&Str, &str, &str),
        wanted: Wanted<'_>,
    ) -> Called {
        let Some(names) = self.by.get(attribute) else { return Called::default() };
        let names = names.get_or_init(|| NodesByText::of(graph, |_| [attribute]));
        graph.within_reach(seeker, text, names.find(graph, name, wanted))
    }

    /// The nodes of wanted types whose attribute certainly has this value. Those whose attribute may have it are not visited: they may be
    /// all nodes.
    fn certain(&self, graph: &Graph<'_>, attribute: &Str, text: &str, wanted: Wanted<'_>) -> Vec<NodeId> {
        let names = self.by.get(attribute);
        let names = names.map(|names| names.get_or_init(|| NodesByText::of(graph, |_| [attribute])));
        names.map_or_else(Vec::new, |names| names.certain(graph, text, wanted))
    }

    /// The nodes by what names a resource of their type.
    fn bearers(&self, graph: &Graph<'_>) -> &NodesByText {
        self.bearers.get_or_init(|| {
            let mut names: FxHashMap<&str, BTreeSet<&Str>> = FxHashMap::default();
            for form in &graph.model.texts {
                form.types.iter().for_each(|type_| {
                    names.entry(type_).or_default().insert(&form.name);
                });
            }
            NodesByText::of(graph, |type_| names.get(type_).into_iter().flatten().copied())
        })
    }
}

impl Graph<'_> {
    /// The nodes of wanted types whose attribute has this value. If there are several, the text means one of them.
    pub(super) fn named(&self, seeker: Seeker, attribute: &Str, text: &str, wanted: Wanted<'_>) -> Called {
        one_of(self.names.find(self, seeker, (attribute, text, text), wanted))
    }

    /// The nodes of wanted types that a text names by an identity or a text form. A text that certainly is an identity of the node that
    /// has it refers to nothing else.
    pub(super) fn called(&self, seeker: Seeker, text: &str, wanted: Wanted<'_>) -> Called {
        let mut called = Called::default();
        if text.len() > MAX_NAME || !text.contains([':', '/']) {
            return called;
        }
        for (form, name) in self.model.forms_of(text) {
            let is_wanted = |type_: &str| form.types.contains(type_) && wanted(type_);
            let mut found = self.names.find(self, seeker, (&form.name, name, text), &is_wanted);
            found.nodes.retain(|id| self.may_be_called(*id, text));
            found.maybe.retain(|(id, _)| self.may_be_called(*id, text));
            called.add(found);
        }
        if called.is_nothing() {
            for attribute in &self.model.facts.unique {
                // Without a form, a node with an unknown identity does not count: it would match any text.
                let is_own = |type_: &str| wanted(type_) && self.model.facts.identifies(type_, attribute);
                let nodes = self.names.certain(self, attribute, text, &is_own);
                called.add(self.within_reach(seeker, text, Called { nodes, maybe: Vec::new() }));
            }
        }
        if seeker.holder.is_some_and(|holder| called.nodes.contains(&holder)) {
            return Called::default();
        }
        one_of(called)
    }

    /// The nodes of wanted types whose name is this text.
    pub(super) fn bearing(&self, seeker: Seeker, text: &str, wanted: Wanted<'_>) -> Called {
        self.within_reach(seeker, text, self.names.bearers(self).find(self, text, wanted))
    }

    /// Whether a text may be an identity of the node. If identities of the same kind are known, it must equal one, extend it or
    /// begin it.
    fn may_be_called(&self, id: NodeId, text: &str) -> bool {
        let known = |attribute: &Str| {
            let value = self.node(id)?.value.as_entries()?.get(attribute)?.as_str()?;
            // Of the same kind: both have the same first part.
            let is_alike = value.split(':').next() == text.split(':').next() && value.contains(':');
            is_alike.then_some(value)
        };
        let mut known = self.model.facts.unique.iter().filter_map(known).peekable();
        known.peek().is_none()
            || known.any(|own| {
                text.strip_prefix(own).is_some_and(|rest| rest.is_empty() || rest.starts_with([':', '/']))
                    || own.starts_with(text)
            })
    }
}

/// Several nodes may have one name, in other regions or accounts: then it is unknown which of them is meant.
pub(super) fn one_of(called: Called) -> Called {
    if called.nodes.len() < 2 {
        return called;
    }
    let subject = ecow::eco_format!("the choice among {} resources with the same name", called.nodes.len());
    let cause = Cause::new(CauseKind::OutsideConfiguration, subject, None);
    let several = called.nodes.into_iter().map(|id| (id, cause.clone()));
    Called { nodes: Vec::new(), maybe: several.chain(called.maybe).collect() }
}

/// The identifiers and URLs inside a text, except at its start.
pub(super) fn inner<'t>(model: &'t Model, text: &'t str) -> impl Iterator<Item = &'t str> {
    model.text_marks.iter().flat_map(move |mark| {
        text.match_indices(mark.as_str()).filter(|(at, _)| *at > 0).filter_map(|(at, _)| {
            let rest = text.get(at..)?;
            let end = rest.find(|c: char| c.is_whitespace() || "\"'`,;()<>[]{}\\|".contains(c));
            rest.get(..end.unwrap_or(rest.len()))
        })
    })
}

/// Whether some text is of a form and matches a pattern, in which `*` matches anything and `?` one character.
pub(super) fn overlap(form: &[FormCharacter], pattern: &str) -> bool {
    let pattern: Vec<char> = pattern.chars().collect();
    // `row[i]`: whether the pattern from `i` on matches the form from `at` on. Computed from the end of the form.
    let mut after = vec![false; pattern.len() + 1];
    for at in (0..=form.len()).rev() {
        let own = form.get(at).copied();
        let mut row = vec![false; pattern.len() + 1];
        for (index, fits) in (0..=pattern.len()).map(|index| (index, pattern.get(index).copied())).rev() {
            let here = |row: &[bool]| row.get(index).copied().unwrap_or_default();
            let next = |row: &[bool]| row.get(index + 1).copied().unwrap_or_default();
            let is = match (own, fits) {
                (None, None) => true,
                (None, Some(other)) => other == '*' && next(&row),
                (Some(FormCharacter::AnyBut(_)), None) => here(&after),
                (Some(FormCharacter::Is(_)), None) => false,
                (Some(FormCharacter::AnyBut(_)), Some('*')) => here(&after) || next(&row),
                (Some(FormCharacter::AnyBut(not)), Some(other)) => {
                    here(&after) || ((other == '?' || !not.contains(&other)) && next(&row))
                }
                (Some(FormCharacter::Is(_)), Some('*')) => next(&row) || here(&after),
                (Some(FormCharacter::Is(own)), Some(other)) => {
                    (own == other || other == '?' && !is_placeholder(own)) && next(&after)
                }
            };
            if let Some(slot) = row.get_mut(index) {
                *slot = is;
            }
        }
        after = row;
    }
    after.first().copied().unwrap_or_default()
}

/// Stands for an unknown part of a name: only `*` matches it.
pub(super) const NOT_KNOWN: char = '\u{1}';

/// Whether a character stands for a part of a text that is not known, of any length.
fn is_placeholder(c: char) -> bool {
    c == NOT_KNOWN || is_hole(c)
}

/// What is known of a name, with this in place of what is not.
pub(super) fn name_with(name: &Unknown, placeholder: char) -> String {
    let mut buffer = [0; 4];
    let placeholder: &str = placeholder.encode_utf8(&mut buffer);
    match &name.refinement.pieces {
        Some(pieces) => {
            let parts = pieces.all().iter().map(|piece| match piece {
                Piece::Text(text) => text.as_str(),
                Piece::Hole(_) | Piece::Gap => placeholder,
            });
            parts.collect()
        }
        None => format!("{}{placeholder}", name.refinement.prefix),
    }
}

impl Graph<'_> {
    /// Whether a value names a node by a reference, or by a text, which may be a pattern with `*`.
    #[must_use]
    pub fn names(&self, value: &Value, id: NodeId) -> Known<bool> {
        match &value.kind {
            Kind::Null(_) => return Known::Yes(false),
            Kind::List(_) | Kind::Set(_) | Kind::Tuple(_) | Kind::Map(_) | Kind::Object(_) => {
                let mut open = match &value.kind {
                    Kind::List(s) | Kind::Set(s) | Kind::Tuple(s) => s.more.clone(),
                    _ => None,
                };
                for part in value.parts() {
                    match self.names(part, id) {
                        Known::Yes(true) => return Known::Yes(true),
                        Known::Yes(false) => {}
                        Known::No(cause) => open = open.or(Some(cause)),
                    }
                }
                return open.map_or(Known::Yes(false), Known::No);
            }
            _ => {}
        }
        let Kind::Unknown(unknown) = &value.kind else {
            return match &value.kind {
                _ if self.is_made_of(value, id) => Known::Yes(true),
                Kind::String(text) => self.fits(text, id),
                _ => Known::Yes(false),
            };
        };
        // Null names nothing.
        if let Some(unless_null) = &unknown.refinement.null_or {
            return match self.names(unless_null, id) {
                Known::Yes(false) => Known::Yes(false),
                Known::Yes(true) | Known::No(_) => Known::No(unknown.cause.clone()),
            };
        }
        if let Some(origin) = &unknown.origin {
            return self.attribute_names(unknown, origin, id);
        }
        if unknown.refinement.pieces.is_some() {
            return if self.is_made_of(value, id) {
                Known::Yes(true)
            } else {
                self.fits_in_parts(unknown, id)
            };
        }
        self.opaque_names(value, unknown, id)
    }

    /// Whether a value refers to a node.
    fn is_made_of(&self, value: &Value, id: NodeId) -> bool {
        let mut is_made_of = false;
        value.each_reference(&mut |origin| is_made_of |= self.node_of(origin) == Some(id));
        is_made_of
    }

    /// Whether what has this origin names a node. An attribute of another managed resource itself does not; what a data source has read
    /// may.
    fn attribute_names(&self, unknown: &Unknown, origin: &Origin, id: NodeId) -> Known<bool> {
        let node = self.node_of(origin);
        match node.and_then(|node| Some((node, self.node(node)?))) {
            Some((own, _)) if own == id => Known::Yes(true),
            Some((own, _)) if self.is_managed(own) => Known::Yes(false),
            Some((own, node)) if self.identifies_another_type(own, node, origin, id) => Known::Yes(false),
            _ => Known::No(unknown.cause.clone()),
        }
    }

    /// Whether an attribute of a data source identifies what it has read, and this is of another type than a node.
    fn identifies_another_type(&self, own: NodeId, node: &Node, origin: &Origin, id: NodeId) -> bool {
        let attribute = origin.path.iter().find_map(Step::key);
        own != id
            && attribute.is_some_and(|name| self.model.facts.identifies(&node.type_, name))
            && self.node(id).is_some_and(|other| other.type_ != node.type_)
    }

    /// Whether a value of which no part is known names a node. It may be one of several values, or made of them.
    fn opaque_names(&self, value: &Value, unknown: &Unknown, id: NodeId) -> Known<bool> {
        let (mut is_meant, mut names_others, mut is_open) = (false, false, false);
        value.each_reference(&mut |origin| match self.node_of(origin) {
            Some(node) if node == id => is_meant = true,
            Some(node) if self.is_what_names(node, origin, id) => names_others = true,
            Some(node) if self.is_managed(node) => {}
            _ => is_open = true,
        });
        match (is_meant, names_others, is_open) {
            (true, false, false) => Known::Yes(true),
            (false, true, false) => Known::Yes(false),
            _ => Known::No(unknown.cause.clone()),
        }
    }

    /// Whether what is made of this attribute of a node names that one, and so no other: it is an identity, or the node is of the same
    /// type. Regions and accounts are attributes of nodes as well, and name nothing.
    pub(super) fn is_what_names(&self, node: NodeId, origin: &Origin, other: NodeId) -> bool {
        let (Some(node), Some(other)) = (self.node(node), self.node(other)) else { return false };
        let attribute = origin.path.iter().find_map(Step::key);
        node.kind == NodeKind::Resource(Mode::Managed)
            && (node.type_ == other.type_
                || attribute.is_none_or(|name| self.model.facts.identifies(&node.type_, name)))
    }

    /// Whether a text is something that no other node has, as its ARN in a plan.
    fn is_identity(&self, text: &str, node: &Node) -> bool {
        let own = |attribute: &Str| node.value.as_entries()?.get(attribute)?.as_str();
        self.model.facts.unique.iter().filter_map(own).any(|own| own == text)
    }

    /// Whether a text, which may be a pattern with `*`, names a node.
    fn fits(&self, text: &str, id: NodeId) -> Known<bool> {
        let Some(node) = self.node(id) else { return Known::Yes(false) };
        if text == "*" || self.is_identity(text, node) {
            return Known::Yes(true);
        }
        if text.len() > MAX_NAME || !self.may_be_like(id, text) {
            return Known::Yes(false);
        }
        let mut open = None;
        for form in self.model.texts.iter().filter(|form| form.types.contains(&node.type_)) {
            let name = node.value.as_entries().and_then(|entries| entries.get(&form.name));
            let (certain, possible, cause) = match name.map(|name| &name.kind) {
                Some(Kind::String(name)) => {
                    if overlap(&form.with(name), text) {
                        return Known::Yes(true);
                    }
                    continue;
                }
                Some(Kind::Unknown(name)) => {
                    (name_with(name, NOT_KNOWN), name_with(name, NAME_GAP), name.cause.clone())
                }
                _ => (NOT_KNOWN.into(), NAME_GAP.into(), Cause::provider()),
            };
            if overlap(&form.with(&certain), text) {
                return Known::Yes(true);
            }
            if overlap(&form.with(&possible), text) {
                open = open.or(Some(cause));
            }
        }
        open.map_or(Known::Yes(false), Known::No)
    }

    /// Whether a text may be an identity of a node, as far as those are known. A pattern always may.
    fn may_be_like(&self, id: NodeId, text: &str) -> bool {
        text.contains(['*', '?']) || self.may_be_called(id, text)
    }
}
