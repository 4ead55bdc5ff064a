//! Functions over lists, tuples and sets that return one element, or an answer about the elements.

use std::sync::Arc;

use super::arguments::{SequenceElements, element_of, not_null};
use super::parameters::{Takes, any, number, of};
use super::sequences::unknown_like;
use super::{Arguments, EvalResult, Function, Gives, row};
use crate::value::equality::{Truth, equal};
use crate::value::seen::count_distinct;
use crate::value::{Cause, Kind, Step, Type, Unknown, Value, count};

pub(super) const FUNCTIONS: &[Function] = &[
    row(
        "alltrue",
        &[of("list", Takes::Booleans).open()],
        Gives::Bool,
        |a| all(a, false),
        "Whether all elements are true.",
    ),
    row(
        "anytrue",
        &[of("list", Takes::Booleans).open()],
        Gives::Bool,
        |a| all(a, true),
        "Whether any element is true.",
    ),
    row(
        "contains",
        &[any("list").open(), any("value").open()],
        Gives::Bool,
        contains,
        "Whether a value is an element.",
    ),
    row(
        "element",
        &[any("list").open().keeps_marks(), number("index").open()],
        Gives::Any,
        element,
        "The element at an index.",
    ),
    row(
        "index",
        &[any("list").open(), any("value").open()],
        Gives::Number,
        index,
        "The index of an element.",
    ),
    row("one", &[any("list").open().keeps_marks()], Gives::Any, one, "The only element, or null."),
];

fn all(arguments: &Arguments<'_>, decides: bool) -> EvalResult<Value> {
    let list = arguments.value(0);
    let mut cause = match &list.kind {
        Kind::Unknown(unknown) => Some(unknown.cause.clone()),
        _ => list.as_sequence().and_then(|sequence| sequence.more.clone()),
    };
    for item in arguments.items(0) {
        match &item.kind {
            Kind::Unknown(unknown) => cause = cause.or_else(|| Some(unknown.cause.clone())),
            // Null counts as false.
            _ if item.as_bool().unwrap_or(false) == decides => return Ok(decides.into()),
            _ => {}
        }
    }
    Ok(cause.map_or_else(|| (!decides).into(), |cause| not_null(Type::Bool, cause)))
}

fn contains(arguments: &Arguments<'_>) -> EvalResult<Value> {
    let (list, value) = (arguments.value(0), arguments.value(1));
    let mut cause = match SequenceElements::of(list) {
        SequenceElements::Known(sequence) => sequence.more.clone(),
        SequenceElements::Unknown(unknown) => Some(unknown.cause.clone()),
        SequenceElements::Tuple(_) => list.first_cause(),
        SequenceElements::Other => return Err(arguments.fail("argument must be list, tuple, or set")),
    };
    for item in arguments.items(0) {
        match equal(item, value, arguments.host.identities) {
            Truth::Yes => return Ok(true.into()),
            Truth::No => {}
            Truth::Unknown(why) => cause = cause.or(Some(why)),
        }
    }
    Ok(cause.map_or_else(|| false.into(), |cause| not_null(Type::Bool, cause)))
}

/// An element of an unknown list. `element` wraps around at the end, so an index names an element only within the least length
/// that the list is known to have.
fn wrapped_element(arguments: &Arguments<'_>, list: &Unknown, at: usize) -> Value {
    let least = list.origin.as_ref().map_or(0, |origin| arguments.host.identities.least_length(origin));
    if at < least.max(1) {
        return element_of(list, at);
    }
    let type_ = match &list.type_ {
        Type::List(part) => (**part).clone(),
        _ => Type::Dynamic,
    };
    let mut element = Unknown::new(type_, list.cause.clone());
    element.origin = list.origin.as_ref().map(|origin| {
        Arc::new(
            origin.step(Step::Key("element".into())).step(Step::Index(u64::try_from(at).unwrap_or(u64::MAX))),
        )
    });
    element.into()
}

/// The place of an element without a sign; `None` where the length is not known. Negative ones count from the end of a list; of a
/// tuple Terraform takes only whole rounds.
fn from_the_start(arguments: &Arguments<'_>, at: i64) -> EvalResult<Option<usize>> {
    if let Ok(at) = usize::try_from(at) {
        return Ok(Some(at));
    }
    let list = arguments.value(0);
    let out_of_range = || arguments.fail("index out of range");
    let length = match &list.kind {
        Kind::List(sequence) | Kind::Tuple(sequence) if sequence.more.is_none() => sequence.items.len(),
        Kind::List(_) | Kind::Tuple(_) => return Ok(None),
        Kind::Unknown(unknown) => match &unknown.type_ {
            Type::Tuple(parts) => parts.len(),
            _ => return Ok(None),
        },
        _ => return Err(out_of_range()),
    };
    let length = i64::try_from(length).ok();
    let at = length.and_then(|length| at.checked_rem_euclid(length));
    let at = at.filter(|at| *at == 0 || matches!(list.kind, Kind::List(_)));
    at.and_then(|at| usize::try_from(at).ok()).map(Some).ok_or_else(out_of_range)
}

fn element(arguments: &Arguments<'_>) -> EvalResult<Value> {
    let list = arguments.value(0);
    let at = match &arguments.value(1).kind {
        Kind::Unknown(_) => None,
        _ => {
            let at = arguments
                .whole(1)
                .map_err(|error| arguments.fail(format_args!("invalid index: {}", error.message)))?;
            from_the_start(arguments, at)?
        }
    };
    let empty = || arguments.fail("cannot use element function with an empty list");
    let wrong = || arguments.fail(format_args!("cannot read elements from {}", list.type_of()));
    let unknown =
        |type_: Type, cause: &Arc<Cause>| Value::unknown_of(type_, cause.clone()).computed_from_all_of(list);
    let chosen = match (&list.kind, at) {
        (Kind::List(sequence) | Kind::Tuple(sequence), _) => match (&sequence.more, at) {
            (None, _) if sequence.items.is_empty() => return Err(empty()),
            (None, Some(at)) => {
                let wrapped = at.checked_rem(sequence.items.len()).unwrap_or(0);
                sequence.items.get(wrapped).cloned().unwrap_or(Value::NULL)
            }
            (Some(cause), Some(at)) => match sequence.items.get(at) {
                Some(item) => item.clone(),
                None => unknown(sequence.element.clone(), cause),
            },
            (_, None) => {
                let cause = arguments.value(1).first_cause().unwrap_or_else(Cause::provider);
                unknown(sequence.element.clone(), &cause)
            }
        },
        (Kind::Unknown(own), at) => match (&own.type_, at) {
            (Type::Tuple(parts), _) if parts.is_empty() => return Err(empty()),
            (Type::Tuple(parts), Some(at)) => element_of(own, at.checked_rem(parts.len()).unwrap_or(0)),
            (Type::List(_) | Type::Dynamic, Some(at)) => wrapped_element(arguments, own, at),
            (Type::List(element), None) => unknown(element.as_ref().clone(), &own.cause),
            (Type::Tuple(_) | Type::Dynamic, None) => unknown(Type::Dynamic, &own.cause),
            _ => return Err(wrong()),
        },
        _ => return Err(wrong()),
    };
    Ok(mark(chosen, list))
}

/// Gives an element the marks of its sequence. An element of an unknown sequence needs no reference to it: its origin names it.
fn mark(element: Value, sequence: &Value) -> Value {
    match sequence.marks() {
        Some(_) if matches!(sequence.kind, Kind::Unknown(_)) => {
            element.computed_from(&Value::NULL.with_marks_of(sequence))
        }
        Some(_) => element.computed_from(sequence),
        None => element,
    }
}

fn index(arguments: &Arguments<'_>) -> EvalResult<Value> {
    let (list, value) = (arguments.value(0), arguments.value(1));
    let sequence = match (&list.kind, SequenceElements::of(list)) {
        (Kind::Set(_), _) | (_, SequenceElements::Other) => {
            return Err(arguments.fail("argument must be a list or tuple"));
        }
        (_, SequenceElements::Known(sequence)) => sequence,
        _ => return Ok(unknown_like(list, Type::Number)),
    };
    if sequence.items.is_empty() && sequence.more.is_none() {
        return Err(arguments.fail("cannot search an empty list"));
    }
    let mut cause = None;
    for (i, item) in sequence.items.iter().enumerate() {
        match (equal(item, value, arguments.host.identities), &cause) {
            (Truth::Yes, None) => return Ok(count(i)),
            (Truth::Unknown(why), None) => cause = Some(why),
            _ => {}
        }
    }
    match cause.or_else(|| sequence.more.clone()) {
        Some(cause) => Ok(not_null(Type::Number, cause)),
        None => Err(arguments.fail("item not found")),
    }
}

fn one(arguments: &Arguments<'_>) -> EvalResult<Value> {
    let list = arguments.value(0);
    let too_many =
        || arguments.refuse(0, "must be a list, set, or tuple value with either zero or one elements");
    let only = match SequenceElements::of(list) {
        SequenceElements::Known(sequence) => match (sequence.items.as_slice(), &sequence.more) {
            ([], None) => Kind::Null(sequence.element.clone()).into(),
            ([], Some(cause)) => Value::unknown_of(sequence.element.clone(), cause.clone()),
            ([only], _) => only.clone(),
            (items, _) if matches!(list.kind, Kind::Set(_)) && !list.is_wholly_known() => {
                let (at_least, _) = count_distinct(items, arguments.host.identities);
                if at_least > 1 {
                    return Err(too_many());
                }
                let cause = list.first_cause().unwrap_or_else(Cause::provider);
                Value::unknown_of(sequence.element.clone(), cause).computed_from_all_of(list)
            }
            _ => return Err(too_many()),
        },
        SequenceElements::Tuple(items) => match items.as_slice() {
            [] => Value::NULL,
            [only] => only.clone(),
            _ => return Err(too_many()),
        },
        SequenceElements::Unknown(unknown) => element_of(unknown, 0),
        SequenceElements::Other => return Err(too_many()),
    };
    Ok(mark(only, list))
}
