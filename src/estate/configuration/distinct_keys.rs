//! Instances of a `for_each` whose keys are no known texts, but certainly different ones: zones of a list that a data source reads.

use std::sync::Arc;

use super::Repetition;
use super::module::ModuleInstance;
use crate::address::InstanceKey;
use crate::estate::configuration::Evaluation;
use crate::eval::access::elements;
use crate::eval::unkeyed::are_distinct;
use crate::value::equality::Identities;
use crate::value::{Cause, Kind, Known, Origin, Step, Str, Type, Unknown, Value};

/// So many elements of a list of which no more is known than that it has them.
const MAX_KEYS: usize = 64;

/// The repetitions over such keys, and why there may be more; none if two of the keys may be the same.
pub(super) fn repetitions(module: &ModuleInstance<'_>, value: &Value) -> Option<OpenList<Arc<Repetition>>> {
    if value.has_secret_part() || value.is_secret() {
        return None;
    }
    let (items, more) = match least_elements(module.evaluation, value) {
        Some(found) => found,
        None => match elements(value)? {
            Known::Yes(elements) => (elements.items, elements.more),
            Known::No(_) => return None,
        },
    };
    if items.is_empty() || !are_distinct(items.iter().map(|(key, _)| key), module.evaluation) {
        return None;
    }
    let repetition = |(key, value): (Value, Value)| {
        let name = match &key.kind {
            Kind::String(name) => InstanceKey::String(name.clone()),
            Kind::Unknown(unknown) if !key.is_secret() => {
                InstanceKey::Told(told(module.evaluation, unknown.origin.as_ref()?)?)
            }
            _ => return None,
        };
        Some(Arc::new(Repetition { key: name, index: None, each: Some((key.without_marks(), value)) }))
    };
    let all: Option<Vec<Arc<Repetition>>> = items.into_iter().map(repetition).collect();
    Some((all?, more))
}

/// What there certainly is, and why there may be more.
type OpenList<T> = (Vec<T>, Option<Arc<Cause>>);

/// The elements that a set of all elements of an unknown list certainly has.
fn least_elements(evaluation: &Evaluation<'_>, value: &Value) -> Option<OpenList<(Value, Value)>> {
    let unknown = value.as_unknown().filter(|unknown| matches!(unknown.type_, Type::Set(_)))?;
    let list = unknown.origin.as_ref()?;
    let element = |index: usize| {
        let step = Step::Index(u64::try_from(index).unwrap_or(u64::MAX));
        let mut element = Unknown::new(Type::String, unknown.cause.clone());
        element.refinement.not_null = true;
        element.origin = Some(Arc::new(list.step(step)));
        Value::from(element)
    };
    let items = (0..evaluation.least_length(list).min(MAX_KEYS)).map(element);
    Some((items.map(|item| (item.clone(), item)).collect(), Some(unknown.cause.clone())))
}

/// How an origin is written.
fn told(evaluation: &Evaluation<'_>, origin: &Origin) -> Option<Str> {
    let mut text = evaluation.symbol(origin.symbol, |symbol| symbol.address.clone())?;
    for step in &origin.path {
        text.push_str(&step.to_string());
    }
    Some(text)
}
