//! Unknown values: the cause, the origin, and what is known all the same.

use std::borrow::Cow;
use std::sync::{Arc, LazyLock};

use super::{Lengths, Origin, Pieces, Str, Type, Value};
use crate::text::{MAX_SENTENCE, Span, shortened};

/// A value that is not known.
#[derive(Clone, Debug)]
pub struct Unknown {
    /// The type; [`Type::Dynamic`] if not even that is known.
    pub type_: Type,
    /// Why the value is not known.
    pub cause: Arc<Cause>,
    /// Whose attribute it is. Two unknowns with the same origin are equal.
    pub origin: Option<Arc<Origin>>,
    /// What holds for every value it may turn out to be.
    pub refinement: Refinement,
}

/// What holds for every value that an unknown may turn out to be.
#[derive(Clone, Debug, Default)]
pub struct Refinement {
    /// The value is not null.
    pub not_null: bool,
    /// The value is null or this one.
    pub null_or: Option<Arc<Value>>,
    /// The string starts with this.
    pub prefix: Str,
    /// The string consists of these pieces.
    pub pieces: Option<Arc<Pieces>>,
    /// The string is this value as JSON; decoding it gives the known parts back.
    pub json: Option<Arc<Value>>,
    /// The string is this value as YAML, for decoding it again.
    pub yaml: Option<Arc<Value>>,
    /// The least number, number of elements of a collection, or number of characters of a text.
    pub at_least: Option<i64>,
    /// The greatest number, or number of elements of a collection.
    pub at_most: Option<i64>,
    /// The map or object has these entries.
    pub entries: Option<Arc<UnkeyedEntries>>,
}

/// Entries of a map or object whose keys are no known texts, but certainly different ones. Their order is not known.
#[derive(Clone, Debug)]
pub struct UnkeyedEntries {
    /// Keys and values.
    pub items: Vec<(Value, Value)>,
    /// Set if there may be more entries: the cause.
    pub more: Option<Arc<Cause>>,
}

/// Why a value is not known, in a user's words.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cause {
    pub kind: CauseKind,
    /// What the cause is about, as a user writes it: `var.multi_az`, `module.vpc`, `timestamp()`. May be empty.
    pub subject: Str,
    /// The place of the subject.
    pub span: Option<Span>,
    /// The upstream cause, if the subject only forwards a value. `kind` is then that of the end of the chain.
    pub from: Option<Arc<Cause>>,
    /// Variables that have to be known as well: `var.b` in `var.a && var.b`.
    pub with: Vec<Arc<Cause>>,
}

/// The most variables that are told to decide together with another one.
const MAX_TOGETHER: usize = 4;

/// Longer chains of forwarding causes are cut: their ends say enough.
const MAX_CHAIN: usize = 8;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CauseKind {
    /// A variable has neither a default nor a value.
    VariableWithoutDefault,
    /// The provider decides the attribute at apply.
    DecidedByProvider,
    /// A data source is read at apply.
    DataSource,
    /// The module is not downloaded.
    ModuleNotLoaded,
    /// The directory of the module does not exist.
    NoModuleDirectory,
    /// The module lies outside of what may be read.
    ModuleOutside,
    /// `count` or `for_each` is unknown, and so are the instances.
    InstancesNotKnown,
    /// The function returns a different result on every call.
    ImpureFunction,
    /// We do not know the function; provider functions are among these.
    UnknownFunction,
    /// A file may not or cannot be read.
    FileNotRead,
    /// A named limit was reached.
    Limit,
    /// The expression is wrong; the subject is the message.
    Error,
    /// The plan says only that the value is known after apply, not why.
    KnownAfterApply,
    /// The configuration does not say; something outside of it may decide.
    OutsideConfiguration,
    /// Nobody has said in which workspace the configuration is applied.
    Workspace,
    /// The question is about a change, and what was there before is unknown.
    BeforeNotKnown,
    /// A variable of the process decides, which differs from run to run.
    EnvironmentVariable,
    /// It takes a program, a service or a key to know it.
    NotExecuted,
    /// Root modules of another part of the run may decide it; the subject is this part.
    OtherPart,
}

impl Cause {
    #[must_use]
    pub fn new(kind: CauseKind, subject: impl Into<Str>, span: Option<Span>) -> Arc<Self> {
        let mut subject: Str = subject.into();
        if let Cow::Owned(short) = shortened(&subject, MAX_SENTENCE) {
            subject = short.into();
        }
        Arc::new(Self { kind, subject, span, from: None, with: Vec::new() })
    }

    /// The cause of a forwarded value: `module.db.var.multi_az ← var.multi_az has no default`.
    #[must_use]
    pub fn passed_on(self: &Arc<Self>, subject: impl Into<Str>, span: Option<Span>) -> Arc<Self> {
        let length = std::iter::successors(Some(self), |cause| cause.from.as_ref()).count();
        if length >= MAX_CHAIN {
            return self.clone();
        }
        Arc::new(Self {
            kind: self.kind,
            subject: subject.into(),
            span,
            from: Some(self.clone()),
            with: Vec::new(),
        })
    }

    /// The start of the chain of causes, which is what a reader has to look at.
    #[must_use]
    pub fn root(self: &Arc<Self>) -> &Arc<Self> {
        let mut root = self;
        while let Some(from) = &root.from {
            root = from;
        }
        root
    }

    /// The cause of what two unknown operands decide together: this one, and the other one if it is another variable.
    #[must_use]
    pub fn together(self: &Arc<Self>, other: &Arc<Self>) -> Arc<Self> {
        let is_variable = |cause: &Arc<Self>| cause.root().kind == CauseKind::VariableWithoutDefault;
        // Asked for every operator with two unknown operands, most of which are no variables.
        if !is_variable(self) || !is_variable(other) {
            return self.clone();
        }
        let known = self.variables();
        let further: Vec<Arc<Self>> =
            other.variables().into_iter().filter(|cause| !known.contains(cause)).collect();
        if further.is_empty() {
            return self.clone();
        }
        let with = self.with.iter().cloned().chain(further).take(MAX_TOGETHER).collect();
        Arc::new(Self { with, ..(**self).clone() })
    }

    /// The starts of this chain of causes and of those that have to be known as well, each once.
    #[must_use]
    pub fn variables(self: &Arc<Self>) -> Vec<Arc<Self>> {
        let first = Arc::new(Self { with: Vec::new(), ..(**self.root()).clone() });
        let chain = std::iter::successors(Some(self), |cause| cause.from.as_ref());
        let with = chain.flat_map(|cause| cause.with.iter().map(|cause| cause.root().clone()));
        let mut all: Vec<Arc<Self>> = Vec::new();
        for cause in std::iter::once(first).chain(with) {
            if !all.contains(&cause) {
                all.push(cause);
            }
        }
        all
    }

    /// "Decided by the provider at apply". It is by far the most frequent cause, so all values share one; the origin says whose it is.
    #[must_use]
    pub fn provider() -> Arc<Self> {
        static PROVIDER: LazyLock<Arc<Cause>> =
            LazyLock::new(|| Cause::new(CauseKind::DecidedByProvider, "", None));
        PROVIDER.clone()
    }
}

impl std::fmt::Display for Cause {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { kind, subject, .. } = self;
        if let Some(from) = &self.from {
            return write!(f, "{subject} ← {from}");
        }
        match kind {
            CauseKind::VariableWithoutDefault => write!(f, "{subject} has no default and no value"),
            CauseKind::DecidedByProvider if subject.is_empty() => {
                f.write_str("the provider decides it at apply")
            }
            CauseKind::DecidedByProvider => write!(f, "the provider decides {subject} at apply"),
            CauseKind::DataSource => write!(f, "{subject} is read at apply"),
            CauseKind::ModuleNotLoaded => {
                write!(f, "{subject} is not downloaded")
            }
            CauseKind::NoModuleDirectory => write!(f, "the directory of {subject} does not exist"),
            CauseKind::ModuleOutside => write!(f, "{subject} is outside the repository and is not read"),
            CauseKind::InstancesNotKnown => write!(f, "the number of instances of {subject} is unknown"),
            CauseKind::ImpureFunction => write!(f, "{subject} returns a different result on each run"),
            CauseKind::UnknownFunction => write!(f, "the function {subject} is not supported"),
            CauseKind::FileNotRead => write!(f, "the file {subject} was not read in full"),
            CauseKind::Limit => write!(f, "the limit {subject} was reached"),
            CauseKind::Error => write!(f, "it cannot be evaluated: {subject}"),
            CauseKind::KnownAfterApply if subject.is_empty() => f.write_str("it is known after apply"),
            CauseKind::KnownAfterApply => write!(f, "{subject} is known after apply"),
            CauseKind::OutsideConfiguration => write!(f, "{subject} is decided outside this configuration"),
            CauseKind::Workspace => write!(f, "{subject} is not known; `--workspace NAME` gives it"),
            CauseKind::BeforeNotKnown => write!(f, "only a plan shows what {subject} was before"),
            CauseKind::EnvironmentVariable => {
                write!(f, "it is decided by the environment variable {subject}")
            }
            CauseKind::NotExecuted => write!(f, "{subject} is not executed"),
            CauseKind::OtherPart => {
                write!(
                    f,
                    "this is {subject} of the run; `buttress merge` decides what root modules of the others decide"
                )
            }
        }
    }
}

impl Unknown {
    /// An unknown of a type without further knowledge.
    #[must_use]
    pub fn new(type_: Type, cause: Arc<Cause>) -> Self {
        Self { type_, cause, origin: None, refinement: Refinement::default() }
    }

    /// The unknown attribute with this origin, decided by the provider.
    #[must_use]
    pub fn symbolic(origin: Arc<Origin>) -> Self {
        Self {
            type_: Type::Dynamic,
            cause: Cause::provider(),
            origin: Some(origin),
            refinement: Refinement::default(),
        }
    }

    /// A collection that is not null, with these bounds on its length.
    #[must_use]
    pub fn sized(type_: Type, cause: Arc<Cause>, lengths: Lengths) -> Self {
        let mut unknown = Self::new(type_, cause);
        unknown.refinement.not_null = true;
        unknown.with_lengths(lengths)
    }

    /// The same with these bounds on its length.
    #[must_use]
    pub fn with_lengths(mut self, lengths: Lengths) -> Self {
        self.refinement.at_least = i64::try_from(lengths.least).ok();
        self.refinement.at_most = lengths.most.and_then(|most| i64::try_from(most).ok());
        self
    }

    /// A map or object with these entries.
    #[must_use]
    pub fn with_entries(entries: UnkeyedEntries, cause: Arc<Cause>) -> Self {
        let mut unknown = Self::new(Type::Dynamic, cause);
        unknown.refinement.not_null = true;
        unknown.refinement.entries = Some(Arc::new(entries));
        unknown
    }

    /// Whether it is certainly neither null nor an empty text.
    #[must_use]
    pub fn is_set(&self) -> bool {
        let may_be_text = matches!(self.type_, Type::String | Type::Dynamic);
        let has_text = !self.refinement.prefix.is_empty() || self.refinement.at_least.is_some_and(|n| n > 0);
        self.refinement.not_null && (has_text || !may_be_text)
    }

    /// A number with known bounds, both inclusive.
    #[must_use]
    pub fn number_between(at_least: Option<i64>, at_most: Option<i64>, cause: Arc<Cause>) -> Self {
        Self {
            refinement: Refinement { not_null: true, at_least, at_most, ..Refinement::default() },
            ..Self::new(Type::Number, cause)
        }
    }
}
