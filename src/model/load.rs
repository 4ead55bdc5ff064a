//! Reading model files.

use std::sync::Arc;

use regex::Regex;
use rustc_hash::FxHashSet;

use super::{EdgeKind, Expression, Join, Link, Model, Role, TypeModel};
use crate::estate::configuration::declare::string;
use crate::estate::{DataFacts, DistinctList, Formula};
use crate::problem::{Problem, nearest};
use crate::syntax::tree::{Attribute, Block, Body, ExprKind, Tree};
use crate::value::Str;

impl Model {
    /// Reads model files. What is wrong in them is a problem; the rest is kept.
    #[must_use]
    pub fn load(trees: &[Arc<Tree>]) -> (Self, Vec<Problem>) {
        let mut loader = Loader::default();
        // Links name sets, so sets and roles come first.
        for tree in trees {
            for block in tree.blocks(tree.root()) {
                loader.types_and_sets(tree, block);
            }
        }
        for tree in trees {
            for block in tree.blocks(tree.root()) {
                loader.connections(tree, block);
            }
        }
        (loader.model, loader.problems)
    }
}

#[derive(Default)]
struct Loader {
    model: Model,
    problems: Vec<Problem>,
}

impl Loader {
    fn types_and_sets(&mut self, tree: &Arc<Tree>, block: &Block) {
        let body = tree.body(block.body);
        let label = label(tree, block, 0);
        match tree.text(block.kind) {
            "resource" => {
                self.check_names(tree, body, &["role", "entry", "zones", "copies"]);
                let mut model = TypeModel {
                    entry: expression(tree, body, "entry"),
                    zones: expression(tree, body, "zones"),
                    copies: expression(tree, body, "copies"),
                    role: Role::Other,
                };
                if let Some(attribute) = tree.attribute(body, "role") {
                    model.role = self.named(
                        tree,
                        attribute,
                        Role::from_name,
                        Role::ALL.iter().map(|role| role.name()),
                    );
                }
                self.model.sets.entry(model.role.name().into()).or_default().insert(label.clone());
                self.model.types.insert(label, model);
            }
            "set" => {
                self.check_names(tree, body, &["types"]);
                let types = self.strings(tree, body, "types");
                self.model.sets.entry(label).or_default().extend(types);
            }
            "data" => {
                let known = ["distinct", "at_least", "narrowed_by", "answers", "documents"];
                self.check_names(tree, body, &known);
                let formula = |name: &str| {
                    let expression = tree.attribute(body, name)?;
                    Some(Formula { tree: tree.clone(), expr: expression.value })
                };
                let facts = DataFacts {
                    narrowed_by: self.strings(tree, body, "narrowed_by"),
                    answers: formula("answers"),
                    documents: formula("documents"),
                };
                self.model.facts.data.insert(label.clone(), facts);
                let at_least = tree.attribute(body, "at_least").and_then(|attribute| {
                    match tree.expr(attribute.value).kind {
                        ExprKind::Number(text) => tree.text(text).parse().ok(),
                        _ => None,
                    }
                });
                for attribute in self.strings(tree, body, "distinct") {
                    let list =
                        DistinctList { type_: label.clone(), attribute, at_least: at_least.unwrap_or(0) };
                    self.model.facts.distinct.push(list);
                }
            }
            "identity" => {
                self.check_names(tree, body, &["attributes"]);
                let attributes = self.strings(tree, body, "attributes");
                self.model.facts.unique.extend(attributes);
            }
            "present" => {
                self.check_names(tree, body, &["attributes"]);
                let attributes = self.strings(tree, body, "attributes");
                self.model.facts.present.extend(attributes);
            }
            "searched" => {
                self.check_names(tree, body, &["arguments"]);
                let arguments = self.strings(tree, body, "arguments");
                self.model.facts.searched.extend(arguments);
            }
            "filled" => {
                self.check_names(tree, body, &["attributes"]);
                let attributes = self.strings(tree, body, "attributes");
                self.model.facts.filled.extend(attributes);
            }
            "link" | "join" => {}
            kind => {
                let known =
                    ["resource", "set", "data", "identity", "present", "filled", "searched", "link", "join"];
                self.unknown_name(tree, block.kind_range, "block type", kind, &known);
            }
        }
    }

    fn connections(&mut self, tree: &Arc<Tree>, block: &Block) {
        let body = tree.body(block.body);
        match tree.text(block.kind) {
            "link" => {
                self.check_names(tree, body, &["to", "means", "by", "part", "reverse"]);
                let Some(means) = self.means(tree, block, body) else { return };
                let link = Link {
                    path: path(&label(tree, block, 1)),
                    to: self.target_types(tree, body),
                    means,
                    by: tree.attribute(body, "by").and_then(|attribute| string(tree, attribute.value)),
                    part: self.pattern(tree, body),
                    reverse: tree.attribute(body, "reverse").is_some_and(|attribute| {
                        matches!(tree.expr(attribute.value).kind, ExprKind::Bool(true))
                    }),
                };
                for from in self.expand(&label(tree, block, 0)) {
                    self.model.links.entry(from).or_default().push(link.clone());
                }
            }
            "join" => {
                self.check_names(tree, body, &["from", "to", "means", "when"]);
                let Some(means) = self.means(tree, block, body) else { return };
                let end = |name: &str| {
                    tree.attribute(body, name)
                        .and_then(|attribute| string(tree, attribute.value))
                        .map(|text| path(&text))
                };
                let (Some(from), Some(to)) = (end("from"), end("to")) else {
                    self.problems.push(
                        Problem::error("model/join", "a join needs `from` and `to`")
                            .at(tree.span(block.header), "in this join"),
                    );
                    return;
                };
                let join = Join { from, to, means, when: expression(tree, body, "when") };
                self.model.joins.entry(label(tree, block, 0)).or_default().push(join);
            }
            _ => {}
        }
    }

    fn pattern(&mut self, tree: &Tree, body: &Body) -> Option<Regex> {
        let attribute = tree.attribute(body, "part")?;
        match Regex::new(&string(tree, attribute.value).unwrap_or_default()) {
            Ok(pattern) => Some(pattern),
            Err(error) => {
                self.problems.push(
                    Problem::error("model/pattern", format!("`part` is a regular expression: {error}"))
                        .at(tree.span(tree.expr(attribute.value).range), "this is none"),
                );
                None
            }
        }
    }

    fn means(&mut self, tree: &Tree, block: &Block, body: &Body) -> Option<EdgeKind> {
        let Some(attribute) = tree.attribute(body, "means") else {
            self.problems.push(
                Problem::error("model/means", "a link needs `means`: the kind of edge that it makes")
                    .at(tree.span(block.header), "in this link"),
            );
            return None;
        };
        let text = string(tree, attribute.value).unwrap_or_default();
        let kind = EdgeKind::from_name(&text);
        if kind.is_none() {
            let names: Vec<&str> = EdgeKind::ALL.iter().map(|kind| kind.name()).collect();
            self.unknown_name(tree, tree.expr(attribute.value).range, "kind of edge", &text, &names);
        }
        kind
    }

    /// A type, set or role stands for its types.
    fn expand(&self, name: &str) -> Vec<Str> {
        match self.model.sets.get(name) {
            Some(types) => {
                let mut types: Vec<Str> = types.iter().cloned().collect();
                types.sort();
                types
            }
            None => vec![name.into()],
        }
    }

    fn target_types(&mut self, tree: &Tree, body: &Body) -> FxHashSet<Str> {
        self.strings(tree, body, "to").iter().flat_map(|name| self.expand(name)).collect()
    }

    /// A list of strings, or a single one.
    fn strings(&mut self, tree: &Tree, body: &Body, name: &str) -> Vec<Str> {
        let Some(attribute) = tree.attribute(body, name) else { return Vec::new() };
        let items = match tree.expr(attribute.value).kind {
            ExprKind::Tuple(items) => tree.exprs(items).to_vec(),
            _ => vec![attribute.value],
        };
        items
            .into_iter()
            .filter_map(|item| {
                let text = string(tree, item);
                if text.is_none() {
                    self.problems.push(
                        Problem::error("model/string", format!("`{name}` takes strings"))
                            .at(tree.span(tree.expr(item).range), "not a string"),
                    );
                }
                text
            })
            .collect()
    }

    fn named<T: Default>(
        &mut self,
        tree: &Tree,
        attribute: &Attribute,
        from_name: impl Fn(&str) -> Option<T>,
        names: impl Iterator<Item = &'static str>,
    ) -> T {
        let text = string(tree, attribute.value).unwrap_or_default();
        from_name(&text).unwrap_or_else(|| {
            let names: Vec<&str> = names.collect();
            self.unknown_name(tree, tree.expr(attribute.value).range, "role", &text, &names);
            T::default()
        })
    }

    fn check_names(&mut self, tree: &Tree, body: &Body, known: &[&str]) {
        for attribute in tree.attributes(body) {
            let name = tree.text(attribute.name);
            if !known.contains(&name) {
                self.unknown_name(tree, attribute.name_range, "attribute", name, known);
            }
        }
        for block in tree.blocks(body) {
            let name = tree.text(block.kind);
            self.unknown_name(tree, block.kind_range, "block", name, &[]);
        }
    }

    fn unknown_name(
        &mut self,
        tree: &Tree,
        range: crate::text::Range,
        what: &str,
        name: &str,
        known: &[&str],
    ) {
        let problem =
            Problem::error("model/unknown-name", format!("a model file has no {what} `{name}` here"))
                .at(tree.span(range), "not known");
        self.problems.push(match nearest(name, known.iter().copied()) {
            Some(near) => problem.help(format!("did you mean `{near}`?")),
            None => problem.help(format!("known here: {}", known.join(", "))),
        });
    }
}

/// The n-th label of a block, empty where there is none.
#[must_use]
pub fn label(tree: &Tree, block: &Block, n: usize) -> Str {
    tree.labels(block).get(n).map(|label| tree.text(label.text).into()).unwrap_or_default()
}

/// A dotted path.
#[must_use]
pub fn path(text: &str) -> Vec<Str> {
    text.split('.').map(Str::from).collect()
}

/// The expression of an attribute.
#[must_use]
pub fn expression(tree: &Arc<Tree>, body: &Body, name: &str) -> Option<Expression> {
    tree.attribute(body, name).map(|attribute| Expression { tree: tree.clone(), expr: attribute.value })
}
