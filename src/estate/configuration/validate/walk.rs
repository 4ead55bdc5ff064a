//! The walk over the expressions of a module: whether references are declared and in their place, and what they lead to.

use super::WalkedModule;
use super::built_in;
use super::cycles::Referent;
use super::steps::{StaticStep, attribute};
use crate::address::Mode;
use crate::diagnostic::Diagnostic;
use crate::estate::configuration::expand::Repeats;
use crate::estate::configuration::{UNKNOWN_PART, names, provider_functions};
use crate::eval::{EvalError, functions};
use crate::syntax::tree::{Call, ExprId, ExprKind, For, List, TemplatePart, Tree};
use crate::text::Range;

/// What may stand in an expression, by where it stands.
#[derive(Clone, Copy, Default)]
pub(super) struct Place {
    /// `count.index`
    pub(super) count: bool,
    /// `each.key` and `each.value`
    pub(super) each: bool,
    /// `self`
    pub(super) own: bool,
    /// The resource that the expression belongs to may be named in it.
    pub(super) may_name_own: bool,
    /// When it is evaluated, the resource that it belongs to is all that is left.
    pub(super) is_alone: bool,
}

/// Walks the expressions of one module.
pub(super) struct Walk<'a> {
    pub(super) units: &'a [WalkedModule<'a>],
    pub(super) unit: &'a WalkedModule<'a>,
    pub(super) tree: &'a Tree,
    pub(super) place: Place,
    /// Variables of `for` expressions and iterators of dynamic blocks, the innermost last.
    pub(super) names: Vec<&'a str>,
    /// Whether it depends on values whether the expression is evaluated.
    pub(super) is_lazy: bool,
    /// The resource that the expression belongs to.
    pub(super) resource: Option<usize>,
    /// The variable that the expression belongs to.
    pub(super) variable: Option<usize>,
    /// The header of the `check` block around it.
    pub(super) check: Option<Range>,
    /// How many references have been met.
    pub(super) mentioned: usize,
    /// What the expressions since the last look at it refer to.
    pub(super) targets: Vec<Referent>,
    pub(super) problems: Vec<Diagnostic>,
}

impl<'a> Walk<'a> {
    /// Whether all is known that the module declares.
    pub(super) fn is_whole(&self) -> bool {
        self.unit.config.incomplete.is_none()
    }

    fn wrong(&mut self, range: Range, error: &EvalError) {
        self.problems.push(names::problem(self.tree, range, error, false));
    }

    /// Something that is not declared, unless it may be declared in a file that could not be read.
    fn undeclared(&mut self, range: Range, error: impl FnOnce() -> Box<EvalError>) {
        if self.is_whole() {
            self.wrong(range, &error());
        }
    }

    /// Walks what may not be evaluated.
    fn lazily(&mut self, walk: impl FnOnce(&mut Self)) {
        let before = std::mem::replace(&mut self.is_lazy, true);
        walk(self);
        self.is_lazy = before;
    }

    pub(super) fn expr(&mut self, id: ExprId) {
        // Chains of operators are not held to the limit of nesting.
        stacker::maybe_grow(64 << 10, 1 << 20, || self.parts(id));
    }

    fn parts(&mut self, id: ExprId) {
        let expr = self.tree.expr(id);
        match expr.kind {
            ExprKind::Invalid
            | ExprKind::Null
            | ExprKind::Bool(_)
            | ExprKind::Number(_)
            | ExprKind::String(_)
            | ExprKind::SplatItem => {}
            ExprKind::Template(parts) => self.template(parts),
            ExprKind::Wrapped(inner) | ExprKind::Parens(inner) => self.expr(inner),
            ExprKind::Variable(_) | ExprKind::Attribute { .. } | ExprKind::Index { .. } => self.access(id),
            ExprKind::Splat { base, each, .. } => {
                self.expr(base);
                self.expr(each);
                self.splat(base, each);
            }
            ExprKind::Call(call) => self.call(self.tree.call(call), expr.range),
            ExprKind::Tuple(items) => self.all(self.tree.exprs(items)),
            ExprKind::Object(items) => {
                for item in self.tree.items(items) {
                    self.expr(item.key);
                    self.expr(item.value);
                }
            }
            ExprKind::For(id) => {
                if let Some(for_expr) = self.tree.for_expr(id) {
                    self.for_expression(for_expr);
                }
            }
            ExprKind::Conditional { condition, yes, no } => {
                self.expr(condition);
                self.lazily(|walk| {
                    walk.expr(yes);
                    walk.expr(no);
                });
            }
            ExprKind::Unary { operand, .. } => self.expr(operand),
            ExprKind::Binary { operator, left, right } => {
                use crate::syntax::tree::BinaryOperator::{And, Or};
                self.expr(left);
                match operator {
                    And | Or => self.lazily(|walk| walk.expr(right)),
                    _ => self.expr(right),
                }
            }
        }
    }

    fn all(&mut self, exprs: &[ExprId]) {
        for expr in exprs {
            self.expr(*expr);
        }
    }

    fn template(&mut self, parts: List<TemplatePart>) {
        for part in self.tree.parts(parts) {
            match *part {
                TemplatePart::Literal(_) => {}
                TemplatePart::Interpolation(inner) => self.expr(inner),
                TemplatePart::If { condition, yes, no } => {
                    self.expr(condition);
                    self.lazily(|walk| {
                        walk.template(yes);
                        walk.template(no);
                    });
                }
                TemplatePart::For(id) => {
                    if let Some(for_expr) = self.tree.for_expr(id) {
                        self.for_expression(for_expr);
                    }
                }
            }
        }
    }

    fn for_expression(&mut self, for_expr: &For) {
        self.expr(for_expr.collection);
        let outer = self.names.len();
        self.names.extend(for_expr.key_variable.map(|name| self.tree.text(name)));
        self.names.push(self.tree.text(for_expr.value_variable));
        // Terraform looks at the type of the condition before it knows any element.
        if let Some(condition) = for_expr.condition {
            self.expr(condition);
        }
        self.lazily(|walk| {
            if let Some(key) = for_expr.key {
                walk.expr(key);
            }
            walk.expr(for_expr.value);
        });
        self.names.truncate(outer);
    }

    fn call(&mut self, Call { name, arguments, expand }: Call, range: Range) {
        let name = self.tree.text(name);
        let arguments = self.tree.exprs(arguments);
        if !self.is_lazy
            && let Err(error) = functions::check_call(name, arguments.len(), expand)
        {
            self.wrong(range, &error);
        }
        if self.is_whole()
            && !self.is_lazy
            && name != UNKNOWN_PART
            && let Err(error) = provider_functions::check(self.unit.config, name)
        {
            self.wrong(range, &error);
        }
        match name.strip_prefix("core::").unwrap_or(name) {
            "try" | "can" => self.lazily(|walk| walk.all(arguments)),
            // The second argument is a type.
            "convert" => self.all(arguments.get(..1).unwrap_or_default()),
            _ => self.all(arguments),
        }
    }

    /// The expressions of an access from the root up, and the root.
    fn path(&self, id: ExprId) -> (Vec<ExprId>, ExprId) {
        let mut path = Vec::new();
        let mut at = id;
        loop {
            match self.tree.expr(at).kind {
                ExprKind::Attribute { base, .. } | ExprKind::Index { base, .. } => {
                    path.push(at);
                    at = base;
                }
                ExprKind::Parens(inner) if !path.is_empty() => at = inner,
                _ => break,
            }
        }
        path.reverse();
        (path, at)
    }

    /// `depends_on`: a list of references, which may also stand in quotes.
    pub(super) fn dependencies(&mut self, id: ExprId) {
        let list = self.tree.expr(id);
        let items = match list.kind {
            ExprKind::Tuple(items) => self.tree.exprs(items),
            ExprKind::Wrapped(inner) | ExprKind::Parens(inner) => return self.dependencies(inner),
            ExprKind::Invalid => return,
            _ => return self.wrong(list.range, &EvalError::wrong("`depends_on` takes a list of references")),
        };
        for item in items {
            let range = self.tree.expr(*item).range;
            if let ExprKind::String(text) = self.tree.expr(*item).kind {
                let mut names = self.tree.text(text).trim().split('.');
                let root = names.next().unwrap_or_default();
                let steps: Vec<StaticStep<'a>> = names.map(StaticStep::Attribute).collect();
                if !self.tree.text(text).contains('[') {
                    self.reference(root, &steps, range);
                }
                continue;
            }
            let (path, root) = self.path(*item);
            if !matches!(self.tree.expr(root).kind, ExprKind::Variable(_)) {
                self.wrong(
                    range,
                    &EvalError::wrong("`depends_on` takes only references: name a resource or a module"),
                );
                continue;
            }
            let is_computed = |step: &ExprId| match self.tree.expr(*step).kind {
                ExprKind::Index { key, .. } => {
                    !matches!(self.tree.expr(key).kind, ExprKind::String(_) | ExprKind::Number(_))
                }
                _ => false,
            };
            if path.iter().any(is_computed) {
                let message = "`depends_on` takes only constant keys: name the whole resource";
                self.wrong(range, &EvalError::wrong(message));
                continue;
            }
            let mut names = path.iter().filter(|step| matches!(self.step(**step), StaticStep::Attribute(_)));
            let is_long = match self.tree.expr(root).kind {
                ExprKind::Variable(name) => match self.tree.text(name) {
                    "var" | "local" | "module" => false,
                    "data" | "ephemeral" | "resource" => names.nth(2).is_some(),
                    _ => names.nth(1).is_some(),
                },
                _ => false,
            };
            if is_long {
                let message = "`depends_on` takes whole resources: remove everything after the name";
                self.wrong(range, &EvalError::wrong(message));
            } else {
                self.expr(*item);
            }
        }
    }

    fn access(&mut self, id: ExprId) {
        let (path, root) = self.path(id);
        for step in &path {
            if let ExprKind::Index { key, .. } = self.tree.expr(*step).kind {
                self.expr(key);
            }
        }
        match self.tree.expr(root).kind {
            ExprKind::Variable(name) => {
                let name = self.tree.text(name);
                if !self.names.contains(&name) {
                    let steps: Vec<StaticStep<'a>> = path.iter().map(|step| self.step(*step)).collect();
                    self.reference(name, &steps, self.tree.expr(id).range);
                }
            }
            ExprKind::SplatItem => {}
            _ => self.expr(root),
        }
    }

    fn step(&self, id: ExprId) -> StaticStep<'a> {
        let base = match self.tree.expr(id).kind {
            ExprKind::Attribute { base, .. } | ExprKind::Index { base, .. } => base,
            _ => return StaticStep::Computed,
        };
        // What stands behind a parenthesis is asked of a value.
        if matches!(self.tree.expr(base).kind, ExprKind::Parens(_)) {
            return StaticStep::Computed;
        }
        match self.tree.expr(id).kind {
            ExprKind::Attribute { name, .. } => StaticStep::Attribute(self.tree.text(name)),
            ExprKind::Index { key, .. } => match self.tree.expr(key).kind {
                ExprKind::String(_) | ExprKind::Number(_) => StaticStep::Key,
                _ => StaticStep::Computed,
            },
            _ => StaticStep::Computed,
        }
    }

    /// Checks a reference and remembers what it leads to.
    pub(super) fn reference(&mut self, root: &str, steps: &[StaticStep<'a>], range: Range) {
        self.mentioned += 1;
        let name = attribute(steps, 0);
        let config = self.unit.config;
        if self.place.is_alone && !matches!(root, "self" | "count" | "each" | "path" | "terraform" | "tofu") {
            let message = "a destroy-time provisioner may refer only to `self`, `count.index` and `each.key`";
            return self.wrong(range, &EvalError::wrong(message));
        }
        let outcome = match root {
            "var" => match name {
                None => Err(names::nameless(root)),
                // A file that a tool writes may declare it.
                Some(name) if config.unread_settings.is_some() && config.variable(name).is_none() => Ok(()),
                Some(name) => {
                    return self.declared(range, config.variable(name), Referent::Variable, || {
                        names::no_variable(config, name)
                    });
                }
            },
            "local" => match name {
                None => Err(names::nameless(root)),
                Some(name) => {
                    return self.declared(range, config.local(name), Referent::Local, || {
                        names::no_local(config, name)
                    });
                }
            },
            "module" => match name {
                None => Err(names::nameless(root)),
                Some(name) => return self.module(name, steps, range),
            },
            "data" => return self.resource(root, Mode::Data, steps, 1, range),
            "ephemeral" => return self.resource(root, Mode::Ephemeral, steps, 1, range),
            "resource" => return self.resource(root, Mode::Managed, steps, 1, range),
            // Of a later Terraform.
            "action" => Ok(()),
            "count" => names::count(name, self.place.count),
            "each" => names::each(name, self.place.each),
            "path" if matches!(name, Some("module" | "root" | "cwd")) => Ok(()),
            "path" => Err(names::no_path()),
            "terraform" | "tofu" if matches!(name, Some("workspace" | "applying")) => Ok(()),
            "terraform" | "tofu" => Err(names::no_fact_of_terraform()),
            "self" if self.place.own => Ok(()),
            "self" => Err(EvalError::wrong(
                "`self` is available only in `provisioner`, `connection` and `postcondition` blocks",
            )),
            _ => return self.resource(root, Mode::Managed, steps, 0, range),
        };
        if let Err(error) = outcome {
            self.wrong(range, &error);
        }
    }

    fn declared(
        &mut self,
        range: Range,
        index: Option<usize>,
        target: fn(usize) -> Referent,
        error: impl FnOnce() -> Box<EvalError>,
    ) {
        match index {
            Some(index) => self.targets.push(target(index)),
            None => self.undeclared(range, error),
        }
    }

    fn resource(&mut self, root: &str, mode: Mode, steps: &[StaticStep<'a>], start: usize, range: Range) {
        let type_ = if start == 0 { Some(root) } else { attribute(steps, start - 1) };
        let (Some(type_), Some(name)) = (type_, attribute(steps, start)) else {
            return self.wrong(range, &names::no_such_name(root));
        };
        let Some(index) = self.unit.config.resource(mode, type_, name) else {
            let config = self.unit.config;
            return self.undeclared(range, || names::no_resource(config, mode, type_, name));
        };
        if self.resource != Some(index) || !self.place.may_name_own {
            self.targets.push(Referent::Resource(index));
        }
        if let Some(check) = self.unit.scoped.get(&index)
            && self.check.map(|own| (self.tree.file, own)) != Some(*check)
        {
            let message = format!(
                "`data.{type_}.{name}` stands in a `check` block, and only its `assert` blocks may refer to it"
            );
            return self.wrong(range, &EvalError::wrong(message));
        }
        let address = || match mode {
            Mode::Managed => format!("{type_}.{name}"),
            Mode::Data | Mode::Ephemeral => format!("{root}.{type_}.{name}"),
        };
        let repeats = self.unit.resources.get(index).copied().unwrap_or(Repeats::No);
        match (steps.get(start + 1), repeats) {
            (Some(StaticStep::Attribute(_)), Repeats::Count | Repeats::ForEach) => {
                self.wrong(range, &names::keyless(&address(), repeats));
            }
            (Some(StaticStep::Key), Repeats::No) => {
                let address = address();
                let message = format!(
                    "`{address}` has neither `count` nor `for_each`, so there is no instance with a key: write `{address}`"
                );
                self.wrong(range, &EvalError::wrong(message));
            }
            _ => {}
        }
        let keys = usize::from(repeats != Repeats::No);
        let read =
            attribute(steps, start + 1 + keys).and_then(|read| built_in::no_attribute(mode, type_, read));
        if let Some(error) = read {
            self.wrong(range, &error);
        }
    }

    fn module(&mut self, name: &str, steps: &[StaticStep<'a>], range: Range) {
        let config = self.unit.config;
        let Some(call) = config.call(name) else {
            return self.undeclared(range, || names::no_call(config, name));
        };
        let repeats = self.unit.calls.get(call).copied().unwrap_or(Repeats::No);
        let Some(called) = self.called(call) else {
            return self.targets.push(Referent::Opened(call));
        };
        let behind_key = match (steps.get(1), repeats) {
            (None | Some(StaticStep::Computed), _) | (Some(StaticStep::Key), Repeats::No) => None,
            (Some(StaticStep::Attribute(_)), Repeats::Count) => {
                if !self.is_lazy {
                    self.wrong(range, &names::keyless_call(name));
                }
                None
            }
            (Some(StaticStep::Attribute(_)), Repeats::No) => attribute(steps, 1),
            (Some(StaticStep::Key | StaticStep::Attribute(_)), _) => attribute(steps, 2),
        };
        match behind_key {
            None => self.targets.push(Referent::Closed(call)),
            Some(output) => match called.config.output(output) {
                Some(output) => self.targets.push(Referent::Output(call, output)),
                None => self.no_output(called, output, range),
            },
        }
        if let (Some(StaticStep::Computed), Some(output)) = (steps.get(1), attribute(steps, 2))
            && repeats != Repeats::No
            && called.config.output(output).is_none()
        {
            self.no_output(called, output, range);
        }
    }

    fn called(&self, call: usize) -> Option<&'a WalkedModule<'a>> {
        self.units.get((*self.unit.called.get(call)?)?)
    }

    fn no_output(&mut self, called: &WalkedModule<'_>, name: &str, range: Range) {
        if !self.is_lazy && called.config.incomplete.is_none() {
            self.wrong(range, &names::no_output(called.config, name));
        }
    }

    /// `module.x[*].output`: what is taken of each instance.
    fn splat(&mut self, base: ExprId, each: ExprId) {
        let (path, root) = self.path(base);
        let ExprKind::Variable(root) = self.tree.expr(root).kind else { return };
        let [name] = path.as_slice() else { return };
        let StaticStep::Attribute(name) = self.step(*name) else { return };
        if self.tree.text(root) != "module" || self.names.contains(&"module") {
            return;
        }
        let Some(call) = self.unit.config.call(name) else { return };
        let is_map = self.unit.calls.get(call) == Some(&Repeats::ForEach);
        let (taken, _) = self.path(each);
        let first = taken.first().map(|step| self.step(*step));
        if let (Some(called), Some(StaticStep::Attribute(output)), false) = (self.called(call), first, is_map)
            && called.config.output(output).is_none()
        {
            self.no_output(called, output, self.tree.expr(each).range);
        }
    }
}
