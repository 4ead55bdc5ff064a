//! Files of cases that each make a small repository: `=== NAME` begins a case, `--- PATH` a file of it. Parts that are no files have
//! names of their own, such as what is expected, which comes last.

use std::fmt::Write;

use super::folder::Folder;
use super::{blesses, entries};

/// A case: its name and its parts, in order.
pub(crate) struct Scenario {
    pub(crate) name: String,
    parts: Vec<(String, String)>,
}

impl Scenario {
    fn read(text: &str) -> Self {
        let (name, rest) = text.split_once('\n').unwrap_or((text, ""));
        let part = |part: &str| {
            let (path, text) = part.split_once('\n').unwrap_or((part, ""));
            (path.to_owned(), text.to_owned())
        };
        Self { name: name.to_owned(), parts: rest.split("--- ").skip(1).map(part).collect() }
    }

    /// A part that need not be there.
    pub(crate) fn part(&self, name: &str) -> &str {
        self.parts.iter().find(|(own, _)| own == name).map_or("", |(_, text)| text)
    }

    /// The parts whose names begin with a word, without it, in order.
    pub(crate) fn parts_after(&self, word: &str) -> Vec<(String, String)> {
        let part =
            |(path, text): &(String, String)| Some((path.strip_prefix(word)?.to_owned(), text.clone()));
        self.parts.iter().filter_map(part).collect()
    }

    /// The parts but these, as files of a repository. `--- after PATH` is a file only after a change.
    pub(crate) fn folder(&self, name: &str, no_files: &[&str]) -> Folder {
        let folder = Folder::new(name).file(".git/HEAD", "ref: refs/heads/main\n");
        let is_file = |path: &str| !no_files.contains(&path) && !path.starts_with("after ");
        for (path, text) in self.parts.iter().filter(|(path, _)| is_file(path)) {
            // The text of a case cannot end lines in the other way.
            folder.write(path, &text.replace("<CR>", "\r"));
        }
        folder
    }
}

/// Looks at each case in the files of a folder of `fixtures/`.
pub(crate) fn each(folder: &str, look: impl Fn(&Scenario)) {
    for path in entries(folder).into_iter().filter(|path| path.is_file()) {
        let text = std::fs::read_to_string(path).unwrap();
        text.split("=== ").skip(1).map(Scenario::read).for_each(|scenario| look(&scenario));
    }
}

/// Compares the last part of each case in the files of a folder of `fixtures/` with what is told of the case, or writes it anew.
pub(crate) fn hold(folder: &str, last: &str, tell: impl Fn(&Scenario) -> String) {
    let files = entries(folder).into_iter().filter(|path| path.is_file());
    let mut wrong = Vec::new();
    for path in files {
        let text = std::fs::read_to_string(&path).unwrap();
        let mut all = text.split("=== ").next().unwrap_or_default().to_owned();
        for scenario in text.split("=== ").skip(1).map(Scenario::read) {
            writeln!(all, "=== {}", scenario.name).unwrap();
            for (path, text) in scenario.parts.iter().filter(|(path, _)| path != last) {
                write!(all, "--- {path}\n{text}").unwrap();
            }
            write!(all, "--- {last}\n{}", tell(&scenario)).unwrap();
        }
        if blesses() {
            std::fs::write(&path, all).unwrap();
        } else if all != text {
            wrong.push(format!("{}:\n{}", path.display(), difference(&text, &all)));
        }
    }
    assert!(wrong.is_empty(), "`cargo bless` writes what is told now\n{}", wrong.join("\n"));
}

/// The case and the first lines that differ.
fn difference(expected: &str, told: &str) -> String {
    let pairs = expected.lines().zip(told.lines());
    let same = pairs.take_while(|(expected, told)| expected == told).count();
    let case = expected.lines().take(same).filter(|line| line.starts_with("=== ")).last().unwrap_or_default();
    let shown =
        |text: &str| text.lines().skip(same).take(8).map(|line| format!("  {line}\n")).collect::<String>();
    format!("{case}, line {}, expected:\n{}told:\n{}", same + 1, shown(expected), shown(told))
}
