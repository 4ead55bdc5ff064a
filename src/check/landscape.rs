//! Landscapes: the root modules of a run that are one architecture, in one graph.
//!
//! Root modules of one environment make one landscape, together with those of no environment. What has no environment itself is judged
//! among all, where different environments still do not see each other. Nobody applies a sample or a module, so each of them stands
//! alone. What is shown of a landscape (pictures, simulations, coverage) is shown once for each environment.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, OnceLock};

use rustc_hash::FxHashSet;

use super::affected;
use super::intents;
use super::peers;
use super::roots::Job;
use crate::analysis::failure::AffectedNodes;
use crate::budget::{Account, Allowance, shared};
use crate::environment::EnvironmentKey;
use crate::estate::{Estate, Input};
use crate::eval::NoFiles;
use crate::graph::{Graph, GraphRoot};
use crate::report::{ShownLandscape, ShownNode};
use crate::rule::RuleSet;
use crate::rule::run::Landscape;
use crate::settings::Settings;
use crate::value::{Cause, CauseKind, Known, NodeId};

/// Some jobs that are judged over one graph.
pub(super) struct JobGroup {
    /// The indices of those that the graph is made of, in ascending order.
    members: Vec<usize>,
    /// The indices of those that are judged over it.
    judged: Vec<usize>,
    /// The indices of those that are there for what they tell, and that a change of the others may affect.
    noticing: Vec<usize>,
    /// Whether it is shown: not where others show all of it.
    is_shown: bool,
}

/// The landscapes of a run.
pub(super) fn groups(jobs: &[Job], settings: &Settings) -> Vec<JobGroup> {
    let alone = |index: usize| JobGroup {
        members: vec![index],
        judged: vec![index],
        noticing: Vec::new(),
        is_shown: true,
    };
    if settings.no_join {
        let told = jobs.iter().enumerate().filter(|(_, job)| !job.is_answering);
        return told.map(|(index, _)| alone(index)).collect();
    }
    let environments = environments(jobs);
    let mut groups: Vec<JobGroup> = Vec::new();
    let mut by_environment: BTreeMap<&Apart<'_>, Vec<usize>> = BTreeMap::new();
    let mut of_none: Vec<usize> = Vec::new();
    for (index, environment) in environments.iter().enumerate() {
        match environment {
            Beside::Nothing => groups.push(alone(index)),
            Beside::All => of_none.push(index),
            Beside::Environment(apart) => by_environment.entry(apart).or_default().push(index),
        }
    }
    if !of_none.is_empty() {
        let mut members: Vec<usize> = by_environment.values().flatten().chain(&of_none).copied().collect();
        members.sort_unstable();
        // Where there are environments, what has none is a part of the landscape of each.
        let is_shown = by_environment.is_empty();
        groups.push(JobGroup { members, judged: of_none.clone(), noticing: Vec::new(), is_shown });
    }
    for (apart, judged) in &by_environment {
        // What is for all copies of an environment stands beside each, and each beside it.
        let wider = by_environment.iter().filter(|(other, _)| apart.is_part_or_whole(other));
        let wider = wider.map(|(_, jobs)| jobs).filter(|others| !have_common_root(judged, others, jobs));
        let mut members: Vec<usize> = judged.iter().chain(wider.flatten()).chain(&of_none).copied().collect();
        members.sort_unstable();
        groups.push(JobGroup { members, judged: judged.clone(), noticing: Vec::new(), is_shown: true });
    }
    let is_told = |index: &usize| jobs.get(*index).is_some_and(|job| !job.is_answering);
    for group in &mut groups {
        let all = std::mem::take(&mut group.judged);
        (group.judged, group.noticing) = all.into_iter().partition(is_told);
        let is_touched = |index: &usize| jobs.get(*index).is_some_and(Job::is_touched);
        group.noticing.retain(|index| !is_touched(index));
        if settings.since.is_none() || !group.members.iter().any(is_touched) {
            group.noticing.clear();
        }
    }
    groups.retain(|group| !group.judged.is_empty() || !group.noticing.is_empty());
    groups
}

/// What a root module stands beside.
enum Beside<'j> {
    /// None.
    Nothing,
    /// Those of every environment.
    All,
    /// Those of one environment.
    Environment(Apart<'j>),
}

/// An environment, or one of several variants of a root module in it.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Apart<'j> {
    key: Option<&'j EnvironmentKey>,
    variant: Option<usize>,
}

impl Apart<'_> {
    /// Whether another environment is a part of this one, or the other way round.
    fn is_part_or_whole(&self, other: &Self) -> bool {
        let is_whole = self.variant.is_none() && other.variant.is_none();
        let are_beside =
            |(own, theirs): (&EnvironmentKey, &EnvironmentKey)| own != theirs && own.is_beside(theirs);
        is_whole && self.key.zip(other.key).is_some_and(are_beside)
    }
}

/// Where a root module is. Two repositories may have root modules in the same place.
fn root_of(job: &Job) -> &Path {
    match job.estate.input {
        Input::Configuration => &job.estate.root,
        _ => Path::new(&job.place),
    }
}

/// Whether two environments are variants of one root module: `prod` is then no whole of which `prod-eu` is a part.
fn have_common_root(some: &[usize], others: &[usize], jobs: &[Job]) -> bool {
    let roots = |all: &[usize]| -> FxHashSet<&Path> {
        all.iter().filter_map(|index| jobs.get(*index)).map(root_of).collect()
    };
    !roots(some).is_disjoint(&roots(others))
}

fn environments(jobs: &[Job]) -> Vec<Beside<'_>> {
    let mut seen: FxHashSet<(&Path, Option<&EnvironmentKey>)> = FxHashSet::default();
    let mut twice: FxHashSet<&Path> = FxHashSet::default();
    for job in jobs {
        if !seen.insert((root_of(job), job.environment_key())) {
            twice.insert(root_of(job));
        }
    }
    let mut places = Vec::with_capacity(jobs.len());
    for (index, job) in jobs.iter().enumerate() {
        let key = job.environment_key();
        places.push(match key {
            _ if !job.is_joinable() => Beside::Nothing,
            // Several variants of one root module do not exist side by side, whatever they are for.
            _ if twice.contains(root_of(job)) => Beside::Environment(Apart { key, variant: Some(index) }),
            Some(_) => Beside::Environment(Apart { key, variant: None }),
            None => Beside::All,
        });
    }
    places
}

/// One landscape while its root modules are judged.
pub(super) struct Judging<'a> {
    pub(super) now: Landscape<'a>,
    /// Before the change, if something of it is known.
    pub(super) before: Option<Landscape<'a>>,
    affected: OnceLock<AffectedNodes<'a>>,
}

impl Judging<'_> {
    /// What affects what, found out once.
    pub(super) fn affected(&self) -> &AffectedNodes<'_> {
        self.affected.get_or_init(|| {
            let is_entry = |id: &NodeId| matches!(self.now.context.entry(*id), Known::Yes(true));
            let graph = self.now.graph;
            let entries: FxHashSet<NodeId> = graph.nodes().map(|(id, _)| id).filter(is_entry).collect();
            AffectedNodes::of(graph, entries)
        })
    }
}

/// What was asked of landscapes.
pub(super) struct LandscapeAnswers<T, V> {
    /// The answers about the jobs, in their order.
    pub(super) of_jobs: Vec<T>,
    /// The answers about the landscapes that are shown, in the order of the first job that each is about.
    pub(super) of_landscapes: Vec<(ShownLandscape, V)>,
    /// The jobs of which nothing is said, and of which the change makes that something else would be said.
    pub(super) affected: Vec<usize>,
    pub(super) spent: Account,
}

/// What was asked of one landscape.
struct GroupAnswers<T, V> {
    answers: Vec<T>,
    view: Option<V>,
    affected: Vec<usize>,
}

/// Asks the same of every job and of every landscape that is shown: what `ask` and `look` give for each, over its graph.
pub(super) fn of_each<T: Send, V: Send>(
    jobs: &[Job],
    set: &RuleSet,
    settings: &Settings,
    allowance: Allowance,
    ask: impl Fn(usize, &Job, &Judging<'_>, Allowance) -> (T, Account) + Sync,
    look: impl Fn(&Judging<'_>) -> Option<V> + Sync,
) -> LandscapeAnswers<T, V> {
    let groups = groups(jobs, settings);
    let peers = peers::of(jobs);
    let elsewhere = settings
        .part
        .filter(|part| part.of > 1 && !settings.no_join)
        .map(|part| Cause::new(CauseKind::OtherPart, format!("part {} of {}", part.number, part.of), None));
    let absent = settings.absent.as_ref().filter(|_| !settings.no_join).map(|absent| {
        let what = format!("what stands in part {}, whose facts are missing,", absent.numbers);
        Cause::new(CauseKind::OutsideConfiguration, what, None)
    });
    let elsewhere = elsewhere.or(absent);
    let all = (jobs, peers.as_slice(), elsewhere.as_ref());
    let answered = shared(allowance, &groups, |group, share| of_group(all, group, set, share, &ask, &look));
    let mut all: Vec<(usize, T)> = Vec::with_capacity(jobs.len());
    let mut shown: Vec<(usize, (ShownLandscape, V))> = Vec::new();
    let mut account = Account::default();
    let mut affected = Vec::new();
    for (group, (answered, spent)) in groups.iter().zip(answered) {
        let GroupAnswers { answers, view, affected: own } = answered;
        account.add(&spent);
        affected.extend(own);
        all.extend(group.judged.iter().copied().zip(answers));
        if let (Some(first), Some(view)) = (group.judged.first(), view) {
            let environment =
                jobs.get(*first).and_then(|job| Some(job.environment.as_ref()?.full_name.clone()));
            let is_told = |index: &&usize| jobs.get(**index).is_some_and(|job| !job.is_answering);
            let roots = group.members.iter().filter(is_told).copied().collect();
            shown.push((*first, (ShownLandscape { roots, environment }, view)));
        }
    }
    all.sort_by_key(|(index, _)| *index);
    shown.sort_by_key(|(first, _)| *first);
    LandscapeAnswers {
        of_jobs: all.into_iter().map(|(_, answer)| answer).collect(),
        of_landscapes: shown.into_iter().map(|(_, view)| view).collect(),
        affected,
        spent: account,
    }
}

/// Asks nothing of a job.
pub(super) fn nothing(_: usize, _: &Job, _: &Judging<'_>, _: Allowance) -> ((), Account) {
    ((), Account::default())
}

/// A node as it is shown.
pub(super) fn shown(graph: &Graph<'_>, id: NodeId) -> ShownNode {
    ShownNode {
        root: graph.root_of(id).unwrap_or_default(),
        address: graph.node(id).map(|node| node.address.clone()).unwrap_or_default(),
        name: graph.name_of(id),
    }
}

/// A landscape with what the configs of its root modules declare of entries.
fn declaring<'g>(landscape: Landscape<'g>, group: &JobGroup, jobs: &[Job]) -> Landscape<'g> {
    let Landscape { graph, context } = landscape;
    let members = group.members.iter().filter_map(|index| Some((*index, jobs.get(*index)?)));
    let intended = intents::intended(&context, members);
    Landscape { graph, context: context.intending(intended) }
}

fn of_group<T: Send, V>(
    (jobs, peers, elsewhere): (&[Job], &[Vec<usize>], Option<&Arc<Cause>>),
    group: &JobGroup,
    set: &RuleSet,
    share: Allowance,
    ask: &(impl Fn(usize, &Job, &Judging<'_>, Allowance) -> (T, Account) + Sync),
    look: &impl Fn(&Judging<'_>) -> Option<V>,
) -> (GroupAnswers<T, V>, Account) {
    let is_joinable = group.members.iter().filter_map(|index| jobs.get(*index)).any(Job::is_joinable);
    let elsewhere = elsewhere.filter(|_| is_joinable);
    let graph = |of: fn(&Job) -> Option<&Estate>| {
        let root = |index: &usize| {
            let job = jobs.get(*index)?;
            let environment = job.environment_key();
            let name = if group.members.len() > 1 { job.place.as_str() } else { "" };
            Some(GraphRoot { estate: of(job)?, index: *index, environment, name })
        };
        let roots: Vec<GraphRoot<'_>> = group.members.iter().filter_map(root).collect();
        let graph = || Graph::build_landscape(&roots, &set.model, share, elsewhere);
        (!roots.is_empty()).then(graph)
    };
    let before = graph(|job| job.estate.before.as_deref());
    let Some(now) = graph(|job| Some(&job.estate)) else {
        let nothing = GroupAnswers { answers: Vec::new(), view: None, affected: Vec::new() };
        return (nothing, Account::default());
    };
    let among = group
        .judged
        .iter()
        .filter_map(|index| Some((*index, peers::among(jobs.get(*index)?, peers.get(*index)?, jobs))));
    let now = now.after(before.as_ref()).among(among.collect());
    let mut account = now.account().clone();
    let judging = Judging {
        now: declaring(Landscape::new(&now, &NoFiles), group, jobs),
        before: before.as_ref().map(|graph| declaring(Landscape::new(graph, &NoFiles), group, jobs)),
        affected: OnceLock::new(),
    };
    let judged: Vec<(usize, &Job)> =
        group.judged.iter().filter_map(|index| Some((*index, jobs.get(*index)?))).collect();
    let left = share.less(&account);
    let answers = shared(left, &judged, |(index, job), share| ask(*index, job, &judging, share));
    let answers = answers.into_iter().map(|(answer, spent)| {
        account.add(&spent);
        answer
    });
    let answers = answers.collect();
    let view = if group.is_shown && !group.judged.is_empty() { look(&judging) } else { None };
    let noticing = group.noticing.iter().filter_map(|index| Some((*index, jobs.get(*index)?)));
    let (affected, spent) = affected::of(noticing.collect(), &judging, jobs, share.less(&account));
    account.add(&spent);
    (GroupAnswers { answers, view, affected }, account)
}
