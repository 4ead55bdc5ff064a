//! Environments that the user names: which of those that are known are checked, and what a name is taken for.

use std::collections::BTreeSet;

use super::roots::Job;
use crate::diagnostic::{Diagnostic, nearest};
use crate::environment::{Environment, are_beside, words};
use crate::settings::{AskedEnvironment, Settings};

/// Keeps the root modules of the environments that the user has chosen by nothing but their names.
pub(super) fn select(jobs: &mut Vec<Job>, settings: &Settings, problems: &mut Vec<Diagnostic>) {
    let asked = &settings.values.environments;
    let chosen: Vec<&str> = asked.iter().filter_map(AskedEnvironment::selected).collect();
    if chosen.is_empty() {
        return;
    }
    // Other parts may have it: the merge says whether one has.
    let is_whole = settings.part.is_none() && settings.absent.is_none();
    for name in chosen.iter().filter(|_| is_whole) {
        let is_one = |job: &Job| job.environment.as_ref().is_some_and(|own| own.is(name));
        if !jobs.iter().any(is_one) {
            problems.push(no_such(name, jobs));
        }
    }
    let added = asked.iter().filter(|own| own.selected().is_none()).filter_map(|own| own.name.as_deref());
    let wanted: Vec<&str> = chosen.iter().copied().chain(added).collect();
    // A name that some environment has as it is means that one only.
    let has_name = |name: &&str| {
        jobs.iter().filter_map(|job| job.environment.as_ref()).any(|own| own.full_name == *name)
    };
    let (exact, others): (Vec<&str>, Vec<&str>) = wanted.into_iter().partition(has_name);
    jobs.retain(|job| {
        job.environment.as_ref().is_some_and(|own| {
            exact.contains(&own.full_name.as_str()) || others.iter().any(|name| own.is(name))
        })
    });
}

/// The problems of environments that the user names twice: both would be checked, and neither told from the other.
pub(super) fn named_twice(asked: &[AskedEnvironment]) -> Vec<Diagnostic> {
    let mut seen = BTreeSet::new();
    let names = asked.iter().filter_map(|environment| environment.name.as_deref());
    let twice: BTreeSet<&str> = names.filter(|name| !seen.insert(*name)).collect();
    let problem = |name: &str| {
        let message = format!("`--environment` names `{name}` twice");
        let help = "name it once, with all its files: `NAME=FILE,FILE`, of which the last one wins";
        Diagnostic::error("environment/duplicate", message).help(help)
    };
    twice.into_iter().map(problem).collect()
}

/// The problem of a name that no environment has.
fn no_such(name: &str, jobs: &[Job]) -> Diagnostic {
    let known: BTreeSet<&str> =
        jobs.iter().filter_map(|job| Some(job.environment.as_ref()?.full_name.as_str())).collect();
    // Most environments are called after a word, with something before or behind it.
    let by_word = || {
        let word = nearest(name, words())?;
        known.iter().copied().find(|known| are_beside(known, word))
    };
    let help = match nearest(name, known.iter().copied()).or_else(by_word) {
        Some(near) => format!("did you mean `{near}`?"),
        None if known.is_empty() => {
            "no environment is known here: give its files, as in `--environment NAME=FILE`".to_owned()
        }
        None => {
            let named: Vec<String> = known.iter().map(|name| format!("`{name}`")).collect();
            format!("the environments here are {}; `--show-roots` lists them", named.join(", "))
        }
    };
    Diagnostic::error("environment/unknown", format!("there is no environment `{name}`")).help(help)
}

/// The fewest letters of a name for which another one is guessed.
const MIN_GUESSED: usize = 4;

/// The problem of a name that does not tell whether it is production.
pub(super) fn untold(environment: &Environment) -> Option<Diagnostic> {
    let Environment { name, is_told, is_production, reason, .. } = environment;
    if *is_told {
        return None;
    }
    if environment.is_contradicted() {
        let message = format!(
            "the environment `{name}` is taken for production: its name says otherwise, but {reason}"
        );
        let help =
            "name it after what it is, or say `production = false` in an `environment` block of the config";
        return Some(Diagnostic::warning("environment/untold", message).help(help));
    }
    let taken = if *is_production { "production" } else { "another" };
    let message = format!(
        "nothing tells whether the environment `{name}` is production: it is taken for {taken}. It is an environment because {reason}"
    );
    // Nearly every word is near to a name of a few letters.
    let is_long = name.chars().count() >= MIN_GUESSED;
    let near = nearest(name, words())
        .filter(|_| is_long)
        .map(|near| format!("did you mean `{near}`? Otherwise say "));
    let help = format!(
        "{}`production = true` or `false` in an `environment` block of the config",
        near.as_deref().unwrap_or("say ")
    );
    Some(Diagnostic::warning("environment/untold", message).help(help))
}
