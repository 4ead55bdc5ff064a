//! Defaults of optional attributes.

use std::sync::Arc;

use super::types::Defaults;
use super::{AbsentKey, Entries, Kind, Sequence, Type, Value, sorted_by_key};

/// Fills the defaults of a type constraint into a value, before the value is converted.
#[must_use]
pub fn apply_defaults(value: Value, defaults: &Defaults) -> Value {
    if value.is_null() {
        return value;
    }
    let marked = value.clone();
    let kind = match value.kind {
        Kind::List(s) => Kind::List(Arc::new(element_defaults(&s, defaults))),
        Kind::Set(s) => Kind::Set(Arc::new(element_defaults(&s, defaults))),
        Kind::Tuple(s) => Kind::Tuple(Arc::new(element_defaults(&s, defaults))),
        Kind::Map(e) => {
            if defaults.attributes.is_empty() && defaults.children.is_empty() {
                Kind::Map(Arc::new(entry_defaults(&e, defaults)))
            } else {
                // A map in place of an object becomes an object, whose values need no common type.
                Kind::Object(Arc::new(Entries { element: Type::Dynamic, ..attribute_defaults(&e, defaults) }))
            }
        }
        Kind::Object(e) => Kind::Object(Arc::new(if defaults.elements.is_some() {
            entry_defaults(&e, defaults)
        } else {
            attribute_defaults(&e, defaults)
        })),
        kind => kind,
    };
    Value::from(kind).with_marks_of(&marked)
}

fn element_defaults(sequence: &Sequence, defaults: &Defaults) -> Sequence {
    let child = |i: usize| {
        defaults.elements.as_deref().or_else(|| {
            let name = i.to_string();
            defaults.children.iter().find(|(own, _)| *own == name).map(|(_, child)| child)
        })
    };
    let items = sequence.items.iter().enumerate().map(|(i, item)| match child(i) {
        Some(child) => apply_defaults(item.clone(), child),
        None => item.clone(),
    });
    Sequence { element: Type::Dynamic, items: items.collect(), more: sequence.more.clone(), most: None }
}

fn entry_defaults(entries: &Entries, defaults: &Defaults) -> Entries {
    let items = entries.items.iter().map(|(key, item)| {
        let item = item.clone();
        (
            key.clone(),
            match &defaults.elements {
                Some(child) => apply_defaults(item, child),
                None => item,
            },
        )
    });
    Entries { element: Type::Dynamic, items: items.collect(), absent: entries.absent.clone() }
}

fn attribute_defaults(entries: &Entries, defaults: &Defaults) -> Entries {
    let mut items = entries.items.to_vec();
    for (name, default) in &defaults.attributes {
        match items.iter_mut().find(|(own, _)| own == name) {
            Some((_, item)) if item.is_null() => *item = default.clone().computed_from(item),
            Some(_) => {}
            None if matches!(entries.absent, AbsentKey::Error | AbsentKey::Null | AbsentKey::Node(..)) => {
                items.push((name.clone(), default.clone()));
            }
            // It is unknown whether the attribute is set, and so whether the default applies.
            None => {}
        }
    }
    for (name, child) in &defaults.children {
        if let Some((_, item)) = items.iter_mut().find(|(own, _)| own == name) {
            *item = apply_defaults(std::mem::replace(item, Value::NULL), child);
        }
    }
    Entries { element: Type::Dynamic, items: sorted_by_key(items), absent: entries.absent.clone() }
}
