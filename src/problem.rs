//! Problems: what went wrong with the *input or the run*, as opposed to findings, which are what rules say of a sound input.
//!
//! Every stage returns its value together with the problems it met; nothing is lost by one. A problem says what, where, why
//! and what to do next. Knows nothing about HCL, values or formats.

use crate::text::Span;

/// How bad a problem is for the trust in the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Part of the input could not be read or understood: the run is incomplete (exit code 2).
    Error,
    /// Everything was read, something in it deserves a look.
    Warning,
}

/// A secondary place with what it has to do with the problem.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Label {
    /// Where.
    pub span: Span,
    /// A few words, lower case, no final dot.
    pub text: String,
}

/// One thing that is wrong with the input.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Problem {
    /// Whether the run is incomplete because of it.
    pub severity: Severity,
    /// Stable kebab-case name, `stage/what`, for example `syntax/unclosed-block`.
    pub code: &'static str,
    /// What is wrong: one sentence without a final dot.
    pub message: String,
    /// The place it is about, if it is about a place in a file.
    pub span: Option<Span>,
    /// A few words at `span`.
    pub at: String,
    /// Other places.
    pub labels: Vec<Label>,
    /// What to do next.
    pub help: Option<String>,
}

impl Problem {
    /// A problem that makes the run incomplete.
    pub fn error(code: &'static str, message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Error,
            code,
            message: message.into(),
            span: None,
            at: String::new(),
            labels: Vec::new(),
            help: None,
        }
    }

    /// A problem that does not make the run incomplete.
    pub fn warning(code: &'static str, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, message) }
    }

    /// Says where, with a few words for the place (may be empty).
    #[must_use]
    pub fn at(mut self, span: Span, words: impl Into<String>) -> Self {
        self.span = Some(span);
        self.at = words.into();
        self
    }

    /// Adds another place.
    #[must_use]
    pub fn label(mut self, span: Span, text: impl Into<String>) -> Self {
        self.labels.push(Label { span, text: text.into() });
        self
    }

    /// Says what to do next.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

/// Longer names are no slips of the pen.
const MAX_NAME: usize = 64;

/// No more names than these are compared with one.
const MAX_CANDIDATES: usize = 128;

/// The candidate that differs least from `name`, if it differs little enough to be a slip.
#[must_use]
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let length = name.chars().count();
    let allowed = (length / 3).max(1);
    // Comparing takes the product of both lengths, and there may be thousands of candidates for thousands of names.
    if length > MAX_NAME {
        return None;
    }
    let candidates = candidates.into_iter().filter(|candidate| candidate.len() <= 4 * MAX_NAME);
    candidates
        .filter(|candidate| candidate.chars().count().abs_diff(length) <= allowed)
        .take(MAX_CANDIDATES)
        .map(|candidate| (strsim::damerau_levenshtein(name, candidate), candidate))
        .filter(|(distance, _)| *distance <= allowed)
        .min()
        .map(|(_, candidate)| candidate)
}
