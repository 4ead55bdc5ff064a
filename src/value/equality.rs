//! Equality, order and distinctness of values, three-valued where parts are unknown.

use std::cmp::Ordering;
use std::sync::Arc;

use super::number::DigitLayout;
use super::{AbsentKey, Cause, Kind, Type, Value};

/// A three-valued truth (Kleene's logic).
#[derive(Clone, Debug)]
pub enum Truth {
    /// True for every possible value of the unknowns.
    Yes,
    /// False for every possible value of the unknowns.
    No,
    /// Depends on an unknown, for this cause.
    Unknown(Arc<Cause>),
}

/// Facts from model files about symbolic values.
pub trait Identities {
    /// Whether two different origins never hold the same value, such as ids of different resources or different zones of one list.
    fn differ(&self, a: &super::Origin, b: &super::Origin) -> bool;

    /// The least length of the list with this origin.
    fn least_length(&self, _list: &super::Origin) -> usize {
        0
    }

    /// How the attribute with this origin begins, if it is certainly a string, neither null nor empty; the beginning may be unknown, and is
    /// empty then.
    fn beginning(&self, _attribute: &super::Origin) -> Option<super::Str> {
        None
    }
}

/// No facts: values of different origins may be equal.
#[derive(Debug)]
pub struct NoIdentities;

impl Identities for NoIdentities {
    fn differ(&self, _: &super::Origin, _: &super::Origin) -> bool {
        false
    }
}

impl Truth {
    /// `!self`
    #[must_use]
    pub fn negate(self) -> Self {
        match self {
            Self::Yes => Self::No,
            Self::No => Self::Yes,
            unknown @ Self::Unknown(_) => unknown,
        }
    }

    /// Kleene's `and`: a single `No` decides.
    #[must_use]
    pub fn and(self, other: impl FnOnce() -> Self) -> Self {
        match self {
            Self::Yes => other(),
            Self::No => Self::No,
            Self::Unknown(cause) => match other() {
                Self::No => Self::No,
                Self::Yes | Self::Unknown(_) => Self::Unknown(cause),
            },
        }
    }

    #[must_use]
    pub fn into_value(self) -> Value {
        match self {
            Self::Yes => true.into(),
            Self::No => false.into(),
            Self::Unknown(cause) => {
                let mut unknown = super::Unknown::new(Type::Bool, cause);
                unknown.refinement.not_null = true;
                unknown.into()
            }
        }
    }
}

impl From<bool> for Truth {
    fn from(holds: bool) -> Self {
        if holds { Self::Yes } else { Self::No }
    }
}

/// Whether two values are equal in the sense of `==`: without conversion, and values of different types differ.
#[must_use]
pub fn equal(a: &Value, b: &Value, identities: &dyn Identities) -> Truth {
    match (&a.kind, &b.kind) {
        (Kind::Unknown(_), _) | (_, Kind::Unknown(_)) => equal_unknown(a, b, identities),
        (Kind::Null(_), Kind::Null(_)) => Truth::Yes,
        (Kind::Bool(x), Kind::Bool(y)) => (x == y).into(),
        (Kind::Number(x), Kind::Number(y)) => (x == y).into(),
        (Kind::String(x), Kind::String(y)) => (x == y).into(),
        (Kind::Tuple(x), Kind::Tuple(y)) => equal_sequences(x, y, identities),
        (Kind::List(x), Kind::List(y)) if alike(x, y) => equal_sequences(x, y, identities),
        (Kind::Set(x), Kind::Set(y)) if alike(x, y) => equal_sets(x, y, identities),
        (Kind::Map(x), Kind::Map(y)) if compatible(&x.element, &y.element) => equal_entries(x, y, identities),
        (Kind::Object(x), Kind::Object(y)) => equal_entries(x, y, identities),
        _ => Truth::No,
    }
}

/// Whether values of these element types can be equal; [`Type::Dynamic`] is an element type that is not known yet.
fn compatible(a: &Type, b: &Type) -> bool {
    a == b || !a.is_wholly_known() || !b.is_wholly_known()
}

/// Whether two lists or sets can be equal as far as their types go: `tolist([])`, which has no element type, equals only itself.
fn alike(a: &super::Sequence, b: &super::Sequence) -> bool {
    let untyped = |sequence: &super::Sequence| {
        sequence.element == Type::Dynamic && sequence.items.is_empty() && sequence.more.is_none()
    };
    compatible(&a.element, &b.element)
        && !(untyped(a) && b.element.is_wholly_known() || untyped(b) && a.element.is_wholly_known())
}

/// Compares values with a [`null_or`](super::Refinement::null_or); `None` if neither has one. Unless both may be null, they differ
/// where their values beside null differ.
fn equal_or_null(a: &Value, b: &Value, identities: &dyn Identities) -> Option<Truth> {
    let is_maybe = |value: &Value| {
        value.as_unknown().filter(|unknown| unknown.refinement.null_or.is_some()).map(|u| u.cause.clone())
    };
    let may_be_null = |value: &Value| match &value.kind {
        Kind::Null(_) => true,
        Kind::Unknown(unknown) => !unknown.refinement.not_null,
        _ => false,
    };
    let cause = is_maybe(a).or_else(|| is_maybe(b))?;
    if may_be_null(a) && may_be_null(b) {
        return Some(Truth::Unknown(cause));
    }
    Some(match equal(a.unless_null(), b.unless_null(), identities) {
        Truth::No => Truth::No,
        Truth::Yes | Truth::Unknown(_) => Truth::Unknown(cause),
    })
}

fn equal_unknown(a: &Value, b: &Value, identities: &dyn Identities) -> Truth {
    if let Some(truth) = equal_or_null(a, b, identities) {
        return truth;
    }
    let cause = match (&a.kind, &b.kind) {
        (Kind::Unknown(x), Kind::Unknown(y)) => {
            if let (Some(x), Some(y)) = (&x.origin, &y.origin) {
                if x == y {
                    return Truth::Yes;
                }
                if identities.differ(x, y) {
                    return Truth::No;
                }
            }
            if !(x.refinement.prefix.starts_with(y.refinement.prefix.as_str())
                || y.refinement.prefix.starts_with(x.refinement.prefix.as_str()))
            {
                return Truth::No;
            }
            &x.cause
        }
        (Kind::Unknown(unknown), known) | (known, Kind::Unknown(unknown)) => {
            let refinement = &unknown.refinement;
            let excluded = match known {
                Kind::Null(_) => refinement.not_null,
                Kind::String(text) => {
                    let longer = |least: i64| usize::try_from(least).is_ok_and(|least| text.len() < least);
                    !text.starts_with(refinement.prefix.as_str())
                        || refinement.pieces.as_ref().is_some_and(|pieces| !pieces.may_be(text))
                        || refinement.at_least.is_some_and(longer)
                        || !matches!(unknown.type_, Type::Dynamic | Type::String)
                }
                Kind::Number(number) => {
                    refinement.at_least.is_some_and(|n| *number < n.into())
                        || refinement.at_most.is_some_and(|n| *number > n.into())
                }
                _ => false,
            };
            if excluded || of_other_type(unknown, known) {
                return Truth::No;
            }
            &unknown.cause
        }
        _ => return Truth::No,
    };
    Truth::Unknown(cause.clone())
}

/// Whether the type of a known value certainly differs from that of an unknown one. Nulls of all types are equal.
fn of_other_type(unknown: &super::Unknown, known: &Kind) -> bool {
    match (known, &unknown.type_) {
        (_, Type::Dynamic)
        | (Kind::Null(_) | Kind::Unknown(_), _)
        | (Kind::Bool(_), Type::Bool)
        | (Kind::Number(_), Type::Number)
        | (Kind::String(_), Type::String)
        | (Kind::Tuple(_), Type::Tuple(_))
        | (Kind::Object(_), Type::Object(_)) => false,
        (Kind::List(s), Type::List(element)) | (Kind::Set(s), Type::Set(element)) => {
            let untyped = s.element == Type::Dynamic && s.items.is_empty() && s.more.is_none();
            !compatible(&s.element, element) || untyped && element.is_wholly_known()
        }
        (Kind::Map(entries), Type::Map(element)) => !compatible(&entries.element, element),
        _ => true,
    }
}

fn equal_sequences(a: &super::Sequence, b: &super::Sequence, identities: &dyn Identities) -> Truth {
    let open = a.more.as_ref().or(b.more.as_ref());
    let surplus = a.items.len() != b.items.len();
    if surplus
        && (open.is_none()
            || (a.items.len() > b.items.len() && b.more.is_none())
            || (b.items.len() > a.items.len() && a.more.is_none()))
    {
        return Truth::No;
    }
    let mut all = open.map_or(Truth::Yes, |cause| Truth::Unknown(cause.clone()));
    for (x, y) in a.items.iter().zip(&b.items) {
        all = all.and(|| equal(x, y, identities));
        if matches!(all, Truth::No) {
            break;
        }
    }
    all
}

fn equal_sets(a: &super::Sequence, b: &super::Sequence, identities: &dyn Identities) -> Truth {
    let cause = a.more.clone().or_else(|| b.more.clone());
    let unknown = cause.or_else(|| a.items.iter().chain(&b.items).find_map(Value::first_cause));
    match unknown {
        None => equal_sequences(a, b, identities),
        Some(cause) => {
            // Sets that agree element by element are equal; otherwise an unknown element may still make them equal.
            match equal_sequences(a, b, identities) {
                Truth::Yes => Truth::Yes,
                Truth::No | Truth::Unknown(_) => Truth::Unknown(cause),
            }
        }
    }
}

fn equal_entries(a: &super::Entries, b: &super::Entries, identities: &dyn Identities) -> Truth {
    if let (AbsentKey::Node(x, _), AbsentKey::Node(y, _)) = (&a.absent, &b.absent) {
        return (x == y).into();
    }
    let mut all = Truth::Yes;
    for rest in [&a.absent, &b.absent] {
        match rest {
            AbsentKey::Error | AbsentKey::Null | AbsentKey::Node(..) => {}
            AbsentKey::Symbolic(_) => all = Truth::Unknown(Cause::provider()),
            AbsentKey::MaybePresent(cause) => all = Truth::Unknown(cause.clone()),
        }
    }
    if let (AbsentKey::Symbolic(x), AbsentKey::Symbolic(y)) = (&a.absent, &b.absent)
        && x == y
    {
        return Truth::Yes;
    }
    let closed = |entries: &super::Entries| {
        matches!(entries.absent, AbsentKey::Error | AbsentKey::Null | AbsentKey::Node(..))
    };
    for (one, other) in [(a, b), (b, a)] {
        if closed(other) && one.items.iter().any(|(key, _)| other.get(key).is_none()) {
            return Truth::No;
        }
    }
    for (key, x) in &a.items {
        if let Some(y) = b.get(key) {
            all = all.and(|| equal(x, y, identities));
        }
        if matches!(all, Truth::No) {
            break;
        }
    }
    all
}

/// A total order: first booleans, numbers and strings in Terraform's order of set elements, then collections by their digest, then
/// nulls, then unknowns. Values that compare equal are the same apart from marks.
#[must_use]
pub fn compare(a: &Value, b: &Value) -> Ordering {
    match (&a.kind, &b.kind) {
        (Kind::Bool(x), Kind::Bool(y)) => x.cmp(y),
        (Kind::Number(x), Kind::Number(y)) => x.cmp(y),
        (Kind::String(x), Kind::String(y)) => x.cmp(y),
        (Kind::Null(_), Kind::Null(_)) => Ordering::Equal,
        (Kind::Unknown(x), Kind::Unknown(y)) => {
            if Arc::ptr_eq(x, y) {
                return Ordering::Equal;
            }
            x.origin.cmp(&y.origin).then_with(|| x.cause.cmp(&y.cause))
        }
        _ if has_parts(&a.kind) && has_parts(&b.kind) => {
            digest(a).cmp(&digest(b)).then_with(|| compare_parts(a, b))
        }
        _ => rank(&a.kind).cmp(&rank(&b.kind)),
    }
}

pub(super) fn rank(kind: &Kind) -> u8 {
    match kind {
        Kind::Bool(_) => 1,
        Kind::Number(_) => 2,
        Kind::String(_) => 3,
        Kind::Tuple(_) | Kind::List(_) | Kind::Set(_) | Kind::Object(_) | Kind::Map(_) => 4,
        Kind::Null(_) => 5,
        Kind::Unknown(_) => 6,
    }
}

fn has_parts(kind: &Kind) -> bool {
    rank(kind) == 4
}

/// The text by which Terraform sorts set elements that are not strings, numbers or booleans.
fn digest(value: &Value) -> String {
    let mut text = String::new();
    write_digest(value, &mut text);
    text
}

fn write_digest(value: &Value, text: &mut String) {
    let (open, close) = match &value.kind {
        Kind::Unknown(_) => return text.push('?'),
        Kind::Null(_) => return text.push('~'),
        Kind::Bool(value) => return text.push(if *value { 'T' } else { 'F' }),
        Kind::Number(number) => {
            if number.is_negative() {
                text.push('-');
            }
            return text.push_str(&number.digits(DigitLayout::General, Some(10)));
        }
        Kind::String(string) => {
            text.push('"');
            for c in string.chars() {
                match c {
                    '"' | '\\' => text.extend(['\\', c]),
                    '\n' => text.push_str("\\n"),
                    '\t' => text.push_str("\\t"),
                    '\r' => text.push_str("\\r"),
                    c => text.push(c),
                }
            }
            return text.push('"');
        }
        Kind::Map(entries) => {
            text.push('{');
            for (key, value) in &entries.items {
                write_digest(&Value::from(key.clone()), text);
                text.push(':');
                write_digest(value, text);
                text.push(';');
            }
            return text.push('}');
        }
        Kind::List(_) | Kind::Set(_) => ('[', ']'),
        Kind::Tuple(_) | Kind::Object(_) => ('<', '>'),
    };
    text.push(open);
    for part in value.parts() {
        write_digest(part, text);
        text.push(';');
    }
    text.push(close);
}

/// Orders values with equal digests.
fn compare_parts(a: &Value, b: &Value) -> Ordering {
    fn form(kind: &Kind) -> u8 {
        match kind {
            Kind::Tuple(_) => 0,
            Kind::List(_) => 1,
            Kind::Set(_) => 2,
            Kind::Object(_) => 3,
            _ => 4,
        }
    }
    fn keys(value: &Value) -> impl Iterator<Item = &super::Str> {
        value.as_entries().into_iter().flat_map(|entries| &entries.items).map(|(key, _)| key)
    }
    let more = |value: &Value| value.as_sequence().and_then(|sequence| sequence.more.clone());
    form(&a.kind)
        .cmp(&form(&b.kind))
        .then_with(|| keys(a).cmp(keys(b)))
        .then_with(|| compare_each(a.parts(), b.parts()))
        .then_with(|| more(a).cmp(&more(b)))
}

/// Lexicographic order; a prefix comes first.
fn compare_each<'a>(
    mut a: impl Iterator<Item = &'a Value>,
    mut b: impl Iterator<Item = &'a Value>,
) -> Ordering {
    loop {
        match (a.next(), b.next()) {
            (None, None) => return Ordering::Equal,
            (None, Some(_)) => return Ordering::Less,
            (Some(_), None) => return Ordering::Greater,
            (Some(x), Some(y)) => match compare(x, y) {
                Ordering::Equal => {}
                unequal => return unequal,
            },
        }
    }
}

/// A value with its sort digest, computed once.
struct SortKey(String, Value);

impl PartialEq for SortKey {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for SortKey {}

impl PartialOrd for SortKey {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for SortKey {
    fn cmp(&self, other: &Self) -> Ordering {
        if has_parts(&self.1.kind) && has_parts(&other.1.kind) {
            self.0.cmp(&other.0).then_with(|| compare_parts(&self.1, &other.1))
        } else {
            compare(&self.1, &other.1)
        }
    }
}

/// Whether two values are certainly equal: equal known values, or unknowns with the same origin.
fn same(a: &Value, b: &Value) -> bool {
    matches!(equal(a, b, &NoIdentities), Truth::Yes)
}

/// The elements of a set: sorted, without certain duplicates.
#[must_use]
pub fn sorted_distinct(mut items: Vec<Value>) -> Vec<Value> {
    if items.iter().any(|item| has_parts(&item.kind)) {
        items.sort_by_cached_key(|item| SortKey(digest(item), item.clone()));
    } else {
        items.sort_by(compare);
    }
    items.dedup_by(|later, kept| same(later, kept));
    items
}
