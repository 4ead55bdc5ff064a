//! The value of a configured resource in other expressions.

use std::sync::Arc;

use crate::value::{AbsentKey, Entries, Kind, Origin, Sequence, Step, Type, Value};

/// A configured value in other expressions: it refers to its resource, and the provider decides what nested blocks do not set or set
/// to null.
pub(super) fn symbolic(value: &Value, origin: &Origin) -> Value {
    match &value.kind {
        Kind::Object(entries) if matches!(entries.absent, AbsentKey::Null) => {
            let items = entries
                .items
                .iter()
                .filter(|(_, value)| !value.is_null())
                .map(|(key, value)| (key.clone(), symbolic(value, &origin.step(Step::Key(key.clone())))))
                .collect();
            let absent = AbsentKey::Symbolic(Arc::new(origin.clone()));
            let entries = Entries { element: Type::Dynamic, items, absent };
            Value::from(Kind::Object(Arc::new(entries))).with_marks_of(value)
        }
        Kind::Tuple(sequence) => {
            let items = (0u64..)
                .zip(&sequence.items)
                .map(|(index, item)| symbolic(item, &origin.step(Step::Index(index))))
                .collect();
            let sequence =
                Sequence { element: Type::Dynamic, items, more: sequence.more.clone(), most: sequence.most };
            Value::from(Kind::Tuple(Arc::new(sequence))).with_marks_of(value)
        }
        _ => value.clone().referring_to(Arc::new(origin.clone())),
    }
}
