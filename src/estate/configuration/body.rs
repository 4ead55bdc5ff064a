//! The body of a resource instance: attributes, nested blocks as tuples of objects, and expanded dynamic blocks.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::certain::is_certain;
use super::instance::ResourceInstance;
use super::module::ModuleInstance;
use super::references::ModuleScope;
use super::{MAX_INSTANCES, Repetition};
use crate::budget::{Budget, Spent};
use crate::diagnostic::Diagnostic;
use crate::eval::access::{Elements, elements};
use crate::eval::interpreter;
use crate::eval::scope::{Reference, Resolved, Scope};
use crate::eval::{EvalResult, Host};
use crate::syntax::tree::{Block, Body, ExprId, ExprKind, Tree};
use crate::text::Span;
use crate::value::{AbsentKey, Cause, CauseKind, Entries, Kind, Known, Sequence, Str, Type, Value};

/// The steps per part of a block that is repeated.
const STEPS_PER_PART: u64 = 100;
const BYTES_PER_PART: u64 = 128;

/// Arguments that Terraform itself interprets; they are not attributes of the resource.
const META_ARGUMENTS: [&str; 5] = ["count", "for_each", "depends_on", "provider", "providers"];
/// Blocks that Terraform itself interprets.
const META_BLOCKS: [&str; 3] = ["lifecycle", "provisioner", "connection"];

/// Whether a body sets an attribute of that name, or has a static or dynamic block of that name.
pub(super) fn mentions(tree: &Tree, body: &Body, name: &str) -> bool {
    tree.attributes(body).iter().any(|attribute| tree.text(attribute.name) == name)
        || tree.blocks(body).iter().any(|block| {
            tree.text(block.kind) == name
                || (tree.text(block.kind) == "dynamic"
                    && tree.labels(block).first().is_some_and(|label| tree.text(label.text) == name))
        })
}

/// The name that the body of a `dynamic` block gives to its iterator; otherwise that has the name of the blocks.
pub(super) fn named_iterator<'t>(tree: &'t Tree, body: &Body) -> Option<&'t str> {
    match tree.expr(tree.attribute(body, "iterator")?.value).kind {
        ExprKind::Variable(name) | ExprKind::String(name) => Some(tree.text(name)),
        _ => None,
    }
}

/// Evaluates the body of an instance.
pub(super) fn evaluate<'a>(instance: &'a ResourceInstance<'a>) -> Arc<Entries> {
    let mut entries: Vec<(Str, Value)> = Vec::new();
    for (tree, body) in instance.declared.bodies(instance.module.config) {
        let context = BodyContext {
            module: instance.module,
            repetition: &instance.repetition,
            tree,
            iterators: None,
            uncertain: instance.uncertain.as_ref(),
        };
        let mut own = context.entries(tree.body(body), true);
        // A block of an override file replaces all blocks of its type.
        entries.retain(|(key, _)| !own.iter().any(|(replacing, _)| replacing == key));
        entries.append(&mut own);
    }
    or_open(Entries::of_block(entries), instance.module)
}

/// The entries of a block; in the description of a module, what it does not say is unknown.
fn or_open(entries: Arc<Entries>, module: &ModuleInstance<'_>) -> Arc<Entries> {
    match &module.described {
        Some(cause) => {
            let absent = AbsentKey::MaybePresent(cause.clone());
            Arc::new(Entries { element: entries.element.clone(), items: entries.items.clone(), absent })
        }
        None => entries,
    }
}

/// The arguments of a module call, without those that Terraform itself interprets.
pub(super) fn arguments<'a>(
    module: &'a ModuleInstance<'a>,
    tree: &Tree,
    body: &Body,
    repetition: &Repetition,
) -> Arc<Entries> {
    let uncertain = module.uncertain.as_ref();
    let context = BodyContext { module, repetition, tree, iterators: None, uncertain };
    Entries::of_block(context.entries(body, true))
}

/// The context in which a body is evaluated.
#[derive(Clone, Copy)]
struct BodyContext<'a, 'b> {
    module: &'a ModuleInstance<'a>,
    repetition: &'b Repetition,
    tree: &'b Tree,
    iterators: Option<&'b DynamicIterator<'b>>,
    /// Why it is not known whether it is evaluated at all.
    uncertain: Option<&'b Arc<Cause>>,
}

/// The iterator of a dynamic block. `outer` is the one around it.
struct DynamicIterator<'b> {
    name: &'b str,
    key: Value,
    value: Value,
    outer: Option<&'b DynamicIterator<'b>>,
}

impl DynamicIterator<'_> {
    fn whole(&self) -> Value {
        Value::object(vec![("key".into(), self.key.clone()), ("value".into(), self.value.clone())])
    }
}

/// The module's scope plus the iterators of the enclosing dynamic blocks.
struct IteratorScope<'a, 'b> {
    inner: ModuleScope<'a, 'b>,
    iterators: Option<&'b DynamicIterator<'b>>,
}

impl Scope for IteratorScope<'_, '_> {
    fn resolve(&self, reference: &Reference<'_>) -> EvalResult<Resolved> {
        let mut at = self.iterators;
        while let Some(iterator) = at {
            if iterator.name == reference.root {
                return Ok(match reference.attribute(0) {
                    Some("key") => Resolved { value: iterator.key.clone(), consumed: 1 },
                    Some("value") => Resolved { value: iterator.value.clone(), consumed: 1 },
                    // Unlike `each` it is an object like any other.
                    _ => Resolved { value: iterator.whole(), consumed: 0 },
                });
            }
            at = iterator.outer;
        }
        self.inner.resolve(reference)
    }

    fn host(&self) -> Host<'_> {
        self.inner.host()
    }
}

impl BodyContext<'_, '_> {
    fn value(&self, expr: ExprId) -> Value {
        let inner = ModuleScope { module: self.module, repetition: self.repetition };
        let result = match self.iterators {
            None => interpreter::evaluate(self.tree, expr, &inner),
            iterators => interpreter::evaluate(self.tree, expr, &IteratorScope { inner, iterators }),
        };
        match result {
            Ok(value) => self.module.evaluation.valued(self.tree, expr, value),
            Err(error) => self.module.failed(self.tree, expr, &error, self.uncertain),
        }
    }

    /// Attributes and blocks in source order, with each name once. `top` is set for the body of the resource itself.
    fn entries(&self, body: &Body, top: bool) -> Vec<(Str, Value)> {
        let attributes = self.tree.attributes(body);
        let blocks = self.tree.blocks(body);
        let mut entries: Vec<(Str, Value)> = Vec::with_capacity(attributes.len() + blocks.len());
        for attribute in attributes {
            let name = self.tree.text(attribute.name);
            if top && META_ARGUMENTS.contains(&name) {
                continue;
            }
            entries.push((name.into(), self.value(attribute.value)));
        }
        let mut by_type: FxHashMap<&str, usize> = FxHashMap::default();
        for block in blocks {
            let kind = self.tree.text(block.kind);
            if top && META_BLOCKS.contains(&kind) {
                continue;
            }
            let (name, made, more) = if kind == "dynamic" {
                match self.tree.labels(block).first() {
                    Some(label) => {
                        let (made, more) = self.dynamic(block, self.tree.text(label.text));
                        (self.tree.text(label.text), made, more)
                    }
                    None => continue,
                }
            } else {
                (kind, vec![self.nested(self.tree.body(block.body))], None)
            };
            let at = *by_type.entry(name).or_insert(entries.len());
            match entries.get_mut(at) {
                Some((_, Value { kind: Kind::Tuple(sequence), .. })) => {
                    let sequence = Arc::make_mut(sequence);
                    sequence.items.extend(made);
                    sequence.more = sequence.more.take().or(more);
                }
                // The dynamic block makes no blocks: null, because the provider may decide where there is none.
                None if made.is_empty() && more.is_none() => entries.push((name.into(), Value::NULL)),
                Some(_) if made.is_empty() && more.is_none() => {}
                found => {
                    let sequence = Sequence { element: Type::Dynamic, items: made, more, most: None };
                    let blocks = Kind::Tuple(Arc::new(sequence)).into();
                    match found {
                        Some((_, nothing)) => *nothing = blocks,
                        None => entries.push((name.into(), blocks)),
                    }
                }
            }
        }
        entries
    }

    fn nested(&self, body: &Body) -> Value {
        Kind::Object(or_open(Entries::of_block(self.entries(body, false)), self.module)).into()
    }

    /// The blocks that a dynamic block makes, and the cause if there may be more.
    fn dynamic(&self, block: &Block, label: &str) -> (Vec<Value>, Option<Arc<Cause>>) {
        let tree = self.tree;
        let body = tree.body(block.body);
        // Terraform rejects this `dynamic` block, so it is unknown which blocks it makes.
        let refused = |message: &'static str| {
            let header = tree.span(block.header);
            self.module
                .evaluation
                .report(Diagnostic::error("config/dynamic", message).at(header, "missing here"));
            (Vec::new(), Some(Cause::new(CauseKind::Error, message, Some(header))))
        };
        let Some(for_each) = tree.attribute(body, "for_each") else {
            return refused("a dynamic block needs `for_each`");
        };
        let Some(content) = tree.blocks_of(body, "content").next() else {
            return refused("a dynamic block needs a `content` block");
        };
        let name = named_iterator(tree, body).unwrap_or(label);
        let collection = self.value(for_each.value);
        let span = tree.span(tree.attribute_range(for_each));
        let elements = match elements(&collection) {
            Some(Known::Yes(elements)) if elements.items.len() > MAX_INSTANCES => {
                return (Vec::new(), Some(Cause::new(CauseKind::Limit, "MAX_INSTANCES", Some(span))));
            }
            Some(Known::Yes(elements)) => elements,
            Some(Known::No(cause)) => return (Vec::new(), Some(cause)),
            None => {
                let message = "`for_each` of a dynamic block must be a collection";
                let is_refused = self.uncertain.is_none() && is_certain(self.module, tree, for_each.value);
                let problem = if is_refused {
                    Diagnostic::error("eval/refused", message)
                } else {
                    Diagnostic::warning("eval/dynamic", message)
                };
                self.module.evaluation.report(problem.at(span, "not a collection"));
                return (Vec::new(), Some(Cause::new(CauseKind::Error, message, Some(span))));
            }
        };
        let Elements { items, mut more, .. } = elements;
        let mut made = Vec::new();
        for (key, value) in items {
            if let Err(spent) = self.pay_for_block(body, span) {
                more = Some(Cause::new(CauseKind::Limit, spent.name(), Some(span)));
                break;
            }
            let iterator = DynamicIterator { name, key, value, outer: self.iterators };
            let inside = BodyContext {
                module: self.module,
                repetition: self.repetition,
                tree,
                iterators: Some(&iterator),
                uncertain: self.uncertain,
            };
            made.push(inside.nested(tree.body(content.body)));
        }
        (made, more)
    }

    /// Pays for one block of a dynamic block.
    fn pay_for_block(&self, body: &Body, place: Span) -> Result<(), Spent> {
        let parts = self.tree.attributes(body).len() + self.tree.blocks(body).len() + 1;
        let parts = u64::try_from(parts).unwrap_or(u64::MAX);
        let meter = &self.module.evaluation.meter;
        meter.spend(Budget::Evaluation, parts.saturating_mul(STEPS_PER_PART))?;
        meter.take(Budget::Values, parts.saturating_mul(BYTES_PER_PART), Some(place))
    }
}
