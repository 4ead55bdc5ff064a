//! Verbs about what a config declares of entries, and what becomes of it.

use std::sync::Arc;

use super::losses::name_of;
use super::scope::GraphScope;
use super::{Argument, Returns, Verb, VerbContext, node, nodes, none};
pub use crate::analysis::failure::Targets;
use crate::analysis::failure::{Dependencies, IsMet, RecoveryTimes, TargetKind, TargetVerdict, TimeSpan};
use crate::analysis::standing::Table;
use crate::eval::EvalResult;
use crate::graph::Found;
use crate::value::{Kind, NodeId, Number, Sequence, Type, Value};

pub(super) const VERBS: &[Verb] = &[
    Verb {
        name: "intended",
        takes: &[],
        returns: Returns::Nodes,
        gives: "the entries of which the config declares what they have to withstand",
        call: |scope, _| {
            let nodes_of = scope.context.intended.iter().map(|(node, _)| *node).collect();
            Ok(nodes(scope, Found { nodes: nodes_of, more: None, looked_at: 0 }))
        },
    },
    Verb {
        name: "intent",
        takes: &[Argument::Node],
        returns: Returns::Value,
        gives: "what the config declares of an entry: `zones`, `rto` and `rpo`, in seconds, null where it says nothing; null for other nodes",
        call: |scope, arguments| {
            let found = node(arguments, "intent")?.and_then(|node| scope.context.intent_of(node));
            Ok(found.map_or(Value::NULL, declared))
        },
    },
    Verb {
        name: "missed_targets",
        takes: &[Argument::Node],
        returns: Returns::Value,
        gives: "the declared targets that an entry misses, for certain if it misses any for certain: `target` as it is written, `lost` (the names of what decides, which are lost together), `reason`, `decides` (the node at the end of the way), and `path`",
        call: missed,
    },
];

/// A time as configs write it: `1h30m`.
fn duration(seconds: u64) -> String {
    let units = [("d", 86_400), ("h", 3600), ("m", 60), ("s", 1)];
    let mut left = seconds;
    let part = |(unit, size)| {
        let count = left / size;
        left %= size;
        (count > 0).then(|| format!("{count}{unit}"))
    };
    let parts: String = units.into_iter().filter_map(part).collect();
    if parts.is_empty() { "0s".to_owned() } else { parts }
}

/// A target as it is written in a config.
#[must_use]
pub fn written(verdict: &TargetVerdict) -> String {
    match verdict.kind {
        TargetKind::Zones => format!("zones = {}", verdict.wanted),
        TargetKind::Rto | TargetKind::Rpo => {
            format!("{} = \"{}\"", verdict.kind.name(), duration(verdict.wanted))
        }
    }
}

/// Why a target is missed, or may be: what happens, and how long it takes.
#[must_use]
pub fn reason(verdict: &TargetVerdict) -> String {
    match (verdict.kind, verdict.takes) {
        (TargetKind::Zones, _) => "it goes down".to_owned(),
        (TargetKind::Rto, None | Some(TimeSpan::NEVER)) => "nothing brings it back by itself".to_owned(),
        (TargetKind::Rto, Some(takes)) => format!("coming back takes {}", takes),
        (TargetKind::Rpo, Some(TimeSpan::NEVER)) => "there is no backup to restore".to_owned(),
        (TargetKind::Rpo, Some(takes)) => format!("the data of the last {} is lost", takes),
        (TargetKind::Rpo, None) => "nobody says how much data is lost".to_owned(),
    }
}

fn number(n: u64) -> Value {
    i64::try_from(n).map_or(Value::NULL, |n| Kind::Number(Number::Int(n)).into())
}

fn declared(targets: Targets) -> Value {
    let zones = targets.zones.and_then(|zones| u64::try_from(zones).ok());
    let fields = [("zones", zones), ("rto", targets.rto), ("rpo", targets.rpo)];
    Value::object(fields.map(|(name, n)| (name.into(), n.map_or(Value::NULL, number))).into())
}

/// Targets as the examples of rules write them: `{ zones = 2, rto = 300 }`.
#[must_use]
pub fn read(value: &Value) -> Targets {
    let entries = value.as_entries();
    let number = |name: &str| entries.and_then(|entries| entries.get(name)).and_then(super::standing::whole);
    let zones = number("zones").and_then(|zones| usize::try_from(zones).ok());
    Targets { zones, rto: number("rto"), rpo: number("rpo") }
}

fn missed(scope: &GraphScope<'_>, arguments: &[Value]) -> EvalResult<Value> {
    let Some(id) = node(arguments, "missed_targets")? else { return Ok(none()) };
    let value = |node: &NodeId| scope.context.value_of(scope.graph, *node).unwrap_or(Value::NULL);
    let verdicts = scope.context.judged(id);
    let told = |verdict: &TargetVerdict| {
        let text = |text: String| Value::from(crate::value::Str::from(text));
        let decides = verdict.path.last().map_or(Value::NULL, value);
        Value::object(vec![
            ("target".into(), text(written(verdict))),
            ("lost".into(), Value::tuple(verdict.lost.iter().map(|lost| name_of(scope, *lost)).collect())),
            ("reason".into(), text(reason(verdict))),
            ("decides".into(), decides),
            ("path".into(), Value::tuple(verdict.path.iter().map(value).collect())),
        ])
    };
    let items: Vec<Value> =
        verdicts.iter().filter(|verdict| matches!(verdict.met, IsMet::No)).map(told).collect();
    // Where one is missed for certain, what may be missed besides must not hide which.
    let more = verdicts.iter().filter(|_| items.is_empty()).find_map(|verdict| match &verdict.met {
        IsMet::Unknown(cause) => Some(cause.clone()),
        IsMet::Yes | IsMet::No => None,
    });
    Ok(Kind::Tuple(Arc::new(Sequence { element: Type::Dynamic, items, more, most: None })).into())
}

impl VerbContext<'_> {
    /// What the config declares of an entry.
    #[must_use]
    pub fn intent_of(&self, node: NodeId) -> Option<Targets> {
        self.intended.iter().find(|(of, _)| *of == node).map(|(_, targets)| *targets)
    }

    /// What the config declares of entries.
    #[must_use]
    pub fn intended(&self) -> &[(NodeId, Targets)] {
        &self.intended
    }

    /// Whether the config declares nothing of any entry here.
    #[must_use]
    pub fn is_nothing_intended(&self) -> bool {
        self.intended.is_empty()
    }

    /// How nodes stand, computed once.
    #[must_use]
    pub fn table(&self) -> &Table {
        &self.simulated().table
    }

    /// What becomes of what the config declares of an entry, computed once for all of them.
    #[must_use]
    pub fn judged(&self, node: NodeId) -> &[TargetVerdict] {
        let judged = self.judged.get_or_init(|| {
            let network = Dependencies::of(self.graph, self.table());
            let judge = |(node, targets): &(NodeId, Targets)| (*node, network.judge(*node, *targets, self));
            self.intended.iter().map(judge).collect()
        });
        judged.get(&node).map_or(&[], Vec::as_slice)
    }

    /// A span of time that a definition of the model gives of a node.
    fn span(&self, node: NodeId, definition: &str) -> Option<TimeSpan> {
        let value = self.asked(node, definition);
        let entries = value.as_entries()?;
        let seconds = |name: &str| entries.get(name).and_then(super::standing::whole);
        if entries.get("never").and_then(Value::as_bool) == Some(true) {
            return Some(TimeSpan::NEVER);
        }
        Some(TimeSpan { least: seconds("least").unwrap_or_default(), most: seconds("most") })
    }
}

impl RecoveryTimes for VerbContext<'_> {
    fn time(&self, node: NodeId) -> Option<TimeSpan> {
        self.span(node, "recovery_time")
    }

    fn point(&self, node: NodeId) -> Option<TimeSpan> {
        self.span(node, "recovery_point")
    }
}
