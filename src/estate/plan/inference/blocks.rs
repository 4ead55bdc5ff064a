//! Matches planned blocks with the blocks of the configuration.
//!
//! Lists keep their order, but many nested blocks are sets, which a plan sorts in its own way. Constants distinguish them.

use crate::estate::plan::reading::json::{Json, Object};

use crate::estate::plan::body::PlannedValue;
use crate::estate::plan::reading::configuration::ConfiguredArgument;
use crate::estate::plan::spending::{COMPARISON, PART, PlanMeter};

/// With more pairs of blocks than this, blocks are matched by position.
const MAX_PAIRS: usize = 100_000;

/// For each planned block the configured one that fits best, each used once. Surplus planned blocks come from a dynamic block, which a
/// plan does not show.
pub(in crate::estate::plan) fn fit<'p>(
    planned: &[PlannedValue<'p>],
    written: &'p [Json],
    meter: &PlanMeter,
) -> Vec<Option<&'p Object>> {
    let written: Vec<&Object> = written.iter().filter_map(Json::as_object).collect();
    let mut candidates: Vec<(i32, usize, usize, usize)> = Vec::new();
    let comparable = if planned.len().saturating_mul(written.len()) > MAX_PAIRS { &[][..] } else { planned };
    for (at, block) in comparable.iter().enumerate() {
        for (from, expressions) in written.iter().enumerate() {
            if meter.limit().is_some() {
                return vec![None; planned.len()];
            }
            if let Some(score) = score(*block, expressions, meter) {
                candidates.push((-score, at.abs_diff(from), at, from));
            }
        }
    }
    candidates.sort_unstable();
    let mut fits: Vec<Option<&Object>> = vec![None; planned.len()];
    let mut used = vec![false; written.len()];
    for (_, _, at, from) in candidates {
        if let (Some(fit), Some(used), Some(block)) =
            (fits.get_mut(at), used.get_mut(from), written.get(from))
            && fit.is_none()
            && !*used
        {
            *fit = Some(block);
            *used = true;
        }
    }
    // Blocks that fit nowhere, because the provider changed them, are matched by position.
    if planned.len() == written.len() {
        let mut left = written.iter().zip(used).filter(|(_, used)| !used).map(|(block, _)| *block);
        for fit in fits.iter_mut().filter(|fit| fit.is_none()) {
            *fit = left.next();
        }
    }
    fits
}

/// How well a planned block fits a configured one; `None` if a constant rules it out.
fn score(planned: PlannedValue<'_>, written: &Object, meter: &PlanMeter) -> Option<i32> {
    let mut score = 0;
    for (name, entry) in written.iter() {
        meter.steps(1, PART);
        let value = planned.key(name);
        let is_set =
            value.value.is_some_and(|value| !value.is_null()) || value.unknown.is_some_and(Json::holds_true);
        match ConfiguredArgument::read(Some(entry)) {
            ConfiguredArgument::Expression { constant: Some(constant), .. } => match value.value {
                Some(value) if agree(value, constant, meter) => score += 2,
                Some(Json::Null) | None if constant.is_null() || !is_set => {}
                _ => return None,
            },
            ConfiguredArgument::Expression { .. } | ConfiguredArgument::Block(_) => {
                score += i32::from(is_set)
            }
            ConfiguredArgument::Blocks(blocks) => {
                let length = value.len().unwrap_or_default();
                if length < blocks.len() && !value.is_unknown() {
                    return None;
                }
                score += 1;
            }
            ConfiguredArgument::Unset | ConfiguredArgument::NotShown => {}
        }
    }
    // What is planned but not configured counts against the match, most of all another kind of nested block.
    let unwritten = planned.keys().unwrap_or_default().into_iter().filter(|key| !written.contains_key(key));
    for key in unwritten {
        meter.steps(1, PART);
        score -= match planned.key(key).value {
            Some(Json::Array(items)) if !items.is_empty() => 2,
            Some(Json::String(text)) if !text.is_empty() => 1,
            _ => 0,
        };
    }
    Some(score)
}

/// Whether a planned value can come from a constant: the provider's schema converts `"80"` to `80` and sorts sets.
fn agree(planned: &Json, constant: &Json, meter: &PlanMeter) -> bool {
    // The whole comparison does not count once a budget is spent.
    if !meter.steps(1, COMPARISON) {
        return false;
    }
    match (planned, constant) {
        (Json::Array(a), Json::Array(b)) => {
            a.len() == b.len() && b.iter().all(|wanted| a.iter().any(|item| agree(item, wanted, meter)))
        }
        (Json::Object(a), Json::Object(b)) => b
            .iter()
            .all(|(key, wanted)| a.get(key).map_or(wanted.is_null(), |value| agree(value, wanted, meter))),
        (Json::String(text), other) | (other, Json::String(text)) if !other.is_string() => match other {
            Json::Bool(value) => text == if *value { "true" } else { "false" },
            Json::Number(number) => text == number,
            _ => false,
        },
        _ => planned == constant,
    }
}
