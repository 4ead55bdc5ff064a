//! What each argument of an estate is, in a form that two evaluations of nearly the same files can be compared by.
//!
//! A value holds places in files and indices of tables, which an edit moves. Digests leave these out.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use crate::estate::Estate;
use crate::value::{AbsentKey, Kind, Origin, Str, Value};

/// Digests of the arguments of each resource instance, and of each call of a module that is not at hand.
pub(super) type Digests = BTreeMap<Str, BTreeMap<Str, u64>>;

/// Digests of everything that an estate gives to providers and to modules that are not at hand.
pub(super) fn digests(estate: &Estate) -> Digests {
    let mut all = Digests::new();
    for instance in &estate.instances {
        let arguments = instance.body.items.iter().map(|(name, value)| (name.clone(), digest(value, estate)));
        let mut arguments: BTreeMap<Str, u64> = arguments.collect();
        arguments.insert(Str::from("provider"), digest(&instance.provider, estate));
        all.insert(Str::from(instance.address.to_string()), arguments);
    }
    for call in estate.calls.iter().filter(|call| call.hole.is_some()) {
        let arguments = call.arguments.items.iter();
        let arguments = arguments.map(|(name, value)| (name.clone(), digest(value, estate)));
        all.entry(call.address.as_str().into()).or_default().extend(arguments);
    }
    all
}

fn digest(value: &Value, estate: &Estate) -> u64 {
    let mut hasher = DefaultHasher::new();
    hash(value, estate, &mut hasher);
    hasher.finish()
}

fn hash(value: &Value, estate: &Estate, hasher: &mut DefaultHasher) {
    std::mem::discriminant(&value.kind).hash(hasher);
    match &value.kind {
        Kind::Null(_) => {}
        Kind::Bool(value) => value.hash(hasher),
        Kind::Number(number) => number.to_string().hash(hasher),
        Kind::String(text) => text.hash(hasher),
        Kind::List(sequence) | Kind::Set(sequence) | Kind::Tuple(sequence) => {
            (sequence.items.len(), sequence.more.is_some(), sequence.most).hash(hasher);
            sequence.items.iter().for_each(|item| hash(item, estate, hasher));
        }
        Kind::Map(entries) | Kind::Object(entries) => {
            entries.items.len().hash(hasher);
            for (name, value) in &entries.items {
                name.hash(hasher);
                hash(value, estate, hasher);
            }
            std::mem::discriminant(&entries.absent).hash(hasher);
            if let AbsentKey::Symbolic(origin) = &entries.absent {
                hash_origin(origin, estate, hasher);
            }
        }
        Kind::Unknown(unknown) => {
            if let Some(origin) = &unknown.origin {
                hash_origin(origin, estate, hasher);
            }
            (unknown.cause.kind, &unknown.cause.subject).hash(hasher);
            let refinement = &unknown.refinement;
            (refinement.not_null, &refinement.prefix, refinement.at_least, refinement.at_most).hash(hasher);
            for value in refinement.null_or.iter().chain(&refinement.json) {
                hash(value, estate, hasher);
            }
        }
    }
}

/// An origin by the address that it is of: the order of a table is of no account.
fn hash_origin(origin: &Origin, estate: &Estate, hasher: &mut DefaultHasher) {
    estate.symbol(origin.symbol).map(|symbol| &symbol.address).hash(hasher);
    origin.path.hash(hasher);
}
