//! What rules and model files of a test's own say of a configuration or plan in memory.

use std::path::Path;

use buttress::estate::{Estate, plan};
use buttress::eval::NoFiles;
use buttress::graph::Graph;
use buttress::rule::RuleSet;
use buttress::rule::run::{Verdicts, run};
use buttress::text::FileId;

use super::estate::{evaluate, modules};

/// A rule of this id with these attributes, and with whatever else every rule has.
pub(crate) fn rule(id: &str, attributes: &str) -> String {
    format!(
        r#"rule "{id}" {{
          summary   = "A defect"
          principle = "recovery"
          severity  = "error"
          since     = "2027.1"
          why       = "It hurts."
          fix       = "Change it."
          message   = "broken"
          {attributes}
        }}"#
    )
}

/// A set of rules with one model file.
pub(crate) fn rules(model: &str, rules: &[String]) -> RuleSet {
    // A rule stands in the file of its name.
    let file = |text: &String| {
        let id = text.split('"').nth(1).unwrap();
        (format!("rules/{id}.hcl").into(), text.as_str().into())
    };
    let principles = (
        "rules/principles.hcl".into(),
        r#"principle "recovery" {
  title    = "Recovery"
  question = "Does it come back?"
  about    = "It comes back."
}"#
        .into(),
    );
    let model = ("rules/model/test.hcl".into(), model.into());
    let set = RuleSet::load([principles, model].into_iter().chain(rules.iter().map(file)));
    let problems: Vec<&str> = set.problems.iter().map(|problem| problem.message.as_str()).collect();
    assert!(problems.is_empty(), "{}", problems.join("\n"));
    set
}

/// The estate of one file of configuration.
pub(crate) fn of_text(text: &str) -> Estate {
    evaluate(&modules(&[(".", vec![text.to_owned()])]), &Default::default())
}

/// The estate of a plan.
pub(crate) fn of_plan(text: &str) -> Estate {
    plan::estate(FileId(0), Path::new("plan.json"), text, &Default::default())
}

/// What the rules say of an estate, a line each.
pub(crate) fn said(set: &RuleSet, estate: &Estate) -> String {
    let before = estate.before.as_ref().map(|before| Graph::build(before, &set.model, &NoFiles));
    let graph = Graph::build(estate, &set.model, &NoFiles).after(before.as_ref());
    let Verdicts { findings, unknown, passed, skipped, problems, .. } =
        run(&set.rules, &graph, &NoFiles, None);
    let findings = findings.iter().map(|it| format!("{} fails {}", it.id, it.address));
    let unknown = unknown.iter().map(|it| {
        let rules: Vec<&str> = it.rules().map(|rule| rule.as_str()).collect();
        format!("{} unknown {}: {}", rules.join(" "), it.address, it.cause)
    });
    let problems = problems.iter().map(|it| format!("problem: {}", it.message));
    let passed = (passed > 0).then(|| format!("{passed} passed")).into_iter();
    let skipped = (skipped > 0).then(|| format!("{skipped} skipped")).into_iter();
    let lines: Vec<String> = findings.chain(unknown).chain(problems).chain(passed).chain(skipped).collect();
    lines.join("\n")
}
