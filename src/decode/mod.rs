//! HCL as data: what the readers of rule files, model files and settings share.
//!
//! A [`Section`] is a body that knows which attributes and blocks it may hold, because its reader asks for each of them by name.
//! Whatever the reader does not ask for is a mistake. So is a wrong type, a missing or surplus label, a second block where one is
//! allowed, and a word outside of a closed set. Each mistake is a problem with its place. This module knows what HCL can express,
//! not what any attribute means.

mod convert;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

pub use convert::{AttributeValue, Choice, Decode, Expression, NamedValues, OneOrMany, Spanned, dotted};

use crate::diagnostic::{Diagnostic, Severity, nearest};
use crate::syntax::tree::{Attribute, Block, Body, BodyId, Tree};
use crate::text::{Range, Span};
use crate::value::Str;

/// The mistakes found so far. Files that are read side by side have one each, so that a count is about one file.
#[derive(Debug, Default)]
pub struct Mistakes {
    problems: Mutex<Vec<Diagnostic>>,
    /// How many of them are errors: readers ask before and after each block.
    errors: AtomicUsize,
}

impl Mistakes {
    /// Adds a mistake.
    pub fn push(&self, problem: Diagnostic) {
        self.errors.fetch_add(usize::from(problem.severity == Severity::Error), Ordering::Relaxed);
        self.problems.lock().unwrap_or_else(PoisonError::into_inner).push(problem);
    }

    /// Counts a mistake that the parser has told.
    pub fn push_told(&self) {
        self.errors.fetch_add(1, Ordering::Relaxed);
    }

    /// The number of errors so far. A reader compares it before and after to see whether its part is sound.
    #[must_use]
    pub fn count(&self) -> usize {
        self.errors.load(Ordering::Relaxed)
    }

    /// All mistakes, sorted by place.
    #[must_use]
    pub fn into_problems(self) -> Vec<Diagnostic> {
        Self::all_problems([self])
    }

    /// The mistakes of several files, sorted by place.
    #[must_use]
    pub fn all_problems(of: impl IntoIterator<Item = Self>) -> Vec<Diagnostic> {
        let problems = of.into_iter().map(|own| own.problems.into_inner());
        let mut problems: Vec<Diagnostic> =
            problems.flat_map(|own| own.unwrap_or_else(PoisonError::into_inner)).collect();
        problems.sort_by_key(|problem| problem.span());
        problems
    }
}

/// The body of a file or a block that is being read.
#[derive(Debug)]
pub struct Section<'d> {
    pub tree: &'d Arc<Tree>,
    /// What it is in messages, with an article: "a rule".
    what: &'static str,
    body: &'d Body,
    /// The block whose body it is; `None` for a file.
    block: Option<&'d Block>,
    attributes: Vec<&'static str>,
    blocks: Vec<&'static str>,
    mistakes: &'d Mistakes,
}

impl<'d> Section<'d> {
    /// The body of a file.
    #[must_use]
    pub fn file(tree: &'d Arc<Tree>, what: &'static str, mistakes: &'d Mistakes) -> Self {
        Self {
            tree,
            what,
            body: tree.root(),
            block: None,
            attributes: Vec::new(),
            blocks: Vec::new(),
            mistakes,
        }
    }

    /// The place of the section: the header of its block.
    #[must_use]
    pub fn span(&self) -> Span {
        self.tree.span(self.header())
    }

    /// The body in the tree; `None` for a file.
    #[must_use]
    pub fn body_id(&self) -> Option<BodyId> {
        self.block.map(|block| block.body)
    }

    fn header(&self) -> Range {
        self.block.map_or(Range::new(0, 0), |block| block.header)
    }

    /// The label at index `n`; empty if it is missing, which has been reported.
    #[must_use]
    pub fn label(&self, n: usize) -> Str {
        self.label_spanned(n).value
    }

    /// The label at index `n` with its place.
    #[must_use]
    pub fn label_spanned(&self, n: usize) -> Spanned<Str> {
        let label = self.block.and_then(|block| self.tree.labels(block).get(n));
        match label {
            Some(label) => {
                Spanned { value: self.tree.text(label.text).into(), span: self.tree.span(label.range) }
            }
            None => Spanned { value: Str::default(), span: self.span() },
        }
    }

    /// Where its mistakes are told.
    #[must_use]
    pub const fn mistakes(&self) -> &'d Mistakes {
        self.mistakes
    }

    /// Reports a mistake at a place in the section.
    pub fn mistake(&self, code: &'static str, span: Span, message: impl Into<String>) {
        self.mistakes.push(Diagnostic::error(code, message).at(span, "here"));
    }

    /// Reports any problem.
    pub fn report(&self, problem: Diagnostic) {
        self.mistakes.push(problem);
    }

    /// Reports names that occur twice.
    pub fn check_unique<'a>(&self, names: impl IntoIterator<Item = &'a Spanned<Str>>, what: &str) {
        check_unique(names, what, self.mistakes);
    }

    /// The value of an attribute; `None` if it is absent, or wrong, which is reported.
    pub fn optional<T: Decode>(&mut self, name: &'static str) -> Option<T> {
        if !self.attributes.contains(&name) {
            self.attributes.push(name);
        }
        let attribute = self.tree.attribute(self.body, name)?;
        if !self.tree.is_parsed(attribute.value) {
            self.mistakes.push_told();
            return None;
        }
        match T::decode(&AttributeValue { tree: self.tree, expr: attribute.value, name, is_element: false }) {
            Ok(value) => Some(value),
            Err(problem) => {
                self.mistakes.push(*problem);
                None
            }
        }
    }

    /// The value of a required attribute; `None` if it is absent or wrong, which is reported.
    pub fn required<T: Decode>(&mut self, name: &'static str) -> Option<T> {
        if self.tree.attribute(self.body, name).is_none() {
            self.attributes.push(name);
            self.mistake("decode/missing", self.span(), format!("{} needs `{name}`", self.what));
            return None;
        }
        self.optional(name)
    }

    /// All attributes, whatever their names: the author of the file chooses them.
    pub fn named_expressions(&mut self) -> Vec<(Spanned<Str>, Expression)> {
        let attributes = self.tree.attributes(self.body);
        let named = |attribute: &Attribute| {
            let name = Spanned {
                value: self.tree.text(attribute.name).into(),
                span: self.tree.span(attribute.name_range),
            };
            (name, Expression { tree: self.tree.clone(), expr: attribute.value })
        };
        attributes.iter().map(named).collect()
    }

    /// The blocks of a type, in source order. Each must have these labels.
    pub fn blocks(&mut self, kind: &'static str, what: &'static str, labels: &[&str]) -> Vec<Section<'d>> {
        self.blocks.push(kind);
        let (tree, mistakes) = (self.tree, self.mistakes);
        let sections: Vec<Section<'d>> = tree
            .blocks_of(self.body, kind)
            .map(|block| Section {
                tree,
                what,
                body: tree.body(block.body),
                block: Some(block),
                attributes: Vec::new(),
                blocks: Vec::new(),
                mistakes,
            })
            .collect();
        for section in &sections {
            section.check_labels(labels);
        }
        sections
    }

    /// What a reader makes of the blocks of a type, without those that have a mistake: a block that says less than was meant must not
    /// cover more.
    pub fn sound<T>(blocks: Vec<Self>, read: impl Fn(Self) -> Option<T>) -> Vec<T> {
        let sound = blocks.into_iter().filter_map(|block| {
            let (mistakes, before) = (block.mistakes, block.mistakes.count());
            read(block).filter(|_| mistakes.count() == before)
        });
        sound.collect()
    }

    /// Whether an attribute is written.
    pub fn has(&self, name: &str) -> bool {
        self.tree.attribute(self.body, name).is_some()
    }

    /// The block of a type that may occur once and has no labels.
    pub fn block(&mut self, kind: &'static str, what: &'static str) -> Option<Section<'d>> {
        self.labelled_block(kind, what, &[])
    }

    /// The block of a type that may occur once.
    pub fn labelled_block(
        &mut self,
        kind: &'static str,
        what: &'static str,
        labels: &[&str],
    ) -> Option<Section<'d>> {
        let mut sections = self.blocks(kind, what, labels).into_iter();
        let first = sections.next();
        for further in sections {
            let message = format!("{} may have only one block `{kind}`", self.what);
            let problem = Diagnostic::error("decode/duplicate", message).at(further.span(), "second block");
            self.mistakes.push(match &first {
                Some(first) => problem.label(first.span(), "first block"),
                None => problem,
            });
        }
        first
    }

    fn check_labels(&self, wanted: &[&str]) {
        let Some(block) = self.block else { return };
        let given = self.tree.labels(block);
        for (n, name) in wanted.iter().enumerate() {
            let label = given.get(n).map(|label| self.tree.text(label.text)).unwrap_or_default();
            if label.is_empty() {
                let message = format!("{} needs a label: {name}", self.what);
                self.mistake("decode/label", self.span(), message);
            }
        }
        if let Some(surplus) = given.get(wanted.len()) {
            let message = match wanted.len() {
                0 => format!("{} takes no label", self.what),
                1 => format!("{} takes one label", self.what),
                count => format!("{} takes {count} labels", self.what),
            };
            self.mistakes.push(
                Diagnostic::error("decode/label", message).at(self.tree.span(surplus.range), "extra label"),
            );
        }
    }

    /// Reports everything that the reader has not asked for.
    pub fn finish(self) {
        for attribute in self.tree.attributes(self.body) {
            let name = self.tree.text(attribute.name);
            if !self.attributes.contains(&name) {
                self.unknown(
                    "decode/unknown-attribute",
                    attribute.name_range,
                    "attribute",
                    name,
                    &self.attributes,
                );
            }
        }
        for block in self.tree.blocks(self.body) {
            let kind = self.tree.text(block.kind);
            if !self.blocks.contains(&kind) {
                self.unknown("decode/unknown-block", block.kind_range, "block", kind, &self.blocks);
            }
        }
    }

    fn unknown(&self, code: &'static str, range: Range, which: &str, name: &str, known: &[&'static str]) {
        let problem = Diagnostic::error(code, format!("{} has no {which} `{name}`", self.what))
            .at(self.tree.span(range), "unknown name");
        self.mistakes.push(suggest(problem, name, known.iter().copied()));
    }
}

/// Adds the known name that was probably meant, or a list of all known names.
#[must_use]
pub fn suggest<'a>(problem: Diagnostic, name: &str, known: impl Iterator<Item = &'a str>) -> Diagnostic {
    /// The most names that are listed on a line.
    const SHOWN: usize = 24;
    let known: Vec<&str> = known.collect();
    match nearest(name, known.iter().copied()) {
        Some(near) => problem.help(format!("did you mean `{near}`?")),
        None if known.is_empty() || known.len() > SHOWN => problem,
        None => problem.help(format!("known names: {}", known.join(", "))),
    }
}

/// Reports names that occur twice.
pub fn check_unique<'a>(names: impl IntoIterator<Item = &'a Spanned<Str>>, what: &str, mistakes: &Mistakes) {
    let mut taken: BTreeMap<&str, Span> = BTreeMap::new();
    for name in names {
        if let Some(first) = taken.get(name.value.as_str()) {
            let problem = Diagnostic::error(
                "decode/duplicate",
                format!("the {what} `{}` is declared twice", name.value),
            );
            mistakes.push(problem.at(name.span, "declared again here").label(*first, "first declared here"));
        } else {
            taken.insert(&name.value, name.span);
        }
    }
}
