//! `[for …]` and `{for …}`, with conditions and grouping.

use std::cell::Cell;
use std::sync::Arc;

use super::access::{Elements, elements};
use super::interpreter::{Frame, Interpreter};
use super::scope::Dialect;
use super::{EvalError, EvalResult, operators};
use crate::syntax::tree::{ExprId, For, Text};
use crate::text::Range;
use crate::value::{
    AbsentKey, Cause, Entries, Kind, Known, Lengths, Sequence, Str, Type, UnkeyedEntries, Unknown, Value,
};

use super::unkeyed::or_unkeyed;

/// An unknown tuple or object with known bounds on its length.
fn unknown_sized(cause: Arc<Cause>, lengths: Lengths) -> Value {
    Unknown::sized(Type::Dynamic, cause, lengths).into()
}

impl Interpreter<'_> {
    pub(super) fn for_expression(&self, for_expr: &For, range: Range) -> EvalResult<Value> {
        let collection = self.eval(for_expr.collection)?;
        let elements = match self.for_elements(&collection, for_expr)? {
            Known::Yes(elements) => elements,
            Known::No(cause) => {
                let lengths = Lengths::of(&collection, self.scope.host().identities);
                let least =
                    if for_expr.condition.is_none() && !for_expr.grouping { lengths.least } else { 0 };
                let unknown = unknown_sized(cause, Lengths { least, ..lengths });
                return Ok(unknown.computed_from(&collection));
            }
        };
        match for_expr.key {
            None => self.for_tuple(for_expr, elements, &collection),
            Some(key) => self.for_object(for_expr, key, elements, &collection, range),
        }
    }

    /// The elements that a `for` iterates over, or the cause why they are unknown.
    pub(super) fn for_elements(&self, collection: &Value, for_expr: &For) -> EvalResult<Known<Elements>> {
        self.pay_for_each(collection)?;
        match elements(collection) {
            Some(known) => Ok(known),
            None if collection.is_null() && self.dialect() == Dialect::Rule => {
                Ok(Known::Yes(Elements { items: Vec::new(), more: None, most: Some(0) }))
            }
            None => {
                let what = if collection.is_null() {
                    "null".to_owned()
                } else {
                    format!("a {}", collection.type_of())
                };
                let range = self.tree.expr(for_expr.collection).range;
                self.at(range, Err(Box::new(EvalError::new(format!("a `for` cannot iterate over {what}")))))
            }
        }
    }

    /// Binds the variables of a `for` to one element and evaluates `then` if the condition holds.
    /// Returns [`Known::No`] if it is unknown whether the condition holds. Sets `secret` if the condition is sensitive: then the set
    /// of selected elements must not be shown either.
    pub(super) fn for_element<T>(
        &self,
        for_expr: &For,
        key: Value,
        value: Value,
        secret: &Cell<bool>,
        then: impl FnOnce(&Interpreter<'_>) -> EvalResult<T>,
    ) -> EvalResult<Known<Option<T>>> {
        let key_name = for_expr.key_variable.map_or("\0", |name: Text| self.tree.text(name));
        let outer = Frame { name: key_name, value: key, outer: self.frame };
        let inner = Frame { name: self.tree.text(for_expr.value_variable), value, outer: Some(&outer) };
        let inside = self.within(&inner);
        if let Some(condition) = for_expr.condition {
            let test = inside.eval(condition)?;
            secret.set(secret.get() || test.is_sensitive());
            match self.at(self.tree.expr(condition).range, operators::condition(&test, self.dialect()))? {
                Known::Yes(true) => {}
                Known::Yes(false) => return Ok(Known::Yes(None)),
                Known::No(cause) => return Ok(Known::No(cause)),
            }
        }
        then(&inside).map(|result| Known::Yes(Some(result)))
    }

    fn for_tuple(&self, for_expr: &For, elements: Elements, collection: &Value) -> EvalResult<Value> {
        let mut most = elements.most;
        let mut more = elements.more;
        let mut items = Vec::with_capacity(elements.items.len());
        let secret = Cell::new(collection.is_sensitive());
        // Set in Terraform where it is not known whether an element is one: then not even the length is known.
        let mut unknown: Option<Arc<Cause>> = None;
        for (key, value) in elements.items {
            match self.for_element(for_expr, key, value, &secret, |inside| inside.eval(for_expr.value))? {
                Known::Yes(Some(item)) => items.push(item),
                Known::Yes(None) => most = most.map(|most| most.saturating_sub(1)),
                // Rules keep the elements that are certain.
                Known::No(cause) if self.dialect() == Dialect::Rule => more = more.or(Some(cause)),
                Known::No(cause) => unknown = unknown.or(Some(cause)),
            }
        }
        if let Some(cause) = unknown {
            let tuple = unknown_sized(cause, Lengths { least: items.len(), most }).secret_as(collection);
            return Ok(if secret.get() { tuple.sensitive() } else { tuple });
        }
        let tuple =
            Value::from(Kind::Tuple(Arc::new(Sequence { element: Type::Dynamic, items, more, most })));
        // Entries stand in the order of their keys.
        let is_unkeyed = collection.as_unknown().is_some_and(|own| own.refinement.entries.is_some());
        let tuple = if collection.is_unordered() || is_unkeyed { tuple.unordered() } else { tuple };
        Ok(if secret.get() { tuple.sensitive() } else { tuple })
    }

    fn for_object(
        &self,
        for_expr: &For,
        key_expr: ExprId,
        elements: Elements,
        collection: &Value,
        range: Range,
    ) -> EvalResult<Value> {
        let mut entries: Vec<(Str, Value)> = Vec::with_capacity(elements.items.len());
        // The keys of `entries`, in the same order.
        let mut keys: Vec<Value> = Vec::new();
        // All entries, once a key is no known text, and why the first of those is none.
        let mut unkeyed: Option<(UnkeyedEntries, Arc<Cause>)> = None;
        let secret = Cell::new(collection.is_sensitive());
        let most = elements.most;
        let mut unknown: Option<Arc<Cause>> = None;
        for (key, value) in elements.items {
            let entry = self.for_element(for_expr, key, value, &secret, |inside| {
                let key = inside.eval(key_expr)?;
                secret.set(secret.get() || key.is_sensitive());
                let text = inside.key(&key, key_expr)?;
                Ok((text, key, inside.eval(for_expr.value)?))
            })?;
            match entry {
                Known::Yes(None) => {}
                Known::Yes(Some((Known::Yes(text), key, value))) => match &mut unkeyed {
                    Some((unkeyed, _)) => unkeyed.items.push((key, value)),
                    None => {
                        keys.push(key);
                        entries.push((text, value));
                    }
                },
                Known::Yes(Some((Known::No(cause), key, value))) if !for_expr.grouping => {
                    let (unkeyed, _) = unkeyed.get_or_insert_with(|| {
                        let values = entries.drain(..).map(|(_, value)| value);
                        let items = keys.drain(..).zip(values).collect();
                        (UnkeyedEntries { items, more: elements.more.clone() }, cause)
                    });
                    unkeyed.items.push((key, value));
                }
                // Elements of one key are one group, so their number is no bound.
                Known::Yes(Some((Known::No(cause), _, _))) => {
                    return Ok(Value::unknown(cause).secret_as(collection));
                }
                Known::No(cause) => unknown = unknown.or(Some(cause)),
            }
        }
        if let Some(cause) = unknown {
            return Ok(unknown_sized(cause, Lengths { least: 0, most }).secret_as(collection));
        }
        if let Some((unkeyed, cause)) = unkeyed {
            let identities = self.scope.host().identities;
            return Ok(
                or_unkeyed(Value::unknown(cause.clone()), unkeyed, &cause, identities).secret_as(collection)
            );
        }
        entries.sort_by(|a, b| a.0.cmp(&b.0));
        let items = if for_expr.grouping {
            let mut groups: Vec<(Str, Vec<Value>)> = Vec::new();
            for (key, value) in entries {
                match groups.last_mut() {
                    Some((last, values)) if *last == key => values.push(value),
                    _ => groups.push((key, vec![value])),
                }
            }
            groups.into_iter().map(|(key, values)| (key, Value::tuple(values))).collect()
        } else {
            let mut pairs = entries.iter().zip(entries.iter().skip(1));
            if let Some((twice, _)) = pairs.find(|(a, b)| a.0 == b.0) {
                let which = if secret.get() { String::new() } else { format!(" \"{}\"", twice.0) };
                let message = format!(
                    "two elements of this `for` have the same key{which}; write `...` after the value to group them"
                );
                return self.at(range, Err(Box::new(EvalError::new(message))));
            }
            entries
        };
        let absent = elements.more.map_or(AbsentKey::Error, AbsentKey::MaybePresent);
        let object = Value::from(Kind::Object(Arc::new(Entries {
            element: Type::Dynamic,
            items: items.into(),
            absent,
        })));
        Ok(if secret.get() { object.sensitive() } else { object })
    }
}
