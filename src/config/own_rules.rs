//! Rules of a project's own: finds and reads their files.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::{Configs, FILE_NAME};
use crate::diagnostic::Diagnostic;
use crate::files::Reader;
use crate::files::path::{clean, directory_of};
use crate::files::system::FileKind;
use crate::rule::load::RuleFile;
use crate::text::{FileId, Sources};

/// The most files with rules that are read, and the most bytes in them. The rules that come with the program are less than a quarter of that.
const MAX_RULE_FILES: usize = 2000;
const MAX_RULE_BYTES: u64 = 16 << 20;

/// Who named the directory of a file with rules.
#[derive(Clone, Debug, PartialEq, Eq)]
enum RuleOwner {
    /// The user: its rules hold for everything.
    User,
    /// These configs: its rules hold where one of them does.
    Configs(Vec<usize>),
}

/// Whose the rules in each file are.
#[derive(Debug, Default)]
pub(super) struct RuleOwners(BTreeMap<FileId, RuleOwner>);

impl RuleOwners {
    /// Whether a rule of this file holds where this config does. Rules that come with the program hold everywhere.
    pub(super) fn hold(&self, file: FileId, config: Option<usize>) -> bool {
        match self.0.get(&file) {
            None | Some(RuleOwner::User) => true,
            Some(RuleOwner::Configs(owners)) => config.is_some_and(|config| owners.contains(&config)),
        }
    }
}

impl Configs {
    /// Reads the files with rules in directories that the user and the configs name; each file once.
    pub fn read_rules(
        &mut self,
        named: &[PathBuf],
        reader: &mut Reader,
        sources: &mut Sources,
    ) -> Vec<RuleFile> {
        let directories = self.rule_directories(named, reader);
        let mut files: BTreeMap<PathBuf, RuleOwner> = BTreeMap::new();
        for (directory, owner) in directories {
            for path in self.rule_files(&directory, reader) {
                let known = files.entry(path).or_insert_with(|| owner.clone());
                match (known, &owner) {
                    (RuleOwner::Configs(known), RuleOwner::Configs(more)) => known.extend(more),
                    (known, _) => *known = RuleOwner::User,
                }
            }
        }
        let mut left = MAX_RULE_BYTES;
        let mut read = Vec::new();
        for (at, (path, owner)) in files.into_iter().enumerate() {
            let text = if at < MAX_RULE_FILES { reader.text_up_to(&path, left) } else { Ok(None) };
            match text {
                Ok(Some(text)) => {
                    left = left.saturating_sub(u64::try_from(text.len()).unwrap_or(u64::MAX));
                    let file = sources.add(path.clone(), text.clone());
                    self.owners.0.insert(file, owner);
                    read.push(RuleFile { path, file, text });
                }
                Ok(None) => {
                    let message = format!(
                        "`{}` and further files of rules are not read: there are too many",
                        path.display()
                    );
                    let help = format!("{MAX_RULE_FILES} files with {} MiB are read", MAX_RULE_BYTES >> 20);
                    self.problems.push(Diagnostic::error("settings/too-many-rules", message).help(help));
                    break;
                }
                Err(problem) => self.problems.push(*problem),
            }
        }
        read
    }

    fn rule_directories(&mut self, named: &[PathBuf], reader: &mut Reader) -> BTreeMap<PathBuf, RuleOwner> {
        let mut directories: BTreeMap<PathBuf, RuleOwner> = BTreeMap::new();
        for named in named {
            let shown = clean(named);
            let is_file = reader.kind_of_named(&shown).is_ok_and(|kind| kind == FileKind::File);
            match reader.permit(if is_file { directory_of(&shown) } else { &shown }) {
                Ok(()) => drop(directories.insert(shown, RuleOwner::User)),
                Err(refusal) if refusal.is_by_rule() => self.problems.push(*refusal.problem(&shown)),
                Err(_) => {
                    self.problems.push(
                        no_directory(&shown).help("name a directory with files of rules, or one such file"),
                    );
                }
            }
        }
        let written = self.all.iter().enumerate().flat_map(|(at, config)| {
            config
                .general
                .rules
                .iter()
                .map(move |rules| (at, clean(&config.directory.join(rules.value.as_str())), rules.span))
        });
        for (at, directory, span) in written.collect::<Vec<_>>() {
            match reader.kind(&directory) {
                Ok(FileKind::Directory) => {
                    let owner = directories.entry(directory).or_insert(RuleOwner::Configs(Vec::new()));
                    if let RuleOwner::Configs(owners) = owner {
                        owners.push(at);
                    }
                }
                Err(refusal) if refusal.is_by_rule() => {
                    self.problems.push(refusal.problem(&directory).at(span, "named here"));
                }
                _ => self.problems.push(no_directory(&directory).at(span, "named here")),
            }
        }
        directories
    }

    /// The files with rules in and below a directory, sorted. Hidden files and directories are passed over, and so are configs. A file
    /// that the user names is one, whatever it is called.
    fn rule_files(&mut self, top: &Path, reader: &Reader) -> Vec<PathBuf> {
        if reader.kind(top).is_ok_and(|kind| kind == FileKind::File) {
            return vec![top.to_owned()];
        }
        let (mut found, mut waiting) = (Vec::new(), vec![top.to_owned()]);
        while let Some(directory) = waiting.pop() {
            let entries = match reader.entries(&directory) {
                Ok(entries) => entries,
                Err(refusal) => {
                    self.problems.push(*refusal.problem(&directory));
                    continue;
                }
            };
            for entry in entries {
                let name = entry.name.to_string_lossy();
                let path = directory.join(&entry.name);
                if name.starts_with('.') || name == FILE_NAME {
                    continue;
                }
                match entry.kind {
                    FileKind::Directory => waiting.push(path),
                    // What is named like a file of rules and is none is told when it is to be read.
                    _ if name.ends_with(".hcl") => found.push(path),
                    FileKind::File | FileKind::Link | FileKind::Other(_) => {}
                }
                if found.len() > MAX_RULE_FILES {
                    return found;
                }
            }
        }
        found.sort();
        found
    }
}

fn no_directory(directory: &Path) -> Diagnostic {
    Diagnostic::error("settings/no-directory", format!("there is no directory `{}`", directory.display()))
}
