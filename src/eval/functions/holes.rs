//! JSON texts with holes: what is not known of a text stands in for one value, for a part of one text, or for any number of values.
//!
//! A hole between quotes is taken to stay between them, and one that is a value of its own to be one: nobody writes a template in which
//! an id closes a quote.

use std::sync::Arc;

use super::arguments::pieced;
use super::json::{JsonDecoder, as_json};
use super::known_prefix;
use crate::value::{Cause, Kind, Piece, Pieces, Type, Unknown, Value};

/// A JSON text in pieces, each hole of it one character that no other text has.
pub(super) struct Holes {
    pub(super) text: String,
    holes: Vec<Hole>,
    pub(super) cause: Arc<Cause>,
}

/// What stands where a text is not known.
pub(super) enum Hole {
    /// A text that is not known.
    Value(Value),
    /// Any text.
    Gap(Arc<Cause>),
}

/// The first of the characters that stand for holes: they are for private use, and texts that have them are left alone.
const FIRST: u32 = 0xF_0000;

/// The value that a JSON text in pieces says; `None` if what is known of it is no JSON, or not enough.
pub(super) fn decode(pieces: &Pieces, cause: &Arc<Cause>) -> Option<Value> {
    let holes = Holes::of(pieces, cause)?;
    let mut reader = JsonDecoder::of(&holes);
    reader.between();
    let value = reader.value().ok()?;
    reader.between();
    // Something outside of the value may be anything.
    (reader.at == holes.text.len() && reader.more().is_none()).then_some(value)
}

impl Holes {
    /// How many bytes a character for a hole takes.
    pub(super) const WIDTH: usize = 4;

    fn of(pieces: &Pieces, cause: &Arc<Cause>) -> Option<Self> {
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

    /// A text that was read, if it has holes in it.
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
        // The text is the hole, and so whose it is.
        match only {
            Some(value) if read.chars().count() == 1 => Some(value.clone()),
            _ => Some(pieced(pieces, known_prefix(&prefix), cause).computed_from(&marks)),
        }
    }
}

impl Hole {
    /// Whether it may stand for several values, or none: only what is one JSON document cannot.
    pub(super) fn may_be_several(&self) -> bool {
        match self {
            Self::Value(value) => value
                .as_unknown()
                .is_none_or(|unknown| unknown.refinement.json.is_none() && !is_primitive(unknown)),
            Self::Gap(_) => true,
        }
    }

    /// The value that it is, where it stands for one.
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

/// A number or boolean that was put into the text.
fn is_primitive(unknown: &Unknown) -> bool {
    matches!(unknown.type_, Type::Bool | Type::Number)
}
