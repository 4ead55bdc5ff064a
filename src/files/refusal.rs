//! Why a path is not read.

use std::io::{self, ErrorKind};

use super::system::FileKind;

/// Why a path is not read.
#[derive(Debug)]
pub enum Refusal {
    /// Nothing is there.
    Missing {
        /// Whether the path crosses a link.
        behind_link: bool,
    },
    /// It lies outside of what may be read, whether or not it exists: nobody looked.
    Outside,
    /// It lies in `.git`.
    Git,
    /// Its links form a loop.
    Loop,
    /// It is a directory.
    Directory,
    /// It is not a regular file but this.
    Special(&'static str),
    /// It has more bytes than this limit.
    TooLarge(u64),
    /// The system returned an error.
    System(io::Error),
}

impl From<io::Error> for Refusal {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            ErrorKind::NotFound | ErrorKind::NotADirectory => Self::Missing { behind_link: false },
            _ => Self::System(error),
        }
    }
}

impl Refusal {
    /// What is at a path whose links have been followed can be read if it is a file.
    ///
    /// # Errors
    /// If it is something else.
    pub fn unless_file(kind: FileKind) -> Result<(), Self> {
        match kind {
            FileKind::File => Ok(()),
            FileKind::Directory => Err(Self::Directory),
            // The file system has changed meanwhile.
            FileKind::Link => Err(Self::Loop),
            FileKind::Other(what) => Err(Self::Special(what)),
        }
    }

    /// Whether a rule of the reader forbids the path, as opposed to there being nothing to read.
    #[must_use]
    pub fn is_by_rule(&self) -> bool {
        matches!(self, Self::Outside | Self::Git)
    }
}
