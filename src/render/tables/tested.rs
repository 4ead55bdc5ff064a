//! What became of the examples of rules: `buttress test`.

use std::fmt::Write;

use super::expectation;
use crate::diagnostic::{Location, Severity};
use crate::render::look::Look;
use crate::render::report::{Detail, Format, ReportPart, place, render_detail};
use crate::render::{clean, counted};
use crate::report::tested::{TestOutcome, TestReport};

/// What a rule says at most of an example.
const MAX_SAID: usize = 10;

/// The examples of every rule with their outcomes, and how many there are of each.
#[must_use]
pub fn tested(tested: &TestReport, look: Look) -> String {
    let mut out = String::new();
    let sources = &tested.report.sources;
    for rule in &tested.rules {
        let _ = writeln!(
            out,
            "{} {}",
            look.bold(&clean::name(&rule.id)),
            look.faint(&place(&Location::Source(rule.span), sources))
        );
        for example in &rule.examples {
            let kind = format!("{:7}", expectation(example.expected));
            let title = clean::line(&example.title);
            let word = word(example.outcome, look);
            if example.outcome == TestOutcome::Agreed {
                let _ = writeln!(out, "  {word}  {kind}  {title}");
                continue;
            }
            let at = place(&Location::Source(example.span), sources);
            let _ = writeln!(out, "  {word}  {kind}  {title}  {}", look.faint(&at));
            if example.outcome == TestOutcome::Missing {
                let _ = writeln!(out, "           the rule says nothing of it");
            }
            for said in example.said.iter().take(MAX_SAID) {
                let _ = writeln!(out, "{}", look.wrapped(&clean::line(said), "           ", "           "));
            }
            if example.said.len() > MAX_SAID {
                let _ = writeln!(out, "           and {} more", example.said.len() - MAX_SAID);
            }
        }
        for expected in &rule.lacks {
            let word = word(TestOutcome::Missing, look);
            let _ = writeln!(out, "  {word}  {:7}  the rule has no such example", expectation(*expected));
        }
        out.push('\n');
    }
    if !tested.report.diagnostics.is_empty() {
        // Nothing was checked that a summary could be about.
        let shown = Detail { part: ReportPart::Findings, ..Detail::default() };
        out.push_str(&render_detail(&tested.report, Format::Human, look, shown));
        out.push('\n');
    }
    let examples: usize = tested.rules.iter().map(|rule| rule.examples.len()).sum();
    let mistakes = tested.report.problems().filter(|problem| problem.severity == Severity::Error).count();
    let mistakes = Some(mistakes).filter(|mistakes| *mistakes > 0);
    let numbers: Vec<String> = [TestOutcome::Missing, TestOutcome::Noisy, TestOutcome::Wrong]
        .into_iter()
        .filter(|outcome| tested.count(*outcome) > 0)
        .map(|outcome| format!("{} {}", tested.count(outcome), outcome.name()))
        .chain(mistakes.map(|mistakes| counted(mistakes, "mistake", "mistakes")))
        .collect();
    let _ = writeln!(
        out,
        "{}, {}: {}",
        counted(tested.rules.len(), "rule", "rules"),
        counted(examples, "example", "examples"),
        match numbers.as_slice() {
            [] if examples == 0 => "nothing was tested".to_owned(),
            [] => "all as they say".to_owned(),
            numbers => numbers.join(", "),
        }
    );
    clean::output(out, look)
}

fn word(outcome: TestOutcome, look: Look) -> String {
    let word = format!("{:7}", outcome.name());
    match outcome {
        TestOutcome::Agreed => word,
        TestOutcome::Missing | TestOutcome::Noisy | TestOutcome::Wrong => look.toned(Severity::Error, &word),
    }
}
