//! Edits of configuration: what is to be written at a place, laid out as `terraform fmt` would, with everything else left byte for byte.
//!
//! An edit names a literal or a body by its range in the text that was read. Several edits of one text are made together, so that
//! arguments that go into one body line up. This module knows the syntax; it knows neither rules nor what any argument means.

mod body;
mod comments;
mod lines;

use std::sync::Arc;

use crate::syntax::parse_hcl;
use crate::text::{FileId, Range};
use crate::value::literal::quoted;
use crate::value::{Kind, Number, Str, Value};

/// What is written at a place.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NewText {
    /// The value of an argument.
    Value(String),
    /// The arguments of a nested block.
    Block(Vec<(Str, String)>),
}

/// One edit of a text.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TextEdit {
    /// A literal becomes another one.
    Replace { range: Range, with: String },
    /// A body, named by its range, gets an argument or a block behind the nested blocks of a path.
    Add { body: Range, path: Vec<Str>, text: NewText },
}

/// A piece of a text that becomes another one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Splice {
    pub range: Range,
    pub text: String,
}

/// The splices that make some edits of a text, in the order of the text.
///
/// # Errors
/// Why they cannot be made together, in a sentence without a final dot.
pub fn splices(text: &Arc<str>, edits: &[TextEdit]) -> Result<Vec<Splice>, String> {
    let tree = parse_hcl(FileId(0), text.clone()).tree;
    let mut edits: Vec<&TextEdit> = edits.iter().collect();
    edits.sort();
    edits.dedup();
    let mut splices = Vec::new();
    let mut bodies: Vec<(Range, body::Additions)> = Vec::new();
    for edit in edits {
        match edit {
            TextEdit::Replace { range, with } => {
                splices.push(Splice { range: *range, text: with.clone() });
            }
            TextEdit::Add { body, path, text } => {
                let known = bodies.iter_mut().find(|(range, _)| range == body);
                match known {
                    Some((_, additions)) => additions.add(path, text)?,
                    None => {
                        let mut additions = body::Additions::default();
                        additions.add(path, text)?;
                        bodies.push((*body, additions));
                    }
                }
            }
        }
    }
    splices.extend(comments::realigned(&tree, &splices));
    for (range, additions) in &bodies {
        splices.extend(additions.splices(&tree, *range)?);
    }
    splices.sort();
    let overlap = splices.windows(2).any(|pair| match pair {
        [first, second] => second.range.start < first.range.end || first.range == second.range,
        _ => false,
    });
    if overlap { Err("two edits meet at one place".to_owned()) } else { Ok(splices) }
}

/// A text with pieces replaced, which must be in its order.
#[must_use]
pub fn applied(text: &str, splices: &[Splice]) -> String {
    let mut edited = String::with_capacity(text.len() + 64);
    let mut at = 0;
    for Splice { range, text: new } in splices {
        let range = range.as_usize();
        edited.push_str(text.get(at..range.start).unwrap_or_default());
        edited.push_str(new);
        at = range.end;
    }
    edited.push_str(text.get(at..).unwrap_or_default());
    edited
}

/// What is written for a value; nothing for one that is not a literal.
#[must_use]
pub fn new_text(value: &Value) -> Option<NewText> {
    match &value.kind {
        Kind::Object(entries) => {
            let entry = |(name, value): &(Str, Value)| Some((name.clone(), literal(value)?));
            entries.items.iter().map(entry).collect::<Option<_>>().map(NewText::Block)
        }
        _ => literal(value).map(NewText::Value),
    }
}

/// A literal of the language.
fn literal(value: &Value) -> Option<String> {
    match &value.kind {
        Kind::Bool(value) => Some(value.to_string()),
        Kind::Number(Number::Int(value)) => Some(value.to_string()),
        Kind::String(text) => Some(quoted(text)),
        Kind::List(_) | Kind::Set(_) | Kind::Tuple(_) => {
            let sequence = value.as_sequence().filter(|sequence| sequence.more.is_none())?;
            let items: Vec<String> = sequence.items.iter().map(literal).collect::<Option<_>>()?;
            Some(format!("[{}]", items.join(", ")))
        }
        _ => None,
    }
}
