//! Functions for what providers make of texts and lists, for results in model files. What is not known stays as it is, and so keeps saying
//! whose attribute it is.

use std::sync::Arc;

use crate::value::{Kind, Piece, Pieces, Sequence, Unknown, Value};

/// The result of a function of model files; `None` if there is no function of this name for so many arguments.
pub(super) fn call(name: &str, arguments: &[Value]) -> Option<Value> {
    Some(match (name, arguments) {
        ("as_text", [value]) => as_text(value),
        ("by_key", [list, keys]) => by_key(list, keys),
        ("crc32", [text]) => crc32(text),
        ("descending", [list]) => descending(list),
        ("filled", [list]) => filled(list),
        ("single", [list]) => single(list),
        ("substitute", [text, from, to]) => substitute(text, from.as_str()?, to.as_str()?),
        _ => return None,
    })
}

/// A list or set whose elements are all known.
fn known(list: &Value) -> Option<&Arc<Sequence>> {
    list.as_sequence().filter(|_| list.is_wholly_known())
}

/// `as_text(value)`: a boolean or number as a text; anything else unchanged.
fn as_text(value: &Value) -> Value {
    match &value.kind {
        Kind::Bool(is) => Value::from(if *is { "true" } else { "false" }).with_marks_of(value),
        Kind::Number(number) => Value::from(ecow::eco_format!("{number}")).with_marks_of(value),
        _ => value.clone(),
    }
}

/// `by_key(list, keys)`: the elements in the order of their keys, which are texts, and one element for each key; unchanged if not all keys
/// are known. That is how a provider goes through a set.
fn by_key(list: &Value, keys: &Value) -> Value {
    let (Some(sequence), Some(keys)) = (list.as_sequence(), known(keys)) else { return list.clone() };
    let mut items: Vec<(&str, &Value)> = keys
        .items
        .iter()
        .zip(&sequence.items)
        .filter_map(|(key, item)| Some((key.as_str()?, item)))
        .collect();
    if sequence.more.is_some() || items.len() != sequence.items.len() {
        return list.clone();
    }
    items.sort_by_key(|(key, _)| *key);
    items.dedup_by_key(|(key, _)| *key);
    Value::tuple(items.into_iter().map(|(_, item)| item.clone()).collect()).with_marks_of(list)
}

/// `crc32(text)`: the checksum of a text, in decimal.
fn crc32(text: &Value) -> Value {
    let Some(known) = text.as_str() else { return text.clone() };
    let mut sum = flate2::Crc::new();
    sum.update(known.as_bytes());
    Value::from(ecow::eco_format!("{}", sum.sum())).with_marks_of(text)
}

/// `descending(texts)`: a list of texts in descending order; unchanged if not all of them are known.
fn descending(list: &Value) -> Value {
    let Some(sequence) = known(list) else { return list.clone() };
    let mut items = sequence.items.clone();
    items.sort_by(|a, b| b.as_str().cmp(&a.as_str()));
    Value::tuple(items).with_marks_of(list)
}

/// `filled(list)`: null for a list that certainly has no elements; unchanged otherwise.
fn filled(list: &Value) -> Value {
    let is_empty = list.as_sequence().is_some_and(|own| own.items.is_empty() && own.more.is_none());
    if is_empty { Value::NULL.with_marks_of(list) } else { list.clone() }
}

/// `single(list)`: the only element of a list of one; anything else unchanged.
fn single(list: &Value) -> Value {
    let Some(sequence) = list.as_sequence() else { return list.clone() };
    match (sequence.items.as_slice(), &sequence.more) {
        ([only], None) => only.clone(),
        ([] | [_], Some(cause)) => Value::unknown(cause.clone()).computed_from_all_of(list),
        _ => list.clone(),
    }
}

/// `substitute(text, from, to)`: replaces in what is known of a text, or of each text of a list.
fn substitute(value: &Value, from: &str, to: &str) -> Value {
    let changed: Value = match &value.kind {
        Kind::String(text) if text.contains(from) => Value::from(text.replace(from, to)),
        Kind::Unknown(unknown) => match &unknown.refinement.pieces {
            Some(pieces) if pieces.contains(from) => substituted(unknown, pieces, from, to).into(),
            _ => return value.clone(),
        },
        Kind::List(sequence) | Kind::Set(sequence) | Kind::Tuple(sequence) => {
            let items = sequence.items.iter().map(|item| substitute(item, from, to)).collect();
            Kind::Tuple(Arc::new(Sequence { items, ..(**sequence).clone() })).into()
        }
        _ => return value.clone(),
    };
    changed.with_marks_of(value)
}

fn substituted(unknown: &Unknown, pieces: &Pieces, from: &str, to: &str) -> Unknown {
    let mut kept = Pieces::default();
    for piece in pieces.all() {
        match piece {
            Piece::Text(text) => kept.text(&text.replace(from, to)),
            Piece::Hole(hole) => kept.value(hole),
            Piece::Gap => kept.gap(),
        }
    }
    let mut changed = unknown.clone();
    changed.origin = None;
    changed.refinement.prefix = changed.refinement.prefix.replace(from, to);
    changed.refinement.json = None;
    changed.refinement.yaml = None;
    changed.refinement.pieces = kept.kept().map(Arc::new);
    changed
}
