//! What became of the examples of rules: everything that `buttress test` shows.

use super::Report;
use crate::rule::Expected;
use crate::text::Span;
use crate::value::Str;

/// The examples of all rules in some directories.
#[derive(Debug, Default)]
pub struct TestReport {
    /// The problems of the rule files; nothing was checked.
    pub report: Report,
    /// One for each rule, sorted by id.
    pub rules: Vec<TestedRule>,
}

/// A rule and its examples.
#[derive(Debug)]
pub struct TestedRule {
    /// The id.
    pub id: Str,
    pub span: Span,
    /// In the order of the file.
    pub examples: Vec<TestedExample>,
    /// The kinds of examples that every rule needs and this one lacks.
    pub lacks: Vec<Expected>,
}

/// An example, and whether its rule says of it what it expects.
#[derive(Debug)]
pub struct TestedExample {
    pub expected: Expected,
    pub title: Str,
    pub span: Span,
    pub outcome: TestOutcome,
    /// What the rule says instead, or what is wrong; one line each.
    pub said: Vec<String>,
}

/// Whether an example has the verdict that it expects.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TestOutcome {
    /// It has.
    Agreed,
    /// The rule says nothing where it should.
    Missing,
    /// The rule says something that it should not.
    Noisy,
    /// The example or the rule cannot be evaluated.
    Wrong,
}

impl TestOutcome {
    /// The word for it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Agreed => "ok",
            Self::Missing => "missing",
            Self::Noisy => "noisy",
            Self::Wrong => "wrong",
        }
    }
}

impl TestReport {
    /// How many examples have this outcome; a kind of example that a rule lacks is missing.
    #[must_use]
    pub fn count(&self, outcome: TestOutcome) -> usize {
        let is_it = |example: &&TestedExample| example.outcome == outcome;
        let of_rule = |rule: &TestedRule| {
            let lacks = if outcome == TestOutcome::Missing { rule.lacks.len() } else { 0 };
            lacks + rule.examples.iter().filter(is_it).count()
        };
        self.rules.iter().map(of_rule).sum()
    }

    /// 2 if a rule cannot be read, 1 if an example has not the verdict that it expects, otherwise 0.
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        let failed = [TestOutcome::Missing, TestOutcome::Noisy, TestOutcome::Wrong];
        match self.report.is_incomplete() {
            true => 2,
            false => u8::from(failed.into_iter().any(|outcome| self.count(outcome) > 0)),
        }
    }
}
