//! Computed documentation is what the program would write today. `cargo bless` writes it.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use buttress::cli::{Process, Terminal, run};
use buttress::docs;
use buttress::rule::RuleSet;

use crate::support::{blesses, read, repository};

/// Compares a file with its computed text, or writes it.
fn check(path: &str, text: &str) {
    if read(path) == text {
        return;
    }
    assert!(blesses(), "{path} is out of date: run `cargo bless`");
    let path = repository().join(path);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}

#[test]
fn computed_pages_are_up_to_date() {
    for page in docs::pages(&RuleSet::embedded()) {
        check(&page.path, &page.text);
    }
}

#[test]
fn lists_of_others_are_covered_or_excused() {
    let (page, mistakes) = docs::practices(&RuleSet::embedded(), &read("rules/practices.tsv"));
    assert!(mistakes.is_empty(), "{}", mistakes.join("\n"));
    check(&page.path, &page.text);
}

#[test]
fn a_list_of_others_has_no_row_that_says_nothing_or_too_much() {
    let set = RuleSet::embedded();
    let table = "list\tid\ttitle\tnot_covered\nAWS Config\tno-such-rule\tNothing\t\nAWS Config\tcloudwatch-alarm-action-check\tActions\tnot yet\nCIS\t1\tx\t\n";
    let (_, mistakes) = docs::practices(&set, table);
    let starts = |start: &str| mistakes.iter().filter(|mistake| mistake.starts_with(start)).count();
    assert_eq!(starts("this row is malformed: CIS"), 1);
    assert_eq!(starts("AWS Config no-such-rule: neither covered nor excused"), 1);
    assert_eq!(starts("AWS Config cloudwatch-alarm-action-check: covered and excused"), 1);
    assert!(mistakes.iter().any(|mistake| mistake.contains("is cited by a rule and not in the table")));
}

#[test]
fn every_page_of_a_rule_has_its_rule() {
    let mut pages: BTreeSet<String> =
        docs::pages(&RuleSet::embedded()).into_iter().map(|page| page.path).collect();
    pages.insert("docs/rules/coverage.md".to_owned());
    for entry in std::fs::read_dir(repository().join("docs/rules")).unwrap() {
        let name = format!("docs/rules/{}", entry.unwrap().file_name().to_string_lossy());
        if !pages.contains(&name) {
            assert!(blesses(), "{name} belongs to no rule: run `cargo bless`");
            std::fs::remove_file(repository().join(name)).unwrap();
        }
    }
}

#[test]
fn computed_parts_of_written_pages_are_up_to_date() {
    for part in docs::parts(&RuleSet::embedded()) {
        let updated = docs::with_part(&read(part.path), part.name, &part.text);
        let Some(updated) = updated else { panic!("{} has no markers `{}`", part.path, part.name) };
        check_part(part.path, &updated);
    }
}

#[test]
fn the_finding_in_the_readme_is_what_the_program_prints() {
    let arguments = ["buttress", "check", "fixtures/readme"];
    let answer = run(arguments.map(Into::into), &Process::default(), Terminal { colour: false, width: 100 });
    let text = format!("```text\n$ {}\n\n{}```\n", arguments.join(" "), answer.stdout);
    let updated = docs::with_part(&read("README.md"), "finding", &text);
    check_part("README.md", &updated.expect("README.md has markers `finding`"));
}

#[test]
fn the_simulation_in_the_readme_is_what_the_program_prints() {
    let arguments = ["buttress", "simulate", "fixtures/stacks/three_tier_fragile"];
    let answer = run(arguments.map(Into::into), &Process::default(), Terminal { colour: false, width: 100 });
    let text = format!("```text\n$ {}\n\n{}```\n", arguments.join(" "), answer.stdout);
    let updated = docs::with_part(&read("README.md"), "simulation", &text);
    check_part("README.md", &updated.expect("README.md has markers `simulation`"));
}

#[test]
fn screens_are_what_the_program_prints() {
    let shown = |arguments: &[&str]| {
        let arguments = [&["buttress", "check"], arguments].concat();
        let words = arguments.iter().map(|word| (*word).into());
        let answer = run(words, &Process::default(), Terminal { colour: false, width: 100 });
        assert_eq!((answer.stderr.as_str(), answer.code == 2), ("", false), "{arguments:?}");
        (arguments.join(" "), answer.stdout)
    };
    let screen = |arguments: &[&str]| {
        let (command, text) = shown(arguments);
        format!("```text\n$ {command}\n\n{text}```\n")
    };
    let comment = ["fixtures/plans/changes/release.json", "--regressions", "--format", "markdown"];
    let quoted: String =
        shown(&comment).1.lines().map(|line| format!("> {line}").trim_end().to_owned() + "\n").collect();
    let parts = [
        ("terminal", screen(&["fixtures/stacks/three_tier_fragile"])),
        ("summary", screen(&["fixtures/stacks/three_tier_fragile", "--summary"])),
        ("unknown", screen(&["fixtures/stacks/unknown_inputs_fragile", "--summary"])),
        ("comment", quoted),
    ];
    for (name, text) in parts {
        let updated = docs::with_part(&read("docs/screens.md"), name, &text);
        check_part(
            "docs/screens.md",
            &updated.unwrap_or_else(|| panic!("docs/screens.md has markers `{name}`")),
        );
    }
}

#[test]
fn kept_pictures_are_what_the_program_draws() {
    for stack in ["three_tier_fragile", "three_tier_robust", "serverless_events"] {
        let path = format!("fixtures/stacks/{stack}");
        let arguments = ["buttress", "graph", "--format", "svg", &path];
        let answer =
            run(arguments.map(Into::into), &Process::default(), Terminal { colour: false, width: 100 });
        assert_eq!(answer.code, 0, "{}", answer.stderr);
        check(&format!("docs/pictures/{stack}.svg"), &answer.stdout);
    }
}

/// Several tests write into one page: under `BLESS` each writes what it has read a moment ago.
fn check_part(path: &str, text: &str) {
    static ONE_AT_A_TIME: std::sync::Mutex<()> = std::sync::Mutex::new(());
    let _guard = ONE_AT_A_TIME.lock();
    check(path, text);
}

#[test]
fn links_inside_the_repository_lead_somewhere() {
    let mut broken = Vec::new();
    for page in pages() {
        let text = read(&page);
        let folder = Path::new(&page).parent().unwrap_or(Path::new(""));
        for target in targets(&text) {
            let (file, anchor) = target.split_once('#').unwrap_or((target, ""));
            let path = if file.is_empty() { PathBuf::from(&page) } else { folder.join(file) };
            if !repository().join(&path).exists() {
                broken.push(format!("{page}: {target}"));
            } else if !anchor.is_empty() && !has_heading(&read(&path.to_string_lossy()), anchor) {
                broken.push(format!("{page}: {target} (no such heading)"));
            }
        }
    }
    assert!(broken.is_empty(), "links that lead nowhere:\n{}", broken.join("\n"));
}

fn pages() -> Vec<String> {
    let root = repository();
    let mut pages = Vec::new();
    for top in ["docs", "fixtures/README.md", "README.md", "CHANGELOG.md", "CONTRIBUTING.md"] {
        for entry in walkdir::WalkDir::new(root.join(top)).sort_by_file_name().into_iter().flatten() {
            if entry.path().extension().is_some_and(|extension| extension == "md") {
                let path = entry.path().strip_prefix(&root).unwrap();
                pages.push(path.to_string_lossy().replace('\\', "/"));
            }
        }
    }
    pages
}

/// The targets of `[text](target)` outside of code blocks that lead to no other site.
fn targets(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut code = false;
    for line in text.lines() {
        if line.starts_with("```") {
            code = !code;
        }
        if code {
            continue;
        }
        for part in line.split("](").skip(1) {
            if let Some((target, _)) = part.split_once(')')
                && !target.contains("://")
            {
                found.push(target);
            }
        }
    }
    found
}

fn has_heading(text: &str, anchor: &str) -> bool {
    text.lines().filter(|line| line.starts_with('#')).any(|line| {
        let title = line.trim_start_matches('#').trim().to_lowercase();
        let kept: String =
            title.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_')).collect();
        kept.replace(' ', "-") == anchor
    })
}

#[test]
fn every_mentioned_option_and_rule_exists() {
    let options = read("docs/cli.md");
    let set = RuleSet::embedded();
    for page in ["README.md", "docs/output.md", "docs/terraform.md", "CONTRIBUTING.md"] {
        for word in read(page).split(|c: char| c.is_whitespace() || matches!(c, '`' | '"' | '(' | ')' | ','))
        {
            let known = [
                "--path",
                "--release",
                "--locked",
                "--version",
                "--no-deps",
                "--check",
                "--help",
                "--all-targets",
                "--git",
                // Of other programs.
                "--from",
                "--repo",
                "--rm",
                "--save-dev",
                "--volume",
            ];
            if word.len() > 3
                && word.starts_with("--")
                && word.chars().nth(2).is_some_and(char::is_alphabetic)
            {
                assert!(known.contains(&word) || options.contains(word), "{page} mentions `{word}`");
            }
        }
        for part in read(page).split("buttress explain ").skip(1) {
            let id: String = part.chars().take_while(|c| c.is_ascii_lowercase() || *c == '-').collect();
            // What goes on with these is an address or an unknown.
            if part.chars().nth(id.len()).is_some_and(|c| matches!(c, '.' | '_' | '/')) {
                continue;
            }
            assert!(id.is_empty() || set.rule(&id).is_some(), "{page} mentions the rule `{id}`");
        }
    }
}
