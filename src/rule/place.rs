//! Places of nodes: where a finding points, the blocks around that place, and the module calls that lead to it.

use rustc_hash::{FxHashMap, FxHashSet};

use super::excerpt;
use crate::address::{Address, ModuleAddress, ModuleSource};
use crate::diagnostic::{Diagnostic, Label, Location};
use crate::estate::locate::locate;
use crate::estate::{BlockSource, Estate, Mode, Module, ModuleCall, ModuleMeaning};
use crate::graph::{Graph, Node, NodeKind, NodePlace};
use crate::text::{FileId, Range, Span};
use crate::value::{Kind, NodeId, Step, Str};

/// The place of an attribute of a node.
pub(super) struct AttributePlace {
    pub(super) location: Location,
    /// The place that decided its value, if that is another one.
    pub(super) decided: Option<Span>,
}

/// The place that a finding about an attribute points at: the attribute if it is set, otherwise the header of the block.
pub(super) fn find(graph: &Graph<'_>, id: NodeId, node: &Node, attribute: &[Str]) -> Option<AttributePlace> {
    let path = || -> Vec<Step> { attribute.iter().cloned().map(Step::Key).collect() };
    let source = |span| Some(AttributePlace { location: Location::Source(span), decided: None });
    match &node.place {
        NodePlace::Nowhere => None,
        NodePlace::Span(span) => source(*span),
        NodePlace::PlanPlace(written) => {
            let address = Address::read(&node.address);
            let block = excerpt::ExcerptBlock {
                file: written.file,
                pointer: &written.pointer,
                header: &format!("{} \"{}\" \"{}\"", keyword(node.kind), node.type_, address.name()),
                address: (!address.is_plain()).then_some(node.address.as_str()),
                body: node.value.as_entries()?,
            };
            Some(AttributePlace { location: block.excerpt(attribute), decided: None })
        }
        NodePlace::Declared(declaration, key) => match graph.scopes(id)?.find(declaration, key, &path()) {
            Some(found) => Some(AttributePlace {
                location: Location::Source(found.at),
                decided: found.decided.map(|(span, _)| span),
            }),
            None => source(declaration.block.header),
        },
        NodePlace::Block(block) => {
            let found = locate(&block.tree, block.body, &path());
            source(found.map_or(block.header, |found| block.tree.span(found.range)))
        }
    }
}

/// The place that decides the value of an attribute of a node; of no attribute, the header of its block.
#[must_use]
pub fn decided(graph: &Graph<'_>, id: NodeId, node: &Node, attribute: &[Str]) -> Option<Location> {
    if attribute.is_empty()
        && let Some(header) = node.place.header()
    {
        return Some(Location::Source(header));
    }
    let place = find(graph, id, node, attribute)?;
    Some(place.decided.map_or(place.location, Location::Source))
}

/// The description that decides what a node is, if its module is not there.
pub(super) fn meaning(node: &Node) -> Option<&ModuleMeaning> {
    match &node.place {
        NodePlace::Declared(declaration, _) => declaration.meaning.as_deref(),
        _ => None,
    }
}

/// The blocks around a place in a node, outermost first.
pub(super) fn blocks_around(node: &Node, location: &Location) -> Vec<Location> {
    let Location::Source(span) = location else { return Vec::new() };
    match &node.place {
        NodePlace::Block(block) => around(block, *span),
        NodePlace::Declared(declaration, _) if declaration.meaning.is_some() => Vec::new(),
        NodePlace::Declared(declaration, _) => std::iter::once(&declaration.block)
            .chain(&declaration.overrides)
            .flat_map(|block| around(block, *span))
            .collect(),
        _ => Vec::new(),
    }
}

fn around(block: &BlockSource, place: Span) -> Vec<Location> {
    let tree = &block.tree;
    let holds = |range: &Range| range.start <= place.range.start && place.range.end <= range.end;
    let mut found = Vec::new();
    let mut next = Some((block.header.range, block.body)).filter(|_| block.header.file == place.file);
    while let Some((header, body)) = next {
        let range = header.to(tree.body(body).range);
        if !holds(&range) {
            break;
        }
        found.push(Location::Source(tree.span(range)));
        let mut inner = tree.blocks(tree.body(body)).iter().map(|inner| (inner.header, inner.body));
        next = inner.find(|(header, body)| holds(&header.to(tree.body(*body).range)));
    }
    found
}

/// The `module` blocks of an estate by address.
pub(super) struct Calls<'e> {
    headers: FxHashMap<&'e str, Span>,
    /// Addresses of calls whose module is somebody else's: fetched, and not a directory of the user.
    fetched: FxHashSet<&'e str>,
    /// Files of such modules.
    foreign: FxHashSet<FileId>,
}

impl<'e> Calls<'e> {
    pub(super) fn new(estate: &'e Estate) -> Self {
        let is_fetched = |call: &&ModuleCall| match &call.source.kind {
            Kind::String(source) => ModuleSource::of(source) != ModuleSource::Local,
            _ => false,
        };
        let fetched: FxHashSet<&str> =
            estate.calls.iter().filter(is_fetched).map(|call| call.address.as_str()).collect();
        let is_foreign = |module: &&Module| {
            module.address.ancestors().iter().any(|address| fetched.contains(address.as_str()))
        };
        let files = estate.modules.iter().filter(is_foreign).flat_map(|module| &module.files);
        let foreign = files.copied().collect();
        let written = estate
            .calls
            .iter()
            .filter_map(|call| call.block.as_ref().map(|block| (call.address.as_str(), block.header)));
        Self { headers: written.collect(), fetched, foreign }
    }

    /// The user's own call of a module that somebody else wrote, if the node is in one: the outermost of those that lead to it.
    pub(super) fn foreign(&self, node: &Node) -> Option<Label> {
        let (module, is_call) = module_of(node);
        let ancestors = module.ancestors();
        // What a call asks for is said by whoever wrote the call.
        let mut around = ancestors.iter().skip(usize::from(is_call)).rev();
        let own = around.find(|address| self.fetched.contains(address.as_str()))?;
        let header = self.headers.get(own.as_str())?;
        Some(Label { address: own.as_str().into(), ..Label::new(*header, "") })
    }

    /// Whether a file belongs to a module that somebody else wrote.
    pub(super) fn is_foreign(&self, file: FileId) -> bool {
        self.foreign.contains(&file)
    }

    /// Where a finding about a node points instead of a place that its reader cannot change.
    pub(super) fn home(&self, node: &Node, location: &Location) -> Option<Location> {
        let is_foreign = self.foreign.contains(&location.file());
        if is_foreign { self.foreign(node).map(|call| call.location) } else { None }
    }

    /// Lets a finding in a module that somebody else wrote point at the call, which its reader can change. The line inside stays beside
    /// it.
    pub(super) fn bring_home(&self, finding: &mut Diagnostic, node: &Node) {
        let Some(inside) = finding.primary.take() else { return };
        let home = if self.foreign.contains(&inside.location.file()) { self.foreign(node) } else { None };
        let Some(call) = home else {
            finding.primary = Some(inside);
            return;
        };
        let text = if inside.text.is_empty() { "in this module".to_owned() } else { inside.text.clone() };
        finding.primary = Some(Label { text: "this call brings it".to_owned(), ..call });
        finding.related.insert(0, Label { text, ..inside });
        finding.hidden.clear();
    }

    /// The calls that lead to the module of a node, outermost first.
    pub(super) fn to(&self, node: &Node) -> Vec<Label> {
        let (module, is_call) = module_of(node);
        let own = is_call.then_some(&node.address);
        let around = module.ancestors().into_iter().rev();
        let calls = around.filter(|address| own.is_none_or(|own| own != address.as_str()));
        calls
            .filter_map(|address| {
                let header = self.headers.get(address.as_str())?;
                Some(Label { address: address.as_str().into(), ..Label::new(*header, "") })
            })
            .collect()
    }
}

/// The module that a node is in; that of a call is the one that it calls.
fn module_of(node: &Node) -> (ModuleAddress, bool) {
    let parsed = || ModuleAddress::parse(&node.address).unwrap_or_default();
    match node.kind {
        NodeKind::Resource(_) | NodeKind::Variable | NodeKind::Output | NodeKind::Requirement => {
            (Address::read(&node.address).module(), false)
        }
        NodeKind::Call => (parsed(), true),
        NodeKind::Module => (parsed(), false),
    }
}

/// The type of the block that declares a node.
const fn keyword(kind: NodeKind) -> &'static str {
    match kind {
        NodeKind::Resource(Mode::Data) => "data",
        NodeKind::Resource(Mode::Ephemeral) => "ephemeral",
        _ => "resource",
    }
}
