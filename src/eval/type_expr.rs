//! Type constraints: the `type` argument of a variable.

use std::sync::Arc;

use rustc_hash::FxHashSet;

use super::EvalResult;
use crate::diagnostic::Diagnostic;
use crate::syntax::tree::{Call, ExprId, ExprKind, Tree};
use crate::text::Range;
use crate::value::convert::{convert, plain};
use crate::value::types::{AttributeType, Constraint, Defaults};
use crate::value::{Str, Type, Value};

/// Reads a type constraint; a wrong part counts as `any`. `evaluate` computes the defaults of optional attributes.
pub fn constraint(
    tree: &Tree,
    expr: ExprId,
    evaluate: &dyn Fn(ExprId) -> EvalResult<Value>,
) -> (Constraint, Vec<Diagnostic>) {
    let mut reader = TypeReader { tree, evaluate, problems: Vec::new() };
    let (type_, defaults) = match tree.expr(expr).kind {
        // In JSON files a type is a string that holds a type expression; the parser hands over simple ones unchanged.
        ExprKind::String(text) if tree.is_json() => reader.keyword(tree.text(text), tree.expr(expr).range),
        ExprKind::String(text) => (reader.quoted(tree.text(text), expr), Defaults::default()),
        _ => reader.read(expr),
    };
    let defaults = (!is_empty(&defaults)).then_some(defaults);
    (Constraint { type_, defaults }, reader.problems)
}

fn is_empty(defaults: &Defaults) -> bool {
    defaults.attributes.is_empty() && defaults.children.is_empty() && defaults.elements.is_none()
}

struct TypeReader<'a> {
    tree: &'a Tree,
    evaluate: &'a dyn Fn(ExprId) -> EvalResult<Value>,
    problems: Vec<Diagnostic>,
}

type ReadType = (Type, Defaults);

impl TypeReader<'_> {
    fn refuse(&mut self, range: Range, message: impl Into<String>) -> ReadType {
        let problem = Diagnostic::error("syntax/type", message)
            .at(self.tree.span(range), "not a type")
            .help("types are string, number, bool, any, list(…), set(…), map(…), tuple([…]) and object({…})");
        self.problems.push(problem);
        (Type::Dynamic, Defaults::default())
    }

    /// Terraform 0.11 wrote type constraints in quotes, which later ones refuse.
    fn quoted(&mut self, name: &str, expr: ExprId) -> Type {
        let any = || Arc::new(Type::Dynamic);
        let range = self.tree.expr(expr).range;
        let (type_, word) = match name {
            "string" => (Type::String, "string"),
            // Any elements were accepted here; most were strings.
            "list" => (Type::List(any()), "list(string)"),
            "map" => (Type::Map(any()), "map(string)"),
            _ => return self.refuse(range, format!("\"{name}\" is not a type constraint")).0,
        };
        let problem = Diagnostic::error("syntax/type", "a type constraint stands in quotes")
            .at(self.tree.span(range), "not a type")
            .help(format!("only Terraform 0.11 wrote it so: write `{word}`"));
        self.problems.push(problem);
        type_
    }

    fn keyword(&mut self, name: &str, range: Range) -> ReadType {
        let any = || Arc::new(Type::Dynamic);
        let type_ = match name {
            "bool" => Type::Bool,
            "string" => Type::String,
            "number" => Type::Number,
            "any" => Type::Dynamic,
            "list" => Type::List(any()),
            "set" => Type::Set(any()),
            "map" => Type::Map(any()),
            "object" | "tuple" => {
                return self.refuse(range, format!("`{name}` needs an element type: `{name}(…)`"));
            }
            "optional" => return self.misplaced_optional(range),
            _ => return self.refuse(range, format!("`{name}` is not a type")),
        };
        (type_, Defaults::default())
    }

    fn misplaced_optional(&mut self, range: Range) -> ReadType {
        self.refuse(range, "`optional` is valid only for attributes of an object type")
    }

    fn read(&mut self, expr: ExprId) -> ReadType {
        let node = *self.tree.expr(expr);
        let tree = self.tree;
        match node.kind {
            ExprKind::Variable(name) => self.keyword(tree.text(name), node.range),
            ExprKind::Parens(inner) | ExprKind::Wrapped(inner) => self.read(inner),
            ExprKind::Call(id) => {
                let Call { name, arguments, .. } = tree.call(id);
                let name = tree.text(name);
                // What could not be read is a problem already.
                let is_broken = |part: &ExprId| matches!(tree.expr(*part).kind, ExprKind::Invalid);
                if tree.exprs(arguments).iter().any(is_broken) {
                    return (Type::Dynamic, Defaults::default());
                }
                match (name, tree.exprs(arguments)) {
                    ("list" | "set" | "map", [element]) => self.collection(name, *element),
                    ("tuple", [parts]) => self.tuple(*parts),
                    ("object", [attributes]) => self.object(*attributes),
                    ("optional", _) => self.misplaced_optional(node.range),
                    ("list" | "set" | "map" | "tuple" | "object", _) => {
                        self.refuse(node.range, format!("`{name}(…)` takes one argument"))
                    }
                    _ => self.refuse(node.range, format!("`{name}` is not a type constructor")),
                }
            }
            ExprKind::Invalid => (Type::Dynamic, Defaults::default()),
            _ => self.refuse(node.range, "this is not a type"),
        }
    }

    fn collection(&mut self, name: &str, element: ExprId) -> ReadType {
        let (element, inner) = self.read(element);
        let element = Arc::new(element);
        let type_ = match name {
            "list" => Type::List(element),
            "set" => Type::Set(element),
            _ => Type::Map(element),
        };
        let elements = (!is_empty(&inner)).then(|| Box::new(inner));
        (type_, Defaults { elements, ..Defaults::default() })
    }

    fn tuple(&mut self, parts: ExprId) -> ReadType {
        let ExprKind::Tuple(parts) = self.tree.expr(parts).kind else {
            return self.refuse(self.tree.expr(parts).range, "`tuple(…)` takes a list of types");
        };
        let tree = self.tree;
        let mut types = Vec::new();
        let mut defaults = Defaults::default();
        for (i, part) in tree.exprs(parts).iter().enumerate() {
            let (type_, inner) = self.read(*part);
            types.push(type_);
            if !is_empty(&inner) {
                defaults.children.push((ecow::eco_format!("{i}"), inner));
            }
        }
        (Type::Tuple(types.into()), defaults)
    }

    fn object(&mut self, attributes: ExprId) -> ReadType {
        let ExprKind::Object(items) = self.tree.expr(attributes).kind else {
            return self.refuse(self.tree.expr(attributes).range, "`object(…)` takes an object of types");
        };
        let tree = self.tree;
        let mut read: Vec<AttributeType> = Vec::new();
        let mut names: FxHashSet<Str> = FxHashSet::default();
        let mut defaults = Defaults::default();
        for item in tree.items(items) {
            let name: Str = match tree.expr(item.key).kind {
                ExprKind::String(text) | ExprKind::Variable(text)
                    if !tree.slice(tree.expr(item.key).range).starts_with(['"', '\\']) =>
                {
                    tree.text(text).into()
                }
                _ => {
                    self.refuse(
                        tree.expr(item.key).range,
                        "the attribute names of an object type must be plain names",
                    );
                    continue;
                }
            };
            let (attribute, inner, default) = self.attribute(name.clone(), item.value);
            if let Some(default) = default {
                defaults.attributes.push((name.clone(), default));
            }
            if !is_empty(&inner) {
                defaults.children.push((name.clone(), inner));
            }
            if !names.insert(name.clone()) {
                self.refuse(
                    tree.expr(item.key).range,
                    format!("the object type has the attribute `{name}` twice"),
                );
                read.retain(|other| other.name != name);
            }
            read.push(attribute);
        }
        read.sort_by(|a, b| a.name.cmp(&b.name));
        (Type::Object(read.into()), defaults)
    }

    /// An attribute, with or without `optional(…)`: its type, the defaults inside that type, and its own default.
    fn attribute(&mut self, name: Str, expr: ExprId) -> (AttributeType, Defaults, Option<Value>) {
        let tree = self.tree;
        let node = *tree.expr(expr);
        let arguments = match node.kind {
            ExprKind::Call(id) if tree.text(tree.call(id).name) == "optional" => {
                tree.exprs(tree.call(id).arguments)
            }
            _ => {
                let (type_, inner) = self.read(expr);
                return (AttributeType { name, type_, optional: false }, inner, None);
            }
        };
        let (type_, default) = match arguments {
            [type_] => (*type_, None),
            [type_, default] => (*type_, Some(*default)),
            _ => {
                let (type_, inner) =
                    self.refuse(node.range, "`optional(…)` takes a type and, if needed, a default");
                return (AttributeType { name, type_, optional: true }, inner, None);
            }
        };
        let (type_, inner) = self.read(type_);
        let default = default.and_then(|default| self.default(default, &type_));
        (AttributeType { name, type_, optional: true }, inner, default)
    }

    fn default(&mut self, expr: ExprId, type_: &Type) -> Option<Value> {
        let range = self.tree.expr(expr).range;
        if self.tree.call_inside(expr).is_some() {
            let message = "the default of an optional attribute calls a function";
            let problem = Diagnostic::error("syntax/type", message)
                .at(self.tree.span(range), "not a constant")
                .help("write a literal value");
            self.problems.push(problem);
        }
        let converted = (self.evaluate)(expr).map_err(|error| error.message).and_then(|value| {
            // `convert` fills in the optional attributes inside when the default is used.
            match type_ {
                Type::Object(_) | Type::List(_) | Type::Set(_) | Type::Map(_) | Type::Tuple(_) => {
                    convert(&value, type_).map(|_| value)
                }
                _ => convert(&value, &plain(type_)),
            }
            .map_err(|error| error.to_string())
        });
        match converted {
            Ok(value) => Some(value),
            Err(why) => {
                let message = format!("this default does not fit the type of its attribute: {why}");
                self.problems.push(Diagnostic::error("syntax/type", message).at(self.tree.span(range), ""));
                None
            }
        }
    }
}
