//! Output contains data from strangers. Nothing in it may reach a terminal, log or tool as anything but text.
//!
//! There are two steps. [`line()`] makes a name or sentence fit for a line that we compose: it escapes line ends too, and shortens.
//! [`output`] is the last step of every format but that of GitHub's commands, and of every error: its
//! result contains no control characters, no invisible characters and no command to a CI service, whatever it is given. Both escape as `\uXXXX`, which inside JSON is the character itself.

use std::borrow::Cow;
use std::fmt::Write;

use super::look::Look;
pub use crate::text::{MAX_SENTENCE, shortened};

/// The longest output for people, in bytes; the rest is left out and counted. JSON is shortened at the ends of its lists.
pub const MAX_OUTPUT: usize = 4 << 20;
/// How much that is, for people.
pub const MAX_OUTPUT_SHOWN: &str = "4 MiB";
/// The longest JSON document, in bytes. JSON is longer than output for people: it has every place, cause and label.
pub const MAX_JSON: usize = 64 << 20;
/// The most characters of a name, path or address inside a line.
pub const MAX_NAME: usize = 200;

/// Whether a character affects a terminal, a log or the order of text instead of being visible: control characters (C0, C1), format
/// characters (bidirectional controls, zero-width characters, tags), line and paragraph separators, and invisible fillers.
#[must_use]
#[inline]
pub const fn is_harmful(character: char) -> bool {
    // Nearly all output is printable ASCII and the lines of frames: both are told apart without looking at the list.
    match character {
        ' '..='~' | '\u{2070}'..='\u{3000}' => false,
        other => is_listed(other),
    }
}

/// The list behind [`is_harmful`].
const fn is_listed(character: char) -> bool {
    matches!(
        character,
        '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{ad}' | '\u{34f}'
        | '\u{600}'..='\u{605}' | '\u{61c}' | '\u{6dd}' | '\u{70f}' | '\u{890}'..='\u{891}' | '\u{8e2}'
        | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}'
        | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}'
        | '\u{110bd}' | '\u{110cd}' | '\u{13430}'..='\u{1343f}' | '\u{1bca0}'..='\u{1bca3}'
        | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}'
    )
}

/// Appends a character as `\uXXXX`; beyond the first plane as a surrogate pair, as in JSON.
fn push_escaped(out: &mut String, character: char) {
    for unit in character.encode_utf16(&mut [0; 2]) {
        let _ = write!(out, "\\u{unit:04x}");
    }
}

/// Appends a character of a text that must stay on its line.
pub(super) fn push_inline(out: &mut String, character: char) {
    match character {
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\t' => out.push_str("\\t"),
        harmful if is_harmful(harmful) => push_escaped(out, harmful),
        other => out.push(other),
    }
}

/// A sentence on one line; a long one loses its middle.
#[must_use]
pub fn line(text: &str) -> Cow<'_, str> {
    inline(text, MAX_SENTENCE)
}

/// A name, path or address on one line; a long one loses its middle.
#[must_use]
pub fn name(text: &str) -> Cow<'_, str> {
    inline(text, MAX_NAME)
}

fn inline(text: &str, most: usize) -> Cow<'_, str> {
    let text = shortened(text, most);
    if !text.contains(is_harmful) {
        return text;
    }
    let mut out = String::with_capacity(text.len() + 16);
    text.chars().for_each(|character| push_inline(&mut out, character));
    Cow::Owned(out)
}

/// The last step of everything that is printed. Keeps line feeds, tabs and, if colours are on, colour codes.
#[must_use]
pub fn output(text: String, look: Look) -> String {
    if is_clean(&text) {
        return text;
    }
    let mut out = String::with_capacity(text.len() + 64);
    for (n, line) in text.split('\n').enumerate() {
        if n > 0 {
            out.push('\n');
        }
        push_line(&mut out, line, look);
    }
    out
}

/// Whether the text needs no change, which is true of nearly all output.
fn is_clean(text: &str) -> bool {
    !text.contains("::")
        && !text.contains("##")
        && !text.contains(|c| is_harmful(c) && c != '\n' && c != '\t')
}

/// Appends one line. To a CI service, a line is a command if it starts with `::` after blanks, or contains `##[name]` or `##vso[name]`.
fn push_line(out: &mut String, line: &str, look: Look) {
    let start = out.len();
    let mut rest = line;
    let mut seen = false;
    while let Some(character) = rest.chars().next() {
        let colour = if look.colour { colour_code(rest) } else { None };
        if let Some(code) = colour {
            out.push_str(code);
            rest = rest.get(code.len()..).unwrap_or_default();
            continue;
        }
        let is_command = match character {
            ':' => !seen && rest.starts_with("::"),
            '[' => is_after_hashes(out.get(start..).unwrap_or_default()),
            _ => false,
        };
        if is_command || (is_harmful(character) && character != '\t') {
            push_escaped(out, character);
        } else {
            out.push(character);
        }
        seen = seen || !character.is_whitespace();
        rest = rest.get(character.len_utf8()..).unwrap_or_default();
    }
}

/// The colour code at the start of a text: `ESC [`, numbers, `m`.
pub(super) fn colour_code(text: &str) -> Option<&str> {
    let numbers = text.strip_prefix("\u{1b}[")?;
    let end = numbers.find(|c: char| !c.is_ascii_digit() && c != ';')?;
    let code = numbers.get(end..)?.starts_with('m').then_some(end + 3)?;
    text.get(..code)
}

/// Whether a text ends in `##` or `##name`.
fn is_after_hashes(text: &str) -> bool {
    text.trim_end_matches(|c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_')).ends_with("##")
}
