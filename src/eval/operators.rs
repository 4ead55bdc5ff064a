//! Operators, three-valued where an operand is unknown.

use std::cmp::Ordering;
use std::sync::Arc;

use super::scope::Dialect;
use super::{EvalError, EvalResult};
use crate::syntax::tree::BinaryOperator;
use crate::value::equality::{Identities, equal};
use crate::value::number::NumberError;
use crate::value::{Cause, Kind, Known, Number, Type, Unknown, Value, convert};

/// Reads a value as a condition: known, or the cause why it is not.
///
/// # Errors
/// If the value cannot be a boolean, or is null and the dialect is Terraform's.
pub fn condition(value: &Value, dialect: Dialect) -> EvalResult<Known<bool>> {
    match boolean(value, dialect)? {
        Operand::Known(value) => Ok(Known::Yes(value)),
        Operand::Unknown(unknown) => Ok(Known::No(unknown.cause.clone())),
    }
}

enum Operand<'a, T> {
    Known(T),
    Unknown(&'a Arc<Unknown>),
}

fn boolean(value: &Value, dialect: Dialect) -> EvalResult<Operand<'_, bool>> {
    match &value.kind {
        Kind::Bool(value) => Ok(Operand::Known(*value)),
        Kind::Unknown(unknown) if matches!(unknown.type_, Type::Bool | Type::String | Type::Dynamic) => {
            Ok(Operand::Unknown(unknown))
        }
        // In rules null is false.
        Kind::Null(_) if dialect == Dialect::Rule => Ok(Operand::Known(false)),
        Kind::Null(_) => Err(Box::new(EvalError::new("a condition must not be null"))),
        _ => match convert::convert(value, &Type::Bool).ok().as_ref().and_then(Value::as_bool) {
            Some(value) => Ok(Operand::Known(value)),
            None => Err(Box::new(EvalError::new(format!("a bool is required, not a {}", value.type_of())))),
        },
    }
}

fn number(value: &Value) -> EvalResult<Operand<'_, Number>> {
    match &value.kind {
        Kind::Number(number) => Ok(Operand::Known(number.clone())),
        Kind::Unknown(unknown) if matches!(unknown.type_, Type::Number | Type::String | Type::Dynamic) => {
            Ok(Operand::Unknown(unknown))
        }
        Kind::Null(_) => Err(Box::new(EvalError::new("a number is required, not null"))),
        _ => match convert::convert(value, &Type::Number).ok().as_ref().and_then(Value::as_number) {
            Some(number) => Ok(Operand::Known(number.clone())),
            None => Err(Box::new(EvalError::new(format!("a number is required, not a {}", value.type_of())))),
        },
    }
}

/// `!x`
///
/// # Errors
/// If the operand is not a boolean.
pub fn not(operand: &Value, dialect: Dialect) -> EvalResult<Value> {
    Ok(match boolean(operand, dialect)? {
        Operand::Known(value) => Value::from(!value),
        Operand::Unknown(unknown) => Value::unknown_of(Type::Bool, unknown.cause.clone()),
    }
    .secret_as(operand))
}

/// `-x`
///
/// # Errors
/// If the operand is not a number.
pub fn negate(operand: &Value, dialect: Dialect) -> EvalResult<Value> {
    if dialect == Dialect::Rule && operand.is_null() {
        return Ok(Value::NULL);
    }
    Ok(match number(operand)? {
        Operand::Known(number) => Value::from(number.negate()),
        Operand::Unknown(unknown) => Value::unknown_of(Type::Number, unknown.cause.clone()),
    }
    .computed_from(operand))
}

/// `left operator right`. The right side is evaluated only if it matters, as in Terraform 1.12 and later.
///
/// # Errors
/// If an operand has the wrong type, or its evaluation fails.
pub fn binary(
    operator: BinaryOperator,
    left: &Value,
    right: impl FnOnce() -> EvalResult<Value>,
    identities: &dyn Identities,
    dialect: Dialect,
) -> EvalResult<Value> {
    use BinaryOperator as Op;
    match operator {
        Op::And => logic(left, right, false, dialect),
        Op::Or => logic(left, right, true, dialect),
        Op::Equal | Op::NotEqual => {
            let right = right()?;
            let truth = match dialect {
                Dialect::Terraform => equal(left, &right, identities),
                Dialect::Rule => match alike(left, &right) {
                    Some(Alike::Left(left)) => equal(&left, &right, identities),
                    Some(Alike::Right(right)) => equal(left, &right, identities),
                    None => equal(left, &right, identities),
                },
            };
            let truth = if operator == Op::Equal { truth } else { truth.negate() };
            let answer = truth.into_value();
            // The whole values are compared, so a secret part makes the answer secret.
            let secret = left.has_secret_part() || right.has_secret_part();
            Ok(if secret { answer.sensitive() } else { answer })
        }
        _ => {
            let right = right()?;
            // In rules null propagates.
            if dialect == Dialect::Rule && (left.is_null() || right.is_null()) {
                return Ok(Value::NULL);
            }
            match operator {
                Op::Less | Op::LessOrEqual | Op::Greater | Op::GreaterOrEqual => {
                    compare(operator, left, &right)
                }
                _ => arithmetic(operator, left, &right),
            }
        }
    }
}

/// `&&` (`false` decides) and `||` (`true` decides).
fn logic(
    left: &Value,
    right: impl FnOnce() -> EvalResult<Value>,
    deciding: bool,
    dialect: Dialect,
) -> EvalResult<Value> {
    let first = boolean(left, dialect)?;
    if matches!(first, Operand::Known(value) if value == deciding) {
        return Ok(Value::from(deciding).secret_as(left));
    }
    let right = match (&first, right()) {
        (_, Ok(right)) => right,
        // The unknown left side may decide, and then the right side is never evaluated.
        (Operand::Unknown(unknown), Err(error)) if !error.is_final() => {
            return Ok(Value::unknown_of(Type::Bool, unknown.cause.clone()).secret_as(left));
        }
        (_, Err(error)) => return Err(error),
    };
    let result = match (first, boolean(&right, dialect)?) {
        (_, Operand::Known(value)) if value == deciding => deciding.into(),
        (Operand::Unknown(left), Operand::Unknown(right)) if dialect == Dialect::Terraform => {
            Value::unknown_of(Type::Bool, left.cause.together(&right.cause))
        }
        (Operand::Unknown(unknown), _) | (_, Operand::Unknown(unknown)) => {
            Value::unknown_of(Type::Bool, unknown.cause.clone())
        }
        (Operand::Known(_), Operand::Known(value)) => value.into(),
    };
    Ok(result.secret_as(left).secret_as(&right))
}

/// Which side of a comparison was converted.
enum Alike {
    Left(Value),
    Right(Value),
}

/// In rules a string, known or not, is converted before it is compared with a number or boolean, as the provider would convert it.
fn alike(left: &Value, right: &Value) -> Option<Alike> {
    let converted = |value: &Value, other: &Value| {
        let is_text = match &value.kind {
            Kind::String(_) => true,
            Kind::Unknown(unknown) => unknown.type_ == Type::String,
            _ => false,
        };
        match &other.kind {
            Kind::Bool(_) if is_text => convert::convert(value, &Type::Bool).ok(),
            Kind::Number(_) if is_text => convert::convert(value, &Type::Number).ok(),
            _ => None,
        }
    };
    converted(left, right).map(Alike::Left).or_else(|| converted(right, left).map(Alike::Right))
}

fn compare(operator: BinaryOperator, left: &Value, right: &Value) -> EvalResult<Value> {
    use BinaryOperator as Op;
    let holds = |ordering: Ordering| match operator {
        Op::Less => ordering.is_lt(),
        Op::LessOrEqual => ordering.is_le(),
        Op::Greater => ordering.is_gt(),
        _ => ordering.is_ge(),
    };
    let result: Value = match (number(left)?, number(right)?) {
        (Operand::Known(a), Operand::Known(b)) => holds(a.cmp(&b)).into(),
        (a, b) => {
            let cause = match (&a, &b) {
                (Operand::Unknown(a), Operand::Unknown(b)) => a.cause.together(&b.cause),
                (Operand::Unknown(unknown), _) | (_, Operand::Unknown(unknown)) => unknown.cause.clone(),
                (Operand::Known(_), Operand::Known(_)) => Cause::provider(),
            };
            let (a, b) = (Interval::of(&a), Interval::of(&b));
            // The answer is known only if it is the same for all possible values.
            let certain = match operator {
                Op::Less => a.below(&b).or(b.at_or_below(&a).map(|yes| !yes)),
                Op::LessOrEqual => a.at_or_below(&b).or(b.below(&a).map(|yes| !yes)),
                Op::Greater => b.below(&a).or(a.at_or_below(&b).map(|yes| !yes)),
                _ => b.at_or_below(&a).or(a.below(&b).map(|yes| !yes)),
            };
            match certain {
                Some(holds) => holds.into(),
                None => Value::unknown_of(Type::Bool, cause),
            }
        }
    };
    Ok(result.secret_as(left).secret_as(right))
}

/// The closed interval in which a number lies; an absent bound is unknown.
struct Interval {
    least: Option<Number>,
    greatest: Option<Number>,
}

impl Interval {
    fn of(operand: &Operand<'_, Number>) -> Self {
        match operand {
            Operand::Known(number) => Self { least: Some(number.clone()), greatest: Some(number.clone()) },
            Operand::Unknown(unknown) => Self {
                least: unknown.refinement.at_least.map(Number::from),
                greatest: unknown.refinement.at_most.map(Number::from),
            },
        }
    }

    /// `Some(true)` if every number of this interval is less than every number of the other.
    fn below(&self, other: &Self) -> Option<bool> {
        (self.greatest.as_ref()? < other.least.as_ref()?).then_some(true)
    }

    /// `Some(true)` if every number of this interval is at most every number of the other.
    fn at_or_below(&self, other: &Self) -> Option<bool> {
        (self.greatest.as_ref()? <= other.least.as_ref()?).then_some(true)
    }
}

fn arithmetic(operator: BinaryOperator, left: &Value, right: &Value) -> EvalResult<Value> {
    use BinaryOperator as Op;
    let result = match (number(left)?, number(right)?) {
        (Operand::Known(a), Operand::Known(b)) => {
            let result = match operator {
                Op::Add => a.add(&b),
                Op::Subtract => a.subtract(&b),
                Op::Multiply => a.multiply(&b),
                Op::Divide => a.divide(&b),
                _ => a.remainder(&b),
            };
            Value::from(result.map_err(|error: NumberError| Box::new(EvalError::new(error.to_string())))?)
        }
        (Operand::Unknown(a), Operand::Unknown(b)) => {
            Value::unknown_of(Type::Number, a.cause.together(&b.cause))
        }
        (Operand::Unknown(unknown), _) | (_, Operand::Unknown(unknown)) => {
            Value::unknown_of(Type::Number, unknown.cause.clone())
        }
    };
    Ok(result.computed_from(left).computed_from(right))
}
