//! Fixing: makes the edits that rules know for their findings, and proves them.
//!
//! No edit is taken at its word. The run is repeated over the edited texts, which nobody has written yet, and compared with the first
//! one: the findings must be gone, no other argument may have changed, and nothing new may be found, unknown or wrong. Edits that do
//! not stand this are found by halving and refused with what speaks against them. So a place that decides for others as well, such as a
//! shared local value, is told from one that does not by what it does.

mod allowed;
mod compare;
mod examined;
mod units;
mod values;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

use compare::{ChangedArgument, FindingKey, objection};
pub(super) use examined::Examined;
use units::{FixUnit, FixedFinding};
use values::Digests;

use super::examined;
use crate::diagnostic::{Diagnostic, Severity};
use crate::estate::{EditPlace, Estate, Input};
use crate::fix::{Splice, TextEdit, applied, splices};
use crate::progress::Progress;
use crate::report::fixes::{ChangedFile, FileEdit, FindingFix, FixSummary, RefusedFix};
use crate::report::{Report, Status};
use crate::rule::RuleSet;
use crate::rule::edit::{ProposedEdit, ProposedFix};
use crate::settings::{Fixing, Gates, Settings};
use crate::text::FileId;
use crate::value::Str;

/// No more runs over edited texts.
const MAX_TRIALS: usize = 400;

/// A root module by its place, in one of its environments; the number tells those apart that have both in common.
type RootKey = (String, Option<String>, usize);

/// What fixing needs to know of a root module, taken while its graph exists.
#[derive(Debug, Default)]
pub(super) struct FixFacts {
    pub(super) proposals: Vec<ProposedFix>,
    digests: Digests,
}

impl FixFacts {
    pub(super) fn new(estate: &Estate, proposals: Vec<ProposedFix>) -> Self {
        Self { proposals, digests: values::digests(estate) }
    }
}

/// Checks everything that the settings name, and works out which findings can be fixed, and how. Writes nothing.
pub(super) fn fixed(
    settings: &Settings,
    fixing: Fixing,
    rules: &Arc<RuleSet>,
    progress: &Progress,
    before: Vec<Diagnostic>,
) -> Report {
    let of_plan = examined(settings, rules, progress, before);
    let Some(source) = settings.source.clone().filter(|_| has_plan(&of_plan.report)) else {
        let mut fixes = Fixes::new(settings, fixing, of_plan, rules, progress);
        fixes.collect(None);
        fixes.prove();
        let without_source = has_plan(&fixes.first.report);
        let mut report = fixes.into_report();
        if without_source {
            report.diagnostics.push(crate::report::Entry::of_run(no_source()));
            report.sort();
        }
        return report;
    };
    // A plan keeps its findings until the next one is made: they are fixed in its configuration, which has them as well.
    let of_source = Settings {
        paths: vec![source],
        source: None,
        gates: Gates::default(),
        since: None,
        baseline: None,
        ..settings.clone()
    };
    let of_configuration = examined(&of_source, rules, progress, Vec::new());
    let mut fixes = Fixes::new(&of_source, fixing, of_configuration, rules, progress);
    fixes.collect(Some(&of_plan.report));
    fixes.prove();
    let mut report = of_plan.report;
    let summary = fixes.summary();
    if fixing.applies {
        let is_fixed = |finding: &Diagnostic| {
            summary.fixed.iter().any(|fix| {
                fix.rule == finding.id && fix.address == finding.address && fix.defect == finding.defect
            })
        };
        for entry in report.diagnostics.iter_mut().filter(|entry| is_fixed(&entry.what)) {
            entry.set_aside(Status::Fixed);
        }
    }
    report.fixes = Some(summary);
    report
}

fn fix_of((root, rule, defect, address): &FindingKey, is_unsafe: bool, edits: Vec<FileEdit>) -> FindingFix {
    FindingFix {
        root: root.0.clone(),
        rule: rule.clone(),
        address: address.clone(),
        defect: defect.clone(),
        is_unsafe,
        edits,
    }
}

fn has_plan(report: &Report) -> bool {
    report.roots.iter().any(|root| root.input != Input::Configuration)
}

fn no_source() -> Diagnostic {
    Diagnostic::error("input/fix", "a plan has no lines that could be fixed")
        .help("name the root module that it was made from with `--source DIR`")
}

/// Fixes in the making.
struct Fixes<'a> {
    settings: &'a Settings,
    fixing: Fixing,
    rules: &'a Arc<RuleSet>,
    progress: &'a Progress,
    /// The run over the files as they are.
    first: Examined,
    /// The run over the texts with all edits that have been accepted.
    last: Option<Examined>,
    /// What is still to be tried, the next one last.
    waiting: Vec<Vec<FixUnit>>,
    accepted: Vec<FixUnit>,
    refused: Vec<(FindingKey, RefusedFix)>,
    /// Findings whose fixes did not stand, with how many had been accepted by then.
    failed: Vec<(FixedFinding, usize)>,
    not_fixed: Vec<RefusedFix>,
    /// Findings that no edit of their own fixes, with the arguments that may change because of them.
    hoped: Vec<(FindingKey, Vec<ChangedArgument>)>,
    unsafe_ones: usize,
    advice: usize,
    trials: usize,
}

impl<'a> Fixes<'a> {
    fn new(
        settings: &'a Settings,
        fixing: Fixing,
        first: Examined,
        rules: &'a Arc<RuleSet>,
        progress: &'a Progress,
    ) -> Self {
        Self {
            settings,
            fixing,
            rules,
            progress,
            first,
            last: None,
            waiting: Vec::new(),
            accepted: Vec::new(),
            refused: Vec::new(),
            failed: Vec::new(),
            not_fixed: Vec::new(),
            hoped: Vec::new(),
            unsafe_ones: 0,
            advice: 0,
            trials: 0,
        }
    }

    /// Finds out what is to be tried: the edits for findings that are reported, here and in `also_in`.
    fn collect(&mut self, also_in: Option<&Report>) {
        let confirmed: Option<BTreeSet<(Str, Str, Str)>> = also_in.map(|report| {
            let findings = report.findings().map(|entry| &entry.what);
            findings.map(|found| (found.id.clone(), found.defect.clone(), found.address.clone())).collect()
        });
        let keys = self.first.keys();
        let mut members = Vec::new();
        let (mut unsafe_ones, mut advice, mut refused, mut hoped) = (0, 0, Vec::new(), Vec::new());
        for entry in self.first.report.findings() {
            let finding = &entry.what;
            let same = (finding.id.clone(), finding.defect.clone(), finding.address.clone());
            if confirmed.as_ref().is_some_and(|confirmed| !confirmed.contains(&same)) {
                continue;
            }
            for root in entry.root.iter().chain(&entry.also).filter(|root| self.is_configuration(**root)) {
                let (Some(facts), Some(key)) = (self.first.facts.get(*root), keys.get(*root)) else {
                    continue;
                };
                let of_finding = |proposal: &&ProposedFix| {
                    proposal.rule == finding.id
                        && proposal.defect == finding.defect
                        && proposal.address == finding.address
                };
                let Some(proposal) = facts.proposals.iter().find(of_finding) else { continue };
                let member = FixedFinding {
                    key: (key.clone(), finding.id.clone(), finding.defect.clone(), finding.address.clone()),
                    edits: proposal.edits.clone().unwrap_or_default(),
                    alternatives: Vec::new(),
                    tried: Vec::new(),
                };
                let shows_advice = self.fixing.advice
                    || self.first.report.roots.get(*root).is_some_and(|root| root.shows_advice);
                match self.alternatives(proposal) {
                    Err(reason) => {
                        let arguments = proposal.arguments.iter().cloned();
                        let root = member.key.0.clone();
                        let arguments = arguments.map(|(address, name)| (root.clone(), address, name));
                        hoped.push((member.key.clone(), arguments.collect()));
                        refused.push((member.key.clone(), member.refused(reason)));
                    }
                    Ok(_) if finding.severity == Severity::Advice && !shows_advice => advice += 1,
                    Ok(_) if member.is_unsafe() && !self.fixing.unsafe_ones => unsafe_ones += 1,
                    Ok(alternatives) => members.push(FixedFinding { alternatives, ..member }),
                }
            }
        }
        self.refused.append(&mut refused);
        self.hoped.append(&mut hoped);
        (self.unsafe_ones, self.advice) = (unsafe_ones, advice);
        let units = FixUnit::grouped(members);
        self.waiting.extend((!units.is_empty()).then_some(units));
    }

    /// Whether a root has files; what is said of a plan without its configuration is said once.
    fn is_configuration(&self, root: usize) -> bool {
        self.first.report.roots.get(root).is_some_and(|root| root.input == Input::Configuration)
    }

    /// The texts that fix a finding, the one at the place that decides first.
    fn alternatives(&self, proposal: &ProposedFix) -> Result<Vec<Vec<(FileId, TextEdit)>>, String> {
        let edits = proposal.edits.as_ref().map_err(Clone::clone)?;
        let mut usable: Vec<(&ProposedEdit, Vec<&EditPlace>)> = Vec::new();
        for edit in edits {
            let mut places = Vec::new();
            let mut why = None;
            for place in &edit.places {
                match allowed::edit_of(place.span().file, &self.first, self.settings) {
                    Ok(()) => places.push(place),
                    Err(reason) => drop(why.get_or_insert(reason)),
                }
            }
            match why {
                Some(why) if places.is_empty() => return Err(why),
                _ => usable.push((edit, places)),
            }
        }
        let most = usable.iter().map(|(_, places)| places.len()).max().unwrap_or_default();
        let nth = |at: usize| {
            let edits = usable.iter().filter_map(|(edit, places)| {
                let place = places.get(at).or(places.last())?;
                Some((place.span().file, units::text_edit(place, &edit.text)?))
            });
            edits.collect()
        };
        Ok((0..most).map(nth).collect())
    }

    /// Tries everything, together as far as possible, and again what others that were accepted later may have made right: a second run
    /// must find nothing more.
    fn prove(&mut self) {
        loop {
            self.try_waiting();
            let accepted = self.accepted.len();
            let failed = std::mem::take(&mut self.failed);
            let (again, settled): (Vec<_>, Vec<_>) =
                failed.into_iter().partition(|(_, by_then)| *by_then < accepted);
            self.failed = settled;
            let again: Vec<FixedFinding> = again.into_iter().map(|(member, _)| member.afresh()).collect();
            if again.is_empty() || self.trials >= MAX_TRIALS {
                return;
            }
            let keys: BTreeSet<&FindingKey> = again.iter().map(|member| &member.key).collect();
            self.refused.retain(|(key, _)| !keys.contains(key));
            self.waiting.push(FixUnit::grouped(again));
        }
    }

    fn try_waiting(&mut self) {
        while let Some(mut units) = self.waiting.pop() {
            if self.trials >= MAX_TRIALS {
                self.refuse(units, "there are too many fixes: fix fewer rules at once, with `--select`");
                continue;
            }
            match self.trial(&units) {
                Ok(examined) => {
                    self.accepted.append(&mut units);
                    self.last = Some(examined);
                }
                Err(reason) if units.len() < 2 => {
                    let (next, left): (Vec<FixedFinding>, Vec<FixedFinding>) = units
                        .into_iter()
                        .flat_map(|unit| unit.members)
                        .map(FixedFinding::without_first)
                        .partition(|member| !member.alternatives.is_empty());
                    let refused =
                        left.iter().map(|member| (member.key.clone(), member.refused(reason.clone())));
                    self.refused.extend(refused);
                    let by_then = self.accepted.len();
                    self.failed.extend(left.into_iter().map(|member| (member, by_then)));
                    let next = FixUnit::grouped(next);
                    self.waiting.extend((!next.is_empty()).then_some(next));
                }
                Err(_) => {
                    let second = units.split_off(units.len() / 2);
                    self.waiting.extend([second, units]);
                }
            }
        }
    }

    fn refuse(&mut self, units: Vec<FixUnit>, reason: &str) {
        let members = units.iter().flat_map(|unit| &unit.members);
        self.refused.extend(members.map(|member| (member.key.clone(), member.refused(reason.to_owned()))));
    }

    /// Runs over the texts with some more edits.
    fn trial(&mut self, units: &[FixUnit]) -> Result<Examined, String> {
        self.trials += 1;
        let all: Vec<&FixUnit> = self.accepted.iter().chain(units).collect();
        let mut settings = Settings { audit: false, ..self.settings.clone() };
        for ChangedFile { real, after, .. } in self.texts(&all)? {
            settings.unsaved.insert(real, Arc::from(after.into_bytes()));
        }
        let examined = examined(&settings, self.rules, self.progress, Vec::new());
        let allowed = all.iter().flat_map(|unit| unit.arguments());
        let gone = all.iter().flat_map(|unit| &unit.members).map(|member| member.key.clone()).collect();
        let left = examined.findings();
        let is_gone = |(key, _): &&(FindingKey, Vec<ChangedArgument>)| !left.contains(key);
        let hoped = self.hoped.iter().filter(is_gone).flat_map(|(_, arguments)| arguments.clone());
        let allowed = allowed.chain(hoped).collect();
        match objection(&self.first, &examined, &allowed, &gone) {
            Some(reason) => Err(reason),
            None => Ok(examined),
        }
    }

    /// The texts of the files that some fixes change.
    fn texts(&self, units: &[&FixUnit]) -> Result<Vec<ChangedFile>, String> {
        let mut edits: BTreeMap<PathBuf, (FileId, Vec<TextEdit>)> = BTreeMap::new();
        for (file, edit) in units.iter().flat_map(|unit| &unit.edits) {
            let path = self.first.report.sources.path(*file);
            let located = self.first.reader.locate(path);
            let (real, _) = located.map_err(|_| "its file is gone".to_owned())?;
            edits.entry(real).or_insert_with(|| (*file, Vec::new())).1.push(edit.clone());
        }
        let mut changed = Vec::new();
        for (real, (file, edits)) in edits {
            let Some(source) = self.first.report.sources.get(file) else { continue };
            let after = applied(&source.text, &splices(&source.text, &edits)?);
            changed.push(ChangedFile { path: source.path.clone(), real, before: source.text.clone(), after });
        }
        changed.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(changed)
    }

    fn summary(&mut self) -> FixSummary {
        let accepted: Vec<&FixUnit> = self.accepted.iter().collect();
        let files = self.texts(&accepted).unwrap_or_default();
        let mut fixed: Vec<FindingFix> = Vec::new();
        for unit in &self.accepted {
            let edits = self.edits_of(unit);
            for member in &unit.members {
                fixed.push(fix_of(&member.key, member.is_unsafe(), edits.clone()));
            }
        }
        // What was refused may be fixed by the edits for others.
        let left = self.last.as_ref().map(Examined::findings);
        for (key, refused) in std::mem::take(&mut self.refused) {
            match &left {
                Some(left) if !left.contains(&key) => fixed.push(fix_of(&key, false, Vec::new())),
                _ => self.not_fixed.push(refused),
            }
        }
        fixed.sort();
        // One finding in several environments: each may need an edit of its own.
        fixed.dedup_by(|next, kept| {
            let is_same = next.root == kept.root
                && (&next.rule, &next.address, &next.defect) == (&kept.rule, &kept.address, &kept.defect);
            if is_same {
                kept.edits.append(&mut next.edits);
                kept.is_unsafe |= next.is_unsafe;
            }
            is_same
        });
        for FindingFix { edits, .. } in &mut fixed {
            edits.sort();
            edits.dedup();
        }
        let mut refused = std::mem::take(&mut self.not_fixed);
        refused.sort();
        refused.dedup();
        FixSummary { fixed, refused, unsafe_ones: self.unsafe_ones, advice: self.advice, files }
    }

    /// The edits of one unit alone, in the texts that were read.
    fn edits_of(&self, unit: &FixUnit) -> Vec<FileEdit> {
        let mut by_file: BTreeMap<FileId, Vec<TextEdit>> = BTreeMap::new();
        for (file, edit) in &unit.edits {
            by_file.entry(*file).or_default().push(edit.clone());
        }
        let mut all = Vec::new();
        for (file, edits) in by_file {
            let Some(source) = self.first.report.sources.get(file) else { continue };
            let splices = splices(&source.text, &edits).unwrap_or_default();
            all.extend(splices.into_iter().map(|Splice { range, text }| FileEdit {
                path: source.path.clone(),
                range,
                start: source.line_column(range.start),
                end: source.line_column(range.end),
                text,
            }));
        }
        all
    }

    /// What is left after the fixes, or what is there before them if nothing is written.
    fn into_report(mut self) -> Report {
        let summary = self.summary();
        let last = self.last.take().filter(|_| self.fixing.applies);
        let mut report = match last {
            // What an audit shows is worked out once, when the texts are settled.
            Some(_) if self.settings.audit => {
                let mut settings = self.settings.clone();
                let texts = summary.files.iter();
                settings
                    .unsaved
                    .extend(texts.map(|file| (file.real.clone(), Arc::from(file.after.as_bytes()))));
                examined(&settings, self.rules, self.progress, Vec::new()).report
            }
            Some(last) => last.report,
            None => self.first.report,
        };
        report.fixes = Some(summary);
        report
    }
}
