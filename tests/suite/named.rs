//! Joined estates: nothing that is said of them hangs on how their path was named.

use std::path::Path;

use buttress::settings::{Include, Settings};

use crate::support::folder::Folder;
use crate::support::verdicts::SESSION;
use crate::support::{entries, fixture, scenarios};
use crate::units::copy_of;

/// What is said of a repository whose top is named like this: each directory with what it is taken for and its environments, and each
/// finding, unknown verdict and problem.
fn judged(path: &Path, top: &Path) -> Vec<String> {
    let report = SESSION.check(&Settings {
        paths: vec![path.to_owned()],
        include: Include { modules: true, samples: true },
        ..Settings::default()
    });
    let place = |path: &Path| path.strip_prefix(top).unwrap_or(path).display().to_string();
    let mut all: Vec<String> = Vec::new();
    for own in &report.directories {
        let environments: Vec<String> = own.variants.iter().map(|variant| format!("{variant:?}")).collect();
        all.push(format!("{}: {} {}", place(&own.path), own.kind.name(), environments.join(", ")));
    }
    for entry in report.findings() {
        all.push(format!("{} of {}: {:?}", entry.what.id, entry.what.address, entry.what.severity));
    }
    for entry in report.unknown_verdicts() {
        let rules: Vec<&str> = entry.what.rules().map(|rule| rule.as_str()).collect();
        all.push(format!("unknown {} of {}", rules.join(", "), entry.what.address));
    }
    all.extend(report.problems().map(|problem| problem.id.to_string()));
    all.sort();
    all
}

/// Holds that a repository is judged alike as a whole, whatever its path: itself, from above, below a directory called `dev`, by a link.
fn judged_alike(name: &str, repository: &Path) {
    let folder = Folder::new("units-named");
    let top = copy_of(repository, &folder, "shop");
    let whole = judged(&top, &top);
    assert_eq!(judged(folder.top(), &top), whole, "{name}: from above");
    let below_dev = copy_of(repository, &folder, "home/dev/shop");
    assert_eq!(judged(&below_dev, &below_dev), whole, "{name}: below a directory called dev");
    #[cfg(unix)]
    {
        let link = folder.path("link");
        std::os::unix::fs::symlink(&top, &link).unwrap();
        assert_eq!(judged(&link, &link), whole, "{name}: by a link");
    }
}

/// Root modules that are joined say more together than one by one: these are compared as a whole.
#[test]
fn joined_estates_are_judged_alike_however_they_are_named() {
    for estate in entries("joined").into_iter().chain([fixture("terragrunt/estate")]) {
        judged_alike(&estate.display().to_string(), &estate);
    }
    for fixtures in ["environments", "landscape", "terragrunt", "affected"] {
        scenarios::each(fixtures, |scenario| {
            let written = scenario.folder("units-written", &["run", "rules", "expect", "removes"]);
            judged_alike(&scenario.name, written.top());
        });
    }
}
