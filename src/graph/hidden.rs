//! References that a plan does not show: an unknown value without references may be the identity of anything.

use std::sync::Arc;

use crate::value::{Cause, CauseKind, Kind, Value};

/// Suffixes of arguments that take the identity of another resource.
const IDENTITIES: [&str; 4] = ["arn", "id", "name", "url"];

/// The cause why an attribute may refer to something that the plan does not show; `None` if it does not.
pub(super) fn reference(name: &str, value: &Value) -> Option<Arc<Cause>> {
    match &value.kind {
        Kind::Unknown(unknown) => {
            let is_told = unknown.origin.is_some() || value.marks().is_some_and(|m| !m.references.is_empty());
            let is_hidden = !is_told && unknown.cause.root().kind == CauseKind::KnownAfterApply;
            is_hidden.then(|| unknown.cause.clone())
        }
        Kind::Null(_) | Kind::Bool(_) | Kind::Number(_) | Kind::String(_) => None,
        Kind::List(_) | Kind::Set(_) | Kind::Tuple(_) | Kind::Map(_) | Kind::Object(_) => nested(name, value),
    }
}

/// As [`reference()`], for values inside blocks and lists. There a plan does not distinguish attributes that the provider decides from
/// configured ones, so only attributes that take an identity count.
fn nested(name: &str, value: &Value) -> Option<Arc<Cause>> {
    match (&value.kind, value.as_sequence(), value.as_entries()) {
        (Kind::Unknown(_), _, _) if takes_identity(name) => reference(name, value),
        (_, Some(sequence), _) => {
            let hidden =
                sequence.more.as_ref().filter(|cause| cause.root().kind == CauseKind::KnownAfterApply);
            hidden.cloned().or_else(|| sequence.items.iter().find_map(|item| nested(name, item)))
        }
        (_, _, Some(entries)) => entries.items.iter().find_map(|(key, item)| nested(key, item)),
        _ => None,
    }
}

fn takes_identity(name: &str) -> bool {
    let last = name.rsplit('_').next().unwrap_or_default();
    let singular = last.strip_suffix('s').unwrap_or(last);
    IDENTITIES.contains(&last) || IDENTITIES.contains(&singular)
}
