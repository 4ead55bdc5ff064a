//! The smallest edit: the change of one attribute after which the loss of a node takes no entry down any more. Each is proved by
//! simulating again, with the attribute changed.

use crate::analysis::failure::{EntryOutcome, Failure, Outcome, Simulation};
use crate::eval::Files;
use crate::graph::Graph;
use crate::report::simulation::SmallestEdit;
use crate::value::{Kind, NodeId, Str, Value};
use crate::verbs::VerbContext;

/// No more edits are tried in one root.
const MAX_EDITS_TRIED: usize = 32;

/// Tries the edits that the model names.
pub(super) struct Edits<'a> {
    graph: &'a Graph<'a>,
    files: &'a dyn Files,
    tried: usize,
}

impl<'a> Edits<'a> {
    pub(super) const fn new(graph: &'a Graph<'a>, files: &'a dyn Files) -> Self {
        Self { graph, files, tried: 0 }
    }

    /// The edit of a node after which its loss is mildest for the entries that it takes down; of several the first.
    pub(super) fn next(
        &mut self,
        node: NodeId,
        before: &Simulation,
        verdicts: &[&EntryOutcome],
    ) -> Option<SmallestEdit> {
        let graph = self.graph;
        let edits = graph.model.edits.get(&graph.node(node)?.type_)?;
        let mut best: Option<SmallestEdit> = None;
        for edit in edits {
            if self.tried == MAX_EDITS_TRIED {
                break;
            }
            self.tried += 1;
            let value = VerbContext::new(graph, self.files).answer(node, &edit.to);
            let Some(written) = written(&value) else { continue };
            let Some(outcome) = self.after(node, edit.attribute.clone(), value, before, verdicts) else {
                continue;
            };
            let is_better = best.as_ref().is_none_or(|best| outcome < best.outcome);
            if outcome < Outcome::Down && is_better {
                best = Some(SmallestEdit { attribute: edit.attribute.clone(), value: written, outcome });
            }
        }
        best
    }

    /// The worst that the loss of the node may do to these entries after the edit.
    fn after(
        &self,
        node: NodeId,
        attribute: Str,
        value: Value,
        before: &Simulation,
        verdicts: &[&EntryOutcome],
    ) -> Option<Outcome> {
        let context = VerbContext::assuming(self.graph, self.files, node, vec![(attribute, value)]);
        let after = Simulation::run(self.graph, &context.standings(), Some(&[Failure::Node(node)]));
        if after.entries != before.entries {
            return None;
        }
        let outcome = |verdict: &&EntryOutcome| {
            after.verdict(verdict.entry, 0).map_or(Outcome::Survives, |verdict| verdict.effect.possible)
        };
        verdicts.iter().map(outcome).max()
    }
}

/// A value as written in Terraform; none of what is not written on one line.
fn written(value: &Value) -> Option<String> {
    match &value.kind {
        Kind::Bool(value) => Some(value.to_string()),
        Kind::Number(value) => Some(value.to_string()),
        Kind::String(text) => Some(format!("{text:?}")),
        _ => None,
    }
}
