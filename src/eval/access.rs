//! Looking into values: `.name` and `[key]`.

use std::sync::Arc;

use super::scope::Dialect;
use super::{EvalError, EvalResult};
use crate::value::equality::{NoIdentities, Truth, equal};
use crate::value::{
    AbsentKey, Cause, Entries, Kind, Known, Lengths, Number, Sequence, Step, Str, Type, Unknown, Value,
    convert,
};

/// `value.name`
///
/// # Errors
/// If the value certainly has no such attribute.
pub fn attribute(value: &Value, name: &str, dialect: Dialect) -> EvalResult<Value> {
    let found = match &value.kind {
        Kind::Object(entries) | Kind::Map(entries) => {
            let is_map = matches!(value.kind, Kind::Map(_));
            entry(entries, name, is_map)?
        }
        Kind::Unknown(unknown) => part_of_unknown(unknown, Step::Key(name.into()))?,
        Kind::Null(_) if dialect == Dialect::Rule => Value::NULL,
        Kind::Null(_) => return Err(null_access("an attribute")),
        Kind::List(sequence) | Kind::Tuple(sequence) | Kind::Set(sequence) => {
            // In rules `[0]` is optional where the schema allows one block: JSON syntax and plans write such a block differently.
            match (dialect, sequence.items.as_slice()) {
                (Dialect::Rule, [only]) => return attribute(only, name, dialect),
                (Dialect::Rule, []) if sequence.more.is_none() => Value::NULL,
                _ => return Err(unsupported(value, name)),
            }
        }
        Kind::Bool(_) | Kind::Number(_) | Kind::String(_) => return Err(unsupported(value, name)),
    };
    Ok(with_container_marks(found, value))
}

/// The attribute of an object or map that certainly has it, if the container has no marks to hand on.
pub(super) fn plain_attribute<'v>(value: &'v Value, name: &str) -> Option<&'v Value> {
    match &value.kind {
        Kind::Object(entries) | Kind::Map(entries) if value.marks().is_none() => entries.get(name),
        _ => None,
    }
}

fn unsupported(value: &Value, name: &str) -> Box<EvalError> {
    let hint = match &value.kind {
        Kind::List(_) | Kind::Tuple(_) | Kind::Set(_) => {
            "; to read it from every element write `[*]` before it"
        }
        _ => "",
    };
    Box::new(EvalError::new(format!("a {} has no attribute `{name}`{hint}", value.type_of())))
}

fn null_access(what: &str) -> Box<EvalError> {
    Box::new(EvalError::new(format!("the value is null, so it does not have {what}")))
}

fn entry(entries: &Entries, name: &str, is_map: bool) -> EvalResult<Value> {
    if let Some(value) = entries.get(name) {
        return Ok(value.clone());
    }
    Ok(match &entries.absent {
        AbsentKey::Error if is_map => {
            return Err(Box::new(EvalError::new(format!("the map has no element with the key \"{name}\""))));
        }
        AbsentKey::Error => {
            return Err(Box::new(EvalError::new(format!(
                "this object does not have an attribute named \"{name}\""
            ))));
        }
        AbsentKey::Null | AbsentKey::Node(_, None) => Value::NULL,
        AbsentKey::Symbolic(origin) => {
            Unknown::symbolic(Arc::new(origin.step(Step::Key(name.into())))).into()
        }
        AbsentKey::MaybePresent(cause) | AbsentKey::Node(_, Some(cause)) => Value::unknown(cause.clone()),
    })
}

/// A part of an unknown value is unknown for the same cause, and its origin says which part it is.
fn part_of_unknown(unknown: &Unknown, step: Step) -> EvalResult<Value> {
    let type_ = match (&unknown.type_, &step) {
        (Type::Dynamic, _) => Type::Dynamic,
        (Type::Map(element), Step::Key(_)) | (Type::List(element), Step::Index(_)) => (**element).clone(),
        (Type::Object(attributes), Step::Key(key)) => {
            match attributes.iter().find(|attribute| attribute.name == *key) {
                Some(attribute) => attribute.type_.clone(),
                None => {
                    return Err(Box::new(EvalError::new(format!(
                        "this object does not have an attribute named \"{key}\""
                    ))));
                }
            }
        }
        (Type::Tuple(elements), Step::Index(index)) => {
            match usize::try_from(*index).ok().and_then(|index| elements.get(index)) {
                Some(element) => element.clone(),
                None => return Err(Box::new(EvalError::new(format!("the tuple has no element {index}")))),
            }
        }
        // A numeric attribute of a map: `m[0]` asks for the key "0".
        (Type::Map(element), Step::Index(_)) => (**element).clone(),
        (type_, _) => {
            return Err(Box::new(EvalError::new(format!("a {type_} cannot be accessed like this"))));
        }
    };
    let mut part = Unknown::new(type_, unknown.cause.clone());
    part.origin = unknown.origin.as_ref().map(|origin| Arc::new(origin.step(step)));
    Ok(part.into())
}

/// `value[key]`
///
/// # Errors
/// If the value certainly has no such element.
pub fn index(value: &Value, key: &Value, dialect: Dialect) -> EvalResult<Value> {
    at_key(value, key, dialect).map_err(|error| {
        // Messages quote the key.
        if key.is_sensitive() {
            let message = "there is no element with this sensitive key".to_owned();
            Box::new(EvalError { message, ..*error })
        } else {
            error
        }
    })
}

fn at_key(value: &Value, key: &Value, dialect: Dialect) -> EvalResult<Value> {
    if let Kind::Null(_) = value.kind {
        return if dialect == Dialect::Rule { Ok(Value::NULL) } else { Err(null_access("any indices")) };
    }
    if let Kind::Unknown(unknown) = &key.kind {
        if let Kind::Set(_) = value.kind {
            return Err(set_index());
        }
        if let Some(item) = entry_at(value, key) {
            return Ok(item.clone().secret_as(value).secret_as(key));
        }
        let type_ = match &value.kind {
            Kind::List(sequence) => sequence.element.clone(),
            Kind::Map(entries) => entries.element.clone(),
            _ => Type::Dynamic,
        };
        return Ok(Value::unknown_of(type_, unknown.cause.clone()).secret_as(key).secret_as(value));
    }
    if key.is_null() {
        if dialect == Dialect::Rule {
            return Ok(Value::NULL);
        }
        return Err(Box::new(EvalError::new("a null value cannot be used as an index")));
    }
    let found = match &value.kind {
        Kind::List(sequence) | Kind::Tuple(sequence) if is_out_of_order(value, sequence) => {
            whole_number(key)?;
            Value::unknown_of(sequence.element.clone(), order_of(sequence))
        }
        Kind::List(sequence) | Kind::Tuple(sequence) => {
            let at = whole_number(key)?;
            let item = usize::try_from(at).ok().and_then(|at| sequence.items.get(at));
            match (item, &sequence.more) {
                (Some(item), _) => item.clone(),
                (None, _) if at < 0 => {
                    return Err(Box::new(EvalError::new(
                        "an index must not be negative; count from the end with `length(x) - 1`",
                    )));
                }
                (None, Some(cause)) => Value::unknown_of(sequence.element.clone(), cause.clone()),
                (None, None) if dialect == Dialect::Rule => Value::NULL,
                (None, None) => {
                    return Err(Box::new(EvalError::new(format!(
                        "there is no element {at}: the collection has {}",
                        sequence.items.len()
                    ))));
                }
            }
        }
        Kind::Set(_) if dialect == Dialect::Terraform => return Err(set_index()),
        Kind::Set(sequence) => {
            let at = whole_number(key)?;
            usize::try_from(at).ok().and_then(|at| sequence.items.get(at)).cloned().unwrap_or(Value::NULL)
        }
        Kind::Map(entries) | Kind::Object(entries) => {
            // Plans and JSON syntax write a single block as an object; element 0 is then the object itself.
            if dialect == Dialect::Rule && matches!(key.as_number().and_then(Number::as_i64), Some(0)) {
                return Ok(value.clone());
            }
            let text = convert::convert(key, &Type::String).map_err(|_| {
                Box::new(EvalError::new("a string is required as the key of a map or object"))
            })?;
            let is_map = matches!(value.kind, Kind::Map(_));
            entry(entries, text.as_str().unwrap_or_default(), is_map)?
        }
        Kind::Unknown(unknown) => {
            let step = match &key.kind {
                Kind::Number(number) => Step::index(number)
                    .ok_or_else(|| Box::new(EvalError::new(format!("`{number}` cannot be an index"))))?,
                Kind::String(text) => {
                    match (&unknown.type_, Number::parse(text).as_ref().and_then(Step::index)) {
                        (Type::List(_) | Type::Tuple(_), Some(step)) => step,
                        _ => Step::Key(text.clone()),
                    }
                }
                _ => return Err(Box::new(EvalError::new("an index must be a number or a string"))),
            };
            if let Type::Set(_) = unknown.type_ {
                return Err(set_index());
            }
            part_of_unknown(unknown, step)?
        }
        Kind::Null(_) | Kind::Bool(_) | Kind::Number(_) | Kind::String(_) => {
            return Err(Box::new(EvalError::new(format!("a {} has no elements", value.type_of()))));
        }
    };
    Ok(with_container_marks(found, value).secret_as(key))
}

/// The entry whose key is certainly this one, although neither is a known text.
fn entry_at<'v>(value: &'v Value, key: &Value) -> Option<&'v Value> {
    let entries = value.as_unknown()?.refinement.entries.as_ref()?;
    let is_same = |own: &Value| matches!(equal(own, key, &NoIdentities), Truth::Yes);
    entries.items.iter().find(|(own, _)| is_same(own)).map(|(_, item)| item)
}

/// Whether it is not known which of several elements stands at a place of the list.
pub(super) fn is_out_of_order(list: &Value, elements: &Sequence) -> bool {
    list.is_unordered() && (elements.items.len() > 1 || elements.more.is_some())
}

/// Why it is not known which element stands at a place of a list.
pub(super) fn order_of(elements: &Sequence) -> Arc<Cause> {
    let first = elements.items.iter().find_map(Value::first_cause).or_else(|| elements.more.clone());
    let first = first.unwrap_or_else(Cause::provider);
    first.passed_on("a list in an order that the provider decides", None)
}

fn set_index() -> Box<EvalError> {
    Box::new(EvalError::new("elements of a set have no index; use `tolist` or a `for` expression"))
}

fn whole_number(key: &Value) -> EvalResult<i64> {
    let number = convert::convert(key, &Type::Number)
        .map_err(|_| Box::new(EvalError::new("a number is required as the index of a list")))?;
    number
        .as_number()
        .and_then(Number::as_i64)
        .ok_or_else(|| Box::new(EvalError::new("an index must be a whole number")))
}

/// Gives a part the marks of the whole: its sensitivity, and the origins it was computed from.
fn with_container_marks(part: Value, whole: &Value) -> Value {
    if whole.marks().is_none() { part } else { part.computed_from(&marks_only(whole)) }
}

fn marks_only(value: &Value) -> Value {
    Value::NULL.with_marks_of(value)
}

/// The key of an entry as a value.
#[must_use]
pub fn key_value(key: &Str) -> Value {
    key.clone().into()
}

/// Elements of a collection as key and value, for `for` expressions, `for_each` and `dynamic` blocks.
#[derive(Debug)]
pub struct Elements {
    /// Key (index, map key, or the element itself for sets) and value.
    pub items: Vec<(Value, Value)>,
    /// Set if there may be more elements: the cause.
    pub more: Option<Arc<Cause>>,
    /// The most elements that there are in all, if there is a known end.
    pub most: Option<usize>,
}

/// The elements of a collection; `None` if the value is certainly not a collection.
#[must_use]
pub fn elements(value: &Value) -> Option<Known<Elements>> {
    let from_whole = |part: &Value| with_container_marks(part.clone(), value);
    let found = match &value.kind {
        Kind::List(sequence) | Kind::Tuple(sequence) if is_out_of_order(value, sequence) => Elements {
            items: {
                let key = Value::unknown_of(Type::Number, order_of(sequence));
                sequence.items.iter().map(|item| (key.clone(), from_whole(item))).collect()
            },
            more: sequence.more.clone(),
            most: Lengths::of_list(sequence).most,
        },
        Kind::List(sequence) | Kind::Tuple(sequence) => Elements {
            items: (0i64..).map(Value::from).zip(sequence.items.iter().map(from_whole)).collect(),
            more: sequence.more.clone(),
            most: Lengths::of_list(sequence).most,
        },
        Kind::Set(sequence) => Elements {
            items: sequence.items.iter().map(|item| (from_whole(item), from_whole(item))).collect(),
            more: sequence.more.clone(),
            most: Lengths::of_list(sequence).most,
        },
        Kind::Map(entries) | Kind::Object(entries) => Elements {
            items: entries
                .items
                .iter()
                .map(|(key, item)| (key_value(key).secret_as(value), from_whole(item)))
                .collect(),
            more: entries.more(),
            most: entries.more().is_none().then_some(entries.items.len()),
        },
        Kind::Unknown(unknown) => match &unknown.refinement.entries {
            Some(entries) => Elements {
                // The whole refers to what all entries do, each entry to its own.
                items: entries
                    .items
                    .iter()
                    .map(|(key, item)| (key.clone().secret_as(value), item.clone().secret_as(value)))
                    .collect(),
                more: entries.more.clone(),
                most: entries.more.is_none().then_some(entries.items.len()),
            },
            None => return Some(Known::No(unknown.cause.clone())),
        },
        Kind::Null(_) | Kind::Bool(_) | Kind::Number(_) | Kind::String(_) => return None,
    };
    Some(Known::Yes(found))
}
