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
        let of_environments = |names: &[Str]| -> Vec<ClaimedName> {
            // `production` is a word for many names.
            let names = names.iter().filter(|name| name.as_str() != NAMED_PRODUCTION);
            let is_here = |name: &Str| environment.is_some_and(|own| own.is(name));
            names.map(|name| ClaimedName::Environment(name.clone(), is_here(name))).collect()
        };
        let of_path = |text: &String| ClaimedName::Paths(text.clone(), self.base().to_owned());
        let of_paths = |patterns: &PathPatterns| patterns.texts().iter().map(of_path).collect();
        let of_root = |text: &String| {
            let pattern = PathPatterns::new(vec![text.clone()]).ok();
            let is_here = pattern.is_some_and(|pattern| self.is_at(&pattern));
            ClaimedName::Roots(text.clone(), is_here)
        };
        let mut all = Vec::new();
        let mut claim = |span: Span, by: &str, names: Vec<ClaimedName>| {
            all.extend(names.into_iter().map(|named| ConfigClaim { span, by: by.to_owned(), named }));
        };
        for block in &config.rules {
            let by = format!("`rule {:?}`", block.rule.value.as_str());
            claim(block.rule.span, &by, of_environments(&block.environments));
            claim(block.rule.span, &by, of_paths(&block.paths));
        }
        for block in &config.suppressions {
            claim(block.span, "this `suppress` block", of_environments(&block.environments));
        }
        for block in &config.intents {
            let roots = block.roots.iter().flat_map(PathPatterns::texts).map(of_root);
            let Some((first, _)) = block.entries.first() else { continue };
            claim(first.span, "this `intent` block", roots.collect());
            claim(first.span, "this `intent` block", of_environments(&block.environments));
        }
        for block in &config.roots {
            claim(block.span, "this `root` block", of_paths(&block.paths));
        }
        if let Some(excluded) = &config.general.exclude {
            // What a pattern leaves out is not read, so nothing tells whether it leaves out anything.
            let plain = excluded.value.texts().iter().filter(|text| !text.contains(['*', '?', '[', '{']));
            claim(excluded.span, "`exclude`", plain.map(of_path).collect());
        }
        for block in &config.environments {
            let roots = block.roots.iter().flat_map(PathPatterns::texts).map(of_root);
            claim(block.span, &format!("the environment `{}`", block.name), roots.collect());
        }
        all
    }
}
