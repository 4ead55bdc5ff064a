//! What holds for which root modules, as JSON. The structs here are the contract (`docs/output.md`).

use std::path::PathBuf;

use serde::Serialize;

use crate::render::look::Look;
use crate::render::{clean, path_of, problems};
use crate::report::configuration::{ConfigGroup, ConfigReport};
use crate::settings::{SettingOrigin, ShownSetting};
use crate::text::Sources;

/// Raised when a field changes its meaning or is removed; new fields do not raise it.
const VERSION: u32 = 1;

#[derive(Serialize)]
struct ConfigsDocument<'a> {
    version: u32,
    configs: Vec<ConfigOut<'a>>,
    problems: Vec<String>,
}

#[derive(Serialize)]
struct ConfigOut<'a> {
    config: Option<String>,
    settings: Vec<SettingOut<'a>>,
    roots: Vec<ConfiguredRootOut<'a>>,
}

#[derive(Serialize)]
struct ConfiguredRootOut<'a> {
    path: String,
    settings: Vec<SettingOut<'a>>,
}

#[derive(Serialize)]
struct SettingOut<'a> {
    name: &'a str,
    value: &'a str,
    origin: OriginOut,
}

/// Where a value comes from.
#[derive(Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
enum OriginOut {
    Argument { option: &'static str },
    Config { file: String, line: usize },
    Default,
}

/// The settings of every config with their origins, and the root modules that each is for.
#[must_use]
pub fn configs_json(shown: &ConfigReport, look: Look) -> String {
    let sources = &shown.report.sources;
    let document = ConfigsDocument {
        version: VERSION,
        configs: shown.groups.iter().map(|group| ConfigOut::of(group, sources)).collect(),
        problems: problems::lines(&shown.report).collect(),
    };
    let mut text = serde_json::to_string_pretty(&document).unwrap_or_default();
    text.push('\n');
    clean::output(text, look)
}

impl<'a> ConfigOut<'a> {
    fn of(group: &'a ConfigGroup, sources: &Sources) -> Self {
        let root = |(path, own): &'a (PathBuf, Vec<ShownSetting>)| ConfiguredRootOut {
            path: path_of(path),
            settings: settings(own, sources),
        };
        Self {
            config: group.config.as_deref().map(path_of),
            settings: settings(&group.settings, sources),
            roots: group.roots.iter().map(root).collect(),
        }
    }
}

fn settings<'a>(all: &'a [ShownSetting], sources: &Sources) -> Vec<SettingOut<'a>> {
    let one = |setting: &'a ShownSetting| SettingOut {
        name: &setting.name,
        value: &setting.value,
        origin: match &setting.origin {
            SettingOrigin::Argument(option) => OriginOut::Argument { option },
            SettingOrigin::Config(span) => OriginOut::Config {
                file: path_of(sources.path(span.file)),
                line: sources.get(span.file).map_or(0, |source| source.line_column(span.range.start).0),
            },
            SettingOrigin::Default => OriginOut::Default,
        },
    };
    all.iter().map(one).collect()
}
