//! Arguments and blocks that a body gets.
//!
//! An argument goes behind the last one before the first nested block. It joins the lines above it if their `=` leaves room for its
//! name; otherwise it starts a paragraph of its own, so that no other line has to move. A block goes to the end.

use super::lines::{end_of_line, indentation, line_break, sign, width};
use super::{NewText, Splice};
use crate::syntax::tree::{Attribute, Block, Body, Comment, Tree};
use crate::text::Range;
use crate::value::Str;

/// What `terraform fmt` indents by.
const INDENTATION: &str = "  ";

/// What is added to a body.
#[derive(Clone, Debug, Default)]
pub(super) struct Additions {
    arguments: Vec<(Str, String)>,
    blocks: Vec<(Str, Additions)>,
}

impl Additions {
    /// Adds an argument or a block behind the nested blocks of a path.
    pub(super) fn add(&mut self, path: &[Str], text: &NewText) -> Result<(), String> {
        let Some((name, rest)) = path.split_first() else { return Err("nothing is named".to_owned()) };
        match (rest.is_empty(), text) {
            (true, NewText::Value(value)) => self.argument(name, value),
            (true, NewText::Block(arguments)) => {
                let mut block = Self::default();
                for (name, value) in arguments {
                    block.argument(name, value)?;
                }
                self.blocks.push((name.clone(), block));
                Ok(())
            }
            (false, _) => {
                let known = self.blocks.iter_mut().find(|(own, _)| own == name);
                match known {
                    Some((_, block)) => block.add(rest, text),
                    None => {
                        let mut block = Self::default();
                        block.add(rest, text)?;
                        self.blocks.push((name.clone(), block));
                        Ok(())
                    }
                }
            }
        }
    }

    fn argument(&mut self, name: &Str, value: &str) -> Result<(), String> {
        match self.arguments.iter().find(|(own, _)| own == name) {
            Some((_, own)) if own == value => Ok(()),
            Some((_, own)) => Err(format!("another fix sets `{name}` to `{own}`")),
            None => {
                self.arguments.push((name.clone(), value.to_owned()));
                Ok(())
            }
        }
    }

    /// The splices that make a body, which its range names, get all this.
    pub(super) fn splices(&self, tree: &Tree, range: Range) -> Result<Vec<Splice>, String> {
        let block = block_of(tree, tree.root(), range).ok_or("the block is no longer there")?;
        let layout = BodyLayout { tree, block, body: tree.body(block.body) };
        if !tree.slice(range).contains('\n') {
            return layout.unfolded(self).map(|splice| vec![splice]);
        }
        let mut splices: Vec<Splice> = Vec::new();
        splices.extend(layout.with_arguments(&self.arguments));
        splices.extend(layout.with_blocks(&self.blocks));
        // Of an empty body both stand at one place.
        if let [arguments, blocks] = splices.as_mut_slice()
            && arguments.range.start == blocks.range.start
        {
            if !blocks.text.starts_with(layout.line_break()) {
                arguments.text.push_str(layout.line_break());
            }
            arguments.text.push_str(&blocks.text);
            splices.pop();
        }
        Ok(splices)
    }

    /// The lines of a block's body.
    fn lines(&self, indentation: &str, line_break: &str) -> String {
        let mut text = paragraph(&self.arguments, indentation, line_break);
        for (name, block) in &self.blocks {
            if !text.is_empty() {
                text.push_str(line_break);
            }
            text.push_str(&block_text(name, block, indentation, line_break));
        }
        text
    }
}

/// A block, with the line break behind it.
fn block_text(name: &str, block: &Additions, indentation: &str, line_break: &str) -> String {
    let inner = block.lines(&format!("{indentation}{INDENTATION}"), line_break);
    format!("{indentation}{name} {{{line_break}{inner}{indentation}}}{line_break}")
}

/// Arguments that line up, each with the line break behind it.
fn paragraph(arguments: &[(Str, String)], indentation: &str, line_break: &str) -> String {
    let column = arguments.iter().map(|(name, _)| width(name)).max().unwrap_or_default();
    arguments.iter().map(|argument| line(argument, column, indentation, line_break)).collect()
}

fn line((name, value): &(Str, String), column: usize, indentation: &str, line_break: &str) -> String {
    let space = " ".repeat(column.saturating_sub(width(name)));
    format!("{indentation}{name}{space} = {value}{line_break}")
}

/// The block whose body has this range.
fn block_of<'t>(tree: &'t Tree, body: &Body, range: Range) -> Option<&'t Block> {
    let around = |block: &&Block| block.range.start <= range.start && range.end <= block.range.end;
    let block = tree.blocks(body).iter().find(around)?;
    let inner = tree.body(block.body);
    if inner.range == range { Some(block) } else { block_of(tree, inner, range) }
}

/// A body of several lines, and what is around it.
struct BodyLayout<'t> {
    tree: &'t Tree,
    block: &'t Block,
    body: &'t Body,
}

impl BodyLayout<'_> {
    fn text(&self) -> &str {
        &self.tree.source
    }

    fn line_break(&self) -> &'static str {
        line_break(self.text())
    }

    /// The indentation of its arguments.
    fn indentation(&self) -> String {
        let own = self.tree.attributes(self.body).first().map(|attribute| attribute.name_range);
        let own = own.or_else(|| self.tree.blocks(self.body).first().map(|block| block.kind_range));
        match own {
            Some(first) => indentation(self.text(), first.start as usize).to_owned(),
            None => indentation(self.text(), self.block.range.start as usize).to_owned() + INDENTATION,
        }
    }

    /// A body on one line becomes one of several lines.
    fn unfolded(&self, additions: &Additions) -> Result<Splice, String> {
        let range = self.body.range;
        let attributes = self.tree.attributes(self.body);
        let has_comment = self
            .tree
            .comments()
            .iter()
            .any(|comment| range.start <= comment.range.start && comment.range.start < range.end);
        if has_comment || !self.tree.blocks(self.body).is_empty() {
            return Err("the block is written on one line".to_owned());
        }
        let outer = indentation(self.text(), self.block.range.start as usize);
        let inner = format!("{outer}{INDENTATION}");
        let mut all = Additions { blocks: additions.blocks.clone(), ..Additions::default() };
        for attribute in attributes {
            let value = self.tree.slice(self.tree.expr(attribute.value).range);
            all.arguments.push((self.tree.text(attribute.name).into(), value.to_owned()));
        }
        all.arguments.extend(additions.arguments.iter().cloned());
        let line_break = self.line_break();
        let lines = all.lines(&inner, line_break);
        Ok(Splice { range, text: format!("{line_break}{lines}{outer}") })
    }

    /// The argument behind which new ones go: the last one before the first block. `depends_on` stays last if it can.
    fn last_argument(&self) -> Option<&Attribute> {
        let first_block = self.tree.blocks(self.body).first().map(|block| block.range.start);
        let before =
            |attribute: &&Attribute| first_block.is_none_or(|block| attribute.name_range.start < block);
        let all: Vec<&Attribute> = self.tree.attributes(self.body).iter().filter(before).collect();
        match all.as_slice() {
            [.., previous, last] if self.tree.text(last.name) == "depends_on" => {
                // Lines right above each other line up, and there may be comments that do.
                let end = self.tree.attribute_range(previous).end as usize;
                let between = self.tree.source.get(end..last.name_range.start as usize);
                let is_apart = between
                    .is_some_and(|between| between.trim().is_empty() && between.matches('\n').count() > 1);
                Some(if is_apart { previous } else { last })
            }
            _ => all.last().copied(),
        }
    }

    fn with_arguments(&self, arguments: &[(Str, String)]) -> Option<Splice> {
        if arguments.is_empty() {
            return None;
        }
        let (line_break, indentation) = (self.line_break(), self.indentation());
        let Some(last) = self.last_argument() else {
            // Behind the line with the brace.
            let at = self.next_line(self.body.range.start as usize);
            let mut new = paragraph(arguments, &indentation, line_break);
            if self.has_content_at(at) {
                new.push_str(line_break);
            }
            return Some(splice(at, new));
        };
        let at = self.next_line(self.tree.attribute_range(last).end as usize);
        let column = sign(self.tree, last).map(|sign| sign.saturating_sub(1));
        let fits = |(name, _): &&(Str, String)| column.is_none_or(|column| width(name) <= column);
        let joining: Vec<(Str, String)> = arguments.iter().filter(fits).cloned().collect();
        let apart: Vec<(Str, String)> =
            arguments.iter().filter(|argument| !fits(argument)).cloned().collect();
        let mut new = match column {
            Some(column) => {
                joining.iter().map(|argument| line(argument, column, &indentation, line_break)).collect()
            }
            None => paragraph(&joining, &indentation, line_break),
        };
        if !apart.is_empty() {
            new.push_str(line_break);
            new.push_str(&paragraph(&apart, &indentation, line_break));
            if self.has_content_at(at) {
                new.push_str(line_break);
            }
        }
        Some(splice(at, new))
    }

    fn with_blocks(&self, blocks: &[(Str, Additions)]) -> Option<Splice> {
        if blocks.is_empty() {
            return None;
        }
        let (text, line_break, indentation) = (self.text(), self.line_break(), self.indentation());
        let end = self.body.range.end as usize;
        let at = super::lines::start_of_line(text, end);
        let mut new = String::new();
        let before = text.get(self.body.range.start as usize..at).unwrap_or_default();
        let is_first = before.trim().is_empty();
        for (index, (name, block)) in blocks.iter().enumerate() {
            if index > 0 || !is_first && !before.trim_end_matches([' ', '\t']).ends_with("\n\n") {
                new.push_str(line_break);
            }
            new.push_str(&block_text(name, block, &indentation, line_break));
        }
        Some(splice(at, new))
    }

    /// The start of the line behind the one with this offset.
    fn next_line(&self, at: usize) -> usize {
        let end = end_of_line(self.text(), at);
        let rest = self.text().get(end..).unwrap_or_default();
        let next = rest.find('\n').map_or(self.text().len(), |found| end + found + 1);
        // A comment that starts on the line may go on.
        let holds = |comment: &&Comment| {
            let range = comment.range.as_usize();
            range.start < next && next < range.end
        };
        match self.tree.comments().iter().find(holds) {
            Some(comment) => self.next_line(comment.range.end as usize),
            None => next,
        }
    }

    /// Whether the line at this offset holds more than space or the closing brace.
    fn has_content_at(&self, at: usize) -> bool {
        let end = (self.body.range.end as usize).min(end_of_line(self.text(), at));
        self.text().get(at..end).is_some_and(|line| !line.trim().is_empty())
    }
}

fn splice(at: usize, text: String) -> Splice {
    let at = u32::try_from(at).unwrap_or(u32::MAX);
    Splice { range: Range::new(at, at), text }
}
