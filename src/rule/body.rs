//! The body of a rule: what it says to those whom it concerns. A check reads it when the rule has something to look at.

use std::sync::{Arc, OnceLock};

use super::edit::RuleEdit;
use super::load::RuleFile;
use super::sections::of_checked_rule;
use super::{Defect, Example, Expected, LabelRule, RuleBody, YieldsTo};
use crate::decode::{Mistakes, NamedValues, OneOrMany, Section, Spanned, dotted};
use crate::model::Expression;
use crate::syntax::{self, ParsedExpression};
use crate::text::{FileId, Range, Span};
use crate::value::{Str, Value};
use crate::verbs::targets::{self, Targets};

/// The body of a rule, which is read when it is first asked for. Clones share it.
#[derive(Clone, Debug)]
pub(super) struct LazyBody(Arc<UnreadBody>);

#[derive(Debug)]
struct UnreadBody {
    /// Where it is, if it was not read with its head.
    file: Option<RuleFile>,
    read: OnceLock<RuleBody>,
}

impl From<RuleBody> for LazyBody {
    fn from(body: RuleBody) -> Self {
        Self(Arc::new(UnreadBody { file: None, read: body.into() }))
    }
}

impl LazyBody {
    /// The body of the only rule in a file that tests have checked.
    pub(super) fn of_file(file: RuleFile) -> Self {
        Self(Arc::new(UnreadBody { file: Some(file), read: OnceLock::new() }))
    }

    /// The body.
    pub(super) fn get(&self) -> &RuleBody {
        self.0.read.get_or_init(|| RuleBody::of_file(self.0.file.as_ref()))
    }

    pub(super) fn is_read(&self) -> bool {
        self.0.read.get().is_some()
    }
}

impl RuleBody {
    fn of_file(file: Option<&RuleFile>) -> Self {
        let Some(RuleFile { file, text, .. }) = file else { return Self::silent(FileId(0)) };
        let body = of_checked_rule(*file, text.clone(), &Mistakes::default(), Self::read);
        body.unwrap_or_else(|| Self::silent(*file))
    }

    /// The body of a rule that looks at nothing: what is left of a rule that cannot be read.
    fn silent(file: FileId) -> Self {
        let ParsedExpression { tree, expression, .. } = syntax::parse_expression(file, "[]".into());
        Self {
            summary: Str::default(),
            why: Str::default(),
            fix: Str::default(),
            notice: Str::default(),
            prove: Str::default(),
            references: Vec::new(),
            locals: Vec::new(),
            for_each: Expression { tree: Arc::new(tree), expr: expression },
            unless: None,
            defects: Vec::new(),
            path: None,
            labels: Vec::new(),
            identity: None,
            yields: None,
            edits: Vec::new(),
            shows_edit: false,
            examples: Vec::new(),
            span: Span { file, range: Range::default() },
        }
    }

    /// Reads what is not in the head.
    pub(super) fn read(section: &mut Section<'_>) -> Option<Self> {
        let summary = section.required("summary");
        let why = section.required("why");
        let fix = section.required("fix");
        let notice = section.optional("notice").unwrap_or_default();
        let prove = section.optional("prove").unwrap_or_default();
        let references = section.optional("references").unwrap_or_default();
        let for_each = section.required("for_each");
        let unless = section.optional("unless");
        let defects = defects(section);
        let path = section.optional("path");
        let identity = section.optional("identity");
        let locals = locals(section);
        let labels = labels(section);
        let yields = yields(section);
        let edits = RuleEdit::read(section);
        let shows_edit = section.optional("shows_edit").unwrap_or_default();
        let examples = examples(section);
        Some(Self {
            summary: summary?,
            why: why?,
            fix: fix?,
            notice,
            prove,
            references,
            locals,
            for_each: for_each?,
            unless,
            defects: defects?,
            path,
            labels,
            identity,
            yields,
            edits,
            shows_edit,
            examples,
            span: section.span(),
        })
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
