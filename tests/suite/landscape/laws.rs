//! A law of landscapes: what losses do does not depend on how resources are split over root modules.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use buttress::cli::{Process, Terminal, run};
use proptest::prelude::*;
use regex::Regex;
use serde_json::Value;

use crate::support::folder::Folder;

/// What may be more or less robust.
#[derive(Clone, Debug)]
struct Choices {
    tasks: u64,
    has_standby: bool,
    has_two_gateways: bool,
    are_tasks_in_two_zones: bool,
}

/// A resource: its address, its body without labels, and in `⟨…⟩` what it needs of others.
type Piece = (&'static str, String);

/// A service behind a load balancer with a database and a queue; what it needs stands before it.
fn pieces(choices: &Choices) -> Vec<Piece> {
    let Choices { tasks, has_standby, has_two_gateways, are_tasks_in_two_zones } = choices;
    let gateway_b = if *has_two_gateways { "aws_nat_gateway.b" } else { "aws_nat_gateway.a" };
    let second = if *are_tasks_in_two_zones { "aws_subnet.b" } else { "aws_subnet.a" };
    let subnet = |zone: &str| format!("vpc_id = ⟨aws_vpc.main.id⟩\navailability_zone = \"eu-west-1{zone}\"");
    let table = |gateway: &str| {
        format!(
            "vpc_id = ⟨aws_vpc.main.id⟩\nroute {{\n  cidr_block = \"0.0.0.0/0\"\n  nat_gateway_id = ⟨{gateway}.id⟩\n}}"
        )
    };
    let association = |zone: &str| {
        format!("subnet_id = ⟨aws_subnet.{zone}.id⟩\nroute_table_id = ⟨aws_route_table.{zone}.id⟩")
    };
    let mut pieces = vec![
        ("aws_vpc.main", "cidr_block = \"10.0.0.0/16\"".to_owned()),
        ("aws_subnet.a", subnet("a")),
        ("aws_subnet.b", subnet("b")),
        ("aws_nat_gateway.a", "subnet_id = ⟨aws_subnet.a.id⟩".to_owned()),
        ("aws_nat_gateway.b", "subnet_id = ⟨aws_subnet.b.id⟩".to_owned()),
        ("aws_route_table.a", table("aws_nat_gateway.a")),
        ("aws_route_table.b", table(gateway_b)),
        ("aws_route_table_association.a", association("a")),
        ("aws_route_table_association.b", association("b")),
        (
            "aws_db_instance.orders",
            format!(
                "identifier = \"orders\"\nmulti_az = {has_standby}\n{}",
                if *has_standby { "" } else { "availability_zone = \"eu-west-1a\"" }
            ),
        ),
        ("aws_sqs_queue.work", "name = \"work\"".to_owned()),
        (
            "aws_ecs_task_definition.app",
            "family = \"app\"\ncontainer_definitions = jsonencode([{\n  name = \"app\"\n  image = \"app:1\"\n  environment = [\n    \
             { name = \"DATABASE\", value = ⟨aws_db_instance.orders.address⟩ },\n    { name = \"QUEUE\", value = ⟨aws_sqs_queue.work.url⟩ }\n  ]\n}])"
                .to_owned(),
        ),
        ("aws_lb.front", "subnets = [⟨aws_subnet.a.id⟩, ⟨aws_subnet.b.id⟩]".to_owned()),
        ("aws_lb_target_group.app", "vpc_id = ⟨aws_vpc.main.id⟩\ntarget_type = \"ip\"".to_owned()),
        (
            "aws_lb_listener.app",
            "load_balancer_arn = ⟨aws_lb.front.arn⟩\ndefault_action {\n  type = \"forward\"\n  target_group_arn = ⟨aws_lb_target_group.app.arn⟩\n}"
                .to_owned(),
        ),
        (
            "aws_ecs_service.app",
            format!(
                "name = \"app\"\nlaunch_type = \"FARGATE\"\ndesired_count = {tasks}\ntask_definition = ⟨aws_ecs_task_definition.app.arn⟩\n\
                 network_configuration {{\n  subnets = [⟨aws_subnet.a.id⟩, ⟨{second}.id⟩]\n}}\n\
                 load_balancer {{\n  target_group_arn = ⟨aws_lb_target_group.app.arn⟩\n  container_name = \"app\"\n  container_port = 80\n}}"
            ),
        ),
        ("aws_route53_record.front", "zone_id = \"Z1\"\nname = \"shop\"\ntype = \"A\"\nalias {\n  name = ⟨aws_lb.front.dns_name⟩\n  zone_id = ⟨aws_lb.front.zone_id⟩\n  evaluate_target_health = true\n}".to_owned()),
    ];
    pieces.extend(connected(*tasks, second));
    pieces.retain(|(address, _)| *has_two_gateways || *address != "aws_nat_gateway.b");
    pieces
}

/// What is connected by resources of its own: machines of a group behind a rule, work from a topic, and an API.
fn connected(machines: u64, second: &str) -> Vec<Piece> {
    let plain = |address: &'static str, body: &str| (address, body.to_owned());
    vec![
        plain("aws_launch_template.machines", "image_id = \"ami-1\""),
        (
            "aws_autoscaling_group.machines",
            format!(
                "min_size = {machines}\nmax_size = 9\nvpc_zone_identifier = [⟨aws_subnet.a.id⟩, ⟨{second}.id⟩]\n\
                 launch_template {{\n  id = ⟨aws_launch_template.machines.id⟩\n}}"
            ),
        ),
        plain("aws_lb_target_group.machines", "vpc_id = ⟨aws_vpc.main.id⟩"),
        plain(
            "aws_autoscaling_attachment.machines",
            "autoscaling_group_name = ⟨aws_autoscaling_group.machines.name⟩\nlb_target_group_arn = ⟨aws_lb_target_group.machines.arn⟩",
        ),
        plain(
            "aws_lb_listener_rule.machines",
            "listener_arn = ⟨aws_lb_listener.app.arn⟩\naction {\n  type = \"forward\"\n  target_group_arn = ⟨aws_lb_target_group.machines.arn⟩\n}\n\
             condition {\n  path_pattern {\n    values = [\"/old/*\"]\n  }\n}",
        ),
        plain("aws_sns_topic.orders", "name = \"orders\""),
        plain(
            "aws_sns_topic_subscription.work",
            "topic_arn = ⟨aws_sns_topic.orders.arn⟩\nprotocol = \"sqs\"\nendpoint = ⟨aws_sqs_queue.work.arn⟩",
        ),
        plain(
            "aws_lambda_function.worker",
            "function_name = \"worker\"\nenvironment {\n  variables = { DATABASE = ⟨aws_db_instance.orders.address⟩ }\n}",
        ),
        plain(
            "aws_lambda_event_source_mapping.work",
            "event_source_arn = ⟨aws_sqs_queue.work.arn⟩\nfunction_name = ⟨aws_lambda_function.worker.arn⟩",
        ),
        plain(
            "aws_lambda_function.api",
            "function_name = \"api\"\nenvironment {\n  variables = { TOPIC = ⟨aws_sns_topic.orders.arn⟩ }\n}",
        ),
        plain("aws_apigatewayv2_api.api", "name = \"api\"\nprotocol_type = \"HTTP\""),
        plain(
            "aws_apigatewayv2_integration.api",
            "api_id = ⟨aws_apigatewayv2_api.api.id⟩\nintegration_type = \"AWS_PROXY\"\nintegration_uri = ⟨aws_lambda_function.api.invoke_arn⟩",
        ),
    ]
}

/// What only connects two others: lost only where somebody asks for it.
const CONNECTIONS: [&str; 4] = [
    "aws_autoscaling_attachment.machines",
    "aws_sns_topic_subscription.work",
    "aws_lambda_event_source_mapping.work",
    "aws_apigatewayv2_integration.api",
];

/// The files of root modules: `places` has the root module of each resource. One that needs a resource of another is not before that one.
fn root_modules(pieces: &[Piece], places: &[usize]) -> BTreeMap<usize, String> {
    let hole = Regex::new("⟨([a-z0-9_]+[.][a-z0-9_]+)[.]([a-z0-9_]+)⟩").unwrap();
    assert!(pieces.len() <= places.len(), "each resource has a place");
    let mut place_of: BTreeMap<&str, usize> = BTreeMap::new();
    let mut blocks: BTreeMap<usize, BTreeSet<String>> = BTreeMap::new();
    for ((address, body), wanted) in pieces.iter().zip(places) {
        let needed = hole.captures_iter(body).map(|found| place_of[found.get(1).unwrap().as_str()]);
        let place = needed.chain([*wanted]).max().unwrap();
        place_of.insert(address, place);
        let mut others: Vec<(usize, String)> = Vec::new();
        let body = hole.replace_all(body, |found: &regex::Captures<'_>| {
            let (of, attribute) = (&found[1], &found[2]);
            let other = place_of[of];
            if other == place {
                return format!("{of}.{attribute}");
            }
            let output = format!("{}_{attribute}", of.replace('.', "_"));
            others.push((other, format!("output \"{output}\" {{\n  value = {of}.{attribute}\n}}\n")));
            format!("data.terraform_remote_state.r{other}.outputs.{output}")
        });
        let (type_, name) = address.split_once('.').unwrap();
        let block = format!("resource \"{type_}\" \"{name}\" {{\n{body}\n}}\n");
        blocks.entry(place).or_default().insert(block);
        for (other, output) in others {
            blocks.entry(other).or_default().insert(output);
            blocks.entry(place).or_default().insert(format!(
                "data \"terraform_remote_state\" \"r{other}\" {{\n  backend = \"s3\"\n  config = {{ bucket = \"states\", key = \"r{other}\", region = \"eu-west-1\" }}\n}}\n"
            ));
        }
    }
    blocks
        .into_iter()
        .map(|(place, blocks)| {
            let mut text = format!(
                "terraform {{\n  backend \"s3\" {{\n    bucket = \"states\"\n    key = \"r{place}\"\n    region = \"eu-west-1\"\n  }}\n}}\n"
            );
            blocks.iter().for_each(|block| text.push_str(block));
            (place, text)
        })
        .collect()
}

/// What losses do: outcomes, single points with their entries, and risk groups.
fn losses(pieces: &[Piece], places: &[usize], lost: &[&str]) -> BTreeSet<String> {
    let folder = Folder::new("split");
    for (place, text) in root_modules(pieces, places) {
        folder.write(&format!("r{place}/main.tf"), &text);
    }
    let path = folder.path("").display().to_string();
    let lose = lost.iter().flat_map(|address| ["--lose".to_owned(), format!("node:{address}")]);
    let arguments = ["buttress", "simulate", "--format", "json", &path].map(str::to_owned);
    let arguments = arguments.into_iter().chain(lose);
    let answer = run(arguments.map(Into::into), &Process::default(), Terminal { colour: false, width: 100 });
    let document: Value = serde_json::from_str(&answer.stdout).unwrap();
    assert_eq!(document["landscapes"].as_array().unwrap().len(), 1, "{}", answer.stdout);
    // Names without the root module before them.
    let own = |value: &Value| {
        let text = value.as_str().unwrap_or_default();
        let kind = if text.starts_with("node:") { "node:" } else { "" };
        let bare = text.trim_start_matches("node:");
        let address = bare.rsplit(':').next().unwrap();
        if text.starts_with("zone:") { text.to_owned() } else { format!("{kind}{address}") }
    };
    let list = |value: &Value| -> Vec<String> { value.as_array().into_iter().flatten().map(own).collect() };
    let sorted = |value: &Value| {
        let mut all = list(value);
        all.sort();
        all.join(" ")
    };
    let mut lines = BTreeSet::new();
    let mut say = |kind: &str, fields: &[String]| {
        let mut line = kind.to_owned();
        fields.iter().for_each(|field| write!(line, " | {field}").unwrap());
        lines.insert(line);
    };
    for one in document["outcomes"].as_array().unwrap() {
        let counts = format!("{} {} {}", one["left"], one["of"], one["worst"]);
        let fields = ["entry", "failure", "outcome"].map(|name| own(&one[name]));
        say("outcome", &[fields.join(" "), counts, list(&one["path"]).join(" > ")]);
    }
    for one in document["single_points"].as_array().unwrap() {
        say("single point", &[own(&one["address"]), sorted(&one["entries"])]);
    }
    for one in document["risk_groups"].as_array().unwrap() {
        say("group", &[own(&one["entry"]), sorted(&one["lost"])]);
    }
    lines
}

fn choices() -> impl Strategy<Value = Choices> {
    (1_u64..4, any::<bool>(), any::<bool>(), any::<bool>()).prop_map(
        |(tasks, has_standby, has_two_gateways, are_tasks_in_two_zones)| Choices {
            tasks,
            has_standby,
            has_two_gateways,
            are_tasks_in_two_zones,
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, ..ProptestConfig::default() })]

    #[test]
    fn losses_do_not_depend_on_how_resources_are_split(
        choices in choices(),
        places in proptest::collection::vec(0_usize..4, 29),
    ) {
        let pieces = pieces(&choices);
        let one = vec![0; pieces.len()];
        let whole = losses(&pieces, &one, &[]);
        for kind in ["outcome", "group"] {
            prop_assert!(whole.iter().any(|line| line.starts_with(kind)), "{:?}", whole);
        }
        prop_assert_eq!(losses(&pieces, &places, &[]), whole);
        let connections = losses(&pieces, &one, &CONNECTIONS);
        for address in CONNECTIONS {
            prop_assert!(connections.iter().any(|line| line.contains(&format!("node:{address} "))), "{:?}", connections);
        }
        prop_assert_eq!(losses(&pieces, &places, &CONNECTIONS), connections);
    }
}
