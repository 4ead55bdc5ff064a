//! Plans: `cargo bench --bench plan`.
//!
//! Measures a generated plan of 10,000 resources from the file on disk to the report, next to reading the same file and going
//! through its JSON, so that the ratio of the two can be read off.

#![expect(clippy::expect_used, reason = "without the plan there is nothing to measure")]
#![expect(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "only the library reads through one place"
)]

use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use buttress::check::Session;
use buttress::estate::ProviderFacts;
use buttress::estate::plan::estate;
use buttress::files::{Reader, decode};
use buttress::settings::Settings;
use buttress::text::FileId;
use divan::Bencher;

#[path = "support/plan.rs"]
mod plan;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    divan::main();
}

/// The generated plan on disk, written once.
fn generated() -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("plan-10000.json");
    static WRITTEN: OnceLock<()> = OnceLock::new();
    WRITTEN.get_or_init(|| {
        let file = File::create(&path).expect("the target directory can be written to");
        plan::write(&mut BufWriter::new(file), 10_000)
            .expect("the plan can be written to the target directory");
    });
    path
}

/// The least that can be done with a plan.
#[divan::bench(sample_count = 20)]
fn read_and_skip(bencher: Bencher<'_, '_>) {
    let path = generated();
    bencher.bench(|| {
        let text = std::fs::read_to_string(&path).expect("the plan was written");
        serde_json::from_str::<serde::de::IgnoredAny>(&text).expect("the plan is JSON")
    });
}

/// From the file to its resource instances.
#[divan::bench(sample_count = 20)]
fn estate_of_plan(bencher: Bencher<'_, '_>) {
    let path = generated();
    bencher.bench(|| {
        let bytes = Reader::default().plan(&path).expect("the plan was written");
        let text = decode::plan_text(&path, bytes).expect("the plan is text");
        estate(FileId(0), &path, &text, &ProviderFacts::default())
    });
}

/// Everything: reading, the graph and all rules.
#[divan::bench(sample_count = 20)]
fn whole_check(bencher: Bencher<'_, '_>) {
    let path = generated();
    bencher
        .bench(|| Session::embedded().check(&Settings { paths: vec![path.clone()], ..Settings::default() }));
}
