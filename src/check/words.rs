//! What the texts of a directory call by name, found without parsing them. Two root modules that have no word in common do not speak of
//! each other.

use std::hash::{Hash, Hasher};
use std::path::Path;

use rustc_hash::{FxHashSet, FxHasher};

/// The shortest word that says anything.
const SHORTEST: usize = 3;

/// The words of some texts, as hashes: those in quotes, in whole and in parts.
#[derive(Clone, Default)]
pub(super) struct TextWords {
    /// What may tell where the state is.
    pub(super) states: FxHashSet<u64>,
    /// What may be asked for by a data source.
    pub(super) reads: FxHashSet<u64>,
    /// What may be a name or a tag of a resource, or refer to one.
    pub(super) names: FxHashSet<u64>,
}

/// Which words a block adds to.
#[derive(Clone, Copy)]
struct BlockPurpose {
    is_state: bool,
    is_read: bool,
    is_name: bool,
}

impl BlockPurpose {
    /// Any of them.
    const ANY: Self = Self { is_state: true, is_read: true, is_name: true };

    /// What a block is for that starts with this line; blocks of a file that is laid out as usual start without indentation.
    fn of_line(line: &str) -> Option<Self> {
        let first =
            line.split(|character: char| !character.is_ascii_alphanumeric() && character != '_').next()?;
        match first {
            "" => None,
            "terraform" => Some(Self { is_state: true, is_read: false, is_name: false }),
            "data" => Some(Self { is_state: false, is_read: true, is_name: false }),
            "resource" | "output" | "moved" | "import" | "check" => {
                Some(Self { is_state: false, is_read: false, is_name: true })
            }
            // A module may hand its arguments on to data sources.
            "module" => Some(Self { is_state: false, is_read: true, is_name: true }),
            _ => Some(Self::ANY),
        }
    }
}

impl TextWords {
    /// Adds the words of a text.
    pub(super) fn add(&mut self, path: &Path, text: &str) {
        let is_json = path.extension().is_some_and(|extension| extension == "json");
        let mut purpose = BlockPurpose::ANY;
        for line in text.lines() {
            if !is_json && let Some(own) = BlockPurpose::of_line(line) {
                purpose = own;
            }
            // Every second part is in quotes, and those in an interpolation are words as well.
            for quoted in line.split('"').skip(1) {
                self.add_quoted(quoted, purpose);
            }
        }
    }

    fn add_quoted(&mut self, quoted: &str, purpose: BlockPurpose) {
        for literal in quoted.split("${").flat_map(|part| part.rsplit('}').take(1)) {
            self.add_word(literal, purpose);
            for word in literal.split(|character: char| !character.is_alphanumeric()) {
                self.add_word(word, purpose);
            }
        }
    }

    fn add_word(&mut self, word: &str, purpose: BlockPurpose) {
        if word.len() < SHORTEST {
            return;
        }
        let mut hasher = FxHasher::default();
        word.hash(&mut hasher);
        let word = hasher.finish();
        let BlockPurpose { is_state, is_read, is_name } = purpose;
        for (set, is_in) in
            [(&mut self.states, is_state), (&mut self.reads, is_read), (&mut self.names, is_name)]
        {
            if is_in {
                set.insert(word);
            }
        }
    }

    /// Adds the words of other texts.
    pub(super) fn extend(&mut self, other: &Self) {
        self.states.extend(&other.states);
        self.reads.extend(&other.reads);
        self.names.extend(&other.names);
    }

    /// The words by which resources are named or asked for.
    pub(super) fn of_resources(&self) -> impl Iterator<Item = &u64> {
        self.names.iter().chain(self.reads.iter().filter(|word| !self.names.contains(word)))
    }
}
