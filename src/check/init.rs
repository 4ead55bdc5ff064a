//! `buttress init`: works out what a project could say in its config, from what a check of it meets.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::convert;
use super::{examined, of_each_root};
use crate::budget::Account;
use crate::estate::{Estate, Mode, SymbolKind, UnitKind};
use crate::files::path::seen_from;
use crate::progress::Progress;
use crate::report::fixes::ChangedFile;
use crate::report::proposal::{ConfigProposal, GuessedRoot, Placeholder, ProposedAssumption};
use crate::report::{Report, Undecided};
use crate::rule::RuleSet;
use crate::settings::{Peer, Settings};
use crate::value::{CauseKind, Step, Str};

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
    let names = names(&settings, rules);
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
        assumptions: proposed(&report, &names),
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

/// What the root modules call what is unknown.
#[derive(Default)]
struct AssumedNames {
    /// The types of variables, by name.
    types: FxHashMap<Str, Str>,
    /// The attributes of data sources to which something refers, by the address of each.
    attributes: BTreeMap<Str, BTreeSet<Str>>,
}

/// Answers to all that is unknown, each once: several variables may decide together, and each alone as well.
fn proposed(report: &Report, names: &AssumedNames) -> Vec<ProposedAssumption> {
    let mut all: Vec<ProposedAssumption> = Vec::new();
    for one in report.undecided() {
        for subject in &one.subjects {
            for own in assumptions(&one, subject, names) {
                match all.iter_mut().find(|known| known.address == own.address) {
                    Some(known) => known.verdicts += own.verdicts,
                    None => all.push(own),
                }
            }
        }
    }
    all
}

/// Answers to one thing that is unknown, as far as a config can give them: what is assumed is a variable, or an attribute.
fn assumptions(undecided: &Undecided, address: &Str, names: &AssumedNames) -> Vec<ProposedAssumption> {
    let verdicts = undecided.verdicts;
    match undecided.kind {
        CauseKind::VariableWithoutDefault if address.starts_with("var.") => {
            let type_ = names.types.get(address.trim_start_matches("var.")).map_or("any", Str::as_str);
            let placeholder = match type_ {
                "bool" => Placeholder::Bool,
                "number" => Placeholder::Number,
                "string" => Placeholder::String,
                type_ if ["list", "set", "tuple"].iter().any(|list| type_.starts_with(list)) => {
                    Placeholder::List
                }
                _ => Placeholder::Any,
            };
            vec![ProposedAssumption { address: address.clone(), verdicts, placeholder }]
        }
        CauseKind::DataSource if address.starts_with("data.") => {
            let used = names.attributes.get(address).into_iter().flatten();
            let proposed = used.map(|name| ProposedAssumption {
                address: ecow::eco_format!("{address}.{name}"),
                verdicts,
                placeholder: if name.ends_with('s') { Placeholder::List } else { Placeholder::String },
            });
            proposed.collect()
        }
        _ => Vec::new(),
    }
}

/// The names of all root modules.
fn names(settings: &Settings, rules: &Arc<RuleSet>) -> AssumedNames {
    let (_, roots) = of_each_root(settings, rules, |job, _, _| {
        let variables = job.estate.modules.iter().filter(|module| module.address.is_root());
        let types = variables.flat_map(|module| &module.variables).filter_map(|variable| {
            let type_ = variable.facts.get("type")?.as_str()?;
            Some((variable.name.clone(), Str::from(type_)))
        });
        ((types.collect::<Vec<_>>(), attributes(&job.estate)), Account::default())
    });
    let mut names = AssumedNames::default();
    for (types, attributes) in roots {
        names.types.extend(types);
        for (address, name) in attributes {
            names.attributes.entry(address).or_default().insert(name);
        }
    }
    names
}

/// The attributes of data sources to which resources refer, each with the address of its data source.
fn attributes(estate: &Estate) -> Vec<(Str, Str)> {
    let mut found = Vec::new();
    for (_, value) in estate.instances.iter().flat_map(|instance| &instance.body.items) {
        value.each_reference(&mut |origin| {
            let symbol = estate.symbol(origin.symbol);
            let symbol = symbol.filter(|symbol| symbol.kind == SymbolKind::Instance(Mode::Data));
            if let (Some(symbol), Some(Step::Key(name))) = (symbol, origin.path.first()) {
                found.push((symbol.address.clone(), name.clone()));
            }
        });
    }
    found
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
