//! Facts of provider schemas: which resource types and data sources there are, and what attributes each has.
//!
//! The facts stand beside the rules, one type to a line, made by `examples/schema_facts.rs` from what Terraform says of providers.
//! Rules do not need them to run; they are what rules, model files and examples are checked against.

use rustc_hash::FxHashMap;

use crate::estate::Mode;
use crate::value::Str;

/// What an attribute holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AttributeShape {
    /// Text.
    Text,
    /// A number.
    Number,
    /// A boolean.
    Bool,
    /// Something whose type the schema leaves open.
    Any,
    /// A list or set, also of nested blocks.
    List(Box<AttributeShape>),
    /// A map.
    Map(Box<AttributeShape>),
    /// An object, or a single nested block.
    Object(Vec<(Str, AttributeShape)>),
}

impl AttributeShape {
    /// What is under a name.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&Self> {
        match self {
            Self::Object(fields) => fields.iter().find(|(own, _)| own == name).map(|(_, shape)| shape),
            Self::Map(element) => Some(element),
            Self::Any => Some(self),
            _ => None,
        }
    }

    /// What is at the end of a path that goes through lists.
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

/// What providers have.
#[derive(Debug, Default)]
pub struct Schema {
    types: FxHashMap<Str, AttributeShape>,
    data: FxHashMap<Str, AttributeShape>,
}

impl Schema {
    /// Reads a file of facts.
    ///
    /// # Errors
    /// The number of the line that is none, from 1.
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

    /// What a resource type or data source has; nothing if there is none of that name.
    #[must_use]
    pub fn of(&self, mode: Mode, type_: &str) -> Option<&AttributeShape> {
        self.all(mode).get(type_)
    }

    fn all(&self, mode: Mode) -> &FxHashMap<Str, AttributeShape> {
        if mode == Mode::Data { &self.data } else { &self.types }
    }

    /// The names of all resource types or data sources, sorted.
    #[must_use]
    pub fn names(&self, mode: Mode) -> Vec<&str> {
        let mut names: Vec<&str> = self.all(mode).keys().map(Str::as_str).collect();
        names.sort_unstable();
        names
    }
}

/// Fields up to a closing bracket or the end: `arn size# tags% ingress[from_port# self?]`.
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
