//! The words of a comment: `buttress:ignore rule-id, pattern-* reason="…" owner=team until=2027-01-31`.

use std::borrow::Cow;

use super::{MARK, Selector};
use crate::diagnostic::{Diagnostic, nearest};
use crate::settings::Date;
use crate::syntax::tree::Tree;
use crate::text::{Range, Span};

/// What a comment says.
pub(super) struct WrittenSuppression {
    /// Whether it is about the whole file.
    pub(super) whole_file: bool,
    pub(super) selectors: Vec<Selector>,
    pub(super) reason: String,
    pub(super) owner: Option<String>,
    pub(super) until: Option<Date>,
    pub(super) span: Span,
}

/// Our name, as people write it: a comment with another one is for somebody else.
pub(super) const NAMES: [&str; 3] = ["buttress", "Buttress", "BUTTRESS"];
const WORDS: [&str; 2] = ["ignore", "ignore-file"];
const KEYS: [&str; 3] = ["reason", "owner", "until"];
const SHAPE: &str =
    "write `buttress:ignore RULE reason=\"…\"`, with `owner=…` and `until=YYYY-MM-DD` if you like";

/// The directives in a comment, and what is wrong with others.
pub(super) fn directives(
    tree: &Tree,
    range: Range,
    json: bool,
) -> (Vec<WrittenSuppression>, Vec<Diagnostic>) {
    let raw = tree.slice(range);
    let (mut found, mut mistakes) = (Vec::new(), Vec::new());
    if !NAMES.iter().any(|name| raw.contains(name)) {
        return (found, mistakes);
    }
    // Places in a string of JSON are not counted: the whole string is shown.
    let text = if json { unescaped(raw) } else { Cow::Borrowed(raw) };
    mistakes.extend(misspelt(tree, range, &text, json));
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let mut at = 0;
        while let Some(found_at) = line.get(at..).and_then(|rest| rest.find(MARK)) {
            let mark = at + found_at;
            at = mark + MARK.len();
            let before = line.get(..mark).unwrap_or_default().trim_end();
            let opens = before.is_empty() || before.ends_with(['#', '/', '*']);
            let has_word = line.get(at..).is_some_and(|rest| rest.starts_with(char::is_alphabetic));
            if !opens || !has_word {
                continue;
            }
            let mut words = Words { line, at };
            let place = |from: usize, to: usize| {
                let offset = |at: usize| {
                    range.start.saturating_add(u32::try_from(start + at).unwrap_or(u32::MAX)).min(range.end)
                };
                tree.span(if json { range } else { Range::new(offset(from), offset(to)) })
            };
            match words.directive(mark, &place) {
                Ok(directive) => found.push(directive),
                Err(mistake) => mistakes.push(*mistake),
            }
            at = words.at.max(at);
        }
        start += line.len();
    }
    (found, mistakes)
}

/// Comments that are meant for us and that nobody reads: with a blank behind the colon, or in capitals.
fn misspelt(tree: &Tree, range: Range, text: &str, json: bool) -> Vec<Diagnostic> {
    let mut mistakes = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let own = line.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '#' | '/' | '*'));
        let from = start + line.len() - own.len();
        start += line.len();
        let Some((name, rest)) = own.split_once(':').filter(|(name, _)| is_name(name)) else { continue };
        let behind = rest.trim_start();
        let word: String = behind.chars().take_while(|c| c.is_alphanumeric() || *c == '-').collect();
        let Some(meant) = WORDS.into_iter().find(|known| known.eq_ignore_ascii_case(&word)) else { continue };
        if MARK.strip_suffix(':') == Some(name) && behind.len() == rest.len() {
            // Whatever is wrong with it, its reader says.
            continue;
        }
        let offset =
            |at: usize| range.start.saturating_add(u32::try_from(at).unwrap_or(u32::MAX)).min(range.end);
        let end = from + own.len() - behind.len() + word.len();
        let span = tree.span(if json { range } else { Range::new(offset(from), offset(end)) });
        let written = own.get(..own.len() - behind.len() + word.len()).unwrap_or_default();
        let message = format!("`{written}` is no suppression");
        mistakes.push(*malformed(
            message,
            span,
            format!("write `{MARK}{meant}`, in small letters and without a blank"),
        ));
    }
    mistakes
}

/// Whether a text is our name, however it is written.
fn is_name(text: &str) -> bool {
    NAMES.iter().any(|name| text.trim_end() == *name)
}

fn unescaped(raw: &str) -> Cow<'_, str> {
    serde_json::from_str(&format!("\"{raw}\"")).map_or(Cow::Borrowed(raw), Cow::Owned)
}

/// A reader of the words on one line.
struct Words<'l> {
    line: &'l str,
    at: usize,
}

/// One word: a selector, or a key with its value.
struct Word<'l> {
    from: usize,
    text: &'l str,
    value: Option<Cow<'l, str>>,
}

impl<'l> Words<'l> {
    fn rest(&self) -> &'l str {
        self.line.get(self.at..).unwrap_or_default()
    }

    /// Takes as many characters as fit.
    fn take(&mut self, fits: impl Fn(char) -> bool) -> &'l str {
        let rest = self.rest();
        let end = rest.find(|c: char| !fits(c)).unwrap_or(rest.len());
        self.at += end;
        rest.get(..end).unwrap_or_default()
    }

    fn directive(
        &mut self,
        mark: usize,
        place: &dyn Fn(usize, usize) -> Span,
    ) -> Result<WrittenSuppression, Box<Diagnostic>> {
        let from = self.at;
        let word = self.take(|c| c.is_alphanumeric() || c == '-' || c == '_');
        if !WORDS.contains(&word) {
            let near = nearest(word, WORDS).unwrap_or("ignore");
            let message = format!("there is no `{MARK}{word}`");
            return Err(malformed(message, place(from, self.at), format!("did you mean `{MARK}{near}`?")));
        }
        let mut directive = WrittenSuppression {
            whole_file: word == "ignore-file",
            selectors: Vec::new(),
            reason: String::new(),
            owner: None,
            until: None,
            span: place(mark, self.at),
        };
        let mut seen: Vec<&str> = Vec::new();
        while let Some(word) = self.word(place)? {
            let span = place(word.from, self.at);
            let Some(value) = word.value else {
                if let Some(key) = seen.last() {
                    let message = format!("`{}` stands behind `{key}=`", word.text);
                    let help =
                        format!("put a text of several words in quotes: `{key}=\"…\"`; rules come first");
                    return Err(malformed(message, span, help));
                }
                directive.selectors.push(Selector { text: word.text.to_owned(), span });
                continue;
            };
            if !KEYS.contains(&word.text) {
                let message = format!("`{}` says nothing about a suppression", word.text);
                let help = match nearest(word.text, KEYS) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => SHAPE.to_owned(),
                };
                return Err(malformed(message, span, help));
            }
            if seen.contains(&word.text) {
                let message = format!("`{}` is said twice", word.text);
                return Err(malformed(message, span, "keep one of them".to_owned()));
            }
            seen.push(word.text);
            match word.text {
                "reason" => directive.reason = value.trim().to_owned(),
                "owner" => directive.owner = Some(value.into_owned()).filter(|owner| !owner.is_empty()),
                _ => {
                    let date = Date::parse(&value);
                    let wrong = || {
                        let help = "write it as year-month-day: `until=2027-01-31`".to_owned();
                        malformed(format!("`{value}` is not a date"), span, help)
                    };
                    directive.until = Some(date.ok_or_else(wrong)?);
                }
            }
        }
        directive.span = place(mark, self.line.get(..self.at).map_or(self.at, |text| text.trim_end().len()));
        if directive.selectors.is_empty() {
            let message = "this suppression names no rule".to_owned();
            return Err(malformed(message, directive.span, SHAPE.to_owned()));
        }
        Ok(directive)
    }

    /// The next word; `None` at the end of the comment, or where another one starts.
    fn word(&mut self, place: &dyn Fn(usize, usize) -> Span) -> Result<Option<Word<'l>>, Box<Diagnostic>> {
        self.take(|c| c.is_whitespace() || c == ',');
        let (from, rest) = (self.at, self.rest());
        if rest.is_empty() || ["#", "//", "*/"].iter().any(|end| rest.starts_with(end)) {
            return Ok(None);
        }
        let text = self.take(|c| !c.is_whitespace() && !matches!(c, ',' | '='));
        if text.is_empty() {
            return Err(malformed(
                "there is no word before `=`".to_owned(),
                place(from, from + 1),
                SHAPE.to_owned(),
            ));
        }
        if !self.rest().starts_with('=') {
            return Ok(Some(Word { from, text: text.trim_end_matches("*/"), value: None })
                .filter(|word| !word.text.is_empty()));
        }
        self.at += 1;
        let value = match self.rest().chars().next() {
            Some(quote @ ('"' | '\'')) => Cow::Owned(self.quoted(quote).ok_or_else(|| {
                let help = "close the text with the same quote, on the same line".to_owned();
                malformed("this text is not closed".to_owned(), place(from, self.line.trim_end().len()), help)
            })?),
            _ => Cow::Borrowed(self.take(|c| !c.is_whitespace() && c != ',').trim_end_matches("*/")),
        };
        Ok(Some(Word { from, text, value: Some(value) }))
    }

    /// A text in quotes, in which a backslash takes the special meaning from the next character.
    fn quoted(&mut self, quote: char) -> Option<String> {
        let mut text = String::new();
        let mut characters = self.rest().char_indices().skip(1);
        while let Some((at, character)) = characters.next() {
            match character {
                '\\' => text.push(characters.next()?.1),
                _ if character == quote => {
                    self.at += at + character.len_utf8();
                    return Some(text);
                }
                _ => text.push(character),
            }
        }
        None
    }
}

fn malformed(message: String, span: Span, help: String) -> Box<Diagnostic> {
    let problem = Diagnostic::warning("suppression/malformed", message);
    Box::new(problem.at(span, "so it suppresses nothing").help(help).as_finding())
}
