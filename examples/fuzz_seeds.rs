//! Writes what each target of `fuzz/` starts from to `fuzz/corpus/`: its input, to which libFuzzer adds what it finds, and its
//! dictionary.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a tool of the repository: what is missing ends it"
)]

use std::fs;

#[path = "../fuzz/src/laws/mod.rs"]
#[expect(dead_code, reason = "the laws are for the targets")]
mod laws;
#[path = "../fuzz/src/support.rs"]
#[expect(dead_code, reason = "shared with the laws")]
mod support;

fn main() -> std::io::Result<()> {
    let fuzz = support::repository().join("fuzz");
    for target in &laws::TARGETS {
        let corpus = fuzz.join("corpus");
        let folder = corpus.join(target.name);
        fs::create_dir_all(&folder)?;
        fs::copy(
            fuzz.join("dictionaries").join(target.dictionary),
            corpus.join(format!("{}.dict", target.name)),
        )?;
        let seeds = (target.seeds)();
        for (n, seed) in seeds.iter().enumerate() {
            fs::write(folder.join(format!("seed-{n:04}")), seed)?;
        }
        println!("{}: {} seeds", target.name, seeds.len());
    }
    Ok(())
}
