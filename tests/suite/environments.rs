//! Environments: which ones a root module has, how that is known, and where findings hold. `fixtures/environments/*.txt` has a small
//! repository in each case; `--- run` has options of `check`, and behind `--- expect` stands what comes of it.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use buttress::report::{ListedVariant, Report};
use buttress::settings::{AskedEnvironment, Assigned, Settings, ValueSources, workspace_name};

use crate::support::scenarios;
use crate::support::verdicts::SESSION;

/// The settings of a line of options. Paths start at the top of the repository.
fn settings(options: &str, top: &Path) -> Settings {
    let mut values = ValueSources::default();
    let words: Vec<&str> = options.split_whitespace().collect();
    for pair in words.chunks(2) {
        let [option, value] = pair else { panic!("an option without a value: {options}") };
        match *option {
            "--workspace" => values.workspace = Some(workspace_name(value).unwrap()),
            "--environment" => {
                let mut own = AskedEnvironment::parse(value).unwrap();
                // A path that leads nowhere from here is looked for in each root module.
                let from_top = |file: &PathBuf| Some(top.join(file)).filter(|path| path.exists());
                own.files =
                    own.files.iter().map(|file| from_top(file).unwrap_or_else(|| file.clone())).collect();
                values.environments.push(own);
            }
            "--env-file" => values.environments.push(AskedEnvironment::of_file(top.join(value))),
            "--var-file" => values.files.push(top.join(value)),
            "--var" => {
                let (name, text) = value.split_once('=').unwrap();
                let (name, text) = (name.to_owned(), text.to_owned());
                values.assigned.push(Assigned { name, text, after: usize::MAX });
            }
            _ => panic!("no such option here: {option}"),
        }
    }
    Settings { paths: vec![top.to_owned()], values, ..Settings::default() }
}

fn variant(variant: &ListedVariant) -> String {
    let name = variant.environment.as_deref().unwrap_or("none");
    let production = match (variant.is_production, variant.is_told) {
        (true, true) => "production",
        (true, false) => "taken for production",
        (false, _) => "not production",
    };
    let workspace = variant.workspace.as_ref().map(|name| format!(", workspace {name}")).unwrap_or_default();
    let reason = if variant.reason.is_empty() { String::new() } else { format!(": {}", variant.reason) };
    format!("{name} ({production}{workspace}){reason}")
}

/// What comes of a case.
fn told(report: &Report, top: &Path) -> String {
    let mut out = String::new();
    for directory in report.directories.iter().filter(|directory| !directory.variants.is_empty()) {
        let place = directory.path.strip_prefix(top).unwrap_or(&directory.path).display().to_string();
        writeln!(out, "{}", if place.is_empty() { "." } else { &place }).unwrap();
        directory.variants.iter().for_each(|own| writeln!(out, "  {}", variant(own)).unwrap());
    }
    for entry in report.findings().filter(|entry| is_watched(&entry.what.id)) {
        let environments = report.environments(entry).join(", ");
        let (severity, rule) = (entry.what.severity.name(), &entry.what.id);
        writeln!(out, "{severity} {rule} {} in {environments}", entry.what.address).unwrap();
    }
    for entry in report.unknown_verdicts().filter(|entry| entry.what.rules().any(|rule| is_watched(rule))) {
        writeln!(out, "unknown {} {}: {}", entry.what.rule, entry.what.address, entry.what.cause).unwrap();
    }
    for problem in report.problems() {
        let help = problem.help.as_deref().unwrap_or_default();
        writeln!(out, "{} {}: {} ({help})", problem.severity.name(), problem.id, problem.message).unwrap();
    }
    out.replace(&format!("{}/", top.display()), "").replace(&top.display().to_string(), ".")
}

/// Whether cases are about a rule.
fn is_watched(rule: &str) -> bool {
    rule == "rds-single-az" || rule.starts_with("environment-")
}

#[test]
fn environments_are_found_and_named() {
    scenarios::hold("environments", "expect", |scenario| {
        let folder = scenario.folder("environments", &["run", "expect"]);
        told(&SESSION.check(&settings(scenario.part("run"), folder.top())), folder.top())
    });
}

#[test]
fn environments_are_read_as_they_are_written() {
    let read = |text: &str| match AskedEnvironment::parse(text) {
        Ok(AskedEnvironment { name, files, workspace }) => {
            format!("{} {files:?} {workspace:?}", name.unwrap_or_default())
        }
        Err(wrong) => wrong,
    };
    let texts = [
        "prod",
        "prod=a.tfvars",
        "prod=a.tfvars, b.tfvars,workspace=live",
        "prod=workspace=live",
        "=a.tfvars",
        "prod=",
        "prod=a.tfvars,,b.tfvars",
        "prod=workspace=a,workspace=b",
        "prod=workspace=a/b",
        "prod=workspace=",
    ];
    let all: Vec<String> = texts.iter().map(|text| format!("{text} -> {}", read(text))).collect();
    insta::assert_snapshot!(all.join("\n"), @r#"
    prod -> prod [] None
    prod=a.tfvars -> prod ["a.tfvars"] None
    prod=a.tfvars, b.tfvars,workspace=live -> prod ["a.tfvars", "b.tfvars"] Some("live")
    prod=workspace=live -> prod [] Some("live")
    =a.tfvars -> write it as NAME=FILE[,FILE…][,workspace=W]
    prod= -> a file of `prod` has no name
    prod=a.tfvars,,b.tfvars -> a file of `prod` has no name
    prod=workspace=a,workspace=b -> `prod` has two workspaces
    prod=workspace=a/b -> the name of a workspace cannot contain '/': Terraform allows letters, digits and `-_.~$&+=:@`
    prod=workspace= -> the name of a workspace cannot be empty
    "#);
}

/// What Terraform 1.11 takes for `terraform workspace new`, and what it refuses.
#[test]
fn workspaces_have_the_names_that_terraform_allows() {
    for name in ["a~b", "a@b:c", "a$&+=b", "..", "prod-eu_1.2"] {
        assert!(workspace_name(name).is_ok(), "{name}");
    }
    for name in ["a b", "a/b", "a,b", "a;b", "é", "a'b", "a!b", "a*b", "a(b", ""] {
        assert!(workspace_name(name).is_err(), "{name}");
    }
}
