//! A compact dump of a tree: its structure, without places.

use super::print::{binary_sign, unary_sign};
use buttress::syntax::tree::{Body, Call, ExprId, ExprKind, For, TemplatePart, Text, Tree};

/// Dumps the body of a file, one attribute or block a line.
pub(crate) fn dump(tree: &Tree) -> String {
    let mut out = String::new();
    body(tree, tree.root(), 0, &mut out);
    out
}

fn body(tree: &Tree, of: &Body, indent: usize, out: &mut String) {
    let attributes = tree.attributes(of).iter().map(|attribute| (attribute.name_range, Ok(attribute)));
    let blocks = tree.blocks(of).iter().map(|block| (block.header, Err(block)));
    let mut members: Vec<_> = attributes.chain(blocks).collect();
    members.sort_by_key(|(range, _)| *range);
    for (_, member) in members {
        *out += &"  ".repeat(indent);
        match member {
            Ok(attribute) => {
                *out += &format!("{} = {}\n", tree.text(attribute.name), expr(tree, attribute.value));
            }
            Err(block) => {
                *out += tree.text(block.kind);
                for label in tree.labels(block) {
                    *out += &format!(" {:?}", tree.text(label.text));
                }
                *out += " {\n";
                body(tree, tree.body(block.body), indent + 1, out);
                *out += &"  ".repeat(indent);
                *out += "}\n";
            }
        }
    }
}

/// Dumps an expression in prefix form.
pub(crate) fn expr(tree: &Tree, id: ExprId) -> String {
    let mut dumper = Dumper { tree, out: String::new() };
    dumper.expr(id);
    dumper.out
}

struct Dumper<'t> {
    tree: &'t Tree,
    out: String,
}

impl Dumper<'_> {
    fn push(&mut self, text: &str) {
        self.out.push_str(text);
    }

    fn text(&mut self, text: Text) {
        self.out.push_str(self.tree.text(text));
    }

    /// Chains may be deep, so the stack grows.
    fn expr(&mut self, id: ExprId) {
        stacker::maybe_grow(64 << 10, 1 << 20, || self.expr_here(id));
    }

    /// `(head a b c)`
    fn list(&mut self, head: &str, rest: &[ExprId]) {
        self.push("(");
        self.push(head);
        for &id in rest {
            self.push(" ");
            self.expr(id);
        }
        self.push(")");
    }

    fn expr_here(&mut self, id: ExprId) {
        match self.tree.expr(id).kind {
            ExprKind::Invalid => self.push("INVALID"),
            ExprKind::Null => self.push("null"),
            ExprKind::Bool(value) => self.push(&value.to_string()),
            ExprKind::Number(text) | ExprKind::Variable(text) => self.text(text),
            ExprKind::String(text) => self.push(&format!("{:?}", self.tree.text(text))),
            ExprKind::Template(list) => {
                self.push("<");
                self.parts(self.tree.parts(list));
                self.push(">");
            }
            ExprKind::Wrapped(inner) => self.list("wrapped", &[inner]),
            ExprKind::Attribute { base, name } => {
                self.push("(. ");
                self.expr(base);
                self.push(" ");
                self.text(name);
                self.push(")");
            }
            ExprKind::Index { base, key } => self.list("index", &[base, key]),
            ExprKind::Splat { base, each, full } => self.list(if full { "[*]" } else { ".*" }, &[base, each]),
            ExprKind::SplatItem => self.push("_"),
            ExprKind::Call(id) => {
                let Call { name, arguments, expand } = self.tree.call(id);
                let head = format!("call {}{}", self.tree.text(name), if expand { "..." } else { "" });
                self.list(&head, self.tree.exprs(arguments));
            }
            ExprKind::Tuple(elements) => {
                self.push("[");
                for (index, &element) in self.tree.exprs(elements).iter().enumerate() {
                    self.push(if index > 0 { " " } else { "" });
                    self.expr(element);
                }
                self.push("]");
            }
            ExprKind::Object(items) => {
                self.push("{");
                for (index, item) in self.tree.items(items).iter().enumerate() {
                    self.push(if index > 0 { ", " } else { "" });
                    self.expr(item.key);
                    self.push(": ");
                    self.expr(item.value);
                }
                self.push("}");
            }
            ExprKind::For(id) => {
                let Some(for_expr) = self.tree.for_expr(id) else { return };
                self.push("(for ");
                self.for_header(for_expr);
                self.push(" : ");
                if let Some(key) = for_expr.key {
                    self.expr(key);
                    self.push(" => ");
                }
                self.expr(for_expr.value);
                self.push(if for_expr.grouping { "..." } else { "" });
                if let Some(condition) = for_expr.condition {
                    self.push(" if ");
                    self.expr(condition);
                }
                self.push(")");
            }
            ExprKind::Conditional { condition, yes, no } => self.list("?", &[condition, yes, no]),
            ExprKind::Unary { operator, operand } => self.list(unary_sign(operator), &[operand]),
            ExprKind::Binary { operator, left, right } => self.list(binary_sign(operator), &[left, right]),
            ExprKind::Parens(inner) => self.list("parens", &[inner]),
        }
    }

    fn for_header(&mut self, for_expr: &For) {
        if let Some(key) = for_expr.key_variable {
            self.text(key);
            self.push(", ");
        }
        self.text(for_expr.value_variable);
        self.push(" in ");
        self.expr(for_expr.collection);
    }

    fn parts(&mut self, parts: &[TemplatePart]) {
        for (index, part) in parts.iter().enumerate() {
            self.push(if index > 0 { " " } else { "" });
            match *part {
                TemplatePart::Literal(text) => self.push(&format!("{:?}", self.tree.text(text))),
                TemplatePart::Interpolation(id) => {
                    self.push("${");
                    self.expr(id);
                    self.push("}");
                }
                TemplatePart::If { condition, yes, no } => {
                    self.push("%{if ");
                    self.expr(condition);
                    self.push(": ");
                    self.parts(self.tree.parts(yes));
                    self.push(" else: ");
                    self.parts(self.tree.parts(no));
                    self.push("}");
                }
                TemplatePart::For(id) => {
                    let Some(for_expr) = self.tree.for_expr(id) else { return };
                    self.push("%{for ");
                    self.for_header(for_expr);
                    self.push(": ");
                    self.expr(for_expr.value);
                    self.push("}");
                }
            }
        }
    }
}
