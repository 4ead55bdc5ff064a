//! Configs: which one holds, what it decides, and what is said of its mistakes.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use buttress::check::Session;
use buttress::config::BLOCKS;
use buttress::diagnostic::Severity;
use buttress::report::{Report, Threshold};
use buttress::rule::RuleSet;
use buttress::rule::edition::Edition;
use buttress::settings::{Asked, ConfigSource, Date, FailOn, PathPatterns, Settings};
use insta::assert_snapshot;

use crate::support::folder::Folder;
use crate::support::verdicts::SESSION;

const DATABASE: &str = "resource \"aws_db_instance\" \"main\" {\n  multi_az = false\n}\n";
const LOGS: &str = "resource \"aws_cloudwatch_log_group\" \"main\" {\n  name              = \"/app\"\n  retention_in_days = 3\n}\n";

/// A repository with a config at its top.
fn repository(config: &str) -> Folder {
    Folder::new("config").file(".git/HEAD", "ref: refs/heads/main\n").file("buttress.hcl", config)
}

fn settings(folder: &Folder, path: &str) -> Settings {
    Settings { paths: vec![folder.path(path)], ..Settings::default() }
}

fn check(folder: &Folder, path: &str) -> Report {
    SESSION.check(&settings(folder, path))
}

/// Rule, severity and file of every finding, relative to a folder.
fn findings(report: &Report, folder: &Folder) -> String {
    let rows: BTreeSet<String> = report
        .findings()
        .map(|entry| {
            let file = entry.what.primary.as_ref().map(|label| report.sources.path(label.location.file()));
            let file = file.and_then(|file| file.strip_prefix(folder.top()).ok()).unwrap_or(Path::new("?"));
            format!("{} {} {}", entry.what.id, entry.what.severity.name(), file.display())
        })
        .collect();
    rows.into_iter().collect::<Vec<_>>().join("\n")
}

/// Code and message of every problem.
fn problems(report: &Report) -> Vec<String> {
    report.problems().map(|problem| format!("{} {}", problem.id, problem.message)).collect()
}

#[test]
fn a_block_with_a_mistake_covers_nothing() {
    for block in [
        "rule \"rds-single-az\" {\n  severity = \"off\"\n  paths = \"[\"\n}\n",
        "rule \"rds-single-az\" {\n  severity = \"off\"\n  path = \"legacy\"\n}\n",
        "suppress {\n  rules = \"rds-single-az\"\n  reason = \"not used\"\n  paths = [\"[\"]\n}\n",
        "suppress {\n  rules = \"rds-single-az\"\n  reason = \"not used\"\n  adress = \"module.legacy.**\"\n}\n",
        "root \"**\" {\n  kind = \"sample\"\n  environments = \"dev\"\n}\n",
        "environment \"dev\" {\n  production = false\n  root = [\"legacy\"]\n}\n",
    ] {
        let folder =
            repository(&format!("select = [\"rds-single-az\"]\n\n{block}")).file("main.tf", DATABASE);
        let report = check(&folder, ".");
        assert_eq!(findings(&report, &folder), "rds-single-az error main.tf", "{block}");
        assert!(report.is_incomplete(), "{block}");
    }
}

#[test]
fn a_slip_in_a_block_is_told_once() {
    let folder = repository("root \"**\" {\n  kind = \"sampel\"\n}\n").file("main.tf", DATABASE);
    insta::assert_debug_snapshot!(problems(&check(&folder, ".")), @r#"
    [
        "decode/value there is no kind of directory `sampel`",
    ]
    "#);
}

#[test]
fn the_nearest_config_holds_alone() {
    let folder = repository("select = [\"rds-single-az\"]\n")
        .file("a/main.tf", DATABASE)
        .file(
            "b/buttress.hcl",
            "select = [\"rds-single-az\"]\n\nrule \"rds-*\" {\n  severity = \"advice\"\n}\n",
        )
        .file("b/c/main.tf", DATABASE);
    assert_snapshot!(findings(&check(&folder, "."), &folder), @r"
    rds-single-az advice b/c/main.tf
    rds-single-az error a/main.tf
    ");
    // From wherever it is asked.
    assert_snapshot!(findings(&check(&folder, "b/c"), &folder), @"rds-single-az advice b/c/main.tf");
}

#[test]
fn a_config_above_the_repository_is_not_looked_for() {
    let folder = Folder::new("config")
        .file("buttress.hcl", "ignore = [\"*\"]\n")
        .file("repository/.git/HEAD", "")
        .file("repository/main.tf", DATABASE);
    assert!(check(&folder, "repository").findings().count() > 0);
}

#[test]
fn without_a_repository_it_is_looked_for_in_what_the_user_named() {
    let folder = Folder::new("config")
        .file("buttress.hcl", "ignore = [\"*\"]\n")
        .file("named/main.tf", DATABASE)
        .file("named/below/main.tf", DATABASE);
    assert!(check(&folder, "named").findings().count() > 0, "nothing above the named directory is read");
    assert_eq!(check(&folder, ".").findings().count(), 0);
}

#[test]
fn a_named_config_holds_for_everything_from_wherever_it_is() {
    let elsewhere = Folder::new("config").file(
        "ci.hcl",
        "select = [\"rds-single-az\"]\n\nrule \"*\" {\n  severity = \"warning\"\n  paths    = [\"a\"]\n}\n",
    );
    let folder = repository("ignore = [\"*\"]\n").file("a/main.tf", DATABASE).file("b/main.tf", DATABASE);
    let settings =
        Settings { config: ConfigSource::File(elsewhere.path("ci.hcl")), ..settings(&folder, ".") };
    // Its patterns start at the top of the repository that is checked.
    assert_snapshot!(findings(&SESSION.check(&settings), &folder), @r"
    rds-single-az error b/main.tf
    rds-single-az warning a/main.tf
    ");
    let without = Settings { config: ConfigSource::Nowhere, ..settings };
    assert!(SESSION.check(&without).findings().count() > 2);
}

/// What is unused is told where a run looks at everything, and never because of the place of a config.
#[test]
fn where_a_named_config_lies_decides_nothing() {
    let unused = "suppress {\n  rules     = [\"rds-single-az\"]\n  address   = [\"aws_db_instance.no\"]\n  reason    = \"old\"\n}\n\
        assume \"data.aws_region.no.name\" {\n  value  = \"eu-west-1\"\n  reason = \"old\"\n}\n\
        intent {\n  entry = \"aws_lb.no\"\n  zones = 2\n}\n";
    let elsewhere = Folder::new("config").file("ci.hcl", unused);
    let folder = repository("")
        .file("a/main.tf", DATABASE)
        .file("a/ci.hcl", unused)
        .file("ci/ci.hcl", unused)
        .file("ci.hcl", unused)
        .file("b/main.tf", DATABASE);
    let files = ["a/ci.hcl", "ci/ci.hcl", "ci.hcl"].map(|file| folder.path(file));
    for file in files.into_iter().chain([elsewhere.path("ci.hcl")]) {
        let unused = |path: &str| {
            let config = ConfigSource::File(file.clone());
            let report = SESSION.check(&Settings { config, ..settings(&folder, path) });
            let told = report.findings().filter(|entry| entry.what.id.ends_with("/unused"));
            told.map(|entry| entry.what.id.to_string()).collect::<BTreeSet<String>>()
        };
        assert_eq!(unused("a"), BTreeSet::new(), "{}: it may be used in `b`", file.display());
        let all = ["assumption/unused", "intent/unused", "suppression/unused"].map(str::to_owned);
        assert_eq!(unused("."), BTreeSet::from(all), "{}", file.display());
    }
}

#[test]
fn a_more_exact_name_decides() {
    let selected = |config: &str, asked: Asked| -> Vec<String> {
        let folder = repository(config).file("main.tf", &format!("{DATABASE}{LOGS}"));
        let report = SESSION.check(&Settings { asked, ..settings(&folder, ".") });
        assert_eq!(problems(&report), Vec::<String>::new());
        let known = ["rds-single-az", "rds-without-backups", "log-group-expires-early"];
        let ran: BTreeSet<&str> = report.findings().map(|entry| entry.what.id.as_str()).collect();
        known.into_iter().filter(|id| ran.contains(id)).map(str::to_owned).collect()
    };
    let select = |names: &[&str]| Asked {
        select: names.iter().map(|name| (*name).to_owned()).collect(),
        ..Asked::default()
    };
    let ignore = |names: &[&str]| Asked {
        ignore: names.iter().map(|name| (*name).to_owned()).collect(),
        ..Asked::default()
    };
    let none = Asked::default;
    assert_eq!(selected("", none()), ["rds-single-az", "rds-without-backups", "log-group-expires-early"]);
    assert_eq!(selected("select = [\"rds-*\"]", none()), ["rds-single-az", "rds-without-backups"]);
    assert_eq!(selected("select = [\"rds-single-az\"]\nignore = [\"rds-*\"]", none()), ["rds-single-az"]);
    assert_eq!(
        selected("select = [\"rds-*\"]\nignore = [\"rds-single-az\"]", none()),
        ["rds-without-backups"]
    );
    assert_eq!(selected("select = [\"rds-single-az\"]\nignore = [\"rds-single-az\"]", none()), [""; 0]);
    assert_eq!(selected("ignore = [\"observability\"]", none()), ["rds-single-az", "rds-without-backups"]);
    assert_eq!(selected("ignore = [\"*\"]", select(&["rds-single-az"])), ["rds-single-az"]);
    assert_eq!(selected("select = [\"rds-*\"]", ignore(&["rds-single-az"])), ["rds-without-backups"]);
    assert_eq!(selected("select = [\"rds-*\"]", select(&["observability"])), ["log-group-expires-early"]);
}

#[test]
fn the_last_block_decides_on_a_severity() {
    let config = r#"
select = ["rds-single-az", "log-group-expires-early"]

rule "*" {
  severity = "advice"
}

rule "rds-single-az" {
  severity = "warning"
  paths    = ["a", "b"]
}

rule "rds-*" {
  severity = "error"
  paths    = ["b/*.tf"]
}

rule "log-group-expires-early" {
  severity = "off"
  paths    = ["**/noisy"]
}
"#;
    let folder = repository(config)
        .file("a/main.tf", DATABASE)
        .file("b/main.tf", DATABASE)
        .file("c/main.tf", DATABASE)
        .file("c/noisy/main.tf", LOGS)
        .file("d/main.tf", LOGS);
    let report = check(&folder, ".");
    assert_snapshot!(findings(&report, &folder), @r"
    log-group-expires-early advice d/main.tf
    rds-single-az advice c/main.tf
    rds-single-az error b/main.tf
    rds-single-az warning a/main.tf
    ");
    let off: Vec<&str> = report.set_aside().map(|entry| entry.status.name()).collect();
    assert_eq!(off, ["off"]);
    // A later word for every place takes back an earlier one for some.
    folder.write(
        "buttress.hcl",
        &format!("{config}\nrule \"rds-single-az\" {{\n  severity = \"advice\"\n}}\n"),
    );
    assert_snapshot!(findings(&check(&folder, "."), &folder), @r"
    log-group-expires-early advice d/main.tf
    rds-single-az advice a/main.tf
    rds-single-az advice b/main.tf
    rds-single-az advice c/main.tf
    ");
}

#[test]
fn rules_about_dates_judge_by_the_day_of_the_run_unless_a_config_pins_it() {
    // Standard support of Kubernetes 1.33 ends on 2026-07-29.
    let cluster = "resource \"aws_eks_cluster\" \"main\" {\n  version = \"1.33\"\n}\n";
    let said = |today: Option<&str>, config: &str| {
        let folder =
            repository(&format!("select = [\"engine-support-*\"]\n{config}")).file("main.tf", cluster);
        let today = today.and_then(Date::parse);
        let asked = Asked { today, ..Asked::default() };
        findings(&SESSION.check(&Settings { asked, ..settings(&folder, ".") }), &folder)
    };
    assert_snapshot!(said(Some("2026-06-03"), ""), @"engine-support-ends-soon advice main.tf");
    assert_snapshot!(said(Some("2026-07-29"), ""), @"engine-support-ends-soon advice main.tf");
    assert_snapshot!(said(Some("2026-07-30"), ""), @"engine-support-ended warning main.tf");
    assert_snapshot!(said(Some("2025-01-01"), ""), @"");
    let pinned = "rule \"engine-support-*\" {\n  parameters = { as_of = \"2026-06-03\" }\n}\n";
    assert_snapshot!(said(Some("2026-11-30"), pinned), @"engine-support-ends-soon advice main.tf");
    // Without a day, that of the table.
    assert_snapshot!(said(None, ""), @"engine-support-ends-soon advice main.tf");
}

#[test]
fn parameters_reach_the_rules() {
    let days = |days: &str| {
        let config = format!(
            "select = [\"log-group-expires-early\"]\n\nrule \"log-*\" {{\n  parameters = {{ minimum_days = {days} }}\n}}\n"
        );
        let folder = repository(&config).file("main.tf", LOGS);
        let report = check(&folder, ".");
        (report.findings().count(), problems(&report))
    };
    assert_eq!(days("3"), (0, Vec::new()));
    assert_eq!(days("4"), (1, Vec::new()));
    assert_eq!(days("\"4\"").1, ["settings/parameters the parameter `minimum_days` must be a number"]);
}

#[test]
fn the_environment_that_a_config_names_decides_on_severities() {
    let severity = |config: &str| {
        let folder =
            repository(&format!("select = [\"rds-single-az\"]\n{config}")).file("staging/main.tf", DATABASE);
        let report = check(&folder, ".");
        let root = report.roots.first().unwrap().environment.clone();
        (report.findings().next().unwrap().what.severity, root.unwrap_or_default())
    };
    assert_eq!(severity(""), (Severity::Advice, "staging".to_owned()));
    let root = |name: &str| format!("root \"staging\" {{\n  environment = \"{name}\"\n}}\n");
    assert_eq!(severity(&root("live")), (Severity::Error, "live".to_owned()));
    assert_eq!(severity(&root("blue")), (Severity::Advice, "blue".to_owned()));
    let declared = "environment \"blue\" {\n  production = true\n}\n";
    assert_eq!(severity(declared), (Severity::Error, "blue".to_owned()));
    assert_eq!(severity(&format!("{}{declared}", root("blue"))), (Severity::Error, "blue".to_owned()));
    let not = "environment \"live\" {\n  production = false\n}\n";
    assert_eq!(severity(not), (Severity::Advice, "live".to_owned()));
    let only = "rule \"rds-single-az\" {\n  severity     = \"warning\"\n  environments = [\"staging\"]\n}\n";
    assert_eq!(severity(only).0, Severity::Warning);
    let other = only.replace("[\"staging\"]", "[\"production\"]");
    assert_eq!(severity(&other).0, Severity::Advice);
    assert_eq!(severity(&format!("{declared}{other}")).0, Severity::Warning);
}

#[test]
fn each_root_fails_by_its_own_limit() {
    let folder = repository("select = [\"log-group-expires-early\"]\nfail_on = \"warning\"\n")
        .file("a/main.tf", LOGS)
        .file("b/buttress.hcl", "select = [\"log-group-expires-early\"]\n")
        .file("b/main.tf", LOGS);
    assert_eq!(check(&folder, "a").exit_code(Threshold::default()), 1);
    assert_eq!(check(&folder, "b").exit_code(Threshold::default()), 0);
    assert_eq!(check(&folder, ".").exit_code(Threshold::default()), 1);
    let asked = Asked { fail_on: Some(FailOn::Never), ..Asked::default() };
    assert_eq!(
        SESSION.check(&Settings { asked, ..settings(&folder, ".") }).exit_code(Threshold::default()),
        0
    );
}

#[test]
fn what_a_directory_is_called_decides_whether_it_is_checked() {
    let call = "module \"inner\" {\n  source = \"../inner\"\n}\n";
    let roots = |config: &str| -> Vec<String> {
        let folder = repository(config).file("inner/main.tf", DATABASE).file("outer/main.tf", call);
        let report = check(&folder, ".");
        let name = |path: &PathBuf| path.strip_prefix(folder.top()).unwrap().display().to_string();
        report.roots.iter().map(|root| name(&root.path)).collect()
    };
    let root = |kind: &str| format!("root \"*ner\" {{\n  kind = \"{kind}\"\n}}\n");
    assert_eq!(roots(""), ["outer"]);
    assert_eq!(roots(&root("applied")), ["inner", "outer"]);
    assert_eq!(roots(&root("applicable")), ["inner", "outer"]);
    let sample = "root \"outer\" {\n  kind = \"sample\"\n}\n";
    assert_eq!(roots(sample), [""; 0]);
    // What calls it is there all the same.
    assert_eq!(roots("exclude = [\"outer\"]\n"), [""; 0]);
}

#[test]
fn an_edition_keeps_newer_rules_away() {
    let rule = |id: &str, since: &str| {
        let text = include_str!("../../fixtures/config/estate/policy/acme-bucket-without-owner.hcl");
        let text =
            text.replace("acme-bucket-without-owner", id).replace("  why ", &format!("{since}\n  why "));
        (format!("policy/{id}.hcl"), text)
    };
    let ran = |edition: &str| {
        let mut folder = repository(&format!("{edition}\nselect = [\"acme-*\"]\nrules = [\"policy\"]\n"))
            .file("main.tf", "resource \"aws_s3_bucket\" \"main\" {}\n");
        for (path, text) in [
            rule("acme-old", "since = \"2027.1\""),
            rule("acme-new", "since = \"2027.2\""),
            rule("acme-any", ""),
        ] {
            folder = folder.file(&path, &text);
        }
        let report = check(&folder, ".");
        let ids: Vec<String> = report.findings().map(|entry| entry.what.id.to_string()).collect();
        (ids.join(" "), problems(&report))
    };
    assert_eq!(ran(""), ("acme-any acme-new acme-old".to_owned(), Vec::new()));
    assert_eq!(ran("edition = \"2027.2\""), ("acme-any acme-new acme-old".to_owned(), Vec::new()));
    assert_eq!(ran("edition = \"2027.1\""), ("acme-any acme-old".to_owned(), Vec::new()));
    assert_eq!(
        ran("edition = \"2027.3\"").1,
        ["settings/edition this version of buttress does not know the edition 2027.3"]
    );
    assert_eq!(ran("edition = \"2026.9\"").1, ["settings/edition there is no rule in the edition 2026.9"]);
    assert_eq!(ran("edition = \"latest\"").1, ["decode/value `latest` is not an edition"]);
}

#[test]
fn every_rule_that_comes_with_the_program_has_an_edition() {
    let without: Vec<String> = RuleSet::embedded()
        .rules
        .iter()
        .filter(|rule| rule.since.is_none())
        .map(|rule| rule.id.to_string())
        .collect();
    assert_eq!(without, [""; 0]);
    let order = ["2027.1", "2027.2", "2027.10", "2028.1"].map(|text| Edition::parse(text).unwrap());
    assert!(order.is_sorted());
    for wrong in ["", "2027", "2027.", "2027.01", "2027.0", "27.1", "2027.1.1", "+2027.1", "2027.99999"] {
        assert_eq!(Edition::parse(wrong), None, "{wrong}");
    }
}

/// What is not known of a message, or must not be shown, takes nothing else away: whom it is about least of all.
#[test]
fn a_message_keeps_its_subject() {
    let rule = include_str!("../../fixtures/config/estate/policy/acme-bucket-without-owner.hcl");
    let told = |message: &str| {
        let rule = rule.replace("message  = \"`${self}` has no tag `${param.tag}`\"", message);
        let folder = repository("rules  = [\"policy\"]\nselect = [\"acme-*\"]\n")
            .file("policy/acme-bucket-without-owner.hcl", &rule)
            .file(
                "main.tf",
                "variable \"name\" {}\nvariable \"key\" {\n  sensitive = true\n  default   = \"secret\"\n}\n\
                 resource \"aws_s3_bucket\" \"a\" {\n  bucket        = \"x-${var.name}\"\n  bucket_prefix = var.key\n}\n",
            );
        let report = check(&folder, ".");
        assert_eq!(problems(&report), [""; 0], "{message}");
        report.findings().next().unwrap().what.message.clone()
    };
    assert_eq!(
        told("message = \"`${self}` is called `${self.bucket}`\""),
        "`aws_s3_bucket.a` is called `x-…`"
    );
    assert_eq!(told("message = \"`${self}` is ${length(self.bucket)} long\""), "`aws_s3_bucket.a` is … long");
    for message in ["self.arn", "\"${self} ${self.bucket_prefix}\"", "self.bucket == \"x-a\" ? \"b\" : \"c\""]
    {
        assert_eq!(told(&format!("message = {message}")), "`aws_s3_bucket.a`: bucket has no owner tag");
    }
}

#[test]
fn own_rules_hold_where_their_config_does() {
    let rule = include_str!("../../fixtures/config/estate/policy/acme-bucket-without-owner.hcl");
    let bucket = "resource \"aws_s3_bucket\" \"main\" {}\n";
    let folder = repository("select = [\"rds-single-az\"]\n")
        .file("a/buttress.hcl", "rules  = [\"../policy\"]\nselect = [\"acme-*\"]\n")
        .file("a/main.tf", bucket)
        .file("b/buttress.hcl", "ignore = [\"*\"]\n")
        .file("b/main.tf", bucket)
        .file("policy/acme-bucket-without-owner.hcl", rule);
    assert_snapshot!(findings(&check(&folder, "."), &folder), @"acme-bucket-without-owner error a/main.tf");
    let report = check(&folder, ".");
    assert_eq!(problems(&report), Vec::<String>::new());
}

#[test]
fn mistakes_in_own_rules_are_problems() {
    let rule = include_str!("../../fixtures/config/estate/policy/acme-bucket-without-owner.hcl");
    let said = |name: &str, text: &str| {
        let folder = repository("rules = [\"policy\"]\n")
            .file("main.tf", LOGS)
            .file(&format!("policy/{name}.hcl"), text);
        let report = check(&folder, ".");
        assert!(report.is_incomplete());
        assert!(report.findings().count() > 0, "everything else is checked");
        problems(&report).join("\n")
    };
    let taken = rule.replace("acme-bucket-without-owner", "rds-single-az");
    assert_snapshot!(said("rds-single-az", &taken), @"rule/taken there is a rule `rds-single-az` already: it comes with the program");
    let former = rule.replace(
        "  severity",
        "  renamed_from = [\"database-backups-expire-early\", \"acme-bucket-without-owner\"]\n  severity",
    );
    assert_snapshot!(said("acme-bucket-without-owner", &former), @"
    rule/renamed-from `acme-bucket-without-owner` cannot be a former id of `acme-bucket-without-owner`: it is its id today
    rule/renamed-from `database-backups-expire-early` cannot be a former id of `acme-bucket-without-owner`: `rds-backups-expire-early` lists it already
    ");
    assert_snapshot!(said("acme-bucket", rule), @"rule/file-name the rule `acme-bucket-without-owner` is in the file `acme-bucket.hcl`; file name and id must agree");
    assert_snapshot!(said("acme-bucket-without-owner", &rule.replace("try(", "attempt(")), @"rule/unknown-function there is no function or verb `attempt`");
    assert_snapshot!(said("model", "resource \"aws_s3_bucket\" {\n  role = \"queue\"\n}\n"), @"decode/unknown-block a file of rules has no block `resource`");
}

#[test]
#[cfg(unix)]
fn nothing_outside_of_the_repository_is_read() {
    let outside =
        Folder::new("outside").file("policy/a.hcl", "outsider = 1").file("prod.tfvars", "outsider = 1\n");
    let top = outside.top().display();
    let config = format!(
        "rules = [\"../{0}/policy\", \"{top}/policy\", \"linked\"]\n\nenvironment \"prod\" {{\n  var_files = [\"../{0}/prod.tfvars\"]\n}}\n",
        outside.top().file_name().unwrap().to_string_lossy()
    );
    let folder = repository(&config).file("main.tf", LOGS);
    std::os::unix::fs::symlink(outside.path("policy"), folder.path("linked")).unwrap();
    let report = check(&folder, ".");
    let codes: Vec<&str> = report.problems().map(|problem| problem.id.as_str()).collect();
    assert_eq!(codes, ["source/outside"; 4]);
    assert!(report.sources.iter().all(|(_, file)| !file.text.contains("outsider")));
    std::fs::remove_file(folder.path("buttress.hcl")).unwrap();
    std::os::unix::fs::symlink(outside.path("prod.tfvars"), folder.path("buttress.hcl")).unwrap();
    let report = check(&folder, ".");
    let codes: Vec<&str> = report.problems().map(|problem| problem.id.as_str()).collect();
    assert_eq!(codes, ["source/outside"]);
}

#[test]
fn patterns_of_paths_stay_within_names() {
    let contains = |pattern: &str, path: &str| {
        PathPatterns::new(vec![pattern.to_owned()]).unwrap().contain(Path::new(path))
    };
    for (pattern, path) in [
        ("infra", "infra"),
        ("infra", "infra/prod/main.tf"),
        ("./infra/", "infra/prod"),
        ("live/*/prod", "live/eu/prod/main.tf"),
        ("**/examples", "modules/net/examples/simple"),
        ("**/examples", "examples"),
        (".", "anything/at/all"),
        ("*.tf", "main.tf"),
    ] {
        assert!(contains(pattern, path), "{pattern} {path}");
    }
    for (pattern, path) in [
        ("infra", "infrastructure"),
        ("infra", "modules/infra"),
        ("live/*/prod", "live/eu/west/prod"),
        ("*.tf", "a/main.tf"),
        ("INFRA", "infra"),
    ] {
        assert!(!contains(pattern, path), "{pattern} {path}");
    }
    for wrong in ["", "/", "../infra", "a/../../b", "/etc", "[", "{a"] {
        assert!(PathPatterns::new(vec![wrong.to_owned()]).is_err(), "{wrong}");
    }
}

/// The page about configs is made from tables; the decoder lists what it knows when it is asked for something else.
#[test]
fn the_page_lists_what_the_decoder_knows() {
    for block in BLOCKS {
        let open = match block.header {
            "" => String::new(),
            header => format!("{} {{\n", header.replace("RULE", "rds-single-az").replace("PATTERN", "a")),
        };
        let close = if block.header.is_empty() { "" } else { "}\n" };
        let folder = repository(&format!("{open}  {} = 1\n{close}", "z".repeat(40))).file("main.tf", LOGS);
        let report = check(&folder, ".");
        let help =
            report.problems().find(|problem| problem.id == "decode/unknown-attribute").unwrap().help.clone();
        let known: BTreeSet<String> =
            help.unwrap().trim_start_matches("known names: ").split(", ").map(str::to_owned).collect();
        let listed: BTreeSet<String> = block.settings.iter().map(|setting| setting.name.to_owned()).collect();
        assert_eq!(known, listed, "{}", block.header);
    }
}

#[test]
fn a_session_without_own_rules_keeps_its_rule_set() {
    let session = Session::embedded();
    let folder = repository("rules = [\"policy\"]\n").file("main.tf", LOGS).file(
        "policy/acme-bucket-without-owner.hcl",
        include_str!("../../fixtures/config/estate/policy/acme-bucket-without-owner.hcl"),
    );
    let before = session.rules().rules.len();
    let report = session.check(&settings(&folder, "."));
    assert_eq!(report.rules.len(), before + 1);
    assert_eq!(session.rules().rules.len(), before);
}

#[test]
fn a_suppression_of_a_rule_that_does_not_run_is_not_unused() {
    let text = format!("# buttress:ignore rds-single-az reason=\"a copy stands in another Region\"\n{LOGS}");
    let ids = |config: &str| -> Vec<String> {
        let folder = repository(config).file("main.tf", &text);
        check(&folder, ".").findings().map(|entry| entry.what.id.to_string()).collect()
    };
    assert_eq!(ids("select = [\"rds-*\"]\n"), ["suppression/unused"]);
    assert_eq!(ids("select = [\"kms-*\"]\n"), [""; 0]);
}

#[test]
fn no_more_files_of_rules_are_read_than_anybody_writes() {
    let folder = repository("rules = [\"policy\"]\n").file("main.tf", LOGS);
    for number in 0..2001 {
        folder.write(&format!("policy/{number}.hcl"), "");
    }
    let report = check(&folder, ".");
    assert_snapshot!(problems(&report).join("\n").replace(&folder.top().display().to_string(), "…"), @"settings/too-many-rules `…/policy/999.hcl` and further files of rules are not read: there are too many");
    std::fs::remove_file(folder.path("policy/0.hcl")).unwrap();
    assert_eq!(problems(&check(&folder, ".")), Vec::<String>::new());
}

#[test]
fn what_lies_in_an_excluded_directory_that_is_named_is_checked() {
    let of = |exclude: &str, path: &str| {
        let folder = repository(exclude).file("scratch/x/main.tf", DATABASE).file("app/main.tf", DATABASE);
        check(&folder, path).roots.len()
    };
    let scratch = "exclude = [\"scratch\"]\n";
    assert_eq!([of(scratch, ""), of(scratch, "scratch"), of(scratch, "scratch/x")], [1, 1, 1]);
    let below = "exclude = [\"scratch/x\"]\n";
    assert_eq!([of(below, "scratch"), of(below, "scratch/x")], [0, 1]);
}
