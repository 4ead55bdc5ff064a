//! What a reader is told: verdicts of principles, what decides unknown verdicts, modules that are not there, values, and names in
//! configs that match nothing.

use buttress::report::Report;
use buttress::settings::{BaselineOption, Settings, Suppressing};

use crate::support::folder::Folder;
use crate::support::verdicts::SESSION;

const BACKEND: &str = "terraform {\n  backend \"s3\" {}\n}\n";
const DATABASE: &str = "resource \"aws_db_instance\" \"a\" {\n  multi_az = false\n}\n";

fn checked(folder: &Folder) -> Report {
    SESSION.check(&Settings { paths: vec![folder.top().to_owned()], ..Settings::default() })
}

/// What the program says in a directory of a folder, and its exit code.
fn said(folder: &Folder, here: &str, arguments: &[&str]) -> (Option<i32>, String) {
    let output = folder.program(here).args(arguments).env("COLUMNS", "200").output().unwrap();
    let text = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8(text).unwrap())
}

fn verdict(report: &Report, principle: &str) -> &'static str {
    let all = report.by_principle();
    all.iter().find(|(own, _)| own.id == principle).map(|(_, counts)| counts.verdict()).unwrap()
}

#[test]
fn a_principle_whose_findings_are_accepted_neither_passes_nor_is_skipped() {
    let suppress = "suppress {\n  rules  = [\"redundancy\", \"recovery\"]\n  reason = \"a test\"\n}\n";
    let folder = Folder::new("aside").file(".git/HEAD", "").file("main.tf", DATABASE);
    assert_eq!(verdict(&checked(&folder), "redundancy"), "fail");
    folder.write("buttress.hcl", suppress);
    let report = checked(&folder);
    assert_eq!(verdict(&report, "redundancy"), "set-aside");
    assert_eq!(verdict(&report, "recovery"), "set-aside");
    assert_eq!(verdict(&report, "decoupling"), "skip");
    let (_, text) = said(&folder, ".", &["check", "--summary"]);
    assert!(text.contains("aside    Redundancy"), "{text}");
    let off = Suppressing { off: true, ..Suppressing::default() };
    let settings = Settings { paths: vec![folder.top().to_owned()], suppressing: off, ..Settings::default() };
    assert_eq!(verdict(&SESSION.check(&settings), "redundancy"), "fail");
    // A baseline accepts as well.
    folder.write("buttress.hcl", "");
    let write = BaselineOption { file: folder.path("b.json"), write: true };
    let settings =
        Settings { paths: vec![folder.top().to_owned()], baseline: Some(write), ..Settings::default() };
    assert_eq!(verdict(&SESSION.check(&settings), "redundancy"), "set-aside");
}

#[test]
fn a_baseline_means_the_same_wherever_the_program_runs() {
    let folder = Folder::new("stands").file("a/main.tf", DATABASE).file("b/main.tf", DATABASE);
    assert_eq!(said(&folder, ".", &["check", "--write-baseline", "base.json", "--quiet"]).0, Some(0));
    let before = std::fs::read_to_string(folder.path("base.json")).unwrap();
    assert!(before.contains("\"root\": \"b\""), "{before}");
    let (code, text) = said(&folder, "a", &["check", "--baseline", "../base.json", "--summary"]);
    assert_eq!(code, Some(0), "{text}");
    assert!(!text.contains("fixed"), "{text}");
    let (_, text) = said(&folder, "b", &["check", "../a", "--baseline", "../base.json", "--summary"]);
    assert!(text.contains(" 0 findings ") && !text.contains("fixed"), "{text}");
    said(&folder, "a", &["check", "--write-baseline", "../base.json", "--quiet"]);
    assert_eq!(std::fs::read_to_string(folder.path("base.json")).unwrap(), before);
    // What is fixed is said from everywhere.
    folder.write("a/main.tf", "");
    folder.write("a/other.tf", "resource \"aws_sns_topic\" \"t\" {}\n");
    let (_, text) = said(&folder, "a", &["check", "--baseline", "../base.json", "--summary"]);
    assert!(text.contains("of its entries are fixed"), "{text}");
}

#[test]
fn variables_that_decide_together_are_told_together() {
    let text = "variable \"a\" { type = bool }\nvariable \"b\" { type = bool }\n\
        resource \"aws_db_instance\" \"one\" {\n  multi_az = var.a && var.b\n}\n\
        resource \"aws_db_instance\" \"two\" {\n  multi_az = var.a\n}\n";
    let folder = Folder::new("together").file("main.tf", text);
    let report = checked(&folder);
    let told: Vec<(Vec<String>, bool)> = (report.undecided().iter())
        .map(|one| (one.subjects.iter().map(ToString::to_string).collect(), one.is_answerable()))
        .collect();
    let (alone, both) = (vec!["var.a".to_owned()], vec!["var.a".to_owned(), "var.b".to_owned()]);
    assert!(told.contains(&(alone, true)) && told.contains(&(both, true)), "{told:?}");
    let (_, text) = said(&folder, ".", &["check", "--summary"]);
    assert!(text.contains("set `var.a` together with `var.b`"), "{text}");
}

#[test]
fn a_module_directory_that_does_not_exist_is_not_to_be_fetched() {
    let text = format!(
        "{BACKEND}module \"miss\" {{\n  source = \"./nothere\"\n}}\n\
         resource \"aws_db_instance\" \"a\" {{\n  multi_az = module.miss.ha\n}}\n"
    );
    let folder = Folder::new("nothere").file("main.tf", &text);
    let (code, text) = said(&folder, ".", &["check", "--summary"]);
    assert_eq!(code, Some(2));
    assert!(text.contains("correct `source` of `module.miss`: there is no such directory"), "{text}");
    assert!(!text.contains("terraform get") && !text.contains("could not be loaded"), "{text}");
    assert_eq!(checked(&folder).undecided().iter().filter(|one| one.is_answerable()).count(), 1);
    let (_, text) = said(&folder, ".", &["explain", "module.miss"]);
    assert!(text.contains("correct `source`") && !text.contains("terraform get"), "{text}");
}

#[test]
fn known_values_of_modules_and_local_values_are_explained() {
    let folder = Folder::new("named")
        .file(
            "main.tf",
            "locals {\n  days = 7 * 2\n  db_password = \"hunter2\"\n}\nmodule \"m\" {\n  source = \"./m\"\n  for_each = toset([\"x\"])\n  set = local.days\n}\n",
        )
        .file("m/main.tf", "variable \"inner\" {\n  default = null\n}\nvariable \"set\" {}\nlocals {\n  half = var.set / 2\n}\n");
    let explained = |what: &str| {
        let (code, text) = said(&folder, ".", &["explain", what]);
        assert_eq!(code, Some(0), "{what}: {text}");
        text
    };
    let inner = explained("module.m[\"x\"].var.inner");
    assert!(inner.contains("known in .: null") && inner.contains("m/main.tf:2"), "{inner}");
    let set = explained("module.m[\"x\"].var.set");
    assert!(set.contains("known in .: 14") && set.contains("main.tf:2"), "{set}");
    let days = explained("local.days");
    assert!(days.contains("local value local.days") && days.contains("known in .: 14"), "{days}");
    assert!(explained("module.m[\"x\"].local.half").contains("known in .: 7"));
    assert!(!explained("local.db_password").contains("hunter2"));
    assert_eq!(said(&folder, ".", &["explain", "local.nothing"]).0, Some(2));
}

#[test]
fn modules_that_are_missing_in_many_roots_are_one_problem() {
    let mut folder = Folder::new("collapsed");
    for n in 0..12 {
        let call = format!("module \"m\" {{\n  source = \"acme/m{n}/aws\"\n}}\n");
        folder = folder.file(&format!("r{n:02}/main.tf"), &format!("{BACKEND}{call}"));
    }
    let (_, text) = said(&folder, ".", &["check"]);
    assert_eq!(text.matches("warning[config/module-not-downloaded]").count(), 1, "{text}");
    assert!(text.contains("more with the same code and remedy"), "{text}");
    assert!(text.contains("`buttress check --get`"), "{text}");
    let (_, all) = said(&folder, ".", &["check", "--all"]);
    assert_eq!(all.matches("warning[config/module-not-downloaded]").count(), 12, "{all}");
}

/// What is said of names in a config that match nothing.
fn unmatched(config: &str, path: &str) -> Vec<String> {
    let folder = Folder::new("unmatched")
        .file(".git/HEAD", "ref: refs/heads/main\n")
        .file("live/dev/main.tf", DATABASE)
        .file("live/prod/main.tf", DATABASE)
        .file("empty/readme.md", "")
        .file("buttress.hcl", config);
    let report = SESSION.check(&Settings { paths: vec![folder.path(path)], ..Settings::default() });
    let said = report.diagnostics.iter().filter(|entry| entry.what.id == "settings/unmatched");
    said.map(|entry| entry.what.message.clone()).collect()
}

#[test]
fn a_name_in_a_config_that_matches_nothing_is_told() {
    let suppress = |names: &str| {
        format!(
            "suppress {{\n  rules = \"rds-single-az\"\n  environments = [{names}]\n  reason = \"a\"\n}}\n"
        )
    };
    for (config, told) in [
        (
            suppress("\"nope\""),
            "this `suppress` block is for the environment `nope`, and no root module is of it",
        ),
        (
            "rule \"rds-single-az\" {\n  severity = \"off\"\n  environments = [\"dve\"]\n}\n".to_owned(),
            "`rule \"rds-single-az\"` is for the environment `dve`, and no root module is of it",
        ),
        (
            "rule \"rds-single-az\" {\n  severity = \"off\"\n  paths = [\"lvie/**\"]\n}\n".to_owned(),
            "`rule \"rds-single-az\"` names `lvie/**`, and nothing that is read matches it",
        ),
        (
            "exclude = [\"exmaples\"]\n".to_owned(),
            "`exclude` names `exmaples`, and nothing that is read matches it",
        ),
        (
            "intent {\n  entry = \"aws_lb.l\"\n  zones = 2\n  environments = [\"nope\"]\n}\n".to_owned(),
            "this `intent` block is for the environment `nope`, and no root module is of it",
        ),
        (
            "intent {\n  entry = \"aws_lb.l\"\n  zones = 2\n  roots = [\"nodir\"]\n}\n".to_owned(),
            "this `intent` block has the root modules `nodir`, and there are none",
        ),
        (
            "root \"nodir/*\" {\n  kind = \"module\"\n}\n".to_owned(),
            "this `root` block names `nodir/*`, and nothing that is read matches it",
        ),
        (
            "environment \"qq\" {\n  roots = [\"zz\"]\n}\n".to_owned(),
            "the environment `qq` has the root modules `zz`, and there are none",
        ),
    ] {
        assert_eq!(unmatched(&config, "."), [told], "{config}");
        assert!(unmatched(&config, "live/dev").is_empty(), "a part of the project: {config}");
    }
    let right = suppress("\"dev\", \"production\"")
        + "rule \"rds-*\" {\n  severity = \"advice\"\n  paths = [\"live/prod\"]\n}\n\
           exclude = [\"empty\", \"**/vendor\"]\nroot \"live/*\" {\n  kind = \"applied\"\n}\n\
           environment \"dev\" {\n  roots = [\"live/dev\"]\n}\n";
    assert_eq!(unmatched(&right, "."), [""; 0]);
}

#[test]
fn a_parameter_of_another_type_does_not_hold() {
    let logs = "resource \"aws_cloudwatch_log_group\" \"a\" {\n  name              = \"a\"\n  retention_in_days = 1\n}\n";
    let found = |config: &str| {
        let folder =
            Folder::new("parameter").file(".git/HEAD", "").file("main.tf", logs).file("buttress.hcl", config);
        let report = checked(&folder);
        report.findings().filter(|entry| entry.what.id == "log-group-expires-early").count()
    };
    let config = |value: &str| {
        format!("rule \"log-group-expires-early\" {{\n  parameters = {{ minimum_days = {value} }}\n}}\n")
    };
    assert_eq!((found(""), found(&config("0")), found(&config("\"many\""))), (1, 0, 1));
}

#[test]
fn rules_lists_own_rules() {
    let own = "fixtures/config/estate/policy";
    let here =
        Folder::new("own-rules").file(".git/HEAD", "").file("buttress.hcl", "rules = [\"policy\"]\n").file(
            "policy/acme-bucket-without-owner.hcl",
            &crate::support::read("fixtures/config/estate/policy/acme-bucket-without-owner.hcl"),
        );
    assert!(said(&here, ".", &["rules"]).1.contains("acme-bucket-without-owner"));
    assert!(!said(&here, ".", &["rules", "--no-config"]).1.contains("acme-bucket-without-owner"));
    let policy = format!("{}/{own}", env!("CARGO_MANIFEST_DIR"));
    let (code, text) = said(&here, ".", &["rules", "--no-config", "--rules", &policy]);
    assert!(code == Some(0) && text.contains("acme-bucket-without-owner"), "{text}");
}

#[test]
fn checks_of_others_count_by_all_their_names() {
    for id in ["aws-dynamodb-enable-recovery", "AVD-AWS-0024", "AWS-0024"] {
        for tool in ["tfsec", "trivy"] {
            let text = format!(
                "# {tool}:ignore:{id}\nresource \"aws_dynamodb_table\" \"a\" {{\n  name = \"a\"\n}}\n"
            );
            let folder = Folder::new("peers").file("main.tf", &text);
            let (_, text) = said(
                &folder,
                ".",
                &["check", "--advice", "--format", "concise", "--honour", "checkov,tfsec,trivy"],
            );
            assert!(!text.contains("dynamodb-without-pitr"), "{tool} {id}: {text}");
            let (_, text) = said(&folder, ".", &["check", "--advice", "--format", "concise"]);
            assert!(text.contains("dynamodb-without-pitr"), "{text}");
        }
    }
}

#[test]
fn what_a_moved_block_renames_stays_accepted() {
    let folder = Folder::new("renamed").file(".git/HEAD", "").file("main.tf", DATABASE);
    said(&folder, ".", &["check", "--write-baseline", "b.json", "--quiet"]);
    let renamed = DATABASE.replace("\"a\"", "\"orders\"");
    folder.write("main.tf", &renamed);
    let (code, text) = said(&folder, ".", &["check", "--baseline", "b.json", "--summary"]);
    assert!(code == Some(1) && text.contains("fixed"), "another resource is another finding: {text}");
    let moved = "moved {\n  from = aws_db_instance.a\n  to   = aws_db_instance.orders\n}\n";
    folder.write("main.tf", &format!("{renamed}{moved}"));
    let (code, text) = said(&folder, ".", &["check", "--baseline", "b.json", "--summary"]);
    assert!(code == Some(0) && !text.contains("fixed"), "{text}");
    // What is still there has not moved.
    folder.write("main.tf", &format!("{renamed}{DATABASE}"));
    assert_eq!(said(&folder, ".", &["check", "--baseline", "b.json", "--summary"]).0, Some(1));
}

#[test]
fn an_assumption_about_what_nothing_reads_is_unused() {
    let assume =
        |name: &str| format!("assume \"var.{name}\" {{\n  value  = true\n  reason = \"a test\"\n}}\n");
    let text = "variable \"ha\" {}\nvariable \"never\" {}\nresource \"aws_db_instance\" \"a\" {\n  multi_az = var.ha\n}\n";
    let folder = Folder::new("unread")
        .file(".git/HEAD", "")
        .file("main.tf", text)
        .file("buttress.hcl", &(assume("ha") + &assume("never")));
    let report = checked(&folder);
    let unused = report.diagnostics.iter().filter(|entry| entry.what.id == "assumption/unused");
    let unused: Vec<&str> = unused.map(|entry| entry.what.message.as_str()).collect();
    assert_eq!(unused, ["nothing asks for `var.never`"]);
}

#[test]
fn a_fix_goes_through_expressions_that_hand_on_a_part() {
    let text = "locals {\n  common = {\n    multi_az = false\n  }\n  dbs = {\n    one = merge(local.common, { days = 14 })\n  }\n}\n\
        resource \"aws_db_instance\" \"a\" {\n  for_each                = local.dbs\n  multi_az                = each.value.multi_az\n  backup_retention_period = each.value.days\n}\n";
    let folder = Folder::new("parts").file(".git/HEAD", "").file("main.tf", text);
    let (_, said) = said(&folder, ".", &["check", "--fix", "--select", "rds-single-az"]);
    let fixed = std::fs::read_to_string(folder.path("main.tf")).unwrap();
    assert_eq!(fixed, text.replace("multi_az = false", "multi_az = true"), "{said}");
}

#[test]
fn a_new_block_stands_behind_one_empty_line() {
    let text = "resource \"aws_dynamodb_table\" \"a\" {\n  name = \"a\"\n}\n";
    let folder = Folder::new("blank").file(".git/HEAD", "").file("main.tf", text);
    said(
        &folder,
        ".",
        &["check", "--fix", "--select", "dynamodb-without-pitr,workload-unprotected-from-deletion,*"],
    );
    let fixed = std::fs::read_to_string(folder.path("main.tf")).unwrap();
    assert!(fixed.contains("point_in_time_recovery {") && !fixed.contains("\n\n\n"), "{fixed}");
}
