//! Unknowns by their names: the verdicts that wait for them, and what would decide them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::RootNames;
use crate::address::ModuleAddress;
use crate::estate::{Estate, Mode, SymbolKind};
use crate::graph::{Graph, NodeKind};
use crate::report::Report;
use crate::report::explained::{ExplainedUnknown, UndecidedRule, UnknownRemedy};
use crate::value::literal::quoted;
use crate::value::{Cause, CauseKind, Step, Str, Value};

/// The most attributes or outputs for which an assumption is written out.
const MAX_ASSUMED: usize = 5;

/// The types of the variables of a root, and what is used of its data sources and of modules that are not there.
pub(super) fn facts(graph: &Graph<'_>, root: usize, estate: &Estate) -> RootNames {
    let mut facts = RootNames::default();
    for (name, value) in &estate.variables {
        let cause = value.first_cause().map(|cause| name_of(cause.root()));
        let address = ecow::eco_format!("var.{name}");
        if let Some(cause) = cause.filter(|cause| *cause != address) {
            facts.through.entry(cause).or_insert(address);
        }
    }
    for (_, node) in graph.nodes_of_root(root) {
        match node.kind {
            NodeKind::Variable => {
                let type_ = node.value.as_entries().and_then(|entries| entries.get("type"));
                let type_ = type_.and_then(Value::as_str).map(str::to_owned);
                facts.types.insert(node.address.clone(), (type_, node.place.header()));
            }
            NodeKind::Resource(_) => {
                node.value.each_reference(&mut |origin| {
                    let Some(symbol) = graph.symbol(origin.symbol) else { return };
                    let is_asked =
                        matches!(symbol.kind, SymbolKind::Instance(Mode::Data) | SymbolKind::UnloadedModule);
                    if let Some(Step::Key(name)) = origin.path.first().filter(|_| is_asked) {
                        facts.used.entry(symbol.address.clone()).or_default().insert(name.clone());
                    }
                });
            }
            NodeKind::Call | NodeKind::Module | NodeKind::Requirement | NodeKind::Output => {}
        }
    }
    facts
}

/// The names of all unknowns that unknown verdicts wait for.
pub(super) fn names(report: &Report) -> BTreeSet<String> {
    let of_chain = report.unknown_verdicts().flat_map(|entry| chain(&entry.what.cause).cloned());
    let needed = report.unknown_verdicts().flat_map(|entry| entry.what.cause.variables());
    of_chain.chain(needed).map(|cause| name_of(&cause)).collect()
}

/// A cause, and what it comes from.
fn chain(cause: &Arc<Cause>) -> impl Iterator<Item = &Arc<Cause>> {
    std::iter::successors(Some(cause), |cause| cause.from.as_ref())
}

/// How the summary calls a cause: by its subject, or by a sentence if it has none.
fn name_of(cause: &Cause) -> String {
    if cause.subject.is_empty() { cause.to_string() } else { cause.subject.to_string() }
}

/// Whether a cause has this name; an attribute of a data source or module that is not known has its name in front.
fn is_named(cause: &Cause, asked: &str) -> bool {
    let rest = asked.strip_prefix(cause.subject.as_str()).filter(|_| !cause.subject.is_empty());
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.') && is_of_many(cause.kind))
        || cause.to_string() == asked
}

/// Whether the subject of such a cause has attributes, each of which may be asked about.
const fn is_of_many(kind: CauseKind) -> bool {
    matches!(
        kind,
        CauseKind::DataSource
            | CauseKind::ModuleNotLoaded
            | CauseKind::NoModuleDirectory
            | CauseKind::ModuleOutside
    )
}

/// The unknowns with this name, with everything that waits for them.
pub(super) fn named(report: &Report, facts: &[&RootNames], asked: &str) -> Vec<ExplainedUnknown> {
    let asked = asked.trim_matches('`');
    let mut found: BTreeMap<(CauseKind, String), (ExplainedUnknown, Arc<Cause>)> = BTreeMap::new();
    for entry in report.unknown_verdicts() {
        // Several variables may have to be known: the verdict waits for each of them.
        let needed = entry.what.cause.variables();
        let (cause, passed_on) = match chain(&entry.what.cause).find(|cause| is_named(cause, asked)) {
            Some(named) => (entry.what.cause.root(), named.from.is_some()),
            None => match needed.iter().find(|cause| is_named(cause, asked)) {
                Some(cause) => (cause, false),
                None => continue,
            },
        };
        let (unknown, _) = found.entry((cause.kind, name_of(cause))).or_insert_with(|| {
            let unknown = ExplainedUnknown {
                name: name_of(cause),
                passed_on,
                text: cause.to_string(),
                places: Vec::new(),
                type_: None,
                verdicts: Vec::new(),
                together: BTreeSet::new(),
                remedies: Vec::new(),
            };
            (unknown, cause.clone())
        });
        unknown.places.extend(cause.span);
        let further = needed.iter().filter(|other| other.subject != cause.subject);
        unknown.together.extend(further.map(|other| name_of(other)));
        let roots = entry.root.iter().chain(&entry.also);
        let nodes: Vec<(usize, Str)> = roots.map(|root| (*root, entry.what.address.clone())).collect();
        for rule in entry.what.rules() {
            match unknown.verdicts.iter_mut().find(|known| known.rule == *rule) {
                Some(known) => known.nodes.extend(nodes.iter().cloned()),
                None => unknown.verdicts.push(UndecidedRule { rule: rule.clone(), nodes: nodes.clone() }),
            }
        }
    }
    let found = found.into_values().map(|(mut unknown, cause)| {
        unknown.places.sort_unstable();
        unknown.places.dedup();
        unknown.verdicts.sort_by(|a, b| a.rule.cmp(&b.rule));
        unknown.type_ = facts.iter().find_map(|facts| facts.types.get(&cause.subject)?.0.clone());
        unknown.remedies = remedies(&cause, facts, unknown.type_.as_deref(), asked);
        // A variable that passes an unknown on can be assumed where the unknown itself cannot.
        if let Some(variable) = facts.iter().find_map(|facts| facts.through.get(&unknown.name)) {
            let type_ = facts.iter().find_map(|facts| facts.types.get(variable)?.0.as_deref());
            unknown.remedies.push(assumed(variable, example(type_.unwrap_or_default())));
        }
        unknown
    });
    found.collect()
}

/// What would decide a cause, the simplest first.
fn remedies(cause: &Cause, facts: &[&RootNames], type_: Option<&str>, asked: &str) -> Vec<UnknownRemedy> {
    let one = |what, text: String| UnknownRemedy { what, text };
    let subject = cause.subject.as_str();
    let or_assumed = |mut all: Vec<UnknownRemedy>| {
        let used = facts.iter().filter_map(|facts| facts.used.get(&cause.subject)).flatten();
        all.extend(assumptions(subject, used, asked));
        all
    };
    let plan = || one("check a plan", "terraform show -json tfplan | buttress check -".to_owned());
    match cause.kind {
        CauseKind::VariableWithoutDefault => variable(subject, example(type_.unwrap_or_default())),
        CauseKind::DataSource => {
            let mut all = or_assumed(Vec::new());
            all.push(plan());
            all
        }
        CauseKind::ModuleNotLoaded => or_assumed(vec![
            one("fetch the module", "terraform get".to_owned()),
            one("or name a directory with copies of modules", "--module-dir DIR".to_owned()),
        ]),
        CauseKind::NoModuleDirectory => or_assumed(vec![one(
            "correct `source`, or add the directory",
            "source = \"./DIR\" # relative to the file with the block".to_owned(),
        )]),
        CauseKind::ModuleOutside => or_assumed(vec![
            one("check a directory that contains both", "buttress check ..".to_owned()),
            one("or name the module's directory", "--module-dir DIR".to_owned()),
        ]),
        CauseKind::EnvironmentVariable => match subject.strip_prefix("TF_VAR_") {
            Some(name) => {
                vec![one("let the process give it", format!("TF_VAR_{name}=… buttress check --env-vars"))]
            }
            None => Vec::new(),
        },
        CauseKind::Workspace => vec![one("name the workspace", "--workspace NAME".to_owned())],
        CauseKind::BeforeNotKnown | CauseKind::InstancesNotKnown => vec![plan()],
        CauseKind::KnownAfterApply | CauseKind::DecidedByProvider => {
            vec![one("check the state after the apply", "terraform show -json | buttress check -".to_owned())]
        }
        CauseKind::ImpureFunction
        | CauseKind::UnknownFunction
        | CauseKind::FileNotRead
        | CauseKind::Limit
        | CauseKind::Error
        | CauseKind::OutsideConfiguration
        | CauseKind::NotExecuted
        | CauseKind::OtherPart => Vec::new(),
    }
}

/// Ways to give a variable a value: an option, a line of a values file, an assumption; in a module, the argument of its call.
fn variable(subject: &str, example: &str) -> Vec<UnknownRemedy> {
    let one = |what, text: String| UnknownRemedy { what, text };
    let Some(name) = subject.strip_prefix("var.") else {
        let (module, name) = subject.rsplit_once(".var.").unwrap_or(("", subject));
        let module = ModuleAddress::parse(module).unwrap_or_default();
        let call = module.calls().last().map(|(name, _)| name.to_owned()).unwrap_or_default();
        return vec![one(
            "an argument of the module's call",
            format!("module \"{call}\" {{\n  {name} = {example}\n}}"),
        )];
    };
    vec![
        one("an option", format!("--var '{name}={}'", example.trim_matches('"'))),
        one("a line of a values file, such as `terraform.tfvars`", format!("{name} = {example}")),
        assumed(subject, example),
    ]
}

/// An assumption that gives a value.
fn assumed(address: &str, value: &str) -> UnknownRemedy {
    UnknownRemedy {
        what: "an assumption in `buttress.hcl`",
        text: format!("assume {} {{\n  value  = {value}\n  reason = \"how you know\"\n}}", quoted(address)),
    }
}

/// Assumptions about the attributes or outputs that something refers to; about the one that was asked for, if it is one.
fn assumptions<'a>(subject: &str, used: impl Iterator<Item = &'a Str>, asked: &str) -> Vec<UnknownRemedy> {
    // Nothing is assumed of what lies deeper, such as a resource in a module that is not there.
    let own = asked.strip_prefix(subject).and_then(|rest| rest.strip_prefix('.'));
    let own = own.filter(|name| !name.contains(['.', '[']));
    let names: BTreeSet<&str> = match own {
        Some(name) => BTreeSet::from([name]),
        None => used.map(Str::as_str).collect(),
    };
    let one = |name: &str| match name.ends_with('s') {
        true => UnknownRemedy {
            what: "an assumption in `buttress.hcl`",
            text: format!(
                "assume {} {{\n  length = 3\n  zones  = 3\n  reason = \"how you know\"\n}}",
                quoted(&format!("{subject}.{name}"))
            ),
        },
        false => assumed(&format!("{subject}.{name}"), "\"…\""),
    };
    names.into_iter().take(MAX_ASSUMED).map(one).collect()
}

/// A value of a type, to be replaced.
fn example(type_: &str) -> &'static str {
    match type_.split('(').next().unwrap_or_default().trim() {
        "bool" => "true",
        "number" => "3",
        "list" | "set" | "tuple" if type_.contains("string") => "[\"…\"]",
        "list" | "set" | "tuple" => "[…]",
        "map" | "object" => "{ … }",
        _ => "\"…\"",
    }
}
