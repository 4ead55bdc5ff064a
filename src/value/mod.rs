//! Values of the Terraform language, including values that are not known.
//!
//! A [`Value`] is the result of an expression. Besides Terraform's own kinds there is [`Unknown`]: a value with a type, a *cause*
//! (why we cannot know it, in a user's words), an *origin* (whose attribute it is) and *refinements* (what is known of it all the
//! same). Any value carries marks: whether it is sensitive, and the references it was computed from.
//!
//! Knows nothing of files, modules, rules or clouds.

pub mod convert;
pub mod equality;
pub mod known;
pub mod lengths;
pub mod literal;
pub mod marks;
pub mod number;
pub mod origin;
pub mod pieces;
pub mod seen;
pub mod settle;
pub mod shown;
pub mod size;
pub mod types;
pub mod unknown;

mod decimal;
mod defaults;
mod float;
mod mismatch;
mod unify;

use std::sync::Arc;

use ecow::EcoVec;

pub use ecow::EcoString as Str;
pub use known::Known;
pub use lengths::Lengths;
pub use marks::{MAX_REFERENCES, Marks};
pub use number::Number;
pub use origin::{NodeId, Origin, Step, SymbolId, Time};
pub use pieces::{Piece, Pieces};
pub use types::Type;
pub use unknown::{Cause, CauseKind, Refinement, UnkeyedEntries, Unknown};

/// A value and its marks.
#[derive(Clone, Debug)]
pub struct Value {
    pub kind: Kind,
    marks: Option<Arc<Marks>>,
}

#[derive(Clone, Debug)]
pub enum Kind {
    /// `null`, with the type it was converted to ([`Type::Dynamic`] for the literal).
    Null(Type),
    /// `true` or `false`.
    Bool(bool),
    Number(Number),
    String(Str),
    /// `list(…)`
    List(Arc<Sequence>),
    /// `set(…)`: elements sorted in Terraform's order, without duplicates.
    Set(Arc<Sequence>),
    /// `tuple([…])`, the kind of `[a, b]`. [`Sequence::element`] is [`Type::Dynamic`].
    Tuple(Arc<Sequence>),
    /// `map(…)`
    Map(Arc<Entries>),
    /// `object({…})`, the kind of `{ a = 1 }`. [`Entries::element`] is [`Type::Dynamic`].
    Object(Arc<Entries>),
    Unknown(Arc<Unknown>),
}

/// Elements of a list, set or tuple.
#[derive(Clone, Debug)]
pub struct Sequence {
    /// The type of every element of a list or set.
    pub element: Type,
    /// The elements that certainly exist, in order.
    pub items: Vec<Value>,
    /// Set if there may be more elements after these: the cause.
    pub more: Option<Arc<Cause>>,
    /// Where there may be more, the most elements that there are in all; none if there is no known end.
    pub most: Option<usize>,
}

/// Entries of a map or object, sorted by key, keys distinct.
#[derive(Clone, Debug)]
pub struct Entries {
    /// The type of every value of a map.
    pub element: Type,
    /// The entries that certainly exist; shared where only `absent` differs, as between an instance and its node.
    pub items: EcoVec<(Str, Value)>,
    /// The meaning of a key that is not among the entries.
    pub absent: AbsentKey,
}

/// The meaning of a key that is not among the entries.
#[derive(Clone, Debug)]
pub enum AbsentKey {
    /// There is no such key: access is an error.
    Error,
    /// The key is not set, so it is null. Rules read resource bodies and nested blocks like this.
    Null,
    /// As `Null`, in the body of the node with this identity (`self` in rules); unknown for this cause, if there is one.
    Node(NodeId, Option<Arc<Cause>>),
    /// The provider decides the attribute: it is unknown, with this origin plus the key. Expressions in Terraform read resources
    /// like this.
    Symbolic(Arc<Origin>),
    /// There may be more entries, for this cause.
    MaybePresent(Arc<Cause>),
}

impl From<Kind> for Value {
    fn from(kind: Kind) -> Self {
        Self { kind, marks: None }
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Kind::Bool(value).into()
    }
}

impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Kind::String(value.into()).into()
    }
}

impl From<Str> for Value {
    fn from(value: Str) -> Self {
        Kind::String(value).into()
    }
}

impl From<Number> for Value {
    fn from(value: Number) -> Self {
        Kind::Number(value).into()
    }
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Kind::Number(value.into()).into()
    }
}

impl From<Unknown> for Value {
    fn from(value: Unknown) -> Self {
        Kind::Unknown(Arc::new(value)).into()
    }
}

/// A count as a number; a count beyond `i64` would not fit in memory.
#[must_use]
pub fn count(n: usize) -> Value {
    i64::try_from(n).unwrap_or(i64::MAX).into()
}

impl Value {
    /// The literal `null`.
    pub const NULL: Self = Self { kind: Kind::Null(Type::Dynamic), marks: None };

    /// A closed tuple.
    #[must_use]
    pub fn tuple(items: Vec<Self>) -> Self {
        Kind::Tuple(Arc::new(Sequence { element: Type::Dynamic, items, more: None, most: None })).into()
    }

    /// A closed list; every item must have the type `element`.
    #[must_use]
    pub fn list(element: Type, items: Vec<Self>) -> Self {
        Kind::List(Arc::new(Sequence { element, items, more: None, most: None })).into()
    }

    /// A closed set; every item must have the type `element`. Sorts and removes duplicates.
    #[must_use]
    pub fn set(element: Type, items: Vec<Self>) -> Self {
        Kind::Set(Arc::new(Sequence {
            element,
            items: equality::sorted_distinct(items),
            more: None,
            most: None,
        }))
        .into()
    }

    /// A closed map; every value must have the type `element`. Of equal keys the last one wins.
    #[must_use]
    pub fn map(element: Type, items: Vec<(Str, Self)>) -> Self {
        Kind::Map(Arc::new(Entries { element, items: sorted_by_key(items), absent: AbsentKey::Error })).into()
    }

    /// A closed object. Of equal keys the last one wins.
    #[must_use]
    pub fn object(items: Vec<(Str, Self)>) -> Self {
        Kind::Object(Arc::new(Entries {
            element: Type::Dynamic,
            items: sorted_by_key(items),
            absent: AbsentKey::Error,
        }))
        .into()
    }

    /// An unknown value of any type.
    #[must_use]
    pub fn unknown(cause: Arc<Cause>) -> Self {
        Unknown::new(Type::Dynamic, cause).into()
    }

    /// An unknown value of a type.
    #[must_use]
    pub fn unknown_of(type_: Type, cause: Arc<Cause>) -> Self {
        Unknown::new(type_, cause).into()
    }

    /// The elements or entry values, one level down.
    pub fn parts(&self) -> impl Iterator<Item = &Self> {
        let (sequence, entries) = match &self.kind {
            Kind::List(s) | Kind::Set(s) | Kind::Tuple(s) => (Some(&s.items), None),
            Kind::Map(e) | Kind::Object(e) => (None, Some(&e.items)),
            Kind::Null(_) | Kind::Bool(_) | Kind::Number(_) | Kind::String(_) | Kind::Unknown(_) => {
                (None, None)
            }
        };
        sequence.into_iter().flatten().chain(entries.into_iter().flatten().map(|(_, value)| value))
    }

    #[must_use]
    pub fn type_of(&self) -> Type {
        match &self.kind {
            Kind::Null(type_) => type_.clone(),
            Kind::Bool(_) => Type::Bool,
            Kind::Number(_) => Type::Number,
            Kind::String(_) => Type::String,
            Kind::List(s) => Type::List(Arc::new(s.element.clone())),
            Kind::Set(s) => Type::Set(Arc::new(s.element.clone())),
            Kind::Map(e) => Type::Map(Arc::new(e.element.clone())),
            Kind::Tuple(s) => {
                if s.more.is_some() {
                    return Type::Dynamic;
                }
                Type::Tuple(s.items.iter().map(Self::type_of).collect())
            }
            Kind::Object(e) => {
                // An object that may have further attributes has no object type: a conversion to that type would lose them.
                if !matches!(e.absent, AbsentKey::Error) {
                    return Type::Dynamic;
                }
                Type::object(e.items.iter().map(|(key, value)| (key.clone(), value.type_of())))
            }
            Kind::Unknown(unknown) => unknown.type_.clone(),
        }
    }

    /// Whether the value is `null`.
    #[must_use]
    pub fn is_null(&self) -> bool {
        matches!(self.kind, Kind::Null(_))
    }

    /// The unknown, if this value itself (not a part of it) is unknown.
    #[must_use]
    pub fn as_unknown(&self) -> Option<&Arc<Unknown>> {
        match &self.kind {
            Kind::Unknown(unknown) => Some(unknown),
            _ => None,
        }
    }

    /// The value where it is not null, if that is known.
    #[must_use]
    pub fn unless_null(&self) -> &Self {
        match &self.kind {
            Kind::Unknown(unknown) => unknown.refinement.null_or.as_deref().unwrap_or(self),
            _ => self,
        }
    }

    /// The cause of the first unknown in this value: its own, or that of the first unknown part.
    #[must_use]
    pub fn first_cause(&self) -> Option<Arc<Cause>> {
        match &self.kind {
            Kind::Unknown(unknown) => return Some(unknown.cause.clone()),
            Kind::List(s) | Kind::Set(s) | Kind::Tuple(s) => {
                if let Some(cause) = &s.more {
                    return Some(cause.clone());
                }
            }
            Kind::Map(e) | Kind::Object(e) => match &e.absent {
                AbsentKey::Error | AbsentKey::Null | AbsentKey::Node(..) => {}
                AbsentKey::Symbolic(_) => return Some(Cause::provider()),
                AbsentKey::MaybePresent(cause) => return Some(cause.clone()),
            },
            Kind::Null(_) | Kind::Bool(_) | Kind::Number(_) | Kind::String(_) => {}
        }
        self.parts().find_map(Self::first_cause)
    }

    /// Whether the value and all its parts are known.
    #[must_use]
    pub fn is_wholly_known(&self) -> bool {
        match &self.kind {
            Kind::Unknown(_) => false,
            Kind::Null(_) | Kind::Bool(_) | Kind::Number(_) | Kind::String(_) => true,
            Kind::List(_) | Kind::Set(_) | Kind::Tuple(_) | Kind::Map(_) | Kind::Object(_) => {
                self.first_cause().is_none()
            }
        }
    }

    /// The string, if the value is a known string.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match &self.kind {
            Kind::String(text) => Some(text),
            _ => None,
        }
    }

    /// The boolean, if the value is a known boolean (no conversion).
    #[must_use]
    pub fn as_bool(&self) -> Option<bool> {
        match &self.kind {
            Kind::Bool(value) => Some(*value),
            _ => None,
        }
    }

    /// The number, if the value is a known number (no conversion).
    #[must_use]
    pub fn as_number(&self) -> Option<&Number> {
        match &self.kind {
            Kind::Number(number) => Some(number),
            _ => None,
        }
    }

    /// The identity of the node, if the value is one.
    #[must_use]
    pub fn as_node(&self) -> Option<NodeId> {
        match &self.kind {
            Kind::Object(entries) => match entries.absent {
                AbsentKey::Node(node, _) => Some(node),
                _ => None,
            },
            _ => None,
        }
    }

    /// The elements of a list, set or tuple.
    #[must_use]
    pub fn as_sequence(&self) -> Option<&Arc<Sequence>> {
        match &self.kind {
            Kind::List(s) | Kind::Set(s) | Kind::Tuple(s) => Some(s),
            _ => None,
        }
    }

    /// The entries of a map or object.
    #[must_use]
    pub fn as_entries(&self) -> Option<&Arc<Entries>> {
        match &self.kind {
            Kind::Map(e) | Kind::Object(e) => Some(e),
            _ => None,
        }
    }
}

impl Entries {
    /// The entries of a block, where an absent key is null. Of equal keys the last one wins.
    #[must_use]
    pub fn of_block(items: Vec<(Str, Value)>) -> Arc<Self> {
        Arc::new(Self { element: Type::Dynamic, items: sorted_by_key(items), absent: AbsentKey::Null })
    }

    /// Why what the body of a node does not say is not known; `None` if it is null.
    #[must_use]
    pub const fn open(&self) -> Option<&Arc<Cause>> {
        match &self.absent {
            AbsentKey::Node(_, Some(cause)) => Some(cause),
            _ => None,
        }
    }

    /// Why there may be more entries than these; `None` if these are all.
    #[must_use]
    pub fn more(&self) -> Option<Arc<Cause>> {
        match &self.absent {
            AbsentKey::Error | AbsentKey::Null | AbsentKey::Node(_, None) => None,
            AbsentKey::Symbolic(_) => Some(Cause::provider()),
            AbsentKey::MaybePresent(cause) | AbsentKey::Node(_, Some(cause)) => Some(cause.clone()),
        }
    }

    /// The value of a key that certainly exists.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Value> {
        // Most objects are small: scanning short keys is faster than the jumps of a binary search.
        if self.items.len() <= 8 {
            return self.items.iter().find(|(own, _)| own == key).map(|(_, value)| value);
        }
        let at = self.items.binary_search_by(|(own, _)| own.as_str().cmp(key)).ok()?;
        self.items.get(at).map(|(_, value)| value)
    }
}

/// Sorts entries by key; of equal keys the last one wins.
#[must_use]
pub fn sorted_by_key(mut items: Vec<(Str, Value)>) -> EcoVec<(Str, Value)> {
    if items.is_sorted_by(|a, b| a.0 < b.0) {
        return items.into();
    }
    items.reverse();
    items.sort_by(|a, b| a.0.cmp(&b.0));
    items.dedup_by(|later, kept| later.0 == kept.0);
    items.into()
}
