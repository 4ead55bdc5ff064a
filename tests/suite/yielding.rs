//! One finding per defect: rules that yield to others, and what becomes of what they say.

use buttress::eval::NoFiles;
use buttress::graph::Graph;
use buttress::rule::RuleSet;
use buttress::rule::run::run;
use proptest::prelude::*;

use crate::support::verdict_of::{of_text, rule, rules, said};

const MODEL: &str = r#"
    link "x_node" "to" {
      to    = "x_node"
      means = "targets"
      by    = "name"
    }
"#;

/// One rule that knows what is wrong, one that only sees that something is, and one that sees even less.
fn three_rules() -> RuleSet {
    let narrow = rule("x-narrow", "for_each = resources(\"x_node\")\nwhen = self.narrow == true");
    let wide = rule(
        "x-wide",
        r#"
          for_each = resources("x_node")
          when     = self.wide == true
          path     = [self]
          yields "seen from afar" {
            to    = "x-narrow"
            about = referrers(self, "targets")
            at    = self
          }
        "#,
    );
    let widest = rule(
        "x-widest",
        r#"
          for_each = resources("x_node")
          when     = self.widest == true
          yields "seen from farther still" {
            to        = ["x-narrow", "x-wide"]
            at        = self
            attribute = "widest"
          }
        "#,
    );
    rules(MODEL, &[narrow, wide, widest])
}

fn verdicts(text: &str) -> String {
    said(&three_rules(), &of_text(text))
}

#[test]
fn the_more_specific_rule_reports() {
    insta::assert_snapshot!(verdicts("resource \"x_node\" \"a\" {\n narrow = true\n wide = true\n widest = true\n}"), @"x-narrow fails x_node.a");
    insta::assert_snapshot!(verdicts("resource \"x_node\" \"a\" {\n wide = true\n widest = true\n}"), @r"
    x-wide fails x_node.a
    1 passed
    ");
    insta::assert_snapshot!(verdicts("resource \"x_node\" \"a\" {\n widest = true\n}"), @r"
    x-widest fails x_node.a
    2 passed
    ");
    insta::assert_snapshot!(verdicts(r#"
        resource "x_node" "a" {
          narrow = true
        }
        resource "x_node" "b" {
          wide = true
        }
    "#), @r"
    x-narrow fails x_node.a
    x-wide fails x_node.b
    4 passed
    ");
}

#[test]
fn the_finding_may_be_about_a_neighbour() {
    insta::assert_snapshot!(verdicts(r#"
        resource "x_node" "group" {
          narrow = true
          to     = "member"
        }
        resource "x_node" "member" {
          name = "member"
          wide = true
        }
    "#), @r"
    x-narrow fails x_node.group
    4 passed
    ");
}

#[test]
fn what_is_unknown_for_both_is_told_once() {
    insta::assert_snapshot!(verdicts(r#"
        variable "v" { type = bool }
        resource "x_node" "a" {
          narrow = var.v
          wide   = var.v
        }
    "#), @r"
    x-narrow x-wide unknown x_node.a: var.v has no default and no value
    1 passed
    ");
    insta::assert_snapshot!(verdicts(r#"
        variable "v" { type = bool }
        resource "x_node" "a" {
          narrow = true
          wide   = var.v
        }
    "#), @r"
    x-narrow fails x_node.a
    1 passed
    ");
    insta::assert_snapshot!(verdicts(r#"
        variable "v" { type = bool }
        resource "x_node" "a" {
          narrow = var.v
          wide   = true
        }
    "#), @r"
    x-wide fails x_node.a
    x-narrow unknown x_node.a: var.v has no default and no value
    1 passed
    ");
}

#[test]
fn the_finding_that_stays_has_labels_and_a_path() {
    let set = three_rules();
    let text = "resource \"x_node\" \"a\" {\n  narrow = true\n  wide   = true\n  widest = true\n}\n";
    let estate = of_text(text);
    let graph = Graph::build(&estate, &set.model, &NoFiles);
    let verdicts = run(&set.rules, &graph, &NoFiles, None);
    let [finding] = verdicts.findings.as_slice() else { panic!("{:?}", verdicts.findings) };
    let labels: Vec<&str> = finding.related.iter().map(|label| label.text.as_str()).collect();
    // The first one would point where the finding points.
    assert_eq!(labels, ["seen from farther still"]);
    let path: Vec<&str> = finding.path.iter().map(|node| node.address.as_str()).collect();
    assert_eq!(path, ["x_node.a"]);
}

proptest! {
    /// Whatever holds where: a defect is told by the most specific rule that sees it, and never lost.
    #[test]
    fn a_defect_is_told_once_and_never_lost(nodes in prop::collection::vec(any::<[bool; 3]>(), 1..6)) {
        let text: String = (nodes.iter().enumerate())
            .map(|(at, [narrow, wide, widest])| {
                format!("resource \"x_node\" \"n{at}\" {{\n narrow = {narrow}\n wide = {wide}\n widest = {widest}\n}}\n")
            })
            .collect();
        let set = three_rules();
        let estate = of_text(&text);
        let graph = Graph::build(&estate, &set.model, &NoFiles);
        let mut found: Vec<(String, String)> = run(&set.rules, &graph, &NoFiles, None)
            .findings
            .iter()
            .map(|finding| (finding.address.to_string(), finding.id.to_string()))
            .collect();
        found.sort();
        let expected: Vec<(String, String)> = (nodes.iter().enumerate())
            .filter_map(|(at, seen)| {
                let first = seen.iter().position(|seen| *seen)?;
                Some((format!("x_node.n{at}"), ["x-narrow", "x-wide", "x-widest"][first].to_owned()))
            })
            .collect();
        prop_assert_eq!(found, expected);
    }
}
