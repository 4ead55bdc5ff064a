//! What people wrote for other tools: comments that make those pass over a check.
//!
//! | tool | written | covers |
//! | --- | --- | --- |
//! | checkov | `checkov:skip=ID:reason`, `bridgecrew:skip=ID` | the block at the top of the file that contains it; outside of blocks, as among inputs of Terragrunt, the argument or entry beside it |
//! | tfsec, trivy | `tfsec:ignore:ID`, `trivy:ignore:ID:exp:2027-01-31` | the block or argument below it or on its line |
//! | kics | `kics-scan ignore-block`, `kics-scan ignore-line` | the same; of a block the header only |
//! | kics | `kics-scan disable=ID,ID`, `kics-scan ignore` at the top of a file | the file |
//!
//! Such a comment is no mistake if it cannot be read, is over or of no use: it belongs to the other tool.

use super::scope::{Cover, beside_or_below, file_from_top, line, top_block};
use super::{Selector, Suppression};
use crate::settings::{Date, Peer};
use crate::syntax::tree::{Comment, Tree};
use crate::text::Range;

/// What stands for all checks of a tool.
pub const EVERY_CHECK: &str = "*";

/// What some comment of a tool contains.
pub(super) const fn marks(peer: Peer) -> &'static [&'static str] {
    match peer {
        Peer::Checkov => &["checkov:skip=", "bridgecrew:skip="],
        Peer::Tfsec => &["tfsec:ignore:"],
        Peer::Trivy => &["trivy:ignore:"],
        Peer::Kics => &["kics-scan"],
    }
}

/// The suppressions in a comment that is meant for a tool.
pub(super) fn suppressions(tree: &Tree, comment: &Comment, peer: Peer) -> Vec<Suppression> {
    let text = tree.slice(comment.range);
    if !marks(peer).iter().any(|mark| text.contains(mark)) {
        return Vec::new();
    }
    let found = match peer {
        Peer::Checkov => skips(tree, comment, text),
        Peer::Tfsec | Peer::Trivy => ignores(tree, comment, text, peer),
        Peer::Kics => commands(tree, comment, text),
    };
    let of = |waiver: Waiver| Suppression {
        selectors: waiver
            .ids
            .into_iter()
            .map(|text| Selector { text, span: tree.span(waiver.range) })
            .collect(),
        reason: waiver.reason.unwrap_or_else(|| format!("accepted for {}, without a reason", peer.name())),
        owner: None,
        until: waiver.until,
        span: tree.span(waiver.range),
        covered: waiver.covered,
        peer: Some(peer),
        has_rest: waiver.has_rest,
    };
    found.into_iter().map(of).collect()
}

/// A comment of another tool.
struct Waiver {
    ids: Vec<String>,
    reason: Option<String>,
    until: Option<Date>,
    range: Range,
    covered: Cover,
    /// Whether something stands behind what its tool reads: another id, a reason in other words.
    has_rest: bool,
}

fn part(comment: &Comment, from: usize, length: usize) -> Range {
    let at = |offset: usize| comment.range.start.saturating_add(u32::try_from(offset).unwrap_or(u32::MAX));
    Range::new(at(from), at(from + length).min(comment.range.end))
}

/// `checkov:skip=ID:reason`, anywhere in a comment; the reason goes to the end of the line.
fn skips(tree: &Tree, comment: &Comment, text: &str) -> Vec<Waiver> {
    // Above a block it says nothing to its tool.
    let of_argument = || beside_or_below(tree, comment).filter(|cover| !matches!(cover, Cover::Block { .. }));
    let Some(covered) = top_block(tree, comment.range).or_else(of_argument) else { return Vec::new() };
    let mut found = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        for mark in marks(Peer::Checkov) {
            let Some((before, behind)) = line.split_once(mark) else { continue };
            let rest = behind.trim_start_matches(' ');
            let id: String = rest
                .chars()
                .take_while(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || *c == '_')
                .collect();
            if id.is_empty() {
                continue;
            }
            let rest = rest.get(id.len()..).unwrap_or_default();
            let reason = rest.strip_prefix(':');
            let has_rest = reason.is_none() && !rest.trim().trim_end_matches("*/").trim().is_empty();
            let reason = reason.map(|reason| reason.trim().trim_end_matches("*/").trim().to_owned());
            found.push(Waiver {
                ids: vec![id],
                reason: reason.filter(|reason| !reason.is_empty()),
                until: None,
                range: part(comment, start + before.len(), line.trim_end().len() - before.len()),
                covered: covered.clone(),
                has_rest,
            });
        }
        start += line.len();
    }
    found
}

/// Words such as `trivy:ignore:ID:exp:2027-01-31`. What holds for one workspace or for one value only is left to the tool.
fn ignores(tree: &Tree, comment: &Comment, text: &str, peer: Peer) -> Vec<Waiver> {
    let Some(covered) = beside_or_below(tree, comment) else { return Vec::new() };
    let mut found = Vec::new();
    let mut start = 0;
    for word in text.split_inclusive(char::is_whitespace) {
        let (at, length) = (start, word.trim_end().len());
        start += word.len();
        let word = word.trim().trim_start_matches(['#', '/', '*']);
        let Some(rest) = marks(peer).iter().find_map(|mark| word.strip_prefix(mark)) else { continue };
        let mut sections = rest.trim_end_matches("*/").split(':');
        let id = sections.next().unwrap_or_default().to_owned();
        let (mut until, mut is_ours) = (None, !id.is_empty() && !id.contains('['));
        while let (Some(key), Some(value)) = (sections.next(), sections.next()) {
            match key {
                // The day itself is over already.
                "exp" => until = Date::parse(value).and_then(Date::day_before).or(until),
                "ws" => is_ours = false,
                _ => {}
            }
        }
        if is_ours {
            found.push(Waiver {
                ids: vec![id],
                reason: None,
                until,
                range: part(comment, at, length),
                covered: covered.clone(),
                has_rest: false,
            });
        }
    }
    found
}

/// `kics-scan` and a command.
fn commands(tree: &Tree, comment: &Comment, text: &str) -> Vec<Waiver> {
    let words = text.trim_start_matches(['#', '/', '*']).trim().trim_end_matches("*/").to_lowercase();
    let Some(command) = words.strip_prefix("kics-scan").map(str::trim_start) else { return Vec::new() };
    let (command, rest) = command.split_once([' ', ':']).unwrap_or((command, ""));
    let (command, has_rest) = (command.trim(), !rest.trim().is_empty());
    let all = || vec![EVERY_CHECK.to_owned()];
    let (ids, covered) = match command.split_once('=') {
        Some(("disable", ids)) => {
            let ids = ids.split(',').map(|id| id.trim().to_owned()).filter(|id| !id.is_empty());
            (ids.collect(), file_from_top(tree, comment))
        }
        None if command == "ignore" => (all(), file_from_top(tree, comment)),
        None if command == "ignore-block" => (all(), beside_or_below(tree, comment)),
        None if command == "ignore-line" => (all(), line(tree, comment)),
        _ => return Vec::new(),
    };
    let waiver = |covered| Waiver { ids, reason: None, until: None, range: comment.range, covered, has_rest };
    covered.map(waiver).into_iter().collect()
}
