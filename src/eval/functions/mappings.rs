//! Maps and objects.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::arguments::{SequenceElements, element_of, not_null, quoted, sized, stepped};
use super::parameters::{Takes, any, of, string};
use super::{Arguments, EvalResult, Function, Gives, row};
use crate::eval::unkeyed::or_unkeyed;
use crate::value::convert::{convert, convertible, plain, unify};
use crate::value::equality::{Truth, equal};
use crate::value::settle::{has_final_type, unify_partially};
use crate::value::{
    AbsentKey, Cause, Entries, Kind, Lengths, Sequence, Step, Str, Type, UnkeyedEntries, Unknown, Value,
};

pub(super) const FUNCTIONS: &[Function] = &[
    row("coalesce", &[], Gives::Any, coalesce, "The first argument that is neither null nor empty.")
        .and(any("vals").nullable().open().keeps_marks()),
    row("keys", &[any("inputMap").open().keeps_marks()], Gives::Any, keys, "The keys of a map, sorted."),
    row(
        "lookup",
        &[any("inputMap").open().keeps_marks(), string("key").open()],
        Gives::Any,
        lookup,
        "The value of a key, or a default.",
    )
    .and(any("default").nullable().open().keeps_marks()),
    row("merge", &[], Gives::Any, merge, "Merges maps; later ones win.")
        .costs(12)
        .and(any("maps").nullable().open().keeps_marks()),
    row(
        "transpose",
        &[of("values", Takes::StringsByKey)],
        Gives::StringsByKey,
        transpose,
        "Swaps keys and values.",
    )
    .costs(20),
    row(
        "values",
        &[any("mapping").open().keeps_marks()],
        Gives::Any,
        values,
        "The values of a map, in the order of their keys.",
    ),
    row(
        "zipmap",
        &[of("keys", Takes::Strings).open(), any("values").open().keeps_marks()],
        Gives::Any,
        zipmap,
        "A map from a list of keys and a list of values.",
    )
    .costs(8),
];

fn coalesce(arguments: &Arguments<'_>) -> EvalResult<Value> {
    let types: Vec<Type> = arguments.values.iter().map(Value::type_of).collect();
    let different = || arguments.fail("all arguments must have the same type");
    let settled = arguments.values.iter().all(has_final_type);
    let type_ = match unify(&types) {
        Some(type_) => type_,
        None if settled => return Err(different()),
        None => Type::Dynamic,
    };
    let values = if settled {
        let typed = |type_: &Type| *type_ != Type::Dynamic;
        if type_ == Type::Dynamic && types.iter().any(typed) && !types.iter().all(nothing_or_parts) {
            return Err(different());
        }
        for (value, own) in arguments.values.iter().zip(&types) {
            if *own != type_ {
                arguments.host.pay_for_conversion(value)?;
            }
        }
        let converted = arguments.values.iter().map(|value| convert(value, &type_));
        converted.collect::<Result<Vec<_>, _>>().map_err(|error| arguments.fail(error))?
    } else {
        unify_partially(&arguments.values.iter().collect::<Vec<_>>(), false)
    };
    let empty = |value: &Value| value.is_null() || value.as_str() == Some("");
    let from = |i: usize| values.iter().skip(i);
    for (i, value) in values.iter().enumerate() {
        match &value.kind {
            _ if empty(value) => {}
            Kind::Unknown(unknown) => {
                if unknown.is_set() || from(i + 1).all(empty) {
                    return Ok(value.clone());
                }
                // Null or something, and without it the same.
                if let Some(own) = unknown.refinement.null_or.as_ref().filter(|own| !empty(own))
                    && let Some(next) = from(i + 1).find(|next| !empty(next))
                    && matches!(equal(own, next, arguments.host.identities), Truth::Yes)
                {
                    return Ok(next.clone().computed_from_all_of(value));
                }
                let result = Value::unknown_of(unknown.type_.clone(), unknown.cause.clone());
                return Ok(from(i).fold(result, Value::computed_from_all_of));
            }
            _ => return Ok(value.clone()),
        }
    }
    Err(arguments.fail("no non-null, non-empty-string arguments"))
}

fn nothing_or_parts(type_: &Type) -> bool {
    !matches!(type_, Type::Bool | Type::Number | Type::String)
}

/// The keys or the values of a map or object, in the order of its keys.
fn column(
    arguments: &Arguments<'_>,
    wrong: &dyn Fn() -> Box<crate::eval::EvalError>,
    element: Option<&Type>,
    of_entry: &dyn Fn(&(Str, Value)) -> Value,
    of_unknown: &dyn Fn(&Unknown, &Str, &Type) -> Value,
) -> EvalResult<Value> {
    let value = arguments.value(0);
    let list_type = |own: &Type| Type::List(Arc::new(element.unwrap_or(own).clone()));
    Ok(match &value.kind {
        Kind::Map(entries) | Kind::Object(entries) => {
            let is_map = matches!(value.kind, Kind::Map(_));
            let result = match entries.more() {
                // Further keys may sort between these.
                Some(cause) => {
                    let type_ = if is_map { list_type(&entries.element) } else { Type::Dynamic };
                    let result = sized(type_, cause, Lengths { least: entries.items.len(), most: None });
                    return Ok(result.computed_from_all_of(value));
                }
                None => {
                    let items = entries.items.iter().map(of_entry).collect();
                    if is_map {
                        Value::list(element.unwrap_or(&entries.element).clone(), items)
                    } else {
                        Value::tuple(items)
                    }
                }
            };
            result.computed_from(value)
        }
        Kind::Unknown(unknown) => match &unknown.type_ {
            Type::Object(attributes) => {
                let items = attributes.iter().map(|a| of_unknown(unknown, &a.name, &a.type_)).collect();
                Value::tuple(items).computed_from(value)
            }
            Type::Map(own) => {
                let mut list = Unknown::new(list_type(own), unknown.cause.clone());
                list.refinement = unknown.refinement.clone();
                Value::from(list).computed_from(value)
            }
            Type::Dynamic => match &unknown.refinement.entries {
                Some(entries) => {
                    let part =
                        |(key, item): &(Value, Value)| if element.is_some() { key } else { item }.clone();
                    let items = entries.items.iter().map(part).collect();
                    let more = entries.more.clone();
                    let parts = Sequence { element: Type::Dynamic, items, more, most: None };
                    Value::from(Kind::Tuple(Arc::new(parts))).unordered().secret_as(value)
                }
                None => Value::unknown(unknown.cause.clone()).computed_from(value),
            },
            _ => return Err(wrong()),
        },
        _ => return Err(wrong()),
    })
}

fn keys(arguments: &Arguments<'_>) -> EvalResult<Value> {
    let wrong = || arguments.refuse(0, "must have map or object type");
    let of_unknown = |_: &Unknown, name: &Str, _: &Type| Value::from(name.clone());
    column(arguments, &wrong, Some(&Type::String), &|(key, _)| key.clone().into(), &of_unknown)
}

fn values(arguments: &Arguments<'_>) -> EvalResult<Value> {
    let wrong = || arguments.fail("values() requires a map as the first argument");
    column(arguments, &wrong, None, &|(_, value)| value.clone(), &attribute_of)
}

/// An attribute of an unknown object.
fn attribute_of(unknown: &Unknown, name: &Str, type_: &Type) -> Value {
    let mut attribute = Unknown::new(type_.clone(), unknown.cause.clone());
    attribute.origin = stepped(unknown.origin.as_ref(), Step::Key(name.clone()));
    attribute.into()
}

fn lookup(arguments: &Arguments<'_>) -> EvalResult<Value> {
    if arguments.values.len() > 3 {
        let given = arguments.values.len();
        return Err(arguments.fail(format_args!("lookup() takes two or three arguments, got {given}")));
    }
    let map = arguments.value(0);
    let default = arguments.values.get(2);
    let type_ = match &map.kind {
        Kind::Map(entries) => Type::Map(Arc::new(entries.element.clone())),
        Kind::Object(_) => Type::Dynamic,
        Kind::Unknown(unknown) if matches!(unknown.type_, Type::Map(_) | Type::Object(_) | Type::Dynamic) => {
            unknown.type_.clone()
        }
        _ => return Err(arguments.refuse(0, "lookup() requires a map as the first argument")),
    };
    let default = match (default, &type_) {
        (Some(default), Type::Map(element)) => Some(convert(default, element).map_err(|_| {
            arguments.refuse(2, "the default value must have the same type as the map elements")
        })?),
        (default, _) => default.cloned(),
    };
    let element = match type_ {
        Type::Map(element) => element.as_ref().clone(),
        _ => Type::Dynamic,
    };
    let maybe = |cause: &Arc<Cause>, element: &Type| {
        let result = Value::unknown_of(element.clone(), cause.clone()).computed_from(map);
        match &default {
            Some(default) => result.computed_from_all_of(default),
            None => result,
        }
    };
    let Some(key) = arguments.value(1).as_str() else {
        // An empty map lacks every key, so the key need not be known.
        if let (Kind::Map(entries) | Kind::Object(entries), Some(default)) = (&map.kind, &default)
            && entries.items.is_empty()
            && matches!(entries.absent, AbsentKey::Error)
        {
            return Ok(default.clone().computed_from(map));
        }
        let cause = arguments.value(1).first_cause().unwrap_or_else(Cause::provider);
        return Ok(maybe(&cause, &element).computed_from_all_of(map));
    };
    let marked = |value: Value| match map.kind {
        Kind::Unknown(_) => value.computed_from(&Value::NULL.with_marks_of(map)),
        _ => value.computed_from(map),
    };
    match &map.kind {
        Kind::Map(entries) | Kind::Object(entries) => match (entries.get(key), &entries.absent, &default) {
            (Some(value), _, _) => Ok(marked(value.clone())),
            (None, AbsentKey::Null | AbsentKey::Node(_, None), _) => Ok(Value::NULL.computed_from(map)),
            (None, AbsentKey::Symbolic(origin), None) => {
                Ok(Unknown::symbolic(Arc::new(origin.step(Step::Key(key.into())))).into())
            }
            (None, AbsentKey::Symbolic(_), Some(_)) => Ok(maybe(&Cause::provider(), &element)),
            (None, AbsentKey::MaybePresent(cause) | AbsentKey::Node(_, Some(cause)), _) => {
                Ok(maybe(cause, &element))
            }
            (None, AbsentKey::Error, Some(default)) => Ok(default.clone().computed_from(map)),
            (None, AbsentKey::Error, None) => {
                let (kind, part) = if matches!(map.kind, Kind::Map(_)) {
                    ("map", "element")
                } else {
                    ("object", "attribute")
                };
                Err(arguments.refuse(0, format_args!("the given {kind} has no {part} {}", quoted(key))))
            }
        },
        Kind::Unknown(unknown) => {
            let attribute = match &unknown.type_ {
                Type::Object(attributes) => attributes.iter().find(|a| a.name == key).map(|a| &a.type_),
                _ => None,
            };
            match (attribute, &default) {
                (Some(type_), _) => Ok(marked(attribute_of(unknown, &key.into(), type_))),
                (None, None) => Ok(marked(attribute_of(unknown, &key.into(), &element))),
                (None, Some(_)) => Ok(maybe(&unknown.cause, &element)),
            }
        }
        _ => Err(arguments.refuse(0, "lookup() requires a map as the first argument")),
    }
}

fn merge(arguments: &Arguments<'_>) -> EvalResult<Value> {
    // Of equal keys the last one wins (`sorted_by_key`).
    let mut merged: Vec<(Str, Value)> = Vec::new();
    let mut absent = AbsentKey::Error;
    let mut common: Option<Type> = None;
    let mut is_map = true;
    for (i, value) in arguments.values.iter().enumerate() {
        let type_ = value.type_of();
        let wrong = || {
            let given = match &type_ {
                Type::Tuple(_) => "tuple".to_owned(),
                type_ => type_.to_string(),
            };
            arguments.fail(format_args!("arguments must be maps or objects, got {given:?}"))
        };
        match &type_ {
            Type::Map(_) if common.as_ref().is_none_or(|common| *common == type_) => {
                common.get_or_insert(type_.clone());
            }
            _ => is_map = false,
        }
        let Some(entries) = entries_of(value) else {
            if value.is_null() {
                continue;
            }
            return Err(wrong());
        };
        let (items, own_absent) = entries;
        match &own_absent {
            AbsentKey::Error => {}
            AbsentKey::Null | AbsentKey::Node(_, None) => {
                absent = if matches!(absent, AbsentKey::Error) { AbsentKey::Null } else { absent }
            }
            AbsentKey::Symbolic(_) if i == 0 => absent = own_absent,
            AbsentKey::Symbolic(_) | AbsentKey::MaybePresent(_) | AbsentKey::Node(_, Some(_)) => {
                let cause = value.first_cause().unwrap_or_else(Cause::provider);
                arguments.host.pay(u64::try_from(merged.len()).unwrap_or(u64::MAX).saturating_mul(64))?;
                // Unknown keys may override all earlier entries.
                for (_, value) in &mut merged {
                    *value = Value::unknown(cause.clone()).computed_from_all_of(value);
                }
                absent = AbsentKey::MaybePresent(cause);
            }
        }
        merged.extend(items);
    }
    let items = crate::value::sorted_by_key(merged);
    let result: Value = match common {
        Some(Type::Map(element)) if is_map => {
            Kind::Map(Arc::new(Entries { element: element.as_ref().clone(), items, absent })).into()
        }
        _ => match absent {
            AbsentKey::MaybePresent(cause) if items.is_empty() => {
                let result = Value::unknown(cause);
                return Ok(arguments.values.iter().fold(result, Value::computed_from_all_of));
            }
            absent => Kind::Object(Arc::new(Entries { element: Type::Dynamic, items, absent })).into(),
        },
    };
    Ok(arguments.values.iter().fold(result, Value::computed_from))
}

/// The entries of a map or object, and what an absent key means; `None` for any other value.
fn entries_of(value: &Value) -> Option<(Vec<(Str, Value)>, AbsentKey)> {
    match &value.kind {
        Kind::Map(entries) | Kind::Object(entries) => Some((entries.items.to_vec(), entries.absent.clone())),
        Kind::Unknown(unknown) => match &unknown.type_ {
            Type::Object(attributes) => {
                let items = attributes
                    .iter()
                    .map(|a| (a.name.clone(), attribute_of(unknown, &a.name, &plain(&a.type_))))
                    .collect();
                Some((items, AbsentKey::Error))
            }
            Type::Map(_) | Type::Dynamic => {
                Some((Vec::new(), AbsentKey::MaybePresent(unknown.cause.clone())))
            }
            _ => None,
        },
        _ => None,
    }
}

fn transpose(arguments: &Arguments<'_>) -> EvalResult<Value> {
    let mut by_value: BTreeMap<Str, Vec<Value>> = BTreeMap::new();
    let entries = arguments.value(0).as_entries();
    for (key, list) in entries.into_iter().flat_map(|entries| &entries.items) {
        for item in list.as_sequence().into_iter().flat_map(|sequence| &sequence.items) {
            let Some(text) = item.as_str() else {
                return Err(arguments.fail("input list must not contain null string"));
            };
            by_value.entry(text.into()).or_default().push(key.clone().into());
        }
    }
    let lists = by_value.into_iter().map(|(text, mut keys)| {
        keys.sort_by(|a, b| a.as_str().cmp(&b.as_str()));
        (text, Value::list(Type::String, keys))
    });
    Ok(Value::map(Gives::Strings.type_(), lists.collect()))
}

fn zipmap(arguments: &Arguments<'_>) -> EvalResult<Value> {
    let (keys, values) = (arguments.value(0), arguments.value(1));
    let list_element = match values.type_of() {
        Type::List(element) => Some(element.as_ref().clone()),
        Type::Tuple(_) | Type::Dynamic if values.as_entries().is_none() => None,
        _ => return Err(arguments.fail("values argument must be a list or tuple value")),
    };
    let unknown = |cause: Arc<Cause>| {
        let type_ = list_element.clone().map_or(Type::Dynamic, |element| Type::Map(Arc::new(element)));
        not_null(type_, cause).computed_from_all_of(values)
    };
    if let Some(cause) = keys.first_cause() {
        let entries = match (SequenceElements::of(keys), SequenceElements::of(values)) {
            (
                SequenceElements::Known(Sequence { items: names, more: None, .. }),
                SequenceElements::Known(Sequence { items, more: None, .. }),
            ) => names.iter().cloned().zip(items.iter().cloned()).collect(),
            (
                SequenceElements::Known(Sequence { items: names, more: None, .. }),
                SequenceElements::Tuple(items),
            ) => names.iter().cloned().zip(items).collect(),
            _ => Vec::new(),
        };
        let is_whole = !entries.is_empty()
            && keys.as_sequence().is_some_and(|keys| keys.items.len() == entries.len())
            && values.as_sequence().is_none_or(|values| values.items.len() == entries.len());
        let otherwise = unknown(cause.clone());
        if !is_whole {
            return Ok(otherwise);
        }
        let entries = UnkeyedEntries { items: entries, more: None };
        return Ok(or_unkeyed(otherwise, entries, &cause, arguments.host.identities));
    }
    let names = arguments.items(0);
    if let Some(i) = names.iter().position(Value::is_null) {
        return Err(arguments.fail(format_args!("keys list has null value at index {i}")));
    }
    let items: Vec<Value> = match SequenceElements::of(values) {
        SequenceElements::Known(Sequence { items, more: None, .. }) => items.clone(),
        SequenceElements::Known(Sequence { items, more: Some(cause), element, .. }) => {
            if items.len() > names.len() {
                let (keys, values) = (names.len(), items.len());
                return Err(arguments.fail(format_args!(
                    "number of keys ({keys}) does not match number of values (at least {values})"
                )));
            }
            let missing = names.len() - items.len();
            let further = std::iter::repeat_n(Value::unknown_of(element.clone(), cause.clone()), missing);
            items.iter().cloned().chain(further).collect()
        }
        SequenceElements::Tuple(items) => items,
        SequenceElements::Unknown(own) if matches!(own.type_, Type::List(_)) => {
            (0..names.len()).map(|i| element_of(own, i)).collect()
        }
        SequenceElements::Unknown(own) => return Ok(unknown(own.cause.clone())),
        SequenceElements::Other => {
            return Err(arguments.fail("values argument must be a list or tuple value"));
        }
    };
    if items.len() != names.len() {
        let (keys, values) = (names.len(), items.len());
        return Err(arguments
            .fail(format_args!("number of keys ({keys}) does not match number of values ({values})")));
    }
    let entries = names.iter().filter_map(|name| name.as_str().map(Str::from)).zip(items).collect();
    let result = match list_element {
        Some(element) => Value::map(element, entries),
        None => Value::object(entries),
    };
    Ok(result.computed_from(&Value::NULL.with_marks_of(values)))
}

/// The one type that all of these convert to, if there is one.
pub(super) fn compatible(types: &[Type]) -> Option<Type> {
    let unified = unify(types)?;
    types.iter().all(|type_| convertible(type_, &unified)).then_some(unified)
}
