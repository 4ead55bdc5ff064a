//! Explanations for people: what a node is, in columns that fit the terminal.

use std::fmt::Write;

use super::{near_place, provenance, signal, standing_facts, taken_for};
use crate::analysis::coverage::Signal;
use crate::diagnostic::Severity;
use crate::render::clean::MAX_OUTPUT;
use crate::render::look::Look;
use crate::render::report::place;
use crate::render::{clean, counted, path_of};
use crate::report::Root;
use crate::report::explained::{
    ExplainReport, ExplainedEdges, ExplainedNode, ExplainedUnknown, ExplainedVariable, ExplainedVerdict,
    FurtherNode, ROOT_MODULE, ValueState, VerdictKind,
};

/// The most errors of the run that are listed.
const MAX_ERRORS: usize = 5;
/// The widest first column.
const MAX_COLUMN: usize = 36;
/// The most edges in one direction, nodes of a list and addresses behind a rule that are listed without `--all`.
const MAX_EDGES: usize = 20;
const MAX_FURTHER: usize = 40;
const MAX_ADDRESSES: usize = 6;

pub(super) fn render(report: &ExplainReport, all: bool, look: Look) -> String {
    let mut page = ExplainPage { out: String::new(), report, all, look };
    let asked = clean::name(&report.asked);
    let _ = writeln!(page.out, "{} {}", look.faint(taken_for(report)), look.bold(&asked));
    for (root, found) in report.report.roots.iter().zip(&report.roots).filter(|(_, found)| !found.is_empty())
    {
        let environment = root.environment.as_ref().map(|name| format!(" · {}", clean::name(name)));
        let kind = if root.input.name() == "source" { "root module" } else { root.input.name() };
        let path = path_of(&root.path);
        let title = format!("{kind} {}{}", clean::name(&path), environment.unwrap_or_default());
        let _ = writeln!(page.out, "\n{}", look.faint(&title));
        for (index, node) in found.nodes.iter().enumerate() {
            if page.out.len() > MAX_OUTPUT {
                let more = counted(found.nodes.len() - index, "more address", "more addresses");
                let _ = writeln!(page.out, "\ncut: {more} not shown; `--format json` has them");
                break;
            }
            page.node(node, root);
        }
        page.further(&found.further);
    }
    report.variables.iter().for_each(|variable| page.variable(variable));
    report.unknowns.iter().for_each(|unknown| page.unknown(unknown));
    page.problems();
    page.out
}

/// A page that is being written.
struct ExplainPage<'a> {
    out: String,
    report: &'a ExplainReport,
    all: bool,
    look: Look,
}

impl ExplainPage<'_> {
    fn title(&mut self, title: &str) {
        let _ = writeln!(self.out, "\n{}", self.look.bold(title));
    }

    /// A line with a word in a first column.
    fn row(&mut self, word: &str, width: usize, text: &str) {
        let (first, rest) = (format!("  {word:width$}  "), " ".repeat(width + 4));
        let _ = writeln!(self.out, "{}", self.look.wrapped(text, &first, &rest));
    }

    fn node(&mut self, node: &ExplainedNode, root: &Root) {
        let sources = &self.report.report.sources;
        let role = node.role.map(|role| format!(", role {role}")).unwrap_or_default();
        let at = node.place.as_ref().map(|at| format!(" ({})", near_place(at, root, sources)));
        let text = format!("{}: {}{role}{}", clean::name(&node.address), node.kind, at.unwrap_or_default());
        let _ = writeln!(self.out, "\n{}", self.look.wrapped(&text, "", "    "));
        if !node.calls.is_empty() {
            let calls: Vec<String> = (node.calls.iter())
                .map(|(address, at)| format!("{} ({})", clean::name(address), near_place(at, root, sources)))
                .collect();
            let text = self.look.wrapped(&calls.join(" → "), "  called by ", "    ");
            let _ = writeln!(self.out, "{text}");
        }
        if let Some(cause) = &node.uncertain {
            let text = format!("it may not exist, or several times: {}", clean::line(cause));
            let _ = writeln!(self.out, "{}", self.look.wrapped(&text, "  ", "    "));
        }
        self.values(node, root);
        self.edges("edges from it", &node.outgoing);
        self.edges("edges to it", &node.incoming);
        if let Some(standing) = &node.standing {
            self.title("where it stands");
            standing_facts(standing).iter().for_each(|(word, text)| self.row(word, 8, text));
        }
        if let Some(signals) = &node.signals {
            self.title("signals");
            for (kind, cell) in Signal::ALL.iter().zip(signals) {
                self.row(kind.name(), 8, &signal(cell));
            }
        }
        self.verdicts(&node.verdicts, root);
    }

    fn values(&mut self, node: &ExplainedNode, root: &Root) {
        if node.values.is_empty() {
            return;
        }
        self.title("values");
        let longest = node.values.iter().map(|value| value.path.chars().count()).max().unwrap_or_default();
        let width = longest.min(MAX_COLUMN);
        for value in &node.values {
            let shown = clean::line(&value.shown);
            let line = format!("  {:width$} = {shown}", clean::name(&value.path));
            let from = provenance(value, root, &self.report.report.sources);
            let is_short = line.chars().count() + from.chars().count() + 3 <= self.look.width;
            let line = match value.state {
                ValueState::Known | ValueState::Written | ValueState::Secret => line,
                ValueState::Partly | ValueState::Unknown => {
                    line.replacen(&*shown, &self.look.toned(Severity::Warning, &shown), 1)
                }
            };
            let _ = match (from.is_empty(), is_short) {
                (true, _) => writeln!(self.out, "{line}"),
                (false, true) => writeln!(self.out, "{line}   {}", self.look.faint(&from)),
                (false, false) => {
                    let from = self.look.wrapped(&from, "      ", "      ");
                    writeln!(self.out, "{line}\n{}", self.look.faint(&from))
                }
            };
        }
        if node.further_values > 0 {
            let more = counted(node.further_values, "more value", "more values");
            let _ = writeln!(self.out, "  {more}: not shown");
        }
    }

    fn edges(&mut self, title: &str, edges: &ExplainedEdges) {
        if edges.edges.is_empty() && edges.open.is_empty() {
            return;
        }
        self.title(title);
        let most = if self.all { usize::MAX } else { MAX_EDGES };
        let width = edges.edges.iter().map(|edge| edge.kind.len()).max().unwrap_or_default();
        for edge in edges.edges.iter().take(most) {
            let other = clean::name(&edge.other);
            let text = match (&edge.possible, edge.attribute.is_empty()) {
                (Some(cause), _) => format!("{other}: only possible: {}", clean::line(cause)),
                (None, true) => other.into_owned(),
                (None, false) => format!("{other} (by {})", clean::name(&edge.attribute)),
            };
            self.row(edge.kind, width, &text);
        }
        if edges.edges.len() > most {
            let more = counted(edges.edges.len() - most, "more edge", "more edges");
            let _ = writeln!(self.out, "  {more}; `--all` lists them");
        }
        for (cause, kinds) in &edges.open {
            let kinds = if kinds.is_empty() { "any kind".to_owned() } else { kinds.join(", ") };
            let text = format!("there may be more ({kinds}): {}", clean::line(cause));
            let _ = writeln!(self.out, "{}", self.look.wrapped(&text, "  ", "    "));
        }
    }

    fn verdicts(&mut self, verdicts: &[ExplainedVerdict], root: &Root) {
        if verdicts.is_empty() {
            let _ = writeln!(self.out, "\nno rule asks about it");
            return;
        }
        self.title("verdicts");
        let words = |verdict: &ExplainedVerdict| match verdict.kind {
            VerdictKind::Fail => verdict.severity.name(),
            other => other.name(),
        };
        for verdict in verdicts.iter().filter(|verdict| verdict.kind != VerdictKind::Pass) {
            let rule = clean::name(&verdict.rule);
            let text = match verdict.kind {
                VerdictKind::Skip if verdict.text.is_empty() => "it does not apply".to_owned(),
                VerdictKind::Skip => format!("it does not apply: `{}`", clean::line(&verdict.text)),
                _ => clean::line(&verdict.text).into_owned(),
            };
            let at = verdict.place.as_ref().map(|at| near_place(at, root, &self.report.report.sources));
            let at = at.map(|at| format!(" ({at})")).unwrap_or_default();
            let aside =
                verdict.set_aside.as_ref().map(|why| format!(" [not reported: {}]", clean::line(why)));
            let text = format!("{rule}: {text}{at}{}", aside.unwrap_or_default());
            let word = format!("{:7}", words(verdict));
            let line = self.look.wrapped(&text, &format!("  {word}  "), "           ");
            let toned = match verdict.kind {
                VerdictKind::Fail => self.look.toned(verdict.severity, &word),
                VerdictKind::Unknown => self.look.bold(&word),
                VerdictKind::Pass | VerdictKind::Skip => word.clone(),
            };
            let _ = writeln!(self.out, "{}", line.replacen(&word, &toned, 1));
        }
        let passed: Vec<&str> = (verdicts.iter())
            .filter(|verdict| verdict.kind == VerdictKind::Pass)
            .map(|verdict| verdict.rule.as_str())
            .collect();
        if !passed.is_empty() {
            self.row("pass", 7, &passed.join(", "));
        }
    }

    fn further(&mut self, further: &[FurtherNode]) {
        if further.is_empty() {
            return;
        }
        self.title(&counted(further.len(), "resource", "resources"));
        let most = if self.all { usize::MAX } else { MAX_FURTHER };
        for node in further.iter().take(most) {
            let numbers = [("fail", node.failed), ("unknown", node.unknown), ("pass", node.passed)];
            let numbers: Vec<String> =
                numbers.into_iter().filter(|(_, n)| *n > 0).map(|(word, n)| format!("{n} {word}")).collect();
            let told =
                if numbers.is_empty() { "no rule asks about it".to_owned() } else { numbers.join(", ") };
            let text = format!("{}: {told}", clean::name(&node.address));
            let _ = writeln!(self.out, "{}", self.look.wrapped(&text, "  ", "      "));
        }
        if further.len() > most {
            let more = further.len() - most;
            let _ = writeln!(self.out, "  {more} more; `--all` lists them");
        }
        let _ = writeln!(self.out, "\n`buttress explain ADDRESS` tells one of them in full");
    }

    fn variable(&mut self, variable: &ExplainedVariable) {
        let sources = &self.report.report.sources;
        let root = self.report.report.roots.get(variable.root).map(|root| path_of(&root.path));
        let root = root.unwrap_or_default();
        let text = match &variable.cause {
            Some(cause) => format!("not known in {}: {}", clean::name(&root), clean::line(cause)),
            None => format!("known in {}: {}", clean::name(&root), clean::line(&variable.shown)),
        };
        let _ = writeln!(self.out, "\n{}", self.look.wrapped(&text, "", "    "));
        let decided = match variable.decided {
            Some((span, what)) => format!("{what} at {}", place(&span.into(), sources)),
            None if variable.cause.is_some() => String::new(),
            None if variable.is_secret => "not shown: the variable is sensitive".to_owned(),
            None => "an option or the process gives the value".to_owned(),
        };
        if !decided.is_empty() {
            self.row("decided", 8, &decided);
        }
        if let Some(at) = variable.place {
            self.row("declared", 8, &place(&at.into(), sources));
        }
    }

    fn unknown(&mut self, unknown: &ExplainedUnknown) {
        let sources = &self.report.report.sources;
        let passes = if unknown.passed_on { "it passes on what is not known: " } else { "" };
        let text = format!("{passes}{}", clean::line(&unknown.text));
        let _ = writeln!(self.out, "\n{}", self.look.wrapped(&text, "", "    "));
        for at in &unknown.places {
            self.row("declared", 8, &place(&(*at).into(), sources));
        }
        if let Some(type_) = &unknown.type_ {
            self.row("type", 8, &clean::line(type_));
        }
        self.title(&format!("decides {}", counted(unknown.count(), "verdict", "verdicts")));
        let several = self.report.report.roots.len() > 1;
        let most = if self.all { usize::MAX } else { MAX_ADDRESSES };
        let mut waiting: Vec<&str> = Vec::new();
        for rule in &unknown.verdicts {
            let (of_roots, nodes): (Vec<_>, Vec<_>) =
                rule.nodes.iter().partition(|(_, at)| at == ROOT_MODULE);
            if !of_roots.is_empty() {
                waiting.push(&rule.rule);
            }
            let mut addresses: Vec<String> = (nodes.iter().take(most))
                .map(|(root, address)| {
                    let path = self.report.report.roots.get(*root).map(|root| path_of(&root.path));
                    let path = path.filter(|_| several).map(|path| format!(" in {}", clean::name(&path)));
                    format!("{}{}", clean::name(address), path.unwrap_or_default())
                })
                .collect();
            if nodes.len() > most {
                addresses.push(format!("{} more", nodes.len() - most));
            }
            if !addresses.is_empty() {
                let text = format!("{}: {}", clean::name(&rule.rule), addresses.join(", "));
                let _ = writeln!(self.out, "{}", self.look.wrapped(&text, "  ", "      "));
            }
        }
        if !waiting.is_empty() {
            let mut rules = waiting.iter().take(most).copied().collect::<Vec<_>>().join(", ");
            if waiting.len() > most {
                let _ = write!(rules, " and {} more; `--all` lists them", waiting.len() - most);
            }
            let count = counted(waiting.len(), "rule", "rules");
            let text = format!("whether there is more to look at, for {count}: {rules}");
            let _ = writeln!(self.out, "{}", self.look.wrapped(&text, "  ", "      "));
        }
        if !unknown.together.is_empty() {
            let names: Vec<String> =
                unknown.together.iter().map(|name| format!("`{}`", clean::name(name))).collect();
            let text = format!("some of them need {} as well", names.join(", "));
            let _ = writeln!(self.out, "{}", self.look.wrapped(&text, "  ", "      "));
        }
        if unknown.remedies.is_empty() {
            let _ = writeln!(self.out, "\nno option and no assumption decides it");
            return;
        }
        self.title("what decides it");
        for remedy in &unknown.remedies {
            let _ = writeln!(self.out, "  {}", self.look.faint(remedy.what));
            for line in remedy.text.lines() {
                let _ = writeln!(self.out, "      {}", clean::line(line));
            }
        }
    }

    /// The errors of the run: what could not be read cannot be explained.
    fn problems(&mut self) {
        let text = super::errors(self.report, MAX_ERRORS, self.look);
        if !text.is_empty() {
            self.title("not everything could be read");
            self.out.push_str(&text);
        }
    }
}
