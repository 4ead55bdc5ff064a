//! The output of parsing: the growing tree, the problems, and the stacks on which lists wait for their end.
//!
//! This module does not know the grammar.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::diagnostic::Diagnostic;
use crate::text::{FileId, Range};

use super::Parsed;
use super::assemble::Directive;
use super::template::TemplatePiece;
use super::tree::{
    Attribute, BinaryOperator, Block, Body, BodyId, Expr, ExprId, ExprKind, List, ObjectItem, TemplatePart,
    Text, Tree, UnaryOperator,
};

/// The largest text that is parsed, in bytes: offsets have 32 bits, and the pool may grow to the size of the text.
const MAX_TEXT: usize = 1 << 30;

/// The output of parsing. Lists are gathered on stacks and moved to the tree when they end.
pub(super) struct ParseOutput {
    pub(super) tree: Tree,
    pub(super) problems: Vec<Diagnostic>,
    pub(super) exprs: Vec<ExprId>,
    pub(super) items: Vec<ObjectItem>,
    pub(super) parts: Vec<TemplatePart>,
    pub(super) pieces: Vec<TemplatePiece>,
    pub(super) directives: Vec<Directive>,
    pub(super) attributes: Vec<Attribute>,
    pub(super) blocks: Vec<Block>,
    pub(super) conditions: Vec<(ExprId, ExprId)>,
    pub(super) operators: Vec<(ExprId, BinaryOperator)>,
    pub(super) prefixes: Vec<(UnaryOperator, u32)>,
    pub(super) splats: Vec<ExprId>,
}

/// Moves the elements of a stack since `mark` to an array of the tree.
pub(super) fn flush<T>(stack: &mut Vec<T>, mark: usize, to: &mut Vec<T>) -> List<T> {
    let start = to.len();
    to.extend(stack.drain(mark..));
    List::new(start as u32, (to.len() - start) as u32)
}

impl ParseOutput {
    pub(super) fn new(file: FileId, source: Arc<str>) -> Self {
        // Dense Terraform code has an expression per 14 bytes of text and an attribute per 40 bytes. Growing costs more than returning
        // unused capacity.
        let length = source.len();
        let mut tree = Tree::empty(file, source);
        tree.exprs.reserve(length / 14);
        tree.attributes.reserve(length / 40);
        Self {
            tree,
            problems: Vec::new(),
            exprs: Vec::new(),
            items: Vec::new(),
            parts: Vec::new(),
            pieces: Vec::new(),
            directives: Vec::new(),
            attributes: Vec::new(),
            blocks: Vec::new(),
            conditions: Vec::new(),
            operators: Vec::new(),
            prefixes: Vec::new(),
            splats: Vec::new(),
        }
    }

    /// The tree without spare capacity, and the problems in the order of the text.
    pub(super) fn finish(mut self) -> Parsed {
        let tree = &mut self.tree;
        tree.pool.shrink_to_fit();
        tree.bodies.shrink_to_fit();
        tree.attributes.shrink_to_fit();
        tree.blocks.shrink_to_fit();
        tree.labels.shrink_to_fit();
        tree.exprs.shrink_to_fit();
        tree.expr_lists.shrink_to_fit();
        tree.items.shrink_to_fit();
        tree.parts.shrink_to_fit();
        tree.fors.shrink_to_fit();
        tree.calls.shrink_to_fit();
        tree.comments.shrink_to_fit();
        tree.is_whole = self.problems.is_empty();
        self.problems.sort_by_key(|problem| problem.span());
        Parsed { tree: self.tree, problems: self.problems }
    }

    /// Whether offsets into the text and the pool might not fit into 32 bits.
    pub(super) fn is_too_large(&self) -> bool {
        self.tree.source.len() > MAX_TEXT
    }

    /// Reports a text that is too large, in place of a tree.
    pub(super) fn refuse(mut self) -> Parsed {
        let message = format!("the text has more than {MAX_TEXT} bytes");
        let span = self.tree.span(Range::default());
        self.problems.push(Diagnostic::error("syntax/too-large", message).at(span, ""));
        Parsed { tree: self.tree, problems: self.problems }
    }

    #[inline]
    pub(super) fn push(&mut self, kind: ExprKind, range: Range) -> ExprId {
        let id = ExprId(self.tree.exprs.len() as u32);
        self.tree.exprs.push(Expr { kind, range });
        id
    }

    pub(super) fn range_of(&self, id: ExprId) -> Range {
        self.tree.expr(id).range
    }

    pub(super) fn push_body(&mut self, body: Body) -> BodyId {
        let id = BodyId(self.tree.bodies.len() as u32);
        self.tree.bodies.push(body);
        id
    }

    /// The offset at which the next pooled text starts.
    pub(super) fn pool_end(&self) -> u32 {
        (self.tree.source.len() + self.tree.pool.len()) as u32
    }

    pub(super) fn pooled(&mut self, text: &str) -> Text {
        let start = self.pool_end();
        self.tree.pool.push_str(text);
        Text(Range::new(start, self.pool_end()))
    }

    /// Reports names that occur twice among the attributes since `mark`.
    pub(super) fn check_duplicates(&mut self, mark: usize) {
        let attributes = self.attributes.get(mark..).unwrap_or_default();
        if attributes.len() < 2 {
            return;
        }
        let tree = &self.tree;
        // Most bodies are small and without duplicates: a 64-bit set shows that faster than any table.
        let mut seen = 0_u64;
        let collides = attributes.iter().any(|attribute| {
            let name = tree.text(attribute.name).as_bytes();
            let ends = usize::from(name.first().copied().unwrap_or(0))
                + usize::from(name.last().copied().unwrap_or(0)) * 7;
            let bit = 1 << ((name.len() * 31 + ends) % 64);
            let hit = seen & bit != 0;
            seen |= bit;
            hit
        });
        if !collides {
            return;
        }
        let mut first = FxHashMap::<&str, Range>::default();
        for attribute in attributes {
            let name = tree.text(attribute.name);
            let Some(earlier) = first.get(name) else {
                first.insert(name, attribute.name_range);
                continue;
            };
            self.problems.push(
                Diagnostic::error(
                    "syntax/duplicate-attribute",
                    format!("`{name}` is set twice in the same body"),
                )
                .at(tree.span(attribute.name_range), "set again here")
                .label(tree.span(*earlier), "first set here")
                .help("remove one of the two"),
            );
        }
    }
}
