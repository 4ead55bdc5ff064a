//! JSON texts with holes. A hole is an unknown piece of the text: it stands for one value, for part of a string, or for any number
//! of values.
//!
//! A hole between quotes is assumed to stay within them, and a hole outside of quotes to be whole values: nobody writes a template in
//! which an id closes a quote.

use std::sync::Arc;

use super::arguments::pieced;
use super::json::{JsonDecoder, as_json};
use super::known_prefix;
use crate::value::{Cause, Kind, Piece, Pieces, Type, Unknown, Value};

/// A JSON text in pieces. Each hole is one character that occurs nowhere else in the text.
pub(super) struct Holes {
    pub(super) text: String,
    holes: Vec<Hole>,
    pub(super) cause: Arc<Cause>,
}

/// What a hole stands for.
pub(super) enum Hole {
    /// An unknown value that was put into the text.
    Value(Value),
    /// Any text at all.
    Gap(Arc<Cause>),
}

/// The first character that stands for a hole. It is for private use; a text that has such characters is not decoded.
const FIRST: u32 = 0xF_0000;

/// What an unknown text decodes to: what was encoded as JSON, or what `read` makes of its known pieces.
pub(super) fn decoded(
    source: &Value,
    unknown: &Unknown,
    read: fn(&Pieces, &Arc<Cause>) -> Option<Value>,
) -> Value {
    let parts = match &unknown.refinement.json {
        Some(json) => Some(as_json(json)),
        None => unknown.refinement.pieces.as_ref().and_then(|pieces| read(pieces, &unknown.cause)),
    };
    match parts {
        // Decoded parts keep their own origins; anything else only records what it was computed from.
        Some(parts) => parts.secret_as(source),
        None => Value::unknown(unknown.cause.clone()).computed_from_all_of(source),
    }
}

/// Decodes a JSON text in pieces; `None` if the known pieces are not JSON or do not suffice.
pub(super) fn decode(pieces: &Pieces, cause: &Arc<Cause>) -> Option<Value> {
    let holes = Holes::of(pieces, cause)?;
    let mut reader = JsonDecoder::of(&holes);
    reader.between();
    let value = reader.value().ok()?;
    reader.between();
    // A hole beside the value may be anything, even more text.
    (reader.at == holes.text.len() && reader.more().is_none()).then_some(value)
}

/// The value that an unknown text is as JSON: what was encoded, or what its known pieces say.
#[must_use]
pub fn document_of(unknown: &Unknown) -> Option<Arc<Value>> {
    if let Some(value) = &unknown.refinement.json {
        return Some(value.clone());
    }
    let pieces = unknown.refinement.pieces.as_ref()?;
    let Some(Piece::Text(first)) = pieces.all().first() else { return None };
    // Most texts are no documents.
    let is_document = first.trim_start().starts_with(['{', '[']);
    if is_document { decode(pieces, &unknown.cause).map(Arc::new) } else { None }
}

impl Holes {
    /// The length of a hole's character in UTF-8, in bytes.
    pub(super) const WIDTH: usize = 4;

    pub(super) fn of(pieces: &Pieces, cause: &Arc<Cause>) -> Option<Self> {
        let mut holes = Self { text: String::new(), holes: Vec::new(), cause: cause.clone() };
        for piece in pieces.all() {
            let hole = match piece {
                Piece::Text(text) => {
                    let is_taken = |c: char| u32::from(c) >= FIRST;
                    if text.chars().any(is_taken) {
                        return None;
                    }
                    holes.text.push_str(text);
                    continue;
                }
                Piece::Hole(value) => Hole::Value(value.clone()),
                Piece::Gap => Hole::Gap(cause.clone()),
            };
            let index = u32::try_from(holes.holes.len()).ok()?;
            holes.text.push(char::from_u32(FIRST + index)?);
            holes.holes.push(hole);
        }
        Some(holes)
    }

    /// The hole that a character stands for.
    pub(super) fn at(&self, c: char) -> Option<&Hole> {
        let index = u32::from(c).checked_sub(FIRST)?;
        self.holes.get(usize::try_from(index).ok()?)
    }

    /// The unknown string for a text that contains holes; `None` if it contains none.
    pub(super) fn text_of(&self, read: &str) -> Option<Value> {
        let mut pieces = Pieces::default();
        let mut marks = Value::NULL;
        let mut cause = None;
        let mut prefix = String::new();
        let mut only = None;
        for c in read.chars() {
            let Some(hole) = self.at(c) else {
                pieces.text(c.encode_utf8(&mut [0; 4]));
                if cause.is_none() {
                    prefix.push(c);
                }
                continue;
            };
            match hole {
                Hole::Value(value) => {
                    pieces.value(value);
                    marks = marks.computed_from_all_of(value);
                    only = Some(value);
                    if let Kind::Unknown(unknown) = &value.kind {
                        if cause.is_none() {
                            prefix.push_str(&unknown.refinement.prefix);
                        }
                        cause.get_or_insert_with(|| unknown.cause.clone());
                    }
                }
                Hole::Gap(gap) => {
                    pieces.gap();
                    cause.get_or_insert_with(|| gap.clone());
                }
            }
        }
        let cause = cause?;
        // The string is nothing but the hole, so it is that value.
        match only {
            Some(value) if read.chars().count() == 1 => Some(value.clone()),
            _ => Some(pieced(pieces, known_prefix(&prefix), cause).computed_from(&marks)),
        }
    }
}

impl Hole {
    /// Whether the hole may stand for any number of values. A JSON document, a number and a boolean are exactly one.
    pub(super) fn may_be_several(&self) -> bool {
        match self {
            Self::Value(value) => value
                .as_unknown()
                .is_none_or(|unknown| unknown.refinement.json.is_none() && !is_primitive(unknown)),
            Self::Gap(_) => true,
        }
    }

    /// The value of a hole that stands for exactly one.
    pub(super) fn value(&self) -> Value {
        match self {
            Self::Value(value) => match value.as_unknown() {
                Some(unknown) => match &unknown.refinement.json {
                    Some(json) => as_json(json).secret_as(value),
                    None => Value::unknown(unknown.cause.clone()).computed_from_all_of(value),
                },
                None => value.clone(),
            },
            Self::Gap(cause) => Value::unknown(cause.clone()),
        }
    }
}

/// Whether the hole is a number or boolean.
fn is_primitive(unknown: &Unknown) -> bool {
    matches!(unknown.type_, Type::Bool | Type::Number)
}
