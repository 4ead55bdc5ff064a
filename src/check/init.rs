//! `buttress init`: works out what a project could say in its config, from what a check of it meets.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::convert;
use super::{examined, of_each_root};
use crate::budget::Account;
use crate::estate::UnitKind;
use crate::files::path::seen_from;
use crate::progress::Progress;
use crate::report::fixes::ChangedFile;
use crate::report::proposal::{ConfigProposal, GuessedRoot, Placeholder, ProposedAssumption};
use crate::report::{Report, Undecided};
use crate::rule::RuleSet;
use crate::settings::{Peer, Settings};
use crate::value::{CauseKind, Str};

/// A proposed config, and what comes with it.
#[derive(Debug, Default)]
pub struct Initialised {
    /// The report of the check that it was worked out from.
    pub report: Report,
    pub proposal: ConfigProposal,
    /// The files in which comments for other tools become ours.
    pub files: Vec<ChangedFile>,
}

/// Works out a config for a directory.
pub(super) fn init(
    directory: &Path,
    converts: bool,
    rules: &Arc<RuleSet>,
    progress: &Progress,
) -> Initialised {
    let mut settings = Settings { paths: vec![directory.to_owned()], ..Settings::default() };
    settings.suppressing.honour = Peer::ALL.to_vec();
    let examined = examined(&settings, rules, progress, Vec::new());
    let conversion = convert::converted(&examined, &settings, rules, progress, converts);
    let types = types(&settings, rules);
    let report = examined.report;
    let real = examined.reader.real_or_absolute(directory);
    let place = |path: &Path| {
        let real = real.as_ref().zip(examined.reader.real_or_absolute(path));
        real.map_or_else(|| path.to_string_lossy().into_owned(), |(top, path)| seen_from(top, &path))
    };
    let honour: BTreeSet<Peer> = conversion.left_peers.iter().copied().collect();
    let proposal = ConfigProposal {
        edition: rules.rules.iter().filter_map(|rule| rule.since).max().map(|edition| edition.to_string()),
        honour: honour.into_iter().collect(),
        assumptions: report.undecided().iter().filter_map(|one| assumption(one, &types)).collect(),
        guessed: report
            .directories
            .iter()
            .filter(|listed| listed.kind == UnitKind::Applicable)
            .map(|listed| GuessedRoot { path: place(&listed.path), reason: listed.reason.clone() })
            .collect(),
        environments: environments(&report, place),
        converted: conversion.converted,
        left: conversion.left,
    };
    Initialised { report, proposal, files: conversion.files }
}

/// An answer to what is unknown, if a config can give one.
fn assumption(undecided: &Undecided, types: &FxHashMap<Str, Str>) -> Option<ProposedAssumption> {
    let address = undecided.subjects.first()?;
    let placeholder = match undecided.kind {
        CauseKind::VariableWithoutDefault if address.starts_with("var.") => {
            let type_ = types.get(address.trim_start_matches("var.")).map_or("any", Str::as_str);
            match type_ {
                "bool" => Placeholder::Bool,
                "number" => Placeholder::Number,
                "string" => Placeholder::String,
                type_ if ["list", "set", "tuple"].iter().any(|list| type_.starts_with(list)) => {
                    Placeholder::List
                }
                _ => Placeholder::Any,
            }
        }
        CauseKind::DataSource if address.starts_with("data.") => Placeholder::List,
        _ => return None,
    };
    let verdicts = undecided.verdicts;
    Some(ProposedAssumption { address: address.clone(), verdicts, placeholder })
}

/// The types of the variables of all root modules, by name.
fn types(settings: &Settings, rules: &Arc<RuleSet>) -> FxHashMap<Str, Str> {
    let (_, roots) = of_each_root(settings, rules, |job, _, _| {
        let variables = job.estate.modules.iter().filter(|module| module.address.is_root());
        let types = variables.flat_map(|module| &module.variables).filter_map(|variable| {
            let type_ = variable.facts.get("type")?.as_str()?;
            Some((variable.name.clone(), Str::from(type_)))
        });
        (types.collect::<Vec<_>>(), Account::default())
    });
    roots.into_iter().flatten().collect()
}

/// The environments that names tell, with their root modules.
fn environments(report: &Report, place: impl Fn(&Path) -> String) -> Vec<(String, Vec<String>)> {
    let mut all: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for root in &report.roots {
        if let Some(environment) = &root.environment {
            all.entry(environment.clone()).or_default().insert(place(&root.path));
        }
    }
    all.into_iter().map(|(environment, roots)| (environment, roots.into_iter().collect())).collect()
}
