//! Evaluates one expression.

use std::sync::Arc;

use smallvec::SmallVec;

use super::access::{self, Elements, elements};
use super::scope::{Dialect, Reference, ReferenceStep, Scope};
use super::{EvalError, EvalResult, functions, operators, template, type_expr};
use crate::budget::{Budget, Meter};
use crate::syntax::tree::{Call, ExprId, ExprKind, Tree, UnaryOperator};
use crate::text::Range;
use crate::value::convert;
use crate::value::{Cause, CauseKind, Kind, Known, Number, Type, Value};

/// Evaluates an expression of `tree` in `scope`.
///
/// # Errors
/// If the expression has no value, for example because it refers to an attribute that an object does not have.
pub fn evaluate(tree: &Tree, expr: ExprId, scope: &dyn Scope) -> EvalResult<Value> {
    let place = tree.span(tree.expr(expr).range);
    scope.host().meter.at(place, || evaluate_part(tree, expr, scope))
}

/// Evaluates an expression as part of another one, which bears the cost.
pub(super) fn evaluate_part(tree: &Tree, expr: ExprId, scope: &dyn Scope) -> EvalResult<Value> {
    Interpreter { tree, scope, frame: None, meter: scope.host().meter, is_tried: false }.eval(expr)
}

/// The steps to evaluate one expression, without its parts.
const STEPS: u64 = 50;

/// The steps to look at one element of a collection.
const STEPS_PER_ELEMENT: u64 = 50;

/// A variable of a `for` expression, or the element of a splat (with an empty name). `outer` is the frame around it.
pub(super) struct Frame<'a> {
    pub(super) name: &'a str,
    pub(super) value: Value,
    pub(super) outer: Option<&'a Frame<'a>>,
}

/// The context in which an expression is evaluated.
#[derive(Clone, Copy)]
pub(super) struct Interpreter<'a> {
    pub(super) tree: &'a Tree,
    pub(super) scope: &'a dyn Scope,
    pub(super) frame: Option<&'a Frame<'a>>,
    pub(super) meter: &'a Meter,
    /// Inside `try` and `can`, which test for errors: there a function rejects null in rules too.
    pub(super) is_tried: bool,
}

/// The name of the element that a splat looks at.
pub(super) const SPLAT_ITEM: &str = "";

impl<'a> Interpreter<'a> {
    fn lookup(&self, name: &str) -> Option<&'a Value> {
        let mut frame = self.frame;
        while let Some(inner) = frame {
            if inner.name == name {
                return Some(&inner.value);
            }
            frame = inner.outer;
        }
        None
    }

    pub(super) fn within<'b>(&'b self, frame: &'b Frame<'b>) -> Interpreter<'b> {
        Interpreter { frame: Some(frame), ..*self }
    }

    /// Whether null propagates where Terraform rejects it.
    pub(super) fn nothing_comes_of_null(&self) -> bool {
        self.dialect() == Dialect::Rule && !self.is_tried
    }

    fn tried(&self) -> Interpreter<'_> {
        Interpreter { is_tried: true, ..*self }
    }

    pub(super) fn dialect(&self) -> Dialect {
        self.scope.dialect()
    }

    /// Replaces a composed value by an unknown if it has become too large. Rules are exempt: they look at whole estates.
    fn limited(&self, value: Value) -> EvalResult<Value> {
        if self.dialect() == Dialect::Rule {
            return Ok(value);
        }
        let (value, seen) = value.measured();
        self.pay(seen.saturating_mul(2))?;
        Ok(value)
    }

    /// Pays for the memory of a newly built value and limits its size.
    fn built(&self, value: Value) -> EvalResult<Value> {
        self.pay(value.width().saturating_mul(STEPS_PER_ELEMENT))?;
        self.meter.spend(Budget::Values, value.own_memory())?;
        self.limited(value)
    }

    /// Pays for steps of evaluation.
    pub(super) fn pay(&self, steps: u64) -> EvalResult<()> {
        Ok(self.meter.spend(Budget::Evaluation, steps)?)
    }

    /// Pays for a look at each element of a collection.
    pub(super) fn pay_for_each(&self, collection: &Value) -> EvalResult<()> {
        self.pay(collection.width().saturating_mul(STEPS_PER_ELEMENT))
    }

    /// Pays for a new text of so many bytes.
    pub(super) fn pay_for_text(&self, bytes: usize) -> EvalResult<()> {
        let bytes = u64::try_from(bytes).unwrap_or(u64::MAX);
        self.meter.spend(Budget::Values, bytes)?;
        self.pay(bytes)
    }

    /// Adds the range of the expression to an error that has none.
    pub(super) fn at<T>(&self, range: Range, result: EvalResult<T>) -> EvalResult<T> {
        result.map_err(|mut error| {
            error.range.get_or_insert(range);
            error
        })
    }

    pub(super) fn eval(&self, id: ExprId) -> EvalResult<Value> {
        self.pay(STEPS)?;
        let value = self.evaluated(id)?;
        if let Some(marks) = value.marks() {
            self.pay(STEPS_PER_ELEMENT.saturating_mul(marks.references.len() as u64))?;
        }
        Ok(value)
    }

    fn evaluated(&self, id: ExprId) -> EvalResult<Value> {
        let expr = self.tree.expr(id);
        match expr.kind {
            ExprKind::Null => Ok(Value::NULL),
            ExprKind::Bool(value) => Ok(value.into()),
            ExprKind::Number(text) => {
                let text = self.tree.text(text);
                let number = Number::parse(text)
                    .ok_or_else(|| Box::new(EvalError::new(format!("`{text}` is not a number"))));
                let number = self.at(expr.range, number)?;
                self.pay(number.steps())?;
                Ok(number.into())
            }
            ExprKind::String(text) => Ok(template::normalised(self.tree.text(text)).into()),
            ExprKind::Template(parts) => template::render(self, parts, expr.range),
            ExprKind::Wrapped(inner) | ExprKind::Parens(inner) => self.eval(inner),
            ExprKind::SplatItem => Ok(self.lookup(SPLAT_ITEM).cloned().unwrap_or(Value::NULL)),
            ExprKind::Variable(_) | ExprKind::Attribute { .. } | ExprKind::Index { .. } => self.access(id),
            ExprKind::Splat { base, each, .. } => {
                self.splat(base, each, expr.range).and_then(|value| self.built(value))
            }
            ExprKind::Call(id) => {
                let Call { name, arguments, expand } = self.tree.call(id);
                let arguments = self.tree.exprs(arguments);
                let name = self.tree.text(name);
                let result = self.call(name, arguments, expand);
                self.at(expr.range, result).and_then(|value| self.limited(value))
            }
            ExprKind::Tuple(items) => {
                let items =
                    self.tree.exprs(items).iter().map(|item| self.eval(*item)).collect::<EvalResult<_>>()?;
                self.built(Value::tuple(items))
            }
            ExprKind::Object(items) => {
                self.object(self.tree.items(items)).and_then(|value| self.built(value))
            }
            ExprKind::For(id) => match self.tree.for_expr(id) {
                Some(for_expr) => {
                    self.for_expression(for_expr, expr.range).and_then(|value| self.built(value))
                }
                None => Ok(Value::unknown(self.unparsed(expr.range))),
            },
            ExprKind::Conditional { condition, yes, no } => self.conditional(condition, yes, no, expr.range),
            ExprKind::Unary { operator, operand } => {
                let operand = self.eval(operand)?;
                let result = match operator {
                    UnaryOperator::Negate => operators::negate(&operand, self.dialect()),
                    UnaryOperator::Not => operators::not(&operand, self.dialect()),
                };
                self.at(expr.range, result)
            }
            ExprKind::Binary { operator, left, right } => {
                let left = self.eval(left)?;
                let right = || {
                    let right = self.eval(right)?;
                    // A comparison looks at all parts of the smaller value; texts are read up to where they differ.
                    if self.dialect() == Dialect::Terraform {
                        let weight = left.weight().steps.min(right.weight().steps);
                        self.pay(weight)?;
                    }
                    Ok(right)
                };
                let result =
                    operators::binary(operator, &left, right, self.scope.host().identities, self.dialect());
                let value = self.at(expr.range, result)?;
                if let Kind::Number(number @ Number::Float(_)) = &value.kind {
                    self.pay_for_digits(number)?;
                }
                Ok(value)
            }
            // The parser has said what is wrong. It may mean anything, so nothing may catch it.
            ExprKind::Invalid => Ok(Value::unknown(self.unparsed(expr.range))),
        }
    }

    /// Pays for the digits of a long number.
    pub(super) fn pay_for_digits(&self, number: &Number) -> EvalResult<()> {
        self.meter.spend(Budget::Values, number.digits_at_most())?;
        self.pay(number.digits_at_most())
    }

    fn unparsed(&self, range: Range) -> Arc<Cause> {
        let span = Some(self.tree.span(range));
        Cause::new(CauseKind::Error, "the expression could not be parsed", span)
    }

    /// `a.b[c].d`: collects the steps down to the root, lets the scope resolve as many as it can, and applies the rest.
    fn access(&self, id: ExprId) -> EvalResult<Value> {
        let mut path: SmallVec<[ExprId; 6]> = SmallVec::new();
        let mut at = id;
        let root = loop {
            let expr = self.tree.expr(at);
            match expr.kind {
                ExprKind::Attribute { base, .. } | ExprKind::Index { base, .. } => {
                    path.push(at);
                    at = base;
                }
                ExprKind::Parens(inner) if !path.is_empty() => at = inner,
                _ => break expr,
            }
        };
        path.reverse();
        let steps = path.iter().map(|step| self.step(*step)).collect::<EvalResult<SmallVec<[_; 4]>>>()?;
        let mut consumed = 0;
        let mut value = match root.kind {
            ExprKind::Variable(name) => {
                let name = self.tree.text(name);
                if let Some(mut value) = self.lookup(name) {
                    // Attributes that are certainly there are taken by reference: only the last one is copied.
                    while let Some(ReferenceStep::Attribute(name, _)) = steps.get(consumed)
                        && let Some(part) = access::plain_attribute(value, name)
                    {
                        value = part;
                        consumed += 1;
                    }
                    value.clone()
                } else {
                    let reference = Reference { root: name, steps: &steps, range: root.range };
                    let resolved = self.at(self.tree.expr(id).range, self.scope.resolve(&reference))?;
                    // A resource with instances resolves to the list of all of them.
                    if self.dialect() == Dialect::Terraform {
                        self.pay_for_each(&resolved.value)?;
                    }
                    consumed = resolved.consumed;
                    resolved.value
                }
            }
            _ => self.eval(at)?,
        };
        for step in steps.iter().skip(consumed) {
            let (result, range) = match step {
                ReferenceStep::Attribute(name, range) => {
                    (access::attribute(&value, name, self.dialect()), *range)
                }
                ReferenceStep::Index(key, range) => (access::index(&value, key, self.dialect()), *range),
            };
            value = self.at(range, result)?;
        }
        Ok(self.named(value))
    }

    /// Refines an attribute that every resource has: it is a string, neither null nor empty, and may have a known beginning.
    fn named(&self, mut value: Value) -> Value {
        if let Kind::Unknown(unknown) = &mut value.kind
            && let Some(origin) = &unknown.origin
            && !unknown.refinement.not_null
            && matches!(unknown.type_, Type::Dynamic | Type::String)
            && let Some(beginning) = self.scope.host().identities.beginning(origin)
        {
            let unknown = Arc::make_mut(unknown);
            unknown.type_ = Type::String;
            unknown.refinement.not_null = true;
            unknown.refinement.at_least = i64::try_from(beginning.chars().count().max(1)).ok();
            unknown.refinement.prefix = beginning;
        }
        value
    }

    fn step(&self, id: ExprId) -> EvalResult<ReferenceStep<'a>> {
        let expr = self.tree.expr(id);
        Ok(match expr.kind {
            ExprKind::Index { key, .. } => ReferenceStep::Index(self.eval(key)?, expr.range),
            ExprKind::Attribute { name, .. } => ReferenceStep::Attribute(self.tree.text(name), expr.range),
            _ => return Err(Box::new(EvalError::new("neither an index nor an attribute"))),
        })
    }

    fn call(&self, name: &str, arguments: &[ExprId], expand: bool) -> EvalResult<Value> {
        match name {
            "try" | "core::try" => return self.try_each(arguments),
            "can" | "core::can" => return self.can(arguments),
            "convert" | "core::convert" => return self.convert(arguments),
            _ => {}
        }
        let mut values: SmallVec<[Value; 4]> = SmallVec::with_capacity(arguments.len());
        for argument in arguments {
            values.push(self.eval(*argument)?);
        }
        if expand && let Some(last) = values.pop() {
            self.pay_for_each(&last)?;
            match elements(&last) {
                Some(Known::Yes(Elements { items, more: None, .. })) => {
                    values.extend(items.into_iter().map(|(_, value)| value))
                }
                Some(Known::Yes(Elements { more: Some(cause), .. }) | Known::No(cause)) => {
                    return Ok(Value::unknown(cause).computed_from_all_of(&last));
                }
                None => {
                    let message = format!("`...` can expand a list, set or tuple, not a {}", last.type_of());
                    return Err(Box::new(EvalError::new(message)));
                }
            }
        }
        if let Some(result) = self.scope.call(name, &values) {
            return result;
        }
        let host = self.scope.host();
        match functions::find(name) {
            // In rules null propagates.
            Some(function) if self.nothing_comes_of_null() && function.refuses_null_of(&values) => {
                Ok(Value::NULL)
            }
            Some(function) => {
                let hidden = |error| function.without_secrets(error, &values);
                match function.template(&host, &values).map_err(hidden)? {
                    None => function.call(&host, &values),
                    Some(read) => template::render_file(self.scope, read).map_err(hidden),
                }
            }
            None if name.starts_with("provider::") => {
                let cause = Cause::new(CauseKind::UnknownFunction, format!("{name}()"), None);
                Ok(values.iter().fold(Value::unknown(cause), Value::computed_from_all_of))
            }
            None => Err(functions::no_such_function(name)),
        }
    }

    /// `convert(value, type)`: the second argument is a type constraint, as in a variable.
    fn convert(&self, arguments: &[ExprId]) -> EvalResult<Value> {
        let [value, wanted] = arguments else {
            return functions::check_call("convert", arguments.len(), false).map(|()| Value::NULL);
        };
        let value = self.eval(*value)?;
        let (constraint, problems) = type_expr::constraint(self.tree, *wanted, &|expr| self.eval(expr));
        if let Some(problem) = problems.into_iter().next() {
            return Err(EvalError::wrong(problem.message));
        }
        let value = match &constraint.defaults {
            Some(defaults) => convert::apply_defaults(value, defaults),
            None => value,
        };
        self.scope.host().pay_for_conversion(&value)?;
        convert::convert(&value, &constraint.type_).map_err(|error| {
            // The reason names keys of the value.
            let message = match value.has_secret_part() {
                true => "the value does not fit the type; the reason is not shown because it is sensitive"
                    .to_owned(),
                false => format!("the value does not fit the type: {error}"),
            };
            Box::new(EvalError::new(message))
        })
    }

    fn try_each(&self, arguments: &[ExprId]) -> EvalResult<Value> {
        functions::check_call("try", arguments.len(), false)?;
        let mut last = EvalError::new("");
        for argument in arguments {
            match self.tried().eval(*argument) {
                Ok(value) if self.leads_to(*argument, &value) => return Ok(value),
                Ok(value) => return Ok(tried(value)),
                Err(error) if error.is_final() => return Err(error),
                Err(error) => last = *error,
            }
        }
        Err(Box::new(EvalError::new(format!(
            "no argument of `try` has a value; the last error: {}",
            last.message
        ))))
    }

    fn can(&self, arguments: &[ExprId]) -> EvalResult<Value> {
        let [argument] = arguments else {
            return functions::check_call("can", arguments.len(), false).map(|()| Value::NULL);
        };
        match self.tried().eval(*argument) {
            Ok(value) if self.leads_to(*argument, &value) => Ok(true.into()),
            Ok(value) => match &tried(value).kind {
                Kind::Unknown(unknown) if unknown.origin.is_none() => {
                    Ok(Value::unknown_of(Type::Bool, unknown.cause.clone()))
                }
                _ => Ok(true.into()),
            },
            Err(error) if error.is_final() => Err(error),
            Err(_) => Ok(false.into()),
        }
    }

    /// Whether an expression in a rule is a path to a value that is certainly there: its type is known.
    fn leads_to(&self, expr: ExprId, value: &Value) -> bool {
        self.dialect() == Dialect::Rule
            && matches!(self.tree.expr(expr).kind, ExprKind::Attribute { .. } | ExprKind::Index { .. })
            && value.as_unknown().is_some_and(|unknown| unknown.type_ != Type::Dynamic)
    }
}

/// The result of `try` for a value. An unknown value may still turn out to be an error, so neither its type nor its origin can be
/// relied on. An attribute that the provider decides will certainly be there.
fn tried(value: Value) -> Value {
    match &value.kind {
        Kind::Unknown(unknown) if unknown.cause.kind != CauseKind::DecidedByProvider => {
            Value::unknown(unknown.cause.clone()).computed_from(&value)
        }
        _ => value,
    }
}
