//! What buttress is shipped with: versions agree, scripts make what packages hold, descriptors fit their tools, and the release does no
//! more than it must. Without a network; `packaging/test` installs the packages themselves.

#![cfg(unix)]

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Output};

use buttress::budget::Meter;
use buttress::cli::command;
use buttress::eval::functions::find;
use buttress::eval::{Host, NoFiles};
use buttress::value::equality::NoIdentities;
use serde_json::{Value, json};

use crate::support::folder::Folder;
use crate::support::{read, repository, skipped};

const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Targets of a release.
const TARGETS: [&str; 5] = [
    "aarch64-apple-darwin",
    "aarch64-unknown-linux-musl",
    "x86_64-apple-darwin",
    "x86_64-pc-windows-msvc",
    "x86_64-unknown-linux-musl",
];

/// A document in YAML, read as Terraform reads it.
fn yaml(text: &str) -> Value {
    let host = Host { files: &NoFiles, identities: &NoIdentities, meter: &Meter::unlimited() };
    let value = find("yamldecode").unwrap().call(&host, &[text.into()]).unwrap();
    let json = find("jsonencode").unwrap().call(&host, &[value]).unwrap();
    serde_json::from_str(json.as_str().unwrap()).unwrap()
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// Runs a script of the repository; it must succeed.
fn script(path: &str, arguments: &[&str]) -> String {
    let output = tried(path, arguments);
    assert!(output.status.success(), "{path}: {output:?}");
    String::from_utf8(output.stdout).unwrap()
}

fn tried(path: &str, arguments: &[&str]) -> Output {
    Command::new(repository().join(path)).args(arguments).output().unwrap()
}

fn program(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}

/// Whether a tool is there. If not, a line says what is not tested.
fn has(tool: &str) -> bool {
    let found = Command::new(tool).arg("--version").output().is_ok();
    if !found {
        skipped("packages", &format!("`{tool}` is not installed"));
    }
    found
}

#[test]
fn one_version_everywhere() {
    assert_eq!(script("packaging/version", &[]).trim(), VERSION);
    assert!(tried("packaging/version", &[&format!("v{VERSION}")]).status.success());
    assert!(!tried("packaging/version", &["v9.9.9"]).status.success());
    let action = yaml(&read("action.yml"));
    assert_eq!(action["inputs"]["version"]["default"], VERSION);
    let gitlab = read("packaging/gitlab/buttress.gitlab-ci.yml");
    let inputs = yaml(gitlab.split("\n---\n").next().unwrap());
    assert_eq!(inputs["spec"]["inputs"]["version"]["default"], VERSION);
    let trunk = yaml(&read("packaging/trunk/plugin.yaml"));
    assert_eq!(trunk["tools"]["definitions"][0]["known_good_version"], VERSION);
    assert_eq!(trunk["lint"]["definitions"][0]["known_good_version"], VERSION);
    assert_eq!(read("packaging/super-linter/buttress.txt").trim(), format!("buttress=={VERSION}"));
    let mirror = read("packaging/pre-commit/pyproject.toml");
    assert!(mirror.contains(&format!("version = \"{VERSION}\"")), "{mirror}");
    assert!(mirror.contains(&format!("dependencies = [\"buttress=={VERSION}\"]")), "{mirror}");
    let npm: Value = serde_json::from_str(&read("packaging/npm/package.json")).unwrap();
    assert_eq!(npm["version"], VERSION);
    let programs = npm["optionalDependencies"].as_object().unwrap();
    assert_eq!(programs.len(), TARGETS.len());
    assert!(programs.values().all(|version| version == VERSION), "{programs:?}");
    let code: Value = serde_json::from_str(&read("packaging/vscode/package.json")).unwrap();
    assert_eq!(code["version"], VERSION);
    // `vsce package` ends with an error if it cannot tell where the links of the extension's page lead.
    assert_eq!(code["repository"]["url"], env!("CARGO_PKG_REPOSITORY"));
}

#[test]
fn hooks_are_alike_and_run_once() {
    let (ours, mirror) =
        (yaml(&read(".pre-commit-hooks.yaml")), yaml(&read("packaging/pre-commit/.pre-commit-hooks.yaml")));
    let hooks: Vec<&Value> = list(&ours).chain(list(&mirror)).collect();
    let kinds: Vec<_> = hooks.iter().map(|hook| (text(&hook["id"]), text(&hook["language"]))).collect();
    assert_eq!(kinds, [("buttress-src", "rust"), ("buttress-system", "system"), ("buttress", "python")]);
    for hook in hooks {
        assert_eq!(hook["require_serial"], true, "{hook}");
        assert_eq!(hook["pass_filenames"], false, "the program finds what is touched: {hook}");
        assert_eq!(hook["entry"], "buttress check", "{hook}");
        assert_eq!(hook["args"], json!(["--since", "HEAD"]), "{hook}");
        assert_eq!(hook["files"], mirror[0]["files"], "{hook}");
    }
}

/// Every `--option` in what we hand to other tools is one of the program's.
#[test]
fn descriptors_use_options_that_exist() {
    let command = command();
    let check = command.find_subcommand("check").unwrap();
    let known: BTreeSet<String> = command
        .get_arguments()
        .chain(check.get_arguments())
        .filter_map(|argument| argument.get_long().map(|long| format!("--{long}")))
        .chain(["--version".to_owned(), "--help".to_owned()])
        .collect();
    let mut seen = 0;
    for file in [
        ".pre-commit-hooks.yaml",
        "packaging/pre-commit/.pre-commit-hooks.yaml",
        "packaging/atlantis/repos.yaml",
        "packaging/github/check.sh",
        "packaging/gitlab/buttress.gitlab-ci.yml",
        "packaging/jenkins/Jenkinsfile",
        "packaging/megalinter/mega-linter-plugin-buttress/buttress.megalinter-descriptor.yml",
        "packaging/reviewdog/reviewdog.yml",
        "packaging/trunk/plugin.yaml",
    ] {
        // Other programs have options of their own.
        let lines = read(file);
        let ours = lines.lines().filter(|line| {
            !["pip ", "apk ", "gh api", "-f ", "wget", "git "].iter().any(|other| line.contains(other))
        });
        for line in ours {
            for word in line.split(|c: char| !c.is_ascii_lowercase() && c != '-') {
                if word.starts_with("--") && word.len() > 2 && !word.starts_with("---") {
                    assert!(known.contains(word), "{file}: {word} in {line}");
                    seen += 1;
                }
            }
        }
    }
    assert!(seen > 12, "only {seen} options were found");
}

/// The fields of other tools' descriptors, written down from their schemas: `tests/schemas/README.md`.
#[test]
fn descriptors_fit_the_schemas_of_their_tools() {
    for (descriptor, schema) in [
        (
            "packaging/megalinter/mega-linter-plugin-buttress/buttress.megalinter-descriptor.yml",
            "megalinter-descriptor",
        ),
        ("packaging/trunk/plugin.yaml", "trunk-plugin"),
    ] {
        let schema: Value = serde_json::from_str(&read(&format!("tests/schemas/{schema}.json"))).unwrap();
        let validator = jsonschema::validator_for(&schema).unwrap();
        let document = yaml(&read(descriptor));
        let problems: Vec<String> = validator.iter_errors(&document).map(|error| error.to_string()).collect();
        assert!(problems.is_empty(), "{descriptor}: {problems:#?}");
        // A schema that takes everything proves nothing.
        for place in ["/linters/0", "/lint/definitions/0", "/lint/definitions/0/commands/0"] {
            let mut wrong = document.clone();
            if let Some(object) = wrong.pointer_mut(place).and_then(Value::as_object_mut) {
                object.insert("no_such_field".to_owned(), json!(1));
                assert!(!validator.is_valid(&wrong), "{descriptor}: {place} takes any field");
            }
        }
    }
}

#[test]
fn an_archive_holds_the_program_and_what_is_installed_beside_it() {
    let folder = Folder::new("archive");
    let (top, out) = (folder.path("in"), folder.path("out"));
    let ours = format!("#!/bin/sh\nexec \"{}\" \"$@\"\n", env!("CARGO_BIN_EXE_buttress"));
    program(&top.join("buttress"), &ours);
    let program = top.join("buttress").display().to_string();
    let target = "x86_64-unknown-linux-musl";
    script("packaging/archive", &[&program, target, &out.display().to_string()]);
    let name = format!("buttress-v{VERSION}-{target}.tar.gz");
    let run = |command: &str| {
        let output = Command::new("bash").args(["-c", command]).current_dir(&out).output().unwrap();
        assert!(output.status.success(), "{command}: {output:?}");
        String::from_utf8(output.stdout).unwrap()
    };
    run(&format!("sha256sum --check --quiet {name}.sha256 || shasum -a 256 --check --quiet {name}.sha256"));
    let names = run(&format!("tar -tzf {name}"));
    let names: BTreeSet<&str> = names.lines().collect();
    for expected in [
        "buttress",
        "LICENSE-APACHE",
        "LICENSE-MIT",
        "share/bash-completion/completions/buttress",
        "share/fish/vendor_completions.d/buttress.fish",
        "share/zsh/site-functions/_buttress",
        "share/man/man1/buttress.1",
    ] {
        assert!(names.contains(expected), "{expected} is not in {names:#?}");
    }
    let commands = command();
    for command in commands.get_subcommands() {
        let page = format!("share/man/man1/buttress-{}.1", command.get_name());
        assert!(names.contains(page.as_str()), "{page} is not in {names:#?}");
    }
}

#[test]
fn the_formula_has_the_checksum_of_each_archive() {
    let folder = Folder::new("formula");
    let top = folder.top();
    let make = || tried("packaging/homebrew/formula", &["someone", &top.display().to_string()]);
    assert!(!make().status.success(), "there are no checksums");
    for (digit, target) in TARGETS.iter().enumerate() {
        let name = format!("buttress-v{VERSION}-{target}.tar.gz");
        fs::write(top.join(format!("{name}.sha256")), format!("{}  {name}\n", digit.to_string().repeat(64)))
            .unwrap();
    }
    let formula = String::from_utf8(make().stdout).unwrap();
    for (digit, target) in TARGETS.iter().enumerate().filter(|(_, target)| !target.contains("windows")) {
        let expected = format!(
            "url \"https://github.com/someone/buttress/releases/download/v{VERSION}/buttress-v{VERSION}-{target}.tar.gz\"\n      sha256 \"{}\"\n",
            digit.to_string().repeat(64)
        );
        assert!(formula.contains(&expected), "{target}: {formula}");
    }
    let hostile = tried("packaging/homebrew/formula", &["x\"; system(\"id", &top.display().to_string()]);
    assert!(!hostile.status.success());
    if has("ruby") {
        fs::write(top.join("buttress.rb"), &formula).unwrap();
        let read = Command::new("ruby").arg("-c").arg(top.join("buttress.rb")).output().unwrap();
        assert!(read.status.success(), "{read:?}");
    }
}

#[test]
fn the_npm_package_starts_the_program_of_its_platform() {
    if !has("node") {
        return;
    }
    let folder = Folder::new("npm");
    let modules = folder.path("node_modules");
    let main = modules.join("buttress");
    fs::create_dir_all(&main).unwrap();
    for file in ["package.json", "buttress.js"] {
        fs::copy(repository().join("packaging/npm").join(file), main.join(file)).unwrap();
    }
    let run = |arguments: &[&str]| {
        Command::new("node").arg(main.join("buttress.js")).args(arguments).output().unwrap()
    };
    let missing = run(&["check"]);
    assert_eq!(missing.status.code(), Some(2));
    let said = String::from_utf8_lossy(&missing.stderr).into_owned();
    assert!(
        said.starts_with("error: the package buttress-") && said.contains(" is missing: install again"),
        "{said}"
    );
    let name = said.split(' ').find(|word| word.starts_with("buttress-")).unwrap();
    program(&modules.join(name).join("buttress"), "#!/bin/sh\nprintf '[%s]' \"$@\"\nexit \"${CODE:-7}\"\n");
    let output = run(&["check", "a b", "$(touch pwned)", "--", "*"]);
    assert_eq!(output.status.code(), Some(7), "the exit code is the program's");
    assert_eq!(String::from_utf8_lossy(&output.stdout), "[check][a b][$(touch pwned)][--][*]");
    program(&modules.join(name).join("buttress"), "#!/bin/sh\nkill -TERM $$\n");
    assert_eq!(run(&[]).status.code(), Some(143));
}

#[test]
fn the_release_runs_what_is_pinned_with_what_it_needs() {
    let source = read(".github/workflows/release.yml");
    let workflow = yaml(&source);
    assert_eq!(workflow["permissions"], json!({}));
    let jobs = workflow["jobs"].as_object().unwrap();
    assert!(jobs.len() > 4);
    for (name, job) in jobs {
        assert!(job["timeout-minutes"].is_number(), "{name}");
        let permissions = job["permissions"].as_object().unwrap();
        let writes: Vec<&str> = permissions
            .iter()
            .filter(|(_, level)| *level == "write")
            .map(|(name, _)| name.as_str())
            .collect();
        // What publishes waits until everything is built, tested and attested, and for somebody who lets it.
        if !writes.is_empty() && name != "attest" {
            assert_eq!(job["needs"], "attest", "{name}");
            assert!(job["environment"].is_string(), "{name}");
        }
        for step in list(&job["steps"]) {
            let script = text(&step["run"]);
            assert!(!script.contains("${{"), "{name}: {script}");
            if let Some(action) = step["uses"].as_str() {
                let (_, commit) = action.split_once('@').unwrap();
                assert!(
                    commit.len() == 40 && commit.bytes().all(|b| b.is_ascii_hexdigit()),
                    "{name}: {action}"
                );
                let line = source.lines().find(|line| line.contains(action)).unwrap();
                assert!(line.contains(" # v"), "the version is told beside the commit: {line}");
                if action.starts_with("actions/checkout@") {
                    assert_eq!(step["with"]["persist-credentials"], false, "{name}");
                }
            }
        }
    }
    assert_eq!(jobs["attest"]["if"], "github.ref_type == 'tag'");
    let built: BTreeSet<&str> =
        list(&jobs["build"]["strategy"]["matrix"]["include"]).map(|row| text(&row["target"])).collect();
    assert_eq!(built, BTreeSet::from(TARGETS));
    for script in [
        "archive",
        "assets",
        "build",
        "owner",
        "pack",
        "test",
        "version",
        "docker/context",
        "homebrew/formula",
    ] {
        let mode = fs::metadata(repository().join("packaging").join(script)).unwrap().permissions().mode();
        assert_eq!(mode & 0o111, 0o111, "packaging/{script} is executable");
    }
}

#[test]
fn nothing_is_built_into_the_repository() {
    let listed = Command::new("git")
        .args(["ls-files", "--cached", "--ignored", "--exclude-standard"])
        .current_dir(repository())
        .output();
    let Ok(output) = listed else {
        skipped("packages::nothing_is_built_into_the_repository", "`git` is not installed");
        return;
    };
    assert!(output.stdout.is_empty(), "{}", String::from_utf8_lossy(&output.stdout));
    let committed =
        Command::new("git").args(["ls-files", "packaging"]).current_dir(repository()).output().unwrap();
    for path in String::from_utf8_lossy(&committed.stdout).lines() {
        let text = fs::read(repository().join(path)).unwrap();
        assert!(!path.contains("node_modules/") && !path.ends_with("-lock.json"), "{path}");
        assert!(!text.contains(&0), "{path} is not text");
    }
}
