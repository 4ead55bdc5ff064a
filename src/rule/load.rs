//! Reads rule files. Every mistake in them is a diagnostic with its place.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;

use super::edit::RuleEdit;
use super::sections::{mistakes_of, principles_of, sections, trees};
use super::{
    Defect, Example, Expected, LabelRule, Principle, Reads, Rule, RuleParameter, RuleScope, RuleSet,
    YieldsTo, lint,
};
use crate::decode::{
    Choice, Mistakes, NamedValues, OneOrMany, Section, Spanned, check_unique, dotted, suggest,
};
use crate::diagnostic::{Diagnostic, Severity};
use crate::model::{Expression, Model};
use crate::syntax::tree::Tree;
use crate::text::FileId;
use crate::value::{Str, Value};
use crate::verbs::targets::{self, Targets};

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

/// Whether somebody has checked rules before they are loaded.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Trust {
    /// Names and expressions are checked.
    Unchecked,
    /// The rules are known to be right.
    Checked,
}

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

/// The rules in files that have no mistake, and the ids of all. Files are read side by side.
fn rules_of(
    trees: &[(PathBuf, Arc<Tree>)],
    sections: &mut [Section<'_>],
    principles: &[Principle],
) -> (Vec<Rule>, Vec<Spanned<Str>>) {
    let read = |((path, _), section): (&(PathBuf, Arc<Tree>), &mut Section<'_>)| {
        let (mut rules, mut ids) = (Vec::new(), Vec::new());
        let mistakes = section.mistakes();
        for block in section.blocks("rule", "a rule", &["its id"]) {
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
        Self::read(files.into_iter().collect(), Trust::Unchecked)
    }

    pub(super) fn read(files: Vec<(PathBuf, Arc<str>)>, trust: Trust) -> Self {
        let mut set = Self::default();
        let named = files.into_iter().map(|(path, text)| {
            let file = set.sources.add(path.clone(), text.clone());
            RuleFile { path, file, text }
        });
        let named: Vec<_> = named.collect();
        let trees = trees(named, &mut set.problems);
        match trust {
            Trust::Checked => set.take_checked(&trees),
            Trust::Unchecked => set.take_unchecked(&trees),
        }
        set
    }

    fn take_unchecked(&mut self, trees: &[(PathBuf, Arc<Tree>)]) {
        let (of_files, mistakes) = (mistakes_of(trees), Mistakes::default());
        let mut sections = sections(trees, &of_files, WHAT);
        self.model = Arc::new(Model::load(&mut sections, &mistakes));
        self.principles = principles_of(&mut sections);
        let (rules, ids) = rules_of(trees, &mut sections, &self.principles);
        sections.into_iter().for_each(Section::finish);
        check_unique(&ids, "rule", &mistakes);
        lint::check_model(&self.model, &mistakes);
        self.take_rules(rules, &mistakes);
        self.problems.extend(Mistakes::all_problems(of_files.into_iter().chain([mistakes])));
    }

    /// Takes rules that tests have checked: the model and the rules are read side by side, and what is left over in a file is not looked for.
    fn take_checked(&mut self, trees: &[(PathBuf, Arc<Tree>)]) {
        let (of_model, of_rules, mistakes) = (mistakes_of(trees), mistakes_of(trees), Mistakes::default());
        let read_rules = || {
            let mut sections = sections(trees, &of_rules, WHAT);
            let principles = principles_of(&mut sections);
            let (mut rules, _) = rules_of(trees, &mut sections, &principles);
            rules.sort_by(|a, b| a.id.cmp(&b.id));
            (principles, rules.into_iter().map(Arc::new).collect())
        };
        let read_model = || Model::load(&mut sections(trees, &of_model, WHAT), &mistakes);
        let (model, (principles, rules)) = rayon::join(read_model, read_rules);
        self.model = Arc::new(model);
        (self.principles, self.rules) = (principles, rules);
        self.problems.extend(Mistakes::all_problems(of_model.into_iter().chain(of_rules).chain([mistakes])));
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
        for rule in rules {
            let before = mistakes.count();
            lint::check_rule(&rule, &self.model, mistakes);
            if mistakes.count() == before && !self.rules.iter().any(|known| known.id == rule.id) {
                self.rules.push(Arc::new(rule));
            }
        }
        self.rules.sort_by(|a, b| a.id.cmp(&b.id));
        self.check_former_ids(mistakes);
        super::yielding::check(&self.rules, mistakes);
    }

    /// Checks that a former id belongs to one rule only, and that no rule has it today.
    fn check_former_ids(&self, mistakes: &Mistakes) {
        let mut taken = BTreeMap::new();
        for rule in &self.rules {
            for old in &rule.renamed_from {
                let message = if self.rule(old).is_some() {
                    format!("`{old}` cannot be a former id of `{}`: another rule has this id today", rule.id)
                } else if let Some(other) = taken.insert(old.clone(), rule.id.clone()) {
                    format!("`{old}` cannot be a former id of `{}`: `{other}` lists it already", rule.id)
                } else {
                    continue;
                };
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
    fn read(mut section: Section<'_>, principles: &[Principle]) -> Option<Self> {
        let id = section.label(0);
        let span = section.span();
        let severity = section.required("severity");
        let principle: Option<Spanned<Str>> = section.required("principle");
        if let Some(principle) = &principle {
            check_principle(principle, principles, &section);
        }
        let summary = section.required("summary");
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
        let why = section.required("why");
        let fix = section.required("fix");
        let notice = section.optional("notice").unwrap_or_default();
        let prove = section.optional("prove").unwrap_or_default();
        let references = section.optional("references").unwrap_or_default();
        let for_each = section.required("for_each");
        let unless = section.optional("unless");
        let defects = defects(&mut section);
        let path = section.optional("path");
        let identity = section.optional("identity");
        let parameters = parameters(&mut section);
        let locals = locals(&mut section);
        let labels = labels(&mut section);
        let yields = yields(&mut section);
        let edits = RuleEdit::read(&mut section);
        let shows_edit = section.optional("shows_edit").unwrap_or_default();
        let examples = examples(&mut section);
        section.finish();
        Some(Self {
            id,
            summary: summary?,
            principle: principle?.value,
            severity: severity?,
            environment,
            reads,
            scope,
            since,
            renamed_from: renamed_from.map(|former| former.value).unwrap_or_default(),
            why: why?,
            fix: fix?,
            notice,
            prove,
            references,
            parameters,
            locals,
            for_each: for_each?,
            unless,
            defects: defects?,
            path,
            identity,
            labels,
            yields,
            edits,
            shows_edit,
            examples,
            span,
        })
    }
}

fn check_principle(principle: &Spanned<Str>, principles: &[Principle], section: &Section<'_>) {
    if !principles.iter().any(|known| known.id == principle.value) {
        let problem =
            Diagnostic::error("rule/principle", format!("there is no principle `{}`", principle.value))
                .at(principle.span, "unknown name");
        section.report(suggest(problem, &principle.value, principles.iter().map(|known| known.id.as_str())));
    }
}

/// The only defect of a rule, or its `defect` blocks.
fn defects(section: &mut Section<'_>) -> Option<Vec<Defect>> {
    let blocks = section.blocks("defect", "a defect", &["its name"]);
    if blocks.is_empty() {
        return defect(section, Str::new(), Vec::new(), Vec::new()).map(|defect| vec![defect]);
    }
    let names: Vec<Spanned<Str>> = blocks.iter().map(|block| block.label_spanned(0)).collect();
    section.check_unique(&names, "defect");
    let read = |mut block: Section<'_>| {
        let name = block.label(0);
        let labels = labels(&mut block);
        let edits = RuleEdit::read(&mut block);
        let defect = defect(&mut block, name, labels, edits);
        block.finish();
        defect
    };
    blocks.into_iter().map(read).collect()
}

fn defect(
    section: &mut Section<'_>,
    name: Str,
    labels: Vec<LabelRule>,
    edits: Vec<RuleEdit>,
) -> Option<Defect> {
    let when = section.required("when");
    let at: Option<Spanned<Str>> = section.optional("at");
    let place = section.optional("place");
    let message = section.required("message");
    Some(Defect {
        name,
        when: when?,
        at_span: at.as_ref().map(|at| at.span),
        at: at.map(|at| dotted(&at.value)).unwrap_or_default(),
        place,
        message: message?,
        labels,
        edits,
    })
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

fn locals(section: &mut Section<'_>) -> Vec<(Str, Expression)> {
    let mut locals = Vec::new();
    for mut block in section.blocks("locals", "`locals`", &[]) {
        locals.extend(block.named_expressions());
    }
    section.check_unique(locals.iter().map(|(name, _)| name), "local value");
    locals.into_iter().map(|(name, expression)| (name.value, expression)).collect()
}

fn labels(section: &mut Section<'_>) -> Vec<LabelRule> {
    let mut labels = Vec::new();
    for mut block in section.blocks("label", "a label", &["the text of the label"]) {
        let label = label(&mut block);
        block.finish();
        labels.extend(label);
    }
    labels
}

fn label(block: &mut Section<'_>) -> Option<LabelRule> {
    let text = block.label(0);
    let at = block.required("at");
    let attribute: Option<Spanned<Str>> = block.optional("attribute");
    Some(LabelRule {
        text,
        at: at?,
        attribute_span: attribute.as_ref().map(|attribute| attribute.span),
        attribute: attribute.map(|attribute| dotted(&attribute.value)).unwrap_or_default(),
    })
}

/// The rules that report the same in more detail.
fn yields(section: &mut Section<'_>) -> Option<YieldsTo> {
    let labels = &["the text of the label that their findings get"];
    let mut block = section.labelled_block("yields", "`yields`", labels)?;
    let rules: Option<OneOrMany<Spanned<Str>>> = block.required("to");
    let about = block.optional("about");
    let label = label(&mut block);
    block.finish();
    Some(YieldsTo { rules: rules?.0, about, label: label? })
}

/// What an example says that a config declares of entries.
fn intends(block: &mut Section<'_>) -> Vec<(Str, Targets)> {
    let declared: Option<NamedValues<Value>> = block.optional("intends");
    let declared = declared.into_iter().flat_map(|NamedValues(declared)| declared);
    declared.map(|(address, targets)| (address.value, targets::read(&targets.value))).collect()
}

/// The examples in the order of the file. Their content is Terraform, except for `before`, `replaces`, `intends` and `environment`.
fn examples(section: &mut Section<'_>) -> Vec<Example> {
    let mut examples = Vec::new();
    for (kind, expected) in
        [("fails", Expected::Fails), ("passes", Expected::Passes), ("unknown", Expected::Unknown)]
    {
        for mut block in section.blocks(kind, "an example", &["what it shows"]) {
            let Some(body) = block.body_id() else { continue };
            examples.push(Example {
                expected,
                title: block.label(0),
                tree: block.tree.clone(),
                body,
                environments: block
                    .blocks("environment", "an environment", &["its name"])
                    .into_iter()
                    .filter_map(|inner| Some((inner.label(0), inner.body_id()?)))
                    .collect(),
                before: block.block("before", "`before`").and_then(|before| before.body_id()),
                replaces: block.optional("replaces").unwrap_or_default(),
                intends: intends(&mut block),
                span: block.span(),
            });
        }
    }
    examples.sort_by_key(|example| example.span);
    examples
}
