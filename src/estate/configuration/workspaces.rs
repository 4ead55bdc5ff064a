//! Workspaces that configuration names: where `terraform.workspace` chooses among the keys of a map, these keys are the workspaces that
//! there are.
//!
//! Found in the text, before anything is evaluated: `local.sizes[terraform.workspace]`, `lookup(var.sizes, terraform.workspace, …)`,
//! `terraform.workspace == "prod"`, `contains(["prod"], terraform.workspace)`; also through local values and arguments of modules, and
//! behind `trimprefix`. A `cloud` block that names a workspace leaves no other.

use std::cell::Cell;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::declare::{ModuleConfig, string};
use super::downloads::{ModuleLookup, WantedModule};
use super::project::Project;
use crate::estate::variables::ValuesFile;
use crate::syntax::tree::{BinaryOperator, Call, ExprId, ExprKind, Tree};
use crate::text::Range;
use crate::value::Str;

/// The workspace that is always there, whether or not anybody uses it.
const DEFAULT: &str = "default";
/// How many modules are nested in each other, and local values refer to each other, before nothing more is looked for.
const MAX_DEPTH: usize = 24;
/// How many expressions are followed in one module.
const MAX_FOLLOWED: u32 = 100_000;

/// The workspaces that a root module names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NamedWorkspaces {
    /// Those that are known, sorted; `default`, which is always there, is left out.
    pub names: Vec<Str>,
    /// Whether there may be others in which the root module works.
    pub may_be_others: bool,
}

/// The workspaces that a root module and the modules that it calls name. `values` are files of values that hold in all of them.
#[must_use]
pub fn named(project: &Project, root: &Path, values: &[ValuesFile]) -> NamedWorkspaces {
    let Some(config) = project.module(root) else { return NamedWorkspaces::default() };
    let mut given = FxHashMap::default();
    for tree in values.iter().filter_map(|file| file.tree.as_ref()) {
        for own in tree.attributes(tree.root()) {
            given.insert(tree.text(own.name).into(), (tree, own.value));
        }
    }
    let mut search = WorkspaceSearch {
        project,
        home: &config.dir,
        named: BTreeSet::new(),
        allowed: None,
        seen: FxHashSet::default(),
    };
    search.look(&WorkspaceScope::new(config, given, None), "");
    let WorkspaceSearch { mut named, mut allowed, .. } = search;
    if let Some(only) = of_cloud(config) {
        // Terraform refuses to run in any other.
        named = BTreeSet::from([only.clone()]);
        allowed = Some(named.clone());
    }
    if let Some(allowed) = &allowed {
        named.retain(|name| allowed.contains(name));
    }
    let has_default = named.remove(DEFAULT);
    let is_name = |name: &Str| !name.is_empty() && !name.contains(|c: char| c.is_whitespace() || c == '/');
    let names: Vec<Str> = named.into_iter().filter(is_name).collect();
    NamedWorkspaces { may_be_others: has_default || allowed.is_none(), names }
}

/// The workspace that a `cloud` block names.
fn of_cloud(config: &ModuleConfig) -> Option<Str> {
    let (kind, _) = config.backend.as_ref()?;
    let (tree, body) = config.backend_body.as_ref().filter(|_| kind == "cloud")?;
    let body = tree.body(*body);
    let mut blocks = tree.blocks_of(body, "workspaces");
    let name = tree.attribute(tree.body(blocks.next()?.body), "name")?;
    string(tree, name.value)
}

/// A module, and what gives its variables their values.
struct WorkspaceScope<'a> {
    config: &'a ModuleConfig,
    given: FxHashMap<Str, (&'a Arc<Tree>, ExprId)>,
    caller: Option<&'a WorkspaceScope<'a>>,
    depth: usize,
    /// How many expressions may still be followed.
    left: Cell<u32>,
}

/// An expression, and the module in which it stands.
#[derive(Clone, Copy)]
struct WrittenExpr<'a> {
    scope: &'a WorkspaceScope<'a>,
    tree: &'a Arc<Tree>,
    expr: ExprId,
}

struct WorkspaceSearch<'p> {
    project: &'p Project,
    /// The directory of the root module.
    home: &'p Path,
    named: BTreeSet<Str>,
    /// The keys that every map has which has no value for other workspaces.
    allowed: Option<BTreeSet<Str>>,
    /// Modules with the variables that are given the workspace.
    seen: FxHashSet<(PathBuf, Vec<Str>)>,
}

impl WorkspaceSearch<'_> {
    fn look(&mut self, scope: &WorkspaceScope<'_>, key: &str) {
        let mut given: Vec<Str> = scope
            .given
            .keys()
            .filter(|name| scope.variable(name).is_some_and(|value| value.prefix(0).is_some()))
            .cloned()
            .collect();
        given.sort();
        if scope.depth > MAX_DEPTH || !self.seen.insert((scope.config.dir.clone(), given)) {
            return;
        }
        for tree in &scope.config.trees {
            self.look_in(scope, tree);
        }
        for call in &scope.config.calls {
            let config = scope.config;
            let text =
                |name: &str| call.attribute(config, name).and_then(|(tree, own)| string(tree, own.value));
            let Some(source) = text("source") else { continue };
            let version = text("version");
            let key = if key.is_empty() { call.name.to_string() } else { format!("{key}.{}", call.name) };
            let wanted = WantedModule { source: &source, version: version.as_deref() };
            let ModuleLookup::At(dir) = self.project.resolve(self.home, &key, &config.dir, wanted) else {
                continue;
            };
            let Some(called) = self.project.module(&dir) else { continue };
            let argument = |name: &Str| {
                let (tree, own) = call.attribute(config, name)?;
                Some((name.clone(), (tree, own.value)))
            };
            let given = called.variables.iter().filter_map(|variable| argument(&variable.name)).collect();
            self.look(&WorkspaceScope::new(called, given, Some(scope)), &key);
        }
    }

    /// Looks at every expression of a file.
    fn look_in(&mut self, scope: &WorkspaceScope<'_>, tree: &Arc<Tree>) {
        let is_call = |call: &Call, names: &[&str]| names.contains(&tree.text(call.name));
        // What fails in these has another value.
        let forgiven: Vec<_> = tree
            .expressions()
            .filter(|expr| matches!(expr.kind, ExprKind::Call(call) if is_call(&tree.call(call), &["try", "can"])))
            .map(|expr| expr.range)
            .collect();
        let written = |expr: ExprId| WrittenExpr { scope, tree, expr };
        for expr in tree.expressions() {
            match expr.kind {
                ExprKind::Index { base, key } => {
                    let is_in =
                        |outer: &Range| outer.start <= expr.range.start && expr.range.end <= outer.end;
                    self.chosen(written(base), written(key), || !forgiven.iter().any(is_in));
                }
                ExprKind::Call(call) => {
                    let call = tree.call(call);
                    match tree.exprs(call.arguments) {
                        [base, key, rest @ ..] if is_call(&call, &["lookup"]) => {
                            self.chosen(written(*base), written(*key), || rest.is_empty());
                        }
                        [list, item] if is_call(&call, &["contains"]) => {
                            if let Some(prefix) = written(*item).prefix(0) {
                                self.name(&prefix, written(*list).texts(0));
                            }
                        }
                        _ => {}
                    }
                }
                ExprKind::Binary {
                    operator: BinaryOperator::Equal | BinaryOperator::NotEqual,
                    left,
                    right,
                } => {
                    for (one, other) in [(left, right), (right, left)] {
                        if let (Some(prefix), Some(text)) = (written(one).prefix(0), string(tree, other)) {
                            self.name(&prefix, vec![text]);
                        }
                    }
                }
                _ => {}
            }
        }
    }

    /// Notes the keys of a map from which a workspace chooses. `is_strict`: there is no other value for other workspaces.
    fn chosen(&mut self, base: WrittenExpr<'_>, key: WrittenExpr<'_>, is_strict: impl Fn() -> bool) {
        let Some(prefix) = key.prefix(0) else { return };
        let Some(keys) = base.keys(0) else { return };
        if is_strict() {
            let keys: BTreeSet<Str> = keys.iter().map(|key| with_prefix(&prefix, key)).collect();
            self.allowed = Some(match self.allowed.take() {
                Some(allowed) => allowed.intersection(&keys).cloned().collect(),
                None => keys,
            });
        }
        self.name(&prefix, keys);
    }

    fn name(&mut self, prefix: &str, keys: Vec<Str>) {
        self.named.extend(keys.iter().map(|key| with_prefix(prefix, key)));
    }
}

fn with_prefix(prefix: &str, key: &str) -> Str {
    format!("{prefix}{key}").as_str().into()
}

impl<'a> WorkspaceScope<'a> {
    fn new(
        config: &'a ModuleConfig,
        given: FxHashMap<Str, (&'a Arc<Tree>, ExprId)>,
        caller: Option<&'a WorkspaceScope<'a>>,
    ) -> Self {
        let depth = caller.map_or(0, |caller| caller.depth + 1);
        Self { config, given, caller, depth, left: Cell::new(MAX_FOLLOWED) }
    }

    /// Whether one more expression is followed.
    fn follows(&self, depth: usize) -> bool {
        let left = self.left.get();
        self.left.set(left.saturating_sub(1));
        left > 0 && depth <= MAX_DEPTH
    }

    /// What a variable is given: by its caller, by a file of values, or by its default.
    fn variable(&'a self, name: &str) -> Option<WrittenExpr<'a>> {
        if let Some((tree, expr)) = self.given.get(name) {
            // What a file of values says is constant: it can be read in any scope.
            return Some(WrittenExpr { scope: self.caller.unwrap_or(self), tree, expr: *expr });
        }
        let declared = self.config.variables.get(self.config.variable(name)?)?;
        let (tree, own) = declared.attribute(self.config, "default")?;
        Some(WrittenExpr { scope: self, tree, expr: own.value })
    }

    fn local(&'a self, name: &str) -> Option<WrittenExpr<'a>> {
        let local = self.config.locals.get(self.config.local(name)?)?;
        Some(WrittenExpr { scope: self, tree: self.config.trees.get(local.tree)?, expr: local.value })
    }
}

impl WrittenExpr<'_> {
    fn at(self, expr: ExprId) -> Self {
        Self { expr, ..self }
    }

    /// What a local value or a variable stands for.
    fn named(self) -> Option<Self> {
        let ExprKind::Attribute { base, name } = self.tree.expr(self.expr).kind else { return None };
        let ExprKind::Variable(top) = self.tree.expr(base).kind else { return None };
        let name = self.tree.text(name);
        match self.tree.text(top) {
            "local" => self.scope.local(name),
            "var" => self.scope.variable(name),
            _ => None,
        }
    }

    /// If this is the workspace, or what is left of it without a prefix: that prefix.
    fn prefix(self, depth: usize) -> Option<String> {
        if !self.scope.follows(depth) {
            return None;
        }
        match self.tree.expr(self.expr).kind {
            ExprKind::Attribute { base, name } => {
                let is_workspace = matches!(self.tree.expr(base).kind, ExprKind::Variable(top)
                    if ["terraform", "tofu"].contains(&self.tree.text(top)))
                    && self.tree.text(name) == "workspace";
                if is_workspace { Some(String::new()) } else { self.named()?.prefix(depth + 1) }
            }
            ExprKind::Wrapped(inner) | ExprKind::Parens(inner) => self.at(inner).prefix(depth + 1),
            // `terraform.workspace == "default" ? "dev" : terraform.workspace`
            ExprKind::Conditional { yes, no, .. } => {
                let is_constant = |expr| string(self.tree, expr).is_some();
                match (self.at(yes).prefix(depth + 1), self.at(no).prefix(depth + 1)) {
                    (Some(prefix), None) if is_constant(no) => Some(prefix),
                    (None, Some(prefix)) if is_constant(yes) => Some(prefix),
                    _ => None,
                }
            }
            ExprKind::Call(call) => {
                let call = self.tree.call(call);
                match (self.tree.text(call.name), self.tree.exprs(call.arguments)) {
                    ("trimprefix", [text, prefix]) => {
                        let outer = self.at(*text).prefix(depth + 1)?;
                        Some(outer + &string(self.tree, *prefix)?)
                    }
                    ("lower" | "trimspace" | "tostring", [text]) => self.at(*text).prefix(depth + 1),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// The keys of a map, if they are written out.
    fn keys(self, depth: usize) -> Option<Vec<Str>> {
        let found = self.map(depth)?;
        match found.tree.expr(found.expr).kind {
            ExprKind::Object(items) => {
                found.tree.items(items).iter().map(|item| string(found.tree, item.key)).collect()
            }
            ExprKind::Call(call) => {
                let parts = found.tree.exprs(found.tree.call(call).arguments).iter();
                let parts: Option<Vec<_>> = parts.map(|part| found.at(*part).keys(depth + 1)).collect();
                Some(parts?.into_iter().flatten().collect())
            }
            _ => None,
        }
    }

    /// The map that is written where this expression refers to: an object, or a call of `merge`.
    fn map(self, depth: usize) -> Option<Self> {
        if !self.scope.follows(depth) {
            return None;
        }
        match self.tree.expr(self.expr).kind {
            ExprKind::Object(_) => Some(self),
            ExprKind::Wrapped(inner) | ExprKind::Parens(inner) => self.at(inner).map(depth + 1),
            ExprKind::Call(call) => {
                let call = self.tree.call(call);
                match (self.tree.text(call.name), self.tree.exprs(call.arguments)) {
                    ("merge", _) if !call.expand => Some(self),
                    ("tomap", [inner]) => self.at(*inner).map(depth + 1),
                    _ => None,
                }
            }
            ExprKind::Attribute { base, name } => {
                if let Some(named) = self.named() {
                    return named.map(depth + 1);
                }
                let outer = self.at(base).map(depth + 1)?;
                let ExprKind::Object(items) = outer.tree.expr(outer.expr).kind else { return None };
                let wanted = self.tree.text(name);
                let is_it = |key| string(outer.tree, key).is_some_and(|key| key == wanted);
                let item = outer.tree.items(items).iter().rev().find(|item| is_it(item.key))?;
                outer.at(item.value).map(depth + 1)
            }
            _ => None,
        }
    }

    /// The texts of a list, or the keys of a map in `keys(…)`.
    fn texts(self, depth: usize) -> Vec<Str> {
        if !self.scope.follows(depth) {
            return Vec::new();
        }
        match self.tree.expr(self.expr).kind {
            ExprKind::Tuple(items) => {
                self.tree.exprs(items).iter().filter_map(|item| string(self.tree, *item)).collect()
            }
            ExprKind::Call(call) => {
                let call = self.tree.call(call);
                match (self.tree.text(call.name), self.tree.exprs(call.arguments)) {
                    ("keys", [map]) => self.at(*map).keys(depth + 1).unwrap_or_default(),
                    ("toset" | "tolist", [list]) => self.at(*list).texts(depth + 1),
                    _ => Vec::new(),
                }
            }
            _ => self.named().map(|named| named.texts(depth + 1)).unwrap_or_default(),
        }
    }
}
