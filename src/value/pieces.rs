//! Texts of which only pieces are known.

use super::{Kind, Str, Value};

/// A text in pieces, in order.
#[derive(Clone, Debug, Default)]
pub struct Pieces {
    pieces: Vec<Piece>,
    /// Bytes of known text.
    length: usize,
}

/// A piece of a text.
#[derive(Clone, Debug)]
pub enum Piece {
    /// Known text.
    Text(Str),
    /// An unknown text that is put in as it is.
    Hole(Value),
    /// Any text: which parts of a template are rendered, or how often, is not known.
    Gap,
}

/// No more is remembered of a text: texts that hold texts would remember more each time.
const LONGEST: usize = 64 << 10;

/// Nor of so many pieces.
const MOST: usize = 4096;

impl Pieces {
    /// The pieces.
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

    /// Adds a value that is put into the text: its own pieces, if it has some.
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

    /// Adds what may be any text.
    pub fn gap(&mut self) {
        if !matches!(self.pieces.last(), Some(Piece::Gap)) {
            self.pieces.push(Piece::Gap);
        }
    }

    /// Itself, unless it is too long to be remembered, or nothing is known of it.
    #[must_use]
    pub fn kept(self) -> Option<Self> {
        let is_known = self.length > 0;
        (is_known && self.length <= LONGEST && self.pieces.len() <= MOST).then_some(self)
    }

    /// Whether a text can be made of these pieces.
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
        // The last known piece stands at the end, not only where it was found first.
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

    /// Whether a text stands in one of the known pieces.
    #[must_use]
    pub fn contains(&self, wanted: &str) -> bool {
        self.pieces.iter().any(|piece| matches!(piece, Piece::Text(text) if text.contains(wanted)))
    }
}
