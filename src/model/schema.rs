//! Facts from provider schemas: the resource types and data sources, and the attributes of each.
//!
//! The facts are a file beside the rules, one type per line, which `examples/schema_facts.rs` makes from Terraform's description of
//! providers. Rules run without them; rules, model files and examples are checked against them.

use rustc_hash::FxHashMap;

use crate::estate::Mode;
use crate::value::Str;

/// The type of an attribute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AttributeShape {
    /// Text.
    Text,
    /// A number.
    Number,
    /// A boolean.
    Bool,
    /// A type that the schema leaves open.
    Any,
    /// A list or set, including one of nested blocks.
    List(Box<AttributeShape>),
    /// A map.
    Map(Box<AttributeShape>),
    /// An object, or a single nested block.
    Object(Vec<(Str, AttributeShape)>),
}

impl AttributeShape {
    /// The attribute with this name.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&Self> {
        match self {
            Self::Object(fields) => fields.iter().find(|(own, _)| own == name).map(|(_, shape)| shape),
            Self::Map(element) => Some(element),
            Self::Any => Some(self),
            _ => None,
        }
    }

    /// The attribute at the end of a path, which may pass through lists.
    #[must_use]
    pub fn at(&self, path: &[Str]) -> Option<&Self> {
        let Some((name, rest)) = path.split_first() else { return Some(self) };
        match self {
            Self::List(element) => element.at(path),
            _ => self.field(name)?.at(rest),
        }
    }

    /// The names of its attributes.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let fields = match self {
            Self::Object(fields) => fields.as_slice(),
            _ => &[],
        };
        fields.iter().map(|(name, _)| name.as_str())
    }
}

/// The types of providers.
#[derive(Debug, Default)]
pub struct Schema {
    types: FxHashMap<Str, AttributeShape>,
    data: FxHashMap<Str, AttributeShape>,
}

impl Schema {
    /// Reads a file of facts.
    ///
    /// # Errors
    /// If a line is not a fact: its number, from 1.
    pub fn read(text: &str) -> Result<Self, usize> {
        let mut schema = Self::default();
        for (n, line) in text.lines().enumerate() {
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let read = |line: &str| -> Option<(Mode, Str, AttributeShape)> {
                let (mode, rest) = line.split_once(' ')?;
                let (name, rest) = rest.split_once(' ').unwrap_or((rest, ""));
                let mode = match mode {
                    "resource" => Mode::Managed,
                    "data" => Mode::Data,
                    _ => return None,
                };
                let mut rest = rest;
                let fields = fields(&mut rest)?;
                rest.is_empty().then(|| (mode, name.into(), AttributeShape::Object(fields)))
            };
            let (mode, name, shape) = read(line).ok_or(n + 1)?;
            let types = if mode == Mode::Data { &mut schema.data } else { &mut schema.types };
            types.insert(name, shape);
        }
        Ok(schema)
    }

    /// The attributes of a resource type or data source; `None` if it does not exist.
    #[must_use]
    pub fn of(&self, mode: Mode, type_: &str) -> Option<&AttributeShape> {
        self.all(mode).get(type_)
    }

    fn all(&self, mode: Mode) -> &FxHashMap<Str, AttributeShape> {
        if mode == Mode::Data { &self.data } else { &self.types }
    }

    /// Whether it has any type of a provider, by the start of its types' names.
    #[must_use]
    pub fn has_types_of(&self, provider: &str) -> bool {
        let is_of = |name: &Str| name.strip_prefix(provider).is_some_and(|rest| rest.starts_with('_'));
        self.types.keys().chain(self.data.keys()).any(is_of)
    }

    /// The names of all resource types or data sources, sorted.
    #[must_use]
    pub fn names(&self, mode: Mode) -> Vec<&str> {
        let mut names: Vec<&str> = self.all(mode).keys().map(Str::as_str).collect();
        names.sort_unstable();
        names
    }
}

/// Parses fields up to a closing bracket or the end: `arn size# tags% ingress[from_port# self?]`.
fn fields(rest: &mut &str) -> Option<Vec<(Str, AttributeShape)>> {
    let mut fields = Vec::new();
    loop {
        *rest = rest.trim_start_matches(' ');
        if rest.is_empty() || rest.starts_with([']', '}']) {
            return Some(fields);
        }
        let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
        let (name, tail) = rest.split_at_checked(end).filter(|(name, _)| !name.is_empty())?;
        *rest = tail;
        fields.push((name.into(), shape(rest)?));
    }
}

fn shape(rest: &mut &str) -> Option<AttributeShape> {
    let Some(mark) = rest.chars().next().filter(|c| !matches!(c, ' ' | ']' | '}')) else {
        return Some(AttributeShape::Text);
    };
    *rest = rest.get(mark.len_utf8()..)?;
    Some(match mark {
        '#' => AttributeShape::Number,
        '?' => AttributeShape::Bool,
        '~' => AttributeShape::Any,
        '*' => AttributeShape::List(Box::new(shape(rest)?)),
        '%' => AttributeShape::Map(Box::new(shape(rest)?)),
        '[' => AttributeShape::List(Box::new(AttributeShape::Object(closed(rest, "]")?))),
        '{' => AttributeShape::Object(closed(rest, "}")?),
        _ => return None,
    })
}

fn closed(rest: &mut &str, end: &str) -> Option<Vec<(Str, AttributeShape)>> {
    let fields = fields(rest)?;
    *rest = rest.strip_prefix(end)?;
    Some(fields)
}
