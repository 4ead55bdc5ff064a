//! Human output: every diagnostic as miette draws it, in our own colours.

use miette::{GraphicalReportHandler, GraphicalTheme, ThemeCharacters, ThemeStyles};
use textwrap::{WordSeparator, WordSplitter};

use super::frames::MAX_LINES;
use super::text::{self, notes};
use super::view::{Layout, View};
use crate::diagnostic::{Diagnostic, Severity};
use crate::render::clean::{self, colour_code};
use crate::render::look::Look;
use crate::report::{Entry, Report};

pub(super) fn render(report: &Report, look: Look) -> String {
    text::render(report, look, |entry| draw(entry, report, look))
}

fn draw(entry: &Entry<Diagnostic>, report: &Report, look: Look) -> String {
    let drawn = draw_as(entry, report, look);
    // Marks of several lines have one column each, from two on; miette counts codes of colours as width there.
    if !look.colour || entry.what.labels().nth(1).is_none() {
        return drawn;
    }
    let plain = draw_as(entry, report, Look { colour: false, ..look });
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

fn draw_as(entry: &Entry<Diagnostic>, report: &Report, look: Look) -> String {
    let view = View::new(entry, report, Layout::Together);
    let handler = GraphicalReportHandler::new_themed(theme(&entry.what, &view, look))
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
    let notes: Vec<String> = notes(entry, report)
        .into_iter()
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

/// The characters and colours of one diagnostic. Its severity and id replace miette's sign for the severity:
/// `error[rule-id]: message`.
fn theme(diagnostic: &Diagnostic, view: &View<'_>, look: Look) -> GraphicalTheme {
    let mut characters = ThemeCharacters::unicode();
    let mut styles = if look.colour { ThemeStyles::ansi() } else { ThemeStyles::none() };
    let heading = format!("{}[{}]:", diagnostic.severity.name(), clean::name(&diagnostic.id));
    let (sign, style) = match diagnostic.severity {
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
