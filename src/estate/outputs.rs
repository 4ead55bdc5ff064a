//! The outputs of a root module as another one sees them: what is not known says whose output it is, and keeps whose attribute it is.

use std::sync::Arc;

use super::symbolic::symbolic;
use super::{Estate, Instance};
use crate::value::{
    AbsentKey, Cause, CauseKind, Entries, Kind, Origin, Sequence, Step, Str, Type, Unknown, Value,
};

/// The outputs of the root module of this name.
#[must_use]
pub fn value(name_of_root: &str, estate: &Estate) -> Value {
    let items = estate.outputs.iter().map(|(name, value)| {
        let whose = format!("output `{name}` of `{name_of_root}`");
        (name.clone(), seen_from_outside(value, &whose))
    });
    let items: Vec<(Str, Value)> = items.collect();
    match estate.incomplete.as_ref().or(estate.more_outputs.as_ref()) {
        None => Value::object(items),
        Some(cause) => {
            let items = crate::value::sorted_by_key(items);
            let absent = AbsentKey::MaybePresent(cause.clone());
            Kind::Object(Arc::new(Entries { element: Type::Dynamic, items, absent })).into()
        }
    }
}

/// The attributes of a resource of the root module of this name: those that are set, and those that `gives` names.
pub fn attributes(name_of_root: &str, resource: &Instance, gives: &[Str]) -> Vec<(Str, Value)> {
    let origin = Origin { symbol: resource.symbol, path: Vec::new() };
    let whose = format!("{} of `{name_of_root}`", resource.address);
    let set = resource.body.items.iter().filter(|(_, value)| !value.is_null());
    let mut told: Vec<(Str, Value)> = set
        .map(|(name, value)| {
            let value = symbolic(value, &origin.step(Step::Key(name.clone())));
            (name.clone(), seen_from_outside(&value, &whose))
        })
        .collect();
    for name in gives {
        if told.iter().all(|(known, _)| known != name) {
            let cause =
                Cause::new(CauseKind::DecidedByProvider, ecow::eco_format!("{whose}: `{name}`"), None);
            let mut unknown = Unknown::new(Type::Dynamic, cause);
            unknown.origin = Some(Arc::new(origin.step(Step::Key(name.clone()))));
            told.push((name.clone(), unknown.into()));
        }
    }
    told
}

/// A value of one root module in another one; what the provider decides says whose it is.
fn seen_from_outside(value: &Value, whose: &str) -> Value {
    let kind = match &value.kind {
        Kind::Unknown(unknown) => {
            let cause = cause(&unknown.cause, whose);
            Kind::Unknown(Arc::new(Unknown { cause, ..Unknown::clone(unknown) }))
        }
        Kind::List(items) => Kind::List(sequence(items, whose)),
        Kind::Set(items) => Kind::Set(sequence(items, whose)),
        Kind::Tuple(items) => Kind::Tuple(sequence(items, whose)),
        Kind::Map(items) => Kind::Map(entries(items, whose)),
        Kind::Object(items) => Kind::Object(entries(items, whose)),
        plain @ (Kind::Null(_) | Kind::Bool(_) | Kind::Number(_) | Kind::String(_)) => plain.clone(),
    };
    Value::from(kind).with_marks_of(value)
}

fn cause(cause: &Arc<Cause>, whose: &str) -> Arc<Cause> {
    match cause.kind {
        CauseKind::DecidedByProvider | CauseKind::DataSource => Cause::new(cause.kind, whose, None),
        _ => cause.passed_on(whose, None),
    }
}

fn sequence(own: &Sequence, whose: &str) -> Arc<Sequence> {
    Arc::new(Sequence {
        element: own.element.clone(),
        items: own.items.iter().map(|item| seen_from_outside(item, whose)).collect(),
        more: own.more.as_ref().map(|more| cause(more, whose)),
        most: own.most,
    })
}

fn entries(own: &Entries, whose: &str) -> Arc<Entries> {
    let absent = match &own.absent {
        AbsentKey::Symbolic(origin) => AbsentKey::Symbolic(origin.clone()),
        AbsentKey::MaybePresent(more) => AbsentKey::MaybePresent(cause(more, whose)),
        AbsentKey::Error => AbsentKey::Error,
        AbsentKey::Null | AbsentKey::Node(..) => AbsentKey::Null,
    };
    Arc::new(Entries {
        element: own.element.clone(),
        items: own.items.iter().map(|(key, item)| (key.clone(), seen_from_outside(item, whose))).collect(),
        absent,
    })
}
