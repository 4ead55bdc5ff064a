//! A compact dump of a tree: its structure, without places.

use buttress::syntax::print::{binary_sign, unary_sign};
use buttress::syntax::tree::{Body, ExprId, ExprKind, For, TemplatePart, Text, Tree};

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

/// Dumps an expression in prefix form. Chains may be deep, so the stack grows.
pub(crate) fn expr(tree: &Tree, id: ExprId) -> String {
    stacker::maybe_grow(128 << 10, 4 << 20, || expr_here(tree, id))
}

fn expr_here(tree: &Tree, id: ExprId) -> String {
    let sub = |id| expr(tree, id);
    let text = |text: Text| tree.text(text);
    let all = |ids: &[ExprId]| ids.iter().map(|&id| sub(id)).collect::<Vec<_>>().join(" ");
    match tree.expr(id).kind {
        ExprKind::Invalid => "INVALID".into(),
        ExprKind::Null => "null".into(),
        ExprKind::Bool(value) => value.to_string(),
        ExprKind::Number(number) => text(number).into(),
        ExprKind::String(string) => format!("{:?}", text(string)),
        ExprKind::Template(list) => format!("<{}>", parts(tree, tree.parts(list))),
        ExprKind::Wrapped(inner) => format!("(wrapped {})", sub(inner)),
        ExprKind::Variable(name) => text(name).into(),
        ExprKind::Attribute { base, name } => format!("(. {} {})", sub(base), text(name)),
        ExprKind::Index { base, key } => format!("(index {} {})", sub(base), sub(key)),
        ExprKind::Splat { base, each, full } => {
            format!("({} {} {})", if full { "[*]" } else { ".*" }, sub(base), sub(each))
        }
        ExprKind::SplatItem => "_".into(),
        ExprKind::Call { name, arguments, expand } => {
            let arguments = all(tree.exprs(arguments));
            format!("(call {} {arguments}{})", text(name), if expand { " ..." } else { "" })
        }
        ExprKind::Tuple(elements) => format!("[{}]", all(tree.exprs(elements))),
        ExprKind::Object(items) => {
            let items = tree.items(items).iter();
            let items: Vec<_> = items.map(|item| format!("{}: {}", sub(item.key), sub(item.value))).collect();
            format!("{{{}}}", items.join(", "))
        }
        ExprKind::For(id) => {
            let Some(for_expr) = tree.for_expr(id) else { return "(for ?)".into() };
            let key = for_expr.key.map(|key| format!("{} => ", sub(key))).unwrap_or_default();
            let grouping = if for_expr.grouping { "..." } else { "" };
            let condition =
                for_expr.condition.map(|condition| format!(" if {}", sub(condition))).unwrap_or_default();
            format!(
                "(for {} : {key}{}{grouping}{condition})",
                for_header(tree, for_expr),
                sub(for_expr.value)
            )
        }
        ExprKind::Conditional { condition, yes, no } => {
            format!("(? {} {} {})", sub(condition), sub(yes), sub(no))
        }
        ExprKind::Unary { operator, operand } => format!("({} {})", unary_sign(operator), sub(operand)),
        ExprKind::Binary { operator, left, right } => {
            format!("({} {} {})", binary_sign(operator), sub(left), sub(right))
        }
        ExprKind::Parens(inner) => format!("(parens {})", sub(inner)),
    }
}

fn for_header(tree: &Tree, for_expr: &For) -> String {
    let key = for_expr.key_variable.map(|key| format!("{}, ", tree.text(key))).unwrap_or_default();
    format!("{key}{} in {}", tree.text(for_expr.value_variable), expr(tree, for_expr.collection))
}

fn parts(tree: &Tree, parts_of: &[TemplatePart]) -> String {
    let dumped = parts_of.iter().map(|part| match *part {
        TemplatePart::Literal(text) => format!("{:?}", tree.text(text)),
        TemplatePart::Interpolation(id) => format!("${{{}}}", expr(tree, id)),
        TemplatePart::If { condition, yes, no } => format!(
            "%{{if {}: {} else: {}}}",
            expr(tree, condition),
            parts(tree, tree.parts(yes)),
            parts(tree, tree.parts(no)),
        ),
        TemplatePart::For(id) => tree.for_expr(id).map_or_else(String::new, |for_expr| {
            format!("%{{for {}: {}}}", for_header(tree, for_expr), expr(tree, for_expr.value))
        }),
    });
    dumped.collect::<Vec<_>>().join(" ")
}
