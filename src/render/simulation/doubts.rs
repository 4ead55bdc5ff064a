//! What a simulation could not place, and what may be an entry, in words: one sentence for all that have the same cause.

use crate::report::ShownNode;
use crate::report::simulation::LandscapeSimulation;

/// Nodes that a sentence names.
const MAX_NAMED: usize = 5;

/// Causes of which there is a sentence, of each kind.
const MAX_SENTENCES: usize = 20;

/// The sentences, without a dot. `name` writes an address, `words` a text.
pub(super) fn sentences(
    root: &LandscapeSimulation,
    name: fn(&str) -> String,
    words: fn(&str) -> String,
) -> Vec<String> {
    let mut all = Vec::new();
    let kinds: [(&[(ShownNode, String)], Phrase); 2] =
        [(&root.possible_entries, may_be_entries), (&root.unplaced, are_not_placed)];
    for (nodes, phrase) in kinds {
        let groups = by_cause(nodes);
        for (cause, nodes) in groups.iter().take(MAX_SENTENCES) {
            let named: Vec<String> = nodes.iter().take(MAX_NAMED).map(|node| name(&node.name)).collect();
            let more = match nodes.len().saturating_sub(MAX_NAMED) {
                0 => String::new(),
                more => format!(" and {more} more"),
            };
            let named = format!("{}{more}", named.join(", "));
            all.push(format!("{}; {}", phrase(&named, nodes.len()), words(cause)));
        }
        if groups.len() > MAX_SENTENCES {
            let more = groups.len() - MAX_SENTENCES;
            all.push(format!("{more} more causes like these; `--format json` lists them all"));
        }
    }
    all
}

/// Says something of so many nodes, which are named.
type Phrase = fn(&str, usize) -> String;

fn may_be_entries(named: &str, count: usize) -> String {
    format!("{named} may be {}", if count == 1 { "an entry" } else { "entries" })
}

fn are_not_placed(named: &str, _: usize) -> String {
    format!("not all zones of {named} are known")
}

/// The nodes of each cause, in the order of their first.
fn by_cause(nodes: &[(ShownNode, String)]) -> Vec<(&str, Vec<&ShownNode>)> {
    let mut groups: Vec<(&str, Vec<&ShownNode>)> = Vec::new();
    let mut known = std::collections::BTreeMap::new();
    for (node, cause) in nodes {
        let at = *known.entry(cause.as_str()).or_insert(groups.len());
        match groups.get_mut(at) {
            Some((_, nodes)) => nodes.push(node),
            None => groups.push((cause, vec![node])),
        }
    }
    groups
}
