//! `buttress init`: the config that it proposes is one, and says nothing wrong when its proposals are taken.

use buttress::check::Session;
use buttress::render::proposal::config;
use buttress::settings::Settings;

use crate::support::fixture;
use crate::support::folder::Folder;

/// The problems and findings about a config, in a folder with the files of a fixture.
fn complaints(name: &str, config: &str) -> Vec<String> {
    let folder = Folder::new("init").file(".git/HEAD", "").file("buttress.hcl", config);
    for entry in walkdir::WalkDir::new(fixture(name)).into_iter().map(Result::unwrap) {
        if entry.file_type().is_file() {
            let path = entry.path().strip_prefix(fixture(name)).unwrap().to_string_lossy().into_owned();
            if let Ok(text) = std::fs::read_to_string(entry.path()) {
                folder.write(&path, &text);
            }
        }
    }
    let settings = Settings { paths: vec![folder.top().to_owned()], ..Settings::default() };
    let report = Session::embedded().check(&settings);
    let about = |id: &str| {
        ["decode/", "settings/", "assumption/", "suppression/"].iter().any(|stage| id.starts_with(stage))
    };
    let all = report.diagnostics.iter().map(|entry| &entry.what);
    all.filter(|what| about(&what.id)).map(|what| format!("{}: {}", what.id, what.message)).collect()
}

/// Takes every `assume` of a proposed config.
fn taken(config: &str) -> String {
    let mut taking = false;
    let mut text = String::new();
    for line in config.lines() {
        taking = taking || line.starts_with("# assume ");
        text.push_str(if taking { line.strip_prefix("# ").unwrap_or(line) } else { line });
        text.push('\n');
        taking = taking && line != "# }";
    }
    text
}

#[test]
fn a_proposed_config_is_right_and_so_are_its_assumptions() {
    for name in [
        "stacks/unknown_inputs_fragile",
        "stacks/three_tier_fragile",
        "cli/init.in",
        "suppressions/foreign",
        "cli/explained",
    ] {
        let proposed = Session::embedded().init(&fixture(name), false);
        let text = config(&proposed.proposal);
        assert_eq!(complaints(name, &text), Vec::<String>::new(), "{name}\n{text}");
        let answered = taken(&text);
        assert_eq!(complaints(name, &answered), Vec::<String>::new(), "{name}\n{answered}");
    }
}

#[test]
fn an_answer_decides_what_it_promises() {
    let name = "cli/init.in";
    let first = Session::embedded().init(&fixture(name), false);
    let best = first.proposal.assumptions.first().unwrap();
    assert!(best.address.starts_with("var."), "{}", best.address);
    assert!(best.verdicts > 1, "{best:?}");
    assert!(first.proposal.assumptions.is_sorted_by_key(|one| std::cmp::Reverse(one.verdicts)));
}
