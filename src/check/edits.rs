//! The smallest edit: the change of one attribute, or one more of something, after which a loss does less. Where several things stop with
//! one zone, it takes as many changes. Each is proved by playing the loss through again, with what is changed.

use rustc_hash::FxHashSet;

use crate::analysis::failure::{Dependencies, EntryOutcome, Failure, Outcome, Simulation, Trial};
use crate::analysis::standing::Table;
use crate::eval::Files;
use crate::eval::access::elements;
use crate::graph::{Graph, Node};
use crate::model::{AttributeChange, EdgeKind, Edit, EditChange};
use crate::report::simulation::{EditedNode, SmallestEdit};
use crate::rule::decided;
use crate::value::equality::{Truth, equal};
use crate::value::literal::quoted;
use crate::value::{Entries, Kind, Known, NodeId, Number, Str, Value};
use crate::verbs::{AssumedPlace, Assumptions, VerbContext};

/// No more nodes are looked at again in the trials of a graph, for each root module of it.
const MAX_NODES_TRIED: usize = 1_000_000;

/// No more changes are made together.
const MAX_CHANGES: usize = 4;

/// Tries the edits that the model names.
pub(super) struct Edits<'a> {
    graph: &'a Graph<'a>,
    files: &'a dyn Files,
    /// What the graph says without any change.
    context: &'a VerbContext<'a>,
    /// How nodes stand. A trial changes it and puts it back.
    table: Table,
    network: &'a Dependencies<'a>,
    looked_at: usize,
    /// How many nodes may be looked at.
    most: usize,
}

/// One edit of a node, evaluated.
#[derive(Clone)]
struct Candidate {
    node: NodeId,
    /// The node on the path that it is for.
    on_path: NodeId,
    changes: Vec<Assumed>,
    shown: Vec<EditedNode>,
}

/// What an edit makes of a node.
#[derive(Clone)]
enum Assumed {
    Attribute(Str, Value),
    Place(AssumedPlace),
}

impl<'a> Edits<'a> {
    pub(super) fn new(
        graph: &'a Graph<'a>,
        files: &'a dyn Files,
        context: &'a VerbContext<'a>,
        table: &Table,
        network: &'a Dependencies<'a>,
    ) -> Self {
        let most = MAX_NODES_TRIED.saturating_mul(graph.roots().count());
        Self { graph, files, context, table: table.clone(), network, looked_at: 0, most }
    }

    /// The edit of a node after which its loss is mildest for the entries that it takes down; of several the first.
    pub(super) fn of_node(
        &mut self,
        node: NodeId,
        before: &Simulation,
        verdicts: &[&EntryOutcome],
    ) -> Option<SmallestEdit> {
        let candidates = self.candidates(node);
        if candidates.is_empty() {
            return None;
        }
        let affected = |verdict: &&EntryOutcome| {
            let entry = *before.entries.get(verdict.entry)?;
            Some((entry, self.network.all_that_affects(entry)))
        };
        let affected: Vec<(NodeId, FxHashSet<NodeId>)> =
            verdicts.iter().map(affected).collect::<Option<_>>()?;
        let mut best: Option<SmallestEdit> = None;
        for candidate in candidates {
            let changes = std::slice::from_ref(&candidate);
            let mut worst = Outcome::Survives;
            for (entry, affecting) in &affected {
                let lost = Failure::Node(node);
                let outcome =
                    self.tried(*entry, affecting, lost, changes, |trial| trial.outcome().possible)?;
                worst = worst.max(outcome);
            }
            if worst < best.as_ref().map_or(Outcome::Down, |best| best.outcome) {
                best = Some(SmallestEdit { changes: candidate.shown, outcome: worst });
            }
        }
        best
    }

    /// The fewest changes that were found after which a failure does less to an entry.
    pub(super) fn of_entry(&mut self, entry: NodeId, lost: Failure, before: Outcome) -> Option<SmallestEdit> {
        let affecting = self.network.all_that_affects(entry);
        let mut made: Vec<Candidate> = Vec::new();
        while made.len() < MAX_CHANGES {
            let (path, effects) = self.tried(entry, &affecting, lost, &made, |trial| {
                let path = trial.path.clone();
                let effects: Vec<Outcome> = path.iter().map(|node| trial.on(*node).possible).collect();
                (path, effects)
            })?;
            let (mut next, mut any): (Option<Candidate>, Option<Candidate>) = (None, None);
            let mut best: Option<(Outcome, Candidate)> = None;
            // What was lost comes last, and decides most.
            for (node, effect) in path.iter().zip(effects).rev() {
                for candidate in self.candidates(*node) {
                    let is_same =
                        |made: &Candidate| made.node == candidate.node && made.shown == candidate.shown;
                    if made.iter().any(is_same) {
                        continue;
                    }
                    let mut all = made.clone();
                    all.push(candidate.clone());
                    let on_path = candidate.on_path;
                    let (outcome, own) = self.tried(entry, &affecting, lost, &all, |trial| {
                        (trial.outcome().possible, trial.on(on_path).possible)
                    })?;
                    if outcome < best.as_ref().map_or(before, |(best, _)| *best) {
                        best = Some((outcome, candidate));
                    } else if own < effect {
                        next.get_or_insert(candidate);
                    } else {
                        any.get_or_insert(candidate);
                    }
                }
                if best.is_some() {
                    break;
                }
            }
            if let Some((outcome, candidate)) = best {
                made.push(candidate);
                self.drop_needless(entry, &affecting, lost, outcome, &mut made);
                let changes = made.into_iter().flat_map(|candidate| candidate.shown).collect();
                return Some(SmallestEdit { changes, outcome });
            }
            // Something else stops as well: it takes one more change.
            made.push(next.or(any)?);
        }
        None
    }

    /// Drops the changes without which the outcome is the same.
    fn drop_needless(
        &mut self,
        entry: NodeId,
        affecting: &FxHashSet<NodeId>,
        lost: Failure,
        outcome: Outcome,
        made: &mut Vec<Candidate>,
    ) {
        for at in (0..made.len()).rev() {
            let mut others = made.clone();
            others.remove(at);
            let without = self.tried(entry, affecting, lost, &others, |trial| trial.outcome().possible);
            if without.is_some_and(|without| without <= outcome) {
                *made = others;
            }
        }
    }

    /// What is seen of a failure after these changes.
    fn tried<T>(
        &mut self,
        entry: NodeId,
        affecting: &FxHashSet<NodeId>,
        lost: Failure,
        changes: &[Candidate],
        look: impl FnOnce(&Trial<'_>) -> T,
    ) -> Option<T> {
        self.looked_at += affecting.len();
        if self.looked_at > self.most {
            return None;
        }
        let mut assumed = Assumptions::default();
        let all = changes.iter().flat_map(|own| own.changes.iter().map(|change| (&own.node, change)));
        for (node, change) in all {
            match change.clone() {
                Assumed::Attribute(name, value) => assumed.attributes.push((*node, name, value)),
                Assumed::Place(place) => assumed.places.push((*node, place)),
            }
        }
        let context = VerbContext::assuming(self.graph, self.files, assumed);
        let mut nodes: Vec<NodeId> = affecting.iter().copied().collect();
        nodes.sort_unstable();
        let earlier = context.stand_again(&mut self.table, &nodes);
        let seen = look(&self.network.with(&self.table, &nodes).trial(entry, affecting, lost));
        self.table.restore(earlier);
        Some(seen)
    }

    /// The edits of a node, and of what scales it or is a part of it.
    fn candidates(&self, node: NodeId) -> Vec<Candidate> {
        let beside = [EdgeKind::Scales, EdgeKind::MemberOf, EdgeKind::Configures];
        let beside = beside.into_iter().flat_map(|kind| self.graph.referrers(node, kind, &[]).nodes);
        let all = std::iter::once(node).chain(beside);
        all.flat_map(|id| self.edits_of(id, node)).collect()
    }

    fn edits_of(&self, id: NodeId, on_path: NodeId) -> Vec<Candidate> {
        let Some(node) = self.graph.node(id) else { return Vec::new() };
        let edits = self.graph.model.edits.get(&node.type_).map_or(&[][..], Vec::as_slice);
        edits.iter().filter_map(|edit| self.candidate(id, node, edit, on_path)).collect()
    }

    fn candidate(&self, id: NodeId, node: &Node, edit: &Edit, on_path: NodeId) -> Option<Candidate> {
        let answer = |expression| self.context.answer(id, expression);
        // What is not known is not meant.
        let holds = |when: Option<_>| when.is_none_or(|when| matches!(answer(when).kind, Kind::Bool(true)));
        if !holds(edit.when.as_ref()) {
            return None;
        }
        let shown = |text: String, is_attribute: bool, attribute: &[Str]| EditedNode {
            node: super::landscape::shown(self.graph, id),
            text,
            is_attribute,
            place: decided(self.graph, id, node, attribute),
        };
        match &edit.change {
            EditChange::Attributes(all) => {
                let mut values: Vec<(Str, Value)> = Vec::new();
                let mut texts = Vec::new();
                for (at, AttributeChange { path, to, when }) in all.iter().enumerate() {
                    if !holds(when.as_ref()) {
                        continue;
                    }
                    let value = answer(to);
                    let text = format!("{path} = {}", written(&value)?);
                    let path: Vec<Str> = path.split('.').map(Str::from).collect();
                    let (first, rest) = path.split_first()?;
                    let changed = values.iter().position(|(name, _)| name == first);
                    let own = match changed.and_then(|at| values.get(at)) {
                        Some((_, value)) => Some(value),
                        None => node.value.as_entries().and_then(|entries| entries.get(first)),
                    };
                    let value = replaced(own, rest, value);
                    let is_same = own
                        .map_or(value.is_null(), |own| matches!(equal(own, &value, self.graph), Truth::Yes));
                    if is_same {
                        // Without its first change an edit is none.
                        if at == 0 {
                            return None;
                        }
                        continue;
                    }
                    texts.push(shown(text, true, &path));
                    match changed.and_then(|at| values.get_mut(at)) {
                        Some(slot) => slot.1 = value,
                        None => values.push((first.clone(), value)),
                    }
                }
                let changes = values.into_iter().map(|(name, value)| Assumed::Attribute(name, value));
                Some(Candidate { node: id, on_path, changes: changes.collect(), shown: texts })
            }
            EditChange::Addition { words, zones, copies, others } => {
                let zones = answer(zones);
                matches!(elements(&zones), Some(Known::Yes(_))).then_some(())?;
                let others = others.as_ref().map(answer).map_or(0, |others| small(&others));
                let changes = vec![Assumed::Place(AssumedPlace { zones, others, copies: answer(copies) })];
                let shown = vec![shown(words.to_string(), false, &[])];
                Some(Candidate { node: id, on_path, changes, shown })
            }
        }
    }
}

/// A value in which the one at a path through nested blocks is another; blocks that are not there are made.
fn replaced(own: Option<&Value>, path: &[Str], value: Value) -> Value {
    let Some((first, rest)) = path.split_first() else { return value };
    let block = own.and_then(|own| match elements(own) {
        Some(Known::Yes(found)) => found.items.into_iter().next().map(|(_, block)| block),
        _ => None,
    });
    let known = block.as_ref().and_then(Value::as_entries);
    let mut entries: Vec<(Str, Value)> =
        known.map(|known| known.items.iter().cloned().collect()).unwrap_or_default();
    // Of equal keys the last one wins.
    entries.push((first.clone(), replaced(known.and_then(|known| known.get(first)), rest, value)));
    Value::tuple(vec![Kind::Object(Entries::of_block(entries)).into()])
}

/// A number of zones.
fn small(value: &Value) -> usize {
    match &value.kind {
        Kind::Number(Number::Int(number)) => usize::try_from(*number).unwrap_or_default(),
        _ => 0,
    }
}

/// A value as written in Terraform; none of what is not written on one line.
fn written(value: &Value) -> Option<String> {
    match &value.kind {
        Kind::Null(_) => Some("null".to_owned()),
        Kind::Bool(value) => Some(value.to_string()),
        Kind::Number(value) => Some(value.to_string()),
        Kind::String(text) => Some(quoted(text)),
        _ => None,
    }
}
