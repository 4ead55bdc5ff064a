//! Conversions of values between types.

use std::sync::Arc;

pub use super::defaults::apply_defaults;
pub use super::mismatch::{constraint_name, convertible, mismatch};
use super::settle::{has_final_type, unify_partially};
use super::types::AttributeType;
pub use super::unify::unify;
use super::{
    AbsentKey, Entries, Kind, Lengths, Number, Refinement, Sequence, Step, Str, Type, Unknown, Value,
};

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ConvertError(pub String);

type Converted = Result<Value, ConvertError>;

/// Converts a value to a type, as Terraform does implicitly. An unknown stays unknown, with its origin and the new type; marks stay.
///
/// # Errors
/// If the value has no counterpart of that type.
pub fn convert(value: &Value, to: &Type) -> Result<Value, ConvertError> {
    let kind = match (&value.kind, to) {
        (_, Type::Dynamic)
        | (Kind::Bool(_), Type::Bool)
        | (Kind::Number(_), Type::Number)
        | (Kind::String(_), Type::String) => return Ok(value.clone()),
        (Kind::Null(from), _) => {
            if !convertible(from, to) {
                return Err(ConvertError(mismatch(from, to)));
            }
            Kind::Null(resolved(from, to))
        }
        (Kind::Unknown(unknown), _) => {
            if unknown.type_ == *to {
                return Ok(value.clone());
            }
            Kind::Unknown(Arc::new(convert_unknown(unknown, to)?))
        }
        (Kind::Bool(value), Type::String) => Kind::String(if *value { "true" } else { "false" }.into()),
        (Kind::Number(number), Type::String) => Kind::String(number_text(number)),
        (Kind::String(text), Type::Number) => {
            Kind::Number(Number::parse(text).ok_or_else(|| ConvertError("a number is required".to_owned()))?)
        }
        (Kind::String(text), Type::Bool) => Kind::Bool(match text.as_str() {
            "true" | "1" => true,
            "false" | "0" => false,
            _ => return Err(ConvertError("a bool is required".to_owned())),
        }),
        (Kind::List(_) | Kind::Set(_) | Kind::Tuple(_), Type::List(element)) => {
            return to_list(value, element);
        }
        (Kind::List(_) | Kind::Set(_) | Kind::Tuple(_), Type::Set(element)) => return to_set(value, element),
        (Kind::Tuple(items), Type::Tuple(types)) => convert_tuple(value, items, types)?,
        (Kind::Map(_) | Kind::Object(_), Type::Map(element)) => return to_map(value, element),
        (Kind::Map(entries) | Kind::Object(entries), Type::Object(attributes)) => {
            convert_object(value, entries, attributes)?
        }
        _ => return Err(ConvertError(mismatch(&value.type_of(), to))),
    };
    Ok(Value::from(kind).with_marks_of(value))
}

/// Converts a value to a string, as `"${x}"` does.
///
/// # Errors
/// If the value has no string form.
pub fn to_string(value: &Value) -> Result<Value, ConvertError> {
    convert(value, &Type::String)
}

/// The number as text; a short one needs no allocation.
#[must_use]
pub fn number_text(number: &Number) -> Str {
    ecow::eco_format!("{number}")
}

/// The constraint with every `any` replaced by the type that `from` has there, and without optional attributes.
fn resolved(from: &Type, to: &Type) -> Type {
    match (from, to) {
        (_, Type::Dynamic) => from.clone(),
        (Type::List(own) | Type::Set(own), Type::List(wanted)) => Type::List(Arc::new(resolved(own, wanted))),
        (Type::List(own) | Type::Set(own), Type::Set(wanted)) => Type::Set(Arc::new(resolved(own, wanted))),
        (Type::Map(own), Type::Map(wanted)) => Type::Map(Arc::new(resolved(own, wanted))),
        (Type::Tuple(own), Type::Tuple(wanted)) => {
            Type::Tuple(own.iter().zip(wanted.iter()).map(|(own, wanted)| resolved(own, wanted)).collect())
        }
        (Type::Tuple(own), Type::List(wanted)) => Type::List(Arc::new(resolved_element(own, wanted))),
        (Type::Tuple(own), Type::Set(wanted)) => Type::Set(Arc::new(resolved_element(own, wanted))),
        (Type::Object(own), Type::Map(wanted)) => {
            let own: Vec<Type> = own.iter().map(|attribute| attribute.type_.clone()).collect();
            Type::Map(Arc::new(resolved_element(&own, wanted)))
        }
        (_, Type::Object(wanted)) => {
            let own = |name: &Str| match from {
                Type::Object(own) => own.iter().find(|own| own.name == *name).map(|own| &own.type_),
                Type::Map(element) => Some(element.as_ref()),
                _ => None,
            };
            Type::object(wanted.iter().map(|attribute| {
                let type_ = own(&attribute.name)
                    .map_or_else(|| plain(&attribute.type_), |own| resolved(own, &attribute.type_));
                (attribute.name.clone(), type_)
            }))
        }
        _ => plain(to),
    }
}

fn resolved_element(own: &[Type], wanted: &Type) -> Type {
    if *wanted == Type::Dynamic { unify(own).unwrap_or(Type::Dynamic) } else { plain(wanted) }
}

/// The type without optional attributes, which is the type of values that satisfy the constraint.
#[must_use]
pub fn plain(type_: &Type) -> Type {
    match type_ {
        Type::Dynamic | Type::Bool | Type::Number | Type::String => type_.clone(),
        Type::List(element) => Type::List(Arc::new(plain(element))),
        Type::Set(element) => Type::Set(Arc::new(plain(element))),
        Type::Map(element) => Type::Map(Arc::new(plain(element))),
        Type::Tuple(parts) => Type::Tuple(parts.iter().map(plain).collect()),
        Type::Object(attributes) => {
            Type::object(attributes.iter().map(|attribute| (attribute.name.clone(), plain(&attribute.type_))))
        }
    }
}

fn convert_unknown(unknown: &Unknown, to: &Type) -> Result<Unknown, ConvertError> {
    if !convertible(&unknown.type_, to) {
        return Err(ConvertError(mismatch(&unknown.type_, to)));
    }
    let own = &unknown.refinement;
    let same_kind = std::mem::discriminant(&unknown.type_) == std::mem::discriminant(to);
    let mut refinement = Refinement { not_null: own.not_null, ..Refinement::default() };
    match (&unknown.type_, to) {
        (Type::Set(_), Type::List(_)) => {
            refinement.at_least = own.at_least;
            refinement.at_most = own.at_most;
        }
        (Type::List(_), Type::Set(_)) => {
            refinement.at_least = own.at_least.map(|n| n.min(1));
            refinement.at_most = own.at_most;
        }
        _ if same_kind => refinement = own.clone(),
        _ => {}
    }
    refinement.null_or = own.null_or.as_ref().and_then(|value| convert(value, to).ok()).map(Arc::new);
    Ok(Unknown {
        type_: resolved(&unknown.type_, to),
        cause: unknown.cause.clone(),
        origin: unknown.origin.clone(),
        refinement,
    })
}

/// Converts the elements to one type and returns them with that type.
fn convert_elements<'a>(
    value: &Value,
    to: &Type,
    parts: impl Iterator<Item = &'a Value> + Clone,
    open: bool,
) -> Result<(Type, Vec<Value>), ConvertError> {
    let mut element = match to {
        Type::Dynamic => {
            let types: Vec<Type> = parts.clone().map(Value::type_of).collect();
            if types.is_empty() {
                return Ok((Type::Dynamic, Vec::new()));
            }
            if open || !parts.clone().all(has_final_type) {
                let all: Vec<&Value> = parts.collect();
                let items = unify_partially(&all, open);
                let mut types = items.iter().map(Value::type_of);
                let element = match types.next() {
                    Some(first) if !open && types.all(|type_| type_ == first) => first,
                    Some(Type::String) if types.all(|type_| type_ == Type::String) => Type::String,
                    _ => Type::Dynamic,
                };
                return Ok((element, items));
            }
            let refused = || ConvertError(mismatch(&value.type_of(), &collection_like(value)));
            match unify(&types).ok_or_else(refused)? {
                Type::Dynamic if types.iter().any(|type_| *type_ != Type::Dynamic) => return Err(refused()),
                Type::Dynamic => return Ok((Type::Dynamic, parts.cloned().collect())),
                unified => unified,
            }
        }
        to => to.clone(),
    };
    let mut items = Vec::new();
    for part in parts {
        items.push(convert(part, &element)?);
    }
    if !element.is_wholly_known() || has_optional(&element) {
        element = plain(&element);
        let types: Vec<Type> = items.iter().map(Value::type_of).collect();
        match unify(&types) {
            Some(unified) if unified != Type::Dynamic => {
                for item in &mut items {
                    *item = convert(item, &unified)?;
                }
                element = unified;
            }
            _ => {}
        }
    }
    Ok((element, items))
}

fn has_optional(type_: &Type) -> bool {
    match type_ {
        Type::Dynamic | Type::Bool | Type::Number | Type::String => false,
        Type::List(element) | Type::Set(element) | Type::Map(element) => has_optional(element),
        Type::Tuple(parts) => parts.iter().any(has_optional),
        Type::Object(attributes) => {
            attributes.iter().any(|attribute| attribute.optional || has_optional(&attribute.type_))
        }
    }
}

fn collection_like(value: &Value) -> Type {
    let any = Arc::new(Type::Dynamic);
    if value.as_entries().is_some() { Type::Map(any) } else { Type::List(any) }
}

/// A list with the elements of a list, set or tuple.
fn to_list(value: &Value, element: &Type) -> Converted {
    let Some(sequence) = value.as_sequence() else { return Ok(value.clone()) };
    if matches!(value.kind, Kind::List(_)) && (sequence.element == *element || *element == Type::Dynamic) {
        return Ok(value.clone());
    }
    let unordered = matches!(value.kind, Kind::Set(_))
        && (sequence.more.is_some() || sequence.items.iter().any(|item| !item.is_wholly_known()));
    let open = sequence.more.is_some();
    let (element, items) = if *element == Type::Dynamic && !matches!(value.kind, Kind::Tuple(_)) {
        (sequence.element.clone(), sequence.items.clone())
    } else {
        convert_elements(value, element, sequence.items.iter(), open)
            .map_err(|error| whole_mismatch(value, &Type::List(Arc::new(element.clone())), error))?
    };
    if unordered {
        // The position of an unknown element of a set is unknown, and so is whether it equals another element.
        let cause = value.first_cause().unwrap_or_else(super::Cause::provider);
        let (least, most) = super::seen::count_distinct(&items, &super::equality::NoIdentities);
        let most = if open { sequence.most } else { Some(most) };
        let unknown = Unknown::sized(Type::List(Arc::new(element)), cause, Lengths { least, most });
        if items.len() > 1 || open {
            return Ok(Value::from(unknown).computed_from_all_of(value));
        }
        let Type::List(element) = unknown.type_ else { return Ok(value.clone()) };
        return Ok(Value::list(element.as_ref().clone(), items).with_marks_of(value));
    }
    let list = Sequence { element, items, more: sequence.more.clone(), most: sequence.most };
    Ok(Value::from(Kind::List(Arc::new(list))).with_marks_of(value))
}

fn to_set(value: &Value, element: &Type) -> Converted {
    let Some(sequence) = value.as_sequence() else { return Ok(value.clone()) };
    if matches!(value.kind, Kind::Set(_)) && (sequence.element == *element || *element == Type::Dynamic) {
        return Ok(value.clone());
    }
    let open = sequence.more.is_some();
    let (element, items) = if *element == Type::Dynamic && !matches!(value.kind, Kind::Tuple(_)) {
        (sequence.element.clone(), sequence.items.clone())
    } else {
        convert_elements(value, element, sequence.items.iter(), open)
            .map_err(|error| whole_mismatch(value, &Type::Set(Arc::new(element.clone())), error))?
    };
    let open = sequence.more.clone().map(|cause| (cause, sequence.most));
    Ok(set_of(element, items, open).with_marks_of_too(value))
}

/// A set of these elements. The whole set is sensitive if one of them is.
fn set_of(element: Type, items: Vec<Value>, open: Option<(Arc<super::Cause>, Option<usize>)>) -> Value {
    let sensitive = items.iter().any(Value::has_secret_part);
    let items = if sensitive { items.into_iter().map(deep_nonsensitive).collect() } else { items };
    let items = super::equality::sorted_distinct(items);
    let (more, most) = open.map_or((None, None), |(cause, most)| (Some(cause), most));
    let set: Value = Kind::Set(Arc::new(Sequence { element, items, more, most })).into();
    if sensitive { set.sensitive() } else { set }
}

/// A closed set of these elements of type `element`. The whole set is sensitive if one of them is.
#[must_use]
pub fn set(element: Type, items: Vec<Value>) -> Value {
    set_of(element, items, None)
}

/// The value without any sensitive part.
#[must_use]
pub fn deep_nonsensitive(value: Value) -> Value {
    let mut value = value.nonsensitive();
    if !value.has_secret_part() {
        return value;
    }
    match &mut value.kind {
        Kind::List(s) | Kind::Set(s) | Kind::Tuple(s) => {
            for item in &mut Arc::make_mut(s).items {
                *item = deep_nonsensitive(std::mem::replace(item, Value::NULL));
            }
        }
        Kind::Map(e) | Kind::Object(e) => {
            for (_, item) in Arc::make_mut(e).items.make_mut() {
                *item = deep_nonsensitive(std::mem::replace(item, Value::NULL));
            }
        }
        Kind::Null(_) | Kind::Bool(_) | Kind::Number(_) | Kind::String(_) | Kind::Unknown(_) => {}
    }
    value
}

impl Value {
    /// Adds the marks of `other` and keeps its own sensitivity.
    fn with_marks_of_too(self, other: &Self) -> Self {
        let sensitive = self.is_sensitive();
        let marked = self.with_marks_of(other);
        if sensitive { marked.sensitive() } else { marked }
    }
}

fn to_map(value: &Value, element: &Type) -> Converted {
    let Some(entries) = value.as_entries() else { return Ok(value.clone()) };
    if matches!(value.kind, Kind::Map(_)) && (entries.element == *element || *element == Type::Dynamic) {
        return Ok(value.clone());
    }
    if let AbsentKey::Symbolic(origin) = &entries.absent {
        let mut unknown = Unknown::symbolic(origin.clone());
        unknown.type_ = Type::Map(Arc::new(plain(element)));
        return Ok(Value::from(unknown).computed_from_all_of(value));
    }
    let open = matches!(entries.absent, AbsentKey::MaybePresent(_));
    let parts = entries.items.iter().map(|(_, part)| part);
    let (element, items) = convert_elements(value, element, parts, open)
        .map_err(|error| whole_mismatch(value, &Type::Map(Arc::new(element.clone())), error))?;
    let absent = if open { entries.absent.clone() } else { AbsentKey::Error };
    let items = entries.items.iter().map(|(key, _)| key.clone()).zip(items).collect();
    Ok(Value::from(Kind::Map(Arc::new(Entries { element, items, absent }))).with_marks_of(value))
}

/// Terraform compares the types of the whole before it looks at the values, so a mismatch of types is reported for the whole.
fn whole_mismatch(value: &Value, to: &Type, inner: ConvertError) -> ConvertError {
    let from = value.type_of();
    if convertible(&from, to) { inner } else { ConvertError(mismatch(&from, to)) }
}

fn convert_tuple(value: &Value, sequence: &Arc<Sequence>, types: &[Type]) -> Result<Kind, ConvertError> {
    let to = || Type::Tuple(types.into());
    let fits = match &sequence.more {
        None => sequence.items.len() == types.len(),
        Some(_) => sequence.items.len() <= types.len(),
    };
    if !fits {
        return Err(ConvertError("tuple required".to_owned()));
    }
    let mut items = Vec::with_capacity(types.len());
    for (i, type_) in types.iter().enumerate() {
        items.push(match (sequence.items.get(i), &sequence.more) {
            (Some(item), _) => convert(item, type_).map_err(|error| whole_mismatch(value, &to(), error))?,
            (None, Some(cause)) => Value::unknown_of(plain(type_), cause.clone()),
            (None, None) => return Err(ConvertError("tuple required".to_owned())),
        });
    }
    Ok(Kind::Tuple(Arc::new(Sequence { element: Type::Dynamic, items, more: None, most: None })))
}

fn convert_object(
    value: &Value,
    entries: &Arc<Entries>,
    attributes: &Arc<[AttributeType]>,
) -> Result<Kind, ConvertError> {
    let to = || Type::Object(attributes.clone());
    let mut items = Vec::with_capacity(attributes.len());
    for attribute in attributes.iter() {
        let converted = match (entries.get(&attribute.name), &entries.absent) {
            (Some(own), _) => {
                convert(own, &attribute.type_).map_err(|error| whole_mismatch(value, &to(), error))?
            }
            (None, AbsentKey::Null | AbsentKey::Node(_, None)) => Kind::Null(plain(&attribute.type_)).into(),
            (None, AbsentKey::Symbolic(origin)) => {
                let mut unknown = Unknown::symbolic(Arc::new(origin.step(Step::Key(attribute.name.clone()))));
                unknown.type_ = plain(&attribute.type_);
                unknown.into()
            }
            (None, AbsentKey::MaybePresent(cause) | AbsentKey::Node(_, Some(cause))) => {
                Value::unknown_of(plain(&attribute.type_), cause.clone())
            }
            (None, AbsentKey::Error) if attribute.optional => Kind::Null(plain(&attribute.type_)).into(),
            (None, AbsentKey::Error) if matches!(value.kind, Kind::Map(_)) => {
                return Err(ConvertError(format!(
                    "map has no element for required attribute {:?}",
                    attribute.name.as_str()
                )));
            }
            (None, AbsentKey::Error) => return Err(ConvertError(mismatch(&value.type_of(), &to()))),
        };
        items.push((attribute.name.clone(), converted));
    }
    Ok(Kind::Object(Arc::new(Entries {
        element: Type::Dynamic,
        items: items.into(),
        absent: AbsentKey::Error,
    })))
}
