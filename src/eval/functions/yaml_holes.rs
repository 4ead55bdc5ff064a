//! YAML texts with holes. A hole is an unknown piece of the text, as in [`holes`](super::holes); in YAML it is assumed to stay within the
//! scalar that it stands in: a document of which it might change the structure is not decoded.

use std::sync::Arc;

use super::holes::Holes;
use super::yaml::read;
use crate::value::{Cause, Kind, Pieces, Type, Value};

/// Decodes a YAML text in pieces; `None` if the known pieces are not YAML or do not suffice.
pub(super) fn decode(pieces: &Pieces, cause: &Arc<Cause>) -> Option<Value> {
    let holes = Holes::of(pieces, cause)?;
    filled(&holes, read(&holes.text).ok()?)
}

/// The value with unknowns in place of holes; `None` if a key has one.
fn filled(holes: &Holes, value: Value) -> Option<Value> {
    let has_hole = |text: &str| text.chars().any(|c| holes.at(c).is_some());
    match &value.kind {
        Kind::String(text) if has_hole(text) => Some(scalar(holes, text)),
        Kind::Tuple(sequence) => {
            let items = sequence.items.iter().map(|item| filled(holes, item.clone()));
            Some(Value::tuple(items.collect::<Option<_>>()?))
        }
        Kind::Object(entries) => {
            let items = entries.items.iter().map(|(key, item)| {
                let item = filled(holes, item.clone())?;
                (!has_hole(key)).then(|| (key.clone(), item))
            });
            Some(Value::object(items.collect::<Option<_>>()?))
        }
        _ => Some(value),
    }
}

/// The value of a scalar with holes. Without quotes, which are not seen here, it may also be a number, a date or anything else that the
/// hole makes of it, unless a letter outside of numbers keeps it a text.
fn scalar(holes: &Holes, text: &str) -> Value {
    let Some(value) = holes.text_of(text) else { return text.into() };
    let of_numbers = |c: char| !c.is_alphabetic() || "abcdefinox".contains(c.to_ascii_lowercase());
    let is_text = text.chars().any(|c| holes.at(c).is_none() && !of_numbers(c));
    match &value.kind {
        Kind::Unknown(unknown) if is_text && unknown.type_ == Type::String => value,
        Kind::Unknown(unknown) => Value::unknown(unknown.cause.clone()).computed_from_all_of(&value),
        _ => value,
    }
}
