//! What the formats for tools share: places in numbers, fingerprints, and where a document ends.

use std::collections::BTreeMap;
use std::fmt::Write;

use rustc_hash::FxHashMap;
use sha2::{Digest, Sha256};

use crate::diagnostic::{Diagnostic, Label, Location};
use crate::render::clean::MAX_JSON;
use crate::render::path_of;
use crate::report::fingerprint::Fingerprint;
use crate::report::{Entry, FindingGroup, Report};
use crate::text::Sources;

/// A place: a file and its lines. A plan has no lines.
pub(super) struct FilePlace {
    /// With `/` as separator.
    pub(super) file: String,
    pub(super) lines: Option<LineRange>,
}

/// A part of a file. LineRange and columns count from 1, columns in characters; the end is after the last character.
#[derive(Clone, Copy)]
pub(super) struct LineRange {
    pub(super) line: usize,
    pub(super) column: usize,
    pub(super) end_line: usize,
    pub(super) end_column: usize,
}

/// A location in numbers.
pub(super) fn place(location: &Location, sources: &Sources) -> FilePlace {
    let file = path_of(sources.path(location.file()));
    match location {
        Location::Source(span) => {
            let lines = sources.get(span.file).map(|source| {
                let (line, column) = source.line_column(span.range.start);
                let (end_line, end_column) = source.line_column(span.range.end);
                LineRange { line, column, end_line, end_column }
            });
            FilePlace { file, lines }
        }
        Location::Plan { .. } => FilePlace { file, lines: None },
    }
}

/// The place of a diagnostic in code that its reader can change: the innermost call of a downloaded module instead of a line of it.
pub(super) fn own_label<'a>(diagnostic: &'a Diagnostic, sources: &Sources) -> Option<&'a Label> {
    let primary = diagnostic.primary.as_ref()?;
    if !is_downloaded(primary, sources) {
        return Some(primary);
    }
    let call = diagnostic.calls.iter().rev().find(|call| !is_downloaded(call, sources));
    Some(call.unwrap_or(primary))
}

/// Whether a place is in what `terraform init` has fetched.
fn is_downloaded(label: &Label, sources: &Sources) -> bool {
    let path = sources.path(label.location.file());
    path.components().any(|part| part.as_os_str() == ".terraform")
}

/// The path of the root module or plan of an entry.
pub(super) fn root_path<T>(entry: &Entry<T>, report: &Report) -> Option<String> {
    report.root(entry).map(|root| path_of(&root.path))
}

/// The fingerprint of every finding. That of a group's first finding is what formats with one entry for a group give it.
pub(super) struct FingerprintTable(FxHashMap<*const Entry<Diagnostic>, String>);

impl FingerprintTable {
    pub(super) fn of(report: &Report) -> Self {
        let mut fingerprints = Fingerprints::default();
        let groups: Vec<FindingGroup<'_>> = report
            .groups()
            .into_iter()
            .chain(report.groups_set_aside())
            .chain(report.failure_groups())
            .collect();
        let firsts = groups.iter().map(|group| group.first);
        let others = groups.iter().flat_map(|group| group.entries().skip(1));
        let mut table = FxHashMap::default();
        for entry in firsts.chain(others) {
            table.entry(std::ptr::from_ref(entry)).or_insert_with(|| fingerprints.next(entry, report));
        }
        Self(table)
    }

    pub(super) fn get(&self, entry: &Entry<Diagnostic>) -> &str {
        self.0.get(&std::ptr::from_ref(entry)).map_or("", String::as_str)
    }
}

/// The fingerprints of a report. They tell entries apart from run to run, so they know no lines.
#[derive(Default)]
pub(super) struct Fingerprints {
    seen: BTreeMap<String, usize>,
}

impl Fingerprints {
    /// The fingerprint of the next entry: a hash of [`Fingerprint`]; that of a problem also has its message and file.
    pub(super) fn next(&mut self, entry: &Entry<Diagnostic>, report: &Report) -> String {
        let diagnostic = &entry.what;
        let Fingerprint { root, rule, address, defect } = report.fingerprint(entry);
        let mut parts = vec![rule.to_string(), defect.to_string(), address.to_string(), root];
        if !diagnostic.is_finding() {
            parts.push(diagnostic.message.clone());
            let file = diagnostic.primary.as_ref().map(|label| report.sources.path(label.location.file()));
            parts.extend(file.map(path_of));
        }
        let text = parts.join("\0");
        let seen = self.seen.entry(text.clone()).or_insert(0);
        *seen += 1;
        // Environments of one root can share rule and address and differ in what they say.
        let text = if *seen > 1 { format!("{text}\0{seen}") } else { text };
        Sha256::digest(text.as_bytes()).iter().fold(String::new(), |mut hex, byte| {
            let _ = write!(hex, "{byte:02x}");
            hex
        })
    }
}

/// A document with at most so many entries in each list that it is not too long: halves their number until it is short enough.
pub(super) fn short_enough(longest: usize, document: impl Fn(usize) -> String) -> String {
    let mut most = longest;
    loop {
        let text = document(most);
        if text.len() <= MAX_JSON || most == 0 {
            return text;
        }
        most /= 2;
    }
}
