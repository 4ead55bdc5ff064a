//! What people say of values that nothing here tells: an answer for one address, with the place where they say it.
//!
//! An assumption answers an unknown. It never overrides a known value: one that a known value contradicts, or that nothing asks for,
//! is told back.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::syntax::tree::{ExprId, Tree};
use crate::text::Span;
use crate::value::equality::{NoIdentities, Truth, equal};
use crate::value::{Kind, Str, Value, convert};

/// What somebody says of one value.
#[derive(Clone, Debug)]
pub struct Assumption {
    /// `var.zones`, `data.subnets.private.ids`, `module.network.private_subnets`
    pub address: Str,
    /// The value itself.
    pub value: Option<Value>,
    /// The number of elements.
    pub length: Option<usize>,
    /// The number of zones in which the elements stand, in turn.
    pub zones: Option<usize>,
    /// The expression that says so, and its tree.
    pub written: (Arc<Tree>, ExprId),
    /// The place of the assumption.
    pub span: Span,
}

impl Assumption {
    /// The number of elements of a list, if it is about a list.
    #[must_use]
    pub fn elements(&self) -> Option<usize> {
        self.length.or(self.zones)
    }

    /// Whether a known value is as it says.
    pub(super) fn agrees_with(&self, known: &Value) -> bool {
        if let Some(value) = &self.value {
            let value = convert::convert(value, &known.type_of()).unwrap_or_else(|_| value.clone());
            return !matches!(equal(&value, known, &NoIdentities), Truth::No);
        }
        let (Kind::List(sequence) | Kind::Tuple(sequence) | Kind::Set(sequence)) = &known.kind else {
            return false;
        };
        sequence.more.is_some() || self.elements().is_none_or(|length| sequence.items.len() == length)
    }
}

/// What became of an assumption in a root module.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AssumptionUse {
    /// It answered an unknown.
    pub is_used: bool,
    /// The value is known, and as it says.
    pub is_known: bool,
    /// The value is known, and not as it says.
    pub is_contradicted: bool,
    /// It says null of a variable that is never null.
    pub is_never_null: bool,
}

/// The assumptions about a root module.
#[derive(Clone, Debug, Default)]
pub struct AssumedValues {
    all: Vec<Assumption>,
    by_address: FxHashMap<Str, usize>,
    /// The names behind the last dot of addresses, by what stands before it.
    names: FxHashMap<Str, Vec<Str>>,
    /// What the same config says of other root modules only.
    elsewhere: Vec<Assumption>,
}

impl AssumedValues {
    /// Puts assumptions together. Of several about one address the last one counts.
    #[must_use]
    pub fn new(all: Vec<Assumption>) -> Self {
        let mut found = Self::default();
        for (index, assumption) in all.iter().enumerate() {
            found.by_address.insert(assumption.address.clone(), index);
            if let Some((before, name)) = assumption.address.rsplit_once('.') {
                found.names.entry(before.into()).or_default().push(name.into());
            }
        }
        Self { all, ..found }
    }

    /// The same, with what the config says of other root modules only.
    #[must_use]
    pub fn with_elsewhere(self, elsewhere: Vec<Assumption>) -> Self {
        Self { elsewhere, ..self }
    }

    /// What the config says of other root modules only.
    #[must_use]
    pub fn elsewhere(&self) -> &[Assumption] {
        &self.elsewhere
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// All of them, in the order in which they were given.
    #[must_use]
    pub fn all(&self) -> &[Assumption] {
        &self.all
    }

    /// The assumption about an address, and its index.
    #[must_use]
    pub fn of(&self, address: &str) -> Option<(usize, &Assumption)> {
        let index = *self.by_address.get(address)?;
        Some((index, self.all.get(index)?))
    }

    /// The attributes of a resource or the outputs of a module about which there are assumptions.
    #[must_use]
    pub fn names_of(&self, address: &str) -> &[Str] {
        self.names.get(address).map_or(&[], Vec::as_slice)
    }
}
