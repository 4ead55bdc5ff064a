//! What a directory with configuration is taken for.

/// What a directory with configuration is taken for: whether somebody applies it, and if not, what it is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum UnitKind {
    /// Something shows that it is applied.
    #[default]
    Applied,
    /// It could be applied as it is, and nothing speaks against it.
    Applicable,
    /// It is there for others to call.
    Module,
    /// An example, a test or a wrapper.
    Sample,
    /// Files that are copied or linked beside others.
    Fragment,
}

impl UnitKind {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Applied, Self::Applicable, Self::Module, Self::Sample, Self::Fragment];

    /// The word in output and options.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Applied => "applied",
            Self::Applicable => "applicable",
            Self::Module => "module",
            Self::Sample => "sample",
            Self::Fragment => "fragment",
        }
    }

    /// Whether it is judged as what somebody runs: its findings count for the exit code.
    #[must_use]
    pub const fn is_unit(self) -> bool {
        matches!(self, Self::Applied | Self::Applicable)
    }
}
