//! The command line as users meet it. A case is a file in `fixtures/cli/`: arguments, exit code, what is printed. To add one,
//! write `args` and run `cargo bless`.

use std::io::Write;
use std::process::{Command, Stdio};

use flate2::Compression;
use flate2::write::GzEncoder;

#[test]
fn every_case_prints_what_its_file_says() {
    trycmd::TestCases::new()
        .register_bin("buttress", std::path::Path::new(env!("CARGO_BIN_EXE_buttress")))
        .env("COLUMNS", "100")
        .env("NO_COLOR", "1")
        .case("fixtures/cli/*.toml")
        .insert_var("[PROGRAM]", concat!("buttress ", env!("CARGO_PKG_VERSION")))
        .unwrap()
        .insert_var("[TOOL]", concat!("\"version\": \"", env!("CARGO_PKG_VERSION"), "\""))
        .unwrap();
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
