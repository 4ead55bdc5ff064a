//! A check: settings in, a report out.
//!
//! There are four stages: `inputs` finds and reads files, `roots` makes an estate of every root module and plan, `judge` runs the rules
//! over each estate, and [`crate::passes`] decide what is reported. A [`Session`] holds what several runs share.

mod affected;
mod answering;
mod baseline;
mod convert;
mod coverage;
mod criteria;
mod delta;
mod directories;
mod draw;
mod edits;
mod explain;
mod fetch;
mod fix;
mod found;
mod init;
mod inputs;
mod intents;
mod joins;
mod judge;
mod landscape;
mod layouts;
mod limits;
mod lookups;
mod missing;
mod outline;
mod peers;
mod pointed;
mod roots;
mod selection;
mod session;
mod show;
mod simulate;
mod since;
mod states;
mod tested;
mod touched;
mod variants;
mod words;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

use rustc_hash::FxHashSet;

use crate::analysis::failure::Dependents;
use crate::budget::{Account, Allowance, shared};
use crate::diagnostic::Diagnostic;
use crate::files::system::FileSystem;
use crate::passes::{self, DeclaredPlaces, EarlierAddresses, PassContext, RootFacts};
use crate::progress::{Progress, RunStage};
use crate::report::review::{GraphDelta, Review, ReviewReason};
use crate::report::{Counts, Entry, Report, Root, ShownLandscape};
use crate::rule::RuleSet;
use crate::rule::run::Verdicts;
use crate::settings::{Peer, Settings};
use crate::suppression::Suppressions;
use crate::value::Str;
use delta::RootChange;
use fix::Examined;
pub use init::Initialised;
use inputs::Inputs;
use judge::judge;
use landscape::{Judging, LandscapeAnswers};
use roots::Job;
pub use session::Session;

/// Checks everything that the settings name against a set of rules. `before` are the problems of what came before.
fn check(settings: &Settings, rules: &Arc<RuleSet>, progress: &Progress, before: Vec<Diagnostic>) -> Report {
    if let Some(fixing) = settings.fixing {
        return fix::fixed(settings, fixing, rules, progress, before);
    }
    let is_asked = settings.review && settings.gates.regressions;
    let look = |_, job: &Job, judging: &Judging<'_>, share| match is_asked {
        true => delta::of(job, judging.now.graph.model, share),
        false => (None, Account::default()),
    };
    let (mut report, changes) = check_and_ask(settings, rules, progress, before, look);
    if settings.review && report.change.is_some() {
        let mut review = Review::default();
        for (root, change) in changes.into_iter().enumerate() {
            let Some(RootChange { delta, reasons }) = change else { continue };
            review.deltas.push(GraphDelta { root, ..delta });
            review.reasons.extend(reasons.into_iter().map(|reason| ReviewReason { root, ..reason }));
        }
        review.judge(&report);
        if let Some(change) = &mut report.change {
            change.review = Some(review);
        }
    }
    report
}

/// Checks everything, and keeps what fixing needs to know.
fn examined(
    settings: &Settings,
    rules: &Arc<RuleSet>,
    progress: &Progress,
    before: Vec<Diagnostic>,
) -> Examined {
    examined_and_asked(settings, rules, progress, before, |_, _, _, _| ((), Account::default())).0
}

/// Checks everything that the settings name, and asks something else of the graph of every root: what `ask` gives for each, in the
/// order of [`Report::roots`].
fn check_and_ask<T: Send>(
    settings: &Settings,
    rules: &Arc<RuleSet>,
    progress: &Progress,
    before: Vec<Diagnostic>,
    ask: impl Fn(usize, &Job, &Judging<'_>, Allowance) -> (T, Account) + Sync,
) -> (Report, Vec<T>) {
    let (examined, answers) = examined_and_asked(settings, rules, progress, before, ask);
    (examined.report, answers)
}

/// As [`check_and_ask`], with what fixing needs to know. Root modules that a change affects are looked at as those that it touches.
fn examined_and_asked<T: Send>(
    settings: &Settings,
    rules: &Arc<RuleSet>,
    progress: &Progress,
    before: Vec<Diagnostic>,
    ask: impl Fn(usize, &Job, &Judging<'_>, Allowance) -> (T, Account) + Sync,
) -> (Examined, Vec<T>) {
    // All rounds see the same files, and read them once.
    let disk = inputs::disk(settings);
    let mut affected = Vec::new();
    loop {
        match examined_beside((settings, &disk), rules, progress, (&before, &affected), &ask) {
            Ok(examined) => return examined,
            Err(more) => affected.extend(more),
        }
    }
}

/// As [`examined_and_asked`]. The error is the root modules that the change turns out to affect besides `affected`.
fn examined_beside<T: Send>(
    (settings, disk): (&Settings, &Arc<dyn FileSystem>),
    rules: &Arc<RuleSet>,
    progress: &Progress,
    (before, affected): (&[Diagnostic], &[PathBuf]),
    ask: &(impl Fn(usize, &Job, &Judging<'_>, Allowance) -> (T, Account) + Sync),
) -> Result<(Examined, Vec<T>), Vec<PathBuf>> {
    progress.begin(RunStage::Reading, 0);
    let mut inputs = Inputs::read_from(disk, settings, rules, affected);
    let baseline = baseline::read(settings, &mut inputs);
    let (mut jobs, directories) = roots::evaluate(&mut inputs, settings, progress);
    let set = inputs.set.clone();
    let allowance = Allowance::of_run(inputs.project.bytes());
    let suppressions = match settings.suppressing.off {
        true => Suppressions::default(),
        false => {
            let is_read = |at| inputs.is_told(at);
            Suppressions::read(&inputs.project.sources, is_read, &honoured(settings, roots::told(&jobs)))
        }
    };
    let has_suppressions = !settings.suppressing.off
        && (!suppressions.is_empty() || jobs.iter().any(|job| !job.suppressions.is_empty()));
    let named: Vec<PathBuf> =
        inputs.directories.iter().filter_map(|dir| inputs.project.reader.real_or_absolute(dir)).collect();
    let since = inputs.since.as_ref().map(since::Compared::revision);
    since::compare(&mut inputs, &mut jobs, settings);
    progress.begin(RunStage::Judging, roots::told(&jobs).len());
    let LandscapeAnswers { of_jobs: judged, of_landscapes: audits, affected: more, spent } =
        landscape::of_each(
            &jobs,
            &set,
            settings,
            allowance,
            |index, job, judging, share| {
                let ask = || ask(index, job, judging, share);
                let judged = judge((index, job), judging, &set, settings, share, ask);
                progress.step();
                judged
            },
            |judging| settings.audit.then(|| judge::audit(judging)),
        );
    // Each round takes in at least one more, and there are only so many.
    let more = more.into_iter().filter_map(|index| Some(jobs.get(index)?.estate.root.clone()));
    let more: BTreeSet<PathBuf> = more.filter(|root| !affected.contains(root)).collect();
    if !more.is_empty() {
        return Err(more.into_iter().collect());
    }
    let mut report =
        Report { counts: counts(&inputs, roots::told(&jobs)), rules: set.rules.clone(), ..Report::default() };
    report.principles.clone_from(&set.principles);
    report.audits = audits;
    let others = (&inputs.terragrunt, &inputs.stacks);
    report.missing = missing::modules(roots::told(&jobs), others);
    report.to_fetch = missing::homes(roots::told(&jobs), others);
    let earlier: Vec<EarlierAddresses> = jobs
        .iter()
        .map(|job| match &baseline {
            Some(_) => baseline::earlier(job, &inputs.project),
            None => EarlierAddresses::default(),
        })
        .collect();
    let Inputs { mut problems, mut project, mut account, not_looked_at, .. } = inputs;
    problems.append(&mut project.problems);
    problems.extend(report.missing_problems());
    problems.extend(before.iter().cloned());
    say(&mut report, problems);
    report.sources = project.sources;
    let reader = project.reader;
    account.add(&spent);
    let (mut facts, mut answers) = (Vec::with_capacity(judged.len()), Vec::with_capacity(judged.len()));
    let mut fixes = Vec::with_capacity(judged.len());
    for ((mut job, judged), earlier) in jobs.into_iter().zip(judged).zip(earlier) {
        let suppressions = std::mem::take(&mut job.suppressions);
        facts.push(RootFacts {
            declared: has_suppressions.then(|| DeclaredPlaces::of(&job.estate, &job.rules)),
            settings: job.settings.clone(),
            suppressions: if settings.suppressing.off { Vec::new() } else { suppressions },
            assumptions: std::mem::take(&mut job.assumptions),
            intents: std::mem::take(&mut job.intents),
            assumed: std::mem::take(&mut job.estate.assumed),
            claims: std::mem::take(&mut job.claims),
            reach: std::mem::take(&mut job.reach),
            earlier,
            ..judged.facts
        });
        fixes.push(judged.fixes);
        collect(&mut report, job, judged.outcome, judged.dependents);
        answers.push(judged.answer);
        for (type_, n) in judged.not_modelled {
            *report.not_modelled.entry(type_).or_default() += n;
        }
    }
    leave_out_known(&mut report.not_modelled, &set);
    say(&mut report, limits::problems(&account));
    directories.tell(&mut report);
    let context = PassContext {
        settings,
        suppressions: &suppressions,
        directories: &named,
        roots: &facts,
        baseline: baseline.as_ref(),
        reader: &reader,
    };
    passes::run(&context, &mut report);
    if let Some(since) = since {
        report.change.get_or_insert_default().since = Some(since);
    }
    report.sort();
    count_in_pictures(&mut report);
    Ok((Examined { report, facts: fixes, reader, directories: named, not_looked_at }, answers))
}

/// Counts in the pictures of an audit what is reported.
fn count_in_pictures(report: &mut Report) {
    if report.audits.is_empty() {
        return;
    }
    let reported = report.diagnostics.iter().filter(|entry| entry.is_reported() && entry.what.is_finding());
    let of_roots = reported.flat_map(|entry| {
        entry.root.iter().chain(&entry.also).map(|root| (*root, &entry.what)).collect::<Vec<_>>()
    });
    let counts = draw::counted(of_roots);
    for (_, audit) in &mut report.audits {
        audit.drawing.count_findings(&counts);
    }
}

/// The tools whose comments count for some root.
fn honoured(settings: &Settings, jobs: &[Job]) -> Vec<Peer> {
    let all = settings.suppressing.honour.iter().chain(jobs.iter().flat_map(|job| &job.settings.honour));
    all.copied().collect::<BTreeSet<Peer>>().into_iter().collect()
}

/// Tells what each directory is taken for in everything that the settings name. No rule runs.
fn directories(settings: &Settings, rules: &Arc<RuleSet>) -> Report {
    of_each_root(settings, rules, |_, _, _| ((), Account::default())).0
}

fn counts(inputs: &Inputs, jobs: &[Job]) -> Counts {
    let quiet: usize = inputs.quiet.iter().map(ExactSizeIterator::len).sum();
    let files = inputs.project.sources.len() - inputs.other_files - quiet;
    let run = |job: &Job| {
        let runs = job.rules.iter().filter(|rule| rule.is_asked_of(&job.estate));
        runs.map(|rule| rule.id.clone()).collect::<Vec<Str>>()
    };
    Counts {
        files,
        files_read: files - inputs.project.unread,
        rules: jobs.iter().flat_map(run).collect::<FxHashSet<Str>>().len(),
        ..Counts::default()
    }
}

/// Asks the same of every root: what `ask` gives for each, in their order, and a report with the problems that the run met.
fn of_each_root<T: Send>(
    settings: &Settings,
    rules: &Arc<RuleSet>,
    ask: impl Fn(&Job, &RuleSet, Allowance) -> (T, Account) + Sync,
) -> (Report, Vec<T>) {
    of_all(settings, rules, |jobs, set, allowance| {
        let mut account = Account::default();
        let answered = shared(allowance, roots::told(jobs), |job, share| ask(job, set, share));
        let answers = answered.into_iter().map(|(answer, spent)| {
            account.add(&spent);
            answer
        });
        (answers.collect(), account)
    })
}

/// Answers about landscapes, each with what it is made of.
type OfLandscapes<V> = Vec<(ShownLandscape, V)>;

/// Asks the same of every root and of every landscape that is shown, and gives a report with the problems that the run met.
fn of_each_landscape<T: Send, V: Send>(
    settings: &Settings,
    rules: &Arc<RuleSet>,
    ask: impl Fn(usize, &Job, &Judging<'_>, Allowance) -> (T, Account) + Sync,
    look: impl Fn(&Judging<'_>) -> Option<V> + Sync,
) -> (Report, (Vec<T>, OfLandscapes<V>)) {
    of_all(settings, rules, |jobs, set, allowance| {
        let LandscapeAnswers { of_jobs, of_landscapes, spent, .. } =
            landscape::of_each(jobs, set, settings, allowance, ask, look);
        ((of_jobs, of_landscapes), spent)
    })
}

/// Asks something of everything that the settings name. No rule runs but those that `ask` runs.
fn of_all<A>(
    settings: &Settings,
    rules: &Arc<RuleSet>,
    ask: impl FnOnce(&[Job], &RuleSet, Allowance) -> (A, Account),
) -> (Report, A) {
    let mut inputs = Inputs::read(settings, rules);
    let (jobs, directories) = roots::evaluate(&mut inputs, settings, &Progress::default());
    let set = inputs.set.clone();
    let allowance = Allowance::of_run(inputs.project.bytes());
    let (answers, spent) = ask(&jobs, &set, allowance);
    // Those that only answer were joined when they were evaluated.
    let told = roots::told(&jobs);
    let others = (&inputs.terragrunt, &inputs.stacks);
    let missing = missing::modules(told, others);
    let mut report = Report { missing, to_fetch: missing::homes(told, others), ..Report::default() };
    let Inputs { mut problems, mut project, mut account, .. } = inputs;
    problems.append(&mut project.problems);
    problems.extend(report.missing_problems());
    say(&mut report, problems);
    report.sources = project.sources;
    account.add(&spent);
    for job in jobs.into_iter().filter(|job| !job.is_answering) {
        let root = Root::from(&job);
        let Job { mut estate, .. } = job;
        say(&mut report, std::mem::take(&mut estate.problems));
        report.counts.resources += estate.managed();
        report.roots.push(root);
    }
    say(&mut report, limits::problems(&account));
    directories.tell(&mut report);
    report.sort();
    (report, answers)
}

fn say(report: &mut Report, problems: impl IntoIterator<Item = Diagnostic>) {
    report.diagnostics.extend(problems.into_iter().map(Entry::of_run));
}

/// Leaves out the types that a rule file names although the model does not describe them.
fn leave_out_known(types: &mut BTreeMap<Str, usize>, set: &RuleSet) {
    if types.is_empty() {
        return;
    }
    let named: FxHashSet<&str> = set.sources.iter().flat_map(|(_, file)| file.text.split('"')).collect();
    types.retain(|type_, _| !named.contains(type_.as_str()));
}

/// Adds the outcome of one root to the report.
fn collect(report: &mut Report, job: Job, outcome: Verdicts, dependents: Vec<(Str, Dependents)>) {
    let index = report.roots.len();
    report.roots.push(Root::from(&job));
    let Job { mut estate, .. } = job;
    report.dependents.extend(dependents.into_iter().map(|(address, found)| ((index, address), found)));
    for (rule, tally) in outcome.tallies {
        let sum = report.tallies.entry(rule).or_default();
        sum.passed += tally.passed;
        sum.skipped += tally.skipped;
    }
    report.diagnostics.extend(outcome.findings.into_iter().map(|finding| Entry::new(index, finding)));
    report.unknown.extend(outcome.unknown.into_iter().map(|verdict| Entry::new(index, verdict)));
    say(report, outcome.problems);
    say(report, std::mem::take(&mut estate.problems));
    report.counts.passed += outcome.passed;
    report.counts.skipped += outcome.skipped;
    report.counts.resources += estate.managed();
    // Freeing a large estate takes a while, so another thread does it.
    rayon::spawn(move || drop(estate));
}
