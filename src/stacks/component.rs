//! Files of a stack as configuration: a component is a call of its module, and so is a stack that it embeds.

use rustc_hash::FxHashSet;

use crate::estate::configuration::UNKNOWN_PART;
use crate::syntax::tree::{Attribute, Block, BlockLabel, Body, ExprId, ExprKind, Tree};
use crate::value::Str;

/// What else is known of the module that a component calls, where its inputs are not written out.
pub(super) trait OpenInputs {
    /// The variables of the module in this place, and the number of the gap that stands for their values.
    fn of(&mut self, tree: &Tree, component: &Block) -> (Vec<Str>, usize);
}

/// What makes a call in a stack.
const CALLS: [&str; 2] = ["component", "stack"];

/// The names of what a stack calls, with their kinds: `component.network`.
pub(super) fn called<'t>(trees: impl IntoIterator<Item = &'t Tree>) -> FxHashSet<String> {
    let mut names = FxHashSet::default();
    for tree in trees {
        for block in tree.blocks(tree.root()) {
            let kind = tree.text(block.kind);
            if let Some(label) = tree.labels(block).first()
                && CALLS.contains(&kind)
            {
                names.insert(format!("{kind}.{}", tree.text(label.text)));
            }
        }
    }
    names
}

/// The same file with the blocks of a root module. The name of a call begins with its kind, so that a component and a stack may have one
/// name, and so that addresses say what the user has written.
pub(super) fn translated(tree: &Tree, called: &FxHashSet<String>, open: &mut dyn OpenInputs) -> Tree {
    let mut translation = Translation { tree: tree.clone() };
    for kind in CALLS {
        // A variable of a `for` expression may be called like a kind.
        let is_bound = tree.binds(kind);
        let member = |name: &str| {
            let name = format!("{kind}.{name}");
            (!is_bound || called.contains(&name)).then_some(name)
        };
        translation.tree.rename_members(kind, "module", member);
    }
    let mut blocks = Vec::new();
    for block in tree.blocks(tree.root()).to_vec() {
        match tree.text(block.kind) {
            "component" | "stack" => blocks.push(translation.call(block, open)),
            "provider" => blocks.push(translation.provider(block)),
            "required_providers" => blocks.push(translation.requirements(block)),
            "output" => blocks.push(translation.output(block)),
            // What it forgets is gone from the configuration.
            "removed" => {}
            _ => blocks.push(block),
        }
    }
    translation.tree.set_blocks(&blocks);
    translation.tree
}

/// The tree of a file on its way to another language.
struct Translation {
    tree: Tree,
}

impl Translation {
    fn body(&self, block: Block) -> Body {
        *self.tree.body(block.body)
    }

    /// `component "x" { inputs = { … } }` as `module "x" { … }`.
    fn call(&mut self, block: Block, open: &mut dyn OpenInputs) -> Block {
        let body = self.body(block);
        let mut attributes = Vec::new();
        for own in self.tree.attributes(&body).to_vec() {
            match self.tree.text(own.name) {
                "inputs" => match self.arguments(own.value) {
                    Some(arguments) => attributes.extend(arguments),
                    None => {
                        let (names, gap) = open.of(&self.tree, &block);
                        attributes.extend(names.iter().map(|name| self.gap(name, gap, own)));
                    }
                },
                "providers" => {
                    self.providers(own.value);
                    attributes.push(own);
                }
                _ => attributes.push(own),
            }
        }
        let blocks = self.tree.blocks(&body).to_vec();
        let body = self.tree.add_body(&attributes, &blocks, body.range);
        let labels: Vec<BlockLabel> = self.tree.labels(&block).to_vec();
        let kind = self.tree.text(block.kind).to_owned();
        let named = labels.iter().map(|label| {
            let name = format!("{kind}.{}", self.tree.text(label.text));
            BlockLabel { text: self.tree.add_text(&name), ..*label }
        });
        let named: Vec<BlockLabel> = named.collect();
        Block { kind: self.tree.add_text("module"), labels: self.tree.add_labels(&named), body, ..block }
    }

    /// An argument that is not known.
    fn gap(&mut self, name: &str, number: usize, inputs: Attribute) -> Attribute {
        let range = self.tree.expr(inputs.value).range;
        let number = self.tree.add_text(&number.to_string());
        let number = self.tree.add_expr(ExprKind::Number(number), range);
        let value = self.tree.add_call(UNKNOWN_PART, &[number], range);
        Attribute { name: self.tree.add_text(name), name_range: inputs.name_range, value }
    }

    /// The entries of an object that is written out, as arguments.
    fn arguments(&self, id: ExprId) -> Option<Vec<Attribute>> {
        match self.tree.expr(id).kind {
            ExprKind::Object(items) => {
                let argument = |key: ExprId, value| match self.tree.expr(key) {
                    key if let ExprKind::String(name) = key.kind => {
                        Some(Attribute { name, name_range: key.range, value })
                    }
                    _ => None,
                };
                self.tree.items(items).iter().map(|item| argument(item.key, item.value)).collect()
            }
            ExprKind::Parens(inner) => self.arguments(inner),
            _ => None,
        }
    }

    /// `{ aws = provider.aws.main }` as `{ aws = aws.main }`.
    fn providers(&mut self, id: ExprId) {
        let ExprKind::Object(items) = self.tree.expr(id).kind else { return };
        for item in self.tree.items(items).to_vec() {
            let expr = *self.tree.expr(item.value);
            // One of several instances is its configuration, as far as that is the same for all.
            let meant = match self.unwrapped(item.value) {
                ExprKind::Index { base, .. } => self.unwrapped(base),
                kind => kind,
            };
            let ExprKind::Attribute { base, name } = meant else { continue };
            let is_provider =
                |kind| matches!(kind, ExprKind::Variable(root) if self.tree.text(root) == "provider");
            match self.tree.expr(base).kind {
                ExprKind::Attribute { base: root, name: provider }
                    if is_provider(self.tree.expr(root).kind) =>
                {
                    let base = self.tree.add_expr(ExprKind::Variable(provider), expr.range);
                    self.tree.replace_expr(item.value, ExprKind::Attribute { base, name });
                }
                // One without a name, which no stack has.
                kind if is_provider(kind) => {
                    self.tree.replace_expr(item.value, ExprKind::Variable(name));
                }
                _ => {}
            }
        }
    }

    /// The kind of an expression without parentheses and quotes around it.
    fn unwrapped(&self, id: ExprId) -> ExprKind {
        match self.tree.expr(id).kind {
            ExprKind::Parens(inner) | ExprKind::Wrapped(inner) => self.unwrapped(inner),
            kind => kind,
        }
    }

    /// `provider "aws" "main" { config { … } }` as `provider "aws" { alias = "main" … }`.
    fn provider(&mut self, block: Block) -> Block {
        let [first, second, ..] = *self.tree.labels(&block) else { return block };
        let body = self.body(block);
        let is_several = self.tree.attribute(&body, "for_each").is_some();
        let alias = self.tree.add_expr(ExprKind::String(second.text), second.range);
        let name = self.tree.add_text("alias");
        let mut attributes = vec![Attribute { name, name_range: second.range, value: alias }];
        let mut blocks = Vec::new();
        for config in self.tree.blocks(&body).to_vec() {
            if self.tree.text(config.kind) != "config" {
                continue;
            }
            let config = self.body(config);
            let own = self.tree.attributes(&config).iter().copied();
            // What differs from instance to instance is not said of all.
            attributes.extend(own.filter(|own| !is_several || !self.is_of_each(own.value)));
            blocks.extend(self.tree.blocks(&config).iter().copied().filter(|_| !is_several));
        }
        let body = self.tree.add_body(&attributes, &blocks, body.range);
        Block { labels: self.tree.add_labels(&[first]), body, ..block }
    }

    /// Whether an expression refers to `each`.
    fn is_of_each(&self, id: ExprId) -> bool {
        let around = self.tree.expr(id).range;
        self.tree.expressions().any(|expr| {
            let is_each = matches!(expr.kind, ExprKind::Variable(name) if self.tree.text(name) == "each");
            is_each && around.start <= expr.range.start && expr.range.end <= around.end
        })
    }

    /// `required_providers { … }` as `terraform { required_providers { … } }`.
    fn requirements(&mut self, block: Block) -> Block {
        let body = self.tree.add_body(&[], &[block], block.range);
        Block { kind: self.tree.add_text("terraform"), body, ..block }
    }

    /// `output "x" { type = … value = … }` without its type.
    fn output(&mut self, block: Block) -> Block {
        let body = self.body(block);
        let own = self.tree.attributes(&body).iter().copied();
        let attributes: Vec<Attribute> = own.filter(|own| self.tree.text(own.name) != "type").collect();
        let blocks = self.tree.blocks(&body).to_vec();
        Block { body: self.tree.add_body(&attributes, &blocks, body.range), ..block }
    }
}
