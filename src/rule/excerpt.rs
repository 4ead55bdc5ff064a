//! Excerpts: the part of a planned instance that is shown, written as in Terraform.
//!
//! The text of a plan is JSON on one line and contains secrets in clear. An excerpt is therefore made from values: a sensitive value is
//! shown as `(sensitive value)`, an unknown one as `(known after apply)`.

use std::fmt::Write;
use std::sync::Arc;

use crate::diagnostic::{Excerpt, Location};
use crate::text::{FileId, Range};
use crate::value::shown::ShownAs;
use crate::value::{Entries, Str, Value};

/// The most attributes of a nested block that are shown.
const MAX_ITEMS: usize = 6;

/// The block that an excerpt shows.
#[derive(Clone, Copy, Debug)]
pub(super) struct ExcerptBlock<'a> {
    pub(super) file: FileId,
    /// The JSON pointer of the instance.
    pub(super) pointer: &'a str,
    /// `resource "type" "name"`
    pub(super) header: &'a str,
    /// The address of the instance, if the header does not show it.
    pub(super) address: Option<&'a str>,
    /// Its attributes and nested blocks.
    pub(super) body: &'a Entries,
}

impl ExcerptBlock<'_> {
    /// The excerpt that shows the attribute at a dotted path, or the header if it is not set.
    pub(super) fn excerpt(&self, path: &[Str]) -> Location {
        let mut pointer = self.pointer.to_owned();
        let above = self.address.map(|address| format!("# {address}\n")).unwrap_or_default();
        let mut text = format!("{above}{} {{\n", self.header);
        let header = Range::new(length(&above), length(&above) + length(self.header));
        let mark = match path {
            [] => None,
            _ => attribute(self.body, path, 1, &mut text, &mut pointer, values(self.pointer)),
        };
        text.push('}');
        let pointer = if mark.is_some() { pointer } else { self.pointer.into() };
        if mark.is_none() {
            text = above + self.header;
        }
        let excerpt = Arc::new(Excerpt { text, mark: mark.unwrap_or(header) });
        Location::Plan { file: self.file, pointer: pointer.into(), excerpt }
    }
}

/// The pointer from an instance to its attributes; empty for an entry of a change, which is the attributes.
fn values(pointer: &str) -> &'static str {
    if pointer.ends_with("/before") || pointer.ends_with("/after") { "" } else { "/values" }
}

fn length(text: &str) -> u32 {
    u32::try_from(text.len()).unwrap_or(u32::MAX)
}

/// Writes the attribute at a path with the blocks around it. Returns its range in the text.
fn attribute(
    body: &Entries,
    path: &[Str],
    depth: usize,
    text: &mut String,
    pointer: &mut String,
    prefix: &str,
) -> Option<Range> {
    let (name, rest) = path.split_first()?;
    let value = body.get(name).filter(|value| !value.is_null())?;
    let _ = write!(pointer, "{prefix}/{}", name.replace("~", "~0").replace("/", "~1"));
    let indent = "  ".repeat(depth);
    let block = value.as_sequence().and_then(|blocks| blocks.items.first()).and_then(Value::as_entries);
    match block {
        Some(block) if !value.is_secret() => {
            let start = length(text) + length(&indent);
            let _ = writeln!(text, "{indent}{name} {{");
            let header = Range::new(start, start + length(name));
            let _ = write!(pointer, "/0");
            let inner = match rest {
                [] => None,
                _ => attribute(block, rest, depth + 1, text, pointer, ""),
            };
            if inner.is_none() {
                for (key, value) in block.items.iter().take(MAX_ITEMS) {
                    let _ = writeln!(text, "{indent}  {key} = {}", shown(value, 1));
                }
            }
            let _ = writeln!(text, "{indent}}}");
            Some(inner.unwrap_or(header))
        }
        _ => {
            let start = length(text) + length(&indent);
            let written = format!("{name} = {}", shown(value, 0));
            let _ = writeln!(text, "{indent}{written}");
            Some(Range::new(start, start + length(&written)))
        }
    }
}

/// A value on one line: nothing secret, and not all of a long one.
#[must_use]
pub fn shown_value(value: &Value) -> String {
    shown(value, 0)
}

fn shown(value: &Value, depth: usize) -> String {
    ShownAs { unknown: &|_| "(known after apply)".to_owned(), hides: &|_| false }.line(value, depth)
}
