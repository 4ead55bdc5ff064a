//! `condition ? yes : no`, including conditions that are not known.

use std::sync::Arc;

use super::interpreter::Interpreter;
use super::scope::Dialect;
use super::{EvalError, EvalResult, operators};
use crate::syntax::tree::{ExprId, ExprKind};
use crate::text::Range;
use crate::value::convert::{self, unify};
use crate::value::equality::{Identities, Truth, equal};
use crate::value::{AbsentKey, Cause, Entries, Kind, Known, Lengths, Sequence, Str, Type, Unknown, Value};

/// The steps to make the type of a part of a value.
const STEPS_OF_TYPE: u64 = 40;

impl Interpreter<'_> {
    pub(super) fn conditional(
        &self,
        condition: ExprId,
        yes: ExprId,
        no: ExprId,
        range: Range,
    ) -> EvalResult<Value> {
        let test = self.eval(condition)?;
        let test_range = self.tree.expr(condition).range;
        let choice = self.at(test_range, operators::condition(&test, self.dialect()))?;
        let branch_type = |value: &EvalResult<Value>| value.as_ref().ok().map(Value::type_of);
        let (taken, other) = match choice {
            Known::Yes(true) => (yes, no),
            Known::Yes(false) => (no, yes),
            Known::No(cause) => {
                let (yes, no) = match (self.eval(yes), self.eval(no)) {
                    (Ok(yes), Ok(no)) => (yes, no),
                    (Err(error), _) | (_, Err(error)) if error.is_final() => return Err(error),
                    // The condition may select the other branch.
                    (Ok(one), Err(_)) | (Err(_), Ok(one)) => {
                        return Ok(Value::unknown(cause).computed_from_all_of(&one).secret_as(&test));
                    }
                    (Err(error), Err(_)) => return Err(error),
                };
                return self.undecided(&yes, &no, cause, range).map(|value| value.secret_as(&test));
            }
        };
        let value = self.eval(taken)?;
        if self.dialect() == Dialect::Rule {
            return Ok(value.secret_as(&test));
        }
        // Both branches decide the type of the result, not only the one that is taken.
        self.pay_for_type(&value)?;
        let own_type = value.type_of();
        let other = match self.tree.expr(other).kind {
            ExprKind::Null if !value.is_null() => return Ok(value.secret_as(&test)),
            ExprKind::Bool(_) if own_type == Type::Bool => return Ok(value.secret_as(&test)),
            ExprKind::Number(_) if own_type == Type::Number => return Ok(value.secret_as(&test)),
            ExprKind::String(_) if own_type == Type::String => return Ok(value.secret_as(&test)),
            _ => self.eval(other),
        };
        let other = match other {
            Err(error) if error.limit.is_some() => return Err(error),
            other => other,
        };
        let sensitive = other.as_ref().is_ok_and(Value::is_sensitive);
        if let Ok(other) = &other {
            self.pay_for_type(other)?;
        }
        let value = match branch_type(&other) {
            None | Some(Type::Dynamic) => value,
            Some(other_type) if value.is_null() && own_type == Type::Dynamic => {
                convert::convert(&value, &other_type).unwrap_or(value)
            }
            Some(other_type) if other_type == own_type => value,
            Some(other_type) => {
                let result_type = self.at(range, conditional_type(own_type, other_type))?;
                match result_type {
                    Some(type_) => {
                        self.scope.host().pay_for_conversion(&value)?;
                        convert::convert(&value, &type_).unwrap_or(value)
                    }
                    None => value,
                }
            }
        };
        let value = if sensitive { value.sensitive() } else { value };
        Ok(value.secret_as(&test))
    }

    /// Pays for finding the type of a branch, and for comparing it with that of the other one.
    fn pay_for_type(&self, branch: &Value) -> EvalResult<()> {
        self.pay(branch.parts_of_type().saturating_mul(STEPS_OF_TYPE))
    }

    /// A conditional whose condition is unknown. The result is known where both branches agree.
    fn undecided(&self, yes: &Value, no: &Value, cause: Arc<Cause>, range: Range) -> EvalResult<Value> {
        if self.dialect() == Dialect::Terraform {
            for branch in [yes, no] {
                self.pay_for_type(branch)?;
                self.scope.host().pay_for_conversion(branch)?;
            }
        }
        // Whichever branch it is, its own variables have to be known as well.
        let branches = [yes, no].into_iter().filter_map(Value::as_unknown);
        let cause = branches.fold(cause, |cause, branch| cause.together(&branch.cause));
        let (yes_type, no_type) = (yes.type_of(), no.type_of());
        // The literal `null` takes the type of the other branch.
        let is_untyped = |branch: &Value| matches!(branch.kind, Kind::Null(Type::Dynamic));
        let type_ = if is_untyped(no) || yes_type == no_type {
            yes_type
        } else if is_untyped(yes) {
            no_type
        } else {
            match conditional_type(yes_type, no_type) {
                Err(_) if self.dialect() == Dialect::Rule => Type::Dynamic,
                type_ => self.at(range, type_)?.unwrap_or(Type::Dynamic),
            }
        };
        let (yes, no) = (
            convert::convert(yes, &type_).unwrap_or_else(|_| yes.clone()),
            convert::convert(no, &type_).unwrap_or_else(|_| no.clone()),
        );
        Ok(either(&yes, &no, &type_, &cause, self.scope.host().identities))
    }
}

/// The type both branches are converted to; `None` if they are not converted.
fn conditional_type(yes: Type, no: Type) -> EvalResult<Option<Type>> {
    match (&yes, &no) {
        (Type::Dynamic, _) | (_, Type::Dynamic) => return Ok(None),
        _ => {}
    }
    let message = format!(
        "the two results of a conditional must have consistent types, but they are a {yes} and a {no}"
    );
    match unify(&[yes, no]) {
        Some(type_) => Ok(Some(type_)),
        None => Err(Box::new(EvalError::new(message))),
    }
}

/// One of two values, merged part by part where both have the same shape.
fn either(yes: &Value, no: &Value, type_: &Type, cause: &Arc<Cause>, identities: &dyn Identities) -> Value {
    if matches!(equal(yes, no, identities), Truth::Yes) {
        return yes.clone().computed_from_all_of(no);
    }
    let part = |(yes, no): (&Value, &Value)| {
        let (own, other) = (yes.type_of(), no.type_of());
        let type_ = if own == other { own } else { Type::Dynamic };
        either(yes, no, &type_, cause, identities)
    };
    let sequence = |a: &Sequence, b: &Sequence| {
        let same = a.more.is_none() && b.more.is_none() && a.items.len() == b.items.len();
        same.then(|| a.items.iter().zip(&b.items).map(part).collect::<Vec<_>>())
    };
    let entries = |a: &Entries, b: &Entries| {
        let closed = matches!((&a.absent, &b.absent), (AbsentKey::Error, AbsentKey::Error));
        let same = a.items.len() == b.items.len() && a.items.iter().zip(&b.items).all(|(a, b)| a.0 == b.0);
        (closed && same).then(|| {
            let part = |(a, b): (&(Str, Value), &(Str, Value))| (a.0.clone(), part((&a.1, &b.1)));
            a.items.iter().zip(&b.items).map(part).collect::<Vec<_>>()
        })
    };
    let parts = match (&yes.kind, &no.kind) {
        (Kind::List(a), Kind::List(b)) if a.element == b.element => {
            sequence(a, b).map(|items| Value::list(a.element.clone(), items))
        }
        (Kind::Tuple(a), Kind::Tuple(b)) => sequence(a, b).map(Value::tuple),
        (Kind::Map(a), Kind::Map(b)) if a.element == b.element => {
            entries(a, b).map(|items| Value::map(a.element.clone(), items))
        }
        (Kind::Object(a), Kind::Object(b)) => entries(a, b).map(Value::object),
        _ => None,
    };
    if let Some(parts) = parts {
        return parts.computed_from(yes).computed_from(no);
    }
    let mut unknown = Unknown::new(type_.clone(), cause.clone());
    unknown.refinement.null_or = match (&yes.kind, &no.kind) {
        (Kind::Null(_), Kind::Null(_)) => None,
        (Kind::Null(_), _) => Some(Arc::new(no.unless_null().clone())),
        (_, Kind::Null(_)) => Some(Arc::new(yes.unless_null().clone())),
        // One of them may be null; apart from that they are equal.
        _ if may_be_null(yes) || may_be_null(no) => {
            let (yes, no) = (yes.unless_null(), no.unless_null());
            matches!(equal(yes, no, identities), Truth::Yes).then(|| Arc::new(yes.clone()))
        }
        _ => None,
    };
    let (a, b) = (bounds(yes, identities), bounds(no, identities));
    unknown.refinement.at_least = a.0.zip(b.0).map(|(a, b)| a.min(b));
    unknown.refinement.at_most = a.1.zip(b.1).map(|(a, b)| a.max(b));
    unknown.refinement.not_null = !may_be_null(yes) && !may_be_null(no);
    Value::from(unknown).computed_from_all_of(yes).computed_from_all_of(no)
}

/// The least and greatest whole number that a value can be, or that its length can be.
fn bounds(value: &Value, identities: &dyn Identities) -> (Option<i64>, Option<i64>) {
    match &value.kind {
        Kind::Number(number) => (number.as_i64(), number.as_i64()),
        // What has no type may be a number.
        Kind::Unknown(unknown) if matches!(unknown.type_, Type::Number | Type::Dynamic) => {
            (unknown.refinement.at_least, unknown.refinement.at_most)
        }
        Kind::Unknown(unknown) if matches!(unknown.type_, Type::Bool | Type::String) => (None, None),
        // Where the value is null, it has no length.
        Kind::Null(_) | Kind::Bool(_) | Kind::String(_) => (None, None),
        _ => {
            let lengths = Lengths::of(value, identities);
            let bound = |length: usize| i64::try_from(length).ok();
            (bound(lengths.least), lengths.most.and_then(bound))
        }
    }
}

fn may_be_null(value: &Value) -> bool {
    match &value.kind {
        Kind::Null(_) => true,
        Kind::Unknown(unknown) => !unknown.refinement.not_null,
        _ => false,
    }
}
