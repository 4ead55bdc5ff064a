//! Modules that are not there: how they are told apart, counted and reported.

use std::sync::Arc;

use buttress::check::Session;
use buttress::report::Report;
use buttress::rule::RuleSet;
use buttress::settings::{AskedEnvironment, Settings, ValueSources};

use crate::support::folder::Folder;
use crate::support::verdicts::SESSION;

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

/// A name may hold what a shell takes for a command.
#[test]
fn a_command_is_given_only_for_names_that_every_shell_takes_as_they_stand() {
    let names = [("infra/prod-1", true), ("größe", true), ("a;b", false), ("a$(b)", false), ("a&b", false)];
    for (name, is_given) in names {
        let folder = Folder::new("modules-names")
            .file(&format!("{name}/main.tf"), &root(&[("q", "acme/queue/aws", "")]));
        let output = folder.program(".").args(["check", ".", "--format", "json"]).output().unwrap();
        let told = String::from_utf8(output.stdout).unwrap();
        assert_eq!(told.contains(&format!("terraform -chdir={name} get")), is_given, "{name}");
        assert_eq!(told.contains(&format!("run `terraform get` in `{name}`")), !is_given, "{name}");
    }
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
    insta::assert_snapshot!(told(&report).join("\n").replace(&place, ""), @"the module `acme/queue/aws` (1.2.0) is not downloaded: the resources and outputs of `module.queue` are unknown; 2 Terragrunt units are judged by their inputs alone, `live/a` the first of them");
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
            environments: ["prod.tfvars", "dev.tfvars"]
                .map(|file| AskedEnvironment::of_file(folder.path(file)))
                .to_vec(),
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

/// A program that stands in for `terraform`: it notes where and how it was called, and then does what the rest says.
#[cfg(unix)]
fn stub(folder: Folder, name: &str, does: &str) -> Folder {
    use std::os::unix::fs::PermissionsExt;
    let text = format!("#!/bin/sh\necho \"$0 $* in $(pwd -P)\" >> \"$STUB_LOG\"\n{does}\n");
    let folder = folder.file(&format!("bin/{name}"), &text);
    let path = folder.path(&format!("bin/{name}"));
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).unwrap();
    folder
}

/// Checks the repository of a folder with its programs on the path: what is printed, what is said, and what the programs noted.
#[cfg(unix)]
fn run(folder: &Folder, arguments: &[&str]) -> (std::process::Output, String) {
    run_as(folder, "concise", None, arguments)
}

/// The same in a format, and with a data directory.
#[cfg(unix)]
fn run_as(
    folder: &Folder,
    format: &str,
    data: Option<&str>,
    arguments: &[&str],
) -> (std::process::Output, String) {
    let log = folder.path("log");
    let output = folder
        .program("repository")
        .args(["check", "--select", "sqs-without-dead-letter", "--format", format])
        .args(arguments)
        .env("PATH", format!("{}:/usr/bin:/bin", folder.path("bin").display()))
        .env("STUB_LOG", &log)
        .env_remove("TF_DATA_DIR")
        .env_remove("SSH_ASKPASS_REQUIRE")
        .env("GIT_TERMINAL_PROMPT", "1")
        .envs(data.map(|data| ("TF_DATA_DIR", data)))
        .output()
        .unwrap();
    let place = format!("{}/", std::fs::canonicalize(folder.top()).unwrap().display());
    let noted = std::fs::read_to_string(&log).unwrap_or_default();
    (output, noted.replace(&place, "").replace(&format!("{}/", folder.top().display()), ""))
}

/// Writes what `terraform get` would write for a module `q`.
#[cfg(unix)]
const FETCHES: &str = r#"mkdir -p .terraform/modules/q
echo 'resource "aws_sqs_queue" "inside" {}' > .terraform/modules/q/main.tf
echo '{"Modules":[{"Key":"","Source":"","Dir":"."},{"Key":"q","Source":"registry.terraform.io/acme/queue/aws","Version":"1.0.0","Dir":".terraform/modules/q"}]}' > .terraform/modules/modules.json"#;

/// Two root modules with a call of a module that is not there, and one that has all it needs.
#[cfg(unix)]
fn fetched(name: &str) -> Folder {
    let text = root(&[("q", "acme/queue/aws", "")]);
    Folder::new(name)
        .file("repository/.git/HEAD", "")
        .file("repository/live/a/main.tf", &text)
        .file("repository/live/b/main.tf", &text)
        .file("repository/live/c/main.tf", &root(&[]))
}

#[cfg(unix)]
#[test]
fn modules_are_fetched_only_where_it_is_asked_for() {
    let folder = stub(fetched("get"), "terraform", FETCHES);
    let (output, noted) = run(&folder, &[]);
    assert_eq!((noted.as_str(), output.stderr.as_slice()), ("", b"".as_slice()));
    let (output, noted) = run(&folder, &["--get"]);
    insta::assert_snapshot!(noted, @r"
    bin/terraform get -no-color in repository/live/a
    bin/terraform get -no-color in repository/live/b
    ");
    insta::assert_snapshot!(String::from_utf8(output.stderr).unwrap(), @r"
    running: terraform get in live/a (it writes .terraform/modules there)
    running: terraform get in live/b (it writes .terraform/modules there)
    ");
    let printed = String::from_utf8(output.stdout).unwrap();
    assert!(!printed.contains("not-downloaded"), "{printed}");
    insta::assert_snapshot!(printed, @r"
    live/a/main.tf:4:1: error[sqs-without-dead-letter] messages that `module.q.aws_sqs_queue.inside` cannot deliver are retried until they expire, then lost
    live/b/main.tf:4:1: error[sqs-without-dead-letter] messages that `module.q.aws_sqs_queue.inside` cannot deliver are retried until they expire, then lost
    5 files read · 2 resources · 2 findings (2 errors) · 0 verdicts unknown
    ");
    // Everything is there by now, so nothing runs.
    std::fs::remove_file(folder.path("log")).unwrap();
    let (_, noted) = run(&folder, &["--get"]);
    assert_eq!(noted, "");
}

#[cfg(unix)]
#[test]
fn the_program_that_is_there_or_named_fetches() {
    let folder = stub(fetched("get-tofu"), "tofu", FETCHES);
    let (_, noted) = run(&folder, &["--get", "live/a"]);
    insta::assert_snapshot!(noted, @"bin/tofu get -no-color in repository/live/a");
    let (output, noted) = run(&stub(fetched("get-other"), "tofu", FETCHES), &["--get=terraform", "live/a"]);
    assert_eq!((noted.as_str(), output.status.code()), ("", Some(2)));
    insta::assert_snapshot!(String::from_utf8(output.stdout).unwrap(), @r"
    error[config/modules-not-fetched] modules are not fetched: `terraform` is not on the `PATH`
    live/a/main.tf:4:1: warning[config/module-not-downloaded] the module `acme/queue/aws` is not downloaded: the resources and outputs of `module.q` are unknown
    incomplete: not everything could be read; everything else was checked
    1 file read · 0 resources · 0 findings · 1 verdict unknown
    ");
    let both = stub(stub(fetched("get-both"), "tofu", FETCHES), "terraform", FETCHES);
    let (_, noted) = run(&both, &["--get=tofu", "live/a"]);
    insta::assert_snapshot!(noted, @"bin/tofu get -no-color in repository/live/a");
}

#[cfg(unix)]
#[test]
fn what_cannot_be_fetched_is_told_and_the_rest_is_checked() {
    let fails = format!(
        "case $(pwd) in */b) printf '│\\n│ Error: no access to \\033[31mthe registry\\n│ try again\\n╵\\n' >&2; exit 3;; esac\n{FETCHES}"
    );
    let folder = stub(fetched("get-fails"), "terraform", &fails);
    let (output, _) = run(&folder, &["--get"]);
    assert_eq!(output.status.code(), Some(2));
    insta::assert_snapshot!(String::from_utf8(output.stdout).unwrap(), @r"
    live/a/main.tf:4:1: error[sqs-without-dead-letter] messages that `module.q.aws_sqs_queue.inside` cannot deliver are retried until they expire, then lost
    error[config/modules-not-fetched] `terraform get` failed in `live/b`: Error: no access to \u001b[31mthe registry try again
    live/b/main.tf:4:1: warning[config/module-not-downloaded] the module `acme/queue/aws` is not downloaded: the resources and outputs of `module.q` are unknown
    incomplete: not everything could be read; everything else was checked
    4 files read · 1 resource · 1 finding (1 error) · 1 verdict unknown
    ");
}

/// A program that waits for something, such as a password, is stopped, whether or not it lets itself be asked to.
#[cfg(unix)]
#[test]
fn a_program_that_does_not_end_is_stopped() {
    for waits in ["exec sleep 40", "trap '' INT\nsleep 40"] {
        let started = std::time::Instant::now();
        let slow = format!("case $(pwd) in */b) {waits};; esac\n{FETCHES}");
        let folder = stub(fetched("get-slow"), "terraform", &slow);
        let (output, _) = run(&folder, &["--get", "--get-timeout", "1"]);
        assert!(started.elapsed().as_secs() < 30, "{waits}");
        assert_eq!(output.status.code(), Some(2), "{waits}");
        insta::allow_duplicates! {
            insta::assert_snapshot!(String::from_utf8(output.stdout).unwrap(), @r"
            live/a/main.tf:4:1: error[sqs-without-dead-letter] messages that `module.q.aws_sqs_queue.inside` cannot deliver are retried until they expire, then lost
            error[config/modules-not-fetched] `terraform get` had not ended in `live/b` after 1 s and was stopped: a source may not answer, or wait for somebody to log in
            live/b/main.tf:4:1: warning[config/module-not-downloaded] the module `acme/queue/aws` is not downloaded: the resources and outputs of `module.q` are unknown
            incomplete: not everything could be read; everything else was checked
            4 files read · 1 resource · 1 finding (1 error) · 1 verdict unknown
            ");
        }
    }
}

/// Neither `git` nor `ssh` asks for anything on the terminal, unless the user has said otherwise.
#[cfg(unix)]
#[test]
fn nobody_is_asked_for_a_password() {
    let asks = format!(
        "echo \"$GIT_TERMINAL_PROMPT $SSH_ASKPASS_REQUIRE\" >> \"$STUB_LOG\"; cat >> \"$STUB_LOG\"\n{FETCHES}"
    );
    let folder = stub(fetched("get-asks"), "terraform", &asks);
    let (_, noted) = run(&folder, &["--get", "live/a"]);
    insta::assert_snapshot!(noted, @r"
    bin/terraform get -no-color in repository/live/a
    1 force
    ");
}

/// What a source or the program says of passwords and tokens is not repeated, and what it says before its error is left out.
#[cfg(unix)]
#[test]
fn what_is_not_fetched_is_told_without_secrets() {
    let source = "git::https://oauth2:glpat-hidden@git.example.com/net.git?ref=v1&access_token=hidden";
    let fails = format!(
        "printf 'Warning: old\\n\\nError: cannot clone\\nfrom {source} at https://hidden@git.example.com and ssh://git@git.example.com\\n' >&2; exit 1"
    );
    let folder = stub(
        Folder::new("get-secret")
            .file("repository/.git/HEAD", "")
            .file("repository/main.tf", &root(&[("q", source, "")])),
        "terraform",
        &fails,
    );
    for format in ["human", "json", "sarif", "markdown", "ndjson"] {
        let (output, _) = run_as(&folder, format, None, &["--get"]);
        let printed = [output.stdout, output.stderr].concat();
        let printed = String::from_utf8(printed).unwrap();
        let of_problems = printed.lines().filter(|line| !line.contains("source = "));
        assert!(of_problems.clone().any(|line| line.contains("***@git.example.com")), "{format}: {printed}");
        assert!(!of_problems.clone().any(|line| line.contains("hidden")), "{format}: {printed}");
    }
    let (output, _) = run(&folder, &["--get"]);
    insta::assert_snapshot!(String::from_utf8(output.stdout).unwrap(), @r"
    error[config/modules-not-fetched] `terraform get` failed in `.`: Error: cannot clone from git::https://***@git.example.com/net.git?ref=v1&access_token=*** at https://***@git.example.com and ssh://git@git.example.com
    main.tf:4:1: warning[config/module-not-downloaded] the module `git::https://***@git.example.com/net.git?ref=v1&access_token=***` is not downloaded: the resources and outputs of `module.q` are unknown
    incomplete: not everything could be read; everything else was checked
    1 file read · 0 resources · 0 findings · 1 verdict unknown
    ");
}

/// `TF_DATA_DIR` is where the program writes and where modules are looked for.
#[cfg(unix)]
#[test]
fn modules_are_fetched_into_the_data_directory() {
    let fetches = FETCHES
        .replace("\"Dir\":\".terraform/", "\"Dir\":\"'\"$TF_DATA_DIR\"'/")
        .replace(".terraform/", "$TF_DATA_DIR/");
    let folder = stub(fetched("get-data"), "terraform", &fetches);
    for data in ["kept".to_owned(), folder.path("elsewhere").display().to_string()] {
        let (output, _) = run_as(&folder, "concise", Some(&data), &["--get", "live/a"]);
        let (said, told) =
            (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
        assert!(said.contains("module.q.aws_sqs_queue.inside"), "{data}: {said}");
        assert!(told.contains(&format!("(it writes {data}/modules")), "{data}: {told}");
    }
}

/// Only a stack knows where it keeps its modules.
#[cfg(unix)]
#[test]
fn nothing_is_fetched_in_a_stack() {
    let folder = Folder::new("get-stack").file("repository/.git/HEAD", "").file(
        "repository/stack/main.tfcomponent.hcl",
        "component \"q\" {\n  source  = \"acme/queue/aws\"\n  version = \"1.0.0\"\n}\n",
    );
    let (output, noted) = run(&stub(folder, "terraform", FETCHES), &["--get"]);
    assert_eq!(noted, "");
    insta::assert_snapshot!(String::from_utf8(output.stdout).unwrap(), @r"
    stack/main.tfcomponent.hcl:1:1: warning[config/module-not-downloaded] the module `acme/queue/aws` (1.0.0) is not downloaded: the resources and outputs of `component.q` are unknown
    1 file read · 0 resources · 0 findings · 1 verdict unknown
    ");
}

#[cfg(unix)]
#[test]
fn nothing_is_fetched_where_a_link_leads_elsewhere() {
    for link in [".terraform", ".terraform/modules", ".terraform/modules/modules.json"] {
        let folder = stub(fetched("get-link"), "terraform", FETCHES).file("outside/modules.json", "{}");
        let place = folder.path(&format!("repository/live/a/{link}"));
        std::fs::create_dir_all(place.parent().unwrap()).unwrap();
        let target = if link.ends_with(".json") { "outside/modules.json" } else { "outside" };
        std::os::unix::fs::symlink(folder.path(target), &place).unwrap();
        let (output, noted) = run(&folder, &["--get", "live/a"]);
        assert_eq!((noted.as_str(), output.status.code()), ("", Some(2)), "{link}");
        let printed = String::from_utf8(output.stdout).unwrap();
        assert!(printed.contains("is a link"), "{link}: {printed}");
    }
}

#[cfg(unix)]
#[test]
fn a_program_that_the_repository_brings_does_not_count() {
    let folder = fetched("get-own").file("repository/live/a/terraform", "#!/bin/sh\ntouch ran\n");
    let program = folder.path("repository/live/a/terraform");
    std::fs::set_permissions(program, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let output = folder
        .program("repository/live/a")
        .args(["check", "--get", "."])
        .env("PATH", ".::bin")
        .output()
        .unwrap();
    assert!(!folder.path("repository/live/a/ran").exists());
    assert_eq!(output.status.code(), Some(2));
}

/// A unit of Terragrunt whose module comes from a registry: a copy of it is its code, and the source says which version it is.
#[test]
fn a_copy_is_the_module_of_a_terragrunt_unit() {
    let unit =
        |source: &str| format!("terraform {{\n  source = \"{source}\"\n}}\ninputs = {{ az = false }}\n");
    let database = "variable \"az\" {}\nresource \"aws_db_instance\" \"orders\" {\n  multi_az = var.az\n}\n";
    let folder = Folder::new("modules-units")
        .file(".git/HEAD", "")
        .file("live/prod/a/terragrunt.hcl", &unit("tfr:///acme/database/aws?version=1.2.0"))
        .file(
            "live/prod/b/terragrunt.hcl",
            &unit("tfr://registry.terraform.io/acme/database/aws?version=1.2.0"),
        )
        .file("live/prod/c/terragrunt.hcl", &unit("git::https://github.com/acme/other.git//database"))
        .file("live/prod/d/terragrunt.hcl", &unit("tfr:///acme/database/aws?version=2.0.0"));
    let copies = Folder::new("modules-copies")
        .file("acme/database/aws/main.tf", database)
        .file("github.com/acme/other/database/main.tf", database);
    let settings = Settings {
        paths: vec![folder.top().to_owned()],
        module_dirs: vec![copies.top().to_owned()],
        ..Settings::default()
    };
    let report = SESSION.check(&settings);
    let is_asked = |rule: &str| rule == "rds-single-az" || rule.starts_with("module-");
    let found = report.findings().filter(|entry| is_asked(&entry.what.id)).map(|entry| {
        let place = report.roots[entry.root.unwrap()].path.file_name().unwrap().display().to_string();
        format!("{place}: {} {}", entry.what.id, entry.what.address)
    });
    let mut found: Vec<String> = found.collect();
    found.sort();
    insta::assert_snapshot!(found.join("\n"), @r"
    a: rds-single-az aws_db_instance.orders
    b: rds-single-az aws_db_instance.orders
    c: module-git-unpinned module.database
    c: rds-single-az aws_db_instance.orders
    d: rds-single-az aws_db_instance.orders
    ");
}

/// What a description of a module decides nobody can change: a finding stays in the configuration.
#[test]
fn a_finding_never_lies_in_a_description() {
    let folder = Folder::new("described").file(
        "main.tf",
        "module \"vpc\" {\n  source  = \"terraform-aws-modules/vpc/aws\"\n  version = \"~> 5.0\"\n  azs     = [\"eu-west-1a\", \"eu-west-1b\"]\n\n  database_subnets = [\"10.0.21.0/24\"]\n}\n\nlocals {\n  subnets = module.vpc.database_subnets\n}\n\nresource \"aws_db_subnet_group\" \"orders\" {\n  subnet_ids = local.subnets\n}\n",
    );
    let report = SESSION.check(&Settings { paths: vec![folder.top().to_owned()], ..Settings::default() });
    let mut about = report.findings().filter(|entry| entry.what.id == "datastore-subnets-single-az");
    let about = about.find(|entry| entry.what.address == "aws_db_subnet_group.orders").unwrap();
    let place = about.what.primary.as_ref().unwrap().location.span().unwrap();
    let file = report.sources.get(place.file).unwrap();
    assert_eq!(
        (file.path.as_path(), file.line_column(place.range.start).0),
        (folder.path("main.tf").as_path(), 10)
    );
}
