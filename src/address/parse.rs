//! The one parser of addresses and references, which begin alike.

use ecow::EcoString;
use rustc_hash::FxHashSet;

use super::{Address, InstanceKey, Mode, ModuleAddress, key};

/// A part of an address or reference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// The first name, or `.name`.
    Name(EcoString),
    /// `[0]` or `["key"]`.
    Key(InstanceKey),
}

impl Part {
    /// The name, if the part is one.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        match self {
            Self::Name(name) => Some(name),
            Self::Key(_) => None,
        }
    }
}

/// Splits a reference such as `module.a["x"].subnet.b[0].id` into parts; `None` if it is not one.
#[must_use]
pub fn parts(text: &str) -> Option<Vec<Part>> {
    let mut parts = Vec::new();
    let mut at = 0;
    while at < text.len() {
        if let Some((key, end)) = key_at(text, at) {
            match InstanceKey::decode(key)? {
                // A splat leads to no single part of a value.
                InstanceKey::Any => return None,
                key => parts.push(Part::Key(key)),
            }
            at = end;
        } else {
            let (name, end) = name_at(text, at)?;
            parts.push(Part::Name(name.into()));
            at = end;
        }
    }
    parts.first()?.name()?;
    Some(parts)
}

/// The most specific references of an expression: Terraform lists each one together with its prefixes.
pub fn most_specific<'r>(references: impl IntoIterator<Item = &'r str>) -> Vec<&'r str> {
    let mut found: Vec<&str> = Vec::new();
    let mut seen = FxHashSet::default();
    let mut previous = "";
    for reference in references {
        let continues = previous.strip_prefix(reference).is_some_and(|rest| rest.starts_with(['.', '[']));
        if !continues && seen.insert(reference) {
            found.push(reference);
        }
        previous = reference;
    }
    found
}

/// The name at an offset and the offset of its end. Except at the start of the text, a dot precedes the name.
pub(super) fn name_at(text: &str, at: usize) -> Option<(&str, usize)> {
    let start = match (at, text.as_bytes().get(at)?) {
        (0, _) => 0,
        (_, b'.') => at + 1,
        _ => return None,
    };
    let mut end = start;
    for byte in text.as_bytes().get(start..)? {
        match byte {
            b'.' | b'[' => break,
            b']' | b'"' | b'\\' | b' ' | 0x7f => return None,
            control if control.is_ascii_control() => return None,
            _ => end += 1,
        }
    }
    let name = text.get(start..end)?;
    if name.is_empty() { None } else { Some((name, end)) }
}

/// The key, with its brackets, at an offset, and the offset of its end. Dots and brackets inside quotes belong to the key.
pub(super) fn key_at(text: &str, at: usize) -> Option<(&str, usize)> {
    let rest = text.as_bytes().get(at..)?;
    let inside = rest.strip_prefix(b"[")?;
    let length = match inside.strip_prefix(b"\"") {
        None => 1 + inside.iter().position(|byte| *byte == b']')?,
        Some(quoted) => {
            let mut escaped = false;
            let close = quoted.iter().position(|byte| {
                let closes = *byte == b'"' && !escaped;
                escaped = *byte == b'\\' && !escaped;
                closes
            })?;
            if quoted.get(close + 1) != Some(&b']') {
                return None;
            }
            close + 3
        }
    };
    let end = at + length + 1;
    Some((text.get(at..end)?, end))
}

/// `module.name["key"]` at an offset: the name, the key with its brackets, and the offset of the end. The name of what a stack calls
/// begins with its kind, as [`super::CallName`] has it.
pub(super) fn call(text: &str, at: usize) -> Option<(&str, &str, usize)> {
    let (kind, behind) = name_at(text, at)?;
    let start = behind - kind.len();
    let (name, behind) = name_at(text, behind)?;
    let name = match kind {
        "module" => name,
        "component" | "stack" => text.get(start..behind)?,
        _ => return None,
    };
    let (key, end) = key_at(text, behind).unwrap_or(("", behind));
    Some((name, key, end))
}

/// The end of the calls at the start of an address, and whether all keys are written as Terraform writes them.
fn calls(text: &str) -> Option<(usize, bool)> {
    let (mut at, mut canonical) = (0, true);
    while let Some((_, key, end)) = call(text, at) {
        canonical &= is_canonical(key)?;
        at = end;
    }
    Some((at, canonical))
}

/// The offset of what follows the calls at the start of a text; 0 if there are none.
pub(super) fn behind_calls(text: &str) -> usize {
    let end = super::calls(text).last().map_or(0, |(_, _, end)| end);
    if text.as_bytes().get(end) == Some(&b'.') { end + 1 } else { 0 }
}

/// Whether a key is written as Terraform writes it; `None` if it is not a key.
fn is_canonical(key: &str) -> Option<bool> {
    let quoted = key.strip_prefix("[\"").and_then(|key| key.strip_suffix("\"]"));
    if key.is_empty() || quoted.is_some_and(key::is_plain) {
        return Some(true);
    }
    // Rare enough to be written once more.
    Some(InstanceKey::decode(key)?.to_string() == key)
}

pub(super) fn module_instance(text: &str) -> Option<ModuleAddress> {
    let (end, canonical) = calls(text)?;
    if end != text.len() {
        return None;
    }
    Some(if canonical { ModuleAddress { text: text.into() } } else { rewritten(text) })
}

/// A module instance with its keys as Terraform writes them.
fn rewritten(text: &str) -> ModuleAddress {
    super::calls(text).fold(ModuleAddress::ROOT, |module, (name, key, _)| {
        module.child(name, &InstanceKey::decode(key).unwrap_or_default())
    })
}

pub(super) fn address(text: &str) -> Option<Address> {
    let (module_end, mut canonical) = calls(text)?;
    let (first, behind) = name_at(text, module_end)?;
    let mode = match first {
        "module" => return None,
        "data" => Mode::Data,
        "ephemeral" => Mode::Ephemeral,
        _ => Mode::Managed,
    };
    let (type_, behind) = match mode {
        Mode::Managed => (first, behind),
        Mode::Data | Mode::Ephemeral => name_at(text, behind)?,
    };
    let type_start = behind - type_.len();
    let (name, name_end) = name_at(text, behind)?;
    let (key, end) = key_at(text, name_end).unwrap_or(("", name_end));
    canonical &= is_canonical(key)?;
    if end != text.len() {
        return None;
    }
    if canonical {
        let bounds = [module_end, type_start, name_end - name.len(), name_end];
        return Some(Address::with_bounds(text.into(), mode, bounds));
    }
    let module = rewritten(text.get(..module_end)?);
    Some(Address::new(&module, mode, type_, name, &InstanceKey::decode(key)?))
}
