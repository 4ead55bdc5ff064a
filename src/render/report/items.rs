//! Items: what formats for people show one after another: findings by cause, what else fails the run, and problems; and how much of it.

use rustc_hash::FxHashMap;

use crate::diagnostic::{Diagnostic, Severity};
use crate::render::{clean, counted, listed};
use crate::report::{Entry, FindingGroup, GroupEnvironments, Report, Whereabouts};

/// How much of a report formats for people show. Formats for tools always hold everything.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Detail {
    /// Every finding in full, with all its instances.
    pub all: bool,
    /// Advice, which is only counted otherwise.
    pub advice: bool,
    /// Which part of the report.
    pub part: ReportPart,
}

/// A part of a report.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ReportPart {
    /// Findings, problems and the summary.
    #[default]
    Everything,
    /// Findings and problems only.
    Findings,
    /// The summary only.
    Summary,
    /// How often each rule gave each verdict.
    Statistics,
}

/// Findings with one cause, or problems.
pub(super) struct Item<'a> {
    /// The finding or problem that stands for the others.
    pub(super) entry: &'a Entry<Diagnostic>,
    /// The group of the finding.
    pub(super) group: Option<FindingGroup<'a>>,
    /// In which environments it holds.
    environments: GroupEnvironments<'a>,
    /// Further problems with the same code and the same remedy.
    pub(super) alike: Vec<&'a Diagnostic>,
}

/// The most environments that are named.
const MAX_NAMED: usize = 4;

impl Item<'_> {
    /// The worst severity.
    pub(super) fn severity(&self) -> Severity {
        self.group.as_ref().map_or(self.entry.what.severity, FindingGroup::severity)
    }

    /// How many findings or problems it stands for.
    pub(super) fn len(&self) -> usize {
        self.group.as_ref().map_or(1 + self.alike.len(), FindingGroup::size)
    }

    /// In what it holds, if that is more than one thing.
    pub(super) fn extent(&self, report: &Report) -> Option<String> {
        extent(self.group.as_ref()?, &self.environments, report)
    }
}

/// In what the findings of a group hold, if that is more than one thing: `37 instances, 9 root modules, prod and staging; not in dev`.
#[must_use]
pub fn extent(
    group: &FindingGroup<'_>,
    environments: &GroupEnvironments<'_>,
    report: &Report,
) -> Option<String> {
    let mut parts = Vec::new();
    match (group.places(report), group.is_of_one_block()) {
        (1, _) => {}
        (n, true) => parts.push(counted(n, "instance", "instances")),
        (n, _) => parts.push(counted(n, "resource", "resources")),
    }
    let roots = group.roots(report);
    if roots.len() > 1 {
        parts.push(counted(roots.len(), "root module", "root modules"));
    }
    let GroupEnvironments { holds, as_advice, unknown, not } = environments;
    let is_asked = !report.environments(group.first).is_empty();
    if is_asked || holds.len() + as_advice.len() > 1 {
        let told = [("", holds), ("as advice in ", as_advice), ("unknown in ", unknown), ("not in ", not)];
        let told = told.iter().filter(|(_, names)| !names.is_empty());
        let told: Vec<String> = told.map(|(how, names)| format!("{how}{}", named(names))).collect();
        parts.extend((!told.is_empty()).then(|| told.join("; ")));
    }
    (!parts.is_empty()).then(|| parts.join(", "))
}

/// Names as a list in a sentence: `dev, prod and 3 more`.
fn named(names: &[&str]) -> String {
    let mut shown: Vec<String> =
        names.iter().take(MAX_NAMED).map(|name| clean::name(name).into_owned()).collect();
    let more = names.len() - shown.len();
    shown.extend((more > 0).then(|| format!("{more} more")));
    listed(shown)
}

/// Everything that formats for people show, in the order of the report.
pub(super) fn items(report: &Report, detail: Detail) -> Vec<Item<'_>> {
    let is_shown = |item: &Item<'_>| detail.advice || item.severity() < Severity::Advice;
    let groups = report.groups().into_iter().chain(report.failure_groups());
    let places = Whereabouts::of(report);
    let findings = groups.map(|group| Item {
        entry: group.first,
        environments: places.of_group(&group),
        group: Some(group),
        alike: Vec::new(),
    });
    let problems = report.diagnostics.iter().filter(|entry| !entry.what.is_finding());
    let problems = problems.map(|entry| Item {
        entry,
        group: None,
        environments: GroupEnvironments::default(),
        alike: Vec::new(),
    });
    findings.filter(is_shown).chain(problems).collect()
}

/// The same for readers: problems with the same code and the same remedy are one item, unless everything is to be shown.
pub(super) fn told(report: &Report, detail: Detail) -> Vec<Item<'_>> {
    let items = items(report, detail);
    if detail.all { items } else { collapsed(items) }
}

/// Makes one item of problems with the same code and the same remedy.
fn collapsed(items: Vec<Item<'_>>) -> Vec<Item<'_>> {
    let mut kept: Vec<Item<'_>> = Vec::with_capacity(items.len());
    let mut first: FxHashMap<(&str, Option<&str>), usize> = FxHashMap::default();
    for item in items {
        let problem = &item.entry.what;
        if item.group.is_none() {
            let at = *first.entry((&problem.id, problem.help.as_deref())).or_insert(kept.len());
            if let Some(same) = kept.get_mut(at) {
                same.alike.push(problem);
                continue;
            }
        }
        kept.push(item);
    }
    kept
}
