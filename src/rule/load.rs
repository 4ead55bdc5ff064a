//! Reading rule files: every mistake in one is a diagnostic with its place.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use super::{Example, Expected, LabelRule, Level, Parameter, Principle, Reads, Rule, RuleSet};
use crate::estate::configuration::declare::string;
use crate::eval::scope::NoScope;
use crate::eval::{Environment, interpreter};
use crate::model::load::{expression, label, path};
use crate::model::{Expression, Model};
use crate::problem::{Problem, nearest};
use crate::syntax::tree::{Block, Body, Tree};
use crate::syntax::{self, Parsed};
use crate::text::Range;
use crate::value::equality::NoIdentities;
use crate::value::{Str, Value};

const ATTRIBUTES: [&str; 16] = [
    "summary",
    "principle",
    "severity",
    "env",
    "reads",
    "since",
    "renamed_from",
    "why",
    "fix",
    "references",
    "for_each",
    "unless",
    "when",
    "at",
    "message",
    "path",
];
const BLOCKS: [&str; 6] = ["param", "locals", "label", "fails", "passes", "unknown"];

impl RuleSet {
    /// Reads rule and model files. A rule with a mistake is left out, with a problem that says what is wrong.
    pub fn load(files: impl IntoIterator<Item = (PathBuf, Arc<str>)>) -> Self {
        let mut set = Self::default();
        let mut models = Vec::new();
        let mut rules = Vec::new();
        for (path, text) in files {
            let file = set.sources.add(path.clone(), text.clone());
            let Parsed { tree, problems } = syntax::parse_hcl(file, text);
            set.problems.extend(problems);
            let tree = Arc::new(tree);
            let in_model = path.parent().is_some_and(|parent| parent.ends_with("model"));
            if in_model { models.push(tree) } else { rules.push((path, tree)) }
        }
        let (model, problems) = Model::load(&models);
        set.model = model;
        set.problems.extend(problems);
        for (_, tree) in &rules {
            set.principles(tree);
        }
        for (path, tree) in &rules {
            for block in tree.blocks(tree.root()).iter().filter(|block| tree.text(block.kind) == "rule") {
                set.rule_block(path, tree, block);
            }
        }
        set.rules.sort_by(|a, b| a.id.cmp(&b.id));
        set.check_former_ids();
        set
    }

    fn principles(&mut self, tree: &Tree) {
        for block in tree.blocks(tree.root()) {
            match tree.text(block.kind) {
                "principle" => {
                    let body = tree.body(block.body);
                    let text = |name: &str| {
                        tree.attribute(body, name)
                            .and_then(|attribute| string(tree, attribute.value))
                            .unwrap_or_default()
                    };
                    self.principles.push(Principle {
                        id: label(tree, block, 0),
                        title: text("title"),
                        question: text("question"),
                    });
                }
                "rule" => {}
                kind => self.problems.push(
                    Problem::error("rule/unknown-block", format!("a rule file has no block `{kind}`"))
                        .at(tree.span(block.kind_range), "not known")
                        .help("known here: rule, principle; model files stand in a folder named `model`"),
                ),
            }
        }
    }

    /// A former id leads to one rule, and to no rule that has this id today.
    fn check_former_ids(&mut self) {
        let mut taken = BTreeMap::new();
        let mut problems = Vec::new();
        for rule in &self.rules {
            for old in &rule.renamed_from {
                let message = if self.rule(old).is_some() {
                    format!("`{}` cannot have been `{old}`: a rule has this id today", rule.id)
                } else if let Some(other) = taken.insert(old.clone(), rule.id.clone()) {
                    format!("`{}` cannot have been `{old}`: `{other}` says so already", rule.id)
                } else {
                    continue;
                };
                problems.push(Problem::error("rule/renamed-from", message).at(rule.span, "here"));
            }
        }
        self.problems.extend(problems);
    }

    fn rule_block(&mut self, path: &std::path::Path, tree: &Arc<Tree>, block: &Block) {
        let mut reader = Reader { tree, body: tree.body(block.body), block, problems: Vec::new() };
        let id = label(tree, block, 0);
        let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        if id != stem.as_str() {
            reader.problem(
                "rule/file-name",
                block.header,
                format!("the rule `{id}` stands in the file `{stem}.hcl`; file and id must agree"),
            );
        }
        if self.rule(&id).is_some() {
            reader.problem("rule/duplicate", block.header, format!("there is another rule `{id}`"));
        }
        let rule = reader.rule(id, &self.principles);
        let ok = reader.problems.is_empty();
        self.problems.append(&mut reader.problems);
        if let Some(rule) = rule
            && ok
        {
            self.rules.push(Arc::new(rule));
        }
    }
}

struct Reader<'a> {
    tree: &'a Arc<Tree>,
    body: &'a Body,
    block: &'a Block,
    problems: Vec<Problem>,
}

impl Reader<'_> {
    fn problem(&mut self, code: &'static str, range: Range, message: String) {
        self.problems.push(Problem::error(code, message).at(self.tree.span(range), "here"));
    }

    fn required<T>(&mut self, name: &str, value: Option<T>) -> Option<T> {
        if value.is_none() {
            self.problem("rule/missing", self.block.header, format!("the rule needs `{name}`"));
        }
        value
    }

    fn text(&mut self, name: &str) -> Option<Str> {
        let attribute = self.tree.attribute(self.body, name)?;
        let text = string(self.tree, attribute.value);
        if text.is_none() {
            let range = self.tree.expr(attribute.value).range;
            self.problem("rule/text", range, format!("`{name}` is a plain string"));
        }
        text
    }

    fn expression(&self, name: &str) -> Option<Expression> {
        expression(self.tree, self.body, name)
    }

    fn rule(&mut self, id: Str, principles: &[Principle]) -> Option<Rule> {
        self.check_names();
        let level_text = self.text("severity");
        let level_text = self.required("severity", level_text)?;
        let level = Level::from_name(&level_text);
        if level.is_none() {
            let message = format!("there is no severity `{level_text}`: error, warning or advice");
            self.problem("rule/severity", self.block.header, message);
        }
        let principle = self.text("principle");
        let principle = self.required("principle", principle)?;
        if !principles.iter().any(|known| known.id == principle) {
            let hint = nearest(&principle, principles.iter().map(|known| known.id.as_str()));
            let hint = hint.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
            self.problem(
                "rule/principle",
                self.block.header,
                format!("there is no principle `{principle}`{hint}"),
            );
        }
        let summary = self.text("summary");
        let why = self.text("why");
        let fix = self.text("fix");
        let since = self.text("since");
        let for_each = self.expression("for_each");
        let when = self.expression("when");
        let message = self.expression("message");
        Some(Rule {
            summary: self.required("summary", summary)?,
            principle,
            level: level?,
            environment: self.text("env"),
            reads: self.reads()?,
            since: self.required("since", since)?,
            why: self.required("why", why)?,
            fix: self.required("fix", fix)?,
            renamed_from: self.renamed_from(),
            references: self.references(),
            parameters: self.parameters(),
            locals: self.locals(),
            for_each: self.required("for_each", for_each)?,
            unless: self.expression("unless"),
            when: self.required("when", when)?,
            at: self.text("at").map(|text| path(&text)).unwrap_or_default(),
            message: self.required("message", message)?,
            path: self.expression("path"),
            labels: self.labels(),
            examples: self.examples(),
            span: self.tree.span(self.block.header),
            id,
        })
    }

    fn reads(&mut self) -> Option<Reads> {
        let text = self.text("reads");
        let reads = Reads::from_name(text.as_deref());
        if reads.is_none() {
            let message = format!("a rule does not read `{}`: source or plan", text.unwrap_or_default());
            self.problem("rule/reads", self.block.header, message);
        }
        reads
    }

    fn check_names(&mut self) {
        for attribute in self.tree.attributes(self.body) {
            let name = self.tree.text(attribute.name);
            if !ATTRIBUTES.contains(&name) {
                self.unknown_name(attribute.name_range, "attribute", name, &ATTRIBUTES);
            }
        }
        for block in self.tree.blocks(self.body) {
            let name = self.tree.text(block.kind);
            if !BLOCKS.contains(&name) {
                self.unknown_name(block.kind_range, "block", name, &BLOCKS);
            }
        }
    }

    fn unknown_name(&mut self, range: Range, what: &str, name: &str, known: &[&str]) {
        let problem = Problem::error("rule/unknown-name", format!("a rule has no {what} `{name}`"))
            .at(self.tree.span(range), "not known");
        self.problems.push(match nearest(name, known.iter().copied()) {
            Some(near) => problem.help(format!("did you mean `{near}`?")),
            None => problem.help(format!("known here: {}", known.join(", "))),
        });
    }

    fn constant(&mut self, tree: &Tree, expr: syntax::tree::ExprId) -> Value {
        let meter = crate::budget::Meter::unlimited();
        let environment =
            Environment { files: &crate::eval::NoFiles, identities: &NoIdentities, meter: &meter };
        interpreter::evaluate(tree, expr, &NoScope(environment)).unwrap_or_else(|error| {
            self.problem("rule/constant", tree.expr(expr).range, error.message);
            Value::NULL
        })
    }

    fn references(&mut self) -> Vec<Str> {
        let Some(attribute) = self.tree.attribute(self.body, "references") else { return Vec::new() };
        let value = self.constant(self.tree, attribute.value);
        value.parts().filter_map(|part| part.as_str().map(Str::from)).collect()
    }

    fn renamed_from(&mut self) -> Vec<Str> {
        let Some(attribute) = self.tree.attribute(self.body, "renamed_from") else { return Vec::new() };
        let value = self.constant(self.tree, attribute.value);
        let ids: Vec<Str> = value.parts().filter_map(|part| part.as_str().map(Str::from)).collect();
        if ids.is_empty() || ids.len() != value.parts().count() {
            let range = self.tree.expr(attribute.value).range;
            self.problem("rule/renamed-from", range, "`renamed_from` is a list of former ids".to_owned());
        }
        ids
    }

    fn blocks(&self, kind: &str) -> Vec<Block> {
        self.tree
            .blocks(self.body)
            .iter()
            .filter(|block| self.tree.text(block.kind) == kind)
            .copied()
            .collect()
    }

    fn parameters(&mut self) -> Vec<Parameter> {
        self.blocks("param")
            .iter()
            .map(|block| {
                let body = self.tree.body(block.body);
                let default = match self.tree.attribute(body, "default") {
                    Some(attribute) => self.constant(self.tree, attribute.value),
                    None => {
                        self.problem("rule/param", block.header, "a parameter needs a default".to_owned());
                        Value::NULL
                    }
                };
                let doc =
                    self.tree.attribute(body, "doc").and_then(|attribute| string(self.tree, attribute.value));
                Parameter { name: label(self.tree, block, 0), default, doc: doc.unwrap_or_default() }
            })
            .collect()
    }

    fn locals(&self) -> Vec<(Str, Expression)> {
        self.blocks("locals")
            .iter()
            .flat_map(|block| self.tree.attributes(self.tree.body(block.body)))
            .map(|attribute| {
                let name = self.tree.text(attribute.name).into();
                (name, Expression { tree: self.tree.clone(), expr: attribute.value })
            })
            .collect()
    }

    fn labels(&mut self) -> Vec<LabelRule> {
        let mut labels = Vec::new();
        for block in self.blocks("label") {
            let body = self.tree.body(block.body);
            let Some(at) = expression(self.tree, body, "at") else {
                self.problem(
                    "rule/label",
                    block.header,
                    "a label needs `at`: the node to point at".to_owned(),
                );
                continue;
            };
            let attribute = self
                .tree
                .attribute(body, "attribute")
                .and_then(|attribute| string(self.tree, attribute.value))
                .map(|text| path(&text));
            labels.push(LabelRule {
                text: label(self.tree, &block, 0),
                at,
                attribute: attribute.unwrap_or_default(),
            });
        }
        labels
    }

    fn examples(&self) -> Vec<Example> {
        let expected = |kind: &str| match kind {
            "fails" => Some(Expected::Fails),
            "passes" => Some(Expected::Passes),
            "unknown" => Some(Expected::Unknown),
            _ => None,
        };
        self.tree
            .blocks(self.body)
            .iter()
            .filter_map(|block| {
                Some(Example {
                    expected: expected(self.tree.text(block.kind))?,
                    title: label(self.tree, block, 0),
                    tree: self.tree.clone(),
                    body: block.body,
                    span: self.tree.span(block.header),
                })
            })
            .collect()
    }
}
