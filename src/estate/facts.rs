//! Facts from model files about values that providers return: which differ, which are never null, and which lists are filled in.

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::meaning::{self, ModuleMeaning};

use crate::syntax::Expression;
use crate::value::{Origin, Step, Str, SymbolId};

/// Facts about values that providers return.
#[derive(Clone, Debug, Default)]
pub struct ProviderFacts {
    /// Attributes that differ between any two instances of a type.
    pub unique: Vec<Str>,
    /// The types of which such an attribute names another resource instead, by attribute.
    pub foreign: FxHashMap<Str, FxHashSet<Str>>,
    /// Lists whose elements are distinct.
    pub distinct: Vec<DistinctList>,
    /// Attributes that are strings, neither null nor empty once the resource exists.
    pub present: FxHashSet<Str>,
    /// How such strings begin, by attribute and then by type; the empty type stands for any.
    pub begins: FxHashMap<Str, FxHashMap<Str, Str>>,
    /// Lists and sets that the provider fills in where they are not set.
    pub filled: FxHashSet<Str>,
    /// Facts about data sources, by type.
    pub data: FxHashMap<Str, DataFacts>,
    /// What providers tell back of resources, by type: an object by attribute, made from the arguments of the resource (`self`) and of its
    /// provider (`provider`).
    pub computed: FxHashMap<Str, Expression>,
    /// Search arguments of data sources, as `type.argument`: the result may spell them differently.
    pub searched: FxHashSet<Str>,
    /// Functions of providers, by source (`namespace/name`) and name.
    pub functions: FxHashMap<(Str, Str), ProviderFunction>,
    /// What the elements of a list are that is assumed to stand in several zones.
    pub placed: Option<PlacedElement>,
    /// What calls of well-known modules stand for.
    pub modules: Vec<Arc<ModuleMeaning>>,
}

/// What the elements of a list are that is assumed to stand in several zones: an attribute of instances of a type.
#[derive(Clone, Debug)]
pub struct PlacedElement {
    /// The type of the instances.
    pub type_: Str,
    /// The attribute that the list has of each.
    pub element: Str,
    /// The attribute that says the zone.
    pub zone: Str,
    /// The type and the attribute of a list of distinct zones.
    pub zones_of: Str,
    pub zones_in: Str,
}

/// A function of a provider.
#[derive(Clone, Debug)]
pub struct ProviderFunction {
    pub parameters: Vec<Str>,
    /// What it makes of its arguments, which are attributes of `self`.
    pub result: Expression,
}

/// Facts about a data source.
#[derive(Clone, Debug, Default)]
pub struct DataFacts {
    /// Arguments that may shorten its lists.
    pub narrowed_by: Vec<Str>,
    /// Values of such arguments that shorten nothing.
    pub keeps_all: Vec<(Str, Str)>,
    /// Results that follow from its arguments (`self`) and those of its provider (`provider`): an object by attribute.
    pub answers: Option<Expression>,
    /// Results that are such a value as a JSON document.
    pub documents: Option<Expression>,
    /// How the provider formats them.
    pub layout: DocumentLayout,
}

/// How a provider formats JSON documents.
#[derive(Clone, Debug, Default)]
pub struct DocumentLayout {
    /// The order of keys in the outermost object, in objects within that, and so on; keys further inside are sorted.
    pub order: Vec<Vec<Str>>,
    /// The spaces of a level by the name of the result, 0 for a document in one line; without an entry only the value is known.
    pub indents: Vec<(Str, usize)>,
}

/// A list whose elements are distinct.
#[derive(Clone, Debug)]
pub struct DistinctList {
    /// The type of the data source or resource.
    pub type_: Str,
    /// The attribute that holds the list.
    pub attribute: Str,
    /// The least number of elements.
    pub at_least: usize,
}

impl ProviderFacts {
    /// Adds how an attribute begins, of any type or of one, as `type.attribute`.
    pub fn add_beginning(&mut self, attribute: &str, beginning: &Str) {
        let (type_, attribute) = attribute.split_once('.').unwrap_or(("", attribute));
        self.begins.entry(attribute.into()).or_default().insert(type_.into(), beginning.clone());
    }

    /// Adds an attribute of a type, as `type.attribute`, that names another resource.
    pub fn add_foreign(&mut self, attribute: &str) {
        if let Some((type_, attribute)) = attribute.split_once('.') {
            self.foreign.entry(attribute.into()).or_default().insert(type_.into());
        }
    }

    /// What a call of this source and version stands for.
    #[must_use]
    pub fn meaning_of(&self, source: &str, version: Option<&str>) -> Option<&Arc<ModuleMeaning>> {
        meaning::find(&self.modules, source, version)
    }

    fn list(&self, type_: &str, attribute: &str) -> Option<&DistinctList> {
        self.distinct.iter().find(|list| list.type_ == type_ && list.attribute == attribute)
    }

    /// Whether an attribute identifies the resources of this type: it is unique in general, and names no other resource in this type.
    #[must_use]
    pub fn identifies(&self, type_: &str, attribute: &Str) -> bool {
        self.unique.contains(attribute) && !self.is_foreign(type_, attribute)
    }

    /// Whether an attribute that is unique in general names another resource in this type.
    fn is_foreign(&self, type_: &str, attribute: &str) -> bool {
        self.foreign.get(attribute).is_some_and(|types| types.contains(type_))
    }

    /// Arguments of a data source that may shorten its lists.
    #[must_use]
    pub fn narrowed_by(&self, type_: &str) -> &[Str] {
        self.data.get(type_).map_or(&[], |facts| &facts.narrowed_by)
    }

    /// Whether an argument of a data source with this value shortens none of its lists.
    #[must_use]
    pub fn keeps_all(&self, type_: &str, argument: &str, value: &str) -> bool {
        let facts = self.data.get(type_);
        facts.is_some_and(|facts| facts.keeps_all.iter().any(|(name, own)| name == argument && own == value))
    }

    /// Whether an argument of a data source is a search argument, so that the result may spell it differently.
    #[must_use]
    pub fn is_searched(&self, type_: &str, argument: &str) -> bool {
        !self.searched.is_empty() && self.searched.contains(&ecow::eco_format!("{type_}.{argument}"))
    }

    /// The least length of the list with this origin. `type_of` gives the type of a symbol whose lists nothing shortens.
    #[must_use]
    pub fn least_length(&self, list: &Origin, type_of: impl Fn(SymbolId) -> Option<Str>) -> usize {
        match list.path.as_slice() {
            [Step::Key(attribute)] => type_of(list.symbol)
                .and_then(|own| self.list(&own, attribute).map(|list| list.at_least))
                .unwrap_or(0),
            _ => 0,
        }
    }

    /// How the value with this origin begins, if it is a string, neither null nor empty; the beginning is empty where it is not known.
    /// `type_of` gives the type of a symbol, which is empty unless it is a resource: an output or a variable of any name may be null.
    #[must_use]
    pub fn beginning(&self, attribute: &Origin, type_of: impl Fn(SymbolId) -> Option<Str>) -> Option<Str> {
        let ([Step::Key(name)] | [Step::Index(_), Step::Key(name)]) = attribute.path.as_slice() else {
            return None;
        };
        // Asked of every value that is read.
        let (begins, is_present) = (self.begins.get(name), self.present.contains(name));
        if begins.is_none() && !is_present {
            return None;
        }
        let type_ = type_of(attribute.symbol).filter(|type_| !type_.is_empty())?;
        let beginning = begins.and_then(|by_type| by_type.get(&type_).or_else(|| by_type.get(""))).cloned();
        beginning.or_else(|| is_present.then(Str::new))
    }

    /// Whether two origins never hold the same value; `type_of` gives the type of a symbol.
    #[must_use]
    pub fn differ(&self, a: &Origin, b: &Origin, type_of: impl Fn(SymbolId) -> Option<Str>) -> bool {
        match (a.path.as_slice(), b.path.as_slice()) {
            // An instance before and after a change has two symbols.
            _ if a.symbol.time() != b.symbol.time() => false,
            ([Step::Key(x)], [Step::Key(y)]) => {
                a.symbol != b.symbol
                    && x == y
                    // Asked of every pair of values that are compared: the types come last.
                    && self.unique.contains(x)
                    && type_of(a.symbol).is_some_and(|own| {
                        !self.is_foreign(&own, x) && type_of(b.symbol).is_some_and(|other| own == other)
                    })
            }
            ([Step::Key(x), Step::Index(i)], [Step::Key(y), Step::Index(j)]) => {
                a.symbol == b.symbol
                    && x == y
                    && i != j
                    && type_of(a.symbol).is_some_and(|own| self.list(&own, x).is_some())
            }
            _ => false,
        }
    }
}
