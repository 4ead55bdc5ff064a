//! Conversion of comments for other tools into ours: `checkov:skip=CKV_AWS_157:reason` becomes `buttress:ignore rds-single-az reason="reason"`.
//!
//! A comment is converted if it suppresses something here, and if afterwards the same is suppressed: the run is repeated over the edited
//! texts. Others are left as they are.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::examined as examined_with;
use super::fix::Examined;
use crate::diagnostic::shown_path;
use crate::fix::{Splice, applied};
use crate::passes::rules_of_check;
use crate::progress::Progress;
use crate::report::fixes::ChangedFile;
use crate::report::proposal::LeftComment;
use crate::report::{Report, Status};
use crate::rule::RuleSet;
use crate::settings::{Peer, Settings};
use crate::suppression::{Cover, EVERY_CHECK, Suppression};
use crate::text::{FileId, Range};
use crate::value::Str;

/// What becomes of the comments for other tools.
#[derive(Debug, Default)]
pub(super) struct Conversion {
    pub(super) files: Vec<ChangedFile>,
    pub(super) converted: usize,
    /// Comments that stay.
    pub(super) left: Vec<LeftComment>,
    /// The tools whose comments suppress something and stay.
    pub(super) left_peers: BTreeSet<Peer>,
}

/// Converts comments, or finds out which tools they are for if they are to stay.
pub(super) fn converted(
    examined: &Examined,
    settings: &Settings,
    rules: &Arc<RuleSet>,
    progress: &Progress,
    converts: bool,
) -> Conversion {
    let report = &examined.report;
    let mut conversion = Conversion::default();
    let mut by_file: BTreeMap<FileId, Vec<ConvertedComment>> = BTreeMap::new();
    for (index, suppression) in report.suppressions.iter().enumerate() {
        let Some(peer) = suppression.peer else { continue };
        match usable(report, index, suppression, peer) {
            // What its tool does not read is lost with it: an id without a comment of its own, a reason.
            Ok(_) if suppression.has_rest => {
                conversion.leave(
                    report,
                    suppression,
                    "not all of it can be read: write each check with its reason",
                );
            }
            Ok(rules) if converts => match splices(report, suppression, &rules) {
                Some(splices) => {
                    by_file.entry(suppression.span.file).or_default().push((index, splices));
                }
                None => conversion.leave(report, suppression, "its place is not clear"),
            },
            Ok(_) => {
                conversion.left_peers.insert(peer);
            }
            Err(reason) => conversion.left.push(left(report, suppression, reason)),
        }
    }
    let mut texts = settings.clone();
    let before = suppressed(report);
    for (file, edits) in by_file {
        let mut trials = Trials { examined, rules, progress, before: &before, settings: &mut texts };
        let (kept, failed) = trials.kept(file, edits);
        for suppression in failed.iter().filter_map(|index| report.suppressions.get(*index)) {
            conversion.leave(report, suppression, "a comment of ours would not cover the same");
        }
        conversion.converted += kept.len();
        conversion.files.extend(changed(examined, file, &kept).filter(|_| !kept.is_empty()));
    }
    conversion.left.sort();
    conversion
}

/// The edits that convert a comment, with its index.
type ConvertedComment = (usize, Vec<Splice>);

/// Runs over edited texts.
struct Trials<'a> {
    examined: &'a Examined,
    rules: &'a Arc<RuleSet>,
    progress: &'a Progress,
    /// What is suppressed without any edit.
    before: &'a BTreeSet<SuppressedFinding>,
    /// The settings, with the texts of the files before.
    settings: &'a mut Settings,
}

impl Trials<'_> {
    /// The conversions in a file after which the same is suppressed: all, or those that can be made one after the other. Also the
    /// others.
    fn kept(&mut self, file: FileId, all: Vec<ConvertedComment>) -> (Vec<ConvertedComment>, Vec<usize>) {
        if self.holds(file, &all) {
            return (all, Vec::new());
        }
        let (mut kept, mut failed) = (Vec::new(), Vec::new());
        if let [(index, _)] = all.as_slice() {
            return (kept, vec![*index]);
        }
        for comment in all {
            let index = comment.0;
            kept.push(comment);
            if !self.holds(file, &kept) {
                kept.pop();
                failed.push(index);
            }
        }
        (kept, failed)
    }

    /// Whether the same is suppressed after some conversions. If so, the settings have the converted text.
    fn holds(&mut self, file: FileId, edits: &[ConvertedComment]) -> bool {
        let Some(ChangedFile { real, after, .. }) = changed(self.examined, file, edits) else { return false };
        let last = self.settings.unsaved.insert(real.clone(), Arc::from(after.into_bytes()));
        let after = examined_with(self.settings, self.rules, self.progress, Vec::new());
        let holds = suppressed(&after.report) == *self.before;
        if !holds {
            match last {
                Some(text) => self.settings.unsaved.insert(real, text),
                None => self.settings.unsaved.remove(&real),
            };
        }
        holds
    }
}

impl Conversion {
    /// Leaves a comment that suppresses something.
    fn leave(&mut self, report: &Report, suppression: &Suppression, reason: &'static str) {
        self.left_peers.extend(suppression.peer);
        self.left.push(left(report, suppression, reason));
    }
}

fn left(report: &Report, suppression: &Suppression, reason: &'static str) -> LeftComment {
    let (file, range) = (suppression.span.file, suppression.span.range);
    let source = report.sources.get(file);
    let path = shown_path(report.sources.path(file));
    let line = source.map_or(0, |source| source.line_column(range.start).0);
    let text = source.and_then(|source| source.text.get(range.as_usize())).unwrap_or_default();
    LeftComment { place: format!("{path}:{line}"), text: text.trim().to_owned(), reason }
}

/// The rules whose findings a comment suppresses here.
fn usable(
    report: &Report,
    index: usize,
    suppression: &Suppression,
    peer: Peer,
) -> Result<BTreeSet<Str>, &'static str> {
    if suppression.selectors.iter().any(|selector| selector.text == EVERY_CHECK) {
        return Err("it means every check of its tool");
    }
    let meant =
        suppression.selectors.iter().flat_map(|selector| rules_of_check(selector, peer, &report.rules));
    let meant: BTreeSet<Str> = meant.collect();
    if meant.is_empty() {
        return Err("no rule is about it");
    }
    let is_here = |status: Status| status == Status::Suppressed(index);
    let found = report.diagnostics.iter().filter(|entry| is_here(entry.status)).map(|entry| &entry.what.id);
    let unknown = report.unknown.iter().filter(|entry| is_here(entry.status)).map(|entry| &entry.what.rule);
    let used: BTreeSet<Str> = found.chain(unknown).filter(|rule| meant.contains(*rule)).cloned().collect();
    if used.is_empty() { Err("nothing here is suppressed by it") } else { Ok(used) }
}

/// A finding or an unknown verdict, and whether it is suppressed.
type SuppressedFinding = (Str, Str, Str, bool);

/// What is suppressed, and what people say of it that is wrong.
fn suppressed(report: &Report) -> BTreeSet<SuppressedFinding> {
    let findings = report.diagnostics.iter().map(|entry| {
        let is_suppressed = matches!(entry.status, Status::Suppressed(_));
        (entry.what.id.clone(), entry.what.defect.clone(), entry.what.address.clone(), is_suppressed)
    });
    let unknown = report.unknown.iter().map(|entry| {
        let is_suppressed = matches!(entry.status, Status::Suppressed(_));
        (entry.what.rule.clone(), Str::from("unknown"), entry.what.address.clone(), is_suppressed)
    });
    findings.chain(unknown).collect()
}

/// A file after its conversions.
fn changed(examined: &Examined, file: FileId, edits: &[ConvertedComment]) -> Option<ChangedFile> {
    let source = examined.report.sources.get(file)?;
    let (real, _) = examined.reader.locate(&source.path).ok()?;
    let mut splices: Vec<Splice> = edits.iter().flat_map(|(_, splices)| splices.clone()).collect();
    splices.sort_by_key(|splice| splice.range);
    let after = applied(&source.text, &splices);
    Some(ChangedFile { path: source.path.clone(), real, before: source.text.clone(), after })
}

/// The edits that convert one comment.
fn splices(report: &Report, suppression: &Suppression, rules: &BTreeSet<Str>) -> Option<Vec<Splice>> {
    let text: &str = &report.sources.get(suppression.span.file)?.text;
    let range = suppression.span.range;
    let words = words(suppression, rules);
    if suppression.peer != Some(Peer::Checkov) {
        // A comment for the other tools stands where ours would.
        let written = text.get(range.as_usize())?;
        let before = text.get(..range.start as usize)?;
        let opens =
            written.starts_with(['#', '/']) || !before.trim_end_matches(' ').ends_with(['#', '/', '*']);
        let words = if opens { format!("# {words}") } else { words };
        return Some(vec![Splice { range, text: words }]);
    }
    // One for checkov may stand anywhere in the block that it is about; ours stands above it.
    let Cover::Block { range: block, .. } = &suppression.covered else { return None };
    let line = text.get(..block.start as usize)?.rfind('\n').map_or(0, |at| at + 1);
    let indentation = text.get(line..block.start as usize)?;
    if !indentation.trim().is_empty() {
        return None;
    }
    let line_break = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let at = u32::try_from(line).ok()?;
    let above = Splice { range: Range::new(at, at), text: format!("{indentation}# {words}{line_break}") };
    Some(vec![above, Splice { range: without(text, range)?, text: String::new() }])
}

/// What is taken away with a comment for checkov: its line, or what is behind the code.
fn without(text: &str, range: Range) -> Option<Range> {
    let (start, end) = (range.start as usize, range.end as usize);
    let before = text.get(..start)?;
    let rest = text.get(end..)?;
    let line_end = rest.find('\n').map_or(text.len(), |at| end + at + 1);
    if !text.get(end..line_end)?.trim().is_empty() {
        return None;
    }
    let line = before.rfind('\n').map_or(0, |at| at + 1);
    let lead = text.get(line..start)?;
    let code = lead.trim_end_matches([' ', '#', '/']);
    let offset = |at: usize| u32::try_from(at).ok();
    if code.trim().is_empty() {
        return Some(Range::new(offset(line)?, offset(line_end)?));
    }
    Some(Range::new(offset(line + code.len())?, range.end))
}

/// Our words for a comment.
fn words(suppression: &Suppression, rules: &BTreeSet<Str>) -> String {
    let rules: Vec<&str> = rules.iter().map(Str::as_str).collect();
    let word = if matches!(suppression.covered, Cover::File) { "ignore-file" } else { "ignore" };
    let reason = suppression.reason.replace('\\', "\\\\").replace('"', "\\\"");
    let until = suppression.until.map(|until| format!(" until={until}")).unwrap_or_default();
    format!("buttress:{word} {} reason=\"{reason}\"{until}", rules.join(", "))
}
