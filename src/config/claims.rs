//! What a config expects to be there: environments, root modules, files and directories that it names.
//!
//! A name that is misspelt matches nothing, and so what it was written for does not hold. A pass says so once everything was looked at.

use std::path::PathBuf;

use super::Policy;
use crate::environment::{Environment, NAMED_PRODUCTION};
use crate::settings::PathPatterns;
use crate::text::Span;
use crate::value::Str;

/// Something that a config names, seen from one root module.
#[derive(Clone, Debug)]
pub struct ConfigClaim {
    /// The place in the config.
    pub span: Span,
    /// What names it: ``a `suppress` block``.
    pub by: String,
    pub named: ClaimedName,
}

/// What is named.
#[derive(Clone, Debug)]
pub enum ClaimedName {
    /// An environment, and whether the root module is of it.
    Environment(Str, bool),
    /// Root modules by a pattern of paths, and whether this is one.
    Roots(String, bool),
    /// Files or directories by a pattern that starts at a directory, absolute and without links.
    Paths(String, PathBuf),
}

impl Policy<'_> {
    /// What the config of the root module names, apart from what suppressions and assumptions tell of themselves.
    #[must_use]
    pub fn claims(&self, environment: Option<&Environment>) -> Vec<ConfigClaim> {
        let Some(config) = self.config else { return Vec::new() };
        let mut all = Vec::new();
        let blocks = config.rules.iter().map(|block| {
            (block.rule.span, format!("`rule {:?}`", block.rule.value.as_str()), &block.environments)
        });
        let suppressions = config.suppressions.iter();
        let suppressions =
            suppressions.map(|block| (block.span, "this `suppress` block".to_owned(), &block.environments));
        for (span, by, names) in blocks.chain(suppressions) {
            // `production` is a word for many names.
            for name in names.iter().filter(|name| name.as_str() != NAMED_PRODUCTION) {
                let is_here = environment.is_some_and(|own| own.is(name));
                all.push(ConfigClaim {
                    span,
                    by: by.clone(),
                    named: ClaimedName::Environment(name.clone(), is_here),
                });
            }
        }
        let mut paths = |span: Span, by: String, patterns: &PathPatterns| {
            let named = patterns.texts().iter();
            all.extend(named.map(|text| ConfigClaim {
                span,
                by: by.clone(),
                named: ClaimedName::Paths(text.clone(), self.base().to_owned()),
            }));
        };
        for block in &config.rules {
            paths(block.rule.span, format!("`rule {:?}`", block.rule.value.as_str()), &block.paths);
        }
        for block in &config.roots {
            paths(block.span, "this `root` block".to_owned(), &block.paths);
        }
        if let Some(excluded) = &config.general.exclude {
            // What a pattern leaves out is not read, so nothing tells whether it leaves out anything.
            let plain = excluded.value.texts().iter().filter(|text| !text.contains(['*', '?', '[', '{']));
            if let Ok(plain) = PathPatterns::new(plain.cloned().collect()) {
                paths(excluded.span, "`exclude`".to_owned(), &plain);
            }
        }
        for block in &config.environments {
            for text in block.roots.iter().flat_map(PathPatterns::texts) {
                let pattern = PathPatterns::new(vec![text.clone()]).ok();
                let is_here =
                    self.place().zip(pattern).is_some_and(|(place, pattern)| pattern.contain(place));
                all.push(ConfigClaim {
                    span: block.span,
                    by: format!("the environment `{}`", block.name),
                    named: ClaimedName::Roots(text.clone(), is_here),
                });
            }
        }
        all
    }
}
