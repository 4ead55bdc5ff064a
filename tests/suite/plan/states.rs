//! States, and references that no expression tells.

use std::path::Path;

use buttress::estate::plan::estate;
use buttress::estate::{Input, ProviderFacts};
use buttress::text::FileId;

fn check(resources: &str) -> String {
    let text = format!(
        r#"{{ "format_version": "1.0", "values": {{ "root_module": {{ "resources": [{resources}] }} }} }}"#
    );
    let estate = estate(FileId(0), Path::new("state.json"), &text, &ProviderFacts::default());
    assert_eq!(estate.input, Input::State);
    assert!(estate.before.is_none() && estate.changes.is_empty());
    super::show(&estate)
}

#[test]
fn equal_identities_are_references() {
    insta::assert_snapshot!(check(
        r#"{ "address": "aws_vpc.main", "mode": "managed", "type": "aws_vpc", "name": "main",
                "values": { "id": "vpc-0a1b2c3d4e5f67890", "cidr_block": "10.0.0.0/16" } },
            { "address": "aws_subnet.a[0]", "mode": "managed", "type": "aws_subnet", "name": "a", "index": 0,
                "values": { "id": "subnet-00000000000000a01", "vpc_id": "vpc-0a1b2c3d4e5f67890", "tags": null } },
            { "address": "aws_db.main", "mode": "managed", "type": "aws_db", "name": "main",
                "values": { "id": "orders", "password": "hunter2", "subnets": ["subnet-00000000000000a01"],
                    "access": [{ "key": "arn:aws:kms:eu-central-1:123456789012:key/1" }] },
                "sensitive_values": { "password": true } },
            { "address": "aws_key.main", "mode": "managed", "type": "aws_key", "name": "main",
                "values": { "id": "1", "arn": "arn:aws:kms:eu-central-1:123456789012:key/1" } }"#,
    ), @r#"
    aws_db.main
      access = [block {key = "arn:aws:kms:eu-central-1:123456789012:key/1" <- aws_key.main.arn}]
      id = "orders"
      password = secret "hunter2"
      subnets = ["subnet-00000000000000a01" <- aws_subnet.a[0].id]
    aws_key.main
      arn = "arn:aws:kms:eu-central-1:123456789012:key/1"
      id = "1"
    aws_subnet.a[0]
      id = "subnet-00000000000000a01"
      vpc_id = "vpc-0a1b2c3d4e5f67890" <- aws_vpc.main.id
    aws_vpc.main
      cidr_block = "10.0.0.0/16"
      id = "vpc-0a1b2c3d4e5f67890"
    "#);
}

#[test]
fn names_and_shared_identities_are_no_references() {
    // `orders` is a name that anyone may choose; the id of the policy is that of the queue, which is still told by it.
    insta::assert_snapshot!(check(
        r#"{ "address": "aws_db.orders", "mode": "managed", "type": "aws_db", "name": "orders", "values": { "id": "orders" } },
            { "address": "aws_alarm.a", "mode": "managed", "type": "aws_alarm", "name": "a",
                "values": { "db": "orders", "queue": "https://queues.example.com/123/jobs",
                    "target": "arn:aws:x:eu-central-1:123456789012:twin" } },
            { "address": "aws_queue.jobs", "mode": "managed", "type": "aws_queue", "name": "jobs",
                "values": { "id": "https://queues.example.com/123/jobs", "url": "https://queues.example.com/123/jobs" } },
            { "address": "aws_queue_policy.jobs", "mode": "managed", "type": "aws_queue_policy", "name": "jobs",
                "values": { "id": "https://queues.example.com/123/jobs", "queue_url": "https://queues.example.com/123/jobs" } },
            { "address": "aws_twin.a", "mode": "managed", "type": "aws_twin", "name": "a",
                "values": { "arn": "arn:aws:x:eu-central-1:123456789012:twin" } },
            { "address": "aws_twin.b", "mode": "managed", "type": "aws_twin", "name": "b",
                "values": { "arn": "arn:aws:x:eu-central-1:123456789012:twin" } }"#,
    ), @r#"
    aws_alarm.a
      db = "orders"
      queue = "https://queues.example.com/123/jobs" <- aws_queue.jobs.id
      target = "arn:aws:x:eu-central-1:123456789012:twin"
    aws_db.orders
      id = "orders"
    aws_queue.jobs
      id = "https://queues.example.com/123/jobs"
      url = "https://queues.example.com/123/jobs"
    aws_queue_policy.jobs
      id = "https://queues.example.com/123/jobs" <- aws_queue.jobs.id
      queue_url = "https://queues.example.com/123/jobs" <- aws_queue.jobs.id
    aws_twin.a
      arn = "arn:aws:x:eu-central-1:123456789012:twin"
    aws_twin.b
      arn = "arn:aws:x:eu-central-1:123456789012:twin"
    "#);
}

#[test]
fn an_empty_state_is_an_estate_without_instances() {
    for text in [
        r#"{"format_version":"1.0"}"#,
        r#"{"format_version":"1.0","terraform_version":"1.11.4"}"#,
        r#"{"format_version":"1.0","terraform_version":"1.11.4","values":{"root_module":{}}}"#,
    ] {
        let estate = estate(FileId(0), Path::new("state.json"), text, &ProviderFacts::default());
        assert_eq!(estate.input, Input::State);
        assert!(estate.problems.is_empty() && estate.instances.is_empty(), "{text}");
    }
}

#[test]
fn a_state_that_is_cut_off_is_told() {
    let text = r#"{"format_version":"1.0","values":{"root_module":{"resources":[{"address":"aws_a.b","type":"aws_a","name":"b"}]}}}"#;
    for end in 30..text.len() {
        let estate = estate(FileId(0), Path::new("state.json"), &text[..end], &ProviderFacts::default());
        assert!(!estate.problems.is_empty(), "{}", &text[..end]);
    }
}

#[test]
fn a_hard_coded_id_is_a_reference_in_a_plan_too() {
    insta::assert_snapshot!(super::check(
        r#"{ "resources": [
            { "address": "aws_vpc.main", "mode": "managed", "type": "aws_vpc", "name": "main",
                "values": { "id": "vpc-0a1b2c3d4e5f67890" } },
            { "address": "aws_subnet.a", "mode": "managed", "type": "aws_subnet", "name": "a",
                "values": { "vpc_id": "vpc-0a1b2c3d4e5f67890" } }] }"#,
        r#"{ "aws_vpc.main": {}, "aws_subnet.a": { "id": true } }"#,
        r#"{ "resources": [
            { "address": "aws_vpc.main", "mode": "managed", "type": "aws_vpc", "name": "main" },
            { "address": "aws_subnet.a", "mode": "managed", "type": "aws_subnet", "name": "a",
                "expressions": { "vpc_id": { "constant_value": "vpc-0a1b2c3d4e5f67890" } } }] }"#,
    ), @r#"
    aws_subnet.a
      vpc_id = "vpc-0a1b2c3d4e5f67890" <- aws_vpc.main.id
    aws_vpc.main
      id = "vpc-0a1b2c3d4e5f67890"
    "#);
}
