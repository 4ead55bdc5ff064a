//! What the formats for people share: which diagnostics they show, the notes below each one, and where output ends.

use std::fmt::Write;

use super::items::Item;
use crate::address::without_calls;
use crate::analysis::failure::Dependents;
use crate::diagnostic::{Diagnostic, Label, Location};
use crate::render::clean;
use crate::render::look::Look;
use crate::render::{counted, cut, listed, path_of, until_full};
use crate::report::{Entry, Report};
use crate::text::Sources;

/// The most places that are shown for a diagnostic; the others are only counted.
pub(super) const MAX_MARKS: usize = 20;

/// The most problems that are told below the first one with the same code and remedy.
const MAX_ALIKE: usize = 5;

/// Items, each written by `one`, until the output is long enough.
pub(super) fn most_of<'i, 'a: 'i>(
    out: &mut String,
    items: impl IntoIterator<Item = &'i Item<'a>>,
    one: impl Fn(&mut String, &Item<'_>),
) {
    let left_out = until_full(out, items, one);
    if let Some(cut) = cut(left_out, "finding or problem is", "findings and problems are") {
        let _ = writeln!(out, "{cut}\n");
    }
}

/// A path for people, on one line.
pub(super) fn shown(path: &std::path::Path) -> String {
    clean::name(&path_of(path)).into_owned()
}

/// A place for people: `file:line`, or the plan and the pointer into it.
pub(in crate::render) fn place(location: &Location, sources: &Sources) -> String {
    let path = shown(sources.path(location.file()));
    match location {
        Location::Source(span) => match sources.get(span.file) {
            Some(file) => format!("{path}:{}", file.line_column(span.range.start).0),
            None => path,
        },
        Location::Plan { pointer, .. } => format!("{path} {}", clean::name(pointer)),
    }
}

/// The file and line of a finding; a pointer into a plan says less than the address.
pub(super) fn line_place(finding: &Diagnostic, report: &Report) -> Option<String> {
    let location = &finding.primary.as_ref()?.location;
    location.span().map(|_| place(location, &report.sources))
}

/// The notes below an item: a keyword and a text each.
pub(super) fn notes(item: &Item<'_>, report: &Report) -> Vec<(&'static str, String)> {
    let (entry, diagnostic) = (item.entry, &item.entry.what);
    let mut notes = Vec::new();
    let mut note = |word, text: String| notes.push((word, clean::line(&text).into_owned()));
    if diagnostic.primary.is_none() && !diagnostic.address.is_empty() {
        note("at", diagnostic.address.to_string());
    }
    for alike in item.alike.iter().take(MAX_ALIKE) {
        let at = alike.primary.as_ref().map(|label| place(&label.location, &report.sources) + ": ");
        note("also", at.unwrap_or_default() + &alike.message);
    }
    if item.alike.len() > MAX_ALIKE {
        let more = item.alike.len() - MAX_ALIKE;
        note("also", format!("{more} more with the same code and remedy; `--all` shows them"));
    }
    if diagnostic.related.len() > MAX_MARKS {
        note("more", format!("{} more places are not shown", diagnostic.related.len() - MAX_MARKS));
    }
    if !diagnostic.path.is_empty() {
        note("path", diagnostic.path_text());
    }
    // Where there are several instances, the way to one of them says little.
    if item.len() == 1 && entry.also.is_empty() && !diagnostic.calls.is_empty() {
        note("called", calls(diagnostic, report));
    }
    let is_of_several_roots = item.group.as_ref().is_some_and(|group| group.roots(report).len() > 1);
    if !is_of_several_roots && let Some(root) = other_root(entry, report) {
        note("root", root);
    }
    if let Some(extent) = item.extent(report) {
        note("in", extent);
    }
    if let Some(needed) = item.group.as_ref().and_then(|group| needed_by(group.dependents(report))) {
        note("needed by", needed);
    }
    notes
}

/// The calls that lead to the place of a finding, outermost first.
fn calls(diagnostic: &Diagnostic, report: &Report) -> String {
    let calls = diagnostic.calls.iter().map(|call: &Label| place(&call.location, &report.sources));
    calls.collect::<Vec<_>>().join(" → ")
}

/// What depends on something: `2 entries and 14 other resources`.
fn needed_by(dependents: Dependents) -> Option<String> {
    let Dependents { entries, resources, is_entry } = dependents;
    let own = is_entry.then(|| "the traffic that enters here".to_owned());
    let entries = match (entries.saturating_sub(usize::from(is_entry)), is_entry) {
        (0, _) => None,
        (n, true) => Some(counted(n, "other entry", "other entries")),
        (n, false) => Some(counted(n, "entry", "entries")),
    };
    let others = match (resources, entries.is_some() || is_entry) {
        (0, _) => None,
        (n, true) => Some(counted(n, "other resource", "other resources")),
        (n, false) => Some(counted(n, "resource", "resources")),
    };
    let parts: Vec<String> = own.into_iter().chain(entries).chain(others).collect();
    (!parts.is_empty()).then(|| listed(parts))
}

/// The instances of an item, each with the place of the call that leads to it, or with its root module.
pub(super) fn instances(item: &Item<'_>, report: &Report) -> Vec<String> {
    let Some(group) = &item.group else { return Vec::new() };
    let entries: Vec<&Entry<Diagnostic>> = group.entries().collect();
    let told = entries.into_iter().map(|entry| {
        let address = clean::name(&entry.what.address).into_owned();
        let call = entry.what.calls.last().map(|call| place(&call.location, &report.sources));
        match call.or_else(|| other_root(entry, report)) {
            Some(from) => format!("{address} ({from})"),
            None => address,
        }
    });
    told.collect()
}

/// The root module of a finding, if there are several and the place does not show which.
fn other_root(entry: &Entry<Diagnostic>, report: &Report) -> Option<String> {
    let root = report.root(entry)?;
    let file = entry.what.primary.as_ref().and_then(|label| report.sources.get(label.location.file()));
    let is_told = file.is_some_and(|file| file.path.parent() == Some(&root.path) || file.path == root.path);
    (report.roots.len() > 1 && !is_told).then(|| shown(&root.path))
}

/// A finding on a line: severity and rule, the place, what is there.
pub(super) fn line(item: &Item<'_>, report: &Report, look: Look) -> String {
    let heading = format!("{}[{}]", item.severity().name(), clean::name(&item.entry.what.id));
    let room = look.width.saturating_sub(heading.len() + 3);
    format!("  {} {}\n", look.toned(item.severity(), &heading), brief(item, report, room))
}

/// Where a finding is, in so many columns: the place, what is there as far as there is room, and in how many instances.
fn brief(item: &Item<'_>, report: &Report, room: usize) -> String {
    let finding = &item.entry.what;
    let place = line_place(finding, report);
    let extent = item.extent(report).map(|extent| format!("({extent})"));
    let told = |address: &str| {
        let address = Some(address.to_owned()).filter(|address| !address.is_empty());
        let parts: Vec<String> = place.iter().cloned().chain(address).chain(extent.clone()).collect();
        parts.join(" ")
    };
    let address = clean::name(&finding.address);
    let name = without_calls(&address);
    // In a plan nothing but the address tells where it is.
    let forms = [&*address, name, if place.is_some() { "" } else { name }].map(told);
    let fits = |text: &&String| text.chars().count() <= room;
    forms.iter().find(fits).or(forms.last()).cloned().unwrap_or_default()
}
