//! `list[*].attribute` and `list.*.attribute`.

use std::sync::Arc;

use super::EvalError;
use super::EvalResult;
use super::interpreter::{Frame, Interpreter, SPLAT_ITEM};
use super::scope::Dialect;
use crate::syntax::tree::{ExprId, ExprKind};
use crate::text::Range;
use crate::value::{Kind, Lengths, Sequence, Type, Unknown, Value};

impl Interpreter<'_> {
    pub(super) fn splat(&self, base: ExprId, each: ExprId, range: Range) -> EvalResult<Value> {
        let base_value = self.eval(base)?;
        // One value is a tuple with that value.
        let only = || {
            let items = vec![base_value.clone()];
            Arc::new(Sequence { element: Type::Dynamic, items, more: None, most: None })
        };
        let (sequence, is_tuple) = match &base_value.kind {
            Kind::Null(Type::List(_) | Type::Set(_) | Type::Tuple(_))
                if self.dialect() == Dialect::Terraform =>
            {
                let message = "`[*]` cannot be applied to a null list";
                return self.at(range, Err(Box::new(EvalError::new(message))));
            }
            Kind::Null(_) => return Ok(Value::tuple(Vec::new())),
            Kind::List(sequence) | Kind::Set(sequence) => (sequence.clone(), false),
            Kind::Tuple(sequence) => (sequence.clone(), true),
            Kind::Unknown(unknown)
                if unknown.refinement.not_null
                    && matches!(unknown.type_, Type::Bool | Type::Number | Type::String) =>
            {
                (only(), true)
            }
            Kind::Unknown(unknown) => {
                let type_ = match &unknown.type_ {
                    Type::List(_) | Type::Set(_) => Type::List(Arc::new(Type::Dynamic)),
                    _ => Type::Dynamic,
                };
                let lengths = match &unknown.type_ {
                    // Of one value it is that, or nothing where it is null.
                    Type::Bool | Type::Number | Type::String | Type::Map(_) | Type::Object(_) => {
                        Lengths { least: usize::from(unknown.refinement.not_null), most: Some(1) }
                    }
                    Type::List(_) | Type::Set(_) | Type::Tuple(_) => {
                        Lengths::of(&base_value, self.scope.host().identities)
                    }
                    Type::Dynamic => Lengths::ANY,
                };
                let mut all = Unknown::new(type_, unknown.cause.clone()).with_lengths(lengths);
                // `x[*]` of a list is the list itself.
                if matches!(self.tree.expr(each).kind, ExprKind::SplatItem) {
                    all.origin.clone_from(&unknown.origin);
                }
                return Ok(Value::from(all).computed_from(&base_value));
            }
            Kind::Bool(_) | Kind::Number(_) | Kind::String(_) | Kind::Map(_) | Kind::Object(_) => {
                (only(), true)
            }
        };
        self.pay_for_each(&base_value)?;
        let mut items = Vec::with_capacity(sequence.items.len());
        for item in &sequence.items {
            let frame = Frame { name: SPLAT_ITEM, value: item.clone(), outer: self.frame };
            items.push(self.within(&frame).eval(each)?);
        }
        let element = if is_tuple { None } else { common_type(&items) };
        let (more, most) = (sequence.more.clone(), sequence.most);
        let result = match element {
            // The elements of a list or set share one type, so the results do too.
            Some(element) => Kind::List(Arc::new(Sequence { element, items, more, most })),
            None => Kind::Tuple(Arc::new(Sequence { element: Type::Dynamic, items, more, most })),
        };
        Ok(Value::from(result).with_marks_of(&base_value))
    }
}

fn common_type(items: &[Value]) -> Option<Type> {
    let first = items.first()?.type_of();
    items.iter().all(|item| item.type_of() == first).then_some(first)
}
