//! Fixes: what was or would be changed in files, and which findings stay as they are.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use super::{Entry, FindingGroup, Report};
use crate::diagnostic::Diagnostic;
use crate::text::Range;
use crate::value::Str;

/// What became of the findings that are to be fixed.
#[derive(Debug, Default)]
pub struct FixSummary {
    /// The findings that are fixed, or would be: sorted.
    pub fixed: Vec<FindingFix>,
    /// The findings whose rule knows an edit that cannot be made: sorted.
    pub refused: Vec<RefusedFix>,
    /// The number of findings that only a change fixes which replaces a resource or loses data.
    pub unsafe_ones: usize,
    /// The number of findings that are advice and not shown, and that have a fix.
    pub advice: usize,
    /// The files that change, sorted by path.
    pub files: Vec<ChangedFile>,
}

/// A finding that is fixed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FindingFix {
    /// Where its root module is: [`Root::place`](super::Root::place).
    pub root: String,
    /// The id of the rule.
    pub rule: Str,
    pub address: Str,
    /// The name of the defect; empty if the rule has only one.
    pub defect: Str,
    /// Whether the change replaces a resource or loses data.
    pub is_unsafe: bool,
    /// The edits that fix it.
    pub edits: Vec<FileEdit>,
}

/// A piece of a file that becomes another one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FileEdit {
    /// The path as it is shown.
    pub path: PathBuf,
    /// The piece, in the text that was read.
    pub range: Range,
    /// Line and column of its start, both from 1.
    pub start: (usize, usize),
    /// Line and column of its end.
    pub end: (usize, usize),
    /// What stands there then.
    pub text: String,
}

/// A finding that is not fixed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RefusedFix {
    /// Where its root module is.
    pub root: String,
    /// The id of the rule.
    pub rule: Str,
    pub address: Str,
    /// The name of the defect; empty if the rule has only one.
    pub defect: Str,
    /// Why, in a sentence without a final dot.
    pub reason: String,
}

/// A file that changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangedFile {
    /// The path as it is shown.
    pub path: PathBuf,
    /// The absolute path without links.
    pub real: PathBuf,
    /// The text that was read, without a byte order mark.
    pub before: Arc<str>,
    pub after: String,
}

impl Report {
    /// How a finding is fixed, if fixes were asked for.
    #[must_use]
    pub fn fix_of(&self, entry: &Entry<Diagnostic>) -> Option<&FindingFix> {
        let fixed = &self.fixes.as_ref()?.fixed;
        let own = self.fingerprint(entry);
        let at = fixed.binary_search_by(|fix| own.compare((&fix.root, &fix.rule, &fix.address, &fix.defect)));
        fixed.get(at.ok()?)
    }

    /// The edits that fix all findings of a group, in the order of files and places, and whether they replace a resource or lose data. None
    /// if one of the findings stays as it is, if the edits for others fix them, or if two edits meet.
    #[must_use]
    pub fn edits_of(&self, group: &FindingGroup<'_>) -> Option<(Vec<&FileEdit>, bool)> {
        let mut edits: BTreeSet<&FileEdit> = BTreeSet::new();
        let mut is_unsafe = false;
        for entry in group.entries() {
            let fix = self.fix_of(entry)?;
            is_unsafe |= fix.is_unsafe;
            edits.extend(&fix.edits);
        }
        let edits: Vec<&FileEdit> = edits.into_iter().collect();
        let meet = edits.windows(2).any(|pair| match pair {
            [a, b] => a.path == b.path && (b.range.start < a.range.end || a.range == b.range),
            _ => false,
        });
        (!edits.is_empty() && !meet).then_some((edits, is_unsafe))
    }

    /// Why a finding is not fixed, if fixes were asked for and its rule knows an edit.
    #[must_use]
    pub fn refusal_of(&self, entry: &Entry<Diagnostic>) -> Option<&RefusedFix> {
        let refused = &self.fixes.as_ref()?.refused;
        let own = self.fingerprint(entry);
        let at = refused
            .partition_point(|fix| own.compare((&fix.root, &fix.rule, &fix.address, &fix.defect)).is_lt());
        let first = refused.get(at)?;
        own.compare((&first.root, &first.rule, &first.address, &first.defect)).is_eq().then_some(first)
    }
}
