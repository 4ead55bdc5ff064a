//! Set operations and products.

use std::sync::Arc;

use super::arguments::{SequenceElements, not_null, sized};
use super::joined::open_list;
use super::mappings::compatible;
use super::parameters::{Takes, any, of};
use super::{Arguments, EvalResult, Function, Gives, row};
use crate::budget::Budget;
use crate::value::convert::{convert, set};
use crate::value::equality::Truth;
use crate::value::seen::{Seen, count_distinct};
use crate::value::settle::{has_final_type, unify_partially};
use crate::value::{Cause, CauseKind, Kind, Lengths, Sequence, Type, Value};

pub(super) const FUNCTIONS: &[Function] = &[
    row(
        "matchkeys",
        &[
            of("values", Takes::List).open(),
            of("keys", Takes::List).open(),
            of("searchset", Takes::List).open(),
        ],
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
    let identities = arguments.host.identities;
    let mut sets: Vec<Value> = Vec::new();
    let mut cause = None;
    for value in arguments.values {
        let value = convert(value, &type_).map_err(|error| arguments.fail(error))?;
        let may_change = match &value.kind {
            Kind::Set(sequence) => combine != Combine::All || sequence.more.is_some(),
            _ => true,
        };
        cause = cause.or_else(|| value.first_cause().filter(|_| may_change));
        sets.push(value);
    }
    let element = element.as_ref().clone();
    let lengths = |set: &Value| Lengths::of(set, identities);
    let Some((first, others)) = sets.split_first() else { return Ok(set(element, Vec::new())) };
    if combine == Combine::All {
        let all: Vec<Value> = sets.iter().flat_map(items_of).cloned().collect();
        let Some(cause) = cause else { return Ok(set(element, all)) };
        let least = sets.iter().map(|set| lengths(set).least).max().unwrap_or(0);
        let most = sets.iter().map(lengths).fold(Lengths::exactly(0), Lengths::plus).most;
        return Ok(open_set(type_, element, all, &cause, Lengths { least, most }));
    }
    // Of each element of the first set: whether it stays.
    let mut others_seen: Vec<(Seen<'_>, bool)> =
        others.iter().map(|other| (seen_in(other), is_closed(other))).collect();
    let own = items_of(first);
    let mut kept = Vec::new();
    let mut may_stay = 0;
    for item in own {
        let mut stays = Stays::Certainly;
        for (other, is_closed) in &mut others_seen {
            stays = stays.min(match (combine, other.find(item, identities)) {
                (Combine::Without, Truth::Yes) => Stays::No,
                (Combine::Without, Truth::No) if *is_closed => Stays::Certainly,
                (_, Truth::Yes) => Stays::Certainly,
                (Combine::Common, Truth::No) if *is_closed => Stays::No,
                _ => Stays::Perhaps,
            });
        }
        may_stay += usize::from(stays != Stays::No);
        if stays == Stays::Certainly {
            kept.push(item.clone());
        }
    }
    let Some(cause) = cause else { return Ok(set(element, kept)) };
    let beyond = lengths(first).most.map(|most| most.saturating_sub(own.len()));
    let may_stay = if is_closed(first) { Some(may_stay) } else { beyond.map(|beyond| may_stay + beyond) };
    let mut all = Lengths { least: count_distinct(&kept, identities).0, most: may_stay };
    all.most = [all.most, lengths(first).most].into_iter().flatten().min();
    for other in others.iter().map(lengths) {
        if combine == Combine::Common {
            all.most = [all.most, other.most].into_iter().flatten().min();
        }
    }
    if combine == Combine::Without {
        let taken = others.iter().map(lengths).fold(Lengths::exactly(0), Lengths::plus).most;
        all.least = all.least.max(taken.map_or(0, |taken| lengths(first).least.saturating_sub(taken)));
    }
    Ok(open_set(type_, element, kept, &cause, all))
}

/// Whether an element stays in a set.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Stays {
    No,
    Perhaps,
    Certainly,
}

/// Whether a set has no further elements.
fn is_closed(set: &Value) -> bool {
    set.as_sequence().is_some_and(|set| set.more.is_none())
}

/// A set that has these elements and may have others.
fn open_set(type_: Type, element: Type, items: Vec<Value>, cause: &Arc<Cause>, lengths: Lengths) -> Value {
    let items = crate::value::equality::sorted_distinct(items);
    if items.is_empty() || lengths.least > items.len() {
        return sized(type_, cause.clone(), lengths);
    }
    let more = lengths.most.is_none_or(|most| most > items.len()).then(|| cause.clone());
    let most = lengths.most.filter(|_| more.is_some());
    Kind::Set(Arc::new(Sequence { element, items, more, most })).into()
}

/// The known elements of a set or list.
fn items_of(set: &Value) -> &[Value] {
    set.as_sequence().map_or(&[], |set| set.items.as_slice())
}

fn seen_in(set: &Value) -> Seen<'_> {
    let mut seen = Seen::default();
    items_of(set).iter().for_each(|item| seen.add(item));
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
    let mut lists: Vec<Value> = Vec::new();
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
        lists.push(list);
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
            let identities = arguments.host.identities;
            let lengths_of = |list: &Value| {
                let own = Lengths::of(list, identities);
                let least = match list.as_sequence() {
                    _ if !any_set && !maybe_set => own.least,
                    Some(sequence) => count_distinct(&sequence.items, identities).0,
                    None => own.least.min(1),
                };
                Lengths { least, ..own }
            };
            let lengths = lists.iter().map(lengths_of).fold(Lengths::exactly(1), Lengths::times);
            let result = sized(type_, cause, lengths);
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
    let identities = arguments.host.identities;
    let (values, keys, wanted) = (arguments.value(0), arguments.value(1), arguments.value(2));
    let type_ = compatible(&[keys.type_of(), wanted.type_of()])
        .ok_or_else(|| arguments.fail("keys and searchset must be of the same type"))?;
    let converted = |value: &Value| convert(value, &type_).map_err(|error| arguments.fail(error));
    let (keys, wanted) = (converted(keys)?, converted(wanted)?);
    let lengths = Lengths::of(values, identities).and(Lengths::of(&keys, identities));
    if lengths.most.is_some_and(|most| most < lengths.least) {
        return Err(arguments.fail("length of keys and values should be equal"));
    }
    let list_type = match values.type_of() {
        list @ Type::List(_) => list,
        _ => Gives::List.type_(),
    };
    let open = [values, &keys].into_iter().find_map(|list| match list.as_sequence() {
        Some(list) => list.more.clone(),
        None => list.first_cause(),
    });
    let (Some(list), Some(keys), None) = (values.as_sequence(), keys.as_sequence(), &open) else {
        let cause = open.unwrap_or_else(Cause::provider);
        return Ok(sized(list_type, cause, Lengths { least: 0, ..lengths }).computed_from_all_of(values));
    };
    let mut searched = seen_in(&wanted);
    let mut kept = Vec::new();
    let mut lengths = Lengths::exactly(0);
    let mut cause = None;
    for (value, key) in list.items.iter().zip(&keys.items) {
        let own = match searched.find(key, identities) {
            Truth::Yes => Lengths::exactly(1),
            Truth::No if is_closed(&wanted) => continue,
            Truth::No | Truth::Unknown(_) => Lengths { least: 0, most: Some(1) },
        };
        lengths = lengths.plus(own);
        if own.least == 0 {
            // The values after this one move up where it is left out.
            cause = cause.or_else(|| key.first_cause()).or_else(|| wanted.first_cause());
        } else if cause.is_none() {
            kept.push(value.clone());
        }
    }
    let Some(cause) = cause else { return Ok(Value::list(list.element.clone(), kept)) };
    let filler = Value::unknown_of(list.element.clone(), cause.clone());
    Ok(open_list(kept, &cause, lengths, &filler, Kind::List))
}
