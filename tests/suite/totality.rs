//! Rules are total over what Terraform accepts: null, unknown, empty and oddly typed attributes decide a verdict or leave it open,
//! and are never a mistake of the rule.

use std::collections::BTreeSet;
use std::sync::{Arc, LazyLock};

use buttress::estate::Mode;
use buttress::model::schema::{AttributeShape, Schema};
use buttress::rule::{Example, Expected, Reads, Rule, RuleSet, examples};
use buttress::syntax::parse_hcl;
use buttress::syntax::tree::{Body, Tree};
use buttress::text::{FileId, Range};
use buttress::value::CauseKind;
use rayon::prelude::*;

use crate::support::read;

static SET: LazyLock<RuleSet> = LazyLock::new(RuleSet::embedded);
static SCHEMA: LazyLock<Schema> =
    LazyLock::new(|| Schema::read(&read("rules/aws/schema.facts")).expect("facts of the schema"));

/// No file of rules: what an odd value is called belongs to the configuration then.
const CONFIGURATION: FileId = FileId(1_000_000);

/// Values that an attribute may have, whatever its type.
const PLAIN: [&str; 2] = ["null", "var.unknown"];
/// Values that are odd for most attributes: of a type that a provider refuses, and Terraform's language does not.
const ODD: [&str; 7] = ["[]", "\"\"", "\"odd\"", "[[\"a\", \"b\"]]", "{ odd = [1] }", "[null]", "-1.5"];

/// All of them, with whether they are odd for an attribute of a shape.
fn values_of(shape: Option<&AttributeShape>) -> impl Iterator<Item = (&'static str, bool)> {
    let empty = match shape {
        Some(AttributeShape::Text) => "\"\"",
        Some(AttributeShape::List(_)) => "[]",
        _ => "",
    };
    let plain = PLAIN.into_iter().map(|value| (value, false));
    plain.chain(ODD.into_iter().map(move |value| (value, value != empty)))
}

/// The body of an example as an example of its own.
fn example(text: &str) -> Example {
    let text = format!("passes \"odd\" {{\nvariable \"unknown\" {{}}\n{text}\n}}\n");
    let tree = parse_hcl(CONFIGURATION, text.into()).tree;
    let block = tree.blocks(tree.root())[0];
    let inside = tree.blocks(tree.body(block.body));
    let before = inside.iter().find(|block| tree.text(block.kind) == "before").map(|block| block.body);
    Example {
        expected: Expected::Passes,
        title: "odd".into(),
        body: block.body,
        before,
        environments: Vec::new(),
        replaces: Vec::new(),
        intends: Vec::new(),
        span: tree.span(block.header),
        tree: Arc::new(tree),
    }
}

/// What rules do wrong with this Terraform. What is not odd must not end in an expression that does not evaluate, either.
fn wrong(rules: &[Arc<Rule>], text: &str, is_odd: bool) -> Vec<String> {
    let (outcome, _) = examples::outcome(&SET, rules, &example(text));
    let problems = outcome.problems.iter().map(|problem| problem.message.clone());
    let open = outcome.unknown.iter().filter(|undecided| {
        let root = undecided.cause.root();
        let in_rule = root.span.is_some_and(|span| span.file != CONFIGURATION);
        !is_odd && root.kind == CauseKind::Error && in_rule
    });
    let open = open.map(|undecided| format!("{}: {}", undecided.rule, undecided.cause));
    problems.chain(open).map(|what| format!("{what}\n{text}\n")).collect()
}

/// The ranges of the values of all attributes, of nested blocks as well.
fn values(tree: &Tree, body: &Body, found: &mut Vec<Range>) {
    found.extend(tree.attributes(body).iter().map(|attribute| tree.expr(attribute.value).range));
    for block in tree.blocks(body) {
        values(tree, tree.body(block.body), found);
    }
}

#[test]
fn no_value_in_an_example_is_a_mistake_of_its_rule() {
    let cases: Vec<(Arc<Rule>, String, bool)> = SET
        .rules
        .iter()
        .flat_map(|rule| rule.examples.iter().map(move |example| (rule, example)))
        .flat_map(|(rule, example)| {
            let body = example.tree.body(example.body);
            let text = example.tree.slice(body.range);
            let mut ranges = Vec::new();
            values(&example.tree, body, &mut ranges);
            let mut cases = Vec::new();
            for range in ranges {
                let start = (range.start - body.range.start) as usize;
                let end = (range.end - body.range.start) as usize;
                for (value, is_odd) in values_of(None) {
                    let text = format!("{}{value}{}", &text[..start], &text[end..]);
                    cases.push((rule.clone(), text, is_odd));
                }
            }
            cases
        })
        .collect();
    assert!(cases.len() > 10_000, "only {} cases", cases.len());
    let wrong: Vec<String> = cases
        .par_iter()
        .flat_map(|(rule, text, is_odd)| wrong(std::slice::from_ref(rule), text, *is_odd))
        .collect();
    assert!(
        wrong.is_empty(),
        "{} of {} cases:\n{}",
        wrong.len(),
        cases.len(),
        wrong[..wrong.len().min(12)].join("\n")
    );
}

/// The resource types that rules name, and the words of each rule that does.
fn types() -> Vec<(String, Vec<Arc<Rule>>, BTreeSet<String>)> {
    let words_of = |text: &str| -> BTreeSet<String> {
        text.split(|c: char| !c.is_alphanumeric() && c != '_').map(str::to_owned).collect()
    };
    let model: String = SET
        .sources
        .iter()
        .filter(|(_, file)| file.path.to_string_lossy().contains("/model/"))
        .map(|(_, file)| file.text.to_string())
        .collect();
    let model = words_of(&model);
    let rules: Vec<(&Arc<Rule>, BTreeSet<String>)> = SET
        .rules
        .iter()
        .map(|rule| (rule, words_of(&SET.sources.get(rule.span.file).unwrap().text)))
        .collect();
    let mut all = Vec::new();
    for type_ in SCHEMA.names(Mode::Managed) {
        let is_meant = |words: &BTreeSet<String>| words.iter().any(|word| SET.model.means(word, type_));
        let own: Vec<_> = rules.iter().filter(|(_, words)| is_meant(words)).collect();
        if !own.is_empty() {
            let words = own.iter().flat_map(|(_, words)| words.iter().cloned()).chain(model.iter().cloned());
            let words = words.collect();
            all.push((type_.to_owned(), own.iter().map(|(rule, _)| (*rule).clone()).collect(), words));
        }
    }
    all
}

/// A resource whose attribute at a path has a value; blocks are written as blocks.
fn bodies(shape: &AttributeShape, words: &BTreeSet<String>, depth: usize, found: &mut Vec<(String, bool)>) {
    let AttributeShape::Object(fields) = shape else { return };
    for (name, shape) in fields.iter().filter(|(name, _)| words.contains(name.as_str())) {
        let is_block =
            matches!(shape, AttributeShape::List(inner) if matches!(**inner, AttributeShape::Object(_)));
        for (value, is_odd) in values_of(Some(shape)) {
            // Configuration writes blocks as blocks: an unknown one is not known to be a list.
            found.push((format!("{name} = {value}"), is_odd || is_block && value == "var.unknown"));
        }
        if let AttributeShape::List(inner) = shape
            && is_block
            && depth < 2
        {
            found.push((format!("{name} {{}}"), false));
            let mut inside = Vec::new();
            bodies(inner, words, depth + 1, &mut inside);
            found.extend(inside.into_iter().map(|(text, is_odd)| (format!("{name} {{\n{text}\n}}"), is_odd)));
        }
    }
}

#[test]
fn no_attribute_of_a_type_is_a_mistake_of_a_rule_that_asks_for_it() {
    let mut cases = Vec::new();
    for (type_, rules, words) in types() {
        let mut all = vec![(String::new(), false)];
        bodies(SCHEMA.of(Mode::Managed, &type_).unwrap(), &words, 0, &mut all);
        for (body, is_odd) in all {
            let resource = |body: &str| format!("resource \"{type_}\" \"odd\" {{\n{body}\n}}\n");
            let (changes, others): (Vec<_>, Vec<_>) =
                rules.iter().cloned().partition(|rule| rule.reads == Reads::Plan);
            cases.push((others, resource(&body), is_odd));
            let before = |body: &str| format!("before {{\n{}}}\n", resource(body));
            for text in [before("") + &resource(&body), before(&body) + &resource(""), before(&body)] {
                cases.push((changes.clone(), text, is_odd));
            }
        }
    }
    assert!(cases.len() > 5_000, "only {} cases", cases.len());
    let wrong: Vec<String> =
        cases.par_iter().flat_map(|(rules, text, is_odd)| wrong(rules, text, *is_odd)).collect();
    assert!(
        wrong.is_empty(),
        "{} of {} cases:\n{}",
        wrong.len(),
        cases.len(),
        wrong[..wrong.len().min(12)].join("\n")
    );
}
