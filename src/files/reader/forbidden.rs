//! What a path must not lead to, whoever named it: out of a repository through a link in it, and into the data of one.

use std::path::{Path, PathBuf};

use super::{Reader, Refusal};

impl Reader {
    /// Whether links in these directories have led out of their repositories to a path that nobody named otherwise.
    pub(super) fn leaves(&self, path: &Path, links: &[PathBuf]) -> bool {
        !self.is_inside(path) && self.lead_out(links, path)
    }

    /// Whether a link in one of these directories has led to a path outside of its repository.
    pub(super) fn lead_out(&self, links: &[PathBuf], path: &Path) -> bool {
        links.iter().any(|link| self.repository(link).is_some_and(|top| !path.starts_with(top)))
    }

    /// Nothing is at a path. What is not there outside is not told.
    pub(super) fn missing(&self, path: &Path, links: &[PathBuf]) -> Refusal {
        match self.leaves(path, links) {
            true => Refusal::Outside,
            false => Refusal::Missing { behind_link: !links.is_empty() },
        }
    }

    /// Whether a directory is the data of a repository, whatever it is called. One that holds what the user named is not meant: work trees
    /// may lie in it.
    pub(in crate::files) fn is_data(&self, directory: &Path) -> bool {
        !self.inside.iter().any(|top| top.starts_with(directory))
            && self.repositories.is_data(directory, &*self.system)
    }

    /// Whether a path leads into the data of a repository, up to the work tree around it.
    pub(super) fn is_in_data(&self, path: &Path) -> bool {
        let top = self.repository(path);
        let below = |above: &&Path| top.as_deref().is_none_or(|top| *above != top);
        path.ancestors().take_while(below).any(|above| self.is_data(above))
    }
}
