//! Packages of modules: what a source names, however it is spelt.
//!
//! Terraform rewrites sources before it notes them in its manifest: `github.com/acme/queue` becomes
//! `git::https://github.com/acme/queue.git`, and a registry module gets the host of the registry. Here both are the same.

use super::ModuleSource;

/// Hosts of registries that a source need not name.
const DEFAULT_HOSTS: [&str; 2] = ["registry.terraform.io", "registry.opentofu.org"];

/// What a download is asked to leave out or how to log in: no part of what it brings.
const NOT_CONTENT: [&str; 2] = ["depth=", "sshkey="];

/// What is fetched, which directory of it, and in which state.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ModulePackage {
    is_registry: bool,
    /// Host, if it is named, and path: `github.com`, `acme`, `queue`.
    parts: Vec<String>,
    directory: Vec<String>,
    revision: Vec<String>,
}

impl ModulePackage {
    /// The package that a source names. `None` for a path, and for stores of objects, which have too many spellings to tell them apart.
    #[must_use]
    pub fn of(source: &str) -> Option<Self> {
        let is_registry = match ModuleSource::of(source) {
            ModuleSource::Local => return None,
            ModuleSource::Registry => true,
            ModuleSource::Git | ModuleSource::Mercurial | ModuleSource::Archive | ModuleSource::Other => {
                false
            }
        };
        let (place, query) = source.split_once('?').unwrap_or((source, ""));
        let (getter, place) = place.split_once("::").unwrap_or(("", place));
        if ["s3", "gcs"].contains(&getter) || !is_registry && super::module_source::is_bucket(place) {
            return None;
        }
        let (scheme, place) = place.split_once("://").unwrap_or(("", place));
        let (package, directory) = place.split_once("//").unwrap_or((place, ""));
        let package = package.strip_suffix(".git").unwrap_or(package);
        let (head, tail) = package.split_once('/').unwrap_or((package, ""));
        let head = head.rsplit_once('@').map_or(head, |(_, host)| host);
        // `git@host:path`; with a scheme a port stands there.
        let head = if scheme.is_empty() { head.replace(':', "/") } else { head.to_owned() };
        let mut parts: Vec<String> = head.split('/').chain(tail.split('/')).filter_map(name).collect();
        if let Some(host) = parts.first_mut() {
            *host = host.to_lowercase();
        }
        if is_registry && parts.first().is_some_and(|host| DEFAULT_HOSTS.contains(&host.as_str())) {
            parts.remove(0);
        }
        let mut revision: Vec<String> = query
            .split('&')
            .filter(|part| !part.is_empty() && NOT_CONTENT.iter().all(|start| !part.starts_with(start)))
            .map(|part| part.replace("%2F", "/").replace("%2f", "/"))
            .collect();
        revision.sort();
        Some(Self {
            is_registry,
            parts,
            directory: directory.split('/').filter_map(name).collect(),
            revision,
        })
    }

    /// Whether a registry has it.
    #[must_use]
    pub const fn is_of_registry(&self) -> bool {
        self.is_registry
    }

    /// The repository that a module of a default registry is published from.
    #[must_use]
    pub fn repository(&self) -> Option<Self> {
        let [namespace, name, provider] = self.parts.as_slice() else { return None };
        let parts = vec!["github.com".to_owned(), namespace.clone(), format!("terraform-{provider}-{name}")];
        Some(Self { is_registry: false, parts, directory: self.directory.clone(), revision: Vec::new() })
    }

    /// Whether both name the same directory of the same package, in whatever state.
    #[must_use]
    pub fn is_of_same_place(&self, other: &Self) -> bool {
        (self.is_registry, &self.parts, &self.directory)
            == (other.is_registry, &other.parts, &other.directory)
    }

    /// The revision that it asks a repository for.
    #[must_use]
    pub fn tag(&self) -> Option<&str> {
        match self.revision.as_slice() {
            [only] => only.strip_prefix("ref="),
            _ => None,
        }
    }

    /// Where copies of it may lie below a directory of copies, each as the parts of a path, the most telling first.
    ///
    /// A registry module lies by host, namespace, name and provider, the host left out or not, or as the repository that it is published
    /// from: `namespace/terraform-provider-name`. A repository lies by its host and path, by its path, or by its name.
    #[must_use]
    pub fn places(&self) -> Vec<Vec<String>> {
        let mut places: Vec<Vec<String>> = Vec::new();
        if self.is_registry {
            let Some((path, host)) = self.parts.split_last_chunk::<3>().map(|(host, path)| (path, host))
            else {
                return places;
            };
            let [namespace, name, provider] = path;
            let own_hosts = host.first().map(String::as_str);
            let hosts = DEFAULT_HOSTS.iter().copied().filter(|_| own_hosts.is_none()).chain(own_hosts);
            places.extend(hosts.map(|host| std::iter::once(host.to_owned()).chain(path.to_vec()).collect()));
            places.push(path.to_vec());
            let repository = format!("terraform-{provider}-{name}");
            places.push(vec![namespace.clone(), repository.clone()]);
            places.push(vec![repository]);
        } else {
            places.extend((0..self.parts.len()).map(|skip| self.parts.iter().skip(skip).cloned().collect()));
        }
        for place in &mut places {
            place.extend(self.directory.iter().cloned());
        }
        places
    }
}

/// A part of a path that names something.
fn name(part: &str) -> Option<String> {
    (!part.is_empty() && part != "." && part != "..").then(|| part.to_owned())
}
