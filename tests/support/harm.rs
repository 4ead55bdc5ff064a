//! What output must not contain, whatever was read.

use std::sync::LazyLock;

use buttress::render::clean::is_harmful;
use regex::Regex;

/// What must not be in an output without colours.
pub(crate) fn harm(text: &str) -> Option<String> {
    if let Some(character) = text.chars().find(|c| is_harmful(*c) && !matches!(c, '\n' | '\t')) {
        return Some(format!("it has {character:?}"));
    }
    let hashes = |line: &str| {
        let mut behind = line.split("##").skip(1);
        behind.any(|rest| rest.trim_start_matches(|c: char| c.is_ascii_alphanumeric()).starts_with('['))
    };
    text.lines()
        .find(|line| line.trim_start().starts_with("::") || hashes(line) || line.starts_with("PLANTED"))
        .map(|line| format!("a line of it is {line:?}"))
}

/// The output for GitHub without the `::` of its own commands, of which there must be so many.
pub(crate) fn without_annotations(text: &str, expected: usize) -> String {
    let (without, commands) = without_own_commands(text);
    assert_eq!(commands, expected, "{text}");
    without
}

/// The output for GitHub without the `::` of its own commands, and how many there are. A line that starts like one of them and is not
/// made as they are keeps it.
pub(crate) fn without_own_commands(text: &str) -> (String, usize) {
    static OWN: LazyLock<Regex> = LazyLock::new(|| {
        let command = concat!(
            r"^::(?:error|warning|notice) (?:file=[^:,\r\n]*,)?(?:line=\d+,endLine=\d+,)?(?:col=\d+,endColumn=\d+,)?",
            r"title=[^:,\r\n]*::(?:[^%]|%25|%0A|%0D)*$"
        );
        Regex::new(command).unwrap()
    });
    let (commands, others): (Vec<&str>, Vec<&str>) = text.lines().partition(|line| OWN.is_match(line));
    let values = commands.iter().map(|line| line.trim_start_matches(':'));
    (others.into_iter().chain(values).map(|line| line.to_owned() + "\n").collect(), commands.len())
}

/// Without codes for colours.
pub(crate) fn uncoloured(text: &str) -> String {
    let mut parts = text.split("\u{1b}[");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| text + part.split_once('m').map_or("", |(_, rest)| rest))
}
