//! Configuration text, rewritten so that its meaning stays, or so that it loses all meaning.

use buttress::syntax::tree::{Body, ExprId, ExprKind, Tree};
use buttress::text::Range;

/// The literal leaves of values in `resource` and `data` blocks and in `locals`.
pub(super) fn leaves(tree: &Tree) -> Vec<Range> {
    let mut found = Vec::new();
    for block in tree.blocks(tree.root()) {
        if ["resource", "data", "locals"].contains(&tree.text(block.kind)) {
            leaves_of_body(tree, tree.body(block.body), &mut found);
        }
    }
    found
}

fn leaves_of_body(tree: &Tree, body: &Body, found: &mut Vec<Range>) {
    for attribute in tree.attributes(body) {
        leaves_of(tree, attribute.value, found);
    }
    for block in tree.blocks(body) {
        // Terraform wants literals in `lifecycle`.
        if tree.text(block.kind) != "lifecycle" {
            leaves_of_body(tree, tree.body(block.body), found);
        }
    }
}

fn leaves_of(tree: &Tree, id: ExprId, found: &mut Vec<Range>) {
    let expr = tree.expr(id);
    match expr.kind {
        ExprKind::Bool(_) | ExprKind::Number(_) => found.push(expr.range),
        // What a heredoc is replaced by would have to end its line.
        ExprKind::String(_) if tree.slice(expr.range).starts_with('"') => found.push(expr.range),
        ExprKind::Tuple(items) => tree.exprs(items).iter().for_each(|item| leaves_of(tree, *item, found)),
        ExprKind::Object(items) => {
            tree.items(items).iter().for_each(|item| leaves_of(tree, item.value, found));
        }
        ExprKind::Call(id) => {
            let arguments = tree.call(id).arguments;
            tree.exprs(arguments).iter().for_each(|argument| leaves_of(tree, *argument, found));
        }
        ExprKind::Conditional { condition, yes, no } => {
            [condition, yes, no].iter().for_each(|part| leaves_of(tree, *part, found));
        }
        ExprKind::Parens(inner) => leaves_of(tree, inner, found),
        _ => {}
    }
}

/// A root that calls `./inner`, and that inner module: everything moved there. Variables are passed through.
pub(super) fn wrapped(text: &str) -> (String, String) {
    let (tree, _) = super::parse(text);
    let mut root = String::new();
    let mut call = String::from("module \"inner\" {\n  source = \"./inner\"\n");
    for block in tree.blocks(tree.root()) {
        let label = tree.labels(block).first().map(|label| tree.text(label.text));
        if let ("variable", Some(name)) = (tree.text(block.kind), label) {
            root.push_str(tree.slice(block.range));
            root.push('\n');
            call.push_str(&format!("  {name} = var.{name}\n"));
        }
    }
    (format!("{root}{call}}}\n"), text.to_owned())
}

/// A body, taken apart.
#[derive(Clone, Debug)]
pub(super) struct Module {
    items: Vec<Item>,
}

#[derive(Clone, Debug)]
enum Item {
    /// `name = value`, and a heredoc's line end with it.
    Attribute(Vec<Piece>),
    /// Header, inside, whether the order of nested blocks of one type matters.
    Block(String, Module),
}

/// A piece of a value.
#[derive(Clone, Debug)]
enum Piece {
    Text(String),
    /// An object expression of which no key occurs twice: `key = ` and value of each item.
    Object(Vec<(String, Vec<Self>)>),
}

/// A range of the text as pieces: the objects in it, and what is between them.
fn pieces(tree: &Tree, range: Range, value: ExprId) -> Vec<Piece> {
    let mut objects = Vec::new();
    objects_of(tree, value, &mut objects);
    let mut pieces = Vec::new();
    let mut start = range.start;
    for id in objects {
        let expr = tree.expr(id);
        let ExprKind::Object(items) = expr.kind else { continue };
        pieces.push(Piece::Text(tree.slice(Range::new(start, expr.range.start)).to_owned()));
        let items = tree.items(items).iter().map(|item| {
            let key = format!("{} = ", tree.slice(tree.expr(item.key).range));
            (key, self::pieces(tree, tree.expr(item.value).range, item.value))
        });
        pieces.push(Piece::Object(items.collect()));
        start = expr.range.end;
    }
    pieces.push(Piece::Text(tree.slice(Range::new(start, range.end)).to_owned()));
    pieces
}

/// The outermost object expressions in an expression, in the order of the text.
fn objects_of(tree: &Tree, id: ExprId, found: &mut Vec<ExprId>) {
    match tree.expr(id).kind {
        ExprKind::Object(items) => {
            let key = |id: ExprId| match tree.expr(id).kind {
                ExprKind::String(text) => Some(tree.text(text)),
                _ => None,
            };
            let mut keys: Vec<Option<&str>> = tree.items(items).iter().map(|item| key(item.key)).collect();
            let count = keys.len();
            keys.sort_unstable();
            keys.dedup();
            // Of equal keys the last one counts.
            if keys.len() == count && keys.iter().all(Option::is_some) {
                found.push(id);
            }
        }
        ExprKind::Tuple(items) => tree.exprs(items).iter().for_each(|item| objects_of(tree, *item, found)),
        ExprKind::Call(id) => {
            tree.exprs(tree.call(id).arguments).iter().for_each(|item| objects_of(tree, *item, found));
        }
        ExprKind::Conditional { condition, yes, no } => {
            [condition, yes, no].iter().for_each(|part| objects_of(tree, *part, found));
        }
        ExprKind::Parens(inner) => objects_of(tree, inner, found),
        _ => {}
    }
}

fn write_pieces(pieces: &[Piece], draw: &mut dyn FnMut() -> u32, text: &mut String) {
    for piece in pieces {
        match piece {
            Piece::Text(own) => text.push_str(own),
            Piece::Object(items) => {
                let mut keyed: Vec<(u32, &(String, Vec<Piece>))> =
                    items.iter().map(|item| (draw(), item)).collect();
                keyed.sort_by_key(|(order, _)| *order);
                text.push_str("{\n");
                for (_, (key, value)) in keyed {
                    text.push_str(key);
                    write_pieces(value, draw, text);
                    text.push('\n');
                }
                text.push('}');
            }
        }
    }
}

impl Module {
    pub(super) fn read(text: &str) -> Self {
        let (tree, _) = super::parse(text);
        Self::of(&tree, tree.root())
    }

    fn of(tree: &Tree, body: &Body) -> Self {
        let attributes = tree
            .attributes(body)
            .iter()
            .map(|attribute| Item::Attribute(pieces(tree, tree.attribute_range(attribute), attribute.value)));
        let blocks = tree.blocks(body).iter().map(|block| {
            Item::Block(tree.slice(block.header).to_owned(), Self::of(tree, tree.body(block.body)))
        });
        Self { items: attributes.chain(blocks).collect() }
    }

    /// The texts of `files` files that hold the blocks in another order, with attributes and keys of objects in another order.
    pub(super) fn shuffled(&self, order: &[u32], files: usize) -> Vec<String> {
        let mut next = order.iter().copied().cycle();
        let mut draw = move || next.next().unwrap_or_default();
        let mut keyed: Vec<(u32, usize, &Item)> =
            self.items.iter().map(|item| (draw(), draw() as usize, item)).collect();
        keyed.sort_by_key(|(key, _, _)| *key);
        let mut texts = vec![String::new(); files];
        for (_, file, item) in keyed {
            item.write(&mut draw, &mut texts[file % files]);
        }
        texts
    }

    /// The inside of a block: attributes anywhere between the blocks, which keep their order (it is the order of a list).
    fn write(&self, draw: &mut dyn FnMut() -> u32, text: &mut String) {
        let (attributes, blocks): (Vec<&Item>, Vec<&Item>) =
            self.items.iter().partition(|item| matches!(item, Item::Attribute(_)));
        let mut keyed: Vec<(u32, &Item)> = attributes.into_iter().map(|item| (draw(), item)).collect();
        let mut keys: Vec<u32> = blocks.iter().map(|_| draw()).collect();
        keys.sort_unstable();
        keyed.extend(keys.into_iter().zip(blocks));
        keyed.sort_by_key(|(key, _)| *key);
        for (_, item) in keyed {
            item.write(draw, text);
        }
    }
}

impl Item {
    fn write(&self, draw: &mut dyn FnMut() -> u32, text: &mut String) {
        match self {
            Self::Attribute(own) => write_pieces(own, draw, text),
            Self::Block(header, inside) => {
                text.push_str(header);
                text.push_str(" {\n");
                inside.write(draw, text);
                text.push('}');
            }
        }
        text.push('\n');
    }
}

/// Text with chunks deleted, doubled, swapped, cut off or replaced by a token.
pub(super) fn mangled(
    text: &str,
    edits: &[(u8, proptest::sample::Index, proptest::sample::Index, usize)],
) -> String {
    let mut all: Vec<char> = text.chars().collect();
    for (kind, a, b, length) in edits {
        if all.is_empty() {
            break;
        }
        let (a, b) = (a.index(all.len()), b.index(all.len()));
        let end = (a + length).min(all.len());
        match kind {
            0 => drop(all.drain(a..end)),
            1 => {
                let chunk = all[a..end].to_vec();
                all.splice(b..b, chunk);
            }
            2 => all.swap(a, b),
            3 => all.truncate(a.max(all.len() / 2)),
            _ => drop(all.splice(a..end, TOKENS[b % TOKENS.len()].chars())),
        }
    }
    all.into_iter().collect()
}

/// What token soup is made of.
pub(super) const TOKENS: &[&str] = &[
    "resource",
    "data",
    "module",
    "variable",
    "output",
    "locals",
    "terraform",
    "dynamic",
    "\"aws_lb\"",
    "\"a\"",
    "\"aws_db_instance\"",
    "\"aws_subnet\"",
    "\"b\"",
    "{",
    "}",
    "{\n",
    "\n}",
    "\n",
    "[",
    "]",
    "(",
    ")",
    "=",
    "==",
    "=>",
    "...",
    ".",
    ",",
    ":",
    "?",
    "!",
    "-",
    "*",
    "&&",
    "\"${",
    "}\"",
    "\"%{ if true }",
    "%{ endif }\"",
    "<<EOT\n",
    "\nEOT\n",
    "for",
    "in",
    "if",
    "x",
    "local.x",
    "var.v",
    "count",
    "count.index",
    "for_each",
    "each.key",
    "each.value",
    "self",
    "subnets",
    "zones",
    "multi_az",
    "aws_subnet.a[*].id",
    "aws_lb.a",
    "data.aws_subnets.b.ids",
    "module.m.out",
    "null",
    "true",
    "1",
    "1e9",
    "1e999999",
    "-1",
    "\"\"",
    "length(",
    "merge(",
    "range(",
    "toset(",
    "jsonencode(",
    "flatten(",
    "try(",
    "depends_on",
    "lifecycle",
    "content",
    "source",
    "\"./\"",
    "default",
    "type",
    "#",
    "/*",
    "\u{0}",
    "é",
    "\u{feff}",
];
