//! The signatures of verbs: the source of the guide's table, of checks before a rule runs, and of checks of attributes.

use super::Verb;

/// An argument of a verb. One that stands for any number of arguments comes last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Argument {
    /// A node; null stands for no node.
    Node,
    /// Any value.
    Value,
    /// One or more values.
    Values,
    /// A kind of edge.
    Kind,
    /// A list of kinds of edges.
    Kinds,
    /// Any number of types, sets or roles.
    Types,
    /// One or more types, sets or roles.
    SomeTypes,
    /// The dotted path of an attribute.
    Attribute,
    /// One or more names of attributes.
    Attributes,
    /// A pattern of file names.
    Glob,
    /// A version constraint.
    Constraint,
    /// A version.
    Version,
}

impl Argument {
    /// The name in the guide.
    const fn name(self) -> &'static str {
        match self {
            Self::Node => "node",
            Self::Value => "value",
            Self::Values => "value…",
            Self::Kind => "kind",
            Self::Kinds => "[kinds]",
            Self::Types | Self::SomeTypes => "type…",
            Self::Attribute => "attribute",
            Self::Attributes => "attribute…",
            Self::Glob => "glob",
            Self::Constraint => "constraint",
            Self::Version => "version",
        }
    }

    /// A description with an article.
    #[must_use]
    pub const fn what(self) -> &'static str {
        match self {
            Self::Node => "a node, such as `self` or an element of `linked(…)`,",
            Self::Value | Self::Values => "any value",
            Self::Kind => "a kind of edge",
            Self::Kinds => "a list of kinds of edges",
            Self::Types | Self::SomeTypes => "the name of a type, set or role",
            Self::Attribute => "the dotted path of an attribute",
            Self::Attributes => "the name of an attribute",
            Self::Glob => "a pattern of file names",
            Self::Constraint => "a version constraint",
            Self::Version => "a version",
        }
    }

    /// The least number of arguments it stands for, and whether more may follow.
    const fn count(self) -> (usize, bool) {
        match self {
            Self::Types => (0, true),
            Self::Values | Self::SomeTypes | Self::Attributes => (1, true),
            _ => (1, false),
        }
    }
}

/// The result of a verb.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Returns {
    /// A list of nodes of the given types; of any type if none is given.
    Nodes,
    /// A list of data sources of the given types.
    DataSources,
    /// The given node at another time.
    SameNode,
    /// Anything but a resource node.
    Value,
}

impl Verb {
    /// The arguments as the guide shows them.
    #[must_use]
    pub fn arguments(&self) -> String {
        let mut text = String::new();
        for argument in self.takes {
            let comma = if text.is_empty() { "" } else { ", " };
            let part = format!("{comma}{}", argument.name());
            text.push_str(&if argument.count().0 == 0 { format!("[{part}]") } else { part });
        }
        text
    }

    /// The argument at index `n`.
    #[must_use]
    pub fn argument(&self, n: usize) -> Option<Argument> {
        let last = self.takes.last().filter(|last| last.count().1);
        self.takes.get(n).or(last).copied()
    }

    /// Whether the verb accepts so many arguments.
    #[must_use]
    pub fn takes_count(&self, count: usize) -> bool {
        let least: usize = self.takes.iter().map(|argument| argument.count().0).sum();
        let is_open = self.takes.iter().any(|argument| argument.count().1);
        count >= least && (is_open || count == least)
    }
}
