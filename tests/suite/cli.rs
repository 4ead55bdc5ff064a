//! The command line as users meet it. A case is a file in `fixtures/cli/`: arguments, exit code, what is printed. To add one,
//! write `args` and run `cargo bless`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Write;
use std::process::{Command, Stdio};

use flate2::Compression;
use flate2::write::GzEncoder;

use crate::support::entries;

#[test]
fn every_case_prints_what_its_file_says() {
    trycmd::TestCases::new()
        .register_bin("buttress", std::path::Path::new(env!("CARGO_BIN_EXE_buttress")))
        .env("COLUMNS", "100")
        .env("NO_COLOR", "1")
        // Output does not depend on the day on which the tests run.
        .env("BUTTRESS_TODAY", "2026-06-03")
        .case("fixtures/cli/*.toml")
        .insert_var("[PROGRAM]", concat!("buttress ", env!("CARGO_PKG_VERSION")))
        .unwrap()
        .insert_var("[TOOL]", concat!("\"version\": \"", env!("CARGO_PKG_VERSION"), "\""))
        .unwrap();
}

/// The arguments of every case, those of sessions in repositories included.
fn arguments_of_cases() -> Vec<Vec<String>> {
    let mut all = Vec::new();
    for path in entries("cli").into_iter().filter(|path| path.extension().is_some_and(|end| end == "toml")) {
        let text = fs::read_to_string(&path).unwrap();
        let line = text.lines().find_map(|line| line.strip_prefix("args = "));
        let line = line.unwrap_or_else(|| panic!("{} has its arguments on a line", path.display()));
        all.push(serde_json::from_str(line).unwrap());
    }
    for folder in entries("since") {
        let text = fs::read_to_string(folder.join("session.txt")).unwrap();
        let commands = text.lines().filter_map(|line| line.strip_prefix("$ buttress "));
        all.extend(commands.map(|command| command.split_whitespace().map(str::to_owned).collect()));
    }
    all
}

/// What clap knows of an option: commands that have the same one share its cases.
fn option_of(argument: &clap::Arg) -> Option<(String, String)> {
    let name = format!("--{}", argument.get_long()?);
    let values = argument.get_possible_values();
    let values: Vec<&str> = values.iter().map(clap::builder::PossibleValue::get_name).collect();
    let help = argument.get_help().map(ToString::to_string).unwrap_or_default();
    Some((name, format!("{help} {values:?}")))
}

#[test]
fn every_command_and_every_option_has_a_case() {
    let command = buttress::cli::command();
    let mut commands_with: BTreeMap<(String, String), BTreeSet<String>> = BTreeMap::new();
    let commands: Vec<&clap::Command> = command.get_subcommands().collect();
    for own in &commands {
        let arguments = own.get_arguments().chain(command.get_arguments());
        for option in arguments.filter(|argument| !argument.is_hide_set()).filter_map(option_of) {
            commands_with.entry(option).or_default().insert(own.get_name().to_owned());
        }
    }
    assert!(commands.len() > 8 && commands_with.len() > 40, "{} options", commands_with.len());
    let cases = arguments_of_cases();
    let has = |own: &str, option: Option<&str>| {
        cases.iter().filter(|case| case.iter().any(|word| word == own)).any(|case| {
            option.is_none_or(|option| case.iter().any(|word| word.split('=').next() == Some(option)))
        })
    };
    let mut missing: Vec<String> = Vec::new();
    for own in commands.iter().map(|own| own.get_name()) {
        missing.extend((!has(own, None)).then(|| own.to_owned()));
    }
    for ((option, _), owners) in &commands_with {
        if !owners.iter().any(|own| has(own, Some(option))) {
            missing.push(format!("{option} of {owners:?}"));
        }
    }
    assert!(missing.is_empty(), "there is no case in fixtures/cli/ for {missing:#?}");
}

#[test]
fn a_day_of_the_process_stands_in_for_the_clock() {
    let run = |day: &str, arguments: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_buttress"))
            .args([
                "check",
                "fixtures/stacks/eks_platform_fragile",
                "--no-config",
                "--advice",
                "--format",
                "concise",
            ])
            .args(["--select", "engine-support-*"])
            .args(arguments)
            .env("BUTTRESS_TODAY", day)
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .output()
            .unwrap();
        (
            output.status.code(),
            String::from_utf8(output.stdout).unwrap(),
            String::from_utf8(output.stderr).unwrap(),
        )
    };
    let (_, late, _) = run("2060-01-01", &[]);
    assert!(late.contains("engine-support-ended") && !late.contains("ends on"), "{late}");
    let (_, early, _) = run("2000-01-01", &[]);
    assert!(!early.contains("engine-support-"), "{early}");
    assert_eq!(run("2000-01-01", &["--today", "2060-01-01"]).1, late, "an option is more than a variable");
    let (code, out, error) = run("soon", &[]);
    let told = "error: `BUTTRESS_TODAY` is `soon`: give a day such as 2027-01-31\n";
    assert_eq!((code, out.as_str(), error.as_str()), (Some(2), "", told));
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_buttress"))
        .args(["check", "fixtures/stacks/three_tier_robust", "--format", "json"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(output.status.code().is_some_and(|code| code < 2), "{:?}", output.status);
}

#[test]
fn colours_are_for_terminals_and_for_those_who_ask() {
    let run = |arguments: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_buttress"))
            .args(arguments)
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .output()
            .unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    let plain = run(&["check", "fixtures/readme"]);
    assert!(!plain.contains('\u{1b}'), "a pipe gets no colours");
    let coloured = run(&["--color", "always", "check", "fixtures/readme"]);
    assert!(coloured.contains("\u{1b}[31m"), "colours were asked for");
    assert_eq!(without_escapes(&coloured), plain, "colours change nothing else");
}

#[test]
fn a_plan_on_standard_input_may_be_compressed_or_utf_16() {
    let run = |bytes: &[u8]| {
        let mut child = Command::new(env!("CARGO_BIN_EXE_buttress"))
            .args(["check", "-", "--format", "json"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(bytes).unwrap();
        let output = child.wait_with_output().unwrap();
        (output.status.code(), String::from_utf8(output.stdout).unwrap())
    };
    let plan = include_str!("../../fixtures/cli/plan_on_stdin.stdin");
    let expected = run(plan.as_bytes());
    assert_eq!(expected.0, Some(1), "{}", expected.1);
    let wide: Vec<u8> =
        std::iter::once(0xfeff).chain(plan.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(plan.as_bytes()).unwrap();
    assert_eq!(run(&wide), expected);
    assert_eq!(run(&encoder.finish().unwrap()), expected);
}

fn without_escapes(text: &str) -> String {
    let mut parts = text.split('\u{1b}');
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        plain.push_str(part.split_once('m').map_or("", |(_, rest)| rest));
    }
    plain
}
