//! The GitHub action, run in a workspace that a stranger wrote. Stand-ins for `curl` and `gh` note what they are asked, serve a release
//! and keep comments; the program of the release is the one under test.

#![cfg(unix)]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use buttress::budget::Meter;
use buttress::eval::functions::find;
use buttress::eval::{Host, NoFiles};
use buttress::value::Value;
use buttress::value::equality::NoIdentities;

use crate::support::{fixture, read, repository};

/// Notes a call: its arguments, its directory, and the files of strangers that a build tool would obey there.
const NOTE: &str = r#"#!/bin/bash
{
    printf 'call %s' "${0##*/}"; printf ' [%s]' "$@"; printf '\n'
    printf 'in %s\n' "$PWD"
} >>"$LOG"
"#;

/// `curl`: serves the files of a folder by the last part of the address.
const CURL: &str = r#"
while [ "$#" -gt 1 ]; do
    if [ "$1" = --output ]; then out="$2"; fi
    shift
done
cp "$RELEASE/${1##*/}" "$out"
"#;

/// `gh api`: comments are files, `ID.author.association`; what is sent to code scanning is a file as well.
const GH: &str = r#"
if [ -e "$HUB/refuses" ]; then echo "HTTP 403" >&2; exit 1; fi
method=GET
for argument in "$@"; do
    case "$argument" in
        POST | PATCH) method="$argument" ;;
        repos/*) path="$argument" ;;
        body=@*) body="${argument#body=@}" ;;
        *startswith*) mark="${argument#*startswith(\"}"; mark="${mark%%\"*}" ;;
        sarif=@*) base64 -d "${argument#sarif=@}" | gunzip >"$HUB/sarif" ;;
    esac
done
case "$method $path" in
    "GET repos/o/r/issues/7/comments?per_page=100")
        for file in "$HUB"/*.Bot.* "$HUB"/*.User.*; do
            if [ ! -e "$file" ]; then continue; fi
            IFS=. read -r id type association <<<"${file##*/}"
            if [[ "$(head -n 1 "$file")" != "$mark"* ]]; then continue; fi
            case "$type $association" in Bot* | *OWNER | *MEMBER | *COLLABORATOR) echo "$id" ;; esac
        done ;;
    "POST repos/o/r/issues/7/comments") cp "$body" "$HUB/$((100 + $(ls "$HUB" | wc -l))).Bot.NONE" ;;
    "PATCH repos/o/r/issues/comments/"*) cp "$body" "$HUB/${path##*/}.Bot.NONE" ;;
    "POST repos/o/r/code-scanning/sarifs") ;;
    *) echo "unexpected: $method $path" >&2; exit 1 ;;
esac
"#;

const BAD: &str = "resource \"aws_sqs_queue\" \"orders\" {\n  name = \"orders\"\n}\n";
const ARCHIVE: &str = "buttress-v0.1.0-x86_64-unknown-linux-musl.tar.gz";

/// One step of the action.
struct Step {
    script: String,
    /// Name and value of its variables, as they are written.
    env: Vec<(String, String)>,
}

fn field<'v>(value: &'v Value, name: &str) -> Option<&'v Value> {
    value.as_entries()?.get(name)
}

fn text(value: Option<&Value>) -> String {
    value.and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// The steps of the action, and its inputs with their defaults.
fn action() -> (Vec<Step>, Vec<(String, String)>) {
    let environment = Host { files: &NoFiles, identities: &NoIdentities, meter: &Meter::unlimited() };
    let action =
        find("yamldecode").unwrap().call(&environment, &[read("action.yml").as_str().into()]).unwrap();
    let steps =
        field(&action, "runs").and_then(|runs| field(runs, "steps")).and_then(Value::as_sequence).unwrap();
    let inputs = field(&action, "inputs").and_then(Value::as_entries).unwrap();
    let defaults = inputs.items.iter().map(|(name, input)| (name.to_string(), text(field(input, "default"))));
    (steps.items.iter().map(step).collect(), defaults.collect())
}

fn step(step: &Value) -> Step {
    assert_eq!(text(field(step, "shell")), "bash");
    let env = field(step, "env").and_then(Value::as_entries);
    let pairs = env.iter().flat_map(|env| &env.items);
    Step {
        script: text(field(step, "run")),
        env: pairs.map(|(name, value)| (name.to_string(), text(Some(value)))).collect(),
    }
}

/// A runner with a release, a hub that keeps comments, and a workspace that a stranger wrote. Gone when dropped.
struct Runner(PathBuf);

impl Runner {
    fn new(name: &str) -> Self {
        let top = std::env::temp_dir().join(format!("buttress-action-{name}-{}", std::process::id()));
        fs::create_dir_all(&top).unwrap();
        let runner = Self(top.canonicalize().unwrap());
        for folder in ["workspace/.cargo", "workspace/infra", "release", "temp", "bin", "hub"] {
            fs::create_dir_all(runner.0.join(folder)).unwrap();
        }
        runner.write("workspace/rust-toolchain.toml", "[toolchain]\npath = \"tc\"\n");
        runner.write("workspace/.cargo/config.toml", "[build]\nrustc-wrapper = \"./wrapper\"\n");
        runner.write("workspace/.curlrc", "output = pwned\n");
        runner.write("workspace/infra/main.tf", BAD);
        for (tool, does) in
            [("curl", CURL), ("gh", GH), ("cargo", ""), ("rustup", ""), ("rustc", ""), ("buttress", "")]
        {
            runner.program(&format!("bin/{tool}"), &format!("{NOTE}{does}"));
        }
        runner.release(&format!("{NOTE}exec {} \"$@\"\n", env!("CARGO_BIN_EXE_buttress")));
        runner
    }

    fn write(&self, path: &str, text: &str) {
        fs::write(self.0.join(path), text).unwrap();
    }

    fn program(&self, path: &str, text: &str) {
        self.write(path, text);
        fs::set_permissions(self.0.join(path), fs::Permissions::from_mode(0o755)).unwrap();
    }

    /// Publishes a program as the release, with its checksum.
    fn release(&self, program: &str) {
        self.program("release/buttress", program);
        let packed = Command::new("bash")
            .args(["-c", "tar -czf \"$0\" buttress && sha256sum \"$0\" >\"$0.sha256\"", ARCHIVE])
            .current_dir(self.0.join("release"))
            .status();
        assert!(packed.unwrap().success());
    }

    fn workspace(&self) -> PathBuf {
        self.0.join("workspace")
    }

    fn read(&self, path: &str) -> String {
        fs::read_to_string(self.0.join(path)).unwrap_or_default()
    }

    /// Runs the action as the runner of GitHub does, until a step fails. `given` are inputs, and facts of the event.
    fn run(&self, given: &[(&str, &str)]) -> Output {
        let (steps, defaults) = action();
        let facts = [("github.action_repository", "owner/buttress"), ("github.token", "t0ken")];
        let value = |written: &str| -> String {
            let Some(name) = written.strip_prefix("${{ ").and_then(|rest| rest.strip_suffix(" }}")) else {
                return written.to_owned();
            };
            let input = name.strip_prefix("inputs.");
            let known = given.iter().chain(&facts).find(|(own, _)| *own == input.unwrap_or(name));
            let default =
                || defaults.iter().find(|(own, _)| input == Some(own)).map(|(_, value)| value.as_str());
            known.map(|(_, value)| *value).or_else(default).unwrap_or_default().to_owned()
        };
        let mut last = None;
        for step in &steps {
            let mut command = Command::new("bash");
            command.args(["--noprofile", "--norc", "-eo", "pipefail", "-c", &step.script]);
            command.current_dir(self.workspace()).stdin(Stdio::null()).env_clear();
            command.env("PATH", format!("{}:/usr/bin:/bin", self.0.join("bin").display()));
            command.env("HOME", self.workspace()).env("LOG", self.0.join("log"));
            command.env("RELEASE", self.0.join("release")).env("HUB", self.0.join("hub"));
            command.env("GITHUB_ACTION_PATH", repository()).env("RUNNER_TEMP", self.0.join("temp"));
            command.env("GITHUB_WORKSPACE", self.workspace()).env("GITHUB_REPOSITORY", "o/r");
            command.env("GITHUB_SERVER_URL", "https://hub.example").env("GITHUB_SHA", "c0ffee");
            command.env("GITHUB_REF", "refs/pull/7/merge");
            command
                .env("GITHUB_STEP_SUMMARY", self.0.join("summary"))
                .env("GITHUB_OUTPUT", self.0.join("output"));
            for (name, fact) in [("RUNNER_OS", "Linux"), ("RUNNER_ARCH", "X64")] {
                let told = given.iter().find(|(own, _)| *own == name).map_or(fact, |(_, value)| *value);
                command.env(name, told);
            }
            for (name, written) in &step.env {
                command.env(name, value(&value(written)));
            }
            let output = command.output().unwrap();
            let goes_on = output.status.success();
            last = Some(output);
            if !goes_on {
                break;
            }
        }
        last.unwrap()
    }

    /// The calls that stand-ins have noted.
    fn calls(&self) -> Vec<String> {
        self.read("log").split("call ").skip(1).map(str::to_owned).collect()
    }

    /// The comments of the pull request: the name of each and its text.
    fn comments(&self) -> Vec<(String, String)> {
        let files = fs::read_dir(self.0.join("hub"))
            .unwrap()
            .flatten()
            .map(|entry| entry.file_name().into_string().unwrap());
        let mut names: Vec<String> = files.filter(|name| name.contains('.')).collect();
        names.sort();
        names.into_iter().map(|name| (name.clone(), self.read(&format!("hub/{name}")))).collect()
    }
}

impl Drop for Runner {
    fn drop(&mut self) {
        // Left behind, it does no harm.
        let _removed = fs::remove_dir_all(&self.0);
    }
}

fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

const PULL_REQUEST: (&str, &str) = ("github.event.pull_request.number", "7");

#[test]
fn a_release_is_installed_and_nothing_in_the_workspace_is_obeyed() {
    let runner = Runner::new("install");
    let output = runner.run(&[("path", "infra")]);
    assert_eq!(output.status.code(), Some(1), "{}", stdout(&output));
    let calls = runner.calls();
    let names: Vec<&str> = calls.iter().map(|call| call.split(' ').next().unwrap()).collect();
    assert_eq!(
        names,
        ["curl", "curl", "buttress"],
        "no compiler, and the program of the release: {calls:#?}"
    );
    let workspace = runner.workspace().display().to_string();
    for call in &calls[..2] {
        assert!(!call.contains(&format!("in {workspace}")), "{call}");
        assert!(
            call.starts_with("curl [--disable] [--fail]") && call.contains("[--proto] [=https]"),
            "{call}"
        );
        assert!(call.contains("[https://hub.example/owner/buttress/releases/download/v0.1.0/"), "{call}");
    }
    assert!(calls[2].contains(&format!("in {workspace}")), "paths are those of the workspace");
}

#[test]
fn an_archive_with_another_checksum_is_not_run() {
    for given in
        [vec![], vec![("sha256", "0000000000000000000000000000000000000000000000000000000000000000")]]
    {
        let runner = Runner::new("checksum");
        if given.is_empty() {
            runner.write(&format!("release/{ARCHIVE}.sha256"), &format!("{} x\n", "1".repeat(64)));
        }
        let output = runner.run(&given);
        assert_eq!(output.status.code(), Some(2));
        assert!(
            stdout(&output).starts_with("::error title=buttress::the checksum of "),
            "{}",
            stdout(&output)
        );
        assert!(runner.calls().iter().all(|call| call.starts_with("curl ")));
        assert!(!runner.0.join("temp/buttress/bin/buttress").exists());
    }
}

#[test]
fn what_cannot_be_installed_says_what_to_do() {
    for (given, says) in [
        (("RUNNER_ARCH", "RISCV64"), "there is no binary for this runner: use one of"),
        (("version", "0.9.9"), "cannot be downloaded: check that the release 0.9.9 exists"),
        (("version", "0.1.0; touch pwned"), "the input `version` is not a version"),
        (("sha256", "$(touch pwned)"), "the input `sha256` is not a checksum"),
    ] {
        let runner = Runner::new("refused");
        let output = runner.run(&[given]);
        assert_eq!(output.status.code(), Some(2), "{given:?}");
        assert!(stdout(&output).contains(says), "{given:?}: {}", stdout(&output));
        assert!(runner.calls().iter().all(|call| call.starts_with("curl ")), "nothing else is tried");
        assert!(!runner.workspace().join("pwned").exists());
    }
}

#[test]
fn inputs_are_arguments_and_never_code() {
    for step in action().0 {
        assert!(!step.script.contains("${{"), "{}", step.script);
    }
    for script in ["packaging/github/install.sh", "packaging/github/check.sh"] {
        assert!(!read(script).contains("${{") && !read(script).contains("eval"), "{script}");
    }
    let runner = Runner::new("inputs");
    runner.release(NOTE);
    let given = [
        ("path", "--format $(touch pwned)"),
        ("fail-on", "never; touch pwned"),
        ("var-file", "a b`touch pwned`"),
        ("since", "$(touch pwned)"),
        ("source", "x\ny"),
    ];
    assert!(runner.run(&given).status.success());
    let calls = runner.calls();
    let check = calls.last().unwrap();
    let out = runner.0.join("temp/buttress");
    let expected = format!(
        "buttress [check] [--fail-on=never; touch pwned] [--output=github=-] [--output=sarif={0}/report.sarif] [--output=markdown={0}/report.md] \
         [--var-file=a b`touch pwned`] [--since=$(touch pwned)] [--source=x\ny] [--] [--format $(touch pwned)]\n",
        out.display()
    );
    assert!(check.starts_with(&expected), "{check}");
    assert!(!runner.workspace().join("pwned").exists());
}

#[test]
fn findings_are_annotations_and_a_summary_and_the_exit_code_is_that_of_the_check() {
    let runner = Runner::new("told");
    let output = runner.run(&[("path", "infra"), ("sarif", "true")]);
    assert_eq!(output.status.code(), Some(1));
    let shown = stdout(&output);
    assert!(shown.contains("::error file=infra/main.tf,line=1,"), "{shown}");
    assert!(
        runner.read("summary").contains("| error | `sqs-without-dead-letter` |"),
        "{}",
        runner.read("summary")
    );
    let sarif: serde_json::Value = serde_json::from_str(&runner.read("hub/sarif")).unwrap();
    assert_eq!(sarif["version"], "2.1.0");
    let upload = runner.calls().into_iter().find(|call| call.contains("code-scanning")).unwrap();
    assert!(upload.contains("[commit_sha=c0ffee] [-f] [ref=refs/pull/7/merge]"), "{upload}");
    assert!(!upload.contains(&format!("in {}", runner.workspace().display())), "{upload}");
    assert!(runner.read("output").starts_with("sarif="));
    assert_eq!(runner.run(&[("path", "infra"), ("fail-on", "never")]).status.code(), Some(0));
    assert_eq!(runner.run(&[("path", "nowhere")]).status.code(), Some(2));
    assert!(runner.comments().is_empty(), "there is no pull request");
}

#[test]
fn an_input_that_the_check_refuses_is_an_annotation() {
    let runner = Runner::new("refused");
    let given = [("path", "infra"), ("fail-on", "errors%0A::stop-commands::x\n::warning::x"), PULL_REQUEST];
    // A report of an earlier step is not this one's.
    runner.run(&[("path", "infra")]);
    let output = runner.run(&given);
    assert_eq!(output.status.code(), Some(2));
    let shown = stdout(&output);
    let commands: Vec<&str> = shown.lines().filter(|line| line.starts_with("::")).collect();
    let [told] = commands.as_slice() else { panic!("{shown}") };
    assert!(told.starts_with("::error title=buttress::nothing was checked"), "{shown}");
    assert!(runner.comments().is_empty(), "{shown}");
}

#[test]
fn there_is_one_comment_and_later_runs_edit_it() {
    let runner = Runner::new("comment");
    let given = [("path", "infra"), PULL_REQUEST];
    runner.run(&given);
    let first = runner.comments();
    assert_eq!(first.len(), 1, "{first:?}");
    assert!(
        first[0].1.starts_with("<!-- buttress action ") && first[0].1.contains("sqs-without-dead-letter")
    );
    // The same again, with another finding, and with none.
    runner.run(&given);
    assert_eq!(runner.comments(), first);
    runner.write("workspace/infra/main.tf", &BAD.replace("orders", "mails"));
    runner.run(&given);
    let second = runner.comments();
    assert_eq!((second.len(), &second[0].0), (1, &first[0].0));
    assert!(second[0].1.contains("mails") && !second[0].1.contains("orders"));
    runner.write("workspace/infra/main.tf", "");
    runner.run(&given);
    let third = runner.comments();
    assert!(third.len() == 1 && !third[0].1.contains("mails"), "{third:?}");
    let methods: Vec<bool> = runner
        .calls()
        .iter()
        .filter(|call| call.contains("[--method]"))
        .map(|call| call.contains("[POST]"))
        .collect();
    assert_eq!(methods, [true, false, false, false]);
    // Another path has a comment of its own.
    fs::create_dir_all(runner.0.join("workspace/other")).unwrap();
    runner.write("workspace/other/main.tf", BAD);
    runner.run(&[("path", "other"), PULL_REQUEST]);
    assert_eq!(runner.comments().len(), 2);
}

#[test]
fn a_comment_of_a_stranger_is_left_alone() {
    let runner = Runner::new("stranger");
    let given = [("path", "infra"), PULL_REQUEST];
    runner.run(&given);
    let (name, body) = runner.comments().remove(0);
    fs::remove_file(runner.0.join("hub").join(name)).unwrap();
    runner.write("hub/5.User.NONE", &body.replace("sqs", "mine"));
    runner.run(&given);
    let comments = runner.comments();
    assert_eq!(comments.len(), 2, "{comments:?}");
    assert!(comments.iter().any(|(name, text)| name == "5.User.NONE" && text.contains("mine-without")));
}

#[test]
fn nothing_is_said_where_nothing_is_wrong_and_what_cannot_be_said_is_a_warning() {
    let runner = Runner::new("quiet");
    for (from, to) in [("nothing_to_say", "infra"), ("alarms", "alarms")] {
        let to = runner.workspace().join(to);
        fs::create_dir_all(&to).unwrap();
        for entry in fs::read_dir(fixture("cli").join(from)).unwrap().flatten() {
            fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
        }
    }
    let given = [("path", "infra"), PULL_REQUEST, ("sarif", "true"), ("comment", "true")];
    assert_eq!(runner.run(&given).status.code(), Some(0));
    assert!(runner.comments().is_empty());
    runner.write("hub/refuses", "");
    runner.write("workspace/infra/queue.tf", BAD);
    let output = runner.run(&given);
    assert_eq!(output.status.code(), Some(1), "the exit code is that of the check");
    let shown = stdout(&output);
    for permission in ["`security-events: write`", "`pull-requests: write`"] {
        assert!(
            shown
                .lines()
                .any(|line| line.starts_with("::warning title=buttress::") && line.contains(permission)),
            "{shown}"
        );
    }
    let before = runner.calls().len();
    runner.run(&[("path", "infra"), PULL_REQUEST, ("comment", "false")]);
    assert!(
        runner.calls()[before..].iter().all(|call| !call.starts_with("gh ")),
        "nobody asked for a comment"
    );
}
