//! What counts as input: copies of modules, files of values, directories that are no root modules, and which environment a root is for.

use std::path::{Path, PathBuf};

use buttress::report::Report;
use buttress::settings::{AskedEnvironment, Settings, ValueSources};

use crate::support::folder::Folder;
use crate::support::verdicts::SESSION;

fn settings(path: PathBuf) -> Settings {
    Settings { paths: vec![path], ..Settings::default() }
}

/// Codes of problems, each with its message up to the first colon; the folder's own path is left out.
fn problems(report: &Report, folder: &Folder) -> String {
    let top = format!("{}/", folder.top().display());
    let lines =
        report.problems().map(|problem| format!("{}: {}", problem.id, problem.message.replace(&top, "")));
    lines.collect::<Vec<_>>().join("\n")
}

/// Whether a rule fails somewhere, and how bad it is.
fn fails(report: &Report, rule: &str) -> Vec<String> {
    let found = report.findings().filter(|entry| entry.what.id == rule);
    found.map(|entry| format!("{:?} {}", entry.what.severity, entry.what.address)).collect()
}

/// A call, a manifest that says what was fetched for it, and the copy: a database without a standby.
fn fetched(call: &str, noted: &str, data: &str) -> Folder {
    let manifest = format!(
        r#"{{"Modules":[{{"Key":"","Source":"","Dir":"."}},{{"Key":"q",{noted},"Dir":"{data}/modules/q"}}]}}"#
    );
    Folder::new("inputs")
        .file("main.tf", &format!("module \"q\" {{\n{call}\n}}\n"))
        .file(&format!("{data}/modules/modules.json"), &manifest)
        .file(&format!("{data}/modules/q/main.tf"), DATABASE)
}

const DATABASE: &str =
    "resource \"aws_db_instance\" \"q\" {\n  engine   = \"postgres\"\n  multi_az = false\n}\n";
const RULE: &str = "rds-single-az";

#[test]
fn a_copy_counts_for_the_source_and_version_that_it_was_fetched_for() {
    let is_taken = |call: &str, noted: &str| {
        let folder = fetched(call, noted, ".terraform");
        let report = SESSION.check(&settings(folder.top().to_owned()));
        let found = fails(&report, RULE).len() == 1;
        let stale = report.problems().any(|problem| problem.id == "config/module-stale");
        assert_ne!(found, stale, "{call} {noted}: {}", problems(&report, &folder));
        found
    };
    let registry = r#""Source":"registry.terraform.io/acme/queue/aws","Version":"1.4.0""#;
    assert!(is_taken(r#"source = "acme/queue/aws""#, registry));
    assert!(is_taken("source = \"acme/queue/aws\"\nversion = \"~> 1.0\"", registry));
    assert!(!is_taken("source = \"acme/queue/aws\"\nversion = \"~> 2.0\"", registry));
    assert!(!is_taken(r#"source = "other/queue/aws""#, registry));
    assert!(!is_taken(r#"source = "app.terraform.io/acme/queue/aws""#, registry));
    assert!(!is_taken(r#"source = "acme/queue/aws//modules/fifo""#, registry));
    let git = r#""Source":"git::https://github.com/acme/queue.git?ref=v1""#;
    assert!(is_taken(r#"source = "github.com/acme/queue?ref=v1""#, git));
    assert!(is_taken(r#"source = "git::ssh://git@github.com/acme/queue.git?ref=v1&depth=1""#, git));
    assert!(is_taken(r#"source = "git@github.com:acme/queue.git?ref=v1""#, git));
    assert!(!is_taken(r#"source = "github.com/acme/queue?ref=v2""#, git));
    assert!(!is_taken(r#"source = "github.com/acme/queue""#, git));
    // A store of objects has too many spellings to tell them apart.
    let store = r#""Source":"s3::https://s3.amazonaws.com/acme/queue.zip""#;
    assert!(is_taken(r#"source = "acme.s3.amazonaws.com/queue.zip""#, store));
}

#[test]
fn what_is_fetched_lies_where_the_data_directory_is() {
    let registry = r#""Source":"registry.terraform.io/acme/queue/aws","Version":"1.4.0""#;
    for data in [".data", "data"] {
        let folder = fetched("source = \"acme/queue/aws\"", registry, data);
        let own = settings(folder.top().to_owned());
        let not_told = SESSION.check(&own);
        assert!(fails(&not_told, RULE).iter().all(|found| !found.contains("module.q")), "{data}");
        let absolute = Some(folder.path(data));
        for data_dir in [Some(PathBuf::from(data)), absolute] {
            let report = SESSION.check(&Settings { data_dir: data_dir.clone(), ..own.clone() });
            assert_eq!(fails(&report, RULE), ["Error module.q.aws_db_instance.q"], "{data_dir:?}");
            assert_eq!(report.roots.len(), 1, "{data_dir:?}");
        }
        // The same directory can be named as one with copies.
        let module_dirs = vec![folder.path(data).join("modules")];
        let report = SESSION.check(&Settings { module_dirs, ..own });
        assert_eq!(fails(&report, RULE), ["Error module.q.aws_db_instance.q"], "{data}");
        assert_eq!(report.roots.len(), 1, "{data}");
    }
}

#[test]
fn copies_lie_by_host_namespace_name_and_provider() {
    let is_found = |source: &str, place: &str| {
        let folder = Folder::new("inputs")
            .file("root/main.tf", &format!("module \"q\" {{\n  source = \"{source}\"\n}}\n"))
            .file(&format!("copies/{place}/main.tf"), DATABASE);
        let module_dirs = vec![folder.path("copies")];
        let report = SESSION.check(&Settings { module_dirs, ..settings(folder.path("root")) });
        !fails(&report, RULE).is_empty()
    };
    for place in [
        "registry.terraform.io/acme/queue/aws",
        "acme/queue/aws",
        "acme/terraform-aws-queue",
        "terraform-aws-queue",
    ] {
        assert!(is_found("acme/queue/aws", place), "{place}");
        assert!(is_found("acme/queue/aws//modules/fifo", &format!("{place}/modules/fifo")), "{place}");
        assert!(!is_found("acme/queue/aws//modules/fifo", place), "{place}");
    }
    for place in [
        "queue/aws",
        "aws",
        "queue",
        "other/queue/aws",
        "app.terraform.io/acme/queue/aws",
        "acme/queue/google",
    ] {
        assert!(!is_found("acme/queue/aws", place), "{place}");
    }
    assert!(is_found("app.terraform.io/acme/queue/aws", "app.terraform.io/acme/queue/aws"));
    assert!(!is_found("app.terraform.io/acme/queue/aws", "registry.terraform.io/acme/queue/aws"));
    for place in ["git.acme.example/infra/queue", "infra/queue", "queue"] {
        assert!(is_found("git::https://git.acme.example/infra/queue.git?ref=v1", place), "{place}");
        assert!(is_found("git::ssh://git@git.acme.example/infra/queue.git", place), "{place}");
    }
}

#[test]
fn a_copy_reads_its_own_files_however_its_directory_was_named() {
    let module = "locals {\n  name = trimspace(file(\"${path.module}/name.txt\"))\n}\n\nresource \"aws_sqs_queue\" \"q\" {\n  name = local.name\n}\n\nresource \"aws_sqs_queue\" \"dead\" {\n  name = \"${local.name}-dead\"\n}\n";
    let folder = Folder::new("inputs")
        .file("root/main.tf", "module \"q\" {\n  source = \"acme/queue/aws\"\n}\n")
        .file("copies/acme/queue/aws/main.tf", module)
        .file("copies/acme/queue/aws/name.txt", "orders\n");
    let said = |named: &Path| {
        let module_dirs = vec![named.to_owned()];
        let report = SESSION.check(&Settings { module_dirs, ..settings(folder.path("root")) });
        assert_eq!(problems(&report, &folder), "");
        report
            .unknown_verdicts()
            .filter(|verdict| verdict.what.cause.to_string().contains("name.txt"))
            .count()
    };
    assert_eq!(said(&folder.path("copies")), 0);
    assert_eq!(said(&folder.path("root/../copies")), 0);
}

#[test]
fn a_path_into_the_data_directory_is_a_module_that_is_not_downloaded() {
    let call = |source: &str| {
        let folder =
            Folder::new("inputs").file("main.tf", &format!("module \"q\" {{\n  source = \"{source}\"\n}}\n"));
        let report = SESSION.check(&settings(folder.top().to_owned()));
        report.problems().map(|problem| problem.id.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(call("./.terraform/modules/queue/modules/fifo"), ["config/module-not-downloaded"]);
    assert_eq!(call("./modules/queue"), ["config/module-missing"]);
}

#[test]
fn backslashes_lead_where_slashes_do() {
    let folder = Folder::new("inputs")
        .file("main.tf", "module \"q\" {\n  source = \".\\\\modules\\\\queue\"\n}\n")
        .file("modules/queue/main.tf", DATABASE);
    let report = SESSION.check(&settings(folder.top().to_owned()));
    assert_eq!(fails(&report, RULE), ["Error module.q.aws_db_instance.q"]);
    assert_eq!(report.roots.len(), 1);
}

fn write_bytes(folder: &Folder, path: &str, bytes: &[u8]) {
    folder.write(path, "");
    std::fs::write(folder.path(path), bytes).unwrap();
}

#[test]
fn only_a_comment_need_not_be_utf_8() {
    let of = |text: &[u8]| {
        let folder = Folder::new("inputs");
        write_bytes(&folder, "main.tf", text);
        let report = SESSION.check(&settings(folder.top().to_owned()));
        (report.counts.resources, problems(&report, &folder))
    };
    let queue = DATABASE.as_bytes();
    for comment in
        [&b"# f\xfcr Bestellungen\n"[..], b"// \xfc\n", b"/* \xfc\n \xe4\xe4 */\n", b"\xef\xbb\xbf# \xfc\n"]
    {
        assert_eq!(of(&[comment, queue].concat()), (1, String::new()));
        assert_eq!(of(&[comment, queue, b"# \xff\xfe"].concat()), (1, String::new()));
    }
    for value in [
        &b"locals {\n  a = \"\xfc\" # \xfc\n}\n"[..],
        b"locals {\n  \xfc = 1\n}\n",
        b"locals {\n  a = <<-T\n  \xfc\n  T\n}\n",
    ] {
        let (resources, said) = of(&[value, queue].concat());
        assert!(resources == 0 && said.starts_with("source/not-utf8: "), "{said}");
    }
}

#[test]
fn values_that_are_encrypted_are_not_known() {
    let main = "variable \"standby\" {\n  default = true\n}\n\nresource \"aws_db_instance\" \"orders\" {\n  engine   = \"postgres\"\n  multi_az = var.standby\n}\n";
    let run = |path: &str, values: ValueSources| {
        let folder = Folder::new("inputs").file("main.tf", main);
        write_bytes(&folder, path, b"\0GITCRYPT\0\x01\x02\xff");
        let files = values.files.iter().map(|file| folder.path(file.to_str().unwrap())).collect();
        let values = ValueSources { files, ..values };
        let report = SESSION.check(&Settings { values, ..settings(folder.top().to_owned()) });
        let open: Vec<_> = report
            .unknown_verdicts()
            .filter(|verdict| verdict.what.rules().any(|rule| rule == "rds-single-az"))
            .collect();
        (problems(&report, &folder), open.len(), report.is_incomplete())
    };
    let said = "source/encrypted: `terraform.tfvars` is encrypted with git-crypt: its contents are unknown";
    assert_eq!(run("terraform.tfvars", ValueSources::default()), (said.to_owned(), 1, false));
    let named = ValueSources { files: vec!["secret.tfvars".into()], ..ValueSources::default() };
    let (said, open, is_incomplete) = run("secret.tfvars", named);
    assert!(said.starts_with("source/encrypted") && (open, is_incomplete) == (1, false), "{said}");
    // What counts more is known.
    let assigned = buttress::settings::Assigned { name: "standby".into(), text: "true".into(), after: 0 };
    let assigned = ValueSources { assigned: vec![assigned], ..ValueSources::default() };
    let (_, open, _) = run("terraform.tfvars", assigned);
    assert_eq!(open, 0);
}

#[test]
fn nothing_is_wrong_where_it_is_not_known_to_be() {
    let text = |count: &str| {
        format!(
            "variable \"launch\" {{\n  type = bool\n}}\n\nvariable \"settings\" {{\n  type    = object({{ days = number }})\n  default = null\n}}\n\nresource \"aws_cloudwatch_log_group\" \"app\" {{\n  count             = {count}\n  retention_in_days = var.settings.days\n}}\n\nmodule \"second\" {{\n  source = \"./m\"\n  count  = {count}\n  days   = var.settings.days\n}}\n"
        )
    };
    let of = |count: &str| {
        let folder = Folder::new("inputs")
            .file("main.tf", &text(count))
            .file("m/main.tf", "variable \"days\" {\n  type = number\n}\n");
        let report = SESSION.check(&settings(folder.top().to_owned()));
        report.problems().filter(|problem| problem.id == "eval/value").count()
    };
    assert_eq!(of("var.launch ? 1 : 0"), 0);
    assert_ne!(of("1"), 0);
}

#[test]
fn fragments_are_no_roots() {
    let fragment = "resource \"aws_sqs_queue\" \"q\" {\n  name              = local.name\n  policy            = local.policy\n  kms_master_key_id = var.key\n}\n";
    let of = |mark: Option<(&str, &str)>, named: &str| {
        let mut folder =
            Folder::new("inputs").file("service/main.tf", DATABASE).file("parts/queue.tf", fragment);
        if let Some((path, text)) = mark {
            folder = folder.file(path, text);
        }
        let report = SESSION.check(&settings(folder.path(named)));
        let mut ids: Vec<String> = report.problems().map(|problem| problem.id.to_string()).collect();
        ids.dedup();
        (report.roots.len(), ids)
    };
    assert_eq!(of(None, ""), (1, vec!["config/no-root".to_owned()]));
    assert_eq!(of(None, "parts"), (1, vec!["eval/reference".to_owned()]));
    for mark in [
        ("parts/backend.tf", "terraform {\n  backend \"s3\" {}\n}\n"),
        ("parts/provider.tf", "provider \"aws\" {\n  region = \"eu-west-1\"\n}\n"),
        ("parts/.terraform.lock.hcl", ""),
        ("parts/terraform.tfvars", ""),
    ] {
        assert_eq!(of(Some(mark), ""), (2, vec!["eval/reference".to_owned()]), "{}", mark.0);
    }
}

/// The environments of the roots in a folder with one root at this path.
fn environment(root: &str, main: &str, values: Option<&str>) -> Option<String> {
    let mut folder = Folder::new("inputs")
        .file(".git/HEAD", "ref: refs/heads/main\n")
        .file(&format!("{root}/main.tf"), &format!("{DATABASE}{main}"));
    if let Some(values) = values {
        folder = folder.file(&format!("{root}/terraform.tfvars"), values);
    }
    let report = SESSION.check(&settings(folder.top().to_owned()));
    report.roots[0].environment.clone()
}

#[test]
fn names_tell_environments() {
    let of = |name: &str| environment(name, "", None).unwrap_or_else(|| "not known".to_owned());
    for name in ["prod", "production", "live", "prd", "eu-prod", "prod_eu", "Prod2", "prod/network"] {
        assert_eq!(of(name), "production", "{name}");
    }
    for name in [
        "non-prod",
        "nonprod",
        "non_production",
        "not-live",
        "no-prod",
        "NonProd/network",
        "eu-non-prod",
        "nonprod1",
    ] {
        assert_eq!(of(name), "non-production", "{name}");
    }
    for name in ["pre-prod", "preprod", "pre_production", "preprod/network"] {
        assert_eq!(of(name), "pre-production", "{name}");
    }
    for name in ["dev", "staging", "sbx", "integration", "acceptance", "perf", "int"] {
        assert_eq!(of(name), name);
    }
    assert_eq!(of("dev01"), "dev");
    for name in ["network", "int-queue", "product", "reproduce", "delivery", "alive"] {
        assert_eq!(of(name), "not known", "{name}");
    }
}

#[test]
fn a_default_is_no_evidence_of_an_environment() {
    let variable = "variable \"environment\" {\n  default = \"dev\"\n}\n";
    assert_eq!(environment("stack", variable, None), None);
    assert_eq!(environment("stack", variable, Some("environment = \"dev\"\n")).as_deref(), Some("dev"));
    assert_eq!(environment("dev", variable, Some("environment = \"prod\"\n")).as_deref(), Some("production"));
}

#[test]
fn the_way_to_a_root_says_nothing() {
    let text =
        "resource \"aws_db_instance\" \"orders\" {\n  engine   = \"postgres\"\n  multi_az = false\n}\n";
    let folder = Folder::new("dev")
        .file("dev/repository/.git/HEAD", "ref: refs/heads/main\n")
        .file("dev/repository/stacks/test/main.tf", text)
        .file("dev/repository/examples/complete/main.tf", text)
        .file("dev/repository/main/main.tf", text);
    let run = |path: &str, root: &str| {
        let report = SESSION.check(&settings(folder.path(path)));
        let index = report.roots.iter().position(|own| own.path.ends_with(root)).unwrap();
        let findings: Vec<_> = report
            .findings()
            .filter(|entry| entry.root == Some(index))
            .map(|entry| format!("{:?} {} {}", entry.what.severity, entry.what.id, entry.what.address))
            .collect();
        (report.roots[index].environment.clone(), findings)
    };
    for (root, environment) in [("stacks/test", Some("test")), ("examples/complete", None), ("main", None)] {
        let inside = run(&format!("dev/repository/{root}"), root);
        assert_eq!(inside.0.as_deref(), environment, "{root}");
        assert_eq!(run("dev/repository", root), inside, "{root}");
        assert_eq!(run(&format!("dev/repository/main/../{root}"), root), inside, "{root}");
        assert_eq!(run("", root), inside, "{root}");
    }
}

#[test]
fn a_file_that_stands_for_an_environment_has_a_place_and_says_something() {
    let names = |files: &[(&str, &str)]| {
        let mut folder =
            Folder::new("inputs").file("main.tf", &format!("{DATABASE}variable \"environment\" {{}}\n"));
        for (path, text) in files {
            folder = folder.file(path, text);
        }
        let environments =
            files.iter().map(|(path, _)| AskedEnvironment::of_file(folder.path(path))).collect();
        let values = ValueSources { environments, ..ValueSources::default() };
        let report = SESSION.check(&Settings { values, ..settings(folder.top().to_owned()) });
        report.roots.iter().map(|root| root.environment.clone().unwrap_or_default()).collect::<Vec<_>>()
    };
    assert_eq!(
        names(&[("env/prod/terraform.tfvars", ""), ("env/dev/terraform.tfvars", "")]),
        ["production", "dev"]
    );
    assert_eq!(
        names(&[("a/rds.tfvars", "environment = \"prod\"\n"), ("staging/rds.tfvars", "")]),
        ["production", "staging"]
    );
    assert_eq!(names(&[("eu.tfvars", ""), ("acme/terraform.tfvars", "")]), ["eu", "acme"]);
}

#[test]
fn providers_that_are_used_are_required() {
    let rule = "provider-version-unconstrained";
    let of = |files: &[(&str, &str)]| {
        let mut folder = Folder::new("inputs");
        for (path, text) in files {
            folder = folder.file(path, text);
        }
        let report = SESSION.check(&settings(folder.top().to_owned()));
        let open = report
            .unknown_verdicts()
            .filter(|verdict| {
                verdict.what.rules().any(|own| own == rule) && verdict.what.address.contains("provider.")
            })
            .count();
        (fails(&report, rule).into_iter().map(|found| found.replace("Error ", "")).collect::<Vec<_>>(), open)
    };
    let none: Vec<String> = Vec::new();
    let required = |name: &str, version: &str| {
        format!(
            "terraform {{\n  required_providers {{\n    {name} = {{\n      source = \"hashicorp/{name}\"\n{version}    }}\n  }}\n}}\n"
        )
    };
    let versioned = required("aws", "      version = \"~> 6.0\"\n");
    assert_eq!(of(&[("main.tf", DATABASE)]), (vec!["provider.aws".to_owned()], 0));
    assert_eq!(of(&[("main.tf", DATABASE), ("versions.tf", &versioned)]), (none.clone(), 0));
    let random = "resource \"random_id\" \"a\" {\n  provider = random.other\n}\n\nresource \"terraform_data\" \"b\" {}\n\nprovider \"tls\" {}\n";
    assert_eq!(
        of(&[("main.tf", DATABASE), ("more.tf", random), ("versions.tf", &versioned)]),
        (vec!["provider.random".to_owned(), "provider.tls".to_owned()], 0)
    );
    assert_eq!(
        of(&[("main.tf", DATABASE), ("p.tf", "provider \"aws\" {\n  version = \"~> 3.0\"\n}\n")]),
        (none.clone(), 0)
    );
    // What one module requires holds for all of them.
    let call = "module \"m\" {\n  source = \"./m\"\n}\n";
    assert_eq!(
        of(&[("main.tf", DATABASE), ("call.tf", call), ("m/versions.tf", &versioned)]),
        (none.clone(), 0)
    );
    assert_eq!(
        of(&[("call.tf", call), ("m/main.tf", DATABASE)]),
        (vec!["module.m.provider.aws".to_owned()], 0)
    );
    let absent = "module \"m\" {\n  source = \"acme/m/aws\"\n}\n";
    assert_eq!(of(&[("main.tf", DATABASE), ("call.tf", absent)]), (none.clone(), 1));
    // Override files replace a requirement, and leave the others.
    let two = "terraform {\n  required_providers {\n    aws    = { source = \"hashicorp/aws\" }\n    random = { source = \"hashicorp/random\" }\n  }\n}\n";
    assert_eq!(
        of(&[("main.tf", two), ("main_override.tf", &versioned)]),
        (vec!["provider.random".to_owned()], 0)
    );
}

/// A path on a machine is not known, but how it ends is.
#[test]
fn a_path_below_the_working_directory_is_known_from_its_name_on() {
    let text = r#"
        locals {
          holds = {
            below  = basename(abspath("a/../b.txt")) == "b.txt"
            ends   = endswith(abspath("files/c.txt"), "/service/files/c.txt")
            same   = basename(abspath(path.module)) == "service"
            beside = basename(abspath("../d")) == "d"
          }
        }
        resource "aws_db_instance" "known" {
          for_each                = local.holds
          engine                  = "postgres"
          backup_retention_period = 7
          multi_az                = !each.value
        }
        resource "aws_db_instance" "around" {
          engine                  = "postgres"
          backup_retention_period = 7
          multi_az                = basename(abspath("..")) == "x"
        }
    "#;
    let folder = Folder::new("inputs").file("service/main.tf", text);
    let report = SESSION.check(&settings(folder.path("service")));
    let failed = report.findings().filter(|entry| entry.what.id == "rds-single-az");
    let mut failed: Vec<String> = failed.map(|entry| entry.what.address.to_string()).collect();
    failed.sort();
    let keys = ["below", "beside", "ends", "same"];
    assert_eq!(failed, keys.map(|key| format!("aws_db_instance.known[\"{key}\"]")));
    let open = report.unknown_verdicts().filter(|entry| entry.what.rule == "rds-single-az");
    assert_eq!(
        open.map(|entry| entry.what.address.to_string()).collect::<Vec<_>>(),
        ["aws_db_instance.around"]
    );
}
