//! What may stand in the blocks whose meaning Terraform itself knows, at the top of a file and inside of others.

use crate::diagnostic::{Diagnostic, nearest};
use crate::syntax::tree::{Block, Body, Tree};

/// What may stand in a block. What Terraform 1.11 does not have and a later one or OpenTofu has is no mistake.
struct Own {
    /// The type of the block that it stands in; empty at the top of a file.
    within: &'static str,
    kind: &'static str,
    /// Its arguments, where it does not take any.
    arguments: Option<&'static [&'static str]>,
    /// Its blocks, where it does not take any.
    blocks: Option<&'static [&'static str]>,
    /// What it cannot do without.
    needs: &'static [&'static str],
}

const fn own(
    within: &'static str,
    kind: &'static str,
    arguments: Option<&'static [&'static str]>,
    blocks: Option<&'static [&'static str]>,
    needs: &'static [&'static str],
) -> Own {
    Own { within, kind, arguments, blocks, needs }
}

const CONDITION: &[&str] = &["condition", "error_message"];
const CONDITIONS: Option<&[&str]> = Some(&["precondition", "postcondition"]);
const NOTHING: Option<&[&str]> = Some(&[]);

const OWN: &[Own] = &[
    own(
        "",
        "variable",
        Some(&[
            "type",
            "description",
            "default",
            "sensitive",
            "nullable",
            "ephemeral",
            "deprecated",
            "const",
        ]),
        Some(&["validation"]),
        &[],
    ),
    own("variable", "validation", Some(CONDITION), NOTHING, CONDITION),
    own(
        "",
        "output",
        Some(&["value", "description", "sensitive", "ephemeral", "depends_on", "deprecated", "type"]),
        Some(&["precondition"]),
        &["value"],
    ),
    own("output", "precondition", Some(CONDITION), NOTHING, CONDITION),
    own("", "locals", None, NOTHING, &[]),
    own(
        "",
        "terraform",
        Some(&["required_version", "experiments", "language"]),
        Some(&["backend", "cloud", "required_providers", "provider_meta", "encryption", "state_store"]),
        &[],
    ),
    own("", "module", None, Some(&["lifecycle"]), &[]),
    own(
        "resource",
        "lifecycle",
        Some(&[
            "create_before_destroy",
            "prevent_destroy",
            "ignore_changes",
            "replace_triggered_by",
            "enabled",
            "destroy",
        ]),
        Some(&["precondition", "postcondition", "action_trigger"]),
        &[],
    ),
    own("data", "lifecycle", Some(&["enabled"]), CONDITIONS, &[]),
    own("ephemeral", "lifecycle", Some(&["enabled"]), CONDITIONS, &[]),
    own("lifecycle", "precondition", Some(CONDITION), NOTHING, CONDITION),
    own("lifecycle", "postcondition", Some(CONDITION), NOTHING, CONDITION),
    own("", "check", NOTHING, Some(&["data", "assert"]), &["assert"]),
    own("check", "assert", Some(CONDITION), NOTHING, CONDITION),
    own("", "moved", Some(&["from", "to"]), NOTHING, &["from", "to"]),
    own("", "import", Some(&["to", "id", "identity", "provider", "for_each"]), NOTHING, &["to", "id"]),
    own("", "removed", Some(&["from"]), Some(&["lifecycle", "provisioner", "connection"]), &["from"]),
    own("removed", "lifecycle", Some(&["destroy"]), NOTHING, &[]),
];

/// How a file says what it says.
#[derive(Clone, Copy)]
struct Manner {
    /// It only changes what other files declare.
    is_override: bool,
    /// In JSON syntax some blocks look like arguments.
    is_json: bool,
}

/// What is wrong with the blocks of a file. `is_override` says that it only changes what others declare.
pub(super) fn problems(tree: &Tree, is_override: bool) -> Vec<Diagnostic> {
    let mut problems = Vec::new();
    let manner = Manner {
        is_override,
        is_json: tree.source.trim_start_matches('\u{feff}').trim_start().starts_with(['{', '[']),
    };
    for attribute in tree.attributes(tree.root()) {
        let name = tree.text(attribute.name);
        problems.push(
            Diagnostic::error(
                "config/unknown-argument",
                format!("`{name}` is outside of any block, where Terraform allows no arguments"),
            )
            .at(tree.span(attribute.name_range), "not allowed here")
            .help("declare local values in a `locals` block"),
        );
    }
    for block in tree.blocks(tree.root()) {
        body("", tree, block, manner, &mut problems);
    }
    problems
}

fn body(within: &str, tree: &Tree, block: &Block, manner: Manner, problems: &mut Vec<Diagnostic>) {
    let kind = tree.text(block.kind);
    let inside = tree.body(block.body);
    if let Some(row) = OWN.iter().find(|row| row.within == within && row.kind == kind) {
        check(row, tree, block, inside, manner, problems);
    }
    for inner in tree.blocks(inside) {
        let name = tree.text(inner.kind);
        if OWN.iter().any(|row| row.within == kind && row.kind == name) {
            body(kind, tree, inner, manner, problems);
        }
    }
    let mut lifecycles = tree.blocks(inside).iter().filter(|inner| tree.text(inner.kind) == "lifecycle");
    if let (Some(first), Some(second)) = (lifecycles.next(), lifecycles.next()) {
        problems.push(
            Diagnostic::error("config/duplicate", format!("the `{kind}` block has two `lifecycle` blocks"))
                .at(tree.span(second.header), "second block")
                .label(tree.span(first.header), "first block"),
        );
    }
}

fn check(
    row: &Own,
    tree: &Tree,
    block: &Block,
    inside: &Body,
    manner: Manner,
    problems: &mut Vec<Diagnostic>,
) {
    let kind = row.kind;
    if let Some(arguments) = row.arguments {
        for attribute in tree.attributes(inside) {
            let name = tree.text(attribute.name);
            if arguments.contains(&name)
                || manner.is_json && row.blocks.is_some_and(|blocks| blocks.contains(&name))
            {
                continue;
            }
            let what = format!("a `{kind}` block{} has no argument `{name}`", of(row.within));
            let problem = Diagnostic::error("config/unknown-argument", what)
                .at(tree.span(attribute.name_range), "not an argument");
            problems.push(hinted(problem, name, arguments));
        }
    }
    if let Some(blocks) = row.blocks {
        for inner in tree.blocks(inside) {
            let name = tree.text(inner.kind);
            if blocks.contains(&name) {
                continue;
            }
            let what = format!("a `{kind}` block{} has no block `{name}`", of(row.within));
            let problem = Diagnostic::error("config/unknown-block", what)
                .at(tree.span(inner.kind_range), "not a block type");
            problems.push(hinted(problem, name, blocks));
        }
    }
    for name in row.needs {
        // A later Terraform tells what to import by other attributes than the id.
        let is_there = tree.attribute(inside, name).is_some()
            || *name == "id" && tree.attribute(inside, "identity").is_some()
            || tree.blocks(inside).iter().any(|inner| tree.text(inner.kind) == *name);
        if is_there || manner.is_override && row.within.is_empty() {
            continue;
        }
        let what = format!("the `{kind}` block lacks `{name}`");
        problems.push(
            Diagnostic::error("config/incomplete-block", what)
                .at(tree.span(block.header), "this block")
                .help(format!("add `{name}`: Terraform requires it in a `{kind}` block")),
        );
    }
}

fn of(within: &str) -> String {
    if within.is_empty() { String::new() } else { format!(" of a `{within}` block") }
}

fn hinted(problem: Diagnostic, name: &str, known: &[&str]) -> Diagnostic {
    match nearest(name, known.iter().copied()) {
        Some(near) => problem.help(format!("did you mean `{near}`?")),
        None => problem,
    }
}
