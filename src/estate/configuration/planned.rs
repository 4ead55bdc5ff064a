//! What a plan knows of the root module whose configuration is evaluated: which instances there are, and their values.
//!
//! The symbols of the plan are the first ones of the evaluation, so that origins mean the same on both sides.

use std::collections::BTreeSet;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::merge::{Merge, is_left_open};
use super::{Evaluation, Repetition};
use crate::address::{Address, InstanceKey, ModuleAddress};
use crate::estate::{Estate, SymbolKind};
use crate::value::{Cause, Entries, Kind, Origin, Step, Str, SymbolId, Type, Value, convert};

/// What a plan knows, found by address.
pub struct PlanLookup<'p> {
    plan: &'p Estate,
    /// Positions among the plan's instances, by address.
    instances: FxHashMap<&'p str, usize>,
    /// Instance keys of resources and of module calls, by address without the key.
    keys: FxHashMap<Str, BTreeSet<InstanceKey>>,
}

impl<'p> PlanLookup<'p> {
    /// Makes an index of a plan.
    #[must_use]
    pub fn new(plan: &'p Estate) -> Self {
        let mut planned = Self { plan, instances: FxHashMap::default(), keys: FxHashMap::default() };
        let mut last = "";
        for (at, instance) in plan.instances.iter().enumerate() {
            let address = &instance.address;
            planned.instances.insert(address.as_str(), at);
            planned.add_key(address.with_key(&InstanceKey::None).text(), address.key());
            // Instances of a module stand next to each other.
            if address.module_text() != last {
                planned.add_calls(address);
                last = address.module_text();
            }
        }
        planned
    }

    fn add_calls(&mut self, address: &Address) {
        address.module().calls().fold(ModuleAddress::ROOT, |around, (name, key)| {
            let called = around.child(name, &key);
            self.add_key(around.child(name, &InstanceKey::None).text(), key);
            called
        });
    }

    fn add_key(&mut self, without_key: &Str, key: InstanceKey) {
        if key != InstanceKey::None {
            self.keys.entry(without_key.clone()).or_default().insert(key);
        }
    }

    /// The plan.
    pub(super) const fn plan(&self) -> &'p Estate {
        self.plan
    }

    /// The name that the plan has for a resource instance.
    pub(super) fn symbol(&self, address: &str) -> Option<SymbolId> {
        let at = self.instances.get(address)?;
        self.plan.instances.get(*at).map(|instance| instance.symbol)
    }

    /// The values that the plan has for a resource instance.
    pub(super) fn body(&self, address: &str) -> Option<&'p Arc<Entries>> {
        let at = self.instances.get(address)?;
        self.plan.instances.get(*at).map(|instance| &instance.body)
    }

    /// The instances that the plan has of a resource or module call whose `count` or `for_each` is not known from the
    /// configuration; `None` if it has none, which need not mean that there is none.
    pub(super) fn repetitions(
        &self,
        address: &str,
        value: &Value,
        is_count: bool,
        cause: &Arc<Cause>,
    ) -> Option<Vec<Arc<Repetition>>> {
        let keys = self.keys.get(address)?;
        if is_count {
            // A plan for some targets only leaves gaps.
            let last = keys
                .iter()
                .filter_map(|key| if let InstanceKey::Int(index) = key { Some(*index) } else { None })
                .max()?;
            let last = usize::try_from(last).unwrap_or(usize::MAX);
            let all = 0..=last.min(super::MAX_INSTANCES);
            return Some(all.map(|index| Arc::new(Repetition::counted(index))).collect());
        }
        let is_set = matches!(value.type_of(), Type::Set(_));
        let each = keys.iter().filter_map(|key| {
            let InstanceKey::String(name) = key else { return None };
            let text = Value::from(name.clone());
            let item = if is_set { text.clone() } else { Value::unknown(cause.clone()) };
            Some(Arc::new(Repetition { key: key.clone(), index: None, each: Some((text, item)) }))
        });
        Some(each.collect()).filter(|all: &Vec<_>| !all.is_empty())
    }
}

/// A plan shows sets as lists. Terraform has accepted the configuration, so a list for `for_each` is a set.
pub(super) fn as_set(value: &Value) -> Option<Value> {
    match &value.kind {
        Kind::Tuple(sequence) if sequence.more.is_none() => {
            convert::convert(value, &Type::Set(Arc::new(Type::String))).ok()
        }
        _ => None,
    }
}

impl Evaluation<'_> {
    /// The name of a resource instance in origins, if the plan has one.
    pub(super) fn planned_symbol(&self, address: &str) -> Option<SymbolId> {
        self.request.planned?.symbol(address)
    }

    /// The body of an instance with what the plan knows of it.
    pub(super) fn with_planned(
        &self,
        body: Arc<Entries>,
        address: &str,
        symbol: SymbolId,
        cause: &Arc<Cause>,
    ) -> Arc<Entries> {
        let Some(planned) = self.request.planned.and_then(|planned| planned.body(address)) else {
            return body;
        };
        self.merge(cause, |merge| {
            Arc::new(merge.bodies(&body, planned, &Origin { symbol, path: Vec::new() }))
        })
    }

    /// What the plan knows of an attribute that the configuration does not set.
    pub(super) fn planned_value(
        &self,
        address: &str,
        name: &str,
        symbol: SymbolId,
        cause: &Arc<Cause>,
    ) -> Option<Value> {
        let value = self.request.planned?.body(address)?.get(name)?;
        if value.is_null() || is_left_open(value) {
            return None;
        }
        let origin = Origin { symbol, path: vec![Step::Key(name.into())] };
        Some(self.merge(cause, |merge| merge.filled(value, &origin)))
    }

    fn merge<T>(&self, cause: &Arc<Cause>, with: impl FnOnce(&Merge<'_>) -> T) -> T {
        let is_instance = |id: SymbolId| {
            let symbols = self.symbols.borrow();
            symbols.get(id.index()).is_some_and(|symbol| matches!(symbol.kind, SymbolKind::Instance(_)))
        };
        with(&Merge { is_instance: &is_instance, cause })
    }
}
