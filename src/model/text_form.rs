//! Text forms: how texts name resources.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::value::Str;

/// A text form of resources: `queue:*:{}`. `*` is a part that does not matter, without `:` and `/`; `{}` is the name; `{/}` is a name
/// that may contain `/`; `{*}` is a name that may contain anything. What follows the form after `:` or `/` names a part of the
/// resource.
#[derive(Clone, Debug)]
pub struct TextForm {
    /// The types that have this form.
    pub types: FxHashSet<Str>,
    /// The attribute that holds the name.
    pub name: Str,
    /// The form as it is written.
    pub form: Str,
    parts: Vec<FormPart>,
}

#[derive(Clone, Debug)]
enum FormPart {
    Literal(Str),
    /// A part that does not matter.
    Any,
    /// The name, with the characters that end it.
    Name(&'static [char]),
}

/// Stands for a part of a name that is not known, in [`TextForm::with`]. No name contains it.
pub const NAME_GAP: char = '\u{2}';

/// One character of the texts of a form, or any number of them.
#[derive(Clone, Copy, Debug)]
pub enum FormCharacter {
    /// This character.
    Is(char),
    /// Any number of characters that are none of these.
    AnyBut(&'static [char]),
}

/// The characters that end a part which does not matter.
const ENDS_OF_ANY: &[char] = &[':', '/', ' ', '\n'];
const ENDS_OF_NAME: &[char] = &[':', '/', '?', '#', ' ', '\n'];
const ENDS_OF_PATH: &[char] = &[':', '?', '#', ' ', '\n'];

impl TextForm {
    /// Parses a form.
    #[must_use]
    pub fn new(types: FxHashSet<Str>, name: Str, form: Str) -> Self {
        const MARKS: [(&str, FormPart); 4] = [
            ("{}", FormPart::Name(ENDS_OF_NAME)),
            ("{/}", FormPart::Name(ENDS_OF_PATH)),
            ("{*}", FormPart::Name(&[])),
            ("*", FormPart::Any),
        ];
        let mut parts = Vec::new();
        let mut rest = form.as_str();
        while !rest.is_empty() {
            let first = MARKS
                .iter()
                .filter_map(|(mark, part)| Some((rest.find(mark)?, *mark, part)))
                .min_by_key(|it| it.0);
            let (literal, after) = match first {
                Some((at, mark, _)) => (rest.get(..at), rest.get(at + mark.len()..)),
                None => (Some(rest), None),
            };
            if let Some(literal) = literal.filter(|literal| !literal.is_empty()) {
                parts.push(FormPart::Literal(literal.into()));
            }
            parts.extend(first.map(|(.., part)| part.clone()));
            rest = after.unwrap_or_default();
        }
        Self { types, name, form, parts }
    }

    /// The name in a text of this form.
    #[must_use]
    pub fn name_in<'t>(&self, text: &'t str) -> Option<&'t str> {
        let mut name = None;
        let mut rest = text;
        let mut ends: &[char] = &[];
        for (index, part) in self.parts.iter().enumerate() {
            let next = match self.parts.get(index + 1) {
                Some(FormPart::Literal(literal)) => Some(literal.as_str()),
                _ => None,
            };
            match part {
                FormPart::Literal(literal) => rest = rest.strip_prefix(literal.as_str())?,
                FormPart::Any => {
                    ends = ENDS_OF_NAME;
                    (_, rest) = upto(rest, ENDS_OF_ANY, next)?;
                }
                FormPart::Name(own) => {
                    ends = own;
                    let (found, after) = upto(rest, own, next)?;
                    name = Some(found).filter(|found| !found.is_empty());
                    rest = after;
                }
            }
        }
        let is_whole =
            rest.is_empty() || (!ends.is_empty() && rest.starts_with(ends) && !rest.starts_with([' ', '\n']));
        name.filter(|_| is_whole)
    }

    /// The texts of this form that have a name. A [`NAME_GAP`] in the name may be any part of a name.
    #[must_use]
    pub fn with(&self, name: &str) -> Vec<FormCharacter> {
        let mut all = Vec::new();
        for part in &self.parts {
            match part {
                FormPart::Literal(text) => all.extend(text.chars().map(FormCharacter::Is)),
                FormPart::Any => all.push(FormCharacter::AnyBut(&[':', '/'])),
                FormPart::Name(ends) => all.extend(name.chars().map(|c| match c {
                    NAME_GAP => FormCharacter::AnyBut(ends),
                    c => FormCharacter::Is(c),
                })),
            }
        }
        all
    }

    /// The start that all texts of this form share.
    fn start(&self) -> &str {
        match self.parts.first() {
            Some(FormPart::Literal(literal)) => literal,
            _ => "",
        }
    }

    /// What all texts of this form have behind the first part that does not matter: `:queue:` of `id:*:queue:*:{}`.
    fn second(&self) -> Option<&str> {
        match self.parts.as_slice() {
            [FormPart::Literal(_), FormPart::Any, FormPart::Literal(literal), ..] => section(literal),
            _ => None,
        }
    }
}

/// The start of a text between two of `:`, with both.
fn section(text: &str) -> Option<&str> {
    let end = text.strip_prefix(':')?.find(':')?;
    text.get(..end + 2)
}

/// Text forms with one start. There are a hundred that begin with the same letters and differ in what follows, and texts by the
/// thousand.
#[derive(Clone, Debug)]
pub(super) struct FormGroup {
    start: Str,
    /// The indices of those that have this behind the first part that does not matter.
    by_second: FxHashMap<Str, Vec<usize>>,
    /// The indices of all others.
    others: Vec<usize>,
}

impl FormGroup {
    /// The group of a form, without the form.
    pub(super) fn of(form: &TextForm) -> Self {
        Self { start: form.start().into(), by_second: FxHashMap::default(), others: Vec::new() }
    }

    /// Whether a form has the start of this group.
    pub(super) fn is_of(&self, form: &TextForm) -> bool {
        self.start == form.start()
    }

    /// Adds the form with an index.
    pub(super) fn add(&mut self, index: usize, form: &TextForm) {
        match form.second() {
            Some(second) => self.by_second.entry(second.into()).or_default().push(index),
            None => self.others.push(index),
        }
    }

    /// The indices of the forms that a text may have, in ascending order.
    pub(super) fn candidates(&self, text: &str) -> Vec<usize> {
        let Some(rest) = text.strip_prefix(self.start.as_str()) else { return Vec::new() };
        let second = rest.find(ENDS_OF_ANY).and_then(|end| section(rest.get(end..)?));
        let same = second.and_then(|second| self.by_second.get(second));
        let mut all: Vec<usize> = self.others.iter().chain(same.into_iter().flatten()).copied().collect();
        all.sort_unstable();
        all
    }
}

/// Splits a text at the first of these characters, or at a literal that comes before it.
fn upto<'t>(text: &'t str, ends: &[char], next: Option<&str>) -> Option<(&'t str, &'t str)> {
    let end = text.find(ends).filter(|_| !ends.is_empty()).unwrap_or(text.len());
    match next {
        // The literal starts with a character that ends the part.
        Some(literal) if literal.starts_with(ends) => text.split_at_checked(end),
        Some(literal) => {
            // It begins before the end, so what stands far behind that is not searched.
            let within = text.get(..end.saturating_add(literal.len())).unwrap_or(text);
            let at = within.find(literal).filter(|at| *at <= end)?;
            text.split_at_checked(at)
        }
        None => text.split_at_checked(end),
    }
}
