//! The walk over the blocks of a module: which expressions stand where, and whose they are.

use super::cycles::{Referent, Uses};
use super::lifecycle;
use super::own_blocks;
use super::walk::{Place, Walk};
use super::{WalkedModule, repetition, used_providers};
use crate::address::ModuleSource;
use crate::diagnostic::Diagnostic;
use crate::estate::configuration::body::named_iterator;
use crate::estate::configuration::declare::{BlockRef, NamedDecl, ResourceDecl, string};
use crate::estate::configuration::expand::Repeats;
use crate::syntax::tree::{Attribute, Block, Body, ExprId, ExprKind, Tree};

/// Walks all blocks of a module; gives what is wrong, and what each declaration refers to.
pub(super) fn walk<'a>(units: &'a [WalkedModule<'a>], unit: &'a WalkedModule<'a>) -> (Vec<Diagnostic>, Uses) {
    let mut uses = Uses::default();
    let Some(first) = unit.config.trees.first() else { return (Vec::new(), uses) };
    let mut walk = Walk {
        units,
        unit,
        tree: first,
        place: Place::default(),
        names: Vec::new(),
        is_lazy: false,
        resource: None,
        variable: None,
        check: None,
        mentioned: 0,
        targets: Vec::new(),
        problems: Vec::new(),
    };
    let config = unit.config;
    for variable in &config.variables {
        walk.variable = config.variable(&variable.name);
        uses.variables.push(walk.blocks_of(variable, Walk::variable));
    }
    for local in &config.locals {
        if let Some(tree) = config.trees.get(local.tree) {
            walk.tree = tree;
            walk.expr(local.value);
        }
        uses.locals.push(walk.taken());
    }
    for output in &config.outputs {
        uses.outputs.push(walk.blocks_of(output, Walk::output));
    }
    for (index, (resource, repeats)) in config.resources.iter().zip(&unit.resources).enumerate() {
        walk.resource = Some(index);
        uses.resources.push(walk.declared_resource(resource, *repeats));
        walk.resource = None;
    }
    for provider in &config.providers {
        let key = (provider.name.clone(), alias_of(config, provider));
        let is_used = used_providers::is_used(units, unit, &key);
        uses.providers.push(walk.blocks_of(provider, if is_used { Walk::provider } else { Walk::alias }));
    }
    for (call, repeats) in config.calls.iter().zip(&unit.calls) {
        walk.module_call(call, *repeats, &mut uses);
    }
    for (index, tree) in config.trees.iter().enumerate() {
        walk.tree = tree;
        for block in tree.blocks(tree.root()) {
            walk.other(block);
            // Those of override files change what is declared elsewhere, be it in a module around.
            if index >= config.first_override
                && tree.text(block.kind) == "provider"
                && let Some(name) = tree.labels(block).first()
                && used_providers::is_used(units, unit, &(tree.text(name.text).into(), alias_in(tree, block)))
            {
                walk.provider(tree.body(block.body));
            }
        }
    }
    if walk.is_whole() {
        for (index, tree) in config.trees.iter().enumerate() {
            walk.problems.extend(own_blocks::problems(tree, index >= config.first_override));
        }
    }
    (walk.problems, uses)
}

impl<'a> Walk<'a> {
    fn taken(&mut self) -> Vec<Referent> {
        let mut targets = std::mem::take(&mut self.targets);
        targets.sort_unstable();
        targets.dedup();
        targets
    }

    fn blocks_of(&mut self, declared: &'a NamedDecl, each: fn(&mut Self, &'a Body)) -> Vec<Referent> {
        for at in std::iter::once(&declared.at).chain(&declared.overrides) {
            if let Some(body) = self.enter(*at) {
                each(self, body);
            }
        }
        self.taken()
    }

    /// Looks at the tree of a block from now on; gives its body.
    fn enter(&mut self, at: BlockRef) -> Option<&'a Body> {
        let tree: &'a Tree = self.unit.config.tree(at)?;
        self.tree = tree;
        Some(tree.body(at.block.body))
    }

    fn within(&mut self, place: Place, walk: impl FnOnce(&mut Self)) {
        let before = std::mem::replace(&mut self.place, place);
        walk(self);
        self.place = before;
    }

    fn value(&mut self, body: &Body, name: &str) {
        if let Some(attribute) = self.tree.attribute(body, name) {
            self.expr(attribute.value);
        }
    }

    fn variable(&mut self, body: &'a Body) {
        self.constants(body, &["default", "description", "sensitive", "nullable", "ephemeral"]);
        self.null_default(body);
        self.conditions(body, "validation");
    }

    /// A default that the variable itself does not allow.
    fn null_default(&mut self, body: &Body) {
        let kind = |name: &str| {
            let attribute = self.tree.attribute(body, name)?;
            Some((attribute, self.tree.expr(attribute.value).kind))
        };
        if let (Some((default, ExprKind::Null)), Some((_, ExprKind::Bool(false)))) =
            (kind("default"), kind("nullable"))
        {
            let place = self.tree.span(self.tree.attribute_range(default));
            let message = "a variable with `nullable = false` cannot have the default null";
            let problem = Diagnostic::error("config/variable-default", message).at(place, "this default");
            self.problems.push(problem.help("leave `default` out: then a value must be given"));
        }
    }

    /// Arguments of a body that Terraform reads before it evaluates anything.
    fn constants(&mut self, body: &Body, names: &[&str]) {
        for attribute in names.iter().filter_map(|name| self.tree.attribute(body, name)) {
            self.constant(attribute);
        }
    }

    /// What Terraform reads before it evaluates anything.
    fn constant(&mut self, attribute: &Attribute) {
        let Some((id, what)) = not_constant(self.tree, attribute.value) else {
            self.problems.extend(lifecycle::not_of_type(self.tree, attribute));
            return;
        };
        let name = self.tree.text(attribute.name);
        let problem =
            Diagnostic::error("config/constant", format!("`{name}` must be a constant, but this {what}"))
                .at(self.tree.span(self.tree.expr(id).range), "not a constant")
                .help("Terraform needs it before it evaluates anything: write a literal value");
        self.problems.push(problem);
    }

    fn output(&mut self, body: &'a Body) {
        self.constants(body, &["description", "sensitive", "ephemeral"]);
        self.value(body, "value");
        self.depends_on(body);
        self.conditions(body, "precondition");
    }

    fn alias(&mut self, body: &'a Body) {
        self.constants(body, &["alias"]);
    }

    fn provider(&mut self, body: &'a Body) {
        // OpenTofu repeats providers.
        let each = self.tree.attribute(body, "for_each").is_some();
        self.alias(body);
        self.within(Place { each, ..Place::default() }, |walk| {
            for attribute in walk.tree.attributes(body) {
                if !matches!(walk.tree.text(attribute.name), "alias" | "version") {
                    walk.expr(attribute.value);
                }
            }
            walk.provider_blocks(body);
        });
    }

    fn depends_on(&mut self, body: &Body) {
        if let Some(attribute) = self.tree.attribute(body, "depends_on") {
            self.dependencies(attribute.value);
        }
    }

    fn declared_resource(&mut self, declared: &'a ResourceDecl, repeats: Repeats) -> Vec<Referent> {
        let config = self.unit.config;
        for at in std::iter::once(&declared.at).chain(&declared.overrides) {
            let Some(body) = self.enter(*at) else { continue };
            self.resource_body(body, repeats);
        }
        let provider = match declared.attribute(config, "provider") {
            Some((tree, attribute)) => provider_name(tree, attribute.value),
            None => Some((declared.type_.split('_').next().unwrap_or_default(), None)),
        };
        if let Some((name, alias)) = provider {
            let at = self.unit.providers.get(&(name.into(), alias.map(Into::into))).copied();
            self.targets.extend(at.map(Referent::Provider));
        }
        self.taken()
    }

    fn resource_body(&mut self, body: &'a Body, repeats: Repeats) {
        for attribute in self.tree.attributes(body) {
            match self.tree.text(attribute.name) {
                name @ ("count" | "for_each") => {
                    self.expr(attribute.value);
                    self.repeated(name, attribute);
                }
                "depends_on" | "provider" => {}
                _ => self.within(inside(repeats), |walk| walk.expr(attribute.value)),
            }
        }
        let inside = inside(repeats);
        let naming = Place { may_name_own: true, ..inside };
        self.within(naming, |walk| walk.depends_on(body));
        for block in self.tree.blocks(body) {
            let inner = self.tree.body(block.body);
            match self.tree.text(block.kind) {
                "lifecycle" => self.within(naming, |walk| walk.lifecycle(inner)),
                "provisioner" => self.within(Place { own: true, ..naming }, |walk| walk.provisioner(inner)),
                "connection" => self.within(Place { own: true, ..naming }, |walk| walk.everything(inner)),
                _ => self.within(inside, |walk| walk.provider_block(block)),
            }
        }
    }

    fn lifecycle(&mut self, body: &'a Body) {
        for name in ["replace_triggered_by", "enabled"] {
            self.value(body, name);
        }
        self.constants(body, &["create_before_destroy", "prevent_destroy"]);
        self.problems.extend(lifecycle::problems(self.tree, body));
        // A condition speaks of the resource as `self`, and only behind it.
        let before = Place { may_name_own: false, ..self.place };
        self.within(before, |walk| walk.conditions(body, "precondition"));
        self.within(Place { own: true, ..before }, |walk| walk.conditions(body, "postcondition"));
    }

    fn provisioner(&mut self, body: &'a Body) {
        let when = self.tree.attribute(body, "when").map(|when| self.tree.expr(when.value).kind);
        let is_alone = match when {
            Some(ExprKind::Variable(word) | ExprKind::String(word)) => self.tree.text(word) == "destroy",
            _ => false,
        };
        self.within(Place { is_alone, ..self.place }, |walk| walk.provisioner_body(body));
    }

    fn provisioner_body(&mut self, body: &'a Body) {
        for attribute in self.tree.attributes(body) {
            if !matches!(self.tree.text(attribute.name), "when" | "on_failure") {
                self.expr(attribute.value);
            }
        }
        for block in self.tree.blocks(body) {
            self.everything(self.tree.body(block.body));
        }
    }

    /// Every attribute, at any depth.
    fn everything(&mut self, body: &'a Body) {
        for attribute in self.tree.attributes(body) {
            self.expr(attribute.value);
        }
        self.provider_blocks(body);
    }

    pub(super) fn provider_blocks(&mut self, body: &'a Body) {
        for block in self.tree.blocks(body) {
            self.provider_block(block);
        }
    }

    /// A block of which the provider knows what it means.
    fn provider_block(&mut self, block: &Block) {
        let body = self.tree.body(block.body);
        if self.tree.text(block.kind) != "dynamic" {
            return stacker::maybe_grow(64 << 10, 1 << 20, || self.everything(body));
        }
        self.problems.extend(own_blocks::of_dynamic(self.tree, body));
        self.value(body, "for_each");
        let iterator = named_iterator(self.tree, body);
        let label = self.tree.labels(block).first().map(|label| self.tree.text(label.text));
        let outer = self.names.len();
        self.names.extend(iterator.or(label));
        self.value(body, "labels");
        let before = std::mem::replace(&mut self.is_lazy, true);
        for content in self.tree.blocks(body) {
            let content = self.tree.body(content.body);
            stacker::maybe_grow(64 << 10, 1 << 20, || self.everything(content));
        }
        self.is_lazy = before;
        self.names.truncate(outer);
    }

    fn module_call(&mut self, call: &'a NamedDecl, repeats: Repeats, uses: &mut Uses) {
        let mut arguments = Vec::new();
        let mut opened = Vec::new();
        for at in std::iter::once(&call.at).chain(&call.overrides) {
            let Some(body) = self.enter(*at) else { continue };
            for attribute in self.tree.attributes(body) {
                match self.tree.text(attribute.name) {
                    "version" => self.version(body, attribute),
                    "source" | "providers" | "depends_on" => {}
                    name @ ("count" | "for_each") => {
                        self.expr(attribute.value);
                        self.repeated(name, attribute);
                        opened.append(&mut self.taken());
                    }
                    name => {
                        self.within(inside(repeats), |walk| walk.expr(attribute.value));
                        arguments.push((name.into(), self.taken()));
                    }
                }
            }
            self.depends_on(body);
            for block in self.tree.blocks(body) {
                if self.tree.text(block.kind) == "lifecycle" {
                    self.value(self.tree.body(block.body), "enabled");
                }
            }
            opened.append(&mut self.taken());
        }
        uses.arguments.push(arguments);
        uses.opened.push(opened);
    }

    /// Only a registry knows versions.
    fn version(&mut self, body: &Body, version: &Attribute) {
        let Some(source) = self.tree.attribute(body, "source").and_then(|own| string(self.tree, own.value))
        else {
            return;
        };
        if ModuleSource::of(&source) != ModuleSource::Registry {
            let place = self.tree.span(self.tree.attribute_range(version));
            let message = "`version` is for modules of a registry only";
            let problem =
                Diagnostic::error("config/module-version", message).at(place, "not for this source");
            self.problems.push(problem.help("leave it out; a Git source has its version in `?ref=`"));
        }
    }

    fn repeated(&mut self, name: &str, attribute: &Attribute) {
        self.problems.extend(repetition::problem(self.tree, name == "count", attribute));
    }

    /// Blocks that declare nothing that a reference could lead to.
    fn other(&mut self, block: &'a Block) {
        let body = self.tree.body(block.body);
        match self.tree.text(block.kind) {
            "check" => {
                self.check = Some(block.header);
                self.conditions(body, "assert");
                self.check = None;
            }
            "import" => {
                self.value(body, "for_each");
                let each = self.tree.attribute(body, "for_each").is_some();
                self.within(Place { each, ..Place::default() }, |walk| {
                    walk.value(body, "id");
                    walk.value(body, "identity");
                    walk.keys(body, "to");
                });
            }
            "removed" => self.within(Place { own: true, ..inside(Repeats::ForEach) }, |walk| {
                for inner in walk.tree.blocks(body) {
                    match walk.tree.text(inner.kind) {
                        "lifecycle" => walk.constants(walk.tree.body(inner.body), &["destroy"]),
                        "provisioner" => walk.provisioner(walk.tree.body(inner.body)),
                        "connection" => walk.everything(walk.tree.body(inner.body)),
                        _ => {}
                    }
                }
            }),
            _ => {}
        }
        self.targets.clear();
    }

    /// The keys of an address.
    fn keys(&mut self, body: &Body, name: &str) {
        let Some(attribute) = self.tree.attribute(body, name) else { return };
        let mut at = attribute.value;
        loop {
            match self.tree.expr(at).kind {
                ExprKind::Index { base, key } => {
                    self.expr(key);
                    at = base;
                }
                ExprKind::Attribute { base, .. } => at = base,
                ExprKind::Wrapped(inner) => at = inner,
                _ => return,
            }
        }
    }
}

/// What may stand inside a block that is repeated like this.
fn inside(repeats: Repeats) -> Place {
    Place { count: repeats == Repeats::Count, each: repeats == Repeats::ForEach, ..Place::default() }
}

/// The first part of an expression that is no constant, and what it does.
pub(super) fn not_constant(tree: &Tree, expr: ExprId) -> Option<(ExprId, &'static str)> {
    let mut open = vec![expr];
    while let Some(at) = open.pop() {
        match tree.expr(at).kind {
            ExprKind::Variable(_) => return Some((at, "refers to something")),
            ExprKind::Call(_) => return Some((at, "calls a function")),
            ExprKind::Wrapped(inner) | ExprKind::Parens(inner) => open.push(inner),
            ExprKind::Attribute { base, .. } => open.push(base),
            ExprKind::Index { base, key } => open.extend([key, base]),
            ExprKind::Tuple(items) => open.extend(tree.exprs(items).iter().rev()),
            ExprKind::Object(items) => {
                open.extend(tree.items(items).iter().rev().flat_map(|item| [item.value, item.key]));
            }
            ExprKind::Unary { operand, .. } => open.push(operand),
            ExprKind::Binary { left, right, .. } => open.extend([right, left]),
            ExprKind::Conditional { condition, yes, no } => open.extend([no, yes, condition]),
            _ => {}
        }
    }
    None
}

/// Local name and alias of a provider configuration: `name.alias`.
pub(super) fn provider_name(tree: &Tree, expr: ExprId) -> Option<(&str, Option<&str>)> {
    match tree.expr(expr).kind {
        ExprKind::Variable(name) => Some((tree.text(name), None)),
        ExprKind::Attribute { base, name } => {
            let (base, _) = provider_name(tree, base)?;
            Some((base, Some(tree.text(name))))
        }
        ExprKind::String(text) => match tree.text(text).split_once('.') {
            Some((name, alias)) => Some((name, Some(alias))),
            None => Some((tree.text(text), None)),
        },
        ExprKind::Wrapped(inner) | ExprKind::Parens(inner) => provider_name(tree, inner),
        _ => None,
    }
}

/// The alias that this `provider` block itself sets.
pub(super) fn alias_in(tree: &Tree, block: &Block) -> Option<crate::value::Str> {
    string(tree, tree.attribute(tree.body(block.body), "alias")?.value)
}

/// The alias of a declared provider configuration.
pub(super) fn alias_of(
    config: &crate::estate::configuration::declare::ModuleConfig,
    declared: &NamedDecl,
) -> Option<crate::value::Str> {
    let (tree, attribute) = declared.attribute(config, "alias")?;
    string(tree, attribute.value)
}
