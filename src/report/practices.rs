//! A report by the practices of a framework: which are met, broken and undecided, with the rules and verdicts behind each.

use super::{Report, VerdictCounts};
use crate::diagnostic::Severity;
use crate::rule::framework::{Framework, PRACTICES};
use crate::value::Str;

/// The practices of a framework, judged by a check.
#[derive(Debug)]
pub struct PracticeReport {
    /// The check.
    pub report: Report,
    pub framework: Framework,
    /// The groups with their practices, in the order of the framework; one group without a title if it has none.
    pub groups: Vec<PracticeGroup>,
}

/// A group of practices, such as a pillar.
#[derive(Debug)]
pub struct PracticeGroup {
    pub title: &'static str,
    pub practices: Vec<JudgedPractice>,
}

/// A practice with what the rules that speak of it say.
#[derive(Debug)]
pub struct JudgedPractice {
    pub id: &'static str,
    pub title: &'static str,
    pub state: PracticeState,
    /// Why no rule speaks of it; empty if one does.
    pub not_covered: &'static str,
    /// The rules that speak of it, sorted by id.
    pub rules: Vec<PracticeRule>,
}

/// Whether a practice is met, in the order in which practices are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PracticeState {
    /// A rule that speaks of it has a finding.
    Broken,
    /// No finding, but an unknown verdict, a rule that was not asked, or a finding that somebody accepts.
    Undecided,
    /// Every rule that speaks of it was asked, nothing is unknown, and at least one resource passed.
    Met,
    /// The rules were asked, and found nothing to judge.
    NothingToJudge,
    /// No rule speaks of it.
    NotCovered,
}

impl PracticeState {
    /// All states, in order.
    pub const ALL: [Self; 5] =
        [Self::Broken, Self::Undecided, Self::Met, Self::NothingToJudge, Self::NotCovered];

    /// The words in output.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Broken => "broken",
            Self::Undecided => "undecided",
            Self::Met => "met",
            Self::NothingToJudge => "nothing to judge",
            Self::NotCovered => "not covered",
        }
    }
}

/// A rule that speaks of a practice, and its verdicts.
#[derive(Debug)]
pub struct PracticeRule {
    pub id: Str,
    /// Whether it ran in any root module or plan.
    pub is_asked: bool,
    pub counts: VerdictCounts,
    /// Findings that are set aside: people accept them, or options leave them out.
    pub set_aside: usize,
}

impl JudgedPractice {
    /// The sum of the verdicts of its rules.
    #[must_use]
    pub fn counts(&self) -> VerdictCounts {
        let mut sum = VerdictCounts::default();
        self.rules.iter().for_each(|rule| sum.add(&rule.counts));
        sum
    }

    /// The worst severity of its findings.
    #[must_use]
    pub fn severity(&self) -> Option<Severity> {
        let counts = self.counts();
        Severity::ALL.into_iter().find(|severity| counts.of(*severity) > 0)
    }

    /// What is missing for a verdict of a practice that is undecided: unknown verdicts, rules not asked, accepted findings.
    #[must_use]
    pub fn open(&self) -> (usize, Vec<&Str>, usize) {
        let not_asked = self.rules.iter().filter(|rule| !rule.is_asked).map(|rule| &rule.id).collect();
        (self.counts().unknown, not_asked, self.rules.iter().map(|rule| rule.set_aside).sum())
    }
}

impl PracticeReport {
    /// Judges the practices of a framework by a check.
    #[must_use]
    pub fn new(report: Report, framework: Framework) -> Self {
        let by_rule = report.by_rule();
        let mut groups: Vec<PracticeGroup> = Vec::new();
        let titles = framework.groups.iter().map(|(_, title)| *title);
        groups.extend(titles.map(|title| PracticeGroup { title, practices: Vec::new() }));
        for practice in framework.practices(PRACTICES) {
            let rules = framework.rules_about(practice.id, &report.rules).into_iter().map(|rule| {
                let aside = report.set_aside().filter(|entry| entry.what.id == rule.id);
                PracticeRule {
                    id: rule.id.clone(),
                    is_asked: report.tallies.contains_key(&rule.id),
                    counts: by_rule.get(&rule.id).copied().unwrap_or_default(),
                    set_aside: aside.count(),
                }
            });
            let rules: Vec<PracticeRule> = rules.collect();
            let state = state(&rules);
            let judged = JudgedPractice {
                id: practice.id,
                title: practice.title,
                state,
                not_covered: practice.not_covered,
                rules,
            };
            let title = framework.group_of(practice.id).unwrap_or_default();
            match groups.iter_mut().find(|group| group.title == title) {
                Some(group) => group.practices.push(judged),
                None => groups.push(PracticeGroup { title, practices: vec![judged] }),
            }
        }
        groups.retain(|group| !group.practices.is_empty());
        Self { report, framework, groups }
    }

    /// How many practices have a state, in all groups.
    #[must_use]
    pub fn count(&self, state: PracticeState) -> usize {
        self.groups.iter().map(|group| group.count(state)).sum()
    }
}

impl PracticeGroup {
    /// How many practices have a state.
    #[must_use]
    pub fn count(&self, state: PracticeState) -> usize {
        self.practices.iter().filter(|practice| practice.state == state).count()
    }
}

fn state(rules: &[PracticeRule]) -> PracticeState {
    if rules.is_empty() {
        return PracticeState::NotCovered;
    }
    let any = |is: fn(&PracticeRule) -> bool| rules.iter().any(is);
    if any(|rule| rule.counts.findings > 0) {
        PracticeState::Broken
    } else if any(|rule| rule.counts.unknown > 0 || rule.set_aside > 0) {
        PracticeState::Undecided
    } else if any(|rule| rule.counts.passed > 0) {
        // What was not asked may be broken.
        if any(|rule| !rule.is_asked) { PracticeState::Undecided } else { PracticeState::Met }
    } else {
        PracticeState::NothingToJudge
    }
}
