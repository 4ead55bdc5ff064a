//! Terragrunt: what its files give to the modules of units, and what is not known of it. `fixtures/terragrunt/*.txt` has a small repository
//! in each case; what is read from it stands behind `--- expect`.

use std::fmt::Write as _;
use std::path::Path;

use buttress::budget::{Allowance, Meter};
use buttress::diagnostic::Diagnostic;
use buttress::estate::ProviderFacts;
use buttress::estate::configuration::project::Project;
use buttress::estate::configuration::{self, Request};
use buttress::estate::variables::{InputVariable, InputVariables};
use buttress::eval::{Host, NoFiles};
use buttress::terragrunt::{Terragrunt, TerragruntUnit};
use buttress::value::equality::NoIdentities;
use buttress::value::{AbsentKey, Kind, Value};

use crate::support::folder::Folder;
use crate::support::{blesses, entries, verdicts};

/// A case: its name, its files, and what is expected of it.
struct Case {
    name: String,
    files: Vec<(String, String)>,
    expected: String,
}

fn cases(text: &str) -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    for part in text.split("=== ").skip(1) {
        let (name, rest) = part.split_once('\n').unwrap_or((part, ""));
        let mut case = Case { name: name.to_owned(), files: Vec::new(), expected: String::new() };
        for file in rest.split("--- ").skip(1) {
            let (path, text) = file.split_once('\n').unwrap_or((file, ""));
            match path {
                "expect" => text.clone_into(&mut case.expected),
                path => case.files.push((path.to_owned(), text.to_owned())),
            }
        }
        cases.push(case);
    }
    cases
}

/// What is read of a repository: its units with their modules and inputs, then the problems.
fn read(folder: &Folder) -> String {
    let top = folder.top();
    let shown = |path: &Path| path.strip_prefix(top).unwrap_or(path).display().to_string();
    let mut project = Project::default();
    project.permit(&[top.to_owned()]);
    let found = project.reader.directories_with(top, &Terragrunt::FILES);
    let environment = [("TF_VAR_stage".to_owned(), "given".to_owned())];
    let mut terragrunt = Terragrunt::find(&mut project, &found, &environment);
    let facts = ProviderFacts::default();
    for group in terragrunt.groups() {
        for index in &group {
            terragrunt.prepare(*index, &mut project);
        }
        for index in group {
            let unit = &terragrunt.units[index];
            if unit.module.is_some() {
                let given = given(unit, &mut project);
                let files = unit.files(&project);
                let unknown_parts = unit.unknown_parts.clone();
                let request = Request::new(&project, &unit.directory, &files, &facts);
                let estate =
                    configuration::estate(Request { given, unknown_parts: &unknown_parts, ..request });
                terragrunt.learn(index, [&estate]);
            }
        }
    }
    let mut out = String::new();
    for unit in &terragrunt.units {
        let module = unit.module.as_deref().map_or_else(|| "none".to_owned(), shown);
        writeln!(out, "{} applies {module}", shown(&unit.directory)).unwrap();
        let given = given(unit, &mut project);
        let mut names: Vec<_> = given.names().into_iter().collect();
        names.sort();
        for name in names {
            let value = match given.get(&name).unwrap() {
                InputVariable::Value(value) => shown_value(value),
                InputVariable::Text(text) => format!("text {text:?}"),
            };
            let place = given.place(&name).map(|(tree, attribute)| {
                let file = project.sources.get(tree.file).unwrap();
                let (line, _) = file.line_column(attribute.name_range.start);
                format!(" # {}:{line}", shown(&file.path))
            });
            writeln!(out, "  {name} = {value}{}", place.unwrap_or_default()).unwrap();
        }
        if let Some(cause) = given.open() {
            writeln!(out, "  and there may be more: {cause}").unwrap();
        }
    }
    let mut problems: Vec<Diagnostic> = terragrunt.take_problems();
    problems.append(&mut project.problems);
    for problem in problems {
        let place = problem.span().and_then(|span| {
            let file = project.sources.get(span.file)?;
            Some(format!("{}:{}: ", shown(&file.path), file.line_column(span.range.start).0))
        });
        writeln!(out, "{}{}: {}", place.unwrap_or_default(), problem.id, problem.message).unwrap();
    }
    out.replace(&format!("{}/", top.display()), "")
}

/// A value as expectations have it: what is not known with its type and the reason.
fn shown_value(value: &Value) -> String {
    let list = |items: &[Value]| items.iter().map(shown_value).collect::<Vec<_>>().join(", ");
    match &value.kind {
        Kind::Null(_) => "null".to_owned(),
        Kind::Bool(value) => value.to_string(),
        Kind::Number(number) => number.to_string(),
        Kind::String(text) => format!("{text:?}"),
        Kind::List(items) | Kind::Set(items) | Kind::Tuple(items) => format!("[{}]", list(&items.items)),
        Kind::Map(entries) | Kind::Object(entries) => {
            let item = |(key, value): &(_, Value)| format!("{key} = {}", shown_value(value));
            let mut items: Vec<String> = entries.items.iter().map(item).collect();
            if let AbsentKey::MaybePresent(cause) = &entries.absent {
                items.push(format!("more: {cause}"));
            }
            format!("{{{}}}", items.join(", "))
        }
        Kind::Unknown(unknown) => format!("<{}: {}>", unknown.type_, unknown.cause),
    }
}

/// What a unit gives to its variables.
fn given(unit: &TerragruntUnit, project: &mut Project) -> InputVariables {
    let meter = Meter::new(Allowance::UNLIMITED);
    let host = Host { files: &NoFiles, identities: &NoIdentities, meter: &meter };
    let mut given = InputVariables::default();
    unit.give(&mut given);
    for path in unit.value_files(project) {
        let file = project.read_values(&path);
        assert!(given.take(&file, host).is_empty());
    }
    unit.give_last(&mut given);
    given
}

#[test]
fn units_are_read_as_terragrunt_reads_them() {
    let mut wrong = String::new();
    for path in entries("terragrunt") {
        let text = std::fs::read_to_string(&path).unwrap();
        let mut all = text.split("=== ").next().unwrap_or_default().to_owned();
        for case in cases(&text) {
            let mut folder = Folder::new("terragrunt").file(".git/HEAD", "");
            for (path, text) in &case.files {
                folder = folder.file(path, text);
            }
            let found = read(&folder);
            if found != case.expected {
                writeln!(wrong, "{}:\n{found}", case.name).unwrap();
            }
            writeln!(all, "=== {}", case.name).unwrap();
            for (path, text) in &case.files {
                write!(all, "--- {path}\n{text}").unwrap();
            }
            write!(all, "--- expect\n{found}").unwrap();
        }
        if blesses() {
            std::fs::write(&path, all).unwrap();
        }
    }
    assert!(blesses() || wrong.is_empty(), "{wrong}");
}

/// A module with a queue whose messages nobody takes, and two units that apply it.
fn queues() -> Folder {
    let unit = "include \"root\" {\n  path = find_in_parent_folders(\"root.hcl\")\n}\nterraform {\n  source = \"../../../modules//queue\"\n}\n";
    Folder::new("terragrunt")
        .file(".git/HEAD", "")
        .file(
            "live/root.hcl",
            r#"
generate "backend" {
  path      = "backend.tf"
  if_exists = "overwrite"
  contents  = <<EOT
terraform {
  required_version = ">= 1.11"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 6.0"
    }
  }
  backend "s3" {
    bucket = "state-${get_env("ACCOUNT")}"
    key    = "${path_relative_to_include()}/terraform.tfstate"
  }
}
variable "env" {
  type        = string
  description = "The environment"
}
EOT
}
inputs = {
  env = split("/", path_relative_to_include())[0]
}
"#,
        )
        .file("live/prod/queue/terragrunt.hcl", unit)
        .file("live/dev/queue/terragrunt.hcl", unit)
        .file("modules/queue/main.tf", "resource \"aws_sqs_queue\" \"q\" {\n  name = \"q-${var.env}\"\n}\n")
}

#[test]
fn a_unit_is_a_root_module_and_its_module_is_none() {
    let folder = queues();
    let report = verdicts::report(folder.top());
    let roots: Vec<_> = report
        .roots
        .iter()
        .map(|root| {
            let path = root.path.strip_prefix(folder.top()).unwrap().display().to_string();
            (path, root.environment.clone().unwrap_or_default())
        })
        .collect();
    let expected = [("live/dev/queue", "dev"), ("live/prod/queue", "production")];
    assert_eq!(roots, expected.map(|(path, environment)| (path.to_owned(), environment.to_owned())));
    // What is generated counts: a backend, versions, and a variable that is declared nowhere else.
    assert_eq!(report.problems().map(|problem| &problem.message).collect::<Vec<_>>(), Vec::<&String>::new());
    let found: Vec<_> = report.findings().map(|entry| entry.what.id.as_str()).collect();
    assert_eq!(found, ["sqs-without-dead-letter", "sqs-without-dead-letter"]);
}

#[test]
fn a_finding_about_a_generated_file_is_at_the_text_that_generates_it() {
    let folder = queues();
    let root = std::fs::read_to_string(folder.path("live/root.hcl")).unwrap();
    folder.write("live/root.hcl", &root.replace("  description = \"The environment\"\n", ""));
    let report = verdicts::report(&folder.path("live/prod"));
    let found = report.findings().find(|entry| entry.what.id == "variable-undescribed").unwrap();
    let span = found.what.span().unwrap();
    let file = report.sources.get(span.file).unwrap();
    assert!(file.path.ends_with("live/root.hcl"), "{}", file.path.display());
    assert!(file.text[span.range.as_usize()].starts_with("contents  = <<EOT"));
}

#[test]
fn the_same_is_said_however_the_path_is_given() {
    let folder = queues();
    let said = |path: &str| {
        let report = verdicts::report(&folder.path(path));
        let mut said: Vec<_> = report
            .findings()
            .filter(|entry| entry.root.is_some_and(|root| report.roots[root].path.ends_with("prod/queue")))
            .map(|entry| (entry.what.id.to_string(), entry.what.severity))
            .collect();
        said.sort();
        said
    };
    let all = said("");
    assert!(!all.is_empty());
    for path in ["live", "live/prod", "live/prod/queue"] {
        assert_eq!(said(path), all, "{path}");
    }
}
