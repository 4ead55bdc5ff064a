//! Functions that put lists together, or leave elements out: how long the result is may be known where its elements are not.

use std::sync::Arc;

use super::arguments::{SequenceElements, sized};
use super::{Arguments, EvalResult};
use crate::value::convert::{convert, unify};
use crate::value::equality::Identities;
use crate::value::{Cause, Kind, Lengths, Sequence, Type, Unknown, Value};

/// Lists get no more than so many elements of which only that they exist is known.
pub(super) const SPELT_OUT: usize = 1024;

/// A list or tuple that starts with these elements and may go on, for this cause. Elements like `filler` stand for those that are
/// certainly there.
pub(super) fn open_list(
    mut items: Vec<Value>,
    cause: &Arc<Cause>,
    lengths: Lengths,
    filler: &Value,
    kind: fn(Arc<Sequence>) -> Kind,
) -> Value {
    let missing = lengths.least.saturating_sub(items.len());
    items.extend(std::iter::repeat_n(filler, missing.min(SPELT_OUT)).cloned());
    let is_whole = lengths.most.is_some_and(|most| most <= items.len());
    let more = if is_whole { None } else { Some(cause.clone()) };
    let most = lengths.most.filter(|_| !is_whole);
    let mut list = kind(Arc::new(Sequence { element: Type::Dynamic, items, more, most }));
    if let Kind::List(sequence) = &mut list {
        Arc::make_mut(sequence).element = filler.type_of();
    }
    list.into()
}

/// The list itself where it is the first that may have elements and certainly has some. Otherwise one of those that may.
pub(super) fn coalesce_list(arguments: &Arguments<'_>) -> EvalResult<Value> {
    if arguments.values.is_empty() {
        return Err(arguments.fail("at least one argument is required"));
    }
    let identities = arguments.host.identities;
    let mut choices: Vec<(&Value, Lengths)> = Vec::new();
    for value in arguments.values {
        let is_list = matches!(value.type_of(), Type::List(_) | Type::Tuple(_) | Type::Dynamic)
            && !value.is_null()
            && value.as_entries().is_none();
        if !is_list {
            return Err(arguments.fail("coalescelist arguments must be lists or tuples"));
        }
        let lengths = Lengths::of(value, identities);
        if lengths.most != Some(0) {
            choices.push((value, Lengths { least: lengths.least.max(1), ..lengths }));
        }
        if lengths.least > 0 {
            break;
        }
    }
    let Some((first, lengths)) = choices.first().copied() else {
        return Err(arguments.fail("no non-null arguments"));
    };
    let others = choices.get(1..).unwrap_or_default();
    if others.is_empty() {
        return Ok(filled(first));
    }
    let type_ = match first.type_of() {
        list @ Type::List(_) if others.iter().all(|(value, _)| value.type_of() == list) => list,
        _ => Type::Dynamic,
    };
    let lengths = others.iter().fold(lengths, |all, (_, lengths)| all.or(*lengths));
    let cause = first.first_cause().unwrap_or_else(Cause::provider);
    let result = sized(type_, cause, lengths);
    Ok(choices.iter().fold(result, |result, (value, _)| result.computed_from_all_of(value)))
}

/// A list that is not empty.
fn filled(list: &Value) -> Value {
    let mut list = list.clone();
    match &mut list.kind {
        Kind::Unknown(unknown) if !matches!(unknown.type_, Type::Tuple(_)) => {
            let refinement = &mut Arc::make_mut(unknown).refinement;
            refinement.not_null = true;
            refinement.at_least = refinement.at_least.max(Some(1));
        }
        Kind::List(sequence) | Kind::Tuple(sequence) if sequence.items.is_empty() => {
            if let Some(cause) = &sequence.more {
                let item = Value::unknown_of(sequence.element.clone(), cause.clone());
                Arc::make_mut(sequence).items.push(item);
            }
        }
        _ => {}
    }
    list
}

pub(super) fn compact(arguments: &Arguments<'_>) -> EvalResult<Value> {
    let value = arguments.value(0);
    let SequenceElements::Known(list) = SequenceElements::of(value) else {
        let most = Lengths::of(value, arguments.host.identities).most;
        let cause = value.first_cause().unwrap_or_else(Cause::provider);
        return Ok(sized(Type::List(Arc::new(Type::String)), cause, Lengths { least: 0, most })
            .computed_from_all_of(value));
    };
    let mut kept = Vec::new();
    let mut lengths = Lengths::exactly(0);
    let mut more: Option<Arc<Cause>> = None;
    for item in &list.items {
        match &item.kind {
            Kind::Unknown(unknown) if !unknown.is_set() => {
                // This element may be empty; then the elements after it move up.
                more.get_or_insert_with(|| unknown.cause.clone());
                lengths = lengths.plus(Lengths { least: 0, most: Some(1) });
            }
            Kind::String(text) if text.is_empty() => {}
            Kind::Null(_) => {}
            _ => {
                lengths = lengths.plus(Lengths::exactly(1));
                if more.is_none() {
                    kept.push(item.clone());
                }
            }
        }
    }
    if list.more.is_some() {
        let further = list.most.map(|most| most.saturating_sub(list.items.len()));
        lengths = lengths.plus(Lengths { least: 0, most: further });
    }
    let Some(cause) = more.or_else(|| list.more.clone()) else {
        return Ok(Value::list(Type::String, kept));
    };
    let mut text = Unknown::new(Type::String, cause.clone());
    text.refinement.not_null = true;
    text.refinement.at_least = Some(1);
    Ok(open_list(kept, &cause, lengths, &text.into(), Kind::List))
}

pub(super) fn concat(arguments: &Arguments<'_>) -> EvalResult<Value> {
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
    let identities = arguments.host.identities;
    let mut items = Vec::new();
    let mut more: Option<Arc<Cause>> = None;
    let mut lengths = Lengths::exactly(0);
    // What follows the first list that may go on: there is no place for it.
    let mut after = Value::NULL;
    for value in arguments.values {
        lengths = lengths.plus(Lengths::of(value, identities));
        if more.is_some() {
            after = after.computed_from_all_of(value);
            continue;
        }
        match SequenceElements::of(value) {
            SequenceElements::Known(sequence) => {
                items.extend(sequence.items.iter().cloned());
                more.clone_from(&sequence.more);
            }
            SequenceElements::Tuple(own) => items.extend(own),
            SequenceElements::Unknown(unknown) => more = Some(unknown.cause.clone()),
            SequenceElements::Other => {}
        }
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
            let mut result = sized(type_, cause, lengths);
            for value in arguments.values {
                result = result.computed_from_all_of(value);
            }
            return Ok(result);
        }
        (Some(cause), element) => {
            let kind = if element.is_some() { Kind::List } else { Kind::Tuple };
            let filler = Value::unknown_of(element.unwrap_or(Type::Dynamic), cause.clone());
            open_list(items, &cause, lengths, &filler.computed_from(&after), kind)
        }
        (None, Some(element)) => Value::list(element, items),
        (None, None) => Value::tuple(items),
    };
    Ok(arguments.values.iter().fold(result, Value::computed_from))
}

pub(super) fn flatten(arguments: &Arguments<'_>) -> EvalResult<Value> {
    let value = arguments.value(0);
    let identities = arguments.host.identities;
    let mut flat = Flat {
        items: Vec::new(),
        more: None,
        lengths: Lengths::exactly(0),
        after: Value::NULL,
        marked: Value::NULL,
    };
    match SequenceElements::of(value) {
        SequenceElements::Other => return Err(arguments.fail("can only flatten lists, sets and tuples")),
        SequenceElements::Unknown(unknown) => {
            let lengths = lengths_in_flat(value, identities);
            return Ok(sized(Type::Dynamic, unknown.cause.clone(), lengths).computed_from_all_of(value));
        }
        _ => flat.add(value, identities),
    }
    let Flat { items, more, lengths, after, marked } = flat;
    Ok(match more {
        Some(cause) if items.is_empty() => sized(Type::Dynamic, cause, lengths).computed_from_all_of(value),
        Some(cause) => {
            let filler = Value::unknown(cause.clone()).computed_from(&after);
            open_list(items, &cause, lengths, &filler, Kind::Tuple).computed_from(&marked)
        }
        None => Value::tuple(items).computed_from(&marked),
    })
}

/// The elements flattened so far.
struct Flat {
    items: Vec<Value>,
    /// Set if there may be more: the cause. Nothing can be added after that.
    more: Option<Arc<Cause>>,
    /// How many elements there are in all.
    lengths: Lengths,
    /// What follows where nothing can be added.
    after: Value,
    marked: Value,
}

impl Flat {
    fn add(&mut self, value: &Value, identities: &dyn Identities) {
        if self.more.is_some() {
            self.count(value, identities);
            return;
        }
        match SequenceElements::of(value) {
            // The number and the order of the set's elements are unknown.
            SequenceElements::Known(sequence)
                if matches!(value.kind, Kind::Set(_))
                    && sequence.items.len() > 1
                    && !value.is_wholly_known() =>
            {
                self.mark(value);
                self.count(value, identities);
                self.more = value.first_cause();
            }
            SequenceElements::Known(sequence) => {
                self.mark(value);
                for item in &sequence.items {
                    self.add(item, identities);
                }
                self.lengths = self.lengths.plus(lengths_beyond(sequence));
                if self.more.is_none() {
                    self.more.clone_from(&sequence.more);
                }
            }
            SequenceElements::Tuple(items) => {
                self.mark(value);
                items.iter().for_each(|item| self.add(item, identities));
            }
            SequenceElements::Unknown(unknown) => {
                self.count(value, identities);
                self.more = Some(unknown.cause.clone());
            }
            SequenceElements::Other => {
                self.lengths = self.lengths.plus(Lengths::exactly(1));
                self.items.push(value.clone());
            }
        }
    }

    /// Counts elements that have no place.
    fn count(&mut self, value: &Value, identities: &dyn Identities) {
        self.lengths = self.lengths.plus(lengths_in_flat(value, identities));
        let after = std::mem::replace(&mut self.after, Value::NULL);
        self.after = after.computed_from_all_of(value);
    }

    fn mark(&mut self, value: &Value) {
        let marked = std::mem::replace(&mut self.marked, Value::NULL);
        self.marked = marked.computed_from(value);
    }
}

/// How many elements a flat list has of this element.
fn lengths_in_flat(value: &Value, identities: &dyn Identities) -> Lengths {
    let sum = |items: &[Value]| {
        items.iter().fold(Lengths::exactly(0), |sum, item| sum.plus(lengths_in_flat(item, identities)))
    };
    match SequenceElements::of(value) {
        SequenceElements::Known(sequence) => {
            let all = sum(&sequence.items).plus(lengths_beyond(sequence));
            match &value.kind {
                // Elements of a set that are not known may be equal.
                Kind::Set(_) if !value.is_wholly_known() => {
                    let least =
                        if is_flat(&sequence.element) { Lengths::of(value, identities).least } else { 0 };
                    Lengths { least, ..all }
                }
                _ => all,
            }
        }
        SequenceElements::Tuple(items) => sum(&items),
        SequenceElements::Unknown(unknown) => {
            let own = match &unknown.type_ {
                Type::List(element) | Type::Set(element) if is_flat(element) => {
                    Lengths::of(value, identities)
                }
                _ => Lengths::ANY,
            };
            // Null is an element of its own.
            if unknown.refinement.not_null { own } else { own.or(Lengths::exactly(1)) }
        }
        SequenceElements::Other => Lengths::exactly(1),
    }
}

/// How many elements a flat list has of what a list may have beyond its known elements.
fn lengths_beyond(sequence: &Sequence) -> Lengths {
    if sequence.more.is_none() {
        return Lengths::exactly(0);
    }
    let most = sequence.most.map(|most| most.saturating_sub(sequence.items.len()));
    Lengths { least: 0, most: most.filter(|_| is_flat(&sequence.element)) }
}

/// Whether what has this type is one element of a flat list.
const fn is_flat(type_: &Type) -> bool {
    !matches!(type_, Type::Dynamic | Type::List(_) | Type::Set(_) | Type::Tuple(_))
}
