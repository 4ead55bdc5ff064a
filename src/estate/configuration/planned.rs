//! What a plan knows of the root module whose configuration is evaluated: which instances there are, and their values.
//!
//! The subjects of the plan are the first ones of the evaluation, so that origins mean the same on both sides.

use std::collections::BTreeSet;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::merge::Merge;
use super::{Key, Repetition, World};
use crate::estate::plan::address::{Part, parse};
use crate::estate::{Estate, SubjectKind};
use crate::value::{Cause, Entries, Kind, Origin, Step, Str, SubjectId, Type, Value, convert};

/// What a plan knows, found by address.
pub struct Planned<'p> {
    plan: &'p Estate,
    /// Positions among the plan's instances, by address as the evaluation writes it.
    instances: FxHashMap<Str, usize>,
    /// Instance keys of resources and of module calls, by address without the key.
    keys: FxHashMap<Str, BTreeSet<Key>>,
}

impl<'p> Planned<'p> {
    /// Makes an index of a plan.
    #[must_use]
    pub fn new(plan: &'p Estate) -> Self {
        let mut planned = Self { plan, instances: FxHashMap::default(), keys: FxHashMap::default() };
        for (at, instance) in plan.instances.iter().enumerate() {
            let Some(parts) = parse(&instance.address) else { continue };
            let mut address = Str::new();
            for part in parts {
                match part {
                    Part::Name(name) => {
                        if !address.is_empty() {
                            address.push('.');
                        }
                        address.push_str(&name);
                    }
                    Part::Key(step) => {
                        let key = match step {
                            Step::Index(index) => Key::Index(usize::try_from(index).unwrap_or(usize::MAX)),
                            Step::Key(name) => Key::Name(name),
                        };
                        let text = key.to_string();
                        planned.keys.entry(address.clone()).or_default().insert(key);
                        address.push_str(&text);
                    }
                }
            }
            planned.instances.insert(address, at);
        }
        planned
    }

    /// The plan.
    pub(super) const fn plan(&self) -> &'p Estate {
        self.plan
    }

    /// The name that the plan has for a resource instance.
    pub(super) fn subject(&self, address: &str) -> Option<SubjectId> {
        let at = self.instances.get(address)?;
        self.plan.instances.get(*at).map(|instance| instance.subject)
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
                .filter_map(|key| if let Key::Index(index) = key { Some(*index) } else { None })
                .max()?;
            let all = 0..=last.min(super::MAX_INSTANCES);
            return Some(all.map(|index| Arc::new(Repetition::counted(index))).collect());
        }
        let is_set = matches!(value.type_of(), Type::Set(_));
        let each = keys.iter().filter_map(|key| {
            let Key::Name(name) = key else { return None };
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

impl World<'_> {
    /// The name of a resource instance in origins, if the plan has one.
    pub(super) fn planned_subject(&self, address: &str) -> Option<SubjectId> {
        self.request.planned?.subject(address)
    }

    /// The body of an instance with what the plan knows of it.
    pub(super) fn with_planned(
        &self,
        body: Arc<Entries>,
        address: &str,
        subject: SubjectId,
        cause: &Arc<Cause>,
    ) -> Arc<Entries> {
        let Some(planned) = self.request.planned.and_then(|planned| planned.body(address)) else {
            return body;
        };
        self.merge(cause, |merge| {
            Arc::new(merge.bodies(&body, planned, &Origin { subject, path: Vec::new() }))
        })
    }

    /// What the plan knows of an attribute that the configuration does not set.
    pub(super) fn planned_value(
        &self,
        address: &str,
        name: &str,
        subject: SubjectId,
        cause: &Arc<Cause>,
    ) -> Option<Value> {
        let value = self.request.planned?.body(address)?.get(name).filter(|value| !value.is_null())?;
        let origin = Origin { subject, path: vec![Step::Key(name.into())] };
        Some(self.merge(cause, |merge| merge.filled(value, &origin)))
    }

    fn merge<T>(&self, cause: &Arc<Cause>, with: impl FnOnce(&Merge<'_>) -> T) -> T {
        let is_instance = |id: SubjectId| {
            let subjects = self.subjects.borrow();
            subjects.get(id.index()).is_some_and(|subject| matches!(subject.kind, SubjectKind::Instance(_)))
        };
        with(&Merge { is_instance: &is_instance, cause })
    }
}
