//! Arguments that Terraform itself takes: whether what is written for one can have its type.

use crate::diagnostic::Diagnostic;
use crate::syntax::tree::{Attribute, ExprKind, Tree};
use crate::value::Number;

/// The type of an argument that Terraform itself takes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum ArgumentType {
    Text,
    Switch,
    Number,
    List,
    Map,
    /// Not known here, or any.
    Any,
}

impl ArgumentType {
    const fn name(self) -> &'static str {
        match self {
            Self::Text | Self::Any => "a single value",
            Self::Switch => "true or false",
            Self::Number => "a number",
            Self::List => "a list",
            Self::Map => "an object",
        }
    }
}

/// An argument that is written as something else than it has to be. What it comes to is not asked.
pub(super) fn of_other_type(tree: &Tree, attribute: &Attribute, wanted: ArgumentType) -> Option<Diagnostic> {
    use ArgumentType::{Any, List, Map, Number as AnyNumber, Switch, Text};
    let (found, fits) = match tree.expr(attribute.value).kind {
        ExprKind::Tuple(_) => ("a list", wanted == List),
        ExprKind::Object(_) => ("an object", wanted == Map),
        ExprKind::String(text) => {
            let text = tree.text(text);
            match wanted {
                Switch => ("another text", matches!(text, "true" | "false" | "1" | "0")),
                AnyNumber => ("another text", Number::parse(text).is_some()),
                _ => ("a single value", wanted == Text),
            }
        }
        ExprKind::Number(_) if wanted == Switch => ("a number", false),
        ExprKind::Bool(_) if wanted == AnyNumber => ("true or false", false),
        ExprKind::Number(_) | ExprKind::Bool(_) => {
            ("a single value", matches!(wanted, Text | Switch | AnyNumber))
        }
        _ => return None,
    };
    if fits || wanted == Any {
        return None;
    }
    let place = tree.span(tree.expr(attribute.value).range);
    let message = format!("`{}` must be {}, and this is {found}", tree.text(attribute.name), wanted.name());
    Some(Diagnostic::error("config/constant", message).at(place, "of another type"))
}
