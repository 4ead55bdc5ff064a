//! Checks rule and model files against the schema of a provider: every type that they name and every attribute that they read
//! must exist.
//!
//! Without this check a misspelt attribute would silently be null, and a misspelt type an empty list. The kind of an expression
//! (nodes of certain types, or a part of one) is followed from `for_each` through locals, verbs and `for` as far as possible; what
//! cannot be followed is not checked. If a rule looks at several types, one of them must have the attribute. A type of a provider
//! that the schema does not describe is not checked.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::examples_conform;
use super::expression_kind::ExpressionKind;
use super::{Rule, RuleSet};
use crate::decode::{Expression, Mistakes, suggest};
use crate::diagnostic::{Diagnostic, Severity};
use crate::estate::Mode;
use crate::model::schema::{AttributeShape, Schema};
use crate::model::{Definition, Derived, Edit, Model, sorted};
use crate::syntax::tree::{Call, ExprId, ExprKind, For, List, TemplatePart, Tree};
use crate::text::{Range, Span};
use crate::value::Str;
use crate::verbs::{self, Argument, Returns, Verb};

/// Everything that the schema does not confirm.
#[must_use]
pub fn check(set: &RuleSet, schema: &Schema) -> Vec<Diagnostic> {
    let mistakes = Mistakes::default();
    let facts = Facts { model: &set.model, schema, mistakes: &mistakes, is_strict: true };
    facts.check_model();
    set.rules.iter().for_each(|rule| facts.check_rule(rule));
    told(mistakes)
}

/// Everything that the schema does not confirm in some rules of a set, whose model is checked already. A name that is near to a known one is
/// an error. Any other name may be one that the provider has since: a warning.
#[must_use]
pub fn check_own(rules: &[&Arc<Rule>], set: &RuleSet, schema: &Schema) -> Vec<Diagnostic> {
    let mistakes = Mistakes::default();
    let facts = Facts { model: &set.model, schema, mistakes: &mistakes, is_strict: false };
    rules.iter().for_each(|rule| facts.check_rule(rule));
    let mut problems = told(mistakes);
    for problem in problems.iter_mut().filter(|problem| problem.help.is_none()) {
        problem.severity = Severity::Warning;
        problem.help = Some(NEWER.to_owned());
    }
    problems
}

const NEWER: &str = "if the provider has it in a newer release than buttress knows, nothing is wrong";

fn told(mistakes: Mistakes) -> Vec<Diagnostic> {
    let mut problems = mistakes.into_problems();
    // A definition is checked at every use, so its mistakes repeat.
    problems.sort_by_key(|problem| (problem.span(), problem.message.clone()));
    problems.dedup();
    problems
}

/// Types of nodes, each with whether it is a data source.
type NodeTypes = BTreeSet<(bool, Str)>;

/// The schema and the model, and where mistakes are reported.
pub(super) struct Facts<'a> {
    model: &'a Model,
    pub(super) schema: &'a Schema,
    pub(super) mistakes: &'a Mistakes,
    /// Whether a provider that the schema does not describe is a mistake.
    is_strict: bool,
}

impl Facts<'_> {
    fn check_model(&self) {
        for claim in &self.model.claims {
            let types = match (claim.type_.is_empty(), claim.path.is_empty()) {
                (_, true) => {
                    self.check_type(&claim.type_, claim.modes, claim.span);
                    continue;
                }
                (true, false) => self.all_types(claim.modes),
                (false, false) => self.types(&claim.type_, claim.modes),
            };
            self.check_path(&ExpressionKind::Node(types), &crate::decode::dotted(&claim.path), claim.span);
        }
        // Sorted by name, so that mistakes are always reported in the same order.
        let walk = |type_: &Str, expression| {
            let node = ExpressionKind::Node(self.types(type_, &[Mode::Managed]));
            SchemaWalk::new(self, None, node).expression(expression);
        };
        for (type_, model) in sorted(&self.model.types) {
            model.entry.iter().chain(&model.zones).chain(&model.copies).for_each(|own| walk(type_, own));
        }
        for (_, definition) in sorted(&self.model.definitions) {
            for (type_, expression) in definition.expressions() {
                let node =
                    type_.map(|type_| ExpressionKind::Node(self.types(type_, &[Mode::Managed, Mode::Data])));
                let node = node.unwrap_or(ExpressionKind::Anything);
                SchemaWalk::new(self, None, node).expression(expression);
            }
        }
        // An expression for a set is the same for all its types: one of them must have the attribute.
        let mut derived: BTreeMap<Span, (&Derived, NodeTypes)> = BTreeMap::new();
        for (type_, all) in sorted(&self.model.derived) {
            for one in all {
                let known = derived.entry(one.to.span()).or_insert_with(|| (one, NodeTypes::new()));
                known.1.extend(self.types(type_, &[Mode::Managed, Mode::Data]));
            }
        }
        for (edge, types) in derived.into_values() {
            let mut walk = SchemaWalk::new(self, None, ExpressionKind::Node(types));
            let to = walk.expression(&edge.to).element();
            walk.other = to;
            edge.when.iter().for_each(|when| drop(walk.expression(when)));
        }
        for (type_, edits) in sorted(&self.model.edits) {
            edits.iter().flat_map(Edit::expressions).for_each(|expression| walk(type_, expression));
        }
        for (type_, joins) in sorted(&self.model.joins) {
            joins.iter().filter_map(|join| join.when.as_ref()).for_each(|when| walk(type_, when));
        }
    }

    fn check_rule(&self, rule: &Rule) {
        rule.examples.iter().for_each(|example| examples_conform::check(example, self));
        let node =
            SchemaWalk::new(self, Some(rule), ExpressionKind::Anything).expression(&rule.for_each).element();
        let walk = SchemaWalk::new(self, Some(rule), node.clone());
        for defect in &rule.defects {
            walk.expression(&defect.when);
            walk.expression(&defect.message);
            let node =
                defect.place.as_ref().map_or_else(|| node.clone(), |place| walk.expression(place).element());
            if let Some(span) = defect.at_span {
                self.check_path(&node, &defect.at, span);
            }
        }
        for edit in rule.all_edits() {
            edit.expressions().for_each(|expression| drop(walk.expression(expression)));
            let edited = edit.node.as_ref().map(|node| walk.expression(node));
            self.check_path(edited.as_ref().unwrap_or(&node), &edit.path, edit.path_span);
        }
        for expression in rule.unless.iter().chain(&rule.path) {
            walk.expression(expression);
        }
        rule.locals.iter().for_each(|(_, expression)| drop(walk.expression(expression)));
        for label in &rule.labels {
            let at = walk.expression(&label.at);
            if let Some(span) = label.attribute_span {
                self.check_path(&at.element(), &label.attribute, span);
            }
        }
    }

    /// The existing types that a name stands for.
    fn types(&self, name: &str, modes: &[Mode]) -> BTreeSet<(bool, Str)> {
        let mut types = BTreeSet::new();
        for type_ in self.model.expand(name) {
            if let Some(mode) = modes.iter().find(|mode| self.schema.of(**mode, &type_).is_some()) {
                types.insert((*mode == Mode::Data, type_));
            }
        }
        types
    }

    fn all_types(&self, modes: &[Mode]) -> BTreeSet<(bool, Str)> {
        let of = |mode: &Mode| {
            let names = self.schema.names(*mode).into_iter().map(Str::from);
            names.map(|name| (*mode == Mode::Data, name)).collect::<Vec<_>>()
        };
        modes.iter().flat_map(of).collect()
    }

    /// Whether the schema should have a type, as far as the name of its provider tells.
    pub(super) fn is_described(&self, type_: &str) -> bool {
        let provider = type_.split_once('_').map(|(provider, _)| provider);
        provider.is_none_or(|provider| {
            (self.is_strict || self.schema.has_types_of(provider))
                && !self.model.unchecked.iter().any(|it| it == provider)
        })
    }

    pub(super) fn check_type(&self, name: &str, modes: &[Mode], span: Span) {
        let is_known = |mode: &Mode| self.schema.of(*mode, name).is_some();
        if self.model.sets.contains_key(name) || modes.iter().any(is_known) {
            return;
        }
        if !self.is_described(name) {
            return;
        }
        let what = if modes == [Mode::Data] { "data source" } else { "resource type, set or role" };
        let problem = Diagnostic::error("schema/type", format!("there is no {what} `{name}`"))
            .at(span, "not in the schema");
        let mut known: Vec<&str> = self.model.sets.keys().map(Str::as_str).collect();
        modes.iter().for_each(|mode| known.extend(self.schema.names(*mode)));
        known.sort_unstable();
        self.mistakes.push(suggest(problem, name, known.into_iter()));
    }

    fn shape(&self, (is_data, type_): &(bool, Str)) -> Option<&AttributeShape> {
        self.schema.of(if *is_data { Mode::Data } else { Mode::Managed }, type_)
    }

    /// Checks that a dotted path exists in one of the types.
    fn check_path(&self, kind: &ExpressionKind<'_>, path: &[Str], span: Span) {
        let (shapes, what) = match kind {
            ExpressionKind::Node(types) => {
                (types.iter().filter_map(|type_| self.shape(type_)).collect(), names(types))
            }
            ExpressionKind::Part(shapes) => (shapes.clone(), "this block has no".to_owned()),
            _ => return,
        };
        if !shapes.is_empty() && !shapes.iter().any(|shape| shape.at(path).is_some()) {
            self.no_attribute(&path.join("."), path.first().map_or("", Str::as_str), &shapes, &what, span);
        }
    }

    fn no_attribute(&self, path: &str, name: &str, shapes: &[&AttributeShape], what: &str, span: Span) {
        let problem = Diagnostic::error("schema/attribute", format!("{what} attribute `{path}`"))
            .at(span, "not in the schema");
        let mut known: Vec<&str> = shapes.iter().flat_map(|shape| shape.names()).collect();
        known.sort_unstable();
        known.dedup();
        self.mistakes.push(suggest(problem, name, known.into_iter()));
    }
}

/// The types as the start of a sentence about what they lack.
fn names(types: &BTreeSet<(bool, Str)>) -> String {
    let mut names = types.iter().map(|(_, type_)| format!("`{type_}`"));
    match (types.len(), names.next()) {
        (1, Some(only)) => format!("{only} has no"),
        (count, _) => format!("none of {count} types has an"),
    }
}

/// Walks through the expressions of a rule or model file.
struct SchemaWalk<'a, 's> {
    facts: &'a Facts<'s>,
    /// `None` in a model file.
    rule: Option<&'a Rule>,
    node: ExpressionKind<'a>,
    /// The node that an edge may lead to, where there is one.
    other: ExpressionKind<'a>,
    /// The kinds of locals; a local is absent while it is being followed.
    locals: RefCell<BTreeMap<Str, ExpressionKind<'a>>>,
}

/// The context of an expression: its tree and the variables bound around it.
#[derive(Clone)]
struct Inside<'a> {
    tree: &'a Tree,
    bound: Vec<(&'a str, ExpressionKind<'a>)>,
    splat: ExpressionKind<'a>,
}

impl<'a> SchemaWalk<'a, '_> {
    fn new<'s>(facts: &'a Facts<'s>, rule: Option<&'a Rule>, node: ExpressionKind<'a>) -> SchemaWalk<'a, 's> {
        SchemaWalk { facts, rule, node, other: ExpressionKind::Anything, locals: RefCell::default() }
    }

    fn expression(&self, expression: &'a Expression) -> ExpressionKind<'a> {
        let inside = Inside { tree: &expression.tree, bound: Vec::new(), splat: ExpressionKind::Anything };
        self.expr(expression.expr, &inside)
    }

    fn local(&self, name: &str) -> ExpressionKind<'a> {
        if let Some(known) = self.locals.borrow().get(name) {
            return known.clone();
        }
        let locals = self.rule.map_or(&[][..], |rule| &rule.locals);
        let Some((own, expression)) = locals.iter().find(|(own, _)| own == name) else {
            return ExpressionKind::Anything;
        };
        self.locals.borrow_mut().insert(own.clone(), ExpressionKind::Anything);
        let kind = self.expression(expression);
        self.locals.borrow_mut().insert(own.clone(), kind.clone());
        kind
    }

    fn all(&self, parts: impl IntoIterator<Item = ExprId>, inside: &Inside<'a>) {
        parts.into_iter().for_each(|part| drop(self.expr(part, inside)));
    }

    fn expr(&self, id: ExprId, inside: &Inside<'a>) -> ExpressionKind<'a> {
        let tree = inside.tree;
        let expr = tree.expr(id);
        match expr.kind {
            ExprKind::Null => return ExpressionKind::Nothing,
            ExprKind::Invalid | ExprKind::Bool(_) | ExprKind::Number(_) | ExprKind::String(_) => {}
            ExprKind::SplatItem => return inside.splat.clone(),
            ExprKind::Template(parts) => self.parts(parts, inside),
            ExprKind::Wrapped(inner) | ExprKind::Parens(inner) => return self.expr(inner, inside),
            ExprKind::Unary { operand, .. } => self.all([operand], inside),
            ExprKind::Binary { left, right, .. } => self.all([left, right], inside),
            ExprKind::Variable(text) => return self.variable(tree.text(text), inside),
            ExprKind::Attribute { base, name } => {
                let name = tree.text(name);
                if let ExprKind::Variable(root) = tree.expr(base).kind
                    && ["local", "param"].contains(&tree.text(root))
                {
                    return if tree.text(root) == "local" {
                        self.local(name)
                    } else {
                        ExpressionKind::Anything
                    };
                }
                let base = self.expr(base, inside);
                return self.attribute(base, name, tree.span(expr.range));
            }
            ExprKind::Index { base, key } => {
                let base = self.expr(base, inside);
                self.all([key], inside);
                return match (base, tree.expr(key).kind) {
                    (base @ (ExpressionKind::Node(_) | ExpressionKind::Part(_)), ExprKind::String(name)) => {
                        self.attribute(base, tree.text(name), tree.span(expr.range))
                    }
                    (ExpressionKind::Node(_), _) => ExpressionKind::Anything,
                    (base, _) => base.element(),
                };
            }
            ExprKind::Splat { base, each, .. } => {
                let splat = self.expr(base, inside).element();
                return self.expr(each, &Inside { splat, ..inside.clone() }).list();
            }
            ExprKind::Call(call) => return self.call(tree.call(call), inside),
            ExprKind::Tuple(items) => {
                let kinds = tree.exprs(items).iter().map(|item| self.expr(*item, inside));
                return kinds.reduce(ExpressionKind::or).unwrap_or(ExpressionKind::Nothing).list();
            }
            ExprKind::Object(items) => {
                self.all(tree.items(items).iter().flat_map(|item| [item.key, item.value]), inside);
            }
            ExprKind::For(id) => {
                return tree.for_expr(id).map_or(ExpressionKind::Anything, |for_| self.for_(for_, inside));
            }
            ExprKind::Conditional { condition, yes, no } => {
                self.all([condition], inside);
                return self.expr(yes, inside).or(self.expr(no, inside));
            }
        }
        ExpressionKind::Anything
    }

    fn parts(&self, parts: List<TemplatePart>, inside: &Inside<'a>) {
        for part in inside.tree.parts(parts) {
            match *part {
                TemplatePart::Literal(_) => {}
                TemplatePart::Interpolation(inner) => self.all([inner], inside),
                TemplatePart::If { condition, yes, no } => {
                    self.all([condition], inside);
                    self.parts(yes, inside);
                    self.parts(no, inside);
                }
                TemplatePart::For(id) => {
                    inside.tree.for_expr(id).into_iter().for_each(|for_| drop(self.for_(for_, inside)));
                }
            }
        }
    }

    fn for_(&self, for_: &'a For, inside: &Inside<'a>) -> ExpressionKind<'a> {
        let element = self.expr(for_.collection, inside).element();
        let mut inside = inside.clone();
        inside
            .bound
            .extend(for_.key_variable.iter().map(|text| (inside.tree.text(*text), ExpressionKind::Anything)));
        inside.bound.push((inside.tree.text(for_.value_variable), element));
        self.all(for_.key.into_iter().chain(for_.condition), &inside);
        let value = self.expr(for_.value, &inside);
        if for_.key.is_none() { value.list() } else { ExpressionKind::Anything }
    }

    fn variable(&self, name: &str, inside: &Inside<'a>) -> ExpressionKind<'a> {
        match inside.bound.iter().rev().find(|(own, _)| *own == name) {
            Some((_, kind)) => kind.clone(),
            None if name == "self" => self.node.clone(),
            None if name == "other" => self.other.clone(),
            None => ExpressionKind::Anything,
        }
    }

    fn attribute(&self, base: ExpressionKind<'a>, name: &str, span: Span) -> ExpressionKind<'a> {
        let (shapes, what): (Vec<&'a AttributeShape>, String) = match &base {
            ExpressionKind::Node(types) => {
                (types.iter().filter_map(|type_| self.facts.shape(type_)).collect(), names(types))
            }
            ExpressionKind::Part(shapes) => (shapes.clone(), "this block has no".to_owned()),
            _ => return ExpressionKind::Anything,
        };
        let found: Vec<&AttributeShape> = shapes.iter().filter_map(|shape| shape.field(name)).collect();
        if !found.is_empty() {
            return ExpressionKind::Part(found);
        }
        if let Some(AttributeShape::List(_)) = shapes.first() {
            let message =
                format!("`{name}` is read from a list: take one element with `[0]`, or all with `[*]`");
            self.facts
                .mistakes
                .push(Diagnostic::error("schema/attribute", message).at(span, "this is a list"));
        } else if !shapes.is_empty() {
            self.facts.no_attribute(name, name, &shapes, &what, span);
        }
        ExpressionKind::Anything
    }

    fn call(&self, call: Call, inside: &Inside<'a>) -> ExpressionKind<'a> {
        let tree = inside.tree;
        let arguments = tree.exprs(call.arguments);
        let kinds: Vec<ExpressionKind<'a>> =
            arguments.iter().map(|argument| self.expr(*argument, inside)).collect();
        let name = tree.text(call.name);
        if name != "default"
            && let Some(verb) = verbs::find(name)
        {
            return self.verb(verb, arguments, kinds, tree);
        }
        if let Some(definition) = self.facts.model.definitions.get(name) {
            return self.definition(definition, kinds);
        }
        let either = |kinds: Vec<ExpressionKind<'a>>| {
            kinds.into_iter().reduce(ExpressionKind::or).unwrap_or(ExpressionKind::Anything)
        };
        match name {
            "coalesce" | "default" | "try" | "concat" | "setunion" | "coalescelist" => either(kinds),
            "distinct" | "compact" | "sort" | "reverse" | "slice" | "toset" | "tolist" => {
                kinds.into_iter().next().unwrap_or(ExpressionKind::Anything)
            }
            "one" | "element" => {
                kinds.into_iter().next().map_or(ExpressionKind::Anything, ExpressionKind::element)
            }
            "flatten" => match kinds.into_iter().next() {
                Some(ExpressionKind::ListOf(inner)) => match *inner {
                    list @ ExpressionKind::ListOf(_) => list,
                    _ => ExpressionKind::Anything,
                },
                _ => ExpressionKind::Anything,
            },
            _ => ExpressionKind::Anything,
        }
    }

    /// The kind of a definition's value for the types that it is used on.
    fn definition(&self, definition: &'a Definition, kinds: Vec<ExpressionKind<'a>>) -> ExpressionKind<'a> {
        let Some(ExpressionKind::Node(types)) = kinds.into_iter().next() else {
            return ExpressionKind::Anything;
        };
        let of = |(is_data, type_): &(bool, Str)| {
            let node = ExpressionKind::Node(BTreeSet::from([(*is_data, type_.clone())]));
            let is = &definition.of(type_)?.is;
            Some(SchemaWalk::new(self.facts, None, node).expression(is))
        };
        types.iter().filter_map(of).reduce(ExpressionKind::or).unwrap_or(ExpressionKind::Nothing)
    }

    fn verb(
        &self,
        verb: &Verb,
        arguments: &[ExprId],
        kinds: Vec<ExpressionKind<'a>>,
        tree: &Tree,
    ) -> ExpressionKind<'a> {
        let modes: &[Mode] = match verb.returns {
            Returns::DataSources => &[Mode::Data],
            _ => &[Mode::Managed, Mode::Data],
        };
        let mut types = BTreeSet::new();
        let mut all_are_known = true;
        for (n, argument) in arguments.iter().enumerate() {
            let range: Range = tree.expr(*argument).range;
            match (verb.argument(n), tree.expr(*argument).kind) {
                (Some(Argument::Types | Argument::SomeTypes), ExprKind::String(text)) => {
                    let name = tree.text(text);
                    self.facts.check_type(name, modes, tree.span(range));
                    let found = self.facts.types(name, modes);
                    all_are_known &= !found.is_empty();
                    types.extend(found);
                }
                (Some(Argument::Types | Argument::SomeTypes), _) => all_are_known = false,
                (Some(Argument::Attribute | Argument::Attributes), ExprKind::String(text)) => {
                    if let Some(node) = kinds.first() {
                        let path = crate::decode::dotted(tree.text(text));
                        self.facts.check_path(node, &path, tree.span(range));
                    }
                }
                _ => {}
            }
        }
        match verb.returns {
            Returns::Nodes | Returns::DataSources if types.is_empty() || !all_are_known => {
                ExpressionKind::Anything.list()
            }
            Returns::Nodes | Returns::DataSources => ExpressionKind::Node(types).list(),
            Returns::SameNode => kinds.into_iter().next().unwrap_or(ExpressionKind::Anything),
            Returns::Value => ExpressionKind::Anything,
        }
    }
}
