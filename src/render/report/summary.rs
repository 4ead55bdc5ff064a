//! The end of output for people: what would decide unknown verdicts, a verdict for each principle, the worst findings, what was not
//! looked at, and the numbers.

use std::fmt::Write;

use super::baseline;
use super::items::{Detail, Item, ReportPart, items};
use super::text::{line_place, place};
use crate::diagnostic::Severity;
use crate::estate::UnitKind;
use crate::render::look::Look;
use crate::render::{clean, counted, directories};
use crate::report::{
    Attention, ChangeSummary, FindingGroup, ListedDirectory, Report, Status, Undecided, VerdictCounts,
};
use crate::value::CauseKind;

/// The most fixed findings that are listed.
const MAX_FIXED: usize = 1000;
/// The most causes of unknown verdicts that are listed, and the most names in a line.
const MAX_CAUSES: usize = 5;
const MAX_NAMES: usize = 3;
/// How many findings the summary repeats. They are not repeated if there are no more.
const WORST: usize = 3;
/// What formats of few lines say of a run that is incomplete.
pub(super) const INCOMPLETE: &str = "incomplete: not everything could be read; everything else was checked";

/// Writes the summary: blocks of lines, separated by empty lines, and last the numbers.
pub(super) fn write(out: &mut String, report: &Report, look: Look, detail: Detail) {
    if detail.part == ReportPart::Findings {
        return;
    }
    let mut last = String::new();
    fixed(&mut last, report, look);
    if report.is_incomplete() {
        let text = "not everything could be read; everything else was checked";
        let _ = writeln!(last, "{}: {text}", look.toned(Severity::Error, "incomplete"));
    }
    let blocks = [
        unknown(report, look, detail),
        worst(report, look, detail),
        principles(report, look),
        not_looked_at(report, look),
        last,
        hints(report, look, detail),
    ];
    for block in blocks.iter().filter(|block| !block.is_empty()) {
        out.push_str(block);
        out.push('\n');
    }
    numbers(out, report, look, detail);
}

/// What would decide the unknown verdicts, the most useful first.
fn unknown(report: &Report, look: Look, detail: Detail) -> String {
    let mut out = String::new();
    let all = report.undecided();
    let verdicts: usize = all.iter().map(|one| one.verdicts).sum();
    if verdicts > 0 {
        let _ =
            writeln!(out, "{}", look.bold(&counted(verdicts, "verdict is unknown", "verdicts are unknown")));
    }
    let shown = if detail.all { all.len() } else { MAX_CAUSES };
    for one in all.iter().take(shown) {
        let at = places(one, report);
        let text = format!("{}{at}: {}", clean::line(&answer(one, report)), decides(one));
        let _ = writeln!(out, "{}", look.wrapped(&text, "  ", "    "));
    }
    if all.len() > shown {
        let more = counted(all.len() - shown, "more cause", "more causes");
        let rest: usize = all.iter().skip(shown).map(|one| one.verdicts).sum();
        let _ = writeln!(out, "  {more}: {rest}; `--all` lists them");
    }
    out
}

/// How many verdicts a cause decides, or how many wait for it.
pub(super) fn decides(one: &Undecided) -> String {
    match one.is_answerable() {
        true => format!("decides {}", one.verdicts),
        false => counted(one.verdicts, "verdict", "verdicts"),
    }
}

/// Where the subject of a cause is, in brackets.
fn places(one: &Undecided, report: &Report) -> String {
    let [first, others @ ..] = one.spans.as_slice() else { return String::new() };
    let first = place(&(*first).into(), &report.sources);
    match (one.subjects.len(), others.len()) {
        (1, 0) => format!(" ({first})"),
        (1, n) => format!(" ({first} and {})", counted(n, "more place", "more places")),
        // The problem of each module tells where it is.
        _ => String::new(),
    }
}

/// What to do about a cause, or what it waits for.
pub(super) fn answer(one: &Undecided, report: &Report) -> String {
    let names: Vec<String> = one.subjects.iter().take(MAX_NAMES).map(|name| format!("`{name}`")).collect();
    let more = match one.subjects.len().saturating_sub(MAX_NAMES) {
        0 => String::new(),
        n => format!(" and {n} more"),
    };
    let names = names.join(", ") + &more;
    match one.kind {
        CauseKind::VariableWithoutDefault => match one.subjects.split_first() {
            Some((first, others)) if !others.is_empty() => {
                let others: Vec<String> = others.iter().map(|name| format!("`{name}`")).collect();
                format!("set `{first}` together with {}", others.join(" and "))
            }
            _ => format!("set {names}"),
        },
        CauseKind::ModuleNotLoaded => format!("{} to fetch {names}", report.fetching()),
        CauseKind::NoModuleDirectory => format!("correct `source` of {names}: there is no such directory"),
        CauseKind::ModuleOutside => {
            format!("check a directory that contains {names} too, or name its directory with `--module-dir`")
        }
        CauseKind::FileNotRead if one.subjects.len() > 1 => {
            format!("the files {names} were not read in full")
        }
        CauseKind::DataSource => format!("{names} is read at apply; a plan may tell"),
        CauseKind::Workspace => format!("give {names} with `--workspace NAME`"),
        CauseKind::BeforeNotKnown => format!("a plan shows what {names} was before"),
        _ => one.text.clone(),
    }
}

/// The worst finding of each of three rules, unless that is all that was shown.
fn worst(report: &Report, look: Look, detail: Detail) -> String {
    let mut out = String::new();
    let items = items(report, detail);
    let findings: Vec<&Item<'_>> = items.iter().filter(|item| item.group.is_some()).collect();
    let is_told = findings.len() <= WORST && detail.part != ReportPart::Summary;
    if findings.is_empty() || is_told {
        return out;
    }
    let mut worst: Vec<(&Item<'_>, usize)> = Vec::new();
    for item in findings {
        match worst.iter_mut().find(|(first, _)| first.entry.what.id == item.entry.what.id) {
            Some((_, more)) => *more += 1,
            None => worst.push((item, 0)),
        }
    }
    let title = if worst.len() > WORST { "the three worst" } else { "findings" };
    let _ = writeln!(out, "{}", look.bold(title));
    for (item, more) in worst.into_iter().take(WORST) {
        let finding = &item.entry.what;
        let heading = format!("{}[{}]", item.severity().name(), clean::name(&finding.id));
        let parts = line_place(finding, report).into_iter().chain(item.extent(report));
        let parts: Vec<String> = parts.chain((more > 0).then(|| format!("{more} more"))).collect();
        let at = if parts.is_empty() { String::new() } else { format!(" ({})", parts.join("; ")) };
        let told = format!("{heading}: {}{at}", clean::line(&finding.message));
        let told = look.wrapped(&told, "  ", "    ");
        let _ = writeln!(out, "{}", told.replacen(&heading, &look.toned(item.severity(), &heading), 1));
    }
    out
}

/// The verdict of each principle: a line for each that fails, and one for the others of each verdict.
fn principles(report: &Report, look: Look) -> String {
    let mut out = String::new();
    let all = report.by_principle();
    if report.tallies.is_empty() {
        return out;
    }
    let width = all.iter().map(|(principle, _)| principle.title.chars().count()).max().unwrap_or_default();
    let _ = writeln!(out, "{}", look.bold("principles"));
    let of = |verdict: &'static str| all.iter().filter(move |(_, counts)| counts.verdict() == verdict);
    for (principle, counts) in of("fail") {
        let severity =
            Severity::ALL.into_iter().find(|level| counts.of(*level) > 0).unwrap_or(Severity::Advice);
        let word = if severity == Severity::Advice { "advice" } else { "fail" };
        let word = look.toned(severity, &format!("{word:7}"));
        let _ = writeln!(out, "  {word}  {:width$}  {}", principle.title, numbers_of(counts));
    }
    for (principle, counts) in of("unknown") {
        let word = look.bold(&format!("{:7}", "unknown"));
        let _ = writeln!(out, "  {word}  {:width$}  {}", principle.title, numbers_of(counts));
    }
    for (principle, counts) in of("set-aside") {
        let word = look.bold(&format!("{:7}", "aside"));
        let _ = writeln!(out, "  {word}  {:width$}  {}", principle.title, numbers_of(counts));
    }
    for (verdict, is_asked, why) in
        [("pass", true, ""), ("skip", true, " (nothing to look at)"), ("skip", false, " (not asked)")]
    {
        let alike = of(verdict).filter(|(_, counts)| counts.is_asked == is_asked);
        let titles: Vec<&str> = alike.map(|(principle, _)| principle.title.as_str()).collect();
        if !titles.is_empty() {
            let text = format!("{}{why}", titles.join(", "));
            let _ = writeln!(out, "{}", look.wrapped(&text, &format!("  {verdict:7}  "), "           "));
        }
    }
    out
}

/// `2 errors, 1 warning, 3 unknown`, or `4 set aside` if nothing else is left.
pub(super) fn numbers_of(counts: &VerdictCounts) -> String {
    let words = [("error", "errors"), ("warning", "warnings"), ("advice", "advice")];
    let causes = Severity::ALL.into_iter().zip(words).filter(|(level, _)| counts.of(*level) > 0);
    let mut parts: Vec<String> =
        causes.map(|(level, (one, many))| counted(counts.of(level), one, many)).collect();
    if counts.unknown > 0 {
        parts.push(format!("{} unknown", counts.unknown));
    }
    if parts.is_empty() && counts.set_aside > 0 {
        parts.push(format!("{} set aside", counts.set_aside));
    }
    parts.join(", ")
}

/// What no verdict speaks of.
fn not_looked_at(report: &Report, look: Look) -> String {
    let mut parts = Vec::new();
    let counts = &report.counts;
    let unread = counts.files.saturating_sub(counts.files_read);
    if unread > 0 {
        parts.push(counted(unread, "file that could not be read", "files that could not be read"));
    }
    parts.extend(missing(report));
    let unmodelled: usize = report.not_modelled.values().sum();
    if unmodelled > 0 {
        let mut types: Vec<_> = report.not_modelled.iter().collect();
        types.sort_by(|a, b| b.1.cmp(a.1).then_with(|| a.0.cmp(b.0)));
        let named: Vec<String> =
            types.iter().take(MAX_NAMES).map(|(name, _)| clean::name(name).into()).collect();
        let more = if types.len() > MAX_NAMES { ", …" } else { "" };
        parts.push(format!(
            "{} of {} that no rule knows ({}{more})",
            counted(unmodelled, "resource", "resources"),
            counted(types.len(), "type", "types"),
            named.join(", ")
        ));
    }
    parts.extend(UnitKind::ALL.into_iter().filter_map(|kind| {
        let is_left_out = |own: &&ListedDirectory| own.attention == Attention::LeftOut && own.kind == kind;
        let count = report.directories.iter().filter(is_left_out).count();
        (count > 0).then(|| format!("{} that nobody applies", directories::named(count, kind)))
    }));
    for (status, n) in report.by_status() {
        parts.push(format!("{} set aside as {}", counted(n, "finding", "findings"), status.name()));
    }
    if parts.is_empty() {
        return String::new();
    }
    let text = format!("not looked at: {}", parts.join("; "));
    look.wrapped(&text, "", "  ").replacen("not looked at:", &look.bold("not looked at:"), 1) + "\n"
}

/// Calls and units that lead to modules that are not there.
fn missing(report: &Report) -> Option<String> {
    let modules = counted(report.missing.len(), "module that is", "modules that are");
    let calls = report.missing_calls();
    let units: usize = report.missing.iter().map(|module| module.units.len() + module.unchecked.len()).sum();
    let calls = (calls > 0).then(|| counted(calls, "call", "calls"));
    let units = (units > 0).then(|| counted(units, "Terragrunt unit", "Terragrunt units"));
    let who: Vec<String> = calls.into_iter().chain(units).collect();
    (!who.is_empty()).then(|| format!("{} of {modules} not downloaded", who.join(" and ")))
}

/// What the change mends, if that was asked for.
fn fixed(out: &mut String, report: &Report, look: Look) {
    let Some(change) = &report.change else { return };
    for fixed in change.fixed.iter().take(MAX_FIXED) {
        let word = look.toned(Severity::Advice, "fixed");
        let _ = writeln!(out, "{word}: {} at `{}`", fixed.rule, clean::name(&fixed.address));
    }
    if change.fixed.len() > MAX_FIXED {
        let more = change.fixed.len() - MAX_FIXED;
        let word = look.toned(Severity::Advice, "fixed");
        let _ = writeln!(out, "{word}: {more} more; `--format json` lists them all");
    }
}

/// What shows more.
fn hints(report: &Report, look: Look, detail: Detail) -> String {
    let mut parts = Vec::new();
    if report.findings().next().is_some() {
        parts.push("`buttress explain RULE`: why a rule matters");
    }
    let has_advice = report.findings().any(|entry| entry.what.severity == Severity::Advice);
    if has_advice && !detail.advice {
        parts.push("`--advice`: advice too");
    }
    if parts.is_empty() { String::new() } else { look.faint(&parts.join(" · ")) + "\n" }
}

/// What a change introduces, counted in instances as what it fixes and leaves: `14 instances of 8 findings`.
pub(super) fn introduced(groups: &[FindingGroup<'_>]) -> String {
    let instances: usize = groups.iter().map(FindingGroup::size).sum();
    let findings = counted(groups.len(), "finding", "findings");
    if instances == groups.len() { findings } else { format!("{instances} instances of {findings}") }
}

/// Writes the numbers of the run on a line; what a change does to findings is on a line before.
pub(super) fn numbers(out: &mut String, report: &Report, look: Look, detail: Detail) {
    let counts = &report.counts;
    let groups = report.groups();
    let is_shown = |group: &&FindingGroup<'_>| detail.advice || group.severity() < Severity::Advice;
    let shown: Vec<&FindingGroup<'_>> = groups.iter().filter(is_shown).collect();
    let instances: usize = shown.iter().map(|group| group.size()).sum();
    let files = if counts.files_read == counts.files {
        format!("{} read", counted(counts.files, "file", "files"))
    } else {
        format!("{} of {} read", counts.files_read, counted(counts.files, "file", "files"))
    };
    let mut levels = Vec::new();
    for (level, one, many) in [
        (Severity::Error, "error", "errors"),
        (Severity::Warning, "warning", "warnings"),
        (Severity::Advice, "advice", "advice"),
    ] {
        match shown.iter().filter(|group| group.severity() == level).count() {
            0 => {}
            n => levels.push(look.toned(level, &counted(n, one, many))),
        }
    }
    if let Some(ChangeSummary { since: Some(revision), .. }) = &report.change
        && report.roots.is_empty()
    {
        let _ = writeln!(out, "no root module is touched since `{}`", clean::name(revision));
    } else if let Some(change) = &report.change {
        let since = change.since.as_ref().map(|revision| format!("since `{}` ", clean::name(revision)));
        let _ = writeln!(
            out,
            "{}the change introduces {}, fixes {} and leaves {}",
            since.unwrap_or_default(),
            look.bold(&introduced(&groups)),
            change.fixed.len(),
            change.left
        );
    }
    let suppressed = match report.suppressed() {
        0 => String::new(),
        n => format!(" · {n} suppressed"),
    };
    if let Some(sentence) = baseline::sentence(report) {
        let _ = writeln!(out, "{sentence}");
    }
    let levels = if levels.is_empty() { String::new() } else { format!(" ({})", levels.join(", ")) };
    let instances = match instances == shown.len() {
        true => String::new(),
        false => format!(" in {instances} instances"),
    };
    let advice = match groups.len() - shown.len() {
        0 => String::new(),
        n => format!(" · {n} advice not shown"),
    };
    let resources = counted(counts.resources, "resource", "resources");
    let resources = match counts.touched {
        Some(touched) => format!("{resources}, {touched} changed"),
        None => resources,
    };
    let found = look.bold(&counted(shown.len(), "finding", "findings"));
    let ignored = report.unknown.iter().filter(|entry| entry.status == Status::Ignored);
    let ignored: usize = ignored.map(|entry| entry.what.rules().count()).sum();
    let unknown: usize = report.unknown_verdicts().map(|entry| entry.what.rules().count()).sum();
    let unknown = match ignored {
        0 => counted(unknown, "verdict unknown", "verdicts unknown"),
        ignored => format!("{}, not reported", counted(ignored, "verdict unknown", "verdicts unknown")),
    };
    let line = format!("{files} · {resources} · {found}{levels}{instances}{advice} · {unknown}{suppressed}");
    let _ = writeln!(out, "{}", look.wrapped(&line, "", ""));
}
