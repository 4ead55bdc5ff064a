//! Suppressions: findings that people accept, with the reason, as they write it beside the code.
//!
//! `# buttress:ignore rule-id reason="…"` above or behind a block or argument, `# buttress:ignore-file` at the top of a file. This
//! module reads the comments and says what each one covers. It knows the names of rules only as text; `passes` compares suppressions
//! with what the rules found.

mod comment;
mod foreign;
mod scope;

use std::path::Path;

use memchr::memmem::Finder;

use crate::diagnostic::Diagnostic;
use crate::settings::{Date, Peer};
use crate::syntax;
use crate::syntax::tree::Tree;
use crate::text::{FileId, Range, SourceFile, Sources, Span};
pub use foreign::EVERY_CHECK;
pub use scope::{Cover, Declaring, Selected};

/// What every comment of ours contains.
const MARK: &str = "buttress:";

/// A suppression, as somebody wrote it.
#[derive(Clone, Debug)]
pub struct Suppression {
    /// The rules that it is about.
    pub selectors: Vec<Selector>,
    /// Why the findings are accepted; empty if nobody says so, and then it does not count.
    pub reason: String,
    /// Who answers for it.
    pub owner: Option<String>,
    /// The last day on which it counts.
    pub until: Option<Date>,
    /// Its place.
    pub span: Span,
    /// What it covers.
    pub covered: Cover,
    /// The tool that it was written for; `None` if it is ours.
    pub peer: Option<Peer>,
    /// Whether a comment for another tool says more than that tool reads.
    pub has_rest: bool,
}

impl Suppression {
    /// Whether it stands in the source, beside what it is about, and not in a config.
    #[must_use]
    pub const fn is_in_source(&self) -> bool {
        !matches!(self.covered, Cover::Selected(_))
    }
}

/// Some rules: an id, a pattern of ids, a principle or a word for all; in a comment for another tool, the id of a check of that.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selector {
    pub text: String,
    pub span: Span,
}

/// The suppressions of a run.
#[derive(Clone, Debug, Default)]
pub struct Suppressions {
    /// All that are well-formed, in the order of files and text.
    pub all: Vec<Suppression>,
    /// What is wrong with the others.
    pub mistakes: Vec<Diagnostic>,
}

impl Suppressions {
    /// Reads the comments of the files of configuration and values at places for which `is_read` holds: ours, and those for some other tools.
    #[must_use]
    pub fn read(sources: &Sources, is_read: impl Fn(usize) -> bool, peers: &[Peer]) -> Self {
        let mut found = Self::default();
        let of_peers = peers.iter().flat_map(|peer| foreign::marks(*peer)).copied();
        let marks: Vec<Finder<'_>> = comment::NAMES.into_iter().chain(of_peers).map(Finder::new).collect();
        let read = sources.iter().enumerate().filter(|(at, _)| is_read(*at));
        for (id, file) in read.map(|(_, file)| file) {
            if marks.iter().any(|mark| mark.find(file.text.as_bytes()).is_some())
                && let Some(tree) = parsed(id, file)
            {
                found.take(&tree, is_json(&file.path), peers);
            }
        }
        found
    }

    /// Whether nothing was written.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.all.is_empty() && self.mistakes.is_empty()
    }

    fn take(&mut self, tree: &Tree, json: bool, peers: &[Peer]) {
        for written in tree.comments() {
            if !json {
                self.all.extend(peers.iter().flat_map(|peer| foreign::suppressions(tree, written, *peer)));
            }
            let (directives, mistakes) = comment::directives(tree, written.range, json);
            self.mistakes.extend(mistakes);
            for directive in directives {
                match scope::covered(tree, written, directive.whole_file, json) {
                    Ok(covered) => self.all.push(Suppression {
                        selectors: directive.selectors,
                        reason: directive.reason,
                        owner: directive.owner,
                        until: directive.until,
                        span: directive.span,
                        covered,
                        peer: None,
                        has_rest: false,
                    }),
                    Err(help) => self.mistakes.push(
                        Diagnostic::warning(
                            "suppression/misplaced",
                            "this suppression stands beside nothing that it could cover",
                        )
                        .at(directive.span, "suppresses nothing")
                        .help(help)
                        .as_finding(),
                    ),
                }
            }
        }
    }
}

fn is_json(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "json")
}

/// The tree of a file that Terraform or Terragrunt reads; `None` for any other file, and for values in JSON, which have no comments.
fn parsed(id: FileId, file: &SourceFile) -> Option<Tree> {
    let name = file.path.file_name()?.to_string_lossy();
    let native = [".tf", ".tofu", ".tfvars", ".hcl"];
    let has_comments =
        syntax::is_configuration_json(&name) || native.iter().any(|ending| name.ends_with(ending));
    has_comments.then(|| syntax::parse_named(id, &name, file.text.clone()).tree)
}

/// Whether a range lies within another.
const fn is_within(inner: Range, outer: Range) -> bool {
    outer.start <= inner.start && inner.end <= outer.end
}
