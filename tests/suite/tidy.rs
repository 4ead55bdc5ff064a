//! Laws over the source text: layers, module comments, sizes, nothing about any cloud in `src/`.

use std::collections::{BTreeMap, BTreeSet};

use crate::support::{read, repository};

/// Files of more than [`LONGEST`] lines, each with the reason why it is one. An entry that is not needed fails.
const LONG: &[(&str, &str)] = &[];

/// Lines of a file that one can hold in the head.
const LONGEST: usize = 500;

/// Prefixes of resource types: what they mean stands in `rules/`.
const PROVIDERS: [&str; 8] =
    ["aws_", "awscc_", "google_", "azurerm_", "azuread_", "alicloud_", "oci_", "digitalocean_"];

/// Path in the repository and text of every Rust file below some folders.
fn sources(tops: &[&str]) -> Vec<(String, String)> {
    let root = repository();
    let mut files = Vec::new();
    for top in tops {
        for entry in walkdir::WalkDir::new(root.join(top)).sort_by_file_name().into_iter().flatten() {
            if entry.path().extension().is_some_and(|extension| extension == "rs") {
                let path = entry.path().strip_prefix(&root).unwrap().to_string_lossy().replace('\\', "/");
                files.push((path, std::fs::read_to_string(entry.path()).unwrap()));
            }
        }
    }
    assert!(!files.is_empty());
    files
}

fn fail_if_any(what: &str, broken: &[String]) {
    assert!(broken.is_empty(), "{what}:\n{}", broken.join("\n"));
}

#[test]
fn every_module_says_what_it_is() {
    let broken: Vec<String> =
        sources(&["src", "tests", "benches", "examples", "fuzz/src", "fuzz/fuzz_targets"])
            .into_iter()
            .filter(|(_, text)| !text.starts_with("//! "))
            .map(|(path, _)| path)
            .collect();
    fail_if_any("files that do not open with `//!`", &broken);
}

#[test]
fn source_knows_no_cloud() {
    let mut broken = Vec::new();
    for (path, text) in sources(&["src"]) {
        for (index, line) in text.lines().enumerate() {
            // A word that ends in `_`: `aws_lb`, not `laws_hold`.
            let words = line.split(|c: char| !c.is_alphanumeric() && c != '_');
            for word in words {
                if PROVIDERS.iter().any(|prefix| word.starts_with(prefix)) {
                    broken.push(format!("{path}:{}: {word}", index + 1));
                }
            }
        }
    }
    fail_if_any("names of a provider (say it in rules/ instead)", &broken);
}

#[test]
fn files_stay_short() {
    let mut broken = Vec::new();
    let lengths: BTreeMap<String, usize> =
        sources(&["src"]).into_iter().map(|(path, text)| (path, text.lines().count())).collect();
    for (path, lines) in &lengths {
        let excused = LONG.iter().any(|(long, _)| long == path);
        if *lines > LONGEST && !excused {
            broken.push(format!("{path} has {lines} lines: split it, or say in tests/suite/tidy.rs why not"));
        }
    }
    for (path, reason) in LONG {
        assert!(!reason.is_empty());
        if lengths.get(*path).is_none_or(|lines| *lines <= LONGEST) {
            broken.push(format!("{path} needs no entry in tests/suite/tidy.rs any more"));
        }
    }
    fail_if_any("long files", &broken);
}

/// One name, one meaning: a type that is named is found without asking which one is meant. Aliases of this name in an `impl` (`type Item`)
/// belong to their trait.
#[test]
fn no_two_types_have_one_name() {
    let mut places: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (path, text) in sources(&["src"]) {
        for line in text.lines().filter(|line| !line.starts_with(' ')) {
            let words: Vec<&str> = line.split_whitespace().collect();
            let at =
                words.iter().position(|word| matches!(*word, "struct" | "enum" | "trait" | "type" | "union"));
            let name = at.filter(|at| *at <= 1 || line.starts_with("pub")).and_then(|at| words.get(at + 1));
            if let Some(name) = name.filter(|name| name.starts_with(char::is_uppercase)) {
                let name = name.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
                places.entry(name.to_owned()).or_default().push(path.clone());
            }
        }
    }
    assert!(places.len() > 200, "only {} types were found", places.len());
    let broken: Vec<String> = places
        .iter()
        .filter(|(_, places)| places.len() > 1)
        .map(|(name, places)| format!("{name}: {}", places.join(", ")))
        .collect();
    fail_if_any("names that stand for several types", &broken);
}

#[test]
fn nothing_is_put_off() {
    let mut broken = Vec::new();
    // Spelt apart, or this file would break its own law.
    let marks = [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("XX", "X:"), concat!("#[ig", "nore")];
    for (path, text) in sources(&["src", "tests", "benches", "examples", "fuzz/src", "fuzz/fuzz_targets"]) {
        for (index, line) in text.lines().enumerate() {
            if let Some(mark) = marks.iter().find(|mark| line.contains(**mark)) {
                broken.push(format!("{path}:{}: {mark}", index + 1));
            }
        }
    }
    fail_if_any("work that is put off", &broken);
}

/// The layer table of `docs/architecture.md`: module → modules that it may use.
fn layers() -> BTreeMap<String, BTreeSet<String>> {
    let text = read("docs/architecture.md");
    let (_, table) = text.split_once("| module | may use | must not know |\n").expect("the layer table");
    let mut layers = BTreeMap::new();
    for row in table.lines().skip(1).take_while(|line| line.starts_with('|')) {
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        let names = |cell: &str| -> BTreeSet<String> {
            cell.split(',')
                .map(|name| name.trim().trim_matches('`').to_owned())
                .filter(|name| name != "–")
                .collect()
        };
        for module in names(cells[1]) {
            assert!(layers.insert(module, names(cells[2])).is_none(), "two rows for one module: {row}");
        }
    }
    layers
}

fn module_of(path: &str) -> &str {
    let inner = path.strip_prefix("src/").unwrap_or(path);
    inner.split('/').next().unwrap_or(inner).trim_end_matches(".rs")
}

/// Which top-level modules each top-level module uses.
fn uses() -> BTreeMap<String, BTreeSet<String>> {
    let mut uses: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (path, text) in sources(&["src"]) {
        let module = module_of(&path);
        if matches!(module, "lib" | "main") {
            continue;
        }
        let used = uses.entry(module.to_owned()).or_default();
        for line in text.lines().filter(|line| !line.trim_start().starts_with("//")) {
            assert!(!line.contains("use crate::{"), "{path}: name the module in each `use`: {line}");
            for part in line.split("crate::").skip(1) {
                let name: String = part.chars().take_while(|c| c.is_ascii_lowercase() || *c == '_').collect();
                if name != module && !name.is_empty() {
                    used.insert(name);
                }
            }
        }
        // `super` must not reach over the top-level module.
        let depth = path.matches('/').count() - 1 + usize::from(!path.ends_with("/mod.rs"));
        let climbs =
            |line: &str| line.matches("super::").count() >= depth.max(1) && line.contains("super::super::");
        assert!(!text.lines().any(climbs), "{path} leaves its module through `super`: write `crate::`");
    }
    uses
}

#[test]
fn modules_use_what_their_layer_may() {
    let layers = layers();
    let mut broken = Vec::new();
    let uses = uses();
    for (module, used) in &uses {
        let Some(allowed) = layers.get(module) else {
            broken.push(format!("`{module}` has no row"));
            continue;
        };
        for name in used.difference(allowed) {
            broken.push(format!("`{module}` uses `{name}`, which its row does not allow"));
        }
        for name in allowed.difference(used) {
            broken.push(format!("`{module}` no longer uses `{name}`, which its row allows"));
        }
    }
    for module in layers.keys().filter(|module| !uses.contains_key(*module)) {
        broken.push(format!("there is no module `{module}`"));
    }
    fail_if_any("docs/architecture.md and src/ disagree", &broken);
}

/// Groups of modules each of which reaches every other one of its group.
fn circles(uses: &BTreeMap<String, BTreeSet<String>>) -> BTreeSet<Vec<&str>> {
    let reached = |start: &str| {
        let mut reached = BTreeSet::new();
        let mut next = vec![start];
        while let Some(module) = next.pop() {
            for used in uses.get(module).into_iter().flatten() {
                if reached.insert(used.as_str()) {
                    next.push(used);
                }
            }
        }
        reached
    };
    let reach: BTreeMap<&str, BTreeSet<&str>> =
        uses.keys().map(|module| (module.as_str(), reached(module))).collect();
    let members = |module: &str| -> Vec<&str> {
        reach
            .iter()
            .filter(|(other, back)| reach[module].contains(*other) && back.contains(module))
            .map(|(other, _)| *other)
            .collect()
    };
    reach.keys().map(|module| members(module)).filter(|circle| !circle.is_empty()).collect()
}

#[test]
fn layers_have_no_circle() {
    assert_eq!(circles(&layers()), BTreeSet::new());
}

#[test]
fn circles_of_any_length_are_found() {
    let uses = |pairs: &[(&str, &[&str])]| -> BTreeMap<String, BTreeSet<String>> {
        let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        pairs.iter().map(|(module, used)| ((*module).to_owned(), owned(used))).collect()
    };
    let long = uses(&[("a", &["b"]), ("b", &["c"]), ("c", &["a", "d"]), ("d", &["e"]), ("e", &[])]);
    assert_eq!(circles(&long), BTreeSet::from([vec!["a", "b", "c"]]));
    let two = uses(&[("a", &["b", "c"]), ("b", &["a"]), ("c", &["d"]), ("d", &["c"])]);
    assert_eq!(circles(&two), BTreeSet::from([vec!["a", "b"], vec!["c", "d"]]));
    assert_eq!(circles(&uses(&[("a", &["b", "c"]), ("b", &["c"]), ("c", &[])])), BTreeSet::new());
}

#[test]
fn the_repository_names_no_machine() {
    let root = repository();
    let mut broken = Vec::new();
    // Spelt apart, or this file would break its own law.
    let marks = [concat!("/ho", "me/"), concat!("/wo", "rk/"), concat!("/Us", "ers/"), concat!("/ro", "ot/")];
    for top in [
        "src",
        "docs",
        "rules",
        "benches",
        "examples",
        "fuzz/src",
        "fuzz/smoke",
        ".ci",
        "README.md",
        "CHANGELOG.md",
        "CONTRIBUTING.md",
    ] {
        for entry in walkdir::WalkDir::new(root.join(top)).into_iter().flatten() {
            let Ok(text) = std::fs::read_to_string(entry.path()) else { continue };
            if marks.iter().any(|mark| text.contains(mark)) {
                broken.push(entry.path().display().to_string());
            }
        }
    }
    fail_if_any("files that name a path of one machine", &broken);
}
