//! Which conversions between types exist, and messages for those that do not.

use super::Type;
use super::types::AttributeType;
use super::unify::unify;

/// Whether some value of type `from` converts to `to`. Whether a given one does can depend on the value (`"a"` to a number).
#[must_use]
pub fn convertible(from: &Type, to: &Type) -> bool {
    match (from, to) {
        (Type::Dynamic, _) | (_, Type::Dynamic) => true,
        (Type::String | Type::Number | Type::Bool, Type::String)
        | (Type::String | Type::Number, Type::Number)
        | (Type::String | Type::Bool, Type::Bool) => true,
        (Type::List(element) | Type::Set(element), Type::List(to) | Type::Set(to))
        | (Type::Map(element), Type::Map(to)) => convertible(element, to),
        (Type::Tuple(parts), Type::List(to) | Type::Set(to)) => elements_convertible(parts.iter(), to),
        (Type::Object(attributes), Type::Map(to)) => {
            elements_convertible(attributes.iter().map(|attribute| &attribute.type_), to)
        }
        (Type::Tuple(parts), Type::Tuple(to)) => {
            parts.len() == to.len() && parts.iter().zip(to.iter()).all(|(part, to)| convertible(part, to))
        }
        (Type::Object(attributes), Type::Object(to)) => {
            to.iter().all(|wanted| match attributes.iter().find(|own| own.name == wanted.name) {
                Some(own) => convertible(&own.type_, &wanted.type_),
                None => wanted.optional,
            })
        }
        (Type::Map(element), Type::Object(to)) => to.iter().all(|wanted| convertible(element, &wanted.type_)),
        _ => false,
    }
}

fn elements_convertible<'a>(parts: impl Iterator<Item = &'a Type> + Clone, to: &Type) -> bool {
    if *to == Type::Dynamic {
        let types: Vec<Type> = parts.cloned().collect();
        return types.is_empty() || unify(&types).is_some();
    }
    let mut parts = parts;
    parts.all(|part| convertible(part, to))
}

/// The name of a type in a constraint, where `any` means "any single type".
#[must_use]
pub fn constraint_name(type_: &Type) -> String {
    match type_ {
        Type::Dynamic => "any type".to_owned(),
        Type::List(element) => format!("list of {}", element_name(element)),
        Type::Set(element) => format!("set of {}", element_name(element)),
        Type::Map(element) => format!("map of {}", element_name(element)),
        _ => type_.to_string(),
    }
}

fn element_name(type_: &Type) -> String {
    if *type_ == Type::Dynamic { "any single type".to_owned() } else { constraint_name(type_) }
}

/// Why type `got` does not fit type `wanted`, in Terraform's words.
#[must_use]
pub fn mismatch(got: &Type, wanted: &Type) -> String {
    match (got, wanted) {
        (Type::Object(got), Type::Object(wanted)) => {
            mismatch_of_objects(got, wanted).unwrap_or_else(|| "object required".to_owned())
        }
        (Type::Tuple(_), Type::List(to)) if **to == Type::Dynamic => {
            "all list elements must have the same type".to_owned()
        }
        (Type::Tuple(_), Type::Set(to)) if **to == Type::Dynamic => {
            "all set elements must have the same type".to_owned()
        }
        (Type::Object(_), Type::Map(to)) if **to == Type::Dynamic => {
            "all map elements must have the same type".to_owned()
        }
        (Type::Tuple(parts), Type::List(to) | Type::Set(to)) => parts
            .iter()
            .enumerate()
            .find(|(_, part)| !convertible(part, to))
            .map_or_else(|| required(wanted), |(i, part)| format!("element {i}: {}", mismatch(part, to))),
        (Type::Object(attributes), Type::Map(to)) => {
            attributes.iter().find(|attribute| !convertible(&attribute.type_, to)).map_or_else(
                || required(wanted),
                |attribute| {
                    format!("element {:?}: {}", attribute.name.as_str(), mismatch(&attribute.type_, to))
                },
            )
        }
        (
            Type::List(own) | Type::Set(own) | Type::Map(own),
            Type::List(to) | Type::Set(to) | Type::Map(to),
        ) if std::mem::discriminant(got) == std::mem::discriminant(wanted) && !convertible(own, to) => {
            format!("incorrect {} element type: {}", kind_name(wanted), mismatch(own, to))
        }
        _ => required(wanted),
    }
}

fn kind_name(type_: &Type) -> &'static str {
    match type_ {
        Type::Set(_) => "set",
        Type::Map(_) => "map",
        _ => "list",
    }
}

fn required(wanted: &Type) -> String {
    format!("{} required", constraint_name(wanted))
}

fn mismatch_of_objects(got: &[AttributeType], wanted: &[AttributeType]) -> Option<String> {
    let mut missing = Vec::new();
    for attribute in wanted {
        match got.iter().find(|own| own.name == attribute.name) {
            None if attribute.optional => {}
            None => missing.push(format!("{:?}", attribute.name.as_str())),
            Some(own) if convertible(&own.type_, &attribute.type_) => {}
            Some(own) => {
                let why = mismatch(&own.type_, &attribute.type_);
                return Some(format!("attribute {:?}: {why}", attribute.name.as_str()));
            }
        }
    }
    let last = missing.pop()?;
    Some(match missing.as_slice() {
        [] => format!("attribute {last} is required"),
        [only] => format!("attributes {only} and {last} are required"),
        several => format!("attributes {}, and {last} are required", several.join(", ")),
    })
}
