//! Places of nodes: where a finding points, the blocks around that place, and the module calls that lead to it.

use rustc_hash::FxHashMap;

use super::excerpt;
use crate::address::{Address, ModuleAddress};
use crate::diagnostic::{Label, Location};
use crate::estate::locate::locate;
use crate::estate::{BlockSource, Estate, Mode};
use crate::graph::{Graph, Node, NodeKind, NodePlace};
use crate::text::{Range, Span};
use crate::value::{NodeId, Step, Str};

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

/// The blocks around a place in a node, outermost first.
pub(super) fn blocks_around(node: &Node, location: &Location) -> Vec<Location> {
    let Location::Source(span) = location else { return Vec::new() };
    match &node.place {
        NodePlace::Block(block) => around(block, *span),
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
}

impl<'e> Calls<'e> {
    pub(super) fn new(estate: &'e Estate) -> Self {
        let written = estate
            .calls
            .iter()
            .filter_map(|call| call.block.as_ref().map(|block| (call.address.as_str(), block.header)));
        Self { headers: written.collect() }
    }

    /// The calls that lead to the module of a node, outermost first.
    pub(super) fn to(&self, node: &Node) -> Vec<Label> {
        let (module, own) = match node.kind {
            NodeKind::Resource(_) | NodeKind::Variable | NodeKind::Output => {
                (Address::read(&node.address).module(), None)
            }
            NodeKind::Call => (ModuleAddress::parse(&node.address).unwrap_or_default(), Some(&node.address)),
            NodeKind::Module | NodeKind::Requirement => {
                (ModuleAddress::parse(&node.address).unwrap_or_default(), None)
            }
        };
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

/// The type of the block that declares a node.
const fn keyword(kind: NodeKind) -> &'static str {
    match kind {
        NodeKind::Resource(Mode::Data) => "data",
        NodeKind::Resource(Mode::Ephemeral) => "ephemeral",
        _ => "resource",
    }
}
