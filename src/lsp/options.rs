//! What the user of an editor may set: in the options of the start, or in the section `buttress` of the editor's own settings.

use std::path::PathBuf;

use serde::Deserialize;

use crate::settings::{Include, Peer};

/// The settings of an editor. What is missing or of the wrong type keeps its default.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct EditorOptions {
    /// Whether instances and zones are shown at the ends of lines.
    pub(super) inlay_hints: bool,
    /// Whether lines above resources say how many entries depend on them.
    pub(super) code_lens: bool,
    /// Whether what is unknown is shown as a hint.
    pub(super) unknown: bool,
    /// What is checked although nobody applies it.
    pub(super) include: Include,
    /// The tools whose comments count.
    pub(super) honour: Vec<Peer>,
    /// Directories with copies of modules.
    pub(super) module_dirs: Vec<PathBuf>,
}

impl Default for EditorOptions {
    fn default() -> Self {
        Self {
            inlay_hints: false,
            code_lens: true,
            unknown: true,
            // Who opens a module that nobody calls wants to know what is wrong with it.
            include: Include { modules: true, samples: false },
            honour: Vec::new(),
            module_dirs: Vec::new(),
        }
    }
}

/// The options as they are written.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct WrittenOptions {
    inlay_hints: serde_json::Value,
    code_lens: serde_json::Value,
    unknown: serde_json::Value,
    include: serde_json::Value,
    honour: serde_json::Value,
    module_dirs: serde_json::Value,
}

impl EditorOptions {
    /// Reads options: themselves, or what holds them under `buttress`.
    pub(super) fn read(value: &serde_json::Value) -> Self {
        let value = value.get("buttress").unwrap_or(value);
        let written: WrittenOptions = serde_json::from_value(value.clone()).unwrap_or_default();
        let default = Self::default();
        let names = |value: &serde_json::Value| -> Option<Vec<String>> {
            Some(value.as_array()?.iter().filter_map(|name| name.as_str().map(str::to_owned)).collect())
        };
        let include = names(&written.include).map(|names| Include {
            modules: names.iter().any(|name| name == "modules"),
            samples: names.iter().any(|name| name == "samples"),
        });
        Self {
            inlay_hints: written.inlay_hints.as_bool().unwrap_or(default.inlay_hints),
            code_lens: written.code_lens.as_bool().unwrap_or(default.code_lens),
            unknown: written.unknown.as_bool().unwrap_or(default.unknown),
            include: include.unwrap_or(default.include),
            honour: names(&written.honour).map_or(default.honour, |names| {
                names.iter().filter_map(|name| Peer::from_name(name)).collect()
            }),
            module_dirs: names(&written.module_dirs)
                .map_or(default.module_dirs, |names| names.into_iter().map(PathBuf::from).collect()),
        }
    }
}
