//! What may stand in the blocks whose meaning Terraform itself knows, at the top of a file and inside of others.

use rustc_hash::FxHashMap;

use super::built_in;
use super::once::improper;
use super::provisioners;
use crate::address::Mode;
use crate::diagnostic::{Diagnostic, nearest};
use crate::estate::configuration::declare::string;
use crate::syntax::tree::{Block, Body, ExprKind, Tree};
use crate::text::Span;

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
    // Of OpenTofu: Terraform knows no such block.
    own("module", "lifecycle", Some(&["enabled"]), NOTHING, &["enabled"]),
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
    own("terraform", "required_providers", None, NOTHING, &[]),
    own("terraform", "cloud", Some(&["hostname", "organization", "token"]), Some(&["workspaces"]), &[]),
    own("cloud", "workspaces", Some(&["name", "project", "tags"]), NOTHING, &[]),
    own("terraform", "provider_meta", None, None, &[]),
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
    let manner = Manner { is_override, is_json: tree.is_json() };
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
            if kind != "terraform" {
                labels(tree, inner, 0, problems);
            }
        }
    }
    match (within, kind) {
        ("", "resource") => {
            problems.extend(built_in::problems(tree, block, Mode::Managed, manner.is_override));
            at_most_one(tree, kind, inside, "lifecycle", problems);
            problems.extend(provisioners::problems(tree, inside, false));
            dynamic_own_blocks(tree, inside, problems);
        }
        ("", "data" | "ephemeral") => {
            let mode = if kind == "data" { Mode::Data } else { Mode::Ephemeral };
            problems.extend(built_in::problems(tree, block, mode, manner.is_override));
            at_most_one(tree, kind, inside, "lifecycle", problems);
            unrunnable(tree, kind, inside, problems);
            dynamic_own_blocks(tree, inside, problems);
        }
        ("", "module") => at_most_one(tree, kind, inside, "lifecycle", problems),
        // Of several `lifecycle` blocks here Terraform takes the last one.
        ("", "removed") => problems.extend(provisioners::problems(tree, inside, true)),
        ("", "check") => {
            at_most_one(tree, kind, inside, "data", problems);
            check_data(tree, inside, problems);
        }
        ("", "provider") => reserved(tree, inside, problems),
        ("", "terraform") => {
            at_most_one_each(tree, inside, "provider_meta", problems);
            for inner in tree.blocks(inside) {
                let name = tree.text(inner.kind);
                // A later Terraform or OpenTofu has blocks besides.
                if name == "backend" || OWN.iter().any(|row| row.kind == name) {
                    let wanted = usize::from(matches!(name, "backend" | "provider_meta"));
                    labels(tree, inner, wanted, problems);
                }
            }
        }
        ("terraform", "cloud") => at_most_one(tree, kind, inside, "workspaces", problems),
        _ => {}
    }
}

/// Blocks of a type that may occur once.
fn at_most_one(tree: &Tree, kind: &str, inside: &Body, name: &str, problems: &mut Vec<Diagnostic>) {
    let mut found = tree.blocks_of(inside, name);
    if let (Some(first), Some(second)) = (found.next(), found.next()) {
        problems.push(
            Diagnostic::error("config/duplicate", format!("the `{kind}` block has two `{name}` blocks"))
                .at(tree.span(second.header), "second block")
                .label(tree.span(first.header), "first block"),
        );
    }
}

/// Blocks of a type of which each label may occur once.
fn at_most_one_each(tree: &Tree, inside: &Body, name: &str, problems: &mut Vec<Diagnostic>) {
    let mut seen: FxHashMap<&str, Span> = FxHashMap::default();
    for inner in tree.blocks_of(inside, name) {
        let Some(label) = tree.labels(inner).first() else { continue };
        let label = tree.text(label.text);
        if let Some(first) = seen.insert(label, tree.span(inner.header)) {
            problems.push(
                Diagnostic::error("config/duplicate", format!("there are two `{name}` blocks for `{label}`"))
                    .at(tree.span(inner.header), "second block")
                    .label(first, "first block"),
            );
        }
    }
}

/// How many labels a block has to have.
pub(super) fn labels(tree: &Tree, block: &Block, wanted: usize, problems: &mut Vec<Diagnostic>) {
    let (kind, count) = (tree.text(block.kind), tree.labels(block).len());
    if count == wanted {
        return;
    }
    let (needs, help) = match wanted {
        0 => ("takes no labels".to_owned(), format!("write `{kind} {{`")),
        _ => (format!("needs {wanted} label"), format!("write `{kind} \"name\" {{`")),
    };
    problems.push(
        Diagnostic::error("config/labels", format!("a `{kind}` block {needs}"))
            .at(tree.span(block.header), format!("this block has {count}"))
            .help(help),
    );
}

/// What is read has nothing to run programs on.
fn unrunnable(tree: &Tree, kind: &str, inside: &Body, problems: &mut Vec<Diagnostic>) {
    for inner in tree.blocks(inside) {
        let name = tree.text(inner.kind);
        if matches!(name, "provisioner" | "connection") {
            problems.push(
                Diagnostic::error("config/unknown-block", format!("a `{kind}` block has no block `{name}`"))
                    .at(tree.span(inner.kind_range), "not a block type")
                    .help("only a `resource` block has provisioners: use a `terraform_data` resource"),
            );
        }
    }
}

/// The data source of a `check` block is read once, and has nothing but its arguments.
fn check_data(tree: &Tree, inside: &Body, problems: &mut Vec<Diagnostic>) {
    for source in tree.blocks_of(inside, "data") {
        for inner in tree.blocks_of(tree.body(source.body), "lifecycle") {
            problems.push(
                Diagnostic::error(
                    "config/unknown-block",
                    "the data source of a `check` block has no `lifecycle`",
                )
                .at(tree.span(inner.kind_range), "not allowed here")
                .help("write the condition in an `assert` block"),
            );
        }
    }
}

/// Blocks whose meaning Terraform itself knows cannot be made by `dynamic` blocks.
fn dynamic_own_blocks(tree: &Tree, inside: &Body, problems: &mut Vec<Diagnostic>) {
    for block in tree.blocks_of(inside, "dynamic") {
        let Some(label) = tree.labels(block).first() else { continue };
        let name = tree.text(label.text);
        if matches!(name, "lifecycle" | "provisioner" | "connection") {
            let message = format!("a `dynamic` block cannot make `{name}` blocks");
            problems.push(
                Diagnostic::error("config/dynamic", message)
                    .at(tree.span(block.header), "not possible here")
                    .help(format!(
                        "Terraform reads `{name}` blocks before it evaluates anything: write them out"
                    )),
            );
        }
    }
}

/// What is wrong with the inside of a `dynamic` block.
pub(super) fn of_dynamic(tree: &Tree, inside: &Body) -> Vec<Diagnostic> {
    const ARGUMENTS: [&str; 3] = ["for_each", "iterator", "labels"];
    let mut problems = Vec::new();
    for attribute in tree.attributes(inside) {
        let name = tree.text(attribute.name);
        let value = tree.expr(attribute.value);
        // In JSON syntax the content looks like an argument.
        let is_known = ARGUMENTS.contains(&name) || tree.is_json() && name == "content";
        if !is_known {
            let message = format!("a `dynamic` block has no argument `{name}`");
            let problem = Diagnostic::error("config/unknown-argument", message)
                .at(tree.span(attribute.name_range), "not an argument");
            problems
                .push(hinted(problem, name, &ARGUMENTS).help("arguments of the blocks stand in `content`"));
        }
        let is_name = match value.kind {
            ExprKind::Variable(_) | ExprKind::Invalid => true,
            ExprKind::String(_) => tree.is_json(),
            _ => false,
        };
        if name == "iterator" && !is_name {
            problems.push(
                Diagnostic::error("config/dynamic", "the `iterator` of a `dynamic` block is not a name")
                    .at(tree.span(value.range), "not a name")
                    .help("write a word without quotes, such as `iterator = rule`"),
            );
        }
    }
    at_most_one(tree, "dynamic", inside, "content", &mut problems);
    for content in tree.blocks_of(inside, "content") {
        labels(tree, content, 0, &mut problems);
    }
    problems
}

/// What a `provider` block cannot have: Terraform keeps the names for itself.
fn reserved(tree: &Tree, inside: &Body, problems: &mut Vec<Diagnostic>) {
    let wrong = |name: &str, place: Span, code: &'static str| {
        Diagnostic::error(code, format!("a `provider` block cannot have `{name}`"))
            .at(place, "reserved by Terraform")
            .help("remove it")
    };
    for attribute in tree.attributes(inside) {
        let name = tree.text(attribute.name);
        // OpenTofu repeats providers with `for_each`.
        if matches!(name, "count" | "depends_on" | "source") {
            problems.push(wrong(name, tree.span(attribute.name_range), "config/unknown-argument"));
        }
        if name == "alias"
            && let Some(alias) = string(tree, attribute.value)
        {
            let place = tree.span(tree.expr(attribute.value).range);
            problems.extend(improper("provider configuration", &alias, Some(place)));
        }
    }
    for block in tree.blocks(inside) {
        let name = tree.text(block.kind);
        if matches!(name, "lifecycle" | "locals") {
            problems.push(wrong(name, tree.span(block.kind_range), "config/unknown-block"));
        }
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
            || tree.blocks_of(inside, name).next().is_some();
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

/// The problem that a name is unknown, with the known name that it may be meant for.
pub(super) fn hinted(problem: Diagnostic, name: &str, known: &[&str]) -> Diagnostic {
    match nearest(name, known.iter().copied()) {
        Some(near) => problem.help(format!("did you mean `{near}`?")),
        None => problem,
    }
}
