//! Formats: turns what the program knows into text. One folder per subject, one file per format.
//!
//! Renderers see reports, rules and source text; they know nothing of HCL or of what rules ask.

pub mod clean;
pub mod coverage;
pub mod directories;
pub mod drawing;
pub mod explained;
pub mod fixes;
mod landscapes;
mod look;
pub mod markdown;
mod markup;
pub mod practices;
mod problems;
pub mod proposal;
pub mod report;
pub mod simulation;
pub mod tables;

pub use look::Look;

use crate::diagnostic::shown_path as path_of;
use crate::report::{Report, ShownLandscape};

/// The root modules of a landscape that are named one by one.
const MAX_NAMED: usize = 12;

/// What a landscape is called: its only root module or plan, with the environment where several landscapes are shown; or the environment and
/// all that is joined. `name` writes a path, `words` the name of the environment: [`plain_words`] where nothing is markup.
fn landscape_title(
    landscape: &ShownLandscape,
    is_one: bool,
    report: &Report,
    name: impl Fn(&str) -> String,
    words: impl Fn(&str) -> String,
) -> String {
    let environment = landscape.environment.as_deref().map(words);
    let paths: Vec<String> = (landscape.roots.iter().take(MAX_NAMED))
        .filter_map(|root| report.roots.get(*root))
        .map(|root| name(&path_of(&root.path)))
        .collect();
    let mut text = paths.join(", ");
    if landscape.roots.len() > MAX_NAMED {
        text.push_str(&format!(" and {} more", landscape.roots.len() - MAX_NAMED));
    }
    match environment {
        Some(environment) if landscape.roots.len() > 1 => format!("{environment}: {text}"),
        Some(environment) if !is_one => format!("{text} ({environment})"),
        _ => text,
    }
}

/// What somebody named, on one line and without control characters.
fn plain_words(text: &str) -> String {
    clean::line(text).into_owned()
}

/// Parts as a list in a sentence: `a, b and c`.
fn listed(mut parts: Vec<String>) -> String {
    let last = parts.pop().unwrap_or_default();
    if parts.is_empty() { last } else { format!("{} and {last}", parts.join(", ")) }
}

/// A number with the noun that it counts.
fn counted(n: usize, one: &str, many: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { many })
}

/// Writes items until the output is long enough; how many are left out.
fn until_full<T>(
    out: &mut String,
    items: impl IntoIterator<Item = T>,
    mut one: impl FnMut(&mut String, T),
) -> usize {
    let mut left_out = 0;
    for item in items {
        if out.len() < clean::MAX_OUTPUT {
            one(out, item);
        } else {
            left_out += 1;
        }
    }
    left_out
}

/// What is said where items are left out, without a dot.
fn cut(left_out: usize, one: &str, many: &str) -> Option<String> {
    let (more, limit) = (counted(left_out, one, many), clean::MAX_OUTPUT_SHOWN);
    (left_out > 0)
        .then(|| format!("cut: {more} not shown: this format ends after {limit}; `--format json` has more"))
}
