//! Functions that return lists: they keep what is known of the shape of their arguments.

use std::sync::Arc;

use super::arguments::{SequenceElements, element_of, not_null, sized};
use super::joined::{SPELT_OUT, coalesce_list, compact, concat, flatten, open_list};
use super::parameters::{Takes, any, number, of};
use super::{Arguments, EvalResult, Function, Gives, row};
use crate::value::equality::Truth;
use crate::value::seen::{Seen, count_distinct};
use crate::value::{Cause, Kind, Lengths, Sequence, Type, Unknown, Value};

pub(super) const FUNCTIONS: &[Function] = &[
    row(
        "chunklist",
        &[of("list", Takes::List).open().keeps_marks(), number("size").open()],
        Gives::Lists,
        chunks,
        "Splits a list into chunks.",
    )
    .costs(2),
    row("coalescelist", &[], Gives::Any, coalesce_list, "The first list that is not empty.")
        .and(any("vals").nullable().open().keeps_marks()),
    row(
        "compact",
        &[of("list", Takes::Strings).open()],
        Gives::Strings,
        compact,
        "The list without empty strings and nulls.",
    ),
    row("concat", &[], Gives::Any, concat, "Joins lists into one.")
        .costs(2)
        .and(any("seqs").open().keeps_marks()),
    row("distinct", &[of("list", Takes::List).open()], Gives::List, distinct, "The list without duplicates.")
        .costs(12),
    row("flatten", &[any("list").open().keeps_marks()], Gives::Any, flatten, "The elements of nested lists.")
        .costs(2),
    row("reverse", &[any("list").open().keeps_marks()], Gives::Any, reverse, "The list in reverse order."),
    row(
        "slice",
        &[any("list").open().keeps_marks(), number("start_index").open(), number("end_index").open()],
        Gives::Any,
        slice,
        "Consecutive elements of a list.",
    ),
    row("sort", &[of("list", Takes::Strings).open()], Gives::Strings, sort, "The strings in sorted order.")
        .costs(12),
];

fn chunks(arguments: &Arguments<'_>) -> EvalResult<Value> {
    let value = arguments.value(0);
    let lengths = Lengths::of(value, arguments.host.identities);
    let unknown = |list_type: Type, lengths: Lengths, cause: Option<Arc<Cause>>| {
        let type_ = Type::List(Arc::new(list_type));
        let cause = cause.unwrap_or_else(Cause::provider);
        sized(type_, cause, lengths).computed_from_all_of(value)
    };
    if let Kind::Unknown(size) = &arguments.value(1).kind {
        // A chunk has at least one element.
        return Ok(unknown(value.type_of(), lengths.distinct(), Some(size.cause.clone())));
    }
    let size = arguments
        .whole(1)
        .map_err(|error| arguments.fail(format_args!("invalid size: {}", error.message)))?;
    let size = usize::try_from(size).map_err(|_| arguments.fail("the size argument must be positive"))?;
    // Without a size there is one chunk.
    let lengths = lengths.map(|length| if size == 0 { length.min(1) } else { length.div_ceil(size) });
    let sequence_ = match SequenceElements::of(value) {
        SequenceElements::Known(sequence) => sequence,
        _ => return Ok(unknown(value.type_of(), lengths, value.first_cause())),
    };
    let list_type = Type::List(Arc::new(sequence_.element.clone()));
    let list = |items: &[Value]| Value::list(sequence_.element.clone(), items.to_vec());
    let mut lists: Vec<Value> = if size == 0 {
        if sequence_.items.is_empty() { Vec::new() } else { vec![list(&sequence_.items)] }
    } else {
        sequence_.items.chunks(size).map(list).collect()
    };
    let Some(cause) = &sequence_.more else {
        return Ok(Value::list(list_type, lists).computed_from(value));
    };
    if size == 0 || sequence_.items.len() % size != 0 {
        lists.pop();
    }
    let mut filler = unknown_like(value, list_type);
    if let Kind::Unknown(unknown) = &mut filler.kind {
        Arc::make_mut(unknown).refinement.at_least = Some(1);
    }
    Ok(open_list(lists, cause, lengths, &filler, Kind::List).computed_from(value))
}

/// An unknown of a type, with the cause of `value`.
pub(super) fn unknown_like(value: &Value, type_: Type) -> Value {
    let cause = value.first_cause().unwrap_or_else(Cause::provider);
    not_null(type_, cause).computed_from_all_of(value)
}

/// The steps to compare two values with unknown parts.
pub(super) const COMPARISON: u64 = 64;

fn distinct(arguments: &Arguments<'_>) -> EvalResult<Value> {
    let value = arguments.value(0);
    let identities = arguments.host.identities;
    let SequenceElements::Known(list) = SequenceElements::of(value) else {
        let lengths = Lengths::of(value, identities).distinct();
        let cause = value.first_cause().unwrap_or_else(Cause::provider);
        return Ok(sized(value.type_of(), cause, lengths).computed_from_all_of(value));
    };
    let mut kept: Vec<Value> = Vec::new();
    let mut seen = Seen::default();
    let mut paid = 0;
    for item in &list.items {
        let found = seen.find(item, identities);
        arguments.host.pay((seen.comparisons - paid).saturating_mul(COMPARISON))?;
        paid = seen.comparisons;
        match found {
            Truth::No => {
                seen.add(item);
                kept.push(item.clone());
            }
            Truth::Yes => {}
            Truth::Unknown(cause) => {
                // Those before this one keep their places.
                let (least, most) = count_distinct(&list.items, identities);
                let most = if list.more.is_some() { list.most } else { Some(most) };
                let filler = Value::unknown_of(list.element.clone(), cause.clone());
                return Ok(open_list(kept, &cause, Lengths { least, most }, &filler, Kind::List));
            }
        }
    }
    let distinct =
        Sequence { element: list.element.clone(), items: kept, more: list.more.clone(), most: list.most };
    Ok(Kind::List(Arc::new(distinct)).into())
}

fn reverse(arguments: &Arguments<'_>) -> EvalResult<Value> {
    let value = arguments.value(0);
    let reversed = |items: &[Value]| items.iter().rev().cloned().collect::<Vec<_>>();
    let bounds = |unknown: &Unknown| unknown.refinement.clone();
    Ok(match (&value.kind, SequenceElements::of(value)) {
        (Kind::Tuple(_), SequenceElements::Known(sequence)) if sequence.more.is_none() => {
            Value::tuple(reversed(&sequence.items)).computed_from(value)
        }
        (Kind::List(_) | Kind::Set(_), SequenceElements::Known(list))
            if list.more.is_none() && (matches!(value.kind, Kind::List(_)) || value.is_wholly_known()) =>
        {
            Value::list(list.element.clone(), reversed(&list.items)).computed_from(value)
        }
        (kind, SequenceElements::Known(open)) => {
            let cause = value.first_cause().unwrap_or_else(Cause::provider);
            let type_ = match kind {
                Kind::Tuple(_) => Type::Dynamic,
                _ => Type::List(Arc::new(open.element.clone())),
            };
            let lengths = Lengths::of(value, arguments.host.identities);
            sized(type_, cause, lengths).computed_from_all_of(value)
        }
        (_, SequenceElements::Tuple(items)) => Value::tuple(reversed(&items)).computed_from(value),
        (_, SequenceElements::Unknown(unknown)) => {
            let type_ = match &unknown.type_ {
                Type::Set(element) => Type::List(element.clone()),
                other => other.clone(),
            };
            let mut result = Unknown::new(type_, unknown.cause.clone());
            result.refinement = bounds(unknown);
            Value::from(result).computed_from(value)
        }
        (_, SequenceElements::Other) => {
            let type_ = value.type_of();
            return Err(
                arguments.refuse(0, format_args!("can only reverse list or tuple values, not {type_}"))
            );
        }
    })
}

fn slice(arguments: &Arguments<'_>) -> EvalResult<Value> {
    let value = arguments.value(0);
    let elements = SequenceElements::of(value);
    match (&value.type_of(), &elements) {
        (Type::Set(_), _) => {
            return Err(arguments.refuse(
                0,
                "cannot slice a set, because its elements do not have indices; explicitly convert to a list if the ordering of the result is not important",
            ));
        }
        (_, SequenceElements::Other) => return Err(arguments.refuse(0, "must be a list or tuple value")),
        _ => {}
    }
    let bound = |i: usize, name: &str| -> EvalResult<Option<usize>> {
        if matches!(arguments.value(i).kind, Kind::Unknown(_)) {
            return Ok(None);
        }
        let at = arguments
            .whole(i)
            .map_err(|error| arguments.refuse(i, format_args!("invalid {name} index: {}", error.message)))?;
        let at = usize::try_from(at)
            .map_err(|_| arguments.refuse(i, format_args!("{name} index must not be less than zero")))?;
        Ok(Some(at))
    };
    let (start, end) = (bound(1, "start")?, bound(2, "end")?);
    let (Some(start), Some(end)) = (start, end) else {
        let type_ = match value.type_of() {
            list @ Type::List(_) => list,
            _ => Type::Dynamic,
        };
        let cause = [arguments.value(1), arguments.value(2)].into_iter().find_map(Value::first_cause);
        let most = [Lengths::of(value, arguments.host.identities).most, end].into_iter().flatten().min();
        let most = most.map(|most| most.saturating_sub(start.unwrap_or(0)));
        return Ok(sized(type_, cause.unwrap_or_else(Cause::provider), Lengths { least: 0, most })
            .computed_from_all_of(value));
    };
    if start > end {
        return Err(arguments.refuse(1, "start index must not be greater than end index"));
    }
    let too_long = || arguments.refuse(2, "end index must not be greater than the length of the list");
    let (items, open, element) = match elements {
        SequenceElements::Known(sequence) => {
            (sequence.items.clone(), sequence.more.clone(), sequence.element.clone())
        }
        SequenceElements::Tuple(items) => (items, None, Type::Dynamic),
        SequenceElements::Unknown(unknown) => {
            if end - start > SPELT_OUT
                || unknown.refinement.at_most.is_some_and(|n| n < i64::try_from(end).unwrap_or(i64::MAX))
            {
                return Ok(unknown_like(value, unknown.type_.clone()));
            }
            let element = match &unknown.type_ {
                Type::List(element) => element.as_ref().clone(),
                _ => Type::Dynamic,
            };
            let items = (start..end).map(|i| element_of(unknown, i)).collect();
            let marks = Value::NULL.with_marks_of(value);
            return Ok(Value::list(element, items).computed_from(&marks));
        }
        SequenceElements::Other => return Err(too_long()),
    };
    if end > items.len() && open.is_none() || end.saturating_sub(items.len()) > SPELT_OUT {
        return Err(too_long());
    }
    let sliced = (start..end)
        .map(|i| match (items.get(i), &open) {
            (Some(item), _) => item.clone(),
            (None, Some(cause)) => Value::unknown_of(element.clone(), cause.clone()),
            (None, None) => Value::NULL,
        })
        .collect();
    let result = match (&value.kind, value.type_of()) {
        (_, Type::List(_)) => Value::list(element, sliced),
        _ => Value::tuple(sliced),
    };
    Ok(result.computed_from(&Value::NULL.with_marks_of(value)))
}

fn sort(arguments: &Arguments<'_>) -> EvalResult<Value> {
    let value = arguments.value(0);
    let SequenceElements::Known(list) = SequenceElements::of(value) else {
        let lengths = Lengths::of(value, arguments.host.identities);
        let cause = value.first_cause().unwrap_or_else(Cause::provider);
        let type_ = Type::List(Arc::new(Type::String));
        return Ok(sized(type_, cause, lengths).computed_from_all_of(value));
    };
    if let Some(i) = list.items.iter().position(Value::is_null) {
        return Err(
            arguments.fail(format_args!("given list element {i} is null; a null string cannot be sorted"))
        );
    }
    if let Some(cause) = &list.more {
        return Ok(sized(Type::List(Arc::new(Type::String)), cause.clone(), Lengths::of_list(list)));
    }
    let mut items = list.items.clone();
    match (value.first_cause(), items.len()) {
        (Some(cause), 2..) => {
            // The order depends on the unknown elements.
            items = items.iter().map(|_| not_null(Type::String, cause.clone())).collect();
        }
        _ => items.sort_by(|a, b| a.as_str().cmp(&b.as_str())),
    }
    Ok(Value::list(Type::String, items))
}
