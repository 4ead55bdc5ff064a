//! Baselines: what was accepted stays accepted wherever it moves, and nothing else does.

use std::collections::BTreeMap;
use std::path::PathBuf;

use buttress::baseline::{Accepted, Baseline};
use buttress::files::write::replace;
use buttress::report::{Report, Status};
use buttress::settings::{AskedEnvironment, BaselineOption, Settings, UnknownPolicy, ValueSources};
use proptest::prelude::*;

use crate::support::folder::Folder;
use crate::support::verdicts::SESSION;
use crate::support::{entries, fixture};

fn settings(paths: &[PathBuf], baseline: PathBuf, write: bool) -> Settings {
    Settings {
        paths: paths.to_vec(),
        baseline: Some(BaselineOption { file: baseline, write }),
        ..Settings::default()
    }
}

/// Accepts what is found, in a file in the folder.
fn accept(folder: &Folder, options: Settings) -> (Baseline, Report) {
    let file = options.baseline.clone().unwrap().file;
    let report = SESSION
        .check(&Settings { baseline: Some(BaselineOption { file: file.clone(), write: true }), ..options });
    let text = report.baseline.as_ref().and_then(|baseline| baseline.text.clone()).unwrap();
    folder.write(file.file_name().unwrap().to_str().unwrap(), &text);
    (Baseline::read(&file, &text).unwrap(), report)
}

/// Findings that are reported, and what the baseline has that is fixed: a line each.
fn outcome(report: &Report) -> Vec<String> {
    let mut lines: Vec<String> =
        report.findings().map(|entry| format!("{} {}", entry.what.id, entry.what.address)).collect();
    let fixed = report.baseline.iter().flat_map(|baseline| &baseline.fixed);
    lines.extend(
        fixed.map(|fixed| format!("fixed {} {} {} × {}", fixed.root, fixed.rule, fixed.address, fixed.count)),
    );
    lines
}

#[test]
fn what_was_accepted_is_not_new() {
    let folder = Folder::new("baseline-stacks");
    let mut accepted = 0;
    for input in entries("stacks").into_iter().chain(entries("plans/changes")) {
        let options = settings(std::slice::from_ref(&input), folder.path("b.json"), false);
        let (baseline, written) = accept(&folder, options.clone());
        assert_eq!(outcome(&written), Vec::<String>::new());
        let report = SESSION.check(&options);
        assert_eq!(outcome(&report), Vec::<String>::new(), "{}", input.display());
        assert_eq!(Baseline::read(&input, &baseline.text()).unwrap(), baseline);
        accepted += report.set_aside().filter(|entry| entry.status == Status::Baseline).count();
    }
    assert!(accepted > 200, "{accepted}");
}

#[test]
fn a_rule_that_does_not_exist_is_told_and_not_fixed() {
    let queue = "resource \"aws_sqs_queue\" \"q\" {\n  name = \"q\"\n}\n";
    let folder = Folder::new("baseline-rule").file("main.tf", queue);
    let mut options = settings(&[folder.top().to_owned()], folder.path("b.json"), false);
    options.asked.select = vec!["sqs-without-dead-letter".to_owned()];
    accept(&folder, options.clone());
    let text = std::fs::read_to_string(folder.path("b.json")).unwrap();
    folder.write("b.json", &text.replace("sqs-without-dead-letter", "sqs-without-dead-leter"));
    let report = SESSION.check(&options);
    assert!(report.problems().any(|problem| problem.id == "baseline/unknown-rule"));
    assert_eq!(outcome(&report), ["sqs-without-dead-letter aws_sqs_queue.q"]);
}

#[test]
fn another_variable_of_a_module_is_new() {
    let folder = Folder::new("baseline-names").file("main.tf", "variable \"d\" {}\n");
    let mut options = settings(&[folder.top().to_owned()], folder.path("b.json"), false);
    options.asked.select = vec!["variable-untyped".to_owned()];
    accept(&folder, options.clone());
    assert_eq!(outcome(&SESSION.check(&options)), Vec::<String>::new());
    folder.write("more.tf", "variable \"e\" {}\n");
    let report = SESSION.check(&options);
    let told: Vec<&str> = report.findings().map(|entry| entry.what.message.as_str()).collect();
    assert_eq!(told, ["`root module` accepts values of any type for d, e"]);
}

#[test]
fn an_entry_that_is_taken_out_brings_back_one_finding() {
    let folder = Folder::new("baseline-one");
    let options = settings(&[fixture("stacks/three_tier_fragile")], folder.path("b.json"), false);
    let (baseline, _) = accept(&folder, options.clone());
    assert!(baseline.entries.len() > 20);
    for (gone, count) in baseline.entries.iter().step_by(5) {
        let mut rest = baseline.clone();
        rest.entries.remove(gone);
        folder.write("b.json", &rest.text());
        let expected = vec![format!("{} {}", gone.rule, gone.address); *count];
        assert_eq!(outcome(&SESSION.check(&options)), expected);
    }
}

/// Blocks without and with a defect, two of them in a module that is called twice.
const BLOCKS: [&str; 6] = [
    "resource \"aws_sqs_queue\" \"orders\" {\n  name = \"orders\"\n}\n",
    "resource \"aws_sqs_queue\" \"mails\" {\n  name = \"mails\"\n}\n",
    "resource \"aws_db_instance\" \"orders\" {\n  multi_az = false\n}\n",
    "variable \"name\" {\n  type    = string\n  default = \"x\"\n}\n",
    "module \"first\" {\n  source = \"./queue\"\n}\n",
    "module \"second\" {\n  source = \"./queue\"\n}\n",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn what_moves_stays_accepted(
        order in Just((0..BLOCKS.len()).collect::<Vec<_>>()).prop_shuffle(),
        files in prop::collection::vec(0_usize..3, BLOCKS.len()),
        blanks in prop::collection::vec(0_usize..4, BLOCKS.len()),
    ) {
        let folder = Folder::new("baseline-moves");
        folder.write("infra/main.tf", &BLOCKS.concat());
        folder.write("infra/queue/main.tf", BLOCKS[0]);
        let options = settings(&[folder.path("infra")], folder.path("b.json"), false);
        let (baseline, _) = accept(&folder, options.clone());
        prop_assert!(baseline.entries.len() > 4);
        let mut texts: BTreeMap<usize, String> = BTreeMap::new();
        for ((at, file), blanks) in order.into_iter().zip(files).zip(blanks) {
            let text = texts.entry(file).or_default();
            text.push_str(&"\n# moved\n".repeat(blanks));
            text.push_str(BLOCKS[at]);
        }
        std::fs::remove_file(folder.path("infra/main.tf")).unwrap();
        texts.iter().for_each(|(file, text)| folder.write(&format!("infra/renamed_{file}.tf"), text));
        prop_assert_eq!(outcome(&SESSION.check(&options)), Vec::<String>::new());
        prop_assert_eq!(accept(&folder, options).0, baseline);
    }
}

const QUEUES: &str = "resource \"aws_sqs_queue\" \"orders\" {}\nresource \"aws_sqs_queue\" \"mails\" {}\n";
const QUEUE: &str = "resource \"aws_sqs_queue\" \"orders\" {}\n";

#[test]
fn what_is_fixed_is_said_where_the_run_has_looked() {
    let folder = Folder::new("baseline-fixed").file("a/main.tf", QUEUES).file("b/main.tf", QUEUES);
    let all = settings(&[folder.top().to_owned()], folder.path("all.json"), false);
    let one = settings(&[folder.path("a")], folder.path("all.json"), false);
    let (before, _) = accept(&folder, all.clone());
    folder.write("a/main.tf", QUEUE);
    folder.write("b/main.tf", QUEUE);
    let fixed = |root| format!("fixed {root} sqs-without-dead-letter aws_sqs_queue.mails × 1");
    let of = |report: &Report| {
        outcome(report).into_iter().filter(|line| line.contains("dead-letter")).collect::<Vec<_>>()
    };
    let places: Vec<String> = SESSION.check(&all).roots.iter().map(|root| root.place.clone()).collect();
    assert_eq!(of(&SESSION.check(&all)), [fixed(&places[0]), fixed(&places[1])]);
    assert_eq!(of(&SESSION.check(&one)), [fixed(&places[0])]);

    // Writing keeps what the run has not looked at.
    let (after, _) = accept(&folder, one);
    let of_b = |baseline: &Baseline| {
        baseline.entries.keys().filter(|entry| entry.root == places[1]).cloned().collect::<Vec<_>>()
    };
    assert_eq!(of_b(&after), of_b(&before));
    assert_eq!(of(&SESSION.check(&all)), [fixed(&places[1])]);

    // A root that is gone has nothing left to fix, and its entries are taken out.
    std::fs::remove_dir_all(folder.path("b")).unwrap();
    assert!(of(&SESSION.check(&all)).len() > 1);
    let (last, _) = accept(&folder, all.clone());
    assert_eq!(of_b(&last), []);
    assert_eq!(outcome(&SESSION.check(&all)), Vec::<String>::new());
}

#[test]
fn what_was_not_looked_at_is_not_fixed() {
    let folder = Folder::new("baseline-elsewhere").file("a/main.tf", QUEUES).file("b/main.tf", QUEUES);
    let all = settings(&[folder.top().to_owned()], folder.path("all.json"), false);
    let (before, _) = accept(&folder, all.clone());
    // A module is no root module: nobody has looked for its findings.
    folder.write("buttress.hcl", "root \"b\" {\n  kind = \"module\"\n}\n");
    assert_eq!(outcome(&SESSION.check(&all)), Vec::<String>::new());

    // Nothing is known of a rule that does not exist, but that it does not.
    let mut slip = before.clone();
    let entry = before.entries.keys().find(|entry| entry.rule == "sqs-without-dead-letter").unwrap();
    slip.entries.insert(Accepted { rule: "sqs-without-dead-leter".into(), ..entry.clone() }, 1);
    folder.write("all.json", &slip.text());
    let report = SESSION.check(&all);
    assert_eq!(outcome(&report), Vec::<String>::new());
    let told: Vec<_> =
        report.problems().map(|problem| (problem.message.as_str(), problem.help.as_deref())).collect();
    insta::assert_debug_snapshot!(told, @r#"
    [
        (
            "the baseline accepts findings of `sqs-without-dead-leter`, and there is no such rule",
            Some(
                "did you mean `sqs-without-dead-letter`? Otherwise delete its entries, or name the directory of the rule with `--rules`",
            ),
        ),
    ]
    "#);
    let (after, _) = accept(&folder, all);
    assert_eq!(after, slip);
}

#[test]
fn what_is_unknown_is_not_fixed() {
    let text = |multi_az: &str| {
        format!(
            "variable \"on\" {{}}\nresource \"aws_db_instance\" \"orders\" {{\n  multi_az = {multi_az}\n}}\n"
        )
    };
    let folder = Folder::new("baseline-unknown").file("main.tf", &text("false"));
    let options = settings(&[folder.top().to_owned()], folder.path("b.json"), false);
    accept(&folder, options.clone());
    let single_az = |multi_az: &str| {
        folder.write("main.tf", &text(multi_az));
        let lines = outcome(&SESSION.check(&options));
        lines.into_iter().filter(|line| line.contains("rds-single-az")).count()
    };
    assert_eq!(single_az("false"), 0);
    assert_eq!(single_az("var.on"), 0, "it may be there still");
    assert_eq!(single_az("true"), 1);
    // Nor is anything where not everything could be read.
    folder.write("broken.tf", "resource {");
    assert_eq!(single_az("true"), 0);
}

#[test]
fn unknown_verdicts_are_accepted_where_they_fail() {
    let folder = Folder::new("baseline-strict");
    folder.write(
        "main.tf",
        "variable \"on\" {}\nresource \"aws_db_instance\" \"orders\" {\n  multi_az = var.on\n}\n",
    );
    let lenient = settings(&[folder.top().to_owned()], folder.path("b.json"), false);
    let strict = Settings { unknown: UnknownPolicy::Fail, ..lenient.clone() };
    let (baseline, _) = accept(&folder, lenient.clone());
    assert!(baseline.entries.keys().all(|entry| !entry.is_unknown));
    assert!(SESSION.check(&strict).unknown_verdicts().next().is_some());
    let (baseline, _) = accept(&folder, strict.clone());
    assert!(baseline.entries.keys().any(|entry| entry.is_unknown && entry.rule == "rds-single-az"));
    let report = SESSION.check(&strict);
    assert_eq!((report.unknown_verdicts().count(), outcome(&report)), (0, Vec::new()));
    // They are reported where they are not accepted by anything.
    let report = SESSION.check(&lenient);
    assert!(report.unknown_verdicts().next().is_some());
    assert_eq!(outcome(&report), Vec::<String>::new());
}

#[test]
fn an_environment_is_accepted_for_itself() {
    let folder = Folder::new("baseline-environments");
    folder.write(
        "infra/main.tf",
        "variable \"on\" {}\nresource \"aws_db_instance\" \"orders\" {\n  multi_az = var.on\n}\n",
    );
    folder.write("prod.tfvars", "on = true\n");
    folder.write("staging.tfvars", "on = false\n");
    let options = Settings {
        values: ValueSources {
            environments: ["prod.tfvars", "staging.tfvars"]
                .map(|file| AskedEnvironment::of_file(folder.path(file)))
                .to_vec(),
            ..ValueSources::default()
        },
        ..settings(&[folder.path("infra")], folder.path("b.json"), false)
    };
    accept(&folder, options.clone());
    let new = || outcome(&SESSION.check(&options));
    assert_eq!(new(), Vec::<String>::new());
    folder.write("prod.tfvars", "on = false\n");
    assert_eq!(new(), ["rds-single-az aws_db_instance.orders"]);
}

#[test]
fn twins_are_counted() {
    let folder = Folder::new("baseline-twins");
    let options = settings(&[fixture("plans/changes/regression.json")], folder.path("b.json"), false);
    let (mut baseline, _) = accept(&folder, options.clone());
    let (entry, count) = baseline.entries.iter_mut().next().unwrap();
    *count = 3;
    let expected = format!("fixed {} {} {} × 2", entry.root, entry.rule, entry.address);
    assert!(baseline.text().contains("\"count\": 3"));
    folder.write("b.json", &baseline.text());
    assert_eq!(outcome(&SESSION.check(&options)), [expected]);
}

#[test]
fn a_former_id_of_a_rule_is_its_own() {
    let Some(rule) = SESSION.rules().rules.iter().find(|rule| {
        let is_asked = |input: &PathBuf| {
            SESSION
                .check(&Settings { paths: vec![input.clone()], ..Settings::default() })
                .findings()
                .any(|entry| entry.what.id == rule.id)
        };
        !rule.renamed_from.is_empty() && entries("stacks").iter().any(is_asked)
    }) else {
        panic!("no rule with a former id has a finding in the stacks");
    };
    let folder = Folder::new("baseline-renamed");
    let paths = entries("stacks");
    let options = settings(&paths, folder.path("b.json"), false);
    let (baseline, _) = accept(&folder, options.clone());
    let text = baseline.text().replace(&format!("\"{}\"", rule.id), &format!("\"{}\"", rule.renamed_from[0]));
    assert_ne!(text, baseline.text());
    folder.write("b.json", &text);
    assert_eq!(outcome(&SESSION.check(&options)), Vec::<String>::new());
}

#[cfg(unix)]
#[test]
fn nothing_is_written_through_a_link_of_a_stranger() {
    let folder = Folder::new("baseline-links");
    folder.write("outside/kept", "kept");
    folder.write("repository/.git/config", "");
    let link =
        |target: &str, at: &str| std::os::unix::fs::symlink(folder.path(target), folder.path(at)).unwrap();
    link("outside/kept", "repository/b.json");
    link("outside", "repository/directory");
    let code = |path: &str| replace(&folder.path(path), "written").unwrap_err().id;
    assert_eq!(code("repository/b.json"), "source/special");
    assert_eq!(code("repository/directory/new"), "source/outside");
    assert_eq!(code("repository/.git/config"), "source/git");
    assert_eq!(code("outside"), "source/directory");
    assert_eq!(code("nowhere/new"), "output/write");
    assert_eq!(std::fs::read_to_string(folder.path("outside/kept")).unwrap(), "kept");
    assert_eq!(std::fs::read_dir(folder.path("outside")).unwrap().count(), 1);
    folder.write("repository/reports/real.json", "old");
    folder.write("repository/.git/hooks/commit", "kept");
    link("repository/reports/real.json", "repository/inside.json");
    link("repository/inside.json", "repository/twice.json");
    link("repository/.git/hooks/commit", "repository/hook.json");
    link("repository/reports", "repository/folder.json");
    link("repository/nowhere", "repository/gone.json");
    // A pull request may bring any of them, and with it decide which file a report replaces.
    for name in ["inside", "twice", "hook", "folder", "gone"] {
        assert_eq!(code(&format!("repository/{name}.json")), "source/special", "{name}");
        std::fs::remove_file(folder.path(&format!("repository/{name}.json"))).unwrap();
    }
    assert_eq!(std::fs::read_to_string(folder.path("repository/reports/real.json")).unwrap(), "old");
    assert_eq!(std::fs::read_to_string(folder.path("repository/.git/hooks/commit")).unwrap(), "kept");
    std::fs::remove_dir_all(folder.path("repository/reports")).unwrap();
    for text in ["new", "newer"] {
        replace(&folder.path("repository/new"), text).unwrap();
        assert_eq!(std::fs::read_to_string(folder.path("repository/new")).unwrap(), text);
    }
    assert_eq!(std::fs::read_dir(folder.path("repository")).unwrap().count(), 4, "nothing is left beside it");
}
