//! JSON documents that data sources return: texts in the layout of their provider, as far as they are known.

use std::sync::Arc;

use crate::estate::facts::DocumentLayout;
use crate::eval::functions::{json_of_scalar, known_prefix};
use crate::value::{Cause, Entries, Kind, Piece, Pieces, Sequence, Str, Unknown, Value};

/// Longer documents are not kept as texts.
const LONGEST: usize = 1 << 20;

/// The document with this value: a text where the value is known, otherwise `unknown` with all that is known of the text. A null is no entry
/// in an object whose keys the layout orders.
pub(in crate::estate) fn document(
    name: &str,
    value: &Value,
    layout: &DocumentLayout,
    mut unknown: Unknown,
) -> Value {
    let value = without_nulls(value, layout.order.len());
    let indent = layout.indents.iter().find(|(own, _)| own == name).map(|(_, indent)| *indent);
    unknown.refinement.not_null = true;
    unknown.refinement.at_least = Some(1);
    if let Some(indent) = indent {
        let mut writer = DocumentWriter { layout, indent, pieces: Pieces::default(), length: 0, cause: None };
        writer.value(&value, 0, 0);
        let (is_known, is_kept) = (writer.cause.is_none(), writer.length <= LONGEST);
        match writer.pieces.all() {
            [Piece::Text(text)] if is_known && is_kept => {
                return Value::from(text.clone()).computed_from_all_of(&value);
            }
            // What comes after a part that is left out is not where it would be.
            [Piece::Text(start), ..] if is_kept => unknown.refinement.prefix = known_prefix(start),
            _ => {}
        }
        unknown.refinement.pieces = writer.pieces.kept().map(Arc::new);
    }
    unknown.refinement.json = Some(Arc::new(value));
    unknown.into()
}

/// The value without the nulls in objects of the first levels.
fn without_nulls(value: &Value, levels: usize) -> Value {
    if levels == 0 {
        return value.clone();
    }
    let cleaned = |sequence: &Arc<Sequence>| {
        let items = sequence.items.iter().map(|item| without_nulls(item, levels)).collect();
        Arc::new(Sequence { items, ..(**sequence).clone() })
    };
    let kind = match &value.kind {
        Kind::List(sequence) => Kind::List(cleaned(sequence)),
        Kind::Set(sequence) => Kind::Set(cleaned(sequence)),
        Kind::Tuple(sequence) => Kind::Tuple(cleaned(sequence)),
        Kind::Map(entries) | Kind::Object(entries) => {
            let set = entries.items.iter().filter(|(_, item)| !item.is_null());
            let items = set.map(|(key, item)| (key.clone(), without_nulls(item, levels - 1))).collect();
            Kind::Object(Arc::new(Entries { items, ..(**entries).clone() }))
        }
        Kind::Null(_) | Kind::Bool(_) | Kind::Number(_) | Kind::String(_) | Kind::Unknown(_) => {
            return value.clone();
        }
    };
    Value::from(kind).with_marks_of(value)
}

struct DocumentWriter<'l> {
    layout: &'l DocumentLayout,
    /// Spaces for each level; 0 for a document in one line.
    indent: usize,
    pieces: Pieces,
    length: usize,
    /// Why a part is not known.
    cause: Option<Arc<Cause>>,
}

impl DocumentWriter<'_> {
    fn text(&mut self, text: &str) {
        self.length += text.len();
        self.pieces.text(text);
    }

    fn gap(&mut self, cause: &Arc<Cause>) {
        self.pieces.gap();
        self.cause.get_or_insert_with(|| cause.clone());
    }

    fn line(&mut self, level: usize) {
        if self.indent > 0 {
            self.text("\n");
            self.text(&" ".repeat(self.indent * level));
        }
    }

    /// Writes a value that lies in so many objects, and is indented by so many levels.
    fn value(&mut self, value: &Value, depth: usize, level: usize) {
        if self.length > LONGEST {
            return;
        }
        match &value.kind {
            Kind::Unknown(unknown) => self.gap(&unknown.cause),
            Kind::List(sequence) | Kind::Set(sequence) | Kind::Tuple(sequence) => {
                self.array(sequence, depth, level);
            }
            Kind::Map(entries) | Kind::Object(entries) => self.object(entries, depth, level),
            Kind::Null(_) | Kind::Bool(_) | Kind::Number(_) | Kind::String(_) => self.scalar(value),
        }
    }

    fn scalar(&mut self, value: &Value) {
        match json_of_scalar(value) {
            Some(text) => self.text(&text),
            None => self.gap(&Cause::provider()),
        }
    }

    fn array(&mut self, sequence: &Sequence, depth: usize, level: usize) {
        // A provider sorts texts, so one that is not known may stand anywhere.
        let sorted = !sequence.items.iter().any(|item| item.as_entries().is_some());
        let unknown = sequence.items.iter().find_map(Value::first_cause);
        if let Some(cause) = sequence.more.as_ref().or(unknown.as_ref()).filter(|_| sorted) {
            return self.gap(cause);
        }
        if sequence.items.is_empty() {
            return self.text("[]");
        }
        self.text("[");
        for (at, item) in sequence.items.iter().enumerate() {
            if at > 0 {
                self.text(",");
            }
            self.line(level + 1);
            self.value(item, depth, level + 1);
        }
        match &sequence.more {
            Some(cause) => self.gap(cause),
            None => self.line(level),
        }
        self.text("]");
    }

    fn object(&mut self, entries: &Entries, depth: usize, level: usize) {
        if let Some(cause) = entries.more() {
            return self.gap(&cause);
        }
        if entries.items.is_empty() {
            return self.text("{}");
        }
        self.text("{");
        let order = self.layout.order.get(depth);
        let place = |key: &Str| order.and_then(|order| order.iter().position(|own| own == key));
        let mut items: Vec<&(Str, Value)> = entries.items.iter().collect();
        items.sort_by_key(|(key, _)| place(key).unwrap_or(usize::MAX));
        // What may be no entry takes the marks between entries with it.
        let mut after_gap = false;
        for (at, (key, value)) in items.into_iter().enumerate() {
            if let Some(unknown) =
                value.as_unknown().filter(|own| order.is_some() && !own.refinement.not_null)
            {
                self.gap(&unknown.cause);
                after_gap = true;
                continue;
            }
            if !after_gap {
                if at > 0 {
                    self.text(",");
                }
                self.line(level + 1);
            }
            after_gap = false;
            self.scalar(&Value::from(key.clone()));
            self.text(if self.indent > 0 { ": " } else { ":" });
            self.value(value, depth + 1, level + 1);
        }
        if !after_gap {
            self.line(level);
        }
        self.text("}");
    }
}
