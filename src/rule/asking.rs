//! One question of one rule about one node: its verdict, and everything that a finding shows.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::grounds::Grounds;
use super::place::{self, AttributePlace, Calls};
use super::verdict::{UnknownVerdict, Verdict};
use super::{Defect, LabelRule, Rule};
use crate::diagnostic::{Diagnostic, Label, Location, PathNode, Severity};
use crate::graph::{Graph, NodeKind};
use crate::model::Expression;
use crate::text::{MAX_SENTENCE, shortened};
use crate::value::{Cause, Kind, Known, NodeId, Piece, Str, Value};
use crate::verbs::Assumptions;
use crate::verbs::scope::{GraphScope, Locals, not_all_read};

/// With more attributes that are null or something known, not every case is tried.
const MAX_EITHER: usize = 3;

/// A verdict, and what it becomes where another rule reports the same.
pub(super) struct RuleAnswer {
    pub(super) verdict: Verdict,
    /// The addresses of what the finding of the other rule is about.
    pub(super) about: Vec<Str>,
    pub(super) labels: Vec<Label>,
}

/// The question of one rule about one node.
pub(super) struct Asking<'a> {
    pub(super) rule: &'a Arc<Rule>,
    pub(super) graph: &'a Graph<'a>,
    pub(super) root: usize,
    pub(super) calls: &'a Calls<'a>,
    pub(super) node: NodeId,
    pub(super) scope: GraphScope<'a>,
    pub(super) severity: Severity,
}

impl Asking<'_> {
    pub(super) fn verdict(&self) -> Verdict {
        // Most nodes have no defect: then nothing else is evaluated, not even whether the rule applies.
        let defects = &self.rule.defects;
        let mut open = None;
        let mut found = None;
        for defect in defects {
            match self.scope.holds(&defect.when) {
                Known::Yes(false) => {}
                // The first defect that holds is reported, whatever the others are.
                Known::Yes(true) => {
                    found = Some(defect);
                    break;
                }
                Known::No(cause) => drop(open.get_or_insert((defect, cause))),
            }
        }
        // A value that is one of two decides nothing where the rule passes with either.
        if found.is_none() && open.is_some() && self.passes_in_all_cases() {
            open = None;
        }
        let skip = match &self.rule.unless {
            _ if found.is_none() && open.is_none() => return Verdict::Pass,
            Some(unless) => self.scope.holds(unless),
            None => Known::Yes(false),
        };
        let uncertain = self.graph.node(self.node).and_then(|node| node.uncertain.clone());
        match (skip, found, open, uncertain) {
            (Known::Yes(true), ..) => Verdict::Skip,
            (Known::Yes(false), Some(defect), _, None) => Verdict::Fail(Box::new(self.finding(defect))),
            (_, None, Some((defect, cause)), _) => self.undecided(Some(defect), cause),
            (Known::No(cause), Some(defect), ..) | (_, Some(defect), _, Some(cause)) => {
                self.undecided(Some(defect), cause)
            }
            (_, None, None, _) => Verdict::Pass,
        }
    }

    /// Whether no defect holds whichever of its two values each attribute has that is null or something known.
    fn passes_in_all_cases(&self) -> bool {
        let Some(node) = self.graph.node(self.node) else { return false };
        let attributes = node.value.as_entries().into_iter().flat_map(|entries| &entries.items);
        let either: Vec<(&Str, &Arc<Value>)> = attributes
            .filter_map(|(name, value)| Some((name, value.as_unknown()?.refinement.null_or.as_ref()?)))
            .collect();
        if either.is_empty() || either.len() > MAX_EITHER {
            return false;
        }
        (0_u32..1 << either.len()).all(|case| {
            let is_null = |at: usize| case & (1 << at) != 0;
            let assumed = either.iter().enumerate().map(|(at, (name, value))| {
                (self.node, (*name).clone(), if is_null(at) { Value::NULL } else { (***value).clone() })
            });
            let assumed = Assumptions { attributes: assumed.collect(), ..Assumptions::default() };
            let context = self.scope.context.trying(assumed);
            let locals = Locals::new(&self.rule.locals);
            let scope = GraphScope { context: &context, locals: Some(&locals), ..self.scope };
            self.rule.defects.iter().all(|defect| matches!(scope.holds(&defect.when), Known::Yes(false)))
        })
    }

    /// A verdict with what a rule that yields to others has to say besides.
    pub(super) fn answer(&self, verdict: Verdict) -> RuleAnswer {
        let mut answer = RuleAnswer { verdict, about: Vec::new(), labels: Vec::new() };
        if let Some(yields) = &self.rule.yields
            && let Verdict::Fail(_) | Verdict::Unknown(_) = answer.verdict
        {
            let own = self.graph.node(self.node).map(|node| node.address.clone());
            answer.about =
                own.into_iter().chain(yields.about.iter().flat_map(|about| self.addresses(about))).collect();
            answer.labels = self.label(&yields.label);
        }
        answer
    }

    pub(super) fn undecided(&self, defect: Option<&Defect>, cause: Arc<Cause>) -> Verdict {
        let at = defect.map_or(&[][..], |defect| &defect.at);
        let node = self.graph.node(self.node);
        let cause = whose(self.graph, self.root, cause);
        Verdict::Unknown(UnknownVerdict {
            rule: self.rule.id.clone(),
            further_rules: Vec::new(),
            address: node.map(|node| node.address.clone()).unwrap_or_default(),
            cause,
            location: node.and_then(|node| {
                let found = place::find(self.graph, self.node, node, at)?;
                Some(self.calls.home(node, &found.location).unwrap_or(found.location))
            }),
        })
    }

    fn finding(&self, defect: &Defect) -> Diagnostic {
        let rule = self.rule;
        let node = self.graph.node(self.node);
        let address = node.map(|node| node.address.clone()).unwrap_or_default();
        let message = self.scope.evaluate(&defect.message).ok().filter(|message| !message.is_secret());
        let is_known = message.as_ref().is_some_and(|message| message.as_str().is_some());
        // The summary says what is wrong.
        let message = message.as_ref().and_then(told).unwrap_or_else(|| rule.summary.to_string());
        // Whom it is about is said there, unless just that is not known.
        let message = match node {
            Some(_) if !is_known && !message.contains('`') => format!("`{address}`: {message}"),
            _ => message,
        };
        let message = shortened(&message, MAX_SENTENCE).into_owned();
        let mut finding = Diagnostic::finding(&rule.id, self.severity, &address, message);
        finding.is_about_text = node.is_some_and(|node| !matches!(node.kind, NodeKind::Resource(_)));
        finding.defect =
            rule.identity.as_ref().map_or_else(|| defect.name.clone(), |names| self.names(names));
        // What the place is, if not the node itself: the first of the nodes that the rule names.
        let shown = defect.place.as_ref().and_then(|place| self.nodes(place).first().copied());
        // What another root module says is no place of this one.
        let shown = shown.filter(|node| self.is_own(*node)).unwrap_or(self.node);
        if let Some(node) = self.graph.node(shown).or(node) {
            finding.calls = self.calls.to(node);
            if let Some(AttributePlace { location, decided }) =
                place::find(self.graph, shown, node, &defect.at)
            {
                let address = node.address.clone();
                finding.hidden = place::blocks_around(node, &location);
                let primary = decided.map_or_else(|| location.clone(), Location::Source);
                let words = match place::meaning(node) {
                    Some(meaning) => format!("by the meaning of {}", meaning.name()),
                    None if decided.is_some() => "its value comes from here".to_owned(),
                    None => String::new(),
                };
                finding.primary = Some(Label { address: address.clone(), ..Label::new(primary, words) });
                if decided.is_some() {
                    let text = format!("`{}` is set here", defect.at.join("."));
                    finding.related.push(Label { address, ..Label::new(location, text) });
                }
                self.calls.bring_home(&mut finding, node);
            }
        }
        for label in defect.labels.iter().chain(&rule.labels) {
            finding.related.extend(self.label(label));
        }
        let path = rule.path.as_ref().map(|path| self.nodes(path)).unwrap_or_default();
        let named = defect.labels.iter().chain(&rule.labels).flat_map(|label| self.nodes(&label.at));
        let grounds = Grounds { graph: self.graph, root: self.root, node: self.node };
        let nodes: Vec<NodeId> = path.iter().copied().chain(named).collect();
        let (labels, through) = grounds.joins(&nodes);
        finding.related.extend(labels);
        finding.path = self.path(&path);
        let told = grounds.values(shown, &defect.at, &through);
        let own = finding.primary.iter().map(|label| &label.location);
        let known: Vec<Location> =
            own.chain(finding.related.iter().map(|label| &label.location)).cloned().collect();
        finding.related.extend(told.labels.into_iter().filter(|label| !known.contains(&label.location)));
        if !told.path.is_empty() {
            let start = if path.is_empty() { vec![self.node] } else { Vec::new() };
            finding.path.extend(self.path(&start.into_iter().chain(told.path).collect::<Vec<_>>()));
        }
        finding
    }

    /// The names that tell findings about one node apart, sorted.
    fn names(&self, expression: &Expression) -> Str {
        let value = self.scope.evaluate(expression).ok().filter(|names| !names.is_secret());
        let items = value.as_ref().and_then(Value::as_sequence).map(|names| names.items.iter());
        let names: BTreeSet<&str> = items.into_iter().flatten().filter_map(Value::as_str).collect();
        names.into_iter().collect::<Vec<_>>().join(", ").into()
    }

    /// The nodes of a label or path; none if the expression fails on an unusual configuration.
    fn nodes(&self, expression: &Expression) -> Vec<NodeId> {
        let mut nodes = Vec::new();
        if let Ok(value) = self.scope.evaluate(expression) {
            flatten(&value, &mut nodes);
        }
        nodes
    }

    fn addresses(&self, expression: &Expression) -> Vec<Str> {
        self.path(&self.nodes(expression)).into_iter().map(|node| node.address).collect()
    }

    fn is_own(&self, node: NodeId) -> bool {
        self.graph.root_of(node) == Some(self.root)
    }

    fn path(&self, nodes: &[NodeId]) -> Vec<PathNode> {
        let mut path: Vec<PathNode> = Vec::new();
        for node in nodes {
            if let Some(node) = self.graph.node(*node)
                && path.last().is_none_or(|last| last.address != node.address)
            {
                path.push(PathNode { address: node.address.clone(), header: node.place.header() });
            }
        }
        path
    }

    fn label(&self, label: &LabelRule) -> Vec<Label> {
        let mut labels: Vec<Label> = Vec::new();
        for id in self.nodes(&label.at) {
            let Some(node) = self.graph.node(id) else { continue };
            if let Some(AttributePlace { location, .. }) = place::find(self.graph, id, node, &label.attribute)
                && !labels.iter().any(|label| label.location == location)
            {
                let address = node.address.clone();
                labels.push(Label { address, ..Label::new(location, label.text.as_str()) });
            }
        }
        labels
    }
}

/// A message, with `…` in place of what is not known of it. `None` if nothing of it is, or it depends on what is not known which
/// message it is.
fn told(message: &Value) -> Option<String> {
    let Kind::Unknown(unknown) = &message.kind else { return message.as_str().map(str::to_owned) };
    let pieces = unknown.refinement.pieces.as_ref()?;
    let text = |piece: &Piece| match piece {
        Piece::Text(text) => text.to_string(),
        Piece::Hole(_) | Piece::Gap => "…".to_owned(),
    };
    Some(pieces.all().iter().map(text).collect())
}

fn flatten(value: &Value, nodes: &mut Vec<NodeId>) {
    match value.as_node() {
        Some(node) => nodes.push(node),
        None => value.parts().for_each(|part| flatten(part, nodes)),
    }
}

/// The cause in the words of the root module that asks: what lists of all may lack is said of none.
pub(super) fn whose(graph: &Graph<'_>, root: usize, cause: Arc<Cause>) -> Arc<Cause> {
    let is_shared = cause.root() == &not_all_read();
    if is_shared { graph.unread(root).unwrap_or(cause) } else { cause }
}
