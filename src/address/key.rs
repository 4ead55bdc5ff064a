//! Instance keys: what `count` and `for_each` append to the name of a resource or module.

use std::fmt::{self, Write};
use std::sync::LazyLock;

use ecow::EcoString;
use regex::Regex;

/// The key of an instance, ordered as Terraform orders instances.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum InstanceKey {
    /// Neither `count` nor `for_each`.
    #[default]
    None,
    /// `[0]`, from `count`.
    Int(u64),
    /// `["a"]`, from `for_each`.
    String(EcoString),
    /// `["${data.x.y.names[0]}"]`, from `for_each` over texts that are not known: one that is different from the keys of all others. Terraform
    /// does not write this.
    Told(EcoString),
    /// `[*]`: the instances are unknown, and this one stands for all. Terraform does not write this.
    Any,
}

/// The text of [`InstanceKey::Any`].
pub(super) const ANY: &str = "[*]";

impl InstanceKey {
    /// A key from `count`.
    #[must_use]
    pub fn index(index: usize) -> Self {
        Self::Int(u64::try_from(index).unwrap_or(u64::MAX))
    }

    /// Parses a key with its brackets; an empty text is [`Self::None`].
    pub(super) fn decode(text: &str) -> Option<Self> {
        if text.is_empty() {
            return Some(Self::None);
        }
        let inside = text.strip_prefix('[')?.strip_suffix(']')?;
        // Where a known key begins like this, it is escaped.
        if let Some(told) = inside.strip_prefix("\"${").and_then(|rest| rest.strip_suffix("}\"")) {
            return Some(Self::Told(unquoted(told)?));
        }
        match inside.strip_prefix('"') {
            Some(quoted) => Some(Self::String(unquoted(quoted.strip_suffix('"')?)?)),
            None if inside == "*" => Some(Self::Any),
            // Only digits: `parse` would also accept a sign.
            None if inside.bytes().all(|byte| byte.is_ascii_digit()) => inside.parse().ok().map(Self::Int),
            None => None,
        }
    }
}

impl fmt::Display for InstanceKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => Ok(()),
            Self::Int(index) => write!(f, "[{index}]"),
            Self::String(name) => {
                f.write_str("[\"")?;
                quote(name, f)?;
                f.write_str("\"]")
            }
            Self::Told(text) => {
                f.write_str("[\"${")?;
                quote(text, f)?;
                f.write_str("}\"]")
            }
            Self::Any => f.write_str(ANY),
        }
    }
}

/// Writes the text between the quotes of a key as Terraform does: escaped as in its strings, including everything that is not
/// printable.
fn quote(name: &str, out: &mut impl Write) -> fmt::Result {
    if is_plain(name) {
        return out.write_str(name);
    }
    let mut rest = name.chars().peekable();
    while let Some(character) = rest.next() {
        match character {
            '\n' => out.write_str("\\n")?,
            '\r' => out.write_str("\\r")?,
            '\t' => out.write_str("\\t")?,
            '"' => out.write_str("\\\"")?,
            '\\' => out.write_str("\\\\")?,
            '$' | '%' if rest.peek() == Some(&'{') => {
                out.write_char(character)?;
                out.write_char(character)?;
            }
            _ if prints(character) => out.write_char(character)?,
            _ if u32::from(character) < 0x1_0000 => write!(out, "\\u{:04x}", u32::from(character))?,
            _ => write!(out, "\\U{:08x}", u32::from(character))?,
        }
    }
    Ok(())
}

/// Whether a key is written without escapes, wherever its characters stand.
pub(super) fn is_plain(name: &str) -> bool {
    name.bytes().all(|byte| matches!(byte, b' '..=b'~') && !matches!(byte, b'"' | b'\\' | b'$' | b'%'))
}

/// Whether Go, in which Terraform is written, considers a character printable: letters, marks, numbers, punctuation, symbols and the
/// ASCII space.
fn prints(character: char) -> bool {
    static PRINTS: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"^[\p{L}\p{M}\p{N}\p{P}\p{S}]$").ok());
    if character.is_ascii() {
        return matches!(character, ' '..='~');
    }
    let mut buffer = [0; 4];
    let text = character.encode_utf8(&mut buffer);
    PRINTS.as_ref().is_none_or(|pattern| pattern.is_match(text))
}

/// Reads the text between quotes. Old versions of Terraform quoted keys as Go does, so Go's escapes are accepted too.
pub(super) fn unquoted(text: &str) -> Option<EcoString> {
    if is_plain(text) {
        return Some(text.into());
    }
    let mut name = EcoString::new();
    let mut rest = text.chars();
    while let Some(character) = rest.next() {
        match character {
            '\\' => name.push(escape(&mut rest)?),
            // `$${` stands for `${`; further dollars before it are literal.
            '$' | '%' if rest.as_str().strip_prefix(character).is_some_and(|rest| rest.starts_with('{')) => {
                rest.next();
                name.push(character);
            }
            '"' => return None,
            _ => name.push(character),
        }
    }
    Some(name)
}

/// The character of an escape; `rest` begins after the backslash.
fn escape(rest: &mut std::str::Chars<'_>) -> Option<char> {
    let digits = match rest.next()? {
        'n' => return Some('\n'),
        'r' => return Some('\r'),
        't' => return Some('\t'),
        'a' => return Some('\u{7}'),
        'b' => return Some('\u{8}'),
        'v' => return Some('\u{b}'),
        'f' => return Some('\u{c}'),
        character @ ('"' | '\\') => return Some(character),
        'x' => 2,
        'u' => 4,
        'U' => 8,
        _ => return None,
    };
    let (hex, after) = rest.as_str().split_at_checked(digits)?;
    if !hex.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    *rest = after.chars();
    char::from_u32(u32::from_str_radix(hex, 16).ok()?)
}
