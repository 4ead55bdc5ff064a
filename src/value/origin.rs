//! Origins: whose value an unknown is, and which references a known one was computed from.

use super::{Number, Str};

/// Which of two architectures: that of before a plan, or the one that it leads to. What there is only one of is after.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Time {
    /// What was there.
    Before,
    /// What will be there.
    #[default]
    After,
}

/// Names a resource instance, data source, module hole or variable in a table that the evaluation keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SymbolId(u32);

/// Names a node of the resource graph.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeId(u32);

/// The highest bit tells the time, so that ids of both architectures can meet in one expression.
const BEFORE: u32 = 1 << 31;

fn tagged(time: Time, index: usize) -> u32 {
    let index = u32::try_from(index).unwrap_or(u32::MAX) & !BEFORE;
    match time {
        Time::Before => index | BEFORE,
        Time::After => index,
    }
}

const fn index(id: u32) -> usize {
    (id & !BEFORE) as usize
}

const fn time(id: u32) -> Time {
    if id & BEFORE == 0 { Time::After } else { Time::Before }
}

impl SymbolId {
    /// The subject at this index of its table.
    #[must_use]
    pub fn new(time: Time, index: usize) -> Self {
        Self(tagged(time, index))
    }

    /// Its index in its table.
    #[must_use]
    pub const fn index(self) -> usize {
        index(self.0)
    }

    /// Which architecture it belongs to.
    #[must_use]
    pub const fn time(self) -> Time {
        time(self.0)
    }
}

impl NodeId {
    /// The node at this index of its graph.
    #[must_use]
    pub fn new(time: Time, index: usize) -> Self {
        Self(tagged(time, index))
    }

    /// Its index in its graph.
    #[must_use]
    pub const fn index(self) -> usize {
        index(self.0)
    }

    /// Which architecture it belongs to.
    #[must_use]
    pub const fn time(self) -> Time {
        time(self.0)
    }
}

/// A symbolic path: `type.name[0]` (the subject) and `.id` (the path).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Origin {
    /// Whose.
    pub symbol: SymbolId,
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
        Self { symbol: self.symbol, path }
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
