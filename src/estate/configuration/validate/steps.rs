//! References as they are written: names and keys.

/// A step of a reference.
#[derive(Clone, Copy)]
pub(super) enum StaticStep<'a> {
    /// `.name`
    Attribute(&'a str),
    /// `["key"]` and `[0]`
    Key,
    /// `[any.other.key]`, and whatever stands behind `(…)`.
    Computed,
}

/// The name at a step of a reference.
pub(super) fn attribute<'a>(steps: &[StaticStep<'a>], at: usize) -> Option<&'a str> {
    match steps.get(at) {
        Some(StaticStep::Attribute(name)) => Some(name),
        _ => None,
    }
}
