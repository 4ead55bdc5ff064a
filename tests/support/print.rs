//! A tree back as native syntax, formatted as `terraform fmt` would: for laws about the parser.
//!
//! What is printed parses to the same structure, so `"${x}"` stays what it is. Heredocs come out as quoted strings, and comments do not come out.
//! Must not know the text that the tree was made from.

use buttress::syntax::tree::{
    BinaryOperator, Block, Body, Call, ExprId, ExprKind, For, ForId, ObjectItem, TemplatePart, Text, Tree,
    UnaryOperator,
};

/// Lists longer than this get a line for each element.
const MAX_LIST_WIDTH: usize = 80;

/// Prints the body of the file.
pub(crate) fn print(tree: &Tree) -> String {
    let mut printer = Printer { tree, out: String::new(), indent: 0 };
    printer.body(tree.root());
    printer.out
}

pub(crate) fn binary_sign(operator: BinaryOperator) -> &'static str {
    match operator {
        BinaryOperator::Or => "||",
        BinaryOperator::And => "&&",
        BinaryOperator::Equal => "==",
        BinaryOperator::NotEqual => "!=",
        BinaryOperator::Less => "<",
        BinaryOperator::LessOrEqual => "<=",
        BinaryOperator::Greater => ">",
        BinaryOperator::GreaterOrEqual => ">=",
        BinaryOperator::Add => "+",
        BinaryOperator::Subtract => "-",
        BinaryOperator::Multiply => "*",
        BinaryOperator::Divide => "/",
        BinaryOperator::Remainder => "%",
    }
}

pub(crate) fn unary_sign(operator: UnaryOperator) -> &'static str {
    match operator {
        UnaryOperator::Negate => "-",
        UnaryOperator::Not => "!",
    }
}

/// Whether a text can stand as a name without quotes.
fn is_name(text: &str) -> bool {
    text.starts_with(|c| unicode_ident::is_xid_start(c) || c == '_')
        && text.chars().all(|c| unicode_ident::is_xid_continue(c) || c == '-')
}

struct Printer<'t> {
    tree: &'t Tree,
    out: String,
    indent: usize,
}

impl<'t> Printer<'t> {
    fn push(&mut self, text: &str) {
        self.out.push_str(text);
    }

    fn text(&self, text: Text) -> &'t str {
        self.tree.text(text)
    }

    fn line(&mut self) {
        self.out.push('\n');
        self.out.extend(std::iter::repeat_n("  ", self.indent));
    }

    /// What `print` adds, apart.
    fn apart(&mut self, print: impl FnOnce(&mut Self)) -> String {
        let outer = std::mem::take(&mut self.out);
        print(self);
        std::mem::replace(&mut self.out, outer)
    }

    /// Attributes and blocks in the order of the source, each on lines of its own.
    fn body(&mut self, body: &Body) {
        let tree = self.tree;
        let attributes = tree.attributes(body).iter().map(|attribute| (attribute.name_range, Ok(attribute)));
        let blocks = tree.blocks(body).iter().map(|block| (block.header, Err(block)));
        let mut members: Vec<_> = attributes.chain(blocks).collect();
        members.sort_by_key(|(range, _)| *range);
        // Attributes on neighbouring lines have their `=` below each other.
        let mut aligned = Vec::new();
        let mut first = true;
        for (_, member) in members {
            match member {
                Ok(attribute) => {
                    let value = self.apart(|printer| printer.expr(attribute.value));
                    let name = self.text(attribute.name);
                    let one_line = !value.contains('\n');
                    if !one_line {
                        self.aligned(&mut aligned, " =", &mut first);
                    }
                    aligned.push((name.to_owned(), value));
                    if !one_line {
                        self.aligned(&mut aligned, " =", &mut first);
                    }
                }
                Err(block) => {
                    self.aligned(&mut aligned, " =", &mut first);
                    if !first {
                        self.out.push('\n');
                    }
                    first = false;
                    self.block(block);
                }
            }
        }
        self.aligned(&mut aligned, " =", &mut first);
    }

    /// Prints names and values gathered so far, as lines.
    fn aligned(&mut self, lines: &mut Vec<(String, String)>, sign: &str, first: &mut bool) {
        let width = lines.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
        for (name, value) in lines.drain(..) {
            *first = false;
            self.out.extend(std::iter::repeat_n("  ", self.indent));
            let padding = width - name.chars().count();
            self.push(&name);
            self.out.extend(std::iter::repeat_n(' ', padding));
            self.push(sign);
            self.out.push(' ');
            self.push(&value);
            self.out.push('\n');
        }
    }

    fn block(&mut self, block: &Block) {
        let tree = self.tree;
        self.out.extend(std::iter::repeat_n("  ", self.indent));
        self.push(self.text(block.kind));
        for label in tree.labels(block) {
            self.out.push(' ');
            self.quoted(self.text(label.text));
        }
        let body = tree.body(block.body);
        if body.attributes.len == 0 && body.blocks.len == 0 {
            self.push(" {}\n");
            return;
        }
        self.push(" {\n");
        self.indent += 1;
        stacker::maybe_grow(STACK_LEFT, STACK_MORE, || self.body(body));
        self.indent -= 1;
        self.out.extend(std::iter::repeat_n("  ", self.indent));
        self.push("}\n");
    }

    fn quoted(&mut self, text: &str) {
        self.out.push('"');
        self.literal(text, false);
        self.out.push('"');
    }

    /// A text inside quotes; `followed` by `${` or `%{`, or not.
    fn literal(&mut self, text: &str, followed: bool) {
        let mut chars = text.chars().peekable();
        while let Some(c) = chars.next() {
            match (c, chars.peek()) {
                ('\n', _) => self.push("\\n"),
                ('\r', _) => self.push("\\r"),
                ('\t', _) => self.push("\\t"),
                ('"', _) => self.push("\\\""),
                ('\\', _) => self.push("\\\\"),
                ('$', Some('{')) => self.push("$$"),
                ('%', Some('{')) => self.push("%%"),
                ('$', None) if followed => self.push("\\u0024"),
                ('%', None) if followed => self.push("\\u0025"),
                (c, _) if c.is_control() => self.push(&format!("\\u{:04x}", u32::from(c))),
                (c, _) => self.out.push(c),
            }
        }
    }

    fn expr(&mut self, id: ExprId) {
        // Chains of operators are as deep as they are long.
        stacker::maybe_grow(STACK_LEFT, STACK_MORE, || self.expr_here(id));
    }

    fn expr_here(&mut self, id: ExprId) {
        match self.tree.expr(id).kind {
            ExprKind::Null | ExprKind::Invalid => self.push("null"),
            ExprKind::Bool(value) => self.push(if value { "true" } else { "false" }),
            ExprKind::Number(text) | ExprKind::Variable(text) => self.push(self.text(text)),
            ExprKind::String(text) => self.quoted(self.text(text)),
            ExprKind::Template(parts) => self.template(self.tree.parts(parts)),
            ExprKind::Wrapped(inner) => {
                self.push("\"${");
                self.expr(inner);
                self.push("}\"");
            }
            ExprKind::Attribute { base, name } => {
                self.expr(base);
                self.dot(base);
                self.push(self.text(name));
            }
            ExprKind::Index { base, key } => {
                self.expr(base);
                self.out.push('[');
                self.expr(key);
                self.out.push(']');
            }
            ExprKind::Splat { base, each, full } => {
                self.expr(base);
                if full {
                    self.push("[*]");
                    self.expr(each);
                } else {
                    self.dot(base);
                    self.out.push('*');
                    self.dotted(each);
                }
            }
            ExprKind::SplatItem => {}
            ExprKind::Call(id) => {
                let Call { name, arguments, expand } = self.tree.call(id);
                self.push(self.text(name));
                self.list('(', self.tree.exprs(arguments), if expand { "..." } else { "" }, ')');
            }
            ExprKind::Tuple(elements) => self.list('[', self.tree.exprs(elements), "", ']'),
            ExprKind::Object(items) => self.object(self.tree.items(items)),
            ExprKind::For(id) => self.for_expr(id),
            ExprKind::Conditional { condition, yes, no } => {
                self.expr(condition);
                self.push(" ? ");
                self.expr(yes);
                self.push(" : ");
                self.expr(no);
            }
            ExprKind::Unary { operator, operand } => {
                self.push(unary_sign(operator));
                self.expr(operand);
            }
            ExprKind::Binary { operator, left, right } => {
                self.expr(left);
                self.out.push(' ');
                self.push(binary_sign(operator));
                self.out.push(' ');
                self.expr(right);
            }
            ExprKind::Parens(inner) => {
                self.out.push('(');
                self.expr(inner);
                self.out.push(')');
            }
        }
    }

    /// A dot, apart from a number before it, which would take it.
    fn dot(&mut self, base: ExprId) {
        if matches!(self.tree.expr(base).kind, ExprKind::Number(_) | ExprKind::Index { .. })
            && self.out.ends_with(|c: char| c.is_ascii_digit())
        {
            self.out.push(' ');
        }
        self.out.push('.');
    }

    /// What applies to each element of `.*`: names and numbers behind dots.
    fn dotted(&mut self, id: ExprId) {
        stacker::maybe_grow(STACK_LEFT, STACK_MORE, || match self.tree.expr(id).kind {
            ExprKind::Attribute { base, name } => {
                self.dotted(base);
                self.dot(base);
                self.push(self.text(name));
            }
            ExprKind::Index { base, key } => {
                self.dotted(base);
                self.dot(base);
                self.expr(key);
            }
            _ => {}
        });
    }

    fn list(&mut self, open: char, elements: &[ExprId], end: &str, close: char) {
        self.out.push(open);
        if let [element] = elements {
            self.expr(*element);
            self.push(end);
            return self.out.push(close);
        }
        self.indent += 1;
        let printed: Vec<_> = elements.iter().map(|&id| self.apart(|printer| printer.expr(id))).collect();
        let width: usize = printed.iter().map(|element| element.len() + 2).sum();
        let one_line = width <= MAX_LIST_WIDTH && !printed.iter().any(|element| element.contains('\n'));
        for (index, element) in printed.iter().enumerate() {
            if !one_line {
                self.line();
            } else if index > 0 {
                self.out.push(' ');
            }
            self.push(element);
            let last = index + 1 == printed.len();
            self.push(if !last || (!one_line && end.is_empty()) { "," } else { end });
        }
        self.indent -= 1;
        if !one_line {
            self.line();
        }
        self.out.push(close);
    }

    fn object(&mut self, items: &[ObjectItem]) {
        if items.is_empty() {
            return self.push("{}");
        }
        self.push("{\n");
        self.indent += 1;
        let mut aligned = Vec::new();
        for item in items {
            let key = self.apart(|printer| printer.key(item.key));
            let value = self.apart(|printer| printer.expr(item.value));
            let one_line = !value.contains('\n') && !key.contains('\n');
            if !one_line {
                self.aligned(&mut aligned, " =", &mut false);
            }
            aligned.push((key, value));
            if !one_line {
                self.aligned(&mut aligned, " =", &mut false);
            }
        }
        self.aligned(&mut aligned, " =", &mut false);
        self.indent -= 1;
        self.out.extend(std::iter::repeat_n("  ", self.indent));
        self.out.push('}');
    }

    fn key(&mut self, id: ExprId) {
        match self.tree.expr(id).kind {
            // `{ for = 1 }` starts a for expression.
            ExprKind::String(text) if is_name(self.text(text)) && self.text(text) != "for" => {
                self.push(self.text(text))
            }
            _ => self.expr(id),
        }
    }

    fn for_expr(&mut self, id: ForId) {
        let Some(&for_expr) = self.tree.for_expr(id) else { return };
        self.push(if for_expr.key.is_some() { "{ " } else { "[" });
        self.for_header(&for_expr);
        self.push(" : ");
        if let Some(key) = for_expr.key {
            self.expr(key);
            self.push(" => ");
        }
        self.expr(for_expr.value);
        if for_expr.grouping {
            self.push("...");
        }
        if let Some(condition) = for_expr.condition {
            self.push(" if ");
            self.expr(condition);
        }
        self.push(if for_expr.key.is_some() { " }" } else { "]" });
    }

    fn for_header(&mut self, for_expr: &For) {
        self.push("for ");
        if let Some(key) = for_expr.key_variable {
            self.push(self.text(key));
            self.push(", ");
        }
        self.push(self.text(for_expr.value_variable));
        self.push(" in ");
        self.expr(for_expr.collection);
    }

    fn template(&mut self, parts: &[TemplatePart]) {
        self.out.push('"');
        if let [TemplatePart::Interpolation(id)] = parts {
            // Something stood beside it and was stripped: without that it would be no string.
            self.push(" ${~ ");
            self.expr(*id);
            self.out.push('}');
        } else {
            self.parts(parts, false);
        }
        self.out.push('"');
    }

    fn parts(&mut self, parts: &[TemplatePart], followed: bool) {
        let mut rest = parts.iter().peekable();
        while let Some(part) = rest.next() {
            match *part {
                TemplatePart::Literal(text) => {
                    self.literal(self.text(text), followed || rest.peek().is_some())
                }
                TemplatePart::Interpolation(id) => {
                    self.push("${");
                    self.expr(id);
                    self.out.push('}');
                }
                TemplatePart::If { condition, yes, no } => {
                    self.push("%{if ");
                    self.expr(condition);
                    self.push("}");
                    self.nested_parts(self.tree.parts(yes));
                    if no.len > 0 {
                        self.push("%{else}");
                        self.nested_parts(self.tree.parts(no));
                    }
                    self.push("%{endif}");
                }
                TemplatePart::For(id) => {
                    let Some(&for_expr) = self.tree.for_expr(id) else { continue };
                    self.push("%{");
                    self.for_header(&for_expr);
                    self.push("}");
                    if let ExprKind::Template(body) = self.tree.expr(for_expr.value).kind {
                        self.nested_parts(self.tree.parts(body));
                    }
                    self.push("%{endfor}");
                }
            }
        }
    }

    fn nested_parts(&mut self, parts: &[TemplatePart]) {
        stacker::maybe_grow(STACK_LEFT, STACK_MORE, || self.parts(parts, true));
    }
}

/// When less than this is left of the stack, it grows.
const STACK_LEFT: usize = 64 << 10;
/// By so much.
const STACK_MORE: usize = 1 << 20;
