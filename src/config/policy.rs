//! Puts together what arguments, a config and defaults say of one root module.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::blocks::{NewSeverity, RuleBlock};
use super::selector::{Exactness, selects};
use super::verify::wanted;
use super::{Config, Configs, DeclaredEnvironment};
use crate::address::published_as;
use crate::decode::Spanned;
use crate::environment::Environment;
use crate::estate::UnitKind;
use crate::files::Reader;
use crate::rule::{Rule, RuleSet};
use crate::settings::{Asked, FailOn, PathPatterns, RootSettings, SeverityByPath};
use crate::value::{Str, Value};

/// The parameter of rules that takes the modules that a config trusts.
const TRUSTED: &str = "trusted_modules";

/// The parameter of rules that takes the day by which they judge.
const AS_OF: &str = "as_of";

/// What arguments and the nearest config say of a root module.
#[derive(Clone, Debug)]
pub struct Policy<'a> {
    pub(super) asked: &'a Asked,
    pub(super) config: Option<&'a Config>,
    /// The index of the config.
    at: Option<usize>,
    configs: &'a Configs,
    /// The root module, absolute and without links.
    directory: PathBuf,
    /// The directory at which patterns of paths start, absolute and without links.
    base: PathBuf,
    /// What the config is for, absolute and without links.
    reach: PathBuf,
}

impl Configs {
    /// What holds in a directory that was looked at.
    #[must_use]
    pub fn policy<'a>(&'a self, asked: &'a Asked, directory: &Path, reader: &Reader) -> Policy<'a> {
        let config = self.of(directory);
        let real = |path: &Path| reader.real_or_absolute(path).unwrap_or_else(|| path.to_owned());
        // A config from elsewhere speaks of the repository, or else of what the user named.
        let top = || reader.repository_of(directory).unwrap_or_else(|| real(Path::new(".")));
        let base = config.and_then(|config| config.base.clone()).unwrap_or_else(top);
        // One that the user names is for everything, wherever it lies.
        let reach = match self.named {
            Some(_) => reader.top(directory).unwrap_or_else(|| real(directory)),
            None => base.clone(),
        };
        Policy {
            asked,
            config,
            at: self.index(directory),
            configs: self,
            directory: real(directory),
            base,
            reach,
        }
    }
}

impl<'a> Policy<'a> {
    /// The directory that the config speaks of, absolute and without links.
    #[must_use]
    pub fn base(&self) -> &Path {
        &self.base
    }

    /// The directory with everything that the config is for, absolute and without links.
    #[must_use]
    pub fn reach(&self) -> &Path {
        &self.reach
    }

    /// Whether patterns of paths name the root module.
    pub(super) fn is_at(&self, paths: &PathPatterns) -> bool {
        self.directory.strip_prefix(&self.base).is_ok_and(|place| paths.contain(place))
    }

    /// Whether no root module is looked for here.
    #[must_use]
    pub fn is_excluded(&self) -> bool {
        let excluded = self.config.and_then(|config| config.general.exclude.as_ref());
        excluded.is_some_and(|excluded| self.is_at(&excluded.value))
    }

    /// What the config says that the directory is.
    #[must_use]
    pub fn kind(&self) -> Option<UnitKind> {
        self.kind_said().map(|kind| kind.value)
    }

    pub(super) fn kind_said(&self) -> Option<&'a Spanned<UnitKind>> {
        self.blocks_for_root().filter_map(|block| block.kind.as_ref()).last()
    }

    /// The name of the environment that a `root` block gives.
    fn environment_of_root(&self) -> Option<&'a Spanned<Str>> {
        self.blocks_for_root().filter_map(|block| block.environment.as_ref()).last()
    }

    fn blocks_for_root(&self) -> impl Iterator<Item = &'a super::RootBlock> + use<'a, '_> {
        let blocks = self.config.map_or(&[][..], |config| config.roots.as_slice());
        blocks.iter().filter(|block| self.is_at(&block.paths))
    }

    /// All environments of the config.
    fn declared(&self) -> &'a [DeclaredEnvironment] {
        self.config.map_or(&[][..], |config| config.environments.as_slice())
    }

    /// The environments that the root module is for, as the config says; none if it says nothing.
    #[must_use]
    pub fn environments(&self) -> Vec<DeclaredEnvironment> {
        if let Some(name) = self.environment_of_root() {
            let known = self.declared().iter().find(|environment| environment.name == name.value).cloned();
            return vec![known.unwrap_or_else(|| DeclaredEnvironment::named(name))];
        }
        let is_in = |own: &&DeclaredEnvironment| own.roots.as_ref().is_none_or(|roots| self.is_at(roots));
        self.declared().iter().filter(is_in).cloned().collect()
    }

    /// The environments whose blocks name the root module, while a `root` block says that it is of another one.
    pub(super) fn beaten_environments(&self) -> Vec<Str> {
        let Some(name) = self.environment_of_root() else { return Vec::new() };
        let is_named = |own: &&DeclaredEnvironment| {
            own.name != name.value && own.roots.as_ref().is_some_and(|roots| self.is_at(roots))
        };
        self.declared().iter().filter(is_named).map(|own| own.name.clone()).collect()
    }

    /// Where a file of values of an environment may be, best first.
    #[must_use]
    pub fn places_of_values(&self, root: &Path, file: &str) -> Vec<PathBuf> {
        let beside = self.config.map(|config| config.directory.join(file));
        std::iter::once(root.join(file)).chain(beside).collect()
    }

    /// The rules that run on the root module, with the severities and parameters that they have here, sorted by id.
    #[must_use]
    pub fn rules(&self, set: &RuleSet, environment: Option<&Environment>) -> Vec<Arc<Rule>> {
        let runs = set.rules.iter().filter(|rule| self.runs(rule));
        runs.filter_map(|rule| self.adapted(rule, environment)).collect()
    }

    fn runs(&self, rule: &Rule) -> bool {
        let edition = self.config.and_then(|config| config.general.edition.as_ref());
        let is_newer = edition.zip(rule.since).is_some_and(|(edition, since)| since > edition.value);
        self.configs.owners.hold(rule.file, self.at) && !is_newer && self.is_selected(rule)
    }

    /// Whether `select` and `ignore` leave a rule: a more exact name decides, and `ignore` among equally exact ones.
    fn is_selected(&self, rule: &Rule) -> bool {
        let texts = |list: &'a Option<Spanned<Vec<Spanned<Str>>>>| -> Option<Vec<&'a str>> {
            list.as_ref().map(|list| list.value.iter().map(|name| name.value.as_str()).collect())
        };
        let of_config =
            self.config.map(|config| (texts(&config.general.select), texts(&config.general.ignore)));
        let strings = |list: &'a [String]| list.iter().map(String::as_str).collect::<Vec<&str>>();
        let select = (!self.asked.select.is_empty()).then(|| strings(&self.asked.select));
        let of_arguments = (select, Some(strings(&self.asked.ignore)));
        let mut is_selected = true;
        for (select, ignore) in of_config.into_iter().chain([of_arguments]) {
            is_selected &= select.is_none();
            for exactness in Exactness::ALL {
                let names = |list: &Option<Vec<&str>>| {
                    list.iter().flatten().any(|name| selects(name, rule) == Some(exactness))
                };
                is_selected = (is_selected || names(&select)) && !names(&ignore);
            }
        }
        is_selected
    }

    /// The `rule` blocks that hold in an environment.
    fn rule_blocks(&self, environment: Option<&Environment>) -> impl Iterator<Item = &'a RuleBlock> {
        let blocks = self.config.map_or(&[][..], |config| config.rules.as_slice());
        blocks.iter().filter(move |block| {
            let is_here = |name: &Str| environment.is_some_and(|environment| environment.is(name));
            block.environments.is_empty() || block.environments.iter().any(is_here)
        })
    }

    /// A rule as it is here; `None` if it is off.
    fn adapted(&self, rule: &Arc<Rule>, environment: Option<&Environment>) -> Option<Arc<Rule>> {
        let mut adapted: Option<Rule> = None;
        let mut is_off = false;
        let trusted = self.config.and_then(|config| config.modules.trusted.as_ref());
        if let Some(trusted) = trusted
            && rule.parameters.iter().any(|parameter| parameter.name == TRUSTED)
        {
            let sources =
                trusted.value.iter().map(|source| published_as(&source.value).as_str().into()).collect();
            set_parameter(adapted.get_or_insert_with(|| (**rule).clone()), TRUSTED, Value::tuple(sources));
        }
        if let Some(today) = self.asked.today
            && rule
                .parameters
                .iter()
                .any(|parameter| parameter.name == AS_OF && parameter.default.as_str().is_some())
        {
            let today = today.to_string().as_str().into();
            set_parameter(adapted.get_or_insert_with(|| (**rule).clone()), AS_OF, today);
        }
        for block in self.rule_blocks(environment).filter(|block| selects(&block.rule.value, rule).is_some())
        {
            // A value of another type is told, and the default holds.
            let is_sound = |(name, value): &&(Spanned<Str>, Spanned<Value>)| {
                let own = rule.parameters.iter().find(|own| own.name == name.value);
                own.is_some_and(|own| wanted(&own.default, &value.value).is_none())
            };
            for (name, value) in block.parameters.iter().filter(is_sound) {
                let adapted = adapted.get_or_insert_with(|| (**rule).clone());
                set_parameter(adapted, &name.value, value.value.clone());
            }
            match block.severity.as_ref().filter(|_| block.paths.is_empty()).map(|severity| severity.value) {
                None => {}
                Some(NewSeverity::Off) => is_off = true,
                Some(NewSeverity::Is(severity)) => {
                    is_off = false;
                    let adapted = adapted.get_or_insert_with(|| (**rule).clone());
                    adapted.severity = severity;
                    if !block.environments.is_empty() {
                        adapted.environment = None;
                    }
                }
            }
        }
        (!is_off).then(|| adapted.map_or_else(|| rule.clone(), Arc::new))
    }

    /// What holds for the root module besides its rules.
    #[must_use]
    pub fn settings(&self, set: &RuleSet, environment: Option<&Environment>) -> RootSettings {
        let of_config =
            self.config.and_then(|config| config.general.fail_on.as_ref()).map(|limit| limit.value);
        let fail_on = self.asked.fail_on.or(of_config).unwrap_or_default();
        let advice = self.config.and_then(|config| config.general.advice.as_ref());
        RootSettings {
            fail_on,
            // What makes the exit code 1 is shown.
            shows_advice: advice.is_some_and(|advice| advice.value) || fail_on == FailOn::Advice,
            by_path: self.severities_by_path(set, environment),
            joins: self.config.and_then(|config| config.general.join.as_ref()).is_none_or(|join| join.value),
            honour: self.honoured(),
        }
    }

    fn severities_by_path(&self, set: &RuleSet, environment: Option<&Environment>) -> Vec<SeverityByPath> {
        let mut by_path: Vec<SeverityByPath> = Vec::new();
        for block in self.rule_blocks(environment) {
            let Some(severity) = &block.severity else { continue };
            let named =
                |rule: &str| set.rule(rule).is_some_and(|rule| selects(&block.rule.value, rule).is_some());
            if block.paths.is_empty() {
                // A later block for all places takes the word from an earlier one for some.
                by_path.iter_mut().for_each(|earlier| earlier.rules.retain(|rule| !named(rule)));
                continue;
            }
            let rules = set.rules.iter().filter(|rule| selects(&block.rule.value, rule).is_some());
            by_path.push(SeverityByPath {
                rules: rules.map(|rule| rule.id.to_string()).collect(),
                base: self.base.clone(),
                paths: block.paths.clone(),
                severity: match severity.value {
                    NewSeverity::Is(severity) => Some(severity),
                    NewSeverity::Off => None,
                },
            });
        }
        by_path
    }
}

fn set_parameter(rule: &mut Rule, name: &str, value: Value) {
    if let Some(parameter) = rule.parameters.iter_mut().find(|parameter| parameter.name == name) {
        parameter.default = value;
    }
}
