//! What an expression of a rule or model file evaluates to, as far as its text tells: a node of certain types, a list, or a part of one.

use std::collections::BTreeSet;

use crate::model::schema::AttributeShape;
use crate::value::Str;

/// The kind of an expression's value.
#[derive(Clone, Debug)]
pub(super) enum ExpressionKind<'s> {
    /// Not determined.
    Anything,
    /// The literal null.
    Nothing,
    /// A node of one of these types.
    Node(BTreeSet<(bool, Str)>),
    /// A list of elements of one kind.
    ListOf(Box<ExpressionKind<'s>>),
    /// A part of a node, with one of these shapes.
    Part(Vec<&'s AttributeShape>),
}

impl<'s> ExpressionKind<'s> {
    pub(super) fn list(self) -> Self {
        Self::ListOf(Box::new(self))
    }

    /// One of two kinds.
    pub(super) fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::Nothing, kind) | (kind, Self::Nothing) => kind,
            (Self::Node(mut a), Self::Node(b)) => {
                a.extend(b);
                Self::Node(a)
            }
            (Self::ListOf(a), Self::ListOf(b)) => a.or(*b).list(),
            (Self::Part(mut a), Self::Part(b)) => {
                a.extend(b);
                Self::Part(a)
            }
            _ => Self::Anything,
        }
    }

    /// The kind of an element. A value that is not a list counts as its own only element.
    pub(super) fn element(self) -> Self {
        match self {
            Self::ListOf(element) => *element,
            Self::Part(shapes) => {
                let elements: Vec<&'s AttributeShape> = shapes
                    .into_iter()
                    .filter_map(|shape| match shape {
                        AttributeShape::List(element) | AttributeShape::Map(element) => Some(&**element),
                        AttributeShape::Any | AttributeShape::Object(_) => Some(shape),
                        _ => None,
                    })
                    .collect();
                if elements.is_empty() { Self::Anything } else { Self::Part(elements) }
            }
            other => other,
        }
    }
}
