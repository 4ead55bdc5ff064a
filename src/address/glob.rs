//! Patterns of addresses: `module.*.db_instance.*["prod-*"]`.
//!
//! A pattern is an address in which
//!
//! - `*` in a name or between the quotes of a key stands for any number of characters, including none (`\*` in a key is a literal `*`);
//! - `**` in place of a module stands for any number of modules, including none: `**.db_instance.main`;
//! - `**` at the end stands for everything: `module.data.**` is the module `data` and everything in it, `**` is everything;
//! - a missing key, like `[*]`, stands for any key or none, so that `subnet.main` means all of its instances, as it does for
//!   `terraform plan -target`.
//!
//! A pattern that ends with a module means this module and nothing in it. `*.*` means managed resources, `data.*.*` data sources. An
//! address is a pattern that matches itself; a given key does not match an instance that stands for several.

use ecow::EcoString;

use super::parse::{key_at, name_at};
use super::{Address, InstanceKey, Mode, ModuleAddress, key};

/// A pattern of addresses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Glob {
    modules: Vec<CallPattern>,
    last: Meant,
}

/// Why a text is not a pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected {expected} at byte {at}")]
pub struct GlobError {
    /// The offset in the pattern, in bytes.
    pub at: usize,
    /// What was expected there.
    pub expected: &'static str,
}

/// A pattern of one call, or of several calls, on the way to a module.
#[derive(Clone, Debug, PartialEq, Eq)]
enum CallPattern {
    Call(String, TextPattern, KeyPattern),
    AnyDepth,
}

/// What the pattern means inside the modules.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Meant {
    Everything,
    Module,
    Resource { mode: Mode, type_: TextPattern, name: TextPattern, key: KeyPattern },
}

/// The pieces of a text between its `*`.
#[derive(Clone, Debug, PartialEq, Eq)]
struct TextPattern(Vec<EcoString>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum KeyPattern {
    Every,
    Int(u64),
    String(TextPattern),
}

impl Glob {
    /// Reads a pattern.
    ///
    /// # Errors
    ///
    /// If the text is not a pattern: the place where it stops being one.
    pub fn parse(text: &str) -> Result<Self, GlobError> {
        let (mut modules, mut at) = (Vec::new(), 0);
        let last = loop {
            let (part, behind) = part_at(text, at)?;
            match part {
                "**" => {
                    modules.push(CallPattern::AnyDepth);
                    if behind == text.len() {
                        break Meant::Everything;
                    }
                    at = behind;
                }
                "module" | "component" | "stack" => {
                    let kind = if part == "module" { "" } else { part };
                    let (name, behind) = name_pattern(text, behind)?;
                    let (key, behind) = key_pattern(text, behind)?;
                    modules.push(CallPattern::Call(kind.to_owned(), name, key));
                    if behind == text.len() {
                        break Meant::Module;
                    }
                    at = behind;
                }
                _ => break resource(text, at)?,
            }
        };
        Ok(Self { modules, last })
    }

    /// Whether the pattern matches a resource instance.
    #[must_use]
    pub fn matches(&self, address: &Address) -> bool {
        let is_meant = match &self.last {
            Meant::Everything => true,
            Meant::Module => false,
            Meant::Resource { mode, type_, name, key } => {
                *mode == address.mode()
                    && type_.matches(address.type_())
                    && name.matches(address.name())
                    && key.matches(&address.key())
            }
        };
        is_meant && self.leads_to(&address.module())
    }

    /// Whether the pattern matches a module instance or a `module` block.
    #[must_use]
    pub fn matches_module(&self, module: &ModuleAddress) -> bool {
        !matches!(self.last, Meant::Resource { .. }) && self.leads_to(module)
    }

    /// Compares call by call. At a mismatch, the last `**` takes one more call.
    fn leads_to(&self, module: &ModuleAddress) -> bool {
        let calls: Vec<(&str, InstanceKey)> = module.calls().collect();
        let (mut step, mut call) = (0, 0);
        let mut retry: Option<(usize, usize)> = None;
        loop {
            match (self.modules.get(step), calls.get(call)) {
                (None, None) => return true,
                (Some(CallPattern::AnyDepth), _) => {
                    step += 1;
                    retry = Some((step, call));
                    continue;
                }
                (Some(CallPattern::Call(kind, name, key)), Some((own, own_key)))
                    if is_call(own, kind, name) && key.matches(own_key) =>
                {
                    (step, call) = (step + 1, call + 1);
                    continue;
                }
                _ => {}
            }
            match retry {
                Some((after, from)) if from < calls.len() => {
                    retry = Some((after, from + 1));
                    (step, call) = (after, from + 1);
                }
                _ => return false,
            }
        }
    }
}

/// Whether a call is of this kind, which is empty for one of a module, and its name fits.
fn is_call(own: &str, kind: &str, name: &TextPattern) -> bool {
    let (own_kind, own) = own.split_once('.').unwrap_or(("", own));
    own_kind == kind && name.matches(own)
}

fn resource(text: &str, at: usize) -> Result<Meant, GlobError> {
    let (first, behind) = part_at(text, at)?;
    let (mode, at) = match first {
        "data" => (Mode::Data, behind),
        "ephemeral" => (Mode::Ephemeral, behind),
        _ => (Mode::Managed, at),
    };
    let (type_, at) = name_pattern(text, at)?;
    let (name, at) = name_pattern(text, at)?;
    let (key, at) = key_pattern(text, at)?;
    if at < text.len() {
        return Err(GlobError { at, expected: "the end of the pattern" });
    }
    Ok(Meant::Resource { mode, type_, name, key })
}

fn part_at(text: &str, at: usize) -> Result<(&str, usize), GlobError> {
    name_at(text, at).ok_or(GlobError { at, expected: if at == 0 { "a name" } else { "a dot and a name" } })
}

fn name_pattern(text: &str, at: usize) -> Result<(TextPattern, usize), GlobError> {
    let (name, end) = part_at(text, at)?;
    if name == "**" {
        return Err(GlobError { at, expected: "a name (`**` stands for whole modules)" });
    }
    Ok((TextPattern(name.split('*').map(EcoString::from).collect()), end))
}

fn key_pattern(text: &str, at: usize) -> Result<(KeyPattern, usize), GlobError> {
    if text.as_bytes().get(at) != Some(&b'[') {
        return Ok((KeyPattern::Every, at));
    }
    let wrong = GlobError { at, expected: "a key such as `[0]`, `[\"name\"]` or `[*]`" };
    let (key, end) = key_at(text, at).ok_or(wrong)?;
    let quoted = key.strip_prefix("[\"").and_then(|key| key.strip_suffix("\"]"));
    let key = match quoted {
        Some(quoted) => KeyPattern::String(TextPattern::quoted(quoted).ok_or(wrong)?),
        None => match InstanceKey::decode(key).ok_or(wrong)? {
            InstanceKey::Int(index) => KeyPattern::Int(index),
            InstanceKey::None | InstanceKey::String(_) | InstanceKey::Told(_) | InstanceKey::Any => {
                KeyPattern::Every
            }
        },
    };
    Ok((key, end))
}

impl TextPattern {
    /// Reads the text between the quotes of a key.
    fn quoted(text: &str) -> Option<Self> {
        let mut pieces = vec![EcoString::new()];
        let mut start = 0;
        let mut characters = text.char_indices();
        let mut add = |pieces: &mut Vec<EcoString>, end: usize, next: usize| {
            let piece = key::unquoted(text.get(start..end)?)?;
            start = next;
            pieces.last_mut().map(|last| last.push_str(&piece))
        };
        while let Some((at, character)) = characters.next() {
            match character {
                '*' => {
                    add(&mut pieces, at, at + 1)?;
                    pieces.push(EcoString::new());
                }
                '\\' if characters.next()?.1 == '*' => {
                    add(&mut pieces, at, at + 2)?;
                    pieces.last_mut()?.push('*');
                }
                _ => {}
            }
        }
        add(&mut pieces, text.len(), text.len())?;
        Some(Self(pieces))
    }

    /// Finds every piece at its first place after the previous one; the last piece must end the text.
    fn matches(&self, text: &str) -> bool {
        let Some((first, others)) = self.0.split_first() else { return text.is_empty() };
        let Some(mut rest) = text.strip_prefix(first.as_str()) else { return false };
        let Some((last, middle)) = others.split_last() else { return rest.is_empty() };
        for piece in middle {
            let Some((_, behind)) = rest.split_once(piece.as_str()) else { return false };
            rest = behind;
        }
        rest.ends_with(last.as_str())
    }
}

impl KeyPattern {
    fn matches(&self, key: &InstanceKey) -> bool {
        match (self, key) {
            (Self::Every, _) => true,
            (Self::Int(own), InstanceKey::Int(index)) => own == index,
            (Self::String(own), InstanceKey::String(name)) => own.matches(name),
            (Self::Int(_) | Self::String(_), _) => false,
        }
    }
}
