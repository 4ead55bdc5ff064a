//! The kinds of places that decide a value.

/// The kind of place that decides a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DecidedBy {
    /// An entry of `locals`.
    Local,
    /// An argument of a module call.
    Argument,
    /// A line of a variable values file.
    Values,
    /// An input that a unit of Terragrunt gives.
    Inputs,
    /// The default of a variable.
    Default,
    /// An output of a called module.
    Output,
    /// An element of `for_each`.
    Element,
    /// An assumption.
    Assumption,
    /// A part of the attribute's own expression.
    Part,
}

impl DecidedBy {
    /// What the place is, in words.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Local => "local value",
            Self::Argument => "module argument",
            Self::Values => "values file",
            Self::Inputs => "input of Terragrunt",
            Self::Default => "default of a variable",
            Self::Output => "module output",
            Self::Element => "element of for_each",
            Self::Assumption => "assumption",
            Self::Part => "part of the expression",
        }
    }
}
