//! `--since` and root modules that a change affects only by a join: what two whole runs say of them it says, too. `fixtures/affected/*.txt`
//! has a small repository in each case; `--- after PATH` is a file as the change makes it, `--- removes` has directories
//! that it takes away, and behind `--- expect` stands what comes of it.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fmt::Write as _;

use buttress::report::Report;
use buttress::settings::{Gates, Settings};

use crate::support::scenarios;
use crate::support::verdicts::{self, SESSION};

/// What fails, as it is told.
fn failing(report: &Report) -> BTreeSet<String> {
    let line = |(place, rule, address)| format!("{place}: {rule} {address}");
    verdicts::failing(report).into_iter().map(line).collect()
}

#[test]
fn a_change_is_told_where_it_has_an_effect() {
    let wrong = RefCell::new(Vec::new());
    scenarios::hold("affected", "expect", |scenario| {
        let afters: Vec<(String, String)> = scenario.parts_after("after ");
        let folder = scenario.folder("affected", &["removes", "expect"]);
        folder.begin_history();
        folder.commit();
        let settings = Settings { paths: vec![folder.top().to_path_buf()], ..Settings::default() };
        let was = failing(&SESSION.check(&settings));
        for (path, text) in &afters {
            folder.write(path, text);
        }
        for path in scenario.part("removes").lines() {
            std::fs::remove_dir_all(folder.path(path)).unwrap();
        }
        let is = failing(&SESSION.check(&settings));
        let gates = Gates { regressions: true, only_changed: false };
        let report = SESSION.check(&Settings { gates, since: Some("HEAD".to_owned()), ..settings });
        let introduced: BTreeSet<String> = is.difference(&was).cloned().collect();
        let told_as_new = failing(&report);
        for line in introduced.symmetric_difference(&told_as_new) {
            wrong.borrow_mut().push(format!("{}: {line}", scenario.name));
        }
        let mut told = String::new();
        let places: Vec<&str> = report.roots.iter().map(|root| root.place.as_str()).collect();
        writeln!(told, "looked at: {}", places.join(", ")).unwrap();
        introduced.iter().for_each(|line| writeln!(told, "new {line}").unwrap());
        for fixed in report.change.iter().flat_map(|change| &change.fixed) {
            let place = &report.roots[fixed.root].place;
            writeln!(told, "fixed {place}: {} {}", fixed.rule, fixed.address).unwrap();
        }
        told
    });
    assert!(wrong.borrow().is_empty(), "not as two whole runs say:\n{}", wrong.borrow().join("\n"));
}
