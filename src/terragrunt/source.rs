//! Where the module of a unit comes from: `terraform.source`, and the `source` of a unit or stack in a stack file.

use std::path::PathBuf;

use super::places::{RepositoryPlaces, joined};
use crate::address::ModuleSource;
use crate::estate::configuration::project::Project;

/// What a source leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum SourceTarget {
    /// A directory that may be read, or would be if it existed; with its path as Terragrunt sees it.
    Directory(PathBuf, String),
    /// A directory outside of what may be read.
    Outside,
    /// Something that has to be fetched first.
    Remote,
}

/// Where a source leads from a directory, both as Terragrunt sees it.
pub(super) fn target(project: &Project, places: &RepositoryPlaces, home: &str, source: &str) -> SourceTarget {
    let plain = source.split('?').next().unwrap_or(source);
    let path = plain.strip_prefix("file://").unwrap_or(plain);
    let says_path = path.starts_with('/') || path.starts_with('.') || path != plain;
    // A directory may be named without `./`, like `modules/queue`.
    let is_elsewhere = !says_path
        && (path.contains("::")
            || path.contains("://")
            || matches!(
                ModuleSource::of(path),
                ModuleSource::Git | ModuleSource::Mercurial | ModuleSource::Archive
            ));
    if !is_elsewhere {
        let shown = joined(home, path);
        match places.real(&project.reader, &shown) {
            Some(real) if says_path || project.reader.is_directory(&real) => {
                return SourceTarget::Directory(real, shown);
            }
            None if says_path => return SourceTarget::Outside,
            _ => {}
        }
    }
    let (address, version) = registry(source);
    match project.copy_of(&address, version.as_deref()) {
        Some(copy) => {
            let shown = places.shown(&project.reader, &copy).unwrap_or_default();
            SourceTarget::Directory(copy, shown)
        }
        None => SourceTarget::Remote,
    }
}

/// Whether a source names something to fetch by how it is written.
pub(super) fn is_remote(source: &str) -> bool {
    let plain = source.split('?').next().unwrap_or(source);
    !plain.starts_with("file://") && (plain.contains("::") || plain.contains("://"))
        || matches!(
            ModuleSource::of(source),
            ModuleSource::Git | ModuleSource::Mercurial | ModuleSource::Archive
        )
}

/// A source as a `module` block would write it: `tfr:///acme/queue/aws?version=1.2.0` names a module of a registry.
pub(super) fn registry(source: &str) -> (String, Option<String>) {
    let Some(rest) = source.strip_prefix("tfr://") else { return (source.to_owned(), None) };
    let (address, query) = rest.split_once('?').unwrap_or((rest, ""));
    let version = query.split('&').find_map(|part| part.strip_prefix("version="));
    (address.trim_start_matches('/').to_owned(), version.map(str::to_owned))
}
