//! Whether an expression without a value has none whatever the inputs are: then Terraform refuses the configuration.
//!
//! What depends on input variables of the root module may be right with other values; what depends on resources, data sources, the
//! workspace or a file that is not there may be right where Terraform runs. Terraform's `validate` makes the same difference.

use rustc_hash::FxHashSet;

use super::module::ModuleInstance;
use crate::estate::configuration::declare::NamedDecl;
use crate::syntax::tree::{BodyId, ExprId, ExprKind, Tree};
use crate::text::{FileId, Range};

/// The most expressions that are looked into for one error.
const MAX_LOOKS: usize = 2048;

/// Whether the value of an expression depends only on what the configuration itself says.
pub(super) fn is_certain<'a>(module: &'a ModuleInstance<'a>, tree: &Tree, expr: ExprId) -> bool {
    let evaluation = module.evaluation;
    if module.described.is_some() || evaluation.request.planned.is_some() || evaluation.assumes() {
        return false;
    }
    let mut look = InputWalk { seen: FxHashSet::default() };
    look.is_fixed(module, tree, expr) && look.is_made(module, tree, tree.expr(expr).range)
}

/// Whether Terraform certainly evaluates the module, and nobody has planned it with success.
pub(super) fn is_evaluated(module: &ModuleInstance<'_>) -> bool {
    module.uncertain.is_none() && module.described.is_none() && module.evaluation.request.planned.is_none()
}

struct InputWalk {
    seen: FxHashSet<(usize, FileId, Range)>,
}

impl InputWalk {
    /// Whether the blocks around a place, and the module instance, are there whatever the inputs are.
    fn is_made<'a>(&mut self, module: &'a ModuleInstance<'a>, tree: &Tree, place: Range) -> bool {
        let mut body = tree.root();
        while let Some(inner) = tree
            .blocks(body)
            .iter()
            .find(|inner| inner.range.start <= place.start && place.end <= inner.range.end)
        {
            if !self.is_repeated_alike(module, tree, inner.body) {
                return false;
            }
            body = tree.body(inner.body);
        }
        let Some(caller) = &module.caller else { return true };
        let config = caller.module.config;
        let Some(call) = config.calls.get(caller.call) else { return false };
        let blocks = std::iter::once(&call.at).chain(&call.overrides);
        let headers = blocks.filter_map(|at| Some((config.tree(*at)?, at.block)));
        headers.into_iter().all(|(tree, block)| {
            let range = tree.body(block.body).range;
            self.is_made(caller.module, tree, range)
        })
    }

    /// Whether what repeats a block does not depend on the inputs.
    fn is_repeated_alike<'a>(&mut self, module: &'a ModuleInstance<'a>, tree: &Tree, body: BodyId) -> bool {
        ["count", "for_each"].into_iter().all(|name| {
            tree.attribute(tree.body(body), name)
                .is_none_or(|attribute| self.is_fixed(module, tree, attribute.value))
        })
    }

    fn is_fixed<'a>(&mut self, module: &'a ModuleInstance<'a>, tree: &Tree, expr: ExprId) -> bool {
        // Chains of operators and of local values are not held to a limit of nesting.
        stacker::maybe_grow(64 << 10, 1 << 20, || self.is_fixed_within(module, tree, expr))
    }

    fn is_fixed_within<'a>(&mut self, module: &'a ModuleInstance<'a>, tree: &Tree, expr: ExprId) -> bool {
        let own = tree.expr(expr);
        if !self.seen.insert((std::ptr::from_ref(module).addr(), tree.file, own.range)) {
            return true;
        }
        if self.seen.len() > MAX_LOOKS {
            return false;
        }
        if let Some((root, name)) = named(tree, expr) {
            return self.is_fixed_name(module, root, name);
        }
        if let ExprKind::Index { base, key } = own.kind
            && let Some((root, name)) = named(tree, base)
        {
            return self.is_fixed(module, tree, key) && self.is_fixed_name(module, root, name);
        }
        let mut is_fixed = true;
        tree.each_child(expr, &mut |child| is_fixed = is_fixed && self.is_fixed(module, tree, child));
        is_fixed
    }

    fn is_fixed_name<'a>(&mut self, module: &'a ModuleInstance<'a>, root: &str, name: &str) -> bool {
        let config = module.config;
        match root {
            "var" => {
                let Some(declared) = config.variable(name).and_then(|index| config.variables.get(index))
                else {
                    return false;
                };
                let Some(caller) = &module.caller else {
                    // What has no value is unknown, so it decides nothing.
                    return declared.attribute(config, "default").is_none()
                        && module.evaluation.request.given.get(name).is_none();
                };
                let outer = caller.module.config;
                let call = outer.calls.get(caller.call);
                match call.and_then(|call| call.attribute(outer, name)) {
                    Some((tree, attribute)) => self.is_fixed(caller.module, tree, attribute.value),
                    None => true,
                }
            }
            "local" => {
                let local = config.local(name).and_then(|index| config.locals.get(index));
                let tree = local.and_then(|local| config.trees.get(local.tree));
                local.zip(tree).is_some_and(|(local, tree)| self.is_fixed(module, tree, local.value))
            }
            "module" => {
                let Some(call) = config.call(name).and_then(|index| module.call(index)) else { return false };
                call.hole.is_none()
                    && call.instances.iter().all(|(_, child)| {
                        let value = |output: &'a NamedDecl| output.attribute(child.config, "value");
                        let mut values = child.config.outputs.iter().filter_map(value);
                        values.all(|(tree, attribute)| self.is_fixed(child, tree, attribute.value))
                    })
            }
            "path" => true,
            // What makes these stands around the place of the error, or in the same expression.
            "each" | "count" => true,
            _ => config.resources.iter().all(|resource| resource.type_ != root) && is_iterator(root),
        }
    }
}

/// Whether a name that is none of Terraform's may be given by a `for` expression or a `dynamic` block.
fn is_iterator(root: &str) -> bool {
    !matches!(root, "data" | "ephemeral" | "resource" | "terraform" | "tofu" | "self")
}

/// The root and the first name of a reference.
fn named(tree: &Tree, expr: ExprId) -> Option<(&str, &str)> {
    let ExprKind::Attribute { base, name } = tree.expr(expr).kind else { return None };
    let ExprKind::Variable(root) = tree.expr(base).kind else { return None };
    Some((tree.text(root), tree.text(name)))
}
