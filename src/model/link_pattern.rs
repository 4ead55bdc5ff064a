//! Patterns in model files, compiled when a text is first held against them: most runs meet few of them, and compiling all takes
//! longer than reading the model.

use std::sync::{Arc, OnceLock};

use regex::Regex;

use crate::decode::Spanned;
use crate::diagnostic::Diagnostic;
use crate::text::Span;
use crate::value::Str;

/// A regular expression.
#[derive(Clone, Debug)]
pub struct LinkPattern {
    /// As it is written.
    pub text: Str,
    pub span: Span,
    compiled: Arc<OnceLock<Result<Regex, regex::Error>>>,
}

impl From<Spanned<Str>> for LinkPattern {
    fn from(written: Spanned<Str>) -> Self {
        Self { text: written.value, span: written.span, compiled: Arc::default() }
    }
}

impl LinkPattern {
    fn compiled(&self) -> &Result<Regex, regex::Error> {
        self.compiled.get_or_init(|| Regex::new(&self.text))
    }

    /// Whether the pattern matches somewhere in a text.
    pub fn matches(&self, text: &str) -> bool {
        self.compiled().as_ref().is_ok_and(|pattern| pattern.is_match(text))
    }

    /// What the first group of the pattern takes of each place in a text that it matches; nothing if it is no regular expression.
    pub fn taken<'t>(&self, text: &'t str) -> impl Iterator<Item = &'t str> {
        let pattern = self.compiled().as_ref().ok();
        let found = pattern.into_iter().flat_map(move |pattern| pattern.captures_iter(text));
        found.filter_map(|found| found.get(1)).map(|group| group.as_str())
    }

    /// Why the pattern is no regular expression.
    #[must_use]
    pub fn mistake(&self) -> Option<Diagnostic> {
        let error = self.compiled().as_ref().err()?.to_string();
        // The message draws the pattern over several lines; only its last line says what is wrong.
        let reason = error.lines().last().unwrap_or_default().trim_start_matches("error: ");
        let message = format!("this pattern must be a regular expression: {reason}");
        Some(Diagnostic::error("decode/value", message).at(self.span, "not a regular expression"))
    }
}
