//! The settings of a root module as they are shown: each with its value and where that comes from.

use super::Policy;
use super::blocks::{NewSeverity, TargetsBlock};
use crate::decode::{Choice, Spanned};
use crate::settings::{Asked, FailOn, SettingOrigin, ShownSetting};
use crate::text::Span;
use crate::value::{Kind, Str, Value};

impl Policy<'_> {
    /// What holds for everything that the config is for.
    #[must_use]
    pub fn shown(&self) -> Vec<ShownSetting> {
        let mut shown = ShownRows::default();
        let Asked { select, ignore, rule_dirs, fail_on, today: _ } = self.asked;
        let general = self.config.map(|config| &config.general);
        let edition = general.and_then(|general| general.edition.as_ref());
        shown.of_config(
            "edition",
            edition.map(|edition| (edition.value.to_string(), edition.span)),
            "every edition",
        );
        let in_config =
            |list: Option<&Spanned<Vec<Spanned<Str>>>>| list.map(|list| (names(&list.value), list.span));
        let selected = general.and_then(|general| in_config(general.select.as_ref()));
        let ignored = general.and_then(|general| in_config(general.ignore.as_ref()));
        if select.is_empty() {
            shown.of_config("select", selected, "every rule");
            shown.of_config("ignore", ignored, "no rule");
        } else {
            shown.add("select", select.join(", "), SettingOrigin::Argument("--select"));
        }
        if !ignore.is_empty() {
            shown.add("ignore", ignore.join(", "), SettingOrigin::Argument("--ignore"));
        }
        match fail_on {
            Some(limit) => {
                shown.add("fail_on", limit.name().to_owned(), SettingOrigin::Argument("--fail-on"))
            }
            None => {
                let limit = general.and_then(|general| general.fail_on.as_ref());
                let limit = limit.map(|limit| (limit.value.name().to_owned(), limit.span));
                shown.of_config("fail_on", limit, FailOn::default().name());
            }
        }
        let advice = general.and_then(|general| general.advice.as_ref());
        let advice = advice.map(|advice| (if advice.value { "shown" } else { "counted" }, advice.span));
        shown.of_config("advice", advice.map(|(value, span)| (value.to_owned(), span)), "counted");
        let join = general.and_then(|general| general.join.as_ref());
        shown.of_config("join", join.map(|join| (join.value.to_string(), join.span)), "true");
        let excluded = general.and_then(|general| general.exclude.as_ref());
        let excluded = excluded.map(|excluded| (excluded.value.texts().join(", "), excluded.span));
        shown.of_config("exclude", excluded, "nothing");
        for directory in rule_dirs {
            shown.add("rules", directory.display().to_string(), SettingOrigin::Argument("--rules"));
        }
        let Some(config) = self.config else { return shown.0 };
        for directory in &config.general.rules {
            shown.add("rules", directory.value.to_string(), SettingOrigin::Config(directory.span));
        }
        for block in &config.rules {
            let name = format!("rule {}", block.rule.value);
            let mut holds = String::new();
            if !block.paths.is_empty() {
                holds.push_str(&format!(" in {}", block.paths.texts().join(", ")));
            }
            if !block.environments.is_empty() {
                holds.push_str(&format!(" for {}", names_of(&block.environments)));
            }
            if let Some(severity) = &block.severity {
                let value = format!("severity {}{holds}", NewSeverity::word(severity.value));
                shown.add(&name, value, SettingOrigin::Config(severity.span));
            }
            for (parameter, value) in &block.parameters {
                let value = format!("{} = {}{holds}", parameter.value, written(&value.value));
                shown.add(&name, value, SettingOrigin::Config(parameter.span));
            }
        }
        for tool in &config.general.honour {
            shown.add("honour", tool.value.name().to_owned(), SettingOrigin::Config(tool.span));
        }
        for block in &config.suppressions {
            let mut value = names(&block.rules);
            if !block.addresses.is_empty() {
                value.push_str(&format!(" of {}", names_of(&block.written)));
            }
            if !block.paths.is_empty() {
                value.push_str(&format!(" in {}", block.paths.texts().join(", ")));
            }
            if !block.environments.is_empty() {
                value.push_str(&format!(" for {}", names_of(&block.environments)));
            }
            value.extend(block.until.map(|until| format!(" until {until}")));
            shown.add("suppress", value, SettingOrigin::Config(block.span));
        }
        for block in &config.assumptions {
            let name = format!("assume {}", block.assumption.address);
            shown.add(&name, block.reason.to_string(), SettingOrigin::Config(block.assumption.span));
        }
        for block in &config.roots {
            let kind = block.kind.as_ref().map(|kind| kind.value.word().to_owned());
            let environment =
                block.environment.as_ref().map(|environment| format!("environment {}", environment.value));
            let said: Vec<String> = kind.into_iter().chain(environment).collect();
            let name = format!("root {}", block.paths.texts().join(", "));
            shown.add(&name, said.join(", "), SettingOrigin::Config(block.span));
        }
        for block in &config.tiers {
            let TargetsBlock { zones, rto, rpo } = block.targets;
            let zones = zones.map(|zones| format!("zones {zones}"));
            let times = [("rto", rto), ("rpo", rpo)].into_iter();
            let times = times.filter_map(|(name, seconds)| Some(format!("{name} {}s", seconds?)));
            let value: Vec<String> = zones.into_iter().chain(times).collect();
            let name = format!("tier {}", block.name.value);
            shown.add(&name, value.join(", "), SettingOrigin::Config(block.name.span));
        }
        for block in &config.intents {
            for (entry, _) in &block.entries {
                let tier =
                    block.tier.as_ref().map(|tier| format!(", tier {}", tier.value)).unwrap_or_default();
                let value = format!("{}{tier}", entry.value);
                shown.add("intent", value, SettingOrigin::Config(entry.span));
            }
        }
        if let Some(trusted) = &config.modules.trusted {
            shown.add("modules trusted", names(&trusted.value), SettingOrigin::Config(trusted.span));
        }
        shown.0
    }

    /// What holds for the root module alone.
    #[must_use]
    pub fn shown_for_root(&self) -> Vec<ShownSetting> {
        let mut shown = ShownRows::default();
        if let Some(kind) = self.kind_said() {
            shown.add("kind", kind.value.word().to_owned(), SettingOrigin::Config(kind.span));
        }
        for environment in self.environments() {
            let mut value = environment.name.to_string();
            if let Some(workspace) = &environment.workspace {
                value.push_str(&format!(", workspace {workspace}"));
            }
            if !environment.var_files.is_empty() {
                value.push_str(&format!(", values of {}", names(&environment.var_files)));
            }
            match environment.production {
                None => {}
                Some(true) => value.push_str(", production"),
                Some(false) => value.push_str(", not production"),
            }
            let beaten: Vec<Str> = self.beaten_environments();
            if !beaten.is_empty() {
                value.push_str(&format!(": a `root` block says so, and beats {}", names_of(&beaten)));
            }
            shown.add("environment", value, SettingOrigin::Config(environment.span));
        }
        shown.0
    }
}

#[derive(Default)]
struct ShownRows(Vec<ShownSetting>);

impl ShownRows {
    fn add(&mut self, name: &str, value: String, origin: SettingOrigin) {
        self.0.push(ShownSetting { name: name.to_owned(), value, origin });
    }

    fn of_config(&mut self, name: &str, said: Option<(String, Span)>, default: &str) {
        match said {
            Some((value, span)) => self.add(name, value, SettingOrigin::Config(span)),
            None => self.add(name, default.to_owned(), SettingOrigin::Default),
        }
    }
}

fn names(list: &[Spanned<Str>]) -> String {
    list.iter().map(|name| name.value.as_str()).collect::<Vec<_>>().join(", ")
}

fn names_of(list: &[Str]) -> String {
    list.iter().map(Str::as_str).collect::<Vec<_>>().join(", ")
}

/// A constant on one line.
fn written(value: &Value) -> String {
    match &value.kind {
        Kind::Bool(value) => value.to_string(),
        Kind::Number(value) => value.to_string(),
        Kind::String(text) => format!("{text:?}"),
        _ => match value.as_sequence() {
            Some(sequence) => {
                format!("[{}]", sequence.items.iter().map(written).collect::<Vec<_>>().join(", "))
            }
            None => "{ … }".to_owned(),
        },
    }
}
