//! How text for people looks: width, colours, wrapping.

use crate::diagnostic::Severity;
use clap::builder::styling::{AnsiColor, Style};
use textwrap::{Options, WordSeparator, WordSplitter, WrapAlgorithm};

/// How text for people looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    /// Whether to use colours.
    pub colour: bool,
    /// The width in columns.
    pub width: usize,
}

impl Look {
    fn painted(self, style: Style, text: &str) -> String {
        if self.colour { format!("{style}{text}{style:#}") } else { text.to_owned() }
    }

    /// Text in the colour of a severity.
    pub(super) fn toned(self, severity: Severity, text: &str) -> String {
        let colour = match severity {
            Severity::Error => AnsiColor::Red,
            Severity::Warning => AnsiColor::Yellow,
            Severity::Advice => AnsiColor::Cyan,
        };
        self.painted(colour.on_default().bold(), text)
    }

    /// A line of a unified diff.
    pub(super) fn changed(self, line: &str) -> String {
        let style = match line.as_bytes() {
            [b'-', b'-', b'-', b' ', ..] | [b'+', b'+', b'+', b' ', ..] => Style::new().bold(),
            [b'@', ..] => AnsiColor::Cyan.on_default(),
            [b'-', ..] => AnsiColor::Red.on_default(),
            [b'+', ..] => AnsiColor::Green.on_default(),
            _ => return line.to_owned(),
        };
        self.painted(style, line)
    }

    pub(super) fn bold(self, text: &str) -> String {
        self.painted(Style::new().bold(), text)
    }

    pub(super) fn faint(self, text: &str) -> String {
        self.painted(Style::new().dimmed(), text)
    }

    /// A wrapped paragraph: `first` precedes its first line, `rest` the others. Names are not broken.
    pub(super) fn wrapped(self, text: &str, first: &str, rest: &str) -> String {
        let options = Options::new(self.width)
            .initial_indent(first)
            .subsequent_indent(rest)
            .break_words(false)
            .word_separator(WordSeparator::AsciiSpace)
            .word_splitter(WordSplitter::NoHyphenation)
            .wrap_algorithm(WrapAlgorithm::FirstFit);
        textwrap::fill(text, options)
    }

    /// Markdown from a rule file, indented: paragraphs are wrapped; list items and tables keep their lines.
    pub(super) fn flowed(self, text: &str, indent: &str) -> String {
        let mut paragraphs: Vec<String> = Vec::new();
        let mut open = false;
        for line in text.lines() {
            let trimmed = line.trim();
            let starts = ["- ", "* ", "|", "```"].iter().any(|mark| trimmed.starts_with(mark));
            if trimmed.is_empty() {
                paragraphs.push(String::new());
                open = false;
            } else if open && !starts {
                if let Some(last) = paragraphs.last_mut() {
                    last.push(' ');
                    last.push_str(trimmed);
                }
            } else {
                paragraphs.push(trimmed.to_owned());
                open = true;
            }
        }
        let hanging = format!("{indent}  ");
        let lines: Vec<String> = paragraphs
            .iter()
            .map(|text| match text.as_str() {
                "" => String::new(),
                item if item.starts_with("- ") || item.starts_with("* ") => {
                    self.wrapped(item, indent, &hanging)
                }
                text => self.wrapped(text, indent, indent),
            })
            .collect();
        lines.join("\n")
    }
}
