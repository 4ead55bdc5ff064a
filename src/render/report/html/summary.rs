//! The numbers of an audit, what is not known, what is set aside, problems, and what was checked.

use std::fmt::Write;

use crate::diagnostic::Severity;
use crate::render::markup::{badge, code, escaped, more, name, sentence, table};
use crate::render::report::items::{Detail, items};
use crate::render::report::summary::{answer, introduced, numbers_of};
use crate::render::report::text::place;
use crate::render::{counted, path_of};
use crate::report::{Attention, FindingGroup, Report};

/// Rows of a table; the others are counted.
const MAX_ROWS: usize = 500;

/// Tiles with numbers, and a verdict for each principle.
pub(super) fn overview(report: &Report) -> String {
    let groups = report.groups();
    let of = |severity| groups.iter().filter(|group| group.severity() == severity).count();
    let unknown: usize = report.unknown_verdicts().map(|entry| entry.what.rules().count()).sum();
    let set_aside = report.groups_set_aside().len();
    let files = format!("{} of {}", report.counts.files_read, report.counts.files);
    let tiles = [
        (of(Severity::Error).to_string(), "errors"),
        (of(Severity::Warning).to_string(), "warnings"),
        (of(Severity::Advice).to_string(), "advice"),
        (unknown.to_string(), "verdicts unknown"),
        (set_aside.to_string(), "findings set aside"),
        (files, "files read"),
    ];
    let tiles: String =
        tiles.iter().map(|(n, words)| format!("<li><strong>{n}</strong> {words}</li>")).collect();
    let mut out = format!("<ul class=\"tiles\">{tiles}</ul>\n");
    if !report.tallies.is_empty() {
        let rows = report.by_principle().into_iter().map(|(principle, counts)| {
            let verdict = counts.verdict();
            let is_advice =
                verdict == "fail" && counts.of(Severity::Error) + counts.of(Severity::Warning) == 0;
            let word = match verdict {
                _ if is_advice => badge("advice", "advice"),
                "set-aside" => badge("skip", "set aside"),
                "skip" if !counts.is_asked => badge(verdict, "not asked"),
                _ => badge(verdict, verdict),
            };
            let told = numbers_of(&counts);
            vec![
                word,
                escaped(&principle.title),
                if told.is_empty() { "–".to_owned() } else { told },
                counts.passed.to_string(),
                counts.skipped.to_string(),
            ]
        });
        out.push_str(&table(&["verdict", "principle", "found", "passed", "does not apply"], rows));
    }
    change(&mut out, report);
    out
}

/// What a change or the baseline makes of it.
fn change(out: &mut String, report: &Report) {
    if let Some(change) = &report.change {
        let since = change.since.as_ref().map(|revision| format!("Since {}: ", code(revision)));
        let _ = writeln!(
            out,
            "<p>{}the change introduces {}, fixes {} and leaves {}.</p>",
            since.unwrap_or_default(),
            introduced(&report.groups()),
            change.fixed.len(),
            change.left
        );
        let rows =
            change.fixed.iter().take(MAX_ROWS).map(|fixed| vec![code(&fixed.rule), code(&fixed.address)]);
        if !change.fixed.is_empty() {
            out.push_str(&table(&["fixed", "at"], rows));
            out.push_str(&more(change.fixed.len(), MAX_ROWS));
        }
    }
    if let Some(baseline) = &report.baseline {
        let _ = writeln!(
            out,
            "<p>The baseline accepts {}.</p>",
            counted(baseline.accepted, "finding", "findings")
        );
    }
}

/// What would decide unknown verdicts, the most useful first.
pub(super) fn undecided(report: &Report) -> String {
    let all = report.undecided();
    if all.is_empty() {
        return String::new();
    }
    let rows = all.iter().take(MAX_ROWS).map(|one| {
        let places: Vec<String> =
            one.spans.iter().take(3).map(|span| code(&place(&(*span).into(), &report.sources))).collect();
        let more = if one.spans.len() > 3 { ", …" } else { "" };
        let who = if one.is_answerable() { "whoever runs the check" } else { "known at apply" };
        vec![
            sentence(&answer(one, report)),
            one.verdicts.to_string(),
            who.to_owned(),
            places.join(", ") + more,
        ]
    });
    let mut out = "<p>These verdicts are neither passes nor findings.</p>\n".to_owned();
    out.push_str(&table(&["what would decide", "verdicts", "who can tell", "where"], rows));
    out.push_str(&more(all.len(), MAX_ROWS));
    out
}

/// What is not reported, and why.
pub(super) fn set_aside(report: &Report) -> String {
    let all = report.groups_set_aside();
    if all.is_empty() {
        return String::new();
    }
    let rows = all.iter().take(MAX_ROWS).map(|group| {
        let entry = group.first;
        let suppression = report.suppression_of(entry);
        let reason = suppression.map(|suppression| {
            let owner = suppression.owner.as_ref().map(|owner| format!("; owner: {}", sentence(owner)));
            let until = suppression.until.map(|until| format!("; until {until}"));
            sentence(&suppression.reason) + &owner.unwrap_or_default() + &until.unwrap_or_default()
        });
        let at = suppression.map(|suppression| code(&place(&suppression.span.into(), &report.sources)));
        vec![
            badge("skip", entry.status.name()),
            format!("{} {}", badge(group.severity().name(), group.severity().name()), code(&entry.what.id)),
            about(group),
            reason.unwrap_or_default(),
            at.unwrap_or_default(),
        ]
    });
    let mut out = table(&["status", "rule", "about", "reason", "where it is accepted"], rows);
    out.push_str(&more(all.len(), MAX_ROWS));
    out
}

fn about(group: &FindingGroup<'_>) -> String {
    let more = if group.size() > 1 { format!(" and {} more", group.size() - 1) } else { String::new() };
    code(&group.first.what.address) + &more
}

pub(super) fn problems(report: &Report) -> String {
    let all = items(report, Detail::default());
    let all: Vec<_> = all.iter().filter(|item| item.group.is_none()).collect();
    if all.is_empty() {
        return String::new();
    }
    let rows = all.iter().take(MAX_ROWS).map(|item| {
        let problem = &item.entry.what;
        let at = problem.primary.as_ref().map(|label| code(&place(&label.location, &report.sources)));
        let help =
            report.help(problem).map(|help| format!("<br><span class=\"soft\">{}</span>", sentence(help)));
        vec![
            format!("{} {}", badge(problem.severity.name(), problem.severity.name()), code(&problem.id)),
            sentence(&problem.message) + &help.unwrap_or_default(),
            at.unwrap_or_default(),
        ]
    });
    let mut out = table(&["problem", "what is wrong", "where"], rows);
    out.push_str(&more(all.len(), MAX_ROWS));
    out
}

/// Root modules, directories that nobody applies, resources that no rule knows, and the verdicts of each rule.
pub(super) fn checked(report: &Report) -> String {
    let rows = report.roots.iter().take(MAX_ROWS).map(|root| {
        let environment = root.environment.as_deref().map(name).unwrap_or_default();
        vec![
            code(&path_of(&root.path)),
            root.input.name().to_owned(),
            root.kind.name().to_owned(),
            environment,
        ]
    });
    let mut out = table(&["root module or plan", "read from", "taken for", "environment"], rows);
    out.push_str(&more(report.roots.len(), MAX_ROWS));
    let left_out = report.directories.iter().filter(|directory| directory.attention == Attention::LeftOut);
    let left_out: Vec<Vec<String>> = left_out
        .map(|directory| {
            vec![
                code(&path_of(&directory.path)),
                directory.kind.name().to_owned(),
                sentence(&directory.reason),
            ]
        })
        .collect();
    if !left_out.is_empty() {
        let n = left_out.len();
        out.push_str("<h3>Not checked, because nobody applies it</h3>\n");
        out.push_str(&table(&["directory", "taken for", "because"], left_out.into_iter().take(MAX_ROWS)));
        out.push_str(&more(n, MAX_ROWS));
    }
    if !report.not_modelled.is_empty() {
        out.push_str("<h3>Types that no rule knows</h3>\n");
        let rows =
            report.not_modelled.iter().take(MAX_ROWS).map(|(type_, n)| vec![code(type_), n.to_string()]);
        out.push_str(&table(&["type", "resources"], rows));
        out.push_str(&more(report.not_modelled.len(), MAX_ROWS));
    }
    let rules = report.by_rule();
    let rows: Vec<Vec<String>> = rules
        .iter()
        .filter_map(|(id, counts)| {
            let summary = report.rule(id)?.summary.as_str();
            let numbers = [counts.causes.iter().sum(), counts.unknown, counts.passed, counts.skipped];
            if numbers.iter().all(|n: &usize| *n == 0) {
                return None;
            }
            let numbers = numbers.iter().map(ToString::to_string);
            Some([code(id), sentence(summary)].into_iter().chain(numbers).collect())
        })
        .collect();
    if !rows.is_empty() {
        let heads = ["rule", "what it finds", "findings", "unknown", "passed", "does not apply"];
        let _ = writeln!(
            out,
            "<details><summary>{} something to look at</summary>\n{}</details>",
            counted(rows.len(), "rule had", "rules had"),
            table(&heads, rows)
        );
    }
    out
}
