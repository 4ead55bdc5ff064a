//! OpenTofu's `assume…` functions: the author states facts about values that are not known yet.
//!
//! A known value must satisfy the assumption; an unknown value is refined by it.

use std::sync::Arc;

use super::parameters::{Parameter, any, number, string};
use super::{Arguments, EvalResult, Function, Gives, known_prefix, row};
use crate::value::convert::convert;
use crate::value::equality::{Truth, equal};
use crate::value::{Kind, Number, Refinement, Type, Value};

pub(super) const FUNCTIONS: &[Function] = &[
    row("assumeequal", &[VALUE, OTHER], Gives::Any, same, "The second value, assumed to equal the first."),
    row("assumenotnull", &[VALUE], Gives::Any, not_null, "The value, assumed not to be null."),
    row(
        "assumestringprefix",
        &[VALUE, string("prefix")],
        Gives::Any,
        prefix,
        "The string, assumed to start with a prefix.",
    ),
    row("assumelistlength", BETWEEN, Gives::Any, |a| sized(a, list, Some(1), Some(2)), LENGTH),
    row("assumelistlengthmin", LEAST, Gives::Any, |a| sized(a, list, Some(1), None), LENGTH),
    row("assumelistlengthmax", MOST, Gives::Any, |a| sized(a, list, None, Some(1)), LENGTH),
    row("assumesetlength", BETWEEN, Gives::Any, |a| sized(a, set, Some(1), Some(2)), LENGTH),
    row("assumesetlengthmin", LEAST, Gives::Any, |a| sized(a, set, Some(1), None), LENGTH),
    row("assumesetlengthmax", MOST, Gives::Any, |a| sized(a, set, None, Some(1)), LENGTH),
    row("assumemaplength", BETWEEN, Gives::Any, |a| sized(a, map, Some(1), Some(2)), LENGTH),
    row("assumemaplengthmin", LEAST, Gives::Any, |a| sized(a, map, Some(1), None), LENGTH),
    row("assumemaplengthmax", MOST, Gives::Any, |a| sized(a, map, None, Some(1)), LENGTH),
];

const VALUE: Parameter = any("value").nullable().open().keeps_marks();
const OTHER: Parameter = any("assumed").nullable().open().keeps_marks();
const BETWEEN: &[Parameter] = &[VALUE, number("min"), number("max")];
const LEAST: &[Parameter] = &[VALUE, number("min")];
const MOST: &[Parameter] = &[VALUE, number("max")];
const LENGTH: &str = "The collection, assumed to have a length within bounds.";

fn list(element: Arc<Type>) -> Type {
    Type::List(element)
}

fn set(element: Arc<Type>) -> Type {
    Type::Set(element)
}

fn map(element: Arc<Type>) -> Type {
    Type::Map(element)
}

/// Refines the value if it is unknown; a known value stays as it is.
fn refined(value: Value, refine: impl FnOnce(&mut Refinement)) -> Value {
    let mut value = value;
    if let Kind::Unknown(unknown) = &mut value.kind {
        refine(&mut Arc::make_mut(unknown).refinement);
    }
    value
}

fn same(arguments: &Arguments<'_>) -> EvalResult<Value> {
    let (value, assumed) = (arguments.value(0), arguments.value(1));
    match equal(value, assumed, arguments.host.identities) {
        Truth::No => Err(arguments.refuse(0, "the value does not equal the assumed one")),
        Truth::Yes | Truth::Unknown(_) => Ok(assumed.clone().computed_from(value)),
    }
}

fn not_null(arguments: &Arguments<'_>) -> EvalResult<Value> {
    let value = arguments.value(0);
    if value.is_null() {
        return Err(arguments.refuse(0, "the value is null"));
    }
    let set = value.unless_null().clone().computed_from(value);
    Ok(refined(set, |refinement| refinement.not_null = true))
}

fn prefix(arguments: &Arguments<'_>) -> EvalResult<Value> {
    let value = convert(arguments.value(0), &Type::String).map_err(|error| arguments.refuse(0, error))?;
    let start = arguments.text(1);
    match value.as_str() {
        Some(text) if !text.starts_with(start) => {
            Err(arguments.refuse(0, format_args!("the text does not start with {start:?}")))
        }
        Some(_) => Ok(value),
        None => {
            let start = known_prefix(start);
            Ok(refined(value, |refinement| {
                if start.len() > refinement.prefix.len() {
                    refinement.prefix = start;
                }
            }))
        }
    }
}

/// Assumes bounds on the length of a collection; `least` and `most` are the indices of the arguments that hold them.
fn sized(
    arguments: &Arguments<'_>,
    kind: fn(Arc<Type>) -> Type,
    least: Option<usize>,
    most: Option<usize>,
) -> EvalResult<Value> {
    let wanted = kind(Arc::new(Type::Dynamic));
    let value = convert(arguments.value(0), &wanted).map_err(|error| arguments.refuse(0, error))?;
    let bound =
        |at: Option<usize>| at.and_then(|at| arguments.value(at).as_number()).and_then(Number::as_i64);
    let (least, most) = (bound(least), bound(most));
    let length = value.parts().count();
    let is_closed = value.as_unknown().is_none() && value.first_cause().is_none() && !value.is_null();
    let is_outside = |length: i64| least.is_some_and(|n| length < n) || most.is_some_and(|n| length > n);
    if is_closed && i64::try_from(length).is_ok_and(is_outside) {
        return Err(arguments.refuse(0, format_args!("it has {length} elements")));
    }
    Ok(refined(value, |refinement| {
        refinement.at_least = refinement.at_least.max(least);
        refinement.at_most = [refinement.at_most, most].into_iter().flatten().min();
    }))
}
