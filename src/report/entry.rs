//! Entries: what is said of a root, and whether it is reported.

/// What becomes of an entry. What a pass does not report stays in the report, so that nothing is lost and all is counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    /// It is shown and counts.
    #[default]
    Reported,
    /// The plan finds it there: it was so before.
    NotIntroduced,
    /// Whether it was so before the plan is not known.
    NotComparable,
    /// It is about nothing that the plan changes.
    NotTouched,
}

impl Status {
    /// Its name in output.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Reported => "reported",
            Self::NotIntroduced => "not-introduced",
            Self::NotComparable => "not-comparable",
            Self::NotTouched => "not-touched",
        }
    }
}

/// Something said of a root module or plan, or of the run.
#[derive(Clone, Debug)]
pub struct Entry<T> {
    /// Index into [`super::Report::roots`]; none for what is said of the run.
    pub root: Option<usize>,
    /// Further roots of which the same is said: the same root module with the values of other environments.
    pub also: Vec<usize>,
    /// What becomes of it.
    pub status: Status,
    /// What is said.
    pub what: T,
}

impl<T> Entry<T> {
    /// Something said of one root.
    pub const fn new(root: usize, what: T) -> Self {
        Self { root: Some(root), also: Vec::new(), status: Status::Reported, what }
    }

    /// Something said of the whole run.
    pub const fn of_run(what: T) -> Self {
        Self { root: None, also: Vec::new(), status: Status::Reported, what }
    }

    /// Whether it is shown and counts.
    #[must_use]
    pub fn is_reported(&self) -> bool {
        self.status == Status::Reported
    }

    /// Does not report it, for this reason. Of several reasons the first one counts.
    pub fn set_aside(&mut self, status: Status) {
        if self.is_reported() {
            self.status = status;
        }
    }
}
