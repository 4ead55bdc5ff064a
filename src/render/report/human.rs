//! Human output: every diagnostic as miette draws it, in our own colours.

use std::fmt::Write;

use miette::{GraphicalReportHandler, GraphicalTheme, ThemeCharacters, ThemeStyles};
use rustc_hash::{FxHashMap, FxHashSet};
use textwrap::{WordSeparator, WordSplitter};

use super::frames::{MAX_LINES, MAX_SHOWN};
use super::items::{Detail, Item, ReportPart, told};
use super::summary;
use super::text::{instances, line, most_of, notes};
use super::view::{Layout, View};
use super::window::MAX_COLUMNS;
use crate::diagnostic::Severity;
use crate::render::clean::{self, colour_code};
use crate::render::counted;
use crate::render::look::Look;
use crate::report::Report;

/// So many causes of findings are drawn: the worst, and then one of each rule. The others get a line each.
const DRAWN: usize = 10;
/// If there are more lines, each rule gets a few, and what remains of it is counted.
const LINES: usize = 50;
const LINES_OF_RULE: usize = 5;
/// What the number of a line and the frame take of the width.
const GUTTER: usize = 10;
/// The fewest columns of a line that are shown, on however narrow a screen.
const MIN_COLUMNS: usize = 60;

/// Findings of a report with so many causes are drawn in at most so many lines each, so that the three worst fit on a screen.
const SEVERAL: usize = 3;
const MAX_DRAWN_LINES: usize = 18;

pub(super) fn render(report: &Report, look: Look, detail: Detail) -> String {
    let items = told(report, detail);
    let findings = items.iter().take_while(|item| item.group.is_some()).count();
    let (findings, problems) = items.split_at_checked(findings).unwrap_or((&items, &[]));
    let is_short = findings.len() >= SEVERAL && !detail.all;
    let is_few = findings.len() <= DRAWN || detail.all;
    let (drawn, others) = if is_few { (findings.iter().collect(), Vec::new()) } else { chosen(findings) };
    let mut out = String::new();
    let draw = |out: &mut String, item: &Item<'_>| {
        let mut text = draw(item, report, look, detail, MAX_SHOWN);
        if is_short && text.lines().count() > MAX_DRAWN_LINES {
            text = draw(item, report, look, detail, 0);
        }
        out.push_str(&text);
        out.push('\n');
    };
    if detail.part != ReportPart::Summary {
        most_of(&mut out, drawn, draw);
        rest(&mut out, &others, report, look);
        most_of(&mut out, problems, draw);
    }
    summary::write(&mut out, report, look, detail);
    out
}

/// Those that are drawn, and the others. A rule that finds the same in a hundred places must not hide what else is wrong.
fn chosen<'i, 'a>(findings: &'i [Item<'a>]) -> (Vec<&'i Item<'a>>, Vec<&'i Item<'a>>) {
    let (mut drawn, mut others) = (Vec::new(), Vec::new());
    let mut rules: FxHashSet<&str> = FxHashSet::default();
    for item in findings {
        let is_new = rules.insert(&item.entry.what.id);
        if drawn.len() < SEVERAL || is_new && drawn.len() < DRAWN {
            drawn.push(item);
        } else {
            others.push(item);
        }
    }
    (drawn, others)
}

/// Writes the findings that are not drawn: a line each; if there are many, a few of each rule and how many there are besides.
fn rest(out: &mut String, items: &[&Item<'_>], report: &Report, look: Look) {
    if items.is_empty() {
        return;
    }
    let more = counted(items.len(), "more finding", "more findings");
    let _ = writeln!(out, "{}", look.bold(&format!("{more}; `--all` shows them in full")));
    let mut of_rule: FxHashMap<&str, usize> = FxHashMap::default();
    items.iter().for_each(|item| *of_rule.entry(&item.entry.what.id).or_default() += 1);
    let most = if items.len() > LINES { LINES_OF_RULE } else { LINES };
    let mut told: FxHashMap<&str, usize> = FxHashMap::default();
    for item in items {
        let id = item.entry.what.id.as_str();
        let told = told.entry(id).or_default();
        *told += 1;
        if *told <= most {
            out.push_str(&line(item, report, look));
        }
        let left = of_rule.get(id).map_or(0, |all| all.saturating_sub(most));
        if *told == most && left > 0 {
            let heading = format!("{}[{}]", item.severity().name(), clean::name(id));
            let _ = writeln!(out, "  {} {left} more", look.toned(item.severity(), &heading));
        }
    }
    out.push('\n');
}

/// Draws a finding or problem, with at most so many lines of source beside those of its primary place.
fn draw(item: &Item<'_>, report: &Report, look: Look, detail: Detail, lines: usize) -> String {
    let drawn = draw_as(item, report, look, detail, lines);
    // Marks of several lines have one column each, from two on; miette counts codes of colours as width there.
    if !look.colour || item.entry.what.labels().nth(1).is_none() {
        return drawn;
    }
    let plain = draw_as(item, report, Look { colour: false, ..look }, detail, lines);
    drawn.lines().zip(plain.lines()).map(|(drawn, plain)| with_blanks(drawn, plain) + "\n").collect()
}

/// A coloured line with the blanks that it lacks, compared with the same line without colours.
fn with_blanks(drawn: &str, plain: &str) -> String {
    let mut out = String::with_capacity(drawn.len());
    let mut plain = plain.chars().peekable();
    let mut rest = drawn;
    while let Some(character) = rest.chars().next() {
        let length = match colour_code(rest) {
            Some(code) => code.len(),
            None => {
                while character != ' ' && plain.next_if_eq(&' ').is_some() {
                    out.push(' ');
                }
                plain.next();
                character.len_utf8()
            }
        };
        let (head, tail) = rest.split_at_checked(length).unwrap_or((rest, ""));
        out.push_str(head);
        rest = tail;
    }
    out
}

fn draw_as(item: &Item<'_>, report: &Report, look: Look, detail: Detail, lines: usize) -> String {
    let entry = item.entry;
    let columns = look.width.saturating_sub(GUTTER).clamp(MIN_COLUMNS, MAX_COLUMNS);
    let view = View::new(entry, report, Layout::Together { lines, columns });
    let handler = GraphicalReportHandler::new_themed(theme(item, &view, look))
        .with_width(look.width)
        .with_break_words(false)
        .with_word_separator(WordSeparator::AsciiSpace)
        .with_word_splitter(WordSplitter::NoHyphenation)
        // Show all lines of a window: it contains only what belongs together.
        .with_context_lines(MAX_LINES)
        // A window itself names the place in its file.
        .without_primary_span_start()
        .without_syntax_highlighting()
        .with_urls(false);
    let also = view.left_out.iter().take(MAX_ALSO).map(|place| ("also", place.clone()));
    let more = view.left_out.len().saturating_sub(MAX_ALSO);
    let more = (more > 0).then(|| ("also", counted(more, "more place", "more places")));
    let is_listed = detail.all && item.len() > 1;
    let listed = if is_listed { instances(item, report) } else { Vec::new() };
    let notes: Vec<String> = also
        .chain(more)
        .chain(notes(item, report))
        .chain(listed.into_iter().map(|instance| ("instance", instance)))
        .map(|(word, text)| format!("{} {text}", look.bold(&format!("{word}:"))))
        .collect();
    let handler = if notes.is_empty() { handler } else { handler.with_footer(notes.join("\n")) };
    let mut drawn = String::new();
    if handler.render_report(&mut drawn, &view).is_err() {
        drawn = format!("  {}[{}]: {view}\n", entry.what.severity.name(), entry.what.id);
    }
    // miette leaves trailing blanks.
    drawn.lines().map(|line| line.trim_end().to_owned() + "\n").collect()
}

/// The most places that are told for which there is no frame.
const MAX_ALSO: usize = 3;

/// The characters and colours of one diagnostic. Its severity and id replace miette's sign for the severity:
/// `error[rule-id]: message`.
fn theme(item: &Item<'_>, view: &View<'_>, look: Look) -> GraphicalTheme {
    let mut characters = ThemeCharacters::unicode();
    let mut styles = if look.colour { ThemeStyles::ansi() } else { ThemeStyles::none() };
    let heading = format!("{}[{}]:", item.entry.what.severity.name(), clean::name(&item.entry.what.id));
    let (sign, style) = match item.entry.what.severity {
        Severity::Error => (&mut characters.error, &mut styles.error),
        Severity::Warning => (&mut characters.warning, &mut styles.warning),
        Severity::Advice => (&mut characters.advice, &mut styles.advice),
    };
    *sign = heading;
    if look.colour {
        *style = style.bold();
        let (own, other) = (*style, styles.help);
        styles.highlights =
            view.is_primary().map(|is_primary| if is_primary { own } else { other }).collect();
        if styles.highlights.is_empty() {
            styles.highlights.push(other);
        }
    }
    GraphicalTheme { characters, styles }
}
