//! Evaluation of modules within modules: `cargo bench --bench evaluate`.
//!
//! Fifty calls deep, repeated at the first and at the last of them. Read and parsed once; what is measured is the way from
//! configuration to instances. The instances per second of the three sizes tell whether the cost is linear.

use buttress::estate::Estate;
use buttress::estate::ProviderFacts;
use buttress::estate::configuration::project::Project;
use divan::Bencher;
use divan::counter::ItemsCount;

#[path = "../tests/support/estate.rs"]
#[expect(dead_code, clippy::unwrap_used, reason = "shared with the tests, which need more of it")]
mod estate;
#[path = "support/nested.rs"]
mod nested;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    divan::main();
}

fn project(instances: usize) -> Project {
    let modules: Vec<(String, Vec<String>)> =
        nested::modules(instances).into_iter().map(|(dir, text)| (dir, vec![text])).collect();
    estate::modules(&modules)
}

fn evaluate(project: &Project) -> Estate {
    estate::evaluate(project, &ProviderFacts::default())
}

/// From 1,000 to 100,000 instances.
#[divan::bench(args = [1_000, 10_000, 20_000, 100_000], sample_count = 10, sample_size = 1)]
fn nested_modules(bencher: Bencher<'_, '_>, instances: usize) {
    let project = project(instances);
    let made = evaluate(&project);
    assert_eq!((made.instances.len(), made.problems.len()), (instances, 0), "all of them are there");
    bencher.counter(ItemsCount::new(instances)).bench(|| evaluate(&project));
}
