//! What a plan knows of the root module whose configuration is evaluated: its instances and their values.
//!
//! The symbols of the plan come first in the evaluation, so that origins mean the same on both sides.

use std::collections::BTreeSet;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::merge::{Merge, is_left_open};
use super::{Evaluation, Repetition};
use crate::address::{Address, InstanceKey, ModuleAddress};
use crate::estate::{Estate, SymbolKind};
use crate::value::{Cause, Entries, Kind, Origin, Step, Str, SymbolId, Type, Value, convert};

/// The contents of a plan by address.
pub struct PlanLookup<'p> {
    plan: &'p Estate,
    /// Indices of the plan's instances by address.
    instances: FxHashMap<&'p str, usize>,
    /// Instance keys of resources and module calls, by address without the key.
    keys: FxHashMap<Str, BTreeSet<InstanceKey>>,
}

impl<'p> PlanLookup<'p> {
    /// Builds the lookup tables of a plan.
    #[must_use]
    pub fn new(plan: &'p Estate) -> Self {
        let mut planned = Self { plan, instances: FxHashMap::default(), keys: FxHashMap::default() };
        let mut last = "";
        for (at, instance) in plan.instances.iter().enumerate() {
            let address = &instance.address;
            planned.instances.insert(address.as_str(), at);
            planned.add_key(address.with_key(&InstanceKey::None).text(), address.key());
            // Instances of a module are consecutive.
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

    pub(super) const fn plan(&self) -> &'p Estate {
        self.plan
    }

    /// The symbol of a resource instance in the plan.
    pub(super) fn symbol(&self, address: &str) -> Option<SymbolId> {
        let at = self.instances.get(address)?;
        self.plan.instances.get(*at).map(|instance| instance.symbol)
    }

    /// The plan's values of a resource instance.
    pub(super) fn body(&self, address: &str) -> Option<&'p Arc<Entries>> {
        let at = self.instances.get(address)?;
        self.plan.instances.get(*at).map(|instance| &instance.body)
    }

    /// The plan's instances of a resource or module call whose `count` or `for_each` the configuration leaves unknown. `None` if
    /// the plan lists none, which need not mean that there are none.
    pub(super) fn repetitions(
        &self,
        address: &str,
        value: &Value,
        is_count: bool,
        cause: &Arc<Cause>,
    ) -> Option<Vec<Arc<Repetition>>> {
        let keys = self.keys.get(address)?;
        if is_count {
            // A targeted plan has gaps.
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

/// A plan shows sets as lists. Terraform accepted the configuration, so a list in `for_each` is a set.
pub(super) fn as_set(value: &Value) -> Option<Value> {
    match &value.kind {
        Kind::Tuple(sequence) if sequence.more.is_none() => {
            convert::convert(value, &Type::Set(Arc::new(Type::String))).ok()
        }
        _ => None,
    }
}

impl Evaluation<'_> {
    /// The symbol of a resource instance, if the plan has it.
    pub(super) fn planned_symbol(&self, address: &str) -> Option<SymbolId> {
        self.request.planned?.symbol(address)
    }

    /// The body of an instance, merged with the plan's values.
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

    /// The plan's value of an attribute that the configuration does not set.
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
            self.symbol(id, |symbol| matches!(symbol.kind, SymbolKind::Instance(_))).unwrap_or_default()
        };
        with(&Merge { is_instance: &is_instance, cause })
    }
}
