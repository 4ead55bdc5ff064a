//! Rebuilding trees: for a language in which other blocks mean the same. Everything keeps the place where it is written.

use super::tree::{
    Attribute, Block, BlockLabel, Body, BodyId, Call, CallId, Expr, ExprId, ExprKind, List, Text, Tree,
};
use crate::text::Range;

/// The length of an array as an index.
fn index(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

impl Tree {
    /// A text that the source does not have.
    pub(crate) fn add_text(&mut self, text: &str) -> Text {
        let start = self.source.len() + self.pool.len();
        self.pool.push_str(text);
        Text(Range::new(index(start), index(start + text.len())))
    }

    /// A further expression.
    pub(crate) fn add_expr(&mut self, kind: ExprKind, range: Range) -> ExprId {
        self.exprs.push(Expr { kind, range });
        ExprId(index(self.exprs.len() - 1))
    }

    /// A further call of a function.
    pub(crate) fn add_call(&mut self, name: &str, arguments: &[ExprId], range: Range) -> ExprId {
        let name = self.add_text(name);
        self.expr_lists.extend_from_slice(arguments);
        let start = index(self.expr_lists.len() - arguments.len());
        self.calls.push(Call { name, arguments: List::new(start, index(arguments.len())), expand: false });
        self.add_expr(ExprKind::Call(CallId(index(self.calls.len() - 1))), range)
    }

    /// Puts another expression in the place of one.
    pub(crate) fn replace_expr(&mut self, id: ExprId, kind: ExprKind) {
        if let Some(expr) = self.exprs.get_mut(id.0 as usize) {
            expr.kind = kind;
        }
    }

    /// A further list of labels.
    pub(crate) fn add_labels(&mut self, labels: &[BlockLabel]) -> List<BlockLabel> {
        self.labels.extend_from_slice(labels);
        List::new(index(self.labels.len() - labels.len()), index(labels.len()))
    }

    /// A further body.
    pub(crate) fn add_body(&mut self, attributes: &[Attribute], blocks: &[Block], range: Range) -> BodyId {
        let body = self.listed(attributes, blocks, range);
        self.bodies.push(body);
        BodyId(index(self.bodies.len() - 1))
    }

    /// Puts other blocks into the body of the file.
    pub(crate) fn set_blocks(&mut self, blocks: &[Block]) {
        let attributes = self.attributes(&self.root).to_vec();
        self.root = self.listed(&attributes, blocks, self.root.range);
    }

    fn listed(&mut self, attributes: &[Attribute], blocks: &[Block], range: Range) -> Body {
        self.attributes.extend_from_slice(attributes);
        self.blocks.extend_from_slice(blocks);
        Body {
            attributes: List::new(index(self.attributes.len() - attributes.len()), index(attributes.len())),
            blocks: List::new(index(self.blocks.len() - blocks.len()), index(blocks.len())),
            range,
        }
    }

    /// Lets references `from.name` be references `to.member`, where there is such a member for a name.
    pub(crate) fn rename_members(&mut self, from: &str, to: &str, member: impl Fn(&str) -> Option<String>) {
        let is_from = |base: ExprId| matches!(self.expr(base).kind, ExprKind::Variable(name) if self.text(name) == from);
        let found: Vec<(usize, ExprId, String)> = (0..)
            .zip(&self.exprs)
            .filter_map(|(at, expr)| match expr.kind {
                ExprKind::Attribute { base, name } if is_from(base) => {
                    Some((at, base, member(self.text(name))?))
                }
                _ => None,
            })
            .collect();
        if found.is_empty() {
            return;
        }
        let root = self.add_text(to);
        for (at, base, member) in found {
            let name = self.add_text(&member);
            self.replace_expr(base, ExprKind::Variable(root));
            if let Some(expr) = self.exprs.get_mut(at) {
                expr.kind = ExprKind::Attribute { base, name };
            }
        }
    }

    /// Whether a `for` expression calls something by this name.
    pub(crate) fn binds(&self, name: &str) -> bool {
        let is_one = |own: Text| self.text(own) == name;
        self.fors.iter().any(|own| is_one(own.value_variable) || own.key_variable.is_some_and(is_one))
    }
}
