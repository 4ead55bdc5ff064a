//! Problems that only follow from another one. A string that is never closed takes the rest of its line with it: the brace that it
//! swallows is missed elsewhere, and the quote that ends it later seems to open another one.

use crate::diagnostic::Diagnostic;

/// The problems without those that mending another one would mend as well.
pub(super) fn removed(mut problems: Vec<Diagnostic>, source: &str) -> Vec<Diagnostic> {
    problems.sort_by_key(start);
    let mut strings = strings(&problems, source);
    let mut told: Vec<Diagnostic> = Vec::with_capacity(problems.len());
    let (mut passed, mut missing_starts) = (0, 0usize);
    for problem in problems {
        let at = start(&problem);
        while let Some(string) = strings.get(passed).filter(|string| string.end <= at) {
            missing_starts += string.starts;
            passed += 1;
        }
        let is_next = |string: &&mut Swallowed| string.line <= at && at < string.open && string.ends > 0;
        let follows = match problem.id.as_str() {
            "syntax/unclosed-block" => match strings.get_mut(passed).filter(is_next) {
                Some(string) => {
                    string.ends -= 1;
                    true
                }
                None => false,
            },
            "syntax/stray-brace" if missing_starts > 0 => {
                missing_starts -= 1;
                true
            }
            // The line before it did not end as it should.
            "syntax/stray-brace" => told.last().map(start) == Some(at),
            "syntax/unclosed-string" => strings.binary_search_by_key(&at, |string| string.open).is_err(),
            _ => false,
        };
        if !follows {
            told.push(problem);
        }
    }
    told
}

/// The strings that are never closed, in the order of the text, without those whose quote ends one before.
fn strings(problems: &[Diagnostic], source: &str) -> Vec<Swallowed> {
    let mut strings: Vec<Swallowed> = Vec::new();
    let mut ends_one = None;
    for problem in problems.iter().filter(|problem| problem.id == "syntax/unclosed-string") {
        let at = start(problem);
        if ends_one == Some(at) {
            ends_one = None;
            continue;
        }
        let string = Swallowed::at(at, source);
        ends_one = string.next_quote;
        strings.push(string);
    }
    strings
}

/// What a string that is never closed takes with it, by offsets in the text.
struct Swallowed {
    line: usize,
    open: usize,
    end: usize,
    /// Braces on the rest of the line.
    starts: usize,
    ends: usize,
    /// The first quote on a later line, if it stands behind text and not where a string begins.
    next_quote: Option<usize>,
}

impl Swallowed {
    fn at(open: usize, source: &str) -> Self {
        let before = source.get(..open).unwrap_or_default();
        let line = before.rfind('\n').map_or(0, |end| end + 1);
        let behind = source.get(open..).unwrap_or_default();
        let rest = behind.lines().next().unwrap_or_default();
        let end = open + rest.len();
        let later = source.get(end..).unwrap_or_default();
        Self {
            line,
            open,
            end,
            starts: rest.matches('{').count(),
            ends: rest.matches('}').count(),
            next_quote: later.find('"').filter(|quote| ends_text(later, *quote)).map(|quote| end + quote),
        }
    }
}

fn ends_text(text: &str, quote: usize) -> bool {
    let before = text.get(..quote).unwrap_or_default();
    let line = before.rsplit('\n').next().unwrap_or_default();
    line.trim_end().ends_with(|last: char| !matches!(last, '=' | '(' | '[' | '{' | ',' | ':' | '?'))
}

/// Where a problem begins; the end of the text if nothing says so.
fn start(problem: &Diagnostic) -> usize {
    problem.span().and_then(|span| usize::try_from(span.range.start).ok()).unwrap_or(usize::MAX)
}
