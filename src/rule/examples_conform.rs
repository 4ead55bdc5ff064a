//! Checks the Terraform in the examples of rules against the schema of a provider.

use super::Example;
use super::conform::Facts;
use crate::decode::suggest;
use crate::diagnostic::Diagnostic;
use crate::estate::Mode;
use crate::model::schema::AttributeShape;
use crate::syntax::tree::{Block, Body, Tree};
use crate::text::Range;

/// Terraform's own arguments, which every resource and data source may have.
const META_ATTRIBUTES: [&str; 4] = ["count", "for_each", "depends_on", "provider"];
const META_BLOCKS: [&str; 3] = ["lifecycle", "connection", "provisioner"];

/// Checks the resources of an example, of its `before` and of its environments.
pub(super) fn check(example: &Example, facts: &Facts<'_>) {
    let others = example.environments.iter().map(|(_, body)| *body);
    for body in [Some(example.body), example.before].into_iter().flatten().chain(others) {
        let tree = &*example.tree;
        for block in tree.blocks(tree.body(body)) {
            let mode = match tree.text(block.kind) {
                "resource" => Mode::Managed,
                "data" => Mode::Data,
                _ => continue,
            };
            check_resource(tree, block, mode, facts);
        }
    }
}

fn check_resource(tree: &Tree, block: &Block, mode: Mode, facts: &Facts<'_>) {
    let Some(label) = tree.labels(block).first() else { return };
    let type_ = tree.text(label.text);
    match facts.schema.of(mode, type_) {
        Some(shape) => check_body(tree, tree.body(block.body), shape, type_, true, facts),
        None if !facts.is_described(type_) => {}
        None => {
            let problem = Diagnostic::error(
                "schema/type",
                format!("there is no resource type or data source `{type_}`"),
            )
            .at(tree.span(label.range), "not in the schema");
            facts.mistakes.push(suggest(problem, type_, facts.schema.names(mode).into_iter()));
        }
    }
}

fn check_body(
    tree: &Tree,
    body: &Body,
    shape: &AttributeShape,
    what: &str,
    is_outermost: bool,
    facts: &Facts<'_>,
) {
    let wrong = |name: &str, range: Range| {
        let problem = Diagnostic::error("schema/attribute", format!("`{what}` has no `{name}`"))
            .at(tree.span(range), "not in the schema");
        facts.mistakes.push(suggest(problem, name, shape.names()));
    };
    for attribute in tree.attributes(body) {
        let name = tree.text(attribute.name);
        if shape.field(name).is_none() && !(is_outermost && META_ATTRIBUTES.contains(&name)) {
            wrong(name, attribute.name_range);
        }
    }
    for block in tree.blocks(body) {
        let kind = tree.text(block.kind);
        if is_outermost && META_BLOCKS.contains(&kind) {
            continue;
        }
        let (name, inner) = match (kind, tree.labels(block).first()) {
            ("dynamic", Some(label)) => {
                let content = tree.blocks_of(tree.body(block.body), "content").next();
                (tree.text(label.text), content.map(|content| tree.body(content.body)))
            }
            _ => (kind, Some(tree.body(block.body))),
        };
        match (shape.field(name), inner) {
            (Some(AttributeShape::List(inside)), Some(inner)) => {
                check_body(tree, inner, inside, name, false, facts)
            }
            (Some(inside), Some(inner)) => check_body(tree, inner, inside, name, false, facts),
            (None, _) => wrong(name, block.kind_range),
            (Some(_), None) => {}
        }
    }
}
