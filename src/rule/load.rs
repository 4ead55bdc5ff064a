//! Reads rule files. Every mistake in them is a diagnostic with its place.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;

use super::body::LazyBody;
use super::sections::{mistakes_of, of_checked_rule, principles_of, rule_blocks, sections, trees};
use super::{Principle, Reads, Rule, RuleBody, RuleParameter, RuleScope, RuleSet, lint, wording};
use crate::decode::{Choice, Mistakes, Section, Spanned, check_unique, suggest};
use crate::diagnostic::{Diagnostic, Severity};
use crate::model::{Expression, Model};
use crate::syntax::tree::{ExprId, ExprKind, Tree};
use crate::text::FileId;
use crate::value::Str;

impl Choice for Severity {
    const WHAT: &'static str = "severity";

    fn all() -> &'static [Self] {
        &Self::ALL
    }

    fn word(self) -> &'static str {
        self.name()
    }
}

/// The values of `needs` in a rule.
#[derive(Clone, Copy)]
struct Needed(Reads, &'static str);

impl Choice for Needed {
    const WHAT: &'static str = "input";

    fn all() -> &'static [Self] {
        &[Self(Reads::Configuration, "configuration"), Self(Reads::Plan, "plan")]
    }

    fn word(self) -> &'static str {
        self.1
    }
}

impl Choice for RuleScope {
    const WHAT: &'static str = "scope";

    fn all() -> &'static [Self] {
        &Self::ALL
    }

    fn word(self) -> &'static str {
        self.name()
    }
}

/// Where the severity of a rule applies.
#[derive(Clone, Copy, Default)]
enum Matters {
    /// In production; in other environments the rule is advice.
    #[default]
    InProduction,
    /// In any environment.
    Anywhere,
}

impl Choice for Matters {
    const WHAT: &'static str = "environment";

    fn all() -> &'static [Self] {
        &[Self::InProduction, Self::Anywhere]
    }

    fn word(self) -> &'static str {
        match self {
            Self::InProduction => PRODUCTION,
            Self::Anywhere => "any",
        }
    }
}

/// The environment that rules are about by default.
const PRODUCTION: &str = "production";

/// What a file is in messages.
const WHAT: &str = "a rule or model file";

/// A file with rules, as it was read.
#[derive(Clone, Debug)]
pub struct RuleFile {
    pub path: PathBuf,
    /// What places in it name it by.
    pub file: FileId,
    pub text: Arc<str>,
}

/// A file with rules or a part of the model that tests have checked.
pub(super) struct CheckedFile {
    pub(super) path: PathBuf,
    pub(super) text: Arc<str>,
    /// A file with a rule has one: the rule with nothing in it but what a run asks of every rule.
    pub(super) head: Option<&'static str>,
}

/// The rules in files that have no mistake, and the ids of all. Files are read side by side.
fn rules_of(
    trees: &[(PathBuf, Arc<Tree>)],
    sections: &mut [Section<'_>],
    principles: &[Principle],
) -> (Vec<Rule>, Vec<Spanned<Str>>) {
    let read = |((path, _), section): (&(PathBuf, Arc<Tree>), &mut Section<'_>)| {
        let (mut rules, mut ids) = (Vec::new(), Vec::new());
        let mistakes = section.mistakes();
        for block in rule_blocks(section) {
            ids.push(block.label_spanned(0));
            check_file_name(path, &block);
            let before = mistakes.count();
            let rule = Rule::read(block, principles);
            rules.extend(rule.filter(|_| mistakes.count() == before));
        }
        (rules, ids)
    };
    let read: Vec<(Vec<Rule>, Vec<Spanned<Str>>)> =
        trees.par_iter().zip(sections.par_iter_mut()).map(read).collect();
    let (rules, ids): (Vec<_>, Vec<_>) = read.into_iter().unzip();
    (rules.into_iter().flatten().collect(), ids.into_iter().flatten().collect())
}

impl RuleSet {
    /// Reads rule and model files; a file may hold blocks of both. A rule with a mistake is left out and reported.
    pub fn load(files: impl IntoIterator<Item = (PathBuf, Arc<str>)>) -> Self {
        let mut set = Self::default();
        let named = files.into_iter().map(|(path, text)| {
            let file = set.sources.add(path.clone(), text.clone());
            RuleFile { path, file, text }
        });
        let named: Vec<_> = named.collect();
        let trees = trees(named, &mut set.problems);
        let (of_files, mistakes) = (mistakes_of(&trees), Mistakes::default());
        let mut sections = sections(&trees, &of_files, WHAT);
        set.model = Arc::new(Model::load(&mut sections, &mistakes));
        set.principles = principles_of(&mut sections);
        let (rules, ids) = rules_of(&trees, &mut sections, &set.principles);
        sections.into_iter().for_each(Section::finish);
        check_unique(&ids, "rule", &mistakes);
        lint::check_model(&set.model, &mistakes);
        set.take_rules(rules, &mistakes);
        set.problems.extend(Mistakes::all_problems(of_files.into_iter().chain([mistakes])));
        set
    }

    /// Reads files that tests have checked. Of a file with a rule it reads the head, and the rule reads its body when that is needed.
    pub(super) fn load_checked(files: impl IntoIterator<Item = CheckedFile>) -> Self {
        let mut set = Self::default();
        let files = files.into_iter().map(|CheckedFile { path, text, head }| {
            let file = set.sources.add(path.clone(), text.clone());
            (RuleFile { path, file, text }, head)
        });
        let (rules, others): (Vec<_>, Vec<_>) = files.partition(|(_, head)| head.is_some());
        let trees = trees(others.into_iter().map(|(file, _)| file).collect(), &mut set.problems);
        let (of_files, mistakes) = (mistakes_of(&trees), Mistakes::default());
        let mut sections = sections(&trees, &of_files, WHAT);
        set.principles = principles_of(&mut sections);
        let read_rules = || {
            let rules = rules.into_iter().filter_map(|(file, head)| {
                of_checked_rule(file.file, head?.into(), &mistakes, |rule| {
                    let body = LazyBody::of_file(file);
                    Rule::read_head(rule, &set.principles, |_| Some(body)).map(Arc::new)
                })
            });
            let mut rules: Vec<Arc<Rule>> = rules.collect();
            rules.sort_by(|a, b| a.id.cmp(&b.id));
            rules
        };
        let (model, rules) = rayon::join(|| Model::load_checked(&mut sections), read_rules);
        (set.model, set.rules) = (Arc::new(model), rules);
        set.problems.extend(Mistakes::all_problems(of_files.into_iter().chain([mistakes])));
        set
    }

    /// The same rules with a user's own beside them. What these files hold are rules and nothing else: what resource types are is not
    /// for them to say. An id that is taken is a mistake, of which the rule that was there first stays.
    #[must_use]
    pub fn with_own(&self, files: Vec<RuleFile>) -> Self {
        let mut set = Self {
            rules: self.rules.clone(),
            principles: self.principles.clone(),
            model: self.model.clone(),
            sources: self.sources.clone(),
            problems: self.problems.clone(),
        };
        let trees = trees(files, &mut set.problems);
        let (of_files, mistakes) = (mistakes_of(&trees), Mistakes::default());
        let mut sections = sections(&trees, &of_files, "a file of rules");
        let (rules, ids) = rules_of(&trees, &mut sections, &set.principles);
        sections.into_iter().for_each(Section::finish);
        check_unique(&ids, "rule", &mistakes);
        for id in ids.iter().filter(|id| self.rule(&id.value).is_some()) {
            let message = format!("there is a rule `{}` already: it comes with the program", id.value);
            let problem = Diagnostic::error("rule/taken", message).at(id.span, "taken");
            mistakes
                .push(problem.help("give it an id of your own, such as one with your team's name in front"));
        }
        set.take_rules(rules, &mistakes);
        set.problems.extend(Mistakes::all_problems(of_files.into_iter().chain([mistakes])));
        set
    }

    /// Adds rules that have no mistake and an id that nobody has.
    fn take_rules(&mut self, rules: Vec<Rule>, mistakes: &Mistakes) {
        let mut taken = Vec::with_capacity(rules.len());
        for rule in rules {
            let before = mistakes.count();
            lint::check_rule(&rule, &self.model, mistakes);
            wording::check(&rule, mistakes);
            if mistakes.count() == before && !self.rules.iter().chain(&taken).any(|known| known.id == rule.id)
            {
                taken.push(Arc::new(rule));
            }
        }
        self.rules.extend(taken.iter().cloned());
        self.rules.sort_by(|a, b| a.id.cmp(&b.id));
        self.check_former_ids(&taken, mistakes);
        super::yielding::check(&taken, &self.rules, mistakes);
    }

    /// Checks that a former id belongs to one rule only, and that no rule has it today. Of two rules the one that was there first is right.
    fn check_former_ids(&self, added: &[Arc<Rule>], mistakes: &Mistakes) {
        let is_added = |rule: &Arc<Rule>| added.iter().any(|own| Arc::ptr_eq(own, rule));
        let (later, earlier): (Vec<_>, Vec<_>) = self.rules.iter().partition(|rule| is_added(rule));
        let mut taken: BTreeMap<&Str, &Str> = BTreeMap::new();
        for rule in earlier {
            taken.extend(rule.renamed_from.iter().map(|old| (old, &rule.id)));
        }
        for rule in later {
            for old in &rule.renamed_from {
                let why = if *old == rule.id {
                    "it is its id today".to_owned()
                } else if self.rule(old).is_some() {
                    "another rule has this id today".to_owned()
                } else if let Some(other) = taken.insert(old, &rule.id) {
                    format!("`{other}` lists it already")
                } else {
                    continue;
                };
                let message = format!("`{old}` cannot be a former id of `{}`: {why}", rule.id);
                mistakes.push(Diagnostic::error("rule/renamed-from", message).at(rule.span, "here"));
            }
        }
    }
}

fn check_file_name(path: &Path, section: &Section<'_>) {
    let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let id = section.label_spanned(0);
    if !id.value.is_empty() && id.value != stem.as_str() {
        let message =
            format!("the rule `{}` is in the file `{stem}.hcl`; file name and id must agree", id.value);
        section.mistake("rule/file-name", id.span, message);
    }
}

impl Rule {
    /// Reads a rule whole.
    fn read(mut section: Section<'_>, principles: &[Principle]) -> Option<Self> {
        let rule =
            Self::read_head(&mut section, principles, |section| RuleBody::read(section).map(Into::into));
        section.finish();
        rule
    }

    /// Reads what a run asks of every rule, and then what `body` makes of the rest.
    fn read_head(
        section: &mut Section<'_>,
        principles: &[Principle],
        body: impl FnOnce(&mut Section<'_>) -> Option<LazyBody>,
    ) -> Option<Self> {
        let severity = section.required("severity");
        let principle: Option<Spanned<Str>> = section.required("principle");
        if let Some(principle) = &principle {
            check_principle(principle, principles, section);
        }
        let environment = match section.optional("environment").unwrap_or_default() {
            Matters::InProduction => Some(PRODUCTION.into()),
            Matters::Anywhere => None,
        };
        let reads = section.optional::<Needed>("needs").map(|Needed(reads, _)| reads).unwrap_or_default();
        let scope = section.optional("scope").unwrap_or_default();
        let since = section.optional("since");
        let renamed_from: Option<Spanned<Vec<Str>>> = section.optional("renamed_from");
        if let Some(former) = renamed_from.as_ref().filter(|former| former.value.is_empty()) {
            section.mistake(
                "decode/value",
                former.span,
                "`renamed_from` must be a list of at least one former id",
            );
        }
        let parameters = parameters(section);
        let looks_at = section.optional("for_each").as_ref().and_then(named_by);
        let body = body(section);
        Some(Self {
            id: section.label(0),
            file: section.span().file,
            principle: principle?.value,
            severity: severity?,
            environment,
            reads,
            scope,
            since,
            renamed_from: renamed_from.map(|former| former.value).unwrap_or_default(),
            parameters,
            looks_at,
            body: body?,
        })
    }
}

/// The names that `resources` is given, if that is all that `for_each` says.
fn named_by(for_each: &Expression) -> Option<Vec<Str>> {
    let tree = &for_each.tree;
    let ExprKind::Call(call) = tree.expr(for_each.expr).kind else { return None };
    let call = tree.call(call);
    let name = |argument: &ExprId| match tree.expr(*argument).kind {
        ExprKind::String(text) => Some(tree.text(text).into()),
        _ => None,
    };
    let is_it = tree.text(call.name) == "resources" && !call.expand;
    is_it.then(|| tree.exprs(call.arguments).iter().map(name).collect()).flatten()
}

fn check_principle(principle: &Spanned<Str>, principles: &[Principle], section: &Section<'_>) {
    if !principles.iter().any(|known| known.id == principle.value) {
        let problem =
            Diagnostic::error("rule/principle", format!("there is no principle `{}`", principle.value))
                .at(principle.span, "unknown name");
        section.report(suggest(problem, &principle.value, principles.iter().map(|known| known.id.as_str())));
    }
}

fn parameters(section: &mut Section<'_>) -> Vec<RuleParameter> {
    let mut names = Vec::new();
    let mut parameters = Vec::new();
    for mut block in section.blocks("param", "a parameter", &["its name"]) {
        let name = block.label_spanned(0);
        let default = block.required("default");
        let doc = block.required("doc");
        block.finish();
        names.push(name.clone());
        if let (Some(default), Some(doc)) = (default, doc) {
            parameters.push(RuleParameter { name: name.value, default, doc, span: name.span });
        }
    }
    section.check_unique(&names, "parameter");
    parameters
}
