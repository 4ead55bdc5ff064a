//! What names tell where a plan is silent: providers name attributes alike.

use crate::value::{Step, Str};

/// Attributes by which anything is referred to most, for references of which the plan leaves out the attribute.
pub(super) const USUAL: [&str; 2] = ["id", "name"];

/// Ends of attributes that hold a text in which a reference is only a part.
const TEXTS: [&str; 7] = ["policy", "policies", "document", "definitions", "content", "body", "user_data"];

pub(super) fn as_key(step: &Step) -> Option<&Str> {
    match step {
        Step::Key(key) => Some(key),
        Step::Index(_) => None,
    }
}

pub(super) fn plain_letters(name: impl AsRef<str>) -> String {
    name.as_ref().chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

pub(super) fn is_text(name: &str) -> bool {
    name == "definition" || TEXTS.iter().any(|text| name.ends_with(text))
}

/// Whether an attribute of this name holds several things, by English grammar: providers keep to it.
pub(super) fn is_plural(name: &str) -> bool {
    let singular = ["ss", "us", "is", "dns", "tls", "https", "kms", "alias"];
    name.ends_with('s') && !singular.iter().any(|end| name.ends_with(end))
}

/// Whether an attribute can be named after the one that it is taken from: `subnet_id` after `id`.
pub(super) fn ends_in(name: &str, last: &str) -> bool {
    name.strip_suffix(last).is_some_and(|rest| rest.is_empty() || rest.ends_with('_'))
}
