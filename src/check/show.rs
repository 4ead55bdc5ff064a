//! Shows what holds for every root module and plan, and why; checks nothing.

use std::path::Path;
use std::sync::Arc;

use super::inputs::Inputs;
use super::say;
use crate::report::Report;
use crate::report::configuration::{ConfigGroup, ConfigReport};
use crate::rule::RuleSet;
use crate::settings::Settings;

/// Finds out what holds for everything that the settings name.
pub(super) fn show(settings: &Settings, rules: &Arc<RuleSet>) -> ConfigReport {
    let Inputs { configs, project, units, plans, mut problems, .. } = Inputs::read(settings, rules);
    let roots: Vec<_> =
        units.iter().filter(|unit| unit.kind.is_unit()).map(|unit| unit.directory.clone()).collect();
    let mut groups: Vec<ConfigGroup> = Vec::new();
    let roots = roots.iter().map(|root| (root.as_path(), root.as_path()));
    let plans = plans.iter().map(|(plan, beside)| (plan.as_path(), beside.as_path()));
    for (shown, directory) in roots.chain(plans) {
        let policy = configs.policy(&settings.asked, directory, &project.reader);
        let config = configs.of(directory).map(|config| config.path.as_path());
        let own = (shown.to_owned(), policy.shown_for_root());
        let is_same = |group: &&mut ConfigGroup| group.config.as_deref() == config.map(Path::new);
        match groups.iter_mut().find(is_same) {
            Some(group) => group.roots.push(own),
            None => groups.push(ConfigGroup {
                config: config.map(Path::to_owned),
                settings: policy.shown(),
                roots: vec![own],
            }),
        }
    }
    // What is wrong with Terraform files is for a check to say.
    problems.retain(|problem| !problem.id.starts_with("config/"));
    let mut report = Report { sources: project.sources, ..Report::default() };
    say(&mut report, problems);
    report.sort();
    ConfigReport { report, groups }
}
