//! Addresses that `moved`, `import` and `removed` blocks name: whether they are written as addresses, and of what.

use super::WalkedModule;
use super::blocks::provider_name;
use crate::address::Mode;
use crate::diagnostic::Diagnostic;
use crate::estate::configuration::expand::Repeats;
use crate::syntax::tree::{Block, ExprId, ExprKind, Tree};

/// What an address names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum AddressedThing {
    Module,
    Resource(Mode),
}

/// An address, as far as its text tells.
struct WrittenAddress<'a> {
    named: AddressedThing,
    /// How many modules it goes through.
    modules: usize,
    /// Whether one of them has a key.
    has_module_key: bool,
    /// The type and the name of the resource, and its key.
    resource: Option<(&'a str, &'a str, Option<ExprId>)>,
}

/// A step of an address.
#[derive(Clone, Copy)]
enum AddressStep<'a> {
    Name(&'a str),
    Key(ExprId),
}

/// The steps of an address; `None` if something else than names and keys is in it, or a key that is not constant unless `is_open`.
fn steps(tree: &Tree, expr: ExprId, is_open: bool) -> Option<Vec<AddressStep<'_>>> {
    let mut steps = Vec::new();
    let mut at = expr;
    loop {
        match tree.expr(at).kind {
            ExprKind::Variable(name) => {
                steps.push(AddressStep::Name(tree.text(name)));
                steps.reverse();
                return Some(steps);
            }
            ExprKind::Attribute { base, name } => {
                steps.push(AddressStep::Name(tree.text(name)));
                at = base;
            }
            ExprKind::Index { base, key } => {
                let is_key = match tree.expr(key).kind {
                    ExprKind::String(_) => true,
                    ExprKind::Number(text) => tree.text(text).bytes().all(|digit| digit.is_ascii_digit()),
                    _ => is_open,
                };
                if !is_key {
                    return None;
                }
                steps.push(AddressStep::Key(key));
                at = base;
            }
            ExprKind::Wrapped(inner) => at = inner,
            _ => return None,
        }
    }
}

/// Why `var.x` is no address.
const NOTHING_ADDRESSED: &str = "only resources and modules have an address";

/// Reads an address; otherwise says why it is none.
fn read(tree: &Tree, expr: ExprId, is_open: bool) -> Result<WrittenAddress<'_>, &'static str> {
    const INCOMPLETE: &str = "an address is `module.name`, or the type and the name of a resource";
    let steps = steps(tree, expr, is_open).ok_or("an address has only names and constant keys")?;
    let mut rest = steps.as_slice();
    let mut address =
        WrittenAddress { named: AddressedThing::Module, modules: 0, has_module_key: false, resource: None };
    while let [AddressStep::Name("module"), AddressStep::Name(_), behind @ ..] = rest {
        address.modules += 1;
        rest = match behind {
            [AddressStep::Key(_), behind @ ..] => {
                address.has_module_key = true;
                behind
            }
            _ => behind,
        };
    }
    if rest.is_empty() && address.modules > 0 {
        return Ok(address);
    }
    let (mode, rest) = match rest {
        [AddressStep::Name("data"), rest @ ..] => (Mode::Data, rest),
        [AddressStep::Name("ephemeral"), rest @ ..] => (Mode::Ephemeral, rest),
        [AddressStep::Name("resource"), rest @ ..] => (Mode::Managed, rest),
        [AddressStep::Name("var" | "local" | "each" | "count" | "self" | "path" | "terraform"), ..] => {
            return Err(NOTHING_ADDRESSED);
        }
        rest => (Mode::Managed, rest),
    };
    address.named = AddressedThing::Resource(mode);
    address.resource = match rest {
        [AddressStep::Name(type_), AddressStep::Name(name)] => Some((type_, name, None)),
        [AddressStep::Name(type_), AddressStep::Name(name), AddressStep::Key(key)] => {
            Some((type_, name, Some(*key)))
        }
        [AddressStep::Name(_), AddressStep::Name(_), ..] => {
            return Err("an address ends with the name of a resource, or with its key");
        }
        _ => return Err(INCOMPLETE),
    };
    Ok(address)
}

/// An argument that is an address: where it stands, and what it says. In JSON syntax an address stands in quotes.
fn argument<'a>(
    tree: &'a Tree,
    block: &Block,
    name: &str,
    is_open: bool,
) -> Option<(ExprId, Result<WrittenAddress<'a>, &'static str>)> {
    let value = tree.attribute(tree.body(block.body), name)?.value;
    let is_read = match tree.expr(value).kind {
        ExprKind::Invalid => false,
        ExprKind::String(_) => !tree.is_json(),
        _ => true,
    };
    is_read.then(|| (value, read(tree, value, is_open)))
}

fn wrong(tree: &Tree, expr: ExprId, code: &'static str, message: String, help: &str) -> Diagnostic {
    Diagnostic::error(code, message).at(tree.span(tree.expr(expr).range), "not possible here").help(help)
}

/// What is wrong with the addresses of a `moved` block.
pub(super) fn of_moved(tree: &Tree, block: &Block) -> Vec<Diagnostic> {
    const CODE: &str = "config/moved";
    let mut problems = Vec::new();
    let mut named = Vec::new();
    for name in ["from", "to"] {
        match argument(tree, block, name, false) {
            Some((expr, Err(why))) => {
                problems.push(wrong(
                    tree,
                    expr,
                    CODE,
                    format!("`{name}` of a `moved` block is no address"),
                    why,
                ));
            }
            Some((_, Ok(address))) => named.push(address.named == AddressedThing::Module),
            None => {}
        }
    }
    if let [from, to] = named.as_slice()
        && from != to
    {
        problems.push(
            Diagnostic::error(
                CODE,
                "a `moved` block moves a module to a resource, or a resource to a module",
            )
            .at(tree.span(block.header), "this block")
            .help("move a resource to a resource, or a module to a module"),
        );
    }
    problems
}

/// What is wrong with the address of a `removed` block.
pub(super) fn of_removed(tree: &Tree, block: &Block) -> Option<Diagnostic> {
    let (expr, address) = argument(tree, block, "from", false)?;
    // Terraform takes any word for the type of a resource that is no longer declared.
    let address = match address {
        Err(NOTHING_ADDRESSED) => return None,
        address => address,
    };
    let (message, help) = match address {
        Err(why) => ("`from` of a `removed` block is no address", why),
        Ok(address) if address.has_module_key || matches!(address.resource, Some((_, _, Some(_)))) => (
            "a `removed` block names a single instance",
            "leave the key out: the block is about all instances of what is no longer declared",
        ),
        Ok(WrittenAddress { named: AddressedThing::Resource(Mode::Data | Mode::Ephemeral), .. }) => (
            "a `removed` block names something that is no managed resource",
            "only what Terraform manages can be removed from its state: remove the block",
        ),
        Ok(_) => return None,
    };
    Some(wrong(tree, expr, "config/removed", message.to_owned(), help))
}

/// What is wrong with an `import` block: where it stands, and the address that it names.
pub(super) fn of_import(unit: &WalkedModule<'_>, tree: &Tree, block: &Block) -> Vec<Diagnostic> {
    const CODE: &str = "config/import";
    let mut problems = Vec::new();
    if !unit.is_root {
        problems.push(
            Diagnostic::error(CODE, "an `import` block stands in a module that is called")
                .at(tree.span(block.header), "not in a root module")
                .help("move it to the root module, with the address `module.name.type.name`"),
        );
    }
    if let Some(id) = tree.attribute(tree.body(block.body), "id") {
        let what = match tree.expr(id.value).kind {
            ExprKind::Null => Some("null"),
            ExprKind::String(text) if tree.text(text).is_empty() => Some("empty"),
            ExprKind::Tuple(_) => Some("a list"),
            ExprKind::Object(_) => Some("an object"),
            _ => None,
        };
        if let Some(what) = what {
            let help = "write the id that the provider knows the object by";
            problems.push(wrong(
                tree,
                id.value,
                CODE,
                format!("the `id` of an `import` block is {what}"),
                help,
            ));
        }
    }
    let Some((expr, address)) = argument(tree, block, "to", true) else { return problems };
    match address {
        Err(why) => {
            problems.push(wrong(tree, expr, CODE, "`to` of an `import` block is no address".to_owned(), why));
        }
        Ok(WrittenAddress { named: AddressedThing::Module, .. }) => problems.push(wrong(
            tree,
            expr,
            CODE,
            "an `import` block names a module".to_owned(),
            "only resources of `resource` blocks can be imported: name one in the module",
        )),
        Ok(address) => problems.extend(imported(unit, tree, block, expr, &address)),
    }
    problems
}

/// What is wrong with the import of a resource of this module.
fn imported(
    unit: &WalkedModule<'_>,
    tree: &Tree,
    block: &Block,
    expr: ExprId,
    address: &WrittenAddress<'_>,
) -> Option<Diagnostic> {
    let (type_, name, key) = address.resource?;
    if address.modules > 0 || address.named != AddressedThing::Resource(Mode::Managed) {
        return None;
    }
    let index = unit.config.resource(Mode::Managed, type_, name)?;
    let declared = unit.config.resources.get(index)?;
    let kind = key.map(|key| tree.expr(key).kind);
    let (word, help) = match (unit.resources.get(index)?, kind) {
        (Repeats::No, Some(_)) => ("neither `count` nor `for_each`", "leave the key out"),
        (Repeats::Count, None | Some(ExprKind::String(_))) => ("`count`", "add a number, such as `[0]`"),
        (Repeats::ForEach, None | Some(ExprKind::Number(_))) => {
            ("`for_each`", "add a key, such as `[\"key\"]`")
        }
        _ => {
            let provider = tree.attribute(tree.body(block.body), "provider")?;
            provider_name(tree, provider.value)?;
            let message = "an `import` block names a provider although its resource is declared";
            let help = "remove `provider` here: the `resource` block says which one it is";
            return Some(wrong(tree, provider.value, "config/import", message.to_owned(), help));
        }
    };
    // OpenTofu switches resources with `enabled`, which leaves the address as it is.
    let message = format!("`{type_}.{name}` has {word}, and the import does not fit that");
    let problem = wrong(tree, expr, "config/import", message, help);
    Some(match unit.config.tree(declared.at) {
        Some(tree) => problem.label(tree.span(declared.at.block.header), "declared here"),
        None => problem,
    })
}
