//! Defaults of optional attributes.

use std::sync::Arc;

use super::size::MAX_VALUE_PARTS;
use super::types::Defaults;
use super::{AbsentKey, Entries, Kind, Sequence, Type, Value, sorted_by_key};

/// Fills the defaults of a type constraint into a value, before the value is converted. A value that would have too many parts becomes
/// unknown: a short constraint can ask for more than fits in memory.
#[must_use]
pub fn apply_defaults(value: Value, defaults: &Defaults) -> Value {
    let mut filling = Filling { left: MAX_VALUE_PARTS };
    match filling.value(&value, defaults) {
        Some(filled) => filled,
        None => value.of_too_many_parts(),
    }
}

/// How far defaults are filled in. Each part gives `None` if there would be too many.
struct Filling {
    /// How many parts may still be made.
    left: usize,
}

impl Filling {
    /// Counts parts that are made.
    fn take(&mut self, parts: usize) -> Option<()> {
        self.left = self.left.checked_sub(parts)?;
        Some(())
    }

    fn value(&mut self, value: &Value, defaults: &Defaults) -> Option<Value> {
        let kind = match &value.kind {
            Kind::List(s) => Kind::List(Arc::new(self.elements(s, defaults)?)),
            Kind::Set(s) => Kind::Set(Arc::new(self.elements(s, defaults)?)),
            Kind::Tuple(s) => Kind::Tuple(Arc::new(self.elements(s, defaults)?)),
            Kind::Map(e) => {
                if defaults.attributes.is_empty() && defaults.children.is_empty() {
                    Kind::Map(Arc::new(self.entries(e, defaults)?))
                } else {
                    // A map in place of an object becomes an object, whose values need no common type.
                    let entries = self.attributes(e, defaults)?;
                    Kind::Object(Arc::new(Entries { element: Type::Dynamic, ..entries }))
                }
            }
            Kind::Object(e) => Kind::Object(Arc::new(if defaults.elements.is_some() {
                self.entries(e, defaults)?
            } else {
                self.attributes(e, defaults)?
            })),
            _ => return Some(value.clone()),
        };
        Some(Value::from(kind).with_marks_of(value))
    }

    fn elements(&mut self, sequence: &Sequence, defaults: &Defaults) -> Option<Sequence> {
        self.take(sequence.items.len())?;
        let child = |i: usize| {
            defaults.elements.as_deref().or_else(|| {
                let name = i.to_string();
                defaults.children.iter().find(|(own, _)| *own == name).map(|(_, child)| child)
            })
        };
        let items = sequence.items.iter().enumerate().map(|(i, item)| match child(i) {
            Some(child) => self.value(item, child),
            None => Some(item.clone()),
        });
        let items = items.collect::<Option<_>>()?;
        Some(Sequence { element: Type::Dynamic, items, more: sequence.more.clone(), most: sequence.most })
    }

    fn entries(&mut self, entries: &Entries, defaults: &Defaults) -> Option<Entries> {
        self.take(entries.items.len())?;
        let items = entries.items.iter().map(|(key, item)| {
            let item = match &defaults.elements {
                Some(child) => self.value(item, child)?,
                None => item.clone(),
            };
            Some((key.clone(), item))
        });
        let items = items.collect::<Option<_>>()?;
        Some(Entries { element: Type::Dynamic, items, absent: entries.absent.clone() })
    }

    fn attributes(&mut self, entries: &Entries, defaults: &Defaults) -> Option<Entries> {
        self.take(entries.items.len() + defaults.attributes.len())?;
        let mut items = entries.items.to_vec();
        for (name, default) in &defaults.attributes {
            match items.iter_mut().find(|(own, _)| own == name) {
                Some((_, item)) if item.is_null() => *item = default.clone().computed_from(item),
                Some(_) => {}
                None if matches!(
                    entries.absent,
                    AbsentKey::Error | AbsentKey::Null | AbsentKey::Node(..)
                ) =>
                {
                    items.push((name.clone(), default.clone()));
                }
                // It is unknown whether the attribute is set, and so whether the default applies.
                None => {}
            }
        }
        for (name, child) in &defaults.children {
            if let Some((_, item)) = items.iter_mut().find(|(own, _)| own == name) {
                *item = self.value(item, child)?;
            }
        }
        Some(Entries { element: Type::Dynamic, items: sorted_by_key(items), absent: entries.absent.clone() })
    }
}
