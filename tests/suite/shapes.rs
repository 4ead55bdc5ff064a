//! Plans of every shape that Terraform and those who pass plans on give them: `fixtures/plans/shapes/<shape>/`, what is read of each
//! in its `expected.txt`. `cargo bless` writes that file.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use buttress::address::natural;
use buttress::estate::{Action, Change, Estate, Mode};
use buttress::render::Look;
use buttress::render::report::{Format, render};
use buttress::value::{Kind, Value};
use clap::ValueEnum;

use crate::support::estate::of_plan;
use crate::support::{blesses, entries, fixture, verdicts};

/// What secrets in the shapes begin with.
const PLANTED: &str = "planted-secret";

fn shapes() -> Vec<PathBuf> {
    let mut shapes = entries("plans/shapes");
    shapes.retain(|path| path.is_dir());
    assert!(shapes.len() >= 30, "only {} shapes", shapes.len());
    shapes
}

fn name(shape: &Path) -> String {
    shape.file_name().unwrap().to_string_lossy().into_owned()
}

/// The one file of a shape that is neither configuration nor expectation.
fn input(shape: &Path) -> PathBuf {
    let is_input = |path: &PathBuf| {
        path.is_file() && path.extension().is_none_or(|extension| extension != "tf" && extension != "txt")
    };
    let mut inputs = std::fs::read_dir(shape).unwrap().flatten().map(|entry| entry.path()).filter(is_input);
    let input = inputs.next().unwrap_or_else(|| panic!("{} has no plan", shape.display()));
    assert!(inputs.next().is_none(), "{} has two plans", shape.display());
    input
}

fn estate_of(shape: &Path) -> Estate {
    of_plan(&input(shape))
}

/// What is read of a shape, and how a check of it ends.
fn show(shape: &Path) -> String {
    let path = input(shape);
    let report = verdicts::report(&path);
    let mut text = String::new();
    let _ = writeln!(text, "exit code {}", report.exit_code(buttress::report::Threshold::default()));
    for problem in report.problems() {
        let _ = writeln!(text, "problem {}", problem.id);
    }
    let estate = estate_of(shape);
    let _ = writeln!(text, "{}: {}", estate.input.name(), instances(&estate));
    if let Some(before) = &estate.before {
        let _ = writeln!(text, "before: {}", instances(before));
    }
    for change in &estate.changes {
        let _ = writeln!(text, "{}", shown(change));
    }
    text
}

fn instances(estate: &Estate) -> String {
    let of = |mode: Mode| estate.instances.iter().filter(|instance| instance.mode == mode).count();
    format!("{} resources, {} data sources", of(Mode::Managed), of(Mode::Data))
}

fn shown(change: &Change) -> String {
    let mut text = change.action.name().to_owned();
    if change.action == (Action::Replace { create_first: true }) {
        text += " (create first)";
    }
    let _ = write!(text, " {}", change.address);
    if let Some(previous) = &change.previous_address {
        let _ = write!(text, ", before {previous}");
    }
    if !change.replaced_for.is_empty() {
        let paths =
            change.replaced_for.iter().map(|path| path.iter().map(ToString::to_string).collect::<String>());
        let paths: Vec<String> = paths.map(|path| path.trim_start_matches('.').to_owned()).collect();
        let _ = write!(text, ", for {}", paths.join(" and "));
    }
    text += if change.imported { ", imported" } else { "" };
    text += if change.drifted { ", drifted" } else { "" };
    text
}

#[test]
fn every_shape_is_read_as_its_file_says() {
    let mut broken = String::new();
    for shape in shapes() {
        let path = shape.join("expected.txt");
        let expected = std::fs::read_to_string(&path).unwrap_or_default().replace("\r\n", "\n");
        let found = show(&shape);
        if blesses() {
            std::fs::write(path, found).unwrap();
        } else if found != expected {
            let _ = writeln!(broken, "{}\nexpected:\n{expected}found:\n{found}", name(&shape));
        }
    }
    assert!(broken.is_empty(), "{broken}");
}

#[test]
fn what_a_plan_marks_sensitive_is_sensitive() {
    let mut found = BTreeSet::new();
    for shape in shapes() {
        let estate = estate_of(&shape);
        for instance in
            estate.instances.iter().chain(estate.before.iter().flat_map(|before| &before.instances))
        {
            // Terraform itself does not mark what a provider copies: `tags_all` is open where `tags` is not.
            for (key, value) in instance.body.items.iter().filter(|(key, _)| key != "tags_all") {
                let at = format!("{} {}.{key}", name(&shape), instance.address);
                secrets(value, value.is_sensitive(), &at, &mut found);
            }
        }
        for (key, value) in &estate.variables {
            secrets(value, value.is_sensitive(), &format!("{} var.{key}", name(&shape)), &mut found);
        }
    }
    insta::assert_snapshot!(found.into_iter().collect::<Vec<_>>().join("\n"), @"
    sensitive aws_db_instance.orders.password
    sensitive aws_db_instance.orders.tags
    sensitive aws_elasticache_replication_group.sessions.auth_token
    sensitive aws_lambda_function.reports.tags
    sensitive aws_lambda_function.worker.environment
    sensitive aws_lambda_function.worker.tags
    sensitive aws_sqs_queue.orders.name
    sensitive module.store.aws_ssm_parameter.token.value
    sensitive var.password
    sensitive var.settings
    write_only var.password
    ");
}

/// Collects where planted secrets stand; each must be marked, or stand in something that is.
fn secrets(value: &Value, is_marked: bool, at: &str, found: &mut BTreeSet<String>) {
    let is_marked = is_marked || value.is_sensitive();
    if let Kind::String(text) = &value.kind
        && text.contains(PLANTED)
    {
        assert!(is_marked, "{at} is not marked");
        found.insert(at.to_owned());
    }
    for part in value.parts() {
        secrets(part, is_marked, at, found);
    }
}

#[test]
fn a_plan_written_down_otherwise_is_the_same_plan() {
    let top = fixture("plans/shapes");
    let plain = show(&top.join("outputs_only"));
    for copy in ["utf8_bom", "utf16le_bom", "gzip"] {
        assert_eq!(show(&top.join(copy)), plain, "{copy}");
    }
    let ours = |shape: &str| {
        let estate = estate_of(&top.join(shape));
        let addresses: Vec<String> =
            estate.instances.iter().map(|instance| instance.address.to_string()).collect();
        assert!(addresses.is_sorted_by(|a, b| natural(a, b).is_le()), "{shape}");
        addresses
    };
    assert_eq!(ours("opentofu"), ours("create"));
    assert_eq!(ours("format_0_1"), ours("data_read"));
    assert_eq!(ours("format_0_2"), ours("replace_delete_first"));
}

#[test]
fn no_format_shows_a_secret_of_a_plan() {
    for shape in shapes() {
        let report = verdicts::report(&input(&shape));
        for format in Format::value_variants() {
            let text = render(&report, *format, Look { colour: false, width: 1000 });
            assert!(!text.contains(PLANTED), "{} as {format:?}:\n{text}", name(&shape));
        }
        // A message that a secret is part of is not shown; the finding is.
        let is_found = report.findings().any(|entry| entry.what.id == "rds-shared-by-services");
        assert_eq!(is_found, name(&shape) == "sensitive", "{}", name(&shape));
    }
}
