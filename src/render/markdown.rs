//! Markdown in which nothing that the input gives is markup: no link, no mention, no HTML, no end of a cell.

use super::clean;

/// A name as code.
#[must_use]
pub fn code(text: &str) -> String {
    let text = clean::name(text);
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    let space = if text.starts_with('`') || text.ends_with('`') || text.trim().is_empty() { " " } else { "" };
    format!("{fence}{space}{text}{space}{fence}")
}

/// A name as code in a table.
pub(super) fn cell(text: &str) -> String {
    code(text).replace('|', "\\|")
}

/// A sentence in which the input may have a part. What stands between backticks is code.
#[must_use]
pub fn sentence(text: &str) -> String {
    let text = clean::line(text);
    let parts: Vec<&str> = text.split('`').collect();
    // An odd number of backticks quotes nothing.
    if parts.len().is_multiple_of(2) {
        return words(&text);
    }
    let shown = parts.iter().enumerate().map(|(n, part)| match n % 2 {
        1 if !part.is_empty() => code(part),
        _ => words(part),
    });
    shown.collect()
}

/// Words without quotes. A word that GitHub or GitLab would make a link or a mention of is code.
fn words(text: &str) -> String {
    let shown = text.split(' ').map(|word| {
        let small = word.to_ascii_lowercase();
        let is_link = ["://", "www.", "mailto:", "xmpp:", "gh-"].iter().any(|start| small.contains(start))
            || word.contains(['@', '#', '!', '$', '%', '&', '~'])
                && word.contains(|c: char| c.is_alphanumeric());
        if is_link { code(word) } else { escaped(word) }
    });
    shown.collect::<Vec<_>>().join(" ")
}

/// Words in which nothing is markup.
#[must_use]
pub fn escaped(text: &str) -> String {
    let mut out = String::new();
    for character in text.chars() {
        if character.is_ascii_punctuation() && !matches!(character, '.' | ',' | ';' | ':' | '\'' | '/' | '-')
        {
            out.push('\\');
        }
        out.push(character);
    }
    out
}
