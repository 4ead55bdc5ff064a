//! JSON as a compact tree. It shares its texts with the values that are made from it, and outlives the text that it was read from.

use std::cmp::Ordering;

use crate::value::Str;

/// A JSON value.
#[derive(Clone, Debug, Default, PartialEq)]
pub(in crate::estate::plan) enum Json {
    #[default]
    Null,
    Bool(bool),
    /// A number as it is written.
    Number(Str),
    String(Str),
    Array(Box<[Self]>),
    Object(Object),
}

/// A JSON object, sorted by name.
#[derive(Clone, Debug, Default, PartialEq)]
pub(in crate::estate::plan) struct Object(Box<[Member]>);

pub(in crate::estate::plan) type Member = (Str, Json);

impl Json {
    pub(in crate::estate::plan) fn as_object(&self) -> Option<&Object> {
        if let Self::Object(object) = self { Some(object) } else { None }
    }

    pub(in crate::estate::plan) fn as_array(&self) -> Option<&[Self]> {
        if let Self::Array(items) = self { Some(items) } else { None }
    }

    pub(in crate::estate::plan) fn as_str(&self) -> Option<&str> {
        if let Self::String(text) = self { Some(text) } else { None }
    }

    pub(in crate::estate::plan) fn as_bool(&self) -> Option<bool> {
        if let Self::Bool(value) = self { Some(*value) } else { None }
    }

    pub(in crate::estate::plan) fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    pub(in crate::estate::plan) fn is_string(&self) -> bool {
        matches!(self, Self::String(_))
    }

    pub(in crate::estate::plan) fn is_object(&self) -> bool {
        matches!(self, Self::Object(_))
    }

    /// The member of an object.
    pub(in crate::estate::plan) fn get(&self, name: &str) -> Option<&Self> {
        self.as_object()?.get(name)
    }

    /// The element of a list.
    pub(in crate::estate::plan) fn at(&self, index: usize) -> Option<&Self> {
        self.as_array()?.get(index)
    }

    /// Whether it marks the whole value beside it. Terraform writes `true`; anything unexpected counts as a mark too.
    pub(in crate::estate::plan) fn is_mark(&self) -> bool {
        match self {
            Self::Bool(mark) => *mark,
            Self::Number(_) | Self::String(_) => true,
            Self::Null | Self::Array(_) | Self::Object(_) => false,
        }
    }

    /// Whether it contains a mark.
    pub(in crate::estate::plan) fn holds_true(&self) -> bool {
        match self {
            Self::Array(items) => items.iter().any(Self::holds_true),
            Self::Object(object) => object.values().any(Self::holds_true),
            mark => mark.is_mark(),
        }
    }

    /// The mark of a member: its own, or that of the whole.
    pub(in crate::estate::plan) fn mark_of(&self, name: &str) -> Option<&Self> {
        if self.is_mark() { Some(self) } else { self.get(name) }
    }
}

impl Object {
    /// An object of members that are sorted by name and distinct.
    pub(in crate::estate::plan) fn of(members: impl IntoIterator<Item = Member>) -> Self {
        Self(members.into_iter().collect())
    }

    pub(in crate::estate::plan) fn get(&self, name: &str) -> Option<&Json> {
        let at = self.0.binary_search_by(|(known, _)| known.as_str().cmp(name)).ok()?;
        self.0.get(at).map(|(_, value)| value)
    }

    /// Iterates over the members of two objects, joined by name.
    pub(in crate::estate::plan) fn merged<'a>(a: Option<&'a Self>, b: Option<&'a Self>) -> Merged<'a> {
        let members = |object: Option<&'a Self>| object.map_or(&[][..], |object| &object.0);
        Merged { a: members(a), b: members(b) }
    }

    pub(in crate::estate::plan) fn contains_key(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    pub(in crate::estate::plan) fn iter(&self) -> impl Iterator<Item = (&str, &Json)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value))
    }

    pub(in crate::estate::plan) fn keys(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(name, _)| name.as_str())
    }

    pub(in crate::estate::plan) fn values(&self) -> impl Iterator<Item = &Json> {
        self.0.iter().map(|(_, value)| value)
    }

    pub(in crate::estate::plan) fn len(&self) -> usize {
        self.0.len()
    }

    pub(in crate::estate::plan) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// See [`Object::merged`].
pub(in crate::estate::plan) struct Merged<'a> {
    a: &'a [Member],
    b: &'a [Member],
}

impl<'a> Iterator for Merged<'a> {
    type Item = (&'a Str, Option<&'a Json>, Option<&'a Json>);

    fn next(&mut self) -> Option<Self::Item> {
        let (first, second) = (self.a.first(), self.b.first());
        let order = match (first, second) {
            (None, None) => return None,
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (Some((first, _)), Some((second, _))) => first.cmp(second),
        };
        let (name, _) = if order.is_le() { first? } else { second? };
        let mut item = (name, None, None);
        if order.is_le() {
            item.1 = first.map(|(_, value)| value);
            self.a = self.a.get(1..).unwrap_or_default();
        }
        if order.is_ge() {
            item.2 = second.map(|(_, value)| value);
            self.b = self.b.get(1..).unwrap_or_default();
        }
        Some(item)
    }
}
