//! References without an expression: a text that is the identity of another instance.
//!
//! A state has no expressions, a deleted instance no longer has any, and a hard-coded id never had one. Ids of cloud providers are
//! distinctive enough to be recognised; names are not.

use std::sync::Arc;

use rustc_hash::FxHashSet;

use super::names::{IDENTITIES, is_distinctive};
use crate::estate::plan::body::PlannedPlace;
use crate::estate::plan::index::PlanIndex;
use crate::estate::plan::reading::json::Json;
use crate::value::{Kind, MAX_REFERENCES, Step, Value};

impl<'p> PlanIndex<'p> {
    /// Collects the texts that identify exactly one instance.
    pub(in crate::estate::plan) fn find_identities(&mut self) {
        let mut found = std::mem::take(&mut self.identities);
        for (at, instance) in self.instances.iter().enumerate() {
            let values = &instance.read.values;
            for attribute in IDENTITIES {
                let Some(text) = values.get(attribute).and_then(Json::as_str) else { continue };
                if !is_distinctive(text) || self.is_borrowed(at, attribute, text) {
                    continue;
                }
                let identity = found.entry(text).or_insert(Some((at, attribute)));
                if identity.is_some_and(|(known, _)| known != at) {
                    *identity = None;
                }
            }
        }
        self.identities = found;
    }

    /// Whether an identity belongs to another instance: the id of an attachment is that of the thing it is attached to.
    fn is_borrowed(&self, at: usize, attribute: &str, text: &str) -> bool {
        let Some(instance) = self.instances.get(at) else { return false };
        if instance.config.is_some_and(|config| config.expression(attribute).is_some()) {
            return true;
        }
        let mut others = instance.read.values.iter().filter(|(name, _)| !IDENTITIES.contains(name));
        others.any(|(_, value)| value.as_str() == Some(text))
    }
}

impl<'p> PlannedPlace<'p> {
    /// Adds to a value without references the instance that it identifies.
    pub(in crate::estate::plan) fn identified(self, value: Value) -> Value {
        let Kind::String(text) = &value.kind else { return value };
        if value.marks().is_some_and(|marks| !marks.references.is_empty()) {
            return value;
        }
        let whole = std::iter::once(text.as_str());
        let document = text.starts_with(['{', '[']).then(|| strings(text)).into_iter().flatten();
        let mut found: Vec<(usize, &str)> = Vec::new();
        let mut seen = FxHashSet::default();
        for part in whole.chain(document) {
            if let Some(Some(identity)) = self.plan_index.identities.get(part)
                && identity.0 != self.instance
                && seen.insert(*identity)
            {
                found.push(*identity);
            }
            if found.len() >= MAX_REFERENCES {
                break;
            }
        }
        found.into_iter().fold(value, |value, (at, attribute)| match self.plan_index.instances.get(at) {
            Some(instance) => value.referring_to(Arc::new(instance.origin(&[Step::Key(attribute.into())]))),
            None => value,
        })
    }
}

/// The quoted texts in a JSON document, even inside a nested document, without a trailing wildcard as policies have it.
fn strings(document: &str) -> impl Iterator<Item = &str> {
    document.split('"').map(|text| {
        let text = text.trim_end_matches('\\');
        text.strip_suffix('*').map_or(text, |text| text.trim_end_matches(['/', ':']))
    })
}
