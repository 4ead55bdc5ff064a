//! What the embedded model makes of small configurations: the edges that follow from what people write, and what entries do when
//! something is lost. The comments at the head of each file say all of it.

use std::collections::BTreeSet;

use buttress::analysis::failure::{EntryOutcome, Failure, Simulation};
use buttress::estate::Mode;
use buttress::eval::NoFiles;
use buttress::graph::{Graph, NodeKind};
use buttress::model::EdgeKind;
use buttress::rule::RuleSet;
use buttress::value::NodeId;
use buttress::verbs::VerbContext;

use crate::support::entries;
use crate::support::verdict_of::of_text;

/// Compares what is said of each file of a folder with those lines of its comments that are expectations.
fn check(folder: &str, is_expectation: fn(&str) -> bool, said: fn(&Graph<'_>) -> BTreeSet<String>) {
    let set = RuleSet::embedded();
    let files = entries(folder);
    assert!(!files.is_empty(), "{folder} has no file");
    for path in files {
        let text = std::fs::read_to_string(&path).unwrap();
        let comments = text.lines().filter_map(|line| line.strip_prefix("# "));
        let expected: BTreeSet<String> =
            comments.filter(|line| is_expectation(line)).map(str::to_owned).collect();
        let estate = of_text(&text);
        let graph = Graph::build(&estate, &set.model, &NoFiles);
        assert_eq!(said(&graph), expected, "{}", path.display());
    }
}

fn address(graph: &Graph<'_>, id: NodeId) -> String {
    graph.node(id).unwrap().address.to_string()
}

/// Every edge that has a meaning: where it starts, what it means, where it leads.
fn edges(graph: &Graph<'_>) -> BTreeSet<String> {
    let edges = graph.edges_of_all().filter(|(_, _, edge)| edge.kind != EdgeKind::Refers);
    edges
        .map(|(from, to, edge)| {
            format!("{} {} {}", address(graph, from), edge.kind.name(), address(graph, to))
        })
        .collect()
}

/// What becomes of every entry without every thing that can be lost, where it does not just go on.
fn losses(graph: &Graph<'_>) -> BTreeSet<String> {
    let table = VerbContext::new(graph, &NoFiles).standings();
    let simulation = Simulation::run(graph, &table, None);
    let mut lines = BTreeSet::new();
    for verdict in &simulation.verdicts {
        let lost = match simulation.failures[verdict.failure] {
            Failure::Zone(at) => format!("zone:{}", table.zones.get(at).unwrap().name),
            Failure::Region(at) => format!("region:{}", table.regions.get(at).unwrap().name),
            Failure::Node(id) => format!("node:{}", address(graph, id)),
        };
        let effect = &verdict.effect;
        let outcome = match effect.left {
            _ if effect.is_unknown() => format!("unknown ({})", effect.possible.name()),
            Some((left, of)) => format!("{} {left}/{of}", effect.certain.name()),
            None => effect.certain.name().to_owned(),
        };
        let entry = address(graph, simulation.entries[verdict.entry]);
        lines.insert(format!("{entry} without {lost}: {outcome}"));
    }
    lines
}

/// What becomes of every entry without what the provider keeps going by itself, where it does not just go on, and the way there.
fn losses_of_kept(graph: &Graph<'_>) -> BTreeSet<String> {
    let table = VerbContext::new(graph, &NoFiles).standings();
    let kept = |id: &NodeId| table.of(*id).is_some_and(|standing| !standing.can_be_lost);
    let resources = graph.nodes().filter(|(_, node)| matches!(node.kind, NodeKind::Resource(Mode::Managed)));
    let asked: Vec<Failure> = resources.map(|(id, _)| id).filter(kept).map(Failure::Node).collect();
    let simulation = Simulation::run(graph, &table, Some(&asked));
    let told = |verdict: &EntryOutcome| {
        let way: Vec<String> = verdict.path.iter().map(|id| address(graph, *id)).collect();
        let outcome = match verdict.effect.is_unknown() {
            true => format!("perhaps {}", verdict.effect.possible.name()),
            false => verdict.effect.certain.name().to_owned(),
        };
        format!("{outcome}: {}", way.join(" > "))
    };
    simulation.verdicts.iter().map(told).collect()
}

#[test]
fn entries_take_losses_of_what_the_provider_keeps() {
    let is_outcome = |line: &str| {
        ["down: ", "deferred: ", "interrupted: ", "degraded: ", "perhaps "]
            .iter()
            .any(|start| line.starts_with(start))
    };
    check("kept", is_outcome, losses_of_kept);
}

#[test]
fn edges_follow_from_what_people_write() {
    check("connections", |line| line.split(' ').count() == 3 && line.contains('.'), edges);
}

#[test]
fn entries_take_losses_as_their_services_do() {
    let is_outcome = |line: &str| {
        ["zone:", "region:", "node:"].iter().any(|kind| line.contains(&format!(" without {kind}")))
    };
    check("losses", is_outcome, losses);
}

/// Records of one name and what they lead to, with a routing policy.
fn records(many: usize, policy: &str) -> String {
    format!(
        r#"
        resource "aws_route53_zone" "main" {{
          name = "example.com"
        }}
        resource "aws_instance" "app" {{
          count             = {many}
          availability_zone = "eu-west-1a"
        }}
        resource "aws_route53_record" "app" {{
          count           = {many}
          zone_id         = aws_route53_zone.main.zone_id
          name            = "app"
          type            = "A"
          records         = [aws_instance.app[count.index].public_ip]
          set_identifier  = "app-${{count.index}}"
          health_check_id = "12345678-1234-1234-1234-123456789012"
          {policy}
        }}
        "#
    )
}

#[test]
fn records_of_one_name_make_few_edges_and_outcomes_each() {
    let set = RuleSet::embedded();
    let policies = [
        "weighted_routing_policy { weight = 1 }",
        "latency_routing_policy { region = \"eu-west-1\" }",
        "multivalue_answer_routing_policy = true",
        "geolocation_routing_policy { country = count.index == 0 ? \"*\" : \"C${count.index}\" }",
        "failover_routing_policy { type = count.index % 2 == 0 ? \"PRIMARY\" : \"SECONDARY\" }",
    ];
    for policy in policies {
        let grown = [40, 80].map(|many| {
            let estate = of_text(&records(many, policy));
            let graph = Graph::build(&estate, &set.model, &NoFiles);
            let table = VerbContext::new(&graph, &NoFiles).standings();
            let simulation = Simulation::run(&graph, &table, None);
            assert!(!simulation.entries.is_empty(), "{policy}");
            let machines: Vec<_> = (0..)
                .zip(&simulation.failures)
                .filter(|(_, lost)| matches!(lost, Failure::Node(_)))
                .map(|(at, _)| at)
                .collect();
            let outcomes =
                simulation.verdicts.iter().filter(|verdict| machines.contains(&verdict.failure)).count();
            (graph.edges_of_all().count(), outcomes)
        });
        // Twice as many of them, twice as much: each with each other would be four times as much.
        let [(edges, outcomes), (more_edges, more_outcomes)] = grown;
        assert!(more_edges < edges * 5 / 2, "{policy}: {edges} edges, {more_edges} edges");
        assert!(more_outcomes < outcomes * 5 / 2, "{policy}: {outcomes} outcomes, {more_outcomes} outcomes");
    }
}

/// What is alike to the first node, and whether there may be more.
fn alike(text: &str) -> (Vec<String>, bool) {
    let set = crate::support::verdict_of::rules(
        r#"
        resource "x_node" {
          role   = "other"
          zones  = []
          copies = 1
        }
        edge "x_node" {
          to    = alike(self, "name", "place")
          means = "sends"
        }
        "#,
        &[],
    );
    assert!(set.problems.is_empty(), "{:?}", set.problems);
    let estate = of_text(text);
    let graph = Graph::build(&estate, &set.model, &NoFiles);
    let first = graph.nodes().find(|(_, node)| node.type_ == "x_node").unwrap().0;
    let found = graph.linked(first, EdgeKind::Sends, &[]);
    (found.nodes.iter().map(|id| address(&graph, *id).replace("x_node.", "")).collect(), found.more.is_some())
}

#[test]
fn what_says_the_same_is_found_by_what_it_says() {
    let node = |name: &str, says: &str| format!("resource \"x_node\" \"{name}\" {{\n  {says}\n}}\n");
    let data = "data \"x_place\" \"here\" {}\ndata \"x_place\" \"there\" {}\nvariable \"name\" {}\n";
    let with = |others: &[(&str, &str)]| {
        let others: String = others.iter().map(|(name, says)| node(name, says)).collect();
        let (found, is_open) = alike(&(data.to_owned() + &others));
        format!("{}{}", found.join(" "), if is_open { " …" } else { "" })
    };
    // Texts and symbols, nulls and numbers.
    let same = "name = \"n\"\n  place = data.x_place.here.id";
    assert_eq!(with(&[("a", same), ("b", same), ("c", "name = \"m\"\n  place = data.x_place.here.id")]), "b");
    assert_eq!(with(&[("a", "name = \"n\""), ("b", "name = \"n\""), ("c", same)]), "b …");
    assert_eq!(with(&[("a", "name = 1"), ("b", "name = 1"), ("c", "name = 2")]), "b");
    // What differs in one attribute is something else, whatever the other one is.
    assert_eq!(with(&[("a", same), ("b", "name = \"m\"\n  place = var.name")]), "");
    // What may say the same leaves it open.
    assert_eq!(with(&[("a", same), ("b", "name = \"n\"\n  place = data.x_place.there.id")]), " …");
    assert_eq!(with(&[("a", same), ("b", "name = \"${var.name}\"\n  place = data.x_place.here.id")]), " …");
    assert_eq!(with(&[("a", "name = var.name"), ("b", "name = var.name")]), "b");
    // Too many to compare with each.
    let many: Vec<(String, String)> =
        (0..100).map(|at| (format!("n{at}"), format!("name = [{at}]"))).collect();
    let many: Vec<(&str, &str)> = many.iter().map(|(name, says)| (name.as_str(), says.as_str())).collect();
    assert_eq!(with(&many), " …");
}
