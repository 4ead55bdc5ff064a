//! The arguments of one call, and the errors a function reports about them.

use std::sync::Arc;

use super::{EvalError, EvalResult, Function, Host};
use crate::text::{MAX_QUOTED, shortened};
use crate::value::{
    Cause, CauseKind, Kind, Lengths, Number, Origin, Pieces, Sequence, Step, Str, Type, Unknown, Value,
};

/// The arguments of one call, converted to the types of the function's parameters.
pub struct Arguments<'a> {
    pub(super) function: &'a Function,
    /// Files, identities and the meter.
    pub host: &'a Host<'a>,
    pub values: &'a [Value],
}

/// The longest text that is made, in bytes: a few short lines of configuration can ask for more than fits in memory.
pub(crate) const LONGEST: usize = 32 << 20;

static NULL: Value = Value::NULL;

impl<'a> Arguments<'a> {
    /// The argument at index `i`; null if it was not given.
    #[must_use]
    pub fn value(&self, i: usize) -> &'a Value {
        self.values.get(i).unwrap_or(&NULL)
    }

    /// The arguments from index `i` on.
    #[must_use]
    pub fn from(&self, i: usize) -> &'a [Value] {
        self.values.get(i..).unwrap_or_default()
    }

    #[must_use]
    pub fn text(&self, i: usize) -> &'a str {
        self.value(i).as_str().unwrap_or_default()
    }

    /// # Errors
    /// If the argument is not a number.
    pub fn number(&self, i: usize) -> EvalResult<&'a Number> {
        self.value(i).as_number().ok_or_else(|| self.refuse(i, "a number is required"))
    }

    /// # Errors
    /// If the argument is not a whole number of 64 bits.
    pub fn whole(&self, i: usize) -> EvalResult<i64> {
        self.number(i)?.as_i64().ok_or_else(|| {
            self.fail("value must be a whole number, between -9223372036854775808 and 9223372036854775807 inclusive")
        })
    }

    /// The elements of a list, set or tuple argument; empty if the argument is anything else.
    #[must_use]
    pub fn items(&self, i: usize) -> &'a [Value] {
        self.value(i).as_sequence().map_or(&[], |sequence| sequence.items.as_slice())
    }

    /// The elements of a list argument as strings; `None` for a null.
    pub fn strings(&self, i: usize) -> impl Iterator<Item = Option<&'a str>> {
        self.items(i).iter().map(Value::as_str)
    }

    /// An error that says why the call failed.
    #[must_use]
    pub fn fail(&self, why: impl std::fmt::Display) -> Box<EvalError> {
        Box::new(EvalError::new(format!("call to function \"{}\" failed: {why}", self.function.name)))
    }

    /// An error that says why argument `i` is not valid.
    #[must_use]
    pub fn refuse(&self, i: usize, why: impl std::fmt::Display) -> Box<EvalError> {
        let parameter = self.function.parameter(i).map_or("", |parameter| parameter.name);
        let name = self.function.name;
        Box::new(EvalError::new(format!("invalid value for \"{parameter}\" parameter of {name}: {why}")))
    }

    /// The unknown result that replaces a text of more than 32 MiB.
    #[must_use]
    pub fn too_long(&self) -> Value {
        let name = self.function.name;
        not_null(
            self.function.type_(),
            Cause::new(CauseKind::Limit, format!("length of text from {name}()"), None),
        )
    }

    /// The unknown result that replaces what is beyond a limit that Terraform does not have: the call may succeed there, or fail.
    #[must_use]
    pub fn beyond(&self, what: &str) -> Value {
        let cause = Cause::new(CauseKind::Limit, format!("{what} in {}()", self.function.name), None);
        Value::unknown_of(self.function.type_(), cause)
    }

    /// The result of a function that returns a different value on every call.
    #[must_use]
    pub fn impure(&self) -> Value {
        let cause = Cause::new(CauseKind::ImpureFunction, format!("{}()", self.function.name), None);
        not_null(self.function.type_(), cause)
    }
}

/// A text as messages show it: in quotes, with the middle of a long text left out.
pub(super) fn quoted(text: &str) -> String {
    format!("{:?}", shortened(text, MAX_QUOTED))
}

/// An unknown value that is certainly not null.
pub(super) fn not_null(type_: Type, cause: Arc<Cause>) -> Value {
    let mut unknown = Unknown::new(type_, cause);
    unknown.refinement.not_null = true;
    unknown.into()
}

/// The longest prefix of an unknown text that is kept, in bytes. Texts nested in texts would otherwise keep more each time.
const LONGEST_PREFIX: usize = 64 << 10;

/// An unknown string with a known prefix.
pub(super) fn prefixed(mut prefix: Str, cause: Arc<Cause>) -> Value {
    if prefix.len() > LONGEST_PREFIX {
        let start = (0..=LONGEST_PREFIX).rev().find_map(|end| prefix.get(..end));
        prefix = super::known_prefix(start.unwrap_or_default());
    }
    let mut unknown = Unknown::new(Type::String, cause);
    unknown.refinement.not_null = true;
    unknown.refinement.prefix = prefix;
    unknown.into()
}

/// An unknown string with a known prefix and known pieces.
pub(super) fn pieced(pieces: Pieces, prefix: Str, cause: Arc<Cause>) -> Value {
    let mut value = prefixed(prefix, cause);
    if let Kind::Unknown(unknown) = &mut value.kind {
        Arc::make_mut(unknown).refinement.pieces = pieces.kept().map(Arc::new);
    }
    value
}

/// An unknown collection with known bounds on its length.
pub(super) fn sized(type_: Type, cause: Arc<Cause>, lengths: Lengths) -> Value {
    Unknown::sized(type_, cause, lengths).into()
}

/// Element `i` of an unknown sequence: unknown too, with an origin one step further.
pub(super) fn element_of(unknown: &Unknown, i: usize) -> Value {
    let type_ = match &unknown.type_ {
        Type::List(element) | Type::Set(element) => element.as_ref().clone(),
        Type::Tuple(parts) => parts.get(i).cloned().unwrap_or(Type::Dynamic),
        _ => Type::Dynamic,
    };
    let mut element = Unknown::new(type_, unknown.cause.clone());
    element.origin = stepped(unknown.origin.as_ref(), Step::Index(u64::try_from(i).unwrap_or(u64::MAX)));
    element.into()
}

pub(super) fn stepped(origin: Option<&Arc<Origin>>, step: Step) -> Option<Arc<Origin>> {
    origin.map(|origin| Arc::new(origin.step(step)))
}

/// What is known of the elements of a sequence.
pub(super) enum SequenceElements<'a> {
    /// A list, set or tuple; `Sequence::more` says whether there may be further elements.
    Known(&'a Sequence),
    /// An unknown tuple: its length is known, its elements are not.
    Tuple(Vec<Value>),
    /// An unknown list or set, or an unknown value that may be one.
    Unknown(&'a Unknown),
    Other,
}

impl<'a> SequenceElements<'a> {
    pub(super) fn of(value: &'a Value) -> Self {
        match &value.kind {
            Kind::List(sequence) | Kind::Set(sequence) | Kind::Tuple(sequence) => Self::Known(sequence),
            Kind::Unknown(unknown) => match &unknown.type_ {
                Type::Tuple(parts) => Self::Tuple((0..parts.len()).map(|i| element_of(unknown, i)).collect()),
                Type::List(_) | Type::Set(_) | Type::Dynamic => Self::Unknown(unknown),
                _ => Self::Other,
            },
            _ => Self::Other,
        }
    }
}
