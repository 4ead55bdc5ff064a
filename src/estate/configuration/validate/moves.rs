//! `moved`, `import` and `removed` blocks: whether they contradict each other or what the module declares.

use rustc_hash::{FxHashMap, FxHashSet};

use super::{WalkedModule, addresses};
use crate::address::Mode;
use crate::diagnostic::Diagnostic;
use crate::syntax::tree::{Block, ExprId, ExprKind, Tree};
use crate::text::Span;
use crate::value::Str;

/// What is wrong with the blocks of a module.
pub(super) fn problems(units: &[WalkedModule<'_>], unit: &WalkedModule<'_>) -> Vec<Diagnostic> {
    let config = unit.config;
    let mut problems = Vec::new();
    let mut moves: Vec<Move> = Vec::new();
    let mut imports: FxHashMap<String, Span> = FxHashMap::default();
    for tree in &config.trees {
        for block in tree.blocks(tree.root()) {
            match tree.text(block.kind) {
                "moved" => {
                    problems.extend(addresses::of_moved(tree, block));
                    moves.extend(moved(units, unit, tree, block));
                }
                "import" => {
                    problems.extend(addresses::of_import(unit, tree, block));
                    problems.extend(import(units, unit, tree, block, &mut imports));
                }
                "removed" => {
                    problems.extend(addresses::of_removed(tree, block));
                    problems.extend(removed(units, unit, tree, block));
                }
                _ => {}
            }
        }
    }
    problems.extend(contradictions(&moves));
    problems
}

/// An address as a block writes it.
struct Written<'a> {
    /// Its names, without a `resource.` at the start.
    names: Vec<&'a str>,
    /// As a text, with its keys; `None` if a key is computed.
    text: Option<String>,
    has_key: bool,
    span: Span,
}

fn written<'a>(tree: &'a Tree, block: &Block, argument: &str) -> Option<Written<'a>> {
    let attribute = tree.attribute(tree.body(block.body), argument)?;
    let span = tree.span(tree.expr(attribute.value).range);
    let mut names = Vec::new();
    let mut parts: Vec<Option<String>> = Vec::new();
    let mut has_key = false;
    let mut at: ExprId = attribute.value;
    loop {
        match tree.expr(at).kind {
            ExprKind::Variable(name) => {
                names.push(tree.text(name));
                parts.push(Some(tree.text(name).to_owned()));
                break;
            }
            ExprKind::Attribute { base, name } => {
                names.push(tree.text(name));
                parts.push(Some(format!(".{}", tree.text(name))));
                at = base;
            }
            ExprKind::Index { base, key } => {
                has_key = true;
                parts.push(match tree.expr(key).kind {
                    ExprKind::String(text) => Some(format!("[{:?}]", tree.text(text))),
                    ExprKind::Number(text) => Some(format!("[{}]", tree.text(text))),
                    _ => None,
                });
                at = base;
            }
            ExprKind::Wrapped(inner) => at = inner,
            _ => return None,
        }
    }
    names.reverse();
    parts.reverse();
    if names.first() == Some(&"resource") {
        names.remove(0);
    }
    let text = parts.into_iter().collect::<Option<String>>();
    let text = text.map(|text| text.strip_prefix("resource.").map(str::to_owned).unwrap_or(text));
    Some(Written { names, text, has_key, span })
}

/// Whether something of this name is declared, in the module or in one that it calls; `None` if that is not known.
fn is_declared(units: &[WalkedModule<'_>], unit: &WalkedModule<'_>, address: &Written<'_>) -> Option<bool> {
    let (mut unit, mut names) = (unit, address.names.as_slice());
    while let ["module", name, rest @ ..] = names {
        let Some(call) = unit.config.call(name) else {
            return unit.config.incomplete.is_none().then_some(false);
        };
        if rest.is_empty() {
            return Some(true);
        }
        unit = units.get(unit.called.get(call).copied().flatten()?)?;
        names = rest;
    }
    let (mode, type_, name) = match *names {
        ["data", type_, name] => (Mode::Data, type_, name),
        [type_, name] => (Mode::Managed, type_, name),
        _ => return None,
    };
    let is_there = unit.config.resource(mode, type_, name).is_some();
    (is_there || unit.config.incomplete.is_none()).then_some(is_there)
}

/// From where to where something has moved.
struct Move {
    from: String,
    to: String,
    span: Span,
    /// Whether the module still declares what has moved.
    is_still_there: bool,
}

/// What the blocks of a module say about the addresses of before.
#[derive(Debug)]
pub(in crate::estate::configuration) struct MoveUnit {
    /// The names of the calls, and the modules that they call.
    pub(in crate::estate::configuration) calls: Vec<(Str, usize)>,
    /// From where to where something has moved.
    pub(in crate::estate::configuration) moves: Vec<(String, String)>,
    /// What is no longer managed and stays in place.
    pub(in crate::estate::configuration) forgotten: Vec<String>,
}

/// Takes the blocks of a module.
pub(super) fn of_unit(unit: &WalkedModule<'_>) -> MoveUnit {
    let calls = unit.config.calls.iter().zip(&unit.called);
    let calls = calls.filter_map(|(call, called)| Some((call.name.clone(), (*called)?)));
    let mut taken = MoveUnit { calls: calls.collect(), moves: Vec::new(), forgotten: Vec::new() };
    for tree in &unit.config.trees {
        for block in tree.blocks(tree.root()) {
            let text = |argument: &str| written(tree, block, argument).and_then(|written| written.text);
            match tree.text(block.kind) {
                "moved" => taken.moves.extend(text("from").zip(text("to"))),
                "removed" if !destroys(tree, block) => taken.forgotten.extend(text("from")),
                _ => {}
            }
        }
    }
    taken
}

/// Whether a `removed` block lets Terraform destroy what is no longer declared.
fn destroys(tree: &Tree, block: &Block) -> bool {
    let lifecycle = tree.blocks_of(tree.body(block.body), "lifecycle").next();
    let destroy = lifecycle.and_then(|lifecycle| tree.attribute(tree.body(lifecycle.body), "destroy"));
    destroy.is_none_or(|destroy| !matches!(tree.expr(destroy.value).kind, ExprKind::Bool(false)))
}

fn moved(units: &[WalkedModule<'_>], unit: &WalkedModule<'_>, tree: &Tree, block: &Block) -> Option<Move> {
    let (from, to) = (written(tree, block, "from")?, written(tree, block, "to")?);
    Some(Move {
        span: tree.span(block.header),
        is_still_there: !from.has_key
            && from.names != to.names
            && is_declared(units, unit, &from) == Some(true),
        from: from.text?,
        to: to.text?,
    })
}

fn contradictions(moves: &[Move]) -> Vec<Diagnostic> {
    let wrong = |one: &Move, what: String, help: &str| {
        Diagnostic::error("config/moved", what).at(one.span, "this block").help(help)
    };
    let mut problems = Vec::new();
    let mut next: FxHashMap<&str, &Move> = FxHashMap::default();
    let mut sources: FxHashMap<&str, &Move> = FxHashMap::default();
    for one in moves {
        if one.from == one.to {
            problems.push(wrong(one, format!("`{}` moves to its own address", one.from), "remove the block"));
            continue;
        }
        if one.is_still_there {
            problems.push(wrong(
                one,
                format!("`{}` moves to `{}` but is still declared", one.from, one.to),
                "Terraform rejects this: remove the declaration or the `moved` block",
            ));
        }
        match next.get(one.from.as_str()) {
            Some(first) if first.to != one.to => problems.push(
                wrong(
                    one,
                    format!("`{}` moves to `{}` and to `{}`", one.from, first.to, one.to),
                    "an object can move to only one address",
                )
                .label(first.span, "moves it to another address"),
            ),
            _ => {
                next.insert(&one.from, one);
            }
        }
        match sources.get(one.to.as_str()) {
            Some(first) if first.from != one.from => problems.push(
                wrong(
                    one,
                    format!("`{}` and `{}` both move to `{}`", first.from, one.from, one.to),
                    "only one object can move to an address",
                )
                .label(first.span, "moves another object there"),
            ),
            _ => {
                sources.insert(&one.to, one);
            }
        }
    }
    problems.extend(circles(moves, &next).into_iter().map(|circle| {
        let names: Vec<String> = circle.iter().take(10).map(|one| format!("`{}`", one.from)).collect();
        let mut all = circle.iter();
        let problem = Diagnostic::error("config/moved", format!("{} move in a cycle", names.join(", ")))
            .help("Terraform cannot tell their final addresses: remove one of the blocks");
        let problem = match all.next() {
            Some(first) => problem.at(first.span, "this block"),
            None => problem,
        };
        all.take(10).fold(problem, |problem, one| problem.label(one.span, "this block"))
    }));
    problems
}

/// Moves that lead back to where they began. Each address moves to one other.
fn circles<'a>(moves: &'a [Move], next: &FxHashMap<&str, &'a Move>) -> Vec<Vec<&'a Move>> {
    let mut done: FxHashSet<&str> = FxHashSet::default();
    let mut circles = Vec::new();
    for start in moves {
        let mut way: Vec<&Move> = Vec::new();
        let mut on_way: FxHashMap<&str, usize> = FxHashMap::default();
        let mut at = start.from.as_str();
        while let Some(one) = next.get(at) {
            if let Some(begin) = on_way.get(at) {
                let circle: Vec<&Move> = way.iter().skip(*begin).copied().collect();
                if circle.len() > 1 {
                    circles.push(circle);
                }
                break;
            }
            if !done.insert(at) {
                break;
            }
            on_way.insert(at, way.len());
            way.push(one);
            at = &one.to;
        }
    }
    circles
}

fn import(
    units: &[WalkedModule<'_>],
    unit: &WalkedModule<'_>,
    tree: &Tree,
    block: &Block,
    imports: &mut FxHashMap<String, Span>,
) -> Vec<Diagnostic> {
    let Some(to) = written(tree, block, "to") else { return Vec::new() };
    let mut problems = Vec::new();
    if let Some(text) = &to.text {
        match imports.get(text) {
            Some(first) => problems.push(
                Diagnostic::error("config/import", format!("`{text}` is imported twice"))
                    .at(tree.span(block.header), "imported again here")
                    .label(*first, "first imported here"),
            ),
            None => {
                imports.insert(text.clone(), tree.span(block.header));
            }
        }
    }
    if to.names.contains(&"data") {
        problems.push(
            Diagnostic::error("config/import", format!("`{}` is not a managed resource", to.names.join(".")))
                .at(to.span, "cannot be imported")
                .help("only resources of `resource` blocks can be imported"),
        );
    } else if is_declared(units, unit, &to) == Some(false) {
        problems.push(imports_nothing(&to));
    }
    problems
}

fn imports_nothing(to: &Written<'_>) -> Diagnostic {
    let what = format!("`{}` is imported but not declared", to.names.join("."));
    Diagnostic::error("config/import", what)
        .at(to.span, "not declared")
        .help("declare the resource; `terraform plan -generate-config-out=generated.tf` can generate it")
}

fn removed(
    units: &[WalkedModule<'_>],
    unit: &WalkedModule<'_>,
    tree: &Tree,
    block: &Block,
) -> Option<Diagnostic> {
    let from = written(tree, block, "from")?;
    if from.has_key || is_declared(units, unit, &from) != Some(true) {
        return None;
    }
    let what = format!("`{}` has a `removed` block but is still declared", from.names.join("."));
    Some(
        Diagnostic::error("config/removed", what)
            .at(from.span, "still declared")
            .help("Terraform rejects this: remove the declaration or the `removed` block"),
    )
}
