//! How losses spread: to what shares work, leaves by what is lost, or stands in a Region; and the way that is shown.

use super::simulated;
use buttress::rule::RuleSet;

#[test]
fn work_waits_for_each_that_gets_its_own_and_for_the_last_of_those_that_share() {
    insta::assert_snapshot!(
        simulated(
            r#"
        resource "x_node" "front" {
          entry    = true
          zones    = []
          copies   = 1
          recovery = "regional"
          waits    = [x_node.topic.id]
        }
        resource "x_node" "back" {
          entry    = true
          zones    = []
          copies   = 1
          recovery = "regional"
          shares   = [x_node.one.id, x_node.two.id]
        }
        resource "x_node" "topic" {
          zones    = []
          copies   = 1
          recovery = "regional"
          waits    = [x_node.one.id, x_node.two.id]
        }
        resource "x_node" "one" {
          zones    = ["a"]
          copies   = 1
          recovery = "none"
        }
        resource "x_node" "two" {
          zones    = ["b"]
          copies   = 1
          recovery = "none"
        }
        "#
        ),
        @r#"
    front without a: deferred, front topic one
    front without b: deferred, front topic two
    front without one: deferred, front topic one
    front without two: deferred, front topic two
    "#
    );
}

#[test]
fn a_way_out_that_is_lost_without_its_zone_degrades_what_is_spread() {
    insta::assert_snapshot!(
        simulated(
            r#"
        resource "x_node" "front" {
          entry     = true
          zones     = ["a", "b"]
          copies    = 1
          recovery  = "regional"
          leaves_by = [x_node.gate_a.id, x_node.gate_b.id]
        }
        resource "x_node" "gate_a" {
          zones    = ["a"]
          copies   = 1
          recovery = "none"
        }
        resource "x_node" "gate_b" {
          zones    = ["b"]
          copies   = 1
          recovery = "none"
        }
        "#
        ),
        @r#"
    front without gate_a: degraded 1/2, front gate_a
    front without gate_b: degraded 1/2, front gate_b
    group: a + b
    group: a + gate_b
    group: b + gate_a
    group: gate_a + gate_b
    "#
    );
}

#[test]
fn a_way_out_with_fewer_copies_degrades_what_leaves_by_it() {
    insta::assert_snapshot!(
        simulated(
            r#"
        resource "x_node" "front" {
          entry     = true
          zones     = ["a"]
          copies    = 1
          recovery  = "regional"
          leaves_by = [x_node.wall.id]
        }
        resource "x_node" "wall" {
          zones    = ["a", "b"]
          copies   = 2
          recovery = "none"
        }
        "#
        ),
        @r#"
    front without a: down, front
    front without b: degraded 1/2, front wall
    front without wall: degraded 1/2, front wall
    group: a
    "#
    );
}

#[test]
fn a_certain_loss_is_shown_by_what_is_certain() {
    // `perhaps_lost` stands in a zone that is not known, and comes first by its address.
    insta::assert_snapshot!(
        simulated(
            r#"
        variable "zone" { type = string }
        resource "x_node" "front" {
          entry    = true
          zones    = []
          copies   = 1
          recovery = "regional"
          needs    = [x_node.a_perhaps_lost.id, x_node.lost.id]
        }
        resource "x_node" "a_perhaps_lost" {
          zones    = [var.zone]
          copies   = 1
          recovery = "none"
        }
        resource "x_node" "lost" {
          zones    = ["a"]
          copies   = 1
          recovery = "none"
        }
        "#
        )
        .lines()
        .next()
        .unwrap_or_default(),
        @"front without a: down, front lost"
    );
}

#[test]
fn a_path_leads_on_to_what_decides() {
    // Zone a holds half of the copies; the other half goes out by a gateway there.
    insta::assert_snapshot!(
        simulated(
            r#"
        resource "x_node" "front" {
          entry     = true
          zones     = ["a", "b"]
          copies    = 2
          recovery  = "relaunch"
          leaves_by = [x_node.subnet_a.id, x_node.subnet_b.id]
        }
        resource "x_node" "subnet_a" {
          zones    = ["a"]
          copies   = 1
          recovery = "regional"
        }
        resource "x_node" "subnet_b" {
          zones    = ["b"]
          copies   = 1
          recovery = "regional"
          needs    = [x_node.gate.id]
        }
        resource "x_node" "gate" {
          zones    = ["a"]
          copies   = 1
          recovery = "none"
        }
        "#
        ),
        @r#"
    front without a: down, front subnet_b gate
    front without b: degraded 1/2, front
    front without front: degraded 1/2, front
    front without gate: degraded 1/2, front subnet_b gate
    group: a
    "#
    );
}

#[test]
fn copies_of_several_targets_count_together() {
    insta::assert_snapshot!(
        simulated(
            r#"
        resource "x_node" "front" {
          entry    = true
          zones    = []
          copies   = 1
          recovery = "regional"
          any      = [x_node.blue.id, x_node.green.id]
        }
        resource "x_node" "blue" {
          zones    = ["a", "b", "c"]
          copies   = 3
          recovery = "relaunch"
        }
        resource "x_node" "green" {
          zones    = ["a", "b", "c"]
          copies   = 3
          recovery = "relaunch"
        }
        "#
        )
        .lines()
        .filter(|line| !line.starts_with("group"))
        .collect::<Vec<_>>()
        .join("\n"),
        @r#"
    front without a: degraded 4/6, front blue
    front without b: degraded 4/6, front blue
    front without c: degraded 4/6, front blue
    front without blue: degraded 2/3, front blue
    front without green: degraded 2/3, front green
    "#
    );
}

#[test]
fn a_region_takes_along_what_its_provider_puts_there() {
    insta::assert_snapshot!(
        simulated(
            r#"
        provider "x" {
          region = "north"
        }
        provider "x" {
          alias  = "south"
          region = "south"
        }
        data "x_zones" "north" {}
        data "x_zones" "south" {
          provider = x.south
        }
        resource "x_front" "front" {
          any = [x_node.north.id, x_node.south.id]
        }
        resource "x_node" "north" {
          zones    = [data.x_zones.north.names[0]]
          copies   = 1
          recovery = "relaunch"
        }
        resource "x_node" "south" {
          provider = x.south
          zones    = [data.x_zones.south.names[0]]
          copies   = 1
          recovery = "relaunch"
        }
        "#
        )
        .lines()
        .filter(|line| !line.contains("+"))
        .collect::<Vec<_>>()
        .join("\n"),
        @r#"
    x_front.front without data.x_zones.north.names[0]: degraded 1/2, x_front.front north
    x_front.front without data.x_zones.south.names[0]: degraded 1/2, x_front.front south
    x_front.front without north: degraded 1/2, x_front.front north
    x_front.front without south: degraded 1/2, x_front.front south
    x_front.front without north: degraded 1/2, x_front.front north
    x_front.front without south: degraded 1/2, x_front.front south
    "#
    );
}

#[test]
fn a_region_that_a_variable_decides_is_called_by_it() {
    insta::assert_snapshot!(
        simulated(
            r#"
        variable "first" { type = string }
        variable "second" { type = string }
        provider "x" {
          region = var.first
        }
        provider "x" {
          alias  = "other"
          region = var.second
        }
        resource "x_node" "front" {
          entry    = true
          zones    = []
          copies   = 1
          recovery = "regional"
        }
        resource "x_node" "store" {
          provider = x.other
          zones    = []
          copies   = 1
          recovery = "regional"
        }
        "#
        ),
        @r#"
    front without var.first: down, front
    front without var.second: survives to down, front; var.second has no default and no value
    group: var.first
    "#
    );
}

#[test]
fn a_definition_is_no_set_of_types_for_others() {
    let model = r#"
        define "first" {
          of = "x_node"
          is = true
        }

        define "second" {
          of = "first"
          is = true
        }
    "#;
    let set = RuleSet::load([("rules/model/test.hcl".into(), model.into())]);
    let messages: Vec<&str> = set.problems.iter().map(|problem| problem.message.as_str()).collect();
    assert_eq!(
        messages,
        ["`first` is a definition, which stands for no types here: name types, sets or roles"]
    );
}
