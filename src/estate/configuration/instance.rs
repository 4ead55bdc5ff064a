//! One instance of a resource: its body, evaluated on demand, and its value in other expressions.

use std::cell::OnceCell;
use std::sync::Arc;

use super::answers::Answers;
use super::module::ModuleInstance;
use super::{Repetition, Slot};
use crate::address::Address;
use crate::estate::configuration::declare::ResourceDecl;
use crate::estate::symbolic::symbolic;
use crate::value::{
    AbsentKey, Cause, Entries, Kind, Origin, Step, Str, SymbolId, Type, Unknown, Value, sorted_by_key,
};

/// One instance of a resource.
pub(super) struct ResourceInstance<'a> {
    pub(super) module: &'a ModuleInstance<'a>,
    pub(super) declared: &'a ResourceDecl,
    pub(super) repetition: Arc<Repetition>,
    pub(super) symbol: SymbolId,
    pub(super) address: Address,
    /// The cause of attributes that are not set.
    pub(super) cause: Arc<Cause>,
    pub(super) uncertain: Option<Arc<Cause>>,
    pub(super) body: Slot<Arc<Entries>>,
    /// The value of the instance in other expressions.
    pub(super) referred: OnceCell<Value>,
    /// What the provider returns, as far as the configuration says.
    pub(super) answers: Slot<Answers>,
}

impl<'a> ResourceInstance<'a> {
    /// Attributes and nested blocks. `None` while they are being computed, which means that they depend on themselves.
    pub(super) fn entries(&'a self) -> Option<Arc<Entries>> {
        let evaluation = self.module.evaluation;
        self.body.get(|| {
            let own = super::body::evaluate(self);
            self.or_assumed(evaluation.with_planned(own, self.address.as_str(), self.symbol, &self.cause))
        })
    }

    /// The same with what is assumed of arguments that are not known.
    fn or_assumed(&self, mut entries: Arc<Entries>) -> Arc<Entries> {
        let evaluation = self.module.evaluation;
        for name in evaluation.assumed_names(self.address.as_str()) {
            let told = entries.get(name).filter(|told| !told.is_null() && self.is_answer(name, told));
            let Some(told) = told.cloned() else { continue };
            let value = evaluation.or_assumed(told, || ecow::eco_format!("{}.{name}", self.address));
            let items = &mut Arc::make_mut(&mut entries).items;
            if let Some((_, own)) = items.make_mut().iter_mut().find(|(key, _)| key == name) {
                *own = value;
            }
        }
        entries
    }

    /// The plan's value of an attribute that the configuration does not set.
    pub(super) fn planned(&self, name: &str) -> Option<Value> {
        self.module.evaluation.planned_value(self.address.as_str(), name, self.symbol, &self.cause)
    }

    pub(super) fn origin(&self) -> Origin {
        Origin { symbol: self.symbol, path: Vec::new() }
    }

    /// Adds what is assumed of attributes that nothing tells.
    fn add_assumed(&self, told: &mut Vec<(Str, Value)>, origin: &Origin) {
        let evaluation = self.module.evaluation;
        for name in evaluation.assumed_names(self.address.as_str()) {
            if told.iter().any(|(key, _)| key == name) {
                continue;
            }
            let mut unknown = Unknown::new(Type::Dynamic, self.cause.clone());
            unknown.origin = Some(Arc::new(origin.step(Step::Key(name.clone()))));
            let value =
                evaluation.or_assumed(unknown.into(), || ecow::eco_format!("{}.{name}", self.address));
            told.push((name.clone(), value));
        }
    }

    /// The value of the whole instance in other expressions: the provider decides what is not set.
    pub(super) fn referred(&'a self) -> Value {
        if let Some(value) = self.referred.get() {
            return value.clone();
        }
        let Some(entries) = self.entries() else {
            return Value::unknown(self.cause.clone());
        };
        let origin = self.origin();
        let answers = self.answers();
        let told = entries
            .items
            .iter()
            .filter(|(key, value)| !value.is_null() && self.is_answer(key, value))
            .chain(answers.iter().flat_map(|answers| answers.iter()))
            .map(|(key, value)| (key.clone(), symbolic(value, &origin.step(Step::Key(key.clone())))));
        let mut told: Vec<_> = told.collect();
        self.add_assumed(&mut told, &origin);
        let items = sorted_by_key(told);
        let absent = AbsentKey::Symbolic(Arc::new(origin));
        // A resource may contain whole resources, which may do the same.
        let value = Value::from(Kind::Object(Arc::new(Entries { element: Type::Dynamic, items, absent })));
        let value = self.module.evaluation.measured(value);
        self.referred.get_or_init(|| value).clone()
    }
}
