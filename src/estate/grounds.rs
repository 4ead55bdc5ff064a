//! What a value rests on that its own root module does not say: assumptions, and data sources that somebody else answers.
//!
//! The [way back](super::declaration) ends at the first expression that computes something. This one looks into it: the condition of
//! a conditional and the argument of a function may be what was assumed, or what another root module tells.

use std::collections::VecDeque;

use rustc_hash::FxHashSet;

use super::Mode;
use super::declaration::{DecidedBy, Declaration, Position, Provenance, Repeated, Scopes};
use super::locate::locate;
use crate::address::InstanceKey;
use crate::syntax::tree::{BodyId, ExprId, Tree};
use crate::text::{FileId, Range, Span};
use crate::value::{Step, Str};

/// The most expressions that are looked into for one finding.
const MAX_LOOKS: usize = 2048;

/// Something that a value rests on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ground {
    /// An assumption, which stands at this place.
    Assumption(Span),
    /// A data source.
    Data(DataGround),
}

/// A data source that a value rests on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DataGround {
    /// The index of its module instance in [`Scopes`].
    pub scope: usize,
    pub type_: Str,
    pub name: Str,
    /// What is read of it, with its key.
    pub steps: Vec<Step>,
}

/// What another root module tells of a data source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToldBy {
    /// The index of the root module among those of a run.
    pub root: usize,
    /// The address of the resource that is read; none if it is the outputs.
    pub resource: Option<Str>,
}

/// How far the way leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Through {
    /// Through names of values.
    Names,
    /// Also through resources that are referred to.
    Resources,
}

impl Scopes {
    /// What an attribute of an instance rests on, the nearest first; all attributes if the path is empty.
    #[must_use]
    pub fn grounds(
        &self,
        declaration: &Declaration,
        key: &InstanceKey,
        path: &[Step],
        through: Through,
    ) -> Vec<Ground> {
        let repeated = Some(Repeated { key, for_each: declaration.attribute("for_each") });
        let mut walk = GroundWalk::new(self, through);
        if path.is_empty() {
            for block in declaration.blocks() {
                walk.body(declaration.scope, &block.tree, block.body, repeated);
            }
        } else {
            let set = declaration.blocks().rev().find_map(|block| {
                let (expr, rest) = locate(&block.tree, block.body, path)?.value?;
                Some((&*block.tree, expr, rest))
            });
            walk.waiting.extend(
                set.map(|(tree, expr, path)| Position::new(declaration.scope, tree, expr, path, repeated)),
            );
        }
        walk.found()
    }

    /// The places where an output of the root module is set and decided.
    #[must_use]
    pub fn find_output(&self, name: &str) -> Option<Provenance> {
        let scope = self.root()?;
        let config = &*self.scopes.get(scope)?.config;
        let declared = config.outputs.get(config.output(name)?)?;
        let (tree, value) = declared.attribute(config, "value")?;
        let decided = self.decided(Position::new(scope, tree, value.value, Vec::new(), None));
        Some(Provenance { at: tree.span(tree.attribute_range(&value)), decided })
    }
}

/// A look into expressions, the nearest first.
struct GroundWalk<'s> {
    scopes: &'s Scopes,
    through: Through,
    waiting: VecDeque<Position<'s>>,
    seen: FxHashSet<(usize, FileId, Range)>,
    resources: FxHashSet<(usize, usize)>,
    found: Vec<Ground>,
}

impl<'s> GroundWalk<'s> {
    fn new(scopes: &'s Scopes, through: Through) -> Self {
        let (waiting, seen, resources) = (VecDeque::new(), FxHashSet::default(), FxHashSet::default());
        Self { scopes, through, waiting, seen, resources, found: Vec::new() }
    }

    fn body(&mut self, scope: usize, tree: &'s Tree, body: BodyId, repeated: Option<Repeated<'s>>) {
        tree.each_value(tree.body(body), &mut |expr| {
            self.waiting.push_back(Position::new(scope, tree, expr, Vec::new(), repeated));
        });
    }

    fn found(mut self) -> Vec<Ground> {
        for _ in 0..MAX_LOOKS {
            let Some(next) = self.waiting.pop_front() else { break };
            self.look(next);
        }
        self.found
    }

    fn look(&mut self, mut at: Position<'s>) {
        if !at.descend() || !self.seen.insert((at.scope, at.tree.file, at.tree.expr(at.expr).range)) {
            return;
        }
        match at.reference() {
            Some((root, steps)) => self.follow(&at, root, &steps),
            None => {
                let Position { scope, tree, repeated, .. } = at;
                let inside = |expr: ExprId| Position::new(scope, tree, expr, Vec::new(), repeated);
                tree.each_child(at.expr, &mut |child| self.waiting.push_back(inside(child)));
            }
        }
    }

    fn follow(&mut self, at: &Position<'s>, root: &str, steps: &[Step]) {
        if let Some((next, place, by)) = self.scopes.next(at) {
            match by {
                DecidedBy::Assumption => self.add(Ground::Assumption(place)),
                _ => self.waiting.push_back(next),
            }
            return;
        }
        match (root, steps) {
            ("data", [Step::Key(type_), Step::Key(name), rest @ ..]) => {
                let (type_, name, steps) = (type_.clone(), name.clone(), rest.to_vec());
                self.add(Ground::Data(DataGround { scope: at.scope, type_, name, steps }));
            }
            ("each", _) => {
                if let Some((tree, expr)) = at.repeated.and_then(|repeated| repeated.for_each) {
                    let (scope, path) = (at.scope, Vec::new());
                    self.waiting.push_back(Position::new(scope, tree, expr, path, None));
                }
            }
            (type_, [Step::Key(name), ..]) if self.through == Through::Resources => {
                self.resource(at.scope, type_, name);
            }
            _ => {}
        }
    }

    fn resource(&mut self, scope: usize, type_: &str, name: &str) {
        let Some(config) = self.scopes.scopes.get(scope).map(|module| &*module.config) else { return };
        let Some(index) = config.resource(Mode::Managed, type_, name) else { return };
        if self.resources.insert((scope, index))
            && let Some(declared) = config.resources.get(index)
        {
            for (tree, body) in declared.bodies(config) {
                self.body(scope, tree, body, None);
            }
        }
    }

    fn add(&mut self, ground: Ground) {
        if !self.found.contains(&ground) {
            self.found.push(ground);
        }
    }
}
