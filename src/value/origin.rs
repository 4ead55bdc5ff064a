//! Origins: whose attribute an unknown value is, and which references a known value was computed from.

use super::{Number, Str};

/// Which of the two architectures of a plan: before the change or after it. Without a plan there is only `After`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Time {
    /// As it was before the change.
    Before,
    /// As it will be after the change.
    #[default]
    After,
}

/// Identifies a resource instance, data source, unloaded module or variable in the table of its estate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SymbolId {
    /// The number of the estate: values of several estates meet where one reads what another creates.
    estate: u32,
    index: u32,
}

/// Identifies a node of the resource graph.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeId(u32);

/// The highest bit holds the time, so that ids of both architectures can meet in one expression.
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
    /// The symbol at this index of the table of the first estate.
    #[must_use]
    pub fn new(time: Time, index: usize) -> Self {
        Self { estate: 0, index: tagged(time, index) }
    }

    /// The symbol at the same index of the estate with this number.
    #[must_use]
    pub const fn in_estate(self, number: u32) -> Self {
        Self { estate: number, index: self.index }
    }

    /// The number of its estate.
    #[must_use]
    pub const fn estate(self) -> u32 {
        self.estate
    }

    /// Its index in its table.
    #[must_use]
    pub const fn index(self) -> usize {
        index(self.index)
    }

    /// Which architecture it belongs to.
    #[must_use]
    pub const fn time(self) -> Time {
        time(self.index)
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

/// A symbolic path: `type.name[0]` is the symbol, `.id` the path.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Origin {
    pub symbol: SymbolId,
    /// The steps to the part.
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
    /// The origin of a part of this value.
    #[must_use]
    pub fn step(&self, step: Step) -> Self {
        let mut path = Vec::with_capacity(self.path.len() + 1);
        path.extend_from_slice(&self.path);
        path.push(step);
        Self { symbol: self.symbol, path }
    }
}

impl Step {
    /// The index step for a number, if it is whole and not negative.
    #[must_use]
    pub fn index(number: &Number) -> Option<Self> {
        number.as_i64().and_then(|n| u64::try_from(n).ok()).map(Self::Index)
    }

    /// The name, if the step is one by name.
    #[must_use]
    pub const fn key(&self) -> Option<&Str> {
        match self {
            Self::Key(name) => Some(name),
            Self::Index(_) => None,
        }
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
