//! Terraform's built-in functions, one row each, by family.
//!
//! A row says what a function takes and returns. [`Function::call`] does what Terraform does for every function: it counts and
//! converts arguments, rejects nulls, returns unknown for an unknown argument and carries marks over. Only `Parameter::open`
//! parameters see unknown values; only for `Parameter::keeps_marks` parameters does the function itself decide which marks the
//! result gets.
//!
//! `try` and `can` are not here: they evaluate their own arguments.

mod arguments;
mod assumptions;
mod conversions;
mod csv;
mod encoding;
pub(super) mod files;
mod format;
mod hash;
mod holes;
mod joined;
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
mod yaml_holes;

use std::borrow::Cow;
use std::sync::Arc;
use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use super::access::{is_out_of_order, order_of};
use super::{EvalError, EvalResult, Fault, Host};
use crate::budget::Budget;
use crate::diagnostic::nearest;
use crate::value::convert::convert;
use crate::value::{Cause, CauseKind, Kind, Type, Unknown, Value};
pub use arguments::Arguments;
pub(super) use arguments::LONGEST;
pub use files::Template;
pub use holes::document_of;
pub use json::json_of_scalar;
pub use parameters::{Gives, Parameter, Takes};
pub use strings::known_prefix;

/// One function: a row of its family's table.
#[derive(Debug)]
pub struct Function {
    pub name: &'static str,
    /// The parameters, in order.
    pub parameters: &'static [Parameter],
    /// The parameter for any further arguments.
    pub variadic: Option<Parameter>,
    pub gives: Gives,
    /// What the function is for, in one line.
    pub about: &'static str,
    /// Steps per byte and part of arguments and result; 1 for a function that looks at each once.
    steps: u64,
    /// Computes the result; the arguments have been converted as the row says.
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

/// Functions whose result depends on the places of elements in a list.
const BY_PLACE: [&str; 5] = ["chunklist", "element", "index", "slice", "zipmap"];

impl Function {
    /// Lets the function take any number of further arguments.
    const fn and(mut self, variadic: Parameter) -> Self {
        self.variadic = Some(variadic);
        self
    }

    /// Sets how many times the work of a plain look at the arguments the function does.
    const fn costs(mut self, steps: u64) -> Self {
        self.steps = steps;
        self
    }

    fn parameter(&self, i: usize) -> Option<&Parameter> {
        self.parameters.get(i).or(self.variadic.as_ref())
    }

    /// Whether an argument is null whose parameter does not accept null.
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

    /// Hides the message of an error if an argument is sensitive: messages quote values.
    pub(super) fn without_secrets(&self, error: Box<EvalError>, arguments: &[Value]) -> Box<EvalError> {
        if !error.is_final() && arguments.iter().any(Value::has_secret_part) {
            let message = format!(
                "function \"{}\" failed; the reason is not shown because its arguments are sensitive",
                self.name
            );
            Box::new(EvalError { message, ..*error })
        } else {
            error
        }
    }

    /// Whether the function looks at most one level into the argument.
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
        let out_of_order = arguments.iter().find_map(|argument| match &argument.kind {
            Kind::List(list) | Kind::Tuple(list) => is_out_of_order(argument, list).then(|| order_of(list)),
            _ => None,
        });
        if let Some(cause) = out_of_order.as_ref().filter(|_| BY_PLACE.contains(&self.name)) {
            // It contains one of them, so it does not refer to all.
            let unknown = Value::unknown(cause.clone());
            return Ok(arguments.iter().fold(unknown, |unknown, argument| unknown.secret_as(argument)));
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
                // A boolean result contains none of its arguments, but it can reveal a secret.
                result.sensitive()
            } else {
                result
            };
        }
        let is_list = matches!(result.kind, Kind::List(_) | Kind::Tuple(_));
        Ok(if is_list && out_of_order.is_some() { result.unordered() } else { result })
    }

    fn check_count(&self, given: usize) -> EvalResult<()> {
        let name = self.name;
        let wanted = self.parameters.len();
        if let Some(missing) = self.parameters.get(given) {
            let at_least = if self.variadic.is_some() { "at least " } else { "" };
            return Err(EvalError::of(
                Fault::Function,
                format!(
                    "function \"{name}\" expects {at_least}{wanted} argument(s); missing value for \"{}\"",
                    missing.name
                ),
            ));
        }
        if given > wanted && self.variadic.is_none() {
            return Err(EvalError::of(
                Fault::Function,
                format!("function \"{name}\" expects only {wanted} argument(s)"),
            ));
        }
        Ok(())
    }

    /// The template that a call of `templatefile` or `templatestring` renders; `None` for other functions. The interpreter renders
    /// it, without these two functions in scope, and puts the template's marks on the result.
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

    /// The argument converted for the parameter; `None` if it needs no conversion.
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

    /// The type of the result; `Dynamic` where it depends on the arguments.
    #[must_use]
    pub fn type_(&self) -> Type {
        self.gives.type_()
    }
}

/// What every call costs, whatever the function.
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

/// The function of that name, with or without `core::` in front.
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

/// Whether there is a function of that name that takes so many arguments. Behind the last of them may stand `...`, for any number of
/// further ones. Functions of providers are taken as they are.
///
/// # Errors
/// If there is none, or if it takes fewer or more.
pub fn check_call(name: &str, written: usize, expands: bool) -> EvalResult<()> {
    let (least, most) = match name.strip_prefix("core::").unwrap_or(name) {
        "can" => (1, 1),
        "convert" => (2, 2),
        "try" => (1, usize::MAX),
        plain => match find(plain) {
            // As many as there are is right where `...` may stand for none or for what is missing.
            Some(function) if expands => {
                let given = written.saturating_sub(1).max(function.parameters.len());
                return function.check_count(given);
            }
            Some(function) => return function.check_count(written),
            None if name.starts_with("provider::") => return Ok(()),
            None => return Err(no_such_function(name)),
        },
    };
    if (least..=most).contains(&written) {
        return Ok(());
    }
    let only = if least == most { "" } else { "at least " };
    Err(EvalError::of(Fault::Function, format!("function \"{name}\" expects {only}{least} argument(s)")))
}

/// The error of a call of a function that is not there.
#[must_use]
pub fn no_such_function(name: &str) -> Box<EvalError> {
    let hint = nearest(name, names().iter().copied()).map(|near| format!("; did you mean `{near}`?"));
    let hint = hint.unwrap_or_default();
    EvalError::of(Fault::Function, format!("there is no function named \"{name}\"{hint}"))
}

/// The sorted names of all functions, including those that the interpreter applies itself.
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

/// Some causes name an argument, such as the path of a file. A sensitive argument is replaced in the cause.
fn cause_without_secrets(mut result: Value, arguments: &[Value]) -> Value {
    if let Kind::Unknown(unknown) = &mut result.kind
        && matches!(
            unknown.cause.kind,
            CauseKind::FileNotRead | CauseKind::OutsideConfiguration | CauseKind::Workspace
        )
        && arguments.iter().all(|argument| argument.first_cause().is_none())
        && arguments.iter().any(Value::has_secret_part)
    {
        let cause = Cause::new(unknown.cause.kind, "a sensitive value", unknown.cause.span);
        Arc::make_mut(unknown).cause = cause;
    }
    result
}
