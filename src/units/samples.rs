//! Names of directories that say what lies in them: examples, tests, wrappers, modules and fragments.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use crate::environment;
use crate::files::Reader;
use crate::files::discover::is_configuration;
use crate::files::system::FileKind;

const EXAMPLES: [&str; 10] = [
    "example", "examples", "sample", "samples", "fixture", "fixtures", "testdata", "wrapper", "wrappers",
    "demos",
];
const TESTS: [&str; 4] = ["test", "tests", "testing", "e2e"];
const MODULES: [&str; 2] = ["modules", "module"];
const FRAGMENTS: [&str; 11] = [
    "mixin",
    "mixins",
    "export",
    "exports",
    "template",
    "templates",
    "snippets",
    "skeleton",
    "scaffolding",
    "boilerplate",
    "deprecated",
];

/// The part of a place that says that it is an example, a test or a wrapper beside a module, with everything above: `queue/examples`.
pub(super) fn sample_part(reader: &Reader, top: Option<&Path>, place: &Path) -> Option<PathBuf> {
    let top = top?;
    let mut above = PathBuf::new();
    for part in place {
        let name = part.to_string_lossy().to_lowercase();
        let beside = top.join(&above);
        let is_example = EXAMPLES.contains(&name.as_str());
        let is_last = above.join(part) == place;
        if (is_example || is_test(&name) && !is_environment(reader, &beside, part, is_last))
            && holds_module(reader, &beside)
        {
            return Some(above.join(part));
        }
        above.push(part);
    }
    None
}

/// The part of a place that says that it is an example, with everything above.
pub(super) fn example_part(place: &Path) -> Option<PathBuf> {
    let mut above = PathBuf::new();
    for part in place {
        above.push(part);
        if EXAMPLES.contains(&part.to_string_lossy().to_lowercase().as_str()) {
            return Some(above);
        }
    }
    None
}

/// The name in a place that says that modules lie in it.
pub(super) fn module_part(place: &Path) -> Option<String> {
    named(place, &MODULES)
}

/// The name in a place that says that fragments lie in it.
pub(super) fn fragment_part(place: &Path) -> Option<String> {
    named(place, &FRAGMENTS)
}

fn named(place: &Path, names: &[&str]) -> Option<String> {
    let is_one = |part: &&OsStr| names.contains(&part.to_string_lossy().to_lowercase().as_str());
    place.iter().find(is_one).map(|part| part.to_string_lossy().into_owned())
}

/// Whether what [`sample_part`] found is a directory of tests.
pub(super) fn is_of_tests(sample: &Path) -> bool {
    sample.file_name().is_some_and(|name| is_test(&name.to_string_lossy().to_lowercase()))
}

/// `test`, `tests`, `test-fixtures`, `integration_tests`.
fn is_test(name: &str) -> bool {
    let first = name.split(['-', '_']).next().unwrap_or_default();
    let last = name.rsplit(['-', '_']).next().unwrap_or_default();
    TESTS.contains(&first) || TESTS.contains(&last)
}

/// Whether a directory that is called `test` is the environment of that name: environments stand beside it, or it is a root module
/// itself and holds no tests.
fn is_environment(reader: &Reader, beside: &Path, own: &OsStr, is_last: bool) -> bool {
    let is_of_tests = |name: &OsStr| {
        let name = name.to_string_lossy();
        ["_test.go", ".tftest.hcl", ".tofutest.hcl"].iter().any(|ending| name.ends_with(ending))
    };
    let holds_tests =
        || reader.entries(&beside.join(own)).unwrap_or_default().iter().any(|entry| is_of_tests(&entry.name));
    if is_last && own.eq_ignore_ascii_case("test") && !holds_tests() {
        return true;
    }
    let entries = reader.entries(beside).unwrap_or_default();
    let mut others =
        entries.iter().filter(|entry| entry.kind == FileKind::Directory && entry.name.as_os_str() != own);
    others.any(|entry| {
        !is_test(&entry.name.to_string_lossy().to_lowercase())
            && environment::of(Path::new(&entry.name), &[], None, &[]).is_some()
    })
}

/// Whether a directory is a module itself, or has modules in it.
fn holds_module(reader: &Reader, dir: &Path) -> bool {
    reader.entries(dir).unwrap_or_default().iter().any(|entry| match entry.kind {
        FileKind::Directory => MODULES.contains(&entry.name.to_string_lossy().to_lowercase().as_str()),
        _ => is_configuration(Path::new(&entry.name)),
    })
}
