//! Where instances come from: what the `moved` and `removed` blocks of a configuration say.

use super::validate::MoveUnit;
use crate::address::{Address, CallName};

/// More moves in a row than this lead nowhere: Terraform refuses circles.
const MAX_MOVES: usize = 64;

/// The `moved` and `removed` blocks of a root module and the modules that it calls.
#[derive(Debug, Default)]
pub struct Moves {
    /// The root module is the first.
    pub(super) units: Vec<MoveUnit>,
}

impl Moves {
    /// The earlier addresses of an instance: the last one first.
    #[must_use]
    pub fn earlier(&self, address: &Address) -> Vec<Address> {
        let mut earlier: Vec<Address> = Vec::new();
        let mut at = address.clone();
        while earlier.len() < MAX_MOVES {
            let Some(before) = self.before(&at) else { break };
            at = before;
            earlier.push(at.clone());
        }
        // A resource that gets a `count`, or loses it, moves without a block.
        let last = earlier.last().unwrap_or(address);
        let resource = last.with_key(&crate::address::InstanceKey::None);
        let first = last.with_key(&crate::address::InstanceKey::index(0));
        if *last == resource {
            earlier.push(first);
        } else if *last == first {
            earlier.push(resource);
        }
        earlier
    }

    /// Whether Terraform stops managing an instance that is no longer declared, and leaves it in place.
    #[must_use]
    pub fn is_forgotten(&self, address: &Address) -> bool {
        self.levels(address)
            .any(|(unit, _, rest)| unit.forgotten.iter().any(|from| behind(&rest, from).is_some()))
    }

    fn before(&self, address: &Address) -> Option<Address> {
        self.levels(address).find_map(|(unit, prefix, rest)| {
            unit.moves.iter().find_map(|(from, to)| {
                let behind = behind(&rest, to)?;
                Some(Address::read(&format!("{prefix}{from}{behind}")))
            })
        })
    }

    /// The modules around an address, outermost first: each with the text before and the text in it.
    fn levels<'a>(&'a self, address: &'a Address) -> impl Iterator<Item = (&'a MoveUnit, String, String)> {
        let mut levels = Vec::new();
        let mut unit = self.units.first();
        let mut prefix = String::new();
        let module = address.module();
        let mut calls = module.calls();
        while let Some(here) = unit {
            let rest = address.as_str().strip_prefix(prefix.as_str()).unwrap_or_default();
            levels.push((here, prefix.clone(), rest.to_owned()));
            let Some((name, key)) = calls.next() else { break };
            prefix.push_str(&format!("{}{key}.", CallName(name)));
            let called = here.calls.iter().find(|(call, _)| call == name);
            unit = called.and_then(|(_, called)| self.units.get(*called));
        }
        levels.into_iter()
    }
}

/// What follows a name in an address: nothing, a key, or more names.
fn behind<'a>(address: &'a str, name: &str) -> Option<&'a str> {
    let rest = address.strip_prefix(name)?;
    (rest.is_empty() || rest.starts_with(['.', '['])).then_some(rest)
}
