//! The config that `buttress init` proposes, and what it says about it.

use std::fmt::Write;

use super::clean::{self, name};
use super::counted;
use super::look::Look;
use crate::report::proposal::{ConfigProposal, Placeholder, ProposedAssumption};
use crate::settings::Peer;
use crate::value::literal::quoted;

/// No more assumptions and guessed root modules are proposed.
const MAX_PROPOSED: usize = 12;

/// The text of the config. Whatever comes from the project stands in comments, on one line.
#[must_use]
pub fn config(proposal: &ConfigProposal) -> String {
    let mut out = String::from(
        "# How buttress checks this project. `buttress check --show-config` tells what holds, and why.\n\n",
    );
    if let Some(edition) = &proposal.edition {
        let _ = writeln!(
            out,
            "# An upgrade of buttress brings better verdicts and no new rules, until this is raised:\n\
             # `buttress rules --since EDITION` lists what that would bring.\n\
             edition = \"{edition}\"\n"
        );
    }
    out.push_str(
        "# From which severity on a finding fails the check: \"error\", \"warning\", \"advice\" or \"never\".\n\
         # fail_on = \"error\"\n\n\
         # Rules that do not run, and directories in which no root module is looked for.\n\
         # ignore  = [\"module-*\"]\n\
         # exclude = [\"examples\"]\n",
    );
    out.push_str(&honour(&proposal.honour));
    out.push_str(&guessed(proposal));
    out.push_str(&environments(proposal));
    out.push_str(&assumptions(&proposal.assumptions));
    out.push_str(
        "\n# Findings that are accepted, where no comment can stand:\n\
         # suppress {\n\
         #   rules   = [\"rds-single-az\"]\n\
         #   address = \"module.legacy.**\"\n\
         #   reason  = \"why it is accepted\"\n\
         #   until   = \"2027-12-31\"\n\
         # }\n",
    );
    clean::output(out, Look { colour: false, width: usize::MAX })
}

fn honour(tools: &[Peer]) -> String {
    if tools.is_empty() {
        return String::new();
    }
    let names: Vec<String> = tools.iter().map(|tool| format!("\"{}\"", tool.name())).collect();
    format!(
        "\n# Comments for these tools count for the rules that name their checks. `buttress init --convert` makes them comments\n\
         # for buttress instead.\n\
         honour = [{}]\n",
        names.join(", ")
    )
}

fn guessed(proposal: &ConfigProposal) -> String {
    let mut out = String::new();
    if proposal.guessed.is_empty() {
        return out;
    }
    out.push_str(
        "\n# Nothing shows that somebody applies these directories; they are checked as if somebody did. Say what they are:\n\
         # \"applied\", \"module\" or \"sample\". `buttress check --show-roots` lists all.\n",
    );
    for root in proposal.guessed.iter().take(MAX_PROPOSED) {
        let _ = writeln!(out, "# root {} {{", quoted(&root.path));
        let _ = writeln!(out, "#   kind = \"applied\" # {}\n# }}", name(&root.reason));
    }
    more(&mut out, proposal.guessed.len());
    out
}

fn environments(proposal: &ConfigProposal) -> String {
    let mut out = String::new();
    if proposal.environments.is_empty() {
        return out;
    }
    out.push_str("\n# Names tell these environments. A block says it for good, and with which values they are checked.\n");
    for (environment, roots) in proposal.environments.iter().take(MAX_PROPOSED) {
        let roots: Vec<String> = roots.iter().take(MAX_PROPOSED).map(|root| quoted(root)).collect();
        let _ = writeln!(out, "# environment {} {{", quoted(environment));
        let _ = writeln!(out, "#   roots = [{}]\n# }}", roots.join(", "));
    }
    out
}

fn assumptions(assumptions: &[ProposedAssumption]) -> String {
    let mut out = String::new();
    if assumptions.is_empty() {
        return out;
    }
    out.push_str("\n# Nothing here tells these values. An answer decides verdicts that are unknown today; say how you know it.\n");
    for ProposedAssumption { address, verdicts, placeholder } in assumptions.iter().take(MAX_PROPOSED) {
        let decides = format!("decides {}", counted(*verdicts, "verdict", "verdicts"));
        let _ = writeln!(out, "# assume {} {{ # {decides}", quoted(address));
        out.push_str(match placeholder {
            Placeholder::Bool => "#   value  = true\n",
            Placeholder::Number => "#   value  = 1\n",
            Placeholder::String => "#   value  = \"text\"\n",
            Placeholder::List => "#   length = 3\n#   zones  = 3 # of a list of subnets\n",
            Placeholder::Any => "#   value  = null\n",
        });
        out.push_str("#   reason = \"how you know\"\n# }\n");
    }
    more(&mut out, assumptions.len());
    out
}

fn more(out: &mut String, all: usize) {
    if let Some(more) = all.checked_sub(MAX_PROPOSED).filter(|more| *more > 0) {
        let _ = writeln!(out, "# and {more} more");
    }
}

/// What to do next, for people.
#[must_use]
pub fn told(proposal: &ConfigProposal, converts: bool, look: Look) -> String {
    let mut out = String::new();
    if proposal.converted > 0 {
        let comments = counted(proposal.converted, "comment", "comments");
        let _ = writeln!(out, "converted: {comments} for other tools");
    }
    if converts {
        for left in &proposal.left {
            let _ = writeln!(out, "left: {}: {} ({})", name(&left.place), name(&left.text), left.reason);
        }
    }
    let unknown = proposal.assumptions.first();
    if let Some(first) = unknown {
        let verdicts = counted(first.verdicts, "verdict", "verdicts");
        let _ = writeln!(out, "proposed: `assume {}` decides {verdicts}", quoted(&first.address));
    }
    clean::output(out, look)
}
