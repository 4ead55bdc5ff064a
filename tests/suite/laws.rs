//! Laws over whole configurations. The corpus is what rules show as their examples, and small generated texts.

mod budgets;
mod growth;
mod plan_budgets;
mod rewrite;

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use buttress::address::Address;
use buttress::diagnostic::Diagnostic;
use buttress::estate::Estate;
use buttress::estate::change::{Action, Change};
use buttress::estate::configuration::project::Project;
use buttress::eval::NoFiles;
use buttress::graph::Graph;
use buttress::rule::run::{Verdicts, run};
use buttress::rule::{Reads, Rule, RuleSet};
use buttress::syntax::parse_hcl;
use buttress::syntax::tree::Tree;
use buttress::text::FileId;
use buttress::value::Step;
use proptest::prelude::*;

use crate::support::estate::{self, modules};
use crate::support::fixture;
use rewrite::Module;

const HIDDEN: &str = "\nvariable \"hidden\" {\n  type        = any\n  description = \"Not known.\"\n}\n";

static SET: LazyLock<RuleSet> = LazyLock::new(RuleSet::embedded);

/// The Terraform of one example of one rule.
struct Sample {
    rule: Arc<Rule>,
    title: String,
    text: String,
}

static SAMPLES: LazyLock<Vec<Sample>> = LazyLock::new(|| {
    let of_rule = |rule: &Arc<Rule>| {
        let sample = |example: &buttress::rule::Example| Sample {
            rule: rule.clone(),
            title: example.title.to_string(),
            text: example.tree.slice(example.tree.body(example.body).range).to_owned(),
        };
        rule.examples.iter().map(sample).collect::<Vec<_>>()
    };
    // What a rule says of a change is not said of a configuration.
    SET.rules.iter().filter(|rule| rule.reads != Reads::Plan).flat_map(of_rule).collect()
});

fn parse(text: &str) -> (Tree, Vec<Diagnostic>) {
    let parsed = parse_hcl(FileId(0), text.into());
    (parsed.tree, parsed.problems)
}

fn evaluate(project: &Project) -> Estate {
    estate::evaluate(project, &SET.model.facts)
}

/// What rules say of modules in memory.
fn judge(rules: &[Arc<Rule>], modules: &[(&str, Vec<String>)]) -> Verdicts {
    let project = estate::modules(modules);
    let estate = evaluate(&project);
    let graph = Graph::build(&estate, &SET.model, &NoFiles);
    run(rules, &graph, &NoFiles, None)
}

fn judge_text(rule: &Arc<Rule>, text: &str) -> Verdicts {
    judge(std::slice::from_ref(rule), &[(".", vec![text.to_owned()])])
}

/// Whether the condition of a rule, or what it is made of, contains these words.
fn asks(rule: &Rule, words: &str) -> bool {
    let locals = rule.locals.iter().map(|(_, expression)| expression);
    let mut parts = locals
        .chain([&rule.for_each])
        .chain(rule.defects.iter().map(|defect| &defect.when))
        .chain(rule.unless.as_ref());
    parts.any(|part| part.tree.slice(part.tree.expr(part.expr).range).contains(words))
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Said {
    Fail,
    Unknown,
}

/// Rule and address of everything that was said, passes left out.
fn verdicts(outcome: &Verdicts) -> BTreeMap<(String, String), Said> {
    let failed = outcome.findings.iter().map(|it| ((it.id.to_string(), it.address.to_string()), Said::Fail));
    let open =
        outcome.unknown.iter().map(|it| ((it.rule.to_string(), it.address.to_string()), Said::Unknown));
    failed.chain(open).collect()
}

/// What contradicts: an address that fails on one side and passes on the other, without an unknown on either. Verdicts on
/// an address with `[*]` stand for those on any of its instances.
fn contradictions(before: &Verdicts, after: &Verdicts) -> Vec<String> {
    let (before, after) = (verdicts(before), verdicts(after));
    let plain = |address: &str| address.split('[').next().unwrap_or_default().to_owned();
    let open = |all: &BTreeMap<(String, String), Said>, address: &str| {
        all.iter().any(|((_, other), said)| *said == Said::Unknown && plain(other) == plain(address))
    };
    let mut wrong = Vec::new();
    for ((rule, address), verdict) in &before {
        let key = (rule.clone(), address.clone());
        if *verdict == Said::Fail && !after.contains_key(&key) && !open(&after, address) {
            wrong.push(format!("{rule} {address}: fail, then pass"));
        }
    }
    for ((rule, address), verdict) in &after {
        let key = (rule.clone(), address.clone());
        if *verdict == Said::Fail && !before.contains_key(&key) && !open(&before, address) {
            wrong.push(format!("{rule} {address}: pass, then fail"));
        }
    }
    wrong
}

#[test]
fn hiding_a_value_never_turns_a_verdict_around() {
    let mut wrong = Vec::new();
    let (mut hidden, mut opened) = (0, 0);
    for sample in SAMPLES.iter() {
        // Rules about variables look at the one that hides a value.
        if asks(&sample.rule, "self.variables") {
            continue;
        }
        let before = judge_text(&sample.rule, &sample.text);
        let (tree, _) = parse(&sample.text);
        for leaf in rewrite::leaves(&tree) {
            let mut text = sample.text.clone();
            text.replace_range(leaf.as_usize(), "var.hidden");
            text.push_str(HIDDEN);
            let after = judge_text(&sample.rule, &text);
            hidden += 1;
            let problems: Vec<&str> = after.problems.iter().map(|problem| problem.message.as_str()).collect();
            if problems.len() > before.problems.len() {
                wrong.push(format!("{} [{}]: {problems:?}", sample.rule.id, sample.title));
            }
            opened += usize::from(after.unknown.len() > before.unknown.len());
            for what in contradictions(&before, &after) {
                wrong.push(format!(
                    "{what} [{}], hiding {} in\n{}",
                    sample.title,
                    tree.slice(leaf),
                    sample.text
                ));
            }
        }
    }
    println!("{hidden} values hidden one at a time; {opened} of them left a verdict open");
    assert!(
        wrong.is_empty(),
        "{} of {hidden} hidden values turn a verdict around:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    assert!(opened > 0 && hidden > 500);
}

#[test]
fn a_module_around_everything_changes_nothing() {
    let mut wrong = Vec::new();
    for sample in SAMPLES.iter() {
        // What a rule says of modules depends on where they stand, and an address has the module in it.
        if sample.text.contains("terraform {")
            || sample.rule.reads == Reads::Configuration
            || asks(&sample.rule, "address(")
        {
            continue;
        }
        let before = verdicts(&judge_text(&sample.rule, &sample.text));
        let (root, child) = rewrite::wrapped(&sample.text);
        let modules = [(".", vec![root]), ("inner", vec![child])];
        let after = verdicts(&judge(std::slice::from_ref(&sample.rule), &modules));
        let after: BTreeMap<_, _> = after
            .into_iter()
            .map(|((rule, address), said)| {
                ((rule, address.strip_prefix("module.inner.").unwrap_or(&address).to_owned()), said)
            })
            .collect();
        if before != after {
            wrong.push(format!("{} [{}]: {before:?} became {after:?}", sample.rule.id, sample.title));
        }
    }
    assert!(wrong.is_empty(), "{} examples differ:\n{}", wrong.len(), wrong.join("\n"));
}

/// Every attribute of every instance, one a line, with what it was computed from.
fn values(estate: &Estate) -> Vec<String> {
    let mut all = Vec::new();
    for instance in &estate.instances {
        for (name, value) in &instance.body.items {
            let value = crate::plan::display(value, &estate.symbols);
            all.push(format!("{}.{name} = {value}", instance.address));
        }
    }
    all
}

#[test]
fn a_module_around_everything_keeps_the_values() {
    // A cause also tells through which variable a value came.
    let passed_on = regex::Regex::new(r"var\.\w+ ← ").unwrap();
    for sample in SAMPLES.iter().filter(|sample| !sample.text.contains("terraform {")) {
        let before = values(&evaluate(&modules(&[(".", vec![sample.text.clone()])])));
        let (root, child) = rewrite::wrapped(&sample.text);
        let after = values(&evaluate(&modules(&[(".", vec![root]), ("inner", vec![child])])));
        let outside =
            |line: &String| passed_on.replace_all(&line.replace("module.inner.", ""), "").into_owned();
        let after: Vec<String> = after.iter().map(outside).collect();
        assert_eq!(before, after, "{} [{}]", sample.rule.id, sample.title);
    }
}

/// Everything that is said, with messages: the whole of it must stay the same.
fn whole(outcome: &Verdicts) -> Vec<String> {
    let found = outcome.findings.iter().map(|it| format!("{} {}: {}", it.id, it.address, it.message));
    let open = outcome.unknown.iter().map(|it| format!("{} {} unknown", it.rule, it.address));
    let mut all: Vec<String> = found.chain(open).collect();
    all.sort();
    all
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn order_and_files_change_nothing(
        pick in any::<prop::sample::Index>(),
        order in prop::collection::vec(any::<u32>(), 64),
        files in 1_usize..5,
    ) {
        let sample = pick.get(&SAMPLES);
        let module = Module::read(&sample.text);
        let shuffled = module.shuffled(&order, files);
        let before = judge(&SET.rules, &[(".", vec![sample.text.clone()])]);
        let after = judge(&SET.rules, &[(".", shuffled.clone())]);
        prop_assert_eq!(whole(&before), whole(&after), "{}\nwas\n{}", shuffled.join("\n---\n"), sample.text);
        prop_assert_eq!(before.passed, after.passed);
    }

    #[test]
    fn garbage_is_survived(
        pick in any::<prop::sample::Index>(),
        edits in prop::collection::vec((0_u8..5, any::<prop::sample::Index>(), any::<prop::sample::Index>(), 0_usize..40), 1..8),
    ) {
        let text = rewrite::mangled(&pick.get(&SAMPLES).text, &edits);
        judge(&SET.rules, &[(".", vec![text])]);
    }

    #[test]
    fn token_soup_is_survived(tokens in prop::collection::vec(prop::sample::select(rewrite::TOKENS), 0..120)) {
        judge(&SET.rules, &[(".", vec![tokens.join(" ")])]);
        let inside = format!("resource \"aws_lb\" \"a\" {{\n  subnets = {}\n}}\n", tokens.join(" "));
        judge(&SET.rules, &[(".", vec![inside])]);
    }
}

#[test]
fn a_shuffled_stack_has_the_same_findings() {
    let top = fixture("stacks/serverless_events");
    let mut paths: Vec<_> = std::fs::read_dir(&top).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "tf"));
    paths.sort();
    let texts: Vec<String> = paths.iter().map(|path| std::fs::read_to_string(path).unwrap()).collect();
    let module = Module::read(&texts.join("\n"));
    let before = whole(&judge(&SET.rules, &[(".", texts)]));
    assert!(!before.is_empty());
    for seed in 1_u32..4 {
        let order: Vec<u32> = (0..64).map(|index: u32| (index + seed).wrapping_mul(2_654_435_761)).collect();
        let after = whole(&judge(&SET.rules, &[(".", module.shuffled(&order, 3))]));
        assert_eq!(before, after);
    }
}

#[test]
fn a_replacement_says_which_attributes_force_it() {
    let rule = SET.rule("entry-point-replaced").cloned().unwrap();
    let project = modules(&[(".", vec!["resource \"aws_lb\" \"shop\" {}".to_owned()])]);
    let mut estate = evaluate(&project);
    let path = |names: &[&str]| names.iter().map(|name| Step::Key((*name).into())).collect::<Vec<_>>();
    let nested = [path(&["subnet_mapping"]), vec![Step::Index(0)], path(&["subnet_id"])].concat();
    estate.changes.push(Change {
        address: Address::read("aws_lb.shop"),
        previous_address: None,
        action: Action::Replace { create_first: false },
        replaced_for: vec![path(&["name"]), nested.clone(), nested],
        imported: false,
        drifted: false,
    });
    let graph = Graph::build(&estate, &SET.model, &NoFiles).after(None);
    let outcome = run(&[rule], &graph, &NoFiles, None);
    let messages: Vec<&str> = outcome.findings.iter().map(|finding| finding.message.as_str()).collect();
    let wanted = "this plan deletes `aws_lb.shop` and makes it anew for a change of `name`, `subnet_mapping.subnet_id`: \
        who knows it by its old name goes nowhere";
    assert_eq!(messages, [wanted]);
}
