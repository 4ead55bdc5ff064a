//! The texts of files, and places in them.
//!
//! A [`Range`] is a pair of byte offsets inside one file; a [`Span`] adds the file. This module reads nothing and knows nothing else.

mod lines;

use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use lines::Lines;

/// The most characters of a sentence, give or take a few; a longer one loses its middle.
pub const MAX_SENTENCE: usize = 900;

/// The most characters of a value that a message quotes, give or take a few.
pub const MAX_QUOTED: usize = 200;

/// Shortens a text to about `most` characters: a longer one loses its middle, and says how much.
#[must_use]
pub fn shortened(text: &str, most: usize) -> Cow<'_, str> {
    // A text has at least as many bytes as characters.
    if text.len() <= most {
        return Cow::Borrowed(text);
    }
    let count = text.chars().count();
    if count <= most {
        return Cow::Borrowed(text);
    }
    let (head, tail) = (most - most / 4, most / 4);
    let at = |n: usize| text.char_indices().nth(n).map_or(text.len(), |(at, _)| at);
    let first = text.get(..at(head)).unwrap_or_default();
    let last = text.get(at(count - tail)..).unwrap_or_default();
    Cow::Owned(format!("{first}… ({} characters) …{last}", count - head - tail))
}

/// Byte offsets `start..end` inside one file. `u32` limits a file to 4 GiB; the reader rejects larger ones.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Range {
    /// The offset of the first byte.
    pub start: u32,
    /// The offset after the last byte.
    pub end: u32,
}

impl Range {
    /// The range from `start` up to, but not including, `end`.
    #[must_use]
    pub const fn new(start: u32, end: u32) -> Self {
        Self { start, end }
    }

    /// The smallest range that contains both.
    #[must_use]
    pub fn to(self, other: Self) -> Self {
        Self { start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    /// Length in bytes.
    #[must_use]
    pub const fn len(self) -> usize {
        self.end.saturating_sub(self.start) as usize
    }

    /// Whether the range holds no byte.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.end <= self.start
    }

    /// The range as `usize` offsets, for slicing with `str::get`.
    #[must_use]
    pub const fn as_usize(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// Identifies a file in [`Sources`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FileId(pub u32);

/// A range in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Span {
    pub file: FileId,
    pub range: Range,
}

/// One file that was read: its path as a user would write it, and its text.
#[derive(Clone, Debug)]
pub struct SourceFile {
    /// The path as it is shown: relative to the working directory if possible, with `/` as separator.
    pub path: PathBuf,
    /// The whole text, without a byte order mark.
    pub text: Arc<str>,
    /// Built on first use.
    lines: OnceLock<Lines>,
}

impl SourceFile {
    /// A file with its text.
    #[must_use]
    pub fn new(path: PathBuf, text: Arc<str>) -> Self {
        Self { path, text, lines: OnceLock::new() }
    }

    /// Line and column of a byte offset, both from 1, the column in characters. An offset past the end counts as the end.
    #[must_use]
    pub fn line_column(&self, offset: u32) -> (usize, usize) {
        let mut end = (offset as usize).min(self.text.len());
        while !self.text.is_char_boundary(end) {
            end -= 1;
        }
        self.lines.get_or_init(|| Lines::of(&self.text)).place(&self.text, end)
    }
}

/// All files of a run, in the order in which they were added.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    files: Vec<SourceFile>,
}

impl Sources {
    /// Adds a file and returns its id.
    pub fn add(&mut self, path: PathBuf, text: Arc<str>) -> FileId {
        let id = FileId(u32::try_from(self.files.len()).unwrap_or(u32::MAX));
        self.files.push(SourceFile::new(path, text));
        id
    }

    /// Puts the name of a revision before the paths of the files from this one on, as git writes it: `HEAD~1:main.tf`.
    pub fn date_back(&mut self, first: usize, revision: &str) {
        for file in self.files.iter_mut().skip(first) {
            let path = file.path.to_string_lossy();
            file.path = PathBuf::from(format!("{revision}:{}", path.strip_prefix("./").unwrap_or(&path)));
        }
    }

    /// The file, if `id` came from these sources.
    #[must_use]
    pub fn get(&self, id: FileId) -> Option<&SourceFile> {
        self.files.get(id.0 as usize)
    }

    /// The path of a file; empty for an id of other sources.
    #[must_use]
    pub fn path(&self, id: FileId) -> &Path {
        self.get(id).map_or(Path::new(""), |file| &file.path)
    }

    /// The first file that is shown under a path.
    #[must_use]
    pub fn named(&self, path: &Path) -> Option<&SourceFile> {
        self.files.iter().find(|file| file.path == path)
    }

    /// How many files there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.files.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// All files with their ids, in order.
    pub fn iter(&self) -> impl Iterator<Item = (FileId, &SourceFile)> {
        (0u32..).map(FileId).zip(&self.files)
    }
}
