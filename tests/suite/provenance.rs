//! The way back: a finding points at the line that decides, a label at the attribute that it decides, over modules, override files and
//! files of values. Every line that decides has a comment `# decides: ADDRESS`, every attribute that counts `# set: ADDRESS`.

use std::collections::BTreeSet;
use std::path::Path;

use crate::support::{entries, verdicts};

/// What comments or a report say: the kind of place, file and line, address.
type NodePlace = (&'static str, String, usize, String);

fn commented(directory: &Path) -> BTreeSet<NodePlace> {
    let mut places = BTreeSet::new();
    for entry in walkdir::WalkDir::new(directory).into_iter().flatten() {
        let path = entry.path();
        if !path.extension().is_some_and(|extension| extension == "tf" || extension == "tfvars") {
            continue;
        }
        let text = std::fs::read_to_string(path).unwrap();
        for (line, text) in (1..).zip(text.lines()) {
            for (kind, marker) in [("decides", "# decides: "), ("set", "# set: ")] {
                let addresses = text.split_once(marker).map(|(_, addresses)| addresses);
                for address in addresses.into_iter().flat_map(|addresses| addresses.split(", ")) {
                    places.insert((kind, path.display().to_string(), line, address.trim().to_owned()));
                }
            }
        }
    }
    assert!(!places.is_empty(), "{} has no comment", directory.display());
    places
}

/// Places of the findings of some rules.
fn found(directory: &Path, rules: &[&str]) -> BTreeSet<NodePlace> {
    let report = verdicts::report(directory);
    let mut places = BTreeSet::new();
    for entry in report.findings().filter(|entry| rules.contains(&entry.what.id.as_str())) {
        let finding = &entry.what;
        let mut add = |kind, span: buttress::text::Span| {
            let file = report.sources.get(span.file).unwrap();
            let line = file.line_column(span.range.start).0;
            places.insert((kind, file.path.display().to_string(), line, finding.address.to_string()));
        };
        add("decides", finding.span().unwrap());
        finding.related.iter().filter(|label| label.text.ends_with("is set here")).for_each(|label| {
            add("set", label.span().unwrap());
        });
    }
    places
}

#[test]
fn findings_point_at_the_line_that_decides() {
    for directory in entries("provenance") {
        assert_eq!(
            found(&directory, &["rds-single-az", "opensearch-single-az"]),
            commented(&directory),
            "{}",
            directory.display()
        );
    }
}
