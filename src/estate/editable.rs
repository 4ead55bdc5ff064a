//! Where a value can be changed: the place that decides it, and the body in which it can be set if nothing does.

use super::declaration::{DecidedBy, Position, Repeated, Scopes};
use super::{BlockSource, Declaration, passed};
use crate::address::InstanceKey;
use crate::budget::Meter;
use crate::syntax::tree::{Block, BodyId, ExprId, ExprKind, Tree};
use crate::text::{MAX_QUOTED, Span, shortened};
use crate::value::{Step, Str};

/// The most references that are followed, as on the way back for a finding.
const MAX_STEPS: usize = 64;

/// A place in a file where an argument can get another value.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EditPlace {
    /// A literal, in whose place another value can stand.
    Literal {
        /// The place of the literal.
        span: Span,
        /// Whose value it is, as a user writes it: `local.highly_available`, `var.multi_az`; empty if it is the argument itself.
        of: String,
    },
    /// A body in which it is not set: between the braces.
    Body {
        /// The place of the body.
        span: Span,
        /// The name, behind those of nested blocks that are not there yet.
        path: Vec<Str>,
    },
}

impl EditPlace {
    /// Where it is.
    #[must_use]
    pub const fn span(&self) -> Span {
        match self {
            Self::Literal { span, .. } | Self::Body { span, .. } => *span,
        }
    }
}

impl Scopes {
    /// The places where an attribute of an instance can be changed, the one that decides it today first.
    ///
    /// # Errors
    /// Why there is none, in a sentence without a final dot.
    pub fn editable(
        &self,
        declaration: &Declaration,
        key: &InstanceKey,
        path: &[Str],
    ) -> Result<Vec<EditPlace>, String> {
        let mut first = None;
        for block in declaration.blocks().rev() {
            match search(&block.tree, block.body, path)? {
                Searched::Set(expr, rest) => {
                    return self.trail(declaration, block, key, expr, rest);
                }
                // A later block may have the nested block that the argument belongs into.
                Searched::Unset(body, rest) => {
                    if first.as_ref().is_none_or(|(_, _, best): &(_, _, &[Str])| rest.len() <= best.len()) {
                        first = Some((block, body, rest));
                    }
                }
            }
        }
        let (block, body, rest) = first.ok_or("no block declares it")?;
        let span = block.tree.span(block.tree.body(body).range);
        Ok(vec![EditPlace::Body { span, path: rest.to_vec() }])
    }

    /// Where a nested block can be added to an instance.
    ///
    /// # Errors
    /// Why there is none, in a sentence without a final dot.
    pub fn extensible(declaration: &Declaration, path: &[Str]) -> Result<Vec<EditPlace>, String> {
        let block = &declaration.block;
        let (name, around) = path.split_last().ok_or("no block is named")?;
        let (body, rest) = descend(&block.tree, block.body, around)?;
        let span = block.tree.span(block.tree.body(body).range);
        let mut path = rest.to_vec();
        path.push(name.clone());
        Ok(vec![EditPlace::Body { span, path }])
    }

    /// Follows references to the literal that decides.
    fn trail(
        &self,
        declaration: &Declaration,
        block: &BlockSource,
        key: &InstanceKey,
        expr: ExprId,
        path: Vec<Step>,
    ) -> Result<Vec<EditPlace>, String> {
        let for_each = declaration.attribute("for_each");
        let mut current =
            Position::new(declaration.scope, &block.tree, expr, path, Some(Repeated { key, for_each }));
        let (mut of, mut call) = (String::new(), None);
        let meter = Meter::of_question(passed::MAX_COST);
        for _ in 0..MAX_STEPS {
            if !current.descend() {
                return Err(format!("`{}` has no such entry", quoted(current.tree, current.expr)));
            }
            // An expression that hands on a part of itself, such as `merge(local.common, { days = 14 })`.
            if let Some(part) = self.handed_on(&current, &meter) {
                (current, call) = (part, None);
                continue;
            }
            let reference = current.reference();
            let Some((next, _, by)) = self.next(&current) else {
                return self.last(&current, of, call.filter(|_| reference.is_none()));
            };
            if by == DecidedBy::Assumption {
                return Err("an assumption answers it".to_owned());
            }
            call = match (by, reference.as_ref()) {
                // A variable that the call does not set.
                (DecidedBy::Default, Some((_, steps))) => match steps.first() {
                    Some(Step::Key(name)) => Some((current.scope, name.clone())),
                    _ => None,
                },
                _ => None,
            };
            if let Some((root, steps)) = reference {
                of = steps.iter().fold(root.to_owned(), |text, step| text + &step.to_string());
            }
            current = next;
        }
        Err("it is passed on too many times".to_owned())
    }

    /// The place at the end of a trail, and the call that could set the variable whose default is there.
    fn last(
        &self,
        at: &Position<'_>,
        of: String,
        call: Option<(usize, Str)>,
    ) -> Result<Vec<EditPlace>, String> {
        if let Some((root, steps)) = at.reference() {
            let name = steps.iter().fold(root.to_owned(), |text, step| text + &step.to_string());
            return Err(match root {
                "var" => format!("`{name}` gets its value from outside of the configuration"),
                _ => format!("`{name}` decides it"),
            });
        }
        if !at.path.is_empty() || !is_literal(at.tree, at.expr) {
            return Err(format!("the expression `{}` decides it", quoted(at.tree, at.expr)));
        }
        let mut places = vec![EditPlace::Literal { span: at.tree.span(at.tree.expr(at.expr).range), of }];
        if let Some((scope, name)) = call {
            places.extend(self.call_of(scope, name));
        }
        Ok(places)
    }

    /// The body of the call that made a module instance, for an argument that it does not set.
    fn call_of(&self, scope: usize, name: Str) -> Option<EditPlace> {
        let site = self.scopes.get(scope)?.call.as_ref()?;
        let caller = &*self.scopes.get(site.scope)?.config;
        let at = caller.calls.get(site.call)?.at;
        let tree = caller.trees.get(at.tree)?;
        Some(EditPlace::Body { span: tree.span(tree.body(at.block.body).range), path: vec![name] })
    }
}

/// What a body says of an argument.
enum Searched<'p> {
    /// This expression sets it, or has it as a part.
    Set(ExprId, Vec<Step>),
    /// The innermost body that is there does not set it; the names of what is missing.
    Unset(BodyId, &'p [Str]),
}

fn search<'p>(tree: &Tree, body: BodyId, path: &'p [Str]) -> Result<Searched<'p>, String> {
    let (body, rest) = descend(tree, body, path)?;
    let Some((name, inner)) = rest.split_first() else { return Err("it is a block".to_owned()) };
    Ok(match tree.attribute(tree.body(body), name) {
        Some(attribute) => Searched::Set(attribute.value, inner.iter().cloned().map(Step::Key).collect()),
        None => Searched::Unset(body, rest),
    })
}

/// Goes into nested blocks as far as they are there.
fn descend<'p>(tree: &Tree, mut body: BodyId, path: &'p [Str]) -> Result<(BodyId, &'p [Str]), String> {
    let mut rest = path;
    while let Some((name, inner)) = rest.split_first() {
        let blocks = tree.blocks(tree.body(body));
        let is_dynamic = |block: &&Block| {
            tree.text(block.kind) == "dynamic"
                && tree.labels(block).first().is_some_and(|label| tree.text(label.text) == name.as_str())
        };
        if blocks.iter().any(|block| is_dynamic(&block)) {
            return Err(format!("a `dynamic` block makes `{name}`"));
        }
        let mut same = blocks.iter().filter(|block| tree.text(block.kind) == name.as_str());
        let Some(block) = same.next() else { break };
        if same.next().is_some() {
            return Err(format!("there are several blocks `{name}`"));
        }
        body = block.body;
        rest = inner;
    }
    Ok((body, rest))
}

/// Whether an expression is a value that stands there as it is.
fn is_literal(tree: &Tree, expr: ExprId) -> bool {
    match tree.expr(expr).kind {
        ExprKind::Null | ExprKind::Bool(_) | ExprKind::Number(_) | ExprKind::String(_) => true,
        ExprKind::Parens(inner) => is_literal(tree, inner),
        ExprKind::Tuple(items) => {
            let range = tree.expr(expr).range;
            let has_comment = tree
                .comments()
                .iter()
                .any(|comment| range.start <= comment.range.start && comment.range.end <= range.end);
            !has_comment && tree.exprs(items).iter().all(|item| is_literal(tree, *item))
        }
        ExprKind::Unary { operand, .. } => is_literal(tree, operand),
        _ => false,
    }
}

/// An expression in a sentence.
fn quoted(tree: &Tree, expr: ExprId) -> String {
    let words: Vec<&str> = tree.slice(tree.expr(expr).range).split_whitespace().collect();
    shortened(&words.join(" "), MAX_QUOTED).into_owned()
}
