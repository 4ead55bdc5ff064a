//! What a comment covers: the argument or block beside it, or the whole file.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::is_within;
use crate::address::{Address, Glob, ModuleAddress};
use crate::settings::PathPatterns;
use crate::syntax::tree::{Block, Body, Comment, ExprId, ExprKind, Tree};
use crate::text::Range;

/// What a suppression covers.
#[derive(Clone, Debug)]
pub enum Cover {
    /// What a block of a config selects.
    Selected(Arc<Selected>),
    /// Everything that a file declares.
    File,
    /// A block, with everything that it declares or calls.
    Block { range: Range, within: Option<Declaring> },
    /// An argument.
    Attribute { range: Range, within: Option<Declaring> },
}

/// What a block of a config selects: what fits all of these.
#[derive(Clone, Debug)]
pub struct Selected {
    /// Patterns of what findings are about; anything if there are none.
    pub addresses: Vec<Glob>,
    /// Where findings point; anywhere without patterns.
    pub paths: PathPatterns,
    /// The directory at which the patterns of paths start, absolute and without links.
    pub base: PathBuf,
    /// The directory with everything that the config is for, absolute and without links.
    pub reach: PathBuf,
}

impl Selected {
    /// Whether an address is meant: of an instance, a module call, a variable or an output.
    #[must_use]
    pub fn has_address(&self, address: &str) -> bool {
        if self.addresses.is_empty() {
            return true;
        }
        match ModuleAddress::parse(address) {
            Some(module) => self.addresses.iter().any(|pattern| pattern.matches_module(&module)),
            None => {
                let address = Address::read(address);
                self.addresses.iter().any(|pattern| pattern.matches(&address))
            }
        }
    }

    /// Whether a file is meant: its absolute path without links.
    #[must_use]
    pub fn has_path(&self, path: &Path) -> bool {
        self.paths.is_empty() || path.strip_prefix(&self.base).is_ok_and(|place| self.paths.contain(place))
    }
}

/// The block at the top of a file that contains what is covered, where it may stand for any number of instances.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Declaring {
    /// Its type and labels.
    pub header: Range,
    /// Whether it calls a module.
    pub is_call: bool,
}

impl Cover {
    /// Whether a place lies in what is covered, if both are in the same file.
    #[must_use]
    pub fn contains(&self, place: Range) -> bool {
        match self {
            Self::File => true,
            Self::Selected(_) => false,
            Self::Block { range, .. } | Self::Attribute { range, .. } => is_within(place, *range),
        }
    }

    /// The block that may have no instance.
    #[must_use]
    pub fn declaring(&self) -> Option<Declaring> {
        match self {
            Self::File | Self::Selected(_) => None,
            Self::Block { within, .. } | Self::Attribute { within, .. } => *within,
        }
    }

    /// How much it covers: of several suppressions the narrowest counts.
    #[must_use]
    pub fn breadth(&self) -> usize {
        match self {
            Self::File | Self::Selected(_) => usize::MAX,
            Self::Block { range, .. } | Self::Attribute { range, .. } => range.len(),
        }
    }

    /// What is covered, for messages.
    #[must_use]
    pub fn shown(&self) -> &'static str {
        match self {
            Self::File => "in this file",
            Self::Selected(_) => "where this block says",
            Self::Block { .. } => "in this block",
            Self::Attribute { .. } => "in this argument",
        }
    }
}

const TO_TOP: &str = "put `buttress:ignore-file` at the top of the file, before the first block";
const BESIDE: &str = "put it directly above a block or argument, or behind one on the same line; \
                      `buttress:ignore-file` at the top of a file covers the file";
const IN_JSON: &str = "put the key \"//\" into the object of a block; `buttress:ignore-file` belongs into the object of the file";

/// What a comment covers, or where it should stand.
pub(super) fn covered(
    tree: &Tree,
    comment: &Comment,
    whole_file: bool,
    json: bool,
) -> Result<Cover, &'static str> {
    let at = comment.range;
    let (top, around) = around(tree, at);
    if whole_file {
        let first = items(tree, tree.root()).map(|item| item.range.start).min();
        let is_at_top = around.is_none() && (json || first.is_none_or(|first| at.end <= first));
        return is_at_top.then_some(Cover::File).ok_or(if json { IN_JSON } else { TO_TOP });
    }
    if json {
        let block = around.ok_or(IN_JSON)?;
        return Ok(of_block(tree, block.range, top.unwrap_or(block)));
    }
    let within = |top: Option<&Block>| top.and_then(|top| declaring(tree, top));
    let collections = collections_around(tree, at);
    if !collections.is_empty() {
        let range = of_entry(tree, &collections, comment).ok_or(BESIDE)?;
        return Ok(Cover::Attribute { range, within: within(top) });
    }
    let body = around.map_or(tree.root(), |block| tree.body(block.body));
    let item =
        if comment.own_line { around_or_below(tree, body, at) } else { beside(tree, body, around, at) };
    let item = item.or_else(|| items(tree, body).find(|item| is_within(at, item.range))).ok_or(BESIDE)?;
    let top = top.or(item.block);
    Ok(match item.block {
        Some(_) => Cover::Block { range: item.range, within: within(top) },
        None => Cover::Attribute { range: item.range, within: within(top) },
    })
}

/// The entries of each object and list around a comment, the innermost first.
fn collections_around(tree: &Tree, at: Range) -> Vec<Vec<Range>> {
    let range = |expr: ExprId| tree.expr(expr).range;
    let around = tree.enclosing(at.start).into_iter().filter_map(|expr| match tree.expr(expr).kind {
        ExprKind::Object(items) => {
            let items = tree.items(items).iter();
            Some(items.map(|entry| range(entry.key).to(range(entry.value))).collect())
        }
        ExprKind::Tuple(elements) => {
            Some(tree.exprs(elements).iter().map(|element| range(*element)).collect())
        }
        _ => None,
    });
    around.collect()
}

/// The entry of an object or list that a comment stands in, above or beside, or the argument that begins on its line: other entries are
/// not meant.
fn of_entry(tree: &Tree, collections: &[Vec<Range>], comment: &Comment) -> Option<Range> {
    let at = comment.range;
    if comment.own_line {
        let entries = collections.first()?;
        let around = entries.iter().find(|range| is_within(at, **range));
        let next = || entries.iter().filter(|range| range.start >= at.end).min_by_key(|range| range.start);
        let below = || next().filter(|range| is_directly_below(tree, at, **range));
        return around.or_else(below).copied();
    }
    let line = line_of(tree, at);
    let is_beside = |range: &&Range| {
        range.start < at.start && range.end > line && (range.end <= at.start || range.start >= line)
    };
    let beside =
        |entries: &Vec<Range>| entries.iter().filter(is_beside).max_by_key(|range| range.start).copied();
    collections.iter().find_map(beside).or_else(|| {
        let (_, around) = around(tree, at);
        let body = around.map_or(tree.root(), |block| tree.body(block.body));
        items(tree, body).map(|item| item.range).find(|range| range.start >= line && is_within(at, *range))
    })
}

/// What a comment stands beside.
pub(super) fn beside_or_below(tree: &Tree, comment: &Comment) -> Option<Cover> {
    covered(tree, comment, false, false).ok()
}

/// The file, if the comment stands before everything in it.
pub(super) fn file_from_top(tree: &Tree, comment: &Comment) -> Option<Cover> {
    covered(tree, comment, true, false).ok()
}

/// What a comment stands beside: of a block the header only.
pub(super) fn line(tree: &Tree, comment: &Comment) -> Option<Cover> {
    let found = beside_or_below(tree, comment)?;
    let Cover::Block { range, within } = found else { return Some(found) };
    let header = header_at(tree, tree.root(), range.start)?;
    Some(Cover::Attribute { range: header, within })
}

/// The header of the block that starts here.
fn header_at(tree: &Tree, body: &Body, start: u32) -> Option<Range> {
    let block =
        tree.blocks(body).iter().find(|block| block.range.start <= start && start < block.range.end)?;
    if block.range.start == start {
        Some(block.header)
    } else {
        header_at(tree, tree.body(block.body), start)
    }
}

/// The block at the top of the file that contains a comment.
pub(super) fn top_block(tree: &Tree, at: Range) -> Option<Cover> {
    let (top, _) = around(tree, at);
    top.map(|top| of_block(tree, top.range, top))
}

fn of_block(tree: &Tree, range: Range, top: &Block) -> Cover {
    Cover::Block { range, within: declaring(tree, top) }
}

fn declaring(tree: &Tree, top: &Block) -> Option<Declaring> {
    let is_call = match tree.text(top.kind) {
        "resource" | "data" | "ephemeral" => false,
        "module" => true,
        _ => return None,
    };
    Some(Declaring { header: top.header, is_call })
}

/// An argument or a block of a body.
struct CommentedItem<'t> {
    range: Range,
    block: Option<&'t Block>,
}

fn items<'t>(tree: &'t Tree, body: &'t Body) -> impl Iterator<Item = CommentedItem<'t>> {
    let attributes = tree.attributes(body).iter();
    let attributes =
        attributes.map(|attribute| CommentedItem { range: tree.attribute_range(attribute), block: None });
    let blocks = tree.blocks(body).iter();
    attributes.chain(blocks.map(|block| CommentedItem { range: block.range, block: Some(block) }))
}

/// The outermost and the innermost block around a comment.
fn around(tree: &Tree, at: Range) -> (Option<&Block>, Option<&Block>) {
    let (mut top, mut found) = (None, None);
    let mut body = tree.root();
    while let Some(block) = tree.blocks(body).iter().find(|block| is_within(at, tree.body(block.body).range))
    {
        top = top.or(Some(block));
        found = Some(block);
        body = tree.body(block.body);
    }
    (top, found)
}

/// The argument around a comment that has its line to itself, or the item below it: nothing but further comments may stand between them,
/// and no empty line.
fn around_or_below<'t>(tree: &'t Tree, body: &'t Body, at: Range) -> Option<CommentedItem<'t>> {
    let around = items(tree, body).find(|item| item.block.is_none() && is_within(at, item.range));
    around.or_else(|| {
        let next = items(tree, body)
            .filter(|item| item.range.start >= at.end)
            .min_by_key(|item| item.range.start)?;
        is_directly_below(tree, at, next.range).then_some(next)
    })
}

/// No more text than so many bytes may stand between a comment and what it covers: each of thousands of comments in a row would have to look
/// through all that follow.
const MAX_BETWEEN: usize = 16 << 10;

fn is_directly_below(tree: &Tree, at: Range, next: Range) -> bool {
    let between = Range::new(at.end, next.start);
    if between.len() > MAX_BETWEEN {
        return false;
    }
    let between = tree.slice(between);
    // The first piece is the rest of the comment's line, the last one the indentation of the item.
    let lines: Vec<&str> = between.split('\n').collect();
    let whole = lines.get(1..lines.len() - 1).unwrap_or_default();
    whole.iter().all(|line| !line.trim().is_empty())
}

/// Where the line begins on which a comment begins.
fn line_of(tree: &Tree, at: Range) -> u32 {
    let before = tree.slice(Range::new(0, at.start));
    u32::try_from(before.rfind('\n').map_or(0, |end| end + 1)).unwrap_or(u32::MAX)
}

/// The item that stands on the line of a comment, before it.
fn beside<'t>(
    tree: &'t Tree,
    body: &'t Body,
    around: Option<&'t Block>,
    at: Range,
) -> Option<CommentedItem<'t>> {
    let line = line_of(tree, at);
    let on_line = |range: Range| range.end > line && range.start < at.start;
    let last = items(tree, body).filter(|item| on_line(item.range)).max_by_key(|item| item.range.start);
    last.or_else(|| {
        let block = around.filter(|block| on_line(block.header))?;
        Some(CommentedItem { range: block.range, block: Some(block) })
    })
}
