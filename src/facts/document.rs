//! The file of facts as a document: JSON, sorted, with paths from the top of the repository.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rustc_hash::FxHashSet;
use serde::{Deserialize, Serialize};

use super::{FORMAT, PartSummary, VERSION, scrub};
use crate::diagnostic::Diagnostic;
use crate::files::part::RunPart;
use crate::files::recorded::{RecordedFile, Recording};
use crate::files::system::{DirectoryEntry, FileKind};
use crate::settings::{
    Asked, AskedEnvironment, BaselineOption, ConfigSource, Include, Peer, Settings, Suppressing, ValueSources,
};
use crate::syntax;
use crate::syntax::tree::Tree;
use crate::text::FileId;

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct FactsDocument {
    format: String,
    version: String,
    /// A digest of the rules that came with the program.
    rules: String,
    part: PartEntry,
    incomplete: bool,
    /// How many verdicts were left open.
    unknown_verdicts: usize,
    /// The root modules that this part has judged.
    roots: Vec<String>,
    asked: AskedEntry,
    /// Where the top of the repository is.
    top: String,
    /// The working directory, from the top of the repository.
    here: String,
    directories: BTreeMap<String, BTreeMap<String, KindEntry>>,
    kinds: BTreeMap<String, KindEntry>,
    links: BTreeMap<String, String>,
    refused: BTreeMap<String, RefusedEntry>,
    files: BTreeMap<String, FileEntry>,
}

#[derive(Debug, Serialize, Deserialize)]
struct PartEntry {
    number: u32,
    of: u32,
}

/// What decides what a run reads and judges.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct AskedEntry {
    paths: Vec<String>,
    var_files: Vec<String>,
    environments: Vec<EnvironmentEntry>,
    workspace: Option<String>,
    module_dirs: Vec<String>,
    data_dir: Option<String>,
    config: Option<String>,
    no_config: bool,
    select: Vec<String>,
    ignore: Vec<String>,
    rule_dirs: Vec<String>,
    include_modules: bool,
    include_samples: bool,
    no_join: bool,
    baseline: Option<String>,
    no_ignore: bool,
    honour: Vec<String>,
}

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct EnvironmentEntry {
    name: Option<String>,
    files: Vec<String>,
    workspace: Option<String>,
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum KindEntry {
    File,
    Directory,
    Link,
    Other,
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum RefusedEntry {
    Denied,
    Other,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum FileEntry {
    /// All of a text.
    Text(String),
    /// All of a file that is no text.
    Base64(String),
    /// The first bytes of a file.
    Start(String),
}

fn texts(paths: &[PathBuf]) -> Vec<String> {
    paths.iter().map(|path| text(path)).collect()
}

fn text(path: &Path) -> String {
    path.to_string_lossy().replace('\\', "/")
}

fn paths(texts: &[String]) -> Vec<PathBuf> {
    texts.iter().map(PathBuf::from).collect()
}

impl AskedEntry {
    fn new(settings: &Settings) -> Self {
        let values = &settings.values;
        Self {
            paths: texts(&settings.paths),
            var_files: texts(&values.files),
            environments: values
                .environments
                .iter()
                .map(|own| EnvironmentEntry {
                    name: own.name.clone(),
                    files: texts(&own.files),
                    workspace: own.workspace.clone(),
                })
                .collect(),
            workspace: values.workspace.clone(),
            module_dirs: texts(&settings.module_dirs),
            data_dir: settings.data_dir.as_deref().map(text),
            config: match &settings.config {
                ConfigSource::File(file) => Some(text(file)),
                ConfigSource::Nearest | ConfigSource::Nowhere => None,
            },
            no_config: settings.config == ConfigSource::Nowhere,
            select: settings.asked.select.clone(),
            ignore: settings.asked.ignore.clone(),
            rule_dirs: texts(&settings.asked.rule_dirs),
            include_modules: settings.include.modules,
            include_samples: settings.include.samples,
            no_join: settings.no_join,
            baseline: settings.baseline.as_ref().map(|own| text(&own.file)),
            no_ignore: settings.suppressing.off,
            honour: settings.suppressing.honour.iter().map(|peer| peer.name().to_owned()).collect(),
        }
    }

    fn settings(&self) -> Settings {
        let environments = self.environments.iter().map(|own| AskedEnvironment {
            name: own.name.clone(),
            files: paths(&own.files),
            workspace: own.workspace.clone(),
        });
        Settings {
            paths: paths(&self.paths),
            values: ValueSources {
                files: paths(&self.var_files),
                environments: environments.collect(),
                workspace: self.workspace.clone(),
                ..ValueSources::default()
            },
            module_dirs: paths(&self.module_dirs),
            data_dir: self.data_dir.as_deref().map(PathBuf::from),
            config: match &self.config {
                Some(file) => ConfigSource::File(file.into()),
                None if self.no_config => ConfigSource::Nowhere,
                None => ConfigSource::Nearest,
            },
            asked: Asked {
                select: self.select.clone(),
                ignore: self.ignore.clone(),
                rule_dirs: paths(&self.rule_dirs),
                ..Asked::default()
            },
            include: Include { modules: self.include_modules, samples: self.include_samples },
            no_join: self.no_join,
            baseline: self.baseline.as_ref().map(|file| BaselineOption { file: file.into(), write: false }),
            suppressing: Suppressing {
                off: self.no_ignore,
                honour: self.honour.iter().filter_map(|name| Peer::from_name(name)).collect(),
            },
            ..Settings::default()
        }
    }
}

/// Whether two runs were asked for the same, apart from the paths that they check.
pub(super) fn are_asked_alike(one: &Settings, other: &Settings) -> bool {
    let asked = |settings| AskedEntry { paths: Vec::new(), data_dir: None, ..AskedEntry::new(settings) };
    // `data` and `data/` are one directory.
    one.data_dir == other.data_dir && asked(one) == asked(other)
}

impl From<FileKind> for KindEntry {
    fn from(kind: FileKind) -> Self {
        match kind {
            FileKind::File => Self::File,
            FileKind::Directory => Self::Directory,
            FileKind::Link => Self::Link,
            FileKind::Other(_) => Self::Other,
        }
    }
}

impl From<KindEntry> for FileKind {
    fn from(kind: KindEntry) -> Self {
        match kind {
            KindEntry::File => Self::File,
            KindEntry::Directory => Self::Directory,
            KindEntry::Link => Self::Link,
            KindEntry::Other => Self::Other("a special file"),
        }
    }
}

impl FactsDocument {
    pub(super) fn new(
        recording: &Recording,
        settings: &Settings,
        (here, top): (&Path, &Path),
        summary: &PartSummary,
    ) -> Self {
        let trees: BTreeMap<&Path, Tree> = recording
            .files
            .iter()
            .filter_map(|(path, file)| {
                Some((path.as_path(), tree(path, std::str::from_utf8(&file.bytes).ok()?)?))
            })
            .collect();
        let read = |(path, bytes): (&PathBuf, &Vec<u8>)| tree(path, std::str::from_utf8(bytes).ok()?);
        let others: Vec<Tree> = recording.others.iter().filter_map(read).collect();
        let sensitive: FxHashSet<String> =
            trees.values().chain(&others).flat_map(scrub::sensitive_variables).collect();
        let file = |(path, file): (&PathBuf, &RecordedFile)| {
            let tree = trees.get(path.as_path());
            (text(path), FileEntry::new(file, tree, &sensitive))
        };
        let entries = |entries: &Vec<DirectoryEntry>| {
            entries.iter().map(|own| (own.name.to_string_lossy().into_owned(), own.kind.into())).collect()
        };
        let refused = |kind: &ErrorKind| match kind {
            ErrorKind::PermissionDenied => RefusedEntry::Denied,
            _ => RefusedEntry::Other,
        };
        Self {
            format: FORMAT.to_owned(),
            version: VERSION.to_owned(),
            rules: summary.rules.clone(),
            part: PartEntry { number: summary.part.number, of: summary.part.of },
            incomplete: summary.is_incomplete,
            unknown_verdicts: summary.unknown,
            roots: summary.roots.clone(),
            asked: AskedEntry::new(settings),
            top: text(top),
            here: text(here),
            directories: recording.directories.iter().map(|(path, own)| (text(path), entries(own))).collect(),
            kinds: recording.kinds.iter().map(|(path, kind)| (text(path), (*kind).into())).collect(),
            links: recording.links.iter().map(|(path, target)| (text(path), text(target))).collect(),
            refused: recording.refused.iter().map(|(path, kind)| (text(path), refused(kind))).collect(),
            files: recording.files.iter().map(file).collect(),
        }
    }

    /// The document as text, the same for the same facts.
    pub(super) fn text(&self) -> String {
        let mut text = serde_json::to_string_pretty(self).unwrap_or_default();
        text.push('\n');
        text
    }

    pub(super) fn read(path: &Path, text: &str, rules: &str) -> Result<Self, Box<Diagnostic>> {
        let refuse = |id: &'static str, what: String, help: &str| {
            Box::new(Diagnostic::error(id, format!("`{}` {what}", path.display())).help(help))
        };
        let of = |value: &serde_json::Value, name: &str| {
            value.get(name).and_then(|own| own.as_str().map(str::to_owned))
        };
        let known: serde_json::Value = serde_json::from_str(text).map_err(|error| {
            refuse(
                "facts/unreadable",
                format!("is not a file of facts: {error}"),
                "name files that `check --export-facts` has written",
            )
        })?;
        match of(&known, "format") {
            Some(format) if format == FORMAT => {}
            Some(format) => {
                let what = format!("has the layout `{format}`, and this program reads `{FORMAT}`");
                return Err(refuse(
                    "facts/version",
                    what,
                    "write and merge facts with one version of the program",
                ));
            }
            None => {
                let what = "is not a file of facts".to_owned();
                return Err(refuse(
                    "facts/unreadable",
                    what,
                    "name files that `check --export-facts` has written",
                ));
            }
        }
        let document: Self = serde_json::from_value(known).map_err(|error| {
            refuse(
                "facts/unreadable",
                format!("lacks something: {error}"),
                "write it again with `check --export-facts`",
            )
        })?;
        if document.version != VERSION || document.rules != rules {
            let what = format!(
                "was written by version {} with other rules, and this is {VERSION}",
                document.version
            );
            let what =
                if document.version == VERSION { "was written with other rules".to_owned() } else { what };
            return Err(refuse(
                "facts/version",
                what,
                "write and merge facts with one version of the program",
            ));
        }
        let PartEntry { number, of } = document.part;
        match (1..=of).contains(&number) {
            true => Ok(document),
            false => Err(refuse(
                "facts/unreadable",
                format!("is part {number} of {of}"),
                "write it again with `check --export-facts`",
            )),
        }
    }

    pub(super) const fn part(&self) -> RunPart {
        RunPart { number: self.part.number, of: self.part.of }
    }

    pub(super) const fn is_incomplete(&self) -> bool {
        self.incomplete
    }

    /// The root modules that the part has judged, where they are in the repository.
    pub(super) fn roots(&self) -> &[String] {
        &self.roots
    }

    pub(super) fn top(&self) -> &str {
        &self.top
    }

    pub(super) fn here(&self) -> &str {
        &self.here
    }

    pub(super) fn settings(&self) -> Settings {
        self.asked.settings()
    }

    /// Whether both were asked for the same, in the same place.
    pub(super) fn is_of_same_run(&self, other: &Self) -> bool {
        self.asked == other.asked && self.here == other.here && self.top == other.top
    }

    pub(super) fn recording(self) -> Recording {
        let entries = |entries: BTreeMap<String, KindEntry>| {
            let mut entries: Vec<DirectoryEntry> = entries
                .into_iter()
                .map(|(name, kind)| DirectoryEntry { name: OsString::from(name), kind: kind.into() })
                .collect();
            entries.sort_by(|a, b| a.name.cmp(&b.name));
            entries
        };
        let refused = |kind: RefusedEntry| match kind {
            RefusedEntry::Denied => ErrorKind::PermissionDenied,
            RefusedEntry::Other => ErrorKind::Other,
        };
        Recording {
            others: BTreeMap::new(),
            directories: self
                .directories
                .into_iter()
                .map(|(path, own)| (path.into(), entries(own)))
                .collect(),
            kinds: self.kinds.into_iter().map(|(path, kind)| (path.into(), kind.into())).collect(),
            links: self.links.into_iter().map(|(path, target)| (path.into(), target.into())).collect(),
            refused: self.refused.into_iter().map(|(path, kind)| (path.into(), refused(kind))).collect(),
            files: self.files.into_iter().map(|(path, file)| (path.into(), file.recorded())).collect(),
        }
    }
}

impl FileEntry {
    fn new(file: &RecordedFile, tree: Option<&Tree>, sensitive: &FxHashSet<String>) -> Self {
        match (file.is_whole, std::str::from_utf8(&file.bytes)) {
            (true, Ok(text)) => {
                // A mark at the start of the text is no part of its tree.
                let mark = text.strip_prefix('\u{feff}').map_or("", |_| "\u{feff}");
                Self::Text(match tree {
                    Some(tree) => format!("{mark}{}", scrub::configuration(tree, sensitive)),
                    None => scrub::plain(text),
                })
            }
            (true, Err(_)) => Self::Base64(STANDARD.encode(&file.bytes)),
            (false, Ok(text)) => Self::Start(STANDARD.encode(scrub::plain(text))),
            (false, Err(_)) => Self::Start(STANDARD.encode(&file.bytes)),
        }
    }

    fn recorded(self) -> RecordedFile {
        let bytes = |text: &str| STANDARD.decode(text).unwrap_or_default();
        match self {
            Self::Text(text) => RecordedFile { bytes: text.into_bytes(), is_whole: true },
            Self::Base64(text) => RecordedFile { bytes: bytes(&text), is_whole: true },
            Self::Start(text) => RecordedFile { bytes: bytes(&text), is_whole: false },
        }
    }
}

/// The tree of a file of configuration or values.
fn tree(path: &Path, text: &str) -> Option<Tree> {
    let name = path.file_name()?.to_str()?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let file = FileId(u32::MAX);
    let ends = |endings: &[&str]| endings.iter().any(|ending| name.ends_with(ending));
    if syntax::is_configuration_json(name) {
        return Some(syntax::parse_named(file, name, text.into()).tree);
    }
    if ends(&[".json"]) {
        return Some(syntax::parse_json_values(file, text.into()).tree);
    }
    ends(&[".tf", ".tofu", ".tfvars", ".hcl"]).then(|| syntax::parse_hcl(file, text.into()).tree)
}
