//! What an expression may refer to: a port that modules and rules implement.

use super::{EvalError, EvalResult, Fault, Host};
use crate::text::Range;
use crate::value::{Str, Value};

/// A reference: `var.zones[0].name` has the root `var` and three steps.
#[derive(Debug)]
pub struct Reference<'a> {
    pub root: &'a str,
    /// The steps after the root, in the order of the text.
    pub steps: &'a [ReferenceStep<'a>],
    /// The range of the root.
    pub range: Range,
}

#[derive(Debug)]
pub enum ReferenceStep<'a> {
    /// `.name`
    Attribute(&'a str, Range),
    /// `[key]`, with the value of the key.
    Index(Value, Range),
}

impl<'a> Reference<'a> {
    /// The name at a step, whether it is `.name` or `["name"]`.
    #[must_use]
    pub fn attribute(&self, step: usize) -> Option<&'a str> {
        match self.steps.get(step) {
            Some(ReferenceStep::Attribute(name, _)) => Some(name),
            _ => None,
        }
    }

    /// The value of the key at a step, if the step is an index.
    #[must_use]
    pub fn index(&self, step: usize) -> Option<&Value> {
        match self.steps.get(step) {
            Some(ReferenceStep::Index(key, _)) => Some(key),
            _ => None,
        }
    }
}

/// What a reference resolves to.
#[derive(Debug)]
pub struct Resolved {
    /// The value of the root and the first `consumed` steps.
    pub value: Value,
    /// How many steps the value covers; the interpreter applies the others.
    pub consumed: usize,
}

/// What an expression may refer to.
pub trait Scope {
    /// Resolves the start of a reference.
    ///
    /// # Errors
    /// If there is no such thing; as a [`EvalError::static_error`] where Terraform rejects the reference before evaluation.
    fn resolve(&self, reference: &Reference<'_>) -> EvalResult<Resolved>;

    /// Calls a function that only this scope has; `None` if it has no function of that name.
    fn call(&self, _name: &str, _arguments: &[Value]) -> Option<EvalResult<Value>> {
        None
    }

    /// What functions may ask of their surroundings.
    fn host(&self) -> Host<'_>;

    /// How expressions are read. In rules every attribute of null is null, primitives compare after conversion, and a `for` over
    /// null has no elements.
    fn dialect(&self) -> Dialect {
        Dialect::Terraform
    }

    /// The text of a node inside a string.
    fn display(&self, _node: &Value) -> Option<Str> {
        None
    }
}

/// Whose rules expressions follow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// Terraform's.
    Terraform,
    /// Those of rule files (`docs/writing-rules.md`).
    Rule,
}

/// A scope without names, for constant expressions.
pub struct NoScope<'a>(pub Host<'a>);

impl Scope for NoScope<'_> {
    fn resolve(&self, reference: &Reference<'_>) -> EvalResult<Resolved> {
        Err(Box::new(EvalError {
            message: format!("`{}` cannot be used here: the value must be a constant", reference.root),
            range: Some(reference.range),
            fault: Fault::Reference,
            static_error: true,
            limit: None,
        }))
    }

    fn host(&self) -> Host<'_> {
        self.0
    }
}
