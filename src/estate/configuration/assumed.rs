//! Answers unknown values with what people assume of them.

use std::cell::RefCell;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::Evaluation;
use crate::address::{Address, Mode};
use crate::estate::assumptions::{Assumption, AssumptionUse};
use crate::estate::symbolic::symbolic;
use crate::estate::{Instance, PlacedElement, Symbol, SymbolKind};
use crate::text::Span;
use crate::value::{Cause, Entries, Kind, Origin, Step, Str, SymbolId, Type, Unknown, Value};

/// What assumptions have answered so far.
#[derive(Default)]
pub(super) struct AnsweredUnknowns {
    /// What became of each, by its index.
    pub(super) uses: RefCell<FxHashMap<usize, AssumptionUse>>,
    /// The elements of lists with zones, by the index of the assumption.
    elements: RefCell<FxHashMap<usize, Vec<Value>>>,
    /// What stands in the assumed zones.
    pub(super) instances: RefCell<Vec<Instance>>,
}

impl Evaluation<'_> {
    /// Whether anything is assumed.
    pub(super) fn assumes(&self) -> bool {
        self.request.assumptions.is_some_and(|assumptions| !assumptions.is_empty())
    }

    /// The attributes of a resource about which something is assumed.
    pub(super) fn assumed_names(&self, address: &str) -> &[Str] {
        self.request.assumptions.map_or(&[], |assumptions| assumptions.names_of(address))
    }

    /// The place of the assumption that answers a value, if it is not known.
    pub(super) fn said_of(&self, value: &Value, address: &str) -> Option<Span> {
        let is_open = matches!(value.kind, Kind::Unknown(_));
        let (_, assumption) = self.request.assumptions.filter(|_| is_open)?.of(address)?;
        Some(assumption.span)
    }

    /// The value, or what is assumed of it if it is not known.
    pub(super) fn or_assumed(&self, value: Value, address: impl FnOnce() -> Str) -> Value {
        let Some(assumptions) = self.request.assumptions.filter(|assumptions| !assumptions.is_empty()) else {
            return value;
        };
        let Some((index, assumption)) = assumptions.of(&address()) else { return value };
        let mut uses = self.assumed.uses.borrow_mut();
        let noted = uses.entry(index).or_default();
        let Kind::Unknown(unknown) = &value.kind else {
            noted.is_contradicted |= !assumption.agrees_with(&value);
            noted.is_known = true;
            return value;
        };
        noted.is_used = true;
        drop(uses);
        let assumed = match (&assumption.value, assumption.elements()) {
            (Some(said), _) => match &unknown.origin {
                Some(origin) => symbolic(said, origin),
                None => said.clone(),
            },
            (None, Some(length)) => Value::tuple(self.elements(index, assumption, length, unknown)),
            (None, None) => return value,
        };
        assumed.with_marks_of(&value)
    }

    fn elements(&self, index: usize, assumption: &Assumption, length: usize, list: &Unknown) -> Vec<Value> {
        let placed = self.request.facts.placed.as_ref().zip(assumption.zones);
        let Some((placed, zones)) = placed else {
            let part = |at: u64| part_of(list, Step::Index(at));
            return (0u64..).take(length).map(part).collect();
        };
        if let Some(known) = self.assumed.elements.borrow().get(&index) {
            return known.clone();
        }
        let elements: Vec<Value> = self.placed(assumption, placed, length, zones.max(1), &list.cause);
        self.assumed.elements.borrow_mut().insert(index, elements.clone());
        elements
    }

    /// So many instances that stand in the zones in turn, and the attribute of each that a list of them has.
    fn placed(
        &self,
        assumption: &Assumption,
        placed: &PlacedElement,
        length: usize,
        zones: usize,
        cause: &Arc<Cause>,
    ) -> Vec<Value> {
        let symbol = |address: Str, type_: &Str| {
            let kind = SymbolKind::Instance(Mode::Data);
            self.add_symbol(Symbol { address, type_: type_.clone(), kind, is_narrowed: false })
        };
        let names = symbol(ecow::eco_format!("the zones of {}", assumption.address), &placed.zones_of);
        let mut elements = Vec::with_capacity(length);
        for at in 0..length {
            let address: Str = ecow::eco_format!("{}[{at}]", assumption.address);
            let zone = u64::try_from(at % zones).unwrap_or_default();
            let zone = text(names, vec![Step::Key(placed.zones_in.clone()), Step::Index(zone)], cause);
            let own = symbol(address.clone(), &placed.type_);
            elements.push(text(own, vec![Step::Key(placed.element.clone())], cause));
            self.assumed.instances.borrow_mut().push(Instance {
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
        elements
    }
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
