//! The GitHub action, run in a workspace that a stranger wrote. Stand-ins for `rustup` and `cargo` note what they would have obeyed.

#![cfg(unix)]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use buttress::budget::Meter;
use buttress::eval::functions::find;
use buttress::eval::{Host, NoFiles};
use buttress::value::Value;
use buttress::value::equality::NoIdentities;

use crate::support::read;

/// Notes a call: its arguments, its directory, what of the environment concerns the build, and the files that rustup and
/// cargo look for in the directory and its parents. `cargo install` leaves a program of that kind behind.
const STAND_IN: &str = r#"#!/bin/bash
{
    printf 'call %s' "${0##*/}"; printf ' [%s]' "$@"; printf '\n'
    printf 'in %s\n' "$PWD"
    env | grep -E '^(CARGO|RUST)' | sort | sed 's/^/with /'
    for ((at = 0, top = 0; top == 0; at++)); do
        here="$PWD"; for ((up = 0; up < at; up++)); do here="$(dirname "$here")"; done
        for file in rust-toolchain.toml rust-toolchain .cargo/config.toml .cargo/config; do
            if [ -e "$here/$file" ]; then printf 'obeys %s\n' "$here/$file"; fi
        done
        if [ "$here" = / ]; then top=1; fi
    done
} >>"$LOG"
while [ "$#" -gt 0 ]; do
    if [ "$1" = --root ]; then mkdir -p "$2/bin"; cp "$0" "$2/bin/buttress"; fi
    shift
done
"#;

/// One step of the action.
struct Step {
    script: String,
    /// Name and value of its variables, as they are written.
    env: Vec<(String, String)>,
}

fn field<'v>(value: &'v Value, name: &str) -> Option<&'v Value> {
    value.as_entries()?.get(name)
}

fn steps() -> Vec<Step> {
    let text = read("action.yml");
    let environment = Host { files: &NoFiles, identities: &NoIdentities, meter: &Meter::unlimited() };
    let action = find("yamldecode").unwrap().call(&environment, &[text.as_str().into()]).unwrap();
    let steps =
        field(&action, "runs").and_then(|runs| field(runs, "steps")).and_then(Value::as_sequence).unwrap();
    steps.items.iter().map(step).collect()
}

fn step(step: &Value) -> Step {
    let text = |value: Option<&Value>| value.and_then(Value::as_str).unwrap_or_default().to_owned();
    assert_eq!(text(field(step, "shell")), "bash");
    let env = field(step, "env").and_then(Value::as_entries);
    let pairs = env.iter().flat_map(|env| &env.items);
    Step {
        script: text(field(step, "run")),
        env: pairs.map(|(name, value)| (name.to_string(), text(Some(value)))).collect(),
    }
}

/// A runner whose workspace wants its own compiler to run. Gone when dropped.
struct Runner(PathBuf);

impl Runner {
    fn new(name: &str) -> Self {
        let top = std::env::temp_dir().join(format!("buttress-action-{name}-{}", std::process::id()));
        fs::create_dir_all(&top).unwrap();
        let runner = Self(top.canonicalize().unwrap());
        for folder in ["workspace/.cargo", "workspace/tc/bin", "action", "temp", "bin"] {
            fs::create_dir_all(runner.0.join(folder)).unwrap();
        }
        let workspace = runner.workspace();
        let toolchain = format!("[toolchain]\npath = {:?}\n", workspace.join("tc"));
        fs::write(workspace.join("rust-toolchain.toml"), toolchain).unwrap();
        fs::write(workspace.join(".cargo/config.toml"), "[build]\nrustc-wrapper = \"./wrapper\"\n").unwrap();
        for tool in ["cargo", "rustup", "rustc", "buttress"] {
            let path = runner.0.join("bin").join(tool);
            fs::write(&path, STAND_IN).unwrap();
            fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
        }
        runner
    }

    fn workspace(&self) -> PathBuf {
        self.0.join("workspace")
    }

    /// Runs steps as the runner of GitHub does, and gives the calls that the stand-ins noted.
    fn run(&self, steps: &[Step], inputs: &[(&str, &str)]) -> Vec<String> {
        let workspace = self.workspace();
        let log = self.0.join("log");
        fs::write(&log, "").unwrap();
        for step in steps {
            let mut command = Command::new("bash");
            command.args(["--noprofile", "--norc", "-eo", "pipefail", "-c", &step.script]);
            command.current_dir(&workspace).stdin(Stdio::null()).env_clear();
            command.env("PATH", format!("{}:/usr/bin:/bin", self.0.join("bin").display()));
            command.env("HOME", &self.0).env("LOG", &log);
            command.env("GITHUB_ACTION_PATH", self.0.join("action")).env("RUNNER_TEMP", self.0.join("temp"));
            command.env("GITHUB_WORKSPACE", &workspace);
            // What the workflow around the action may have set, for its own builds.
            for name in ["CARGO_HOME", "CARGO_TARGET_DIR", "RUSTUP_HOME", "RUSTUP_TOOLCHAIN", "RUSTC_WRAPPER"]
            {
                command.env(name, workspace.join(name));
            }
            for (name, value) in &step.env {
                let input = inputs.iter().find(|(input, _)| *value == format!("${{{{ inputs.{input} }}}}"));
                command.env(name, input.unwrap_or_else(|| panic!("{name} is {value}")).1);
            }
            let output = command.output().unwrap();
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        }
        let log = fs::read_to_string(log).unwrap();
        log.split("call ").skip(1).map(str::to_owned).collect()
    }

    /// Why a call is in the hands of who wrote the workspace.
    fn danger(&self, call: &str) -> Vec<String> {
        let workspace = self.workspace().to_string_lossy().into_owned();
        call.lines().filter(|line| line.contains(&workspace)).map(str::to_owned).collect()
    }
}

impl Drop for Runner {
    fn drop(&mut self) {
        // Left behind, it does no harm.
        let _removed = fs::remove_dir_all(&self.0);
    }
}

const INPUTS: [(&str, &str); 3] = [
    ("path", "--format $(touch pwned)"),
    ("fail-on", "never; touch pwned"),
    ("var-file", "a b`touch pwned`"),
];

#[test]
fn the_build_obeys_nothing_in_the_workspace() {
    let runner = Runner::new("build");
    let calls = runner.run(&steps(), &INPUTS);
    let builds: Vec<&String> = calls.iter().filter(|call| !call.starts_with("buttress ")).collect();
    assert!(builds.len() >= 2, "{calls:#?}");
    for call in builds {
        assert_eq!(runner.danger(call), Vec::<String>::new(), "{call}");
        assert!(
            call.starts_with("rustup [toolchain] [install] [1.") || call.starts_with("cargo [+1."),
            "{call}"
        );
    }
}

#[test]
fn a_build_in_the_workspace_is_noticed() {
    let runner = Runner::new("noticed");
    let naive =
        Step { script: "cargo install --path \"$GITHUB_ACTION_PATH\" --locked".to_owned(), env: Vec::new() };
    let calls = runner.run(&[naive], &[]);
    let danger = runner.danger(&calls[0]).join("\n");
    for part in [
        "in ",
        "with CARGO_HOME=",
        "with RUSTC_WRAPPER=",
        "obeys ",
        "/rust-toolchain.toml",
        "/.cargo/config.toml",
    ] {
        assert!(danger.contains(part), "{part}: {danger}");
    }
}

#[test]
fn inputs_are_arguments_and_never_code() {
    for step in steps() {
        assert!(!step.script.contains("${{"), "{}", step.script);
    }
    let runner = Runner::new("inputs");
    let calls = runner.run(&steps(), &INPUTS);
    let check = calls.last().unwrap();
    assert_eq!(
        check.lines().next().unwrap(),
        "buttress [check] [--fail-on=never; touch pwned] [--var-file=a b`touch pwned`] [--] [--format $(touch pwned)]"
    );
    assert!(
        check.contains(&format!("in {}", runner.workspace().display())),
        "paths are those of the workspace"
    );
    assert!(!runner.workspace().join("pwned").exists());
}
