//! Looks over a whole repository: which directories hold files that say something about roots and modules.

use std::path::{Path, PathBuf};

use super::discover::is_configuration;
use super::reader::Reader;
use super::system::FileKind;

/// The most directories that are looked into.
const MOST: usize = 50_000;

/// Directories of programs and their libraries: nobody keeps configuration there.
pub(super) const SKIPPED: [&str; 2] = ["node_modules", "__pycache__"];

/// A directory, and the names of those of its files that matter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SurveyedDirectory {
    pub path: PathBuf,
    /// Sorted.
    pub names: Vec<String>,
    /// The names of links that may lead to directories.
    pub links: Vec<String>,
}

impl Reader {
    /// The directories at and below `top` that hold files of configuration, of values or of tools around Terraform, or links, sorted by path.
    /// Those whose names start with a dot are skipped, and no link is followed.
    #[must_use]
    pub fn survey(&self, top: &Path) -> Vec<SurveyedDirectory> {
        let mut found = Vec::new();
        let mut waiting = vec![top.to_owned()];
        let mut looked = 0_usize;
        while let Some(dir) = waiting.pop() {
            looked += 1;
            if looked > MOST {
                break;
            }
            let Ok(entries) = self.entries(&dir) else { continue };
            let (mut names, mut links) = (Vec::new(), Vec::new());
            for entry in entries {
                let name = entry.name.to_string_lossy().into_owned();
                if entry.kind == FileKind::Directory {
                    if !name.starts_with('.') && !SKIPPED.contains(&name.as_str()) {
                        waiting.push(dir.join(&entry.name));
                    }
                } else if matters(&name) {
                    names.push(name);
                } else if entry.kind == FileKind::Link {
                    links.push(name);
                }
            }
            if !names.is_empty() || !links.is_empty() {
                found.push(SurveyedDirectory { path: dir, names, links });
            }
        }
        found.sort_by(|a, b| a.path.cmp(&b.path));
        found
    }
}

fn matters(name: &str) -> bool {
    let endings = [".hcl", ".tfvars", ".tfvars.json", ".tfcomponent.json", ".tfstack.json", ".tfdeploy.json"];
    is_configuration(Path::new(name))
        || endings.iter().any(|ending| name.ends_with(ending))
        || ["atmos.yaml", "atmos.yml"].contains(&name)
}
