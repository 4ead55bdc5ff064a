//! What tells resources and states of different root modules apart, and which of them a data source reads.

use rustc_hash::FxHashSet;

use super::{Claim, EdgeKind, LinkPattern, Model};
use crate::address::Mode;
use crate::decode::{Section, Spanned};
use crate::value::{Entries, Kind, Str, Value};

/// Which resource a data source reads, or which resources.
#[derive(Clone, Debug)]
pub struct Lookup {
    /// The type of the resource.
    pub of: Str,
    /// The arguments that say which one, each with the attribute of the resource that has the same value.
    pub by: Vec<(Str, Str)>,
    /// The argument that asks for tags.
    pub tags: Str,
    /// If it reads all that there are: its lists, each with the attribute of the resources that is listed.
    pub lists: Vec<(Str, Str)>,
    /// Attributes of the resource that filters ask for.
    pub filters: Vec<Str>,
    /// Types of resources that make more of them, beside those that the configuration names.
    pub made_by: Vec<Str>,
    /// Whether the provider makes some by itself, without tags.
    pub has_own: bool,
    /// Attributes that the provider decides.
    pub gives: Vec<Str>,
    /// Attributes that must not be shown.
    pub secret: Vec<Str>,
}

/// What tells the states of one type of backend from each other.
#[derive(Clone, Debug)]
pub struct StateModel {
    /// The type of the backend whose states these are: another name of it, or its own.
    pub is: Str,
    /// Dotted paths of the settings.
    pub by: Vec<Str>,
    /// The values of settings that are left out.
    pub defaults: Vec<(Str, Str)>,
    /// Whether the settings are paths of files, which start at the root module.
    pub is_path: bool,
}

/// A data source that tells the outputs of a state by arguments of its own.
#[derive(Clone, Debug)]
pub struct OutputsModel {
    /// The type of the backend whose states these are.
    pub state: Str,
    /// Settings of the backend, each with the argument that has its value.
    pub by: Vec<(Str, Str)>,
    /// The attributes that hold all outputs.
    pub gives: Vec<Str>,
    /// Such attributes that must not be shown.
    pub secret: Vec<Str>,
}

/// What the names of resources are unique in: two resources with one name differ in this argument.
#[derive(Clone, Debug)]
pub struct Namespace {
    /// The argument of the resource, otherwise of its provider.
    pub by: Str,
    /// Types whose names are the same in all such places.
    pub global: FxHashSet<Str>,
    /// Types whose names are the same in every account as well.
    pub everywhere: FxHashSet<Str>,
    /// Paths of arguments that tell the account, of the resource, otherwise of its provider. The first that is set decides.
    pub accounts: Vec<Vec<Str>>,
    /// What of such an argument is the account.
    pub account: Option<LinkPattern>,
    /// Kinds of edges that lead to nothing in another place, whatever refers to it.
    pub stays: Vec<EdgeKind>,
}

/// The place and the account that the names of a resource are names of, as far as they are known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NamePlace<'v> {
    /// The place; `None` also if the name is the same in all.
    pub place: Option<&'v str>,
    /// The account; `None` also if the name is the same in all.
    pub account: Option<&'v str>,
}

impl NamePlace<'_> {
    /// Whether two resources certainly are at different places or in different accounts.
    #[must_use]
    pub fn are_apart(self, other: Self) -> bool {
        let differ = |own: Option<&str>, theirs: Option<&str>| own.zip(theirs).is_some_and(|(a, b)| a != b);
        differ(self.place, other.place) || differ(self.account, other.account)
    }
}

impl Model {
    pub(super) fn take_outputs(&mut self, mut section: Section<'_>) {
        let type_ = section.label(0);
        let state: Option<Str> = section.required("state");
        let by: Vec<Str> = section.required("by").unwrap_or_default();
        let gives: Vec<Str> = section.optional("gives").unwrap_or_default();
        let secret: Vec<Str> = section.optional("secret").unwrap_or_default();
        section.finish();
        let pair = |text: &Str| {
            let (setting, argument) = text.split_once('=').unwrap_or((text, text));
            (Str::from(setting), Str::from(argument))
        };
        if let Some(state) = state {
            let by = by.iter().map(pair).collect();
            self.outputs.insert(type_, OutputsModel { state, by, gives, secret });
        }
    }

    pub(super) fn take_namespace(&mut self, mut section: Section<'_>) {
        let prefix = section.label(0);
        let by: Option<Str> = section.required("by");
        let global: Vec<Spanned<Str>> = section.optional("global").unwrap_or_default();
        let everywhere: Vec<Spanned<Str>> = section.optional("everywhere").unwrap_or_default();
        let accounts: Vec<Str> = section.optional("accounts").unwrap_or_default();
        let account: Option<Spanned<Str>> = section.optional("account");
        let stays: Vec<EdgeKind> = section.optional("stays").unwrap_or_default();
        section.finish();
        let mut expanded = |types: &[Spanned<Str>]| {
            self.claims.extend(types.iter().map(|type_| Claim::of_type(&[Mode::Managed], type_)));
            types.iter().flat_map(|type_| self.expand(&type_.value)).collect()
        };
        let (global, everywhere) = (expanded(&global), expanded(&everywhere));
        let accounts = accounts.iter().map(|path| path.split('.').map(Str::from).collect()).collect();
        let account = account.map(LinkPattern::from);
        if let Some(by) = by {
            let namespace = Namespace { by, global, everywhere, accounts, account, stays };
            self.namespaces.insert(prefix, namespace);
        }
    }

    fn namespace(&self, type_: &str) -> Option<&Namespace> {
        self.namespaces.get(type_.split('_').next().unwrap_or_default())
    }

    /// Where a resource is.
    #[must_use]
    pub fn whereabouts<'v>(&self, type_: &str, own: &'v Entries, provider: &'v Value) -> NamePlace<'v> {
        let Some(namespace) = self.namespace(type_) else { return NamePlace::default() };
        let place = || {
            let own = own.get(&namespace.by).filter(|value| !value.is_null());
            own.or_else(|| provider.as_entries()?.get(&namespace.by))?.as_str()
        };
        NamePlace {
            place: if namespace.global.contains(type_) { None } else { place() },
            account: match namespace.everywhere.contains(type_) {
                true => None,
                false => namespace.account_of(own, provider),
            },
        }
    }

    /// Whether an edge of this kind leads to nothing at another place than that of the resource.
    #[must_use]
    pub fn stays(&self, type_: &str, kind: EdgeKind) -> bool {
        self.namespace(type_).is_some_and(|namespace| namespace.stays.contains(&kind))
    }
}

impl Namespace {
    fn account_of<'v>(&self, own: &'v Entries, provider: &'v Value) -> Option<&'v str> {
        let pattern = self.account.as_ref()?;
        for path in &self.accounts {
            let mut told = ToldAccounts { pattern, accounts: Vec::new(), is_open: false };
            for entries in [Some(own), provider.as_entries().map(|all| &**all)].into_iter().flatten() {
                told.within(entries, path);
            }
            match told {
                // What is not known may be any account.
                ToldAccounts { is_open: true, .. } => return None,
                ToldAccounts { accounts, .. } => match accounts.as_slice() {
                    [first, rest @ ..] if rest.iter().all(|other| other == first) => return Some(first),
                    _ => {}
                },
            }
        }
        None
    }
}

/// The accounts that the arguments at one path tell.
struct ToldAccounts<'m, 'v> {
    pattern: &'m LinkPattern,
    accounts: Vec<&'v str>,
    is_open: bool,
}

impl<'v> ToldAccounts<'_, 'v> {
    fn within(&mut self, entries: &'v Entries, path: &[Str]) {
        if let Some((first, rest)) = path.split_first()
            && let Some(value) = entries.get(first)
        {
            self.at(value, rest);
        }
    }

    fn at(&mut self, value: &'v Value, path: &[Str]) {
        match &value.kind {
            Kind::Null(_) => {}
            Kind::String(text) if path.is_empty() => self.accounts.extend(self.pattern.taken(text)),
            Kind::List(items) | Kind::Set(items) | Kind::Tuple(items) => {
                self.is_open |= items.more.is_some();
                items.items.iter().for_each(|item| self.at(item, path));
            }
            Kind::Object(entries) | Kind::Map(entries) => self.within(entries, path),
            _ => self.is_open = true,
        }
    }
}
