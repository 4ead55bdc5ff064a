//! Types of values, and type constraints of variables.

use std::sync::Arc;

use super::{Str, Value};

/// A type, or a type constraint. In a constraint [`Type::Dynamic`] is `any`; only constraints have optional attributes.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Type {
    /// Any type; also the type of `null` and of values whose type is unknown.
    Dynamic,
    Bool,
    Number,
    String,
    /// `list(T)`
    List(Arc<Type>),
    /// `set(T)`
    Set(Arc<Type>),
    /// `map(T)`
    Map(Arc<Type>),
    /// `tuple([T, U])`
    Tuple(Arc<[Type]>),
    /// `object({ a = T })`, attributes sorted by name.
    Object(Arc<[AttributeType]>),
}

/// An attribute of an object type.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AttributeType {
    pub name: Str,
    pub type_: Type,
    /// `optional(T)`: may be left out.
    pub optional: bool,
}

/// Defaults inside a type constraint: `optional(T, default)`, at the place in the type where they apply.
#[derive(Clone, Debug, Default)]
pub struct Defaults {
    /// Defaults for the attributes of this object.
    pub attributes: Vec<(Str, Value)>,
    /// Defaults further inside: by attribute name, or by the decimal index of a tuple's element.
    pub children: Vec<(Str, Defaults)>,
    /// Defaults for every element of this collection.
    pub elements: Option<Box<Defaults>>,
}

/// The `type` argument of a variable.
#[derive(Clone, Debug)]
pub struct Constraint {
    /// The type that values are converted to.
    pub type_: Type,
    /// The defaults that are filled in before the conversion.
    pub defaults: Option<Defaults>,
}

impl Type {
    /// An object type with attributes in any order.
    #[must_use]
    pub fn object(attributes: impl IntoIterator<Item = (Str, Self)>) -> Self {
        let mut all: Vec<AttributeType> = attributes
            .into_iter()
            .map(|(name, type_)| AttributeType { name, type_, optional: false })
            .collect();
        all.sort_by(|a, b| a.name.cmp(&b.name));
        Self::Object(all.into())
    }

    /// Whether no part of it is [`Type::Dynamic`].
    #[must_use]
    pub fn is_wholly_known(&self) -> bool {
        match self {
            Self::Dynamic => false,
            Self::Bool | Self::Number | Self::String => true,
            Self::List(element) | Self::Set(element) | Self::Map(element) => element.is_wholly_known(),
            Self::Tuple(elements) => elements.iter().all(Self::is_wholly_known),
            Self::Object(attributes) => attributes.iter().all(|attribute| attribute.type_.is_wholly_known()),
        }
    }
}

impl std::fmt::Display for Type {
    /// Prints the type as Terraform's messages do: `list of string`, `object`, `tuple`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Dynamic => f.write_str("dynamic"),
            Self::Bool => f.write_str("bool"),
            Self::Number => f.write_str("number"),
            Self::String => f.write_str("string"),
            Self::List(element) => write!(f, "list of {element}"),
            Self::Set(element) => write!(f, "set of {element}"),
            Self::Map(element) => write!(f, "map of {element}"),
            Self::Tuple(_) => f.write_str("tuple"),
            Self::Object(_) => f.write_str("object"),
        }
    }
}
