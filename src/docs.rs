//! Generated documentation: pages of rules, the page of the command line, and tables inside written pages.
//!
//! Everything here is a pure function to text: a test compares it with the files in the repository, and writes them on request. Knows
//! rules, verbs and the command line; reads and writes nothing.

mod practices;

use std::fmt::Write;

use crate::budget::BUDGETS;
use crate::config::BLOCKS;
use crate::diagnostic::Severity;
use crate::diagnostic::codes::{CODES, STAGES};
use crate::model::{EdgeKind, Role};
use crate::render::tables::{example_text, expectation, fix, severity, shown_value};
use crate::rule::{Principle, Reads, Rule, RuleSet};
use crate::verbs;

pub use practices::practices;

/// A file that is generated as a whole.
#[derive(Clone, Debug)]
pub struct Page {
    /// The path in the repository.
    pub path: String,
    pub text: String,
}

/// A generated part of a written page, between `<!-- NAME -->` and `<!-- /NAME -->`.
#[derive(Clone, Debug)]
pub struct PagePart {
    /// The path of the page in the repository.
    pub path: &'static str,
    /// The name of the marker.
    pub name: &'static str,
    pub text: String,
}

/// All generated files.
#[must_use]
pub fn pages(set: &RuleSet) -> Vec<Page> {
    let mut pages = vec![
        Page { path: "docs/cli.md".to_owned(), text: command_line() },
        Page { path: "docs/problems.md".to_owned(), text: problems() },
        Page { path: "docs/rules/README.md".to_owned(), text: index(set) },
    ];
    pages.extend(set.rules.iter().map(|rule| Page { path: page_path(rule), text: rule_page(rule, set) }));
    pages
}

/// All generated parts of written files.
#[must_use]
pub fn parts(set: &RuleSet) -> Vec<PagePart> {
    let guide = "docs/writing-rules.md";
    vec![
        PagePart { path: guide, name: "verbs", text: verbs() },
        PagePart { path: guide, name: "edges", text: edges() },
        PagePart { path: guide, name: "roles", text: roles() },
        PagePart { path: guide, name: "principles", text: principles(set) },
        PagePart { path: "docs/configuration.md", name: "settings", text: settings() },
        PagePart { path: "README.md", name: "rules", text: overview(set) },
        PagePart { path: "docs/security.md", name: "budgets", text: budgets() },
    ]
}

/// A table for each kind of block of a config.
fn settings() -> String {
    let mut out = String::new();
    for block in BLOCKS {
        let heading = match block.header {
            "" => "### Outside of blocks".to_owned(),
            header => format!("### `{header}`"),
        };
        let _ = writeln!(
            out,
            "{heading}\n\n{}\n\n| setting | takes | meaning |\n| --- | --- | --- |",
            block.meaning
        );
        for setting in block.settings {
            let _ = writeln!(
                out,
                "| `{}` | {} | {} |",
                setting.name,
                in_cell(setting.takes),
                in_cell(setting.meaning)
            );
        }
        out.push('\n');
    }
    out.pop();
    out
}

fn budgets() -> String {
    let mut out = String::from(
        "| budget | counts | every run has | plus per KiB that it reads |\n| --- | --- | --- | --- |\n",
    );
    for row in &BUDGETS {
        let grouped = |n: u64| match n {
            0 => "–".to_owned(),
            n => grouped(n),
        };
        let _ = writeln!(
            out,
            "| `{}` | {} | {} | {} |",
            row.name,
            in_cell(row.counts),
            grouped(row.base),
            grouped(row.per_kib)
        );
    }
    out
}

/// A number with commas between groups of three digits.
fn grouped(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// The document with the text between its markers replaced; `None` if it has no such markers.
#[must_use]
pub fn with_part(document: &str, name: &str, text: &str) -> Option<String> {
    let (before, rest) = document.split_once(&format!("<!-- {name} -->\n"))?;
    let (_, after) = rest.split_once(&format!("<!-- /{name} -->"))?;
    Some(format!("{before}<!-- {name} -->\n{text}<!-- /{name} -->{after}"))
}

fn page_path(rule: &Rule) -> String {
    format!("docs/rules/{}.md", rule.id)
}

fn source_path(rule: &Rule, set: &RuleSet) -> String {
    set.sources.path(rule.file).to_string_lossy().replace('\\', "/")
}

fn in_cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}

/// Markdown from a rule file, without the indentation of its heredoc.
fn prose(text: &str) -> String {
    let lines: Vec<&str> = text.trim().lines().map(str::trim_end).collect();
    lines.join("\n")
}

fn rule_page(rule: &Rule, set: &RuleSet) -> String {
    let mut out = String::new();
    let _ = writeln!(out, "# {}\n", rule.id);
    let _ = writeln!(out, "{}.\n", rule.summary);
    let title = set.principles.iter().find(|principle| principle.id == rule.principle);
    let title = title.map_or(rule.principle.as_str(), |principle| principle.title.as_str());
    let reads = match rule.reads {
        Reads::Any => "configuration and plans",
        Reads::Configuration => "configuration only",
        Reads::Plan => "plans only",
    };
    let _ = writeln!(out, "| principle | severity | reads | since |\n| --- | --- | --- | --- |");
    let _ = writeln!(
        out,
        "| [{title}](README.md#{}) | {} | {reads} | {} |\n",
        anchor(title),
        severity(rule),
        rule.since.map(|since| since.to_string()).unwrap_or_default()
    );
    if !rule.renamed_from.is_empty() {
        let old: Vec<String> = rule.renamed_from.iter().map(|old| format!("`{old}`")).collect();
        let _ = writeln!(out, "Formerly {}.\n", old.join(", "));
    }
    if let Some(yields) = &rule.yields {
        let rules: Vec<String> =
            yields.rules.iter().map(|rule| format!("[`{id}`]({id}.md)", id = rule.value)).collect();
        let _ = writeln!(
            out,
            "Where one of these rules reports the same defect, its finding stands, and this rule adds the label \u{201c}{}\u{201d} to it: {}.\n",
            yields.label.text,
            rules.join(", ")
        );
    }
    let _ = writeln!(out, "## Why\n\n{}\n", prose(&rule.why));
    let _ = writeln!(out, "## How to fix it\n\n{}\n", prose(&fix(rule)));
    for (title, text) in [("How you notice it", &rule.notice), ("How to prove it", &rule.prove)] {
        if !text.is_empty() {
            let _ = writeln!(out, "## {title}\n\n{}\n", prose(text));
        }
    }
    if !rule.parameters.is_empty() {
        let _ = writeln!(out, "## Parameters\n\n| name | default | meaning |\n| --- | --- | --- |");
        for parameter in &rule.parameters {
            let default = shown_value(&parameter.default);
            let _ = writeln!(out, "| `{}` | `{default}` | {} |", parameter.name, in_cell(&parameter.doc));
        }
        out.push('\n');
    }
    for example in &rule.examples {
        let title = expectation(example.expected);
        let _ = writeln!(out, "## {title}: {}\n\n```hcl\n{}\n```\n", example.title, example_text(example));
    }
    if !rule.references.is_empty() {
        let _ = writeln!(out, "## Further reading\n");
        for reference in &rule.references {
            let _ = writeln!(out, "- {reference}");
        }
        out.push('\n');
    }
    let _ = writeln!(out, "---\n\nGenerated from [`{path}`](../../{path}).", path = source_path(rule, set));
    out
}

/// The anchor that Markdown viewers give a heading.
fn anchor(title: &str) -> String {
    let kept = title.to_lowercase();
    kept.chars()
        .filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-'))
        .collect::<String>()
        .replace(' ', "-")
}

fn rules_of<'s>(set: &'s RuleSet, principle: &Principle) -> Vec<&'s Rule> {
    let mut rules: Vec<&Rule> =
        set.rules.iter().map(AsRef::as_ref).filter(|rule| rule.principle == principle.id).collect();
    rules.sort_by_key(|rule| (rule.severity, rule.id.clone()));
    rules
}

fn index(set: &RuleSet) -> String {
    let mut out = String::from("# Rules\n\n");
    let _ = writeln!(
        out,
        "{} rules by principle, worst first. `buttress rules` prints this list, `buttress explain RULE` the page of a rule.\n",
        set.rules.len()
    );
    for principle in &set.principles {
        let _ = writeln!(
            out,
            "## {}\n\n**{}** {}\n",
            principle.title,
            principle.question,
            prose(&principle.about)
        );
        let _ = writeln!(out, "| rule | severity | finds |\n| --- | --- | --- |");
        for rule in rules_of(set, principle) {
            let id = &rule.id;
            let _ =
                writeln!(out, "| [{id}]({id}.md) | {} | {} |", rule.severity.name(), in_cell(&rule.summary));
        }
        out.push('\n');
    }
    out.truncate(out.trim_end().len());
    out.push('\n');
    out
}

/// What the program checks, for the README: a row per principle with its most severe rules.
fn overview(set: &RuleSet) -> String {
    const SHOWN: usize = 3;
    let mut out = String::from("| question | rules | for example |\n| --- | --- | --- |\n");
    for principle in &set.principles {
        let rules = rules_of(set, principle);
        let examples: Vec<String> = rules
            .iter()
            .take(SHOWN)
            .map(|rule| format!("[{}]({})", in_cell(&rule.summary), page_path(rule)))
            .collect();
        let anchor = anchor(&principle.title);
        let _ = writeln!(
            out,
            "| **[{}](docs/rules/README.md#{anchor})**: {} | {} | {} |",
            principle.title,
            in_cell(&principle.question),
            rules.len(),
            examples.join("; ")
        );
    }
    let count = |level| set.rules.iter().filter(|rule| rule.severity == level).count();
    let _ = writeln!(
        out,
        "\n{} rules: {} errors, {} warnings, {} advice.",
        set.rules.len(),
        count(Severity::Error),
        count(Severity::Warning),
        count(Severity::Advice)
    );
    out
}

/// The page of problem codes.
fn problems() -> String {
    let mut out = String::from(
        "# Problems\n\nProblems of the input and of rules, by code. An error makes the run incomplete: the exit code is 2, \
         but everything that could be read has been checked. Codes that have been renamed are in [renamed.json](renamed.json).\n",
    );
    for (stage, about) in STAGES {
        let _ = writeln!(
            out,
            "\n## {stage}\n\nAbout {about}.\n\n| code | severity | meaning |\n| --- | --- | --- |"
        );
        let of_stage = |id: &str| id.split_once('/').is_some_and(|(before, _)| before == *stage);
        for code in CODES.iter().filter(|code| of_stage(code.id)) {
            let _ = writeln!(out, "| `{}` | {} | {} |", code.id, code.severity.name(), in_cell(code.meaning));
        }
    }
    out
}

fn verbs() -> String {
    let mut out = String::from("| verb | gives |\n| --- | --- |\n");
    for verb in verbs::all() {
        let _ =
            writeln!(out, "| `{}({})` | {} |", verb.name, in_cell(&verb.arguments()), in_cell(verb.gives));
    }
    out
}

fn edges() -> String {
    let mut out = String::from("| kind | from → to |\n| --- | --- |\n");
    for kind in EdgeKind::ALL {
        let _ = writeln!(out, "| `{}` | {} |", kind.name(), in_cell(kind.meaning()));
    }
    out
}

fn roles() -> String {
    let mut out = String::from("| role | what it does |\n| --- | --- |\n");
    for role in Role::ALL {
        let _ = writeln!(out, "| `{}` | {} |", role.name(), in_cell(role.meaning()));
    }
    out
}

fn principles(set: &RuleSet) -> String {
    let mut out = String::from("| principle | question |\n| --- | --- |\n");
    for principle in &set.principles {
        let _ = writeln!(out, "| `{}` | {} |", principle.id, in_cell(&principle.question));
    }
    out
}

fn command_line() -> String {
    let mut command = crate::cli::command();
    command.build();
    let mut out = String::from("# Command line\n\n");
    let about = command.get_about().map(ToString::to_string).unwrap_or_default();
    let _ = writeln!(out, "{about}\n");
    let _ = writeln!(out, "| command | what it does |\n| --- | --- |");
    let commands = || command.get_subcommands().filter(|sub| sub.get_name() != "help");
    for sub in commands() {
        let about = sub.get_about().map(ToString::to_string).unwrap_or_default();
        let name = sub.get_name();
        let _ = writeln!(out, "| [`buttress {name}`](#buttress-{name}) | {about} |");
    }
    for sub in commands() {
        let about = sub.get_about().map(ToString::to_string).unwrap_or_default();
        // The long form starts with the short one.
        let long = sub.get_long_about().map(ToString::to_string).unwrap_or_default();
        let more = long.strip_prefix(about.as_str()).map(str::trim_end).unwrap_or_default();
        let _ = writeln!(out, "\n## buttress {}\n\n{about}.{more}\n", sub.get_name());
        let usage = sub.clone().render_usage().to_string();
        let usage = usage.trim_start_matches("Usage: ");
        let _ = writeln!(out, "```text\n{usage}\n```\n");
        let _ = writeln!(out, "| argument | meaning |\n| --- | --- |");
        for argument in sub.get_arguments().filter(|argument| argument.get_id() != "help") {
            let _ = writeln!(out, "{}", argument_row(argument));
        }
    }
    out.push_str(
        "\n## Exit codes\n\nSee [output.md](output.md#exit-codes).\n\n## Environment\n\n\
         | variable | effect |\n| --- | --- |\n\
         | `BUTTRESS_TODAY` | the day by which suppressions end and rules about dates judge, such as `2027-01-31`, unless `--today` is given |\n\
         | `NO_COLOR` | no colours unless `--color always` is given |\n\
         | `COLUMNS` | the width of human output; by default that of the terminal, between 80 and 120, or 100 |\n\
         | `TF_DATA_DIR` | the directory that `terraform init` uses in place of `.terraform` |\n\
         | `TF_VAR_name` | values of variables, with `--env-vars` only |\n",
    );
    out
}

fn argument_row(argument: &clap::Arg) -> String {
    let mut name = String::new();
    if let Some(long) = argument.get_long() {
        let _ = write!(name, "--{long}");
    }
    if argument.get_action().takes_values() {
        for value in argument.get_value_names().unwrap_or_default() {
            let value =
                if argument.get_long().is_some() { format!(" <{value}>") } else { format!("[{value}]") };
            name.push_str(&value);
        }
    }
    let mut meaning = argument.get_help().map(ToString::to_string).unwrap_or_default();
    let values: Vec<String> = argument
        .get_possible_values()
        .iter()
        .filter(|_| argument.get_action().takes_values())
        .map(|value| match value.get_help() {
            Some(help) => format!("`{}` ({})", value.get_name(), help.to_string().trim_end_matches('.')),
            None => format!("`{}`", value.get_name()),
        })
        .collect();
    if !values.is_empty() {
        let _ = write!(meaning, ": {}", values.join(", "));
    }
    let defaults: Vec<String> =
        argument.get_default_values().iter().map(|value| format!("`{}`", value.to_string_lossy())).collect();
    if !defaults.is_empty() && argument.get_action().takes_values() {
        let _ = write!(meaning, "; default {}", defaults.join(", "));
    }
    format!("| `{name}` | {} |", in_cell(&meaning))
}
