//! Severities that a config sets for some paths: by where a finding points.

use std::path::PathBuf;

use rustc_hash::FxHashMap;

use super::PassContext;
use crate::diagnostic::Location;
use crate::report::{Report, Status};
use crate::settings::SeverityByPath;
use crate::text::FileId;

pub(super) fn run(context: &PassContext<'_>, report: &mut Report) {
    if context.roots.iter().all(|facts| facts.settings.by_path.is_empty()) {
        return;
    }
    let mut real: FxHashMap<FileId, Option<PathBuf>> = FxHashMap::default();
    let sources = &report.sources;
    let mut said = |root: Option<usize>, rule: &str, location: Option<&Location>| {
        let by_path = &context.roots.get(root?)?.settings.by_path;
        if by_path.is_empty() {
            return None;
        }
        let file = location?.file();
        let place = real
            .entry(file)
            .or_insert_with(|| context.reader.real_or_absolute(sources.path(file)))
            .as_deref()?;
        by_path.iter().rev().find(|setting| setting.holds_for(rule, place)).map(severity)
    };
    for entry in report.diagnostics.iter_mut().filter(|entry| entry.what.is_finding()) {
        let location = entry.what.primary.as_ref().map(|label| &label.location);
        match said(entry.root, &entry.what.id, location) {
            Some(Some(severity)) => entry.what.severity = severity,
            Some(None) => entry.set_aside(Status::Off),
            None => {}
        }
    }
    for entry in &mut report.unknown {
        // It may stand for several rules, of which some are off.
        let (root, location) = (entry.root, entry.what.location.clone());
        if !entry.what.keep_rules(|rule| said(root, rule, location.as_ref()) != Some(None)) {
            entry.set_aside(Status::Off);
        }
    }
}

const fn severity(setting: &SeverityByPath) -> Option<crate::diagnostic::Severity> {
    setting.severity
}
