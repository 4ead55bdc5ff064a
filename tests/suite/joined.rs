//! Plans together with the configuration that they were made of: the plan's values at the configuration's places.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use buttress::estate::{Estate, Input};
use buttress::report::Report;
use buttress::settings::Settings;
use buttress::value::Value;

use super::stacks::check_comments_with;
use crate::support::estate::of_plan_and_directory;
use crate::support::parity::{Schemas, compare_estate};
use crate::support::verdicts::SESSION;
use crate::support::{entries, fixture, repository, verdicts};

fn options(plan: &str, source: &str) -> Settings {
    Settings {
        paths: vec![repository().join(plan)],
        source: Some(repository().join(source)),
        ..Settings::default()
    }
}

/// Rule and address of what fails.
fn failed(report: &Report, plan: &Path) -> BTreeSet<String> {
    verdicts::only("fail", &verdicts::of_report(report, plan))
}

fn attribute<'e>(estate: &'e Estate, address: &str, name: &str) -> &'e Value {
    let instance = estate.instances.iter().find(|instance| instance.address == address);
    instance.unwrap_or_else(|| panic!("no {address}")).body.get(name).unwrap()
}

fn references(estate: &Estate, value: &Value) -> Vec<String> {
    let mut names = Vec::new();
    value.each_reference(&mut |origin| {
        let path: String = origin.path.iter().map(ToString::to_string).collect();
        names.push(format!("{}{path}", estate.symbols[origin.symbol.index()].address));
    });
    names.sort();
    names.dedup();
    names
}

#[test]
fn what_only_the_plan_knows_decides_and_the_lines_are_those_of_the_source() {
    let report = check_comments_with(
        "fixtures/joined/after",
        &options("fixtures/plans/joined/after.json", "fixtures/joined/after"),
    );
    assert!(report.unknown_verdicts().next().is_none());
    assert!(report.roots.iter().all(|root| root.input == Input::Plan));
}

#[test]
fn stacks_have_the_findings_of_the_plan_at_the_places_of_the_source() {
    for stack in ["three_tier_fragile", "three_tier_robust", "serverless_events"] {
        let source = format!("fixtures/stacks/{stack}");
        let report =
            check_comments_with(&source, &options(&format!("fixtures/plans/stacks/{stack}.json"), &source));
        let plan = fixture(format!("plans/stacks/{stack}.json"));
        let [together, alone] = [&report, &verdicts::report(&plan)].map(|report| failed(report, &plan));
        assert_eq!(together, alone, "{stack}");
    }
}

/// What Terraform knows is known and equal, what it does not know is not, and everything has a place.
#[test]
fn every_case_of_the_language_joins_with_its_plan() {
    let mut cases: Vec<(PathBuf, PathBuf)> = entries("language")
        .into_iter()
        .map(|path| (path.join("plan.json"), path))
        .filter(|(plan, _)| plan.is_file())
        .collect();
    for stack in ["three_tier_fragile", "three_tier_robust", "serverless_events"] {
        let plan = repository().join(format!("fixtures/plans/stacks/{stack}.json"));
        cases.push((plan, repository().join("fixtures/stacks").join(stack)));
    }
    cases.push((
        repository().join("fixtures/plans/joined/after.json"),
        repository().join("fixtures/joined/after"),
    ));
    cases.sort();
    assert!(cases.len() > 40);
    let mut wrong = Vec::new();
    for (plan_path, dir) in &cases {
        let name = dir.file_name().unwrap().to_string_lossy().into_owned();
        let estate = of_plan_and_directory(plan_path, dir);
        for problem in &estate.problems {
            if problem.id == "plan/source-differs" {
                wrong.push(format!("{name}: {}", problem.message));
            }
        }
        for instance in estate.instances.iter().filter(|instance| instance.declaration.is_none()) {
            wrong.push(format!("{name}: {} has no place", instance.address));
        }
        let text = std::fs::read_to_string(plan_path).unwrap();
        let parity = compare_estate(&estate, &serde_json::from_str(&text).unwrap(), &mut Schemas::default());
        for [address, path, ours, theirs] in &parity.examples {
            wrong.push(format!("{name}: {address}.{path}\n    ours      {ours}\n    Terraform {theirs}"));
        }
        for address in parity.only_hcl.iter().chain(&parity.only_plan) {
            wrong.push(format!("{name}: {address} is only on one side"));
        }
        if !parity.unresolved.is_empty() {
            wrong.push(format!("{name}: not known although the plan knows it: {:?}", parity.unresolved));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_value_is_the_plans_and_its_origin_the_configurations() {
    let dir = repository().join("fixtures/joined/after");
    let estate = of_plan_and_directory(&repository().join("fixtures/plans/joined/after.json"), &dir);
    let check = |address: &str, name: &str, known: Option<&str>, from: &[&str]| {
        let value = attribute(&estate, address, name);
        assert_eq!(value.as_str(), known, "{address}.{name}");
        assert_eq!(references(&estate, value), from, "{address}.{name}");
    };
    // It exists, so its id is known; that it is the id of this network is still told.
    check("aws_subnet.data[1]", "vpc_id", Some("vpc-0123456789abcdef0"), &["aws_vpc.main.id"]);
    check(
        "aws_subnet.data[1]",
        "availability_zone",
        Some("us-east-1b"),
        &["data.aws_availability_zones.available.names[1]"],
    );
    check("module.database[\"sound\"].aws_db_subnet_group.this", "name", Some("sound"), &[]);
    // A subnet that is yet to be made has no id: which one's it is, is exact, although a plan does not say so.
    check(
        "module.database[\"orders\"].aws_db_subnet_group.this",
        "subnet_ids",
        None,
        &["aws_subnet.data[0].id", "aws_subnet.data[1].id", "aws_subnet.data[2].id"],
    );
    let blocks = attribute(&estate, "aws_security_group.database", "ingress").as_sequence().unwrap();
    let ports: Vec<String> = blocks
        .items
        .iter()
        .map(|block| block.as_entries().unwrap().get("from_port").unwrap().as_number().unwrap().to_string())
        .collect();
    assert_eq!(ports, ["5432", "9187"]);
    assert_eq!(references(&estate, &blocks.items[0]), ["aws_vpc.main.cidr_block"]);
    // The configuration says true; Terraform was told to leave it as it is.
    assert_eq!(attribute(&estate, "aws_db_instance.legacy", "multi_az").as_bool(), Some(false));
}

#[test]
fn what_the_directory_does_not_declare_is_named() {
    let dir = repository().join("fixtures/joined/before");
    let estate = of_plan_and_directory(&repository().join("fixtures/plans/joined/after.json"), &dir);
    let problem = estate.problems.iter().find(|problem| problem.id == "plan/source-differs").unwrap();
    assert!(problem.message.contains("17 instances"), "{}", problem.message);
    assert!(problem.message.contains("`aws_security_group.database`"), "{}", problem.message);
    assert_eq!(estate.instances.len(), 19);
    // Still the plan's values, with the plan's origins.
    let subnets = attribute(&estate, "module.database[\"orders\"].aws_db_subnet_group.this", "subnet_ids");
    assert!(references(&estate, subnets).iter().all(|name| name.starts_with("aws_subnet.data")));
}

#[test]
fn a_module_that_is_not_at_hand_is_taken_from_the_plan() {
    let stack = repository().join("fixtures/stacks/three_tier_fragile");
    let copy = std::env::temp_dir().join(format!("buttress-joined-{}", std::process::id()));
    std::fs::create_dir_all(&copy).unwrap();
    for entry in std::fs::read_dir(&stack).unwrap().flatten() {
        if entry.path().is_file() {
            let text = std::fs::read_to_string(entry.path()).unwrap();
            std::fs::write(copy.join(entry.file_name()), text.replace("\"./modules/", "\"acme/")).unwrap();
        }
    }
    let plan_path = repository().join("fixtures/plans/stacks/three_tier_fragile.json");
    let report = SESSION.check(&Settings {
        paths: vec![plan_path.clone()],
        source: Some(copy.clone()),
        ..Settings::default()
    });
    std::fs::remove_dir_all(&copy).unwrap();
    assert!(report.problems().next().is_some());
    for problem in report.problems() {
        assert_eq!(problem.id, "config/module-not-downloaded", "{problem:?}");
    }
    let plan = verdicts::report(&plan_path);
    assert_eq!(failed(&report, &plan_path), failed(&plan, &plan_path));
    // What only files say stays open for a module whose files are not there.
    let open = |report: &Report| {
        report
            .unknown_verdicts()
            .filter(|entry| report.rule(&entry.what.rule).unwrap().reads == buttress::rule::Reads::Any)
            .count()
    };
    assert!(open(&report) <= open(&plan));
}
