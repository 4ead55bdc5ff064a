//! Functions that return lists: they keep what is known of the shape of their arguments.

use std::sync::Arc;

use super::arguments::{SequenceElements, element_of, not_null, sized};
use super::parameters::{Takes, any, number, of};
use super::{Arguments, EvalResult, Function, Gives, row};
use crate::value::convert::{convert, unify};
use crate::value::equality::Truth;
use crate::value::seen::{Seen, count_distinct};
use crate::value::{Cause, Kind, Sequence, Type, Unknown, Value};

pub(super) const FUNCTIONS: &[Function] = &[
    row(
        "chunklist",
        &[of("list", Takes::List).open().keeps_marks(), number("size")],
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

/// Slices of an unknown list that are longer than this do not get one element each.
const SPELT_OUT: usize = 1024;

fn sequence(element: Type, items: Vec<Value>, more: Option<Arc<Cause>>) -> Arc<Sequence> {
    Arc::new(Sequence { element, items, more, most: None })
}

fn chunks(arguments: &Arguments<'_>) -> EvalResult<Value> {
    let size = arguments
        .whole(1)
        .map_err(|error| arguments.fail(format_args!("invalid size: {}", error.message)))?;
    let size = usize::try_from(size).map_err(|_| arguments.fail("the size argument must be positive"))?;
    let value = arguments.value(0);
    let sequence_ = match SequenceElements::of(value) {
        SequenceElements::Known(sequence) => sequence,
        _ => return Ok(unknown_like(arguments, value, Type::List(Arc::new(value.type_of())))),
    };
    let list_type = Type::List(Arc::new(sequence_.element.clone()));
    let list = |items: &[Value]| Value::list(sequence_.element.clone(), items.to_vec());
    let mut lists: Vec<Value> = if size == 0 {
        if sequence_.items.is_empty() { Vec::new() } else { vec![list(&sequence_.items)] }
    } else {
        sequence_.items.chunks(size).map(list).collect()
    };
    if sequence_.more.is_some() && (size == 0 || sequence_.items.len() % size != 0) {
        lists.pop();
    }
    Ok(Value::from(Kind::List(sequence(list_type, lists, sequence_.more.clone()))).computed_from(value))
}

/// An unknown of a type, with the cause of `value`.
pub(super) fn unknown_like(_: &Arguments<'_>, value: &Value, type_: Type) -> Value {
    let cause = value.first_cause().unwrap_or_else(Cause::provider);
    not_null(type_, cause).computed_from_all_of(value)
}

fn coalesce_list(arguments: &Arguments<'_>) -> EvalResult<Value> {
    if arguments.values.is_empty() {
        return Err(arguments.fail("at least one argument is required"));
    }
    for value in arguments.values {
        match &value.kind {
            Kind::List(sequence) | Kind::Tuple(sequence) => {
                if !sequence.items.is_empty() {
                    return Ok(value.clone());
                }
                if let Some(cause) = &sequence.more {
                    return Ok(Value::unknown(cause.clone()).computed_from_all_of(value));
                }
            }
            Kind::Unknown(unknown) => match &unknown.type_ {
                Type::Tuple(parts) if parts.is_empty() => {}
                Type::Tuple(_) => return Ok(value.clone()),
                Type::List(_) if unknown.refinement.at_least.is_some_and(|n| n > 0) => {
                    return Ok(value.clone());
                }
                Type::List(_) | Type::Dynamic => {
                    return Ok(Value::unknown(unknown.cause.clone()).computed_from_all_of(value));
                }
                _ => return Err(arguments.fail("coalescelist arguments must be lists or tuples")),
            },
            _ => return Err(arguments.fail("coalescelist arguments must be lists or tuples")),
        }
    }
    Err(arguments.fail("no non-null arguments"))
}

fn compact(arguments: &Arguments<'_>) -> EvalResult<Value> {
    let value = arguments.value(0);
    let SequenceElements::Known(list) = SequenceElements::of(value) else {
        return Ok(unknown_like(arguments, value, Type::List(Arc::new(Type::String))));
    };
    let mut kept = Vec::new();
    let mut more = list.more.clone();
    for item in &list.items {
        match &item.kind {
            Kind::Unknown(unknown) if !unknown.is_set() => {
                // This element may be empty; then the elements after it move up.
                more = Some(unknown.cause.clone());
                break;
            }
            Kind::String(text) if text.is_empty() => {}
            Kind::Null(_) => {}
            _ => kept.push(item.clone()),
        }
    }
    Ok(Kind::List(sequence(Type::String, kept, more)).into())
}

fn concat(arguments: &Arguments<'_>) -> EvalResult<Value> {
    if arguments.values.is_empty() {
        return Err(arguments.fail("at least one argument is required"));
    }
    let mut types = Vec::new();
    let mut all_lists = true;
    for (i, value) in arguments.values.iter().enumerate() {
        match value.type_of() {
            type_ @ Type::List(_) => types.push(type_),
            Type::Tuple(_) | Type::Dynamic if value.as_entries().is_none() => all_lists = false,
            type_ => {
                return Err(
                    arguments.refuse(i, format_args!("all arguments must be lists or tuples; got {type_}"))
                );
            }
        }
    }
    let unified = unify(&types);
    let element = match &unified {
        Some(Type::List(element)) if all_lists => Some(element.as_ref().clone()),
        _ => None,
    };
    let mut items = Vec::new();
    let mut more: Option<Arc<Cause>> = None;
    let mut surely = 0;
    for value in arguments.values {
        let (own, own_more) = match SequenceElements::of(value) {
            SequenceElements::Known(sequence) => (sequence.items.clone(), sequence.more.clone()),
            SequenceElements::Tuple(items) => (items, None),
            SequenceElements::Unknown(unknown) => {
                surely += usize::try_from(unknown.refinement.at_least.unwrap_or(0)).unwrap_or(0);
                (Vec::new(), Some(unknown.cause.clone()))
            }
            SequenceElements::Other => (Vec::new(), None),
        };
        surely += own.len();
        if more.is_none() {
            items.extend(own);
        }
        more = more.or(own_more);
    }
    // What is not known may be a list of texts, and then all elements become texts.
    let may_become_texts = || {
        let may_be_list = |value: &Value| match &value.kind {
            Kind::Unknown(unknown) => matches!(unknown.type_, Type::Dynamic | Type::List(_)),
            kind => matches!(kind, Kind::List(_)),
        };
        matches!(&unified, Some(Type::List(of)) if matches!(**of, Type::Number | Type::Bool))
            && arguments.values.iter().all(may_be_list)
    };
    if element.is_none() && more.is_some() && may_become_texts() {
        items.clear();
    }
    if let Some(element) = &element {
        for item in &mut items {
            *item = convert(item, element).map_err(|error| arguments.fail(error))?;
        }
    }
    let result: Value = match (more, element) {
        (Some(cause), element) if items.is_empty() => {
            let type_ = element.map_or(Type::Dynamic, |element| Type::List(Arc::new(element)));
            // The only argument is returned unchanged.
            if let ([value], true) = (arguments.values, matches!(type_, Type::List(_))) {
                return Ok(value.clone());
            }
            let mut result = sized(type_, cause, surely, None);
            for value in arguments.values {
                result = result.computed_from_all_of(value);
            }
            return Ok(result);
        }
        (more, Some(element)) => Kind::List(sequence(element, items, more)).into(),
        (more, None) => Kind::Tuple(sequence(Type::Dynamic, items, more)).into(),
    };
    Ok(arguments.values.iter().fold(result, Value::computed_from))
}

/// The steps to compare two values with unknown parts.
pub(super) const COMPARISON: u64 = 64;

fn distinct(arguments: &Arguments<'_>) -> EvalResult<Value> {
    let value = arguments.value(0);
    let identities = arguments.host.identities;
    let SequenceElements::Known(list) = SequenceElements::of(value) else {
        return Ok(unknown_like(arguments, value, value.type_of()));
    };
    let type_ = Type::List(Arc::new(list.element.clone()));
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
                let (at_least, at_most) = count_distinct(&list.items, identities);
                let at_most = if list.more.is_some() { list.most } else { Some(at_most) };
                return Ok(sized(type_, cause, at_least, at_most));
            }
        }
    }
    let distinct =
        Sequence { element: list.element.clone(), items: kept, more: list.more.clone(), most: list.most };
    Ok(Kind::List(Arc::new(distinct)).into())
}

fn flatten(arguments: &Arguments<'_>) -> EvalResult<Value> {
    let value = arguments.value(0);
    let mut flat = Flat { items: Vec::new(), more: None, marked: Value::NULL };
    match SequenceElements::of(value) {
        SequenceElements::Other => return Err(arguments.fail("can only flatten lists, sets and tuples")),
        _ => flat.add(value),
    }
    let marks = flat.marked;
    Ok(match flat.more {
        Some(cause) if flat.items.is_empty() => Value::unknown(cause).computed_from_all_of(value),
        more => Value::from(Kind::Tuple(sequence(Type::Dynamic, flat.items, more))).computed_from(&marks),
    })
}

/// The elements flattened so far.
struct Flat {
    items: Vec<Value>,
    /// Set if there may be more: the cause. Nothing can be added after that.
    more: Option<Arc<Cause>>,
    marked: Value,
}

impl Flat {
    fn add(&mut self, value: &Value) {
        if self.more.is_some() {
            return;
        }
        match SequenceElements::of(value) {
            SequenceElements::Known(sequence) => {
                self.mark(value);
                if matches!(value.kind, Kind::Set(_)) && sequence.items.len() > 1 && !value.is_wholly_known()
                {
                    // The number and the order of the set's elements are unknown.
                    self.more = value.first_cause();
                }
                for item in &sequence.items {
                    self.add(item);
                }
                if self.more.is_none() {
                    self.more.clone_from(&sequence.more);
                }
            }
            SequenceElements::Tuple(items) => {
                self.mark(value);
                items.iter().for_each(|item| self.add(item));
            }
            SequenceElements::Unknown(unknown) => self.more = Some(unknown.cause.clone()),
            SequenceElements::Other => self.items.push(value.clone()),
        }
    }

    fn mark(&mut self, value: &Value) {
        let marked = std::mem::replace(&mut self.marked, Value::NULL);
        self.marked = marked.computed_from(value);
    }
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
            let (at_least, at_most) = match kind {
                Kind::Set(_) => count_distinct(&open.items, arguments.host.identities),
                _ => (open.items.len(), open.items.len()),
            };
            let at_most = if open.more.is_some() { None } else { Some(at_most) };
            sized(type_, cause, at_least, at_most).computed_from_all_of(value)
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
    let (Some(start), Some(end)) = (bound(1, "start")?, bound(2, "end")?) else {
        let type_ = match value.type_of() {
            list @ Type::List(_) => list,
            _ => Type::Dynamic,
        };
        let cause = [arguments.value(1), arguments.value(2)].into_iter().find_map(Value::first_cause);
        return Ok(not_null(type_, cause.unwrap_or_else(Cause::provider)).computed_from_all_of(value));
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
                return Ok(unknown_like(arguments, value, unknown.type_.clone()));
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
        return Ok(unknown_like(arguments, value, Type::List(Arc::new(Type::String))));
    };
    if let Some(i) = list.items.iter().position(Value::is_null) {
        return Err(
            arguments.fail(format_args!("given list element {i} is null; a null string cannot be sorted"))
        );
    }
    if let Some(cause) = &list.more {
        return Ok(sized(Type::List(Arc::new(Type::String)), cause.clone(), list.items.len(), None));
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
