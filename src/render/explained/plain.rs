//! Explanations for screen readers: one sentence on a line, no columns.

use std::fmt::Write;

use super::{near_place, provenance, signal, standing_facts, taken_for};
use crate::analysis::coverage::Signal;
use crate::diagnostic::Severity;
use crate::render::report::place;
use crate::render::{clean, path_of};
use crate::report::Root;
use crate::report::explained::{ExplainReport, ExplainedEdges, ExplainedNode, ExplainedUnknown, VerdictKind};
use crate::text::Sources;

pub(super) fn render(report: &ExplainReport) -> String {
    let mut out = format!("{}: {}\n", taken_for(report), clean::name(&report.asked));
    let sources = &report.report.sources;
    for (root, found) in report.report.roots.iter().zip(&report.roots).filter(|(_, found)| !found.is_empty())
    {
        let _ = writeln!(out, "\nroot: {}", clean::name(&path_of(&root.path)));
        if let Some(environment) = &root.environment {
            let _ = writeln!(out, "environment: {}", clean::name(environment));
        }
        found.nodes.iter().for_each(|node| one(&mut out, node, root, sources));
        for node in &found.further {
            let address = clean::name(&node.address);
            let _ = writeln!(
                out,
                "{address}: {} fail, {} unknown, {} pass",
                node.failed, node.unknown, node.passed
            );
        }
    }
    for variable in &report.variables {
        let root = report.report.roots.get(variable.root).map(|root| path_of(&root.path)).unwrap_or_default();
        let (is_known, value) = match &variable.cause {
            Some(cause) => ("not known", clean::line(cause)),
            None => ("known", clean::line(&variable.shown)),
        };
        let _ = writeln!(out, "\n{is_known} in {}: {value}", clean::name(&root));
        if let Some((span, what)) = variable.decided {
            let _ = writeln!(out, "decided by: {what} at {}", place(&span.into(), sources));
        }
    }
    report.unknowns.iter().for_each(|unknown| of_unknown(&mut out, unknown, report));
    for problem in report.report.problems().filter(|problem| problem.severity == Severity::Error) {
        let _ = writeln!(out, "not read: {}: {}", clean::name(&problem.id), clean::line(&problem.message));
    }
    out
}

fn one(out: &mut String, node: &ExplainedNode, root: &Root, sources: &Sources) {
    let _ = writeln!(out, "\n{}: {}", node.kind, clean::name(&node.address));
    if let Some(at) = &node.place {
        let _ = writeln!(out, "declared at: {}", near_place(at, root, sources));
    }
    if let Some(role) = node.role {
        let _ = writeln!(out, "role: {role}");
    }
    for (address, at) in &node.calls {
        let _ = writeln!(out, "called by: {} at {}", clean::name(address), near_place(at, root, sources));
    }
    if let Some(cause) = &node.uncertain {
        let _ = writeln!(out, "may not exist, or several times: {}", clean::line(cause));
    }
    for value in &node.values {
        let from = provenance(value, root, sources);
        let from = if from.is_empty() { from } else { format!(" ({from})") };
        let _ = writeln!(out, "value: {} is {}{from}", clean::name(&value.path), clean::line(&value.shown));
    }
    edges(out, "edge to", &node.outgoing);
    edges(out, "edge from", &node.incoming);
    for (word, text) in node.standing.iter().flat_map(standing_facts) {
        let _ = writeln!(out, "{word}: {text}");
    }
    for (kind, cell) in node.signals.iter().flat_map(|cells| Signal::ALL.iter().zip(cells)) {
        let _ = writeln!(out, "{}: {}", kind.name(), signal(cell));
    }
    for verdict in &node.verdicts {
        let word = match verdict.kind {
            VerdictKind::Fail => verdict.severity.name(),
            other => other.name(),
        };
        let text =
            if verdict.text.is_empty() { String::new() } else { format!(": {}", clean::line(&verdict.text)) };
        let aside = verdict.set_aside.as_ref().map(|why| format!(" (not reported: {})", clean::line(why)));
        let _ = writeln!(
            out,
            "verdict: {word}: {}{text}{}",
            clean::name(&verdict.rule),
            aside.unwrap_or_default()
        );
    }
}

fn edges(out: &mut String, word: &str, edges: &ExplainedEdges) {
    for edge in &edges.edges {
        let possible = edge.possible.as_ref().map(|cause| format!(", only possible: {}", clean::line(cause)));
        let other = clean::name(&edge.other);
        let _ = writeln!(out, "{word}: {other}, {}{}", edge.kind, possible.unwrap_or_default());
    }
    for (cause, kinds) in &edges.open {
        let kinds = if kinds.is_empty() { "any kind".to_owned() } else { kinds.join(", ") };
        let _ = writeln!(out, "{word}: perhaps more, {kinds}: {}", clean::line(cause));
    }
}

fn of_unknown(out: &mut String, unknown: &ExplainedUnknown, report: &ExplainReport) {
    let passes = if unknown.passed_on { "passes on" } else { "unknown because" };
    let _ = writeln!(out, "\n{passes}: {}", clean::line(&unknown.text));
    for at in &unknown.places {
        let _ = writeln!(out, "declared at: {}", place(&(*at).into(), &report.report.sources));
    }
    if let Some(type_) = &unknown.type_ {
        let _ = writeln!(out, "type: {}", clean::line(type_));
    }
    for rule in &unknown.verdicts {
        for (_, address) in &rule.nodes {
            let _ = writeln!(out, "decides: {} about {}", clean::name(&rule.rule), clean::name(address));
        }
    }
    for remedy in &unknown.remedies {
        let _ = writeln!(out, "decided by {}:", remedy.what);
        remedy.text.lines().for_each(|line| {
            let _ = writeln!(out, "{}", clean::line(line));
        });
    }
}
