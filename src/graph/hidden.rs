//! References that a plan does not tell: an unknown value of which nothing says what it was made of may be the identity of anything.

use std::sync::Arc;

use crate::value::{Cause, CauseKind, Kind, Value};

/// Ends of names of arguments that take the identity of another resource.
const IDENTITIES: [&str; 4] = ["arn", "id", "name", "url"];

/// Why an attribute of this name may refer to something that is not told; `None` if it does not.
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

/// The same for what stands in blocks and lists. There the provider decides attributes as well, of which the plan cannot tell that
/// nobody wrote them: those that take no identity are left out.
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
