//! Texts that are known only in pieces.

use super::{Kind, Str, Value};

/// A text in pieces, in order.
#[derive(Clone, Debug, Default)]
pub struct Pieces {
    pieces: Vec<Piece>,
    /// The total length of the known text, in bytes.
    length: usize,
}

/// A piece of a text.
#[derive(Clone, Debug)]
pub enum Piece {
    /// Known text.
    Text(Str),
    /// An unknown value, inserted unchanged.
    Hole(Value),
    /// Any text: it is unknown which parts of a template are rendered, or how often.
    Gap,
}

/// Longer texts are not kept in pieces: texts nested in texts would otherwise keep more each time.
const LONGEST: usize = 64 << 10;

/// Texts of more pieces are not kept either.
const MOST: usize = 4096;

impl Pieces {
    #[must_use]
    pub fn all(&self) -> &[Piece] {
        &self.pieces
    }

    /// Adds known text.
    pub fn text(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        self.length += text.len();
        if let Some(Piece::Text(last)) = self.pieces.last_mut() {
            last.push_str(text);
        } else {
            self.pieces.push(Piece::Text(text.into()));
        }
    }

    /// Adds an inserted value; if it has pieces itself, adds those.
    pub fn value(&mut self, value: &Value) {
        match &value.kind {
            Kind::String(text) => self.text(text),
            Kind::Unknown(unknown) => match &unknown.refinement.pieces {
                Some(inner) if unknown.refinement.json.is_none() => {
                    for piece in &inner.pieces {
                        match piece {
                            Piece::Text(text) => self.text(text),
                            other => self.pieces.push(other.clone()),
                        }
                    }
                }
                _ => self.pieces.push(Piece::Hole(value.clone())),
            },
            _ => self.gap(),
        }
    }

    /// Adds a piece that may be any text.
    pub fn gap(&mut self) {
        if !matches!(self.pieces.last(), Some(Piece::Gap)) {
            self.pieces.push(Piece::Gap);
        }
    }

    /// Returns the pieces unless they are too long to be kept or hold no known text.
    #[must_use]
    pub fn kept(self) -> Option<Self> {
        let is_known = self.length > 0;
        (is_known && self.length <= LONGEST && self.pieces.len() <= MOST).then_some(self)
    }

    /// Whether the whole text may be this one.
    #[must_use]
    pub fn may_be(&self, text: &str) -> bool {
        let mut rest = text;
        let mut is_open = false;
        for piece in &self.pieces {
            let Piece::Text(known) = piece else {
                is_open = true;
                continue;
            };
            let found = if is_open {
                rest.find(known.as_str())
            } else {
                rest.starts_with(known.as_str()).then_some(0)
            };
            let Some(at) = found else { return false };
            rest = rest.get(at + known.len()..).unwrap_or_default();
            is_open = false;
        }
        if is_open {
            return true;
        }
        // The last known piece must match at the end, not only where it was found first.
        match self.pieces.as_slice() {
            [Piece::Text(only)] => only == text,
            [.., Piece::Text(last)] => text.ends_with(last.as_str()),
            _ => true,
        }
    }

    /// The known text at the end.
    #[must_use]
    pub fn suffix(&self) -> &str {
        match self.pieces.last() {
            Some(Piece::Text(text)) => text,
            _ => "",
        }
    }

    /// Whether one of the known pieces contains the text.
    #[must_use]
    pub fn contains(&self, wanted: &str) -> bool {
        self.pieces.iter().any(|piece| matches!(piece, Piece::Text(text) if text.contains(wanted)))
    }
}
