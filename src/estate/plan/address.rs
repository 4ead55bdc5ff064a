//! Addresses and references as text: `module.a["x"].subnet.b[0].id`.

use crate::value::{Step, Str};

/// A part of an address or reference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::estate) enum Part {
    /// The first name, or `.name`.
    Name(Str),
    /// `[0]` or `["key"]`.
    Key(Step),
}

impl Part {
    pub(super) fn name(&self) -> Option<&str> {
        match self {
            Self::Name(name) => Some(name),
            Self::Key(_) => None,
        }
    }

    /// As a step into a value, where both forms mean the same.
    pub(super) fn step(&self) -> Step {
        match self {
            Self::Name(name) => Step::Key(name.clone()),
            Self::Key(step) => step.clone(),
        }
    }
}

/// Takes an address apart; `None` if it is not one.
pub(in crate::estate) fn parse(text: &str) -> Option<Vec<Part>> {
    let mut parts = Vec::new();
    let mut rest = text;
    loop {
        if let Some(inside) = rest.strip_prefix('[') {
            let (step, after) = key(inside)?;
            parts.push(Part::Key(step));
            rest = after;
        } else {
            let name = if parts.is_empty() { rest } else { rest.strip_prefix('.')? };
            let end = name.find(['.', '[']).unwrap_or(name.len());
            let (name, after) = name.split_at_checked(end)?;
            if name.is_empty() {
                return None;
            }
            parts.push(Part::Name(name.into()));
            rest = after;
        }
        if rest.is_empty() {
            return Some(parts);
        }
    }
}

/// What stands between brackets, and the text after them.
fn key(inside: &str) -> Option<(Step, &str)> {
    let Some(quoted) = inside.strip_prefix('"') else {
        let (number, after) = inside.split_once(']')?;
        return Some((Step::Index(number.parse().ok()?), after));
    };
    let mut key = Str::new();
    let mut characters = quoted.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '"' => {
                // Templates are escaped in an address as they are in source.
                let key = key.replace("$${", "${").replace("%%{", "%{");
                return Some((Step::Key(key), quoted.get(at + 1..)?.strip_prefix(']')?));
            }
            '\\' => key.push(match characters.next()?.1 {
                'n' => '\n',
                'r' => '\r',
                't' => '\t',
                other => other,
            }),
            _ => key.push(character),
        }
    }
    None
}

/// The module calls in the address of a module instance: name and instance key, outermost first.
pub(super) fn module_path(address: &str) -> Option<Vec<(Str, Option<Step>)>> {
    let mut path = Vec::new();
    let mut parts = parse(address)?.into_iter().peekable();
    while let Some(part) = parts.next() {
        if part.name() != Some("module") {
            return None;
        }
        let Some(Part::Name(name)) = parts.next() else { return None };
        let key = match parts.peek() {
            Some(Part::Key(step)) => Some(step.clone()),
            _ => None,
        };
        if key.is_some() {
            parts.next();
        }
        path.push((name, key));
    }
    Some(path)
}

/// The most specific ones of an expression's references: Terraform lists each together with all that it starts with.
pub(super) fn most_specific<'r>(references: impl IntoIterator<Item = &'r str>) -> Vec<&'r str> {
    let mut found: Vec<&str> = Vec::new();
    let mut previous = "";
    for reference in references {
        let continues = previous.strip_prefix(reference).is_some_and(|rest| rest.starts_with(['.', '[']));
        if !continues && !found.contains(&reference) {
            found.push(reference);
        }
        previous = reference;
    }
    found
}
