//! Canaries: secrets planted wherever one may stand, and searched for in every output of every format.

use std::path::Path;
use std::process::Command;

use buttress::eval::functions::{self, Function, Takes};
use buttress::render::report::Format;
use clap::ValueEnum;

use crate::support::folder::Folder;

const CANARY: &str = "CANARY";

/// A folder with some files.
fn folder(name: &str, files: &[(&str, &str)]) -> Folder {
    files.iter().fold(Folder::new(&format!("secrets-{name}")), |folder, (path, text)| folder.file(path, text))
}

/// Everything that the program prints in a format, on both streams.
fn printed(folder: &Folder, arguments: &[&str], format: &str, environment: &[(&str, &str)]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_buttress"))
        .arg("check")
        .args(arguments)
        .args(["--format", format])
        .current_dir(folder.top())
        .env_clear()
        .envs(environment.iter().copied())
        .output()
        .unwrap();
    assert!(output.status.code().is_some_and(|code| code <= 2), "{arguments:?}: {:?}", output.status);
    [output.stdout, output.stderr].map(|text| String::from_utf8(text).unwrap()).concat()
}

/// Fails if any format shows the canary.
fn expect_no_canary(folder: &Folder, arguments: &[&str], environment: &[(&str, &str)]) {
    for format in Format::value_variants() {
        let name = format.to_possible_value().unwrap().get_name().to_owned();
        let text = printed(folder, arguments, &name, environment);
        let line = text.lines().find(|line| line.contains(CANARY));
        assert_eq!(line, None, "{arguments:?} as {name}");
        assert!(!text.trim().is_empty(), "{arguments:?} as {name} says something");
    }
}

/// Something of the type that a parameter takes.
fn plausible(takes: Takes) -> &'static str {
    match takes {
        Takes::Any | Takes::String => "\"1\"",
        Takes::Number => "1",
        Takes::List | Takes::Strings | Takes::Set => "[\"1\"]",
        Takes::Booleans => "[true]",
        Takes::StringsByKey => "{ a = [\"1\"] }",
    }
}

/// Calls with the secret as one of the arguments, in several shapes.
fn calls(function: &Function) -> Vec<String> {
    let mut takes: Vec<Takes> = function.parameters.iter().map(|parameter| parameter.takes).collect();
    takes.extend(function.variadic.iter().map(|parameter| parameter.takes));
    let mut calls = Vec::new();
    for secret in 0..takes.len() {
        for shape in [
            "var.s",
            "[var.s]",
            "{ (var.s) = 1 }",
            "{ a = var.s }",
            "\"$${${var.s}}\"",
            "\"../${var.s}/x\"",
            "var.n",
        ] {
            let arguments: Vec<&str> = takes
                .iter()
                .enumerate()
                .map(|(at, takes)| if at == secret { shape } else { plausible(*takes) })
                .collect();
            calls.push(format!("{}({})", function.name, arguments.join(", ")));
        }
    }
    calls
}

/// The value is given by the environment: no line of source that is quoted spells it out. Wherever a function fails, or does not know its
/// result, a rule or the run has something to say about it.
#[test]
fn no_function_tells_a_secret_that_it_is_given() {
    let mut text = String::from(
        "variable \"s\" {\n  sensitive = true\n}\nvariable \"n\" {\n  type = number\n  sensitive = true\n}\n",
    );
    let mut count = 0;
    for (number, call) in functions::all().flat_map(calls).enumerate() {
        // A count must be known, a standby is asked for by a rule.
        let argument = if number % 2 == 0 { "count" } else { "multi_az" };
        text.push_str(&format!(
            "resource \"aws_db_instance\" \"r{number}\" {{\n  engine = \"postgres\"\n  {argument} = {call}\n}}\n"
        ));
        count += 1;
    }
    assert!(count > 1_000, "{count}");
    let folder = folder("functions", &[("main.tf", &text)]);
    let secret = format!("/{CANARY}/x");
    expect_no_canary(
        &folder,
        &[".", "--env-vars"],
        &[("TF_VAR_s", secret.as_str()), ("TF_VAR_n", "CANARY is no number")],
    );
}

/// Ephemeral values are secrets although nobody marks them.
#[test]
fn an_ephemeral_value_is_told_to_nobody() {
    let text = "variable \"e\" {\n  ephemeral = true\n}\nresource \"aws_db_instance\" \"a\" {\n  count = tonumber(var.e)\n}\n";
    let folder = folder("ephemeral", &[("main.tf", text)]);
    expect_no_canary(&folder, &[".", "--env-vars"], &[("TF_VAR_e", CANARY)]);
}

/// What is given on the command line may be a secret, even if it cannot be used.
#[test]
fn values_on_the_command_line_are_quoted_nowhere() {
    let text = "variable \"o\" {\n  type = object({ a = string })\n}\nvariable \"n\" {\n  type = number\n}\n\
                resource \"aws_db_instance\" \"a\" {\n  count = var.n\n  multi_az = var.o.a\n}\n";
    let folder = folder("command-line", &[("main.tf", text)]);
    for value in ["o={a=CANARY}", "o=[CANARY", "o={a=CANARY()}", "n=CANARY", "CANARYNOEQ", "=CANARY"] {
        expect_no_canary(&folder, &[".", "--var", value], &[]);
    }
}

/// A line of a values file is quoted where it decides; its neighbours, and what is sensitive, are not.
#[test]
fn values_files_keep_their_secrets() {
    let text = "variable \"standby\" {\n  type = bool\n}\nvariable \"password\" {\n  sensitive = true\n}\n\
                resource \"aws_db_instance\" \"a\" {\n  engine = \"postgres\"\n  multi_az = var.standby\n  password = var.password\n}\n\
                resource \"aws_db_instance\" \"b\" {\n  count = var.password\n  engine = \"postgres\"\n}\n";
    let values = "password = \"CANARY\"\nstandby  = false\ntoken = \"CANARY\"\n";
    let folder = folder("values", &[("main.tf", text), ("terraform.tfvars", values)]);
    expect_no_canary(&folder, &["."], &[]);
}

/// Marks of a plan or state in every form: on a value, on a part, on the whole, and one that nobody understands.
#[test]
fn what_a_plan_marks_in_any_way_is_told_to_nobody() {
    let plan = |marks: &str, values: &str| {
        format!(
            r#"{{"format_version": "1.2", "planned_values": {{"root_module": {{"resources": [{{"address": "aws_appautoscaling_target.x",
            "mode": "managed", "type": "aws_appautoscaling_target", "name": "x", "values": {values}, "sensitive_values": {marks}}}]}}}},
            "resource_changes": [{{"address": "aws_appautoscaling_target.x", "mode": "managed", "type": "aws_appautoscaling_target",
            "name": "x", "change": {{"actions": ["create"], "before": null, "after": {values}, "after_unknown": {{}},
            "before_sensitive": false, "after_sensitive": {marks}}}}}], "configuration": {{"root_module": {{"resources": []}}}}}}"#
        )
    };
    let values = r#"{"min_capacity": "CANARY", "max_capacity": "CANARY", "resource_id": "CANARY"}"#;
    for marks in [
        "true",
        "\"yes\"",
        "1",
        r#"{"min_capacity": true, "max_capacity": true, "resource_id": true}"#,
        r#"{"min_capacity": "x", "max_capacity": 1, "resource_id": true}"#,
    ] {
        let folder = folder("plan", &[("plan.json", &plan(marks, values))]);
        for more in [&["plan.json"][..], &["plan.json", "--regressions"], &["plan.json", "--only-changed"]] {
            expect_no_canary(&folder, more, &[]);
        }
    }
    let shown = folder("plan-shown", &[("plan.json", &plan("{}", values))]);
    assert!(printed(&shown, &["plan.json"], "human", &[]).contains(CANARY), "unmarked values are shown");
}

#[test]
fn a_part_of_a_plan_says_what_it_lacks() {
    let text = r#"{"planned_values": {"root_module": {}}, "resource_changes": []}"#;
    let folder = folder("no-version", &[("plan.json", text)]);
    let printed = printed(&folder, &[Path::new("plan.json").to_str().unwrap()], "human", &[]);
    assert!(printed.contains("no `format_version`"), "{printed}");
}
