//! The elements of a list of which only the length is assumed, or how many zones they stand in.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::{Assumption, Instance, Mode, PlacedElement, Symbol, SymbolKind};
use crate::address::Address;
use crate::value::{Cause, Entries, Origin, Step, Str, SymbolId, Type, Unknown, Value};

/// The lists that assumptions have made so far.
#[derive(Default)]
pub(super) struct AssumedLists {
    /// The elements of lists with zones, by the index of the assumption.
    with_zones: FxHashMap<usize, Vec<Value>>,
    /// What stands in the assumed zones.
    pub(super) instances: Vec<Instance>,
}

impl AssumedLists {
    /// The elements that a list has by an assumption with this index, if that says how many there are.
    pub(super) fn elements(
        &mut self,
        (index, assumption): (usize, &Assumption),
        place: Option<&PlacedElement>,
        list: &Unknown,
        add: &mut dyn FnMut(Symbol) -> SymbolId,
    ) -> Option<Vec<Value>> {
        let length = assumption.elements()?;
        let Some((place, zones)) = place.zip(assumption.zones) else {
            return Some((0u64..).take(length).map(|at| part_of(list, Step::Index(at))).collect());
        };
        if let Some(known) = self.with_zones.get(&index) {
            return Some(known.clone());
        }
        let shape = ListShape { length, zones: zones.max(1) };
        let (elements, instances) = placed(assumption, place, shape, &list.cause, add);
        self.instances.extend(instances);
        self.with_zones.insert(index, elements.clone());
        Some(elements)
    }
}

/// How long an assumed list is, and in how many zones its elements stand.
#[derive(Clone, Copy)]
struct ListShape {
    length: usize,
    zones: usize,
}

/// So many instances that stand in the zones in turn, and the attribute of each that a list of them has.
fn placed(
    assumption: &Assumption,
    placed: &PlacedElement,
    shape: ListShape,
    cause: &Arc<Cause>,
    add: &mut dyn FnMut(Symbol) -> SymbolId,
) -> (Vec<Value>, Vec<Instance>) {
    let ListShape { length, zones } = shape;
    let mut symbol = |address: Str, type_: &Str| {
        let kind = SymbolKind::Instance(Mode::Data);
        add(Symbol { address, type_: type_.clone(), kind, is_narrowed: false })
    };
    let names = symbol(ecow::eco_format!("the zones of {}", assumption.address), &placed.zones_of);
    let (mut elements, mut instances) = (Vec::with_capacity(length), Vec::with_capacity(length));
    for at in 0..length {
        let address: Str = ecow::eco_format!("{}[{at}]", assumption.address);
        let zone = u64::try_from(at % zones).unwrap_or_default();
        let zone = text(names, vec![Step::Key(placed.zones_in.clone()), Step::Index(zone)], cause);
        let own = symbol(address.clone(), &placed.type_);
        elements.push(text(own, vec![Step::Key(placed.element.clone())], cause));
        instances.push(Instance {
            symbol: own,
            address: Address::read(&address),
            mode: Mode::Data,
            type_: placed.type_.clone(),
            body: Entries::of_block(vec![(placed.zone.clone(), zone)]),
            uncertain: None,
            declaration: None,
            written: None,
            provider: Value::NULL,
        });
    }
    (elements, instances)
}

/// A text that is not known, of which it is known whose it is.
fn text(symbol: SymbolId, path: Vec<Step>, cause: &Arc<Cause>) -> Value {
    let mut unknown = Unknown::new(Type::String, cause.clone());
    unknown.refinement.not_null = true;
    unknown.origin = Some(Arc::new(Origin { symbol, path }));
    unknown.into()
}

/// A part of a value that is not known.
pub(super) fn part_of(whole: &Unknown, step: Step) -> Value {
    let mut unknown = Unknown::new(Type::Dynamic, whole.cause.clone());
    unknown.origin = whole.origin.as_ref().map(|origin| Arc::new(origin.step(step)));
    unknown.into()
}
