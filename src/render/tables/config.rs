//! What holds for which root modules: `--show-config`.

use std::fmt::Write;

use crate::diagnostic::Location;
use crate::render::look::Look;
use crate::render::report::{Format, place, render};
use crate::render::{clean, path_of};
use crate::report::configuration::ConfigReport;
use crate::settings::{SettingOrigin, ShownSetting};
use crate::text::Sources;

/// The settings of every config with their origins, and the root modules that each is for.
#[must_use]
pub fn configs(shown: &ConfigReport, look: Look) -> String {
    let mut out = String::new();
    for group in &shown.groups {
        let config = group.config.as_ref().map(|path| clean::name(&path_of(path)).into_owned());
        let heading = config.unwrap_or_else(|| "no config".to_owned());
        let _ = writeln!(out, "{}", look.bold(&heading));
        table(&mut out, "  ", &group.settings, &shown.report.sources, look);
        for (root, own) in &group.roots {
            let _ = writeln!(out, "  {} {}", look.faint("for"), clean::name(&path_of(root)));
            table(&mut out, "    ", own, &shown.report.sources, look);
        }
        out.push('\n');
    }
    if shown.report.diagnostics.is_empty() {
        out.pop();
    } else {
        out.push_str(&render(&shown.report, Format::Human, look));
    }
    clean::output(out, look)
}

fn table(out: &mut String, indent: &str, settings: &[ShownSetting], sources: &Sources, look: Look) {
    let widest = |of: fn(&ShownSetting) -> &str| {
        settings
            .iter()
            .map(|setting| clean::line(of(setting)).chars().count())
            .filter(|width| *width <= 40)
            .max()
    };
    let (names, values) = (widest(|setting| &setting.name), widest(|setting| &setting.value));
    let (names, values) = (names.unwrap_or(0), values.unwrap_or(0));
    for setting in settings {
        let origin = match &setting.origin {
            SettingOrigin::Argument(option) => (*option).to_owned(),
            SettingOrigin::Config(span) => place(&Location::Source(*span), sources),
            SettingOrigin::Default => "default".to_owned(),
        };
        let (name, value) = (clean::line(&setting.name), clean::line(&setting.value));
        let _ = writeln!(out, "{indent}{name:names$}  {value:values$}  {}", look.faint(&origin));
    }
}
