//! Backends: whether Terraform has one of that name, and whether it knows its arguments. The table is data, in `rules/`.

use super::argument_types::{ArgumentType, of_other_type};
use super::own_blocks::hinted;
use crate::diagnostic::{Diagnostic, nearest};
use crate::syntax::tree::{Block, ExprId, ExprKind, Tree};
use crate::text::Span;

const TABLE: &str = include_str!("../../../../rules/backends.tsv");

/// Backends that Terraform had once: a rule tells of them.
const REMOVED: [&str; 7] = ["artifactory", "atlas", "azure", "etcd", "etcdv3", "manta", "swift"];

/// A row of the table: a backend, its arguments and its blocks.
struct KnownBackend {
    name: &'static str,
    arguments: Vec<(&'static str, ArgumentType)>,
    blocks: Vec<&'static str>,
}

fn known() -> impl Iterator<Item = KnownBackend> {
    let rows = TABLE.lines().filter(|line| !line.starts_with('#'));
    rows.map(|line| {
        let mut cells = line.split('\t');
        let name = cells.next().unwrap_or_default();
        let mut words = || cells.next().unwrap_or_default().split_whitespace();
        KnownBackend { name, arguments: words().map(argument).collect(), blocks: words().collect() }
    })
}

/// An argument of the table: `name` or `name:type`.
fn argument(word: &'static str) -> (&'static str, ArgumentType) {
    let (name, type_) = word.split_once(':').unwrap_or((word, ""));
    let type_ = match type_ {
        "" => ArgumentType::Text,
        "bool" => ArgumentType::Switch,
        "number" => ArgumentType::Number,
        "list" => ArgumentType::List,
        "map" => ArgumentType::Map,
        _ => ArgumentType::Any,
    };
    (name, type_)
}

/// What is wrong with the `backend` blocks of a file.
pub(super) fn problems(tree: &Tree) -> Vec<Diagnostic> {
    let settings = tree.blocks_of(tree.root(), "terraform");
    let backends = settings.flat_map(|block| tree.blocks_of(tree.body(block.body), "backend"));
    backends.flat_map(|backend| of(tree, backend)).collect()
}

fn of(tree: &Tree, block: &Block) -> Vec<Diagnostic> {
    let [label] = tree.labels(block) else { return Vec::new() };
    let name = tree.text(label.text);
    let Some(backend) = known().find(|known| known.name == name) else {
        return unknown(name, tree.span(block.header)).into_iter().collect();
    };
    let body = tree.body(block.body);
    let names: Vec<&str> = backend.arguments.iter().map(|(name, _)| *name).collect();
    let mut problems = Vec::new();
    for attribute in tree.attributes(body) {
        let argument = tree.text(attribute.name);
        let known = backend.arguments.iter().find(|(name, _)| *name == argument);
        // In JSON syntax blocks look like arguments.
        if known.is_some() || tree.is_json() && backend.blocks.contains(&argument) {
            problems.extend(known.and_then(|(_, type_)| of_other_type(tree, attribute, *type_)));
            problems.extend(not_early(tree, attribute.value));
            continue;
        }
        let message = format!("the backend `{name}` has no argument `{argument}`");
        let problem = Diagnostic::error("config/unknown-argument", message)
            .at(tree.span(attribute.name_range), "not an argument");
        problems.push(hinted(problem, argument, &names));
    }
    for inner in tree.blocks(body) {
        let kind = tree.text(inner.kind);
        if backend.blocks.contains(&kind) {
            continue;
        }
        let message = format!("the backend `{name}` has no block `{kind}`");
        let problem = Diagnostic::error("config/unknown-block", message)
            .at(tree.span(inner.kind_range), "not a block type");
        problems.push(if names.contains(&kind) {
            problem.help(format!("write it as an argument: `{kind} = {{ … }}`"))
        } else {
            hinted(problem, kind, &backend.blocks)
        });
    }
    problems
}

/// A backend that Terraform does not have.
pub(super) fn unknown(name: &str, place: Span) -> Option<Diagnostic> {
    let names: Vec<&str> = known().map(|known| known.name).collect();
    if names.contains(&name) || REMOVED.contains(&name) {
        return None;
    }
    let message = format!("Terraform has no backend `{name}`");
    let problem = Diagnostic::error("config/unknown-block", message).at(place, "not a backend");
    Some(match nearest(name, names.iter().copied()) {
        Some(near) => problem.help(format!("did you mean `{near}`?")),
        None => problem.help(format!("the backends are {}", names.join(", "))),
    })
}

/// A reference to something that is not there before the state is read. OpenTofu takes variables and local values.
fn not_early(tree: &Tree, expr: ExprId) -> Option<Diagnostic> {
    let mut open = vec![expr];
    while let Some(at) = open.pop() {
        match tree.expr(at).kind {
            ExprKind::Variable(root)
                if !matches!(tree.text(root), "var" | "local" | "path" | "terraform" | "tofu") =>
            {
                let place = tree.span(tree.expr(at).range);
                let message = "a `backend` block refers to something that its state has to tell";
                let problem = Diagnostic::error("config/constant", message).at(place, "not known here");
                return Some(problem.help("write a literal value, or give it with `-backend-config`"));
            }
            // Names of its own may stand in it.
            ExprKind::For(_) => {}
            _ => tree.each_child(at, &mut |child| open.push(child)),
        }
    }
    None
}
