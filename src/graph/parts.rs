//! Finds nodes by texts of which only parts are known: what is not known are holes, and two holes that the same value fills are one.

use std::sync::Arc;

use super::Graph;
use super::landscape::Seeker;
use super::texts::{Called, MAX_NAME, NOT_KNOWN, NameIndex, NodesByText, Wanted, name_with, one_of, overlap};
use crate::model::{LinkPattern, NAME_GAP};
use crate::value::pieces::Piece;
use crate::value::{Cause, Kind, Known, NodeId, Origin, Pieces, Str, Unknown};

/// Stand for the holes of a text, one for each: no identifier has such characters.
const HOLES: std::ops::Range<u32> = 0xe000..0xf8ff;

/// The holes of a text, by what fills them.
#[derive(Default)]
struct FilledHoles(Vec<Option<Arc<Origin>>>);

impl FilledHoles {
    /// A text with a character for each hole; the same one for what is filled by the same value. `None` if it is open how many parts
    /// the text has.
    fn close(&mut self, pieces: &Pieces) -> Option<String> {
        let mut text = String::new();
        for piece in pieces.all() {
            match piece {
                Piece::Text(known) => text.push_str(known),
                Piece::Hole(value) => text.push(self.hole(value.as_unknown()?.origin.clone())?),
                Piece::Gap => return None,
            }
        }
        (text.len() <= MAX_NAME).then_some(text)
    }

    /// The character for what has this origin; a new one where that is not known.
    fn hole(&mut self, origin: Option<Arc<Origin>>) -> Option<char> {
        let same = origin
            .as_ref()
            .and_then(|own| self.0.iter().position(|other| other.as_ref().is_some_and(|other| other == own)));
        let at = same.unwrap_or_else(|| {
            self.0.push(origin);
            self.0.len() - 1
        });
        char::from_u32(HOLES.clone().nth(at)?)
    }

    /// What fills a hole, as far as that is known.
    fn origin(&self, hole: char) -> Option<&Arc<Origin>> {
        let at = u32::from(hole).checked_sub(HOLES.start)?;
        self.0.get(usize::try_from(at).ok()?)?.as_ref()
    }

    /// As [`FilledHoles::close`], for a value of which no part is known, too: it is one hole.
    fn close_all(&mut self, unknown: &Unknown) -> Option<String> {
        match &unknown.refinement.pieces {
            _ if unknown.refinement.json.is_some() => None,
            Some(pieces) => self.close(pieces),
            None => {
                let origin = unknown.origin.clone()?;
                self.hole(Some(origin)).map(String::from)
            }
        }
    }
}

/// Whether a character stands for a hole.
pub(super) fn is_hole(c: char) -> bool {
    HOLES.contains(&u32::from(c))
}

/// Whether a text may be what a pattern with holes comes to.
fn may_fill(pattern: &str, text: &str) -> bool {
    let mut pieces = Pieces::default();
    for (index, part) in pattern.split(is_hole).enumerate() {
        if index > 0 {
            pieces.gap();
        }
        pieces.text(part);
    }
    pieces.may_be(text)
}

impl NameIndex {
    /// The nodes of the wanted types whose attribute is a text with holes, and those that may have it.
    fn find_filled(
        &self,
        (graph, seeker): (&Graph<'_>, Seeker),
        attribute: &Str,
        (pattern, text, holes): (&str, &str, &mut FilledHoles),
        cause: &Arc<Cause>,
        wanted: Wanted<'_>,
    ) -> Called {
        let mut called = Called::default();
        let Some(names) = self.by.get(attribute) else { return called };
        let names = names.get_or_init(|| NodesByText::of(graph, |_| [attribute]));
        let is_wanted = |id: &NodeId| graph.node(*id).is_some_and(|node| wanted(&node.type_));
        for (name, nodes) in names.known.iter().filter(|(name, _)| may_fill(pattern, name)) {
            debug_assert!(!name.contains(is_hole), "names are what users write");
            called.maybe.extend(nodes.iter().filter(|id| is_wanted(id)).map(|id| (*id, cause.clone())));
        }
        let start = pattern.split(is_hole).next().unwrap_or_default();
        let unknown = names.unknown.iter().filter(|(type_, _)| wanted(type_)).flat_map(|(_, nodes)| nodes);
        for (id, unknown) in unknown {
            let own = holes.close_all(unknown);
            if own.as_deref() == Some(pattern) {
                called.nodes.push(*id);
                continue;
            }
            let prefix = unknown.refinement.prefix.as_str();
            if prefix.starts_with(start) || start.starts_with(prefix) {
                called.maybe.push((*id, cause.clone()));
            }
        }
        called.nodes.sort();
        called.maybe.sort_by_key(|(id, _)| *id);
        graph.within_reach(seeker, text, called)
    }
}

impl Graph<'_> {
    /// The nodes of the wanted types that a text calls of which only parts are known: what a form leaves open may be unknown. `None` if
    /// the known parts have no form that tells what is named.
    pub(super) fn called_by_parts(
        &self,
        seeker: Seeker,
        unknown: &Unknown,
        wanted: Wanted<'_>,
    ) -> Option<Called> {
        let pieces = unknown.refinement.pieces.as_ref().filter(|_| unknown.refinement.json.is_none())?;
        let mut holes = FilledHoles::default();
        let text = holes.close(pieces)?;
        let mut called: Option<Called> = None;
        for (form, name) in self.model.forms_of(&text) {
            let is_wanted = |type_: &str| form.types.contains(type_) && wanted(type_);
            let mut found = if name.contains(is_hole) {
                self.names.find_filled(
                    (self, seeker),
                    &form.name,
                    (name, &text, &mut holes),
                    &unknown.cause,
                    &is_wanted,
                )
            } else {
                self.names.find(self, seeker, (&form.name, name, &text), &is_wanted)
            };
            // An identity that is known rules out what differs in another part.
            let may_be = |id: &NodeId| {
                let known = |attribute: &Str| self.node(*id)?.value.as_entries()?.get(attribute)?.as_str();
                let start = text.split([':', '/']).next().unwrap_or_default();
                let mut alike = self.model.facts.unique.iter().filter_map(known);
                alike.all(|own| !own.starts_with(&format!("{start}:")) || may_fill(&text, own))
            };
            found.nodes.retain(may_be);
            found.maybe.retain(|(id, _)| may_be(id));
            called.get_or_insert_default().add(found);
        }
        let called = called?;
        if seeker.holder.is_some_and(|holder| called.nodes.contains(&holder)) {
            return Some(Called::default());
        }
        Some(one_of(called))
    }
}

impl Graph<'_> {
    /// Whether a text of which only parts are known, which may be a pattern with `*`, names a node. It does whatever fills its holes if a form
    /// leaves those parts open, or if the same values fill the name of the node.
    pub(super) fn fits_in_parts(&self, unknown: &Unknown, id: NodeId) -> Known<bool> {
        let open = || {
            // The name stands at the end of most forms, so what is unknown last decides.
            let pieces = unknown.refinement.pieces.iter().flat_map(|pieces| pieces.all().iter().rev());
            let mut holes = pieces.filter_map(|piece| match piece {
                Piece::Hole(hole) => hole.first_cause(),
                _ => None,
            });
            Known::No(holes.next().unwrap_or_else(|| unknown.cause.clone()))
        };
        let (Some(node), Some(pieces)) = (self.node(id), unknown.refinement.pieces.as_ref()) else {
            return open();
        };
        let mut holes = FilledHoles::default();
        let Some(text) = holes.close(pieces) else { return open() };
        // What names another node cannot be filled with what names this one.
        let is_open = |c: char| {
            is_hole(c)
                && !holes.origin(c).is_some_and(|origin| {
                    self.node_of(origin).is_some_and(|node| self.is_what_names(node, origin, id))
                })
        };
        let wide: String = text.chars().map(|c| if is_open(c) { '*' } else { c }).collect();
        let is_pattern = text.contains(['*', '?']);
        let own = |attribute: &Str| node.value.as_entries()?.get(attribute)?.as_str();
        let start = text.split([':', '/']).next().unwrap_or_default();
        let mut alike = self.model.facts.unique.iter().filter_map(own);
        if !is_pattern && alike.any(|own| own.starts_with(&format!("{start}:")) && !may_fill(&text, own)) {
            return Known::Yes(false);
        }
        let mut may = false;
        for form in self.model.texts.iter().filter(|form| form.types.contains(&node.type_)) {
            let name =
                node.value.as_entries().and_then(|entries| entries.get(&form.name)).map(|name| &name.kind);
            let (certain, possible) = match name {
                Some(Kind::String(name)) => (form.with(name), form.with(name)),
                Some(Kind::Unknown(name)) => {
                    let certain = holes.close_all(name).unwrap_or_else(|| name_with(name, NOT_KNOWN));
                    (form.with(&certain), form.with(&name_with(name, NAME_GAP)))
                }
                _ => (form.with(&NOT_KNOWN.to_string()), form.with(&NAME_GAP.to_string())),
            };
            if overlap(&certain, &text) {
                return Known::Yes(true);
            }
            may |= overlap(&possible, &wide);
        }
        if may { open() } else { Known::Yes(false) }
    }
}

/// Stands for a hole while a pattern is matched: any name may contain it, and nobody has such a name.
const HOLE_IN_PATTERN: &str = "zq0hole";

impl Graph<'_> {
    /// The nodes of the wanted types whose attribute equals a text of which only parts are known, or the part of it that a pattern
    /// takes. `None` if that cannot be told: no part is known, or the pattern takes none.
    pub(super) fn named_by_parts(
        &self,
        seeker: Seeker,
        (by, part): (&Str, Option<&LinkPattern>),
        unknown: &Unknown,
        wanted: Wanted<'_>,
    ) -> Option<Called> {
        let mut holes = FilledHoles::default();
        let text = holes.close_all(unknown)?;
        let names: Vec<String> = match part {
            None => vec![text],
            Some(pattern) => {
                // Patterns know letters, not holes.
                let spelled: String = text
                    .chars()
                    .map(|c| match is_hole(c) {
                        true => format!("{HOLE_IN_PATTERN}{}z", u32::from(c)),
                        false => c.to_string(),
                    })
                    .collect();
                pattern.taken(&spelled).map(with_holes).collect()
            }
        };
        let mut called: Option<Called> = None;
        for name in names {
            // A text without any known part may be any name, except where it is the very same value.
            let is_open = name.chars().all(is_hole);
            let mut found = self.names.find_filled(
                (self, seeker),
                by,
                (&name, &name, &mut holes),
                &unknown.cause,
                wanted,
            );
            if is_open && found.nodes.is_empty() {
                return None;
            }
            if !found.nodes.is_empty() {
                found.maybe.clear();
            }
            called.get_or_insert_default().add(found);
        }
        called.map(one_of)
    }
}

/// A text in which holes were spelled, with its holes again.
fn with_holes(text: &str) -> String {
    let mut parts = text.split(HOLE_IN_PATTERN);
    let mut whole = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let hole =
            part.split_once('z').and_then(|(code, rest)| Some((char::from_u32(code.parse().ok()?)?, rest)));
        match hole {
            Some((hole, rest)) => {
                whole.push(hole);
                whole.push_str(rest);
            }
            None => {
                whole.push_str(HOLE_IN_PATTERN);
                whole.push_str(part);
            }
        }
    }
    whole
}
