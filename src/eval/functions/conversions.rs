//! Explicit conversions, and functions about sensitivity.

use std::sync::Arc;

use super::arguments::quoted;
use super::parameters::any;
use super::{Arguments, EvalResult, Function, Gives, row};
use crate::value::convert::{constraint_name, convert, convertible};
use crate::value::{Entries, Kind, Sequence, Type, Unknown, Value};

pub(super) const FUNCTIONS: &[Function] = &[
    row("tostring", V, Gives::String, |a| to(a, &Type::String), "The value as a string."),
    row("tonumber", V, Gives::Number, |a| to(a, &Type::Number), "The value as a number."),
    row("tobool", V, Gives::Bool, |a| to(a, &Type::Bool), "The value as a boolean."),
    row("tolist", V, Gives::List, |a| to(a, &Gives::List.type_()), "The value as a list."),
    row("toset", V, Gives::Set, |a| to(a, &Gives::Set.type_()), "The value as a set.").costs(12),
    row("tomap", V, Gives::Any, |a| to(a, &Type::Map(Arc::new(Type::Dynamic))), "The value as a map."),
    row("sensitive", ANY, Gives::Any, |a| Ok(a.value(0).clone().sensitive()), "Marks a value as sensitive."),
    row(
        "nonsensitive",
        ANY,
        Gives::Any,
        |a| Ok(a.value(0).clone().nonsensitive()),
        "Removes the sensitive mark.",
    ),
    row("issensitive", ANY, Gives::Bool, is_sensitive, "Whether the value is marked sensitive."),
    row(
        "ephemeralasnull",
        ANY,
        Gives::Any,
        |a| Ok(without_ephemeral(a.value(0))),
        "Replaces ephemeral parts with null.",
    ),
];

const V: &[super::Parameter] = &[any("v").nullable().open().keeps_marks()];
const ANY: &[super::Parameter] = &[any("value").nullable().open().keeps_marks()];

fn to(arguments: &Arguments<'_>, type_: &Type) -> EvalResult<Value> {
    let value = arguments.value(0);
    if !is_converted(value, type_) {
        arguments.host.pay_for_conversion(value)?;
    }
    convert(value, type_).map(|converted| parsed(value, converted)).map_err(|error| {
        let (from, wanted) = (value.type_of(), constraint_name(type_));
        arguments.refuse(
            0,
            match (&value.kind, type_) {
                (Kind::String(text), Type::Bool) => format!(
                    "cannot convert {} to bool; only the strings \"true\" or \"false\" are allowed",
                    quoted(text)
                ),
                (Kind::String(text), Type::Number) => format!(
                    "cannot convert {} to number; given string must be a decimal representation of a number",
                    quoted(text)
                ),
                _ if convertible(&from, type_) => format!("cannot convert {from} to {wanted}: {error}"),
                _ => format!("cannot convert {from} to {wanted}"),
            },
        )
    })
}

/// Whether a value is of the kind already that it is to be converted to.
fn is_converted(value: &Value, type_: &Type) -> bool {
    matches!(
        (&value.kind, type_),
        (Kind::List(_), Type::List(_)) | (Kind::Set(_), Type::Set(_)) | (Kind::Map(_), Type::Map(_))
    )
}

/// Removes the origin from the result of parsing an unknown text: the result is not that text, and parsing may fail.
fn parsed(value: &Value, converted: Value) -> Value {
    let mut converted = converted;
    if let (Kind::Unknown(from), Kind::Unknown(to)) = (&value.kind, &mut converted.kind)
        && from.type_ != to.type_
        && matches!(to.type_, Type::Bool | Type::Number)
    {
        Arc::make_mut(to).origin = None;
        return converted.computed_from(value);
    }
    converted
}

/// Replaces every ephemeral part of the value by null.
fn without_ephemeral(value: &Value) -> Value {
    if value.is_ephemeral() {
        return Kind::Null(value.type_of()).into();
    }
    let kind = match &value.kind {
        Kind::List(s) | Kind::Set(s) | Kind::Tuple(s) => {
            let items = s.items.iter().map(without_ephemeral).collect();
            let sequence =
                Arc::new(Sequence { element: s.element.clone(), items, more: s.more.clone(), most: s.most });
            match &value.kind {
                Kind::List(_) => Kind::List(sequence),
                Kind::Set(_) => Kind::Set(sequence),
                _ => Kind::Tuple(sequence),
            }
        }
        Kind::Map(e) | Kind::Object(e) => {
            let items = e.items.iter().map(|(key, item)| (key.clone(), without_ephemeral(item))).collect();
            let entries = Arc::new(Entries { element: e.element.clone(), items, absent: e.absent.clone() });
            if matches!(value.kind, Kind::Map(_)) { Kind::Map(entries) } else { Kind::Object(entries) }
        }
        _ => return value.clone(),
    };
    Value::from(kind).with_marks_of(value)
}

fn is_sensitive(arguments: &Arguments<'_>) -> EvalResult<Value> {
    let value = arguments.value(0);
    Ok(match &value.kind {
        // An unknown value may turn out to be sensitive.
        Kind::Unknown(unknown) if !value.is_sensitive() => {
            let mut answer = Unknown::new(Type::Bool, unknown.cause.clone());
            answer.refinement.not_null = true;
            answer.into()
        }
        _ => value.is_sensitive().into(),
    })
}
