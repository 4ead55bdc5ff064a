//! Walks an expression and gives its value.

use std::cell::Cell;
use std::sync::Arc;

use super::access::{self, Elements, elements};
use super::scope::{Manners, Reference, ReferenceStep, Scope};
use super::{EvalError, EvalResult, functions, operators, template};
use crate::source::Range;
use crate::syntax::tree::{Call, ExprId, ExprKind, For, ObjectItem, Text, Tree, UnaryOperator};
use crate::value::convert::{self, unify};
use crate::value::equality::{Identities, Truth, equal};
use crate::value::{Cause, CauseKind, Entries, Kind, Number, Rest, Sequence, Str, Type, Unknown, Value};

/// Evaluates an expression of `tree` in `scope`.
///
/// # Errors
/// If the expression has no value, for example because it refers to an attribute that an object does not have.
pub fn evaluate(tree: &Tree, expr: ExprId, scope: &dyn Scope) -> EvalResult<Value> {
    Interpreter { tree, scope, frame: None, rounds: &Cell::new(MAX_ROUNDS) }.eval(expr)
}

/// All `for` expressions of one expression, nested ones counted each time they run, look at no more elements than this.
pub const MAX_ROUNDS: usize = 1 << 21;

/// A variable of a `for` expression, or the element of a splat (whose name is empty), innermost first.
pub(super) struct Frame<'a> {
    pub(super) name: &'a str,
    pub(super) value: Value,
    pub(super) outer: Option<&'a Frame<'a>>,
}

/// An expression's surroundings.
#[derive(Clone, Copy)]
pub(super) struct Interpreter<'a> {
    pub(super) tree: &'a Tree,
    pub(super) scope: &'a dyn Scope,
    pub(super) frame: Option<&'a Frame<'a>>,
    /// What is left of [`MAX_ROUNDS`].
    rounds: &'a Cell<usize>,
}

const SPLAT_ITEM: &str = "";

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

    fn within<'b>(&'b self, frame: &'b Frame<'b>) -> Interpreter<'b> {
        Interpreter { frame: Some(frame), ..*self }
    }

    fn manners(&self) -> Manners {
        self.scope.manners()
    }

    /// A value that was built out of others, if it has not become too large. Rules look at whole estates: they are not held
    /// to the limits of what they look at.
    fn limited(&self, value: Value) -> Value {
        if self.manners() == Manners::Rule { value } else { value.within_limits() }
    }

    /// Gives an error the place of the expression unless it has one already.
    pub(super) fn at<T>(&self, range: Range, result: EvalResult<T>) -> EvalResult<T> {
        result.map_err(|mut error| {
            error.range.get_or_insert(range);
            error
        })
    }

    pub(super) fn eval(&self, id: ExprId) -> EvalResult<Value> {
        let expr = self.tree.expr(id);
        match expr.kind {
            ExprKind::Null => Ok(Value::NULL),
            ExprKind::Bool(value) => Ok(value.into()),
            ExprKind::Number(text) => {
                let text = self.tree.text(text);
                let number = Number::parse(text)
                    .ok_or_else(|| Box::new(EvalError::new(format!("`{text}` is not a number"))));
                self.at(expr.range, number).map(Value::from)
            }
            ExprKind::String(text) => Ok(template::normalised(self.tree.text(text)).into()),
            ExprKind::Template(parts) => template::render(self, parts, expr.range),
            ExprKind::Wrapped(inner) | ExprKind::Parens(inner) => self.eval(inner),
            ExprKind::SplatItem => Ok(self.lookup(SPLAT_ITEM).cloned().unwrap_or(Value::NULL)),
            ExprKind::Variable(_) | ExprKind::Attribute { .. } | ExprKind::Index { .. } => self.access(id),
            ExprKind::Splat { base, each, .. } => {
                self.splat(base, each, expr.range).map(|value| self.limited(value))
            }
            ExprKind::Call(id) => {
                let Call { name, arguments, expand } = self.tree.call(id);
                let arguments = self.tree.exprs(arguments);
                let name = self.tree.text(name);
                let result = self.call(name, arguments, expand);
                self.at(expr.range, result).map(|value| self.limited(value))
            }
            ExprKind::Tuple(items) => {
                let items =
                    self.tree.exprs(items).iter().map(|item| self.eval(*item)).collect::<EvalResult<_>>()?;
                Ok(self.limited(Value::tuple(items)))
            }
            ExprKind::Object(items) => self.object(self.tree.items(items)).map(|value| self.limited(value)),
            ExprKind::For(id) => match self.tree.for_expr(id) {
                Some(for_expr) => self.for_expression(for_expr, expr.range).map(|value| self.limited(value)),
                None => Err(self.invalid(expr.range)),
            },
            ExprKind::Conditional { condition, yes, no } => self.conditional(condition, yes, no, expr.range),
            ExprKind::Unary { operator, operand } => {
                let operand = self.eval(operand)?;
                let result = match operator {
                    UnaryOperator::Negate => operators::negate(&operand),
                    UnaryOperator::Not => operators::not(&operand),
                };
                self.at(expr.range, result)
            }
            ExprKind::Binary { operator, left, right } => {
                let result = operators::binary(
                    operator,
                    &self.eval(left)?,
                    || self.eval(right),
                    self.scope.environment().identities,
                    self.manners(),
                );
                self.at(expr.range, result)
            }
            ExprKind::Invalid => Err(self.invalid(expr.range)),
        }
    }

    fn invalid(&self, range: Range) -> Box<EvalError> {
        Box::new(EvalError {
            message: "the expression could not be read".to_owned(),
            range: Some(range),
            static_error: false,
        })
    }

    /// `a.b[c].d`: collects the steps down to the root, lets the scope take as many as it can, and takes the rest.
    fn access(&self, id: ExprId) -> EvalResult<Value> {
        let mut path = Vec::new();
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
        let steps = path.iter().map(|step| self.step(*step)).collect::<EvalResult<Vec<_>>>()?;
        let mut consumed = 0;
        let mut value = match root.kind {
            ExprKind::Variable(name) => {
                let name = self.tree.text(name);
                if let Some(value) = self.lookup(name) {
                    value.clone()
                } else {
                    let reference = Reference { root: name, steps: &steps, range: root.range };
                    let resolved = self.at(self.tree.expr(id).range, self.scope.resolve(&reference))?;
                    consumed = resolved.consumed;
                    resolved.value
                }
            }
            _ => self.eval(at)?,
        };
        for step in steps.iter().skip(consumed) {
            let (result, range) = match step {
                ReferenceStep::Attribute(name, range) => {
                    (access::attribute(&value, name, self.manners()), *range)
                }
                ReferenceStep::Index(key, range) => (access::index(&value, key, self.manners()), *range),
            };
            value = self.at(range, result)?;
        }
        Ok(value)
    }

    fn step(&self, id: ExprId) -> EvalResult<ReferenceStep<'a>> {
        let expr = self.tree.expr(id);
        Ok(match expr.kind {
            ExprKind::Index { key, .. } => ReferenceStep::Index(self.eval(key)?, expr.range),
            ExprKind::Attribute { name, .. } => ReferenceStep::Attribute(self.tree.text(name), expr.range),
            _ => return Err(self.invalid(expr.range)),
        })
    }

    fn object(&self, items: &[ObjectItem]) -> EvalResult<Value> {
        let mut entries = Vec::with_capacity(items.len());
        let mut unknown_key = None;
        for item in items {
            let key = self.eval(item.key)?;
            let value = self.eval(item.value)?;
            match self.key(&key, item.key)? {
                Ok(key) => entries.push((key, value)),
                Err(cause) => unknown_key = Some(cause),
            }
        }
        match unknown_key {
            None => Ok(Value::object(entries)),
            Some(cause) => Ok(Value::unknown(cause)),
        }
    }

    /// A key of an object: a string, or the cause why it is unknown.
    fn key(&self, key: &Value, at: ExprId) -> EvalResult<Result<Str, Arc<Cause>>> {
        let range = self.tree.expr(at).range;
        if let Kind::Unknown(unknown) = &key.kind {
            return Ok(Err(unknown.cause.clone()));
        }
        if key.is_null() {
            return self.at(range, Err(Box::new(EvalError::new("the key of an object may not be null"))));
        }
        let text = convert::convert(key, &Type::String).map_err(|_| {
            Box::new(EvalError::new(format!("a {} cannot be the key of an object", key.type_of())))
        });
        let text = self.at(range, text)?;
        match text.kind {
            Kind::String(text) => Ok(Ok(text)),
            _ => self.at(range, Err(Box::new(EvalError::new("the key of an object must be a string")))),
        }
    }

    fn splat(&self, base: ExprId, each: ExprId, range: Range) -> EvalResult<Value> {
        let base_value = self.eval(base)?;
        let (sequence, is_tuple) = match &base_value.kind {
            Kind::Null(Type::List(_) | Type::Set(_) | Type::Tuple(_)) => {
                let message = "a null list cannot be taken apart with `[*]`";
                return self.at(range, Err(Box::new(EvalError::new(message))));
            }
            Kind::Null(_) => return Ok(Value::tuple(Vec::new())),
            Kind::List(sequence) | Kind::Set(sequence) => (sequence.clone(), false),
            Kind::Tuple(sequence) => (sequence.clone(), true),
            Kind::Unknown(unknown)
                if unknown.refinement.not_null
                    && matches!(unknown.type_, Type::Bool | Type::Number | Type::String) =>
            {
                (
                    Arc::new(Sequence {
                        element: Type::Dynamic,
                        items: vec![base_value.clone()],
                        more: None,
                    }),
                    true,
                )
            }
            Kind::Unknown(unknown) => {
                let type_ = match &unknown.type_ {
                    Type::List(_) | Type::Set(_) => Type::List(Arc::new(Type::Dynamic)),
                    _ => Type::Dynamic,
                };
                let mut all = Unknown::new(type_, unknown.cause.clone());
                // `x[*]` of a list is the list.
                if matches!(self.tree.expr(each).kind, ExprKind::SplatItem) {
                    all.origin.clone_from(&unknown.origin);
                }
                return Ok(Value::from(all).computed_from(&base_value));
            }
            Kind::Bool(_) | Kind::Number(_) | Kind::String(_) | Kind::Map(_) | Kind::Object(_) => (
                Arc::new(Sequence { element: Type::Dynamic, items: vec![base_value.clone()], more: None }),
                true,
            ),
        };
        let mut items = Vec::with_capacity(sequence.items.len());
        for item in &sequence.items {
            let frame = Frame { name: SPLAT_ITEM, value: item.clone(), outer: self.frame };
            items.push(self.within(&frame).eval(each)?);
        }
        let element = if is_tuple { None } else { common_type(&items) };
        let more = sequence.more.clone();
        let result = match element {
            // Elements of a list or set have one type, and so have the results.
            Some(element) => Kind::List(Arc::new(Sequence { element, items, more })),
            None => Kind::Tuple(Arc::new(Sequence { element: Type::Dynamic, items, more })),
        };
        Ok(Value::from(result).with_marks_of(&base_value))
    }

    fn conditional(&self, condition: ExprId, yes: ExprId, no: ExprId, range: Range) -> EvalResult<Value> {
        let test = self.eval(condition)?;
        let test_range = self.tree.expr(condition).range;
        let choice = self.at(test_range, operators::condition(&test))?;
        let branch_type = |value: &EvalResult<Value>| value.as_ref().ok().map(Value::type_of);
        let (taken, other) = match choice {
            Ok(true) => (yes, no),
            Ok(false) => (no, yes),
            Err(cause) => {
                let (yes, no) = match (self.eval(yes), self.eval(no)) {
                    (Ok(yes), Ok(no)) => (yes, no),
                    (Err(error), _) | (_, Err(error)) if error.static_error => return Err(error),
                    // It may be the other branch that is taken.
                    (Ok(one), Err(_)) | (Err(_), Ok(one)) => {
                        return Ok(Value::unknown(cause).computed_from_all_of(&one).secret_as(&test));
                    }
                    (Err(error), Err(_)) => return Err(error),
                };
                return self.undecided(&yes, &no, cause, range).map(|value| value.secret_as(&test));
            }
        };
        let value = self.eval(taken)?;
        // The branch that is not taken still has a say in the type of the result.
        let own_type = value.type_of();
        let other = match self.tree.expr(other).kind {
            ExprKind::Null if !value.is_null() => return Ok(value.secret_as(&test)),
            ExprKind::Bool(_) if own_type == Type::Bool => return Ok(value.secret_as(&test)),
            ExprKind::Number(_) if own_type == Type::Number => return Ok(value.secret_as(&test)),
            ExprKind::String(_) if own_type == Type::String => return Ok(value.secret_as(&test)),
            _ => self.eval(other),
        };
        let sensitive = other.as_ref().is_ok_and(Value::is_sensitive);
        let value = match branch_type(&other) {
            None | Some(Type::Dynamic) => value,
            Some(other_type) if value.is_null() && own_type == Type::Dynamic => {
                convert::convert(&value, &other_type).unwrap_or(value)
            }
            Some(other_type) if other_type == own_type => value,
            Some(other_type) => {
                let result_type = self.at(range, conditional_type(own_type, other_type))?;
                match result_type {
                    Some(type_) => convert::convert(&value, &type_).unwrap_or(value),
                    None => value,
                }
            }
        };
        let value = if sensitive { value.sensitive() } else { value };
        Ok(value.secret_as(&test))
    }

    /// A conditional whose condition is unknown: known all the same where both branches agree.
    fn undecided(&self, yes: &Value, no: &Value, cause: Arc<Cause>, range: Range) -> EvalResult<Value> {
        let (yes_type, no_type) = (yes.type_of(), no.type_of());
        let type_ = if yes_type == no_type {
            yes_type
        } else {
            self.at(range, conditional_type(yes_type, no_type))?.unwrap_or(Type::Dynamic)
        };
        let (yes, no) = (
            convert::convert(yes, &type_).unwrap_or_else(|_| yes.clone()),
            convert::convert(no, &type_).unwrap_or_else(|_| no.clone()),
        );
        Ok(either(&yes, &no, &type_, &cause, self.scope.environment().identities))
    }

    fn for_expression(&self, for_expr: &For, range: Range) -> EvalResult<Value> {
        let collection = self.eval(for_expr.collection)?;
        let elements = match self.for_elements(&collection, for_expr)? {
            Ok(elements) => elements,
            Err(cause) => {
                let unknown = Value::unknown(cause);
                return Ok(unknown.computed_from(&collection));
            }
        };
        match for_expr.key {
            None => self.for_tuple(for_expr, elements, &collection),
            Some(key) => self.for_object(for_expr, key, elements, &collection, range),
        }
    }

    /// What a `for` runs over, or the cause why that is unknown.
    pub(super) fn for_elements(
        &self,
        collection: &Value,
        for_expr: &For,
    ) -> EvalResult<Result<Elements, Arc<Cause>>> {
        match elements(collection) {
            Ok(elements) => Ok(Ok(elements)),
            Err(Some(cause)) => Ok(Err(cause)),
            Err(None) if collection.is_null() && self.manners() == Manners::Rule => {
                Ok(Ok(Elements { items: Vec::new(), more: None }))
            }
            Err(None) => {
                let what = if collection.is_null() {
                    "null".to_owned()
                } else {
                    format!("a {}", collection.type_of())
                };
                let range = self.tree.expr(for_expr.collection).range;
                self.at(range, Err(Box::new(EvalError::new(format!("a `for` cannot run over {what}")))))
            }
        }
    }

    /// Evaluates `then` with the variables of a `for` set to one element, if its condition holds for it.
    /// `Ok(Err(cause))` if it is unknown whether the condition holds. `secret` is set if the condition is sensitive: then
    /// which elements there are must not be shown either.
    pub(super) fn for_element<T>(
        &self,
        for_expr: &For,
        key: Value,
        value: Value,
        secret: &Cell<bool>,
        then: impl FnOnce(&Interpreter<'_>) -> EvalResult<T>,
    ) -> EvalResult<Result<Option<T>, Arc<Cause>>> {
        match self.rounds.get().checked_sub(1) {
            Some(left) => self.rounds.set(left),
            None if self.manners() == Manners::Rule => {}
            None => return Ok(Err(Cause::new(CauseKind::Limit, "MAX_ROUNDS", None))),
        }
        let key_name = for_expr.key_variable.map_or("\0", |name: Text| self.tree.text(name));
        let outer = Frame { name: key_name, value: key, outer: self.frame };
        let inner = Frame { name: self.tree.text(for_expr.value_variable), value, outer: Some(&outer) };
        let inside = self.within(&inner);
        if let Some(condition) = for_expr.condition {
            let test = inside.eval(condition)?;
            secret.set(secret.get() || test.is_sensitive());
            match self.at(self.tree.expr(condition).range, operators::condition(&test))? {
                Ok(true) => {}
                Ok(false) => return Ok(Ok(None)),
                Err(cause) => return Ok(Err(cause)),
            }
        }
        then(&inside).map(|result| Ok(Some(result)))
    }

    fn for_tuple(&self, for_expr: &For, elements: Elements, collection: &Value) -> EvalResult<Value> {
        let mut more = elements.more;
        let mut items = Vec::with_capacity(elements.items.len());
        let secret = Cell::new(collection.is_sensitive());
        for (key, value) in elements.items {
            match self.for_element(for_expr, key, value, &secret, |inside| inside.eval(for_expr.value))? {
                Ok(Some(item)) => items.push(item),
                Ok(None) => {}
                // In a rule the certain ones still count; in Terraform not even the length is known.
                Err(cause) if self.manners() == Manners::Rule => more = more.or(Some(cause)),
                Err(cause) => return Ok(Value::unknown(cause).secret_as(collection)),
            }
        }
        let tuple = Value::from(Kind::Tuple(Arc::new(Sequence { element: Type::Dynamic, items, more })));
        Ok(if secret.get() { tuple.sensitive() } else { tuple })
    }

    fn for_object(
        &self,
        for_expr: &For,
        key_expr: ExprId,
        elements: Elements,
        collection: &Value,
        range: Range,
    ) -> EvalResult<Value> {
        let mut entries: Vec<(Str, Value)> = Vec::with_capacity(elements.items.len());
        let secret = Cell::new(collection.is_sensitive());
        for (key, value) in elements.items {
            let entry = self.for_element(for_expr, key, value, &secret, |inside| {
                let key = inside.eval(key_expr)?;
                secret.set(secret.get() || key.is_sensitive());
                Ok((inside.key(&key, key_expr)?, inside.eval(for_expr.value)?))
            })?;
            match entry {
                Ok(None) => {}
                Ok(Some((Ok(key), value))) => entries.push((key, value)),
                Ok(Some((Err(cause), _))) | Err(cause) => {
                    return Ok(Value::unknown(cause).secret_as(collection));
                }
            }
        }
        entries.sort_by(|a, b| a.0.cmp(&b.0));
        let items = if for_expr.grouping {
            let mut groups: Vec<(Str, Vec<Value>)> = Vec::new();
            for (key, value) in entries {
                match groups.last_mut() {
                    Some((last, values)) if *last == key => values.push(value),
                    _ => groups.push((key, vec![value])),
                }
            }
            groups.into_iter().map(|(key, values)| (key, Value::tuple(values))).collect()
        } else {
            let mut pairs = entries.iter().zip(entries.iter().skip(1));
            if let Some((twice, _)) = pairs.find(|(a, b)| a.0 == b.0) {
                let which = if secret.get() { String::new() } else { format!(" \"{}\"", twice.0) };
                let message = format!(
                    "two elements of this `for` have the same key{which}; to group them write `...` after the value"
                );
                return self.at(range, Err(Box::new(EvalError::new(message))));
            }
            entries
        };
        let rest = elements.more.map_or(Rest::Closed, Rest::More);
        let object = Value::from(Kind::Object(Arc::new(Entries { element: Type::Dynamic, items, rest })));
        Ok(if secret.get() { object.sensitive() } else { object })
    }

    fn call(&self, name: &str, arguments: &[ExprId], expand: bool) -> EvalResult<Value> {
        match name {
            "try" | "core::try" => return self.try_each(arguments),
            "can" | "core::can" => return self.can(arguments),
            _ => {}
        }
        let mut values = Vec::with_capacity(arguments.len());
        for argument in arguments {
            values.push(self.eval(*argument)?);
        }
        if expand && let Some(last) = values.pop() {
            match elements(&last) {
                Ok(Elements { items, more: None }) => {
                    values.extend(items.into_iter().map(|(_, value)| value))
                }
                Ok(Elements { more: Some(cause), .. }) | Err(Some(cause)) => {
                    return Ok(Value::unknown(cause).computed_from_all_of(&last));
                }
                Err(None) => {
                    let message = format!("`...` takes a list, set or tuple apart, not a {}", last.type_of());
                    return Err(Box::new(EvalError::new(message)));
                }
            }
        }
        if let Some(result) = self.scope.call(name, &values) {
            return result;
        }
        let environment = self.scope.environment();
        match functions::find(name) {
            Some(function) => match function.template(&environment, &values)? {
                None => function.call(&environment, &values),
                Some(read) => template::render_file(self.scope, read),
            },
            None if name.starts_with("provider::") => {
                let cause = Cause::new(CauseKind::UnknownFunction, format!("{name}()"), None);
                Ok(values.iter().fold(Value::unknown(cause), Value::computed_from_all_of))
            }
            None => Err(Box::new(EvalError::new(format!("there is no function named \"{name}\"")))),
        }
    }

    fn try_each(&self, arguments: &[ExprId]) -> EvalResult<Value> {
        let mut last = EvalError::new("`try` needs at least one argument");
        for argument in arguments {
            match self.eval(*argument) {
                Ok(value) => return Ok(tried(value)),
                Err(error) if error.static_error => return Err(error),
                Err(error) => last = *error,
            }
        }
        Err(Box::new(EvalError::new(format!(
            "no argument of `try` has a value; the last one: {}",
            last.message
        ))))
    }

    fn can(&self, arguments: &[ExprId]) -> EvalResult<Value> {
        let [argument] = arguments else {
            return Err(Box::new(EvalError::new("`can` takes one argument")));
        };
        match self.eval(*argument) {
            Ok(value) => match &tried(value).kind {
                Kind::Unknown(unknown) if unknown.origin.is_none() => {
                    Ok(Value::unknown_of(Type::Bool, unknown.cause.clone()))
                }
                _ => Ok(true.into()),
            },
            Err(error) if error.static_error => Err(error),
            Err(_) => Ok(false.into()),
        }
    }
}

/// What `try` makes of a value: an unknown one may still turn out to be an error, so neither its type nor whose it is can be
/// relied on. An attribute that a provider decides will be there.
fn tried(value: Value) -> Value {
    match &value.kind {
        Kind::Unknown(unknown) if unknown.cause.kind != CauseKind::DecidedByProvider => {
            Value::unknown(unknown.cause.clone()).computed_from(&value)
        }
        _ => value,
    }
}

fn common_type(items: &[Value]) -> Option<Type> {
    let first = items.first()?.type_of();
    items.iter().all(|item| item.type_of() == first).then_some(first)
}

/// The type of a conditional; `None` if the values stay as they are.
fn conditional_type(yes: Type, no: Type) -> EvalResult<Option<Type>> {
    match (&yes, &no) {
        (Type::Dynamic, _) | (_, Type::Dynamic) => return Ok(None),
        _ => {}
    }
    let message =
        format!("the two results of a conditional must have consistent types, these are a {yes} and a {no}");
    match unify(&[yes, no]) {
        Some(type_) => Ok(Some(type_)),
        None => Err(Box::new(EvalError::new(message))),
    }
}

/// One of two values, part by part where both have the same parts.
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
        let closed = matches!((&a.rest, &b.rest), (Rest::Closed, Rest::Closed));
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
    if let (Some(a), Some(b)) = (bounds(yes), bounds(no)) {
        unknown.refinement.at_least = Some(a.0.min(b.0));
        unknown.refinement.at_most = Some(a.1.max(b.1));
    }
    unknown.refinement.not_null = !may_be_null(yes) && !may_be_null(no);
    Value::from(unknown).computed_from_all_of(yes).computed_from_all_of(no)
}

/// Least and greatest whole number that a value can be, or number of elements that it can have.
fn bounds(value: &Value) -> Option<(i64, i64)> {
    match &value.kind {
        Kind::List(sequence) if sequence.more.is_none() => {
            i64::try_from(sequence.items.len()).ok().map(|length| (length, length))
        }
        Kind::Map(entries) if matches!(entries.rest, Rest::Closed) => {
            i64::try_from(entries.items.len()).ok().map(|length| (length, length))
        }
        Kind::Number(number) => number.as_i64().map(|n| (n, n)),
        Kind::Unknown(unknown) if matches!(unknown.type_, Type::Number | Type::List(_) | Type::Map(_)) => {
            Some((unknown.refinement.at_least?, unknown.refinement.at_most?))
        }
        _ => None,
    }
}

fn may_be_null(value: &Value) -> bool {
    match &value.kind {
        Kind::Null(_) => true,
        Kind::Unknown(unknown) => !unknown.refinement.not_null,
        _ => false,
    }
}
