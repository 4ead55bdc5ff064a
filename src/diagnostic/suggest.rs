//! "Did you mean …?": finds the name that was probably meant.

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
    let candidates =
        candidates.into_iter().take(MAX_LOOKED_AT).filter(|candidate| candidate.len() <= 4 * MAX_NAME);
    candidates
        .filter(|candidate| candidate.chars().count().abs_diff(length) <= allowed)
        .take(MAX_CANDIDATES)
        .map(|candidate| (strsim::damerau_levenshtein(name, candidate), candidate))
        .filter(|(distance, _)| *distance <= allowed)
        .min()
        .map(|(_, candidate)| candidate)
}
