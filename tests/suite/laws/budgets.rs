//! Budgets for sums: each input asks for a little many times. What it costs is counted in steps and bytes, never in seconds.
//!
//! A case fails if what it costs is not counted, and if more is done after a budget is spent.

use std::fmt::Write;
use std::path::Path;

use buttress::budget::{Account, Allowance, BUDGETS, Budget, Met, shared};
use buttress::check::Session;
use buttress::estate::configuration::{self, Request};
use buttress::estate::{Estate, Instance};
use buttress::eval::NoFiles;
use buttress::graph::Graph;
use buttress::render::Look;
use buttress::render::report::{Format, render};
use buttress::report::Report;
use buttress::rule::run::run_within;
use buttress::settings::Settings;
use buttress::value::CauseKind;

use super::SET;
use crate::support::estate::modules;

#[path = "../../../benches/support/estate.rs"]
#[expect(dead_code, reason = "shared with the benchmarks, which need more of it")]
mod generated;

/// The estate of a root module and others, within an allowance.
fn evaluated(files: &[(&str, String)], allowance: Allowance) -> Estate {
    let files: Vec<(&str, Vec<String>)> =
        files.iter().map(|(dir, text)| (*dir, vec![text.clone()])).collect();
    let project = modules(&files);
    let request = Request::new(&project, Path::new("."), &NoFiles, &SET.model.facts);
    configuration::estate(Request { allowance, ..request })
}

fn met(estate: &Estate) -> Vec<&'static str> {
    estate.account.met.iter().map(|met| met.budget.row().name).collect()
}

/// Two queues: the first has a name that asks for too much, and is read first; the second has a plain one.
fn two_queues(definitions: &str, name: &str) -> String {
    format!(
        "{definitions}\nresource \"aws_sqs_queue\" \"a\" {{\n  name = {name}\n}}\nresource \"aws_sqs_queue\" \"b\" {{\n  name = \"plain\"\n}}\n"
    )
}

fn instance<'e>(estate: &'e Estate, address: &str) -> &'e Instance {
    estate.instances.iter().find(|instance| instance.address == address).unwrap()
}

/// The name of the first queue is unknown because a budget is spent, and the budget was not overdrawn by much.
#[track_caller]
fn assert_spent(budget: Budget, definitions: &str, name: &str) {
    // A tenth of what a run has, where that is what is looked at.
    let allowance = match budget {
        Budget::Evaluation => Allowance::of_run(0).part(Budget::Evaluation, 10),
        _ => Allowance::of_run(0).with(Budget::Evaluation, u64::MAX),
    };
    let estate = evaluated(&[(".", two_queues(definitions, name))], allowance);
    let cause = instance(&estate, "aws_sqs_queue.a").body.get("name").unwrap().first_cause();
    let cause = cause.unwrap_or_else(|| panic!("{name} is known"));
    assert_eq!(
        (cause.kind, cause.subject.as_str()),
        (CauseKind::Limit, budget.row().name),
        "{name}: {cause}"
    );
    assert_eq!(met(&estate), [budget.row().name], "{name}");
    let place = estate.account.met.first().and_then(|met| met.place);
    assert!(place.is_some(), "{name}: the place that spent most is named");
    assert!(estate.account.spent(budget) <= allowance.of(budget) + 1, "{name}");
}

/// The name of the first queue is known, and costs no more steps than these.
#[track_caller]
fn assert_cheap(steps: u64, definitions: &str, name: &str) {
    let estate = evaluated(&[(".", two_queues(definitions, name))], Allowance::of_run(0));
    let name_of_a = instance(&estate, "aws_sqs_queue.a").body.get("name").unwrap();
    assert!(name_of_a.is_wholly_known(), "{name}: {:?}", name_of_a.first_cause());
    let spent = estate.account.spent(Budget::Evaluation);
    assert!(spent <= steps, "{name}: {spent} steps");
}

const LONG: &str =
    "locals {\n  k = format(\"%9999s\", \"x\")\n  m = join(\"\", [for i in range(1000) : local.k])\n}";
const WIDE: &str = "locals {\n  r = range(1000)\n}";

#[test]
fn many_long_texts() {
    for name in [
        "length([for i in range(900) : \"${local.m}${i}\"])",
        "length([for i in range(900) : upper(\"${local.k}${i}${local.m}\")])",
        "length([for i in range(900) : replace(local.m, \"x\", \"y${i}\")])",
        "length([for i in range(900) : [local.m, base64encode(local.m)]])",
        "length([for i in range(900) : jsonencode([local.m, i])])",
        "length([for i in range(900) : split(\"x\", \"${i}${local.m}\")])",
    ] {
        assert_spent(Budget::Values, LONG, name);
    }
}

#[test]
fn many_collections() {
    for name in [
        "length([for i in range(200) : setproduct(range(500), range(500))])",
        "length([for i in local.r : [for j in local.r : [for k in local.r : {}]]])",
        "length(merge([for i in local.r : { for j in local.r : \"${i}-${j}-${i}-${j}\" => [i, j] }]...))",
        "length([for i in local.r : [for j in local.r : zipmap([tostring(i)], [j])]])",
    ] {
        assert_spent(Budget::Values, WIDE, name);
    }
}

/// A conversion makes all parts anew, although a value shares them.
#[test]
fn many_conversions_of_one_collection() {
    const SHARED: &str = "locals {\n  r = range(1000)\n  a = [for i in local.r : { a = 1 }]\n}";
    for name in [
        "length([for i in local.r : true ? local.a : []])",
        "length([for i in local.r : true ? { x = local.a } : {}])",
        "length([for i in local.r : i > 0 ? [local.a, 1] : [[], \"2\"]])",
        "length([for i in local.r : tomap({ x = local.a })])",
        "length([for i in local.r : tolist(local.a)])",
        "length([for i in local.r : coalesce(local.a, tolist([]))])",
    ] {
        // As much as the collection takes a hundred times.
        let allowance =
            Allowance::of_run(0).with(Budget::Values, 12 << 20).with(Budget::Evaluation, u64::MAX);
        let estate = evaluated(&[(".", two_queues(SHARED, name))], allowance);
        assert_eq!(met(&estate), ["value-bytes"], "{name}");
    }
}

/// Short defaults can ask for more parts than a value may have.
#[test]
fn defaults_that_are_too_many() {
    let attributes: Vec<String> = (0..100)
        .map(|n| format!("a{n} = optional(list(object({{ b = optional(string, \"x\") }})), [{{}}, {{}}])"))
        .collect();
    let text = format!(
        "variable \"v\" {{\n  type = list(object({{ {} }}))\n  default = [for i in range(1000) : {{}}]\n}}\n",
        attributes.join(", ")
    );
    let call = "module \"m\" {\n  source = \"./m\"\n  v = flatten([for i in range(5) : [for j in range(1000) : {}]])\n}\n";
    let module = format!(
        "{}resource \"aws_sqs_queue\" \"q\" {{\n  name = length(var.v)\n}}\n",
        text.replace("[for i in range(1000) : {}]", "[]")
    );
    let estate = evaluated(&[(".", call.to_owned()), ("m", module)], Allowance::of_run(0));
    let name = instance(&estate, "module.m.aws_sqs_queue.q").body.get("name").unwrap();
    let cause = name.first_cause().unwrap();
    assert_eq!(cause.to_string(), "the limit of a million parts in one value was reached");
}

#[test]
fn much_work_for_small_results() {
    for name in [
        "length([for i in local.r : sha512(\"${local.m}\")])",
        "length([for i in local.r : length(md5(local.m))])",
        "anytrue([for i in local.r : [for j in local.r : [for k in local.r : i > 1000]] == []])",
        "length([for i in local.r : [for j in range(10) : tostring(1e39000)]])",
        "length([for i in local.r : [for j in range(10) : \"${1e-39000}\"]])",
        "length(regexall(\".*[^A-Z]|[A-Z]\", upper(replace(local.m, \" \", \"a\"))))",
        "length(regexall(\"(?:[a-z]?){999}(?:[a-z]?){999}y\", replace(local.m, \" \", \"a\")))",
        "length([for i in local.r : [for j in local.r : can(regex(\"^[a-z]{1,900}${i}$\", \"${j}\"))]])",
        "length([for i in local.r : templatestring(\"%%{for i in r}%%{for j in r}%%{endfor}%%{endfor}\", { r = local.r })])",
        "length([for i in local.r : length(strrev(local.m))])",
        "length([for i in local.r : can(jsondecode(local.m))])",
        "length([for i in local.r : strcontains(local.m, \"${i}\")])",
    ] {
        assert_spent(Budget::Evaluation, &format!("{LONG}\n{WIDE}"), name);
    }
}

#[test]
fn nothing_catches_a_spent_budget() {
    let much = "[for i in local.r : sha512(local.m)]";
    for name in [
        format!("try({much}, \"x\")"),
        format!("can({much})"),
        format!("true ? length({much}) : 1"),
        format!("false ? length({much}) : \"x\""),
        format!("coalesce(try(one({much}), null), \"x\")"),
    ] {
        assert_spent(Budget::Evaluation, &format!("{LONG}\n{WIDE}"), &name);
    }
}

#[test]
fn what_looks_quadratic_is_linear() {
    let texts = "locals {\n  a = flatten([for i in range(1000) : [for j in range(10) : \"${i}-${j}\"]])\n  b = flatten([for i in range(1000) : [for j in range(10) : \"${j}x${i}\"]])\n}";
    for name in [
        "length(distinct(concat(local.a, local.a)))",
        "length(setsubtract(local.a, local.b))",
        "length(setintersection(local.a, local.b))",
        "length(matchkeys(local.a, local.a, local.b))",
        "length(merge([for a in local.a : { (a) = 1 }]...))",
        "length(transpose({ for a in local.a : a => [a] }))",
    ] {
        assert_cheap(60_000_000, texts, name);
    }
    let digits = "replace(replace(local.m, \" \", \"1\"), \"x\", \"1\")";
    assert_cheap(150_000_000, LONG, &format!("parseint({digits}, 10) > 0"));
    assert_cheap(150_000_000, LONG, &format!("tonumber({digits}) > 0"));
}

#[test]
fn what_was_decided_before_is_kept() {
    let text = two_queues(&format!("{LONG}\n{WIDE}"), "length([for i in local.r : sha512(local.m)])");
    // In the order of the text: what comes first is decided.
    let before = "resource \"aws_sqs_queue\" \"0\" {\n  name = \"plain\"\n}\n";
    let estate = evaluated(&[(".", format!("{before}{text}"))], Allowance::of_run(0));
    assert_eq!(instance(&estate, "aws_sqs_queue.0").body.get("name").unwrap().as_str(), Some("plain"));
    let after = instance(&estate, "aws_sqs_queue.b").body.get("name").unwrap();
    assert_eq!(after.first_cause().unwrap().subject, Budget::Evaluation.row().name);
}

#[test]
fn many_instances() {
    let mut text = String::new();
    for index in 0..20 {
        writeln!(text, "resource \"aws_sqs_queue\" \"q{index}\" {{\n  count = 40000\n}}").unwrap();
    }
    let estate = evaluated(&[(".", text)], Allowance::of_run(0));
    assert_eq!(met(&estate), ["instances"]);
    // One that fits, and of the others one each that stands for all.
    assert_eq!(estate.instances.len(), 40_000 + 19);
    let stands_for_all = estate.instances.iter().filter(|instance| instance.uncertain.is_some());
    assert!(stands_for_all.clone().all(|one| one.uncertain.as_ref().unwrap().kind == CauseKind::Limit));
    assert_eq!(stands_for_all.count(), 19);
}

#[test]
fn modules_that_call_the_next_one_twice() {
    let mut files: Vec<(String, String)> = (0..30)
        .map(|index| {
            let dir = if index == 0 { ".".to_owned() } else { format!("m{index}") };
            let next = if index == 0 { "./m1".to_owned() } else { format!("../m{}", index + 1) };
            (dir, format!("module \"a\" {{\n  source = \"{next}\"\n}}\nmodule \"b\" {{\n  source = \"{next}\"\n}}\nresource \"aws_sqs_queue\" \"q\" {{}}\n"))
        })
        .collect();
    files.push(("m30".to_owned(), "resource \"aws_sqs_queue\" \"q\" {}\n".to_owned()));
    let files: Vec<(&str, String)> = files.iter().map(|(dir, text)| (dir.as_str(), text.clone())).collect();
    let estate = evaluated(&files, Allowance::of_run(0));
    assert_eq!(met(&estate), ["instances"]);
    let most = usize::try_from(Budget::Instances.row().base).unwrap();
    assert!(estate.instances.len() + estate.calls.len() <= 2 * most, "{}", estate.instances.len());
    assert_eq!(estate.incomplete.as_ref().unwrap().kind, CauseKind::Limit, "what is missing may be there");
}

/// Each instance of a module keeps a place for each of its declarations, even for those that nothing sets or reads.
#[test]
fn many_calls_of_a_module_with_many_variables() {
    let calls: String = (0..3_000).map(|n| format!("module \"c{n}\" {{\n  source = \"./m\"\n}}\n")).collect();
    let variables: String =
        (0..3_000).map(|n| format!("variable \"v{n}\" {{\n  default = {n}\n}}\n")).collect();
    let queue = "resource \"aws_sqs_queue\" \"q\" {}\n";
    let bytes = (calls.len() + variables.len()) as u64;
    let allowance = Allowance::of_run(bytes);
    let estate = evaluated(&[(".", calls), ("m", variables + queue)], allowance);
    assert_eq!(met(&estate), ["instances"]);
    assert!(estate.account.met[0].place.is_some());
    let most = usize::try_from(allowance.of(Budget::Instances)).unwrap();
    assert!(estate.instances.len() * 3_000 / 32 <= most, "{}", estate.instances.len());
    assert!(estate.instances.len() > 100, "what was made before is kept: {}", estate.instances.len());
    assert_eq!(estate.incomplete.as_ref().unwrap().kind, CauseKind::Limit, "what is missing may be there");
}

#[test]
fn defaults_that_every_call_of_a_module_fills_in() {
    let attributes: String = (0..400)
        .map(|n| format!("a{n} = optional(object({{ b = optional(list(string), [\"x\", \"y\"]) }}), {{}})\n"))
        .collect();
    let module = format!(
        "variable \"v\" {{\n  type = object({{\n{attributes}  }})\n}}\nresource \"aws_sqs_queue\" \"q\" {{\n  name = length(var.v)\n}}\n"
    );
    let call = "module \"m\" {\n  source = \"./m\"\n  count  = 2500\n  v      = {}\n}\n".to_owned();
    let estate = evaluated(&[(".", call), ("m", module)], Allowance::of_run(0));
    assert_eq!(met(&estate), ["value-bytes"]);
    let name = |at: usize| {
        instance(&estate, &format!("module.m[{at}].aws_sqs_queue.q")).body.get("name").unwrap().clone()
    };
    assert!(name(0).is_wholly_known(), "what was evaluated before is kept");
    assert_eq!(name(2499).first_cause().unwrap().kind, CauseKind::Limit);
}

#[test]
fn many_instances_of_modules_that_are_not_there() {
    let text: String = (0..20)
        .map(|n| format!("module \"m{n}\" {{\n  source = \"a/b/c\"\n  count  = 40000\n}}\n"))
        .collect();
    let estate = evaluated(&[(".", text)], Allowance::of_run(0));
    assert_eq!(met(&estate), ["instances"]);
    assert!(estate.account.spent(Budget::Instances) <= Budget::Instances.row().base + 1);
    assert_eq!(estate.calls.len(), 20, "each call is there");
}

#[test]
fn many_outputs_that_are_one_large_value() {
    let outputs: String =
        (0..3_000).map(|n| format!("output \"o{n}\" {{\n  value = local.large\n}}\n")).collect();
    let large =
        "locals {\n  large = [for i in range(200) : [for j in range(1000) : local.r]]\n  r = range(3)\n}\n";
    let allowance = Allowance::of_run(0).with(Budget::Values, u64::MAX);
    let estate = evaluated(&[(".", format!("{large}{outputs}"))], allowance);
    assert_eq!(met(&estate), ["evaluation-cost"]);
}

#[test]
fn nested_dynamic_blocks() {
    let text = "resource \"aws_security_group\" \"a\" {\n  dynamic \"ingress\" {\n    for_each = range(1000)\n    content {\n      dynamic \"x\" {\n        for_each = range(1000)\n        content {\n          dynamic \"y\" {\n            for_each = range(1000)\n            content {\n              v = y.value\n            }\n          }\n        }\n      }\n    }\n  }\n}\n";
    let estate = evaluated(&[(".", text.to_owned())], Allowance::of_run(0));
    assert_eq!(met(&estate), ["value-bytes"]);
    let blocks = instance(&estate, "aws_security_group.a").body.get("ingress").unwrap();
    assert_eq!(blocks.first_cause().unwrap().kind, CauseKind::Limit);
}

#[test]
fn long_keys_of_many_instances() {
    let text = format!(
        "{LONG}\nresource \"aws_sqs_queue\" \"a\" {{\n  for_each = toset([for i in range(10) : \"${{local.m}}${{i}}\"])\n}}\n"
    );
    let estate = evaluated(&[(".", text)], Allowance::of_run(0));
    assert_eq!(met(&estate), ["value-bytes"]);
}

/// 600 load balancers, each in 600 subnets.
fn net() -> String {
    "resource \"aws_subnet\" \"s\" {\n  count = 600\n  availability_zone = \"eu-central-1${substr(\"abc\", count.index % 3, 1)}\"\n}\nresource \"aws_lb\" \"l\" {\n  count = 600\n  subnets = aws_subnet.s[*].id\n}\n".to_owned()
}

#[test]
fn edges_beyond_the_budget_are_open_ends() {
    let estate = evaluated(&[(".", net())], Allowance::UNLIMITED);
    let allowance = Allowance::of_run(0).with(Budget::Edges, 100_000);
    let graph = Graph::build_within(&estate, &SET.model, &NoFiles, allowance);
    assert_eq!(graph.account().met.iter().map(|met| met.budget).collect::<Vec<_>>(), [Budget::Edges]);
    assert!(graph.account().met.iter().all(|met| met.place.is_some()));
    let outcome = run_within(&SET.rules, &graph, &NoFiles, None, Allowance::UNLIMITED);
    let whole = Graph::build(&estate, &SET.model, &NoFiles);
    let right = run_within(&SET.rules, &whole, &NoFiles, None, Allowance::UNLIMITED);
    // Nothing is said that does not hold: each finding is one of the whole graph too.
    let keys: std::collections::BTreeSet<(&str, &str)> =
        right.findings.iter().map(|one| (one.id.as_str(), one.address.as_str())).collect();
    assert!(outcome.findings.iter().all(|one| keys.contains(&(one.id.as_str(), one.address.as_str()))));
    assert!(outcome.passed <= right.passed);
    assert!(outcome.unknown.len() > right.unknown.len(), "what is left out is not known");
}

#[test]
fn rules_and_what_they_say_have_budgets() {
    let text = "resource \"aws_db_instance\" \"a\" {\n  count    = 3000\n  multi_az = false\n}\n".to_owned();
    let estate = evaluated(&[(".", text)], Allowance::UNLIMITED);
    let graph = Graph::build(&estate, &SET.model, &NoFiles);
    let whole = run_within(&SET.rules, &graph, &NoFiles, None, Allowance::UNLIMITED);
    let verdicts = |outcome: &buttress::rule::run::Verdicts| outcome.findings.len() + outcome.unknown.len();

    let few = Allowance::UNLIMITED.with(Budget::Verdicts, 1_000);
    let outcome = run_within(&SET.rules, &graph, &NoFiles, None, few);
    assert!(verdicts(&outcome) <= 1_000 && verdicts(&whole) > 1_000);
    assert!(
        verdicts(&outcome) > 800,
        "rules that find much get what the others leave: {}",
        verdicts(&outcome)
    );
    assert!(outcome.account.met.iter().any(|met| met.budget == Budget::Verdicts && met.place.is_some()));

    let cheap = whole.account.spent(Budget::Rules) / 3;
    let outcome =
        run_within(&SET.rules, &graph, &NoFiles, None, Allowance::UNLIMITED.with(Budget::Rules, cheap));
    assert!(outcome.account.met.iter().any(|met| met.budget == Budget::Rules));
    let limited = outcome.unknown.iter().filter(|one| one.cause.kind == CauseKind::Limit).count();
    assert!(limited > 0, "verdicts that were not reached are unknown");
    assert!(outcome.findings.len() + outcome.passed > 0, "those that were reached are kept");
}

/// A check of files in a folder that is made for it.
fn checked(name: &str, files: &[(&str, String)], threads: usize) -> Report {
    let top = std::env::temp_dir().join(format!("buttress-budgets-{name}-{}-{threads}", std::process::id()));
    let _ = std::fs::remove_dir_all(&top);
    for (path, text) in files {
        let path = top.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    let settings = Settings { paths: vec![top.clone()], ..Settings::default() };
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
    let report = pool.install(|| Session::embedded().check(&settings));
    std::fs::remove_dir_all(&top).unwrap();
    report
}

fn codes(report: &Report) -> Vec<String> {
    report
        .problems()
        .map(|problem| problem.id.to_string())
        .filter(|code| code.starts_with("limit/"))
        .collect()
}

#[test]
fn values_files_of_many_roots_share_the_budget() {
    let much = "a = [for i in range(1000) : [for j in range(100) : sha512(\"${i}\")]]\n".to_owned();
    let files: Vec<(String, String)> = (0..60)
        .flat_map(|n| {
            let root =
                (format!("root{n:02}/main.tf"), format!("variable \"a\" {{}}\n{}", two_queues("", "\"x\"")));
            [root, (format!("root{n:02}/terraform.tfvars"), much.clone())]
        })
        .collect();
    let files: Vec<(&str, String)> = files.iter().map(|(path, text)| (path.as_str(), text.clone())).collect();
    let report = checked("values", &files, 2);
    assert_eq!(codes(&report), ["limit/evaluation-cost"]);
    assert_eq!(report.counts.resources, 120, "every root is checked all the same");
}

#[test]
fn an_ordinary_estate_meets_no_budget_by_its_findings() {
    let databases =
        "resource \"aws_db_instance\" \"a\" {\n  count    = 1023\n  multi_az = false\n}\n".to_owned();
    let report = checked("ordinary", &[("main.tf", databases)], 2);
    assert!(codes(&report).is_empty(), "{:?}", codes(&report));
    let of_one_rule = report.findings().filter(|entry| entry.what.id == "rds-single-az").count();
    assert_eq!(of_one_rule, 1023, "every instance keeps its finding");
}

/// Few of many jobs have much to say, and a try that is made again gives back the verdicts that it has not kept.
#[test]
fn discarded_tries_keep_no_verdicts() {
    let allowance = Allowance::of_run(0).with(Budget::Verdicts, 1000);
    let wanted: Vec<u64> = (0..100).map(|job| if job < 2 { 450 } else { 1 }).collect();
    let results = shared(allowance, &wanted, |wanted, share| {
        let mut account = Account::default();
        account.pay(Budget::Verdicts, (*wanted).min(share.of(Budget::Verdicts)));
        if *wanted > share.of(Budget::Verdicts) {
            account.met.push(Met { budget: Budget::Verdicts, amount: 0, place: None, address: None });
        }
        ((), account)
    });
    let spent: Vec<u64> = results.iter().map(|(_, account)| account.spent(Budget::Verdicts)).collect();
    assert_eq!(spent, wanted);
}

#[test]
fn only_input_adds_to_a_budget() {
    let many = "resource \"aws_db_instance\" \"a\" {\n  count    = 7000\n  multi_az = false\n}\n".to_owned();
    let report = checked("rules", &[("main.tf", many)], 2);
    assert_eq!(codes(&report), ["limit/verdicts"], "the files of the rules are no input");
    let written: String =
        (0..1500).map(|n| format!("resource \"aws_db_instance\" \"a{n}\" {{}}\n")).collect();
    let report = checked("written", &[("main.tf", written)], 2);
    assert!(codes(&report).is_empty(), "what is written out in full pays for itself: {:?}", codes(&report));
}

#[test]
fn a_spent_budget_is_one_problem_whatever_the_threads() {
    let much = two_queues(&format!("{LONG}\n{WIDE}"), "length([for i in local.r : sha512(local.m)])");
    let files: Vec<(String, String)> = (0..8)
        .map(|index| (format!("root{index}/main.tf"), if index % 3 == 0 { much.clone() } else { net() }))
        .collect();
    let files: Vec<(&str, String)> = files.iter().map(|(path, text)| (path.as_str(), text.clone())).collect();
    let one = checked("threads", &files, 1);
    assert_eq!(codes(&one).iter().filter(|code| code.as_str() == "limit/evaluation-cost").count(), 1);
    assert_eq!(one.exit_code(buttress::report::Threshold::default()), 2);
    let problem = one.problems().find(|problem| problem.id == "limit/evaluation-cost").unwrap();
    assert!(problem.message.contains("`evaluation-cost`") && problem.span().is_some(), "{problem:?}");
    let four = checked("threads", &files, 4);
    let shown = |report: &Report, threads: usize| {
        let text = render(report, Format::Json, Look { colour: false, width: 100 });
        let text = text.replace(&format!("-{}-{threads}", std::process::id()), "");
        // Fingerprints know the folder, which is another one.
        let lines = text.lines().filter(|line| !line.trim_start().starts_with("\"fingerprint\""));
        lines.collect::<Vec<_>>().join("\n")
    };
    assert!(shown(&one, 1) == shown(&four, 4), "the report depends on the number of threads");
}

#[test]
fn a_large_root_among_many_small_ones_gets_what_they_leave() {
    let large = two_queues(LONG, "length([for i in range(6) : sha512(local.m)])");
    let mut files: Vec<(String, String)> =
        (0..30).map(|index| (format!("small{index:02}/main.tf"), two_queues("", "\"x\""))).collect();
    files.push(("large/main.tf".to_owned(), large));
    let files: Vec<(&str, String)> = files.iter().map(|(path, text)| (path.as_str(), text.clone())).collect();
    // More than a thirtieth of the budget, and less than all of it.
    assert_eq!(codes(&checked("share", &files, 2)), Vec::<&str>::new());
}

#[test]
fn sources_beyond_the_budget_are_not_read() {
    // As few bytes on the disk as the file system makes of zeros.
    let top = std::env::temp_dir().join(format!("buttress-budgets-sources-{}", std::process::id()));
    std::fs::create_dir_all(&top).unwrap();
    for index in 0..4 {
        let file = std::fs::File::create(top.join(format!("z{index}.tf"))).unwrap();
        file.set_len((64 << 20) - 10).unwrap();
    }
    std::fs::write(top.join("a.tf"), two_queues("", "\"x\"")).unwrap();
    let report = Session::embedded().check(&Settings { paths: vec![top.clone()], ..Settings::default() });
    std::fs::remove_dir_all(&top).unwrap();
    assert_eq!(codes(&report), ["limit/source-bytes"]);
    assert_eq!((report.counts.files, report.counts.files_read), (5, 3));
    assert_eq!(report.counts.resources, 2, "what was read is checked");
}

#[test]
fn messages_quote_little_of_a_value() {
    for call in [
        "parseint(local.m, 10)",
        "base64decode(\"${local.m}!\")",
        "file(local.m)",
        "tonumber(local.m)",
        "timeadd(\"2020-01-01T00:00:00Z\", local.m)",
        "{ a = 1 }[local.m]",
        "regex(\"(${local.m}\", \"x\")",
        "formatdate(local.m, \"2020-01-01T00:00:00Z\")",
        "csvdecode(\"${local.m},${local.m}\\n1,2\")",
    ] {
        let estate = evaluated(&[(".", two_queues(LONG, call))], Allowance::UNLIMITED);
        for problem in &estate.problems {
            let length = problem.message.chars().count();
            assert!(length <= 1_000, "{call}: a message of {length} characters");
        }
        let name = instance(&estate, "aws_sqs_queue.a").body.get("name").unwrap();
        assert!(name.first_cause().is_none_or(|cause| cause.to_string().chars().count() <= 1_000), "{call}");
    }
}

/// What an estate that is written out spends is paid by its own bytes, so it meets no budget however large it is.
#[test]
fn a_real_estate_never_meets_a_budget() {
    let files = generated::files(2_000);
    let bytes: u64 = files.iter().map(|(_, text)| text.len() as u64).sum();
    let mut by_dir: std::collections::BTreeMap<std::path::PathBuf, Vec<String>> = Default::default();
    for (path, text) in files {
        let dir = path.parent().unwrap().to_owned();
        let dir = if dir.as_os_str().is_empty() { Path::new(".").to_owned() } else { dir };
        by_dir.entry(dir).or_default().push(text);
    }
    let project = modules(&by_dir.into_iter().collect::<Vec<_>>());
    let estate = configuration::estate(Request::new(&project, Path::new("."), &NoFiles, &SET.model.facts));
    assert!(estate.instances.len() >= 2_000);
    let graph = Graph::build(&estate, &SET.model, &NoFiles);
    let outcome = run_within(&SET.rules, &graph, &NoFiles, None, Allowance::UNLIMITED);
    let mut account = estate.account.clone();
    account.add(graph.account());
    account.add(&outcome.account);
    for row in BUDGETS.iter().filter(|row| row.per_kib > 0) {
        let (spent, paid) = (account.spent(row.budget), (bytes >> 10) * row.per_kib);
        assert!(2 * spent <= paid, "{}: {spent} of {paid}", row.name);
    }
}
