//! Maps and objects whose keys are no known texts, but certainly different ones.

use std::sync::Arc;

use crate::value::equality::{Identities, Truth, equal};
use crate::value::{Cause, UnkeyedEntries, Unknown, Value};

/// More keys are not told apart: it takes comparing each with all others.
const MAX_KEYS: usize = 64;

/// Whether no two of these keys can be the same text.
pub fn are_distinct<'v>(keys: impl Iterator<Item = &'v Value>, identities: &dyn Identities) -> bool {
    let keys: Vec<&Value> = keys.take(MAX_KEYS + 1).collect();
    let differ = |a: &Value, b: &Value| matches!(equal(a, b, identities), Truth::No);
    keys.len() <= MAX_KEYS
        && keys.iter().enumerate().all(|(at, a)| keys.iter().skip(at + 1).all(|b| differ(a, b)))
}

/// The map or object with these entries if its keys are different, otherwise what it is without that knowledge. Nothing secret is kept in it.
pub(super) fn or_unkeyed(
    otherwise: Value,
    entries: UnkeyedEntries,
    cause: &Arc<Cause>,
    identities: &dyn Identities,
) -> Value {
    let is_secret = |value: &Value| value.is_secret() || value.has_secret_part();
    let shows = entries.items.iter().all(|(key, value)| !is_secret(key) && !is_secret(value));
    if !shows || !are_distinct(entries.items.iter().map(|(key, _)| key), identities) {
        return otherwise;
    }
    let references = Value::tuple(entries.items.iter().map(|(_, value)| value.clone()).collect());
    Value::from(Unknown::with_entries(entries, cause.clone())).computed_from_all_of(&references)
}
