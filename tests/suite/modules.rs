//! Modules that are not there: how they are told apart, counted and reported.

use std::sync::Arc;

use buttress::check::Session;
use buttress::report::Report;
use buttress::rule::RuleSet;
use buttress::settings::{Settings, ValueSources};

use crate::support::folder::Folder;

/// Checks a folder without any rule.
fn check(folder: &Folder) -> Report {
    check_with(Settings { paths: vec![folder.top().to_owned()], ..Settings::default() })
}

fn check_with(settings: Settings) -> Report {
    Session::new(Arc::new(RuleSet::default())).check(&settings)
}

/// A root module with calls: name, source and further lines of each.
fn root(calls: &[(&str, &str, &str)]) -> String {
    let call = |(name, source, rest): &(&str, &str, &str)| {
        format!("module \"{name}\" {{\n  source = \"{source}\"\n{rest}\n}}\n")
    };
    "terraform {\n  backend \"s3\" {}\n}\n".to_owned() + &calls.iter().map(call).collect::<String>()
}

/// The messages about modules that are not there, in order.
fn told(report: &Report) -> Vec<String> {
    let about = report.problems().filter(|problem| problem.id == "config/module-not-downloaded");
    about.map(|problem| problem.message.clone()).collect()
}

#[test]
fn a_module_that_is_not_there_is_told_once_for_each_source() {
    let mut folder = Folder::new("missing-modules").file(".git/HEAD", "");
    for n in 0..20 {
        let text = root(&[
            ("vpc", "terraform-aws-modules/vpc/aws", "  version = \"~> 5.0\""),
            (
                "queue",
                "git::https://github.com/acme/queue.git//fifo?ref=v1",
                "  for_each = toset([\"a\", \"b\"])",
            ),
        ]);
        folder = folder.file(&format!("live/r{n:02}/main.tf"), &text);
    }
    let report = check(&folder);
    insta::assert_snapshot!(told(&report).join("\n"), @r"
    the module `terraform-aws-modules/vpc/aws` (~> 5.0) is not downloaded: the resources and outputs of 20 calls in 20 root modules are unknown
    the module `git::https://github.com/acme/queue.git//fifo?ref=v1` is not downloaded: the resources and outputs of 20 calls in 20 root modules are unknown (40 instances)
    ");
    assert_eq!((report.missing_calls(), report.to_fetch.len()), (40, 20));
}

#[test]
fn spellings_of_one_source_are_one_and_other_directories_and_versions_are_others() {
    let text = root(&[
        ("a", "git::https://github.com/acme/queue.git//fifo?ref=v1", ""),
        ("b", "github.com/acme/queue//fifo?ref=v1", ""),
        ("c", "github.com/acme/queue//fifo?ref=v1&depth=1", ""),
        ("d", "github.com/acme/queue//standard?ref=v1", ""),
        ("e", "github.com/acme/queue//fifo?ref=v2", ""),
        ("f", "github.com/acme/queue?ref=v1", ""),
        ("g", "acme/queue/aws", "  version = \"~> 1.0\""),
        ("h", "registry.terraform.io/acme/queue/aws", "  version = \"~>1.0\""),
        ("i", "acme/queue/aws//modules/fifo", "  version = \"~> 1.0\""),
        ("j", "acme/queue/aws", "  version = \"2.0.0\""),
        ("k", "acme/queue/aws", ""),
        ("l", "app.acme.example/acme/queue/aws", "  version = \"~> 1.0\""),
    ]);
    let report = check(&Folder::new("missing-spellings").file(".git/HEAD", "").file("main.tf", &text));
    insta::assert_snapshot!(told(&report).join("\n"), @r"
    the module `git::https://github.com/acme/queue.git//fifo?ref=v1` is not downloaded: the resources and outputs of 3 calls are unknown
    the module `github.com/acme/queue//standard?ref=v1` is not downloaded: the resources and outputs of `module.d` are unknown
    the module `github.com/acme/queue//fifo?ref=v2` is not downloaded: the resources and outputs of `module.e` are unknown
    the module `github.com/acme/queue?ref=v1` is not downloaded: the resources and outputs of `module.f` are unknown
    the module `acme/queue/aws` (~> 1.0) is not downloaded: the resources and outputs of 2 calls are unknown
    the module `acme/queue/aws//modules/fifo` (~> 1.0) is not downloaded: the resources and outputs of `module.i` are unknown
    the module `acme/queue/aws` (2.0.0) is not downloaded: the resources and outputs of `module.j` are unknown
    the module `acme/queue/aws` is not downloaded: the resources and outputs of `module.k` are unknown
    the module `app.acme.example/acme/queue/aws` (~> 1.0) is not downloaded: the resources and outputs of `module.l` are unknown
    ");
}

#[test]
fn calls_and_terragrunt_units_of_one_source_are_told_together() {
    let unit = "terraform {\n  source = \"tfr:///acme/queue/aws?version=1.2.0\"\n}\n";
    let call = ("queue", "acme/queue/aws", "  version = \"1.2.0\"");
    let folder = Folder::new("missing-units")
        .file(".git/HEAD", "")
        .file("live/a/terragrunt.hcl", unit)
        .file("live/b/terragrunt.hcl", unit)
        .file("plain/main.tf", &root(&[call]));
    let report = check(&folder);
    let place = format!("{}/", folder.top().display());
    insta::assert_snapshot!(told(&report).join("\n").replace(&place, ""), @"the module `acme/queue/aws` (1.2.0) is not downloaded: the resources and outputs of `module.queue` are unknown; 2 Terragrunt units are not checked, `/tmp/buttress-missing-units-30650-36/live/a` the first of them");
}

#[test]
fn a_call_without_instances_leaves_nothing_unknown() {
    let text = root(&[("a", "acme/queue/aws", "  count = 0"), ("b", "acme/topic/aws", "  count = 1")]);
    let report = check(&Folder::new("missing-none").file(".git/HEAD", "").file("main.tf", &text));
    insta::assert_snapshot!(told(&report).join("\n"), @"the module `acme/topic/aws` is not downloaded: the resources and outputs of `module.b` are unknown");
}

#[test]
fn a_module_with_several_environments_is_counted_once() {
    let folder = Folder::new("missing-environments")
        .file(".git/HEAD", "")
        .file("main.tf", &(root(&[("a", "acme/queue/aws", "  count = var.n")]) + "variable \"n\" {}\n"))
        .file("prod.tfvars", "n = 3\n")
        .file("dev.tfvars", "n = 1\n");
    let settings = Settings {
        values: ValueSources {
            environments: vec![folder.path("prod.tfvars"), folder.path("dev.tfvars")],
            ..Default::default()
        },
        paths: vec![folder.top().to_owned()],
        ..Default::default()
    };
    insta::assert_snapshot!(told(&check_with(settings)).join("\n"), @"the module `acme/queue/aws` is not downloaded: the resources and outputs of `module.a` are unknown (3 instances)");
}

#[test]
fn a_mirror_stands_in_for_the_sources_that_it_has() {
    let text = root(&[("a", "acme/queue/aws", ""), ("b", "acme/topic/aws", "")]);
    let folder = Folder::new("missing-mirror")
        .file("repository/.git/HEAD", "")
        .file("repository/main.tf", &text)
        .file("mirror/acme/queue/aws/main.tf", "output \"id\" {\n  value = 1\n}\n");
    let settings = Settings {
        paths: vec![folder.path("repository")],
        module_dirs: vec![folder.path("mirror")],
        ..Settings::default()
    };
    insta::assert_snapshot!(told(&check_with(settings)).join("\n"), @"the module `acme/topic/aws` is not downloaded: the resources and outputs of `module.b` are unknown");
}
