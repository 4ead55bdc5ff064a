//! Other tools that people have written comments for.

/// A tool whose comments can count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Peer {
    /// checkov
    Checkov,
    /// KICS
    Kics,
    /// tfsec
    Tfsec,
    /// trivy
    Trivy,
}

impl Peer {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Checkov, Self::Kics, Self::Tfsec, Self::Trivy];

    /// The name in options, in the config and in the references of rules.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Checkov => "checkov",
            Self::Kics => "kics",
            Self::Tfsec => "tfsec",
            Self::Trivy => "trivy",
        }
    }

    /// How the references of rules to its checks begin. Checks of tfsec are checks of trivy today, under both names.
    #[must_use]
    pub const fn references(self) -> &'static [&'static str] {
        match self {
            Self::Checkov => &["checkov "],
            Self::Kics => &["kics "],
            Self::Tfsec | Self::Trivy => &["tfsec ", "trivy "],
        }
    }

    /// The tool with this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|peer| peer.name() == name)
    }
}
