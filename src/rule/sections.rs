//! Files of rules as sections, each with what its mistakes are told to, so that several are read at once.

use std::path::PathBuf;
use std::sync::Arc;

use rayon::prelude::*;

use super::Principle;
use super::load::RuleFile;
use crate::decode::{Mistakes, Section};
use crate::diagnostic::Diagnostic;
use crate::syntax::tree::Tree;
use crate::syntax::{self, Parsed};
use crate::text::FileId;

/// Parses files.
pub(super) fn trees(files: Vec<RuleFile>, problems: &mut Vec<Diagnostic>) -> Vec<(PathBuf, Arc<Tree>)> {
    let parsed: Vec<_> = files
        .into_par_iter()
        .map(|RuleFile { path, file, text }| (path, syntax::parse_hcl(file, text)))
        .collect();
    let mut trees = Vec::with_capacity(parsed.len());
    for (path, Parsed { tree, problems: found }) in parsed {
        problems.extend(found);
        trees.push((path, Arc::new(tree)));
    }
    trees
}

/// The sections of files, with what their mistakes are told to.
pub(super) fn sections<'d>(
    trees: &'d [(PathBuf, Arc<Tree>)],
    mistakes: &'d [Mistakes],
    what: &'static str,
) -> Vec<Section<'d>> {
    let files = trees.iter().zip(mistakes);
    files.map(|((_, tree), mistakes)| Section::file(tree, what, mistakes)).collect()
}

/// The rules in a file.
pub(super) fn rule_blocks<'d>(section: &mut Section<'d>) -> Vec<Section<'d>> {
    section.blocks("rule", "a rule", &["its id"])
}

/// What `read` makes of the only rule in a text that tests have checked.
pub(super) fn of_checked_rule<R>(
    file: FileId,
    text: Arc<str>,
    mistakes: &Mistakes,
    read: impl FnOnce(&mut Section<'_>) -> Option<R>,
) -> Option<R> {
    let tree = Arc::new(syntax::parse_hcl(file, text).tree);
    let mut rule = rule_blocks(&mut Section::file(&tree, "a rule file", mistakes)).pop()?;
    read(&mut rule)
}

/// As many as there are files.
pub(super) fn mistakes_of(trees: &[(PathBuf, Arc<Tree>)]) -> Vec<Mistakes> {
    trees.iter().map(|_| Mistakes::default()).collect()
}

/// The principles in files.
pub(super) fn principles_of(sections: &mut [Section<'_>]) -> Vec<Principle> {
    let blocks =
        sections.iter_mut().flat_map(|section| section.blocks("principle", "a principle", &["its id"]));
    blocks.filter_map(principle_of).collect()
}

fn principle_of(mut section: Section<'_>) -> Option<Principle> {
    let id = section.label(0);
    let title = section.required("title");
    let question = section.required("question");
    let about = section.required("about");
    let is_hygiene = section.optional("hygiene").unwrap_or_default();
    section.finish();
    Some(Principle { id, title: title?, question: question?, about: about?, is_hygiene })
}
