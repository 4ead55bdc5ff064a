//! Terraform's built-in functions, one row each, by family.
//!
//! A row says what a function takes and gives; [`Function::call`] does for all of them what Terraform does for all of them:
//! counts and converts arguments, refuses nulls, answers "unknown" to an unknown argument and carries marks over. Only
//! parameters that are `Parameter::open` see values that are not known, only those that are `Parameter::keeps_marks`
//! decide themselves where marks go.
//!
//! `try` and `can` are not here: they evaluate their arguments themselves.

mod arguments;
mod assumptions;
mod conversions;
mod csv;
mod encoding;
pub(super) mod files;
mod format;
mod hash;
mod holes;
mod json;
mod mappings;
mod members;
mod network;
mod numbers;
mod parameters;
mod pattern_cost;
mod patterns;
mod rsa;
mod sequences;
mod sets;
mod strings;
mod time;
mod timestamp;
mod yaml;
mod yaml_encode;

use std::borrow::Cow;
use std::sync::Arc;
use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use super::{EvalError, EvalResult, Host};
use crate::budget::Budget;
use crate::value::convert::convert;
use crate::value::{Cause, CauseKind, Kind, Type, Unknown, Value};
pub use arguments::Arguments;
pub(super) use arguments::LONGEST;
pub use files::Template;
pub use parameters::{Gives, Parameter, Takes};
pub use strings::known_prefix;

/// One function: a row of its family's table.
#[derive(Debug)]
pub struct Function {
    pub name: &'static str,
    /// What it takes, in order.
    pub parameters: &'static [Parameter],
    /// What any further arguments are.
    pub variadic: Option<Parameter>,
    /// What it gives.
    pub gives: Gives,
    /// What it is for, in a line.
    pub about: &'static str,
    /// What it costs for each byte and part of what it is given and gives: 1 for a plain look at it.
    steps: u64,
    /// Applies it to arguments that are as the row says.
    body: fn(&Arguments<'_>) -> EvalResult<Value>,
}

/// A row of a family's table.
const fn row(
    name: &'static str,
    parameters: &'static [Parameter],
    gives: Gives,
    body: fn(&Arguments<'_>) -> EvalResult<Value>,
    about: &'static str,
) -> Function {
    Function { name, parameters, variadic: None, gives, about, steps: 1, body }
}

impl Function {
    /// The row with any number of further arguments.
    const fn and(mut self, variadic: Parameter) -> Self {
        self.variadic = Some(variadic);
        self
    }

    /// The row of a function that takes this many times as long as one that only looks at its arguments.
    const fn costs(mut self, steps: u64) -> Self {
        self.steps = steps;
        self
    }

    fn parameter(&self, i: usize) -> Option<&Parameter> {
        self.parameters.get(i).or(self.variadic.as_ref())
    }

    /// Whether one of the arguments is null and may not be.
    #[must_use]
    pub fn refuses_null_of(&self, arguments: &[Value]) -> bool {
        arguments.iter().enumerate().any(|(i, argument)| {
            argument.is_null() && self.parameter(i).is_some_and(|parameter| !parameter.is_nullable)
        })
    }

    /// Calls the function.
    ///
    /// # Errors
    /// If the number or the types of the arguments are wrong, or there is no result for them.
    pub fn call(&self, host: &Host<'_>, arguments: &[Value]) -> EvalResult<Value> {
        self.check_count(arguments.len())?;
        self.pay_for_arguments(host, arguments)?;
        let result =
            self.evaluate(host, arguments).map_err(|error| self.without_secrets(error, arguments))?;
        self.pay_for_result(host, cause_without_secrets(result, arguments))
    }

    /// Messages quote what they are about: one about sensitive values is left out.
    pub(super) fn without_secrets(&self, error: Box<EvalError>, arguments: &[Value]) -> Box<EvalError> {
        if !error.is_final() && arguments.iter().any(Value::has_secret_part) {
            let message = format!(
                "function \"{}\" failed; why is not shown, as it was given sensitive values",
                self.name
            );
            Box::new(EvalError { message, ..*error })
        } else {
            error
        }
    }

    /// Whether it looks at the parts of an argument only one level down, if at all.
    fn is_shallow(&self, i: usize) -> bool {
        self.parameter(i).is_some_and(|parameter| parameter.is_open && parameter.is_marked)
    }

    fn pay_for_arguments(&self, host: &Host<'_>, arguments: &[Value]) -> EvalResult<()> {
        let steps = arguments.iter().enumerate().fold(STEPS, |sum: u64, (i, argument)| {
            let own = if self.is_shallow(i) {
                argument.as_str().map_or(0, |text| u64::try_from(text.len()).unwrap_or(u64::MAX))
            } else {
                argument.weight().steps
            };
            sum.saturating_add(own)
        });
        host.pay(steps.saturating_mul(self.steps))
    }

    fn pay_for_result(&self, host: &Host<'_>, result: Value) -> EvalResult<Value> {
        let is_made_of_arguments = !self.parameters.is_empty() || self.variadic.is_some();
        let is_made_of_arguments = is_made_of_arguments
            && (0..=self.parameters.len()).all(|i| self.parameter(i).is_none() || self.is_shallow(i));
        let (steps, bytes) = if is_made_of_arguments {
            (result.width(), result.own_memory())
        } else {
            let weight = result.weight();
            (weight.steps, weight.memory())
        };
        host.meter.spend(Budget::Values, bytes)?;
        host.pay(steps.saturating_mul(self.steps))?;
        Ok(match &result.kind {
            Kind::String(text) if text.len() > LONGEST => {
                let name = self.name;
                let cause = Cause::new(CauseKind::Limit, format!("length of text from {name}()"), None);
                arguments::not_null(self.gives.type_(), cause).computed_from_all_of(&result)
            }
            _ => result,
        })
    }

    fn evaluate(&self, host: &Host<'_>, arguments: &[Value]) -> EvalResult<Value> {
        let mut arguments = Cow::Borrowed(arguments);
        for i in 0..arguments.len() {
            let (Some(parameter), Some(argument)) = (self.parameter(i), arguments.get(i)) else { continue };
            if let Some(converted) = self.prepare(parameter, argument)?
                && let Some(place) = arguments.to_mut().get_mut(i)
            {
                *place = converted;
            }
        }
        let strict =
            arguments.iter().enumerate().filter(|(i, _)| self.parameter(*i).is_none_or(|p| !p.is_open));
        let unknown = strict.map(|(_, argument)| argument).find_map(Value::first_cause);
        let mut result = match unknown {
            Some(cause) => {
                let mut unknown = Unknown::new(self.gives.type_(), cause);
                unknown.refinement.not_null = self.gives != Gives::Any;
                unknown.into()
            }
            None => (self.body)(&Arguments { function: self, host, values: &arguments })?,
        };
        for (i, argument) in arguments.iter().enumerate() {
            if self.parameter(i).is_some_and(|parameter| parameter.is_marked) {
                continue;
            }
            result = if self.gives != Gives::Bool {
                result.computed_from_all_of(argument)
            } else if argument.has_secret_part() {
                // An answer tells about its arguments without holding them.
                result.sensitive()
            } else {
                result
            };
        }
        Ok(result)
    }

    fn check_count(&self, given: usize) -> EvalResult<()> {
        let name = self.name;
        let wanted = self.parameters.len();
        if let Some(missing) = self.parameters.get(given) {
            let at_least = if self.variadic.is_some() { "at least " } else { "" };
            return Err(Box::new(EvalError::new(format!(
                "function \"{name}\" expects {at_least}{wanted} argument(s); missing value for \"{}\"",
                missing.name
            ))));
        }
        if given > wanted && self.variadic.is_none() {
            return Err(Box::new(EvalError::new(format!(
                "function \"{name}\" expects only {wanted} argument(s)"
            ))));
        }
        Ok(())
    }

    /// The template that a call of `templatefile` or `templatestring` renders; `None` for other functions. It is up to the
    /// interpreter to render it: without the two functions themselves, and with the marks of the template on the result.
    ///
    /// # Errors
    /// If the arguments are wrong.
    pub fn template(&self, host: &Host<'_>, arguments: &[Value]) -> EvalResult<Option<Template>> {
        let read = match self.name {
            "templatefile" => files::template_file,
            "templatestring" => files::template_string,
            _ => return Ok(None),
        };
        self.check_count(arguments.len())?;
        self.pay_for_arguments(host, arguments)?;
        let mut prepared = Vec::with_capacity(arguments.len());
        for (parameter, argument) in self.parameters.iter().zip(arguments) {
            prepared.push(self.prepare(parameter, argument)?.unwrap_or_else(|| argument.clone()));
        }
        if let Some(cause) = prepared.first().and_then(Value::first_cause) {
            let unknown = Value::unknown_of(self.gives.type_(), cause);
            return Ok(Some(Template::Unknown(prepared.iter().fold(unknown, Value::computed_from_all_of))));
        }
        Ok(Some(match read(&Arguments { function: self, host, values: &prepared })? {
            Template::Unknown(unknown) => Template::Unknown(cause_without_secrets(unknown, arguments)),
            template @ Template::Source { .. } => template,
        }))
    }

    /// The argument as the parameter wants it; `None` if it is so already.
    fn prepare(&self, parameter: &Parameter, argument: &Value) -> EvalResult<Option<Value>> {
        let refuse = |why: &dyn std::fmt::Display| {
            let message =
                format!("invalid value for \"{}\" parameter of {}: {why}", parameter.name, self.name);
            Box::new(EvalError::new(message))
        };
        if argument.is_null() && !parameter.is_nullable {
            return Err(refuse(&"argument must not be null"));
        }
        match (&argument.kind, parameter.takes) {
            (_, Takes::Any) | (Kind::String(_), Takes::String) | (Kind::Number(_), Takes::Number) => Ok(None),
            _ => convert(argument, &parameter.takes.type_()).map(Some).map_err(|error| refuse(&error)),
        }
    }

    /// The type of the result, as far as it does not depend on the arguments.
    #[must_use]
    pub fn type_(&self) -> Type {
        self.gives.type_()
    }
}

/// What a call costs, whatever is called.
const STEPS: u64 = 100;

const FAMILIES: &[&[Function]] = &[
    assumptions::FUNCTIONS,
    conversions::FUNCTIONS,
    csv::FUNCTIONS,
    encoding::FUNCTIONS,
    files::FUNCTIONS,
    format::FUNCTIONS,
    hash::FUNCTIONS,
    json::FUNCTIONS,
    mappings::FUNCTIONS,
    members::FUNCTIONS,
    network::FUNCTIONS,
    numbers::FUNCTIONS,
    patterns::FUNCTIONS,
    sequences::FUNCTIONS,
    sets::FUNCTIONS,
    strings::FUNCTIONS,
    time::FUNCTIONS,
    yaml::FUNCTIONS,
];

/// The function of that name (`core::` in front is allowed), if there is one.
#[must_use]
pub fn find(name: &str) -> Option<&'static Function> {
    static BY_NAME: LazyLock<FxHashMap<&'static str, &'static Function>> =
        LazyLock::new(|| all().map(|function| (function.name, function)).collect());
    BY_NAME.get(name.strip_prefix("core::").unwrap_or(name)).copied()
}

/// All functions, by family.
pub fn all() -> impl Iterator<Item = &'static Function> {
    FAMILIES.iter().copied().flatten()
}

/// The names of all functions, sorted, with those that the interpreter applies itself.
#[must_use]
pub fn names() -> &'static [&'static str] {
    static NAMES: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
        let mut names: Vec<_> =
            all().map(|function| function.name).chain(["can", "convert", "try"]).collect();
        names.sort_unstable();
        names
    });
    &NAMES
}

/// What a function cannot know is called after its arguments, such as the path of a file. A sensitive argument is not named.
fn cause_without_secrets(mut result: Value, arguments: &[Value]) -> Value {
    if let Kind::Unknown(unknown) = &mut result.kind
        && matches!(unknown.cause.kind, CauseKind::FileNotRead | CauseKind::OutsideConfiguration)
        && arguments.iter().all(|argument| argument.first_cause().is_none())
        && arguments.iter().any(Value::has_secret_part)
    {
        let cause = Cause::new(unknown.cause.kind, "a sensitive value", unknown.cause.span);
        Arc::make_mut(unknown).cause = cause;
    }
    result
}
