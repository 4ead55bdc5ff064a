//! The parser of `hcl-edit` as a reference: both accept the same texts and see the same in them.
//!
//! Known deviations, which are kept out here: `hcl-edit` refuses duplicate keys of objects, takes a heredoc's line `EOF"`
//! for its end, loses what follows an empty heredoc, limits nesting to 64, and reads some accesses and conditionals
//! otherwise than Terraform does.

use buttress::syntax::parse_hcl;
use buttress::syntax::tree::{self, Call, ExprId, ExprKind, TemplatePart, Tree};
use buttress::text::FileId;
use hcl::edit::expr::{Expression, ObjectKey, TraversalOperator};
use hcl::edit::structure::{BlockLabel, Structure};
use hcl::edit::template::Element;
use proptest::prelude::*;

use super::corpus;
use super::generate::{Constructs, body};
use crate::support::print::{binary_sign, unary_sign};

/// What both are brought to: the tokens in order, heredocs left out.
#[derive(Default)]
struct Flat(String);

impl Flat {
    fn push(&mut self, text: &str) {
        self.0.push_str(text);
        self.0.push(' ');
    }

    fn ours_body(&mut self, tree: &Tree, body: &tree::Body) {
        let attributes = tree.attributes(body).iter().map(|attribute| (attribute.name_range, Ok(attribute)));
        let blocks = tree.blocks(body).iter().map(|block| (block.header, Err(block)));
        let mut members: Vec<_> = attributes.chain(blocks).collect();
        members.sort_by_key(|(range, _)| *range);
        for (_, member) in members {
            match member {
                Ok(attribute) => {
                    self.push(tree.text(attribute.name));
                    self.push("=");
                    self.ours(tree, attribute.value);
                }
                Err(block) => {
                    self.push(tree.text(block.kind));
                    for label in tree.labels(block) {
                        self.push(&format!("{:?}", tree.text(label.text)));
                    }
                    self.push("{{");
                    self.ours_body(tree, tree.body(block.body));
                    self.push("}}");
                }
            }
            self.push("\n");
        }
    }

    fn ours(&mut self, tree: &Tree, id: ExprId) {
        let expr = tree.expr(id);
        if tree.slice(expr.range).starts_with("<<") && !matches!(expr.kind, ExprKind::Parens(_)) {
            return self.push("HEREDOC");
        }
        match expr.kind {
            ExprKind::Invalid => self.push("INVALID"),
            ExprKind::Null => self.push("null"),
            ExprKind::Bool(value) => self.push(&value.to_string()),
            ExprKind::Number(text) => self.push(&tree.text(text).parse::<f64>().unwrap().to_string()),
            ExprKind::String(text) => self.push(&format!("{:?}", tree.text(text))),
            ExprKind::Wrapped(inner) => {
                self.push("<");
                self.ours(tree, inner);
                self.push(">");
            }
            ExprKind::Template(parts) => {
                self.push("<");
                for part in tree.parts(parts) {
                    match *part {
                        TemplatePart::Literal(text) => self.push(&format!("{:?}", tree.text(text))),
                        TemplatePart::Interpolation(id) => self.ours(tree, id),
                        TemplatePart::If { .. } | TemplatePart::For(_) => self.push("DIRECTIVE"),
                    }
                }
                self.push(">");
            }
            ExprKind::Variable(name) => self.push(tree.text(name)),
            ExprKind::Attribute { base, name } => {
                self.ours(tree, base);
                self.push(&format!(".{}", tree.text(name)));
            }
            ExprKind::Index { base, key } => {
                self.ours(tree, base);
                self.push("[");
                self.ours(tree, key);
                self.push("]");
            }
            ExprKind::Splat { base, each, full } => {
                self.ours(tree, base);
                self.push(if full { "[*]" } else { ".*" });
                self.ours(tree, each);
            }
            ExprKind::SplatItem => {}
            ExprKind::Call(id) => {
                let Call { name, arguments, expand } = tree.call(id);
                self.push(tree.text(name));
                self.push("(");
                for &argument in tree.exprs(arguments) {
                    self.ours(tree, argument);
                    self.push(",");
                }
                self.push(if expand { "...)" } else { ")" });
            }
            ExprKind::Tuple(elements) => {
                self.push("[");
                for &element in tree.exprs(elements) {
                    self.ours(tree, element);
                    self.push(",");
                }
                self.push("]");
            }
            ExprKind::Object(items) => {
                self.push("{");
                for item in tree.items(items) {
                    self.ours(tree, item.key);
                    self.push("=");
                    self.ours(tree, item.value);
                    self.push(",");
                }
                self.push("}");
            }
            ExprKind::For(id) => {
                let for_expr = tree.for_expr(id).unwrap();
                let key = for_expr.key_variable.map(|key| tree.text(key));
                self.for_header(key, tree.text(for_expr.value_variable));
                self.ours(tree, for_expr.collection);
                self.push(":");
                if let Some(key) = for_expr.key {
                    self.ours(tree, key);
                    self.push("=>");
                }
                self.ours(tree, for_expr.value);
                if for_expr.grouping {
                    self.push("...");
                }
                if let Some(condition) = for_expr.condition {
                    self.push("if");
                    self.ours(tree, condition);
                }
            }
            ExprKind::Conditional { condition, yes, no } => {
                self.ours(tree, condition);
                self.push("?");
                self.ours(tree, yes);
                self.push(":");
                self.ours(tree, no);
            }
            ExprKind::Unary { operator, operand } => {
                // The sign belongs to the number there.
                let joined = matches!(tree.expr(operand).kind, ExprKind::Number(_));
                self.0.push_str(unary_sign(operator));
                self.0.push_str(if joined { "" } else { " " });
                self.ours(tree, operand);
            }
            ExprKind::Binary { operator, left, right } => {
                self.ours(tree, left);
                self.push(binary_sign(operator));
                self.ours(tree, right);
            }
            ExprKind::Parens(inner) => {
                self.push("(");
                self.ours(tree, inner);
                self.push(")");
            }
        }
    }

    fn for_header(&mut self, key: Option<&str>, value: &str) {
        self.push("for");
        if let Some(key) = key {
            self.push(key);
            self.push(",");
        }
        self.push(value);
        self.push("in");
    }

    fn theirs_body(&mut self, body: &hcl::edit::structure::Body) {
        for structure in body {
            match structure {
                Structure::Attribute(attribute) => {
                    self.push(&attribute.key);
                    self.push("=");
                    self.theirs(&attribute.value);
                }
                Structure::Block(block) => {
                    self.push(&block.ident);
                    for label in &block.labels {
                        match label {
                            BlockLabel::Ident(ident) => self.push(&format!("{:?}", ident.as_str())),
                            BlockLabel::String(text) => self.push(&format!("{:?}", text.as_str())),
                        }
                    }
                    self.push("{{");
                    self.theirs_body(&block.body);
                    self.push("}}");
                }
            }
            self.push("\n");
        }
    }

    fn theirs(&mut self, expr: &Expression) {
        match expr {
            Expression::Null(_) => self.push("null"),
            Expression::Bool(value) => self.push(&value.as_ref().to_string()),
            Expression::Number(number) => self.push(&number.as_f64().unwrap().to_string()),
            Expression::String(text) => self.push(&format!("{:?}", text.as_str())),
            Expression::HeredocTemplate(_) => self.push("HEREDOC"),
            Expression::StringTemplate(template) => {
                self.push("<");
                for element in template {
                    match element {
                        Element::Literal(text) => self.push(&format!("{:?}", text.as_str())),
                        Element::Interpolation(interpolation) => self.theirs(&interpolation.expr),
                        Element::Directive(_) => self.push("DIRECTIVE"),
                    }
                }
                self.push(">");
            }
            Expression::Array(array) => {
                self.push("[");
                for element in array {
                    self.theirs(element);
                    self.push(",");
                }
                self.push("]");
            }
            Expression::Object(object) => {
                self.push("{");
                for (key, value) in object {
                    match key {
                        ObjectKey::Ident(ident) => self.push(&format!("{:?}", ident.as_str())),
                        // Terraform takes a keyword for its name there.
                        ObjectKey::Expression(Expression::Null(_)) => self.push("\"null\""),
                        ObjectKey::Expression(expr) => self.theirs(expr),
                    }
                    self.push("=");
                    self.theirs(value.expr());
                    self.push(",");
                }
                self.push("}");
            }
            Expression::Parenthesis(inner) => {
                self.push("(");
                self.theirs(inner.inner());
                self.push(")");
            }
            Expression::Variable(name) => self.push(name.as_str()),
            Expression::Conditional(conditional) => {
                self.theirs(&conditional.cond_expr);
                self.push("?");
                self.theirs(&conditional.true_expr);
                self.push(":");
                self.theirs(&conditional.false_expr);
            }
            Expression::FuncCall(call) => {
                let namespace: String =
                    call.name.namespace.iter().map(|part| format!("{}::", part.as_str())).collect();
                self.push(&format!("{namespace}{}", call.name.name.as_str()));
                self.push("(");
                for argument in call.args.iter() {
                    self.theirs(argument);
                    self.push(",");
                }
                self.push(if call.args.expand_final() { "...)" } else { ")" });
            }
            Expression::Traversal(traversal) => {
                self.theirs(&traversal.expr);
                for operator in &traversal.operators {
                    match operator.value() {
                        TraversalOperator::AttrSplat(_) => self.push(".*"),
                        TraversalOperator::FullSplat(_) => self.push("[*]"),
                        TraversalOperator::GetAttr(name) => self.push(&format!(".{}", name.as_str())),
                        TraversalOperator::Index(key) => {
                            self.push("[");
                            self.theirs(key);
                            self.push("]");
                        }
                        TraversalOperator::LegacyIndex(index) => {
                            self.push("[");
                            self.push(&index.as_ref().to_string());
                            self.push("]");
                        }
                    }
                }
            }
            Expression::UnaryOp(operation) => {
                self.push(operation.operator.value().as_str());
                self.theirs(&operation.expr);
            }
            Expression::BinaryOp(operation) => {
                self.theirs(&operation.lhs_expr);
                self.push(operation.operator.value().as_str());
                self.theirs(&operation.rhs_expr);
            }
            Expression::ForExpr(for_expr) => {
                self.for_header(
                    for_expr.intro.key_var.as_ref().map(|key| key.as_str()),
                    &for_expr.intro.value_var,
                );
                self.theirs(&for_expr.intro.collection_expr);
                self.push(":");
                if let Some(key) = &for_expr.key_expr {
                    self.theirs(key);
                    self.push("=>");
                }
                self.theirs(&for_expr.value_expr);
                if for_expr.grouping {
                    self.push("...");
                }
                if let Some(condition) = &for_expr.cond {
                    self.push("if");
                    self.theirs(&condition.expr);
                }
            }
        }
    }
}

/// Both accept the text, and see the same in it.
fn compare(text: &str) {
    let ours = parse_hcl(FileId(0), text.into());
    assert!(ours.problems.is_empty(), "{:?} in\n{text}", ours.problems);
    let theirs = match hcl::edit::parser::parse_body(text) {
        Ok(body) => body,
        Err(error) if error.to_string().contains("unique object key") => return,
        Err(error) => panic!("{error} in\n{text}"),
    };
    let (mut ours_flat, mut theirs_flat) = (Flat::default(), Flat::default());
    ours_flat.ours_body(&ours.tree, ours.tree.root());
    theirs_flat.theirs_body(&theirs);
    assert_eq!(ours_flat.0, theirs_flat.0, "\n{text}");
}

#[test]
fn fixtures_agree() {
    for (name, text) in corpus::FILES {
        // The conditionals of `label.tf` go over several lines inside an object `for`, which `hcl-edit` refuses.
        let refused = hcl::edit::parser::parse_body(text).is_err();
        assert_eq!(refused, name == "label.tf", "{name}");
        if !refused {
            compare(text);
        }
    }
}

#[test]
fn both_refuse() {
    for text in [
        "a = \n",
        "a = [1 2]\n",
        "a = {b = 1 c = 2}\n",
        "a b\n",
        "a {\n",
        "}\n",
        "a = f(1\n",
        "a = \"b\n",
        "a = 'b'\n",
        "a = b ? c\n",
        "a = [for x in y x]\n",
        "a = \"${b\"\n",
        "a \"${b}\" {\n}\n",
        "a = 1 b = 2\n",
        "a = 1\na = 2\n",
        "a = \"\\q\"\n",
        "a = <<B\nc\n",
        "a = b.\n",
        "a = (1\n",
        "a == 1\n",
        "a = * 2\n",
        "a = \"%{ if b }\"\n",
    ] {
        assert!(!parse_hcl(FileId(0), text.into()).problems.is_empty(), "{text}");
        assert!(hcl::edit::parser::parse_body(text).is_err(), "{text}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 1_000, ..ProptestConfig::default() })]

    #[test]
    fn generated_code_agrees(text in body(Constructs { odd: false })) {
        compare(&text);
    }
}
