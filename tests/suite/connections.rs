//! What the embedded model takes for a connection, in configuration and where a plan shows the same: routes, readers of alarms and
//! topics, failure destinations, floors of scaling, groups of one block.

use std::sync::LazyLock;

use buttress::rule::RuleSet;

use crate::support::verdict_of::{of_text, said};

static SET: LazyLock<RuleSet> = LazyLock::new(RuleSet::embedded);

/// What one rule says of a configuration.
fn check(rule: &str, text: &str) -> String {
    let rules = SET.rules.iter().filter(|own| own.id == rule).cloned().collect::<Vec<_>>();
    assert_eq!(rules.len(), 1, "{rule}");
    let set = RuleSet { rules, ..RuleSet::embedded() };
    said(&set, &of_text(text))
}

const NETWORK: &str = r#"
    resource "aws_vpc" "main" {}
    resource "aws_subnet" "private" {
      for_each          = { a = 1, b = 2 }
      vpc_id            = aws_vpc.main.id
      availability_zone = "eu-west-1${each.key}"
    }
    resource "aws_subnet" "public" {
      vpc_id            = aws_vpc.main.id
      availability_zone = "eu-west-1a"
    }
    resource "aws_route_table" "public" {
      vpc_id = aws_vpc.main.id
    }
    resource "aws_route_table_association" "public" {
      subnet_id      = aws_subnet.public.id
      route_table_id = aws_route_table.public.id
    }
    resource "aws_nat_gateway" "one" {
      subnet_id = aws_subnet.public.id
    }
"#;

fn nat(routes: &str) -> String {
    check("vpc-nat-gateway-shared-by-zones", &format!("{NETWORK}{routes}"))
}

#[test]
fn a_subnet_without_an_association_uses_the_main_table() {
    let fails = "vpc-nat-gateway-shared-by-zones fails aws_nat_gateway.one";
    let table = r#"
        resource "aws_route_table" "private" {
          vpc_id = aws_vpc.main.id
          route {
            cidr_block = "0.0.0.0/0"
            gateway_id = aws_nat_gateway.one.id
          }
        }"#;
    let main = r#"
        resource "aws_main_route_table_association" "main" {
          vpc_id         = aws_vpc.main.id
          route_table_id = aws_route_table.private.id
        }"#;
    assert_eq!(nat(&format!("{table}\n{main}")), fails);
    assert_eq!(nat(table), "1 passed", "nobody uses the table");
    let default = r#"
        resource "aws_default_route_table" "main" {
          default_route_table_id = aws_vpc.main.default_route_table_id
          route {
            cidr_block     = "0.0.0.0/0"
            nat_gateway_id = aws_nat_gateway.one.id
          }
        }"#;
    assert_eq!(nat(default), fails);
    let unmanaged = r#"
        resource "aws_route" "out" {
          route_table_id         = aws_vpc.main.main_route_table_id
          destination_cidr_block = "0.0.0.0/0"
          nat_gateway_id         = aws_nat_gateway.one.id
        }"#;
    assert_eq!(nat(unmanaged), fails);
    // The table that the network was given replaces the one that it was made with.
    let other = r#"
        resource "aws_route_table" "closed" {
          vpc_id = aws_vpc.main.id
        }
        resource "aws_main_route_table_association" "main" {
          vpc_id         = aws_vpc.main.id
          route_table_id = aws_route_table.closed.id
        }"#;
    assert_eq!(nat(&format!("{default}\n{other}")), "1 passed");
}

fn dead_letter(text: &str) -> String {
    let queue = "resource \"aws_sqs_queue\" \"rejects\" {\n  name = \"rejects\"\n}\n";
    check("sqs-without-dead-letter", &format!("{queue}{text}"))
}

#[test]
fn a_document_may_be_written_as_a_text_with_holes() {
    let account = "variable \"account\" {}\n";
    let orders = |policy: &str| {
        format!(
            "{account}resource \"aws_sqs_queue\" \"orders\" {{\n  name = \"orders\"\n  redrive_policy = {policy}\n}}\n"
        )
    };
    let arn = "arn:aws:sqs:eu-west-1:${var.account}:rejects";
    let policies = [
        format!("jsonencode({{ deadLetterTargetArn = \"{arn}\", maxReceiveCount = 5 }})"),
        format!("\"{{\\\"deadLetterTargetArn\\\": \\\"{arn}\\\", \\\"maxReceiveCount\\\": 5}}\""),
        format!(
            "<<-EOT\n    {{\n      \"deadLetterTargetArn\": \"{arn}\",\n      \"maxReceiveCount\": 5\n    }}\n  EOT"
        ),
    ];
    for policy in policies {
        // A queue is a dead-letter queue, and needs none.
        assert_eq!(dead_letter(&orders(&policy)), "1 passed\n1 skipped", "{policy}");
    }
}

#[test]
fn failure_destinations_of_every_service_count() {
    for text in [
        r#"resource "aws_cloudwatch_event_bus" "a" {
             name = "a"
             dead_letter_config { arn = aws_sqs_queue.rejects.arn }
           }"#,
        r#"resource "aws_iot_topic_rule" "a" {
             name = "a"
             error_action {
               sqs { queue_url = "https://sqs.eu-west-1.amazonaws.com/111122223333/rejects" }
             }
           }"#,
        r#"resource "aws_glue_crawler" "a" {
             s3_target { dlq_event_queue_arn = "arn:aws:sqs:eu-west-1:111122223333:rejects" }
           }"#,
        r#"resource "aws_customerprofiles_domain" "a" { dead_letter_queue_url = aws_sqs_queue.rejects.url }"#,
        r#"resource "aws_lambda_event_source_mapping" "a" {
             function_name    = "elsewhere"
             event_source_arn = "arn:aws:kinesis:eu-west-1:111122223333:stream/s"
             destination_config {
               on_failure { destination_arn = "arn:aws:sqs:eu-west-1:111122223333:rejects" }
             }
           }"#,
    ] {
        assert_eq!(dead_letter(text), "1 skipped", "{text}");
    }
    let other = r#"resource "aws_cloudwatch_event_bus" "a" {
        name = "a"
        dead_letter_config { arn = "arn:aws:sqs:eu-west-1:111122223333:rejects-2" }
    }"#;
    assert_eq!(dead_letter(other), "sqs-without-dead-letter fails aws_sqs_queue.rejects");
}

/// What the rule about single tasks says of a service behind this, where it asks for this many and scales within these bounds.
fn service(behind: &str, desired: u32, scaling: &str) -> String {
    let text = format!(
        r#"resource "aws_ecs_service" "web" {{
          name          = "web"
          desired_count = {desired}
          {behind}
        }}
        {scaling}"#
    );
    check("ecs-service-single-task", &text)
}

#[test]
fn the_floor_is_the_least_that_scaling_can_reach() {
    let fails = "ecs-service-single-task fails aws_ecs_service.web";
    let behind = "load_balancer {\n  container_name = \"web\"\n}";
    let bounds = |min: u32| {
        format!(
            r#"resource "aws_appautoscaling_target" "web" {{
              service_namespace  = "ecs"
              scalable_dimension = "ecs:service:DesiredCount"
              resource_id        = "service/shop/web"
              min_capacity       = {min}
              max_capacity       = 8
            }}"#
        )
    };
    let schedule = |min: u32| {
        format!(
            r#"resource "aws_appautoscaling_scheduled_action" "night" {{
              service_namespace  = "ecs"
              scalable_dimension = "ecs:service:DesiredCount"
              resource_id        = "service/shop/web"
              scalable_target_action {{
                min_capacity = {min}
              }}
            }}"#
        )
    };
    assert_eq!(service(behind, 2, ""), "1 passed");
    assert_eq!(service(behind, 2, &bounds(1)), fails);
    assert_eq!(service(behind, 1, &bounds(2)), "1 passed");
    assert_eq!(service(behind, 2, &format!("{}\n{}", bounds(2), schedule(1))), fails);
    // A worker that scales from nothing takes no requests; what stands behind a load balancer does.
    let found = "service_registries {\n  registry_arn = \"arn\"\n}";
    assert_eq!(service(found, 0, &bounds(0)), "1 skipped");
    assert_eq!(service(behind, 0, &bounds(0)), fails);
}

#[test]
fn groups_of_one_block_that_stand_in_a_zone_each_are_one_tier() {
    let groups = |rest: &str| {
        check(
            "asg-single-az",
            &format!(
                r#"resource "aws_subnet" "s" {{
                  for_each          = toset(["a", "b"])
                  availability_zone = "eu-west-1${{each.key}}"
                }}
                resource "aws_autoscaling_group" "node" {{
                  min_size = 1
                  max_size = 2
                  {rest}
                }}"#
            ),
        )
    };
    assert_eq!(
        groups("for_each = aws_subnet.s\n  vpc_zone_identifier = [each.value.id]"),
        "2 skipped",
        "a group per zone"
    );
    assert_eq!(
        groups("count = 2\n  vpc_zone_identifier = [aws_subnet.s[\"a\"].id]"),
        "asg-single-az fails aws_autoscaling_group.node[0]\nasg-single-az fails aws_autoscaling_group.node[1]",
        "two groups in one zone"
    );
    assert_eq!(
        groups("vpc_zone_identifier = [aws_subnet.s[\"a\"].id]"),
        "asg-single-az fails aws_autoscaling_group.node",
        "one group"
    );
}

#[test]
fn who_hears_a_topic_may_name_it_and_may_be_of_another_provider() {
    let topic = r#"
        resource "aws_sns_topic" "oncall" {
          name = "oncall"
        }
        resource "aws_cloudwatch_metric_alarm" "cpu" {
          alarm_name    = "cpu"
          alarm_actions = ["arn:aws:sns:eu-west-1:111122223333:oncall"]
        }"#;
    let with = |reader: &str| check("alarm-topic-without-subscriber", &format!("{topic}\n{reader}"));
    assert_eq!(with(""), "alarm-topic-without-subscriber fails aws_sns_topic.oncall");
    for reader in [
        r#"resource "aws_sns_topic_subscription" "pager" {
             topic_arn = "arn:aws:sns:eu-west-1:111122223333:oncall"
             protocol  = "https"
             endpoint  = "https://pager.example.com"
           }"#,
        r#"resource "awscc_chatbot_slack_channel_configuration" "chat" {
             sns_topic_arns = [aws_sns_topic.oncall.arn]
           }"#,
    ] {
        assert_eq!(with(reader), "1 passed", "{reader}");
    }
}

#[test]
fn older_arguments_and_members_of_their_own_are_replicas() {
    let group = |rest: &str, members: &str| {
        check(
            "elasticache-without-failover",
            &format!(
                r#"resource "aws_elasticache_replication_group" "sessions" {{
                  replication_group_id       = "sessions"
                  automatic_failover_enabled = true
                  {rest}
                }}
                {members}"#
            ),
        )
    };
    let fails = "elasticache-without-failover fails aws_elasticache_replication_group.sessions";
    assert_eq!(group("", ""), fails);
    assert_eq!(group("number_cache_clusters = 1", ""), fails);
    assert_eq!(group("number_cache_clusters = 2", ""), "1 passed");
    assert_eq!(group("cluster_mode {\n  replicas_per_node_group = 1\n}", ""), "1 passed");
    assert_eq!(group("cluster_mode {\n  replicas_per_node_group = 0\n}", ""), fails);
    let member = r#"resource "aws_elasticache_cluster" "replica" {
        cluster_id           = "replica"
        replication_group_id = "sessions"
    }"#;
    assert_eq!(group("", member), "1 passed");
}

/// What is said of the dead-letter queues `dead` and `lost`, which one alarm watches by these queries.
fn dead_letters(queries: &str) -> String {
    let queue = |name: &str, dead: &str| {
        format!(
            "resource \"aws_sqs_queue\" \"{dead}\" {{\n  name = \"{dead}\"\n}}\nresource \"aws_sqs_queue\" \"{name}\" {{\n  \
             name = \"{name}\"\n  redrive_policy = jsonencode({{ deadLetterTargetArn = aws_sqs_queue.{dead}.arn, maxReceiveCount = 4 \
             }})\n}}\n"
        )
    };
    let alarm = format!(
        "resource \"aws_cloudwatch_metric_alarm\" \"a\" {{\n  alarm_name = \"a\"\n  alarm_actions = \
         [\"arn:aws:sns:eu-west-1:111122223333:pager\"]\n{queries}\n}}\n"
    );
    check(
        "sqs-dead-letter-without-alarm",
        &format!("{}{}{alarm}", queue("orders", "dead"), queue("returns", "lost")),
    )
}

/// A query in SQL about the messages of queues.
fn insight(condition: &str) -> String {
    let select = "SELECT MAX(ApproximateNumberOfMessagesVisible) FROM SCHEMA(\\\"AWS/SQS\\\", QueueName)";
    let expression = format!("{select}{condition}");
    format!(
        "metric_query {{\n  id = \"q\"\n  expression = \"{expression}\"\n  period = 60\n  return_data = true\n}}"
    )
}

#[test]
fn a_query_watches_what_its_condition_leaves() {
    let [dead, lost] =
        ["dead", "lost"].map(|name| format!("sqs-dead-letter-without-alarm fails aws_sqs_queue.{name}"));
    let both = format!("{dead}\n{lost}");
    for (condition, expected) in [
        ("", ""),
        (" GROUP BY QueueName ORDER BY MAX() DESC LIMIT 5", ""),
        (" WHERE QueueName = 'dead'", lost.as_str()),
        (" where \\\"QueueName\\\"='dead' GROUP BY QueueName", &lost),
        (" WHERE QueueName != 'dead'", &dead),
        (" WHERE QueueName != 'dead' AND QueueName != 'lost'", &both),
        (" WHERE QueueName = 'dead' AND QueueName = 'lost'", &both),
        (" WHERE QueueName = 'another'", &both),
        (" WHERE AWS.AccountId = '111122223333'", ""),
    ] {
        let said = dead_letters(&insight(condition));
        let fails: Vec<&str> = said.lines().filter(|line| line.contains(" fails ")).collect();
        assert_eq!(fails.join("\n"), expected, "{condition}");
    }
}

#[test]
fn a_metric_counts_where_the_returned_expression_uses_it() {
    let metric = |id: &str, queue: &str| {
        format!(
            "metric_query {{\n  id = \"{id}\"\n  metric {{\n    namespace = \"AWS/SQS\"\n    metric_name = \
             \"ApproximateNumberOfMessagesVisible\"\n    period = 60\n    stat = \"Sum\"\n    dimensions = {{ QueueName = {queue} \
             }}\n  }}\n}}\n"
        )
    };
    let math = |id: &str, expression: &str, returned: bool| {
        format!(
            "metric_query {{\n  id = \"{id}\"\n  expression = \"{expression}\"\n  return_data = {returned}\n}}\n"
        )
    };
    let metrics = metric("m1", "\"dead\"") + &metric("m2", "aws_sqs_queue.lost.name");
    let [dead, lost] =
        ["dead", "lost"].map(|name| format!("sqs-dead-letter-without-alarm fails aws_sqs_queue.{name}"));
    for (queries, expected) in [
        (math("e", "m1 + m2", true), ""),
        (math("e", "SUM(METRICS())", true), ""),
        (math("e", "2 * m1", true), lost.as_str()),
        (math("e", "m2 * 2", true), &dead),
        (math("e", "IF(m2 > 0, f)", true) + &math("f", "m1", false), ""),
        (math("e", "FILL(m2, 0)", true) + &math("f", "m1", false), &dead),
        (math("e", "m2", false) + &math("f", "m1", false), ""),
    ] {
        let said = dead_letters(&format!("{metrics}{queries}"));
        let fails: Vec<&str> = said.lines().filter(|line| line.contains(" fails ")).collect();
        assert_eq!(fails.join("\n"), expected, "{queries}");
    }
}
