//! Patterns of paths: `live/*/prod`, `**/examples`, `modules`.
//!
//! `*` and `?` stay within one name, `**` stands for any number of directories. A pattern that matches a directory covers everything in
//! it. Paths have `/` between their names and start at the directory of the config.

use std::path::Path;

use globset::{Glob, GlobBuilder, GlobSet, GlobSetBuilder};

/// A list of patterns of paths, without patterns it covers nothing.
#[derive(Clone, Debug, Default)]
pub struct PathPatterns {
    texts: Vec<String>,
    set: GlobSet,
}

impl PathPatterns {
    /// Reads patterns.
    ///
    /// # Errors
    /// The index of a pattern that is none, and what is wrong with it.
    pub fn new(texts: Vec<String>) -> Result<Self, (usize, String)> {
        let mut set = GlobSetBuilder::new();
        for (at, text) in texts.iter().enumerate() {
            set.add(glob(text).map_err(|reason| (at, reason))?);
        }
        let last = texts.len().saturating_sub(1);
        let set = set.build().map_err(|error| (last, error.to_string()))?;
        Ok(Self { texts, set })
    }

    /// The patterns as they are written.
    #[must_use]
    pub fn texts(&self) -> &[String] {
        &self.texts
    }

    /// Whether there is no pattern.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.texts.is_empty()
    }

    /// Whether a pattern matches a path or a directory around it. The start of all paths is `.`.
    #[must_use]
    pub fn contain(&self, path: &Path) -> bool {
        let is_start = |path: &Path| path.as_os_str().is_empty();
        path.ancestors().any(|part| self.set.is_match(if is_start(part) { Path::new(".") } else { part }))
    }
}

fn glob(text: &str) -> Result<Glob, String> {
    let plain = text.strip_prefix("./").unwrap_or(text).trim_end_matches('/');
    if plain.is_empty() {
        return Err("it is empty; `.` is the directory of the config".to_owned());
    }
    if plain.starts_with('/') || plain.split('/').any(|part| part == "..") {
        return Err("it must stay below the directory of the config".to_owned());
    }
    // A backslash escapes on every platform, or verdicts would differ.
    let built = GlobBuilder::new(plain).literal_separator(true).backslash_escape(true).build();
    built.map_err(|error| error.kind().to_string())
}
