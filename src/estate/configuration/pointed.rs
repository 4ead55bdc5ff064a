//! Tells the value of what somebody points at: of an attribute, a variable, a local value or any expression, in every instance of the
//! block around it.

use std::sync::Arc;

use super::module::ModuleInstance;
use super::references::ModuleScope;
use super::{Evaluation, Repetition};
use crate::address::InstanceKey;
use crate::estate::asked::{PointedPlace, PointedValue};
use crate::estate::configuration::declare::ResourceDecl;
use crate::estate::declaration::{DecidedBy, Scopes};
use crate::estate::{Mode, Symbol, SymbolKind};
use crate::eval::interpreter;
use crate::syntax::tree::{Attribute, Block, BodyId, ExprId, ExprKind, Tree};
use crate::text::{Range, Span};
use crate::value::{AbsentKey, Cause, CauseKind, Kind, Step, Str, Value};

/// The most values that are told.
const MAX_VALUES: usize = 200;

/// Names are not longer than this many bytes: an expression that is has the name of its attribute.
const MAX_NAME: usize = 80;

/// The values of what stands at a place. `modules` are the instances of the module that the file belongs to, each with its index in
/// `scopes`.
pub(super) fn values<'a>(
    evaluation: &'a Evaluation<'a>,
    place: PointedPlace,
    modules: &[(&'a ModuleInstance<'a>, usize)],
    scopes: &Scopes,
) -> Vec<PointedValue> {
    let mut found = Vec::new();
    for (module, scope) in modules {
        let Some(tree) = module.config.trees.iter().find(|tree| tree.file == place.file) else {
            given_value(evaluation, place, module, *scope, scopes, &mut found);
            continue;
        };
        let pointer = Pointer { module, scope: *scope, scopes, tree, offset: place.offset };
        pointer.block(&mut found);
        if found.len() >= MAX_VALUES {
            found.truncate(MAX_VALUES);
            break;
        }
    }
    found
}

/// The value of a variable that a line of a values file gives, as the root module sees it.
fn given_value<'a>(
    evaluation: &'a Evaluation<'a>,
    place: PointedPlace,
    module: &'a ModuleInstance<'a>,
    scope: usize,
    scopes: &Scopes,
    found: &mut Vec<PointedValue>,
) {
    for (index, declared) in module.config.variables.iter().enumerate() {
        let Some((tree, attribute, _)) = evaluation.request.given.place(&declared.name) else { continue };
        let range = tree.attribute_range(attribute);
        if tree.file == place.file && holds(range, place.offset) && module.caller.is_none() {
            let decided = scopes.way_of_variable(scope, &declared.name);
            let name = ecow::eco_format!("var.{}", declared.name);
            let value = module.variable(index);
            found.extend(value.map(|value| PointedValue {
                name,
                span: tree.span(range),
                within: Str::new(),
                assumable: assumable(evaluation, &value),
                rest: rest(evaluation, &value),
                value,
                decided,
            }));
        }
    }
}

/// What is pointed at, in one module instance.
struct Pointer<'a, 's> {
    module: &'a ModuleInstance<'a>,
    scope: usize,
    scopes: &'s Scopes,
    tree: &'a Arc<Tree>,
    offset: u32,
}

/// How often what is pointed at exists, and what repeats it.
struct Instances<'a> {
    all: Vec<(Str, Arc<Repetition>)>,
    for_each: Option<(&'a Tree, ExprId)>,
    /// The values of the resource's nested blocks, of each instance.
    resource: Option<&'a ResourceDecl>,
}

impl<'a> Pointer<'a, '_> {
    fn block(&self, found: &mut Vec<PointedValue>) {
        let tree = self.tree;
        let config = self.module.config;
        let Some(block) = tree.blocks(tree.root()).iter().find(|block| holds(block.range, self.offset))
        else {
            return;
        };
        let label = tree.labels(block).first().map(|label| tree.text(label.text)).unwrap_or_default();
        match tree.text(block.kind) {
            "variable" => {
                let value = config.variable(label).and_then(|index| self.module.variable(index));
                let decided = self.scopes.way_of_variable(self.scope, label);
                let name = ecow::eco_format!("var.{label}");
                found.extend(value.map(|value| self.told(name, block.header, &self.own(), value, decided)));
            }
            "locals" => {
                let Some((attribute, _)) = self.attribute(block) else { return };
                self.expressions(&attribute, &self.single(), found);
            }
            "resource" | "data" | "ephemeral" => {
                let Some(resource) = self.resource(block.body) else { return };
                let Some((attribute, dynamic)) = self.attribute(block) else { return };
                match dynamic {
                    Some(kind) => self.dynamic(&attribute, kind, &resource, found),
                    None => self.expressions(&attribute, &resource, found),
                }
            }
            "module" => {
                let Some((attribute, _)) = self.attribute(block) else { return };
                self.expressions(&attribute, &self.call(label), found);
            }
            _ => {
                let Some((attribute, _)) = self.attribute(block) else { return };
                self.expressions(&attribute, &self.single(), found);
            }
        }
    }

    /// The address of the module instance.
    fn own(&self) -> Str {
        self.module.address.text().clone()
    }

    fn single(&self) -> Instances<'a> {
        let all = vec![(self.own(), Arc::new(Repetition::SINGLE))];
        Instances { all, for_each: None, resource: None }
    }

    /// The instances of the resource that a block declares, or overrides.
    fn resource(&self, body: BodyId) -> Option<Instances<'a>> {
        let config = self.module.config;
        let is_own = |declared: &ResourceDecl| {
            declared.bodies(config).any(|(tree, own)| own == body && tree.file == self.tree.file)
        };
        let index = config.resources.iter().position(is_own)?;
        let declared = config.resources.get(index)?;
        let instances = &self.module.resource(index)?.instances;
        let all = instances
            .iter()
            .map(|instance| (instance.address.text().clone(), instance.repetition.clone()))
            .collect();
        let for_each = declared.attribute(config, "for_each");
        let for_each = for_each.map(|(tree, attribute)| (&**tree, attribute.value));
        Some(Instances { all, for_each, resource: Some(declared) })
    }

    /// The instances of a module call.
    fn call(&self, name: &str) -> Instances<'a> {
        let config = self.module.config;
        let Some(index) = config.call(name) else { return self.single() };
        let Some(call) = self.module.call(index) else { return self.single() };
        let address = |key: &InstanceKey| self.module.address.child(name, key).text().clone();
        let loaded = call.instances.iter().filter_map(|(key, instance)| {
            let repetition = instance.caller.as_ref()?.repetition.clone();
            Some((address(key), repetition))
        });
        // A module that is described has instances as well.
        let holes = call.hole.iter().filter(|_| call.instances.is_empty()).flat_map(|hole| &hole.repetitions);
        let holes = holes.map(|repetition| (address(&repetition.key), repetition.clone()));
        let for_each = config.calls.get(index).and_then(|call| call.attribute(config, "for_each"));
        Instances {
            all: loaded.chain(holes).collect(),
            for_each: for_each.map(|(tree, attribute)| (&**tree, attribute.value)),
            resource: None,
        }
    }

    /// The attribute of a block or of those nested in it, and the innermost type of block that a `dynamic` block around it makes.
    fn attribute(&self, block: &'a Block) -> Option<(Attribute, Option<&'a str>)> {
        let tree: &'a Tree = self.tree;
        let (mut body, mut dynamic) = (tree.body(block.body), None);
        loop {
            let attributes = tree.attributes(body).iter();
            let mut here = attributes.filter(|own| holds(tree.attribute_range(own), self.offset));
            if let Some(attribute) = here.next() {
                return Some((*attribute, dynamic));
            }
            let inner = tree.blocks(body).iter().find(|inner| holds(inner.range, self.offset))?;
            if tree.text(inner.kind) == "dynamic" {
                dynamic = tree.labels(inner).first().map(|label| tree.text(label.text));
            }
            body = tree.body(inner.body);
        }
    }

    /// The expressions that may be meant, the likeliest first: what is pointed at, and then all of the attribute.
    fn candidates(&self, attribute: &Attribute) -> Vec<ExprId> {
        let tree = self.tree;
        let whole = tree.expr(attribute.value).range;
        if holds(attribute.name_range, self.offset) {
            return vec![attribute.value];
        }
        let is_within = |range: Range| whole.start <= range.start && range.end <= whole.end;
        let mut found: Vec<ExprId> = tree.enclosing(self.offset);
        found.retain(|expr| is_within(tree.expr(*expr).range));
        // A literal says what it is: all of the attribute is meant.
        let is_literal = |expr: &ExprId| {
            matches!(
                tree.expr(*expr).kind,
                ExprKind::Invalid
                    | ExprKind::Null
                    | ExprKind::Bool(_)
                    | ExprKind::Number(_)
                    | ExprKind::String(_)
            )
        };
        if found.first().is_some_and(is_literal) {
            found.clear();
        }
        found.push(attribute.value);
        found
    }

    /// The value of what is pointed at in an attribute, in every instance.
    fn expressions(&self, attribute: &Attribute, instances: &Instances<'a>, found: &mut Vec<PointedValue>) {
        let tree = self.tree;
        let candidates = self.candidates(attribute);
        for (within, repetition) in instances.all.iter().take(MAX_VALUES) {
            let scope = ModuleScope { module: self.module, repetition };
            let evaluated = candidates
                .iter()
                .find_map(|expr| Some((*expr, interpreter::evaluate(tree, *expr, &scope).ok()?)));
            let Some((expr, value)) = evaluated else { continue };
            let decided = self.scopes.way(self.scope, tree, expr, &repetition.key, instances.for_each);
            let (name, range) = self.name(attribute, expr);
            found.push(self.told(name, range, within, value, decided));
        }
    }

    /// The values that an attribute has in the blocks that a `dynamic` block makes. Outside of these its own names mean nothing.
    fn dynamic(
        &self,
        attribute: &Attribute,
        kind: &str,
        instances: &Instances<'a>,
        found: &mut Vec<PointedValue>,
    ) {
        let before = found.len();
        self.expressions(attribute, instances, found);
        if found.len() > before {
            return;
        }
        let config = self.module.config;
        let name = self.tree.text(attribute.name);
        let declared = instances.resource.and_then(|own| config.resource(own.mode, &own.type_, &own.name));
        let Some(expansion) = declared.and_then(|index| self.module.resource(index)) else { return };
        for instance in expansion.instances.iter().take(MAX_VALUES) {
            let Some(entries) = instance.entries() else { continue };
            let Some(blocks) = entries.get(kind) else { continue };
            let value = match blocks.as_sequence() {
                Some(blocks) => {
                    let of = |block: &Value| block.as_entries().and_then(|block| block.get(name).cloned());
                    Value::tuple(blocks.items.iter().filter_map(of).collect())
                }
                None => blocks.clone(),
            };
            let range = self.tree.attribute_range(attribute);
            found.push(self.told(name.into(), range, instance.address.text(), value, Vec::new()));
        }
    }

    /// What an expression of an attribute is called, and its place.
    fn name(&self, attribute: &Attribute, expr: ExprId) -> (Str, Range) {
        let tree = self.tree;
        let range = tree.expr(expr).range;
        let text = tree.slice(range);
        let is_whole = expr == attribute.value
            && (holds(attribute.name_range, self.offset) || !is_reference(tree, expr));
        if is_whole || text.len() > MAX_NAME || text.contains('\n') {
            return (tree.text(attribute.name).into(), tree.attribute_range(attribute));
        }
        (text.into(), range)
    }

    fn told(
        &self,
        name: Str,
        range: Range,
        within: &Str,
        value: Value,
        decided: Vec<(Span, DecidedBy)>,
    ) -> PointedValue {
        PointedValue {
            name,
            span: self.tree.span(range),
            within: within.clone(),
            assumable: assumable(self.module.evaluation, &value),
            rest: rest(self.module.evaluation, &value),
            value,
            decided,
        }
    }
}

/// Whether an expression is a reference or a call: one that has a name of its own.
fn is_reference(tree: &Tree, expr: ExprId) -> bool {
    matches!(
        tree.expr(expr).kind,
        ExprKind::Attribute { .. } | ExprKind::Index { .. } | ExprKind::Splat { .. } | ExprKind::Call(_)
    )
}

fn holds(range: Range, offset: u32) -> bool {
    range.start <= offset && offset <= range.end
}

/// Why a value has more than its arguments: it is a whole resource or data source, or several.
fn rest(evaluation: &Evaluation<'_>, value: &Value) -> Option<Arc<Cause>> {
    let whole = |value: &Value| match value.as_entries().map(|entries| &entries.absent) {
        Some(AbsentKey::Symbolic(origin)) if origin.path.is_empty() => Some(origin.symbol),
        _ => None,
    };
    let all = || value.parts().map(whole).collect::<Option<Vec<_>>>();
    let symbol = whole(value).or_else(|| all()?.first().copied())?;
    let kind = |symbol: &Symbol| match symbol.kind {
        SymbolKind::Instance(Mode::Data) => Some((CauseKind::DataSource, symbol.address.clone())),
        SymbolKind::Instance(_) => Some((CauseKind::DecidedByProvider, symbol.address.clone())),
        SymbolKind::Variable | SymbolKind::UnloadedModule => None,
    };
    let (kind, address) = evaluation.symbol(symbol, kind).flatten()?;
    Some(Cause::new(kind, address, None))
}

/// The address under which an unknown value can be assumed: that of the variable, data source or module that it is a part of.
fn assumable(evaluation: &Evaluation<'_>, value: &Value) -> Option<Str> {
    let Kind::Unknown(unknown) = &value.kind else { return None };
    let root = unknown.cause.root();
    let of_variable = (root.kind == CauseKind::VariableWithoutDefault).then(|| root.subject.clone());
    let Some(origin) = &unknown.origin else { return of_variable };
    let of_symbol = |symbol: &Symbol| (symbol.address.clone(), symbol.kind);
    let Some((address, kind)) = evaluation.symbol(origin.symbol, of_symbol) else { return of_variable };
    match kind {
        SymbolKind::Variable => return Some(address),
        SymbolKind::Instance(Mode::Data) | SymbolKind::UnloadedModule if !origin.path.is_empty() => {}
        SymbolKind::Instance(_) | SymbolKind::UnloadedModule => return None,
    }
    // Assumptions are about whole attributes.
    match origin.path.first() {
        Some(Step::Key(name)) => Some(ecow::eco_format!("{address}.{name}")),
        Some(Step::Index(_)) | None => None,
    }
}
