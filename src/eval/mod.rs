//! The interpreter of the expression language: expressions and a scope in, values out.
//!
//! Evaluation is total: a wrong expression gives an [`EvalError`]. `try` and `can` see the error; anywhere else it becomes an
//! unknown value once it leaves the expression. The interpreter does no input or output ([`Files`] is a port) and knows neither
//! modules nor rules: both implement [`scope::Scope`].

pub mod access;
mod conditional;
mod for_expression;
pub mod functions;
pub mod interpreter;
mod object;
pub mod operators;
pub mod scope;
mod splat;
mod template;
pub mod type_expr;
pub mod unkeyed;

use std::borrow::Cow;
use std::sync::Arc;

use crate::budget::{Budget, Meter, Spent};
use crate::text::{MAX_SENTENCE, Range, shortened};
use crate::value::equality::Identities;
use crate::value::size::Weight;
use crate::value::{Cause, CauseKind, Value};

/// What an expression that has no value gets wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It asks for something that its values do not have.
    Value,
    /// It refers to what is not declared.
    Reference,
    /// It calls a function that is not there, or with too few or too many arguments.
    Function,
    /// It reads a file that is not there; a program may write it before Terraform runs.
    File,
}

/// Why an expression has no value.
#[derive(Clone, Debug)]
pub struct EvalError {
    /// What is wrong: one sentence without a final dot.
    pub message: String,
    /// The place in the file of the expression, if known.
    pub range: Option<Range>,
    /// What it is about.
    pub fault: Fault,
    /// `try` and `can` do not catch this error: the expression is wrong whatever the values, and Terraform rejects it before
    /// evaluation.
    pub static_error: bool,
    /// Set if a budget of the run is spent and the value is therefore unknown, for this cause. Nothing catches this error.
    pub limit: Option<Arc<Cause>>,
}

impl EvalError {
    /// An error without a place; the enclosing expression adds one.
    pub fn new(message: impl Into<String>) -> Self {
        let mut message: String = message.into();
        if let Cow::Owned(short) = shortened(&message, MAX_SENTENCE) {
            message = short;
        }
        Self { message, range: None, fault: Fault::Value, static_error: false, limit: None }
    }

    /// An error of a reference or a call, which `try` and `can` catch.
    pub fn of(fault: Fault, message: impl Into<String>) -> Box<Self> {
        Box::new(Self { fault, ..Self::new(message) })
    }

    /// An error in the expression itself, whatever the values: nothing catches it.
    pub fn wrong(message: impl Into<String>) -> Box<Self> {
        Box::new(Self { fault: Fault::Reference, static_error: true, ..Self::new(message) })
    }

    /// Whether `try`, `can` and the like must not catch this error.
    #[must_use]
    pub fn is_final(&self) -> bool {
        self.static_error || self.limit.is_some()
    }
}

impl From<Spent> for Box<EvalError> {
    fn from(spent: Spent) -> Self {
        let mut error = EvalError::new(format!("the budget `{}` of the run is spent", spent.name()));
        error.limit = Some(Cause::new(CauseKind::Limit, spent.name(), None));
        Box::new(error)
    }
}

pub type EvalResult<T> = Result<T, Box<EvalError>>;

/// Why a file function has no result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FileError {
    /// There is no such file: Terraform reports an error, and so do we.
    NotFound,
    /// It exists but cannot be read as asked (a directory, not UTF-8, …): an error too, with this message.
    Unreadable(String),
    /// It lies outside of what may be read, or is too large: the result is unknown.
    Confined(String),
    /// A budget of the run is spent.
    Spent(Spent),
}

/// What file functions may see. Paths are as the configuration writes them; relative ones start at Terraform's working directory,
/// which is that of the root module.
pub trait Files: Sync {
    /// The content of a file.
    ///
    /// # Errors
    /// See [`FileError`].
    fn read(&self, path: &str, meter: &Meter) -> Result<Arc<[u8]>, FileError>;
    /// Whether the path is a regular file; `Err` where `fileexists` is an error or may not look.
    ///
    /// # Errors
    /// See [`FileError`].
    fn exists(&self, path: &str) -> Result<bool, FileError>;
    /// Regular files below `base` whose relative path matches the glob, sorted.
    ///
    /// # Errors
    /// See [`FileError`].
    fn glob(&self, base: &str, pattern: &str, meter: &Meter) -> Result<Vec<String>, FileError>;
    /// The absolute path of the working directory, if results may depend on it.
    fn working_directory(&self) -> Option<String> {
        None
    }
    /// The last component of the working directory, which does not depend on the machine.
    fn directory_name(&self) -> Option<String> {
        None
    }
    /// The user's home directory, if results may depend on it.
    fn home_directory(&self) -> Option<String> {
        None
    }
}

/// The steps to convert a part of a value, and to find the type that it is to have.
const STEPS_OF_CONVERSION: u64 = 60;

/// What functions may ask of their surroundings.
#[derive(Clone, Copy)]
pub struct Host<'a> {
    /// The file system, confined.
    pub files: &'a dyn Files,
    /// Says which symbolic values differ.
    pub identities: &'a dyn Identities,
    /// Counts the cost of what functions do.
    pub meter: &'a Meter,
}

impl Host<'_> {
    /// Pays for steps of evaluation.
    ///
    /// # Errors
    /// If the budget is spent.
    pub fn pay(&self, steps: u64) -> EvalResult<()> {
        Ok(self.meter.spend(Budget::Evaluation, steps)?)
    }

    /// Pays for a conversion of a value, which makes all of its parts anew.
    ///
    /// # Errors
    /// If a budget is spent.
    pub fn pay_for_conversion(&self, value: &Value) -> EvalResult<()> {
        let weight = value.weight();
        self.pay(weight.parts.saturating_mul(STEPS_OF_CONVERSION))?;
        // Texts are shared.
        Ok(self.meter.spend(Budget::Values, Weight { bytes: 0, ..weight }.memory())?)
    }
}

/// A file system without files, for constant expressions.
#[derive(Debug)]
pub struct NoFiles;

impl Files for NoFiles {
    fn read(&self, path: &str, _: &Meter) -> Result<Arc<[u8]>, FileError> {
        Err(FileError::Confined(path.to_owned()))
    }

    fn exists(&self, path: &str) -> Result<bool, FileError> {
        Err(FileError::Confined(path.to_owned()))
    }

    fn glob(&self, base: &str, _: &str, _: &Meter) -> Result<Vec<String>, FileError> {
        Err(FileError::Confined(base.to_owned()))
    }
}
