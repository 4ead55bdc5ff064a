//! Addresses as Terraform writes them: `module.a["x"].subnet.main[0]`.
//!
//! An address is kept as its text plus the offsets of its parts: copies are cheap, equal addresses have equal text, and no text is
//! parsed twice. Only this module splits the text of an address or builds one. It knows neither values nor configuration.

pub mod glob;
pub mod key;
pub mod module_package;
pub mod module_source;
pub mod order;
pub mod parse;
pub mod version;

use std::cmp::Ordering;
use std::fmt;

use ecow::EcoString;

pub use glob::Glob;
pub use key::InstanceKey;
pub use module_package::ModulePackage;
pub use module_source::{ModuleSource, is_published_as, published_as, without_secrets};
pub use order::natural;

/// The most module calls in an address: configuration that nests more is not evaluated.
pub const MAX_CALLS: usize = 64;

/// How Terraform treats a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mode {
    /// `resource`: Terraform creates it.
    Managed,
    /// `data`: Terraform reads it.
    Data,
    /// `ephemeral`: it exists only during a run.
    Ephemeral,
}

impl Mode {
    /// The mode that a plan or state names; managed by default.
    #[must_use]
    pub fn from_plan(name: &str) -> Self {
        match name {
            "data" => Self::Data,
            "ephemeral" => Self::Ephemeral,
            _ => Self::Managed,
        }
    }

    /// The text before the type in an address.
    const fn prefix(self) -> &'static str {
        match self {
            Self::Managed => "",
            Self::Data => "data.",
            Self::Ephemeral => "ephemeral.",
        }
    }
}

/// The name of a call as addresses write it: `module.name`. What a stack calls has its kind in its name: `component.name`.
#[derive(Clone, Copy, Debug)]
pub struct CallName<'a>(pub &'a str);

impl fmt::Display for CallName<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = if self.0.contains('.') { "" } else { "module." };
        write!(f, "{word}{}", self.0)
    }
}

/// An instance of a module: `module.a["x"].module.b`, in a stack `component.a`. The root module has an empty text. Without a key after
/// its last name it is also the address of a `module` block.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct ModuleAddress {
    text: EcoString,
}

impl ModuleAddress {
    /// The root module.
    pub const ROOT: Self = Self { text: EcoString::new() };

    /// Parses the address of a module instance; `None` if the text is not one. The empty text is the root module.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        parse::module_instance(text)
    }

    /// The instance with this key of a module that this one calls.
    #[must_use]
    pub fn child(&self, name: &str, key: &InstanceKey) -> Self {
        let (dot, call) = (self.dot(), CallName(name));
        Self { text: ecow::eco_format!("{}{dot}{call}{key}", self.text) }
    }

    /// The address of something in this module other than a resource: `var.name`, `local.name`, `output.name`.
    #[must_use]
    pub fn member(&self, kind: &str, name: &str) -> EcoString {
        ecow::eco_format!("{}{}{kind}.{name}", self.text, self.dot())
    }

    /// The address as text; empty for the root module.
    #[must_use]
    pub const fn text(&self) -> &EcoString {
        &self.text
    }

    /// The address as text; empty for the root module.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    #[must_use]
    pub fn is_root(&self) -> bool {
        self.text.is_empty()
    }

    /// The name and key of each call that leads to the module, outermost first.
    pub fn calls(&self) -> impl Iterator<Item = (&str, InstanceKey)> {
        calls(&self.text).map(|(name, key, _)| (name, InstanceKey::decode(key).unwrap_or_default()))
    }

    /// The module instance itself and those around it, innermost first and without the root. Each is followed by the `module`
    /// block that calls it: `module.a["x"].module.b`, `module.a["x"]`, `module.a`.
    #[must_use]
    pub fn ancestors(&self) -> Vec<Self> {
        let mut all = Vec::new();
        for (_, key, end) in calls(&self.text) {
            let upto = |end: usize| Self { text: self.text.get(..end).unwrap_or_default().into() };
            if !key.is_empty() {
                all.push(upto(end - key.len()));
            }
            all.push(upto(end));
        }
        all.reverse();
        all
    }

    /// Whether the module is an instance of the `module` block with this address, or is nested in one.
    #[must_use]
    pub fn is_within(&self, call: &Self) -> bool {
        let rest = self.text.strip_prefix(call.as_str());
        call.is_root() || rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
    }

    /// Whether the module, or one around it, stands for an unknown set of instances.
    #[must_use]
    pub fn stands_for_many(&self) -> bool {
        calls(&self.text).any(|(_, key, _)| key == key::ANY)
    }

    fn dot(&self) -> &'static str {
        if self.is_root() { "" } else { "." }
    }
}

/// What an address says from its innermost call on: of `module.a.module.b["x"].subnet.main` that is `module.b["x"].subnet.main`.
#[must_use]
pub fn from_innermost_call(address: &str) -> &str {
    let ends: Vec<usize> = calls(address).map(|(_, _, end)| end).collect();
    // A dot precedes each call but the first.
    let start = ends.iter().rev().nth(1).map_or(0, |end| end + 1);
    address.get(start..).unwrap_or(address)
}

/// What an address says behind its calls; all of it if that is nothing.
#[must_use]
pub fn without_calls(address: &str) -> &str {
    address.get(parse::behind_calls(address)..).filter(|rest| !rest.is_empty()).unwrap_or(address)
}

/// The calls in the text of a module instance: the name, the key with its brackets, and the offset of their end. Of a text that nests
/// more of them than any configuration, the outermost ones.
fn calls(text: &str) -> impl Iterator<Item = (&str, &str, usize)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let call = parse::call(text, at)?;
        at = call.2;
        Some(call)
    })
    .take(MAX_CALLS)
}

/// A resource instance or, with [`InstanceKey::None`], also a resource with all its instances.
#[derive(Clone)]
pub struct Address {
    text: EcoString,
    /// The end of the module's address, without the dot after it.
    module_end: u32,
    type_start: u32,
    name_start: u32,
    name_end: u32,
    mode: Mode,
}

impl Address {
    /// Builds an address.
    #[must_use]
    pub fn new(module: &ModuleAddress, mode: Mode, type_: &str, name: &str, key: &InstanceKey) -> Self {
        let dot = module.dot();
        let text = ecow::eco_format!("{}{dot}{}{type_}.{name}{key}", module.text, mode.prefix());
        let type_start = module.text.len() + dot.len() + mode.prefix().len();
        let name_start = type_start + type_.len() + 1;
        Self::with_bounds(text, mode, [module.text.len(), type_start, name_start, name_start + name.len()])
    }

    /// Parses the address of a resource instance; `None` if the text is not one. Escapes are normalised to those that Terraform writes.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        parse::address(text)
    }

    /// As [`Self::parse`], but accepts a text of unknown form too: it is shown as it is, and what follows the modules is its name.
    #[must_use]
    pub fn read(text: &str) -> Self {
        Self::parse(text).unwrap_or_else(|| {
            let start = parse::behind_calls(text);
            let end = text.len();
            let module_end = if start > 0 { start - 1 } else { 0 };
            Self::with_bounds(text.into(), Mode::Managed, [module_end, start, start, end])
        })
    }

    /// A resource of the root module with all its instances.
    #[must_use]
    pub fn resource(mode: Mode, type_: &str, name: &str) -> Self {
        Self::new(&ModuleAddress::ROOT, mode, type_, name, &InstanceKey::None)
    }

    fn with_bounds(text: EcoString, mode: Mode, bounds: [usize; 4]) -> Self {
        // Files are smaller than 4 GiB, so offsets fit into 32 bits.
        let [module_end, type_start, name_start, name_end] =
            bounds.map(|at| u32::try_from(at).unwrap_or(u32::MAX));
        Self { text, module_end, type_start, name_start, name_end, mode }
    }

    /// The same resource with another key.
    #[must_use]
    pub fn with_key(&self, key: &InstanceKey) -> Self {
        let resource = self.slice(0, self.name_end);
        Self { text: ecow::eco_format!("{resource}{key}"), ..*self }
    }

    /// The address as text.
    #[must_use]
    pub const fn text(&self) -> &EcoString {
        &self.text
    }

    /// The address as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The module instance that contains it.
    #[must_use]
    pub fn module(&self) -> ModuleAddress {
        ModuleAddress { text: self.module_text().into() }
    }

    /// The text of the module instance that contains it; empty for the root module.
    #[must_use]
    pub fn module_text(&self) -> &str {
        self.slice(0, self.module_end)
    }

    #[must_use]
    pub const fn mode(&self) -> Mode {
        self.mode
    }

    #[must_use]
    pub fn type_(&self) -> &str {
        self.slice(self.type_start, self.name_start.saturating_sub(1))
    }

    #[must_use]
    pub fn name(&self) -> &str {
        self.slice(self.name_start, self.name_end)
    }

    /// The instance key.
    #[must_use]
    pub fn key(&self) -> InstanceKey {
        InstanceKey::decode(self.key_text()).unwrap_or_default()
    }

    /// The resource without any instance keys, neither its own nor those of the module calls: all instances of one declaration have
    /// the same.
    #[must_use]
    pub fn without_keys(&self) -> Self {
        let module = self.module();
        let calls = module
            .calls()
            .fold(ModuleAddress::ROOT, |outer, (name, _)| outer.child(name, &InstanceKey::None));
        Self::new(&calls, self.mode, self.type_(), self.name(), &InstanceKey::None)
    }

    /// Whether it is the only instance of a managed resource of the root module, so that type and name are the whole address.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        self.type_start == 0 && self.key_text().is_empty()
    }

    fn key_text(&self) -> &str {
        self.text.get(self.name_end as usize..).unwrap_or_default()
    }

    fn slice(&self, start: u32, end: u32) -> &str {
        self.text.get(start as usize..end as usize).unwrap_or_default()
    }
}

impl PartialEq for Address {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for Address {}

impl PartialEq<str> for Address {
    fn eq(&self, other: &str) -> bool {
        self.text == other
    }
}

impl PartialEq<&str> for Address {
    fn eq(&self, other: &&str) -> bool {
        self.text == *other
    }
}

impl std::hash::Hash for Address {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.text.hash(state);
    }
}

impl Ord for Address {
    /// Natural order.
    fn cmp(&self, other: &Self) -> Ordering {
        natural(&self.text, &other.text)
    }
}

impl PartialOrd for Address {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for ModuleAddress {
    /// Natural order; the root comes first.
    fn cmp(&self, other: &Self) -> Ordering {
        natural(&self.text, &other.text)
    }
}

impl PartialOrd for ModuleAddress {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Allows lookups by text in maps with addresses as keys.
impl std::borrow::Borrow<str> for Address {
    fn borrow(&self) -> &str {
        &self.text
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.text)
    }
}

impl fmt::Display for ModuleAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}
