//! Sets of values: which of them are distinct, with one lookup for each.

use std::collections::HashMap;
use std::hash::{BuildHasher, Hash, Hasher, RandomState};

use super::equality::{Identities, Truth, equal, rank};
use super::{Kind, Value};

/// The number of distinct values among `items`: lower and upper bound.
#[must_use]
pub fn count_distinct(items: &[Value], identities: &dyn Identities) -> (usize, usize) {
    let (mut certain, mut at_most) = (Seen::default(), Seen::default());
    for (index, item) in items.iter().enumerate() {
        if !matches!(at_most.find(item, identities), Truth::Yes) {
            at_most.add(item);
        }
        if matches!(certain.find(item, identities), Truth::No) {
            certain.add(item);
        }
        if certain.comparisons + at_most.comparisons > MAX_COMPARISONS {
            return (certain.all.len(), at_most.all.len() + items.len() - index - 1);
        }
    }
    (certain.all.len(), at_most.all.len())
}

/// Counting stops after this many comparisons: a value with unknown parts is compared with all others.
const MAX_COMPARISONS: u64 = 1 << 22;

/// A set of values. A wholly known value is found by its hash.
#[derive(Default)]
pub struct Seen<'v> {
    /// All values, in the order in which they were added.
    all: Vec<&'v Value>,
    known: HashMap<u64, Vec<&'v Value>>,
    open: Vec<&'v Value>,
    hasher: RandomState,
    /// How many pairs of values were compared.
    pub comparisons: u64,
}

impl<'v> Seen<'v> {
    /// Adds a value.
    pub fn add(&mut self, value: &'v Value) {
        self.all.push(value);
        if value.is_wholly_known() {
            self.known.entry(self.hash(value)).or_default().push(value);
        } else {
            self.open.push(value);
        }
    }

    /// Whether one of the values equals this one.
    pub fn find(&mut self, value: &Value, identities: &dyn Identities) -> Truth {
        let is_known = value.is_wholly_known();
        let alike = if is_known { self.known.get(&self.hash(value)) } else { None };
        let others = if is_known { &self.open } else { &self.all };
        let mut maybe = None;
        for other in alike.into_iter().flatten().chain(others) {
            self.comparisons += 1;
            match equal(other, value, identities) {
                Truth::Yes => return Truth::Yes,
                Truth::No => {}
                Truth::Unknown(cause) => maybe = maybe.or(Some(cause)),
            }
        }
        maybe.map_or(Truth::No, Truth::Unknown)
    }

    fn hash(&self, value: &Value) -> u64 {
        let mut hasher = self.hasher.build_hasher();
        hash(value, &mut hasher);
        hasher.finish()
    }
}

/// Equal values have equal hashes.
fn hash(value: &Value, hasher: &mut impl Hasher) {
    rank(&value.kind).hash(hasher);
    match &value.kind {
        Kind::Bool(value) => value.hash(hasher),
        // Equal numbers have the same nearest machine float.
        Kind::Number(number) => (number.to_f64() + 0.0).to_bits().hash(hasher),
        Kind::String(text) => text.hash(hasher),
        Kind::Map(entries) | Kind::Object(entries) => {
            entries.items.iter().for_each(|(key, _)| key.hash(hasher))
        }
        _ => {}
    }
    for part in value.parts() {
        hash(part, hasher);
    }
}
