//! Merges a value from the configuration with its value in the plan.
//!
//! The plan is right about the values that it knows: providers write values in their own way, and Terraform may ignore a change. The
//! configuration is right about where a value comes from and about the order of parts.

use std::cmp::Reverse;
use std::sync::Arc;

use crate::value::{
    AbsentKey, Cause, Entries, Kind, Origin, Sequence, Step, Str, SymbolId, Type, Unknown, Value, convert,
    sorted_by_key,
};

/// Lists of blocks with more pairs than this are matched by position.
const MAX_PAIRS: usize = 100_000;

/// The conventional suffix of write-only arguments, which are null in every plan.
const WRITE_ONLY: &str = "_wo";

/// Merges the values of one instance.
pub(super) struct Merge<'m> {
    /// Whether a symbol is a resource instance: then an origin with it is exact.
    pub(super) is_instance: &'m dyn Fn(SymbolId) -> bool,
    /// The cause of attributes that are not set.
    pub(super) cause: &'m Arc<Cause>,
}

impl Merge<'_> {
    /// Merges the bodies of an instance or of a nested block.
    pub(super) fn bodies(&self, own: &Entries, planned: &Entries, origin: &Origin) -> Entries {
        let configured = own.items.iter().map(|(name, value)| {
            let merged = match planned.get(name) {
                Some(planned) => self.merged(value, planned, &origin.step(Step::Key(name.clone()))),
                None => left_out(name, value),
            };
            (name.clone(), merged)
        });
        let items = configured.chain(self.added(own, planned, origin)).collect();
        Entries { element: Type::Dynamic, items: sorted_by_key(items), absent: own.absent.clone() }
    }

    /// The attributes that only the plan has.
    fn added(&self, own: &Entries, planned: &Entries, origin: &Origin) -> impl Iterator<Item = (Str, Value)> {
        // The configuration says what is set: the provider decides everything else. A plan does not say it of dynamic blocks.
        let is_told = matches!(own.absent, AbsentKey::Null);
        let is_open = move |value: &Value| is_left_open(value) || is_told && value.as_unknown().is_some();
        planned
            .items
            .iter()
            .filter(move |(name, value)| own.get(name).is_none() && !is_open(value))
            .map(|(name, value)| (name.clone(), self.filled(value, &origin.step(Step::Key(name.clone())))))
    }

    fn merged(&self, own: &Value, planned: &Value, origin: &Origin) -> Value {
        match (&own.kind, &planned.kind) {
            // The attribute is not set, so the provider decides: rules read that as null.
            (Kind::Null(_), Kind::Unknown(_)) => kept(own, planned),
            (Kind::Null(_), _) => self.filled(planned, origin).computed_from(own),
            (Kind::Unknown(unknown), _) => self.resolved(own, unknown, planned, origin),
            // For example, a document with unknown parts is wholly unknown in a plan.
            (_, Kind::Null(_) | Kind::Unknown(_)) => kept(own, planned),
            (Kind::Object(a) | Kind::Map(a), Kind::Object(b) | Kind::Map(b)) => {
                let value = if matches!(a.absent, AbsentKey::Null) {
                    Kind::Object(Arc::new(self.bodies(a, b, origin)))
                } else {
                    let entries = Arc::new(self.entries(a, b, origin));
                    if matches!(own.kind, Kind::Map(_))
                        && entries.items.iter().all(|(_, item)| fits(item, &entries.element))
                    {
                        Kind::Map(entries)
                    } else {
                        Kind::Object(entries)
                    }
                };
                Value::from(value).computed_from(own).secret_as(planned)
            }
            (
                Kind::List(a) | Kind::Set(a) | Kind::Tuple(a),
                Kind::List(b) | Kind::Set(b) | Kind::Tuple(b),
            ) => self.sequences(own, a, planned, b, origin),
            (
                Kind::Bool(_) | Kind::Number(_) | Kind::String(_),
                Kind::Bool(_) | Kind::Number(_) | Kind::String(_),
            ) => {
                if same_text(own, planned) {
                    kept(own, planned)
                } else {
                    bare(planned).computed_from(own)
                }
            }
            // One is a single value and the other a collection.
            _ => kept(own, planned),
        }
    }

    fn entries(&self, own: &Entries, planned: &Entries, origin: &Origin) -> Entries {
        let configured = own.items.iter().map(|(key, value)| {
            let merged = match planned.get(key) {
                Some(planned) => self.merged(value, planned, &origin.step(Step::Key(key.clone()))),
                None => value.clone(),
            };
            (key.clone(), merged)
        });
        let items = configured.chain(self.added(own, planned, origin)).collect();
        let absent = match &own.absent {
            AbsentKey::MaybePresent(_) | AbsentKey::Symbolic(_) => planned.absent.clone(),
            absent => absent.clone(),
        };
        Entries { element: own.element.clone(), items: sorted_by_key(items), absent }
    }

    /// The plan's value for a value that the configuration leaves unknown.
    fn resolved(&self, own: &Value, unknown: &Unknown, planned: &Value, origin: &Origin) -> Value {
        let is_exact = unknown.origin.as_ref().is_some_and(|origin| (self.is_instance)(origin.symbol));
        // An unloaded module says nothing that the plan does not.
        let is_hole = unknown.origin.is_some() && !is_exact;
        if let Kind::Unknown(theirs) = &planned.kind {
            // The plan names what an expression refers to. The configuration shows what a function made of it.
            let is_derived = || {
                theirs.origin.as_ref().is_some_and(|origin| refers(own, &|symbol| symbol == origin.symbol))
            };
            return if is_exact || !is_hole && (theirs.origin.is_none() || is_derived()) {
                kept(own, planned)
            } else if is_hole {
                self.filled(planned, origin).secret_as(own)
            } else {
                planned.clone().computed_from(own)
            };
        }
        if is_hole {
            return self.filled(planned, origin).secret_as(own);
        }
        let refers = refers(own, self.is_instance);
        let part = |step: Step, planned: &Value| {
            let mut part = Unknown::new(Type::Dynamic, unknown.cause.clone());
            part.origin = unknown.origin.as_ref().map(|origin| Arc::new(origin.step(step.clone())));
            let value = Value::from(part).with_marks_of(own);
            // The configuration shows nothing of a part.
            match &planned.kind {
                Kind::Unknown(theirs) if theirs.origin.is_some() && unknown.origin.is_none() => {
                    planned.clone().computed_from(&value)
                }
                _ => self.merged(&value, planned, &origin.step(step)),
            }
        };
        match &planned.kind {
            Kind::List(sequence) | Kind::Set(sequence) | Kind::Tuple(sequence) => {
                let items = (0u64..)
                    .zip(&sequence.items)
                    .map(|(index, item)| part(Step::Index(index), item))
                    .collect();
                let more = sequence.more.clone();
                Value::from(Kind::Tuple(Arc::new(Sequence {
                    element: Type::Dynamic,
                    items,
                    more,
                    most: None,
                })))
            }
            Kind::Map(entries) | Kind::Object(entries) => {
                let items = entries
                    .items
                    .iter()
                    .map(|(key, item)| (key.clone(), part(Step::Key(key.clone()), item)))
                    .collect();
                Value::from(Kind::Object(Arc::new(Entries {
                    element: Type::Dynamic,
                    items,
                    absent: entries.absent.clone(),
                })))
            }
            _ if is_exact || refers => bare(planned),
            _ => planned.clone(),
        }
        .computed_from(own)
        .secret_as(planned)
    }

    fn sequences(&self, own: &Value, a: &Sequence, planned: &Value, b: &Sequence, origin: &Origin) -> Value {
        // Where the plan's list is empty, the provider may write the value in its own way.
        if b.more.is_some() || (b.items.is_empty() && a.more.is_none()) {
            return kept(own, planned);
        }
        let is_plain = a.more.is_none() && a.items.iter().chain(&b.items).all(is_primitive);
        if is_plain {
            return if same_texts(&a.items, &b.items) {
                kept(own, planned)
            } else {
                let items = b.items.iter().map(|item| bare(item).computed_from_all_of(own)).collect();
                Value::tuple(items).computed_from(own).secret_as(planned)
            };
        }
        let mut left: Vec<Option<&Value>> = b.items.iter().map(Some).collect();
        let mut items = Vec::with_capacity(b.items.len());
        for (index, (item, partner)) in (0u64..).zip(a.items.iter().zip(pairs(&a.items, &b.items))) {
            if let Some(planned) = partner.and_then(|at| left.get_mut(at)).and_then(Option::take) {
                items.push(self.merged(item, planned, &origin.step(Step::Index(index))));
            }
        }
        for planned in left.into_iter().flatten() {
            let index = u64::try_from(items.len()).unwrap_or(u64::MAX);
            let filled = self.filled(planned, &origin.step(Step::Index(index)));
            items.push(filled);
        }
        let fits = items.iter().all(|item| fits(item, &a.element));
        let sequence = Arc::new(Sequence {
            element: if fits { a.element.clone() } else { Type::Dynamic },
            items,
            more: None,
            most: None,
        });
        let kind = match &own.kind {
            Kind::List(_) if fits => Kind::List(sequence),
            _ => Kind::Tuple(sequence),
        };
        Value::from(kind).computed_from(own).secret_as(planned)
    }

    /// A value that only the plan has. Unknown parts get their own place as origin.
    pub(super) fn filled(&self, planned: &Value, origin: &Origin) -> Value {
        let value = match &planned.kind {
            Kind::Unknown(unknown) if unknown.origin.is_none() => {
                let mut symbol = Unknown::new(unknown.type_.clone(), self.cause.clone());
                symbol.origin = Some(Arc::new(origin.clone()));
                symbol.refinement = unknown.refinement.clone();
                Value::from(symbol)
            }
            Kind::Tuple(sequence) => {
                let items = (0u64..).zip(&sequence.items);
                let items =
                    items.map(|(index, item)| self.filled(item, &origin.step(Step::Index(index)))).collect();
                let more = sequence.more.clone();
                Value::from(Kind::Tuple(Arc::new(Sequence {
                    element: Type::Dynamic,
                    items,
                    more,
                    most: None,
                })))
            }
            Kind::Object(entries) => {
                let items = entries.items.iter();
                let items = items
                    .map(|(key, item)| (key.clone(), self.filled(item, &origin.step(Step::Key(key.clone())))))
                    .collect();
                Value::from(Kind::Object(Arc::new(Entries {
                    element: Type::Dynamic,
                    items,
                    absent: entries.absent.clone(),
                })))
            }
            _ => return planned.clone(),
        };
        value.with_marks_of(planned)
    }
}

/// Whether the plan knows nothing of a list and shows no expression for it. If the configuration does not set it either, the provider
/// decides.
pub(super) fn is_left_open(planned: &Value) -> bool {
    planned.as_sequence().is_some_and(|sequence| sequence.items.is_empty() && sequence.more.is_some())
}

/// Whether a value was computed from a symbol that passes a test.
fn refers(value: &Value, test: &dyn Fn(SymbolId) -> bool) -> bool {
    value.marks().is_some_and(|marks| marks.references.iter().any(|origin| test(origin.symbol)))
}

/// A configured attribute that the plan lacks: it was null or empty there.
fn left_out(name: &str, own: &Value) -> Value {
    match &own.kind {
        Kind::Unknown(_) if !name.ends_with(WRITE_ONLY) => Value::NULL.computed_from(own),
        Kind::Tuple(sequence) if sequence.more.is_some() => {
            Value::tuple(sequence.items.clone()).with_marks_of(own)
        }
        _ => own.clone(),
    }
}

/// The configured value. It is sensitive if the plan marks any part of it: we cannot tell which part of it that is.
fn kept(own: &Value, planned: &Value) -> Value {
    let is_secret = planned.is_sensitive() || (planned.has_secret_part() && !own.has_secret_part());
    if is_secret { own.clone().sensitive() } else { own.clone() }
}

/// The value without the references that the plan gave it; secrets stay secret.
fn bare(value: &Value) -> Value {
    value.clone().without_marks().secret_as(value)
}

fn fits(value: &Value, type_: &Type) -> bool {
    *type_ == Type::Dynamic || value.type_of() == *type_
}

const fn is_primitive(value: &Value) -> bool {
    matches!(value.kind, Kind::Bool(_) | Kind::Number(_) | Kind::String(_))
}

/// A primitive value as text: providers write `"8080"` for `8080`.
fn text(value: &Value) -> Option<Str> {
    match &value.kind {
        Kind::String(text) => Some(text.clone()),
        Kind::Bool(_) | Kind::Number(_) => match convert::convert(value, &Type::String).ok()?.kind {
            Kind::String(text) => Some(text),
            _ => None,
        },
        _ => None,
    }
}

fn same_text(a: &Value, b: &Value) -> bool {
    match (&a.kind, &b.kind) {
        (Kind::String(a), Kind::String(b)) => a == b,
        _ => text(a).is_some_and(|a| text(b).is_some_and(|b| a == b)),
    }
}

/// Whether two lists of primitive values have the same elements in any order.
fn same_texts(a: &[Value], b: &[Value]) -> bool {
    let sorted = |values: &[Value]| {
        let mut texts: Vec<Option<Str>> = values.iter().map(text).collect();
        texts.sort();
        texts
    };
    a.len() == b.len() && sorted(a) == sorted(b)
}

/// Matches each configured value with the most similar planned one, using each once: sets have no order.
fn pairs(own: &[Value], planned: &[Value]) -> Vec<Option<usize>> {
    if own.len().saturating_mul(planned.len()) > MAX_PAIRS {
        return (0..own.len()).map(|at| (at < planned.len()).then_some(at)).collect();
    }
    let mut ranked: Vec<(Reverse<usize>, bool, usize, usize)> = Vec::new();
    for (at, value) in own.iter().enumerate() {
        for (other, theirs) in planned.iter().enumerate() {
            ranked.push((Reverse(likeness(value, theirs)), at != other, at, other));
        }
    }
    ranked.sort_unstable();
    let mut pairs: Vec<Option<usize>> = vec![None; own.len()];
    let mut taken = vec![false; planned.len()];
    for (_, _, at, other) in ranked {
        if let (Some(pair @ None), Some(taken @ false)) = (pairs.get_mut(at), taken.get_mut(other)) {
            *pair = Some(other);
            *taken = true;
        }
    }
    pairs
}

/// The number of known parts that two values share.
fn likeness(a: &Value, b: &Value) -> usize {
    match (&a.kind, &b.kind) {
        (Kind::Object(a) | Kind::Map(a), Kind::Object(b) | Kind::Map(b)) => {
            a.items.iter().filter_map(|(key, value)| b.get(key).map(|other| likeness(value, other))).sum()
        }
        (Kind::List(a) | Kind::Set(a) | Kind::Tuple(a), Kind::List(b) | Kind::Set(b) | Kind::Tuple(b)) => {
            a.items.iter().zip(&b.items).map(|(value, other)| likeness(value, other)).sum()
        }
        (Kind::Unknown(a), Kind::Unknown(b)) => usize::from(a.origin.is_some() && a.origin == b.origin),
        _ => usize::from(is_primitive(a) && is_primitive(b) && same_text(a, b)),
    }
}
