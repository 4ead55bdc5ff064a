//! What an expression on the way back may refer to: the values that its module instance has computed, and the names around it.

use super::elements;
use crate::address::InstanceKey;
use crate::budget::Meter;
use crate::estate::declaration::{CallSite, DeclaredModule, Position, Scopes};
use crate::eval::scope::{Reference, ReferenceStep, Resolved, Scope};
use crate::eval::{EvalResult, Host, NoFiles, interpreter};
use crate::value::equality::NoIdentities;
use crate::value::{Cause, CauseKind, Value};

/// The scope of an expression on the way back.
pub(super) struct WayScope<'w, 's> {
    pub(super) scopes: &'w Scopes,
    pub(super) at: &'w Position<'s>,
    pub(super) meter: &'w Meter,
}

impl Scope for WayScope<'_, '_> {
    fn resolve(&self, reference: &Reference<'_>) -> EvalResult<Resolved> {
        if let Some(bound) = self.at.bound(reference.root) {
            return Ok(Resolved { value: bound.value.clone(), consumed: 0 });
        }
        let first = reference.attribute(0);
        let module = self.scopes.scopes.get(self.at.scope);
        let found = match (reference.root, first, module) {
            ("var", Some(name), Some(module)) => {
                let index = module.config.variable(name);
                index.and_then(|index| module.values.variables.get(index)?.clone()).map(|value| (value, 1))
            }
            ("local", Some(name), Some(module)) => {
                let index = module.config.local(name);
                index.and_then(|index| module.values.locals.get(index)?.clone()).map(|value| (value, 1))
            }
            ("module", Some(name), Some(module)) => self.output(module, name, reference),
            ("each", Some("key"), _) => self.key().map(|key| (key, 1)),
            ("each", Some("value"), _) => self.each().map(|value| (value, 1)),
            ("count", Some("index"), _) => self.key().map(|key| (key, 1)),
            _ => None,
        };
        let (value, consumed) = found.unwrap_or_else(|| {
            let cause = Cause::new(CauseKind::OutsideConfiguration, reference.root, None);
            (Value::unknown(cause), reference.steps.len())
        });
        Ok(Resolved { value, consumed })
    }

    fn host(&self) -> Host<'_> {
        Host { files: &NoFiles, identities: &NoIdentities, meter: self.meter }
    }
}

impl WayScope<'_, '_> {
    fn key(&self) -> Option<Value> {
        match self.at.repeated?.key {
            InstanceKey::String(key) => Some(Value::from(&**key)),
            InstanceKey::Int(index) => Some(i64::try_from(*index).ok()?.into()),
            _ => None,
        }
    }

    fn each(&self) -> Option<Value> {
        let (tree, for_each) = self.at.repeated?.for_each?;
        let at = Position::new(self.at.scope, tree, for_each, Vec::new(), None);
        let all = interpreter::evaluate(tree, for_each, &WayScope { at: &at, ..*self }).ok()?;
        let key = self.key()?;
        let mut all = elements(&all)?.into_iter();
        all.find(|(own, ..)| own.as_str() == key.as_str()).map(|(_, value, _)| value)
    }

    /// An output of one instance of a called module.
    fn output(
        &self,
        module: &DeclaredModule,
        name: &str,
        reference: &Reference<'_>,
    ) -> Option<(Value, usize)> {
        let call = module.config.call(name)?;
        let (key, at) = match reference.steps.get(1)? {
            ReferenceStep::Attribute(..) => (InstanceKey::None, 1),
            ReferenceStep::Index(key, _) => {
                let key = match (key.as_str(), key.as_number()) {
                    (Some(text), _) => InstanceKey::String(text.into()),
                    (None, number) => InstanceKey::Int(u64::try_from(number?.as_i64()?).ok()?),
                };
                (key, 2)
            }
        };
        let child = *self.scopes.called.get(&CallSite { scope: self.at.scope, call, key })?;
        let child = self.scopes.scopes.get(child)?;
        let output = child.config.output(reference.attribute(at)?)?;
        Some((child.values.outputs.get(output)?.clone()?, at + 1))
    }
}
