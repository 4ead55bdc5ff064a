//! "Did you mean …?": finds the name that was probably meant.

use std::cmp::Reverse;

/// Longer names are not compared.
const MAX_NAME: usize = 64;

/// The most candidates that are compared with a name.
const MAX_CANDIDATES: usize = 128;

/// No more names than these are looked at.
const MAX_LOOKED_AT: usize = 2048;

/// The candidate that differs least from `name`, if it differs little enough to be a typing error.
#[must_use]
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let length = name.chars().count();
    let allowed = (length / 3).max(1);
    // A comparison costs the product of both lengths, and there may be thousands of candidates for thousands of names.
    if length > MAX_NAME {
        return None;
    }
    let is_near = |candidate: &&str| {
        candidate.len() <= 4 * MAX_NAME && candidate.chars().count().abs_diff(length) <= allowed
    };
    let mut near: Vec<&str> = candidates.into_iter().take(MAX_LOOKED_AT).filter(is_near).collect();
    // Of many, most are spelt right at their beginning.
    let begins_alike =
        |candidate: &str| candidate.bytes().zip(name.bytes()).take_while(|(a, b)| a == b).count();
    if near.len() > MAX_CANDIDATES {
        near.sort_by_key(|candidate| Reverse(begins_alike(candidate)));
        near.truncate(MAX_CANDIDATES);
    }
    near.into_iter()
        .map(|candidate| (strsim::damerau_levenshtein(name, candidate), candidate))
        .filter(|(distance, _)| *distance <= allowed)
        .min()
        .map(|(_, candidate)| candidate)
}
