//! What model files tell of the values that providers give: which of them differ, which are never null, and which lists are filled in.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::syntax::Expression;
use crate::value::{Origin, Step, Str, SymbolId};

/// What is known of values that providers give.
#[derive(Clone, Debug, Default)]
pub struct ProviderFacts {
    /// Attributes that differ between any two instances of one type.
    pub unique: Vec<Str>,
    /// Lists whose elements all differ.
    pub distinct: Vec<DistinctList>,
    /// Attributes that are texts, neither null nor empty once their resource exists.
    pub present: FxHashSet<Str>,
    /// Lists and sets that the provider fills in where nobody writes them.
    pub filled: FxHashSet<Str>,
    /// What is known of data sources, by type.
    pub data: FxHashMap<Str, DataFacts>,
    /// Arguments of data sources that are searched by, as `type.argument`: what is found may say it in other words.
    pub searched: FxHashSet<Str>,
}

/// What is known of a data source.
#[derive(Clone, Debug, Default)]
pub struct DataFacts {
    /// Arguments that may leave fewer elements in its lists.
    pub narrowed_by: Vec<Str>,
    /// Answers that follow from its arguments (`self`) and those of its provider (`provider`): an object by attribute.
    pub answers: Option<Expression>,
    /// Answers that are a JSON document of such a value, written in the provider's own way.
    pub documents: Option<Expression>,
}

/// A list whose elements all differ.
#[derive(Clone, Debug)]
pub struct DistinctList {
    /// The type of the data source or resource.
    pub type_: Str,
    /// The attribute that holds the list.
    pub attribute: Str,
    /// How many elements it has at least.
    pub at_least: usize,
}

impl ProviderFacts {
    fn list(&self, type_: &str, attribute: &str) -> Option<&DistinctList> {
        self.distinct.iter().find(|list| list.type_ == type_ && list.attribute == attribute)
    }

    /// Arguments of a data source that may leave fewer elements in its lists.
    #[must_use]
    pub fn narrowed_by(&self, type_: &str) -> &[Str] {
        self.data.get(type_).map_or(&[], |facts| &facts.narrowed_by)
    }

    /// Whether an argument of a data source is also what it answers with.
    #[must_use]
    pub fn is_searched(&self, type_: &str, argument: &str) -> bool {
        !self.searched.is_empty() && self.searched.contains(&ecow::eco_format!("{type_}.{argument}"))
    }

    /// How many elements the list with this origin has at least; `type_of` gives the type of a symbol whose lists nothing narrows.
    #[must_use]
    pub fn least_length(&self, list: &Origin, type_of: impl Fn(SymbolId) -> Option<Str>) -> usize {
        match list.path.as_slice() {
            [Step::Key(attribute)] => type_of(list.symbol)
                .and_then(|own| self.list(&own, attribute).map(|list| list.at_least))
                .unwrap_or(0),
            _ => 0,
        }
    }

    /// Whether what has this origin is a text, neither null nor empty; `type_of` gives the type of a symbol, which is empty
    /// for what is no resource: an output or a variable may be null whatever it is called.
    #[must_use]
    pub fn is_present(&self, attribute: &Origin, type_of: impl Fn(SymbolId) -> Option<Str>) -> bool {
        let ([Step::Key(name)] | [Step::Index(_), Step::Key(name)]) = attribute.path.as_slice() else {
            return false;
        };
        self.present.contains(name) && type_of(attribute.symbol).is_some_and(|type_| !type_.is_empty())
    }

    /// Whether two origins never hold the same value; `type_of` gives the type of a symbol.
    #[must_use]
    pub fn differ(&self, a: &Origin, b: &Origin, type_of: impl Fn(SymbolId) -> Option<Str>) -> bool {
        match (a.path.as_slice(), b.path.as_slice()) {
            // One instance before and after a change is two symbols.
            _ if a.symbol.time() != b.symbol.time() => false,
            ([Step::Key(x)], [Step::Key(y)]) => {
                a.symbol != b.symbol
                    && x == y
                    && self.unique.contains(x)
                    && type_of(a.symbol)
                        .is_some_and(|own| type_of(b.symbol).is_some_and(|other| own == other))
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
