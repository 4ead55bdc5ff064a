//! Object expressions: `{ name = value, (expression) = value }`.

use super::interpreter::Interpreter;
use super::{EvalError, EvalResult};
use crate::syntax::tree::{ExprId, ExprKind, ObjectItem};
use crate::value::{Kind, Known, Str, Type, Value, convert};

impl Interpreter<'_> {
    pub(super) fn object(&self, items: &[ObjectItem]) -> EvalResult<Value> {
        let mut entries = Vec::with_capacity(items.len());
        let mut unknown_key = None;
        // Keys have no marks of their own: a sensitive key makes the whole object sensitive.
        let mut is_secret = false;
        for item in items {
            self.refuse_unclear(item.key)?;
            let key = self.eval(item.key)?;
            is_secret |= key.is_sensitive();
            let value = self.eval(item.value)?;
            match self.key(&key, item.key)? {
                Known::Yes(key) => entries.push((key, value)),
                Known::No(cause) => unknown_key = Some(cause),
            }
        }
        let object = match unknown_key {
            None => Value::object(entries),
            Some(cause) => Value::unknown(cause),
        };
        Ok(if is_secret { object.sensitive() } else { object })
    }

    /// Refuses `{ a.b = 1 }`, which may be meant as a reference or as a name.
    fn refuse_unclear(&self, key: ExprId) -> EvalResult<()> {
        let mut at = key;
        while let ExprKind::Attribute { base, .. } | ExprKind::Index { base, .. } = self.tree.expr(at).kind {
            at = base;
        }
        if at == key || !matches!(self.tree.expr(at).kind, ExprKind::Variable(_)) {
            return Ok(());
        }
        let message = "this key may be a reference or a name: write a reference in parentheses, and a name with dots in quotes";
        self.at(self.tree.expr(key).range, Err(Box::new(EvalError::new(message))))
    }

    /// The key of an object: a string, or the cause why it is unknown.
    pub(super) fn key(&self, key: &Value, at: ExprId) -> EvalResult<Known<Str>> {
        let range = self.tree.expr(at).range;
        if let Kind::Unknown(unknown) = &key.kind {
            return Ok(Known::No(unknown.cause.clone()));
        }
        if key.is_null() {
            return self.at(range, Err(Box::new(EvalError::new("the key of an object must not be null"))));
        }
        if let Kind::Number(number) = &key.kind {
            self.pay(number.steps())?;
        }
        let text = convert::convert(key, &Type::String).map_err(|_| {
            Box::new(EvalError::new(format!("a {} cannot be the key of an object", key.type_of())))
        });
        let text = self.at(range, text)?;
        match text.kind {
            Kind::String(text) => Ok(Known::Yes(text)),
            _ => self.at(range, Err(Box::new(EvalError::new("the key of an object must be a string")))),
        }
    }
}
