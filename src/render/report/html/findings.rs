//! Findings as parts of a page that unfold, with the controls that filter them.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use crate::diagnostic::Severity;
use crate::render::markup::{badge, code, escaped, more, name, prose, sentence};
use crate::render::report::frames::MAX_SHOWN;
use crate::render::report::items::{Detail, Item, items};
use crate::render::report::text::{instances, notes, place};
use crate::render::report::tools::Fingerprints;
use crate::render::report::view::{Layout, View};
use crate::render::report::window::{MAX_COLUMNS, Window};
use crate::render::{counted, path_of};
use crate::report::Report;

/// The most bytes of findings; the rest is counted.
const MAX_BYTES: usize = 8 << 20;
/// Instances of one finding that are named.
const MAX_INSTANCES: usize = 200;

pub(super) fn part(report: &Report) -> String {
    let all = items(report, Detail { advice: true, ..Detail::default() });
    let all: Vec<&Item<'_>> = all.iter().filter(|item| item.group.is_some()).collect();
    if all.is_empty() {
        return "<p>Nothing was found.</p>\n".to_owned();
    }
    let mut out = controls(&all, report);
    let mut fingerprints = Fingerprints::default();
    for (n, item) in all.iter().enumerate() {
        if out.len() > MAX_BYTES {
            let more = counted(all.len() - n, "more finding is", "more findings are");
            let _ = writeln!(out, "<p class=\"notice\">{more} not shown: the page would be too long.</p>");
            break;
        }
        let fingerprint = fingerprints.next(item.entry, report);
        one(&mut out, item, &fingerprint, report);
    }
    out
}

/// The controls. Without the script that they need, they stay hidden.
fn controls(all: &[&Item<'_>], report: &Report) -> String {
    let principles: BTreeSet<&str> = all.iter().map(|item| principle(item, report)).collect();
    let known = report.principles.iter().filter(|principle| principles.contains(principle.id.as_str()));
    let principles = known.map(|principle| (principle.id.to_string(), principle.title.to_string()));
    let rules: BTreeSet<&str> = all.iter().map(|item| item.entry.what.id.as_str()).collect();
    let rules = rules.into_iter().map(|rule| (rule.to_owned(), rule.to_owned()));
    // Environments of one root are one choice.
    let roots: BTreeMap<String, usize> = (0..report.roots.len())
        .rev()
        .filter_map(|at| Some((path_of(&report.roots.get(at)?.path), at)))
        .collect();
    let roots = roots.into_iter().map(|(path, at)| (at.to_string(), path));
    let severities: String = Severity::ALL
        .into_iter()
        .map(|severity| {
            let word = severity.name();
            format!(
                "<label><input type=\"checkbox\" name=\"severity\" value=\"{word}\" checked>{word}</label>"
            )
        })
        .collect();
    format!(
        "<form class=\"filters\" id=\"filters\" hidden>\n<fieldset><legend class=\"soft\">Severity</legend>{severities}</fieldset>\n{}{}{}\
         <label>Text<input type=\"search\" name=\"text\"></label>\n<button type=\"reset\">Show all</button>\n\
         <output aria-live=\"polite\"></output>\n</form>\n",
        choice("principle", "Principle", principles),
        choice("rule", "Rule", rules),
        choice("root", "Root module", roots)
    )
}

fn choice(field: &str, title: &str, values: impl Iterator<Item = (String, String)>) -> String {
    let values = values
        .map(|(value, words)| format!("<option value=\"{}\">{}</option>", escaped(&value), name(&words)));
    format!(
        "<label>{title}<select name=\"{field}\"><option value=\"\">all</option>{}</select></label>\n",
        values.collect::<String>()
    )
}

fn principle<'a>(item: &Item<'_>, report: &'a Report) -> &'a str {
    report.rule_behind(&item.entry.what).map_or("", |rule| rule.principle.as_str())
}

/// The roots of a finding, by the index that stands for all environments of a root.
fn roots(item: &Item<'_>, report: &Report) -> String {
    let entries = item.group.iter().flat_map(|group| group.entries());
    let indexes = entries.flat_map(|entry| entry.root.iter().chain(&entry.also));
    let first = |index: &usize| {
        let path = &report.roots.get(*index)?.path;
        report.roots.iter().position(|root| root.path == *path)
    };
    let indexes: BTreeSet<usize> = indexes.filter_map(first).collect();
    indexes.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
}

fn one(out: &mut String, item: &Item<'_>, fingerprint: &str, report: &Report) {
    let finding = &item.entry.what;
    let severity = item.severity().name();
    let at = finding.primary.as_ref().map(|label| place(&label.location, &report.sources));
    let extent = item.extent(report).map(|extent| format!(" ({})", escaped(&extent))).unwrap_or_default();
    let _ = writeln!(
        out,
        "<details class=\"finding\" id=\"f-{fingerprint}\" data-severity=\"{severity}\" data-principle=\"{}\" data-rule=\"{}\" data-roots=\"{}\">\n\
         <summary>{} <span class=\"rule\">{}</span>: {}{extent} <span class=\"place\">{}</span></summary>",
        escaped(principle(item, report)),
        name(&finding.id),
        roots(item, report),
        badge(severity, severity),
        name(&finding.id),
        sentence(&finding.message),
        escaped(&at.unwrap_or_default())
    );
    let view = View::new(item.entry, report, Layout::Together { lines: MAX_SHOWN, columns: MAX_COLUMNS });
    for (window, labels) in view.windows() {
        source(out, window, labels);
    }
    if let Some(help) = report.help(finding) {
        let _ = writeln!(
            out,
            "<p><strong>Fix:</strong> {}</p>",
            sentence(&help.split_whitespace().collect::<Vec<_>>().join(" "))
        );
    }
    facts(out, item, &view.left_out, report);
    if item.len() > 1 {
        let all = instances(item, report);
        let items: String = all
            .iter()
            .take(MAX_INSTANCES)
            .map(|instance| format!("<li>{}</li>", escaped(instance)))
            .collect();
        let more = more(all.len(), MAX_INSTANCES);
        let _ = writeln!(
            out,
            "<details><summary>{} instances</summary><ul class=\"address\">{items}</ul>{more}</details>",
            all.len()
        );
    }
    if let Some(rule) = report.rule_behind(finding) {
        let references: String =
            rule.references.iter().map(|text| format!("<li>{}</li>", reference(text))).collect();
        let references = if references.is_empty() { references } else { format!("<ul>{references}</ul>") };
        let _ = writeln!(
            out,
            "<details><summary>Why it matters</summary>{}{references}</details>",
            prose(&rule.why)
        );
    }
    out.push_str("</details>\n");
}

/// Further reading: a link if it is one. Nothing follows it before a reader does.
fn reference(text: &str) -> String {
    let shown = name(text);
    match text.starts_with("https://") && !text.contains(char::is_whitespace) {
        true => format!("<a href=\"{}\" rel=\"noreferrer noopener\">{shown}</a>", escaped(text)),
        false => shown,
    }
}

/// What is known of a finding beside its places.
fn facts(out: &mut String, item: &Item<'_>, left_out: &[String], report: &Report) {
    let finding = &item.entry.what;
    let mut facts: Vec<(&str, String)> = Vec::new();
    if !finding.address.is_empty() {
        facts.push(("about", code(&finding.address)));
    }
    for (word, text) in notes(item, report).into_iter().filter(|(word, _)| *word != "at") {
        let shown = match word {
            "in" | "needed by" | "also" | "more" => sentence(&text),
            _ => text.split(" → ").map(code).collect::<Vec<_>>().join(" → "),
        };
        facts.push((word, shown));
    }
    facts.extend(left_out.iter().map(|place| ("also", sentence(place))));
    let facts: String =
        facts.iter().map(|(word, text)| format!("<dt>{word}</dt><dd>{text}</dd>\n")).collect();
    let _ = writeln!(out, "<dl>\n{facts}</dl>");
}

/// Lines of source, or of an excerpt of a plan, with what is marked in them.
fn source(out: &mut String, window: &Window, labels: &[(Option<String>, bool)]) {
    let mut lines = String::new();
    for line in window.shown_lines() {
        let number = if window.is_excerpt() { String::new() } else { line.number.to_string() };
        let _ = write!(lines, "<span class=\"n\">{number}</span>");
        let mut at = 0;
        for (range, mark) in &line.marks {
            let primary = labels.get(*mark).is_some_and(|(_, is_primary)| *is_primary);
            let class = if primary { " class=\"primary\"" } else { "" };
            let part = |from, to| escaped(line.text.get(from..to).unwrap_or_default());
            let _ = write!(
                lines,
                "{}<mark{class}>{}</mark>",
                part(at, range.start),
                part(range.start, range.end)
            );
            at = range.end;
        }
        let _ = writeln!(lines, "{}", escaped(line.text.get(at..).unwrap_or_default()));
    }
    let words: Vec<String> = labels.iter().filter_map(|(words, _)| Some(sentence(words.as_ref()?))).collect();
    let words = if words.is_empty() {
        String::new()
    } else {
        format!("<p class=\"words\">{}</p>", words.join(" · "))
    };
    let _ = writeln!(
        out,
        "<figure><figcaption>{}</figcaption><pre>{lines}</pre>{words}</figure>",
        escaped(&window.title())
    );
}
