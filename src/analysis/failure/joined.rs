//! What happens to something that is needed: to it itself, and to the resources that join it to what needs it.

use std::borrow::Cow;
use std::cmp::Reverse;

use super::dependencies::{Dependencies, Need};
use super::effect::Effect;
use super::spread::{HowBad, Played};
use crate::value::NodeId;

impl Dependencies<'_> {
    /// What happens to something that is needed, and to what leads there.
    pub(super) fn effect_of<'p>(&self, need: &Need<'_>, played: &'p Played<'_>) -> Cow<'p, Effect> {
        let own = match self.is_description(need) {
            true => played.effect_on_needs_of(need.of),
            false => played.effect_on(need.of),
        };
        let Some(ways) = self.effect_of_ways(need, played) else {
            return own.map_or_else(|| Cow::Owned(Effect::default()), Cow::Borrowed);
        };
        let mut effect = own.cloned().unwrap_or_default();
        effect.and(&ways);
        Cow::Owned(effect)
    }

    /// What happens to the resources that lead to what is needed; none where nothing does.
    fn effect_of_ways(&self, need: &Need<'_>, played: &Played<'_>) -> Option<Effect> {
        if !need.joined_by.iter().any(|way| played.effect_on(*way).is_some()) {
            return None;
        }
        let ways: Vec<Effect> = need.joined_by.iter().map(|way| self.effect_of_way(*way, played)).collect();
        Some(if self.does_one_do(need) { Effect::any_of(&ways) } else { Effect::all_of(&ways) })
    }

    /// What happens to one of them by itself: what it leads to counts for what is there.
    fn effect_of_way(&self, way: NodeId, played: &Played<'_>) -> Effect {
        self.table.of(way).map(|standing| self.own(way, standing, played)).unwrap_or_default()
    }

    /// Where what happens to something that is needed comes from: it itself, or what leads there.
    pub(super) fn lost_at(&self, need: &Need<'_>, level: HowBad, played: &Played<'_>) -> Option<NodeId> {
        let own = played.effect_on(need.of).map(level).unwrap_or_default();
        match self.effect_of_ways(need, played) {
            Some(ways) if level(&ways) > own => {
                let worst = |way: &&NodeId| (level(&self.effect_of_way(**way, played)), Reverse(**way));
                need.joined_by.iter().max_by_key(worst).copied()
            }
            None if played.effect_on(need.of).is_none() => None,
            _ => Some(need.of),
        }
    }
}
