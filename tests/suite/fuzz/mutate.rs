//! Mutations for runs without libFuzzer: the same ones in every run.

/// More than this is repetition.
const LONGEST: usize = 16_000;

/// Mutated inputs, without an end.
pub(crate) struct Mutations<'s> {
    seeds: &'s [Vec<u8>],
    words: &'s [Vec<u8>],
    state: u64,
}

impl<'s> Mutations<'s> {
    pub(crate) const fn new(seeds: &'s [Vec<u8>], words: &'s [Vec<u8>], start: u64) -> Self {
        Self { seeds, words, state: start }
    }

    /// The next number below a bound, by SplitMix64.
    fn below(&mut self, bound: usize) -> usize {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) >> 33).unwrap_or_default() % bound.max(1)
    }

    /// A part of a text: often short, sometimes long.
    fn part(&mut self, length: usize) -> std::ops::Range<usize> {
        let start = self.below(length + 1);
        let most = [1, 4, 16, 64, 1024][self.below(5)];
        let extent = self.below(most.min(length - start) + 1);
        start..start + extent
    }

    fn seed(&mut self) -> &'s [u8] {
        let at = self.below(self.seeds.len());
        &self.seeds[at]
    }

    fn change(&mut self, input: &mut Vec<u8>) {
        let part = self.part(input.len());
        match self.below(8) {
            0 => drop(input.drain(part)),
            1 => {
                let copy = input[part].to_vec();
                let times = 1 + self.below(3) * self.below(20);
                let at = self.below(input.len() + 1);
                drop(input.splice(at..at, copy.repeat(times)));
            }
            2 | 3 => {
                let at = self.below(self.words.len());
                let word = self.words[at].clone();
                drop(input.splice(part.start..part.start, word));
            }
            4 => {
                let at = self.below(self.words.len());
                let word = self.words[at].clone();
                drop(input.splice(part, word));
            }
            5 => {
                let other = self.seed();
                let from = self.part(other.len());
                drop(input.splice(part, other[from].iter().copied()));
            }
            6 => {
                let byte = [b'"', b'{', b'}', b'[', b']', b'$', b'\n', b'0', b',', 0xff][self.below(10)];
                drop(input.splice(part.start..part.start, [byte]));
            }
            _ => {
                if let Some(byte) = input.get_mut(part.start) {
                    *byte ^= 1 << self.below(8);
                }
            }
        }
        input.truncate(LONGEST);
    }
}

impl Iterator for Mutations<'_> {
    type Item = Vec<u8>;

    fn next(&mut self) -> Option<Vec<u8>> {
        let mut input = self.seed().to_vec();
        for _ in 0..=self.below(6) {
            self.change(&mut input);
        }
        Some(input)
    }
}

/// The words of a dictionary, which is written as libFuzzer reads it: a word in quotes a line, `\xAB` for a byte.
pub(crate) fn words(dictionary: &str) -> Vec<Vec<u8>> {
    let lines = dictionary.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty());
    lines
        .map(|line| {
            let (_, word) = line.trim_end().split_once('"').expect("a word starts with a quote");
            let word = word.strip_suffix('"').expect("a word ends with a quote");
            let mut bytes = Vec::new();
            let mut rest = word.bytes();
            while let Some(byte) = rest.next() {
                let escaped = if byte == b'\\' { rest.next() } else { None };
                bytes.push(match escaped {
                    None => byte,
                    Some(b'x') => {
                        let digits: String = rest.by_ref().take(2).map(char::from).collect();
                        u8::from_str_radix(&digits, 16).expect("two hexadecimal digits")
                    }
                    Some(own) => own,
                });
            }
            bytes
        })
        .collect()
}
