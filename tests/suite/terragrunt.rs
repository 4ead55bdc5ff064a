//! Terragrunt: what its files give to the modules of units, and what is not known of it. `fixtures/terragrunt/*.txt` has a small repository
//! in each case; what is read from it stands behind `--- expect`.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use buttress::budget::{Allowance, Meter};
use buttress::diagnostic::{Diagnostic, Severity};
use buttress::estate::DecidedBy;
use buttress::estate::ProviderFacts;
use buttress::estate::configuration::project::Project;
use buttress::estate::configuration::{self, Request};
use buttress::estate::variables::{InputVariable, InputVariables};
use buttress::eval::{Host, NoFiles};
use buttress::files::path::clean;
use buttress::report::Report;
use buttress::terragrunt::{Terragrunt, TerragruntUnit};
use buttress::value::equality::NoIdentities;
use buttress::value::{AbsentKey, Kind, Value};

use crate::support::folder::Folder;
use crate::support::scenarios;
use crate::support::{blesses, fixture, verdicts};

/// What is read of a repository: its units with their modules and inputs, then the problems.
fn read(folder: &Folder) -> String {
    let top = folder.top();
    let shown = |path: &Path| path.strip_prefix(top).unwrap_or(path).display().to_string();
    let mut project = Project::default();
    project.permit(&[top.to_owned()]);
    let ([found], _) = project.reader.directories_of(top, [&Terragrunt::is_file]);
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
            let place = given.place(&name).map(|(tree, attribute, by)| {
                let file = project.sources.get(tree.file).unwrap();
                let is_values = file.path.to_string_lossy().contains(".tfvars");
                assert_eq!(by, if is_values { DecidedBy::Values } else { DecidedBy::Inputs });
                let (line, _) = file.line_column(attribute.name_range.start);
                format!(" # {}:{line}", shown(&file.path))
            });
            writeln!(out, "  {name} = {value}{}", place.unwrap_or_default()).unwrap();
        }
        if let Some(cause) = given.open() {
            writeln!(out, "  and there may be more: {cause}").unwrap();
        }
    }
    for unit in &terragrunt.missing {
        let version = unit.version.as_deref().map(|version| format!(" ({version})")).unwrap_or_default();
        writeln!(out, "{} waits for {}{version}", shown(&unit.directory), unit.source).unwrap();
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
    scenarios::hold("terragrunt", "expect", |scenario| read(&scenario.folder("terragrunt", &["expect"])));
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

/// A copy of the estate of twelve units, below this path of the folder.
fn estate(folder: &Folder, below: &str) -> PathBuf {
    let top = fixture("terragrunt/estate");
    for entry in walkdir::WalkDir::new(&top).into_iter().flatten().filter(|entry| entry.file_type().is_file())
    {
        let place = Path::new(below).join(entry.path().strip_prefix(&top).unwrap());
        folder.write(&place.to_string_lossy(), &std::fs::read_to_string(entry.path()).unwrap());
    }
    folder.write(&format!("{below}/.git/HEAD"), "ref: refs/heads/main\n");
    folder.path(below)
}

/// Everything that is said of each unit of an estate: its environment, findings with their severity and line, and unknown verdicts with
/// the reason.
fn said(report: &Report, top: &Path) -> BTreeMap<String, BTreeSet<String>> {
    let place = |path: &Path| path.strip_prefix(top).unwrap_or(path).display().to_string();
    let root = |index: Option<usize>| place(&report.roots[index.unwrap()].path);
    let mut said: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for root in &report.roots {
        let environment = root.environment.as_deref().unwrap_or("none");
        said.entry(place(&root.path)).or_default().insert(format!("{environment}: its environment"));
    }
    for entry in report.findings() {
        let what = &entry.what;
        let line = what.span().map(|span| {
            let file = report.sources.get(span.file).unwrap();
            format!(" {}:{}", place(&file.path), file.line_column(span.range.start).0)
        });
        let line = line.unwrap_or_default();
        let text = format!("{}: {} {}{line}", what.severity.name(), what.id, what.address);
        said.entry(root(entry.root)).or_default().insert(text);
    }
    for entry in report.unknown_verdicts() {
        let text = format!("unknown: {} {}: {}", entry.what.rule, entry.what.address, entry.what.cause);
        said.entry(root(entry.root)).or_default().insert(text);
    }
    said
}

#[test]
fn the_estate_has_the_findings_that_are_expected_and_no_others() {
    let folder = Folder::new("terragrunt");
    let top = estate(&folder, "shop");
    let report = verdicts::report(&top);
    assert_eq!(report.problems().map(|problem| &problem.message).collect::<Vec<_>>(), Vec::<&String>::new());
    assert_eq!(report.roots.len(), 12);
    assert_eq!(report.exit_code(Some(Severity::Error)), 1);
    let mut found = String::new();
    for (root, lines) in said(&report, &top) {
        writeln!(found, "{root}").unwrap();
        lines.iter().for_each(|line| {
            writeln!(found, "  {}", line.replace(&format!("{}/", top.display()), "")).unwrap()
        });
    }
    let path = fixture("terragrunt/estate/expected.txt");
    if blesses() {
        std::fs::write(&path, &found).unwrap();
    }
    assert_eq!(found, std::fs::read_to_string(&path).unwrap());
}

/// What the program says of each unit: rule, address and level, by the place of the unit. It runs in this directory with this path.
fn run(here: &Path, path: &str, top: &Path) -> BTreeMap<String, BTreeSet<[String; 3]>> {
    run_with(&[], here, path, top)
}

fn run_with(
    options: &[&str],
    here: &Path,
    path: &str,
    top: &Path,
) -> BTreeMap<String, BTreeSet<[String; 3]>> {
    let output = Command::new(env!("CARGO_BIN_EXE_buttress"))
        .args(["check", "--format", "json", path])
        .args(options)
        .current_dir(here)
        .output()
        .unwrap();
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    let place = |path: &serde_json::Value| {
        let path = clean(&here.join(text(path)));
        let path = path.strip_prefix(folder_of_link(here)).map_or(path.clone(), |rest| top.join(rest));
        path.strip_prefix(top).unwrap_or(&path).display().to_string()
    };
    let mut said: BTreeMap<String, BTreeSet<[String; 3]>> = BTreeMap::new();
    for root in report["roots"].as_array().unwrap() {
        said.entry(place(&root["path"])).or_default();
    }
    for finding in report["findings"].as_array().unwrap() {
        let what = [&finding["rule"], &finding["address"], &finding["level"]].map(text);
        said.entry(place(&finding["root"])).or_default().insert(what);
    }
    said
}

/// A link to the estate, in a directory that holds nothing else.
fn folder_of_link(here: &Path) -> PathBuf {
    here.join("link")
}

#[test]
fn nothing_hangs_on_how_the_estate_is_named() {
    let folder = Folder::new("terragrunt");
    let top = estate(&folder, "shop");
    let whole = run(&top, ".", &top);
    assert_eq!(whole.len(), 12);
    assert_eq!(run(folder.top(), "shop", &top), whole, "from above");
    assert_eq!(run(folder.top(), &top.to_string_lossy(), &top), whole, "absolute");
    let below = estate(&folder, "home/dev/shop");
    assert_eq!(run(&below, ".", &below), whole, "below a directory called dev");
    // Alone, a unit does not see the alarms of the next one.
    let run = |here: &Path, path: &str, top: &Path| run_with(&["--no-join"], here, path, top);
    let whole = run(&top, ".", &top);
    for unit in ["live/prod/workers", "live/staging/alarms", "live/prod/queues"] {
        let only = BTreeMap::from([(unit.to_owned(), whole[unit].clone())]);
        assert_eq!(run(&top.join(unit), ".", &top), only, "{unit} from inside");
        assert_eq!(run(&top, unit, &top), only, "{unit} from the top");
        assert_eq!(run(folder.top(), &format!("shop/{unit}"), &top), only, "{unit} from above");
    }
    #[cfg(unix)]
    {
        folder.write("links/readme.txt", "");
        let links = folder.path("links");
        std::os::unix::fs::symlink(&top, links.join("link")).unwrap();
        assert_eq!(run(&links, "link", &top), whole, "through a link");
    }
}

/// The codes of the problems of a repository.
fn codes(folder: &Folder) -> BTreeSet<String> {
    let report = verdicts::report(folder.top());
    report.problems().map(|problem| problem.id.to_string()).collect()
}

#[test]
fn files_that_read_each_other_many_times_end_at_the_budget() {
    let mut folder = Folder::new("terragrunt").file(".git/HEAD", "").file("app/main.tf", "");
    for level in 0..30 {
        let next = format!("read_terragrunt_config(\"../{}/x.hcl\", {{ locals = {{}} }})", level + 1);
        let text = format!("locals {{\n  a = {next}\n  b = {next}\n  c = {next}\n}}\n");
        folder = folder.file(&format!("{level}/x.hcl"), &text);
    }
    let unit = "locals {\n  a = read_terragrunt_config(\"../0/x.hcl\")\n}\ninputs = { a = 1 }\n";
    let found = codes(&folder.file("app/terragrunt.hcl", unit));
    assert!(found.iter().any(|code| code.starts_with("limit/")), "{found:?}");
}

#[test]
fn stacks_that_expand_to_more_than_anybody_has_end_at_the_budget() {
    let mut folder = Folder::new("terragrunt").file(".git/HEAD", "");
    for level in 0..12 {
        let stacks: String = (0..10)
            .map(|at| {
                let source = format!("${{get_repo_root()}}/s{}", level + 1);
                format!("stack \"s{at}\" {{\n  source = \"{source}\"\n  path   = \"p{at}\"\n}}\n")
            })
            .collect();
        folder = folder.file(&format!("s{level}/terragrunt.stack.hcl"), &stacks);
    }
    let folder = folder.file("s12/terragrunt.stack.hcl", "");
    let found = codes(&folder);
    assert!(found.iter().any(|code| code.starts_with("limit/")), "{found:?}");
    // More units than there may be, although all of them go to one place.
    let units: String = (0..10_001)
        .map(|at| format!("unit \"u{at}\" {{\n  source = \"../u\"\n  path   = \"u\"\n}}\n"))
        .collect();
    let many = Folder::new("terragrunt").file(".git/HEAD", "").file("u/terragrunt.hcl", "skip = true\n");
    assert!(codes(&many.file("live/terragrunt.stack.hcl", &units)).contains("terragrunt/stack"));
}

/// The problems of a unit with this configuration, in a repository beside a directory with files of Terragrunt; whatever is said, nothing
/// there is read.
#[cfg(unix)]
fn problems_of_unit(unit: &str, make: impl FnOnce(&Folder, &Folder)) -> Vec<String> {
    let outside = Folder::new("terragrunt-outside")
        .file("terragrunt.hcl", "inputs = { secret = \"b7f3\" }\n")
        .file("x.tfvars", "secret = \"b7f3\"\n")
        .file("main.tf", "output \"secret\" {\n  value = \"b7f3\"\n}\n");
    let folder = Folder::new("terragrunt")
        .file(".git/HEAD", "")
        .file("a/main.tf", "variable \"secret\" {\n  default = \"\"\n}\n")
        .file("a/terragrunt.hcl", &unit.replace("OUTSIDE", &outside.top().to_string_lossy()))
        .file("b/terragrunt.hcl", "")
        .file("b/main.tf", "");
    std::os::unix::fs::symlink(outside.top(), folder.path("link")).unwrap();
    make(&folder, &outside);
    let report = verdicts::report(folder.top());
    assert!(report.sources.iter().all(|(_, file)| !file.text.contains("b7f3")), "{unit}");
    assert!(report.is_incomplete(), "{unit}");
    let message = |text: &str| {
        text.replace(&*folder.top().to_string_lossy(), "")
            .replace(&*outside.top().to_string_lossy(), "OUTSIDE")
    };
    report.problems().map(|problem| format!("{}: {}", problem.id, message(&problem.message))).collect()
}

#[cfg(unix)]
#[test]
fn what_a_unit_names_outside_is_told_and_not_read() {
    for (unit, named) in [
        ("dependency \"d\" {\n  config_path = \"../link\"\n}\n", "dependency \"d\""),
        ("dependency \"d\" {\n  config_path = \"../../..\"\n}\n", "dependency \"d\""),
        (
            "locals {\n  c = read_terragrunt_config(\"../link/terragrunt.hcl\")\n}\ninputs = local.c.inputs\n",
            "terragrunt.hcl",
        ),
        (
            "locals {\n  c = read_terragrunt_config(\"../link/terragrunt.hcl\", { inputs = {} })\n}\ninputs = local.c.inputs\n",
            "terragrunt.hcl",
        ),
        (
            "locals {\n  c = read_terragrunt_config(\"OUTSIDE/terragrunt.hcl\")\n}\ninputs = local.c.inputs\n",
            "terragrunt.hcl",
        ),
        ("include \"x\" {\n  path = \"../link/terragrunt.hcl\"\n}\n", "terragrunt.hcl"),
        ("include \"x\" {\n  path = \"OUTSIDE/terragrunt.hcl\"\n}\n", "terragrunt.hcl"),
        (
            "terraform {\n  extra_arguments \"x\" {\n    commands = [\"plan\"]\n    required_var_files = [\"../link/x.tfvars\"]\n  }\n}\n",
            "x.tfvars",
        ),
        (
            "terraform {\n  extra_arguments \"x\" {\n    commands = [\"plan\"]\n    optional_var_files = [\"../link/x.tfvars\"]\n  }\n}\n",
            "x.tfvars",
        ),
        (
            "terraform {\n  extra_arguments \"x\" {\n    commands = [\"plan\"]\n    optional_var_files = [\"OUTSIDE/x.tfvars\"]\n  }\n}\n",
            "x.tfvars",
        ),
    ] {
        let said = problems_of_unit(unit, |_, _| {});
        let is_told = |problem: &String| problem.starts_with("source/outside") && problem.contains(named);
        assert!(said.iter().any(is_told), "{unit}{said:#?}");
        assert!(said.iter().all(|problem| !problem.contains("does not exist")), "{unit}{said:#?}");
    }
}

#[cfg(unix)]
#[test]
fn a_file_of_a_unit_that_is_none_is_told() {
    let replaced = |by: fn(&Path, &Folder)| {
        problems_of_unit("", |folder, outside| {
            std::fs::remove_file(folder.path("b/terragrunt.hcl")).unwrap();
            by(&folder.path("b/terragrunt.hcl"), outside);
        })
    };
    let outside = replaced(|path, outside| {
        std::os::unix::fs::symlink(outside.path("terragrunt.hcl"), path).unwrap();
    });
    assert!(outside.iter().any(|said| said.starts_with("source/outside")), "{outside:?}");
    let dangling = replaced(|path, _| std::os::unix::fs::symlink("nowhere", path).unwrap());
    assert!(dangling.iter().any(|said| said.starts_with("source/missing")), "{dangling:?}");
    let pipe = replaced(|path, _| {
        assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
    });
    assert!(pipe.iter().any(|said| said.starts_with("source/special")), "{pipe:?}");
}

#[cfg(unix)]
#[test]
fn links_out_of_the_repository_are_not_followed() {
    let outside = Folder::new("terragrunt")
        .file("secret.hcl", "inputs = { secret = \"b7f3\" }\n")
        .file("m/main.tf", "");
    let folder = Folder::new("terragrunt")
        .file(".git/HEAD", "")
        .file("a/main.tf", "variable \"secret\" {}\n")
        .file("a/terragrunt.hcl", "include \"x\" {\n  path = \"../link.hcl\"\n}\n")
        .file("b/terragrunt.hcl", "terraform {\n  source = \"../modules\"\n}\n");
    std::os::unix::fs::symlink(outside.path("secret.hcl"), folder.path("link.hcl")).unwrap();
    std::os::unix::fs::symlink(outside.path("m"), folder.path("modules")).unwrap();
    let report = verdicts::report(folder.top());
    let found: BTreeSet<&str> = report.problems().map(|problem| problem.id.as_str()).collect();
    assert_eq!(found, BTreeSet::from(["source/outside"]));
    assert!(report.roots.iter().all(|root| !root.path.ends_with("b")));
    assert!(report.sources.iter().all(|(_, file)| !file.text.contains("b7f3")));
}

#[test]
fn a_parent_that_is_not_there_leaves_settings_unknown_and_resources_known() {
    let folder = Folder::new("terragrunt")
        .file(".git/HEAD", "")
        .file("live/prod/queue/terragrunt.hcl", "include \"root\" {\n  path = find_in_parent_folders(\"root.hcl\")\n}\nterraform {\n  source = \"../../../modules//queue\"\n}\n")
        .file("modules/queue/main.tf", "resource \"aws_sqs_queue\" \"q\" {\n  name = \"q-${var.env}\"\n}\n");
    let report = verdicts::report(folder.top());
    let problems: Vec<_> = report.problems().map(|problem| problem.id.as_str()).collect();
    assert_eq!(problems, ["terragrunt/parent-missing"]);
    let found: Vec<_> = report.findings().map(|entry| entry.what.id.as_str()).collect();
    assert_eq!(found, ["sqs-without-dead-letter"]);
    let unknown: BTreeSet<_> = report.unknown_verdicts().map(|entry| entry.what.rule.as_str()).collect();
    for rule in ["state-not-remote", "provider-version-unconstrained", "terraform-version-unconstrained"] {
        assert!(unknown.contains(rule), "{rule}");
    }
}

#[test]
fn a_unit_whose_state_nothing_keeps_is_found() {
    let folder = Folder::new("terragrunt")
        .file(".git/HEAD", "")
        .file("live/prod/queue/terragrunt.hcl", "terraform {\n  source = \"../../../modules//queue\"\n}\n")
        .file("modules/queue/main.tf", "resource \"aws_sqs_queue\" \"q\" {\n  name = \"q\"\n}\n");
    let is_found = |folder: &Folder| {
        let report = verdicts::report(folder.top());
        report.findings().any(|entry| entry.what.id == "state-not-remote")
    };
    assert!(is_found(&folder));
    let state = "remote_state {\n  backend  = \"s3\"\n  generate = { path = \"backend.tf\", if_exists = \"skip\" }\n  config   = { bucket = \"b\", key = \"k\" }\n}\n";
    let source = "terraform {\n  source = \"../../../modules//queue\"\n}\n";
    folder.write("live/prod/queue/terragrunt.hcl", &format!("{state}{source}"));
    assert!(!is_found(&folder));
}

#[test]
fn a_file_is_an_override_file_in_a_unit_as_elsewhere() {
    let queue = "resource \"aws_sqs_queue\" \"q\" {\n  name = \"q\"\n}\n";
    let folder = Folder::new("terragrunt")
        .file("terragrunt.hcl", "")
        .file("main.tf", queue)
        .file("of.one_override.tf", queue);
    assert_eq!(codes(&folder), BTreeSet::new());
}
