//! Converts HCL expressions to the types that readers ask for.

use std::sync::Arc;

use super::suggest;
use crate::budget::Meter;
use crate::diagnostic::Diagnostic;
use crate::eval::scope::NoScope;
use crate::eval::{Host, NoFiles, interpreter};
pub use crate::syntax::Expression;
use crate::syntax::tree::{ExprId, ExprKind, ObjectItem, Tree, UnaryOperator};
use crate::text::Span;
use crate::value::equality::NoIdentities;
use crate::value::{Str, Value};

/// The written value of an attribute.
#[derive(Clone, Copy, Debug)]
pub struct AttributeValue<'d> {
    pub tree: &'d Arc<Tree>,
    pub expr: ExprId,
    pub name: &'static str,
    /// Whether this is an element of a list value, not the whole value.
    pub is_element: bool,
}

impl AttributeValue<'_> {
    /// The place of the value.
    #[must_use]
    pub fn span(&self) -> Span {
        self.tree.span(self.tree.expr(self.expr).range)
    }

    /// The expression without enclosing parentheses.
    fn kind(&self) -> ExprKind {
        let mut kind = self.tree.expr(self.expr).kind;
        while let ExprKind::Parens(inner) = kind {
            kind = self.tree.expr(inner).kind;
        }
        kind
    }

    /// The elements of a literal list.
    fn elements(&self) -> Option<Vec<Self>> {
        match self.kind() {
            ExprKind::Tuple(items) => Some(
                self.tree
                    .exprs(items)
                    .iter()
                    .map(|expr| Self { expr: *expr, is_element: true, ..*self })
                    .collect(),
            ),
            _ => None,
        }
    }

    /// The problem of a value with the wrong type.
    #[must_use]
    pub fn wrong_type(&self, wanted: &str) -> Box<Diagnostic> {
        let found = match self.kind() {
            ExprKind::Null => "null",
            ExprKind::Bool(_) => "a boolean",
            ExprKind::Number(_) if wanted.contains("number") => "a fraction",
            ExprKind::Number(_) => "a number",
            ExprKind::Unary { operator: UnaryOperator::Negate, .. } => "a negative number",
            ExprKind::String(_) => "a string",
            ExprKind::Template(_) | ExprKind::Wrapped(_) => "a template",
            ExprKind::Tuple(_) => "a list",
            ExprKind::Object(_) => "an object",
            _ => "an expression",
        };
        let element = if self.is_element { "an element of " } else { "" };
        let message = format!("{element}`{}` must be {wanted}, not {found}", self.name);
        Box::new(Diagnostic::error("decode/wrong-type", message).at(self.span(), found))
    }
}

/// A type that an attribute can be read as.
pub trait Decode: Sized {
    /// Reads the value.
    ///
    /// # Errors
    /// If the value has another type.
    fn decode(written: &AttributeValue<'_>) -> Result<Self, Box<Diagnostic>>;
}

impl Decode for Str {
    fn decode(written: &AttributeValue<'_>) -> Result<Self, Box<Diagnostic>> {
        match written.kind() {
            ExprKind::String(text) => Ok(written.tree.text(text).into()),
            _ => Err(written.wrong_type("a plain string")),
        }
    }
}

impl Decode for bool {
    fn decode(written: &AttributeValue<'_>) -> Result<Self, Box<Diagnostic>> {
        match written.kind() {
            ExprKind::Bool(value) => Ok(value),
            _ => Err(written.wrong_type("`true` or `false`")),
        }
    }
}

impl Decode for usize {
    fn decode(written: &AttributeValue<'_>) -> Result<Self, Box<Diagnostic>> {
        let number = match written.kind() {
            ExprKind::Number(text) => written.tree.text(text).parse().ok(),
            _ => None,
        };
        number.ok_or_else(|| written.wrong_type("a whole number"))
    }
}

impl<T: Decode> Decode for Vec<T> {
    fn decode(written: &AttributeValue<'_>) -> Result<Self, Box<Diagnostic>> {
        let elements = written.elements().ok_or_else(|| written.wrong_type("a list"))?;
        elements.iter().map(T::decode).collect()
    }
}

/// A list, or a single element without brackets.
#[derive(Clone, Debug)]
pub struct OneOrMany<T>(pub Vec<T>);

impl<T: Decode> Decode for OneOrMany<T> {
    fn decode(written: &AttributeValue<'_>) -> Result<Self, Box<Diagnostic>> {
        match written.elements() {
            Some(elements) => elements.iter().map(T::decode).collect::<Result<_, _>>().map(Self),
            None => T::decode(written).map(|one| Self(vec![one])),
        }
    }
}

/// An object whose keys the author of the file chooses, in source order.
#[derive(Clone, Debug)]
pub struct NamedValues<T>(pub Vec<(Spanned<Str>, Spanned<T>)>);

impl<T: Decode> Decode for NamedValues<T> {
    fn decode(written: &AttributeValue<'_>) -> Result<Self, Box<Diagnostic>> {
        let ExprKind::Object(items) = written.kind() else { return Err(written.wrong_type("an object")) };
        let tree = written.tree;
        let entry = |item: &ObjectItem| {
            let key = tree.expr(item.key);
            let span = tree.span(key.range);
            let name = match key.kind {
                ExprKind::Variable(text) | ExprKind::String(text) => Str::from(tree.text(text)),
                _ => {
                    let message = format!("a key in `{}` must be a plain name", written.name);
                    return Err(Box::new(
                        Diagnostic::error("decode/wrong-type", message).at(span, "not a name"),
                    ));
                }
            };
            let value = AttributeValue { expr: item.value, is_element: true, ..*written };
            Ok((Spanned { value: name, span }, Spanned::decode(&value)?))
        };
        tree.items(items).iter().map(entry).collect::<Result<_, _>>().map(Self)
    }
}

/// A value with its place.
#[derive(Clone, Debug)]
pub struct Spanned<T> {
    pub value: T,
    pub span: Span,
}

impl<T: Decode> Decode for Spanned<T> {
    fn decode(written: &AttributeValue<'_>) -> Result<Self, Box<Diagnostic>> {
        Ok(Self { value: T::decode(written)?, span: written.span() })
    }
}

impl Decode for Expression {
    fn decode(written: &AttributeValue<'_>) -> Result<Self, Box<Diagnostic>> {
        Ok(Self { tree: written.tree.clone(), expr: written.expr })
    }
}

/// Any constant: an expression that refers to nothing.
impl Decode for Value {
    fn decode(written: &AttributeValue<'_>) -> Result<Self, Box<Diagnostic>> {
        let meter = Meter::unlimited();
        let host = Host { files: &NoFiles, identities: &NoIdentities, meter: &meter };
        interpreter::evaluate(written.tree, written.expr, &NoScope(host)).map_err(|error| {
            let message = format!("`{}` must be a constant: {}", written.name, error.message);
            let span = error.range.map_or(written.span(), |range| written.tree.span(range));
            Box::new(Diagnostic::error("decode/wrong-type", message).at(span, "here"))
        })
    }
}

/// A closed set of words.
pub trait Choice: Copy + 'static {
    /// The noun for one of them, without an article.
    const WHAT: &'static str;
    /// All of them.
    fn all() -> &'static [Self];
    /// The word in files.
    fn word(self) -> &'static str;
}

impl<T: Choice> Decode for T {
    fn decode(written: &AttributeValue<'_>) -> Result<Self, Box<Diagnostic>> {
        let text = Str::decode(written)?;
        let found = T::all().iter().copied().find(|choice| choice.word() == text);
        found.ok_or_else(|| {
            let problem = Diagnostic::error("decode/value", format!("there is no {} `{text}`", T::WHAT))
                .at(written.span(), "unknown name");
            Box::new(suggest(problem, &text, T::all().iter().map(|choice| choice.word())))
        })
    }
}

/// The names of a dotted path.
#[must_use]
pub fn dotted(text: &str) -> Vec<Str> {
    text.split('.').map(Str::from).collect()
}
