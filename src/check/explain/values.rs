//! The values of a node, each with the place that decides it.

use crate::diagnostic::Location;
use crate::estate::{BlockSource, Estate, ModuleCall};
use crate::graph::{Graph, Node, NodePlace};
use crate::report::explained::{ExplainedValue, ValueState};
use crate::text::{Span, shortened};
use crate::value::shown::{SECRET, ShownAs};
use crate::value::{AbsentKey, Entries, Kind, NodeId, Sequence, Step, Str, Unknown, Value};

/// The most values of one node that are told.
const MAX_VALUES: usize = 400;
/// The most characters of an expression, give or take a few.
const MAX_WRITTEN: usize = 80;
/// Blocks that are nested deeper are shown on one line.
const MAX_NESTED: usize = 6;

/// Words in the names of arguments whose texts are not shown, whether or not a variable marks them as sensitive.
const SECRET_WORDS: [&str; 6] = ["password", "passwd", "passphrase", "secret", "token", "private_key"];
/// Ends of names that tell that the value only names a secret.
const NAMES_OF_SECRETS: [&str; 4] = ["_arn", "_id", "_name", "_version"];

/// Whether a text under this name is likely to be a secret that is written in clear.
fn is_secret_name(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    SECRET_WORDS.iter().any(|word| name.contains(word))
        && !NAMES_OF_SECRETS.iter().any(|end| name.ends_with(end))
}

/// Where a path into the values of a node leads: the place of the attribute, and the place that decides.
type FoundPlace = (Location, Option<(Span, &'static str)>);

/// The values of a resource instance or data source, and how many more there are.
pub(super) fn of_node(
    graph: &Graph<'_>,
    estate: &Estate,
    id: NodeId,
    node: &Node,
) -> (Vec<ExplainedValue>, usize) {
    let find = |path: &[Step]| -> Option<FoundPlace> {
        let NodePlace::Declared(declaration, key) = &node.place else { return None };
        let found = graph.scopes(id)?.find(declaration, key, path)?;
        Some((Location::Source(found.at), found.decided.map(|(span, by)| (span, by.name()))))
    };
    let Some(entries) = node.value.as_entries() else { return (Vec::new(), 0) };
    collect(estate, entries, &find)
}

/// The arguments of a module call, with its source and version.
pub(super) fn of_call(estate: &Estate, call: &ModuleCall) -> (Vec<ExplainedValue>, usize) {
    let find = |path: &[Step]| -> Option<FoundPlace> {
        let found = estate.scopes.find_argument(call, path)?;
        Some((Location::Source(found.at), found.decided.map(|(span, by)| (span, by.name()))))
    };
    let own = [("source", &call.source), ("version", &call.version)];
    let own = own.into_iter().filter(|(_, value)| !value.is_null());
    let mut items: Vec<(Str, Value)> = own.map(|(name, value)| (name.into(), value.clone())).collect();
    items.extend(call.arguments.items.iter().cloned());
    let (mut values, left_out) = collect(estate, &Entries::of_block(items), &find);
    // The arguments of a module that is there are evaluated in each of its instances: here is what the call says.
    for (name, text, span) in call.block.iter().flat_map(BlockSource::written) {
        if values.iter().any(|value| value.path == name) {
            continue;
        }
        let is_hidden = is_secret_name(name) && text.contains('"');
        values.push(ExplainedValue {
            path: name.to_owned(),
            shown: if is_hidden { SECRET.to_owned() } else { one_line(text) },
            state: if is_hidden { ValueState::Secret } else { ValueState::Written },
            cause: None,
            at: Some(Location::Source(span)),
            decided: find(&[Step::Key(name.into())]).and_then(|(_, decided)| decided),
        });
    }
    values.sort_by(|a, b| a.path.cmp(&b.path));
    (values, left_out)
}

/// An expression on one line; what is long is cut.
fn one_line(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    shortened(&text, MAX_WRITTEN).into_owned()
}

fn collect(
    estate: &Estate,
    entries: &Entries,
    find: &dyn Fn(&[Step]) -> Option<FoundPlace>,
) -> (Vec<ExplainedValue>, usize) {
    let mut leaves = ValueLeaves { estate, find, all: Vec::new(), left_out: 0 };
    let mut path = Vec::new();
    leaves.entries(entries, &mut path);
    (leaves.all, leaves.left_out)
}

/// The value on one line. What only the provider decides is shown as a reference.
pub(super) fn line(estate: &Estate, value: &Value) -> String {
    ShownAs { unknown: &|unknown| reference(estate, unknown), hides: &is_secret_name }.line(value, 0)
}

/// The same of a value with a name, which may tell that it is a secret.
pub(super) fn named_line(estate: &Estate, name: &str, value: &Value) -> String {
    let is_hidden = matches!(value.kind, Kind::String(_)) && is_secret_name(name);
    if is_hidden { SECRET.to_owned() } else { line(estate, value) }
}

fn reference(estate: &Estate, unknown: &Unknown) -> String {
    let named = unknown.origin.as_ref().and_then(|origin| {
        let mut text = estate.symbol(origin.symbol)?.address.to_string();
        origin.path.iter().for_each(|step| text.push_str(&step.to_string()));
        Some(text)
    });
    named.unwrap_or_else(|| "unknown".to_owned())
}

/// Collects the values of a body: those of nested blocks by their paths.
struct ValueLeaves<'a> {
    estate: &'a Estate,
    find: &'a dyn Fn(&[Step]) -> Option<FoundPlace>,
    all: Vec<ExplainedValue>,
    left_out: usize,
}

impl ValueLeaves<'_> {
    fn entries(&mut self, entries: &Entries, path: &mut Vec<Step>) {
        for (name, value) in &entries.items {
            path.push(Step::Key(name.clone()));
            match blocks(value) {
                Some(sequence) if path.len() < 2 * MAX_NESTED => {
                    for (index, block) in (0..).zip(&sequence.items) {
                        path.push(Step::Index(index));
                        if let Some(inner) = block.as_entries() {
                            self.entries(inner, path);
                        }
                        path.pop();
                    }
                    if let Some(cause) = &sequence.more {
                        self.leaf(&Value::unknown(cause.clone()), path);
                    }
                }
                _ => self.leaf(value, path),
            }
            path.pop();
        }
    }

    fn leaf(&mut self, value: &Value, path: &[Step]) {
        if self.all.len() >= MAX_VALUES {
            self.left_out += 1;
            return;
        }
        let name = path.iter().rev().find_map(Step::key);
        let is_hidden =
            matches!(value.kind, Kind::String(_)) && name.is_some_and(|name| is_secret_name(name));
        let state = match value.as_unknown() {
            _ if value.is_secret() || is_hidden => ValueState::Secret,
            Some(_) => ValueState::Unknown,
            None if value.first_cause().is_some() => ValueState::Partly,
            None => ValueState::Known,
        };
        let shown = if state == ValueState::Secret { SECRET.to_owned() } else { line(self.estate, value) };
        let (at, decided) = match (self.find)(path) {
            Some((at, decided)) => (Some(at), decided),
            None => (None, None),
        };
        self.all.push(ExplainedValue {
            path: shown_path(path),
            shown,
            state,
            cause: value.first_cause().map(|cause| cause.to_string()),
            at,
            decided,
        });
    }
}

/// `volume[0].size`
fn shown_path(path: &[Step]) -> String {
    let mut text = String::new();
    path.iter().for_each(|step| text.push_str(&step.to_string()));
    text.trim_start_matches('.').to_owned()
}

/// The nested blocks of a name; `None` if it is an attribute.
fn blocks(value: &Value) -> Option<&Sequence> {
    let sequence = value.as_sequence().filter(|_| !value.is_secret())?;
    let is_block = |item: &Value| {
        let entries = item.as_entries().filter(|_| !item.is_secret());
        entries.is_some_and(|entries| matches!(entries.absent, AbsentKey::Null | AbsentKey::Node(..)))
    };
    (!sequence.items.is_empty() && sequence.items.iter().all(is_block)).then_some(sequence)
}
