//! Groups in JSON: findings with one cause.

use std::borrow::Cow;

use serde::Serialize;

use super::{Lists, PlaceOut, place, sentence, shown};
use crate::analysis::failure::Dependents;
use crate::report::{FindingGroup, Report};
use crate::value::Str;

/// Findings with one cause.
#[derive(Serialize)]
pub(in crate::render::report) struct GroupOut<'a> {
    rule: &'a str,
    /// That of its first finding.
    fingerprint: String,
    severity: &'static str,
    findings: usize,
    declarations: Vec<Str>,
    roots: Vec<String>,
    environments: Vec<&'a str>,
    dependents: DependentsOut,
    message: Cow<'a, str>,
    location: Option<PlaceOut<'a>>,
}

#[derive(Serialize)]
struct DependentsOut {
    entries: usize,
    resources: usize,
}

/// Findings with one cause.
pub(in crate::render::report) fn group<'a>(
    group: &FindingGroup<'a>,
    lists: &Lists<'_>,
    report: &'a Report,
) -> GroupOut<'a> {
    let finding = &group.first.what;
    let Dependents { entries, resources, .. } = group.dependents(report);
    GroupOut {
        rule: &finding.id,
        fingerprint: lists.fingerprint(group.first),
        severity: group.severity().name(),
        findings: group.size(),
        declarations: group.declarations(),
        roots: group.roots(report).into_iter().map(shown).collect(),
        environments: group.environments(report),
        dependents: DependentsOut { entries, resources },
        message: sentence(&finding.message),
        location: finding.primary.as_ref().and_then(|label| place(&label.location, &report.sources)),
    }
}
