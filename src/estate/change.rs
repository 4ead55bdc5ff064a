//! How instances change from one architecture to another.

use rustc_hash::FxHashMap;

use super::{Estate, Instance, Mode};
use crate::address::Address;
use crate::value::equality::{NoIdentities, Truth, equal};
use crate::value::{Entries, Step, Str};

/// What a plan does to one resource instance or data source.
#[derive(Clone, Debug)]
pub struct Change {
    /// The address after the change or, for an instance that ceases to exist, before it.
    pub address: Address,
    /// The address before the change, if it was a different one.
    pub previous_address: Option<Address>,
    pub action: Action,
    /// Paths of the attributes that force a replacement.
    pub replaced_for: Vec<Vec<Step>>,
    /// Whether it exists already and is imported.
    pub imported: bool,
    /// Whether it has changed outside of Terraform.
    pub drifted: bool,
}

impl Change {
    /// Its address before the change.
    #[must_use]
    pub fn address_before(&self) -> &Address {
        self.previous_address.as_ref().unwrap_or(&self.address)
    }
}

/// What a plan does to an instance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    /// Nothing.
    NoOp,
    /// The instance is created.
    Create,
    /// A data source is read at apply.
    Read,
    /// The instance changes in place.
    Update,
    /// The instance is destroyed and created again, in either order.
    Replace {
        /// The new instance is created before the old one is destroyed.
        create_first: bool,
    },
    /// The instance is destroyed.
    Delete,
    /// Terraform stops managing the instance, which continues to exist.
    Forget,
}

impl Action {
    /// The name in rules and output.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::NoOp => "no-op",
            Self::Create => "create",
            Self::Read => "read",
            Self::Update => "update",
            Self::Replace { .. } => "replace",
            Self::Delete => "delete",
            Self::Forget => "forget",
        }
    }
}

/// The changes from one estate to another, both made from configuration. An attribute that may change gives an update in place;
/// instances at the addresses in `replaced` are replaced. A plan lists its changes itself.
#[must_use]
pub fn between(before: &Estate, after: &Estate, replaced: &[Str]) -> Vec<Change> {
    let was: FxHashMap<&str, &Instance> =
        before.instances.iter().map(|instance| (instance.address.as_str(), instance)).collect();
    let is: FxHashMap<&str, &Instance> =
        after.instances.iter().map(|instance| (instance.address.as_str(), instance)).collect();
    let change = |address: &Address, action: Action| Change {
        address: address.clone(),
        previous_address: None,
        action,
        replaced_for: Vec::new(),
        imported: false,
        drifted: false,
    };
    let kept = after.instances.iter().filter(|instance| instance.mode == Mode::Managed).map(|instance| {
        let action = match was.get(instance.address.as_str()) {
            None => Action::Create,
            Some(_) if replaced.contains(instance.address.text()) => Action::Replace { create_first: false },
            Some(was) if differs(&was.body, &instance.body) => Action::Update,
            Some(_) => Action::NoOp,
        };
        change(&instance.address, action)
    });
    let gone = before
        .instances
        .iter()
        .filter(|instance| instance.mode == Mode::Managed && !is.contains_key(instance.address.as_str()));
    let mut changes: Vec<Change> =
        kept.chain(gone.map(|instance| change(&instance.address, Action::Delete))).collect();
    changes.sort_by(|a, b| a.address.cmp(&b.address));
    changes
}

fn differs(before: &Entries, after: &Entries) -> bool {
    let same = after.items.iter().all(|(name, value)| {
        before.get(name).is_some_and(|was| match equal(was, value, &NoIdentities) {
            Truth::Yes => true,
            Truth::No => false,
            // Unknown before and after: we cannot tell whether it changes, so assume that it does not.
            Truth::Unknown(_) => was.is_wholly_known() == value.is_wholly_known(),
        })
    });
    !same || before.items.len() != after.items.len()
}
