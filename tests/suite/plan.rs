//! Reading plans: hand-trimmed plan JSON in, instances with their values out.

use std::fmt::Write as _;
use std::path::Path;

use buttress::estate::plan::{Detected, detect, estate};
use buttress::estate::{Estate, Subject};
use buttress::source::FileId;
use buttress::value::{Entries, Kind, Origin, Rest, Value};

/// What a plan comes to: one line per attribute. `?` starts an unknown, `<-` what a value was computed from.
fn show(estate: &Estate) -> String {
    let mut text = String::new();
    for problem in &estate.problems {
        let at = problem.span.map_or(String::new(), |span| format!(" at {}..{}", span.range.start, span.range.end));
        let _ = writeln!(text, "{} {}{at}: {} ({})", problem.code, problem.message, problem.at, problem.help.as_deref().unwrap_or_default());
    }
    for instance in &estate.instances {
        let _ = writeln!(text, "{}", instance.address);
        for (name, value) in &instance.body.items {
            let _ = writeln!(text, "  {name} = {}", display(value, &estate.subjects));
        }
    }
    text
}

fn display(value: &Value, subjects: &[Subject]) -> String {
    let mut text = if value.is_sensitive() { "secret ".to_owned() } else { String::new() };
    text += &match &value.kind {
        Kind::Null(_) => "null".to_owned(),
        Kind::Bool(value) => value.to_string(),
        Kind::Number(value) => value.to_string(),
        Kind::String(value) => format!("{:?}", value.as_str()),
        Kind::List(sequence) | Kind::Set(sequence) | Kind::Tuple(sequence) => {
            let mut items: Vec<String> = sequence.items.iter().map(|item| display(item, subjects)).collect();
            items.extend(sequence.more.as_ref().map(|cause| format!("... {cause}")));
            format!("[{}]", items.join(", "))
        }
        Kind::Map(entries) | Kind::Object(entries) => object(entries, subjects),
        Kind::Unknown(unknown) => match &unknown.origin {
            Some(origin) => format!("?{}", named(origin, subjects)),
            None => format!("?({})", unknown.cause),
        },
    };
    let references: Vec<String> =
        value.marks().iter().flat_map(|marks| &marks.references).map(|origin| named(origin, subjects)).collect();
    if !references.is_empty() {
        let _ = write!(text, " <- {}", references.join(" & "));
    }
    text
}

fn object(entries: &Entries, subjects: &[Subject]) -> String {
    let items: Vec<String> =
        entries.items.iter().map(|(key, value)| format!("{key} = {}", display(value, subjects))).collect();
    match entries.rest {
        Rest::Closed => format!("{{{}}}", items.join(", ")),
        _ => format!("block {{{}}}", items.join(", ")),
    }
}

fn named(origin: &Origin, subjects: &[Subject]) -> String {
    let path: String = origin.path.iter().map(ToString::to_string).collect();
    format!("{}{path}", subjects[origin.subject.0 as usize].address)
}

#[test]
#[ignore]
fn dump() {
    let path = std::env::var("PLAN_FILE").unwrap();
    let path = Path::new(&path);
    if path.is_dir() {
        use buttress::estate::hcl;
        let mut project = buttress::estate::load::Project::default();
        let (dirs, _) = buttress::source::discover::directories(path);
        let dirs: Vec<_> = dirs.iter().map(|dir| hcl::clean(dir)).collect();
        project.load(&dirs);
        let root = hcl::clean(path);
        let automatic = buttress::source::discover::automatic_values(&root);
        let trees: Vec<_> = automatic.iter().filter_map(|path| project.read_values(path)).collect();
        let files = buttress::estate::confined::ConfinedFiles::new(&root);
        let env = buttress::eval::Environment { files: &buttress::eval::NoFiles, identities: &buttress::value::equality::NoIdentities };
        let (given, _) = buttress::estate::variables::Given::from_trees(&trees, env);
        let set = buttress::rule::RuleSet::embedded();
        let estate = hcl::estate(hcl::Request { project: &project, root: &root, base: &root, given, files: &files, facts: &set.model.identities, workspace: None });
        println!("{}", show(&estate));
        return;
    }
    let text = std::fs::read_to_string(path).unwrap();
    println!("{}", show(&estate(FileId(0), path, &text)));
}
