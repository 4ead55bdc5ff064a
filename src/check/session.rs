//! A session: what several runs share. Today that is the rule set, which is read once and never changed.

use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};

use super::init::Initialised;
use super::inputs::{disk, read_configs};
use crate::diagnostic::Diagnostic;
use crate::estate::configuration::project::Project;
use crate::files::Reader;
use crate::progress::Progress;
use crate::report::configuration::ConfigReport;
use crate::report::coverage::CoverageReport;
use crate::report::drawing::DrawingReport;
use crate::report::explained::ExplainReport;
use crate::report::outline::OutlineReport;
use crate::report::pointed::PointedReport;
use crate::report::simulation::SimulationReport;
use crate::report::tested::TestReport;
use crate::report::{Entry, Report};
use crate::rule::RuleSet;
use crate::settings::{Picture, Settings};

/// Runs checks against one rule set. Cheap to clone; runs may share it from several threads.
#[derive(Clone, Debug)]
pub struct Session {
    rules: Arc<RuleSet>,
    /// How far a run is.
    progress: Progress,
    /// Shows at once what the user has to see before it happens.
    tell: Option<fn(&str)>,
}

impl Session {
    /// A session with a rule set.
    #[must_use]
    pub fn new(rules: Arc<RuleSet>) -> Self {
        Self { rules, progress: Progress::default(), tell: None }
    }

    /// A session with the embedded rules, which are read on first use, once per process. The rules have no examples.
    #[must_use]
    pub fn embedded() -> Self {
        static EMBEDDED: LazyLock<Arc<RuleSet>> = LazyLock::new(|| Arc::new(RuleSet::embedded_for_checks()));
        Self::new(EMBEDDED.clone())
    }

    /// A session with the embedded rules and their examples, for pages.
    #[must_use]
    pub fn embedded_with_examples() -> Self {
        Self::new(Arc::new(RuleSet::embedded()))
    }

    /// The same session, whose checks count how far they are.
    #[must_use]
    pub fn watched(self, progress: Progress) -> Self {
        Self { progress, ..self }
    }

    /// The same session, which shows what it starts before it does.
    #[must_use]
    pub fn telling(self, tell: Option<fn(&str)>) -> Self {
        Self { tell, ..self }
    }

    /// The rules.
    #[must_use]
    pub fn rules(&self) -> &RuleSet {
        &self.rules
    }

    /// The rules with those that the settings and the configs add. What is wrong with the input is for a check to say.
    #[must_use]
    pub fn rules_of(&self, settings: &Settings) -> Arc<RuleSet> {
        super::inputs::Inputs::read(settings, &self.rules).set
    }

    /// The same without reading any configuration, and what is wrong with rules and configs.
    #[must_use]
    pub fn rules_there(&self, settings: &Settings) -> (Arc<RuleSet>, Vec<Diagnostic>) {
        let mut problems = Vec::new();
        let mut project = Project::default();
        project.reader = Reader::new(disk(settings));
        project.sources = self.rules.sources.clone();
        let here = [PathBuf::from(".")];
        let named = if settings.paths.is_empty() { &here[..] } else { &settings.paths };
        project.permit(named);
        let (_, set) = read_configs(settings, &self.rules, named.iter(), &mut project, &mut problems);
        (set, problems)
    }

    /// Checks everything that the settings name.
    #[must_use]
    pub fn check(&self, settings: &Settings) -> Report {
        let fetched = super::fetch::fetch(settings, &self.rules, self.tell);
        super::check(settings, &self.rules, &self.progress, fetched)
    }

    /// Checks what the parts of a run have read, put together. If one of them was incomplete, so is this.
    #[must_use]
    pub fn merge(&self, settings: &Settings, incomplete: &[PathBuf], problems: Vec<Diagnostic>) -> Report {
        let mut report = super::check(settings, &self.rules, &self.progress, problems);
        if !report.is_incomplete() {
            let problem = |file: &PathBuf| {
                let message = format!("`{}` is of a part that was incomplete", file.display());
                let help = "that part says what it could not read; run it again";
                Entry::of_run(Diagnostic::error("facts/incomplete", message).help(help))
            };
            report.diagnostics.extend(incomplete.iter().map(problem));
            report.sort();
        }
        report
    }

    /// Works out what a project could say in its config; `converts` if comments for other tools are to become ours.
    #[must_use]
    pub fn init(&self, directory: &Path, converts: bool) -> Initialised {
        super::init::init(directory, converts, &self.rules, &self.progress)
    }

    /// Runs the examples of the rules in and below these directories.
    #[must_use]
    pub fn test(&self, directories: &[PathBuf]) -> TestReport {
        super::tested::test(directories, &self.rules)
    }

    /// Finds the directories with configuration in everything that the settings name, and tells what each is taken for.
    #[must_use]
    pub fn directories(&self, settings: &Settings) -> Report {
        super::directories(settings, &self.rules)
    }

    /// Finds out which settings hold for everything that the settings name, and why.
    #[must_use]
    pub fn show_config(&self, settings: &Settings) -> ConfigReport {
        super::show::show(settings, &self.rules)
    }

    /// Finds out which resources have logs, metrics, traces and alarms, in everything that the settings name.
    #[must_use]
    pub fn coverage(&self, settings: &Settings) -> CoverageReport {
        super::coverage::coverage(settings, &self.rules)
    }

    /// Tells of every block in how many instances it exists, in which zones, and how many entries depend on it.
    #[must_use]
    pub fn outline(&self, settings: &Settings) -> OutlineReport {
        super::outline::outline(settings, &self.rules)
    }

    /// Tells the value of what the settings point at in a text.
    #[must_use]
    pub fn pointed(&self, settings: &Settings) -> PointedReport {
        super::pointed::pointed(settings, &self.rules)
    }

    /// Draws the graph of everything that the settings name.
    #[must_use]
    pub fn draw(&self, settings: &Settings, picture: &Picture) -> DrawingReport {
        super::draw::draw(settings, &self.rules, picture)
    }

    /// Explains an address, a pattern of addresses or an unknown in everything that the settings name. With `all`, whatever has the
    /// address is told in full.
    #[must_use]
    pub fn explain(&self, settings: &Settings, asked: &str, all: bool) -> ExplainReport {
        super::explain::explain(settings, &self.rules, &self.progress, asked, all)
    }

    /// Plays failures through in everything that the settings name: those with these ids (`zone:NAME`, `node:ADDRESS`), or all.
    #[must_use]
    pub fn simulate(&self, settings: &Settings, failures: &[String]) -> SimulationReport {
        super::simulate::simulate(settings, &self.rules, failures)
    }
}
