//! The outputs of a unit as another unit sees them.
//!
//! What they refer to belongs to another architecture, so a value keeps what is known of it and loses whose attribute it is.

use std::sync::Arc;

use crate::estate::Estate;
use crate::value::{
    AbsentKey, Cause, CauseKind, Entries, Kind, Refinement, Sequence, Str, Type, Unknown, Value,
};

/// The outputs of a unit, in the directory of this name.
pub(super) fn value(unit: &str, estate: &Estate) -> Value {
    let items = estate.outputs.iter().map(|(name, value)| {
        let whose = format!("output `{name}` of `{unit}`");
        (name.clone(), detached(value, &whose))
    });
    let items: Vec<(Str, Value)> = items.collect();
    match &estate.incomplete {
        None => Value::object(items),
        Some(cause) => {
            let items = crate::value::sorted_by_key(items);
            let absent = AbsentKey::MaybePresent(cause.clone());
            Kind::Object(Arc::new(Entries { element: Type::Dynamic, items, absent })).into()
        }
    }
}

/// A value without its origins; what the provider decides says whose it is.
fn detached(value: &Value, whose: &str) -> Value {
    let kind = match &value.kind {
        Kind::Unknown(unknown) => {
            let Refinement { not_null, prefix, at_least, at_most, .. } = &unknown.refinement;
            let refinement = Refinement {
                not_null: *not_null,
                prefix: prefix.clone(),
                at_least: *at_least,
                at_most: *at_most,
                ..Refinement::default()
            };
            let cause = cause(&unknown.cause, whose);
            Kind::Unknown(Arc::new(Unknown { refinement, ..Unknown::new(unknown.type_.clone(), cause) }))
        }
        Kind::List(items) => Kind::List(sequence(items, whose)),
        Kind::Set(items) => Kind::Set(sequence(items, whose)),
        Kind::Tuple(items) => Kind::Tuple(sequence(items, whose)),
        Kind::Map(items) => Kind::Map(entries(items, whose)),
        Kind::Object(items) => Kind::Object(entries(items, whose)),
        plain @ (Kind::Null(_) | Kind::Bool(_) | Kind::Number(_) | Kind::String(_)) => plain.clone(),
    };
    Value::from(kind).secret_as(value)
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
        items: own.items.iter().map(|item| detached(item, whose)).collect(),
        more: own.more.as_ref().map(|more| cause(more, whose)),
        most: own.most,
    })
}

fn entries(own: &Entries, whose: &str) -> Arc<Entries> {
    let absent = match &own.absent {
        AbsentKey::Symbolic(_) => {
            AbsentKey::MaybePresent(Cause::new(CauseKind::DecidedByProvider, whose, None))
        }
        AbsentKey::MaybePresent(more) => AbsentKey::MaybePresent(cause(more, whose)),
        AbsentKey::Error => AbsentKey::Error,
        AbsentKey::Null | AbsentKey::Node(..) => AbsentKey::Null,
    };
    Arc::new(Entries {
        element: own.element.clone(),
        items: own.items.iter().map(|(key, item)| (key.clone(), detached(item, whose))).collect(),
        absent,
    })
}
