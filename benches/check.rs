//! The whole check: `cargo bench --bench check`.
//!
//! Measures a generated estate of 10,000 resources in 200 files from the files on disk to the report, next to reading and
//! parsing the same files, so that the ratio of the two can be read off. `BUTTRESS_CORPUS=DIR` measures any directory as well.

#![expect(clippy::expect_used, reason = "without the estate there is nothing to measure")]
#![expect(clippy::disallowed_methods, reason = "only the library reads through one place")]

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use buttress::check::Session;
use buttress::estate::ProviderFacts;
use buttress::estate::configuration::project::Project;
use buttress::estate::configuration::{self, Request, validate};
use buttress::eval::NoFiles;
use buttress::files::discover::is_configuration;
use buttress::settings::Settings;
use buttress::units;
use buttress::units::callers::Callers;
use divan::Bencher;

#[path = "support/estate.rs"]
mod estate;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    divan::main();
}

/// The generated estate on disk, written once for each size.
fn generated(resources: usize) -> PathBuf {
    let top = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("estate-{resources}"));
    static WRITTEN: OnceLock<()> = OnceLock::new();
    WRITTEN.get_or_init(|| {
        let _ = std::fs::remove_dir_all(&top);
        estate::write(&top, resources).expect("the estate can be written to the target directory");
    });
    top
}

fn load(top: &Path) -> Project {
    loaded(top).0
}

/// What is below a directory, and the root modules in it.
fn loaded(top: &Path) -> (Project, Vec<PathBuf>) {
    let mut project = Project::default();
    project.permit(&[top.to_owned()]);
    let is_source = |name: &OsStr| is_configuration(Path::new(name));
    let ([directories], _) = project.reader.directories_of(top, [&is_source]);
    project.load(&directories);
    let units = units::of(&project, &directories, &Callers::of(&project, &directories), &|_| false);
    let roots = units.into_iter().filter(|unit| unit.kind.is_unit()).map(|unit| unit.directory).collect();
    (project, roots)
}

fn whole(top: &Path) -> buttress::report::Report {
    Session::embedded().check(&Settings { paths: vec![top.to_owned()], ..Settings::default() })
}

/// Reading and parsing alone.
#[divan::bench(sample_count = 30)]
fn read_and_parse(bencher: Bencher<'_, '_>) {
    let top = generated(10_000);
    bencher.bench(|| load(&top));
}

/// The walk over every expression of what was read.
#[divan::bench(sample_count = 30)]
fn validation(bencher: Bencher<'_, '_>) {
    let top = generated(10_000);
    let (project, roots) = loaded(&top);
    bencher.bench(|| validate::problems(&project, &roots));
}

/// Evaluation of what was read, with nothing known of providers.
#[divan::bench(sample_count = 30)]
fn evaluation(bencher: Bencher<'_, '_>) {
    let top = generated(10_000);
    let (project, roots) = loaded(&top);
    bencher.bench(|| {
        for root in &roots {
            divan::black_box(configuration::estate(Request::new(
                &project,
                root,
                &NoFiles,
                &ProviderFacts::default(),
            )));
        }
    });
}

/// Everything: reading, evaluating, the graph and all rules.
#[divan::bench(sample_count = 30)]
fn whole_check(bencher: Bencher<'_, '_>) {
    let top = generated(10_000);
    bencher.bench(|| whole(&top));
}

/// Reading and parsing the directory that `BUTTRESS_CORPUS` names.
#[divan::bench(sample_count = 10)]
fn corpus_read_and_parse(bencher: Bencher<'_, '_>) {
    if let Some(top) = std::env::var_os("BUTTRESS_CORPUS").map(PathBuf::from) {
        bencher.bench(|| load(&top));
    }
}

/// The whole check of the directory that `BUTTRESS_CORPUS` names.
#[divan::bench(sample_count = 10)]
fn corpus_whole_check(bencher: Bencher<'_, '_>) {
    if let Some(top) = std::env::var_os("BUTTRESS_CORPUS").map(PathBuf::from) {
        bencher.bench(|| whole(&top));
    }
}
