//! A value on one line, as it is written in the language, for people.

use super::literal::escaped;
use super::{Kind, Unknown, Value};

/// The most characters of a text and the most elements of a list that are shown.
const MAX_TEXT: usize = 60;
const MAX_ITEMS: usize = 6;

/// What stands for values that cannot or must not be shown.
#[derive(Clone, Copy)]
pub struct ShownAs<'a> {
    /// What stands for an unknown value.
    pub unknown: &'a dyn Fn(&Unknown) -> String,
    /// Whether the texts under a name are hidden although they are not marked as sensitive.
    pub hides: &'a dyn Fn(&str) -> bool,
}

/// What stands for a value that must not be shown.
pub const SECRET: &str = "(sensitive value)";

impl ShownAs<'_> {
    /// The value on one line; what is long is cut.
    #[must_use]
    pub fn line(self, value: &Value, depth: usize) -> String {
        if value.is_secret() {
            return SECRET.to_owned();
        }
        match &value.kind {
            Kind::Null(_) => "null".to_owned(),
            Kind::Bool(value) => value.to_string(),
            Kind::Number(value) => value.to_string(),
            Kind::String(text) => quoted(text),
            Kind::Unknown(unknown) => (self.unknown)(unknown),
            _ if depth > 2 => "…".to_owned(),
            Kind::List(sequence) | Kind::Set(sequence) | Kind::Tuple(sequence) => {
                let mut items: Vec<String> =
                    sequence.items.iter().take(MAX_ITEMS).map(|item| self.line(item, depth + 1)).collect();
                if sequence.items.len() > MAX_ITEMS {
                    items.push(format!("… {} more", sequence.items.len() - MAX_ITEMS));
                }
                format!("[{}]", items.join(", "))
            }
            Kind::Map(entries) | Kind::Object(entries) => {
                let mut items = Vec::new();
                for (key, value) in entries.items.iter().take(MAX_ITEMS) {
                    let is_hidden = (self.hides)(key) && matches!(value.kind, Kind::String(_));
                    let shown = if is_hidden { SECRET.to_owned() } else { self.line(value, depth + 1) };
                    items.push(format!("{key} = {shown}"));
                }
                if entries.items.len() > MAX_ITEMS {
                    items.push("…".to_owned());
                }
                if items.is_empty() { "{}".to_owned() } else { format!("{{ {} }}", items.join(", ")) }
            }
        }
    }
}

/// A string as it is written in the language, cut if it is long.
fn quoted(text: &str) -> String {
    let shown: String = text.chars().take(MAX_TEXT).collect();
    let more = if shown.len() < text.len() { "…" } else { "" };
    format!("\"{}{more}\"", escaped(&shown))
}
