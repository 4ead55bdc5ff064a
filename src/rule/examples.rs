//! Runs the examples of rules. They are the tests of a rule and are shown on its page.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{Example, Expected, Rule, RuleSet};
use crate::budget::{Allowance, Meter};
use crate::diagnostic::Diagnostic;
use crate::estate::configuration::declare::ModuleConfig;
use crate::estate::configuration::moves::Moves;
use crate::estate::configuration::project::Project;
use crate::estate::configuration::{self, Request};
use crate::estate::variables::{InputVariables, ValuesFile};
use crate::estate::{Estate, change};
use crate::eval::scope::NoScope;
use crate::eval::{Host, NoFiles, interpreter};
use crate::graph::{Environments, Graph, OtherEnvironment, ROOT_MODULE};
use crate::syntax::tree::{Block, BodyId, Tree};
use crate::value::equality::NoIdentities;
use crate::value::{Cause, CauseKind, Time};
use crate::verbs::VerbContext;

use super::run::{Landscape, RootQuestion, Verdicts, run, run_in};

/// The most steps of evaluation for the values of an example.
const GIVEN_STEPS: u64 = 100_000;

/// The result of an example.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExampleResult {
    /// The verdict is the expected one.
    Agreed,
    /// A `fails` example without a finding, or an `unknown` example that passes.
    Missing,
    /// A finding or an unknown verdict that is not expected, or more than one finding.
    Noisy(Vec<String>),
    /// The example or the rule has a mistake.
    Wrong(Vec<Diagnostic>),
}

/// Runs an example against its rule alone.
#[must_use]
pub fn check(set: &RuleSet, rule: &Arc<Rule>, example: &Example) -> ExampleResult {
    let (outcome, problems) = outcome(set, std::slice::from_ref(rule), example);
    if !problems.is_empty() || !outcome.problems.is_empty() {
        return ExampleResult::Wrong(problems.into_iter().chain(outcome.problems).collect());
    }
    // What the example leaves open is one thing, an expression that has no value another.
    let broken = outcome.unknown.iter().filter(|undecided| undecided.cause.kind == CauseKind::Error);
    let broken: Vec<Diagnostic> = broken
        .map(|undecided| {
            let message = format!("{}: {}", undecided.address, undecided.cause);
            Diagnostic::error("rule/evaluation", message).at(example.span, "in this example")
        })
        .collect();
    if !broken.is_empty() {
        return ExampleResult::Wrong(broken);
    }
    let said = || {
        let found =
            outcome.findings.iter().map(|finding| format!("fail {}: {}", finding.address, finding.message));
        let unknown = outcome
            .unknown
            .iter()
            .map(|undecided| format!("unknown {}: {}", undecided.address, undecided.cause));
        found.chain(unknown).collect::<Vec<_>>()
    };
    match (example.expected, outcome.findings.len(), outcome.unknown.len()) {
        (Expected::Fails, 1, 0) | (Expected::Passes, 0, 0) | (Expected::Unknown, 0, 1..) => {
            ExampleResult::Agreed
        }
        (Expected::Fails | Expected::Unknown, 0, 0) => ExampleResult::Missing,
        _ => ExampleResult::Noisy(said()),
    }
}

/// The outcome of running rules on an example.
#[must_use]
pub fn outcome(set: &RuleSet, rules: &[Arc<Rule>], example: &Example) -> (Verdicts, Vec<Diagnostic>) {
    let (mut outcome, problems) = whole_outcome(set, rules, example);
    // Examples call modules that do not exist: only the call matters.
    outcome
        .unknown
        .retain(|verdict| verdict.address != ROOT_MODULE || verdict.cause.kind != CauseKind::ModuleNotLoaded);
    (outcome, problems)
}

fn whole_outcome(set: &RuleSet, rules: &[Arc<Rule>], example: &Example) -> (Verdicts, Vec<Diagnostic>) {
    let tree = &example.tree;
    let (mut after, mut problems) = evaluated(set, tree, example.body, Time::After);
    // `before`, `replaces` and `intends` are not Terraform, but not mistakes either.
    let body = tree.body(example.body);
    let before = tree.blocks(body).iter().find(|block| Some(block.body) == example.before);
    let replaces = tree.attribute(body, "replaces");
    let given = tree.attribute(body, GIVEN);
    let intends = tree.attribute(body, "intends");
    let is_environment = |block: &&Block| example.environments.iter().any(|(_, body)| *body == block.body);
    let attributes = replaces.into_iter().chain(given).chain(intends);
    let own: Vec<_> = before
        .map(|block| block.kind_range)
        .into_iter()
        .chain(attributes.map(|attribute| tree.attribute_range(attribute)))
        .chain(tree.blocks(body).iter().filter(is_environment).map(|block| block.kind_range))
        .collect();
    problems.retain(|problem| {
        !problem.span().is_some_and(|span| own.iter().any(|own| own.to(span.range) == *own))
    });
    if !example.environments.is_empty() {
        let verdicts = among_environments(set, rules, example, &after, &mut problems);
        return (verdicts, problems);
    }
    let Some(before) = example.before else {
        let graph = Graph::build(&after, &set.model, &NoFiles);
        let of = |address: &str| graph.nodes().find(|(_, node)| node.address == address).map(|(id, _)| id);
        let intended = example.intends.iter().filter_map(|(address, targets)| Some((of(address)?, *targets)));
        let context = VerbContext::new(&graph, &NoFiles).intending(intended.collect());
        let root = graph.roots().next().map(|root| root.index).unwrap_or_default();
        let question = RootQuestion { root, rules, files: &NoFiles, environment: None };
        let landscape = Landscape { graph: &graph, context };
        return (run_in(&landscape, &question, Allowance::UNLIMITED), problems);
    };
    let (before, troubles) = evaluated(set, tree, before, Time::Before);
    problems.extend(troubles);
    after.changes = change::between(&before, &after, &example.replaces, &Moves::default());
    let before = Graph::build(&before, &set.model, &NoFiles);
    let graph = Graph::build(&after, &set.model, &NoFiles).after(Some(&before));
    (run(rules, &graph, &NoFiles, None), problems)
}

/// The outcome for the production of several environments.
fn among_environments(
    set: &RuleSet,
    rules: &[Arc<Rule>],
    example: &Example,
    own: &Estate,
    problems: &mut Vec<Diagnostic>,
) -> Verdicts {
    let mut estates = Vec::new();
    for (name, body) in &example.environments {
        let (mut estate, mut troubles) = evaluated(set, &example.tree, *body, Time::After);
        let given = example.tree.attribute(example.tree.body(*body), GIVEN);
        let given = given.map(|attribute| example.tree.attribute_range(attribute));
        let is_given = |problem: &Diagnostic| {
            problem.span().zip(given).is_some_and(|(span, own)| own.to(span.range) == own)
        };
        troubles.retain(|problem| !is_given(problem));
        problems.extend(troubles);
        if given.is_none() {
            // Only what has values of its own is the same root module with other values.
            estate.root = PathBuf::from(name.as_str());
        }
        estates.push((name, estate));
    }
    let others = estates.iter().map(|(name, estate)| OtherEnvironment { name, is_production: false, estate });
    let environments = Environments { own: Some(("production", true)), others: others.collect() };
    let graph = Graph::build(own, &set.model, &NoFiles);
    let root = graph.roots().next().map(|root| root.index).unwrap_or_default();
    let graph = graph.among(std::iter::once((root, environments)).collect());
    run(rules, &graph, &NoFiles, None)
}

/// The attribute of an example, or of an environment in it, with the values of its variables.
const GIVEN: &str = "given";

/// The values that an example gives to variables.
fn given(tree: &Tree, body: BodyId) -> InputVariables {
    let mut given = InputVariables::default();
    let Some(own) = tree.attribute(tree.body(body), GIVEN) else { return given };
    let meter = Meter::of_question(GIVEN_STEPS);
    let host = Host { files: &NoFiles, identities: &NoIdentities, meter: &meter };
    let Ok(values) = interpreter::evaluate(tree, own.value, &NoScope(host)) else {
        // It stands for values that could not be read.
        let cause = Cause::new(CauseKind::FileNotRead, GIVEN, Some(tree.span(tree.attribute_range(own))));
        given.take(&ValuesFile { tree: None, unread: Some(cause) }, host);
        return given;
    };
    let place = Arc::new(tree.clone());
    for (name, value) in values.as_entries().into_iter().flat_map(|values| &values.items) {
        given.give(name, value.clone(), (place.clone(), *own));
    }
    given
}

/// Evaluates a body as a root module of its own.
fn evaluated(set: &RuleSet, tree: &Tree, body: BodyId, time: Time) -> (Estate, Vec<Diagnostic>) {
    let dir = PathBuf::from(".");
    let (config, mut problems) = ModuleConfig::new(dir.clone(), vec![Arc::new(tree.with_root(body))], 0);
    let mut project = Project::default();
    project.insert(dir, config);
    let estate = configuration::estate(Request {
        time,
        given: given(tree, body),
        ..Request::new(&project, Path::new("."), &NoFiles, &set.model.facts)
    });
    // Problems of these calls are ignored for the same reason.
    let of_estate = estate.problems.iter().filter(|problem| !problem.id.starts_with("config/module-"));
    problems.extend(of_estate.cloned());
    (estate, problems)
}
