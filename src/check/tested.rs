//! Tests a project's own rules by their examples.

use std::path::PathBuf;
use std::sync::Arc;

use super::say;
use crate::config::Configs;
use crate::diagnostic::{Diagnostic, shown_path};
use crate::estate::configuration::project::Project;
use crate::model::schema::Schema;
use crate::report::Report;
use crate::report::tested::{TestOutcome, TestReport, TestedExample, TestedRule};
use crate::rule::embedded::SCHEMA;
use crate::rule::examples::{self, ExampleResult};
use crate::rule::{Example, Expected, Rule, RuleSet, conform};
use crate::settings::ConfigSource;

/// Runs the examples of all rules in these files, and in and below these directories.
pub(super) fn test(paths: &[PathBuf], rules: &RuleSet) -> TestReport {
    let mut project = Project::default();
    project.sources = rules.sources.clone();
    let Project { reader, sources, .. } = &mut project;
    let mut configs = Configs::new(&ConfigSource::Nowhere, reader, sources);
    let files = configs.read_rules(paths, reader, sources);
    let set = rules.with_own(files);
    let own: Vec<&Arc<Rule>> = set.rules.iter().filter(|rule| rules.rule(&rule.id).is_none()).collect();
    let mut tested =
        TestReport { rules: own.iter().map(|rule| test_rule(rule, &set)).collect(), ..TestReport::default() };
    let mut report = Report { sources: project.sources, ..Report::default() };
    say(&mut report, configs.problems);
    say(&mut report, set.problems.iter().skip(rules.problems.len()).cloned());
    if !own.is_empty() {
        let schema = Schema::read(SCHEMA);
        say(&mut report, schema.map(|schema| conform::check_own(&own, &set, &schema)).unwrap_or_default());
    }
    if tested.rules.is_empty() && report.diagnostics.is_empty() {
        say(&mut report, [no_rules(paths)]);
    }
    report.sort();
    tested.report = report;
    tested
}

fn no_rules(paths: &[PathBuf]) -> Diagnostic {
    let named: Vec<String> = paths.iter().map(|path| format!("`{}`", shown_path(path))).collect();
    Diagnostic::error("settings/no-rules", format!("there are no rules in {}", named.join(", ")))
        .help("rules are `rule` blocks in files that end in `.hcl`; configs and hidden files are passed over")
}

fn test_rule(rule: &Arc<Rule>, set: &RuleSet) -> TestedRule {
    let has = |expected: &Expected| rule.examples.iter().any(|example| example.expected == *expected);
    TestedRule {
        id: rule.id.clone(),
        span: rule.span,
        examples: rule.examples.iter().map(|example| test_example(rule, example, set)).collect(),
        lacks: [Expected::Fails, Expected::Passes].into_iter().filter(|expected| !has(expected)).collect(),
    }
}

fn test_example(rule: &Arc<Rule>, example: &Example, set: &RuleSet) -> TestedExample {
    let (outcome, said) = match examples::check(set, rule, example) {
        ExampleResult::Agreed => (TestOutcome::Agreed, Vec::new()),
        ExampleResult::Missing => (TestOutcome::Missing, Vec::new()),
        ExampleResult::Noisy(said) => (TestOutcome::Noisy, said),
        ExampleResult::Wrong(problems) => {
            (TestOutcome::Wrong, problems.into_iter().map(|problem| problem.message).collect())
        }
    };
    TestedExample {
        expected: example.expected,
        title: example.title.clone(),
        span: example.span,
        outcome,
        said,
    }
}
