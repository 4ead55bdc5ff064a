//! `provisioner` and `connection` blocks: what Terraform itself knows of them.

use super::argument_types::{ArgumentType, of_other_type};
use super::own_blocks::{hinted, labels};
use crate::diagnostic::{Diagnostic, nearest};
use crate::syntax::tree::{Attribute, Block, Body, ExprKind, Tree};
use crate::text::Span;

/// What may stand in every `provisioner` block.
const META: [&str; 2] = ["when", "on_failure"];

/// A provisioner that is part of Terraform.
struct BuiltIn {
    kind: &'static str,
    arguments: &'static [&'static str],
    needs: Option<&'static str>,
    /// Exactly one of these has to be set.
    one_of: &'static [&'static str],
}

const BUILT_IN: [BuiltIn; 3] = [
    BuiltIn {
        kind: "file",
        arguments: &["source", "content", "destination"],
        needs: Some("destination"),
        one_of: &["source", "content"],
    },
    BuiltIn {
        kind: "local-exec",
        arguments: &["command", "interpreter", "working_dir", "environment", "quiet"],
        needs: Some("command"),
        one_of: &[],
    },
    BuiltIn {
        kind: "remote-exec",
        arguments: &["inline", "script", "scripts"],
        needs: None,
        one_of: &["inline", "script", "scripts"],
    },
];

/// Arguments that are no texts, by their type.
const LISTS: [&str; 3] = ["interpreter", "inline", "scripts"];
const MAPS: [&str; 1] = ["environment"];
const SWITCHES: [&str; 5] = ["quiet", "agent", "https", "insecure", "use_ntlm"];
const NUMBERS: [&str; 3] = ["port", "bastion_port", "proxy_port"];

/// Provisioners that Terraform had once.
const REMOVED: [&str; 4] = ["chef", "habitat", "puppet", "salt-masterless"];

/// The arguments of a `connection` block, whatever its type.
const CONNECTION: [&str; 29] = [
    "type",
    "user",
    "password",
    "host",
    "port",
    "timeout",
    "script_path",
    "target_platform",
    "private_key",
    "certificate",
    "host_key",
    "agent",
    "agent_identity",
    "proxy_scheme",
    "proxy_host",
    "proxy_port",
    "proxy_user_name",
    "proxy_user_password",
    "bastion_host",
    "bastion_host_key",
    "bastion_port",
    "bastion_user",
    "bastion_password",
    "bastion_private_key",
    "bastion_certificate",
    "https",
    "insecure",
    "cacert",
    "use_ntlm",
];

/// What is wrong with the provisioners and connections in the block of a resource, or of one that is removed.
pub(super) fn problems(tree: &Tree, body: &Body, is_removed: bool) -> Vec<Diagnostic> {
    let mut problems = Vec::new();
    connections(tree, body, true, &mut problems);
    // One of the resource itself tells the rest to those of its provisioners.
    let is_told = tree.blocks_of(body, "connection").next().is_some();
    for block in tree.blocks_of(body, "provisioner") {
        provisioner(tree, block, is_removed, !is_told, &mut problems);
    }
    problems
}

fn connections(tree: &Tree, body: &Body, is_alone: bool, problems: &mut Vec<Diagnostic>) {
    let mut first: Option<Span> = None;
    for block in tree.blocks_of(body, "connection") {
        let place = tree.span(block.header);
        match first {
            Some(first) => problems.push(
                Diagnostic::error("config/duplicate", "there are two `connection` blocks")
                    .at(place, "second block")
                    .label(first, "first block"),
            ),
            None => first = Some(place),
        }
        labels(tree, block, 0, problems);
        let inside = tree.body(block.body);
        for attribute in tree.attributes(inside) {
            problems.extend(unknown(tree, attribute, "connection", &CONNECTION, &[]));
        }
        if is_alone && tree.attribute(inside, "host").is_none() {
            problems.push(lacking("connection", "host", place));
        }
    }
}

fn provisioner(tree: &Tree, block: &Block, is_removed: bool, is_alone: bool, problems: &mut Vec<Diagnostic>) {
    let place = tree.span(block.header);
    let inside = tree.body(block.body);
    let labels = tree.labels(block);
    let [label] = labels else {
        problems.push(
            Diagnostic::error("config/labels", "a `provisioner` block needs 1 label")
                .at(place, format!("this block has {}", labels.len()))
                .help("write `provisioner \"local-exec\" {`"),
        );
        return;
    };
    let kind = tree.text(label.text);
    problems.extend(unknown_kind(kind, place));
    let word = |name: &str| {
        let attribute = tree.attribute(inside, name)?;
        let word = match tree.expr(attribute.value).kind {
            ExprKind::Variable(word) | ExprKind::String(word) => Some(tree.text(word)),
            ExprKind::Invalid => return None,
            _ => None,
        };
        Some((attribute, word))
    };
    for (name, words) in [("when", ["create", "destroy"]), ("on_failure", ["continue", "fail"])] {
        if let Some((attribute, word)) = word(name)
            && word.is_none_or(|word| !words.contains(&word))
        {
            let [one, other] = words;
            problems.push(
                Diagnostic::error("config/constant", format!("`{name}` must be `{one}` or `{other}`"))
                    .at(tree.span(tree.expr(attribute.value).range), "another value")
                    .help("Terraform needs it before it evaluates anything: write one of the two words"),
            );
        }
    }
    if is_removed && word("when").is_none_or(|(_, word)| word == Some("create")) {
        problems.push(
            Diagnostic::error(
                "config/removed",
                "a provisioner of a `removed` block does not run on destruction",
            )
            .at(place, "runs on creation")
            .help("add `when = destroy`"),
        );
    }
    for inner in tree.blocks(inside) {
        let name = tree.text(inner.kind);
        if name == "lifecycle" || name != "connection" && BUILT_IN.iter().any(|own| own.kind == kind) {
            problems.push(
                Diagnostic::error(
                    "config/unknown-block",
                    format!("a `provisioner` block has no block `{name}`"),
                )
                .at(tree.span(inner.kind_range), "not a block type"),
            );
        }
    }
    connections(tree, inside, is_alone, problems);
    if let Some(own) = BUILT_IN.iter().find(|own| own.kind == kind) {
        for attribute in tree.attributes(inside) {
            // In JSON syntax this block looks like an argument.
            if tree.text(attribute.name) != "connection" {
                problems.extend(unknown(tree, attribute, kind, own.arguments, &META));
            }
        }
        if let Some(needed) = own.needs.filter(|needed| tree.attribute(inside, needed).is_none()) {
            problems.push(lacking(kind, needed, place));
        }
        problems.extend(not_one(tree, inside, own, place));
    }
}

/// A provisioner that is no part of Terraform.
fn unknown_kind(kind: &str, place: Span) -> Option<Diagnostic> {
    if BUILT_IN.iter().any(|own| own.kind == kind) {
        return None;
    }
    const CODE: &str = "config/unknown-block";
    if REMOVED.contains(&kind) {
        let problem = Diagnostic::error(CODE, format!("Terraform no longer has the provisioner `{kind}`"));
        return Some(
            problem
                .at(place, "removed from Terraform")
                .help("run the tool yourself, with `local-exec` or `remote-exec`"),
        );
    }
    let problem = Diagnostic::error(CODE, format!("Terraform has no provisioner `{kind}`"));
    let problem = problem.at(place, "not a provisioner");
    Some(match nearest(kind, BUILT_IN.map(|own| own.kind)) {
        Some(near) => problem.help(format!("did you mean `{near}`?")),
        None => problem.help("the provisioners are `file`, `local-exec` and `remote-exec`"),
    })
}

/// Arguments of which exactly one has to be set, if they are written so that Terraform can tell before it knows any value.
fn not_one(tree: &Tree, inside: &Body, own: &BuiltIn, place: Span) -> Option<Diagnostic> {
    let is_set = |name: &&&str| {
        tree.attribute(inside, name)
            .is_some_and(|found| !matches!(tree.expr(found.value).kind, ExprKind::Null))
    };
    let set: Vec<&str> = own.one_of.iter().filter(is_set).copied().collect();
    if own.one_of.is_empty() || set.len() == 1 {
        return None;
    }
    let names: Vec<String> = own.one_of.iter().map(|name| format!("`{name}`")).collect();
    let message = match set.as_slice() {
        [] => format!("the `{}` provisioner needs one of {}", own.kind, names.join(", ")),
        _ => format!("the `{}` provisioner takes only one of {}", own.kind, names.join(", ")),
    };
    let help = if set.is_empty() { "add one of them" } else { "remove all but one" };
    Some(Diagnostic::error("config/incomplete-block", message).at(place, "this block").help(help))
}

/// The type of an argument of a provisioner or connection.
fn type_of(name: &str) -> ArgumentType {
    match name {
        _ if LISTS.contains(&name) => ArgumentType::List,
        _ if MAPS.contains(&name) => ArgumentType::Map,
        _ if SWITCHES.contains(&name) => ArgumentType::Switch,
        _ if NUMBERS.contains(&name) => ArgumentType::Number,
        _ => ArgumentType::Text,
    }
}

pub(super) fn lacking(kind: &str, needed: &str, place: Span) -> Diagnostic {
    Diagnostic::error("config/incomplete-block", format!("the `{kind}` block lacks `{needed}`"))
        .at(place, "this block")
        .help(format!("add `{needed}`: Terraform requires it"))
}

fn unknown(
    tree: &Tree,
    attribute: &Attribute,
    kind: &str,
    known: &[&str],
    meta: &[&str],
) -> Option<Diagnostic> {
    let name = tree.text(attribute.name);
    if known.contains(&name) {
        return of_other_type(tree, attribute, type_of(name));
    }
    if meta.contains(&name) {
        return None;
    }
    let problem =
        Diagnostic::error("config/unknown-argument", format!("a `{kind}` block has no argument `{name}`"))
            .at(tree.span(attribute.name_range), "not an argument");
    Some(hinted(problem, name, known))
}
