//! The types of parameters and results.

use std::sync::{Arc, LazyLock};

use crate::value::Type;

#[derive(Clone, Copy, Debug)]
pub struct Parameter {
    /// The name, as messages show it.
    pub name: &'static str,
    /// The type that arguments are converted to.
    pub takes: Takes,
    pub(super) is_nullable: bool,
    pub(super) is_open: bool,
    pub(super) is_marked: bool,
}

impl Parameter {
    const fn new(name: &'static str, takes: Takes) -> Self {
        Self { name, takes, is_nullable: false, is_open: false, is_marked: false }
    }

    /// Accepts null.
    #[must_use]
    pub(super) const fn nullable(mut self) -> Self {
        self.is_nullable = true;
        self
    }

    /// Accepts unknown values and unknown parts: the function handles them itself.
    #[must_use]
    pub(super) const fn open(mut self) -> Self {
        self.is_open = true;
        self
    }

    /// Lets the function decide which of the argument's marks its result gets. By default the result gets all of them.
    #[must_use]
    pub(super) const fn keeps_marks(mut self) -> Self {
        self.is_marked = true;
        self
    }
}

pub(super) const fn string(name: &'static str) -> Parameter {
    Parameter::new(name, Takes::String)
}

pub(super) const fn number(name: &'static str) -> Parameter {
    Parameter::new(name, Takes::Number)
}

/// A parameter that accepts any type.
pub(super) const fn any(name: &'static str) -> Parameter {
    Parameter::new(name, Takes::Any)
}

/// A parameter of a given type.
pub(super) const fn of(name: &'static str, takes: Takes) -> Parameter {
    Parameter::new(name, takes)
}

/// The type that an argument is converted to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Takes {
    /// Anything: no conversion.
    Any,
    String,
    Number,
    /// A list of elements of one type.
    List,
    /// A list of strings.
    Strings,
    /// A list of booleans.
    Booleans,
    /// A set of elements of one type.
    Set,
    /// A map of lists of strings.
    StringsByKey,
}

impl Takes {
    #[must_use]
    pub fn type_(self) -> Type {
        match self {
            Self::Any => Type::Dynamic,
            Self::String => Type::String,
            Self::Number => Type::Number,
            Self::List => Type::List(DYNAMIC.clone()),
            Self::Strings => Type::List(STRING.clone()),
            Self::Booleans => Type::List(BOOL.clone()),
            Self::Set => Type::Set(DYNAMIC.clone()),
            Self::StringsByKey => Type::Map(STRINGS.clone()),
        }
    }
}

/// The type of a function's result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gives {
    /// The type depends on the arguments, and the result may be null.
    Any,
    String,
    Number,
    Bool,
    List,
    /// A list of strings.
    Strings,
    /// A list of numbers.
    Numbers,
    /// A list of lists.
    Lists,
    Set,
    /// A set of strings.
    StringSet,
    /// A map of lists of strings.
    StringsByKey,
}

impl Gives {
    #[must_use]
    pub fn type_(self) -> Type {
        match self {
            Self::Any => Type::Dynamic,
            Self::String => Type::String,
            Self::Number => Type::Number,
            Self::Bool => Type::Bool,
            Self::List => Type::List(DYNAMIC.clone()),
            Self::Strings => Type::List(STRING.clone()),
            Self::Numbers => Type::List(NUMBER.clone()),
            Self::Lists => Type::List(LIST.clone()),
            Self::Set => Type::Set(DYNAMIC.clone()),
            Self::StringSet => Type::Set(STRING.clone()),
            Self::StringsByKey => Type::Map(STRINGS.clone()),
        }
    }
}

static DYNAMIC: LazyLock<Arc<Type>> = LazyLock::new(|| Arc::new(Type::Dynamic));
static BOOL: LazyLock<Arc<Type>> = LazyLock::new(|| Arc::new(Type::Bool));
static NUMBER: LazyLock<Arc<Type>> = LazyLock::new(|| Arc::new(Type::Number));
static STRING: LazyLock<Arc<Type>> = LazyLock::new(|| Arc::new(Type::String));
static LIST: LazyLock<Arc<Type>> = LazyLock::new(|| Arc::new(Type::List(DYNAMIC.clone())));
static STRINGS: LazyLock<Arc<Type>> = LazyLock::new(|| Arc::new(Type::List(STRING.clone())));
