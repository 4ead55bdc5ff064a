//! What is wrong with a config only shows beside the rules: names of rules, parameters, editions.

use super::blocks::RuleBlock;
use super::selector::{self, WrongName, selects};
use super::{Config, Configs};
use crate::decode::{Spanned, suggest};
use crate::diagnostic::Diagnostic;
use crate::rule::{Rule, RuleParameter, RuleSet};
use crate::settings::Asked;
use crate::value::{Kind, Str, Value};

impl Configs {
    /// Everything in arguments and configs that the rules show to be wrong.
    #[must_use]
    pub fn verify(&self, asked: &Asked, set: &RuleSet) -> Vec<Diagnostic> {
        let mut problems = Vec::new();
        for (option, names) in [("--select", &asked.select), ("--ignore", &asked.ignore)] {
            for name in names {
                problems.extend(wrong_name(name, option, set));
            }
        }
        self.all().for_each(|config| config.verify(set, &mut problems));
        problems
    }
}

impl Config {
    fn verify(&self, set: &RuleSet, problems: &mut Vec<Diagnostic>) {
        let lists = [("select", &self.general.select), ("ignore", &self.general.ignore)];
        let listed = lists.into_iter().flat_map(|(name, list)| {
            list.iter().flat_map(move |list| list.value.iter().map(move |rule| (name, rule)))
        });
        let in_blocks = self.rules.iter().map(|block| ("rule", &block.rule));
        for (what, name) in listed.chain(in_blocks).filter(|(_, name)| !name.value.is_empty()) {
            let problem = wrong_name(&name.value, what, set);
            problems.extend(problem.map(|problem| problem.at(name.span, "named here")));
        }
        self.rules.iter().for_each(|block| check_parameters(block, set, problems));
        problems.extend(self.wrong_edition(set));
    }

    /// An edition from after this program, or from before all rules.
    fn wrong_edition(&self, set: &RuleSet) -> Option<Diagnostic> {
        let edition = self.general.edition.as_ref()?;
        let known = || set.rules.iter().filter_map(|rule| rule.since);
        let (first, last) = (known().min()?, known().max()?);
        let (message, help) = if edition.value > last {
            let message = format!("this version of buttress does not know the edition {}", edition.value);
            (message, format!("its newest edition is {last}: use a newer version, or name that edition"))
        } else if edition.value < first {
            let message = format!("there is no rule in the edition {}", edition.value);
            (message, format!("the first edition is {first}"))
        } else {
            return None;
        };
        Some(Diagnostic::error("settings/edition", message).at(edition.span, "no such edition").help(help))
    }
}

/// The problem of a name that selects no rule, or by a name of former days.
fn wrong_name(name: &str, place: &str, set: &RuleSet) -> Option<Diagnostic> {
    match selector::check(name, set).err()? {
        WrongName::Former(now) => {
            let message = format!("the rule `{name}` in `{place}` has been renamed to `{now}`");
            Some(Diagnostic::warning("settings/renamed-rule", message).help(format!("write `{now}`")))
        }
        WrongName::Nothing(near) => {
            let message = format!("there is no rule or principle `{name}`, which `{place}` names");
            let help = near.map_or_else(
                || "`buttress rules` lists all rules by principle; `*` stands for any characters".to_owned(),
                |near| format!("did you mean `{near}`?"),
            );
            Some(Diagnostic::error("settings/unknown-rule", message).help(help))
        }
    }
}

/// Reports parameters that no selected rule has, and values of another type than the rule's own.
fn check_parameters(block: &RuleBlock, set: &RuleSet, problems: &mut Vec<Diagnostic>) {
    let rules: Vec<&Rule> = set
        .rules
        .iter()
        .filter(|rule| selects(&block.rule.value, rule).is_some())
        .map(AsRef::as_ref)
        .collect();
    if rules.is_empty() {
        return;
    }
    for (name, value) in &block.parameters {
        let found = |rule: &&Rule| -> Option<RuleParameter> {
            rule.parameters.iter().find(|parameter| parameter.name == name.value).cloned()
        };
        let parameters: Vec<RuleParameter> = rules.iter().filter_map(found).collect();
        if parameters.is_empty() {
            problems.push(no_parameter(name, block, &rules));
        }
        let wrong = parameters.iter().find_map(|parameter| wanted(&parameter.default, &value.value));
        if let Some(wanted) = wrong {
            let message = format!("the parameter `{}` must be {wanted}", name.value);
            problems.push(Diagnostic::error("settings/parameters", message).at(value.span, "something else"));
        }
    }
}

fn no_parameter(name: &Spanned<Str>, block: &RuleBlock, rules: &[&Rule]) -> Diagnostic {
    let message = format!("`{}` has no parameter `{}`", block.rule.value, name.value);
    let problem = Diagnostic::error("settings/parameters", message).at(name.span, "unknown name");
    let mut known: Vec<&str> =
        rules.iter().flat_map(|rule| &rule.parameters).map(|parameter| parameter.name.as_str()).collect();
    known.sort_unstable();
    known.dedup();
    suggest(problem, &name.value, known.into_iter())
}

/// What a value must be that takes the place of another; `None` if it is.
pub(super) fn wanted(default: &Value, value: &Value) -> Option<&'static str> {
    let is_number = |value: &Value| matches!(value.kind, Kind::Number(_));
    let (wanted, is_right) = match &default.kind {
        Kind::Bool(_) => ("`true` or `false`", matches!(value.kind, Kind::Bool(_))),
        Kind::Number(_) => ("a number", is_number(value)),
        Kind::String(_) => ("a string", value.as_str().is_some()),
        _ if default.as_sequence().is_some() => ("a list", value.as_sequence().is_some()),
        _ if default.as_entries().is_some() => ("an object", value.as_entries().is_some()),
        _ => return None,
    };
    (!is_right).then_some(wanted)
}
