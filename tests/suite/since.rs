//! `--since`: a case is a folder in `fixtures/since/`, with the states `before/` and `after/` of a repository and a `session.txt` of
//! commands with what they print. `before/` is committed, `after/` is put over it. To add one, write the lines that begin with `$` and run
//! `cargo bless`. Laws below.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Output;

use buttress::report::{Report, Status};
use buttress::settings::{Gates, Settings};

use crate::organisation;
use crate::support::folder::Folder;
use crate::support::verdicts::{SESSION, failing};
use crate::support::{blesses, entries, fixture};

fn repository(name: &str) -> Folder {
    let folder = Folder::new(name);
    folder.begin_history();
    folder
}

/// Copies the files of a fixture into a folder.
fn put(folder: &Folder, from: &Path) {
    for entry in walkdir::WalkDir::new(from).into_iter().flatten().filter(|entry| entry.file_type().is_file())
    {
        let inside = entry.path().strip_prefix(from).unwrap();
        folder.write(inside.to_str().unwrap(), &fs::read_to_string(entry.path()).unwrap());
    }
}

/// Takes away everything but the repository.
fn clear(folder: &Folder) {
    for entry in fs::read_dir(folder.top()).unwrap().flatten() {
        if entry.file_name() == ".git" {
            continue;
        }
        if entry.path().is_dir() {
            fs::remove_dir_all(entry.path()).unwrap();
        } else {
            fs::remove_file(entry.path()).unwrap();
        }
    }
}

fn buttress(folder: &Folder, arguments: &str) -> Output {
    folder
        .program(".")
        .args(arguments.split_whitespace())
        .env("COLUMNS", "100")
        .env("NO_COLOR", "1")
        .output()
        .unwrap()
}

#[test]
fn every_case_prints_what_its_session_says() {
    let cases = entries("since");
    assert!(cases.len() > 5);
    let mut wrong = Vec::new();
    for case in cases {
        let folder = repository("since-case");
        put(&folder, &case.join("before"));
        folder.commit();
        clear(&folder);
        put(&folder, &case.join("after"));
        let file = case.join("session.txt");
        let session = fs::read_to_string(&file).unwrap().replace("\r\n", "\n");
        let mut played = String::new();
        for command in session.lines().filter_map(|line| line.strip_prefix("$ buttress ")) {
            let output = buttress(&folder, command);
            let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
            let code = output.status.code().unwrap();
            played +=
                &format!("$ buttress {command}\n{}{}[{code}]\n", text(&output.stdout), text(&output.stderr));
        }
        if blesses() {
            fs::write(&file, played).unwrap();
        } else if played != session {
            wrong.push(format!("{}:\n{played}", case.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn since(folder: &Folder, paths: &[&str], revision: &str) -> Report {
    let gates = Gates { regressions: true, only_changed: false };
    let paths = paths.iter().map(|path| folder.path(path)).collect();
    SESSION.check(&Settings { paths, gates, since: Some(revision.to_owned()), ..Settings::default() })
}

/// New findings, what is fixed, and how many are left.
fn outcome(report: &Report) -> Vec<String> {
    let mut lines: Vec<String> = report.problems().map(|problem| problem.id.to_string()).collect();
    lines.extend(report.findings().map(|entry| format!("{} {}", entry.what.id, entry.what.address)));
    // Without a revision there is nothing to compare with.
    let Some(change) = &report.change else { return lines };
    lines.extend(change.fixed.iter().map(|fixed| format!("fixed {} {}", fixed.rule, fixed.address)));
    lines.push(format!("left {}", change.left));
    lines
}

const QUEUE: &str = "resource \"aws_sqs_queue\" \"orders\" {\n  name = \"orders\"\n}\n";

#[test]
fn what_has_not_changed_is_not_looked_at() {
    let folder = repository("since-nothing");
    put(&folder, &fixture("stacks/three_tier_fragile"));
    folder.commit();
    let report = since(&folder, &["."], "HEAD");
    assert_eq!((outcome(&report), report.roots.len()), (vec!["left 0".to_owned()], 0));
    // A time that is another and a text that is the same are no change.
    let main = folder.path("main.tf");
    let text = fs::read_to_string(&main).unwrap();
    fs::write(&main, &text).unwrap();
    assert_eq!(since(&folder, &["."], "HEAD").roots.len(), 0);
}

/// Files of environments get other names, in another order, and one is new.
#[test]
fn environments_are_paired_by_what_they_are_and_not_by_their_order() {
    let folder = repository("since-renamed");
    folder.write(
        "main.tf",
        "variable \"multi_az\" {\n  type = bool\n}\nresource \"aws_db_instance\" \"shop\" {\n  identifier              = \"shop\"\n  multi_az                = var.multi_az\n  backup_retention_period = 7\n  deletion_protection     = true\n}\n",
    );
    folder.write("vars/live.tfvars", "multi_az = true\n");
    folder.write("vars/nonprod.tfvars", "multi_az = false\n");
    folder.commit();
    for (old, new) in [("live", "production"), ("nonprod", "non-prod")] {
        fs::rename(folder.path(&format!("vars/{old}.tfvars")), folder.path(&format!("vars/{new}.tfvars")))
            .unwrap();
    }
    let report = since(&folder, &["."], "HEAD");
    let change = report.change.as_ref().unwrap();
    let introduced: Vec<_> = report.findings().map(|entry| entry.what.id.to_string()).collect();
    assert_eq!(
        (introduced, change.fixed.len(), change.left > 0),
        (Vec::new(), 0, true),
        "{:?}",
        outcome(&report)
    );
}

/// Every finding of a run is introduced or left, and nothing of it is lost.
#[test]
fn introduced_and_left_are_all_there_is() {
    let folder = repository("since-all");
    folder.write("README.md", "Nothing is there yet.");
    folder.commit();
    put(&folder, &fixture("stacks/three_tier_fragile"));
    let named = |entries: Vec<&buttress::report::Entry<buttress::diagnostic::Diagnostic>>| -> BTreeSet<_> {
        entries.iter().map(|entry| (entry.what.id.to_string(), entry.what.address.to_string())).collect()
    };
    let all = SESSION.check(&Settings { paths: vec![folder.top().to_owned()], ..Settings::default() });
    let all = named(all.findings().collect());
    let new = since(&folder, &["."], "HEAD");
    assert!(all.is_subset(&named(new.findings().collect())), "everything is new");
    folder.commit();
    folder.write("more.tf", QUEUE);
    let report = since(&folder, &["."], "HEAD");
    let left: Vec<_> = report.set_aside().filter(|entry| entry.status == Status::NotIntroduced).collect();
    assert_eq!(left.len(), report.change.as_ref().unwrap().left);
    assert_eq!(named(left), all);
    assert_eq!(
        named(report.findings().collect()),
        BTreeSet::from([("sqs-without-dead-letter".to_owned(), "aws_sqs_queue.orders".to_owned())])
    );
}

#[test]
fn a_change_is_found_wherever_it_comes_from() {
    let folder = repository("since-touch");
    folder.write("a/main.tf", "module \"queue\" {\n  source = \"../modules/outer\"\n}\n");
    folder.write("b/main.tf", QUEUE);
    folder.write("modules/outer/main.tf", "module \"inner\" {\n  source = \"./inner\"\n}\n");
    folder.write("modules/outer/inner/main.tf", "variable \"on\" {\n  default = true\n}\n");
    folder.write("c/main.tf", "locals {\n  names = file(\"${path.module}/../texts/names.json\")\n}\n");
    folder.write("texts/names.json", "[]");
    folder.write("d/main.tf", "variable \"on\" {}\n");
    folder.write("d/terraform.tfvars", "on = true\n");
    #[cfg(unix)]
    {
        folder.write("e/main.tf", QUEUE);
        std::os::unix::fs::symlink("../shared/shared.tf", folder.path("e/shared.tf")).unwrap();
        folder.write("shared/shared.tf", "");
    }
    folder.commit();
    let touched = |path: &str, text: &str| -> Vec<String> {
        folder.git(&["checkout", "--quiet", "--", "."]);
        folder.git(&["clean", "--quiet", "-fd"]);
        folder.write(path, text);
        let mut roots: Vec<String> = since(&folder, &["."], "HEAD")
            .roots
            .iter()
            .map(|root| root.path.strip_prefix(folder.top()).unwrap().display().to_string())
            .collect();
        roots.sort();
        roots
    };
    assert_eq!(touched("a/new.tf", ""), ["a"], "a new file");
    assert_eq!(touched("modules/outer/inner/main.tf", "variable \"on\" {}\n"), ["a"], "through two calls");
    assert_eq!(touched("texts/names.json", "[1]"), ["c"], "a file that a text names");
    assert_eq!(touched("d/terraform.tfvars", "on = false\n"), ["d"], "values");
    assert_eq!(touched("README.md", "words"), Vec::<String>::new());
    #[cfg(unix)]
    assert!(touched("shared/shared.tf", "locals {}\n").contains(&"e".to_owned()), "through a link");
}

#[test]
fn before_the_first_commit_everything_is_new() {
    let folder = repository("since-unborn");
    put(&folder, &fixture("stacks/three_tier_fragile"));
    folder.git(&["add", "main.tf"]);
    let all = SESSION.check(&Settings { paths: vec![folder.top().to_owned()], ..Settings::default() });
    for revision in ["HEAD", "@", "main", "refs/heads/main"] {
        let report = since(&folder, &["."], revision);
        assert!(report.findings().count() >= all.findings().count(), "{revision}");
        assert_eq!((report.change.as_ref().unwrap().left, report.is_incomplete()), (0, false), "{revision}");
    }
    for revision in ["HEAD~1", "HEAD^{tree}", "other", "origin/main", ""] {
        assert!(since(&folder, &["."], revision).is_incomplete(), "{revision:?} is no revision");
    }
    folder.commit();
    assert_eq!(outcome(&since(&folder, &["."], "HEAD")), ["left 0"]);
}

#[test]
fn what_git_ignores_belongs_to_both_states() {
    let folder = repository("since-ignored");
    folder.write(".gitignore", "*.tfvars\n");
    folder.write(
        "main.tf",
        "variable \"on\" {}\nresource \"aws_db_instance\" \"a\" {\n  multi_az = var.on\n}\n",
    );
    folder.write("terraform.tfvars", "on = false\n");
    folder.commit();
    folder.write("more.tf", "locals {}\n");
    let report = since(&folder, &["."], "HEAD");
    let single = |status| {
        report
            .diagnostics
            .iter()
            .filter(|entry| entry.what.id == "rds-single-az" && entry.status == status)
            .count()
    };
    assert_eq!((single(Status::NotIntroduced), single(Status::Reported)), (1, 0), "{:?}", outcome(&report));
}

#[test]
fn a_submodule_has_its_own_revision() {
    let module = repository("since-submodule");
    module.write("main.tf", QUEUE);
    module.commit();
    let folder = repository("since-of-submodule");
    let from = module.top().to_str().unwrap();
    folder.git(&["-c", "protocol.file.allow=always", "submodule", "--quiet", "add", from, "queues"]);
    folder.write("main.tf", "module \"queues\" {\n  source = \"./queues\"\n}\n");
    folder.commit();
    assert_eq!(outcome(&since(&folder, &["."], "HEAD")), ["left 0"]);
    let of_module = |report: &Report| -> Vec<String> {
        let new = outcome(report).into_iter();
        new.filter(|line| line.starts_with("sqs-without-dead-letter module.queues")).collect()
    };
    // What changes outside of it leaves it what it was.
    folder.write("more.tf", "resource \"aws_db_instance\" \"a\" {\n  multi_az = false\n}\n");
    let lines = outcome(&since(&folder, &["."], "HEAD"));
    assert!(lines.contains(&"rds-single-az aws_db_instance.a".to_owned()), "{lines:?}");
    let is_of_module = |line: &String| line.contains("module.queues") && !line.starts_with("fixed ");
    assert!(!lines.iter().any(is_of_module), "{lines:?}");
    folder.commit();
    // What changes inside is a change, committed there or not, and once the commit of the submodule is another one.
    folder.write("queues/more.tf", "resource \"aws_sqs_queue\" \"more\" {}\n");
    let new = ["sqs-without-dead-letter module.queues.aws_sqs_queue.more"];
    assert_eq!(of_module(&since(&folder, &["."], "HEAD")), new);
    folder.git(&["-C", "queues", "add", "--all"]);
    folder.git(&["-C", "queues", "commit", "--quiet", "-m", "more"]);
    assert_eq!(of_module(&since(&folder, &["."], "HEAD")), new);
    folder.commit();
    assert_eq!(of_module(&since(&folder, &["."], "HEAD~1")), new);
    assert_eq!(outcome(&since(&folder, &["."], "HEAD")), ["left 0"]);
}

#[test]
fn a_branch_answers_for_itself() {
    let folder = repository("since-branch");
    folder.write("main.tf", "locals {}\n");
    folder.commit();
    folder.git(&["checkout", "--quiet", "-b", "branch"]);
    folder.write("own.tf", QUEUE);
    folder.commit();
    folder.git(&["checkout", "--quiet", "main"]);
    folder.write("theirs.tf", "resource \"aws_sqs_queue\" \"theirs\" {}\n");
    folder.commit();
    folder.git(&["checkout", "--quiet", "branch"]);
    let lines = outcome(&since(&folder, &["."], "main"));
    assert!(lines.contains(&"sqs-without-dead-letter aws_sqs_queue.orders".to_owned()), "{lines:?}");
    assert!(lines.iter().all(|line| !line.contains("theirs")), "{lines:?}");
}

#[test]
fn what_moves_is_what_it_was() {
    let folder = repository("since-moves");
    folder.write("live/eu/main.tf", &format!("{QUEUE}module \"m\" {{\n  source = \"./m\"\n}}\n"));
    folder.write("live/eu/m/main.tf", QUEUE);
    folder.commit();
    // The root module moves, a file in it is renamed, a resource and a module have new names.
    fs::create_dir_all(folder.path("live/europe")).unwrap();
    fs::rename(folder.path("live/eu"), folder.path("live/europe/west")).unwrap();
    fs::remove_file(folder.path("live/europe/west/main.tf")).unwrap();
    let renamed = QUEUE.replace("\"orders\" {", "\"mails\" {\n  count = 1");
    let moved = "moved {\n  from = aws_sqs_queue.orders\n  to   = aws_sqs_queue.mails\n}\nmoved {\n  from = module.m\n  to   = module.n\n}\n";
    folder.write(
        "live/europe/west/queue.tf",
        &format!("{renamed}module \"n\" {{\n  source = \"./m\"\n}}\n{moved}"),
    );
    let lines = outcome(&since(&folder, &["."], "HEAD"));
    assert!(lines.iter().all(|line| !line.contains("sqs-without-dead-letter")), "{lines:?}");
    assert!(!lines.contains(&"left 0".to_owned()), "{lines:?}");
}

#[test]
fn a_resource_that_goes_fixes_nothing_and_one_that_is_mended_does() {
    let folder = repository("since-fixes");
    folder.write("main.tf", &format!("{QUEUE}{}", QUEUE.replace("\"orders\"", "\"mails\"")));
    folder.commit();
    let mended = "resource \"aws_sqs_queue\" \"orders\" {\n  redrive_policy = jsonencode({ deadLetterTargetArn = \"arn:aws:sqs:eu-central-1:123456789012:dead\", maxReceiveCount = 5 })\n}\n";
    folder.write("main.tf", mended);
    let lines = outcome(&since(&folder, &["."], "HEAD"));
    let fixed: Vec<&String> = lines.iter().filter(|line| line.starts_with("fixed sqs-without")).collect();
    assert_eq!(fixed, ["fixed sqs-without-dead-letter aws_sqs_queue.orders"]);
}

#[test]
fn what_cannot_be_compared_is_said() {
    let folder = repository("since-errors");
    folder.write("main.tf", "resource {\n");
    folder.commit();
    folder.write("main.tf", QUEUE);
    let lines = outcome(&since(&folder, &["."], "HEAD"));
    assert_eq!(lines.first().unwrap(), "input/since-incomplete");
    assert!(lines.contains(&"sqs-without-dead-letter aws_sqs_queue.orders".to_owned()), "{lines:?}");
    for revision in ["nowhere", "--help", ""] {
        assert_eq!(outcome(&since(&folder, &["."], revision)).first().unwrap(), "input/since");
    }
    let outside = Folder::new("since-outside").file("main.tf", QUEUE);
    assert_eq!(outcome(&since(&outside, &["."], "HEAD")).first().unwrap(), "input/since");
}

#[test]
fn the_checkout_stays_as_it_is() {
    let folder = repository("since-untouched").file("main.tf", QUEUE);
    folder.commit();
    folder.write("main.tf", "");
    folder.write("new.tf", QUEUE);
    let state = || {
        let files = walkdir::WalkDir::new(folder.top()).sort_by_file_name().into_iter().flatten();
        let files = files.filter(|entry| entry.file_type().is_file());
        files
            .map(|file| {
                (
                    file.path().to_owned(),
                    fs::read(file.path()).unwrap(),
                    file.metadata().unwrap().modified().unwrap(),
                )
            })
            .collect::<Vec<_>>()
    };
    let before = state();
    assert_eq!(since(&folder, &["."], "HEAD").roots.len(), 1);
    assert_eq!(state(), before);
}

/// Neither a filter nor a hook nor a monitor of a repository is run.
#[cfg(unix)]
#[test]
fn a_repository_runs_nothing() {
    use std::os::unix::fs::PermissionsExt;
    let folder = repository("since-hostile").file("main.tf", QUEUE);
    folder.commit();
    let canary = folder.path("ran");
    let script = format!("#!/bin/sh\ntouch {}\ncat\n", canary.display());
    folder.write(".git/evil", &script);
    fs::set_permissions(folder.path(".git/evil"), fs::Permissions::from_mode(0o755)).unwrap();
    let evil = folder.path(".git/evil").display().to_string();
    for name in [
        "filter.evil.clean",
        "filter.evil.smudge",
        "diff.evil.textconv",
        "diff.external",
        "core.fsmonitor",
        "core.pager",
    ] {
        folder.git(&["config", name, &evil]);
    }
    folder.write(".gitattributes", "*.tf filter=evil diff=evil\n");
    folder.write("main.tf", &format!("{QUEUE}# changed\n"));
    let report = since(&folder, &["."], "HEAD");
    assert_eq!(report.roots.len(), 1);
    assert!(!canary.exists());
}

/// Every verdict of one root module that is not a pass, whether it is reported or was there before.
fn verdicts_of(report: &Report, place: &str) -> BTreeSet<String> {
    let is_own = |root: Option<usize>| root.is_some_and(|root| report.roots[root].path.ends_with(place));
    let findings = report.diagnostics.iter().filter(|entry| entry.what.is_finding() && is_own(entry.root));
    let unknown = report.unknown.iter().filter(|entry| is_own(entry.root));
    findings
        .map(|entry| format!("{} fails {}", entry.what.address, entry.what.id))
        .chain(unknown.map(|entry| format!("{} unknown {}", entry.what.address, entry.what.rule)))
        .collect()
}

#[test]
fn what_the_change_does_not_touch_answers_and_is_not_judged() {
    let folder = repository("since-estate");
    put(&folder, &fixture("estate"));
    folder.commit();
    let whole = SESSION.check(&Settings { paths: vec![folder.top().to_path_buf()], ..Settings::default() });
    for place in ["prod/data", "prod/network", "prod/services", "prod/alarms", "staging/data"] {
        let file = format!("live/{place}/versions.tf");
        let text = fs::read_to_string(folder.top().join(&file)).unwrap();
        folder.write(&file, &format!("{text}\n# touched\n"));
        let report = since(&folder, &["."], "HEAD");
        let roots: Vec<_> = report.roots.iter().map(|root| root.place.as_str()).collect();
        assert_eq!(roots, [format!("live/{place}")]);
        assert!(!report.is_incomplete());
        assert_eq!(report.counts.files, 2, "{place}");
        assert_eq!(verdicts_of(&report, place), verdicts_of(&whole, place), "{place}");
        folder.write(&file, &text);
    }
}

#[test]
fn an_alarm_in_a_root_module_that_is_not_touched_watches_a_new_queue() {
    let queue = |name: &str| {
        format!(
            "resource \"aws_sqs_queue\" \"{name}_failed\" {{\n  name = \"${{local.system}}-{name}-failed\"\n}}\n\
             resource \"aws_sqs_queue\" \"{name}\" {{\n  redrive_policy = jsonencode({{ \
             deadLetterTargetArn = aws_sqs_queue.{name}_failed.arn, maxReceiveCount = 4 }})\n}}\n"
        )
    };
    let head = "terraform {\n  backend \"s3\" {}\n}\nlocals {\n  system = \"shop\"\n}\n";
    let alarm = |name: &str| {
        format!(
            "{head}resource \"aws_cloudwatch_metric_alarm\" \"{name}\" {{\n  namespace = \"AWS/SQS\"\n  \
             metric_name = \"ApproximateNumberOfMessagesVisible\"\n  \
             alarm_actions = [\"arn:aws:sns:eu-west-1:111122223333:pager\"]\n  \
             dimensions = {{ QueueName = \"${{local.system}}-{name}-failed\" }}\n}}\n"
        )
    };
    let mut folder = repository("since-alarms")
        .file("live/prod/queues/main.tf", head)
        .file("live/prod/alarms/main.tf", &alarm("orders"))
        .file("live/dev/alarms/main.tf", &alarm("refunds"));
    // So many others that only what has a word in common is looked at; one of them cannot be read.
    for n in 0..30 {
        folder = folder.file(&format!("live/prod/other{n}/main.tf"), &alarm(&format!("other{n}")));
    }
    let folder = folder.file("live/prod/broken/main.tf", "resource \"aws_sqs_queue\" {");
    folder.commit();
    folder.write("live/prod/queues/main.tf", &format!("{head}{}{}", queue("orders"), queue("refunds")));
    let found = |no_join: bool| {
        let settings = Settings {
            paths: vec![folder.top().to_path_buf()],
            since: Some("HEAD".to_owned()),
            no_join,
            gates: Gates { regressions: true, ..Gates::default() },
            ..Settings::default()
        };
        let report = SESSION.check(&settings);
        assert_eq!(report.roots.len(), 1);
        assert!(!report.is_incomplete());
        let findings = report.findings().filter(|entry| entry.what.id == "sqs-dead-letter-without-alarm");
        findings.map(|entry| entry.what.address.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(found(false), ["aws_sqs_queue.refunds_failed"]);
    assert_eq!(found(true), ["aws_sqs_queue.orders_failed", "aws_sqs_queue.refunds_failed"]);
}

#[test]
fn a_plan_beside_a_change_is_named() {
    let folder =
        repository("since-plan").file("main.tf", "resource \"aws_sqs_queue\" \"q\" {\n  name = \"q\"\n}\n");
    folder.commit();
    let plan = fixture("plans/unchanged/serverless_events.json.gz");
    let output = buttress(&folder, &format!("check . {} --since HEAD --format concise", plan.display()));
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(said.contains("warning[input/since-plan]"), "{said}");
}

const STATEFUL_QUEUE: &str =
    "terraform {\n  backend \"s3\" {}\n}\n\nresource \"aws_sqs_queue\" \"q\" {\n  name = \"jobs\"\n}\n";

#[test]
fn of_a_root_that_only_answers_nothing_is_said() {
    let folder = repository("since-quiet")
        .file("queues/main.tf", STATEFUL_QUEUE)
        .file("alarms/main.tf", &STATEFUL_QUEUE.replace("jobs", "others"))
        .file("alarms/terraform.tfvars", "name = \n")
        .file("alarms/env/prod.tfvars", "name = \n");
    folder.commit();
    folder.write("queues/main.tf", &STATEFUL_QUEUE.replace("jobs", "orders"));
    let output = buttress(&folder, "check . --since HEAD --format concise --select sqs-without-dead-letter");
    let said = String::from_utf8(output.stdout).unwrap();
    assert_ne!(output.status.code(), Some(2), "{said}");
    assert!(!said.contains("alarms/"), "{said}");
}

#[test]
fn a_run_over_some_roots_does_not_know_which_intents_are_unused() {
    let balancer =
        "terraform {\n  backend \"s3\" {}\n}\n\nresource \"aws_lb\" \"web\" {\n  name = \"web\"\n}\n";
    let folder = repository("since-intent")
        .file("buttress.hcl", "intent {\n  entry = \"aws_lb.web\"\n  zones = 2\n}\n")
        .file("web/main.tf", balancer)
        .file("queues/main.tf", STATEFUL_QUEUE);
    folder.commit();
    folder.write("queues/main.tf", &STATEFUL_QUEUE.replace("jobs", "orders"));
    let said = |arguments: &str| String::from_utf8(buttress(&folder, arguments).stdout).unwrap();
    let change = said("check . --since HEAD --no-join --format concise --select sqs-without-dead-letter");
    assert!(!change.contains("intent/unused"), "{change}");
    // Where everything is looked at it is known.
    folder.write("buttress.hcl", "intent {\n  entry = \"aws_lb.nobody\"\n  zones = 2\n}\n");
    let all = said("check . --format concise --select sqs-without-dead-letter");
    assert!(all.contains("intent/unused"), "{all}");
}

/// What makes another text of one.
type Edit = fn(&str) -> String;

/// A change says of the root modules that it touches what two runs over everything say, before and after it.
#[test]
fn a_change_is_the_difference_of_two_whole_runs() {
    let database = |retention: u32| {
        format!(
            "\nresource \"aws_db_instance\" \"own\" {{\n  identifier = \"own\"\n  backup_retention_period = {retention}\n}}\n"
        )
    };
    let service =
        |environment: &str, service: u32| format!("live/{environment}/group-001/service-{service:02}");
    let folder = repository("since-organisation");
    organisation::write(folder.top(), 60).unwrap();
    for environment in ["prod", "staging", "dev"] {
        let file = format!("{}/main.tf", service(environment, 3));
        let text = fs::read_to_string(folder.path(&file)).unwrap();
        folder.write(&file, &(text + &database(14)));
    }
    folder.commit();
    let whole = |no_join: bool| {
        let paths = vec![folder.top().to_path_buf()];
        SESSION.check(&Settings { paths, no_join, ..Settings::default() })
    };
    let before = [whole(false), whole(true)];
    let alarms = "live/prod/group-001/alarms".to_owned();
    let network = "live/prod/group-001/network".to_owned();
    let cases: [(&str, String, Edit, &str); 5] = [
        ("a new queue", service("dev", 2), |text| format!("{text}\n{QUEUE}"), "sqs-without-dead-letter"),
        (
            "production is weaker",
            service("prod", 3),
            |text| text.replace("= 14", "= 1"),
            "environment-production-weaker",
        ),
        ("a subnet less", network, |text| text.replacen("count", "#", 1), ""),
        ("other names of queues", service("prod", 4), |text| text.replace("-orders\"", "-mails\""), ""),
        ("no alarms", alarms, |text| text.replace("aws_cloudwatch_metric_alarm", "aws_sns_topic"), ""),
    ];
    for (name, root, edit, rule) in cases {
        let file = format!("{root}/main.tf");
        let text = fs::read_to_string(folder.path(&file)).unwrap();
        let edited = edit(&text);
        assert_ne!(edited, text, "{name}");
        folder.write(&file, &edited);
        for (no_join, before) in [false, true].into_iter().zip(&before) {
            let paths = vec![folder.top().to_path_buf()];
            let gates = Gates { regressions: true, only_changed: false };
            let settings =
                Settings { paths, gates, no_join, since: Some("HEAD".to_owned()), ..Settings::default() };
            let report = SESSION.check(&settings);
            let places: Vec<&str> = report.roots.iter().map(|root| root.place.as_str()).collect();
            assert!(places.contains(&root.as_str()), "{name}");
            let now = whole(no_join);
            assert!(places.len() < now.roots.len() / 2, "{name}: {places:?}");
            let (was, is) = (failing(before), failing(&now));
            let introduced: BTreeSet<_> = is.difference(&was).cloned().collect();
            assert_eq!(failing(&report), introduced, "{name}");
            assert!(introduced.iter().any(|(_, id, _)| id.starts_with(rule)) || rule.is_empty(), "{name}");
            let fixed = report.change.iter().flat_map(|change| &change.fixed);
            let fixed: BTreeSet<_> = fixed
                .map(|fixed| {
                    let place = report.roots[fixed.root].place.clone();
                    (place, fixed.rule.to_string(), fixed.address.to_string())
                })
                .collect();
            // What is destroyed fixes nothing.
            let gone: BTreeSet<_> = was.difference(&is).cloned().collect();
            assert!(fixed.is_subset(&gone), "{name}: {fixed:?} {gone:?}");
        }
        folder.write(&file, &text);
    }
}
