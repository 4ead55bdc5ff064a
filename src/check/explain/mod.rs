//! Explains an address or an unknown: what its values are and where they come from, and what rules say of it.

mod node;
mod unknown;
mod values;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::check_and_ask;
use super::roots::Job;
use crate::address::{Address, Glob, ModuleAddress};
use crate::budget::{Account, Allowance};
use crate::diagnostic::nearest;
use crate::estate::NamedValue;
use crate::graph::{Node, NodeKind};
use crate::progress::Progress;
use crate::report::Report;
use crate::report::explained::{
    ExplainReport, ExplainedNode, ExplainedRoot, ExplainedVariable, FurtherNode, VerdictKind,
};
use crate::rule::RuleSet;
use crate::rule::asked::{NodeVerdict, verdicts_about};
use crate::rule::run::{Landscape, RootQuestion};
use crate::rule::verdict::Verdict;
use crate::settings::Settings;
use crate::text::Span;
use crate::value::{NodeId, Str};
use node::RootView;

/// The most nodes of one root that are told in full; what a pattern matches besides is only listed.
const MAX_IN_FULL: usize = 5;

/// Explains an address, a pattern of addresses, or an unknown, in everything that the settings name. With `all`, whatever has the
/// address is told in full.
pub(super) fn explain(
    settings: &Settings,
    rules: &Arc<RuleSet>,
    progress: &Progress,
    asked: &str,
    all: bool,
) -> ExplainReport {
    let wanted = WantedNodes::of(asked);
    let (report, answers) =
        check_and_ask(settings, rules, progress, Vec::new(), |index, job, judging, share| {
            look(index, job, &judging.now, &wanted, all, share)
        });
    let mut explained = ExplainReport { report, asked: asked.to_owned(), ..ExplainReport::default() };
    let mut roots = Vec::with_capacity(answers.len());
    for (index, RootAnswer { root, names, variables, facts }) in answers.into_iter().enumerate() {
        let known = variables.into_iter().map(|variable| ExplainedVariable { root: index, ..variable });
        explained.variables.extend(known);
        explained.roots.push(root);
        roots.push((names, facts));
    }
    let facts: Vec<&RootNames> = roots.iter().map(|(_, facts)| facts).collect();
    explained.unknowns = unknown::named(&explained.report, &facts, asked);
    if !explained.unknowns.is_empty() {
        explained.variables.retain(|variable| variable.cause.is_none());
    }
    for (index, root) in explained.roots.iter_mut().enumerate() {
        root.nodes.iter_mut().for_each(|node| set_aside(&explained.report, index, node));
    }
    if explained.is_empty() {
        let names = roots.iter().flat_map(|(names, _)| names.iter().map(String::as_str));
        let unknowns = unknown::names(&explained.report);
        let names: BTreeSet<&str> = names.chain(unknowns.iter().map(String::as_str)).collect();
        let near = nearest(asked, names.iter().copied()).or_else(|| of_same_type(asked, &names));
        explained.near = near.map(str::to_owned);
    }
    explained
}

/// The first address of the type that an address has: its name may be quite another one.
fn of_same_type<'a>(asked: &str, names: &BTreeSet<&'a str>) -> Option<&'a str> {
    let asked = Address::parse(asked)?;
    let is_alike = |name: &&&str| {
        Address::parse(name).is_some_and(|own| own.mode() == asked.mode() && own.type_() == asked.type_())
    };
    names.iter().find(is_alike).copied()
}

/// Which nodes an argument means.
struct WantedNodes {
    text: String,
    glob: Option<Glob>,
    /// The module instance or call, if it is one.
    module: Option<ModuleAddress>,
}

impl WantedNodes {
    fn of(text: &str) -> Self {
        let normal = Address::parse(text).map(|address| address.text().to_string());
        Self {
            text: normal.unwrap_or_else(|| text.to_owned()),
            glob: Glob::parse(text).ok(),
            module: ModuleAddress::parse(text).filter(|module| !module.is_root()),
        }
    }

    /// Whether a node has the address.
    fn has(&self, node: &Node) -> bool {
        match node.kind {
            NodeKind::Resource(_) => {
                node.address == self.text
                    || self.glob.as_ref().is_some_and(|glob| glob.matches(&Address::read(&node.address)))
            }
            NodeKind::Call => {
                let Some(call) = ModuleAddress::parse(&node.address) else { return false };
                let is_instance = |module: &ModuleAddress| {
                    module.is_within(&call) && module.calls().count() == call.calls().count()
                };
                self.module.as_ref().is_some_and(is_instance)
                    || self.glob.as_ref().is_some_and(|glob| glob.matches_module(&call))
            }
            NodeKind::Module | NodeKind::Requirement | NodeKind::Variable | NodeKind::Output => false,
        }
    }

    /// Whether a node is in the module that the address names.
    fn is_around(&self, node: &Node) -> bool {
        let NodeKind::Resource(_) = node.kind else { return false };
        self.module.as_ref().is_some_and(|module| Address::read(&node.address).module().is_within(module))
    }
}

/// What one root says of the question.
struct RootAnswer {
    root: ExplainedRoot,
    /// Names that could have been meant; empty if something has the address.
    names: Vec<String>,
    /// Variables of the name.
    variables: Vec<ExplainedVariable>,
    facts: RootNames,
}

/// What the names of unknowns stand for in a root.
#[derive(Default)]
struct RootNames {
    /// The types of variables by address, and their places.
    types: BTreeMap<Str, (Option<String>, Option<Span>)>,
    /// The first variable of the root module that passes an unknown on, by the name of the unknown.
    through: BTreeMap<String, Str>,
    /// The attributes and outputs that something refers to, by the address of the data source or module.
    used: BTreeMap<Str, BTreeSet<Str>>,
}

fn look(
    index: usize,
    job: &Job,
    landscape: &Landscape<'_>,
    wanted: &WantedNodes,
    all: bool,
    allowance: Allowance,
) -> (RootAnswer, Account) {
    let graph = landscape.graph;
    let own: Vec<(NodeId, &Node)> = graph.nodes_of_root(index).collect();
    let nodes: Vec<(NodeId, &Node)> = own.iter().copied().filter(|(_, node)| wanted.has(node)).collect();
    let most = if all || nodes.len() <= MAX_IN_FULL { nodes.len() } else { 0 };
    let is_told = |id: NodeId| nodes.iter().any(|(told, _)| *told == id);
    let inner = own.iter().copied().filter(|(id, node)| wanted.is_around(node) && !is_told(*id));
    let further: Vec<(NodeId, &Node)> = nodes.iter().skip(most).copied().chain(inner).collect();
    let in_full: Vec<(NodeId, &Node)> = nodes.into_iter().take(most).collect();
    let ids: Vec<NodeId> = in_full.iter().chain(&further).map(|(id, _)| *id).collect();
    let mut root = ExplainedRoot::default();
    let mut account = Account::default();
    if !ids.is_empty() {
        let environment = job.environment_for_rules();
        let question = RootQuestion { root: index, rules: &job.rules, files: &*job.files, environment };
        let (verdicts, spent) = verdicts_about(landscape, &question, allowance, &ids);
        account.add(&spent);
        let context = &landscape.context;
        let table = context.standings();
        let zones = table.zone_names();
        let estate = &job.estate;
        let view = RootView { graph, root: index, estate, context, table: &table, zones: &zones };
        let mut verdicts = verdicts.iter();
        root.nodes = (in_full.iter().zip(verdicts.by_ref()))
            .map(|((id, node), verdicts)| view.node(*id, node, verdicts))
            .collect();
        root.further = further.iter().zip(verdicts).map(|((_, node), all)| counted(node, all)).collect();
    }
    let names = if root.is_empty() { names(&own) } else { Vec::new() };
    let variables = variables(job, &wanted.text);
    let facts = unknown::facts(graph, index, &job.estate);
    (RootAnswer { root, names, variables, facts }, account)
}

fn counted(node: &Node, verdicts: &[NodeVerdict]) -> FurtherNode {
    let count = |is: fn(&Verdict) -> bool| verdicts.iter().filter(|verdict| is(&verdict.verdict)).count();
    FurtherNode {
        address: node.address.clone(),
        failed: count(|verdict| matches!(verdict, Verdict::Fail(_))),
        unknown: count(|verdict| matches!(verdict, Verdict::Unknown(_))),
        passed: count(|verdict| matches!(verdict, Verdict::Pass)),
    }
}

/// All addresses that can be explained.
fn names(nodes: &[(NodeId, &Node)]) -> Vec<String> {
    let is_named =
        |node: &Node| matches!(node.kind, NodeKind::Resource(_) | NodeKind::Call | NodeKind::Variable);
    let all = nodes.iter().map(|(_, node)| *node).filter(|node| is_named(node));
    all.map(|node| node.address.to_string()).collect()
}

/// The variable or local value with this address, of the root module or of a module in it.
fn variables(job: &Job, text: &str) -> Vec<ExplainedVariable> {
    let Some((module, kind, name)) = named(text) else { return Vec::new() };
    let scopes = &job.estate.scopes;
    let found = scopes.named_value(&module, kind, name).map(|NamedValue { value, place, decided }| {
        ExplainedVariable {
            root: 0,
            address: text.to_owned(),
            shown: values::named_line(&job.estate, name, &value),
            cause: value.as_unknown().map(|unknown| unknown.cause.to_string()),
            is_secret: value.is_secret(),
            place,
            decided: decided.map(|(span, by)| (span, by.name())),
        }
    });
    found.into_iter().collect()
}

/// The parts of `module.a["b"].var.c`.
fn named(text: &str) -> Option<(ModuleAddress, &'static str, &str)> {
    let (rest, name) = text.rsplit_once('.')?;
    let (kind, module) = ["var", "local"].into_iter().find_map(|kind| {
        let module = rest.strip_suffix(kind)?;
        Some((kind, if module.is_empty() { module } else { module.strip_suffix('.')? }))
    })?;
    let module = if module.is_empty() { ModuleAddress::ROOT } else { ModuleAddress::parse(module)? };
    Some((module, kind, name))
}

/// Says of findings and unknown verdicts that are not reported why.
fn set_aside(report: &Report, root: usize, node: &mut ExplainedNode) {
    let is_of = |own: Option<usize>, also: &[usize]| own == Some(root) || also.contains(&root);
    for verdict in &mut node.verdicts {
        let status = match verdict.kind {
            VerdictKind::Fail => report
                .diagnostics
                .iter()
                .filter(|entry| is_of(entry.root, &entry.also))
                .find(|entry| entry.what.id == verdict.rule && entry.what.address == node.address)
                .map(|entry| (entry.status, report.suppression_of(entry))),
            VerdictKind::Unknown => report
                .unknown
                .iter()
                .filter(|entry| is_of(entry.root, &entry.also) && entry.what.address == node.address)
                .find(|entry| entry.what.rules().any(|rule| *rule == verdict.rule))
                .map(|entry| (entry.status, report.suppression_of(entry))),
            VerdictKind::Pass | VerdictKind::Skip => None,
        };
        if verdict.kind == VerdictKind::Fail && status.is_none() {
            verdict.set_aside = Some("another rule reports the same".to_owned());
            continue;
        }
        verdict.set_aside = status.filter(|(status, _)| status.name() != "reported").map(|(status, why)| {
            let reason = why.map(|suppression| format!(": {}", suppression.reason));
            format!("{}{}", status.name(), reason.unwrap_or_default())
        });
    }
}
