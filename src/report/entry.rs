//! Entries: what the report says about a root, and whether it is shown.

/// What becomes of an entry. An entry that a pass sets aside stays in the report, so that nothing is lost and everything is counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// The entry is shown and counted.
    #[default]
    Reported,
    /// The config turns its rule off for its place.
    Off,
    /// It existed before the change.
    NotIntroduced,
    /// It is unknown whether it existed before the change.
    NotComparable,
    /// It is about nothing that the change touches.
    NotTouched,
    /// Somebody accepts it: the index in [`super::Report::suppressions`].
    Suppressed(usize),
    /// The baseline accepts it.
    Baseline,
    /// It is an unknown verdict, and these are not to be reported.
    Ignored,
    /// It is fixed in the configuration that the plan was made from.
    Fixed,
}

impl Status {
    /// The name in output.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Reported => "reported",
            Self::Off => "off",
            Self::NotIntroduced => "not-introduced",
            Self::NotComparable => "not-comparable",
            Self::NotTouched => "not-touched",
            Self::Suppressed(_) => "suppressed",
            Self::Baseline => "baseline",
            Self::Ignored => "ignored",
            Self::Fixed => "fixed",
        }
    }
}

/// A statement about a root module, a plan or the whole run.
#[derive(Clone, Debug)]
pub struct Entry<T> {
    /// The index in [`super::Report::roots`]; `None` for the whole run.
    pub root: Option<usize>,
    /// Further roots with an identical entry: the same root module in other environments, or others that consist of the same code.
    pub also: Vec<usize>,
    pub status: Status,
    /// The statement.
    pub what: T,
}

impl<T> Entry<T> {
    /// An entry about one root.
    pub const fn new(root: usize, what: T) -> Self {
        Self { root: Some(root), also: Vec::new(), status: Status::Reported, what }
    }

    /// An entry about the whole run.
    pub const fn of_run(what: T) -> Self {
        Self { root: None, also: Vec::new(), status: Status::Reported, what }
    }

    /// Whether the entry is shown and counted.
    #[must_use]
    pub fn is_reported(&self) -> bool {
        self.status == Status::Reported
    }

    /// Sets the entry aside for this reason, unless it has one already.
    pub fn set_aside(&mut self, status: Status) {
        if self.is_reported() {
            self.status = status;
        }
    }
}
