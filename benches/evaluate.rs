//! Evaluation of modules within modules: `cargo bench --bench evaluate`.
//!
//! Fifty calls deep, repeated at the first and at the last of them. Read and parsed once; what is measured is the way from
//! configuration to instances. The instances per second of the three sizes tell whether the cost is linear.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use buttress::estate::Estate;
use buttress::estate::configuration::declare::ModuleConfig;
use buttress::estate::configuration::project::Project;
use buttress::estate::configuration::{self, IdentityFacts, Request};
use buttress::eval::NoFiles;
use buttress::syntax::parse_hcl;
use buttress::text::FileId;
use divan::Bencher;
use divan::counter::ItemsCount;

#[path = "support/nested.rs"]
mod nested;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    divan::main();
}

fn project(instances: usize) -> Project {
    let mut project = Project::default();
    for (dir, text) in nested::modules(instances) {
        let tree = Arc::new(parse_hcl(FileId(0), text.as_str().into()).tree);
        let (config, _) = ModuleConfig::new(PathBuf::from(&dir), vec![tree], 0);
        project.insert(PathBuf::from(dir), config);
    }
    project
}

fn evaluate(project: &Project) -> Estate {
    configuration::estate(Request::new(project, Path::new("."), &NoFiles, &IdentityFacts::default()))
}

/// From 1,000 to 100,000 instances.
#[divan::bench(args = [1_000, 10_000, 20_000, 100_000], sample_count = 10, sample_size = 1)]
fn nested_modules(bencher: Bencher<'_, '_>, instances: usize) {
    let project = project(instances);
    let made = evaluate(&project);
    assert_eq!((made.instances.len(), made.problems.len()), (instances, 0), "all of them are there");
    bencher.counter(ItemsCount::new(instances)).bench(|| evaluate(&project));
}
