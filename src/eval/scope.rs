//! What an expression may refer to: a port that modules and rules implement.

use super::{EvalError, EvalResult, Host};
use crate::text::Range;
use crate::value::{Str, Value};

/// A reference: `var.zones[0].name` is the root `var` and three steps.
#[derive(Debug)]
pub struct Reference<'a> {
    /// The first name.
    pub root: &'a str,
    /// What follows it, outermost last.
    pub steps: &'a [ReferenceStep<'a>],
    /// Where the root stands.
    pub range: Range,
}

/// A step of a reference.
#[derive(Debug)]
pub enum ReferenceStep<'a> {
    /// `.name`
    Attribute(&'a str, Range),
    /// `[key]`, the key evaluated.
    Index(Value, Range),
}

impl<'a> Reference<'a> {
    /// The name at a step: `.name` or `["name"]`.
    #[must_use]
    pub fn attribute(&self, step: usize) -> Option<&'a str> {
        match self.steps.get(step) {
            Some(ReferenceStep::Attribute(name, _)) => Some(name),
            _ => None,
        }
    }

    /// The evaluated key at a step that is an index.
    #[must_use]
    pub fn index(&self, step: usize) -> Option<&Value> {
        match self.steps.get(step) {
            Some(ReferenceStep::Index(key, _)) => Some(key),
            _ => None,
        }
    }
}

/// What a scope makes of a reference.
#[derive(Debug)]
pub struct Resolved {
    /// The value of the root and the first `consumed` steps.
    pub value: Value,
    /// How many steps the value covers; the interpreter takes the others itself.
    pub consumed: usize,
}

/// What an expression may refer to.
pub trait Scope {
    /// Resolves the start of a reference.
    ///
    /// # Errors
    /// If there is no such thing; mark it [`EvalError::static_error`] where Terraform refuses it before evaluating.
    fn resolve(&self, reference: &Reference<'_>) -> EvalResult<Resolved>;

    /// Calls a function that only this scope has; `None` if it has none of that name.
    fn call(&self, _name: &str, _arguments: &[Value]) -> Option<EvalResult<Value>> {
        None
    }

    /// What functions may ask of the world.
    fn host(&self) -> Host<'_>;

    /// Whether expressions are read as rules are: null has null inside, primitives compare after conversion, a `for` over
    /// null runs over nothing.
    fn dialect(&self) -> Dialect {
        Dialect::Terraform
    }

    /// How a node is written inside a string.
    fn display(&self, _node: &Value) -> Option<Str> {
        None
    }
}

/// How strictly expressions are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// As Terraform does.
    Terraform,
    /// As rules do (`docs/writing-rules.md`).
    Rule,
}

/// A scope that knows nothing: for constant expressions.
pub struct NoScope<'a>(pub Host<'a>);

impl Scope for NoScope<'_> {
    fn resolve(&self, reference: &Reference<'_>) -> EvalResult<Resolved> {
        Err(Box::new(EvalError {
            message: format!(
                "`{}` may not be referred to here: only a constant may stand here",
                reference.root
            ),
            range: Some(reference.range),
            static_error: true,
            limit: None,
        }))
    }

    fn host(&self) -> Host<'_> {
        self.0
    }
}
