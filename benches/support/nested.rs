//! A generated estate of modules within modules: the same text for the same size.

use std::fmt::Write;

/// Calls nest this deep.
pub(crate) const DEPTH: usize = 50;
/// Module instances per level that repeats: two levels do.
const SERVICES: usize = 10;
/// Resources in the innermost module.
const RESOURCES: usize = 10;

/// Directory and text of each module, the root (`.`) first: a chain of [`DEPTH`] calls that pass names and tags on. The
/// first call repeats for each of `instances / 100` teams, the last for each of ten services of ten resources.
#[must_use]
pub(crate) fn modules(instances: usize) -> Vec<(String, String)> {
    let teams = (instances / (SERVICES * RESOURCES)).max(1);
    let mut root = String::from("locals {\n  teams = {\n");
    for team in 0..teams {
        let _ = writeln!(root, "    team_{team:04} = {{ owner = \"owner-{team}\", tier = \"gold\" }}");
    }
    root.push_str("  }\n}\n");
    root.push_str(&call(
        "./level_01",
        "for_each = local.teams",
        "each.key",
        "merge(each.value, { team = each.key })",
    ));
    let mut modules = vec![(".".to_owned(), root)];
    for level in 1..DEPTH {
        let source = format!("../level_{:02}", level + 1);
        let text = if level + 1 == DEPTH {
            let list: Vec<String> = (0..SERVICES).map(|service| format!("\"service-{service}\"")).collect();
            let repeat = format!("for_each = toset([{}])", list.join(", "));
            call(&source, &repeat, "\"${var.name}-${each.key}\"", "merge(var.tags, { service = each.key })")
        } else {
            call(&source, "", "var.name", "var.tags")
        };
        modules.push((format!("level_{level:02}"), format!("{INTERFACE}{text}{OUTPUT}")));
    }
    modules.push((format!("level_{DEPTH:02}"), format!("{INTERFACE}{}", leaf())));
    modules
}

const INTERFACE: &str =
    "variable \"name\" {\n  type = string\n}\n\nvariable \"tags\" {\n  type = map(string)\n}\n\n";
const OUTPUT: &str = "\noutput \"tags\" {\n  value = var.tags\n}\n";

fn call(source: &str, repeat: &str, name: &str, tags: &str) -> String {
    format!(
        "module \"next\" {{\n  source = \"{source}\"\n  {repeat}\n  name   = {name}\n  tags   = {tags}\n}}\n"
    )
}

fn leaf() -> String {
    let mut text = String::from(
        "resource \"aws_sqs_queue\" \"dead\" {\n  name = \"${var.name}-dead\"\n  tags = var.tags\n}\n",
    );
    for index in 1..RESOURCES {
        let _ = write!(
            text,
            r#"
resource "aws_sqs_queue" "q{index}" {{
  name                       = "${{var.name}}-{index}"
  visibility_timeout_seconds = 30 * {index}
  redrive_policy             = jsonencode({{ deadLetterTargetArn = aws_sqs_queue.dead.arn, maxReceiveCount = 3 }})
  tags                       = merge(var.tags, {{ index = "{index}" }})
}}
"#
        );
    }
    text
}
