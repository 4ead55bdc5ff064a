//! What there is to say of an address or of an unknown: everything that the formats of `buttress explain` show.

use std::collections::BTreeSet;

use super::Report;
use super::coverage::CoverageCell;
use crate::diagnostic::{Location, Severity};
use crate::text::Span;
use crate::value::Str;

/// The address under which a rule stands that may miss something in a root module: nothing can be said of a node that nobody knows.
pub const ROOT_MODULE: &str = "root module";

/// The explanation of an address, of a pattern of addresses, or of an unknown.
#[derive(Debug, Default)]
pub struct ExplainReport {
    /// The check that the explanation is a part of.
    pub report: Report,
    /// What was asked about, as the user wrote it.
    pub asked: String,
    /// What has this address: one for each of [`Report::roots`].
    pub roots: Vec<ExplainedRoot>,
    /// The unknowns of this name.
    pub unknowns: Vec<ExplainedUnknown>,
    /// Variables of this name whose value is known.
    pub variables: Vec<ExplainedVariable>,
    /// The nearest name, if nothing has this one.
    pub near: Option<String>,
}

impl ExplainReport {
    /// Whether something has this address.
    #[must_use]
    pub fn is_address(&self) -> bool {
        self.roots.iter().any(|root| !root.is_empty())
    }

    /// Whether there is nothing to explain.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        !self.is_address() && self.unknowns.is_empty() && self.variables.is_empty()
    }
}

/// What has the address in one root module or plan.
#[derive(Debug, Default)]
pub struct ExplainedRoot {
    /// Told in full.
    pub nodes: Vec<ExplainedNode>,
    /// What else the address stands for, such as the resources of a module: only counted and listed.
    pub further: Vec<FurtherNode>,
}

impl ExplainedRoot {
    /// Whether nothing has the address there.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.nodes.is_empty() && self.further.is_empty()
    }
}

/// A resource instance, data source or module call.
#[derive(Debug, Default)]
pub struct ExplainedNode {
    pub address: Str,
    /// `resource`, `data source`, `module call`.
    pub kind: &'static str,
    /// The role that the model gives its type.
    pub role: Option<&'static str>,
    /// Where it is declared.
    pub place: Option<Location>,
    /// The calls that lead there, outermost first: their addresses and places.
    pub calls: Vec<(Str, Location)>,
    /// Why it may not exist, or may exist several times.
    pub uncertain: Option<String>,
    pub values: Vec<ExplainedValue>,
    /// How many more values there are.
    pub further_values: usize,
    /// Edges that start from it.
    pub outgoing: ExplainedEdges,
    /// Edges that lead to it.
    pub incoming: ExplainedEdges,
    /// Where it stands; `None` if it is not a resource.
    pub standing: Option<ExplainedStanding>,
    /// One for each of [`crate::analysis::coverage::Signal::ALL`]; `None` if nothing is to be expected.
    pub signals: Option<[CoverageCell; 4]>,
    /// The verdict of each rule that asks about it: what fails first, then what is unknown, passes and is skipped.
    pub verdicts: Vec<ExplainedVerdict>,
}

/// One value of a node, with where it comes from.
#[derive(Debug)]
pub struct ExplainedValue {
    /// `multi_az`, `volume[0].size`
    pub path: String,
    /// The value on one line; a reference for what only the provider decides.
    pub shown: String,
    pub state: ValueState,
    /// Why it, or a part of it, is not known.
    pub cause: Option<String>,
    /// Where the attribute is set.
    pub at: Option<Location>,
    /// The place that decides, and what it is.
    pub decided: Option<(Span, &'static str)>,
}

/// How much of a value is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ValueState {
    Known,
    /// An expression, as it is written: each instance may have another value.
    Written,
    /// A part of it is not known.
    Partly,
    Unknown,
    /// It must not be shown.
    Secret,
}

impl ValueState {
    /// The word in output.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Known => "known",
            Self::Written => "written",
            Self::Partly => "partly-known",
            Self::Unknown => "unknown",
            Self::Secret => "secret",
        }
    }
}

/// The edges of a node in one direction.
#[derive(Debug, Default)]
pub struct ExplainedEdges {
    pub edges: Vec<ExplainedEdge>,
    /// Why there may be further ones: the cause, and the kinds of edges; all kinds if there is none.
    pub open: Vec<(String, Vec<&'static str>)>,
}

/// An edge between the node and another one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ExplainedEdge {
    /// What it means.
    pub kind: &'static str,
    /// The address at the other end.
    pub other: Str,
    /// Why it is only possible.
    pub possible: Option<String>,
    /// The attribute that makes it; empty if it is not certain.
    pub attribute: String,
}

/// Where a node stands.
#[derive(Debug)]
pub struct ExplainedStanding {
    /// The names of its zones; none if it depends on none, or if they are not known.
    pub zones: Vec<String>,
    /// Why it may stand in further zones.
    pub open: Option<String>,
    /// The fewest copies.
    pub least: u64,
    /// The most copies; none if there is no known end.
    pub most: Option<u64>,
    /// Why the number of copies is not known.
    pub copies_cause: Option<String>,
    /// What brings it back: the word, or why that is not known.
    pub recovery: Result<&'static str, String>,
    /// Whether traffic enters here; if that is not known, why.
    pub entry: Result<bool, String>,
}

/// What a rule says of the node.
#[derive(Debug)]
pub struct ExplainedVerdict {
    pub rule: Str,
    pub severity: Severity,
    pub kind: VerdictKind,
    /// What is wrong, why it is unknown, or why the rule does not apply.
    pub text: String,
    /// Where a finding points.
    pub place: Option<Location>,
    /// Why a finding or unknown verdict is not reported.
    pub set_aside: Option<String>,
}

/// One of the four verdicts, in the order in which they are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum VerdictKind {
    Fail,
    Unknown,
    Pass,
    Skip,
}

impl VerdictKind {
    /// The word in output.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Fail => "fail",
            Self::Unknown => "unknown",
            Self::Pass => "pass",
            Self::Skip => "skip",
        }
    }
}

/// A node that is not told in full.
#[derive(Debug)]
pub struct FurtherNode {
    pub address: Str,
    /// How many findings, unknown verdicts and passes it has.
    pub failed: usize,
    pub unknown: usize,
    pub passed: usize,
}

/// A variable whose value is known, or that no verdict waits for.
#[derive(Debug)]
pub struct ExplainedVariable {
    /// The index of its root.
    pub root: usize,
    pub address: String,
    /// The value on one line.
    pub shown: String,
    /// Why the value is not known.
    pub cause: Option<String>,
    /// Whether the value must not be shown: then nothing tells who decides it either.
    pub is_secret: bool,
    /// Where the variable is declared.
    pub place: Option<Span>,
    /// The place that decides, and what it is; `None` if an option or the process gives the value.
    pub decided: Option<(Span, &'static str)>,
}

/// An unknown, the verdicts that wait for it, and what would decide it.
#[derive(Debug)]
pub struct ExplainedUnknown {
    /// Its name, as the summary shows it; a sentence for one without a name.
    pub name: String,
    /// Whether the name that was asked for is one on the way from it, which only passes it on.
    pub passed_on: bool,
    /// Why it is unknown.
    pub text: String,
    /// Where it is declared.
    pub places: Vec<Span>,
    /// The type, if it is a variable that says so.
    pub type_: Option<String>,
    /// The verdicts that it decides, by rule.
    pub verdicts: Vec<UndecidedRule>,
    /// The other variables that some of these verdicts wait for as well.
    pub together: BTreeSet<String>,
    /// What would decide it, the simplest first.
    pub remedies: Vec<UnknownRemedy>,
}

impl ExplainedUnknown {
    /// How many verdicts it decides.
    #[must_use]
    pub fn count(&self) -> usize {
        self.verdicts.iter().map(|rule| rule.nodes.len()).sum()
    }
}

/// The verdicts of one rule that an unknown decides.
#[derive(Debug)]
pub struct UndecidedRule {
    pub rule: Str,
    /// The index of the root, and the address.
    pub nodes: Vec<(usize, Str)>,
}

/// Something that decides an unknown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownRemedy {
    /// What it is: `an option`, `a line of a values file`.
    pub what: &'static str,
    /// The text to copy.
    pub text: String,
}
