//! What a failure does to one node by itself: how many of its copies go, and what brings them back.

use std::sync::Arc;

use super::effect::{Effect, Outcome};
use crate::analysis::standing::Standing;
use crate::model::Recovery;
use crate::value::{Cause, CauseKind, Known};

/// How many of the zones of a node are lost.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Lost {
    /// Of so many zones.
    pub(super) of: u64,
    /// So many are lost for certain.
    pub(super) certain: u64,
    /// So many more may be.
    pub(super) possible: u64,
    /// No more than so many are lost, whichever they are: zones of a node differ, so one lost zone is one of them.
    pub(super) most: Option<u64>,
    /// Why they only may be.
    pub(super) cause: Option<Arc<Cause>>,
    /// Some of the zones stand, although what the copies in them need is lost: whoever places copies goes on placing them there.
    pub(super) is_standing: bool,
}

/// The recoveries that a node may have.
fn recoveries(recovery: &Known<Recovery>) -> (&[Recovery], Option<&Arc<Cause>>) {
    match recovery {
        Known::Yes(known) => (std::slice::from_ref(known), None),
        Known::No(cause) => (Recovery::ALL, Some(cause)),
    }
}

/// The effect of losing zones.
pub(super) fn zones_lost(standing: &Standing, lost: &Lost) -> Effect {
    // Where the lost zone is none of those that are told, it may be one that is not told.
    let is_open = standing.open.is_some();
    let unnamed = u64::from(is_open && lost.certain == 0);
    let at_most = |zones: u64| lost.most.map_or(zones, |most| zones.min(most.max(lost.certain)));
    // At worst what is lost is among the zones that are told, and there are no others; or it is one that is not told.
    let (most_told, most_lost) =
        (at_most(lost.certain + lost.possible), at_most(lost.certain + lost.possible + unnamed));
    if most_lost == 0 {
        return Effect::default();
    }
    let (least, most) = (standing.copies.least, standing.copies.most.unwrap_or(u64::MAX));
    let (recoveries, not_known) = recoveries(&standing.recovery);
    let mut certain = Outcome::Down;
    let mut possible = Outcome::Survives;
    for recovery in recoveries {
        for copies in [least, most] {
            // At best there is one zone more than those that are told.
            let of = lost.of + u64::from(is_open);
            certain = certain.min(after(*recovery, copies, standing.quorum, lost, (lost.certain, of)).0);
            let is_spread = copies > 1 && *recovery == Recovery::Failover && standing.is_spread_by_provider();
            let of = lost.of + if is_spread { 2 } else { unnamed };
            for (lost_zones, of) in [(most_told, lost.of), (most_lost, of)] {
                let worst = after(*recovery, copies, standing.quorum, lost, (lost_zones, of)).1;
                possible = possible.max(worst);
            }
        }
    }
    if lost.certain == 0 {
        certain = Outcome::Survives;
    }
    let causes = [lost.cause.as_ref(), standing.open.as_ref(), not_known, standing.copies.cause.as_ref()];
    let leads = || recoveries.contains(&Recovery::Promotion).then(which_leads);
    let cause = causes.into_iter().flatten().next().cloned().or_else(leads);
    let mut effect = Effect::between(certain, possible, cause.or_else(|| Some(Cause::provider())));
    let is_counted = least == most && lost.possible == 0;
    if !effect.is_unknown() && is_counted && effect.certain == Outcome::Degraded {
        // What the provider spreads has no copies that anybody counts, but the zones in which it works.
        effect.left = match recoveries {
            [Recovery::Regional] => Some((lost.of - lost.certain, lost.of)),
            _ => Some((least - gone(least, lost.certain, lost.of), least)),
        };
    }
    effect
}

/// Why it is not known what becomes of several copies of which one takes what is written.
fn which_leads() -> Arc<Cause> {
    Cause::new(CauseKind::OutsideConfiguration, "which copy takes what is written", None)
}

/// How many of the copies stand in so many of the zones: they are spread evenly, and the fullest zones are lost.
const fn gone(copies: u64, lost: u64, of: u64) -> u64 {
    if of == 0 {
        return 0;
    }
    let (each, over) = (copies / of, copies % of);
    let gone = each.saturating_mul(lost).saturating_add(if over < lost { over } else { lost });
    if gone < copies { gone } else { copies }
}

/// What becomes of a node of which so many of so many zones are lost: at best, and at worst.
fn after(
    recovery: Recovery,
    copies: u64,
    quorum: u64,
    how: &Lost,
    (lost, of): (u64, u64),
) -> (Outcome, Outcome) {
    if lost == 0 {
        return (Outcome::Survives, Outcome::Survives);
    }
    if lost >= of {
        return (Outcome::Down, Outcome::Down);
    }
    let left = copies.saturating_sub(gone(copies, lost, of));
    let same = |outcome| (outcome, outcome);
    match recovery {
        Recovery::Regional if how.is_standing => same(Outcome::Degraded),
        Recovery::Regional => same(Outcome::Survives),
        Recovery::Failover => same(Outcome::Interrupted),
        Recovery::Relaunch if left < quorum.max(1) => same(Outcome::Interrupted),
        Recovery::None | Recovery::Promotion if copies <= 1 => (Outcome::Survives, Outcome::Down),
        // It depends on whether the copy that takes writes is among those that are left.
        Recovery::Promotion => (Outcome::Degraded, Outcome::Down),
        Recovery::None if left < quorum.max(1) => same(Outcome::Down),
        Recovery::Relaunch | Recovery::None => same(Outcome::Degraded),
    }
}

/// The effect of losing the node itself: one copy, and the worst one. What the provider keeps is only lost if somebody asks for it, and then
/// as a whole.
pub(super) fn node_lost(standing: &Standing) -> Effect {
    if matches!(standing.recovery, Known::Yes(Recovery::Regional)) {
        return Effect::known(Outcome::Down);
    }
    let (recoveries, not_known) = recoveries(&standing.recovery);
    let outcome = |recovery: Recovery, copies: u64| {
        let is_enough = copies > standing.quorum.max(1);
        match recovery {
            Recovery::Regional => Outcome::Survives,
            Recovery::Failover => Outcome::Interrupted,
            Recovery::Relaunch | Recovery::None if is_enough => Outcome::Degraded,
            Recovery::Relaunch => Outcome::Interrupted,
            Recovery::None | Recovery::Promotion => Outcome::Down,
        }
    };
    let (least, most) = (standing.copies.least, standing.copies.most.unwrap_or(u64::MAX));
    let outcomes =
        recoveries.iter().flat_map(|recovery| [outcome(*recovery, least), outcome(*recovery, most)]);
    let (mut certain, mut possible) = (Outcome::Down, Outcome::Survives);
    for outcome in outcomes {
        certain = certain.min(outcome);
        possible = possible.max(outcome);
    }
    let mut effect =
        Effect::between(certain, possible, not_known.or(standing.copies.cause.as_ref()).cloned());
    if least == most && effect.certain == Outcome::Degraded {
        effect.left = Some((least - 1, least));
    }
    effect
}
