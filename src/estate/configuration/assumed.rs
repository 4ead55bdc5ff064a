//! Answers unknown values with what people assume of them.

use std::cell::{Cell, RefCell};

use rustc_hash::FxHashMap;

use super::Evaluation;
use crate::estate::assumed_list::AssumedLists;
use crate::estate::assumptions::AssumptionUse;
use crate::estate::symbolic::symbolic;
use crate::text::Span;
use crate::value::{Kind, Str, Value};

/// What assumptions have answered so far.
#[derive(Default)]
pub(super) struct AnsweredUnknowns {
    /// What became of each, by its index.
    pub(super) uses: RefCell<FxHashMap<usize, AssumptionUse>>,
    pub(super) lists: RefCell<AssumedLists>,
    /// Whether what is evaluated now is read by nothing.
    pub(super) is_unread: Cell<bool>,
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

    /// Whether null is assumed of a variable that is never null: such an assumption answers nothing.
    pub(super) fn refuses_null(&self, address: &str) -> bool {
        let assumed = self.request.assumptions.and_then(|assumptions| assumptions.of(address));
        let Some((index, assumption)) = assumed else { return false };
        let is_null = assumption.value.as_ref().is_some_and(Value::is_null);
        if is_null {
            self.assumed.uses.borrow_mut().entry(index).or_default().is_never_null = true;
        }
        is_null
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
        noted.is_used |= !self.assumed.is_unread.get();
        drop(uses);
        let assumed = match (&assumption.value, &unknown.origin) {
            (Some(said), Some(origin)) => symbolic(said, origin),
            (Some(said), None) => said.clone(),
            (None, _) => {
                let place = self.request.facts.placed.as_ref();
                let add = &mut |symbol| self.add_symbol(symbol);
                let mut lists = self.assumed.lists.borrow_mut();
                match lists.elements((index, assumption), place, unknown, add) {
                    Some(elements) => Value::tuple(elements),
                    None => return value,
                }
            }
        };
        assumed.with_marks_of(&value)
    }
}
