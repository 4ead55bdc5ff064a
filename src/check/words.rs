//! What the texts of a directory call by name, found without parsing them. Two root modules that have no word in common do not speak of
//! each other. Of most texts only some words are asked for, so only these are kept.

use std::hash::{Hash, Hasher};
use std::path::Path;

use rustc_hash::{FxHashSet, FxHasher};

/// The shortest word that says anything.
const SHORTEST: usize = 3;

/// The longest text in quotes whose beginnings and ends are words, in bytes.
const LONGEST: usize = 128;

/// Marks the hash of a name that another one may begin or end with.
const SHARED: u64 = 1;

/// The words of some texts, as hashes: those in quotes, in whole and in parts, and as the beginning or the end of another one.
#[derive(Default)]
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

/// The words of a directory in the order of its texts, each with what it may be: they are looked through for other words again and again.
#[derive(Default)]
pub(super) struct SaidWords(Vec<(u64, BlockPurpose)>);

impl SaidWords {
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
        // The path of a module or of a file names no resource.
        if quoted.starts_with("./") || quoted.starts_with("../") {
            return;
        }
        for literal in quoted.split("${").flat_map(|part| part.rsplit('}').take(1)) {
            self.add_word(literal, purpose);
            for word in literal.split(|character| !is_part(character)) {
                self.add_word(word, purpose);
            }
            // A name may be put together from another one: `shop-orders` and `-failed`.
            let name = literal.trim_matches(|character| !is_part(character));
            if name.len() > LONGEST {
                continue;
            }
            self.add_shared(name, purpose);
            let gaps = name.match_indices(|character| !is_part(character));
            for (at, gap) in gaps {
                let (begin, end) = (name.get(..at), name.get(at + gap.len()..));
                for part in [begin, end].into_iter().flatten() {
                    if part.starts_with(is_part) && part.ends_with(is_part) {
                        self.add_shared(part, purpose);
                    }
                }
            }
        }
    }

    /// Adds a name that another one may begin or end with. As such it is another word than as a text of its own.
    fn add_shared(&mut self, name: &str, purpose: BlockPurpose) {
        if name.len() >= SHORTEST {
            // An argument of a module is rather a name than a question.
            let purpose = BlockPurpose { is_read: purpose.is_read && !purpose.is_name, ..purpose };
            self.0.push((hash(name) | SHARED, purpose));
        }
    }

    fn add_word(&mut self, word: &str, purpose: BlockPurpose) {
        if word.len() >= SHORTEST {
            self.0.push((hash(word) & !SHARED, purpose));
        }
    }
}

fn is_part(character: char) -> bool {
    character.is_alphanumeric()
}

impl TextWords {
    /// Adds the words of a directory: all, or those that are `wanted`.
    pub(super) fn add(&mut self, said: &SaidWords, wanted: Option<&FxHashSet<u64>>) {
        let is_wanted = |word: &u64| wanted.is_none_or(|wanted| wanted.contains(word));
        for (word, BlockPurpose { is_state, is_read, is_name }) in
            said.0.iter().filter(|(word, _)| is_wanted(word))
        {
            for (set, is_in) in
                [(&mut self.states, is_state), (&mut self.reads, is_read), (&mut self.names, is_name)]
            {
                if *is_in {
                    set.insert(*word);
                }
            }
        }
    }

    /// Adds the words of other texts.
    pub(super) fn extend(&mut self, other: &Self) {
        self.states.extend(&other.states);
        self.reads.extend(&other.reads);
        self.names.extend(&other.names);
    }

    /// All of them.
    pub(super) fn all(&self) -> FxHashSet<u64> {
        self.states.iter().chain(&self.reads).chain(&self.names).copied().collect()
    }

    /// The words by which resources are named or asked for.
    pub(super) fn of_resources(&self) -> impl Iterator<Item = &u64> {
        self.names.iter().chain(self.reads.iter().filter(|word| !self.names.contains(word)))
    }
}

/// Whether a word is the beginning or the end of a longer one.
pub(super) const fn is_shared(word: u64) -> bool {
    word & SHARED != 0
}

fn hash(word: &str) -> u64 {
    let mut hasher = FxHasher::default();
    word.hash(&mut hasher);
    hasher.finish()
}
