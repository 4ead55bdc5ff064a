//! Set operations and products.

use std::sync::Arc;

use super::arguments::{SequenceElements, not_null};
use super::mappings::compatible;
use super::parameters::{Takes, any, of};
use super::{Arguments, EvalResult, Function, Gives, row};
use crate::budget::Budget;
use crate::value::convert::{convert, set};
use crate::value::equality::Truth;
use crate::value::seen::Seen;
use crate::value::settle::{has_final_type, unify_partially};
use crate::value::{Cause, CauseKind, Kind, Sequence, Type, Value};

pub(super) const FUNCTIONS: &[Function] = &[
    row(
        "matchkeys",
        &[of("values", Takes::List), of("keys", Takes::List), of("searchset", Takes::List)],
        Gives::List,
        match_keys,
        "The values whose keys are in a given set.",
    )
    .costs(8),
    row("setintersection", FIRST, Gives::Set, |a| combined(a, Combine::Common), "The intersection of sets.")
        .costs(12)
        .and(of("other_sets", Takes::Set).open()),
    row("setproduct", &[], Gives::Any, product, "All combinations of elements.")
        .and(any("sets").open().keeps_marks()),
    row(
        "setsubtract",
        &[of("a", Takes::Set).open(), of("b", Takes::Set).open()],
        Gives::Set,
        |a| combined(a, Combine::Without),
        "The elements of the first set that are not in the second.",
    )
    .costs(12),
    row("setunion", FIRST, Gives::Set, |a| combined(a, Combine::All), "The union of sets.")
        .costs(12)
        .and(of("other_sets", Takes::Set).open()),
];

const FIRST: &[super::Parameter] = &[of("first_set", Takes::Set).open()];

/// Products with more combinations than this are not computed.
const MOST_COMBINATIONS: usize = 1 << 18;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Combine {
    All,
    Common,
    Without,
}

fn combined(arguments: &Arguments<'_>, combine: Combine) -> EvalResult<Value> {
    // An empty set of unknown element type combines with any other set.
    let mut types: Vec<Type> = arguments.values.iter().map(Value::type_of).collect();
    let untyped = Gives::Set.type_();
    let unsettled = arguments.values.iter().find(|value| !has_final_type(value));
    if let Some(cause) = unsettled.and_then(Value::first_cause) {
        return Ok(combined_unsettled(arguments, combine, cause));
    }
    types.retain(|type_| *type_ != untyped);
    let type_ = if types.is_empty() { Some(untyped) } else { compatible(&types) };
    let type_ = type_.ok_or_else(|| arguments.fail("given sets must all have compatible element types"))?;
    let Type::Set(element) = &type_ else {
        return Err(arguments.fail("given sets must all have compatible element types"));
    };
    let mut sets: Vec<Arc<Sequence>> = Vec::new();
    let mut cause = None;
    for value in arguments.values {
        let value = convert(value, &type_).map_err(|error| arguments.fail(error))?;
        match &value.kind {
            Kind::Set(sequence) => {
                let may_change =
                    combine != Combine::All && !value.is_wholly_known() || sequence.more.is_some();
                cause = cause.or_else(|| value.first_cause().filter(|_| may_change));
                sets.push(sequence.clone());
            }
            _ => cause = cause.or_else(|| value.first_cause()),
        }
    }
    let element = element.as_ref().clone();
    let items = || sets.iter().flat_map(|set| &set.items).cloned();
    if let Some(cause) = cause {
        // A union has at least the known elements; nothing is known of an intersection or difference.
        if combine == Combine::All && items().next().is_some() {
            let items = crate::value::equality::sorted_distinct(items().collect());
            return Ok(Kind::Set(Arc::new(Sequence { element, items, more: Some(cause), most: None })).into());
        }
        return Ok(not_null(type_, cause));
    }
    let identities = arguments.host.identities;
    let kept: Vec<Value> = match (combine, sets.split_first()) {
        (Combine::All, _) | (_, None) => items().collect(),
        (Combine::Common | Combine::Without, Some((first, others))) => {
            let mut others: Vec<Seen<'_>> = others.iter().map(|other| seen(&other.items)).collect();
            let has = |other: &mut Seen<'_>, item| matches!(other.find(item, identities), Truth::Yes);
            let kept = first.items.iter().filter(|item| match combine {
                Combine::Without => !others.iter_mut().any(|other| has(other, item)),
                _ => others.iter_mut().all(|other| has(other, item)),
            });
            kept.cloned().collect()
        }
    };
    Ok(set(element, kept))
}

fn seen(items: &[Value]) -> Seen<'_> {
    let mut seen = Seen::default();
    items.iter().for_each(|item| seen.add(item));
    seen
}

/// Combines sets whose element types are not all known.
fn combined_unsettled(arguments: &Arguments<'_>, combine: Combine, cause: Arc<Cause>) -> Value {
    let sets = || arguments.values.iter().filter_map(Value::as_sequence);
    let items: Vec<&Value> = sets().flat_map(|set| &set.items).collect();
    if combine != Combine::All || items.is_empty() {
        return not_null(Gives::Set.type_(), cause);
    }
    let closed =
        arguments.values.iter().all(|value| value.as_sequence().is_some_and(|set| set.more.is_none()));
    let items = crate::value::equality::sorted_distinct(unify_partially(&items, !closed));
    let more = if closed { None } else { Some(cause) };
    Kind::Set(Arc::new(Sequence { element: Type::Dynamic, items, more, most: None })).into()
}

fn product(arguments: &Arguments<'_>) -> EvalResult<Value> {
    if arguments.values.len() < 2 {
        return Err(arguments.fail("at least two arguments are required"));
    }
    let mut any_set = false;
    let mut maybe_set = false;
    let mut columns: Vec<Vec<Value>> = Vec::new();
    let mut types = Vec::new();
    let mut cause = None;
    for (i, value) in arguments.values.iter().enumerate() {
        let wrong = || arguments.refuse(i, "a set or a list is required");
        any_set |= matches!(value.type_of(), Type::Set(_));
        let list = match &value.kind {
            Kind::Tuple(_) => convert(value, &Gives::List.type_())
                .map_err(|_| arguments.refuse(i, "all elements must be of the same type"))?,
            _ => value.clone(),
        };
        match (SequenceElements::of(&list), list.type_of()) {
            (SequenceElements::Known(sequence), _) => {
                let open = sequence.more.is_some()
                    || matches!(list.kind, Kind::Set(_))
                        && sequence.items.len() > 1
                        && !list.is_wholly_known();
                cause = cause.or_else(|| list.first_cause().filter(|_| open));
                types.push(sequence.element.clone());
                columns.push(sequence.items.clone());
            }
            (SequenceElements::Unknown(_), Type::List(element) | Type::Set(element)) => {
                cause = cause.or_else(|| list.first_cause());
                types.push(element.as_ref().clone());
            }
            (SequenceElements::Unknown(_) | SequenceElements::Tuple(_), type_) => {
                maybe_set |= type_ == Type::Dynamic;
                cause = cause.or_else(|| list.first_cause());
                types.push(Type::Dynamic);
            }
            (SequenceElements::Other, _) => return Err(wrong()),
        }
    }
    let count = columns.iter().try_fold(1_usize, |all, column| all.checked_mul(column.len()));
    if cause.is_none() && count.is_none_or(|count| count > MOST_COMBINATIONS) {
        cause = Some(Cause::new(CauseKind::Limit, "setproduct size", None));
    }
    let element = Type::Tuple(types.into());
    let result = match cause {
        Some(cause) => {
            let element = Arc::new(element);
            let type_ = match (any_set, maybe_set) {
                (true, _) => Type::Set(element),
                (false, true) => Type::Dynamic,
                (false, false) => Type::List(element),
            };
            let result = not_null(type_, cause);
            return Ok(arguments.values.iter().fold(result, Value::computed_from_all_of));
        }
        None => {
            // Every row takes new memory.
            let cells = count.unwrap_or(usize::MAX).saturating_mul(columns.len() + 3);
            let cells = u64::try_from(cells).unwrap_or(u64::MAX);
            arguments.host.meter.spend(Budget::Values, cells.saturating_mul(80))?;
            arguments.host.pay(cells.saturating_mul(20))?;
            let mut rows: Vec<Vec<Value>> = vec![Vec::new()];
            for column in &columns {
                rows = rows
                    .iter()
                    .flat_map(|row| {
                        column.iter().map(move |item| {
                            let mut row = row.clone();
                            row.push(item.clone());
                            row
                        })
                    })
                    .collect();
            }
            let rows = rows.into_iter().map(Value::tuple).collect();
            if any_set { set(element, rows) } else { Value::list(element, rows) }
        }
    };
    Ok(arguments.values.iter().fold(result, Value::computed_from))
}

fn match_keys(arguments: &Arguments<'_>) -> EvalResult<Value> {
    let (values, keys) = (arguments.items(0), arguments.items(1));
    if values.len() != keys.len() {
        return Err(arguments.fail("length of keys and values should be equal"));
    }
    let type_ = compatible(&[arguments.value(1).type_of(), arguments.value(2).type_of()])
        .ok_or_else(|| arguments.fail("keys and searchset must be of the same type"))?;
    let converted = |i: usize| convert(arguments.value(i), &type_).map_err(|error| arguments.fail(error));
    let (keys, wanted) = (converted(1)?, converted(2)?);
    let of = |value: &Value| value.as_sequence().cloned();
    let (Some(keys), Some(wanted), Some(list)) = (of(&keys), of(&wanted), of(arguments.value(0))) else {
        return Ok(Value::list(Type::Dynamic, Vec::new()));
    };
    let identities = arguments.host.identities;
    let mut searched = seen(&wanted.items);
    let mut is_wanted = |key: &Value| matches!(searched.find(key, identities), Truth::Yes);
    let kept =
        values.iter().zip(&keys.items).filter(|(_, key)| is_wanted(key)).map(|(value, _)| value.clone());
    Ok(Value::list(list.element.clone(), kept.collect()))
}
