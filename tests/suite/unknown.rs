//! Places where what is not known could become nothing: each gives a verdict that is not known, with its cause.

use std::path::PathBuf;
use std::sync::Arc;

use buttress::check::Session;
use buttress::report::Report;
use buttress::rule::RuleSet;
use buttress::settings::Settings;

const PRINCIPLE: &str = "principle \"p\" {\n  title = \"P\"\n  question = \"?\"\n  about = \"A\"\n}\n";

/// What one rule of these lines says of a configuration.
fn said(rule: &str, model: &str, configuration: &str) -> Vec<String> {
    let rule = format!(
        "rule \"x\" {{\n  summary = \"S\"\n  principle = \"p\"\n  severity = \"error\"\n  environment = \"any\"\n  since = \"0.1.0\"\n  \
         why = \"W\"\n  fix = \"F\"\n  message = \"m\"\n{rule}\n}}\n"
    );
    let files = [("x.hcl", rule.as_str()), ("principles.hcl", PRINCIPLE), ("model/m.hcl", model)];
    let set = RuleSet::load(files.map(|(path, text)| (PathBuf::from(path), Arc::from(text))));
    assert!(set.problems.is_empty(), "{:?}", set.problems);
    let name = format!("buttress-unknown-{}-{:?}", std::process::id(), std::thread::current().id());
    let folder = std::env::temp_dir().join(name);
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("main.tf"), configuration).unwrap();
    let report =
        Session::new(Arc::new(set)).check(&Settings { paths: vec![folder.clone()], ..Settings::default() });
    std::fs::remove_dir_all(&folder).unwrap();
    lines(&report)
}

fn lines(report: &Report) -> Vec<String> {
    assert_eq!(report.problems().count(), 0);
    let failed = report.findings().map(|finding| format!("fail {}", finding.what.address));
    let open =
        report.unknown.iter().map(|entry| format!("unknown {}: {}", entry.what.address, entry.what.cause));
    failed.chain(open).collect()
}

const RESOURCES: &str = "variable \"unset\" {}\nresource \"t_x\" \"a\" {\n  list = var.unset\n}\nresource \"t_x\" \"b\" {\n  list = var.unset\n}\n";

#[test]
fn which_nodes_a_rule_is_about_may_not_be_known() {
    let whole = said("  for_each = resources(\"t_x\")[0].list\n  when = true", "", RESOURCES);
    assert_eq!(whole.len(), 1, "{whole:?}");
    assert!(whole[0].starts_with("unknown root module: var.unset"), "{whole:?}");
    let parts = said("  for_each = [for n in resources(\"t_x\") : n.list]\n  when = true", "", RESOURCES);
    assert_eq!(parts, whole, "said once for all of them");
}

#[test]
fn what_is_no_node_is_told() {
    let set = RESOURCES.replace("var.unset", "\"text\"");
    let found = said("  for_each = [for n in resources(\"t_x\") : n.list]\n  when = true", "", &set);
    assert_eq!(
        found,
        ["unknown root module: it does not evaluate: `for_each` of the rule needs nodes, not a string"]
    );
    let none = said("  for_each = resources(\"t_x\")[0].nothing\n  when = true", "", &set);
    assert_eq!(none, [] as [&str; 0], "nothing comes of null");
}

#[test]
fn a_join_with_a_condition_that_fails_may_make_an_edge() {
    let model = "join \"t_j\" {\n  from = \"from\"\n  to = \"to\"\n  means = \"routed_by\"\n  when = tonumber(self.kind) == 1\n}\n";
    let rule = "  for_each = resources(\"t_x\")\n  when = length(linked(self, \"routed_by\")) == 0";
    let joined = |kind: &str| {
        let text = format!(
            "resource \"t_x\" \"a\" {{\n}}\nresource \"t_y\" \"b\" {{\n}}\nresource \"t_j\" \"j\" {{\n  kind = {kind}\n  from = t_x.a.id\n  to = t_y.b.id\n}}\n"
        );
        said(rule, model, &text)
    };
    assert_eq!(joined("\"1\""), [] as [&str; 0]);
    assert_eq!(joined("\"2\""), ["fail t_x.a"]);
    let failed = joined("\"one\"");
    assert!(failed.len() == 1 && failed[0].starts_with("unknown t_x.a: "), "{failed:?}");
}
