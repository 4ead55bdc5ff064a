//! Checks the expressions in rule and model files when they are loaded, before a rule looks at its first node.
//!
//! Unknown names, wrong calls of verbs, and kinds of edges or sets that do not exist would otherwise show only when a condition happens
//! to be evaluated, or never. [`conform`](super::conform) checks what needs the schema of a provider.

use std::collections::{BTreeMap, BTreeSet};

use super::{Rule, RuleScope};
use crate::decode::{Expression, Mistakes, suggest};
use crate::diagnostic::Diagnostic;
use crate::eval::functions;
use crate::model::{Definition, EdgeKind, LinkPattern, Model, sorted};
use crate::syntax::tree::{Call, ExprId, ExprKind, For, List, TemplatePart, Tree};
use crate::text::{Range, Span};
use crate::value::Str;
use crate::verbs::{self, Argument, Verb};

/// Checks the expressions of a rule.
pub fn check_rule(rule: &Rule, model: &Model, mistakes: &Mistakes) {
    let scope = LintScope::of_rule(rule, model, mistakes);
    let mut used = Used::default();
    let mut on_nodes: Vec<&Expression> = rule.unless.iter().chain(&rule.path).chain(&rule.identity).collect();
    on_nodes.extend(rule.defects.iter().flat_map(|defect| [&defect.when, &defect.message]));
    on_nodes.extend(rule.defects.iter().filter_map(|defect| defect.place.as_ref()));
    on_nodes.extend(rule.labels.iter().map(|label| &label.at));
    on_nodes.extend(rule.yields.iter().flat_map(|to| to.about.iter().chain([&to.label.at])));
    on_nodes.extend(rule.all_edits().flat_map(|edit| edit.expressions()));
    for expression in on_nodes {
        used.extend(scope.check(expression, true));
    }
    let asked = scope.check(&rule.for_each, false);
    let mut by_local = BTreeMap::new();
    for (name, expression) in &rule.locals {
        let uses = scope.check(expression, true);
        used.parameters.extend(uses.parameters.iter().cloned());
        by_local.insert(name.clone(), (expression, uses));
    }
    check_for_each(&asked, &by_local, &scope);
    check_scope(rule, &asked, &by_local, mistakes);
    used.extend(asked);
    let reached = check_circles(&used.locals, &by_local, &scope);
    for (name, expression) in &rule.locals {
        if !reached.contains(name) {
            let problem = Diagnostic::warning("rule/unused", format!("nothing uses `local.{name}`"));
            mistakes.push(problem.at(expression.span(), "its value is never used"));
        }
    }
    for parameter in rule.parameters.iter().filter(|parameter| !used.parameters.contains(&parameter.name)) {
        let problem = Diagnostic::warning("rule/unused", format!("nothing uses `param.{}`", parameter.name));
        mistakes.push(problem.at(parameter.span, "setting it has no effect"));
    }
}

/// Reports links that say of a type what another one says already.
fn check_links(model: &Model, mistakes: &Mistakes) {
    let mut reported: BTreeSet<Span> = BTreeSet::new();
    for (type_, links) in sorted(&model.links) {
        let mut said: BTreeMap<String, Span> = BTreeMap::new();
        for link in links {
            let says = link.to_string();
            let Some(first) = said.get(&says).copied() else {
                said.insert(says, link.span);
                continue;
            };
            // A link of a set of types is written once.
            if reported.insert(link.span) {
                let message = format!("the link of `{type_}` is written twice: {says}");
                let problem = Diagnostic::error("decode/duplicate", message);
                mistakes.push(problem.at(link.span, "written again here").label(first, "first written here"));
            }
        }
    }
}

/// Checks the expressions of model files.
pub fn check_model(model: &Model, mistakes: &Mistakes) {
    let scope = LintScope { model, mistakes, parameters: Vec::new(), locals: None, other: false };
    for (_, type_) in sorted(&model.types) {
        for expression in type_.entry.iter().chain(&type_.zones).chain(&type_.copies) {
            scope.check(expression, true);
        }
    }
    for (name, definition) in sorted(&model.definitions) {
        if verbs::find(name).is_some()
            || functions::find(name).is_some()
            || ["try", "can"].contains(&name.as_str())
        {
            let message =
                format!("`{name}` is the name of a verb or function: give the definition another name");
            let place = definition.expressions().first().map(|(_, expression)| expression.span());
            let problem = Diagnostic::error("rule/unknown-name", message);
            mistakes.push(match place {
                Some(span) => problem.at(span, "the definition"),
                None => problem,
            });
        }
    }
    check_links(model, mistakes);
    model.patterns.iter().filter_map(LinkPattern::mistake).for_each(|mistake| mistakes.push(mistake));
    check_definitions(model, &scope);
    for edit in sorted(&model.edits).into_iter().flat_map(|(_, edits)| edits) {
        edit.expressions().for_each(|expression| drop(scope.check(expression, true)));
    }
    for join in sorted(&model.joins).into_iter().flat_map(|(_, joins)| joins) {
        join.when.iter().for_each(|when| drop(scope.check(when, true)));
    }
    // The types of a set share their expressions.
    let mut seen = BTreeSet::new();
    for derived in sorted(&model.derived).into_iter().flat_map(|(_, derived)| derived) {
        if seen.insert(derived.to.span()) {
            scope.check(&derived.to, true);
            let both = LintScope { other: true, ..scope.clone() };
            derived.when.iter().for_each(|when| drop(both.check(when, true)));
        }
    }
}

/// Checks that no definition refers to itself, directly or through others.
fn check_definitions(model: &Model, scope: &LintScope<'_>) {
    let mut by_name: BTreeMap<&Str, BTreeSet<Str>> = BTreeMap::new();
    for (name, definition) in sorted(&model.definitions) {
        for (_, expression) in definition.expressions() {
            by_name.entry(name).or_default().extend(scope.check(expression, true).definitions);
        }
    }
    for (name, uses) in &by_name {
        let mut next: Vec<&Str> = uses.iter().collect();
        let mut reached = BTreeSet::new();
        while let Some(used) = next.pop() {
            if reached.insert(used) {
                next.extend(by_name.get(used).into_iter().flatten());
            }
        }
        let first = model.definitions.get(*name).map(Definition::expressions);
        if reached.contains(name)
            && let Some((_, expression)) = first.and_then(|all| all.first().copied())
        {
            let problem =
                Diagnostic::error("rule/circle", format!("the definition `{name}` depends on itself"));
            scope.mistakes.push(problem.at(expression.span(), "here"));
        }
    }
}

/// What an expression refers to.
#[derive(Default)]
struct Used {
    definitions: BTreeSet<Str>,
    locals: BTreeSet<Str>,
    parameters: BTreeSet<Str>,
    verbs: BTreeSet<Str>,
    /// The first place of `self`.
    itself: Option<Span>,
}

impl Used {
    fn extend(&mut self, other: Self) {
        self.definitions.extend(other.definitions);
        self.locals.extend(other.locals);
        self.parameters.extend(other.parameters);
        self.verbs.extend(other.verbs);
        self.itself = self.itself.or(other.itself);
    }
}

type LocalUses<'r> = BTreeMap<Str, (&'r Expression, Used)>;

/// Checks that `for_each`, and the locals that it uses, do not use `self`: it is evaluated before there is a node.
fn check_for_each(asked: &Used, locals: &LocalUses<'_>, scope: &LintScope<'_>) {
    let mut next: Vec<&Str> = asked.locals.iter().collect();
    let mut seen = BTreeSet::new();
    while let Some(name) = next.pop() {
        let Some((_, uses)) = locals.get(name).filter(|_| seen.insert(name)) else { continue };
        if let Some(span) = uses.itself {
            let message =
                format!("`for_each` uses `local.{name}`, which uses `self`, but there is no node yet");
            scope
                .mistakes
                .push(Diagnostic::error("rule/self", message).at(span, "not defined in `for_each`"));
        }
        next.extend(&uses.locals);
    }
}

/// Verbs that give what is in the code of modules.
const OF_MODULES: [&str; 3] = ["modules", "module_calls", "providers_required"];

/// Checks that a rule about modules says which modules it is about.
fn check_scope(rule: &Rule, asked: &Used, locals: &LocalUses<'_>, mistakes: &Mistakes) {
    let of_locals = asked.locals.iter().filter_map(|name| locals.get(name)).map(|(_, used)| used);
    let mut verbs = std::iter::once(asked).chain(of_locals).flat_map(|used| &used.verbs);
    if rule.scope == RuleScope::Resource
        && let Some(verb) = verbs.find(|verb| OF_MODULES.contains(&verb.as_str()))
    {
        let message = format!("`for_each` asks for `{verb}()`, so the rule has to say what it is about");
        let problem = Diagnostic::error("rule/scope", message)
            .at(rule.for_each.span(), "this gives modules, not resources");
        mistakes.push(problem.help(
            "write `scope = \"module\"` for the code of modules, or `scope = \"unit\"` for a root module as it is applied",
        ));
    }
}

/// Collects the locals that an expression reaches, and reports those that reach themselves.
fn check_circles<'r>(
    used: &'r BTreeSet<Str>,
    locals: &'r LocalUses<'_>,
    scope: &LintScope<'_>,
) -> BTreeSet<&'r Str> {
    let reached_from = |start: &'r BTreeSet<Str>| {
        let mut reached = BTreeSet::new();
        let mut next: Vec<&Str> = start.iter().collect();
        while let Some(name) = next.pop() {
            if let Some((_, uses)) = locals.get(name).filter(|_| reached.insert(name)) {
                next.extend(&uses.locals);
            }
        }
        reached
    };
    for (name, (expression, uses)) in locals {
        if reached_from(&uses.locals).contains(name) {
            let problem = Diagnostic::error("rule/circle", format!("`local.{name}` depends on itself"));
            scope.mistakes.push(problem.at(expression.span(), "here"));
        }
    }
    reached_from(used)
}

/// The names that expressions of a file may use.
#[derive(Clone)]
struct LintScope<'a> {
    model: &'a Model,
    mistakes: &'a Mistakes,
    parameters: Vec<&'a str>,
    /// `None` in model files.
    locals: Option<Vec<&'a str>>,
    /// Whether there is a node `other`, to which an edge may lead.
    other: bool,
}

impl<'a> LintScope<'a> {
    fn of_rule(rule: &'a Rule, model: &'a Model, mistakes: &'a Mistakes) -> Self {
        Self {
            model,
            mistakes,
            parameters: rule.parameters.iter().map(|parameter| parameter.name.as_str()).collect(),
            locals: Some(rule.locals.iter().map(|(name, _)| name.as_str()).collect()),
            other: false,
        }
    }

    fn check(&self, expression: &Expression, has_node: bool) -> Used {
        let mut walk = LintWalk {
            scope: self,
            tree: &expression.tree,
            has_node,
            bound: Vec::new(),
            used: Used::default(),
        };
        walk.expr(expression.expr);
        walk.used
    }
}

/// Walks through one expression.
struct LintWalk<'a> {
    scope: &'a LintScope<'a>,
    tree: &'a Tree,
    /// Whether `self` is defined.
    has_node: bool,
    /// The variables of enclosing `for` expressions.
    bound: Vec<&'a str>,
    used: Used,
}

impl<'a> LintWalk<'a> {
    fn mistake(&self, code: &'static str, range: Range, message: String, at: &str) {
        self.scope.mistakes.push(Diagnostic::error(code, message).at(self.tree.span(range), at));
    }

    fn expr(&mut self, id: ExprId) {
        let tree = self.tree;
        match tree.expr(id).kind {
            ExprKind::Invalid
            | ExprKind::Null
            | ExprKind::Bool(_)
            | ExprKind::Number(_)
            | ExprKind::String(_)
            | ExprKind::SplatItem => {}
            ExprKind::Template(parts) => self.parts(parts),
            ExprKind::Wrapped(inner) | ExprKind::Parens(inner) => self.expr(inner),
            ExprKind::Unary { operand, .. } => self.expr(operand),
            ExprKind::Variable(text) => self.name(tree.text(text), None, tree.expr(id).range),
            ExprKind::Attribute { base, name } => match tree.expr(base).kind {
                ExprKind::Variable(root) => {
                    self.name(tree.text(root), Some(tree.text(name)), tree.expr(id).range);
                }
                _ => self.expr(base),
            },
            ExprKind::Index { base, key } => [base, key].into_iter().for_each(|part| self.expr(part)),
            ExprKind::Splat { base, each, .. } => [base, each].into_iter().for_each(|part| self.expr(part)),
            ExprKind::Call(call) => self.call(tree.call(call), tree.expr(id).range),
            ExprKind::Tuple(items) => tree.exprs(items).iter().for_each(|item| self.expr(*item)),
            ExprKind::Object(items) => {
                tree.items(items)
                    .iter()
                    .for_each(|item| [item.key, item.value].into_iter().for_each(|part| self.expr(part)));
            }
            ExprKind::For(id) => {
                if let Some(for_) = tree.for_expr(id) {
                    self.for_(for_);
                }
            }
            ExprKind::Conditional { condition, yes, no } => {
                [condition, yes, no].into_iter().for_each(|part| self.expr(part));
            }
            ExprKind::Binary { left, right, .. } => {
                [left, right].into_iter().for_each(|part| self.expr(part))
            }
        }
    }

    fn parts(&mut self, parts: List<TemplatePart>) {
        for part in self.tree.parts(parts) {
            match *part {
                TemplatePart::Literal(_) => {}
                TemplatePart::Interpolation(inner) => self.expr(inner),
                TemplatePart::If { condition, yes, no } => {
                    self.expr(condition);
                    self.parts(yes);
                    self.parts(no);
                }
                TemplatePart::For(id) => {
                    if let Some(for_) = self.tree.for_expr(id) {
                        self.for_(for_);
                    }
                }
            }
        }
    }

    fn for_(&mut self, for_: &'a For) {
        self.expr(for_.collection);
        let outer = self.bound.len();
        self.bound.extend(for_.key_variable.iter().map(|text| self.tree.text(*text)));
        self.bound.push(self.tree.text(for_.value_variable));
        for part in for_.key.into_iter().chain([for_.value]).chain(for_.condition) {
            self.expr(part);
        }
        self.bound.truncate(outer);
    }

    /// Checks a reference: its root and the attribute after it.
    fn name(&mut self, root: &str, attribute: Option<&str>, range: Range) {
        let code = "rule/unknown-name";
        let (what, known, used) = match root {
            _ if self.bound.contains(&root) => return,
            "self" if self.has_node => {
                self.used.itself.get_or_insert(self.tree.span(range));
                return;
            }
            // The arguments of its provider.
            "provider" if self.has_node => return,
            "self" => {
                let message = "`for_each` finds the nodes, so it cannot use `self`".to_owned();
                return self.mistake("rule/self", range, message, "not defined here");
            }
            "other" if self.scope.other => return,
            "local" => match &self.scope.locals {
                Some(locals) => ("local value", locals, &mut self.used.locals),
                None => {
                    return self.mistake(code, range, "model files have no local values".to_owned(), "here");
                }
            },
            "param" => ("parameter", &self.scope.parameters, &mut self.used.parameters),
            _ => {
                let roots = ["self", "local", "param"].into_iter().chain(self.bound.iter().copied());
                let problem = Diagnostic::error(code, format!("`{root}` is not defined here"))
                    .at(self.tree.span(range), "unknown name");
                return self.scope.mistakes.push(suggest(problem, root, roots));
            }
        };
        match attribute {
            Some(name) if known.contains(&name) => drop(used.insert(name.into())),
            Some(name) => {
                let problem = Diagnostic::error(code, format!("this rule has no {what} `{name}`"))
                    .at(self.tree.span(range), "unknown name");
                self.scope.mistakes.push(suggest(problem, name, known.iter().copied()));
            }
            None => self.mistake(code, range, format!("write a {what} as `{root}.name`"), "has no name"),
        }
    }

    fn call(&mut self, call: Call, range: Range) {
        let arguments = self.tree.exprs(call.arguments);
        arguments.iter().for_each(|argument| self.expr(*argument));
        let name = self.tree.text(call.name);
        if let Some(verb) = verbs::find(name) {
            self.used.verbs.insert(name.into());
            if self.scope.locals.is_none() && verbs::is_about_losses(name) {
                let message = format!("model files cannot call `{name}`: what losses do follows from them");
                self.mistake("rule/unknown-function", range, message, "only for rules");
            }
            return self.verb(verb, arguments, call.expand, range);
        }
        if self.scope.model.definitions.contains_key(name) {
            self.used.definitions.insert(name.into());
            if arguments.len() != 1 {
                let message = format!("call it as `{name}(node)`");
                self.mistake("rule/arguments", range, message, "here");
            }
            return;
        }
        let plain = name.strip_prefix("core::").unwrap_or(name);
        match functions::find(name) {
            Some(function) => {
                let (least, most) = (function.parameters.len(), function.variadic.is_none());
                let count = arguments.len();
                let wrong = count < least || most && count > least;
                if wrong && !call.expand {
                    let or_more = if most { "" } else { " or more" };
                    let message = format!("`{name}` takes {least}{or_more} arguments, not {count}");
                    self.mistake("rule/arguments", range, message, "here");
                }
            }
            None if ["try", "can"].contains(&plain) => {}
            None => {
                let defined =
                    sorted(&self.scope.model.definitions).into_iter().map(|(name, _)| name.as_str());
                let known = verbs::all().map(|verb| verb.name).chain(defined);
                let known = known.chain(functions::names().iter().copied());
                let problem = Diagnostic::error(
                    "rule/unknown-function",
                    format!("there is no function or verb `{name}`"),
                )
                .at(self.tree.span(range), "unknown name");
                self.scope.mistakes.push(suggest(problem, name, known));
            }
        }
    }

    fn verb(&mut self, verb: &Verb, arguments: &[ExprId], expand: bool, range: Range) {
        if !verb.takes_count(arguments.len()) && !expand {
            let message = format!("call it as `{}({})`", verb.name, verb.arguments());
            return self.mistake("rule/arguments", range, message, "here");
        }
        for (n, argument) in arguments.iter().enumerate() {
            if let Some(wanted) = verb.argument(n) {
                self.argument(verb, wanted, *argument);
            }
        }
    }

    /// Checks that a literal argument is what the verb takes; a computed argument is checked when the rule runs.
    fn argument(&mut self, verb: &Verb, wanted: Argument, id: ExprId) {
        let expr = self.tree.expr(id);
        let literal = match expr.kind {
            ExprKind::Parens(inner) => return self.argument(verb, wanted, inner),
            ExprKind::String(text) => Some(self.tree.text(text)),
            ExprKind::Bool(_) | ExprKind::Number(_) | ExprKind::Object(_) => None,
            ExprKind::Tuple(items) if wanted == Argument::Kinds => {
                let items = self.tree.exprs(items);
                return items.iter().for_each(|item| self.argument(verb, Argument::Kind, *item));
            }
            ExprKind::Tuple(_) => None,
            _ => return,
        };
        match (wanted, literal) {
            (Argument::Value | Argument::Values, _) => {}
            (Argument::Node | Argument::Kinds, _) | (_, None) => {
                let message = format!("this argument of `{}` must be {}", verb.name, wanted.what());
                self.mistake("rule/arguments", expr.range, message, "something else");
            }
            (Argument::Kind, Some(text)) => {
                if EdgeKind::from_name(text).is_none() {
                    let problem =
                        Diagnostic::error("rule/edge-kind", format!("there is no kind of edge \"{text}\""))
                            .at(self.tree.span(expr.range), "unknown name");
                    let kinds = EdgeKind::ALL.iter().map(|kind| kind.name());
                    self.scope.mistakes.push(suggest(problem, text, kinds));
                }
            }
            (Argument::Types | Argument::SomeTypes, Some(text)) => self.type_name(text, expr.range),
            // Only the resources that it is asked about tell whether it fits.
            (_, Some(_)) => {}
        }
    }

    /// Checks the name of a type, set or role. The name of a type begins with that of its provider and `_`.
    fn type_name(&self, name: &str, range: Range) {
        let sets = &self.scope.model.sets;
        if !name.contains('_') && !sets.contains_key(name) {
            let problem = Diagnostic::error("rule/type", format!("there is no type, set or role \"{name}\""))
                .at(self.tree.span(range), "unknown name");
            let mut known: Vec<&str> = sets.keys().map(Str::as_str).collect();
            known.sort_unstable();
            self.scope.mistakes.push(suggest(problem, name, known.into_iter()));
        }
    }
}
