//! Units: what each directory of a repository is taken for, and that nothing hangs on how a path was named.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use buttress::diagnostic::Severity;
use buttress::estate::UnitKind;
use buttress::report::{Report, Threshold};
use buttress::settings::{Include, Settings};
use serde_json::Value;

use crate::support::folder::Folder;
use crate::support::verdicts::SESSION;
use crate::support::{entries, fixture, repository};

/// A copy of a repository of `fixtures/repositories`, below this path of the folder.
fn copy(folder: &Folder, below: &str, name: &str) -> PathBuf {
    copy_of(&fixture("repositories").join(name), folder, below)
}

/// A copy of a repository, below this path of the folder.
pub(crate) fn copy_of(top: &Path, folder: &Folder, below: &str) -> PathBuf {
    for entry in walkdir::WalkDir::new(top).into_iter().flatten().filter(|entry| entry.file_type().is_file())
    {
        let place = Path::new(below).join(entry.path().strip_prefix(top).unwrap());
        folder.write(&place.to_string_lossy(), &std::fs::read_to_string(entry.path()).unwrap());
    }
    folder.write(&format!("{below}/.git/HEAD"), "ref: refs/heads/main\n");
    #[cfg(unix)]
    if folder.path(below).join("real").is_dir() {
        std::os::unix::fs::symlink("real", folder.path(below).join("linked")).unwrap();
    }
    folder.path(below)
}

fn everything() -> Include {
    Include { modules: true, samples: true }
}

fn check(path: &Path, include: Include) -> Report {
    SESSION.check(&Settings { paths: vec![path.to_owned()], include, ..Settings::default() })
}

/// What the directories of a repository are taken for, as lines.
fn taken(name: &str) -> String {
    let folder = Folder::new("units");
    let top = copy(&folder, "shop", name);
    let report = check(&top, Include::default());
    let line = |directory: &buttress::report::ListedDirectory| {
        let place = directory.path.strip_prefix(&top).unwrap().to_string_lossy().into_owned();
        let place = if place.is_empty() { ".".to_owned() } else { place };
        let (kind, attention) = (directory.kind.name(), directory.attention.name());
        format!("{place}: {kind} ({attention}): {}", directory.reason)
    };
    report.directories.iter().map(line).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_monorepo() {
    insta::assert_snapshot!(taken("monorepo"), @r"
    environments/dev: applied (yes): its state is in a backend `s3`
    environments/prod: applied (yes): its state is in a backend `s3`
    environments/staging: applied (yes): its state is in a backend `s3`
    examples/database: sample (no): it lies in `examples`, beside a module
    modules/database: module (through-callers): 3 directories call it, such as `environments/dev`
    modules/network: module (through-callers): 3 directories call it, such as `environments/dev`
    modules/queue: module (no): it lies in `modules/`, and nothing shows that it is applied
    services/billing: applicable (yes): nothing calls it, and nothing shows that it is for others
    services/billing/mixins: fragment (no): it lies in `mixins/`
    ");
}

#[test]
fn a_library_of_modules() {
    insta::assert_snapshot!(taken("library"), @r"
    .: module (no): `examples/complete` shows how to call it
    examples/complete: sample (no): it lies in `examples`, beside a module
    examples/minimal: sample (no): it lies in `examples`, beside a module
    test/integration: sample (no): it lies in `test`, beside a module
    tests/setup: sample (no): it lies in `tests`, beside a module
    wrappers/queue: sample (no): it lies in `wrappers`, beside a module
    ");
}

/// A root module calls a module by a link: what is wrong in the module makes the run incomplete, whichever name it has.
#[cfg(unix)]
#[test]
fn an_error_in_a_module_is_an_error_by_each_of_its_names() {
    let folder = Folder::new("units-link");
    folder.write(
        "app/main.tf",
        "terraform {\n  backend \"s3\" {}\n}\nmodule \"q\" {\n  source = \"../linked\"\n}\n",
    );
    folder.write("real/main.tf", "resource \"aws_sqs_queue\" \"q\" {\n");
    folder.write("idle/examples/main.tf", "resource \"aws_sqs_queue\" \"q\" {\n");
    folder.write("idle/main.tf", "variable \"name\" {}\n");
    folder.write(".git/HEAD", "ref: refs/heads/main\n");
    std::os::unix::fs::symlink("real", folder.path("linked")).unwrap();
    let report = check(folder.top(), Include::default());
    let place = |problem: &buttress::diagnostic::Diagnostic| {
        let file = problem.primary.as_ref().map(|label| label.location.file()).unwrap();
        let path = report.sources.path(file).strip_prefix(folder.top()).unwrap().display().to_string();
        format!("{} in {path}", problem.severity.name())
    };
    let said: Vec<String> = report.problems().filter(|own| own.primary.is_some()).map(place).collect();
    insta::assert_snapshot!(said.join("\n"), @r"
    error in linked/main.tf
    error in real/main.tf
    warning in idle/examples/main.tf
    ");
}

/// What a program writes anew each time is not judged as if somebody had written and committed it.
#[test]
fn hygiene_is_not_asked_of_what_a_program_writes() {
    let text = r#"{"terraform": {"backend": {"s3": {"bucket": "b", "key": "k"}}, "required_providers": {"aws": {"source": "aws", "version": "5.60.0"}}}, "resource": {"aws_sqs_queue": {"q": {"name": "q"}}}}"#;
    let said = |file: &str| {
        let folder = Folder::new("units-written");
        folder.write(&format!("cdktf.out/stacks/prod/{file}"), text);
        let report = check(folder.top(), Include::default());
        let all = report.findings().map(|entry| entry.what.id.to_string());
        let of_text = ["provider-lock-missing", "terraform-version-unconstrained"];
        all.filter(|id| of_text.contains(&id.as_str())).collect::<BTreeSet<_>>().len()
    };
    assert_eq!((said("cdk.tf.json"), said("main.tf.json")), (0, 2));
}

#[cfg(unix)]
#[test]
fn what_other_tools_and_links_lead_to() {
    insta::assert_snapshot!(taken("tools"), @r"
    app: applied (yes): its state is in a backend `s3`
    empty: fragment (no): its files declare nothing
    lib/cdk: module (through-callers): `app` calls it
    live/.terragrunt-stack/u: applied (yes): it is a unit of Terragrunt
    notes: fragment (no): its files declare nothing
    platform: applied (yes): it is a stack with one deployment
    platform/cache: module (through-callers): `cache` of the stack in `platform` calls it
    platform/cache/m: module (through-callers): `cache` of the stack in `platform/cache` calls it
    platform/db: module (through-callers): `db` of the stack in `platform` calls it
    real: module (through-callers): the Terragrunt unit `units/u` applies it
    units/u: fragment (no): the Terragrunt stack in `live` copies it
    ");
}

/// The report of the program in a directory, with these arguments.
fn report_in(here: &Path, arguments: &[&str]) -> Value {
    let output = Command::new(env!("CARGO_BIN_EXE_buttress"))
        .args(["check", "--format", "json"])
        .args(arguments)
        .current_dir(here)
        .output()
        .unwrap();
    serde_json::from_slice(&output.stdout).unwrap()
}

/// What the program takes each directory for, by its place in the repository.
fn kinds_said(here: &Path, path: &str, top: &Path) -> BTreeMap<String, String> {
    let report = report_in(here, &[path]);
    let one = |directory: &Value| {
        let real = here.join(directory["path"].as_str().unwrap());
        // A unit that a stack would make is not there.
        let place = real.canonicalize().ok()?.strip_prefix(top).unwrap().to_string_lossy().into_owned();
        Some((place, directory["kind"].as_str().unwrap().to_owned()))
    };
    report["directories"].as_array().unwrap().iter().filter_map(one).collect()
}

#[test]
fn a_directory_is_the_same_kind_however_its_path_was_named() {
    for repository in entries("repositories") {
        let name = repository.file_name().unwrap().to_string_lossy().into_owned();
        let folder = Folder::new("units");
        let top = copy(&folder, "shop", &name);
        let whole = kinds_said(&top, ".", &top);
        assert!(whole.len() > 1, "{name}: {whole:?}");
        assert_eq!(kinds_said(folder.top(), "shop", &top), whole, "{name}: from above");
        for (place, expected) in &whole {
            let shown = if place.is_empty() { "." } else { place.as_str() };
            let from_top = kinds_said(&top, shown, &top).remove(place);
            assert_eq!(from_top.as_ref(), Some(expected), "{name}: {shown} from the top");
            let from_inside = kinds_said(&top.join(place), ".", &top).remove(place);
            assert_eq!(from_inside.as_ref(), Some(expected), "{name}: {shown} from inside");
        }
    }
}

/// What is said of one root: its kind and environment, and its findings with their severities.
type Said = (String, String, BTreeSet<(String, String, String)>);

/// What the program says of each root, by its place in the repository. It runs in this directory with this path.
fn said(here: &Path, path: &str, top: &Path) -> BTreeMap<String, Said> {
    let report = report_in(here, &["--include", "modules,samples", path]);
    let text = |value: &Value, name: &str| value[name].as_str().unwrap_or_default().to_owned();
    // Where a root is, however its path begins. A unit that a stack would make is not there.
    let place = |path: &str| {
        let path = here.join(path);
        let real = path.canonicalize().unwrap_or(path);
        real.strip_prefix(top).unwrap_or(&real).to_string_lossy().into_owned()
    };
    let list = |name: &str| report[name].as_array().cloned().unwrap_or_default();
    let mut all = BTreeMap::new();
    for root in list("roots") {
        let is_own = |finding: &Value| {
            let further = finding["further_roots"].as_array().cloned().unwrap_or_default();
            finding["root"] == root["path"] || further.contains(&root["path"])
        };
        let of_root = list("findings").into_iter().filter(is_own);
        let findings = of_root.map(|one| (text(&one, "rule"), text(&one, "address"), text(&one, "level")));
        let said = (text(&root, "kind"), text(&root, "environment"), findings.collect());
        all.insert(place(root["path"].as_str().unwrap()), said);
    }
    all
}

#[test]
fn nothing_hangs_on_how_a_path_was_named() {
    for repository in entries("repositories") {
        let name = repository.file_name().unwrap().to_string_lossy().into_owned();
        let folder = Folder::new("units");
        let top = copy(&folder, "shop", &name);
        let whole = said(&top, ".", &top);
        assert!(whole.len() > 1, "{name}: {whole:?}");
        assert!(whole.values().any(|(.., findings)| !findings.is_empty()), "{name}");
        let above = said(folder.top(), "shop", &top);
        assert_eq!(above, whole, "{name}: from above");
        let below_dev = copy(&folder, "home/dev/shop", &name);
        assert_eq!(said(&below_dev, ".", &below_dev), whole, "{name}: below a directory called dev");
        // Nobody can name a unit that a stack would make.
        for (place, expected) in whole.iter().filter(|(place, _)| top.join(place).is_dir()) {
            let shown = if place.is_empty() { "." } else { place.as_str() };
            let one = |here: &Path, path: &str, top: &Path| said(here, path, top).remove(place);
            assert_eq!(one(&top, shown, &top).as_ref(), Some(expected), "{name}: {shown} from the top");
            let inside = top.join(place);
            assert_eq!(one(&inside, ".", &top).as_ref(), Some(expected), "{name}: {shown} from inside");
            let absolute = inside.to_string_lossy();
            assert_eq!(
                one(folder.top(), &absolute, &top).as_ref(),
                Some(expected),
                "{name}: {shown} absolute"
            );
            let in_dev = below_dev.join(place);
            assert_eq!(one(&in_dev, ".", &below_dev).as_ref(), Some(expected), "{name}: {shown} below dev");
            #[cfg(unix)]
            {
                let link = folder.path("link");
                let _gone = std::fs::remove_file(&link);
                std::os::unix::fs::symlink(&inside, &link).unwrap();
                assert_eq!(
                    one(folder.top(), "link", &top).as_ref(),
                    Some(expected),
                    "{name}: {shown} by a link"
                );
            }
        }
    }
}

/// The kind of each directory in a repository with these files.
fn kinds(files: &[(&str, &str)]) -> BTreeMap<String, UnitKind> {
    let mut folder = Folder::new("units").file(".git/HEAD", "ref: refs/heads/main\n");
    for (path, text) in files {
        folder = folder.file(path, text);
    }
    let report = check(folder.top(), Include::default());
    let place = |path: &Path| path.strip_prefix(folder.top()).unwrap().to_string_lossy().into_owned();
    report.directories.iter().map(|own| (place(&own.path), own.kind)).collect()
}

const QUEUE: &str = "resource \"aws_sqs_queue\" \"q\" {\n  name = \"q\"\n}\n";
const BACKEND: &str = "terraform {\n  backend \"s3\" {}\n}\n";

#[test]
fn evidence_of_a_state_or_of_values_shows_that_a_module_is_applied() {
    let call = "module \"q\" {\n  source = \"../q\"\n}\n";
    let of = |path: &str, text: &str| kinds(&[("a/main.tf", call), ("q/main.tf", QUEUE), (path, text)])["q"];
    assert_eq!(of("q/more.tf", ""), UnitKind::Module);
    assert_eq!(of("q/backend.tf", BACKEND), UnitKind::Applied);
    assert_eq!(of("q/prod.auto.tfvars", ""), UnitKind::Applied);
    // Modules have these, too: somebody has run Terraform in one, or it configures its provider in the old way.
    assert_eq!(of("q/.terraform.lock.hcl", ""), UnitKind::Module);
    assert_eq!(of("q/provider.tf", "provider \"aws\" {\n  region = \"eu-west-1\"\n}\n"), UnitKind::Module);
}

#[test]
fn without_a_caller_weaker_evidence_is_enough() {
    let needy = "variable \"name\" {}\n\noutput \"name\" {\n  value = var.name\n}\n";
    let of =
        |path: &str, text: &str| kinds(&[("q/main.tf", QUEUE), ("q/needs.tf", needy), (path, text)])["q"];
    assert_eq!(of("q/more.tf", ""), UnitKind::Module);
    assert_eq!(of("q/.terraform.lock.hcl", ""), UnitKind::Applied);
    assert_eq!(of("q/provider.tf", "provider \"aws\" {\n  region = \"eu-west-1\"\n}\n"), UnitKind::Applied);
    assert_eq!(of("q/provider.tf", "provider \"aws\" {\n  alias = \"other\"\n}\n"), UnitKind::Module);
    assert_eq!(kinds(&[("q/main.tf", QUEUE)])["q"], UnitKind::Applicable);
    assert_eq!(kinds(&[("modules/q/main.tf", QUEUE)])["modules/q"], UnitKind::Module);
}

#[test]
fn samples_lie_beside_a_module() {
    let of =
        |place: &str, beside: &str| kinds(&[(&format!("{place}/main.tf"), QUEUE), (beside, QUEUE)])[place];
    for place in ["examples/a", "wrappers/q", "tests/setup", "test/fixtures", "fixtures/a/b", "tests"] {
        assert_eq!(of(place, "main.tf"), UnitKind::Sample, "{place} beside a module");
        assert_eq!(of(place, "modules/q/main.tf"), UnitKind::Sample, "{place} beside modules");
        assert_eq!(of(place, "docs/main.tf"), UnitKind::Applicable, "{place} beside none");
    }
    assert_eq!(of("modules/q/examples/a", "modules/q/main.tf"), UnitKind::Sample);
    // Environments can be called so.
    assert_eq!(of("environments/test/network", "environments/dev/main.tf"), UnitKind::Applicable);
    assert_eq!(of("test", "main.tf"), UnitKind::Applicable);
    // An example that calls what lies elsewhere, whatever that directory is called.
    let calls = |source: &str| format!("module \"q\" {{\n  source = \"{source}\"\n}}\n");
    let of_call = |source: &str| {
        kinds(&[
            ("lib/q/main.tf", QUEUE),
            ("examples/b/main.tf", QUEUE),
            ("examples/a/main.tf", &calls(source)),
        ])["examples/a"]
    };
    assert_eq!(of_call("../../lib/q"), UnitKind::Sample);
    assert_eq!(of_call("../b"), UnitKind::Applicable);
    let with_state = kinds(&[("main.tf", QUEUE), ("test/db/main.tf", BACKEND)]);
    assert_eq!(with_state["test/db"], UnitKind::Applied);
}

#[test]
fn a_mistake_makes_no_fragment() {
    let of = |text: &str| kinds(&[("other/main.tf", QUEUE), ("x/main.tf", text)])["x"];
    let queue = |lines: &str| format!("resource \"aws_sqs_queue\" \"q\" {{\n{lines}}}\n");
    assert_eq!(of(&queue("  name = var.nope\n")), UnitKind::Applicable);
    assert_eq!(of(&queue("  name = var.nope\n  policy = local.gone\n")), UnitKind::Applicable);
    assert_eq!(
        of(&queue("  name = var.name\n  policy = local.policy\n  kms_master_key_id = var.key\n")),
        UnitKind::Fragment
    );
}

#[test]
fn other_programs_apply_directories() {
    let unit = "terraform {\n  source = \"../../modules//q\"\n}\n";
    let of = |path: &str, text: &str| kinds(&[("modules/q/main.tf", QUEUE), (path, text)])["modules/q"];
    assert_eq!(of("live/prod/terragrunt.hcl", unit), UnitKind::Module);
    let from_top = "terraform {\n  source = \"${get_repo_root()}/modules//q\"\n}\n";
    assert_eq!(of("live/prod/terragrunt.hcl", from_top), UnitKind::Module);
    let component = "component \"q\" {\n  source = \"./modules/q\"\n}\n";
    assert_eq!(of("stack.tfcomponent.hcl", component), UnitKind::Module);
    assert_eq!(of("stack.tfstack.hcl", component), UnitKind::Module);
    // A stack beside a module is not checked: neither that module nor others are a part of it.
    let beside = [
        ("main.tf", QUEUE),
        ("q/main.tf", QUEUE),
        (
            "stack.tfcomponent.hcl",
            "component \"a\" {\n  source = \"./\"\n}\ncomponent \"q\" {\n  source = \"./q\"\n}\n",
        ),
    ];
    let beside = kinds(&beside);
    assert_eq!([beside[""], beside["q"]], [UnitKind::Applicable; 2]);
    let atmos = "components:\n  terraform:\n    base_path: \"components/terraform\"\n";
    let of_atmos = kinds(&[("components/terraform/q/main.tf", QUEUE), ("atmos.yaml", atmos)]);
    assert_eq!(of_atmos["components/terraform/q"], UnitKind::Applied);
}

#[test]
fn a_root_that_a_test_calls_is_a_root() {
    let call = "module \"infra\" {\n  source = \"../../infra\"\n}\n";
    let of = kinds(&[
        ("infra/main.tf", BACKEND),
        ("infra/modules/x/main.tf", QUEUE),
        ("infra/tests/smoke/main.tf", &call.replace("infra\"\n", "\"\n")),
    ]);
    assert_eq!(of["infra"], UnitKind::Applied);
    let shown =
        kinds(&[("main.tf", QUEUE), ("tests/smoke/main.tf", "module \"q\" {\n  source = \"../..\"\n}\n")]);
    assert_eq!(shown[""], UnitKind::Applicable);
    let example =
        kinds(&[("main.tf", QUEUE), ("examples/a/main.tf", "module \"q\" {\n  source = \"../..\"\n}\n")]);
    assert_eq!(example[""], UnitKind::Module);
}

#[test]
fn a_call_from_elsewhere_in_the_repository_counts() {
    let folder = Folder::new("units")
        .file(".git/HEAD", "ref: refs/heads/main\n")
        .file("a/main.tf", "module \"q\" {\n  source = \"../q\"\n}\n")
        .file("q/main.tf", QUEUE);
    let report = check(&folder.path("q"), Include::default());
    assert_eq!(report.directories[0].kind, UnitKind::Module);
    assert!(report.directories[0].reason.contains("`a` calls it"), "{}", report.directories[0].reason);
    let said: Vec<_> = report.problems().map(|problem| problem.id.to_string()).collect();
    assert_eq!((report.roots.len(), said), (0, vec!["input/not-applied".to_owned()]));
}

/// What nobody applies makes no run incomplete, whichever of its directories is named.
#[test]
fn a_mistake_in_what_only_an_example_calls_is_a_warning() {
    let folder = Folder::new("units")
        .file(".git/HEAD", "ref: refs/heads/main\n")
        .file("main.tf", QUEUE)
        .file("modules/q/main.tf", "variable \"x\" {}\n\nresource \"aws_sqs_queue\" {}\n")
        .file("examples/a/main.tf", "module \"q\" {\n  source = \"../../modules/q\"\n}\n");
    for place in ["examples/a", "modules/q", "."] {
        let report = check(&folder.path(place), Include::default());
        let labels = report.problems().find(|problem| problem.id == "config/labels").unwrap();
        assert_eq!((labels.severity, report.is_incomplete()), (Severity::Warning, false), "{place}");
    }
}

#[test]
fn what_nobody_applies_decides_nothing() {
    let broken = "resource \"aws_sqs_queue\" {\n";
    let folder = Folder::new("units")
        .file(".git/HEAD", "ref: refs/heads/main\n")
        .file("main.tf", &BACKEND.replacen("{\n", "{\n  required_version = \"~> 1.11\"\n", 1))
        .file(".terraform.lock.hcl", "")
        .file("examples/a/main.tf", broken)
        .file("examples/b/main.tf", "resource \"aws_db_instance\" \"d\" {\n  multi_az = false\n}\n");
    let report = check(folder.top(), everything());
    let said: Vec<_> =
        report.problems().map(|problem| (problem.id.as_str(), problem.severity.name())).collect();
    assert!(!said.is_empty() && said.iter().all(|(_, severity)| *severity == "warning"), "{said:?}");
    assert_eq!(report.exit_code(Some(Severity::Advice)), 0);
    assert!(report.findings().any(|entry| entry.what.id == "rds-single-az"));
    let none = Threshold { max_findings: Some(0), ..Threshold::default() };
    assert_eq!(report.exit_code(none), 0, "however many there may be");
    assert!(check(folder.top(), Include::default()).findings().next().is_none());
    // The same in what is applied makes the run incomplete.
    let applied = Folder::new("units").file("main.tf", broken);
    assert!(check(applied.top(), Include::default()).is_incomplete());
}

#[test]
fn rules_of_units_are_asked_of_units_and_rules_of_modules_of_own_code() {
    let folder = Folder::new("units")
        .file(".git/HEAD", "ref: refs/heads/main\n")
        .file("main.tf", "module \"q\" {\n  source  = \"acme/q/aws\"\n  version = \"~> 1.0\"\n}\n\nmodule \"own\" {\n  source = \"./own\"\n}\n")
        .file("own/main.tf", "variable \"x\" {}\n\nmodule \"deep\" {\n  source = \"acme/deep/aws\"\n}\n")
        .file("examples/a/main.tf", &format!("variable \"y\" {{}}\n{QUEUE}"))
        .file(".terraform/modules/modules.json", r#"{"Modules": [{"Key": "", "Source": "", "Dir": "."}, {"Key": "q", "Source": "registry.terraform.io/acme/q/aws", "Version": "1.2.0", "Dir": ".terraform/modules/q"}]}"#)
        .file(".terraform/modules/q/main.tf", "variable \"z\" {\n  default = false\n}\n\nresource \"aws_db_instance\" \"d\" {\n  engine   = \"postgres\"\n  multi_az = false\n}\n\nmodule \"m\" {\n  source = \"acme/m/aws\"\n}\n");
    let report = check(folder.top(), everything());
    let shown = |location: &buttress::diagnostic::Location| {
        let path = report.sources.path(location.file());
        path.strip_prefix(folder.top()).unwrap().to_string_lossy().into_owned()
    };
    let of = |rule: &str| -> Vec<String> {
        let own = report.findings().filter(|entry| entry.what.id == rule);
        own.map(|entry| {
            let labels = entry.what.primary.iter().chain(&entry.what.related);
            labels.map(|label| shown(&label.location)).collect::<Vec<_>>().join(" and ")
        })
        .collect()
    };
    assert_eq!(of("variable-untyped"), ["own/main.tf"]);
    assert_eq!(of("module-without-version"), ["own/main.tf"]);
    assert_eq!(of("state-not-remote"), ["main.tf"]);
    // The call is what its reader can change; the line inside stays beside it.
    assert_eq!(of("rds-single-az"), ["main.tf and .terraform/modules/q/main.tf"]);
}

#[test]
fn a_rule_that_is_not_asked_leaves_no_suppression_unused() {
    let suppressed = format!("# buttress:ignore state-not-remote reason=\"shown only\"\n{QUEUE}");
    let folder = Folder::new("units")
        .file(".git/HEAD", "ref: refs/heads/main\n")
        .file("main.tf", BACKEND)
        .file("examples/a/main.tf", &suppressed);
    let report = check(folder.top(), everything());
    let unused = |report: &Report| {
        report.diagnostics.iter().filter(|entry| entry.what.id == "suppression/unused").count()
    };
    assert_eq!(report.directories[1].kind, UnitKind::Sample);
    assert_eq!(unused(&report), 0, "nobody has looked");
    let applied = Folder::new("units").file("main.tf", &suppressed).file("state.tf", BACKEND);
    assert_eq!(unused(&check(applied.top(), everything())), 1, "it is asked of what is applied");
}

#[test]
fn names_in_the_list_of_directories_are_data() {
    let folder = Folder::new("units").file("a\u{202e}b/main.tf", QUEUE);
    for format in ["human", "json"] {
        let mut program = Command::new(env!("CARGO_BIN_EXE_buttress"));
        let output =
            program.args(["check", "--show-roots", "--format", format]).current_dir(folder.top()).output();
        let text = String::from_utf8(output.unwrap().stdout).unwrap();
        assert!(text.contains("202e") && !text.contains('\u{202e}'), "{text}");
    }
}

#[test]
fn every_kind_is_explained() {
    let page = std::fs::read_to_string(repository().join("docs/repositories.md")).unwrap();
    for kind in UnitKind::ALL {
        assert!(page.contains(&format!("| `{}` |", kind.name())), "{}", kind.name());
    }
}
