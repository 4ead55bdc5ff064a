//! The type that values of several types can all be converted to.

use std::sync::Arc;

use super::Type;
use super::convert::convertible;
use super::types::AttributeType;

/// The type that values of all these types can be converted to; `None` if there is none.
#[must_use]
pub fn unify(types: &[Type]) -> Option<Type> {
    let (first, others) = types.split_first()?;
    if others.iter().all(|other| other == first) {
        return Some(first.clone());
    }
    let count = |is: fn(&Type) -> bool| types.iter().filter(|type_| is(type_)).count();
    let maps = count(|type_| matches!(type_, Type::Map(_)));
    let lists = count(|type_| matches!(type_, Type::List(_)));
    let sets = count(|type_| matches!(type_, Type::Set(_)));
    let objects = count(|type_| matches!(type_, Type::Object(_)));
    let tuples = count(|type_| matches!(type_, Type::Tuple(_)));
    let open = count(|type_| matches!(type_, Type::Dynamic));
    let all = |kinds: usize| kinds + open == types.len();
    // With an unknown type among them it is also unknown which of the following cases applies.
    let unless_open = |unified: Option<Type>| if open > 0 { Some(Type::Dynamic) } else { unified };
    if maps > 0 && all(maps) {
        return unless_open(unify_elements(types).map(|element| Type::Map(Arc::new(element))));
    }
    if maps > 0 && all(maps + objects) {
        if open > 0 {
            return Some(Type::Dynamic);
        }
        if let Some(element) = unify_elements(types) {
            return Some(Type::Map(Arc::new(element)));
        }
    }
    if lists > 0 && all(lists) {
        return unless_open(unify_elements(types).map(|element| Type::List(Arc::new(element))));
    }
    if lists > 0 && all(lists + tuples) {
        if open > 0 {
            return Some(Type::Dynamic);
        }
        if let Some(element) = unify_elements(types) {
            return Some(Type::List(Arc::new(element)));
        }
    }
    if sets > 0 && all(sets) {
        return unless_open(unify_elements(types).map(|element| Type::Set(Arc::new(element))));
    }
    if objects > 0 && all(objects) {
        return if open > 0 { Some(Type::Dynamic) } else { unify_objects(types) };
    }
    if tuples > 0 && all(tuples) {
        return if open > 0 { Some(Type::Dynamic) } else { unify_tuples(types) };
    }
    if objects > 0 && tuples > 0 {
        return None;
    }
    let mut candidates: Vec<&Type> = types.iter().collect();
    candidates.sort_by_key(|type_| preference(type_));
    candidates
        .into_iter()
        .find(|wanted| types.iter().all(|type_| type_ == *wanted || convertible(type_, wanted)))
        .cloned()
}

/// The order in which types are tried, lowest first: most others convert to those.
fn preference(type_: &Type) -> u8 {
    match type_ {
        Type::String | Type::List(_) | Type::Map(_) => 0,
        Type::Number | Type::Bool | Type::Tuple(_) | Type::Object(_) => 1,
        Type::Set(_) => 2,
        Type::Dynamic => 3,
    }
}

/// The one type for the elements of all of them; `None` if there are no elements or no such type.
fn unify_elements(types: &[Type]) -> Option<Type> {
    let mut elements = Vec::new();
    for type_ in types {
        match type_ {
            Type::List(element) | Type::Set(element) | Type::Map(element) => {
                elements.push(element.as_ref().clone());
            }
            Type::Tuple(parts) => elements.extend(parts.iter().cloned()),
            Type::Object(attributes) => {
                elements.extend(attributes.iter().map(|attribute| attribute.type_.clone()));
            }
            Type::Dynamic | Type::Bool | Type::Number | Type::String => {}
        }
    }
    if elements.is_empty() { None } else { unify(&elements) }
}

fn unify_objects(types: &[Type]) -> Option<Type> {
    let objects: Vec<&[AttributeType]> = types
        .iter()
        .filter_map(|type_| match type_ {
            Type::Object(attributes) => Some(attributes.as_ref()),
            _ => None,
        })
        .collect();
    let first = objects.first()?;
    let same_names = objects.iter().all(|attributes| {
        attributes.len() == first.len() && attributes.iter().zip(*first).all(|(a, b)| a.name == b.name)
    });
    if !same_names {
        return unify_elements(types).map(|element| Type::Map(Arc::new(element)));
    }
    let mut unified = Vec::with_capacity(first.len());
    for (i, attribute) in first.iter().enumerate() {
        let of_all: Vec<Type> =
            objects.iter().filter_map(|attributes| attributes.get(i)).map(|a| a.type_.clone()).collect();
        unified.push((attribute.name.clone(), unify(&of_all)?));
    }
    Some(Type::object(unified))
}

fn unify_tuples(types: &[Type]) -> Option<Type> {
    let tuples: Vec<&[Type]> = types
        .iter()
        .filter_map(|type_| match type_ {
            Type::Tuple(parts) => Some(parts.as_ref()),
            _ => None,
        })
        .collect();
    let first = tuples.first()?;
    if tuples.iter().any(|parts| parts.len() != first.len()) {
        return unify_elements(types).map(|element| Type::List(Arc::new(element)));
    }
    let parts: Option<Arc<[Type]>> = (0..first.len())
        .map(|i| {
            let of_all: Vec<Type> = tuples.iter().filter_map(|parts| parts.get(i)).cloned().collect();
            unify(&of_all)
        })
        .collect();
    parts.map(Type::Tuple)
}
