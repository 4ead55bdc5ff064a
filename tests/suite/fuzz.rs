//! The laws of `fuzz/`, for the input that its targets start from and for mutations of it: the same in every run.

use std::panic::{AssertUnwindSafe, catch_unwind};

use rayon::prelude::*;

use crate::support::repository;

#[path = "../../fuzz/src/laws/mod.rs"]
mod laws;
mod mutate;

use laws::{Target, target};
use mutate::{Mutations, words};

/// Holds every `step`th seed and so many mutations to the laws of a target. `FUZZ_FACTOR` multiplies the mutations.
#[track_caller]
fn holds(name: &str, step: usize, mutations: usize) {
    let Target { law, seeds, dictionary, .. } = target(name);
    let seeds = seeds();
    assert!(seeds.len() >= 3, "{name} starts from {} inputs", seeds.len());
    let dictionary = repository().join("fuzz/dictionaries").join(dictionary);
    let words = words(&std::fs::read_to_string(dictionary).unwrap());
    let factor = std::env::var("FUZZ_FACTOR").ok().and_then(|text| text.parse().ok()).unwrap_or(1);
    let start = std::env::var("FUZZ_START").ok().and_then(|text| text.parse().ok()).unwrap_or(1);
    let mutated = Mutations::new(&seeds, &words, start).take(mutations * factor);
    let inputs: Vec<Vec<u8>> = seeds.iter().step_by(step).cloned().chain(mutated).collect();
    let wrong: Vec<String> = inputs
        .par_iter()
        .filter_map(|input| {
            let what = catch_unwind(AssertUnwindSafe(|| law(input))).err()?;
            let what = what.downcast_ref::<String>().map_or("it panics", String::as_str);
            Some(format!("{}\n--- {what}", String::from_utf8_lossy(input)))
        })
        .collect();
    let shown = wrong[..wrong.len().min(3)].join("\n\n");
    assert!(wrong.is_empty(), "{name}: {} of {} inputs\n{shown}", wrong.len(), inputs.len());
}

#[test]
fn native_syntax() {
    holds("native_syntax", 1, 2_000);
}

#[test]
fn json_syntax() {
    holds("json_syntax", 1, 2_000);
}

#[test]
fn variable_values() {
    holds("variable_values", 1, 2_000);
}

#[test]
fn plans() {
    holds("plan", 4, 100);
}

#[test]
fn states() {
    holds("state", 4, 100);
}

#[test]
fn rule_files() {
    holds("rule_file", 20, 100);
}

#[test]
fn directories() {
    holds("directory", 10, 60);
}

#[test]
fn reports() {
    holds("render", 1, 300);
}

/// Whoever adds a law has its target built and its seeds held to it.
#[test]
fn every_target_has_a_file_and_words() {
    let manifest = crate::support::read("fuzz/Cargo.toml");
    for Target { name, dictionary, .. } in &laws::TARGETS {
        assert!(manifest.contains(&format!("path = \"fuzz_targets/{name}.rs\"")), "{name}");
        assert!(
            crate::support::read(&format!("fuzz/fuzz_targets/{name}.rs")).contains(&format!("\"{name}\""))
        );
        let dictionary = crate::support::read(&format!("fuzz/dictionaries/{dictionary}"));
        assert!(words(&dictionary).len() > 20, "{name}");
    }
}
