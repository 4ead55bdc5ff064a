//! Suppressions: what a comment covers, what is wrong with it, and that it changes nothing else.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

use buttress::render::Look;
use buttress::render::report::{Format, render};
use buttress::report::{Entry, Report, Status};
use buttress::settings::{Asked, AskedEnvironment, Date, Peer, Settings, Suppressing};
use buttress::text::Span;
use proptest::prelude::*;

use crate::support::folder::Folder;
use crate::support::verdicts::SESSION;
use crate::support::{entries, fixture, read};

fn checked(path: &Path, settings: Settings) -> Report {
    SESSION.check(&Settings { paths: vec![path.to_owned()], ..settings })
}

/// The fixtures are of this day.
fn today() -> Settings {
    Settings { asked: Asked { today: Date::parse("2026-06-15"), ..Asked::default() }, ..Settings::default() }
}

/// Nothing is suppressed.
fn off() -> Settings {
    Settings { suppressing: Suppressing { off: true, ..Suppressing::default() }, ..Settings::default() }
}

/// The file and the line; without the file if it is that of a small module.
fn line(report: &Report, span: Span) -> String {
    let file = report.sources.get(span.file).unwrap();
    let line = file.line_column(span.range.start).0;
    match file.path.file_name().unwrap().to_str().unwrap() {
        "main.tf" | "main.tf.json" => format!("{line:>2}"),
        name => format!("{name}:{line:>2}"),
    }
}

/// What is suppressed, by which line and why; then what is said about suppressions.
fn outcome(path: &Path) -> String {
    told(&checked(path, today()))
}

fn told(report: &Report) -> String {
    let mut said = Vec::new();
    let mut add = |entry: (&str, &str), by: Option<usize>| {
        let Some(suppression) = by.and_then(|index| report.suppressions.get(index)) else { return };
        let (rule, address) = entry;
        let from = (line(report, suppression.span), rule.to_owned(), address.to_owned());
        said.push((from, suppression.reason.clone()));
    };
    let by = |status: Status| match status {
        Status::Suppressed(index) => Some(index),
        _ => None,
    };
    for entry in &report.diagnostics {
        add((&entry.what.id, &entry.what.address), by(entry.status));
    }
    for entry in &report.unknown {
        add((&format!("unknown {}", entry.what.rule), &entry.what.address), by(entry.status));
    }
    said.sort();
    let mut text = String::new();
    for ((line, rule, address), reason) in said {
        let _ = writeln!(text, "{line}: {rule} {address}: {reason}");
    }
    let own = report.findings().filter(|entry| {
        entry.what.id.starts_with("suppression/") || entry.what.id.starts_with("assumption/")
    });
    let mut own: Vec<_> = own.map(|entry| (line(report, entry.what.span().unwrap()), &entry.what)).collect();
    own.sort();
    for (line, diagnostic) in own {
        let help = diagnostic.help.as_deref().unwrap_or_default();
        let _ = writeln!(text, "{line}: {}: {} ({help})", diagnostic.id, diagnostic.message);
    }
    text
}

#[test]
fn a_comment_covers_what_it_stands_beside() {
    insta::assert_snapshot!(outcome(&fixture("suppressions/scopes")), @r#"
     1: provider-version-unconstrained provider.aws: an example has no state
     1: state-not-remote root module: an example has no state
     4: rds-single-az aws_db_instance.above: the standby comes in spring
     9: rds-unprotected-from-deletion aws_db_instance.header: a copy that is made anew every night
     9: rds-without-backups aws_db_instance.header: a copy that is made anew every night
    16: rds-single-az aws_db_instance.argument: closed at night
    19: rds-unprotected-from-deletion aws_db_instance.argument: it is made anew every week
    29: rds-single-az aws_db_instance.end: it holds nothing
    29: rds-without-backups aws_db_instance.end: it holds nothing
    31: rds-single-az module.called["a"].aws_db_instance.this: whoever calls it decides
    31: rds-single-az module.called["b"].aws_db_instance.this: whoever calls it decides
    39: rds-single-az module.told.aws_db_instance.this: the argument decides
    44: unknown rds-single-az aws_db_instance.unknown: the caller is asked in review
    56: sqs-without-dead-letter aws_sqs_queue.mails: a former id counts
    23: suppression/unused: `rds-storage-fixed` finds nothing in this argument (remove it from the suppression)
    52: suppression/unused: `queue-without-dead-letter` finds nothing in this argument (remove it from the suppression)
    52: suppression/renamed: `queue-without-dead-letter` is now called `sqs-without-dead-letter` (write `sqs-without-dead-letter`)
    56: suppression/renamed: `queue-without-dead-letter` is now called `sqs-without-dead-letter` (write `sqs-without-dead-letter`)
    "#);
}

#[test]
fn an_entry_of_an_object_is_meant_and_not_those_beside_it() {
    let database = "resource \"aws_db_instance\" \"this\" {\n  for_each                = var.databases\n  engine                  = \"postgres\"\n  instance_class          = \"db.m6g.large\"\n  multi_az                = each.value.multi_az\n  backup_retention_period = 14\n}\n\nvariable \"databases\" {\n  type = map(object({ multi_az = bool }))\n}\n";
    let ignored = "# buttress:ignore rds-single-az reason=\"rebuilt\"";
    let values = [
        format!("databases = {{\n  a = {{ multi_az = false }} {ignored}\n  b = {{ multi_az = false }}\n}}\n"),
        format!(
            "databases = {{\n  {ignored}\n  a = {{ multi_az = false }}\n  b = {{ multi_az = false }}\n}}\n"
        ),
        format!(
            "databases = {{\n  a = {{\n    multi_az = false {ignored}\n  }}\n  b = {{ multi_az = false }}\n}}\n"
        ),
        format!(
            "databases = {{\n  a = {{ {ignored}\n    multi_az = false\n  }}\n  b = {{ multi_az = false }}\n}}\n"
        ),
    ];
    for values in values {
        let folder = Folder::new("entries").file("main.tf", database).file("terraform.tfvars", &values);
        let report = checked(folder.top(), today());
        let single = report.diagnostics.iter().filter(|entry| entry.what.id == "rds-single-az");
        let told: BTreeSet<(&str, bool)> = single
            .map(|entry| (entry.what.address.as_str(), matches!(entry.status, Status::Suppressed(_))))
            .collect();
        assert_eq!(
            told,
            BTreeSet::from([("aws_db_instance.this[\"a\"]", true), ("aws_db_instance.this[\"b\"]", false)]),
            "{values}"
        );
    }
    let all =
        format!("databases = {{ {ignored}\n  a = {{ multi_az = false }}\n  b = {{ multi_az = false }}\n}}\n");
    let folder = Folder::new("entries").file("main.tf", database).file("terraform.tfvars", &all);
    assert_eq!(
        checked(folder.top(), today()).findings().filter(|entry| entry.what.id == "rds-single-az").count(),
        0
    );
}

#[test]
fn what_is_wrong_with_a_suppression_is_a_finding() {
    insta::assert_snapshot!(outcome(&fixture("suppressions/faults")), @r#"
    12: sqs-without-dead-letter aws_sqs_queue.last_day: until today
    24: sqs-without-dead-letter aws_sqs_queue.all: everything, and meant so
    54: sqs-without-dead-letter aws_sqs_queue.quoted: it said "no"
    57: sqs-without-dead-letter aws_sqs_queue.two: twice, above
     1: suppression/misplaced: this suppression stands beside nothing that it could cover (put it directly above a block or argument, or behind one on the same line; `buttress:ignore-file` at the top of a file covers the file)
     3: suppression/no-reason: this suppression gives no reason, so it does not count (say why the finding is accepted: `reason="…"`)
     6: suppression/no-reason: this suppression gives no reason, so it does not count (say why the finding is accepted: `reason="…"`)
     9: suppression/expired: this suppression ended after 2026-06-14 (owner: team-mail) (what it suppressed is reported again: fix it, or give a later day and the reason for that)
    15: suppression/expired: this suppression ended after 2020-02-29 (nothing is left that it suppressed: remove it)
    18: suppression/unknown-rule: no rule fits `nothing-*` (`buttress rules` lists all rules)
    18: suppression/unknown-rule: there is no rule `sqs-without-dead-leter` (did you mean `sqs-without-dead-letter`?)
    18: suppression/unused: `redundancy` finds nothing in this block (remove it from the suppression)
    21: suppression/malformed: `*` would suppress every rule, also those to come (name rules, a pattern such as `rds-*` or a principle; `all-rules` is for all that is meant so)
    27: suppression/malformed: this suppression names no rule (write `buttress:ignore RULE reason="…"`, with `owner=…` and `until=YYYY-MM-DD` if you like)
    30: suppression/malformed: `quotes` stands behind `reason=` (put a text of several words in quotes: `reason="…"`; rules come first)
    33: suppression/malformed: this text is not closed (close the text with the same quote, on the same line)
    36: suppression/malformed: `untill` says nothing about a suppression (did you mean `until`?)
    39: suppression/malformed: `2027-02-29` is not a date (write it as year-month-day: `until=2027-01-31`)
    42: suppression/malformed: `reason` is said twice (keep one of them)
    45: suppression/malformed: there is no `buttress:ignored` (did you mean `buttress:ignore`?)
    51: suppression/misplaced: this suppression stands beside nothing that it could cover (put `buttress:ignore-file` at the top of the file, before the first block)
    58: suppression/unused: `sqs-visibility-*` finds nothing in this block (remove it from the suppression)
    58: suppression/unused: `sqs-without-dead-letter` finds nothing in this block (remove it from the suppression)
    61: suppression/malformed: `buttress: ignore` is no suppression (write `buttress:ignore`, in small letters and without a blank)
    64: suppression/malformed: `BUTTRESS:IGNORE` is no suppression (write `buttress:ignore`, in small letters and without a blank)
    "#);
}

#[test]
fn json_has_suppressions_in_its_comments() {
    insta::assert_snapshot!(outcome(&fixture("suppressions/json")), @r#"
     2: provider-version-unconstrained provider.aws: an example has no state
     2: state-not-remote root module: an example has no state
     2: terraform-version-unconstrained root module: an example has no state
     6: sqs-without-dead-letter aws_sqs_queue.orders: the reader sees to it
    10: suppression/no-reason: this suppression gives no reason, so it does not count (say why the finding is accepted: `reason="…"`)
    13: suppression/misplaced: this suppression stands beside nothing that it could cover (put the key "//" into the object of a block; `buttress:ignore-file` belongs into the object of the file)
    "#);
}

#[test]
fn a_config_suppresses_by_address_path_and_environment() {
    insta::assert_snapshot!(outcome(&fixture("suppressions/config")), @r#"
    buttress.hcl: 3: rds-single-az module.store["cache"].aws_db_instance.this: it is filled again from the orders
    buttress.hcl: 3: rds-without-backups module.store["cache"].aws_db_instance.this: it is filled again from the orders
    buttress.hcl: 3: rds-without-backups module.store["cache"].aws_db_instance.this: it is filled again from the orders
    buttress.hcl: 3: unknown rds-single-az module.store["cache"].aws_db_instance.this: it is filled again from the orders
    buttress.hcl:11: provider-version-unconstrained provider.aws: nobody but one applies it
    buttress.hcl:11: state-not-remote root module: nobody but one applies it
    buttress.hcl:11: terraform-version-unconstrained root module: nobody but one applies it
    buttress.hcl:17: rds-unprotected-from-deletion module.store["cache"].aws_db_instance.this: made anew every night
    buttress.hcl:17: rds-unprotected-from-deletion module.store["orders"].aws_db_instance.this: made anew every night
    buttress.hcl:24: suppression/unused: `sqs-without-dead-letter` finds nothing where this block says (remove it from the suppression)
    buttress.hcl:29: suppression/no-reason: this suppression gives no reason, so it does not count (say why the finding is accepted: `reason="…"`)
    buttress.hcl:30: suppression/unknown-rule: there is no rule `no-such-rule` (`buttress rules` lists all rules; a reason is written as `reason="…"`)
    buttress.hcl:34: suppression/expired: this suppression ended after 2026-01-01 (what it suppressed is reported again: fix it, or give a later day and the reason for that)
    buttress.hcl:53: assumption/contradicted: `var.engine` is known, and not as it is assumed to be (the known value counts: remove the assumption, or correct what sets the value)
    buttress.hcl:58: assumption/unused: nothing asks for `var.nothing` (remove it; an address is a variable, a local value, an attribute of a resource or data source, or an output of a module: `var.zones`, `data.TYPE.NAME.ids`, `module.network.private_subnets`)
    "#);
}

#[test]
fn a_config_is_judged_by_what_was_looked_at() {
    let outcome = outcome(&fixture("suppressions/config/live/prod"));
    // Whether `live/dev` has such a queue nobody knows here.
    assert!(!outcome.contains("suppression/unused") && !outcome.contains("assumption/unused"), "{outcome}");
    assert!(outcome.contains("assumption/contradicted"), "{outcome}");
}

#[test]
fn without_a_block_its_findings_are_back_and_nothing_else() {
    let copy = Folder::new("suppressions");
    let top = fixture("suppressions/config");
    for entry in walkdir::WalkDir::new(&top).into_iter().flatten().filter(|entry| entry.file_type().is_file())
    {
        let name = entry.path().strip_prefix(&top).unwrap().to_string_lossy().into_owned();
        copy.write(&name, &std::fs::read_to_string(entry.path()).unwrap());
    }
    let text = std::fs::read_to_string(copy.path("buttress.hcl")).unwrap();
    let before = rules_say(&checked(copy.top(), today()));
    let mut back = 0;
    for (start, _) in text.match_indices("suppress {") {
        let end = start + text[start..].find("\n}").unwrap();
        let reason =
            text[start..end].lines().find_map(|line| line.trim().strip_prefix("reason")).unwrap_or_default();
        let reason = reason.trim_matches([' ', '=', '"']);
        // As long as before, so that no place moves.
        let without = format!("{}{}{}", &text[..start], " ".repeat(end + 2 - start), &text[end + 2..]);
        copy.write("buttress.hcl", &without);
        let after = rules_say(&checked(copy.top(), today()));
        assert_eq!(before.len(), after.len());
        for (key, by) in &before {
            let expected = by.clone().filter(|by| by != reason);
            back += usize::from(expected != *by);
            assert_eq!(after[key], expected, "{key:?} without `{reason}`");
        }
    }
    assert!(back > 5, "{back}");
}

/// What is said of one database and one group of machines, with a config.
fn with_config(config: &str) -> String {
    let folder = Folder::new("suppressions").file("buttress.hcl", config).file(
        "main.tf",
        "data \"aws_subnets\" \"private\" {}\n\nresource \"aws_autoscaling_group\" \"web\" {\n  min_size            = 4\n  max_size            = 8\n  vpc_zone_identifier = data.aws_subnets.private.ids\n}\n",
    );
    let report = checked(folder.top(), today());
    let unknown = report.unknown_verdicts().map(|entry| format!("unknown {}", entry.what.rule));
    let found = report.findings().filter(|entry| entry.what.id.starts_with("asg-")).map(|entry| {
        let places = entry.what.labels().filter_map(|label| label.span()).map(|span| line(&report, span));
        format!("{} {}", entry.what.id, places.collect::<Vec<_>>().join(" "))
    });
    let mut said: Vec<String> = unknown.chain(found).collect();
    said.sort();
    said.join("\n")
}

#[test]
fn an_assumption_for_no_root_module_is_of_no_use() {
    let folder = Folder::new("assumed-nowhere").file(".git/HEAD", "").file("main.tf", "variable \"n\" {}\n");
    folder.write(
        "buttress.hcl",
        "assume \"var.n\" {\n  value = 1\n  roots = [\"nowhere\"]\n  reason = \"a test\"\n}\n",
    );
    let report = checked(folder.top(), today());
    let said: Vec<&str> = report
        .findings()
        .filter(|entry| entry.what.id == "assumption/unused")
        .map(|entry| entry.what.message.as_str())
        .collect();
    assert_eq!(said, ["`var.n` is assumed of root modules that there are not"]);
}

#[test]
fn assumed_zones_decide_where_things_stand() {
    let assume = |what: &str| {
        format!("assume \"data.aws_subnets.private.ids\" {{\n  {what}\n  reason = \"seen\"\n}}\n")
    };
    insta::assert_snapshot!(with_config(""), @"unknown asg-single-az");
    insta::assert_snapshot!(with_config(&assume("length = 3\n  zones = 3")), @"");
    insta::assert_snapshot!(with_config(&assume("length = 3\n  zones = 1")), @"asg-single-az buttress.hcl: 2  6");
    insta::assert_snapshot!(with_config(&assume("length = 3")), @"unknown asg-single-az");
}

/// What is suppressed if the comments for some tools count.
fn honoured(peers: &[Peer]) -> String {
    let suppressing = Suppressing { honour: peers.to_vec(), ..Suppressing::default() };
    told(&checked(&fixture("suppressions/foreign"), Settings { suppressing, ..today() }))
}

#[test]
fn comments_for_other_tools_count_if_that_is_asked_for() {
    assert_eq!(honoured(&[]), "");
    insta::assert_snapshot!(honoured(&[Peer::Checkov]), @r"
     9: s3-without-versioning aws_s3_bucket.checkov: Rebuilt from the source every night
    14: s3-without-versioning aws_s3_bucket.bridgecrew: accepted for checkov, without a reason
    60: s3-without-versioning module.called.aws_s3_bucket.this: whoever wrote the module knows why
    ");
    insta::assert_snapshot!(honoured(&[Peer::Trivy]), @r"
    17: s3-without-versioning aws_s3_bucket.trivy: accepted for trivy, without a reason
    22: s3-without-versioning aws_s3_bucket.last_day: accepted for trivy, without a reason
    ");
    insta::assert_snapshot!(honoured(&[Peer::Tfsec]), @r"
    37: s3-without-versioning aws_s3_bucket.tfsec: accepted for tfsec, without a reason
    42: s3-without-versioning aws_s3_bucket.star: accepted for tfsec, without a reason
    ");
    insta::assert_snapshot!(honoured(&[Peer::Kics]), @r"
     1: elasticache-memcached-single-az aws_elasticache_cluster.kics_file: accepted for kics, without a reason
    47: elasticache-memcached-single-az aws_elasticache_cluster.kics_block: accepted for kics, without a reason
    ");
    let all: usize = Peer::ALL.iter().map(|peer| honoured(&[*peer]).lines().count()).sum();
    // Of the cache that two comments cover, one counts.
    assert_eq!(honoured(&Peer::ALL).lines().count(), all);
}

#[test]
fn without_a_day_no_suppression_ends() {
    let report = checked(&fixture("suppressions/faults"), Settings::default());
    assert!(report.findings().all(|entry| entry.what.id != "suppression/expired"));
    assert!(checked(&fixture("suppressions/faults"), today()).findings().any(is_expired));
}

fn is_expired(entry: &Entry<buttress::diagnostic::Diagnostic>) -> bool {
    entry.what.id == "suppression/expired"
}

#[test]
fn days_are_those_of_the_calendar() {
    for day in ["1970-01-01", "2000-02-29", "2024-02-29", "2026-12-31", "2027-01-31"] {
        assert_eq!(Date::parse(day).unwrap().to_string(), day);
    }
    for text in [
        "2027-02-29",
        "1900-02-29",
        "2027-13-01",
        "2027-00-01",
        "2027-01-32",
        "27-1-1",
        "2027-01-31-1",
        "+027-01-31",
        "",
    ] {
        assert_eq!(Date::parse(text), None, "{text}");
    }
    let before = |day: &str| Date::parse(day).unwrap().day_before().unwrap().to_string();
    assert_eq!(before("2027-01-01"), "2026-12-31");
    assert_eq!(before("2024-03-01"), "2024-02-29");
    assert_eq!(before("2026-06-15"), "2026-06-14");
    let day = |seconds: u64| Date::of_unix_time(seconds).to_string();
    assert_eq!(day(0), "1970-01-01");
    assert_eq!(day(86_399), "1970-01-01");
    assert_eq!(day(951_782_400), "2000-02-29");
    assert_eq!(day(1_798_761_599), "2026-12-31");
    assert_eq!(day(1_798_761_600), "2027-01-01");
    assert!(Date::of_unix_time(u64::MAX) > Date::parse("9999-01-01").unwrap());
}

/// A finding or unknown verdict: rule, address, place.
type Key = (String, String, Option<usize>);

/// What the rules say, each with the text of the suppression that sets it aside.
fn rules_say(report: &Report) -> BTreeMap<Key, Option<String>> {
    let by = |status: Status| match status {
        Status::Suppressed(index) => report.suppressions.get(index).map(|by| by.reason.clone()),
        _ => None,
    };
    let mut all = BTreeMap::new();
    let address = |root: Option<usize>, address: &str| match root {
        Some(root) if report.roots.len() > 1 => format!("{root}: {address}"),
        _ => address.to_owned(),
    };
    for entry in report.diagnostics.iter().filter(|entry| report.rule_behind(&entry.what).is_some()) {
        let place = entry.what.span().map(|span| span.range.start as usize);
        all.insert(
            (entry.what.id.to_string(), address(entry.root, &entry.what.address), place),
            by(entry.status),
        );
    }
    for entry in &report.unknown {
        let rules: Vec<&str> = entry.what.rules().map(AsRef::as_ref).collect();
        all.insert((rules.join(" "), address(entry.root, &entry.what.address), None), by(entry.status));
    }
    all
}

#[test]
fn without_a_suppression_its_findings_are_back_and_nothing_else() {
    for name in ["scopes", "faults"] {
        let path = format!("fixtures/suppressions/{name}/main.tf");
        let text = read(&path);
        let folder = Folder::new("suppressions").file("main.tf", &text);
        if name == "scopes" {
            folder.write("module/main.tf", &read("fixtures/suppressions/scopes/module/main.tf"));
        }
        let whole = checked(folder.top(), today());
        let before = rules_say(&whole);
        let reasons: BTreeSet<String> = before.values().flatten().cloned().collect();
        assert!(reasons.len() > 3, "{name}: {reasons:?}");
        for suppression in whole.suppressions.iter().filter(|one| reasons.contains(&one.reason)) {
            // As long as before, so that no place moves.
            let mut without = text.clone();
            let start = suppression.span.range.start as usize;
            without.replace_range(start..start + 8, "somebody");
            folder.write("main.tf", &without);
            let after = rules_say(&checked(folder.top(), today()));
            let shadows = |by: &str| suppression.reason.starts_with("twice") && by.starts_with("twice");
            for (key, by) in &before {
                let expected = by.clone().filter(|by| *by != suppression.reason);
                // One that was in its shadow takes its place.
                let found = after[key].clone().filter(|by| expected.is_some() || !shadows(by));
                assert_eq!(found, expected, "{key:?} without `{}`", suppression.reason);
            }
            assert_eq!(before.len(), after.len());
        }
        let all = rules_say(&checked(folder.top(), off()));
        assert_eq!(all.keys().collect::<Vec<_>>(), before.keys().collect::<Vec<_>>());
        assert!(all.values().all(Option::is_none));
    }
}

/// The blocks of resources in a text: the line of the header, and the address.
fn resources(text: &str) -> Vec<(usize, String)> {
    let headers = text.lines().enumerate().filter_map(|(at, line)| {
        let words: Vec<&str> = line.strip_prefix("resource \"")?.split('"').collect();
        Some((at, format!("{}.{}", words[0], words[2])))
    });
    headers.collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    /// Comments above any blocks, for any of the rules that find something somewhere: each suppresses what its rule finds at its
    /// block, and whatever else there is stays.
    #[test]
    fn a_suppression_sets_aside_what_its_rule_finds_at_its_block(
        chosen in proptest::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>()), 1..8),
    ) {
        let stack = entries("stacks/shared_store_fragile");
        let folder = Folder::new("suppressions");
        for path in stack.iter().filter(|path| path.is_file()) {
            let name = path.file_name().unwrap().to_string_lossy();
            folder.write(&name, &std::fs::read_to_string(path).unwrap());
        }
        let text = std::fs::read_to_string(folder.path("stores.tf")).unwrap();
        let base = rules_say(&checked(folder.top(), off()));
        let places = |all: &BTreeMap<Key, Option<String>>| -> BTreeMap<(String, String), Vec<Option<String>>> {
            let mut said: BTreeMap<_, Vec<_>> = BTreeMap::new();
            for ((rule, address, _), by) in all {
                said.entry((rule.clone(), address.clone())).or_default().push(by.clone());
            }
            said
        };
        let rules: Vec<String> = base.keys().map(|(rule, _, _)| rule.clone()).filter(|rule| !rule.contains(' ')).collect();
        let blocks = resources(&text);
        assert!(blocks.len() > 3);
        let wanted: BTreeSet<(usize, &str)> = chosen
            .iter()
            .map(|(block, rule)| (block.index(blocks.len()), rule.get(&rules).as_str()))
            .collect();
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        for (block, rule) in wanted.iter().rev() {
            lines.insert(blocks[*block].0, format!("# buttress:ignore {rule} reason=\"{block} {rule}\""));
        }
        folder.write("stores.tf", &(lines.join("\n") + "\n"));
        let report = checked(folder.top(), today());
        let (base, after) = (places(&base), places(&rules_say(&report)));
        prop_assert_eq!(base.keys().collect::<Vec<_>>(), after.keys().collect::<Vec<_>>());
        let mut used = BTreeSet::new();
        for ((rule, address), by) in &after {
            let block = blocks.iter().position(|(_, own)| address == own || address.starts_with(&format!("{own}[")));
            let is_wanted = block.is_some_and(|block| wanted.contains(&(block, rule.as_str())));
            let expected = block.filter(|_| is_wanted).map(|block| format!("{block} {rule}"));
            used.extend(expected.clone());
            prop_assert!(by.iter().all(|by| *by == expected), "{rule} {address}: {by:?} {expected:?}");
        }
        let unused = report.findings().filter(|entry| entry.what.id == "suppression/unused").count();
        prop_assert_eq!(unused, wanted.len() - used.len());
    }
}

#[test]
fn sarif_says_who_accepts_what_and_where() {
    let report = checked(&fixture("suppressions/json"), today());
    let text = render(&report, Format::Sarif, Look { colour: false, width: 100 });
    let run = &serde_json::from_str::<serde_json::Value>(&text).unwrap()["runs"][0];
    let results = run["results"].as_array().unwrap();
    for result in results {
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(run["tool"]["driver"]["rules"][index]["id"], result["ruleId"]);
    }
    let orders = results.iter().find(|result| {
        result["locations"][0]["logicalLocations"][0]["fullyQualifiedName"] == "aws_sqs_queue.orders"
    });
    let suppression = &orders.unwrap()["suppressions"][0];
    assert_eq!(suppression["kind"], "inSource");
    assert_eq!(suppression["status"], "accepted");
    assert_eq!(suppression["justification"], "the reader sees to it; owner: team-orders");
    assert_eq!(suppression["location"]["physicalLocation"]["region"]["startLine"], 6);
    let shown = results.iter().filter(|result| result["suppressions"].as_array().unwrap().is_empty()).count();
    assert_eq!(shown, report.findings().count());
    assert_eq!(report.suppressed(), results.len() - shown);
}

#[test]
fn what_is_suppressed_was_looked_at() {
    let report = checked(&fixture("suppressions/faults"), today());
    let shown = render(&report, Format::Human, Look { colour: false, width: 100 });
    let suppressed = report.suppressed();
    assert!(
        suppressed > 1
            && shown
                .split_whitespace()
                .collect::<Vec<_>>()
                .join(" ")
                .contains(&format!("{suppressed} suppressed")),
        "{shown}"
    );
    assert!(!shown.contains("not looked at"), "{shown}");
}

#[test]
fn a_comment_in_a_list_or_an_expression_covers_what_is_around_or_below_it() {
    let main = r#"resource "aws_db_instance" "a" {
  engine = "postgres"
  enabled_cloudwatch_logs_exports = [
    # buttress:ignore rds-single-az reason="a log, not the next argument"
    "postgresql",
  ]
  multi_az = false
}

locals {
  all = [
    { az = false }, # buttress:ignore rds-single-az reason="first"
    # buttress:ignore rds-single-az reason="second"
    { az = false },
    { # buttress:ignore rds-single-az reason="third"
      az = false
    },
    { az = false },
  ]
}

resource "aws_db_instance" "l" {
  count    = 4
  engine   = "postgres"
  multi_az = local.all[count.index].az
}

resource "aws_db_instance" "p" {
  engine = "postgres"
  multi_az = (
    # buttress:ignore rds-single-az reason="inside"
    false
  )
}
"#;
    let folder = Folder::new("suppressions").file("main.tf", main);
    insta::assert_snapshot!(outcome(&folder.path(".")), @r"
    12: rds-single-az aws_db_instance.l[0]: first
    13: rds-single-az aws_db_instance.l[1]: second
    15: rds-single-az aws_db_instance.l[2]: third
    31: rds-single-az aws_db_instance.p: inside
     4: suppression/unused: `rds-single-az` finds nothing in this argument (remove it from the suppression)
    ");
}

#[test]
fn who_did_not_look_everywhere_calls_no_suppression_unused() {
    let module = r#"variable "az" {
  type = bool
}

resource "aws_db_instance" "d" {
  engine = "postgres"
  # buttress:ignore rds-single-az reason="a needs it"
  multi_az = var.az
}
"#;
    let call = |az: &str| format!("module \"m\" {{\n  source = \"../m\"\n  az     = {az}\n}}\n");
    let own = r#"variable "az" {
  type    = bool
  default = true
}

# buttress:ignore redundancy reason="of dev"
resource "aws_db_instance" "d" {
  engine   = "postgres"
  multi_az = var.az
}
"#;
    let folder = Folder::new("suppressions")
        .file("m/main.tf", module)
        .file("a/main.tf", &call("false"))
        .file("b/main.tf", &call("true"))
        .file("c/main.tf", own)
        .file("c/dev.tfvars", "az = false\n")
        .file("c/prod.tfvars", "az = true\n")
        .file("e/main.tf", &own.replace("of dev", "of nobody"))
        .file("e/dev.tfvars", "az = true\n")
        .file("e/prod.tfvars", "az = true\n");
    let unused = |place: &str, change: &dyn Fn(&mut Settings)| {
        let paths = vec![folder.path(".").join(place)];
        let mut settings = Settings { paths, ..today() };
        settings.asked.select = vec!["rds-single-az".to_owned()];
        change(&mut settings);
        let report = SESSION.check(&settings);
        let unused = report.findings().filter(|entry| entry.what.id == *"suppression/unused");
        unused.map(|entry| 1 + entry.also.len()).collect::<Vec<_>>()
    };
    let every_rule = |settings: &mut Settings| settings.asked.select.clear();
    let in_production = |settings: &mut Settings| {
        every_rule(settings);
        settings.values.environments = vec![AskedEnvironment::parse("prod").unwrap()];
    };
    assert!(unused("b", &|_| ()).is_empty(), "another root module needs it");
    assert!(unused("e", &|_| ()).is_empty(), "other rules that it names did not run");
    assert!(unused("c", &every_rule).is_empty());
    assert!(unused("e", &in_production).is_empty(), "the other environment may need it");
    // It is unused in both environments.
    assert_eq!(unused("e", &every_rule), [2]);
    assert_eq!(unused(".", &every_rule), [2]);
}

const DATABASE_OF_UNITS: &str = "variable \"multi_az\" {}\nvariable \"days\" {\n  default = 14\n}\nresource \"aws_db_instance\" \"this\" {\n  multi_az                = var.multi_az\n  backup_retention_period = var.days\n  deletion_protection     = true\n}\n";

#[test]
fn comments_beside_inputs_of_terragrunt_and_stacks_count() {
    let ignore = |rule: &str| format!("# buttress:ignore {rule} reason=\"reviewed\"");
    let unit = format!(
        "include \"root\" {{\n  path = find_in_parent_folders(\"root.hcl\")\n}}\nterraform {{\n  source = \"../../modules//database\"\n}}\ninputs = {{\n  {}\n  multi_az = false\n}}\n",
        ignore("rds-single-az")
    );
    let terragrunt = Folder::new("suppressions-terragrunt")
        .file(".git/HEAD", "")
        .file("modules/database/main.tf", DATABASE_OF_UNITS)
        .file("live/root.hcl", &format!("inputs = {{\n  days = 0 {}\n}}\n", ignore("rds-without-backups")))
        .file("live/a/terragrunt.hcl", &unit)
        .file(
            "live/b/terragrunt.hcl",
            &unit.replace("# buttress:ignore rds-single-az", "# buttress:ignore sqs-*"),
        );
    let report = checked(terragrunt.top(), today());
    insta::assert_snapshot!(told(&report), @r"
    root.hcl: 2: rds-without-backups aws_db_instance.this: reviewed
    root.hcl: 2: rds-without-backups aws_db_instance.this: reviewed
    terragrunt.hcl: 8: rds-single-az aws_db_instance.this: reviewed
    terragrunt.hcl: 8: suppression/unused: `sqs-*` finds nothing in this argument (remove it from the suppression)
    ");
    let without = |rule: &str| report.findings().filter(|entry| entry.what.id == rule).count();
    assert_eq!((without("rds-single-az"), without("rds-without-backups")), (1, 0), "that of the other unit");
    // A comment for another tool counts as it does beside other code.
    terragrunt.write(
        "live/b/terragrunt.hcl",
        &unit.replace(&ignore("rds-single-az"), "# checkov:skip=CKV_AWS_157:reviewed"),
    );
    let suppressing = Suppressing { honour: vec![Peer::Checkov], ..Suppressing::default() };
    let honoured = Settings { suppressing, ..today() };
    let left = checked(terragrunt.top(), honoured);
    assert_eq!(left.findings().filter(|entry| entry.what.id == "rds-single-az").count(), 0);

    let component = |comment: &str| {
        format!(
            "required_providers {{\n  aws = {{\n    source = \"hashicorp/aws\"\n  }}\n}}\nprovider \"aws\" \"main\" {{\n  config {{\n    region = \"eu-west-1\"\n  }}\n}}\n\
             component \"database\" {{\n  source = \"../modules/database\"\n  providers = {{ aws = provider.aws.main }}\n  inputs = {{\n    multi_az = false {comment}\n    days = var.days\n  }}\n}}\nvariable \"days\" {{\n  type = number\n}}\n"
        )
    };
    let stack = Folder::new("suppressions-stack")
        .file(".git/HEAD", "")
        .file("modules/database/main.tf", DATABASE_OF_UNITS)
        .file("stack/main.tfcomponent.hcl", &component(&ignore("rds-single-az")))
        .file(
            "stack/main.tfdeploy.hcl",
            &format!(
                "deployment \"prod\" {{\n  inputs = {{\n    {}\n    days = 0\n  }}\n}}\n",
                ignore("rds-without-backups")
            ),
        );
    insta::assert_snapshot!(told(&checked(stack.top(), today())), @r"
    main.tfcomponent.hcl:15: rds-single-az component.database.aws_db_instance.this: reviewed
    main.tfdeploy.hcl: 3: rds-without-backups component.database.aws_db_instance.this: reviewed
    ");
}

#[test]
fn null_is_not_assumed_of_a_variable_that_is_never_null() {
    let folder = Folder::new("suppressions-null")
        .file(".git/HEAD", "")
        .file("buttress.hcl", "assume \"var.ha\" {\n  value  = null\n  reason = \"nobody sets it\"\n}\n")
        .file(
            "main.tf",
            "variable \"ha\" {\n  type     = bool\n  nullable = false\n}\nresource \"aws_db_instance\" \"a\" {\n  multi_az = var.ha\n}\n",
        );
    insta::assert_snapshot!(told(&checked(folder.top(), today())), @"buttress.hcl: 1: assumption/contradicted: `var.ha` is never null, as its declaration says, and is assumed to be (the assumption answers nothing: give another value, or remove `nullable = false`)");
}
