//! Origins: whose value an unknown is, and which references a known one was computed from.

use super::{Number, Str};

/// Names a resource instance, data source, module hole or variable in a table that the evaluation keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SubjectId(pub u32);

/// Names a node of the resource graph.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeId(pub u32);

/// A symbolic path: `type.name[0]` (the subject) and `.id` (the path).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Origin {
    /// Whose.
    pub subject: SubjectId,
    /// Which part of it.
    pub path: Vec<Step>,
}

/// A step into a value.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// `.name` or `["name"]`
    Key(Str),
    /// `[0]`
    Index(u64),
}

impl Origin {
    /// The same origin, one step further in.
    #[must_use]
    pub fn step(&self, step: Step) -> Self {
        let mut path = Vec::with_capacity(self.path.len() + 1);
        path.extend_from_slice(&self.path);
        path.push(step);
        Self { subject: self.subject, path }
    }
}

impl Step {
    /// The step that an index by this number takes, if it is a whole number from 0.
    #[must_use]
    pub fn index(number: &Number) -> Option<Self> {
        number.as_i64().and_then(|n| u64::try_from(n).ok()).map(Self::Index)
    }
}

impl std::fmt::Display for Step {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Key(key) => write!(f, ".{key}"),
            Self::Index(index) => write!(f, "[{index}]"),
        }
    }
}
