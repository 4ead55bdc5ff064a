//! Values that must have one type, while the types of some are not known yet.
//!
//! Terraform assumes that an unknown type is that of the others and complains later if it is not. We do not know the types of most
//! attributes, so we only claim what holds in any case: next to a value that may be a string, `1` may become `"1"`.

use super::convert::convert;
use super::unify::unify;
use super::{AbsentKey, Cause, CauseKind, Kind, Str, Type, Unknown, Value};

/// Whether the type of a value cannot change once its unknowns are known.
#[must_use]
pub fn has_final_type(value: &Value) -> bool {
    let parts = || value.parts().all(has_final_type);
    match &value.kind {
        Kind::Null(_) | Kind::Bool(_) | Kind::Number(_) | Kind::String(_) => true,
        Kind::Unknown(unknown) => unknown.type_.is_wholly_known(),
        Kind::List(sequence) | Kind::Set(sequence) => {
            sequence.element.is_wholly_known() || sequence.more.is_none() && parts()
        }
        Kind::Tuple(sequence) => sequence.more.is_none() && parts(),
        Kind::Map(entries) => {
            entries.element.is_wholly_known() || matches!(entries.absent, AbsentKey::Error) && parts()
        }
        Kind::Object(entries) => {
            matches!(entries.absent, AbsentKey::Error | AbsentKey::Null | AbsentKey::Node(..)) && parts()
        }
    }
}

/// What is certain of the values once they have one type. If `open`, further values may join them.
#[must_use]
pub fn unify_partially(values: &[&Value], open: bool) -> Vec<Value> {
    let unchanged = || values.iter().map(|value| (*value).clone()).collect::<Vec<_>>();
    let settled = !open && values.iter().all(|value| has_final_type(value));
    if settled {
        let types: Vec<Type> = values.iter().map(|value| value.type_of()).collect();
        return match unify(&types) {
            Some(type_) => {
                let converted = |value: &&Value| convert(value, &type_).unwrap_or_else(|_| (*value).clone());
                values.iter().map(converted).collect()
            }
            None => unchanged(),
        };
    }
    if values.iter().any(|value| value.type_of() == Type::String) {
        let converted = |value: &&Value| convert(value, &Type::String).unwrap_or_else(|_| widen(value));
        return values.iter().map(converted).collect();
    }
    if !open && let Some(columns) = columns(values) {
        return columns;
    }
    values.iter().map(|value| widen(value)).collect()
}

/// Unifies objects with the same keys, or tuples of the same length, part by part.
fn columns(values: &[&Value]) -> Option<Vec<Value>> {
    let (first, others) = values.split_first()?;
    let names = |value: &Value| -> Option<Vec<Str>> {
        match &value.kind {
            Kind::Object(entries) if matches!(entries.absent, AbsentKey::Error) => {
                Some(entries.items.iter().map(|(key, _)| key.clone()).collect())
            }
            Kind::Tuple(sequence) if sequence.more.is_none() => {
                Some((0..sequence.items.len()).map(|i| ecow::eco_format!("{i}")).collect())
            }
            _ => None,
        }
    };
    let form = |value: &Value| std::mem::discriminant(&value.kind);
    let keys = names(first)?;
    if others.iter().any(|other| form(other) != form(first) || names(other).as_ref() != Some(&keys)) {
        return None;
    }
    let mut rows: Vec<Vec<Value>> = vec![Vec::with_capacity(keys.len()); values.len()];
    for i in 0..keys.len() {
        let column: Vec<&Value> = values.iter().filter_map(|value| value.parts().nth(i)).collect();
        for (row, part) in rows.iter_mut().zip(unify_partially(&column, false)) {
            row.push(part);
        }
    }
    let rebuilt = rows.into_iter().zip(values).map(|(row, value)| {
        let rebuilt = match value.kind {
            Kind::Object(_) => Value::object(keys.iter().cloned().zip(row).collect()),
            _ => Value::tuple(row),
        };
        rebuilt.with_marks_of(value)
    });
    Some(rebuilt.collect())
}

/// A value next to values of unknown type: its numbers and booleans may become strings.
#[must_use]
pub fn widen(value: &Value) -> Value {
    let kind = match &value.kind {
        Kind::Bool(_) | Kind::Number(_) => {
            let mut unknown =
                Unknown::new(Type::Dynamic, Cause::new(CauseKind::KnownAfterApply, "its type", None));
            unknown.refinement.not_null = true;
            Kind::Unknown(unknown.into())
        }
        Kind::Unknown(unknown) if unknown.type_ != Type::String && unknown.type_ != Type::Dynamic => {
            let mut unknown = Unknown::clone(unknown);
            unknown.type_ = Type::Dynamic;
            unknown.refinement.at_least = None;
            unknown.refinement.at_most = None;
            Kind::Unknown(unknown.into())
        }
        Kind::Null(_) | Kind::String(_) | Kind::Unknown(_) => return value.clone(),
        Kind::List(s) | Kind::Set(s) | Kind::Tuple(s) => {
            let mut sequence = s.as_ref().clone();
            if sequence.element != Type::String {
                sequence.element = Type::Dynamic;
                sequence.items = sequence.items.iter().map(widen).collect();
            }
            match &value.kind {
                Kind::List(_) => Kind::List(sequence.into()),
                Kind::Set(_) => Kind::Set(sequence.into()),
                _ => Kind::Tuple(sequence.into()),
            }
        }
        Kind::Map(e) | Kind::Object(e) => {
            let mut entries = e.as_ref().clone();
            if entries.element != Type::String {
                entries.element = Type::Dynamic;
                for (_, item) in entries.items.make_mut() {
                    *item = widen(item);
                }
            }
            match &value.kind {
                Kind::Map(_) => Kind::Map(entries.into()),
                _ => Kind::Object(entries.into()),
            }
        }
    };
    Value::from(kind).with_marks_of(value)
}
