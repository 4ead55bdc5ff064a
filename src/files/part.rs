//! One of several parts of a run: which root modules and which files it takes.

use std::path::Path;

/// A part of a run, as `--partition 2/5` names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RunPart {
    /// Which of the parts it is, from 1.
    pub number: u32,
    /// How many there are.
    pub of: u32,
}

/// The most parts of a run.
pub const MAX_PARTS: u32 = 1000;

impl RunPart {
    /// The only part.
    pub const WHOLE: Self = Self { number: 1, of: 1 };

    /// Reads `i/n`.
    ///
    /// # Errors
    /// If it is not written like that, or there is no such part.
    pub fn parse(text: &str) -> Result<Self, String> {
        let numbers =
            text.split_once('/').and_then(|(number, of)| Some((number.parse().ok()?, of.parse().ok()?)));
        match numbers {
            Some((number, of)) if (1..=of).contains(&number) && of <= MAX_PARTS => Ok(Self { number, of }),
            Some((_, of)) if of > MAX_PARTS => Err(format!("there are at most {MAX_PARTS} parts")),
            Some((_, of)) if of > 0 => Err(format!("the parts of {of} are 1/{of} to {of}/{of}")),
            _ => Err("write it as i/n: `1/4` is the first of four parts".to_owned()),
        }
    }

    /// Whether the file or directory at a path, seen from the top of its repository, is one that this part keeps of what all parts read.
    pub(super) fn keeps(self, path: &Path) -> bool {
        let name = path.to_string_lossy().replace('\\', "/");
        hash(name.as_bytes(), 0) % u64::from(self.of.max(1)) == u64::from(self.number.saturating_sub(1))
    }

    /// For each of some places, the number of the part that takes it. A place goes to the part that it likes most, unless that has its
    /// share already: so parts differ by one place at most, and few places move when one is added.
    #[must_use]
    pub fn split(places: &[String], of: u32) -> Vec<u32> {
        let parts = usize::try_from(of.max(1)).unwrap_or(1);
        let most = places.len().div_ceil(parts);
        let mut order: Vec<(u64, usize)> =
            places.iter().enumerate().map(|(at, place)| (hash(place.as_bytes(), 0), at)).collect();
        order.sort_by(|(a, at), (b, bt)| a.cmp(b).then_with(|| places.get(*at).cmp(&places.get(*bt))));
        let mut taken = vec![0usize; parts];
        let mut owners = vec![1; places.len()];
        for (_, at) in order {
            let Some(place) = places.get(at) else { continue };
            let free = (1..=of.max(1)).zip(&mut taken).filter(|(_, taken)| **taken < most);
            let liked = free.max_by_key(|(part, _)| hash(place.as_bytes(), u64::from(*part)));
            if let (Some((part, taken)), Some(owner)) = (liked, owners.get_mut(at)) {
                *taken += 1;
                *owner = part;
            }
        }
        owners
    }
}

/// FNV-1a with a last mixing step. It has to be the same on every machine and in every version, so it is not the hash of a library.
fn hash(bytes: &[u8], seed: u64) -> u64 {
    let start = 0xcbf2_9ce4_8422_2325 ^ seed.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let step = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
    let hash = bytes.iter().fold(start, step);
    let hash = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let hash = (hash ^ (hash >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    hash ^ (hash >> 31)
}
