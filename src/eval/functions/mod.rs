//! Terraform's built-in functions, one row each, by family.

use super::{Environment, EvalResult};
use crate::value::Value;

/// One function: a row of its family's table.
pub struct Function {
    /// Its name.
    pub name: &'static str,
    /// Applies it to evaluated arguments. Unknown, null and sensitive arguments are the function's own business
    /// unless it is wrapped by one of the strict helpers.
    pub call: fn(&Environment<'_>, &[Value]) -> EvalResult<Value>,
}

/// The function of that name (`core::` in front is allowed), if there is one.
#[must_use]
pub fn find(_name: &str) -> Option<&'static Function> {
    None
}
